"""Tests that a project generator wrote, and assertions of what is true anyway."""

from __future__ import annotations

import re

SCAFFOLD_NAME = re.compile(
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

SCAFFOLD_PATH = re.compile(r"(?:^|/)cypress/(?:e2e|integration)/(?:\d-getting-started|\d-advanced-examples|examples)/")
"""Where Cypress puts its examples."""

TRIVIAL_ASSERTION = re.compile(
    r"""
    \bassert(?:_?[tT]rue|_?[eE]quals?|\.True|\.ok|\.IsTrue|_eq)?!?[ \t]*\(?[ \t]*
        (?:true|True|TRUE|[\d+*=<>, \t-]+)[ \t]*\)?[ \t]*;?[ \t]*$
    | \bAssert\.(?:True|IsTrue|That|Equal|AreEqual|assertTrue)[ \t]*\([ \t]*(?:true|[\d+*=<>, \t-]+)[ \t]*\)
    | \bAssert\.Pass\([^)\n]{0,80}\)
    | \bexpect[ \t]*\([ \t]*(?:true|[\d+* \t-]+)[ \t]*\)
    """,
    re.VERBOSE | re.MULTILINE,
)
"""An assertion of what is true anyway: `assert True`, `expect(1 + 1).toBe(2)`."""
