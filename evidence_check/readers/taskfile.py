"""Task: `Taskfile.yml` (https://taskfile.dev/reference/schema/)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Step, Unit, UnitKind
from evidence_check.readers._pipeline import Body, mapping, scalar_text
from evidence_check.readers._shell import joined
from evidence_check.tree import Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "task"
GIVES = frozenset({"command", "step"})

_NAME = expression(r"taskfile(?:\.dist|\.[\w-]+)?\.ya?ml", re.IGNORECASE)


def wants(source: Source) -> bool:
    """By the name; included files may have one in the middle."""
    return _NAME.fullmatch(source.name) is not None


def read(source: Source) -> Iterable[Fact]:
    """A task for each entry; other tasks that it calls or depends on as `task name`; includes as steps."""
    root = source.yaml[0] if source.yaml else None
    if not isinstance(root, Map):
        return []
    part = source.file.location.part
    facts: list[Fact] = []
    includes = mapping(root.get("includes"))
    for name, value in includes.items():
        path = scalar_text(mapping(value).get("taskfile") if isinstance(value, Map) else value)
        whole = Unit(UnitKind.TASK, source.path, "", part)
        facts.append(Step(source.at(includes.line_of(name)), whole, SYSTEM, f"include:{path}", name=name))
    tasks = mapping(root.get("tasks"))
    for name, content in tasks.items():
        body = Body(source, Unit(UnitKind.TASK, source.path, name, part), SYSTEM, source.folder)
        _task(body, content, tasks.line_of(name))
        facts += body.facts
    return facts


def _task(body: Body, content: Any, line: int) -> None:
    given = mapping(content)
    folder = joined(body.directory, scalar_text(given.get("dir"))) if given.get("dir") else body.directory
    for dependency in given.get("deps") or []:
        name = scalar_text(mapping(dependency).get("task")) if isinstance(dependency, Map) else scalar_text(dependency)
        body.run(f"task {name}" if name else "", line)
    commands = given.get("cmds", given.get("cmd")) if isinstance(content, Map) else content
    lines = commands.lines if isinstance(commands, Seq) else []
    for index, item in enumerate(commands if isinstance(commands, list) else [commands]):
        at = lines[index] if index < len(lines) else given.line_of("cmd") or line
        forgiven = mapping(item).get("ignore_error") is True or given.get("ignore_error") is True
        script = item
        if isinstance(item, Map):
            script = f"task {scalar_text(item['task'])}" if "task" in item else item.get("cmd", item.get("defer"))
        body.run(script, at, directory=folder, hides_failure=forgiven)
