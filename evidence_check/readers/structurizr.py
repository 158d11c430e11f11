"""Structurizr DSL: a workspace with a C4 model and the views of it.

Source: https://docs.structurizr.com/dsl/language
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Fact
from evidence_check.readers._drawing import TEXT_LIMIT, Graph, clean_label, clean_labels, tidy, without_blocks
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "structurizr"
GIVES = frozenset({Diagram.kind})

_ELEMENTS = (
    "person|softwareSystem|container|component|deploymentNode|infrastructureNode|deploymentEnvironment|group|"
    "containerInstance|softwareSystemInstance|element|instanceOf|customElement"
)
_COMMENT = expression(r"^[ \t]*(?://|#)[^\n]*", re.MULTILINE)
_WORKSPACE = expression(r"^[ \t\ufeff]*workspace\b[^\n{]{0,500}\{?", re.MULTILINE)
_TITLE = expression(r"workspace[ \t]+(?:extends[ \t]+\S+[ \t]+)?\"([^\"\n]{1,200})\"")
_NAME = expression(r"^[ \t]*name[ \t]+\"?([^\"\n]{1,200})\"?", re.MULTILINE)
_ELEMENT = expression(
    rf"^[ \t]*(?:(?P<id>[\w.-]{{1,100}})[ \t]*=[ \t]*)?(?P<kind>{_ELEMENTS})[ \t]+(?P<rest>[^\n]{{1,1000}})",
    re.MULTILINE | re.IGNORECASE,
)
_RELATION = expression(
    r"^[ \t]*(?:[\w.-]{1,100}[ \t]*=[ \t]*)?(?P<one>[\w.]{0,200})[ \t]*->[ \t]*"
    r"(?P<other>[\w.]{1,200})(?P<rest>[^\n]{0,1000})",
    re.MULTILINE,
)
_VIEWS = expression(r"^[ \t]*views[ \t]*\{", re.MULTILINE)
_STRING = expression(r'"([^"\n]{0,500})"')


def wants(source: Source) -> bool:
    """A `.dsl` or `.structurizr` file with a workspace or a part of a model; other languages use `.dsl` too."""
    name = source.name.lower()
    if name.endswith(".structurizr"):
        return True
    return name.endswith(".dsl") and bool(_WORKSPACE.search(source.text) or _ELEMENT.search(source.text))


def read(source: Source) -> Iterable[Fact]:
    """One diagram for the workspace: its views draw the same model."""
    return diagrams(source, source.text, 1)


def diagrams(source: Source, text: str, line: int) -> list[Diagram]:
    """The diagram of a workspace that starts at a line of the source."""
    if len(text) > TEXT_LIMIT:
        raise Unreadable("is too long to be read as a diagram", line)
    text = _COMMENT.sub("", without_blocks(tidy(text), "/*", "*/"))
    views = _VIEWS.search(text)
    model = text[: views.start()] if views else text
    title = _TITLE.search(text) or _NAME.search(model)
    nodes = edges = 0
    graph = Graph()
    labels: list[str] = []
    for element in _ELEMENT.finditer(model):
        kind = element["kind"].lower()
        nodes += kind not in {"group", "deploymentenvironment"} and not kind.endswith(("instance", "instanceof"))
        texts = _STRING.findall(element["rest"])[:3] or [element["rest"].partition("{")[0].strip()]
        labels.extend(texts)
        if element["id"] and kind != "group":
            graph.box(element["id"], texts[0])
    for relation in _RELATION.finditer(model):
        edges += 1
        one, other = (_known(graph, relation[end]) for end in ("one", "other"))
        if one and other:
            graph.join([one], [other])
        labels.extend(_STRING.findall(relation["rest"])[:2])
    shown = clean_label(title[1]) if title else ""
    return [
        Diagram(
            source.at(line), "structurizr", shown, nodes, edges, clean_labels(labels), "structure",
            blank=not nodes, boxes=graph.boxes(), joins=graph.joins(),
        )
    ]  # fmt: skip


def _known(graph: Graph, name: str) -> str:
    """The element that a relation names, by its own name or as the last of its parents' and its own."""
    own = name.rpartition(".")[2]
    return name if name in graph.named else own if own in graph.named else ""
