"""PowerShell Desired State Configuration: the resources of a `Configuration`.

Format: https://learn.microsoft.com/en-us/powershell/dsc/configurations/configurations
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource
from evidence_check.readers._source import Source
from evidence_check.tree import Map

SYSTEM = "dsc"
GIVES = frozenset({"resource"})

_CONFIGURATION = expression(r"^[ \t]*configuration[ \t]+([\w-]{1,100})", re.IGNORECASE | re.MULTILINE)
_RESOURCE = expression(r"\s*+([A-Za-z]\w{2,60})\s++[\"']?([\w$(){}.: -]{1,100}?)[\"']?\s*+(\{\s*+)?$")
_PROPERTY = expression(r"\s*(\w{1,60})\s*=\s*(\S[^\n#]{0,500})")
_OTHER = frozenset(
    "configuration node if else elseif foreach for while switch param function try catch finally import using".split()
)
_FAR = 40


def wants(source: Source) -> bool:
    """PowerShell with a configuration in it."""
    return source.name.lower().endswith((".ps1", ".psm1")) and _CONFIGURATION.search(source.text) is not None


def read(source: Source) -> Iterator[Fact]:
    """The resources after the first `Configuration`."""
    lines = source.code.split("\n")
    inside = False
    for number, line in enumerate(lines, 1):
        inside = inside or _CONFIGURATION.match(line) is not None
        match = _RESOURCE.match(line) if inside else None
        if match is None or match[1].lower() in _OTHER or match[1].lower().startswith("import-"):
            continue
        if match[3] or (number < len(lines) and lines[number].strip() == "{"):
            attributes, end = _properties(lines, number)
            yield Resource(source.at(number, end), SYSTEM, match[1], match[2].strip(), attributes)


def _properties(lines: list[str], number: int) -> tuple[Map, int]:
    attributes = Map(number)
    for at in range(number + 1, min(number + _FAR, len(lines)) + 1):
        if lines[at - 1].strip() == "}":
            return attributes, at
        if match := _PROPERTY.match(lines[at - 1]):
            attributes[match[1]] = match[2].strip().strip("\"'")
            attributes.lines[match[1]] = at
    return attributes, number
