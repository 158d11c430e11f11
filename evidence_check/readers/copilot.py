"""AWS Copilot: the manifest of a service or job, and the environments that it is adapted to.

Format: https://aws.github.io/copilot-cli/docs/manifest/overview/
"""

from __future__ import annotations

from collections.abc import Iterator

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource
from evidence_check.readers._scripts import last_line, scalar_text
from evidence_check.readers._source import Source
from evidence_check.tree import Map

SYSTEM = "copilot"
GIVES = frozenset({Resource.kind})

_PATH = expression(r"(?:^|/)copilot/[^/]{1,100}/manifest\.ya?ml$")


def wants(source: Source) -> bool:
    """By the path: `copilot/<service>/manifest.yml`."""
    return _PATH.search(source.path) is not None


def read(source: Source) -> Iterator[Fact]:
    """The service or job, and each environment that it names. Raises `Unreadable`."""
    for document in source.yaml[:1]:
        if not isinstance(document, Map) or "type" not in document:
            continue
        line = document.line_of("type")
        place = source.at(line, max(line, last_line(document)))
        yield Resource(place, SYSTEM, scalar_text(document["type"]), scalar_text(document.get("name")), document)
        environments = document.get("environments")
        if not isinstance(environments, Map):
            continue
        for name, content in environments.items():
            given = content if isinstance(content, Map) else Map()
            yield Resource(source.at(environments.line_of(name)), SYSTEM, "environment", name, given)
