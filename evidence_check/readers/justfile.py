"""just: `justfile` (https://just.systems/man/en/)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Unit, UnitKind
from evidence_check.readers import _shell

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "just"
GIVES = frozenset({"command"})

_RECIPE = expression(r"@?([A-Za-z_][\w-]{0,80})((?:\s++[^:=\n]{1,300})?)\s*+:(?!=)\s*+(.*)")
_ASSIGNMENT = expression(r"(?:export\s+)?([A-Za-z_][\w-]{0,80})\s*:=\s*(['\"]?)([^'\"\n]{0,300})\2\s*(?:#.*)?")
_INTERPOLATION = expression(r"\{\{\s{0,9}([\w-]{1,80})\s{0,9}\}\}")


def wants(source: Source) -> bool:
    """By the name."""
    return source.name.lower() in {"justfile", ".justfile"} or source.name.endswith(".just")


def read(source: Source) -> Iterable[Fact]:
    """A task for each recipe; one that it depends on as `just name` before its own commands."""
    variables: dict[str, str] = {}
    facts: list[Fact] = []
    recipes: list[tuple[str, list[str], int, list[tuple[str, int]]]] = []
    for number, line in enumerate(source.text.split("\n"), 1):
        if line[:1] in {" ", "\t"}:
            if recipes and line.strip():
                recipes[-1][3].append((line.strip(), number))
            continue
        assigned = _ASSIGNMENT.fullmatch(line.strip())
        recipe = _RECIPE.fullmatch(line.strip())
        if assigned:
            variables[assigned[1]] = assigned[3]
        elif recipe and not line.startswith(("#", "[")):
            listed = re.sub(r"\([^)]{0,200}\)", lambda m: m[0][1:-1].split(" ")[0], recipe[3].partition("#")[0])
            recipes.append((recipe[1], listed.replace("&&", " ").split(), number, []))
    for name, needs, line_number, lines in recipes:
        unit = Unit(UnitKind.TASK, source.path, name, source.file.location.part)
        facts += _commands(source, unit, needs, line_number, lines, variables)
    return facts


def _commands(
    source: Source, unit: Unit, needs: list[str], line: int, lines: list[tuple[str, int]], variables: dict[str, str]
) -> Iterator[Command]:
    order = 0
    for need in needs:
        yield Command(source.at(line), unit, ("just", need), source.folder, order=order)
        order += 1
    if lines and lines[0][0].startswith("#!"):
        if "sh" not in lines[0][0]:
            return
        lines = [("\n".join(text for text, _ in lines[1:]), lines[0][1] + 1)]
    joined: list[tuple[str, int]] = []
    for text, number in lines:
        if joined and joined[-1][0].endswith("\\"):
            joined[-1] = (f"{joined[-1][0]}\n{text}", joined[-1][1])
        else:
            joined.append((text, number))
    for text, number in joined:
        bare = text.lstrip("@-")
        forgiven = "-" in text[: len(text) - len(bare)]
        script = _INTERPOLATION.sub(lambda match: variables.get(match[1]) or match[0], bare)
        found = _shell.commands(
            script, source, unit, line=number, directory=source.folder, order=order, hides_failure=forgiven
        )
        order += len(found)
        yield from found
