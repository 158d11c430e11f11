"""Test frameworks of compiled languages: the JVM's, .NET's, Go, Rust, C and C++, Swift, Dart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.readers._test_framework import Framework, any_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_JVM_ASSERTIONS = any_of(
    r"\b(?:assert\w*|verify\w*|expect\w*|andExpect\w*|check|fail\w*)[ \t]*(?:<[^>\n]{1,80}>[ \t]*)?[({]",
    r"\bassert[ \t]+[^;\n]",
    r"\b(?:should|must)(?:Be|Not|Contain|Throw|Have|Match|Equal|Start|End|Exist)\w*",
    r"^[ \t]*(?:then|expect)[ \t]*:",
    r"\.(?:statusCode|should)\(",
    r"\b(?:should|must)[ \t]+(?:be|equal|contain|have|===)\b",
)
_JUNIT_TESTS = any_of(
    r"@(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|ArchTest)\b"
    r"(?:(?:(?!@Test\b)[^{};]){0,400}?(?:\bvoid|\bfun)[ \t]+`?(?P<name>[^`(\n]{1,200}))?"
)
_JVM_STEPS = any_of(r"^[ \t]*@(?:Given|When|Then|And|But)\b")
_JUNIT_3_TESTS = any_of(r"^[ \t]*public[ \t]+void[ \t]+(?P<name>test\w*)[ \t]*\(")
_SPOCK_TESTS = any_of(r"""^[ \t]*(?:def|void)[ \t]+(?:"[^"\n]+"|'[^'\n]+')[ \t]*\(""")
_KOTEST_TESTS = any_of(
    r'^[ \t]*(?:(?:test|it|should|scenario|expect|then|Then)[ \t]*\([ \t]*)?"[^"\n]+"[ \t]*\)?[ \t]*\{'
)
_SCALA_TESTS = any_of(r'\b(?:test|it|Scenario|scenario)[ \t]*\([ \t]*"', r"\bin[ \t]*\{", r'"[ \t]*>>[ \t]*\{')
_SCALA = (
    "org.scalatest", "munit", "org.specs2", "zio.test", "play.api.test", "Spec {", "Spec\n", "Spec with", "SpecBase",
)  # fmt: skip
"""The last four: a specification that extends the project's own."""
_JVM = (
    Framework("gatling", ("io.gatling",), any_of(r"\bscenario[ \t]*\("), any_of(r"\.(?:check|assertions)[ \t]*\(")),
    Framework("cucumber", ("io.cucumber.java", "cucumber.api"), _JVM_STEPS, _JVM_ASSERTIONS),
    Framework("testng", ("org.testng",), _JUNIT_TESTS, _JVM_ASSERTIONS),
    Framework("junit", ("Test",), _JUNIT_TESTS, _JVM_ASSERTIONS),
    Framework("junit", ("extends TestCase",), _JUNIT_3_TESTS, _JVM_ASSERTIONS),
    Framework("spock", ("spock.lang", "extends Specification"), _SPOCK_TESTS, _JVM_ASSERTIONS),
    Framework("kotest", ("io.kotest", "io.kotlintest"), _KOTEST_TESTS, _JVM_ASSERTIONS),
    Framework("scalatest", _SCALA, _SCALA_TESTS, _JVM_ASSERTIONS),
)

_NET_ASSERTIONS = any_of(
    r"\b\w{0,30}Assert\.\w+[ \t]*[(<]",
    r"\.Should\w*[ \t]*[(<]",
    r"\.(?:Verify\w*|Received\w*|DidNotReceive\w*|MustHaveHappened\w*|MustNotHaveHappened)\(",
    r"\b(?:Expect|Verify)[ \t]*\(",
)
_NET_STEPS = any_of(r"^[ \t]*\[(?:Given|When|Then)\b")


def _net_tests(attributes: str) -> re.Pattern[str]:
    method = r"[^{};]{0,600}?\bpublic\s{1,9}(?:async\s{1,9})?[\w<>]{1,60}\s{1,9}(?P<name>\w{1,200})\s{0,9}\("
    return any_of(rf"^[ \t]*\[<?(?:{attributes})\b(?:{method})?")


_NET = (
    Framework("nbomber", ("NBomber",), any_of(r"\bScenario\.Create\("), _NET_ASSERTIONS),
    Framework("reqnroll", ("TechTalk.SpecFlow", "Reqnroll"), _NET_STEPS, _NET_ASSERTIONS),
    Framework("xunit", ("Fact", "Theory"), _net_tests(r"\w{0,30}Fact|\w{0,30}Theory"), _NET_ASSERTIONS),
    Framework("mstest", ("TestMethod",), _net_tests("TestMethod|DataTestMethod"), _NET_ASSERTIONS),
    Framework("nunit", ("[Test", "[<Test"), _net_tests("Test|TestCase|TestCaseSource"), _NET_ASSERTIONS),
)

_GO_FILE = expression(r"_test\.go$")
_GO_TESTS = any_of(
    r"^func[ \t]+(?:\(\w*[ \t]*\*?\w+\)[ \t]*)?(?P<name>(?:Test|Fuzz|Example)(?![a-z])\w*)[ \t]*\("
    r"(?!\w+[ \t]+\*testing\.M\))"
)
_GO_ASSERTIONS = any_of(
    r"\b(?:t|tb|tt|b|f|c|T\(\))\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow|Assert|Check)\(",
    r"\b(?:assert|require|is|should|must|qt|td|suite|s|Assert\(\)|Require\(\))\.[A-Z]\w*\(",
    r"\b(?:Expect|Eventually|Consistently|Ω)\(",
)
_GO = (
    Framework("terratest", ("gruntwork-io/terratest",), _GO_TESTS, _GO_ASSERTIONS, _GO_FILE),
    Framework("ginkgo", ("onsi/ginkgo",), any_of(r"\b(?:It|Specify|Entry)\("), _GO_ASSERTIONS, _GO_FILE),
    Framework("godog", ("cucumber/godog",), any_of(r"\.(?:Step|Given|When|Then)\("), _GO_ASSERTIONS),
    Framework("go-test", ("testing",), _GO_TESTS, _GO_ASSERTIONS, _GO_FILE),
)

_RUST_TESTS = any_of(
    r"^[ \t]*#\[(?:test|rstest|wasm_bindgen_test|[\w:]{1,40}::test)\b[^\n]{0,200}\]"
    r"(?:\s{0,80}#\[[^\n]{1,200}\]){0,5}(?:\s{0,80}(?:pub\s{1,9})?(?:async\s{1,9})?fn\s{1,9}(?P<name>\w{1,100}))?"
)
_RUST = (
    Framework(
        "cargo-test",
        ("#[test", "::test", "#[rstest", "#[wasm_bindgen_test"),
        _RUST_TESTS,
        any_of(r"\b(?:debug_)?assert\w*!", r"#\[should_panic", r"\bpanic!"),
    ),
)

_C_ASSERTIONS = any_of(
    r"\b(?:EXPECT|ASSERT|REQUIRE|CHECK|TEST_ASSERT|BOOST_\w{1,40}|assert|cr_assert|ck_assert)\w*[ \t]*\("
)
_BOOST_TESTS = any_of(r"^[ \t]*BOOST_(?:AUTO|FIXTURE)_TEST_CASE[ \t]*\(")
_C = (
    Framework("googletest", ("gtest/",), any_of(r"^[ \t]*(?:TYPED_)?TEST(?:_F|_P)?[ \t]*\("), _C_ASSERTIONS),
    Framework("catch2", ("catch", "doctest"), any_of(r"^[ \t]*(?:TEST_CASE|SCENARIO)[ \t]*\("), _C_ASSERTIONS),
    Framework("boost-test", ("boost/test",), _BOOST_TESTS, _C_ASSERTIONS),
    Framework("unity", ("unity.h",), any_of(r"^void[ \t]+test_\w+[ \t]*\("), _C_ASSERTIONS),
)

_SWIFT = (
    Framework(
        "xctest",
        ("XCTest", "import Testing"),
        any_of(r"\bfunc[ \t]+(?P<name>test\w*)[ \t]*\(", r"^[ \t]*@Test\b"),
        any_of(r"\bXCTAssert\w*[ \t]*\(", r"\bXCTFail\(", r"#(?:expect|require)\("),
    ),
)

_DART = (
    Framework(
        "flutter-test",
        ("flutter_test", "package:test", "integration_test"),
        any_of(r"\b(?:test|testWidgets|testGoldens)[ \t]*\([ \t\n]{0,80}(?P<q>['\"])(?P<name>[^\n]{0,200}?)(?P=q)"),
        any_of(r"\b(?:expect|expectLater|verify)[ \t]*\("),
    ),
)

COMPILED: Mapping[str, tuple[Framework, ...]] = {
    **dict.fromkeys(("java", "kotlin", "groovy", "scala"), _JVM),
    **dict.fromkeys(("csharp", "fsharp", "vb"), _NET),
    "go": _GO,
    "rust": _RUST,
    **dict.fromkeys(("c", "cpp"), _C),
    "swift": _SWIFT,
    "dart": _DART,
}
"""The frameworks of each language; the first one that finds a test is the file's."""
