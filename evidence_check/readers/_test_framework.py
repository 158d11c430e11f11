"""What tells a test framework in source code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evidence_check.expressions import expression


@dataclass(frozen=True, slots=True)
class Framework:
    """A way of writing tests in a language.

    The patterns work on text whose comments are blanked. All are linear: repetitions are bounded or possessive.
    """

    name: str
    marks: tuple[str, ...]
    """Texts of which one must occur, none where the path is enough; cheap to look for."""
    tests: re.Pattern[str]
    """Finds the start of each test (of each step, for behaviour-driven ones); group `name` where the test has one."""
    assertions: re.Pattern[str]
    path: re.Pattern[str] | None = None
    """What the path must look like; None where the content is proof enough."""


def any_of(*alternatives: str) -> re.Pattern[str]:
    """A pattern of alternatives in which `^` and `$` are the ends of lines."""
    return expression("|".join(alternatives), re.MULTILINE)
