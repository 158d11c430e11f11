"""Visio drawings: one diagram per page, shapes as nodes, connectors as edges.

Source: https://learn.microsoft.com/office/client-developer/visio/introduction-to-the-visio-file-formatvsdx
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Fact
from evidence_check.readers._drawing import clean_labels
from evidence_check.readers._markup import attribute, elements, local
from evidence_check.readers._package import Package, open_package
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "visio"
GIVES = frozenset({Diagram.kind})

SIZE_LIMIT = 100_000_000
PAGE_LIMIT = 100
_PAGE = expression(r"visio/pages/page(\d{1,5})\.xml")
_GENERIC = expression(r"(?:V?Background|Page|Zeichenblatt)-?\s*\d*", re.IGNORECASE)


def wants(source: Source) -> bool:
    """By suffix."""
    return source.name.lower().endswith((".vsdx", ".vsdm"))


def read(source: Source) -> Iterable[Fact]:
    """One diagram per page."""
    if source.file.size > SIZE_LIMIT:
        raise Unreadable(f"is larger than {SIZE_LIMIT // 1_000_000} MB: not opened")
    if not source.data:
        return [Diagram(source.at(), "vsdx", blank=True)]
    package = open_package(source.data, "Visio drawing (.vsdx)")
    pages = sorted((int(match[1]), name) for name in package.names() if (match := _PAGE.fullmatch(name)))
    if not pages:
        raise Unreadable("is damaged or no Visio drawing: it has no pages")
    titles = _titles(package)
    return [_diagram(source, package.xml(name), titles.get(name, "")) for _, name in pages[:PAGE_LIMIT]]


def _titles(package: Package) -> dict[str, str]:
    index = "visio/pages/pages.xml"
    if not package.has(index):
        return {}
    related = package.related(index)
    found = {}
    for page in elements(package.xml(index)):
        if local(page) == "Page":
            part = next((attribute(item, "id") for item in page if local(item) == "Rel"), "")
            name = attribute(page, "NameU") or attribute(page, "Name")
            found[related.get(part, "")] = "" if _GENERIC.fullmatch(name) else name
    return found


def _diagram(source: Source, page: Any, title: str) -> Diagram:
    connectors = {attribute(item, "FromSheet") for item in elements(page) if local(item) == "Connect"}
    nodes = 0
    labels: list[str] = []
    for shape in elements(page):
        if local(shape) == "Shape":
            labels.extend("".join(text.itertext()) for text in shape if local(text) == "Text")
            around = shape.getparent()
            top = around is not None and around.getparent() is page
            nodes += top and attribute(shape, "ID") not in connectors
    edges = len(connectors)
    form = "structure" if nodes else ""
    return Diagram(source.at(), "vsdx", title, nodes, edges, clean_labels(labels), form, blank=not nodes and not edges)
