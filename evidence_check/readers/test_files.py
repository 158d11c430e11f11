"""Files of automated tests in programming languages: the framework, the number of tests and of assertions.

A file counts where its framework's runner would find it. Tests and assertions are counted by pattern over the text
without comments, which is what makes commented-out tests count for nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import TestFile
from evidence_check.readers._languages import SIZE_LIMIT
from evidence_check.readers._test_compiled import COMPILED
from evidence_check.readers._test_python import ASSERTIONS, python_tests
from evidence_check.readers._test_scaffolds import SCAFFOLD_PATH, TRIVIAL_ASSERTION, is_sam_scaffold, is_scaffold_name
from evidence_check.readers._test_scripted import SCRIPTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evidence_check.readers._source import Source

SYSTEM = "tests"
GIVES = frozenset({TestFile.kind})

_PHP_ANNOTATION = expression(r"^[ \t]*(?:/\*\*|\*)[ \t]*@test\b", re.MULTILINE)
_FRAMEWORKS = {**COMPILED, **SCRIPTED}


def wants(source: Source) -> bool:
    """Whether the file is in a language whose tests are known. Too large ones are a gap of the source-code reader."""
    language = source.language
    return (
        (language == "python" or language in _FRAMEWORKS) and not source.file.binary and source.file.size <= SIZE_LIMIT
    )


def read(source: Source) -> Iterator[TestFile]:
    """The file's tests, if it has any."""
    code = source.code
    if source.language == "python":
        found = python_tests(source.path, code)
        if found:
            yield _test_file(source, found.framework, found.starts, found.names, ASSERTIONS)
        return
    for framework in _FRAMEWORKS[source.language]:
        if framework.marks and not any(mark in code for mark in framework.marks):
            continue
        if framework.path and not framework.path.search(source.path):
            continue
        matches = list(framework.tests.finditer(code))
        starts = [match.start() for match in matches]
        names = [match["name"] for match in matches if match["name"]] if "name" in framework.tests.groupindex else []
        if framework.name == "phpunit":  # its annotation stands in a comment
            starts += [match.start() for match in _PHP_ANNOTATION.finditer(source.text)]
        if starts:
            yield _test_file(source, framework.name, starts, names, framework.assertions)
            return


def _test_file(
    source: Source, framework: str, starts: Sequence[int], names: Sequence[str], pattern: re.Pattern[str]
) -> TestFile:
    code = source.code
    assertions = sum(1 for _ in pattern.finditer(code))
    line = code.count("\n", 0, min(starts)) + 1 + _blank_lines(code, min(starts)) if starts else 0
    return TestFile(
        source.at(line),
        language=source.language,
        framework=framework,
        tests=len(starts),
        assertions=assertions,
        scaffold=_is_scaffold(source, code, len(starts), assertions, names),
        text=code,
    )


def _blank_lines(code: str, start: int) -> int:
    """Line ends between where a pattern began (perhaps with white space) and the first character that is none."""
    rest = code[start : start + 400]
    return rest[: len(rest) - len(rest.lstrip())].count("\n")


def _is_scaffold(source: Source, code: str, tests: int, assertions: int, names: Sequence[str]) -> bool:
    """Nothing but what a generator wrote, or assertions of what is true anyway."""
    if not tests or SCAFFOLD_PATH.search(source.path):
        return True
    if len(names) == tests and (all(is_scaffold_name(name) for name in names) or is_sam_scaffold(names, code)):
        return True
    return 0 < assertions <= 10 and sum(1 for _ in TRIVIAL_ASSERTION.finditer(code)) >= assertions
