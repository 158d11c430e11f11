"""Short ways to make the input that tests need."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from evidence_check.model import Category, Fact, File, Gap, Location
from evidence_check.readers import read_file
from evidence_check.readers._source import Source

if TYPE_CHECKING:
    from evidence_check.readers import Reader


def source(path: str, content: str | bytes, category: Category = Category.OWN) -> Source:
    """A file to read; text is dedented and loses its first newline, so that tests can use triple quotes."""
    data = content if isinstance(content, bytes) else textwrap.dedent(content).removeprefix("\n").encode()
    return Source(File(Location("part", path), category=category, size=len(data)), lambda: data)


def read(path: str, content: str | bytes, category: Category = Category.OWN) -> tuple[list[Fact], list[Gap]]:
    """The facts and gaps that all readers together find in a file."""
    return read_file(source(path, content, category))


def read_with(reader: Reader, path: str, content: str | bytes, category: Category = Category.OWN) -> list[Fact]:
    """The facts that one reader finds; it must want the file. Lets `Unreadable` through."""
    given = source(path, content, category)
    assert reader.wants(given), f"{reader.SYSTEM} does not want {path}"
    return list(reader.read(given))
