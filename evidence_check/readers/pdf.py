"""PDF: the text page by page, headings by the size of their letters, and pages that are drawings.

Text in pictures is not read: a document without any text is said to be so.
Source: ISO 32000-2, https://pdfa.org/resource/iso-32000-2/
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Document, Fact
from evidence_check.readers._drawing import clean_labels
from evidence_check.readers._prose import Prose
from evidence_check.readers._source import Source, Unreadable
from evidence_check.words import count_text, without_list_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

SYSTEM = "pdf"
GIVES = frozenset({Document.kind, Diagram.kind})

SIZE_LIMIT = 50_000_000
PAGE_LIMIT = 60
CONTENT_LIMIT = 3_000_000
"""Bytes of drawing instructions of a page that are read for text."""
LABELS = 150
"""Words that a page has at most to be a drawing."""
STROKES = 12
"""Painted paths that a drawing has at least; a ruled page of text has fewer."""

_PAINTED = expression(rb"(?<![\w/])(?:S|s|f\*?|F|B\*?|b\*?)(?=\s|$)")
_PICTURE = expression(rb"/[^\s/]{1,60}\s+Do(?=\s|$)")
_PAGE_NUMBER = expression(r"\s*(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?\s*", re.IGNORECASE)
_HYPHENATED = expression(r"(?<=\w)-\n(?=\w)")


def wants(source: Source) -> bool:
    """By suffix."""
    return source.name.lower().endswith(".pdf")


def read(source: Source) -> Iterator[Fact]:
    """The document and its drawings. What was read before a limit is given, then `Unreadable` says the rest."""
    if source.file.size > SIZE_LIMIT:
        raise Unreadable(f"is larger than {SIZE_LIMIT // 1_000_000} MB: not opened")
    if not source.data.strip():
        yield Prose(source).document("pdf")
        return
    reader = _open(source.data)
    try:
        title = " ".join(str((reader.metadata or {}).get("/Title") or "").split())[:200]
        count = len(reader.pages)
        pages = [_page(reader.pages[number]) for number in range(min(count, PAGE_LIMIT))]
    except Unreadable:
        raise
    except Exception as error:  # pypdf raises a dozen types on damaged files
        raise Unreadable(f"is a damaged PDF ({type(error).__name__}): its pages cannot be read") from error
    if not pages:
        raise Unreadable("is a damaged PDF: it has no pages")
    yield _document(source, title, pages)
    for page in pages:
        if page.is_drawing or (count == 1 and page.is_blank):
            yield Diagram(
                source.at(),
                "pdf",
                title=title,
                nodes=-1,
                edges=-1,
                labels=clean_labels(page.text.split("\n")),
                width=page.width,
                height=page.height,
                blank=page.is_blank,
            )
    if not any(count_text(page.text) for page in pages) and any(page.pictures for page in pages):
        raise Unreadable("holds only pictures of text, which cannot be read: hand it in as text")
    if count > PAGE_LIMIT or any(page.cut for page in pages):
        raise Unreadable(f"was read in part: only {PAGE_LIMIT} pages, and no page of more than 3 MB, are read")


@dataclass
class _Page:
    text: str = ""
    width: int = 0
    height: int = 0
    strokes: int = 0
    pictures: int = 0
    cut: bool = False
    pieces: list[tuple[float, str]] = field(default_factory=list)
    """Texts with the size of their letters."""

    @property
    def is_drawing(self) -> bool:
        return count_text(self.text) <= LABELS and (self.strokes >= STROKES or self.pictures > 0)

    @property
    def is_blank(self) -> bool:
        return not (self.text.strip() or self.strokes or self.pictures)


def _open(data: bytes) -> Any:
    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        locked = reader.is_encrypted and not reader.decrypt("")
    except (PyPdfError, ImportError) as error:
        if "crypt" in f"{type(error).__name__}{error}".lower():
            raise Unreadable("is encrypted: hand it in without a password") from error
        raise Unreadable(f"is no PDF or a damaged one: {str(error)[:100]}") from error
    except Exception as error:  # pypdf raises a dozen types on damaged files
        raise Unreadable(f"is no PDF or a damaged one ({type(error).__name__})") from error
    if locked:
        raise Unreadable("is encrypted: hand it in without a password")
    return reader


def _page(page: Any) -> _Page:
    box = page.mediabox
    found = _Page(width=_side(box.width), height=_side(box.height))
    contents = page.get_contents()
    data = contents.get_data() if contents is not None else b""
    found.strokes = len(_PAINTED.findall(data[:CONTENT_LIMIT]))
    found.pictures = len(_PICTURE.findall(data[:CONTENT_LIMIT]))
    if len(data) > CONTENT_LIMIT:
        found.cut = True
        return found

    def piece(text: str, matrix: list[float], line: list[float], _font: object, size: float) -> None:
        height = abs(size * (line[3] or line[1]) * (matrix[3] or matrix[1]))
        found.pieces.append((round(height, 1), text))

    text = str(page.extract_text(visitor_text=piece)).replace("\r", "\n")
    rows = text.strip().split("\n")
    rows = [row for at, row in enumerate(rows) if at not in {0, len(rows) - 1} or not _PAGE_NUMBER.fullmatch(row)]
    found.text = without_list_numbers(_HYPHENATED.sub("-", "\n".join(rows)))
    return found


def _side(length: Any) -> int:
    return int(min(max(float(length), 0), 1_000_000))


def _document(source: Source, title: str, pages: list[_Page]) -> Document:
    prose = Prose(source)
    letters: Counter[float] = Counter()
    for page in pages:
        for size, text in page.pieces:
            letters[size] += len(text.strip())
    body = max(sorted(letters), key=letters.__getitem__) if letters else 0.0
    large = sorted((size for size in letters if size >= body * 1.15 and letters[size]), reverse=True)
    for number, page in enumerate(pages, 1):
        prose.page(number, page.text)
        for size, text in _headings(page, body):
            prose.heading(large.index(size) + 1, text, number)
    if not prose.headings:
        prose.title = title
    return prose.document("pdf")


def _headings(page: _Page, body: float) -> Iterator[tuple[float, str]]:
    """Whole rows in letters clearly larger than those of the text; not on drawings, whose labels vary."""
    if page.is_drawing and count_text(page.text) < LABELS // 2:
        return
    row = ""
    row_size = 0.0
    for size, text in [*page.pieces, (0.0, "\n")]:
        for at, part in enumerate(text.split("\n")):
            if at:
                if row.strip() and row_size >= body * 1.15 and len(row) <= 200:
                    yield row_size, without_list_numbers(row.strip())
                row, row_size = "", 0.0
            if part.strip():
                row_size = min(size, row_size) if row.strip() else size
            row += part
