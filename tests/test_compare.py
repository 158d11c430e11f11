"""What changed between two reports."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_check.cli import main
from evidence_check.compare import compare
from evidence_check.model import Evidence, Finding, Gap, Location, Outcome, Report, Status, Verdict
from evidence_check.render.comparison import render
from evidence_check.render.json_report import render as to_json
from tests.render.sample import HOSTILE, REPORT, hostile

_PLACE = Location("app", "cicd.yml", 3)


def _with(report: Report, **outcomes: Outcome) -> Report:
    findings = dict(report.findings)
    for name, outcome in outcomes.items():
        id_ = name.replace("__", ".").replace("_", "-")
        evidence = (Evidence(_PLACE, "tool", "line"),) if outcome is Outcome.PRESENT else ()
        gaps = (Gap(_PLACE, "read", "it is broken"),) if outcome is Outcome.UNKNOWN else ()
        findings[id_] = Finding(id_, outcome, evidence, len(evidence), gaps)
    return replace(report, findings=findings)


LATER = _with(
    REPORT,
    tests__doubles=Outcome.PRESENT,
    tests__unit=Outcome.ABSENT,
    risk__hardcoded_secret=Outcome.ABSENT,
    risk__ignored_failure=Outcome.PRESENT,
    iac__remote_state=Outcome.UNKNOWN,
)


def test_every_change_is_told_once_and_in_its_place() -> None:
    told = compare(REPORT, LATER)
    assert [change.id for change in told.new] == ["tests.doubles"]
    assert [change.id for change in told.lost] == ["tests.unit"]
    assert [change.id for change in told.fixed] == ["risk.hardcoded-secret"]
    assert [change.id for change in told.risks] == ["risk.ignored-failure"]
    assert [change.id for change in told.other] == ["iac.remote-state"], "what cannot be looked at is not lost"
    assert told.new[0].location == _PLACE
    assert told.lost[0].location == Location("app", "tests/test_api.py", 5), "where it was"
    assert told.other[0].why == "it is broken"


def test_statuses_and_the_pack_move_up_and_down() -> None:
    assert REPORT.pack is not None
    up = {"K14": Status.EVIDENCED, "K1": Status.NOT_FOUND, "K7": Status.NOT_CHECKED}
    ksbs = tuple(replace(item, status=up.get(item.id, item.status)) for item in REPORT.ksbs)
    items = tuple(replace(item, verdict=Verdict.COMPLETE) for item in REPORT.pack.items)
    told = compare(REPORT, replace(REPORT, ksbs=ksbs, pack=replace(REPORT.pack, items=items)))
    assert [change.id for change in told.new] == ["K14"]
    assert [change.id for change in told.lost] == ["K1"]
    assert [change.id for change in told.other] == ["K7"]
    assert {change.kind for change in told.fixed} == {"pack"}


def test_other_rules_are_no_change_of_the_submission() -> None:
    findings = {id_: finding for id_, finding in REPORT.findings.items() if id_ != "tests.unit"}
    told = compare(REPORT, replace(REPORT, findings=findings))
    assert told.lost == ()
    assert told.only_old == 1
    assert "1 question only in the old report." in render(told, "text")


def test_the_same_report_has_not_changed() -> None:
    side = "infra at 3f2a9c1b0d of 2024-05-03, app"
    assert render(compare(REPORT, REPORT), "text") == f"Before: {side}\nAfter:  {side}\n\nNothing changed.\n"


def test_text_tells_the_way_and_the_place() -> None:
    text = render(compare(REPORT, LATER), "text")
    assert "New (1)\n  tests.doubles  Test doubles: absent -> present at app: cicd.yml:3\n" in text
    assert "Fixed (1)\n  risk.hardcoded-secret" in text
    assert "present -> absent, was at app: app/settings.py:17" in text


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_text(form: str, text: str) -> None:
    shown = render(compare(hostile(text), _with(hostile(text), automation__scripts=Outcome.ABSENT)), form)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "##[" not in shown
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    out, err = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, out, err


@pytest.fixture
def saved(tmp_path: Path) -> tuple[str, str]:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(to_json(REPORT), encoding="utf-8")
    new.write_text(to_json(LATER), encoding="utf-8")
    return str(old), str(new)


def test_diff_on_the_command_line(saved: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "diff", *saved, "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert told["new"] == [
        {"kind": "signal", "id": "tests.doubles", "title": "Test doubles", "before": "absent", "after": "present",
         "part": "app", "path": "cicd.yml", "line": 3, "why": ""}
    ]  # fmt: skip


@pytest.mark.parametrize(("form", "starts"), [("html", "<!DOCTYPE html>"), ("markdown", "# Pre-"), ("sarif", "{")])
def test_render_makes_every_format_from_a_saved_report(
    saved: tuple[str, str], capsys: pytest.CaptureFixture[str], form: str, starts: str
) -> None:
    code, out, _ = _run(capsys, "render", saved[0], "--format", form)
    assert code == 0
    assert out.startswith(starts)


def test_render_gives_the_bytes_of_the_scan_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forms = ("--format", "html", "--format", "markdown", "--format", "sarif", "--format", "json")
    fixture = Path(__file__).parent.parent / "fixtures" / "gaps"
    code, _, _ = _run(capsys, "scan", str(fixture), "--no-lint", *forms, "--output", str(tmp_path / "scan"))
    assert code == 0
    code, _, _ = _run(
        capsys, "render", str(tmp_path / "scan" / "report.json"), *forms, "--output", str(tmp_path / "again")
    )
    assert code == 0
    for name in ("report.html", "report.md", "report.sarif", "report.json"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "scan" / name).read_bytes(), name


def test_render_writes_files(saved: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, _ = _run(capsys, "render", saved[0], "--format", "html", "--format", "sarif", "--output", str(tmp_path))
    assert code == 0
    assert (tmp_path / "report.html").is_file()
    assert (tmp_path / "report.sarif").is_file()


def test_what_is_no_report_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.json"
    for content in (b"{}", b"\xff\xfe"):
        path.write_bytes(content)
        code, _, err = _run(capsys, "render", str(path), "--format", "html")
        assert code == 2
        assert err.startswith("evidence-check: ")
        assert err.count("\n") == 1
