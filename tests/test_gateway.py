"""What only the case file asks for: gateway items, declaration, the organisation's documents, dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from evidence_check.case import Case, Dates, RequiredDocument
from evidence_check.gateway import beside_the_plan
from evidence_check.handed_in import HandedIn
from evidence_check.model import Fact, File, Gap, Location, PackItem, Part, Submission, Verdict
from evidence_check.standard import load_standard, standard_path
from tests.support import read

STANDARD = load_standard(standard_path())
SUMMARY = """\
# A booking service

The project plan has three steps. First the network is built (two weeks), then the service is deployed, and finally
the alerts are set. The work will be submitted on 5 June 2026.
"""


def items(case: Case, files: dict[str, str], gaps: tuple[Gap, ...] = ()) -> dict[str, PackItem]:
    facts: list[Fact] = []
    for path, text in files.items():
        facts += [replace(fact, location=replace(fact.location, part="app")) for fact in read(path, text)[0]]
    part = Part("app", "app", tuple(File(Location("app", path)) for path in files))
    handed_in = HandedIn.of(Submission((part,)), facts, {}, gaps)
    return {item.id: item for item in beside_the_plan(STANDARD, case, handed_in)}


def test_nothing_is_asked_for_that_the_case_file_does_not_name() -> None:
    assert items(Case(), {"summary.md": SUMMARY}) == {}


def test_title_and_summary_with_all_that_the_plan_wants() -> None:
    found = items(Case(title="Bookings", summary="summary.md"), {"summary.md": SUMMARY})
    assert {id_: item.verdict for id_, item in found.items()} == dict.fromkeys(("title", "summary"), Verdict.COMPLETE)
    assert found["title"].why == "Given in the case file: Bookings."
    assert found["summary"].why.startswith("33 words of about 500 that the plan calls typical")


def test_a_summary_without_its_date_has_to_be_looked_at() -> None:
    found = items(Case(summary="summary.md"), {"summary.md": SUMMARY.replace("on 5 June 2026", "in time")})
    assert found["summary"].verdict is Verdict.CANNOT_TELL
    assert found["summary"].why.endswith("No words were seen that tell the submission date.")
    assert found["summary"].mend == "Read it for the submission date; the plan wants it told."
    assert found["title"].why == "Taken from the summary: A booking service. The case file can give another."


def test_a_date_far_from_any_submission_is_none_of_it() -> None:
    text = (
        SUMMARY.replace("on 5 June 2026", "in time") + "\n" + "More of it. " * 30 + "The cloud account opened 1 May.\n"
    )
    assert items(Case(summary="s.md"), {"s.md": text})["summary"].verdict is Verdict.CANNOT_TELL


def test_a_long_summary_is_the_organisation_s_to_accept() -> None:
    found = items(Case(summary="summary.md"), {"summary.md": SUMMARY + "\n" + "word " * 600})
    assert found["summary"].verdict is Verdict.CANNOT_TELL
    assert "whether so many are accepted is the organisation's to say" in found["summary"].why


def test_what_is_named_and_not_there_is_missing() -> None:
    case = Case(summary="a.md", declaration="b.pdf", required=(RequiredDocument("Reference", "c.docx"),))
    found = items(case, {"README.md": "# Other\n"})
    for id_ in ("summary", "declaration", "required-1"):
        assert found[id_].verdict is Verdict.INCOMPLETE
        assert "which was not handed in" in found[id_].why


def test_a_declaration_that_cannot_be_read_has_to_be_looked_at() -> None:
    gap = Gap(Location("app", "signed.md"), "read", "is encrypted", frozenset({"document"}))
    found = items(Case(declaration="signed.md"), {"signed.md": ""}, (gap,))
    assert found["declaration"].verdict is Verdict.CANNOT_TELL
    assert found["declaration"].why == "signed.md has to be looked at: is encrypted."


@pytest.mark.parametrize(
    ("words", "tolerance", "verdict"),
    [(5, 0, Verdict.COMPLETE), (6, 0, Verdict.INCOMPLETE), (6, 20, Verdict.COMPLETE), (7, 20, Verdict.INCOMPLETE)],
)
def test_the_organisation_s_limit_holds_to_the_word(words: int, tolerance: int, verdict: Verdict) -> None:
    case = Case(word_tolerance=tolerance, required=(RequiredDocument("Reference", "r.md", 5),))
    assert items(case, {"r.md": "word " * words})["required-1"].verdict is verdict


def test_a_required_document_without_a_file_is_found_by_its_title() -> None:
    case = Case(required=(RequiredDocument("Employer reference"), RequiredDocument("Risk log")))
    found = items(case, {"docs/x.md": "# Reference of the employer\n\nShe did it.\n", "risk-log.md": "None so far.\n"})
    assert found["required-1"].why.startswith("docs/x.md was taken for it by its title")
    assert found["required-2"].verdict is Verdict.COMPLETE
    absent = items(case, {"docs/notes.md": "# Employer\n\nOur employer.\n"})
    assert absent["required-1"].verdict is Verdict.INCOMPLETE


def test_steps_without_a_day_are_no_items() -> None:
    case = Case(dates=Dates(gateway=date(2026, 3, 2), sign_off=date(2026, 3, 17)))
    found = items(case, {})
    assert {id_: item.verdict for id_, item in found.items()} == {"date-sign-off": Verdict.INCOMPLETE}
    late = items(Case(dates=Dates(submission=date(2026, 6, 5))), {})
    assert late["date-submission"].verdict is Verdict.CANNOT_TELL
