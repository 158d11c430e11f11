"""Scripts that Python project files declare: Poe, taskipy, PDM, Hatch, Rye and Pixi in `pyproject.toml`, `Pipfile`.

https://poethepoet.natn.io/, https://pdm-project.org/en/latest/usage/scripts/, https://hatch.pypa.io/latest/environment/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from evidence_check.model import Fact, Unit, UnitKind
from evidence_check.readers._pipeline import Body, mapping, scalar_text
from evidence_check.readers._source import Unreadable
from evidence_check.readers._toml import parse_toml
from evidence_check.tree import BadSyntax, Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "project-scripts"
GIVES = frozenset({"command"})

_PLACES = (("poe", "tasks"), ("taskipy", "tasks"), ("pdm", "scripts"), ("rye", "scripts"), ("pixi", "tasks"))
_KEYS = ("cmd", "shell", "script", "call", "sequence", "composite", "chain", "ref", "expr")


def wants(source: Source) -> bool:
    """By the files' names."""
    return source.name in {"pyproject.toml", "Pipfile", "pixi.toml"}


def read(source: Source) -> Iterable[Fact]:
    """A task for each script."""
    try:
        root = parse_toml(source.text)
    except BadSyntax as error:
        raise Unreadable(str(error), error.line) from error
    facts: list[Fact] = []
    for tool, scripts in _declared(source, root):
        for name, content in scripts.items():
            body = Body(
                source, Unit(UnitKind.TASK, source.path, name, source.file.location.part), SYSTEM, source.folder
            )
            for text, line in _lines(tool, content, scripts.line_of(name), 0):
                body.run(text, line)
            facts += body.facts
    return facts


def _declared(source: Source, root: Map) -> Iterator[tuple[str, Map]]:
    if source.name == "Pipfile":
        yield "pipenv", mapping(root.get("scripts"))
        return
    if source.name == "pixi.toml":
        yield "pixi", mapping(root.get("tasks"))
        return
    tools = mapping(root.get("tool"))
    for tool, key in _PLACES:
        yield tool, mapping(mapping(tools.get(tool)).get(key))
    for environment in mapping(mapping(tools.get("hatch")).get("envs")).values():
        yield "hatch", mapping(mapping(environment).get("scripts"))


def _lines(tool: str, content: Any, line: int, depth: int) -> Iterator[tuple[str, int]]:
    """The shell texts of a script: a text, a list, or a table with one of the tools' keys."""
    if depth > 6:
        return
    if isinstance(content, Seq):
        for index, item in enumerate(content):
            at = content.lines[index] if index < len(content.lines) else line
            if isinstance(item, str) and tool == "poe":
                yield f"poe {item}", at
            else:
                yield from _lines(tool, item, at, depth + 1)
    elif isinstance(content, Map):
        for key in _KEYS:
            value = content.get(key)
            if key in {"script", "call", "expr"} or value is None:
                continue
            if key == "ref":
                yield f"{tool} {scalar_text(value)}", content.line_of(key)
            else:
                yield from _lines(tool, value, content.line_of(key), depth + 1)
    elif scalar_text(content):
        yield scalar_text(content), line
