"""The whole way on the fixtures: golden reports, and the invariants of the design."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_check.model import Outcome, Report, Status, Verdict
from evidence_check.render import FORMATS, document
from evidence_check.scan import scan
from tests.cases_of_fixtures import hand_in
from tests.gitrepo import git

GOLDEN = Path(__file__).parent / "golden"
NAMES = ("complete", "gaps", "empty")


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: hand_in(name, tmp_path_factory.mktemp(name)) for name in NAMES}


@pytest.fixture(scope="module")
def reports(cases: dict[str, Path]) -> dict[str, Report]:
    return {name: report_on(case) for name, case in cases.items()}


def report_on(case: Path) -> Report:
    """The report without what differs from machine to machine and from one edit of a rule to the next."""
    report = scan([str(case)], linters=False)
    parts = tuple(replace(part, source=Path(part.source).name) for part in report.parts)
    return replace(report, parts=parts, provenance=replace(report.provenance, rules_digest="0" * 16))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["markdown", "json"])
def test_golden_report(reports: dict[str, Report], name: str, form: str) -> None:
    """Set UPDATE_GOLDEN=1 to write them anew, and read the difference before you commit it."""
    path = GOLDEN / f"{name}.{'md' if form == 'markdown' else 'json'}"
    text = document(reports[name], form).decode()
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


def test_the_complete_case_is_complete(reports: dict[str, Report]) -> None:
    report = reports["complete"]
    assert report.pack is not None
    assert report.pack.verdict is Verdict.COMPLETE
    assert [part.name for part in report.parts] == ["app", "infra", "documents"]
    missing = {a.id for a in report.ksbs if a.status in {Status.NOT_FOUND, Status.NOT_CHECKED}}
    method_1 = {ksb.code for ksb in report.standard.ksbs if ksb.method == 1}
    assert missing & method_1 == set()


def test_the_case_with_gaps_says_what_is_missing_and_what_could_not_be_seen(reports: dict[str, Report]) -> None:
    report = reports["gaps"]
    assert report.pack is not None
    assert report.pack.verdict is Verdict.INCOMPLETE
    outcomes = {signal: finding.outcome for signal, finding in report.findings.items()}
    assert outcomes["cicd.deployment"] is Outcome.ABSENT, "a step that only echoes deploys nothing"
    assert outcomes["iac.orchestration"] is Outcome.UNKNOWN, "the manifest is broken"
    assert outcomes["risk.ignored-failure"] is Outcome.PRESENT
    assert outcomes["risk.unpinned-image"] is Outcome.PRESENT
    assert outcomes["iac.configuration"] is Outcome.ABSENT, "a broken manifest hides no playbook"
    assert outcomes["monitoring.logs"] is Outcome.UNKNOWN, "a manifest may ship logs"
    assert outcomes["source.branches"] is Outcome.UNKNOWN, "there is no history"


@pytest.mark.parametrize("name", NAMES)
def test_present_has_a_place_that_exists(reports: dict[str, Report], cases: dict[str, Path], name: str) -> None:
    report = reports[name]
    roots = {part.name: cases[name] / part.source for part in report.parts}
    roots |= {part.name: cases[name] for part in report.parts if part.name == name}
    for finding in report.findings.values():
        assert (finding.outcome is Outcome.PRESENT) == bool(finding.evidence)
        for evidence in finding.evidence:
            place = evidence.location
            if place.commit:
                assert git(roots[place.part], "cat-file", "-t", place.commit).strip() == "commit"
                continue
            root = cases[name] / "documents" if place.part == "documents" else roots[place.part]
            lines = (root / place.path).read_bytes().count(b"\n") + 1
            assert place.line <= lines, place


@pytest.mark.parametrize("name", NAMES)
def test_every_ksb_and_criterion_is_in_the_report(reports: dict[str, Report], name: str) -> None:
    report = reports[name]
    assert [a.id for a in report.ksbs] == [ksb.code for ksb in report.standard.ksbs]
    assert [a.id for a in report.criteria] == [criterion.id for criterion in report.standard.criteria]
    assert len(report.findings) == 99


def test_same_input_same_bytes(cases: dict[str, Path], reports: dict[str, Report]) -> None:
    again = report_on(cases["complete"])
    for form in FORMATS:
        assert document(again, form) == document(reports["complete"], form)


def test_a_shallow_clone_leaves_the_history_unknown(cases: dict[str, Path], tmp_path: Path) -> None:
    origin = (cases["complete"] / "app").as_uri()
    git(tmp_path, "clone", "--quiet", "--depth=1", origin, "shallow")
    report = report_on(tmp_path / "shallow")
    source = {signal: f for signal, f in report.findings.items() if signal.startswith("source.") and not f.evidence}
    by_history = {"source.branches", "source.pull-requests", "source.iterative", "source.refactoring"}
    assert by_history <= set(source)
    assert {source[signal].outcome for signal in by_history} == {Outcome.UNKNOWN}
    assert "fetch-depth: 0" in source["source.iterative"].gaps[0].reason


def test_an_archive_without_history_leaves_it_unknown(cases: dict[str, Path], tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(cases["complete"] / "app", tree, ignore=shutil.ignore_patterns(".git"))
    archive = shutil.make_archive(str(tmp_path / "app"), "zip", tree)
    report = report_on(Path(archive))
    assert report.findings["source.branches"].outcome is Outcome.UNKNOWN
    assert report.findings["cicd.automated-tests"].outcome is Outcome.PRESENT


def test_nothing_is_written_into_the_submission(cases: dict[str, Path]) -> None:
    def listing() -> dict[str, tuple[int, int]]:
        return {str(p): (p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(cases["complete"].rglob("*"))}

    before = listing()
    report_on(cases["complete"])
    assert listing() == before
