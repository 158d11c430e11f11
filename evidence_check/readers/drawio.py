"""draw.io (diagrams.net): a page is a graph of `mxCell`s, plain or deflated.

The compressed form is base64 over raw deflate over URL-encoded XML; a `.drawio.png` carries the file in a text chunk
`mxfile`, a `.drawio.svg` in the root's attribute `content`.
Source: https://www.drawio.com/doc/faq/embed-data-diagram and the mxGraph manual.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Fact
from evidence_check.readers._drawing import Graph, clean_label, clean_labels
from evidence_check.readers._markup import SIZE_LIMIT, elements, local, parse_xml
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "drawio"
GIVES = frozenset({Diagram.kind})
PAGE_LIMIT = 100

_SUFFIXES = (".drawio", ".dio", ".drawio.xml")
_START = expression(rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:mxfile|mxGraphModel)\b", re.DOTALL)
_GENERIC_NAME = expression(r"(?:copy of )?(?:page|seite|pagina|página|untitled diagram)?[-\s]*\d*", re.IGNORECASE)
_PLACEHOLDER = expression(r"%([A-Za-z]\w{0,40})%")
_LARGE = expression(r"<h[12]\b|font-size:\s*(?:1[89]|[2-9]\d)px", re.IGNORECASE)
_LARGE_STYLE = expression(r"fontSize=(?:1[89]|[2-9]\d)\b")


def wants(source: Source) -> bool:
    """By suffix; an `.xml` by its first element."""
    name = source.name.lower()
    if name.endswith(_SUFFIXES):
        return True
    return name.endswith(".xml") and _START.match(source.data[:3000]) is not None


def read(source: Source) -> Iterable[Fact]:
    """One diagram per page."""
    return pages(source, source.data)


def pages(source: Source, data: bytes | str) -> list[Diagram]:
    """The pages of a draw.io file, wherever its XML was found. Raises `Unreadable`."""
    if not data.strip():
        return [Diagram(source.at(), "drawio", blank=True)]
    root = parse_xml(data)
    if local(root) == "mxGraphModel":
        return [_diagram(source, "", root, 1)]
    if local(root) != "mxfile":
        raise Unreadable(f"is no draw.io file: it starts with <{local(root)[:40]}>")
    found = []
    for page in [element for element in root if local(element) == "diagram"][:PAGE_LIMIT]:
        line = page.sourceline or 1
        model = page[0] if len(page) else parse_xml(inflate(page.text or ""))
        found.append(_diagram(source, page.get("name", ""), model, line))
    return found


def inflate(text: str) -> str:
    """The XML of a compressed page. Raises `Unreadable` where it is damaged or expands beyond the limit."""
    text = "".join(text.split())
    if not text:
        return "<mxGraphModel/>"
    if text.startswith("%3C"):
        return unquote(text)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(base64.b64decode(text), SIZE_LIMIT)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise Unreadable("its compressed page is damaged and cannot be unpacked") from error
    if inflater.unconsumed_tail:
        raise Unreadable(f"its compressed page unpacks to more than {SIZE_LIMIT // 1_000_000} MB")
    return unquote(data.decode("utf-8", "replace"))


@dataclass
class _Graph:
    nodes: int = 0
    edges: int = 0
    labels: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    heading: str = ""
    joined: Graph = field(default_factory=Graph)


def _diagram(source: Source, name: str, model: Any, line: int) -> Diagram:
    graph = _graph(model)
    title = clean_label(name)
    if _GENERIC_NAME.fullmatch(title):
        title = graph.heading
    return Diagram(
        source.at(line),
        "drawio",
        title=title,
        nodes=graph.nodes,
        edges=graph.edges,
        labels=clean_labels(graph.labels),
        boxes=graph.joined.boxes(),
        joins=graph.joined.joins(),
        form=_form(graph.styles),
        blank=not graph.nodes and not graph.edges and not graph.labels,
    )


def _graph(model: Any) -> _Graph:
    graph = _Graph()
    ends: list[tuple[str, str]] = []
    edges = {cell.get("id") for cell in elements(model) if cell.get("edge") == "1"}
    for cell in elements(model):
        if local(cell) != "mxCell":
            continue
        style = cell.get("style") or ""
        label = _label(cell)
        if cell.get("edge") == "1":
            graph.edges += 1
            ends.append((cell.get("source") or "", cell.get("target") or ""))
        elif cell.get("vertex") == "1":
            kind = style.partition(";")[0]
            if kind == "text" or ";text;" in style:
                large = _LARGE.search(label) or _LARGE_STYLE.search(style)
                graph.heading = graph.heading or (clean_label(label) if large else "")
            elif kind not in {"group", "edgeLabel", "line"} and cell.get("parent") not in edges:
                graph.nodes += 1
                graph.styles.append(style)
                graph.joined.box(_id(cell), label)
        if label:
            graph.labels.append(label)
    for one, other in ends:
        if one in graph.joined.named and other in graph.joined.named:
            graph.joined.join([one], [other])
    return graph


def _id(cell: Any) -> str:
    """The name by which edges call a cell: its own, or that of the object around it."""
    around = cell.getparent()
    return cell.get("id") or (around.get("id") if around is not None else "") or ""


def _label(cell: Any) -> str:
    """The cell's own value, or the label of the object around it with its `%placeholders%` filled in."""
    value = cell.get("value")
    if value:
        return str(value)
    around = cell.getparent()
    if around is None or local(around) not in {"object", "UserObject"}:
        return ""
    return _PLACEHOLDER.sub(lambda match: around.get(match[1], ""), around.get("label") or "")


def _form(styles: list[str]) -> str:
    def share(*marks: str) -> float:
        return sum(any(mark in style for mark in marks) for style in styles) / max(len(styles), 1)

    if any("umlLifeline" in style for style in styles):
        return "sequence"
    if share("shape=table", "shape=tableRow", "partialRectangle") >= 0.4:
        return "entity-relationship"
    if share("childLayout=stackLayout", "strokeColor=none;fillColor=none;align=left") >= 0.6:
        return "class"
    if share("mxgraph.mockup", "mxgraph.ios", "mxgraph.android", "mxgraph.bootstrap") >= 0.4:
        return "wireframe"
    return "structure"
