"""What the scanners of configuration languages share: lines, errors, and what may stand between two words."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from evidence_check.readers._line_numbers import line_counter
from evidence_check.tree import BadSyntax

if TYPE_CHECKING:
    import re


class TextScanner:
    """One text of a language. Positions are offsets into it."""

    LANGUAGE: ClassVar[str]
    SPACE: ClassVar[re.Pattern[str]]
    """White space, newlines and comments, as many as there are."""
    BLANK: ClassVar[re.Pattern[str]]
    """White space and comments within a line, as many as there are."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line = line_counter(text)
        """The line of a position."""

    def wrong(self, reason: str, position: int) -> BadSyntax:
        """The error to raise."""
        return BadSyntax(f"not valid {self.LANGUAGE}: {reason}", self.line(position))

    def space(self, position: int) -> int:
        """The position after white space, newlines and comments."""
        match = self.SPACE.match(self.text, position)
        return match.end() if match else position

    def blank(self, position: int) -> int:
        """The position after white space and comments within the line."""
        match = self.BLANK.match(self.text, position)
        return match.end() if match else position
