"""PowerPoint slides as drawings: shapes, the connectors between them and their texts.

Source: ECMA-376 part 1 (PresentationML and DrawingML).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Fact
from evidence_check.readers._drawing import clean_label, clean_labels
from evidence_check.readers._markup import attribute, elements, local
from evidence_check.readers._package import open_package
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "pptx"
GIVES = frozenset({Diagram.kind})

SIZE_LIMIT = 100_000_000
SLIDE_LIMIT = 100
_SLIDE = expression(r"ppt/slides/slide(\d{1,5})\.xml")
_TITLES = frozenset({"title", "ctrTitle"})


def wants(source: Source) -> bool:
    """By suffix; PowerPoint's own lock files are no slides."""
    return source.name.lower().endswith((".pptx", ".pptm", ".potx")) and not source.name.startswith("~$")


def read(source: Source) -> Iterable[Fact]:
    """One diagram per slide with shapes or pictures on it."""
    if source.file.size > SIZE_LIMIT:
        raise Unreadable(f"is larger than {SIZE_LIMIT // 1_000_000} MB: not opened")
    if not source.data:
        return []
    package = open_package(source.data, "PowerPoint file (.pptx)")
    slides = sorted((int(match[1]), name) for name in package.names() if (match := _SLIDE.fullmatch(name)))
    if not slides:
        raise Unreadable("is damaged or no PowerPoint file: it has no slides")
    return [found for _, name in slides[:SLIDE_LIMIT] for found in _diagram(source, package.xml(name))]


def _diagram(source: Source, slide: Any) -> list[Fact]:
    nodes = edges = pictures = 0
    labels: list[str] = []
    title = ""
    for element in elements(slide):
        kind = local(element)
        if kind == "cxnSp":
            edges += 1
        elif kind == "pic":
            pictures += 1
        elif kind == "sp":
            text = " ".join("".join(run.itertext()) for run in elements(element) if local(run) == "p")
            placeholder = next((item for item in elements(element) if local(item) == "ph"), None)
            shape = next((attribute(item, "prst") for item in elements(element) if local(item) == "prstGeom"), "")
            if placeholder is not None and attribute(placeholder, "type") in _TITLES:
                title = title or clean_label(text)
            elif placeholder is None and ("Arrow" in shape or shape == "line"):
                edges += 1
            elif placeholder is None:
                nodes += 1
            labels.append(text)
    if not (nodes or edges or pictures):
        return []
    found = clean_labels(labels)
    return [Diagram(source.at(), "pptx", title, nodes + pictures, edges, found, "structure" if nodes and edges else "")]
