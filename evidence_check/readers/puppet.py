"""Puppet manifests: classes, nodes and resources, and what `exec` runs.

Format: https://www.puppet.com/docs/puppet/latest/lang_resources.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource, Unit, UnitKind
from evidence_check.readers._scripts import commands
from evidence_check.readers._source import Source
from evidence_check.tree import Map

SYSTEM = "puppet"
GIVES = frozenset({"resource", "command"})

_CONTAINER = expression(r"\s*(class|define|node)\s+[\"']?([\w:.*-]{1,200})")
_RESOURCE = expression(
    r"\s*@{0,2}([a-z]\w{0,60}(?:::\w{1,60}){0,6})\s*\{\s*(?:[\"']([^\"'\n]{1,300})[\"']|(\[?\$?[\w:]{1,100}|\[[^\]\n]{1,300}\]))\s*:"
)
_OPENING = expression(r"\s*@{0,2}([a-z]\w{0,60}(?:::\w{1,60}){0,6})\s*\{\s*$")
_TITLE = expression(r"\s*[\"']([^\"'\n]{1,300})[\"']\s*:\s*$")
_INCLUDE = expression(r"\s*(include|contain|require)\s+([\w:]{1,200})")
_PARAMETER = expression(r"\s*(\w{1,60})\s*=>\s*(?:[\"']([^\"'\n]{0,1000})[\"']|([^,\n#]{1,300}))")
_KEYWORDS = frozenset({"if", "unless", "case", "else", "elsif", "default", "class", "define", "node"})
_FAR = 60


def wants(source: Source) -> bool:
    """`.pp` files that are no Pascal."""
    return (
        source.name.lower().endswith(".pp")
        and re.search(rb"=>|^[ \t]*(?:class|include|node)\s", source.data, re.MULTILINE) is not None
    )


def read(source: Source) -> Iterator[Fact]:
    """The declarations; what is not understood is left out."""
    unit = Unit(UnitKind.TASK, source.path, "", source.file.location.part)
    lines = [_without_comment(line) for line in source.text.split("\n")]
    order = 0
    for number, line in enumerate(lines, 1):
        if match := _CONTAINER.match(line):
            yield Resource(source.at(number), SYSTEM, match[1], match[2])
            continue
        if match := _INCLUDE.match(line):
            yield Resource(source.at(number), SYSTEM, match[1], match[2])
            continue
        kind, name = _declared(lines, number)
        if kind and kind not in _KEYWORDS:
            attributes, end = _parameters(lines, number)
            yield Resource(source.at(number, end), SYSTEM, kind, name, attributes)
            if kind == "exec":
                line_of = attributes.line_of("command")
                found = commands(attributes.get("command", name), source, unit, line=line_of, order=order)
                yield from found
                order += len(found)


def _without_comment(line: str) -> str:
    stripped = line.lstrip()
    return "" if stripped.startswith("#") else line


def _declared(lines: list[str], number: int) -> tuple[str, str]:
    """Type and title of a resource that starts in this line."""
    if match := _RESOURCE.match(lines[number - 1]):
        return match[1], match[2] or match[3]
    if (match := _OPENING.match(lines[number - 1])) and number < len(lines):
        title = _TITLE.match(lines[number])
        return (match[1], title[1]) if title else ("", "")
    return "", ""


def _parameters(lines: list[str], number: int) -> tuple[Map, int]:
    """`name => value` up to the closing brace."""
    attributes = Map(number)
    for at in range(number, min(number + _FAR, len(lines)) + 1):
        line = lines[at - 1]
        rest = line if at > number else line.partition(":")[2] if "=>" in line else ""
        while match := _PARAMETER.match(rest.lstrip(", ")):
            attributes[match[1]] = match[2] if match[2] is not None else match[3].strip(" }")
            attributes.lines[match[1]] = at
            rest = rest.lstrip(", ")[match.end() :]
        if line.rstrip().endswith("}") and (at > number or "{" in line):
            return attributes, at
    return attributes, number
