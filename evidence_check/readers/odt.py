"""OpenDocument texts: headings, paragraphs, tables, notes, text boxes and pictures.

The XML is read directly, as odfpy keeps no order of mixed text.
Source: OASIS OpenDocument 1.3 part 3, https://docs.oasis-open.org/office/OpenDocument/v1.3/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Document, Fact
from evidence_check.readers import raster
from evidence_check.readers._markup import attribute, elements, local
from evidence_check.readers._package import Package, open_package
from evidence_check.readers._prose import Prose
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "odt"
GIVES = frozenset({Document.kind, Diagram.kind})

SIZE_LIMIT = 100_000_000
PICTURE_SIZE = 30_000_000
PICTURE_LIMIT = 100

_CODE = expression(r"code|source|preformatted|verbatim", re.IGNORECASE)
_TITLES = frozenset({"title", "subtitle"})
_NOTATIONS = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "bmp": "bmp", "webp": "webp"}
_UNSAID = frozenset(
    {"tracked-changes", "annotation", "note-citation", "sequence-decls", "ruby-text", "forms", "desc", "title"}
)
_CONTENTS = frozenset({"table-of-content", "illustration-index", "table-index", "alphabetical-index"})


def wants(source: Source) -> bool:
    """By suffix."""
    return source.name.lower().endswith((".odt", ".ott")) and not source.name.startswith(".~lock")


def read(source: Source) -> Iterable[Fact]:
    """The document and its pictures."""
    if source.file.size > SIZE_LIMIT:
        raise Unreadable(f"is larger than {SIZE_LIMIT // 1_000_000} MB: not opened")
    if not source.data:
        return [Prose(source).document("odt")]
    package = open_package(source.data, "OpenDocument text (.odt)")
    if package.has("META-INF/manifest.xml") and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Unreadable("is encrypted: hand it in without a password")
    root = package.xml("content.xml")
    text = next((element for element in elements(root) if local(element) == "text" and len(element)), None)
    reading = _Reading(source, package, _styles(root), Prose(source))
    if text is not None:
        reading.blocks(text)
    return [reading.prose.document("odt"), *reading.pictures]


def _styles(root: Any) -> dict[str, str]:
    """The named style behind each automatic one."""
    return {
        attribute(style, "name"): attribute(style, "parent-style-name")
        for style in elements(root)
        if local(style) == "style"
    }


@dataclass
class _Reading:
    source: Source
    package: Package
    styles: dict[str, str]
    prose: Prose
    pictures: list[Diagram] = field(default_factory=list)
    line: int = 0

    def blocks(self, container: Any) -> None:
        """The paragraphs and tables of a container in reading order."""
        pending = [container]
        while pending:
            element = pending.pop()
            name = local(element)
            if name in {"h", "p"}:
                self._paragraph(element)
            elif name == "table":
                self._table(element)
            elif name not in _UNSAID and name not in _CONTENTS:
                pending.extend(child for child in reversed(element) if isinstance(child.tag, str))

    def _paragraph(self, paragraph: Any) -> None:
        self.line += 1
        inside: list[Any] = []
        text = self._text(paragraph, inside)
        style = attribute(paragraph, "style-name")
        style = (self.styles.get(style) or style).replace("_20_", " ").lower()
        if _CODE.search(style):
            self.prose.verbatim(self.line, text)
        else:
            self.prose.say(self.line, text)
            level = attribute(paragraph, "outline-level")
            if local(paragraph) == "h":
                self.prose.heading(int(level) if level.isdigit() and len(level) < 3 else 1, text, self.line)
            elif style in _TITLES:
                self.prose.heading(1, text, self.line)
        for element in inside:
            self.blocks(element)

    def _text(self, element: Any, inside: list[Any]) -> str:
        """The text of a paragraph; notes and text boxes anchored in it are put into `inside` and follow it."""
        said = [element.text or ""]
        for child in element:
            if isinstance(child.tag, str):
                name = local(child)
                if name in {"note-body", "text-box"}:
                    inside.append(child)
                elif name in {"tab", "line-break", "s"}:
                    said.append(" ")
                elif name == "image":
                    self._picture(child)
                elif name not in _UNSAID:
                    said.append(self._text(child, inside))
            said.append(child.tail or "")
        return "".join(said).replace("\n", " ")

    def _table(self, table: Any) -> None:
        for row in _rows(table):
            self.line += 1
            cells = [" ".join(self._said(cell).split()) for cell in row if local(cell) == "table-cell"]
            if any(cells):
                self.prose.say(self.line, " | ".join(cells))
            above = row.getparent()
            if above is not None and local(above) == "table-header-rows":
                for cell in cells:
                    self.prose.table_header(cell, self.line)

    def _said(self, cell: Any) -> str:
        said = []
        for paragraph in elements(cell):
            if local(paragraph) in {"p", "h"}:
                inside: list[Any] = []
                said.append(self._text(paragraph, inside))
        return " ".join(said)

    def _picture(self, image: Any) -> None:
        target = attribute(image, "href").removeprefix("./")
        notation = _NOTATIONS.get(target.rpartition(".")[2].lower())
        if not notation or not self.package.has(target) or len(self.pictures) >= PICTURE_LIMIT:
            return
        frame = image.getparent()
        told = {local(item): item.text or "" for item in frame if isinstance(item.tag, str)}
        caption = self.prose.caption(told.get("title") or told.get("desc") or "")
        try:
            data = self.package.read(target, PICTURE_SIZE)
            self.pictures.extend(raster.picture(self.source, data, notation, caption))
        except Unreadable:
            return


def _rows(table: Any) -> list[Any]:
    """A table's rows, without those of tables inside its cells."""
    found = []
    pending = list(reversed(table))
    while pending:
        element = pending.pop()
        if local(element) == "table-row":
            found.append(element)
        elif local(element) in {"table-header-rows", "table-rows", "table-row-group"}:
            pending.extend(reversed(element))
    return found
