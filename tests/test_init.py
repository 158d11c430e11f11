"""The first case file: it parses whatever was found, and names what was found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from evidence_check.case import parse_case
from evidence_check.init import case_text
from evidence_check.model import Evidence, Location, Pack, PackItem, PartSummary, Provenance, Report, Verdict
from tests.test_cli import Run, run  # noqa: F401 - a fixture

PARTS = (PartSummary("app", "app", "", 0, 1, 1, 0, 0),)
REPORT = Report(PARTS, {}, provenance=Provenance("1", "0", "ST0825", "1.0"))


def report(analysis: list[str], diagram: list[str], verdict: Verdict = Verdict.COMPLETE) -> Report:
    def item(id_: str, paths: list[str]) -> PackItem:
        return PackItem(id_, id_, verdict, "", tuple(Evidence(Location("app", path), "", "") for path in paths))

    return replace(REPORT, pack=Pack(verdict, (item("analysis", analysis), item("architecture-diagram", diagram))))


def test_what_was_found_is_filled_in_and_others_are_named() -> None:
    text = case_text(report(["docs/a.md", "b.md"], ["c d.png"]))
    case = parse_case(text.encode(), trusted=False)
    assert (case.analysis, case.diagram) == ("docs/a.md", "c d.png")
    assert '# analysis: "b.md"  # may be meant instead' in text


def test_where_nothing_was_found_everything_is_a_comment() -> None:
    case = parse_case(case_text(REPORT).encode(), trusted=False)
    assert (case.analysis, case.standard, case.version) == ("", "ST0825", "1.0")


def test_an_analysis_that_is_too_long_is_named_and_other_drawings_are_not() -> None:
    case = parse_case(case_text(report(["a.md"], ["logo.png"], Verdict.INCOMPLETE)).encode(), trusted=False)
    assert (case.analysis, case.diagram) == ("a.md", "")


@given(st.lists(st.text(min_size=1), max_size=3), st.lists(st.text(min_size=1), max_size=3))
def test_any_path_gives_a_case_file_that_is_read(analysis: list[str], diagram: list[str]) -> None:
    text = case_text(report(analysis, diagram))
    parse_case(text.encode("utf-8"), trusted=False)


def test_it_is_written_once_and_never_changed(run: Run, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    (tmp_path / "notes.md").write_text("# Notes\n")
    code, out, _ = run("init", str(tmp_path))
    target = tmp_path / "evidence-check.yaml"
    assert (code, out) == (0, f"Written: {target}. Read it, and correct what was guessed.\n")
    target.write_text("title: mine\n")
    code, _, err = run("init", str(tmp_path))
    assert (code, err) == (2, f"evidence-check: {target} is there already, and stays as it is\n")
    assert target.read_text() == "title: mine\n"
