"""Tests that a project generator wrote, and assertions of what is true anyway."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evidence_check.expressions import expression

_SCAFFOLD_NAME = expression(
    r"""
    renders[ ](?:learn[ ]react[ ]link|without[ ]crashing|props\.msg[ ]when[ ]passed)
    | should[ ](?:create(?:[ ]the[ ]app)?|be[ ](?:created|defined|truthy)|render[ ]title.{0,40}
        |have[ ](?:as[ ]title|the[ ]).{0,80}|return[ ]"Hello[ ]World!")
    | visits[ ]the[ ]app[ ]root[ ]url | has[ ]title | get[ ]started[ ]link | /[ ]\(GET\) | you[ ]did[ ]it!?
    | example(?:[ ]test|Test)? | testExample | testPerformanceExample | testLaunch(?:Performance)?
    | contextLoads | context[ ]loads | addition_isCorrect | useAppContext | shouldAnswerWithTrue | testApp
    | someLibraryMethodReturnsTrue | appHasAGreeting
    | Test1 | TestMethod1 | UnitTest1
    | test_that_true_is_true | test_the_application_returns_a_successful_response | testBasicTest
    | returns[ ]a[ ]successful[ ]response | that[ ]true[ ]is[ ]true
    | the[ ]application[ ]returns[ ]a[ ]successful[ ]response
    | Counter[ ]increments[ ]smoke[ ]test | it_works | greets[ ]the[ ]world | test_version
    """,
    re.VERBOSE,
)
"""Names of the tests that project generators write: create-react-app, Angular, Nest, Vue, Playwright, Spring, Android,
Maven, Gradle, Visual Studio, Laravel, Flutter, Xcode, Cargo, Mix, Poetry."""

_STARTER_KIT = frozenset(
    """
    confirm password screen can be rendered|password can be confirmed|password is not confirmed with invalid password
    login screen can be rendered|users can authenticate using the login screen
    users can not authenticate with invalid password|users can logout|reset password link screen can be rendered
    reset password link can be requested|reset password screen can be rendered|password can be reset with valid token
    email verification screen can be rendered|email can be verified|email is not verified with invalid hash
    password can be updated|correct password must be provided to update password|registration screen can be rendered
    new users can register|profile page is displayed|profile information can be updated|user can delete their account
    email verification status is unchanged when the email address is unchanged
    correct password must be provided to delete account|guests are redirected to the login page
    authenticated users can visit the dashboard|renders 404.html|renders 500.html|renders 404|renders 500|GET /
    """.strip()
    .replace("\n    ", "|")
    .split("|")
)
"""What Laravel's starter kits and Phoenix write, in PHPUnit's spelling or Pest's."""


def is_scaffold_name(name: str) -> bool:
    """Whether a generator gives this name to a test of its own."""
    name = name.strip()
    plain = name.removeprefix("test_").replace("_", " ")
    return _SCAFFOLD_NAME.fullmatch(name) is not None or plain in _STARTER_KIT


_SAM_NAME = expression(
    r"test_lambda_handler|test_api_gateway|verifies successful response|successfulResponse|"
    r"TestHelloWorldFunctionHandler"
)
_SAM_ANSWER = expression(r"['\"]hello world['\"]")


def is_sam_scaffold(names: Sequence[str], code: str) -> bool:
    """Whether `sam init` wrote the tests: its names for them, and the greeting that its example answers with."""
    return all(_SAM_NAME.fullmatch(name) for name in names) and _SAM_ANSWER.search(code) is not None


SCAFFOLD_PATH = expression(r"(?:^|/)cypress/(?:e2e|integration)/(?:\d-getting-started|\d-advanced-examples|examples)/")
"""Where Cypress puts its examples."""

TRIVIAL_ASSERTION = expression(
    r"""
    \bassert(?:_?[tT]rue|_?[eE]quals?|\.True|\.ok|\.IsTrue|_eq)?!?(?:[ \t]++\(?+|\()[ \t]*+
        (?:true|True|TRUE|[\d+*=<>, \t-]++)[ \t]*+\)?+[ \t]*+;?+[ \t]*+$
    | \bAssert\.(?:True|IsTrue|That|Equal|AreEqual|assertTrue)[ \t]*+\([ \t]*+(?:true|[\d+*=<>, \t-]++)[ \t]*+\)
    | \bAssert\.Pass\([^)\n]{0,80}\)
    | (?<!\.)\bexpect[ \t]*+\([ \t]*+(?:true|[\d+* \t-]++)[ \t]*+\)
    """,
    re.VERBOSE | re.MULTILINE,
)
"""An assertion of what is true anyway: `assert True`, `expect(1 + 1).toBe(2)`."""
