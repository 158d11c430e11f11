"""D2: shapes by key, edges by arrow, nested by braces or dots.

Source: https://d2lang.com/tour/intro
"""

from __future__ import annotations

import re
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Fact
from evidence_check.readers._drawing import TEXT_LIMIT, Graph, clean_labels, tidy, without_blocks
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "d2"
GIVES = frozenset({Diagram.kind})

_FORMS = {"sequence_diagram": "sequence", "sql_table": "entity-relationship", "class": "class"}
_RESERVED = frozenset(
    "shape label icon style near width height tooltip link direction classes class vars layers scenarios steps "
    "constraint grid-rows grid-columns grid-gap top left source-arrowhead target-arrowhead fill stroke opacity "
    "stroke-width stroke-dash border-radius font-size font-color shadow multiple 3d animated bold italic underline "
    "filled double-border text-transform pad title d2-config theme-id".split()
)
_BLOCK_TEXT = expression(r"(?P<bars>\|[|`]{0,3})(?:[a-z]{1,12})?$")
_STRING = expression(r"\"([^\"\n]{0,500})\"|'([^'\n]{0,500})'")
_ARROW = expression(r"[ \t]*(?:<->|<-+|-+>|--+)[ \t]*")
_SHAPE = expression(r"\bshape[ \t]*:[ \t]*(\w{1,40})")
_COMMENT_LINE = expression(r"#[^\n]*")
_ROW = expression(r"([^\n;{}]*)([\n;{}]|\Z)")
_HIDDEN = expression("\x00(\\d{1,5})\x00")
DEPTH_LIMIT = 50


def wants(source: Source) -> bool:
    """By suffix."""
    return source.name.lower().endswith(".d2")


def read(source: Source) -> Iterable[Fact]:
    """The file's diagram."""
    return diagrams(source, source.text, 1)


def diagrams(source: Source, text: str, line: int) -> list[Diagram]:
    """The diagram of a D2 text that starts at a line of the source; a blank one where nothing is drawn."""
    if len(text) > TEXT_LIMIT:
        raise Unreadable("is too long to be read as a diagram", line)
    text = _without_block_texts(without_blocks(tidy(text), '"""', '"""'))
    shapes = _SHAPE.findall(text)
    graph = Graph()
    nodes, edges, labels = _graph(text, graph)
    form = next((_FORMS[shape] for shape in shapes if shape in _FORMS), "structure" if nodes else "")
    return [
        Diagram(
            source.at(line), "d2", "", nodes, edges, clean_labels(labels), form,
            blank=not nodes, boxes=graph.boxes(), joins=graph.joins(),
        )
    ]  # fmt: skip


def _without_block_texts(text: str) -> str:
    """The text without Markdown, LaTeX or code between bars, which may hold anything."""
    rows: list[str] = []
    bars = ""
    for row in text.split("\n"):
        if bars:
            bars = "" if row.endswith(bars) else bars
        elif opening := _BLOCK_TEXT.search(row):
            bars = opening["bars"][::-1]
            rows.append(row[: opening.start()])
        else:
            rows.append(row)
    return "\n".join(rows)


def _graph(text: str, graph: Graph) -> tuple[int, int, list[str]]:
    quoted: list[str] = []
    text = _COMMENT_LINE.sub("", _STRING.sub(partial(_hide, quoted), text))
    keys: dict[str, None] = {}
    labels: list[str] = []
    path: list[str] = []
    edges = 0
    for row, delimiter in _ROW.findall(text):
        ends, _, label = row.partition(":")
        parts = [_show(part.strip(" \t()"), quoted) for part in _ARROW.split(ends)]
        inside = any(part.partition(".")[0] in _RESERVED for part in path)
        if len(parts) > 1 and all(parts) and not inside:
            edges += len(parts) - 1
            full = [".".join([*path, part]) for part in parts]
            keys.update(dict.fromkeys(full))
            for one, other in pairwise(full):
                graph.join([one], [other])
            for key, part in zip(full, parts, strict=True):
                graph.box(key, "" if graph.named.get(key) else part.rpartition(".")[2])
            labels.extend([*(part.rpartition(".")[2] for part in parts), _show(label, quoted)])
        elif parts[0] and not inside and not _RESERVED.intersection(parts[0].split(".")) and "*" not in parts[0]:
            key, shown = ".".join([*path, parts[0]]), _show(label.strip(), quoted) or parts[0].rpartition(".")[2]
            keys[key] = None
            graph.box(key, shown)
            labels.append(shown)
        if delimiter == "{":
            path.append(parts[0])
        elif delimiter == "}":
            path = path[:-1]
        if len(path) > DEPTH_LIMIT:
            break
    return len(keys), edges, labels


def _hide(quoted: list[str], match: re.Match[str]) -> str:
    quoted.append(match[1] or match[2] or "")
    return f"\x00{len(quoted) - 1}\x00"


def _show(text: str, quoted: list[str]) -> str:
    return _HIDDEN.sub(lambda match: quoted[int(match[1])] if int(match[1]) < len(quoted) else "", text)
