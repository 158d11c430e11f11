"""Amazon ECS task definitions in JSON, as they are registered by a pipeline.

Format: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
"""

from __future__ import annotations

from collections.abc import Iterator

from evidence_check.model import Fact, Resource
from evidence_check.readers._scripts import last_line, scalar_text
from evidence_check.readers._source import Source, Unreadable
from evidence_check.tree import Map, Seq

SYSTEM = "ecs"
GIVES = frozenset({"resource"})


def wants(source: Source) -> bool:
    """JSON with container definitions."""
    if not source.name.lower().endswith(".json") or b'"containerDefinitions"' not in source.data:
        return False
    try:
        document = source.json
    except Unreadable:
        return "task" in source.name.lower()
    return isinstance(document, Map) and isinstance(document.get("containerDefinitions"), Seq)


def read(source: Source) -> Iterator[Fact]:
    """The task definition. Raises `Unreadable`."""
    document = source.json
    if isinstance(document, Map):
        place = source.at(document.line, max(document.line, last_line(document)))
        yield Resource(place, SYSTEM, "task-definition", scalar_text(document.get("family")), document)
