"""Salt states: what each declares, and what `cmd.run` runs. Read line by line, since states are Jinja around YAML.

Format: https://docs.saltproject.io/en/latest/ref/states/highstate.html
"""

from __future__ import annotations

from collections.abc import Iterator

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource, Unit, UnitKind
from evidence_check.readers._scripts import commands
from evidence_check.readers._source import Source
from evidence_check.tree import Map

SYSTEM = "salt"
GIVES = frozenset({"resource", "command"})

_ID = expression(r"(?:\"([^\"\n]{1,200})\"|'([^'\n]{1,200})'|([^\s#{%'\"-][^\n]{0,200}?)):\s*$")
_STATE = expression(r"[ \t]+([a-z_]\w{0,40}\.[a-z_]\w{0,40}):?\s*(?:\[\])?$")
_ARGUMENT = expression(r"[ \t]+- (\w{1,40}):[ \t]*(\S[^\n]{0,1000})?$")
_FAR = 40


def wants(source: Source) -> bool:
    """State files."""
    return source.name.lower().endswith(".sls")


def read(source: Source) -> Iterator[Fact]:
    """The states; pillars and the top file have none."""
    unit = Unit(UnitKind.TASK, source.path, "", source.file.location.part)
    lines = source.text.split("\n")
    name, order = "", 0
    for number, line in enumerate(lines, 1):
        if match := _ID.match(line):
            name = match[1] or match[2] or match[3]
        elif (match := _STATE.match(line)) and name:
            attributes, end = _arguments(lines, number)
            yield Resource(source.at(number, end), SYSTEM, match[1], name, attributes)
            if match[1] in {"cmd.run", "cmd.script", "cmd.wait"}:
                script = attributes.get("name", name)
                found = commands(script, source, unit, line=attributes.line_of("name"), order=order)
                yield from found
                order += len(found)


def _arguments(lines: list[str], number: int) -> tuple[Map, int]:
    attributes, end = Map(number), number
    for at in range(number + 1, min(number + _FAR, len(lines)) + 1):
        line = lines[at - 1]
        if match := _ARGUMENT.match(line):
            attributes[match[1]] = (match[2] or "").strip("\"'")
            attributes.lines[match[1]] = at
            end = at
        elif _STATE.match(line) or (line.strip() and not line[0].isspace()):
            break
    return attributes, end
