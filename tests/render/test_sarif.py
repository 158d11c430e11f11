"""The SARIF report: what GitHub's code scanning needs of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from evidence_check.model import Evidence, Finding, Location, Outcome, Report
from evidence_check.render.sarif import render
from tests.render.sample import EMPTY, HOSTILE, REPORT, hostile


def _run(report: Report) -> Any:
    document = json.loads(render(report))
    assert document["version"] == "2.1.0"
    [run] = document["runs"]
    return run


def _one_part() -> Report:
    return replace(REPORT, parts=REPORT.parts[:1])


def test_risks_warn_and_what_is_missing_is_noted() -> None:
    results = _run(_one_part())["results"]
    assert Counter((result["ruleId"].partition(".")[0] == "risk", result["level"]) for result in results) == {
        (True, "warning"): 2,  # one place each of the two risks that are there
        (True, "note"): 1,  # the one that could not be checked
        (False, "note"): 7 + 2,  # absent, and not answered
    }
    [secret] = [result for result in results if result["ruleId"] == "risk.hardcoded-secret"]
    assert secret["message"]["text"] == 'Committed secret: Looks like a live AWS access key: AWS_KEY = "****"'
    assert secret["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "app/settings.py"}, "region": {"startLine": 17}}}
    ]
    [memory] = [result for result in results if result["ruleId"] == "monitoring.memory"]
    assert memory["message"]["text"] == "Could not be checked: not valid HCL: a block is not closed"
    assert {"risk.ignored-failure", "tests.unit"}.isdisjoint(result["ruleId"] for result in results)


def test_what_has_no_place_stands_at_the_readme() -> None:
    def uri(report: Report) -> str:
        [result] = [result for result in _run(report)["results"] if result["ruleId"] == "tests.doubles"]
        found: str = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        return found

    assert uri(_one_part()) == "README.md"
    readme = Finding("docs.readme", Outcome.PRESENT, (Evidence(Location("infra", "docs/read me.rst", 3), "", ""),), 1)
    assert uri(replace(_one_part(), findings={**REPORT.findings, "docs.readme": readme})) == "docs/read%20me.rst"


def test_places_of_several_parts_are_told_apart() -> None:
    run = _run(REPORT)
    assert run["originalUriBaseIds"] == {
        "infra": {"description": {"text": "infra"}},
        "app": {"description": {"text": "app"}},
    }
    bases = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] for result in run["results"]}
    assert bases == {"infra", "app"}
    assert "originalUriBaseIds" not in _run(_one_part())


@pytest.mark.parametrize("report", [REPORT, EMPTY, *map(hostile, HOSTILE), hostile("see [this](1) and {0}")])
def test_holds_what_code_scanning_asks_of_every_result(report: Report) -> None:
    text = render(report)
    assert text.isascii()
    assert "##[" not in text
    assert text == render(report)
    run = _run(report)
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert len(rule["properties"]["tags"]) <= 10
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert not re.search(r"[\x00-\x1f\u202e]|\]\(|(?<!\{)\{\d", result["message"]["text"])
        [place] = result["locations"]
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)
        assert place["physicalLocation"]["region"]["startLine"] >= 1


def test_every_signal_is_a_rule_with_help() -> None:
    rules = {rule["id"]: rule for rule in _run(REPORT)["tool"]["driver"]["rules"]}
    assert set(rules) == set(REPORT.findings)
    assert rules["risk.hardcoded-secret"]["defaultConfiguration"]["level"] == "warning"
    assert rules["tests.unit"]["help"]["text"] == (
        "Counts: Test functions with assertions under a known framework.\n"
        "Does not count: Scaffold-only tests.\nSpeaks to K14, S14."
    )
