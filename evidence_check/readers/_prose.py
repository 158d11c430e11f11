"""What every reader of documents gathers, and the facts made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from evidence_check.expressions import expression
from evidence_check.model import Document, Fact, Heading, Picture
from evidence_check.readers._source import Unreadable
from evidence_check.words import count_text

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SIZE_LIMIT = 2_000_000
"""Bytes of a text format that are read: some 300,000 words."""
SAMPLE = 2_000
"""Bytes that tell UTF-16 without a byte order mark from binary data."""
BINARY = frozenset({"docx", "odt", "pdf", "rtf"})
"""Formats whose lines are paragraphs or pages: a place in them has no line that an editor would show."""
PICTURE_LIMIT = 1_000
HEADING_LENGTH = 300
DRAWING_SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg", ".pdf", ".drawio", ".dio", ".puml", ".plantuml", ".pu",
    ".mmd", ".mermaid", ".d2", ".dsl", ".excalidraw", ".pptx", ".vsdx", ".wsd",
)  # fmt: skip
"""Files that a link in a document may show as its picture."""

_SAYS_NOTHING = expression(
    r"(?:alt(?:ernative)?[\s_-]*text|image|img|picture|photo|pic|figure|fig|untitled|unknown|here|link|click here|"
    r"image description)?[\s_.:-]*\d*(?:\.\w{2,4})?",
    re.IGNORECASE,
)
_HOSTED = expression(
    r"https?://(?:raw\.githubusercontent\.com/[^/]+/[^/]+/(?:refs/heads/)?[^/]+|"
    r"github\.com/[^/]+/[^/]+/(?:blob|raw|tree)/(?:refs/heads/)?[^/]+|[^/]+/.{1,200}?/-/(?:blob|raw)/[^/]+)/(?P<path>.+)"
)
_ELSEWHERE = expression(r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}:|//")


def text_of(source: Source) -> str:
    """The text of a document in a text format. Raises `Unreadable` where it is none or too long."""
    if source.file.size > SIZE_LIMIT or len(source.data) > SIZE_LIMIT:
        raise Unreadable(f"is larger than {SIZE_LIMIT // 1_000_000} MB: not read as a document")
    text = source.text
    if "\0" in text[:SAMPLE]:
        start = source.data[:SAMPLE]
        sides = {"utf-16-le": start[1::2].count(0), "utf-16-be": start[0::2].count(0)}
        encoding = max(sides, key=sides.__getitem__)
        if not min(sides.values()) * 10 < sides[encoding] > len(start) // 3:
            raise Unreadable("holds binary data, no text")
        text = source.data.decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")
    return text


@dataclass
class Prose:
    """The parts of one document, gathered by line while it is read."""

    source: Source
    headings: list[Heading] = field(default_factory=list)
    table_headers: list[Heading] = field(default_factory=list)
    drawings: list[tuple[int, str, str]] = field(default_factory=list)
    """Code blocks that may be drawings: first line, language, text."""
    front_matter: str = ""
    title: str = ""
    _lines: dict[int, list[str]] = field(default_factory=dict)
    _code: dict[int, list[str]] = field(default_factory=dict)
    _pictures: list[Picture] = field(default_factory=list)

    def say(self, line: int, text: str) -> None:
        """Prose at a line; what follows on the same line joins without a space."""
        for number, piece in enumerate(text.split("\n"), line):
            if piece:
                self._lines.setdefault(number, []).append(piece)

    def page(self, number: int, text: str) -> None:
        """A page as one line; the rows on it stay apart by line ends."""
        self._lines[number] = [text]

    def verbatim(self, line: int, text: str, language: str = "") -> None:
        """A code block whose first line of text stands at `line`."""
        for number, piece in enumerate(text.rstrip("\n").split("\n"), line):
            self._code.setdefault(number, []).append(piece)
        if language:
            self.drawings.append((line, language.lower(), text))

    def heading(self, level: int, text: str, line: int) -> None:
        """A heading; its text must be said as well."""
        if text := " ".join(text.split())[:HEADING_LENGTH]:
            self.headings.append(Heading(min(max(level, 1), 9), text, line))

    def table_header(self, text: str, line: int) -> None:
        """A header cell; its text must be said as well."""
        if text := " ".join(text.split()):
            self.table_headers.append(Heading(0, text, line))

    def picture(self, line: int, link: str, caption: str) -> None:
        """A picture or a link to a drawing."""
        target = target_of(self.source, link)
        if target and len(self._pictures) < PICTURE_LIMIT:
            self._pictures.append(Picture(self.source.at(line), target, self.caption(caption)))

    def link(self, line: int, link: str, text: str) -> None:
        """A link: a picture where it leads to a drawing."""
        if link.partition("#")[0].partition("?")[0].lower().endswith(DRAWING_SUFFIXES):
            self.picture(line, link, text)

    def caption(self, text: str) -> str:
        """The caption, or the nearest heading above where it says nothing."""
        text = " ".join(text.split())[:HEADING_LENGTH]
        if _SAYS_NOTHING.fullmatch(text):
            return self.headings[-1].text if self.headings else ""
        return text

    def document(self, format_: str) -> Document:
        """The document as gathered so far."""
        lines = _by_line(self._lines)
        first = next((heading.text for heading in self.headings if heading.level == 1), "")
        return Document(
            self.source.at(0 if format_ in BINARY else 1),
            format=format_,
            title=self.title or first or (self.headings[0].text if self.headings else ""),
            headings=tuple(self.headings),
            lines=tuple("\n".join(map(_tidy, line.split("\n"))) for line in lines),
            code=tuple(_by_line(self._code)),
            words=sum(map(count_text, lines)),
            table_headers=tuple(self.table_headers),
            front_matter=self.front_matter,
        )

    def facts(self, format_: str) -> list[Fact]:
        """The document and the pictures that it shows."""
        return [self.document(format_), *self._pictures]


def _tidy(row: str) -> str:
    return " ".join(row.split()).removesuffix(" |")


def _by_line(pieces: dict[int, list[str]]) -> list[str]:
    return ["".join(pieces.get(number, ())) for number in range(1, max(pieces, default=0) + 1)]


def target_of(source: Source, link: str) -> str:
    """The path, relative to the part's root, that a document's link leads to; a link elsewhere as written; else empty.

    A link to a raw file of a code host is taken as that path, since documents show their own pictures so.
    """
    link = link.strip().strip("<>").strip()
    if not link or link.startswith(("#", "data:", "mailto:", "javascript:")):
        return ""
    if hosted := _HOSTED.match(link):
        link = f"/{hosted['path']}"
    elif _ELSEWHERE.match(link):
        return link[:500]
    path = unquote(link.partition("#")[0].partition("?")[0]).replace("\\", "/")
    path = re.sub(r"\{\{[^{}]{0,100}\}\}", "", path)
    if not path.strip("/."):
        return ""
    path = path.lstrip("/") if path.startswith("/") else join(source.folder, path)
    return normpath(path)[:500]
