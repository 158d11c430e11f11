"""Tests that are written in a format of their own: behaviour, infrastructure, load and interface tests, shell tests.

Gherkin (https://cucumber.io/docs/gherkin/reference/), Robot Framework, Bats and other shell tests, Pester, Goss,
Molecule, Test Kitchen, container-structure-test, Rego policies, helm-unittest, Chainsaw, KUTTL, Postman collections,
JMeter plans, Artillery scenarios, Selenium IDE. For Gherkin the assertions are the steps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from evidence_check.expressions import expression
from evidence_check.model import TestFile
from evidence_check.readers._comments import blank_comments
from evidence_check.readers._languages import SIZE_LIMIT
from evidence_check.readers._test_shell import shell_tests
from evidence_check.tree import Map, Seq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from evidence_check.readers._source import Source

SYSTEM = "test-specifications"
GIVES = frozenset({TestFile.kind})


class _Found(NamedTuple):
    framework: str
    language: str
    tests: int
    assertions: int
    line: int
    text: str


def wants(source: Source) -> bool:
    """By name; YAML and JSON by what stands in them."""
    return not source.file.binary and source.file.size <= SIZE_LIMIT and _parser(source) is not None


def read(source: Source) -> Iterator[TestFile]:
    """The tests of the file, if it has any."""
    parser = _parser(source)
    found = parser(source) if parser else None
    if found and found.tests:
        yield TestFile(
            source.at(found.line),
            language=found.language,
            framework=found.framework,
            tests=found.tests,
            assertions=found.assertions,
            text=found.text,
        )


def _parser(source: Source) -> Callable[[Source], _Found | None] | None:
    name = source.name.lower()
    for suffix, parser in _BY_SUFFIX.items():
        if name.endswith(suffix):
            return parser
    if name.endswith((".yml", ".yaml")):
        by_path = next((parser for pattern, parser in _YAML_PATHS if pattern.search(source.path)), None)
        return by_path or _by_words(source.text)
    if name.endswith(".json") and "schema.getpostman.com" in source.text:
        return _postman
    return None


def _first(pattern: re.Pattern[str], text: str) -> tuple[int, int]:
    """How often a pattern is found, and the line of the first time."""
    matches = list(pattern.finditer(text))
    return len(matches), text.count("\n", 0, matches[0].end()) + 1 if matches else 0


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))


def _by_patterns(
    framework: str, language: str, tests: str, assertions: str, blank: str = ""
) -> Callable[[Source], _Found]:
    """A format whose tests and assertions are told by a pattern each; `blank` names whose comments it has."""
    test, assertion = expression(tests, re.MULTILINE), expression(assertions, re.MULTILINE)

    def parse(source: Source) -> _Found:
        text = blank_comments(source.text, blank or language)
        number, line = _first(test, text)
        return _Found(framework, language, number, _count(assertion, text), line, text)

    return parse


# --- texts ------------------------------------------------------------------------------------------------------------

_FEATURE_COMMENT = expression(r"^[ \t]*#[^\n]*", re.MULTILINE)
_SCENARIO = expression(r"^[ \t]*(?:Scenario(?: Outline| Template)?|Example)[ \t]*:", re.MULTILINE)
_STEP = expression(r"^[ \t]*(?:Given|When|Then|And|But|\*)[ \t]", re.MULTILINE)
_KARATE = expression(r"^[ \t]*(?:\*|Given|When|Then|And)[ \t]+(?:url|path|match|method|def|status)[ \t]", re.MULTILINE)


def _feature(source: Source) -> _Found:
    text = _FEATURE_COMMENT.sub(lambda match: " " * len(match[0]), source.text)
    number, line = _first(_SCENARIO, text)
    framework = "karate" if _KARATE.search(text) else "gherkin"
    return _Found(framework, "gherkin", number, _count(_STEP, text), line, text)


_ROBOT_SECTION = expression(r"^\*{1,3}[ \t]*+(\w[\w \t]{0,40}?)[ \t]*+\**+[ \t]*+$")
_ROBOT_ASSERTION = expression(r"\bShould\b|\bWait Until\b|\bVerify\b|[ \t](?:==|!=|contains)[ \t]")


def _robot(source: Source) -> _Found:
    section, tests, assertions, line = "", 0, 0, 0
    for number, text in enumerate(source.text.split("\n"), 1):
        heading = _ROBOT_SECTION.match(text)
        if heading:
            section = heading[1].lower()
        elif text[:1] and text[0] not in " \t#" and section in ("test cases", "test case", "tasks", "task"):
            tests += 1
            line = line or number
        elif not text.lstrip().startswith("#"):
            assertions += _ROBOT_ASSERTION.search(text) is not None
    return _Found("robot", "robotframework", tests, assertions, line, source.text)


def _shell(source: Source) -> _Found | None:
    stem = source.name.rpartition(".")[0]
    framework, text, starts, assertions = shell_tests(stem, source.is_test, source.text)
    line = text.count("\n", 0, starts[0]) + 1 if starts else 0
    return _Found(framework, "shell", len(starts), assertions, line, text) if framework else None


_pester = _by_patterns("pester", "powershell", r"^[ \t]*[Ii]t[ \t]+['\"]", r"\|[ \t]*[Ss]hould\b")
_jmeter = _by_patterns(
    "jmeter",
    "xml",
    r"<(?:HTTPSamplerProxy|(?:\w{1,40}\.)?\w{0,40}Sampler2?)\b[^>]{0,300}?(?<!/)>",
    r"<\w{0,40}Assertion\b",
    "html",
)
_rego_tests = _by_patterns("rego", "rego", r"^(?:todo_)?test_\w+", r"^[ \t]+\S", "elixir")
_REGO_DENIAL = r"^(?:deny|warn|violation)\w*\b"
_rego_policy = _by_patterns("conftest", "rego", _REGO_DENIAL, _REGO_DENIAL, "elixir")


def _rego(source: Source) -> _Found | None:
    return _rego_tests(source) if source.name.endswith("_test.rego") else _rego_policy(source)


# --- YAML and JSON ----------------------------------------------------------------------------------------------------


def _map(value: Any) -> Map:
    return value if isinstance(value, Map) else Map()


def _document(source: Source) -> Map:
    return next((document for document in source.documents if isinstance(document, Map)), Map())


_GOSS = frozenset(
    "file port service command http package user group process dns addr interface mount kernel-param matching".split()
)
_STRUCTURE_TESTS = ("commandTests", "fileExistenceTests", "fileContentTests", "licenseTests")


def _goss(source: Source) -> _Found:
    document = _document(source)
    kinds = [key for key, value in document.items() if key in _GOSS and isinstance(value, Map)]
    checks = [check for key in kinds for check in document[key].values()]
    claims = sum(len(check) for check in checks if isinstance(check, Map))
    return _Found("goss", "yaml", len(checks), claims, document.line_of(kinds[0]) if kinds else 0, source.text)


def _structure(source: Source) -> _Found:
    document = _document(source)
    lists = [document[key] for key in _STRUCTURE_TESTS if isinstance(document.get(key), Seq)]
    number = sum(len(tests) for tests in lists) + ("metadataTest" in document)
    line = lists[0].line if lists else document.line_of("metadataTest")
    return _Found("container-structure-test", "yaml", number, number, line, source.text)


def _molecule(source: Source) -> _Found:
    """A scenario, which converges and checks idempotence by itself, or the play that verifies it."""
    asserts = re.findall(r"\b(?:assert|failed_when|fail)[ \t]*:", source.text)
    return _Found("molecule", "yaml", 1, len(asserts), 1, source.text)


def _kitchen(source: Source) -> _Found:
    document = _document(source)
    suites = document.get("suites")
    number = len(suites) if isinstance(suites, Seq) else 0
    return _Found("kitchen", "yaml", number, 0, document.line_of("suites"), source.text)


def _helm_unittest(source: Source) -> _Found:
    suites = [document for document in source.documents if isinstance(document, Map) and "suite" in document]
    tests = [test for suite in suites for test in (suite.get("tests") or ()) if isinstance(test, Map)]
    asserts = sum(len(test["asserts"]) for test in tests if isinstance(test.get("asserts"), Seq))
    return _Found("helm-unittest", "yaml", len(tests), asserts, tests[0].line if tests else 0, source.text)


def _chainsaw(source: Source) -> _Found:
    return _Found("chainsaw", "yaml", 1, len(re.findall(r"\bassert[ \t]*:", source.text)), 1, source.text)


def _kuttl(source: Source) -> _Found:
    return _Found("kuttl", "yaml", 1, 1, 1, source.text)


def _artillery(source: Source) -> _Found:
    document = _document(source)
    scenarios = document.get("scenarios")
    number = len(scenarios) if isinstance(scenarios, Seq) and "config" in document else 0
    checks = len(re.findall(r"\b(?:expect|ensure)[ \t]*:", source.text))
    return _Found("artillery", "yaml", number, checks, document.line_of("scenarios"), source.text)


_PM_TEST = expression(r"\bpm\.test\(|\btests\[")
_PM_ASSERTION = expression(r"\bpm\.expect\(|\bpm\.response\.to\b|\btests\[")


def _postman(source: Source) -> _Found:
    number, line = _first(_PM_TEST, source.text)
    return _Found("postman", "json", number, _count(_PM_ASSERTION, source.text), line, source.text)


def _selenium_ide(source: Source) -> _Found:
    tests = _map(source.json).get("tests")
    number = len(tests) if isinstance(tests, Seq) else 0
    asserts = len(re.findall(r'"command"\s{0,9}:\s{0,9}"(?:assert|verify|wait ?for)', source.text, re.IGNORECASE))
    return _Found("selenium-ide", "json", number, asserts, tests.line if isinstance(tests, Seq) else 0, source.text)


def _by_words(text: str) -> Callable[[Source], _Found | None] | None:
    """The formats that have no name of their own, by words that they must hold."""
    if "schemaVersion" in text and "Test" in text:
        return _structure
    if "scenarios:" in text and "config:" in text and "target:" in text:
        return _artillery
    if "asserts:" in text and "suite:" in text:
        return _helm_unittest
    return None


_BY_SUFFIX: Mapping[str, Callable[[Source], _Found | None]] = {
    ".feature": _feature,
    ".robot": _robot,
    ".bats": _shell,
    ".sh": _shell,
    ".bash": _shell,
    ".tests.ps1": _pester,
    ".jmx": _jmeter,
    ".rego": _rego,
    ".side": _selenium_ide,
    ".postman_collection.json": _postman,
}
_YAML_PATHS: tuple[tuple[re.Pattern[str], Callable[[Source], _Found | None]], ...] = (
    (expression(r"(?:^|/)goss[\w.-]{0,40}\.ya?ml$|(?:^|/)goss/[^/]{1,80}$"), _goss),
    (expression(r"(?:^|/)molecule/[^/]{1,80}/(?:molecule|verify|tests/test_[^/]{1,60})\.ya?ml$"), _molecule),
    (expression(r"(?:^|/)\.?kitchen(?:\.\w{1,20})?\.ya?ml$"), _kitchen),
    (expression(r"(?:^|/)chainsaw-test\.ya?ml$"), _chainsaw),
    (expression(r"(?:^|/)kuttl-test\.ya?ml$"), _kuttl),
)
