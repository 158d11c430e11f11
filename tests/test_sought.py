"""A summary and a declaration that nobody named: found by their names and by what they say, and nothing else is."""

from __future__ import annotations

import pytest

from evidence_check.model import Document, Heading, Location
from evidence_check.sought import declarations, summaries, tells, title_of

CONTENTS = ("project plan", "high-level implementation steps", "time frames", "submission date")
PLAN = (
    "The plan is to move the loans service to containers. The first step takes two weeks, then the pipeline follows in",
    "four weeks; the work will be submitted on 5 June 2026.",
)


def document(path: str, *lines: str, heading: str = "") -> Document:
    lines = ((heading,) if heading else ()) + lines
    headings = (Heading(1, heading, 1),) if heading else ()
    return Document(
        Location("app", path), format="markdown", lines=lines, headings=headings,
        words=sum(len(line.split()) for line in lines),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("documents/Project Summary.docx", ""),
        ("project_summary.md", ""),
        ("gateway/brief.md", "Project brief: loans"),
        ("docs/scope.md", "Brief summary of the project"),
        ("EPA-project-proposal.pdf", ""),
    ],
)
def test_a_summary_goes_by_many_names(path: str, heading: str) -> None:
    (found,) = summaries([document(path, *PLAN, heading=heading)], CONTENTS)
    assert found.silent == ()


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("README.md", PLAN),
        ("docs/summary.md", PLAN),
        ("docs/project-summary.md", ("The service keeps the loans of three libraries and offers them over HTTP.",) * 4),
        ("docs/project-summary.md", ("Plan: two weeks.",)),
    ],
)
def test_what_only_looks_like_a_summary_is_none(path: str, lines: tuple[str, ...]) -> None:
    assert summaries([document(path, *lines)], CONTENTS) == []


def test_of_several_the_one_that_tells_all_goes_first() -> None:
    less = document("a-project-summary.md", PLAN[0], "It will be handed in.")
    full = document("project-summary.md", *PLAN)
    assert [found.document for found in summaries([less, full], CONTENTS)] == [full, less]
    assert summaries([less], CONTENTS)[0].silent == ("submission date",)


def test_a_declaration_speaks_of_own_work() -> None:
    own = document(
        "declaration.docx", "I declare that all of this is my own work and that I have named every source that I used.",
        "Signed by the apprentice and the employer.",
    )  # fmt: skip
    types = document(
        "docs/declarations.md", "Every type declaration of the library is listed here, in alphabetical order."
    )
    customs = document(
        "declaration.md", *("The form for the declaration of goods is filled in by the importer." for _ in "ab")
    )
    assert [found.document for found in declarations([customs, own, types])] == [own]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("A loans service for libraries", "A loans service for libraries"),
        ("Project summary: A loans service", "A loans service"),
        ("Project Summary", ""),
        ("Brief summary of the project", ""),
        ("Introduction", ""),
    ],
)
def test_the_title_that_heads_a_summary(heading: str, title: str) -> None:
    assert title_of(document("summary.md", *PLAN, heading=heading)) == title


def test_a_date_counts_as_the_submission_s_only_beside_it() -> None:
    assert tells("submission date", "It is due on 2026-06-05.")
    assert tells("submission date", "Submission: 5th June")
    assert not tells(
        "submission date", "It started on 2 March. " + "Then much was done. " * 10 + "It will be submitted."
    )
