"""Terraform, OpenTofu and Terragrunt: blocks as resources, boot scripts and provisioners as commands, test files.

Formats: https://developer.hashicorp.com/terraform/language, .../language/syntax/json, .../language/tests and
https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Resource, TestFile, Unit, UnitKind
from evidence_check.readers._hcl import Block, parse
from evidence_check.readers._scripts import commands, item_commands, line_of, numbered, shell_text, texts
from evidence_check.readers._shell import joined
from evidence_check.readers._source import Source, Unreadable
from evidence_check.readers._user_data import boot_facts
from evidence_check.readers._windows_shell import powershell_commands
from evidence_check.tree import Map, Seq, Text

SYSTEM = "terraform"
GIVES = frozenset({"resource", "command", "test"})

_TESTS = (".tftest.hcl", ".tofutest.hcl", ".tftest.json", ".tofutest.json")
_JSON = (".tf.json", ".tofu.json", ".tftest.json", ".tofutest.json")
_SUFFIXES = (".tf", ".tofu", ".tfstack.hcl", ".tfcomponent.hcl", ".tfdeploy.hcl", *_TESTS, *_JSON)
_TERRAGRUNT = expression(r"(?:terragrunt|root)(?:[.-][\w.-]{1,60})?\.hcl")
_TWO_LABELS = frozenset({"resource", "data", "ephemeral", "action", "list"})
_NO_LABEL = frozenset({"terraform", "locals", "moved", "import", "removed", "assert", "remote_state"})
_TOLD_TO_PEOPLE = frozenset({"output", "variable"})
_BOOT = expression(
    r"user[-_]?data(?!.*replace)|custom_data|commandToExecute|startup[-_]script|(?:boot|init|cloud[-_]init)[-_]?script",
    re.IGNORECASE,
)
_FILE = expression(r'(?:file|filebase64|templatefile)\(\s*"(?:\$\{path\.\w+\}/)?(?:\./)?([^"$]{1,200})"')
_SHELL_FILE = expression(r"\.(?:sh|bash)(?:\.(?:tpl|tftpl|tmpl))?$")
_OWN_PATH = expression(r"\$\{path\.(?:module|root|cwd)\}/?")
_DIRECTIVE = expression(r"%\{[^}\n]{0,400}\}")


def wants(source: Source) -> bool:
    """By the file's name."""
    return source.name.lower().endswith(_SUFFIXES) or _TERRAGRUNT.fullmatch(source.name) is not None


def read(source: Source) -> Iterator[Fact]:
    """A resource for every block; for a broken file those before the fault, then `Unreadable`."""
    error = None
    if source.name.lower().endswith(_JSON):
        blocks = tuple(_json_blocks(source.json)) if isinstance(source.json, Map) else ()
    else:
        top, error = parse(source.text)
        blocks = top.blocks
    if source.name.lower().endswith(_TESTS):
        yield _test_file(source, blocks)
    for block in blocks:
        yield from _resources(block, source)
        yield from numbered(_commands(block, source))
    if error:
        raise Unreadable(str(error), error.line)


def _test_file(source: Source, blocks: Iterable[Block]) -> TestFile:
    runs = [block for block in blocks if block.type == "run"]
    checks = 0
    for run in runs:
        found = run.body.get("assert")
        checks += len(found) if isinstance(found, list) else int(isinstance(found, dict))
        checks += "expect_failures" in run.body
    return TestFile(source.at(1), "hcl", "terraform-test", len(runs), checks, text=source.code)


def _resources(block: Block, source: Source) -> Iterator[Resource]:
    place = source.at(block.line, block.end_line)
    body = block.body
    if block.type == "resource" and len(block.labels) == 2:
        yield Resource(place, SYSTEM, block.labels[0], block.name, body)
    elif block.type == "terraform":
        yield from _settings(block, source)
    elif block.type == "locals":
        for name, value in body.items():
            yield Resource(source.at(body.line_of(name)), SYSTEM, "local", name, _only("value", value, body, name))
    elif block.type == "provider":
        alias = body.get("alias")
        yield Resource(place, SYSTEM, f"provider.{block.name}", alias if isinstance(alias, str) else "", body)
    elif block.type == "remote_state":
        yield Resource(place, SYSTEM, f"backend.{body.get('backend', '')}", "", body.get("config") or body)
    elif block.type in {"component", "unit", "stack"} and "source" in body:
        yield Resource(place, SYSTEM, "module", block.name, body)
    else:
        kind = f"{block.type}.{block.labels[0]}" if len(block.labels) == 2 else block.type
        yield Resource(place, SYSTEM, kind, block.name, body)


def _settings(block: Block, source: Source) -> Iterator[Resource]:
    """What a `terraform` block says: state backend, providers and versions; in Terragrunt the module's source."""
    body = block.body
    for inner in block.blocks:
        place = source.at(inner.line, inner.end_line)
        if inner.type == "backend":
            yield Resource(place, SYSTEM, f"backend.{inner.name}", "", inner.body)
        elif inner.type == "required_providers":
            for name, value in inner.body.items():
                at = source.at(inner.body.line_of(name))
                given = value if isinstance(value, Map) else _only("version", value, inner.body, name)
                yield Resource(at, SYSTEM, "required_provider", name, given)
        else:
            yield Resource(place, SYSTEM, inner.type, inner.name, inner.body)
    if "required_version" in body:
        at = source.at(body.line_of("required_version"))
        yield Resource(at, SYSTEM, "required_version", "", _only("version", body["required_version"], body, ""))
    if "source" in body:
        yield Resource(source.at(block.line, block.end_line), SYSTEM, "module", "", body)


def _only(key: str, value: Any, parent: Map, name: str) -> Map:
    result = Map(parent.line_of(name))
    result[key] = value
    result.lines[key] = parent.line_of(name)
    return result


# --- commands ---------------------------------------------------------------------------------------------------------


def _commands(block: Block, source: Source) -> Iterator[Fact]:
    """What provisioners run, and the boot scripts among the block's texts."""
    if block.type in _TOLD_TO_PEOPLE:
        return
    name = ".".join(block.labels) if block.type == "resource" else ".".join([block.type, *block.labels])
    unit = Unit(UnitKind.MACHINE, source.path, name, source.file.location.part)
    provisioners = block.body.get("provisioner")
    for provisioner in provisioners if isinstance(provisioners, list) else ():
        if isinstance(provisioner, Map):
            yield from _provisioner(provisioner, source, unit)
    for key, text, line in texts(block.body):
        if key not in {"command", "inline", "script", "scripts", "label"}:
            owner = replace(unit, name=f"local.{key}") if block.type == "locals" else unit
            yield from _text_facts(key, text, line, source, owner)


def _text_facts(key: str, text: str, line: int, source: Source, unit: Unit) -> Iterator[Fact]:
    boot = _BOOT.search(key) is not None
    match = _FILE.search(text)
    if match and (boot or _SHELL_FILE.search(match[1])):
        yield from _script_call(match[1], source, unit, line)
    elif isinstance(text, Text) or "\n" in text or (boot and " " in text):
        script = boot and (isinstance(text, Text) or key == "commandToExecute")
        if script or text[:1] not in ("{", "[", "<"):
            yield from boot_facts(_DIRECTIVE.sub("", text), source, unit, line, script=script)


def _script_call(path: str, source: Source, unit: Unit, line: int) -> list[Command]:
    """A machine that runs a file of the repository, so that links can follow it."""
    return commands(f"./{path}", source, unit, line=line, directory=source.folder)


def _provisioner(provisioner: Map, source: Source, unit: Unit) -> Iterator[Fact]:
    hides = provisioner.get("on_failure") == "continue"
    folder = provisioner.get("working_dir")
    directory = joined(source.folder, _OWN_PATH.sub("./", folder)) if isinstance(folder, str) else source.folder
    command, inline = provisioner.get("command"), provisioner.get("inline")
    if isinstance(command, str):
        script, line = _OWN_PATH.sub("./", command), line_of(provisioner, "command")
        interpreter = shell_text(provisioner.get("interpreter")).lower()
        if "powershell" in interpreter or "pwsh" in interpreter:
            yield from powershell_commands(script, source, unit, line=line, directory=directory, hides_failure=hides)
        elif not interpreter or re.search(r"\b(?:ba|z|da)?sh\b", interpreter):
            yield from commands(script, source, unit, line=line, directory=directory, hides_failure=hides)
    if isinstance(inline, Seq):
        yield from item_commands(inline, source, unit)
    for key in ("script", "scripts"):
        value = provisioner.get(key)
        for path in value if isinstance(value, list) else [value]:
            if isinstance(path, str) and path:
                yield from _script_call(_OWN_PATH.sub("", path), source, unit, provisioner.line_of(key))


# --- the JSON form ----------------------------------------------------------------------------------------------------


def _json_blocks(document: Map) -> Iterator[Block]:
    for kind, value in document.items():
        depth = 2 if kind in _TWO_LABELS else 0 if kind in _NO_LABEL else 1
        yield from _labelled(kind, (), _plain(value), depth, document.line_of(kind))


def _labelled(kind: str, labels: tuple[str, ...], value: Any, depth: int, line: int) -> Iterator[Block]:
    if isinstance(value, list):
        for item in value:
            yield from _labelled(kind, labels, item, depth, line)
    elif isinstance(value, Map):
        if depth:
            for label, inner in value.items():
                yield from _labelled(kind, (*labels, label), inner, depth - 1, value.line_of(label))
        else:
            inner_blocks: list[Block] = []
            if kind == "terraform":
                for name, inner in value.items():
                    deeper = 1 if name == "backend" else 0
                    inner_blocks.extend(_labelled(name, (), inner, deeper, value.line_of(name)))
            yield Block(kind, labels, value, tuple(inner_blocks), line, 0)


def _plain(value: Any) -> Any:
    """Texts that are one whole interpolation without their `${}`, as the native syntax gives them. Changes the tree."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, Map):
            pending.extend(one.values())
            one.update({key: _unwrapped(item) for key, item in one.items() if isinstance(item, str)})
        elif isinstance(one, Seq):
            pending.extend(one)
            one[:] = [_unwrapped(item) if isinstance(item, str) else item for item in one]
    return value


def _unwrapped(text: str) -> str:
    whole = text.startswith("${") and text.endswith("}") and text.count("${") == 1
    return text[2:-1].strip() if whole else text
