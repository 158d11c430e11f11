"""Bicep: resources, modules, parameters and outputs; values of parameter files.

Format: https://learn.microsoft.com/en-us/azure/azure-resource-manager/bicep/file
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource, Setting, Unit, UnitKind
from evidence_check.readers._bicep_values import CHILD, Child, Scanner
from evidence_check.readers._leaves import leaves, settings
from evidence_check.readers._scripts import texts
from evidence_check.readers._source import Source, Unreadable
from evidence_check.readers._user_data import boot_facts
from evidence_check.tree import BadSyntax, Map

SYSTEM = "bicep"
GIVES = frozenset({Resource.kind, Setting.kind, "command"})

_MODULE = expression(r"module\s++(\w++)\s++'([^'\n]{1,300})'\s*+=\s*+")
_NAMED = expression(r"(param|var|output)\s++(\w++)([^=\n{]*+(?:\{[^=]{0,2000}?\})?[^=\n]*+)(=)?[ \t]*+")
_DECORATOR = expression(r"@(?:\w+\.)?(\w+)(?=\()")
_KINDS = {"param": "parameter", "var": "variable", "output": "output"}
_BOOT_KEYS = frozenset({"customData", "userData", "commandToExecute", "scriptContent", "script"})


def wants(source: Source) -> bool:
    """By the file's name."""
    return source.name.lower().endswith((".bicep", ".bicepparam"))


def read(source: Source) -> Iterator[Fact]:
    """The declarations in the order they stand; before a fault, then `Unreadable`."""
    scanner = Scanner(source.text)
    try:
        yield from _file(scanner, source)
    except BadSyntax as error:
        raise Unreadable(str(error), error.line) from error


def _file(scanner: Scanner, source: Source) -> Iterator[Fact]:
    text = scanner.text
    decorators: list[str] = []
    position = scanner.space(0)
    while position < len(text):
        start = position
        if match := _DECORATOR.match(text, position):
            decorators.append(match[1])
            position = scanner.closing(match.end())
        elif match := CHILD.match(text, position):
            children: list[Child] = []
            body, position = scanner.value(match.end(), children)
            child = Child(match[1], match[2], match[3] is not None, body, scanner.line(start), scanner.line(position))
            children = [child, *(one._replace(type=f"{child.type}/{one.type}") for one in children)]
            for one in children:
                yield from _resource(one, source)
            decorators = []
        elif match := _MODULE.match(text, position):
            body, position = scanner.value(match.end(), [])
            attributes = _with(body, scanner.line(start), source=match[2])
            yield Resource(
                source.at(scanner.line(start), scanner.line(position)), SYSTEM, "module", match[1], attributes
            )
            decorators = []
        elif match := _NAMED.match(text, position):
            value, position = scanner.value(match.end(), []) if match[4] else (None, match.end())
            yield from _named(match, value, decorators, scanner, start, position, source)
            decorators = []
        else:
            position = max(scanner.skip(position), start + 1)
            decorators = []
        position = scanner.space(position)


def _resource(child: Child, source: Source) -> Iterator[Fact]:
    kind = "/".join(part.partition("@")[0] for part in child.type.split("/"))
    attributes = _with(child.body, child.line, apiVersion=child.type.rpartition("@")[2])
    place = source.at(child.line, child.end_line)
    yield Resource(place, SYSTEM, f"existing.{kind}" if child.existing else kind, child.name, attributes)
    unit = Unit(UnitKind.MACHINE, source.path, child.name, source.file.location.part)
    for key, text, line in texts(attributes):
        if key in _BOOT_KEYS and ("\n" in text or " " in text) and "(" not in text.partition(" ")[0]:
            yield from boot_facts(text, source, unit, line, script=True)


def _named(
    match: re.Match[str], value: Any, decorators: list[str], scanner: Scanner, start: int, end: int, source: Source
) -> Iterator[Fact]:
    line = scanner.line(start)
    if source.name.lower().endswith(".bicepparam"):
        tree = Map(line)
        tree[match[2]] = value
        tree.lines[match[2]] = line
        yield from settings(source, leaves(tree))
        return
    attributes = Map(line)
    for key, item in (("type", match[3].strip()), ("value", value), ("decorators", decorators)):
        if item not in ("", None, []):
            attributes[key] = item
            attributes.lines[key] = line
    yield Resource(source.at(line, scanner.line(end)), SYSTEM, _KINDS[match[1]], match[2], attributes)


def _with(body: Any, line: int, **more: str) -> Map:
    """The body as a mapping, with what stands in its header."""
    result = Map(line)
    if isinstance(body, Map):
        result.update(body)
        result.lines.update(body.lines)
    elif body is not None:
        result["body"] = body
        result.lines["body"] = line
    for key, value in more.items():
        result[key] = value
        result.lines[key] = line
    return result
