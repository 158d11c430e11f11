"""Kibana saved objects as resources: dashboards, visualisations, searches, alerts.

Exports with one object a line (https://www.elastic.co/docs/explore-analyze/find-and-organize/saved-objects), and the
older ones that are one list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from evidence_check.model import Resource
from evidence_check.tree import Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "kibana"
GIVES = frozenset({Resource.kind})

_SIZE = 5 * 1024 * 1024
_OBJECTS = 500
_STATE = 4_000


def wants(source: Source) -> bool:
    """`.ndjson` files and JSON lists of saved objects."""
    if source.file.size > _SIZE:
        return False
    name = source.name.lower()
    if name.endswith(".ndjson"):
        return '"attributes"' in source.text
    return name.endswith(".json") and '"_source"' in source.text and '"kibanaSavedObjectMeta"' in source.text


def read(source: Source) -> Iterable[Resource]:
    """The objects; lines that are none are passed over."""
    for count, (line, item) in enumerate(_objects(source)):
        if count >= _OBJECTS:
            return
        kind = item.get("type", item.get("_type"))
        inner = item.get("attributes", item.get("_source"))
        if isinstance(kind, str) and isinstance(inner, dict):
            state = " ".join(value for value in inner.values() if isinstance(value, str))[:_STATE]
            title = inner.get("title") or inner.get("name") or ""
            yield Resource(source.at(line), SYSTEM, kind, str(title), {"state": state})


def _objects(source: Source) -> Iterator[tuple[int, Any]]:
    if not source.name.lower().endswith(".ndjson"):
        document = source.json
        for item, line in zip(document, document.lines, strict=False) if isinstance(document, Seq) else ():
            if isinstance(item, dict):
                yield line, item
        return
    for number, row in enumerate(source.text.split("\n"), 1):
        if row.startswith("{"):
            try:
                item = json.loads(row)
            except (ValueError, RecursionError):
                continue
            yield number, item
