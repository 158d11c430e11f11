"""Dockerfiles and Containerfiles: a resource for every stage, what the build runs, and what a container starts with.

Format: https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Resource, Unit, UnitKind
from evidence_check.readers import _shell
from evidence_check.readers._dockerfile import KEYWORDS, Instruction, image_of, instructions, substituted
from evidence_check.readers._source import Source, Unreadable
from evidence_check.readers._windows_shell import batch_commands, powershell_commands
from evidence_check.tree import Map

SYSTEM = "docker"
GIVES = frozenset({"resource", "command"})

_NAME = expression(
    r"(?:docker|container)file(?:[._-][\w.-]{1,80})?|[\w.-]{1,80}\.(?:docker|container)file", re.IGNORECASE
)
_OTHER = expression(
    r"\.(?:sh|bash|py|js|ts|go|rb|java|ps1|md|rst|html|png|svg|json|ya?ml|xml|dockerignore|j2|jinja2?|erb|lock|sum)$",
    re.IGNORECASE,
)
_FROM = expression(r"(\S+)(?:\s+as\s+(\S+))?$", re.IGNORECASE)
_ASSIGNMENT = expression(r"""([\w.-]{1,120})=((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])*)""", re.DOTALL)
_ONLY_HEREDOC = expression(r"\s*<<-?[\"']?\w+[\"']?\s*")
_INHERITED = ("user", "workdir", "healthcheck", "entrypoint", "cmd", "expose")


@dataclass
class _Stage:
    """A stage while its instructions are read."""

    name: str
    attributes: Map
    line: int
    end_line: int
    base: _Stage | None = None
    shell: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    starts: dict[str, tuple[list[str] | str, int]] = field(default_factory=dict)
    """`entrypoint` and `cmd`, in exec form as words or in shell form as text, with the line."""
    runs: list[Instruction] = field(default_factory=list)

    def set(self, key: str, value: Any, line: int) -> None:
        self.attributes[key] = value
        self.attributes.lines[key] = line


def wants(source: Source) -> bool:
    """By the file's name."""
    return _NAME.fullmatch(source.name) is not None and not _OTHER.search(source.name)


def read(source: Source) -> Iterator[Fact]:
    """The stages, `RUN` commands and start commands; `Unreadable` after them where an instruction is unknown."""
    found = instructions(source.text)
    stages = _stages(found)
    for stage in stages:
        stage.set("final", stage is stages[-1], stage.line)
        if source.path.startswith(".devcontainer/") or "/.devcontainer/" in source.path:
            stage.set("devcontainer", True, stage.line)
        yield Resource(source.at(stage.line, stage.end_line), SYSTEM, "stage", stage.name, stage.attributes)
        yield from _build_commands(stage, source)
        yield from _start_commands(stage, source)
    for one in found:
        if one.keyword not in KEYWORDS:
            raise Unreadable(f"not a valid Dockerfile: unknown instruction {one.keyword[:40]}", one.line)
    whole = source.name.lower() in {"dockerfile", "containerfile"}  # others may be pieces that a script puts together
    if found and not stages and whole:
        raise Unreadable("not a valid Dockerfile: it has no FROM", found[0].line)


def _stages(found: list[Instruction]) -> list[_Stage]:
    stages: list[_Stage] = []
    by_name: dict[str, _Stage] = {}
    defaults: dict[str, str] = {}
    for one in found:
        if one.keyword == "FROM":
            stage = _stage(one, len(stages), by_name, defaults)
            if stage is not None:
                stages.append(stage)
                by_name[stage.name.lower()] = stage
        elif one.keyword == "ARG" and not stages:
            defaults.update((key, value or "") for key, value in _arguments(one, defaults).items() if value is not None)
        elif stages and one.keyword in KEYWORDS:
            stages[-1].end_line = one.end_line
            _apply(stages[-1], one, defaults)
    return stages


def _stage(one: Instruction, index: int, by_name: dict[str, _Stage], defaults: dict[str, str]) -> _Stage | None:
    flags, end = one.flags()
    match = _FROM.match(substituted(" ".join(one.value[end:].replace("\\\n", " ").split()), defaults))
    if match is None:
        return None
    stage = _Stage(match[2] or str(index), Map(one.line), one.line, one.end_line)
    reference = match[1]
    base = by_name.get(reference.lower())
    if base is not None:
        stage.base, stage.shell, stage.variables = base, base.shell, dict(base.variables)
        stage.starts = dict(base.starts)
        reference = base.attributes["from"]
        stage.set("base_stage", base.name, one.line)
        for key in _INHERITED:
            if key in base.attributes:
                stage.set(key, base.attributes[key], base.attributes.line_of(key))
    image = image_of(reference)
    for key, value in (("from", reference), ("image", image.name), ("tag", image.tag), ("digest", image.digest)):
        if value or key in {"from", "image"}:
            stage.set(key, value, one.line)
    if "platform" in flags:
        stage.set("platform", flags["platform"], one.line)
    return stage


def _apply(stage: _Stage, one: Instruction, defaults: dict[str, str]) -> None:
    """What one instruction says about its stage."""
    keyword, line = one.keyword, one.line
    if keyword == "ONBUILD":
        inner, _, value = one.value.lstrip().partition(" ")
        if inner.upper() in KEYWORDS - {"ONBUILD", "FROM"}:
            _apply(stage, Instruction(inner.upper(), value, line, one.end_line, (), value), defaults)
    elif keyword == "RUN":
        stage.runs.append(one)
    elif keyword in {"ENTRYPOINT", "CMD"}:
        _start(stage, one)
    elif keyword in {"USER", "WORKDIR"}:
        stage.set(keyword.lower(), substituted(one.joined.strip("\"'"), stage.variables), line)
    elif keyword == "HEALTHCHECK":
        stage.set("healthcheck", None if one.joined.upper() == "NONE" else one.joined, line)
    elif keyword == "EXPOSE":
        ports = substituted(one.joined, stage.variables).split()
        stage.set("expose", [*stage.attributes.get("expose", []), *ports], line)
    elif keyword in {"COPY", "ADD"}:
        _copy(stage, one)
    elif keyword == "SHELL":
        stage.shell = _words(one.joined) or []
    elif keyword in {"ARG", "ENV", "LABEL"}:
        _variables(stage, one, defaults)


def _variables(stage: _Stage, one: Instruction, defaults: dict[str, str]) -> None:
    known = _arguments(one, stage.variables)
    key = {"ARG": "args", "ENV": "env", "LABEL": "labels"}[one.keyword]
    kept = stage.attributes.get(key)
    if not isinstance(kept, Map):
        kept = Map(one.line)
        stage.set(key, kept, one.line)
    for name, given in known.items():
        value = defaults.get(name) if given is None else given
        kept[name] = value
        kept.lines[name] = one.line
        if value is not None and one.keyword != "LABEL":
            stage.variables[name] = value


def _arguments(one: Instruction, variables: dict[str, str]) -> dict[str, str | None]:
    """`NAME=value` pairs, a bare `NAME` (as of `ARG`), or the old `ENV name value`."""
    text = one.joined
    if "=" not in text.split(" ")[0]:
        name, _, value = text.partition(" ")
        if one.keyword == "ARG":
            return {word.partition("=")[0]: None for word in text.split()}
        return {name: substituted(value.strip("\"'"), variables)} if name else {}
    return {match[1]: substituted(match[2].strip("\"'"), variables) for match in _ASSIGNMENT.finditer(text)}


def _copy(stage: _Stage, one: Instruction) -> None:
    flags, end = one.flags()
    words = _words(one.value[end:]) or one.value[end:].replace("\\\n", " ").split()
    key = "copies"
    if "from" in flags:
        key, words = "copies_from", [substituted(flags["from"], stage.variables), ""]
    there = stage.attributes.get(key, [])
    stage.set(
        key, [*there, *(word for word in words[:-1] if "<<" not in word)], stage.attributes.lines.get(key, one.line)
    )


def _start(stage: _Stage, one: Instruction) -> None:
    key = one.keyword.lower()
    words = _words(one.joined)
    given: list[str] | str = one.value if words is None else words
    if key == "entrypoint" and stage.base is not None and stage.starts.get("cmd") == stage.base.starts.get("cmd"):
        stage.starts.pop("cmd", None)
        stage.attributes.pop("cmd", None)
    stage.starts[key] = (given, one.line)
    stage.set(key, words if words is not None else [one.joined], one.line)


def _words(text: str) -> list[str] | None:
    """The words of an exec form, None where it is a shell form."""
    text = text.replace("\\\n", " ").strip()
    if not text.startswith("["):
        return None
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return [str(word) for word in words] if isinstance(words, list) else None


# --- commands ---------------------------------------------------------------------------------------------------------


def _build_commands(stage: _Stage, source: Source) -> Iterator[Command]:
    unit = Unit(UnitKind.IMAGE_BUILD, source.path, stage.name, source.file.location.part)
    order = 0
    for one in stage.runs:
        found = _run(one, stage, source, unit, order)
        yield from found
        order += len(found)


def _run(one: Instruction, stage: _Stage, source: Source, unit: Unit, order: int) -> list[Command]:
    _, end = one.flags()
    script = one.written[end:].lstrip("\\\n \t")
    line = one.line + one.written.count("\n", 0, len(one.written) - len(script))
    words = _words(one.value[end:])
    if words is not None:
        script = shlex.join(words)
    elif one.heredocs and _ONLY_HEREDOC.fullmatch(one.value[end:]):
        first = one.heredocs[0]
        if first.text.startswith("#!") and "sh" not in first.text.partition("\n")[0]:
            return []
        script, line = first.text, first.line
    shell = " ".join(stage.shell).lower()
    if "powershell" in shell or "pwsh" in shell:
        return powershell_commands(
            script.replace("\\\n", "`\n"), source, unit, line=line, directory=source.folder, order=order
        )
    if shell.startswith("cmd"):
        return batch_commands(
            script.replace("\\\n", "^\n"), source, unit, line=line, directory=source.folder, order=order
        )
    return _shell.commands(script, source, unit, line=line, directory=source.folder, order=order)


def _start_commands(stage: _Stage, source: Source) -> list[Command]:
    """What a container of the stage runs: the entry point with the command as its arguments."""
    unit = Unit(UnitKind.IMAGE_START, source.path, stage.name, source.file.location.part)
    entrypoint, cmd = stage.starts.get("entrypoint"), stage.starts.get("cmd")
    scripts: list[tuple[str, int]] = []
    if entrypoint is not None and isinstance(entrypoint[0], list) and cmd is not None and isinstance(cmd[0], list):
        scripts.append((shlex.join([*entrypoint[0], *cmd[0]]), max(entrypoint[1], cmd[1])))
    else:
        for given in (entrypoint, cmd):
            if given is not None:
                scripts.append((given[0] if isinstance(given[0], str) else shlex.join(given[0]), given[1]))
            if entrypoint is not None and isinstance(entrypoint[0], str):
                break
    return _shell.session(scripts, source, unit, directory=source.folder)
