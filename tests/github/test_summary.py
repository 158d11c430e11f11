"""Step summary, comment and outputs of a report."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.compare import compare
from evidence_check.github.comment import LIMIT as COMMENT_LIMIT
from evidence_check.github.comment import comment, mark
from evidence_check.github.outputs import assignments, outputs
from evidence_check.github.summary import LIMIT, summary
from evidence_check.model import Aspect, Attention, Finding, Ksb, Outcome, Report, Status
from tests.render.sample import EMPTY, HOSTILE, REPORT, hostile
from tests.render.test_markdown import _LINKS, _page
from tests.test_compare import LATER

RUN = "https://github.com/ada/clinic/actions/runs/7"


def _huge() -> Report:
    """A report of some 4 MB of Markdown."""
    one = replace(REPORT.attention[0], why="word " * 400)
    return replace(REPORT, attention=(one,) * 2_000)


def _headings(markdown: str) -> list[str]:
    return [title.text for title in _page(markdown).find_all("h2")]


def test_the_summary_says_first_why_it_fails_and_what_changed() -> None:
    text = summary(REPORT, since=compare(REPORT, LATER), failed="the pack is incomplete")
    assert text.index("This job fails: the pack is incomplete") < text.index("The checkout is shallow")
    assert text.index("The checkout is shallow") < text.index("## What most needs attention")
    assert _headings(text)[:3] == ["What most needs attention", "Since the last report", "Pack"]
    assert (
        "made on `2024-05-04T09:30:00Z`: 1 new, 1 lost, 1 fixed, 1 new points to probe, 1 changed otherwise.\n" in text
    )
    sorts = re.findall(r"^- ([A-Z][a-z ]+): \*\*", text.partition("## Since the last report")[2], re.MULTILINE)
    assert sorts[:5] == ["Lost", "New points to probe", "New", "Fixed", "Changed otherwise"], "what to mend first"
    assert "- Lost: **Unit tests** (`tests.unit`) present → absent, was at `app: tests/test_api.py:5`\n" in text
    same = summary(REPORT, since=compare(REPORT, REPORT)).partition("## Since the last report\n")[2]
    assert same.startswith("\n- Compared with the report made on `2024-05-04T09:30:00Z`.\n- Nothing changed.\n\n## ")


def test_the_shallow_checkout_is_said_on_top_with_the_mend_and_not_again_in_what_needs_attention() -> None:
    point = Attention("26 questions could not be answered either way", "The clone is shallow: only 1 is here.", "x")
    other = replace(point, why="Not valid YAML.")
    text = summary(replace(REPORT, attention=(point, other)))
    assert text.count("The checkout is shallow") == 1
    assert "fetch-depth: 0" in text.partition("## What most needs attention")[0]
    assert "1. **`26` questions" not in text
    assert "Not valid YAML." in text
    whole = replace(REPORT, gaps=(), attention=(point,))
    assert "The checkout is shallow" not in summary(whole)


@pytest.mark.parametrize("taken", [0, 400_000, LIMIT - 20_000, LIMIT - 4_000])
def test_the_summary_stays_within_what_github_takes(taken: int) -> None:
    text = summary(_huge(), taken)
    assert taken + len(text.encode()) <= LIMIT
    assert "## Left out" in text
    assert re.search(r"- What most needs attention: [\d,]+ of 2,000 entries\n", text)
    body = text.partition("## Left out")[0]
    assert all(line.rstrip("`.").endswith("word") for line in body.splitlines() if re.match(r"\d+\. ", line)), (
        "no sentence is cut"
    )


def test_where_there_is_no_room_one_sentence_says_so_and_then_nothing_does() -> None:
    assert summary(_huge(), LIMIT - 200) == (
        "\nThe evidence report has no room in this summary: the reports that the step wrote have all of it.\n"
    )
    assert summary(_huge(), LIMIT - 20) == ""
    assert summary(_huge(), LIMIT + 5) == ""


@given(st.integers(0, LIMIT))
def test_no_summary_is_over_the_budget(taken: int) -> None:
    assert taken + len(summary(REPORT, taken).encode()) <= LIMIT


def test_the_comment_is_short_and_leads_to_the_run() -> None:
    text = comment(REPORT, RUN, since=compare(REPORT, LATER))
    assert _headings(text) == [
        "What most needs attention", "Since the last report", "Pack", "KSBs by status",
        "What was not found, and what would count", "Points to probe",
    ]  # fmt: skip
    assert text.endswith(f"\n[The summary of the run]({RUN}) has the whole report.\n")
    assert len(f"{mark('a' * 200, 'b' * 1000)}\n{comment(_huge(), RUN, failed='x')}") <= COMMENT_LIMIT


def test_a_long_list_of_the_comment_ends_with_how_much_more_there_is() -> None:
    ksb, missing = REPORT.ksbs[-1], {f"x.{n}": Finding(f"x.{n}", Outcome.ABSENT) for n in range(30)}
    aspects = tuple(Aspect(f"thing {n}", (f"x.{n}",)) for n in range(30))
    ksbs = (*REPORT.standard.ksbs, Ksb("K30", 1, "Many things", "", aspects))
    many = replace(
        REPORT, standard=replace(REPORT.standard, ksbs=ksbs), findings={**REPORT.findings, **missing},
        ksbs=(*REPORT.ksbs, replace(ksb, id="K30", status=Status.NOT_FOUND)),
    )  # fmt: skip
    section = comment(many, RUN).partition("## What was not found, and what would count\n")[2].partition("\n## ")[0]
    things = re.findall(r"^- .+$", section, re.MULTILINE)
    assert len(things) == 9
    assert things[-1] == "- and 25 more", "the sample itself wants for three"
    assert (
        "more" not in summary(many).partition("## What was not found, and what would count\n")[2].partition("\n## ")[0]
    )


@pytest.mark.parametrize("text", [*HOSTILE, "defaced by deadbeef", "Fixes #12, closes ada/clinic#3", "@ada/team"])
def test_nobody_is_notified_and_nothing_linked_from_a_comment(text: str) -> None:
    told = hostile(text)
    page = _page(comment(told, RUN, since=compare(REPORT, told), failed=text))
    assert [link["href"] for link in page.find_all("a")] == [RUN]
    for span in page.find_all(["code", "a"]):
        span.decompose()
    assert not _LINKS.search(page.text)
    assert not page.find_all(["script", "img", "style"])


def test_the_mark_is_hidden_and_each_runs_own() -> None:
    names = {mark("evidence-report", ""), mark("other", ""), mark("evidence-report", "case.yaml"), mark("", "")}
    assert len(names) == 4
    evil = mark("--><b>x", "a\nb")
    assert evil.startswith("<!-- evidence-check ")
    assert evil.index("-->") == len(evil) - 3
    assert "\n" not in evil
    assert _page(evil).text.strip() == ""


def test_outputs_count_the_ksbs_by_status() -> None:
    assert outputs(REPORT, "evidence-report") == {
        "verdict": "incomplete", "evidenced": "2", "partly": "3", "not-found": "1", "not-checked": "2",
        "assessor-only": "2", "report": "evidence-report",
    }  # fmt: skip
    assert outputs(EMPTY, "x")["verdict"] == "cannot tell"


def test_an_output_cannot_assign_another() -> None:
    text = assignments({"report": "a\nverdict=complete\nEOF", "verdict": "incomplete"}, "f00")
    assert text == "report<<f00\na\nverdict=complete\nEOF\nf00\nverdict<<f00\nincomplete\nf00\n"
