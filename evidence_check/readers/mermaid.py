"""Mermaid: the first word says what it draws; nodes and edges are counted, not laid out.

Source: https://mermaid.js.org/intro/syntax-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Fact
from evidence_check.readers._drawing import (
    TEXT_LIMIT,
    Graph,
    c4_calls,
    c4_graph,
    clean_label,
    clean_labels,
    tidy,
    without_blocks,
)
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "mermaid"
GIVES = frozenset({Diagram.kind})

_FORMS = {
    "flowchart": "structure", "flowchart-elk": "structure", "graph": "structure", "architecture": "structure",
    "architecture-beta": "structure", "block": "structure", "block-beta": "structure", "c4context": "structure",
    "c4container": "structure", "c4component": "structure", "c4deployment": "structure", "c4dynamic": "structure",
    "sequencediagram": "sequence", "zenuml": "sequence", "erdiagram": "entity-relationship", "classdiagram": "class",
    "statediagram": "state", "gitgraph": "git-graph",
    "gantt": "gantt", "pie": "pie", "journey": "journey", "mindmap": "mindmap", "timeline": "timeline",
    "quadrantchart": "chart", "xychart": "chart", "xychart-beta": "chart", "radar-beta": "chart", "sankey": "chart",
    "sankey-beta": "chart", "treemap-beta": "chart", "requirementdiagram": "requirement", "kanban": "kanban",
    "packet": "packet", "packet-beta": "packet",
}  # fmt: skip

_FRONT_MATTER = expression(r"\s*---[ \t]*\n(?P<yaml>.{0,5000}?)\n---[ \t]*(?:\n|$)", re.DOTALL)
_TITLE = expression(r"^[ \t]*(?:title|accTitle)[ \t]*:?[ \t]+(?P<title>[^\n]{1,300})", re.MULTILINE)
_FIRST_WORD = expression(r"[A-Za-z][\w-]*")


def wants(source: Source) -> bool:
    """By suffix."""
    return source.name.lower().endswith((".mmd", ".mermaid"))


def read(source: Source) -> Iterable[Fact]:
    """The file's diagram; a file with Markdown around its diagrams is read as its fences by the Markdown reader."""
    text = source.text
    if "```mermaid" in text:
        text = text.partition("```mermaid")[2].partition("```")[0]
    return diagrams(source, text, 1)


def form_of(word: str) -> str:
    """What a diagram that starts with this word draws; empty for an unknown one."""
    return _FORMS.get(word.lower().removesuffix("-v2"), "")


def diagrams(source: Source, text: str, line: int) -> list[Diagram]:
    """The diagram of a Mermaid text that starts at a line of the source; a blank one where nothing is drawn."""
    if len(text) > TEXT_LIMIT:
        raise Unreadable("is too long to be read as a diagram", line)
    text = tidy(text)
    front = _FRONT_MATTER.match(text)
    body = text[front.end() :] if front else text
    body = without_blocks(body, "%%{", "}%%")
    rows = [row for row in body.split("\n") if row.strip() and not row.lstrip().startswith("%%")]
    titles = [m["title"] for part in ((front["yaml"] if front else ""), "\n".join(rows)) for m in _TITLE.finditer(part)]
    title = clean_label(titles[0].strip(" \"'")) if titles else ""
    first = _FIRST_WORD.match(rows[0].strip()) if rows else None
    if first is None:
        return [Diagram(source.at(line), "mermaid", title, blank=True)]
    word = first[0].lower()
    form = form_of(word)
    graph = Graph()
    nodes, edges, labels = _count(word, form, rows, graph)
    blank = len(rows) < 2 and not nodes
    return [
        Diagram(
            source.at(line), "mermaid", title, nodes, edges, clean_labels(labels), form,
            blank=blank, boxes=graph.boxes(), joins=graph.joins(),
        )
    ]  # fmt: skip


def _count(word: str, form: str, rows: list[str], graph: Graph) -> tuple[int, int, list[str]]:
    body = [part for row in rows for part in row.split(";")]
    body[0] = re.sub(r"^\s*[\w-]+(?:[ \t]+(?:LR|RL|TB|TD|BT)\b)?", "", body[0])
    if word.startswith("c4"):
        c4_graph("\n".join(rows), graph)
        return c4_calls("\n".join(rows))
    if word.startswith("architecture"):
        return _architecture(body, graph)
    if form == "structure":
        return _flowchart(body, graph)
    if form in _ARROWS:
        return _relations(body, _ARROWS[form], _DECLARATIONS[form])
    return len(rows) - 1, 0, [row.partition(":")[0] for row in rows[1:]]


# --- flowcharts -------------------------------------------------------------------------------------------------------

_SKIPPED = expression(
    r"\s*(?:classDef|class|style|linkStyle|click|direction|end|columns|space|acc\w+|title)\b(?!\s*[-=([{])"
)
_SUBGRAPH = expression(r"\s*subgraph\s+(?P<name>[^\n]{1,300})")
_ATTRIBUTES = expression(r"@\{(?P<text>[^{}]{0,1000})\}")
_LABEL = expression(r"label\s*:\s*\"?([^\",}]{1,300})")
_STRING = expression(r'"([^"\n]{0,1000})"')
_EDGE_LABEL = expression(r"\|([^|\n]{0,500})\|")
_EDGE_TEXT = expression(
    r"(?:--|==|-\.)[ \t]{0,20}(?P<text>[^-=.|>\n<][^-=.|>\n]{0,300}?)[ \t]{0,20}(?P<end>-->|---|==>|===|\.->|\.-)"
)
_ARROW = expression(r"[ \t]*(?:<|(?<=\s)[xo])?(?:--+|==+|-\.+-|~~~)(?:>|[xo](?=\s))?[ \t]*")
_SHAPE = expression(r"[\[({]{1,3}[^\[\](){}\n]{0,1000}[\])}]{1,3}|>[^\[\](){}<>\n]{1,500}\]")
_ID = expression(r"[^\W_][\w.\-/]{0,100}|_[\w.\-/]{0,100}")


_NAMED = expression(
    r"(?P<id>[^\W_][\w.\-/]{0,100}|_[\w.\-/]{0,100})(?:[\[({]{1,3}|>)[/\\]?"
    r"(?:\"(?P<quoted>[^\"\n]{1,300})\"|(?P<plain>[^\"\[\](){}\n]{1,300}))"
)
"""A box with what is written in it: `web[Web server]`, `db[("Orders")]`."""


def _flowchart(rows: list[str], graph: Graph) -> tuple[int, int, list[str]]:
    labels: list[str] = []
    ids: dict[str, None] = {}
    edges = 0
    for raw in rows:
        if _SKIPPED.match(raw):
            continue
        if group := _SUBGRAPH.match(raw):
            labels.append(_inner(group["name"]))
            continue
        for named in _NAMED.finditer(raw):
            graph.box(named["id"], named["quoted"] or named["plain"])
        row = _plain(raw, labels)
        before: list[str] = []
        for chunk in _ARROW.split(row):
            names = [match[0] for piece in chunk.split("&") if (match := _ID.match(piece.strip()))]
            ids.update(dict.fromkeys(names))
            edges += len(before) * len(names)
            for name in names:
                graph.box(name)
            graph.join(before, names)
            before = names
    return len(ids), edges, labels + [name for name in ids if len(name) > 2]


def _plain(row: str, labels: list[str]) -> str:
    """The row with only ids and arrows left; what was written in its shapes and on its arrows goes to the labels."""

    def keep(text: str) -> str:
        if text.strip():
            labels.append(text)
        return ""

    quoted: list[str] = []

    def hide(match: re.Match[str]) -> str:
        quoted.append(match[1])
        return f"\x00{len(quoted) - 1}\x00"

    def shown(text: str) -> str:
        return re.sub("\x00(\\d+)\x00", lambda match: quoted[int(match[1])], text)

    row = _ATTRIBUTES.sub(lambda m: keep("".join(_LABEL.findall(m["text"]))), row)
    row = _STRING.sub(hide, row)
    row = _EDGE_LABEL.sub(lambda m: keep(shown(m[1])), row)
    row = _SHAPE.sub(lambda m: keep(shown(m[0].strip("[](){}>/\\"))), row)
    row = _SHAPE.sub(lambda m: keep(shown(m[0].strip("[](){}>/\\"))), row)
    return _EDGE_TEXT.sub(lambda m: keep(shown(m["text"])) + m["end"], row)


def _inner(text: str) -> str:
    shape = _SHAPE.search(text)
    return (shape[0].strip("[](){}") if shape else text).strip(' "')


# --- the others -------------------------------------------------------------------------------------------------------

_SERVICE = expression(
    r"\s*(?:service|junction|group)\s+(?P<id>[\w-]+)(?:\([^()\n]{0,100}\))?(?:\[(?P<label>[^\]\n]{0,300})\])?"
)


_JOINED = expression(
    r"\s*(?P<one>\w[\w-]{0,80})(?:\{group\})?(?::[LRTB])?\s*<?--?>?\s*(?:[LRTB]:)?(?P<other>\w[\w-]{0,80})(?:\{group\})?\s*$"
)


def _architecture(rows: list[str], graph: Graph) -> tuple[int, int, list[str]]:
    nodes, edges = 0, 0
    labels: list[str] = []
    for row in rows:
        if service := _SERVICE.match(row):
            if not row.lstrip().startswith("group"):
                nodes += 1
                graph.box(service["id"], service["label"] or "")
            labels.append(service["label"] or service["id"])
        elif "--" in row:
            edges += 1
            if joined := _JOINED.match(row):
                graph.join([joined["one"]], [joined["other"]])
    return nodes, edges, labels


_ARROWS = {
    "sequence": expression(r"\s*(?:<<)?--?(?:>>|>|x|\))[+-]?\s*"),
    "entity-relationship": expression(r"\s*[|}o]{1,2}(?:--|\.\.)[|{o]{1,2}\s*"),
    "class": expression(
        r"(?<!\s)\s*+(?:\"[^\"\n]{0,40}\"\s*+)?(?:<\||[*o<])?(?:--|\.\.)(?:\|>|[*o>])?\s*+(?:\"[^\"\n]{0,40}\")?\s*+"
    ),
    "state": expression(r"\s*-->\s*"),
}
_DECLARATIONS = {
    "sequence": expression(r"\s*(?:create\s+)?(?:participant|actor)\s+(?P<name>[^\n]{1,300})"),
    "entity-relationship": expression(r"\s*(?P<name>[\w-]{1,100})(?:\[[^\]\n]{0,200}\])?\s*\{"),
    "class": expression(r"\s*class\s+(?P<name>[^\n{:]{1,200})"),
    "state": expression(r"\s*state\s+(?P<name>[^\n{]{1,200})"),
}


def _relations(rows: list[str], arrow: re.Pattern[str], declaration: re.Pattern[str]) -> tuple[int, int, list[str]]:
    """Diagrams whose rows are declarations or `A arrow B : text`."""
    names: dict[str, None] = {}
    labels: list[str] = []
    edges = 0
    for row in rows:
        ends, _, text = row.partition(":")
        parts = [part.strip() for part in arrow.split(ends, maxsplit=1)]
        if len(parts) == 2 and all(parts):
            names.update(dict.fromkeys(parts))
            edges += 1
            labels.append(text)
        elif declared := declaration.match(row):
            name, _, shown = declared["name"].partition(" as ")
            names[name.strip()] = None
            labels.append(shown)
    return len(names), edges, list(names) + labels
