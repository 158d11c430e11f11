"""AsciiDoc, as far as prose, headings, tables, code blocks and pictures go; nothing is included or evaluated.

Source: https://docs.asciidoctor.org/asciidoc/latest/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Document, Fact, Picture
from evidence_check.readers._fences import drawings
from evidence_check.readers._prose import Prose, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evidence_check.readers._source import Source

SYSTEM = "asciidoc"
GIVES = frozenset({Document.kind, Diagram.kind, Picture.kind})

_HEADING = expression(r"(?P<level>={1,6}|#{1,6})[ \t]+(?P<text>\S.*)")
_FENCE = expression(r"(?P<fence>-{4,}|\.{4,}|/{4,}|\+{4,}|`{3,}(?P<language>\w*)|--)[ \t]*")
_ATTRIBUTE = expression(r":!?[\w-]{1,60}!?:(?:[ \t].*)?")
_BLOCK = expression(r"\[(?P<attributes>[^\[\]]{0,300})\][ \t]*")
_TITLE = expression(r"\.(?P<text>[^\s.].*)")
_ITEM = expression(r"^[ \t]*(?:[*\-.]{1,5}|\d{1,3}\.|<\d{1,2}>|<\.>)[ \t]+(?:\[[ x*]\][ \t]+)?(?=\S)")
_SKIPPED = expression(
    r"(?://(?!/).*|include::.*|ifdef::.*|ifndef::.*|endif::.*|ifeval::.*|toc::.*|<<<|'''|\+|[=*_]{4,})[ \t]*"
)
_IMAGE = expression(r"image::?(?P<target>[^\s\[\]]{1,500})\[(?P<attributes>[^\[\]]{0,500})\]")
_LINK = expression(r"(?:link:|xref:|(?=https?://|mailto:))(?P<target>[^\s\[\]]{1,500})\[(?P<text>[^\[\]]{0,500})\]")
_CROSS = expression(r"<<[^<>,\n]{1,200}(?:,(?P<text>[^<>\n]{1,300}))?>>")
_MACRO = expression(r"(?:footnote|kbd|btn|menu|pass|stem|latexmath):\w{0,40}\[(?P<text>[^\[\]]{0,1000})\]")
_ANCHOR = expression(r"\[\[[^\[\]]{1,200}\]\]|(?<=\s)\[#[\w-]{1,60}\]")
_QUOTES = expression(
    r"(?<![\w*_`])(?:\*{1,2}|_{1,2}|`{1,2}|\+{1,2}|#{1,2})(?=\S)|(?<=\S)(?:\*{1,2}|_{1,2}|`{1,2}|\+{1,2}|#{1,2})(?![\w*_`])"
)
_CELL = expression(r"(?:(?:\d{1,2}(?:\.\d{1,2})?)?[+*]?[<^>]?(?:\.[<^>])?[aehlmsdv]?)?\|")


def wants(source: Source) -> bool:
    """By suffix."""
    return source.name.lower().endswith((".adoc", ".asciidoc", ".asc")) and not source.data.startswith(
        b"-----BEGIN PGP"
    )


def read(source: Source) -> Iterable[Fact]:
    """The document, its pictures and drawings."""
    prose = Prose(source)
    _Reading(prose).run(text_of(source).split("\n"))
    return [*prose.facts("asciidoc"), *drawings(prose)]


@dataclass
class _Reading:
    prose: Prose
    attributes: str = ""
    fence: str = ""
    language: str = ""
    start: int = 0
    table: bool = False
    rows: int = 0
    """Rows of the table so far."""
    header: bool = False
    caption: str = ""

    def run(self, rows: list[str]) -> None:
        block: list[str] = []
        for number, row in enumerate(rows, 1):
            if self.fence:
                if row.rstrip() == self.fence:
                    self._close(block)
                    block = []
                else:
                    block.append(row)
            elif self.table and row.strip() in {"|===", "!===", ",==="}:
                self.table = False
            elif self.table:
                self._cells(row, number, rows[number] if number < len(rows) else "")
            else:
                self._row(row, number)
        if self.fence:
            self._close(block)

    def _close(self, block: list[str]) -> None:
        """A block that is closed, or never was: comments are dropped, code is code."""
        if not self.fence.startswith("/"):
            self.prose.verbatim(self.start + 1, "\n".join(block), self.language)
        self.fence = ""

    def _row(self, row: str, number: int) -> None:
        if not row.strip():
            return
        fence = _FENCE.fullmatch(row)
        names = [name.strip().lower() for name in self.attributes.split(",")]
        if fence and (fence["fence"] != "--" or names[0] in _DRAWN):
            self.fence = "```" if fence["fence"].startswith("`") else fence["fence"]
            self.language = fence["language"] or (names[1] if names[0] == "source" and len(names) > 1 else names[0])
            self.start, self.attributes = number, ""
        elif row.strip() in {"|===", "!===", ",==="}:
            self.table, self.rows = True, 0
            self.header, self.attributes = "header" in self.attributes, ""
        elif block := _BLOCK.fullmatch(row):
            self.attributes = block["attributes"]
        elif heading := _HEADING.fullmatch(row):
            said = self._say(heading["text"].rstrip("= "), number)
            self.prose.heading(len(heading["level"]), said, number)
        elif title := _TITLE.fullmatch(row):
            self.caption = self._say(title["text"], number)
        elif not _ATTRIBUTE.fullmatch(row) and not _SKIPPED.fullmatch(row):
            self._say(_ITEM.sub("", row, count=1).replace(":: ", " "), number)
            self.attributes = self.caption = ""

    def _cells(self, row: str, number: int, below: str) -> None:
        if not row.strip():
            return
        cells = [self._plain(cell, number).strip() for cell in _CELL.sub("|", row).split("|")]
        cells = cells[1:] if row.lstrip().startswith("|") or _CELL.match(row) else cells
        self.rows += 1
        self.prose.say(number, " | ".join(cells))
        if self.rows == 1 and (self.header or (not below.strip() and len(cells) > 1)):
            for cell in cells:
                self.prose.table_header(cell, number)

    def _say(self, text: str, number: int) -> str:
        said = self._plain(text, number)
        self.prose.say(number, said)
        return said

    def _plain(self, text: str, number: int) -> str:
        for image in _IMAGE.finditer(text):
            caption = self.caption or image["attributes"].partition(",")[0].strip(' "')
            self.prose.picture(number, image["target"], caption)
        text = _ANCHOR.sub("", _IMAGE.sub("", text))
        for link in _LINK.finditer(text):
            self.prose.link(number, link["target"], link["text"])
        text = _LINK.sub(lambda link: link["text"].rstrip("^") or link["target"], text)
        text = _CROSS.sub(lambda cross: cross["text"] or "", text)
        text = _MACRO.sub(lambda macro: f" {macro['text']}", text)
        return _QUOTES.sub("", text)


_DRAWN = frozenset({"mermaid", "plantuml", "d2", "structurizr", "ditaa", "graphviz"})
