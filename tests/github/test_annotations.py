"""The annotations: the most useful ones, never more than GitHub shows, and no command of anybody else's."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.compare import compare
from evidence_check.github.annotations import LIMIT, Annotation, commands, line
from evidence_check.model import Evidence, Finding, Gap, Location, Outcome, Report, Status
from tests.render.sample import EMPTY, HOSTILE, REPORT, hostile
from tests.test_compare import LATER

# As the runner reads a command: GitHub's runner, src/Runner.Common/ActionCommand.cs, TryParseV2.
_COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^:,\r\n]*,?)+)::([^\r\n]*)\n")


def _here(location: Location) -> str:
    return "" if location.commit else location.path


def _read(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Level, properties and message of every line, and every line is a command of ours."""
    found = [_COMMAND.fullmatch(each) for each in text.splitlines(keepends=True) if each]
    assert all(found), text
    return [(match[1], dict(pair.split("=", 1) for pair in match[2].split(",")), match[3]) for match in found if match]


def _unescaped(text: str) -> str:
    for code, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_what_to_mend_comes_with_its_place_and_the_most_useful_first() -> None:
    read = _read(commands(REPORT, _here))
    warnings = [
        (_unescaped(told["title"]), told.get("file"), told.get("line")) for level, told, _ in read if level == "warning"
    ]
    assert warnings == [
        ("Shallow checkout", None, None),
        ("Pack incomplete: Analysis of KSBs", "docs/analysis.docx", None),
        ("Could not be read", "modules/legacy/main.tf", "41"),
        ("Committed secret", "app/settings.py", "17"),
        ("Moving image tags", "Dockerfile", "1"),
        ("Named in the analysis but gone", "docs/analysis.md", "3"),
    ]
    messages = {_unescaped(told["title"]): _unescaped(message) for _, told, message in read}
    assert messages["Could not be read"] == (
        "Not valid HCL: a block is not closed. The same of 12 other places. So 2 questions could not be answered."
    )
    assert messages["Committed secret"].startswith("Looks like a live AWS access key. What counts: Keys, tokens")


def test_what_to_know_is_the_figures_the_progress_and_what_was_not_found() -> None:
    notices = {
        _unescaped(told["title"]): _unescaped(message)
        for level, told, message in _read(commands(REPORT, _here, since=compare(REPORT, LATER)))
        if level == "notice"
    }
    assert list(notices)[:2] == ["Evidence", "Since the last report"]
    assert notices["Evidence"].startswith("Pack: incomplete. KSBs: 2 evidenced, 3 partly, 1 not found, 2 not checked")
    assert notices["Since the last report"] == "1 new, 1 lost, 1 fixed, 1 new points to probe, 1 changed otherwise."
    assert notices["Not found: user stories (S3)"] == (
        "Looked for: User stories. Would count: As a ... I want ... stories."
    )
    assert not any("emory" in title for title in notices), "what could not be checked is not told as not found"


def test_a_missing_item_of_the_pack_comes_with_its_mend() -> None:
    assert REPORT.pack is not None
    items = tuple(replace(item, why="It is not there.", mend="Hand it in.") for item in REPORT.pack.items)
    told = commands(replace(REPORT, pack=replace(REPORT.pack, items=items)), _here)
    assert "::It is not there. Hand it in.\n" in told


def test_what_was_lost_since_the_last_report_is_a_warning() -> None:
    told = commands(REPORT, _here, since=compare(REPORT, LATER))
    assert "::warning title=Lost since the last report::No longer found: Unit tests.\n" in told
    assert "No longer found" not in commands(REPORT, _here, since=compare(REPORT, REPORT))


def test_what_is_the_same_as_before_is_said_so() -> None:
    assert "title=Since the last report::Nothing changed.\n" in commands(REPORT, _here, since=compare(REPORT, REPORT))


def test_the_shallow_checkout_is_said_once_with_the_mend() -> None:
    read = _read(commands(REPORT, _here))
    assert [message for _, _, message in read if "hallow" in message] == [
        (
            "The checkout is shallow, so 1 question about the work's history could not be answered. "
            "Give the step that uses actions/checkout `fetch-depth: 0`."
        )
    ]
    whole = replace(REPORT, gaps=tuple(gap for gap in REPORT.gaps if gap.stage != "history"))
    assert "hallow checkout" not in commands(whole, _here)


def test_why_the_job_fails_is_the_only_error() -> None:
    read = _read(commands(REPORT, _here, failed="the pack is incomplete"))
    assert [(told, message) for level, told, message in read if level == "error"] == [
        ({"title": "This job fails"}, "The pack is incomplete.")
    ]
    assert "::error" not in commands(REPORT, _here)


def test_a_place_outside_of_the_checkout_is_told_in_words() -> None:
    text = commands(REPORT, lambda _: "")
    assert "file=" not in text
    assert "::app: app/settings.py:17: Looks like a live AWS access key." in text


def _many(number: int) -> Report:
    gaps = tuple(
        Gap(Location("app", f"file-{n}.yml", 1), "read", f"reason {n}", frozenset({"job"})) for n in range(number)
    )
    ksbs = tuple(replace(item, status=Status.NOT_FOUND) for item in REPORT.ksbs)
    return replace(REPORT, gaps=gaps, ksbs=ksbs)


def test_never_more_than_github_shows_and_the_rest_is_counted() -> None:
    notes = [Annotation("notice", "First report", "There is no earlier report.")]
    read = _read(commands(_many(40), _here, notes=notes, failed="so it is"))
    by_level = {name: [each for each in read if each[0] == name] for name in ("error", "warning", "notice")}
    assert all(len(each) < LIMIT for each in by_level.values()), "one is left to the comment's step"
    assert len(by_level["warning"]) == LIMIT - 1
    _, told, message = by_level["warning"][-1]
    assert told["title"] == "36 more warnings"
    assert message.startswith("There was no room for 36 more warnings: Could not be read; Committed secret;")
    assert by_level["notice"][0][1]["title"] == "First report"


@pytest.mark.parametrize("text", [*HOSTILE, "a%0Ab%25,c:d::e", "\r\n::error::x", "50%"])
def test_text_of_a_submission_starts_no_command(text: str) -> None:
    told = commands(hostile(text), _here, failed=text, notes=[Annotation("warning", text, text)])
    assert _read(told)
    assert "##[" not in told
    assert "##vso[" not in told


@given(st.text(st.sampled_from(":%,\r\n#[]= \x85\u2028a") | st.characters(), max_size=30))
def test_any_text_is_one_command(text: str) -> None:
    finding = Finding("risk.x", Outcome.PRESENT, (Evidence(Location("app", text, 1), text, text, text),), 1)
    [(_, told, _)] = _read(line(Annotation("warning", text, text)))
    assert set(told) == {"title"}
    assert _read(commands(replace(EMPTY, findings={"risk.x": finding}), _here))


def test_escapes_are_those_of_the_toolkit() -> None:
    assert line(Annotation("warning", "a: b, 100%", "a: b, 100%")) == (
        "::warning title=a%3A b%2C 100%25::a: b, 100%25\n"
    )


def test_a_report_without_anything_has_nothing_to_say() -> None:
    assert commands(EMPTY, _here) == ""
