"""Azure Resource Manager templates in JSON: resources, also nested ones, and what machines run.

Format: https://learn.microsoft.com/en-us/azure/azure-resource-manager/templates/syntax
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evidence_check.model import Fact, Resource, Unit, UnitKind
from evidence_check.readers._scripts import last_line, scalar_text
from evidence_check.readers._source import Source, Unreadable
from evidence_check.readers._user_data import boot_facts
from evidence_check.tree import Map, Seq

SYSTEM = "arm"
GIVES = frozenset({"resource", "command"})

_DEPTH = 8
_BOOT_KEYS = frozenset({"customData", "userData", "commandToExecute", "scriptContent"})


def wants(source: Source) -> bool:
    """JSON whose schema is that of deployment templates."""
    return (
        source.name.lower().endswith((".json", ".jsonc"))
        and b"eploymentTemplate.json" in source.data
        and _is_template(source)
    )


def read(source: Source) -> Iterator[Fact]:
    """The resources, parameters and outputs."""
    yield from _template(source.json, source, 0)


def _is_template(source: Source) -> bool:
    try:
        document = source.json
    except Unreadable:
        return True  # to be told as a gap
    return isinstance(document, Map) and "eploymentTemplate.json" in str(document.get("$schema"))


def _template(template: Any, source: Source, depth: int) -> Iterator[Fact]:
    if not isinstance(template, Map) or depth > _DEPTH:
        return
    for section, kind in (("parameters", "parameter"), ("outputs", "output")):
        given = template.get(section)
        entries = given if isinstance(given, Map) and not depth else Map()
        for name, value in entries.items():
            if isinstance(value, Map):
                line = entries.line_of(name)
                yield Resource(source.at(line, max(line, last_line(value))), SYSTEM, kind, name, value)
    yield from _resources(template.get("resources"), "", source, depth)


def _resources(listed: Any, parent: str, source: Source, depth: int) -> Iterator[Fact]:
    """Resources as a list, or by symbolic name (`languageVersion` 2.0); children carry their parent's type."""
    items = list(listed.values()) if isinstance(listed, Map) else listed
    if not isinstance(items, list) or depth > _DEPTH:
        return
    for item in items:
        if not isinstance(item, Map) or not isinstance(item.get("type"), str):
            continue
        kind = f"{parent}/{item['type']}" if parent and not item["type"].startswith(parent) else item["type"]
        name = scalar_text(item.get("name"))
        place = source.at(item.line, max(item.line, last_line(item)))
        yield Resource(place, SYSTEM, kind, name, item)
        unit = Unit(UnitKind.MACHINE, source.path, name, source.file.location.part)
        for text, line in _boot_texts(item.get("properties"), 0):
            yield from boot_facts(text, source, unit, line, script=True)
        yield from _resources(item.get("resources"), kind, source, depth + 1)
        properties = item.get("properties")
        if isinstance(properties, Map):
            yield from _template(properties.get("template"), source, depth + 1)


def _boot_texts(value: Any, depth: int) -> Iterator[tuple[str, int]]:
    """Scripts written out; an expression in brackets is none."""
    if depth > _DEPTH:
        return
    if isinstance(value, Map):
        for key, item in value.items():
            if key in _BOOT_KEYS and isinstance(item, str):
                if not item.startswith("["):
                    yield item, value.line_of(key)
            elif key != "template":
                yield from _boot_texts(item, depth + 1)
    elif isinstance(value, Seq):
        for item in value:
            yield from _boot_texts(item, depth + 1)
