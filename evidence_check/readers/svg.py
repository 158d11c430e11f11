"""SVG: labels, shapes and connectors as far as the drawing program marked them, or the drawing embedded in it.

Source: https://www.w3.org/TR/SVG2/ ; the classes `node` and `edge` are Graphviz's, Mermaid's and D2's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Fact
from evidence_check.readers import drawio, excalidraw, mermaid
from evidence_check.readers._drawing import clean_labels, is_web_asset
from evidence_check.readers._markup import attribute, local, parse_xml
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SYSTEM = "svg"
GIVES = frozenset({Diagram.kind})

_SHAPES = frozenset({"rect", "circle", "ellipse", "polygon", "image", "use"})
_LINES = frozenset({"line", "polyline"})
_NODE_CLASSES = frozenset({"node", "statediagram-state", "classGroup", "actor", "entityBox", "shape", "person-man"})
_EDGE_CLASSES = frozenset(
    {"edge", "edgePath", "flowchart-link", "relation", "connection", "messageLine0", "messageLine1"}
)
_UNPAINTED = frozenset(
    {"defs", "clipPath", "mask", "symbol", "pattern", "marker", "metadata", "linearGradient", "style"}
)
_NUMBER = expression(r"\s*([\d.]{1,12})")


def wants(source: Source) -> bool:
    """By suffix."""
    return source.name.lower().endswith(".svg")


def read(source: Source) -> Iterable[Fact]:
    """The drawing. A broken icon among an application's web assets hides no evidence and is passed over."""
    try:
        return _drawings(source)
    except Unreadable:
        if is_web_asset(source):
            return []
        raise


def _drawings(source: Source) -> list[Diagram]:
    if not source.data.strip():
        return [Diagram(source.at(), "svg", blank=True)]
    if b"payload-type:" in source.data:
        scene = excalidraw.payload_of_svg(source.text)
        if scene:
            return [excalidraw.scene(source, scene)]
    root = parse_xml(source.data)
    if local(root) != "svg":
        raise Unreadable(f"is no SVG picture: it starts with <{local(root)[:40]}>")
    content = root.get("content") or ""
    if content.lstrip().startswith("<mx"):
        return drawio.pages(source, content)
    return [_diagram(source, root)]


@dataclass
class _Seen:
    nodes: int = 0
    edges: int = 0
    shapes: int = 0
    lines: int = 0
    paths: int = 0
    labels: list[str] = field(default_factory=list)
    title: str = ""


def _diagram(source: Source, root: Any) -> Diagram:
    seen = _look(root)
    marked = seen.nodes > 0
    width, height = _size(root)
    return Diagram(
        source.at(1),
        "svg",
        title=" ".join(seen.title.split())[:200],
        nodes=seen.nodes if marked else seen.shapes,
        edges=seen.edges if marked else seen.lines,
        labels=clean_labels(seen.labels),
        form=mermaid.form_of(root.get("aria-roledescription") or ""),
        width=width,
        height=height,
        blank=not (seen.shapes or seen.lines or seen.paths or seen.labels),
    )


def _look(root: Any) -> _Seen:
    seen = _Seen()
    for element in _painted(root):
        name = local(element)
        if name == "title":
            if element.getparent() is root:
                seen.title = "".join(element.itertext())
            continue
        classes = set((element.get("class") or "").split())
        seen.nodes += bool(classes & _NODE_CLASSES)
        seen.edges += bool(classes & _EDGE_CLASSES)
        seen.shapes += name in _SHAPES
        seen.lines += name in _LINES or bool(element.get("marker-end") or element.get("marker-start"))
        seen.paths += name == "path"
        if name in {"text", "foreignObject"}:
            seen.labels.append(" ".join(element.itertext()))
    return seen


def _painted(root: Any) -> Iterator[Any]:
    """Every element but those that only define something to paint with."""
    from lxml import etree

    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if not isinstance(element.tag, str) or local(element) in _UNPAINTED:
            walk.skip_subtree()
        else:
            yield element


def _size(root: Any) -> tuple[int, int]:
    box = [float(number) for number in re.findall(r"-?\d{1,9}(?:\.\d{1,9})?", attribute(root, "viewBox"))]
    sizes = []
    for position, name in enumerate(("width", "height"), 2):
        given = attribute(root, name)
        number = _NUMBER.match(given) if "%" not in given else None
        try:
            sizes.append(int(float(number[1])) if number else int(box[position]))
        except (ValueError, IndexError, OverflowError):
            sizes.append(0)
    return sizes[0], sizes[1]
