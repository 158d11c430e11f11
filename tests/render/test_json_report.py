"""The JSON report: its contract, its schema, and the way back."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Outcome, Report, SignalText
from evidence_check.render import renderer
from evidence_check.render.json_report import NotAReport, load_report, render, schema
from tests.render.sample import EMPTY, HOSTILE, REPORT, hostile


def _closed(node: Any) -> Any:
    """The schema again, with no property allowed that it does not describe."""
    if isinstance(node, dict):
        closed = {key: _closed(value) for key, value in node.items()}
        if "properties" in node and "additionalProperties" not in node and "$ref" not in node and "required" in node:
            closed["unevaluatedProperties" if "allOf" in node else "additionalProperties"] = False
        if "$ref" in node and "properties" in node:
            closed["unevaluatedProperties"] = False
        return closed
    return [_closed(item) for item in node] if isinstance(node, list) else node


def _check(report: Report) -> Any:
    document = json.loads(render(report))
    jsonschema.Draft202012Validator(schema()).validate(document)
    return document


def test_schema_is_valid_and_names_no_host() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$id"].startswith("urn:")


@pytest.mark.parametrize("report", [REPORT, EMPTY, *map(hostile, HOSTILE)])
def test_every_report_is_valid(report: Report) -> None:
    _check(report)


def test_schema_describes_everything_that_is_written() -> None:
    described = _closed(schema())
    described["$defs"]["place"].pop("additionalProperties")
    jsonschema.Draft202012Validator(described).validate(json.loads(render(REPORT)))
    extra = json.loads(render(REPORT))
    extra["findings"]["tests.unit"]["evidence"][0]["score"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(described).validate(extra)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("findings", "tests.unit", "outcome"), "maybe"),
        (("findings", "tests.unit", "evidence"), []),
        (("findings", "tests.doubles", "outcome"), "unknown"),
        (("findings", "source.branches", "evidence"), [{"part": "app", "technology": "", "excerpt": "", "reason": ""}]),
        (("ksbs", 0, "status"), "pass"),
        (("pack", "verdict"), "ok"),
    ],
)
def test_schema_refuses_what_no_report_says(path: tuple[Any, ...], value: Any) -> None:
    document = json.loads(render(REPORT))
    node = document
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(document)


def test_what_others_rely_on() -> None:
    findings = _check(REPORT)["findings"]
    assert {item["outcome"] for item in findings.values()} == {"present", "absent", "unknown"}
    assert findings["cicd.automated-tests"]["evidence"] == [
        {
            "part": "app",
            "path": ".github/workflows/ci.yml",
            "line": 21,
            "technology": "pytest",
            "excerpt": "make test",
            "reason": ".github/workflows/ci.yml:21 runs make test in job test, through Makefile:7",
        }
    ]
    [commit] = findings["source.pairing"]["evidence"]
    assert commit["commit"].startswith("3f2a9c1b0d")
    assert "path" not in commit
    assert "line" not in commit
    assert findings["docs.architecture-diagram"]["evidence"][0].get("line") is None
    assert findings["source.branches"]["gaps"][0]["reason"].startswith("the clone is shallow")


def test_bytes_are_the_same_and_safe_anywhere() -> None:
    text = render(hostile("".join(HOSTILE)))
    assert text == render(hostile("".join(HOSTILE)))
    assert text.isascii()
    assert text.endswith("}\n")
    assert not re.search(r"[^\x20-\x7e\n]", text)
    assert "##[" not in text
    assert "##vso[" not in text
    shuffled = replace(REPORT, findings=dict(reversed(list(REPORT.findings.items()))))
    assert render(shuffled) == render(REPORT)


@pytest.mark.parametrize("report", [REPORT, EMPTY])
def test_a_report_comes_back_as_it_was(report: Report) -> None:
    clean = replace(report, findings={k: v for k, v in report.findings.items() if k != "automation.scripts"})
    assert load_report(render(clean)) == clean
    assert render(load_report(render(report))) == render(report)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str) -> None:
    report = hostile(text or "x")
    without = {k: v for k, v in report.findings.items() if k != "automation.scripts"}
    assert load_report(render(replace(report, findings=without))) == replace(report, findings=without)


def test_what_a_later_minor_version_adds_is_passed_over() -> None:
    document = json.loads(render(REPORT))
    document["schema_version"] = "1.7"
    document["later"] = []
    document["signals"]["tests.unit"]["weight"] = 3
    document["findings"]["tests.unit"]["evidence"][0]["column"] = 3
    loaded = load_report(json.dumps(document))
    assert loaded.signals["tests.unit"] == SignalText(
        "Unit tests",
        "Are there automated unit tests of the apprentice's code?",
        "Test functions with assertions under a known framework.",
        "Scaffold-only tests.",
        ("K14", "S14"),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a JSON text"),
        ("{" * 100_000, "not a JSON text"),
        ("[" * 100_000, "not a JSON text"),
        ("[]", "no schema_version"),
        ('{"schema_version": 1}', "no schema_version"),
        ('{"schema_version": "2.0"}', "a report of version 2.0"),
        ('{"schema_version": "1.0"}', "not a valid report at"),
    ],
)
def test_what_is_no_report_is_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(NotAReport, match=says) as refused:
        load_report(text)
    assert "\n" not in str(refused.value)


def test_a_report_of_the_first_days_still_loads() -> None:
    """Written before reports held drawings, histories, questions and reading lists: they are simply not there."""
    saved = (Path(__file__).parent / "report-1.0.json").read_text(encoding="utf-8")
    report = load_report(saved)
    assert (report.way, report.infrastructure, report.drawing) == (None, None, None)
    assert (report.timelines, report.reading, report.prompts) == ((), (), ())
    assert report.findings["cicd.pipeline"].outcome is Outcome.PRESENT
    for name in ("html", "markdown", "sarif", "json"):
        assert "Unit tests" in renderer(name)(report)
