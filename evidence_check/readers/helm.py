"""Helm charts and Helmfile: a resource for a chart and each release, their charts as dependencies.

Formats: https://helm.sh/docs/topics/charts/#the-chartyaml-file and https://helmfile.readthedocs.io/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Dependency, Fact, Resource
from evidence_check.readers import _go_template, _manifests
from evidence_check.readers._scripts import last_line, scalar_text
from evidence_check.readers._source import Source, Unreadable
from evidence_check.tree import Map, Seq

SYSTEM = "helm"
GIVES = frozenset({"resource", "dependency"})

_CHART = frozenset({"Chart.yaml", "Chart.yml"})
_REQUIREMENTS = "requirements.yaml"
_HELMFILE = expression(r"(?:.{0,300}/)?(?:helmfile(?:[.-][\w.-]{1,60})?|helmfile\.d/[^/]{1,100})\.ya?ml(?:\.gotmpl)?")


def wants(source: Source) -> bool:
    """`Chart.yaml`, Helm 2's `requirements.yaml` and Helmfile's files."""
    if source.name == _REQUIREMENTS:
        return b"dependencies:" in source.data
    return source.name in _CHART or ("helmfile" in source.path and _HELMFILE.fullmatch(source.path) is not None)


def read(source: Source) -> Iterator[Fact]:
    """The chart or the releases. Raises `Unreadable`."""
    chart = source.name in _CHART
    for document in _documents(source):
        if not isinstance(document, Map):
            continue
        if chart:
            place = source.at(document.line, last_line(document))
            yield Resource(place, SYSTEM, "chart", scalar_text(document.get("name")), document)
        for key, kind in () if chart else (("releases", "release"), ("repositories", "repository")):
            for one, line in _maps(document.get(key)):
                yield Resource(source.at(line, last_line(one)), SYSTEM, kind, scalar_text(one.get("name")), one)
        for key, name_key in (("dependencies", "name"), ("releases", "chart")):
            for one, line in _maps(document.get(key)):
                name = scalar_text(one.get(name_key))
                if name and not name.startswith("."):
                    yield Dependency(source.at(line), "helm", name, scalar_text(one.get("version")))


def _documents(source: Source) -> list[Any]:
    if not _go_template.is_template(source.text):
        return source.yaml
    found, broken = _manifests.documents(source.text)
    if broken and not found:
        raise Unreadable(str(broken[0][2]), broken[0][2].line)
    return found


def _maps(value: Any) -> Iterator[tuple[Map, int]]:
    if isinstance(value, Seq):
        for item, line in zip(value, value.lines, strict=False):
            if isinstance(item, Map):
                yield item, line
