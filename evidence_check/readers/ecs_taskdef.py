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


_TEMPLATE = (".json.tpl", ".json.tftpl", ".json.tmpl")


def wants(source: Source) -> bool:
    """JSON with container definitions, or a template of it that is JSON before it is filled in."""
    if source.name.lower().endswith(_TEMPLATE):
        return bool(_containers(source))
    if not source.name.lower().endswith(".json") or b'"containerDefinitions"' not in source.data:
        return False
    try:
        document = source.json
    except Unreadable:
        return "task" in source.name.lower()
    return isinstance(document, Map) and isinstance(document.get("containerDefinitions"), Seq)


def read(source: Source) -> Iterator[Fact]:
    """The task definition. Raises `Unreadable`."""
    if source.name.lower().endswith(_TEMPLATE):
        containers = _containers(source)
        given = Map(containers.line)
        given["containerDefinitions"] = containers
        yield Resource(source.at(containers.line), SYSTEM, "task-definition", "", given)
        return
    document = source.json
    if isinstance(document, Map):
        place = source.at(document.line, max(document.line, last_line(document)))
        yield Resource(place, SYSTEM, "task-definition", scalar_text(document.get("family")), document)


def _containers(source: Source) -> Seq:
    """The container definitions of a template, as Terraform is handed them: a list, or a task definition with one."""
    if b'"image"' not in source.data:
        return Seq(1)
    try:
        document = source.json
    except Unreadable:
        return Seq(1)
    listed = document.get("containerDefinitions") if isinstance(document, Map) else document
    if (
        isinstance(listed, Seq)
        and listed
        and all(isinstance(one, Map) and {"name", "image"} <= set(one) for one in listed)
    ):
        return listed
    return Seq(1)
