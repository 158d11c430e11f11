"""Word documents: the text that a reader sees, with tables, footnotes, text boxes, content controls and pictures.

The parts are read directly: python-docx leaves out text boxes, footnotes, content controls and accepted insertions.
Source: ECMA-376 part 1 (WordprocessingML), https://ecma-international.org/publications-and-standards/standards/ecma-376/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Document, Fact
from evidence_check.readers import raster
from evidence_check.readers._drawing import clean_labels
from evidence_check.readers._markup import attribute, elements, local
from evidence_check.readers._package import Package, open_package
from evidence_check.readers._prose import Prose
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SYSTEM = "docx"
GIVES = frozenset({Document.kind, Diagram.kind})

SIZE_LIMIT = 100_000_000
PICTURE_SIZE = 30_000_000
PICTURE_LIMIT = 100

_HEADING = expression(r"(?:heading|überschrift|titre|título)\s*(\d)", re.IGNORECASE)
_TITLE = expression(r"title|subtitle", re.IGNORECASE)
_CODE = expression(r"code|source|preformatted|verbatim|console|macro text", re.IGNORECASE)
_CONTENTS = expression(r"toc\b|table of (?:figures|contents)", re.IGNORECASE)
_CAPTION = expression(r"caption", re.IGNORECASE)
_NOTATIONS = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "bmp": "bmp", "webp": "webp", "tiff": "tiff"}
_UNSAID = frozenset({"del", "moveFrom", "instrText", "delText", "fldData", "rPr", "pPr", "Fallback", "rt", "sdtPr"})


def wants(source: Source) -> bool:
    """By suffix; Word's own lock files (`~$name.docx`) are no documents."""
    return source.name.lower().endswith((".docx", ".docm", ".dotx")) and not source.name.startswith("~$")


def read(source: Source) -> Iterable[Fact]:
    """The document, its pictures, and a drawing made of Word's own shapes."""
    if source.file.size > SIZE_LIMIT:
        raise Unreadable(f"is larger than {SIZE_LIMIT // 1_000_000} MB: not opened")
    if not source.data:
        return [Prose(source).document("docx")]
    package = open_package(source.data, "Word document (.docx)")
    main = package.main()
    body = package.xml(main)
    reading = _Reading(source, package, _styles(package), package.related(main), Prose(source))
    for block in _blocks(body):
        reading.block(block)
    for notes in ("word/footnotes.xml", "word/endnotes.xml"):
        if package.has(notes):
            reading.notes(package.xml(notes))
    facts: list[Fact] = [reading.prose.document("docx"), *reading.pictures]
    return facts + _shapes(source, body)


@dataclass(frozen=True)
class _Style:
    name: str = ""
    level: int = 0
    code: bool = False


def _styles(package: Package) -> dict[str, _Style]:
    """Paragraph styles by id, with the outline level that they or the styles they are based on give."""
    if not package.has("word/styles.xml"):
        return {}
    raw: dict[str, tuple[str, int, str]] = {}
    for style in elements(package.xml("word/styles.xml")):
        if local(style) == "style":
            name = level = base = ""
            for item in elements(style):
                value = attribute(item, "val")
                match local(item):
                    case "name":
                        name = value
                    case "basedOn":
                        base = value
                    case "outlineLvl":
                        level = value
            raw[attribute(style, "styleId")] = (name, _level(name, level), base)
    found = {}
    for key, (name, own, _) in raw.items():
        level_, at = own, key
        for _ in range(10):
            at = raw.get(at, ("", 0, ""))[2]
            level_ = level_ or raw.get(at, ("", 0, ""))[1]
        found[key] = _Style(name, level_, bool(_CODE.search(name)))
    return found


def _level(name: str, outline: str) -> int:
    if named := _HEADING.match(name):
        return int(named[1])
    if _TITLE.fullmatch(name):
        return 1
    return int(outline) + 1 if outline.isdigit() and len(outline) == 1 and int(outline) < 9 else 0


def _blocks(body: Any) -> Iterator[Any]:
    """Paragraphs and tables in reading order, through content controls and other wrappers."""
    pending = [body]
    while pending:
        element = pending.pop()
        if local(element) in {"p", "tbl"}:
            yield element
        elif local(element) not in _UNSAID:
            pending.extend(child for child in reversed(element) if isinstance(child.tag, str))


@dataclass
class _Reading:
    source: Source
    package: Package
    styles: dict[str, _Style]
    related: dict[str, str]
    prose: Prose
    pictures: list[Diagram] = field(default_factory=list)
    line: int = 0
    bare: list[int] = field(default_factory=list)
    """Pictures without a caption of their own: the next paragraph may be it."""

    def block(self, element: Any) -> None:
        if local(element) == "tbl":
            self._table(element)
        else:
            self._paragraph(element)

    def notes(self, root: Any) -> None:
        for note in root:
            if attribute(note, "type") not in {"separator", "continuationSeparator", "continuationNotice"}:
                for block in _blocks(note):
                    self.block(block)

    def _paragraph(self, paragraph: Any) -> None:
        self.line += 1
        text, boxes = self._text(paragraph)
        style = self._style(paragraph)
        if _CONTENTS.match(style.name):
            return
        if style.code:
            self.prose.verbatim(self.line, text.replace("\n", " "))
        else:
            self.prose.say(self.line, text.replace("\n", " "))
            if style.level and text.strip():
                self.prose.heading(style.level, text, self.line)
        if text.strip():
            self._caption(text if _CAPTION.search(style.name) else "")
        for box in boxes:
            for block in _blocks(box):
                self.block(block)

    def _style(self, paragraph: Any) -> _Style:
        for properties in paragraph:
            if local(properties) == "pPr":
                values = {local(item): attribute(item, "val") for item in properties}
                style = self.styles.get(values.get("pStyle", ""), _Style(values.get("pStyle", "")))
                level = style.level or _level(style.name, values.get("outlineLvl", ""))
                return _Style(style.name, level, style.code)
        return _Style()

    def _text(self, paragraph: Any) -> tuple[str, list[Any]]:
        """The text of a paragraph as accepted, and the text boxes anchored in it, which follow it."""
        said: list[str] = []
        boxes: list[Any] = []
        pending = [paragraph]
        while pending:
            element = pending.pop()
            name = local(element)
            if name in _UNSAID or (name == "r" and _is_hidden(element)):
                continue
            if name == "txbxContent":
                boxes.append(element)
                continue
            if name == "t":
                said.append(element.text or "")
            elif name in {"tab", "br", "cr"}:
                said.append(" ")
            elif name == "noBreakHyphen":
                said.append("-")
            elif name == "drawing":
                self._picture(element)
            pending.extend(child for child in reversed(element) if isinstance(child.tag, str))
        return "".join(said), boxes

    def _table(self, table: Any) -> None:
        rows = [row for row in table if local(row) == "tr"]
        for number, row in enumerate(rows):
            self.line += 1
            header = number == 0 and (len(rows) > 1) and _is_header(table, row)
            cells = [" ".join(self._said(cell).split()) for cell in _cells(row)]
            self.prose.say(self.line, " | ".join(cells))
            if header:
                for text in cells:
                    self.prose.table_header(text, self.line)

    def _said(self, container: Any) -> str:
        """All text of a table cell or text box on one line, tables inside it included."""
        said: list[str] = []
        for block in _blocks(container):
            if local(block) == "tbl":
                said.extend(self._said(cell) for row in block if local(row) == "tr" for cell in _cells(row))
            else:
                text, boxes = self._text(block)
                said.extend([text, *map(self._said, boxes)])
        return " ".join(said)

    def _picture(self, drawing: Any) -> None:
        alternative = next((attribute(item, "descr") for item in elements(drawing) if local(item) == "docPr"), "")
        for blip in elements(drawing):
            target = self.related.get(attribute(blip, "embed"), "") if local(blip) == "blip" else ""
            notation = _NOTATIONS.get(target.rpartition(".")[2].lower())
            if not notation or not self.package.has(target) or len(self.pictures) >= PICTURE_LIMIT:
                continue
            data = self.package.read(target, PICTURE_SIZE)
            if not alternative.strip():
                self.bare.append(len(self.pictures))
            try:
                found = raster.picture(self.source, data, notation, self.prose.caption(alternative))
            except Unreadable:
                continue
            self.pictures.extend(found)

    def _caption(self, text: str) -> None:
        for index in self.bare if text.strip() else ():
            if index < len(self.pictures):
                self.pictures[index] = replace(self.pictures[index], title=" ".join(text.split())[:300])
        self.bare.clear()


def _cells(row: Any) -> list[Any]:
    """A row's cells, through content controls, without those of tables inside."""
    found = []
    pending = list(reversed(row))
    while pending:
        element = pending.pop()
        if local(element) == "tc":
            found.append(element)
        elif local(element) in {"sdt", "sdtContent", "customXml", "ins"}:
            pending.extend(reversed(element))
    return found


def _is_hidden(run: Any) -> bool:
    for properties in run:
        if local(properties) == "rPr":
            return any(
                local(item) == "vanish" and attribute(item, "val") not in {"0", "false", "off"} for item in properties
            )
    return False


def _is_header(table: Any, row: Any) -> bool:
    """Whether the first row heads the table: marked to repeat, or the table's look gives its first row a style."""
    for item in elements(row):
        if local(item) == "tblHeader" and attribute(item, "val") not in {"0", "false", "off"}:
            return True
    for item in elements(table):
        if local(item) == "tblLook":
            first = attribute(item, "firstRow")
            value = attribute(item, "val")
            return first in {"1", "true"} or (not first and bool(_bits(value) & 0x20))
        if local(item) == "tr":
            break
    return False


def _bits(value: str) -> int:
    return int(value, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,8}", value) else 0


def _shapes(source: Source, body: Any) -> list[Fact]:
    """A drawing made of Word's own shapes, where there are enough of them to be one."""
    nodes = edges = 0
    labels = []
    for element in elements(body):
        if local(element) == "wsp":
            kind = next((attribute(item, "prst") for item in elements(element) if local(item) == "prstGeom"), "")
            line = "onnector" in kind or kind in {"line", "straightConnector1"}
            edges += line
            nodes += not line
            labels.append(" ".join("".join(t.itertext()) for t in elements(element) if local(t) == "t"))
    if nodes < 3 or not edges:
        return []
    return [Diagram(source.at(), "docx", "", nodes, edges, clean_labels(labels), "structure")]
