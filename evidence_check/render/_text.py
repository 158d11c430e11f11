"""Text of a submission made safe to show, whatever the format."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from evidence_check.expressions import expression

# Control, format (bidirectional overrides, zero-width) and surrogate characters, and the separators that break lines:
# none of them shows, and all of them can make a text look like another.
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # added to, since `fromtimestamp` of Windows ends with the year 3000
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": " "}
_PLAIN = expression(r"[\x20-\x7e]*")
_COMMAND = expression(r"^(\s*)::", re.MULTILINE)


def visible(text: str) -> str:
    """The text on one line, every character that would not show written as an escape: `\\x1b`, `\\u202e`."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_escape(c) if unicodedata.category(c) in _HIDDEN else c for c in text)


def _escape(character: str) -> str:
    short = _SHORT.get(character)
    if short is not None:
        return short
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8, see PEP 383
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def folded(text: str) -> str:
    """Prose on one line: white space folded, then as `visible`."""
    return visible(" ".join(text.split()))


def cut(text: str, limit: int) -> str:
    """The text, ended with an ellipsis where it is longer than `limit`."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def inert(text: str, colons: str, hashes: str) -> str:
    """A finished document in which no line is a command to the pipeline that prints it.

    GitHub's runner obeys `::` at the start of a line and `##[` anywhere, Azure Pipelines `##vso[` anywhere; `colons`
    and `hashes` are what the format writes for `::` and `##`.
    """
    text = _COMMAND.sub(lambda match: match[1] + colons, text)
    return text.replace("##[", f"{hashes}[").replace("##vso[", f"{hashes}vso[")


def day(seconds: int) -> str:
    """The date of a time in UTC, empty where it is unknown."""
    return (_EPOCH + timedelta(seconds=seconds)).date().isoformat() if 0 < seconds < 253_402_300_800 else ""


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
