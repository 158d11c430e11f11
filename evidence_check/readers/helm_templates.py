"""Templates of Helm charts, as far as they can be read without values: the Kubernetes objects that they make.

Format: https://helm.sh/docs/topics/charts/#templates-and-values
"""

from __future__ import annotations

from collections.abc import Iterator

from evidence_check.model import Fact
from evidence_check.readers import _manifests
from evidence_check.readers._source import Source, Unreadable
from evidence_check.readers.kubernetes import is_chart_template

SYSTEM = _manifests.SYSTEM
GIVES = frozenset({"resource", "command"})


def wants(source: Source) -> bool:
    """A chart's template that makes an object."""
    return "templates/" in source.path and b"kind:" in source.data and is_chart_template(source)


def read(source: Source) -> Iterator[Fact]:
    """The objects; `Unreadable` after them where of one not even its kind can be told."""
    found, broken = _manifests.documents(source.text)
    for document in found:
        yield from _manifests.facts(document, source)
    for chunk, line, error in broken:
        resource = _manifests.scanned(chunk, line, source)
        if resource is None:
            if "kind:" in chunk:
                raise Unreadable("not readable as YAML without the chart's values", error.line)
        else:
            yield resource
