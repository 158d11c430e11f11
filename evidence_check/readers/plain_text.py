"""Plain text: prose as it stands, with headings told from the lines around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Document, Fact
from evidence_check.readers import markdown
from evidence_check.readers._prose import Prose, text_of
from evidence_check.words import without_list_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evidence_check.readers._source import Source

SYSTEM = "text"
GIVES = frozenset({Document.kind})

DOCUMENT_SIZE = 1_000_000
"""Bytes beyond which a text is data or a log, no document for people."""
HEADING_WORDS = 10

_BARE = expression(
    r"(?:read-?me|install|contributing|runbook|analysis|summary|notes|howto|operations|troubleshooting|post-?mortem|"
    r"architecture|changelog|changes|news|history|security|authors|todo)(?:[-_ ][\w -]{0,40})?",
    re.IGNORECASE,
)
_DATA = expression(
    r"(?:.*[-_.])?(?:requirements?|constraints|robots|humans|ads|security|packages|deps?|dependencies|frozen|cmakelists|"
    r"version|\w{0,20}logs?|output|dump|data|wordlist|words|names|ids?|hosts|inventory|lock|hashes|checksums?|sha256sums?|license|"
    r"licence|copying|notice|plan|top_level|sources|entry_points|dummy_file|banner|apt|pip|urls?|keys?|user-?agents?)"
    r"(?:[-_.][\w.-]{0,40})?\.te?xt",
    re.IGNORECASE,
)
_UNDERLINE = expression(r"[ \t]*(?P<mark>[=\-~^*#_+])(?P=mark){2,200}[ \t]*")
_RULE = expression(r"[-=*_~+|#. \t]{3,}+")
_BULLET = expression(r"^[ \t]*[-*+\u2022\u25cf\u25aa\u2013][ \t]+")
_MARKDOWN = expression(r"^(?:#{2,6} \S|```)", re.MULTILINE)
_FRAME = expression(r"[\u2500-\u257f]|[+|][-=]{3,}[+|]?")


def wants(source: Source) -> bool:
    """A `.txt` that is no list for a program and no template, or a README and its like without a suffix."""
    name = source.name
    if source.file.size > DOCUMENT_SIZE or source.file.binary or source.folder.endswith("templates"):
        return False
    if "." not in name.lstrip("."):
        return _BARE.fullmatch(name) is not None
    return name.lower().endswith((".txt", ".text")) and _DATA.fullmatch(name) is None


def read(source: Source) -> Iterable[Fact]:
    """The document."""
    prose = Prose(source)
    text = text_of(source)
    if len(_MARKDOWN.findall(text)) > 1:
        markdown.gather(prose, text)
        return [prose.document("text")]
    rows = text.split("\n")
    for number, row in enumerate(rows, 1):
        if _RULE.fullmatch(row) or not row.strip():
            continue
        said = without_list_numbers(_BULLET.sub("", _FRAME.sub(" ", row), count=1))
        prose.say(number, said)
        if level := _level(rows, number - 1):
            prose.heading(level, said, number)
    return [prose.document("text")]


def _level(rows: list[str], at: int) -> int:
    """The level of a row as a heading, 0 where it is none: underlined, or a short row alone above a text."""
    row = rows[at].strip()
    below = rows[at + 1] if at + 1 < len(rows) else ""
    mark = _UNDERLINE.fullmatch(below)
    if mark:
        return 1 if mark["mark"] == "=" else 2
    above = rows[at - 1].strip() if at else ""
    alone = not above and not below.strip() and any(later.strip() for later in rows[at + 1 :])
    short = len(row.split()) <= HEADING_WORDS and row[:1].isalnum() and not row[:1].islower()
    if alone and short and row[-1] not in ".,;!?:" and not _BULLET.match(rows[at]):
        return 1 if at == 0 else 2
    return 0
