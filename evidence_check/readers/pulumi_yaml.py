"""Pulumi programs written in YAML.

Format: https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/
"""

from __future__ import annotations

from collections.abc import Iterator

from evidence_check.model import Fact, Resource
from evidence_check.readers._scripts import last_line
from evidence_check.readers._source import Source
from evidence_check.tree import Map

SYSTEM = "pulumi"
GIVES = frozenset({"resource"})

_NAMES = frozenset({"Pulumi.yaml", "Pulumi.yml", "Main.yaml"})


def wants(source: Source) -> bool:
    """The project file, where it has resources in it."""
    return source.name in _NAMES and b"resources:" in source.data


def read(source: Source) -> Iterator[Fact]:
    """The resources, their properties as attributes. Raises `Unreadable`."""
    for document in source.yaml:
        resources = document.get("resources") if isinstance(document, Map) else None
        if not isinstance(resources, Map):
            continue
        for name, one in resources.items():
            if isinstance(one, Map) and isinstance(one.get("type"), str):
                properties = one.get("properties")
                attributes = properties if isinstance(properties, Map) else Map(one.line)
                line = resources.line_of(name)
                yield Resource(source.at(line, max(line, last_line(one))), SYSTEM, one["type"], name, attributes)
