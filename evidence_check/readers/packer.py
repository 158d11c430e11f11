"""Packer templates: sources, builds and their provisioners as resources, shell provisioners as commands.

Formats: https://developer.hashicorp.com/packer/docs/templates/hcl_templates and .../legacy_json_templates
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evidence_check.model import Command, Fact, Resource, Unit, UnitKind
from evidence_check.readers._hcl import Block, parse
from evidence_check.readers._scripts import commands, item_commands, last_line, scalar_text
from evidence_check.readers._source import Source, Unreadable
from evidence_check.readers._windows_shell import powershell_commands
from evidence_check.tree import Map, Seq

SYSTEM = "packer"
GIVES = frozenset({"resource", "command"})


def wants(source: Source) -> bool:
    """`.pkr.hcl`, `.pkr.json`, and JSON with builders."""
    if source.name.lower().endswith((".pkr.hcl", ".pkr.json")):
        return True
    return source.name.lower().endswith(".json") and b'"builders"' in source.data and _is_template(source)


def read(source: Source) -> Iterator[Fact]:
    """A resource for every block; for a broken file those before the fault, then `Unreadable`."""
    if source.name.lower().endswith(".json"):
        yield from _json_template(source.json, source)
        return
    top, error = parse(source.text)
    for block in top.blocks:
        yield from _block(block, source)
    if error:
        raise Unreadable(str(error), error.line)


def _is_template(source: Source) -> bool:
    try:
        document = source.json
    except Unreadable:
        return False
    return isinstance(document, Map) and any(
        isinstance(item, Map) and "type" in item for item in _list(document.get("builders"))
    )


def _block(block: Block, source: Source) -> Iterator[Fact]:
    place = source.at(block.line, block.end_line)
    if block.type == "packer":
        for plugins in block.nested("required_plugins"):
            for name, value in plugins.body.items():
                attributes = value if isinstance(value, Map) else {}
                yield Resource(source.at(plugins.body.line_of(name)), SYSTEM, "required_plugin", name, attributes)
    elif block.type == "locals":
        for name, value in block.body.items():
            yield Resource(source.at(block.body.line_of(name)), SYSTEM, "local", name, {"value": value})
    elif block.type == "build":
        name = scalar_text(block.body.get("name"))
        yield Resource(place, SYSTEM, "build", name, block.body)
        order = 0
        for inner in block.walk():
            if inner.type in {"provisioner", "post-processor", "error-cleanup-provisioner"} and inner.labels:
                kind = f"{inner.type}.{inner.labels[0]}"
                yield Resource(source.at(inner.line, inner.end_line), SYSTEM, kind, name, inner.body)
                found = _provisioner(inner.labels[0], inner.body, source, name, order)
                yield from found
                order += len(found)
    else:
        kind = f"{block.type}.{block.labels[0]}" if len(block.labels) == 2 else block.type
        yield Resource(place, SYSTEM, kind, block.name, block.body)


def _json_template(document: Any, source: Source) -> Iterator[Fact]:
    if not isinstance(document, Map):
        return
    order = 0
    for key, kind in (("builders", "source"), ("provisioners", "provisioner"), ("post-processors", "post-processor")):
        for item in _list(document.get(key)):
            if not isinstance(item, Map):
                continue
            type_ = scalar_text(item.get("type"))
            place = source.at(item.line, max(item.line, last_line(item)))
            yield Resource(place, SYSTEM, f"{kind}.{type_}", scalar_text(item.get("name")), item)
            if kind == "provisioner":
                found = _provisioner(type_, item, source, "", order)
                yield from found
                order += len(found)
    if "builders" in document:
        yield Resource(source.at(document.line), SYSTEM, "build", "", document)


def _provisioner(kind: str, body: Map, source: Source, name: str, order: int) -> list[Command]:
    """What a provisioner runs: shell lines, script files, playbooks."""
    unit = Unit(UnitKind.MACHINE, source.path, name, source.file.location.part)
    folder = source.folder
    if kind in {"ansible", "ansible-local"}:
        playbook = body.get("playbook_file")
        if isinstance(playbook, str):
            script = f"ansible-playbook {_own_path(playbook)}"
            return commands(script, source, unit, line=body.line_of("playbook_file"), directory=folder, order=order)
        return []
    if kind not in {"shell", "shell-local", "powershell", "windows-shell"}:
        return []
    inline = body.get("inline", body.get("command"))
    key = "inline" if "inline" in body else "command"
    if kind in {"powershell", "windows-shell"}:
        script = "\n".join(scalar_text(line) for line in inline) if isinstance(inline, list) else scalar_text(inline)
        found = powershell_commands(script, source, unit, line=body.line_of(key), directory=folder, order=order)
    elif isinstance(inline, Seq):
        found = item_commands(inline, source, unit, directory=folder, order=order)
    else:
        found = commands(scalar_text(inline), source, unit, line=body.line_of(key), directory=folder, order=order)
    for key in ("script", "scripts"):
        value = body.get(key)
        for path in value if isinstance(value, list) else [value]:
            call = f"./{_own_path(path)}" if isinstance(path, str) else ""
            if call and not call.startswith("./$"):
                line = body.line_of(key)
                found += commands(call, source, unit, line=line, directory=folder, order=order + len(found))
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, Seq) else []


def _own_path(path: str) -> str:
    """A path as seen from the template's folder."""
    for prefix in ("${path.root}/", "${path.cwd}/", "{{template_dir}}/", "{{ template_dir }}/", "./"):
        path = path.removeprefix(prefix)
    return path
