"""Google Cloud Deployment Manager configurations.

Format: https://cloud.google.com/deployment-manager/docs/configuration/syntax-reference
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource
from evidence_check.readers._scripts import last_line, scalar_text
from evidence_check.readers._source import Source
from evidence_check.tree import Map, Seq

SYSTEM = "deployment-manager"
GIVES = frozenset({"resource"})

_TYPE = expression(r"[a-z]+(?:\.googleapis\.com)?[./]v\d\w*[./]\w+.*|gcp-types/.+|.+\.(?:jinja|py)$")


def wants(source: Source) -> bool:
    """YAML with a list of resources of Google's types."""
    if (
        not source.name.lower().endswith((".yaml", ".yml"))
        or b"resources:" not in source.data
        or b"type:" not in source.data
    ):
        return False
    return any(_resources(document) for document in source.documents)


def read(source: Source) -> Iterator[Fact]:
    """The resources. Raises `Unreadable`."""
    for document in source.yaml:
        for one in _resources(document):
            place = source.at(one.line, max(one.line, last_line(one)))
            yield Resource(place, SYSTEM, one["type"], scalar_text(one.get("name")), one)


def _resources(document: Any) -> list[Map]:
    listed = document.get("resources") if isinstance(document, Map) and "kind" not in document else None
    return [
        item
        for item in (listed if isinstance(listed, Seq) else ())
        if isinstance(item, Map)
        and "name" in item
        and isinstance(item.get("type"), str)
        and _TYPE.fullmatch(item["type"])
    ]
