"""Leaves of trees, with paths and lines, as `Setting` facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from evidence_check.model import Setting
from evidence_check.readers._tree import Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

LEAVES = 20_000
"""Leaves that one file gives; a file of more is data. The largest chart values known have some 2,000."""
VALUE = 4_000
"""Characters of a value that are kept."""


class Leaf(NamedTuple):
    """A path as in `Setting.path`, its value and its line."""

    path: str
    value: Any
    line: int


def leaves(tree: Any, line: int = 1, prefix: str = "", skip: frozenset[str] = frozenset()) -> list[Leaf]:
    """The leaves of a tree, at most `LEAVES`; those under the top-level keys `skip` are left out.

    An empty mapping or list is a leaf without a value, since that it is there is said by it.
    """
    found: list[Leaf] = []
    if isinstance(tree, Map) and skip:
        for key, value in tree.items():
            if key not in skip:
                _collect(value, tree.line_of(key), f"{prefix}.{key}" if prefix else key, found)
    else:
        _collect(tree, line, prefix, found)
    return found


def _collect(value: Any, line: int, path: str, found: list[Leaf]) -> None:
    if len(found) >= LEAVES:
        return
    if isinstance(value, Map) and value:
        stem = path + "." if path else ""
        for key, item in value.items():
            _collect(item, value.lines.get(key, value.line), stem + key, found)
    elif isinstance(value, Seq) and value:
        for item, at in zip(value, value.lines, strict=False):
            _collect(item, at, path + "[]", found)
    else:
        scalar = None if isinstance(value, (Map, Seq)) else value[:VALUE] if isinstance(value, str) else value
        found.append(Leaf(path, scalar, line))


def settings(source: Source, found: Iterable[Leaf]) -> Iterator[Setting]:
    """The leaves of a file as facts; those without a path are no settings."""
    for leaf in found:
        if leaf.path:
            yield Setting(source.at(leaf.line), leaf.path, leaf.value)
