"""Tests written in shell: Bats, shUnit2, and plain scripts that check something and fail."""

from __future__ import annotations

import re

from evidence_check.expressions import expression
from evidence_check.readers._comments import blank_comments

_BATS_TEST = expression(r"^[ \t]*@test[ \t]", re.MULTILINE)
_BATS_ASSERTION = expression(
    r"^[ \t]*(?:(?:assert|refute)\w*[ \t]|\[\[?[ \t]|test[ \t]|!?[ \t]*(?:grep|diff|cmp)[ \t])|\|[ \t]*grep[ \t]",
    re.MULTILINE,
)
_SHUNIT_TEST = expression(r"^[ \t]*(?:function[ \t]+)?test\w*[ \t]*\([ \t]*\)", re.MULTILINE)
_SHUNIT_ASSERTION = expression(r"^[ \t]*(?:assert|fail)\w*\b", re.MULTILINE)
_NAMED_TEST = expression(
    r"(?:^|[-_.])(?:smoke|e2e|integration|acceptance)?[-_]?tests?(?:[-_.]|$)|(?:^|[-_.])smoke(?:[-_.]|$)"
)
_CHECK = expression(
    r"\b(?:curl|wget|grep|diff|phantomjs|assert\w*)\b|\bnc[ \t]-|^[ \t]*(?:el)?if[ \t]+!?[ \t]*(?:\[|test[ \t])",
    re.MULTILINE,
)
_FAILURE = expression(r"\b(?:exit|return)[ \t]+(?:[1-9]\d{0,2}\b|\$)|\b(?:assert|fail)\w{0,40}[ \t(]")
_RUNNER = expression(
    r"\b(?:pytest|tox|nox|behave|robot|jest|vitest|mocha|cypress|playwright|newman|phpunit|rspec|bats|pester|kitchen"
    r"|molecule|inspec|locust|k6|mvnw?|gradlew?|unittest|rake"
    r"|(?:(?:npm|yarn|pnpm)(?:[ \t]+run)?|go|cargo|dotnet|make|manage\.py)[ \t]+test)\b"
)


def shell_tests(stem: str, in_tests: bool, text: str) -> tuple[str, str, list[int], int]:
    """Framework (empty where it is no test), text without comments, offsets of the tests and number of assertions.

    `stem` is the file's name without its suffix. A plain script is a test of the framework `shell` where its name or
    folder says so, it checks something and ends in failure otherwise, and it does not only call a test runner.
    """
    code = blank_comments(text, "shell")
    if starts := [match.start() for match in _BATS_TEST.finditer(code)]:
        return "bats", code, starts, _count(_BATS_ASSERTION, code)
    if "shunit2" in code and (starts := [match.start() for match in _SHUNIT_TEST.finditer(code)]):
        return "shunit2", code, starts, _count(_SHUNIT_ASSERTION, code)
    named = _NAMED_TEST.search(stem.lower()) is not None
    check = _CHECK.search(code) if named or in_tests else None
    failures = _count(_FAILURE, code)
    if check is None or not failures or _RUNNER.search(code):
        return "", code, [], 0
    return "shell", code, [check.start()], failures


def _count(pattern: re.Pattern[str], code: str) -> int:
    return sum(1 for _ in pattern.finditer(code))
