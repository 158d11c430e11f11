"""What the analysis claims of each KSB against what was found of it."""

from __future__ import annotations

from dataclasses import replace

from evidence_check.claim_check import claimed_ksbs, the_analysis
from evidence_check.handed_in import HandedIn
from evidence_check.model import (
    Assessment,
    Document,
    File,
    Location,
    Part,
    Settings,
    Standing,
    Status,
    Submission,
)
from evidence_check.standard import load_standard, standard_path
from tests.support import read

STANDARD = load_standard(standard_path())
STATUS = {
    "K1": Status.EVIDENCED, "K2": Status.PARTLY, "K4": Status.ASSESSOR_ONLY, "K5": Status.NOT_FOUND,
    "K7": Status.NOT_CHECKED, "K8": Status.EVIDENCED, "K10": Status.ASSESSOR_ONLY,
}  # fmt: skip
ANALYSIS = """\
# Project areas and KSBs

The pipeline builds, tests and deploys every change of the service (K1, K2, S99).
Value, scans and code of the infrastructure, kept for the network (K4, K5, K7).
The team's way of working is told in the discussion (K3, B4).
K40 is not one of them; the pipeline shows K1 again.
"""


def document(text: str, path: str = "analysis.md") -> Document:
    (found,) = (fact for fact in read(path, text)[0] if isinstance(fact, Document))
    return replace(found, location=Location("app", path))


def standings(text: str) -> dict[str, tuple[Standing, list[int]]]:
    assessments = [
        Assessment(ksb.code, STATUS.get(ksb.code, Status.NOT_FOUND), "why") for ksb in STANDARD.ksbs
    ]  # fmt: skip
    rows = claimed_ksbs(document(text), STANDARD, assessments)
    return {row.code: (row.standing, [place.line for place in row.places]) for row in rows}


def test_every_ksb_of_method_1_and_every_other_code_stands_somewhere() -> None:
    found = standings(ANALYSIS)
    first = [ksb.code for ksb in STANDARD.ksbs if ksb.method == 1]
    assert len(first) == 31
    assert list(found) == [*first, "K3", "K40", "B4"]
    assert found["K1"] == (Standing.FOUND, [3, 6])
    assert found["K2"] == (Standing.PARTLY, [3])
    assert found["K4"] == (Standing.ASSESSOR_ONLY, [4])
    assert found["K5"] == (Standing.NOT_FOUND, [4])
    assert found["K7"] == (Standing.NOT_CHECKED, [4])
    assert found["K8"] == (Standing.NOT_CLAIMED, [])
    assert found["K10"] == (Standing.NEITHER, [])
    assert found["K3"] == (Standing.OTHER_METHOD, [5])
    assert found["K40"] == (Standing.NO_SUCH, [6])


def handed_in(settings: Settings, *documents: Document) -> HandedIn:
    files = tuple(File(document.location) for document in documents)
    return HandedIn.of(Submission((Part("app", "app", files),), settings), documents, {}, ())


def test_the_named_document_is_the_analysis_and_else_the_likeliest() -> None:
    likely, plain = document(ANALYSIS), document("Nothing of the kind.\n", "notes.md")
    assert the_analysis(handed_in(Settings(), plain, likely), STANDARD) == likely
    assert the_analysis(handed_in(Settings(analysis="notes.md"), plain, likely), STANDARD) == plain
    assert the_analysis(handed_in(Settings(analysis="no.md"), plain, likely), STANDARD) is None
    assert the_analysis(handed_in(Settings(), plain), STANDARD) is None


def test_a_section_of_a_long_document_is_the_analysis_with_its_own_line_numbers() -> None:
    filler = "\n\n".join(["The service keeps its data for a year and answers within a second."] * 60)
    found = the_analysis(handed_in(Settings(), document(f"# Service\n\n{filler}\n\n#{ANALYSIS}")), STANDARD)
    assert found is not None
    assert next(number for number, line in enumerate(found.lines, 1) if line) == 123
