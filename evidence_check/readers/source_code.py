"""Source code: its text without comments, and what it imports.

Reads every file in a programming language, and SQL, Protocol Buffers, GraphQL and HTML templates beside them. Shell and
PowerShell have readers of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence_check.model import Code, Fact, Import
from evidence_check.readers._comments import code_lines
from evidence_check.readers._imports import imports_of
from evidence_check.readers._languages import SIZE_LIMIT
from evidence_check.readers._source import Unreadable
from evidence_check.submission.languages import PROGRAMMING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence_check.readers._source import Source

SYSTEM = "source-code"
GIVES = frozenset({Code.kind, Import.kind})


def wants(source: Source) -> bool:
    """Whether the file is source code, by its language; a page or a query of that size is a document or a dump."""
    if source.file.binary or (source.file.size > SIZE_LIMIT and source.language not in PROGRAMMING):
        return False
    return source.language != ""


def read(source: Source) -> Iterator[Fact]:
    """A `Code` fact where there is anything but comments, and an `Import` for every module.

    Raises `Unreadable` for a file of more than `SIZE_LIMIT` bytes, which nobody has written by hand.
    """
    if source.file.size > SIZE_LIMIT:
        raise Unreadable(f"source file of {source.file.size / 1e6:.1f} MB: too large to be read")
    code = source.code
    lines = code_lines(code)
    if not lines:
        return
    yield Code(source.at(), language=source.language, text=code, lines=lines, test=source.is_test)
    for line, module in imports_of(code, source.language):
        yield Import(source.at(line), language=source.language, module=module, test=source.is_test)
