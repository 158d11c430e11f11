from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Category, TestFile
from evidence_check.readers import test_specifications
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

COLLECTION = """
{
  "info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
  "item": [{"request": {}, "event": [{"script": {"exec": [
    "pm.test('ok', function () {",
    "  pm.response.to.have.status(200);",
    "});"]}}]}]
}
"""


def _counts(path: str, text: str, category: Category = Category.TEST) -> tuple[str, int, int, int] | None:
    given_source = source(path, text, category)
    found = list(test_specifications.read(given_source)) if test_specifications.wants(given_source) else []
    assert len(found) <= 1
    return (found[0].framework, found[0].tests, found[0].assertions, found[0].location.line) if found else None


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "features/a.feature",
            "Feature: a\n  # Scenario: old\n  Scenario: b\n    Given c\n    When d\n    Then e\n",
            ("gherkin", 1, 3, 3),
        ),
        (
            "a.feature",
            "Feature: a\nScenario: b\n  Given url 'http://x'\n  Then match response == {}\n",
            ("karate", 1, 2, 2),
        ),
        ("a.robot", "*** Test Cases ***\nLogin\n    Open\n    Page Should Contain    Hi\n", ("robot", 1, 1, 2)),
        ("a.bats", '@test "a" {\n  run f\n  [ "$status" -eq 0 ]\n}\n', ("bats", 1, 1, 1)),
        ("tests/smoke.sh", "# curl\nif ! curl -f http://x; then\n  exit 1\nfi\n", ("shell", 1, 1, 2)),
        ("a_test.sh", ". shunit2\ntest_a() {\n  assertEquals 1 2\n}\n", ("shunit2", 1, 1, 2)),
        ("A.Tests.ps1", "Describe 'a' {\n  It 'b' {\n    Get-A | Should -Be 1\n  }\n}\n", ("pester", 1, 1, 2)),
        ("goss.yaml", "port:\n  tcp:80:\n    listening: true\nfile:\n  /a:\n    exists: true\n", ("goss", 2, 2, 1)),
        ("molecule/default/molecule.yml", "driver:\n  name: docker\n", ("molecule", 1, 0, 1)),
        (
            "molecule/default/verify.yml",
            "- hosts: all\n  tasks:\n    - assert:\n        that: a\n",
            ("molecule", 1, 1, 1),
        ),
        ("kitchen.yml", "driver: {name: docker}\nsuites:\n  - name: default\n", ("kitchen", 1, 0, 2)),
        (
            "structure.yaml",
            "schemaVersion: 2.0.0\ncommandTests:\n  - name: a\n    command: b\n",
            ("container-structure-test", 1, 1, 3),
        ),
        ("policy/a.rego", "package main\n# deny[x]\ndeny[msg] {\n  input.a\n}\n", ("conftest", 1, 1, 3)),
        ("policy/a_test.rego", "package main\ntest_a {\n  deny[x]\n}\n", ("rego", 1, 1, 2)),
        (
            "tests/a_test.yaml",
            "suite: a\ntests:\n  - it: b\n    asserts:\n      - equal: {}\n",
            ("helm-unittest", 1, 1, 3),
        ),
        ("load.yml", "config:\n  target: http://x\nscenarios:\n  - flow: []\n", ("artillery", 1, 0, 3)),
        ("api.postman_collection.json", COLLECTION, ("postman", 1, 1, 4)),
        (
            "plan.jmx",
            "<a>\n<HTTPSamplerProxy name='b'>\n<ResponseAssertion/></HTTPSamplerProxy></a>",
            ("jmeter", 1, 1, 2),
        ),
        ("a.side", '{"tests": [{"commands": [{"command": "assertText"}]}]}', ("selenium-ide", 1, 1, 1)),
    ],
)
def test_tests_of_each_format(path: str, text: str, expected: tuple[str, int, int, int]) -> None:
    assert _counts(path, text) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.feature", "Feature: a\n  As a user\n"),
        ("a.robot", "*** Keywords ***\nLogin\n    Page Should Contain    Hi\n"),
        ("tests/run.sh", "set -e\npytest tests\nexit $?\n"),
        ("tests/setup.sh", "docker compose up -d\n"),
        ("deploy.sh", "if ! curl -f http://x; then\n  exit 1\nfi\n"),
        ("docs/goss.yaml", "title: goss\n"),
        ("values.yaml", "config: {}\nscenarios: []\n"),
        ("schema.yaml", "schemaVersion: 2\nmainSteps: [Test]\n"),
        ("api.postman_collection.json", '{"info": {"schema": "https://schema.getpostman.com/x"}, "item": []}'),
        ("policy/authz.rego", "package authz\nallow { input.user }\n"),
    ],
)
def test_what_only_looks_like_a_test(path: str, text: str) -> None:
    assert _counts(path, text, Category.TEST if path.startswith("tests/") else Category.OWN) is None


@pytest.mark.parametrize("path", ["main.yml", "package.json", "deploy.py", "README.md"])
def test_other_files_are_left_alone(path: str) -> None:
    assert not test_specifications.wants(source(path, "{}"))


@given(
    st.lists(
        st.sampled_from(
            ["Scenario:", "Given ", "\n", "  ", "*** Test Cases ***", "suite:", "tests:", "- ", "asserts:", "{", "["]
        )
        | st.characters(),
        max_size=40,
    ).map("".join),
    st.sampled_from(
        "a.feature a.robot a.bats tests/a.sh a.tests.ps1 a.jmx a.rego a.side a.postman_collection.json goss.yaml "
        "kitchen.yml molecule/a/verify.yml a.yaml".split()
    ),
)
def test_any_text_gives_facts_or_unreadable(text: str, path: str) -> None:
    try:
        facts = read_with(test_specifications, path, text) if test_specifications.wants(source(path, text)) else []
    except Unreadable:
        facts = []
    assert all(isinstance(fact, TestFile) for fact in facts)
