"""The Markdown report: what it says, what it leaves out, and that a submission's text stays text."""

from __future__ import annotations

import html
import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from evidence_check.model import Evidence, Location
from evidence_check.render._markup import prose
from evidence_check.render._view import View
from evidence_check.render.markdown import render
from tests.render.sample import EMPTY, HOSTILE, REPORT, hostile

# GitHub turns these into links and mentions in text that is not code.
_LINKS = re.compile(r"@[A-Za-z0-9]|#\d|://|www\.|\bGH-\d|\b[0-9a-f]{7,40}\b")
_OURS = {"h1", "h2", "p", "strong", "code", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}


def _page(markdown: str) -> BeautifulSoup:
    """As GitHub reads it: HTML allowed, tables and strikethrough on."""
    rendered = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown)
    return BeautifulSoup(rendered, "html.parser")


def _tags(page: BeautifulSoup) -> set[str]:
    return {tag.name for tag in page.find_all()}


def test_says_what_matters_in_this_order() -> None:
    page = _page(render(REPORT))
    titles = [title.text for title in page.find_all("h2")]
    assert titles == [
        "What most needs attention",
        "Pack",
        "What was handed in",
        "KSBs by status",
        "What was not found, and what would count",
        "The analysis against the evidence",
        "What the analysis names",
        "The diagram against the code",
        "Points to probe",
        "Theme: Code Quality",
        "Theme: Meeting User Needs",
        "Theme: Operability",
        "The way from commit to user",
        "The infrastructure as coded",
        "History",
        "Reading list",
        "What could not be looked at",
        "Whose work, for the employer to confirm",
        "Personal data that was seen",
        "The running system",
        "Guessed, since nobody gave it",
        "Leads for the professional discussion",
        "How each thing was decided",
    ]
    assert _tags(page) <= _OURS
    rows = [[cell.text for cell in row.find_all("td")] for row in page.find_all("tr")]
    assert [
        "incomplete",
        "Analysis of KSBs",
        "412 words, over the limit of 300.",
        "app: docs/analysis.docx (docx)",
    ] in rows
    assert ["not checked", "2", "K2 S20"] in rows
    assert "never a grade" in page.text


def test_what_was_not_found_is_told_once_with_the_ksbs_that_ask_for_it() -> None:
    text = render(REPORT).partition("## What was not found, and what would count\n")[2].partition("\n## ")[0]
    things = re.findall(r"^- \*\*(.+)\*\* \((.+)\): looked for (.+)$", text, re.MULTILINE)
    assert things[0] == ("User stories", "S3", "User stories"), "what leaves a KSB with nothing comes first"
    assert ("Doubles", "K14", "Test doubles") in things
    assert len({looked_for for _, _, looked_for in things}) == len(things)
    assert "  - Would count: As a ... I want ... stories.\n" in text
    assert "Memory" not in text, "what could not be looked at is not told as not found"


def test_absent_and_not_looked_at_are_told_apart() -> None:
    text = _page(render(REPORT)).text
    assert "Test doubles (tests.doubles): absent." in text
    assert "Memory watched (monitoring.memory): unknown." in text
    assert "Not looked at: infra: modules/legacy/main.tf:41 not valid HCL: a block is not closed" in text
    assert "So these could not be answered: Memory watched, Work on branches, Port open to the world." in text


@pytest.mark.parametrize("text", [*HOSTILE, "".join(HOSTILE), " ".join(HOSTILE), "1. item", "a\\|b ` c | d", "~~x~~ `"])
def test_text_of_a_submission_stays_text(text: str) -> None:
    markdown = render(hostile(text))
    page = _page(markdown)
    assert _tags(page) <= _OURS
    assert [title.text for title in page.find_all("h2")] == [
        title.text for title in _page(render(REPORT)).find_all("h2")
    ]
    assert {len(row.find_all(["td", "th"])) for row in page.find_all("tr")} == {3, 4}
    assert not re.search(r"^\s*::|##\[|##vso\[", markdown, re.MULTILINE)
    assert markdown.isprintable() or not re.search(r"[^\n -~\u00a0-\ud7ff\uf900-\ufdcf]", markdown)
    markdown.encode("utf-8")
    for span in page.find_all("code"):
        span.decompose()
    assert not _LINKS.search(page.text)


@given(st.text(st.sampled_from("`|\\*_~<>[]()!@#:./- \n1aGH&;$=+") | st.characters(), max_size=40))
def test_any_text_stays_text(text: str) -> None:
    page = _page(prose(text))
    assert _tags(page) <= {"p", "code"}
    for span in page.find_all("code"):
        span.decompose()
    assert not _LINKS.search(page.text)


@pytest.mark.parametrize(
    "text",
    [
        "Job `deploy` runs `a | b`.",
        "300 words, over 250.",
        "(`fetch-depth: 0`)",
        "x@y`z`w@v",
        "CI/CD",
        '"As a ..." (...)',
    ],
)
def test_prose_reads_as_it_was_written(text: str) -> None:
    shown = html.unescape(_page(prose(text)).text).strip()
    assert shown.replace("`", "") == text.replace("`", "")


def test_a_code_span_ends_before_the_brackets_around_it() -> None:
    assert prose("a scheduler (Celery beat, enabled @Scheduled) or f(x).") == (
        "a scheduler (Celery beat, enabled `@Scheduled`) or `f(x)`."
    )


def test_within_its_budget_it_says_what_is_left_out() -> None:
    whole = render(REPORT)
    assert "Left out" not in whole
    for budget in (1_500, 3_000, 6_000, len(whole.encode()) - 1):
        short = render(REPORT, budget)
        assert len(short.encode()) <= budget
        assert "## Left out" in short
        assert "What most needs attention" in short
        lines = set(whole.splitlines())
        body = short.partition("## Left out")[0]
        assert all(line in lines for line in body.splitlines())
    decided = re.search(r"- How each thing was decided: (\d+) of (\d+) entries", render(REPORT, 6_000))
    assert decided is not None
    assert 0 < int(decided[1]) <= int(decided[2])


def test_the_least_report() -> None:
    assert _tags(_page(render(EMPTY))) <= _OURS
    assert "## " not in render(EMPTY)


def test_way_infrastructure_history_reading_and_questions_are_lists() -> None:
    text = render(REPORT)
    assert "- **Not found**: security scans\n- **Could not be checked**: a deployment that waits for checks\n" in text
    assert (
        "- `deploy` of `CI`: after `test`, `image`; on `push to main`; to `production`; waits for approval\n"
        "  - deploy: `terraform` at `app: .github/workflows/ci.yml:44` `terraform apply`\n"
    ) in text
    assert "lint: `ruff` at `app: .github/workflows/ci.yml:22` `ruff check`, and the job goes on if it fails" in text
    assert "- 5 resources declared: `aws ecs` 2, `compose service` 2, `aws vpc` 1\n" in text
    assert (
        "- `infra`, `2024-01-01 to 2024-02-05`: 13 own commits, 3 merges, 1 release, 2 people with own commits" in text
    )
    assert "1. `app: README.md:3` (5 minutes, new here: `K7`, `K21`)\n" in text
    assert "- To ask: How do the tests in `app: tests/test_api.py:5` deal with the" in text


def test_an_excerpt_that_says_nothing_more_is_left_out() -> None:
    place = Location("app", "Dockerfile", 1)
    view = View(REPORT)
    stage = Evidence(place, "docker", "docker stage 0", "Dockerfile:1 builds on node:20")
    assert not view.adds(stage, stage.told)
    tagged = Evidence(place, "docker", "docker stage 0: tag = latest", "Dockerfile:1 builds on node:latest")
    assert view.adds(tagged, tagged.told)
    assert not view.adds(Evidence(place, "docker", "Dockerfile"), "")
