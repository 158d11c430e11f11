"""Words counted as a person counts them, and what a count leaves out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.ksb_codes import without_codes

if TYPE_CHECKING:
    from evidence_check.model import Document

RULE = (
    "A word is whatever stands between spaces and holds a letter or digit, so that hyphenated words, contractions and "
    "numbers are one each, and bullets, list numbers, table lines, links' addresses and pictures are none."
)
"""The rule in one sentence, for reports."""

_IDEOGRAPH = expression(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_ENUMERATOR = expression(r"^[ \t]*(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|o)[ \t]+", re.MULTILINE)
"""A lone `o` is the bullet of Word's second level, as a PDF gives it."""
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


@dataclass(frozen=True, slots=True)
class WordCount:
    """A document's words: those of its body, and those that the body's count leaves out."""

    body: int
    """Words of paragraphs, lists and tables, without all that follows."""
    headings: int = 0
    table_headers: int = 0
    codes: int = 0
    """Words that only name KSBs (`K11`, `Skill 4`), in the body, headings and table headers."""
    code: int = 0
    """Words of code blocks."""
    front_matter: int = 0

    @property
    def total(self) -> int:
        """All that a reader sees as text, as a word processor counts it: body, headings, table headers and codes."""
        return self.body + self.headings + self.table_headers + self.codes


def count_text(text: str) -> int:
    """The words of a text without markup, by `RULE`; a long dash parts words, an ideograph is a word."""
    if not text.isascii():
        text = _IDEOGRAPH.sub(" x ", text.translate(_INVISIBLE).replace("\u2014", " "))
    return sum(word.isalnum() or any(map(str.isalnum, word)) for word in without_list_numbers(text).split())


def in_words(number: int) -> str:
    """`1 word`, `2 words`."""
    return "1 word" if number == 1 else f"{number} words"


def without_list_numbers(text: str) -> str:
    """The text without the numbers, letters and brackets that head the items of lists at the start of its lines."""
    return _ENUMERATOR.sub("", text)


def count_words(document: Document) -> WordCount:
    """A document's words, the same whatever format the text was saved in."""
    headings = [heading.text for heading in document.headings]
    headers = [header.text for header in document.table_headers]
    bare = without_codes([*document.lines, *headings, *headers])
    said = sum(map(count_text, document.lines))
    bare_said = sum(map(count_text, bare[: len(document.lines)]))
    bare_headings = sum(map(count_text, bare[len(document.lines) : len(document.lines) + len(headings)]))
    bare_headers = sum(map(count_text, bare[len(document.lines) + len(headings) :]))
    return WordCount(
        body=max(0, bare_said - bare_headings - bare_headers),
        headings=bare_headings,
        table_headers=bare_headers,
        codes=said - bare_said,
        code=sum(map(count_text, document.code)),
        front_matter=count_text(document.front_matter),
    )


def lines_of(document: Document, first: int, last: int) -> Document:
    """The document with only its lines from `first` to `last`, as a document of its own; line numbers stay."""

    def inside(line: int) -> bool:
        return first <= line <= last

    lines = tuple(text if inside(number) else "" for number, text in enumerate(document.lines, 1))
    return replace(
        document,
        headings=tuple(heading for heading in document.headings if inside(heading.line)),
        lines=lines,
        code=tuple(text if inside(number) else "" for number, text in enumerate(document.code, 1)),
        table_headers=tuple(header for header in document.table_headers if inside(header.line)),
        words=sum(map(count_text, lines)),
        front_matter="",
    )
