"""Tests in Python: what pytest, unittest and Django collect, and the steps and tasks of behave, pytest-bdd and Locust.

pytest collects `test_*.py` and `*_test.py`, functions `test*` of the module and of classes `Test*`
(https://docs.pytest.org/en/stable/explanation/goodpractices.html#conventions-for-python-test-discovery); unittest and
Django collect `test*.py` and methods `test*` of TestCase classes. `tests.py` is what Django writes and pytest-django
tells its users to collect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from evidence_check.expressions import expression

_PYTEST_FILE = expression(r"(?:^|/)(?:test_[^/]*|[^/]*_test|tests?)\.py$")
_UNITTEST_FILE = expression(r"(?:^|/)test[^/]*\.py$")
_DJANGO_FILE = expression(r"(?:^|/)tests\.py$")

_OUTLINE = expression(
    r"^(?:class[ \t]+(?P<class>\w{1,200})[ \t]*(?:\((?P<bases>[^)]{0,500})\))?"
    r"|(?P<indent>[ \t]*)(?:async[ \t]+)?def[ \t]+(?P<def>\w{1,200}))",
    re.MULTILINE,
)
_TEST_BASE = expression(r"TestCase|TransactionTest|SystemTest|IsolatedAsyncio|LiveServer|BaseTest|TestBase")
_UNITTEST_BASE = expression(r"TestCase|LiveServer")

ASSERTIONS = expression(
    r"""
    (?:^|[;:])[ \t]*assert\b
    | (?<!def\ )\bassert_?\w+[ \t]*\(
    | \bpytest\.(?:raises|warns|fail|approx_raises)[ \t]*\(
    | (?<![\w.])(?:expect|raises)[ \t]*\(
    | \.should\b | \bself\.fail\(
    """,
    re.MULTILINE | re.VERBOSE,
)
_STEPS = expression(r"^@(?:given|when|then|step|Given|When|Then|Step)[ \t]*\(", re.MULTILINE)
_SCENARIOS = expression(r"^@?scenarios?[ \t]*\(", re.MULTILINE)
_TASKS = expression(r"^[ \t]*@(?:\w+\.)?task\b|^[ \t]*tasks[ \t]*=", re.MULTILINE)
_LOCUST = expression(r"^[ \t]*(?:from[ \t]+locust\b|import[ \t]+locust\b)", re.MULTILINE)
_FIXTURE = expression(
    r"^[ \t]*@(?:\w+\.)?fixture\b(?:\([^)]{0,200}\))?\s*+(?:@[^\n]{1,200}+(?:\n\s*+|\Z)){0,4}\Z", re.MULTILINE
)
_TESTINFRA = expression(
    r"^[ \t]*import[ \t]+testinfra\b|^testinfra_hosts\b|def[ \t]+test\w*\([ \t]*host\b", re.MULTILINE
)
_IMPORT_ONLY = expression(r"\s*+(?>(?:(?:from|import)[ \t][^\n]*+\s*+)*)")


@dataclass(frozen=True, slots=True)
class PythonTests:
    """What a Python file holds of tests."""

    framework: str
    starts: tuple[int, ...]
    names: tuple[str, ...] = ()


def python_tests(path: str, code: str) -> PythonTests | None:
    """The tests that a runner would collect from the file; None where it would collect nothing.

    A Django `tests.py` without any test is told too, with no starts.
    """
    if "locust" in code and _LOCUST.search(code) and (tasks := _starts(_TASKS, code)):
        return PythonTests("locust", tasks)
    if "behave" in code and re.search(r"^[ \t]*(?:from|import)[ \t]+behave\b", code, re.MULTILINE):
        steps = _starts(_STEPS, code)
        return PythonTests("behave", steps) if steps else None
    if "pytest_bdd" in code:
        found = _starts(_SCENARIOS, code) or _starts(_STEPS, code)
        return PythonTests("pytest-bdd", found) if found else None
    functions = _PYTEST_FILE.search(path) is not None
    if not functions and not (_UNITTEST_FILE.search(path) or "unittest.main(" in code):
        return None
    starts, names, unittest = _collect(code, functions)
    if starts:
        framework = (
            "testinfra" if _TESTINFRA.search(code) else "unittest" if unittest and "pytest" not in code else "pytest"
        )
        return PythonTests(framework, tuple(starts), tuple(names))
    if _DJANGO_FILE.search(path) and "django" in code and _IMPORT_ONLY.fullmatch(code):
        return PythonTests("unittest", ())
    return None


def _starts(pattern: re.Pattern[str], code: str) -> tuple[int, ...]:
    return tuple(match.start() for match in pattern.finditer(code))


def _collect(code: str, functions: bool) -> tuple[list[int], list[str], bool]:
    """Offsets and names of the tests, and whether most stand in unittest's classes."""
    starts: list[int] = []
    names: list[str] = []
    in_class, in_unittest, of_unittest = False, False, 0
    for match in _OUTLINE.finditer(code):
        if match["class"]:
            bases = match["bases"] or ""
            in_unittest = _UNITTEST_BASE.search(bases) is not None
            in_class = in_unittest or (
                functions and (match["class"].startswith("Test") or bool(_TEST_BASE.search(bases)))
            )
            continue
        if not match["indent"]:
            in_class = False
        collected = in_class if match["indent"] else functions
        if collected and match["def"].startswith("test") and not _is_fixture(code, match.start()):
            starts.append(match.start("def"))
            names.append(match["def"])
            of_unittest += in_class and in_unittest
    return starts, names, of_unittest * 2 > len(starts)


def _is_fixture(code: str, start: int) -> bool:
    """Whether the function is decorated as a fixture, which may well be called `test_client`."""
    above = code[max(0, start - 400) : start]
    return _FIXTURE.search(above, above.rfind("\ndef ") + 1) is not None
