"""Leaves of trees, with paths and lines, as `Setting` facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from evidence_check.model import Setting
from evidence_check.tree import Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

LEAVES = 20_000
"""Leaves that one file gives; a file of more is data. The largest chart values known have some 2,000."""
JSON_LEAVES = 3_000
"""The same for JSON, which data is written in more often than in other syntaxes."""
ITEMS = 100
"""Plain items of a list that are kept: more are data."""
VALUE = 4_000
"""Characters of a value that are kept."""


class Leaf(NamedTuple):
    """A path as in `Setting.path`, its value and its line."""

    path: str
    value: Any
    line: int


def leaves(tree: Any, skip: frozenset[str] = frozenset(), limit: int = LEAVES) -> list[Leaf]:
    """The leaves of a tree, at most `limit`; those under the top-level keys `skip` are left out.

    An empty mapping or list is a leaf without a value, since that it is there is said by it.
    """
    found: list[Leaf] = []
    if isinstance(tree, Map) and skip:
        for key, value in tree.items():
            if key not in skip:
                _collect(value, tree.line_of(key), key, found, limit)
    else:
        _collect(tree, 1, "", found, limit)
    return found


def _collect(value: Any, line: int, path: str, found: list[Leaf], limit: int) -> None:
    if len(found) >= limit:
        return
    if isinstance(value, Map) and value:
        stem = path + "." if path else ""
        for key, item in value.items():
            _collect(item, value.lines.get(key, value.line), stem + key, found, limit)
    elif isinstance(value, Seq) and value:
        for number, (item, at) in enumerate(zip(value, value.lines, strict=False)):
            if number < ITEMS or isinstance(item, (Map, Seq)):
                _collect(item, at, path + "[]", found, limit)
    else:
        scalar = None if isinstance(value, (Map, Seq)) else value[:VALUE] if isinstance(value, str) else value
        found.append(Leaf(path, scalar, line))


def unquoted(text: str) -> str:
    """The text without the quotes around the whole of it."""
    inner = text[1:-1]
    return inner if len(text) > 1 and text[0] in "\"'`" and text[-1] == text[0] and text[0] not in inner else text


def settings(source: Source, found: Iterable[Leaf]) -> Iterator[Setting]:
    """The leaves of a file as facts; those without a path are no settings."""
    for leaf in found:
        if leaf.path:
            yield Setting(source.at(leaf.line), leaf.path, leaf.value)
