"""Offsets in a text to line numbers."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from evidence_check.expressions import expression

if TYPE_CHECKING:
    from collections.abc import Callable

_NEWLINE = expression("\n")


def line_counter(text: str) -> Callable[[int], int]:
    """A function from an offset in the text to its line, from 1; the text is walked once, not at every question."""
    ends = [match.start() for match in _NEWLINE.finditer(text)]
    return lambda offset: bisect_left(ends, offset) + 1
