"""Test frameworks of scripting languages: JavaScript and TypeScript, Ruby, PHP, Elixir and others; not Python's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.readers._test_framework import Framework, any_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_JS_TESTS = any_of(
    r"(?<![\w.$])(?:it|test|specify|fit|Deno\.test|QUnit\.test)(?:\.(?:only|concurrent|failing|serial|parallel))?"
    r"[ \t]*\([ \t\n]{0,200}"
    r"(?:(?P<q>['\"`])(?P<name>[^\n]{0,300}?)(?P=q)[ \t\n]{0,200}[,)]|\w[\w.]{0,60}[ \t]*,|async\b)",
    r"(?<![\w.$])(?:it|test)(?:\.\w{1,20})?\.(?:each|for)\b[ \t]*[(`]",
)
_JS_ASSERTIONS = any_of(
    r"(?<![\w$])expect(?:\.(?:soft|poll))?[ \t]*\(",
    r"(?<![\w.$])assert(?:\.\w+){0,3}[ \t]*\(",
    r"\.should(?:\.\w+|[ \t]*\()",
    r"(?<![\w.$])t\.(?:is|not|true|false|truthy|falsy|deepEqual|equals?|ok|notOk|same|throws|like|regex|assert)\w*\(",
    r"\bcy(?:\.\w+\([^()\n]{0,200}\)){0,4}\.contains[ \t]*\(",
    r"\bassert\w+[ \t]*\(",
)
_JS_STEPS = any_of(r"^[ \t]*(?:Given|When|Then)[ \t]*\(")
_JS_FILE = expression(
    r"(?:^|/)(?:__tests__|tests?|specs?|e2e|cypress|integration|playwright)(?:[-_.]\w{1,40})?/"
    r"|[._-](?:tests?|spec|e2e|cy|it|int)\.[cm]?[jt]sx?$"
    r"|(?:^|/)tests?(?:[-_.][^/]{1,100})?\.[cm]?[jt]sx?$",
    re.IGNORECASE,
)
_CYPRESS_FILE = expression(r"(?:^|/)cypress/|\.cy\.[cm]?[jt]sx?$")
_K6_TESTS = any_of(r"\bexport[ \t]+default[ \t]+(?:async[ \t]+)?function\b", r"\bexport[ \t]+default[ \t]*\(")
_K6_CHECKS = any_of(r"(?<![\w.$])check[ \t]*\(", r"\bthresholds[ \t]*:")
_CODECEPT_TESTS = any_of(r"^[ \t]*Scenario[ \t]*\([ \t]*['\"`]")
_TESTCAFE_MARKS = ("'testcafe'", '"testcafe"', "fixture`", "fixture(")
_TESTCAFE_ASSERTIONS = any_of(r"\bt\.expect\(", r"^[ \t]*\.expect\(")


def _js(name: str, *marks: str, path: re.Pattern[str] | None = None) -> Framework:
    """A framework whose tests look like everybody's: `it('...')`, `test('...')`."""
    return Framework(name, marks, _JS_TESTS, _JS_ASSERTIONS, path)


_JS = (
    Framework("k6", ("'k6'", '"k6"', "'k6/", '"k6/'), _K6_TESTS, _K6_CHECKS),
    Framework("autocannon", ("'autocannon'", '"autocannon"'), any_of(r"(?<![\w.$])autocannon[ \t]*\("), _JS_ASSERTIONS),
    Framework("cucumber", ("@cucumber/cucumber", "cypress-cucumber-preprocessor"), _JS_STEPS, _JS_ASSERTIONS),
    _js("playwright", "@playwright/test"),
    _js("vitest", "'vitest'", '"vitest"'),
    _js("node-test", "node:test"),
    _js("ava", "'ava'", '"ava"'),
    _js("tape", "'tape'", '"tape"', "'tap'", '"tap"'),
    Framework("codeceptjs", ("Scenario(",), _CODECEPT_TESTS, any_of(r"\bI\.(?:see|dontSee)\w*\(")),
    Framework(
        "testcafe", ("'testcafe'", '"testcafe"', "fixture`", "fixture("), _JS_TESTS, _TESTCAFE_ASSERTIONS, _JS_FILE
    ),
    _js("cypress", "cy.", path=_CYPRESS_FILE),
    _js("webdriverio", "@wdio/", "webdriverio", "browser.url(", path=_JS_FILE),
    _js("protractor", "protractor", path=_JS_FILE),
    _js("jasmine", "jasmine", "@angular/core/testing", "TestBed", path=_JS_FILE),
    _js("jest", "jest", "@testing-library", path=_JS_FILE),
    _js("mocha", "chai", "mocha", "'assert'", '"assert"', "should.js", path=_JS_FILE),
    _js("jest", path=_JS_FILE),
)

_RUBY_ASSERTIONS = any_of(
    r"\b(?:expect|is_expected|are_expected|refute\w*|assert\w*)\b(?!\.)",
    r"\.(?:should|should_not|must_\w+|wont_\w+|expects)\b",
    r"(?:^|\{)[ \t]*(?:should|should_not)\b",
)
_RUBY_EXAMPLES = any_of(
    r"""^[ \t]*(?:it|specify|example|scenario|its)\b[ \t]*(?:\(?[ \t]*(?:['"](?P<name>[^'"\n]{0,200})|:\w+)|\{|do\b)"""
)
_INSPEC_CONTROLS = any_of(
    r"^[ \t]*control[ \t(]{1,4}['\"]",
    r"^[ \t]*describe[ \t(]{1,4}(?:file|package|service|port|user|group|command|host|http|os|systemd_service)\b",
    r"^[ \t]*describe[ \t(]{1,4}(?:aws|azure|azurerm|google|docker|k8s|json|yaml|ini)(?:_\w{1,60})?\b",
)
_RUBY_STEPS = any_of(r"^[ \t]*(?:Given|When|Then|And)[ \t(]{1,3}[/'\"]")
_MINITEST_TESTS = any_of(r"""^[ \t]*(?:def[ \t]+(?P<name>test_\w+)|(?:test|it|should)[ \t]*\(?[ \t]*["'])""")
_RUBY = (
    Framework(
        "inspec",
        ("control", "describe"),
        _INSPEC_CONTROLS,
        _RUBY_ASSERTIONS,
        expression(r"(?:^|/)(?:controls|inspec|tests?/integration|tests?/smoke)/"),
    ),
    Framework(
        "serverspec",
        ("serverspec", "describe package(", "describe service(", "describe port(", "describe file("),
        _RUBY_EXAMPLES,
        _RUBY_ASSERTIONS,
        expression(r"_spec\.rb$"),
    ),
    Framework(
        "cucumber",
        ("Given", "When", "Then"),
        _RUBY_STEPS,
        _RUBY_ASSERTIONS,
        expression(r"(?:^|/)(?:step_definitions|features)/"),
    ),
    Framework("chefspec", ("chefspec", "ChefSpec"), _RUBY_EXAMPLES, _RUBY_ASSERTIONS, expression(r"_spec\.rb$")),
    Framework("rspec", (), _RUBY_EXAMPLES, _RUBY_ASSERTIONS, expression(r"_spec\.rb$|(?:^|/)spec/")),
    Framework(
        "minitest", (), _MINITEST_TESTS, _RUBY_ASSERTIONS, expression(r"_test\.rb$|(?:^|/)test_[^/]{1,100}\.rb$")
    ),
)

_PHP_ASSERTIONS = any_of(
    r"\bassert\w*[ \t]*\(", r"\bexpect\w*[ \t]*\(", r"\$I->(?:see|dontSee|assert)\w*\(", r"->should\w+\("
)
_PHPUNIT_TESTS = any_of(
    r"\bfunction[ \t]+(?P<name>test\w*)[ \t]*\(", r"^[ \t]*#\[(?:PHPUnit\\)?(?:[\w\\]{1,60}\\)?Test\b"
)
_PEST_TESTS = any_of(r"""^[ \t]*(?:it|test)[ \t]*\([ \t]*(?P<q>['"])(?P<name>[^\n]{0,200}?)(?P=q)""")
_CEST_TESTS = any_of(r"\bfunction[ \t]+(?!_)\w+[ \t]*\([^)\n]{0,80}Tester[ \t]+\$I")
_PHP = (
    Framework("phpunit", ("TestCase", "PHPUnit"), _PHPUNIT_TESTS, _PHP_ASSERTIONS),
    Framework("pest", (), _PEST_TESTS, _PHP_ASSERTIONS, expression(r"(?:^|/)tests?/|Test\.php$", re.IGNORECASE)),
    Framework("codeception", ("Tester $I",), _CEST_TESTS, _PHP_ASSERTIONS),
    Framework("phpspec", ("ObjectBehavior",), any_of(r"\bfunction[ \t]+its?_\w+[ \t]*\("), _PHP_ASSERTIONS),
)

_ELIXIR = (
    Framework(
        "exunit",
        ("Case",),
        any_of(r'^[ \t]*test[ \t]*\(?[ \t]*"(?P<name>[^"\n]{0,200})'),
        any_of(r"\b(?:assert|refute)\w*\b"),
        expression(r"_test\.exs$"),
    ),
)
_PERL_ASSERTIONS = any_of(r"^[ \t]*(?:ok|is|isnt|like|is_deeply|cmp_ok)\b")

SCRIPTED: Mapping[str, tuple[Framework, ...]] = {
    **dict.fromkeys(("javascript", "typescript"), _JS),
    "ruby": _RUBY,
    "php": _PHP,
    "elixir": _ELIXIR,
    "r": (Framework("testthat", ("test_that",), any_of(r"\btest_that[ \t]*\("), any_of(r"\bexpect_\w+[ \t]*\(")),),
    "lua": (Framework("busted", ("describe",), any_of(r"^[ \t]*it[ \t]*\("), any_of(r"\bassert\b")),),
    "perl": (Framework("test-more", ("Test::",), any_of(r"^[ \t]*(?:subtest|done_testing)\b"), _PERL_ASSERTIONS),),
}
"""The frameworks of each language; the first one that finds a test is the file's."""
