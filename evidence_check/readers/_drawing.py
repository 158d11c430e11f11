"""What the readers of drawings share: labels as a person reads them, the calls of the C4 libraries, web assets."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evidence_check.expressions import expression

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from evidence_check.readers._source import Source

LABEL_LIMIT = 500
LABEL_LENGTH = 200
BOX_LIMIT, LINE_LIMIT = 150, 300
"""Boxes of which it is kept what joins them, and lines between them: more than a page shows."""
TEXT_LIMIT = 300_000
"""Characters of a text notation that are read: some 5,000 boxes."""
ROW_LIMIT = 1_000

_WEB_ASSET = expression(
    r"(?:^|/)(?:static|public|icons?|favicons?|logos?|avatars?|faces|products?|sprites|fonts|wwwroot|drawable[^/]*|mipmap[^/]*|"
    r"Assets\.xcassets|src/(?:[^/]+/){0,6}(?:assets|images?|img|media))/",
    re.IGNORECASE,
)
_DRAWN = expression(
    r"(?<![a-z])arch|diagram|system|infra|topolog|network|deploy|pipeline|overview|design|flow|c4|context|container|component|level|cloud",
    re.IGNORECASE,
)


_TAG = expression(r"<(?=[a-zA-Z/!])[^<>]{0,2000}>")
_ESCAPED_NEWLINE = expression(r"\\[nlr](?![a-z]{2})")


def tidy(text: str) -> str:
    """A drawing's text with blanks collapsed and rows cut to `ROW_LIMIT`: matching its rows takes linear time."""
    return "\n".join(" ".join(row.split())[:ROW_LIMIT] for row in text.split("\n"))


def without_blocks(text: str, opening: str, closing: str) -> str:
    """The text without what stands between two marks, the marks included; its line ends stay."""
    kept: list[str] = []
    at = 0
    while (start := text.find(opening, at)) >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            break
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + len(closing)
    return "".join([*kept, text[at:]])


def clean_label(text: str) -> str:
    """A label on one line: tags, entities and escaped line ends resolved, at most `LABEL_LENGTH` characters."""
    if "<" in text or "&" in text:
        text = _TAG.sub(" ", html.unescape(_TAG.sub(" ", text[:20_000])))
    return " ".join(_ESCAPED_NEWLINE.sub(" ", text).split())[:LABEL_LENGTH]


def clean_labels(texts: Iterable[str]) -> tuple[str, ...]:
    """The labels in the order of their first appearance, each once, without the empty ones."""
    found: dict[str, None] = {}
    for text in texts:
        if label := clean_label(text):
            found[label] = None
            if len(found) == LABEL_LIMIT:
                break
    return tuple(found)


@dataclass(slots=True)
class Graph:
    """Which line joins which box, gathered row by row; a box is known by the name that the notation gives it."""

    named: dict[str, str] = field(default_factory=dict)
    lines: dict[tuple[str, str], None] = field(default_factory=dict)

    def box(self, name: str, label: str = "") -> None:
        """A box; its label may be told before or after it is first used."""
        if label or name not in self.named:
            self.named[name] = label

    def join(self, ones: Iterable[str], others: Collection[str]) -> None:
        """A line from each of some boxes to each of others, which are boxes by that; up to `LINE_LIMIT` lines."""
        for one in ones:
            for other in others:
                if len(self.lines) >= LINE_LIMIT:
                    return
                self.box(one)
                self.box(other)
                self.lines[one, other] = None

    def boxes(self) -> tuple[str, ...]:
        """The labels, up to `BOX_LIMIT`; a box without one goes by its name."""
        return tuple(clean_label(label) or clean_label(name) for name, label in self._kept())

    def joins(self) -> tuple[tuple[int, int], ...]:
        """The lines by the places of their boxes."""
        places = {name: place for place, (name, _) in enumerate(self._kept())}
        return tuple((places[one], places[other]) for one, other in self.lines if one in places and other in places)

    def _kept(self) -> list[tuple[str, str]]:
        return list(self.named.items())[:BOX_LIMIT]


_C4_CALL = expression(
    r"^[ \t]*(?:\w+[ \t]*=[ \t]*)?(?P<name>(?P<element>(?:Person|System|Container|Component)(?:Db|Queue)?(?:_Ext)?)|"
    r"(?P<border>(?:Enterprise|System|Container)?_?Boundary)|"
    r"(?P<node>(?:Deployment_)?Node(?:_[LR])?)|(?P<relation>(?:Bi)?Rel(?:_?[A-Z][A-Za-z]{0,9})?|RelIndex))"
    r"[ \t]*\((?P<arguments>[^\n]{0,2000})",
    re.MULTILINE,
)
_QUOTED = expression(r'"([^"\n]{0,500})"')
_ALIASES = expression(r"[ \t]*(?P<one>[\w.-]{1,100})(?:[ \t]*,[ \t]*(?P<other>[\w.-]{1,100})[ \t]*(?=[,)]))?")


def c4_graph(text: str, graph: Graph) -> Graph:
    """The boxes and lines of the same calls as in `c4_calls`, added to a graph."""
    for call in _C4_CALL.finditer(text):
        names = _ALIASES.match(call["arguments"])
        if names is None or call["border"]:
            continue
        if call["relation"] and names["other"]:
            graph.join([names["one"]], [names["other"]])
        elif not call["relation"]:
            graph.box(names["one"], next(iter(_QUOTED.findall(call["arguments"])), ""))
    return graph


def c4_calls(text: str) -> tuple[int, int, list[str]]:
    """Elements, relations and labels of C4-PlantUML calls, which Mermaid's C4 diagrams share.

    Source: https://github.com/plantuml-stdlib/C4-PlantUML and https://mermaid.js.org/syntax/c4.html
    """
    nodes = edges = 0
    labels: list[str] = []
    for call in _C4_CALL.finditer(text):
        if call["relation"]:
            edges += 1
        elif not call["border"]:
            nodes += 1
        labels.extend(_QUOTED.findall(call["arguments"])[:3])
    return nodes, edges, labels


def is_web_asset(source: Source) -> bool:
    """Whether a picture stands where applications keep icons and photographs, under a name that tells no drawing."""
    return bool(_WEB_ASSET.search(source.path)) and not _DRAWN.search(source.name)
