"""The pack: complete, incomplete, or cannot be told, on what was really read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from evidence_check.handed_in import HandedIn, loose_files
from evidence_check.model import (
    Category,
    Diagram,
    Document,
    Evidence,
    Fact,
    File,
    Finding,
    Gap,
    Location,
    Outcome,
    Pack,
    PackItem,
    Part,
    Settings,
    Submission,
    Verdict,
)
from evidence_check.pack import analyses, check_pack
from evidence_check.standard import load_standard, standard_path
from tests.support import read

STANDARD = load_standard(standard_path())
SIGNALS = [signal for item in STANDARD.pack for aspect in item.shown_by for signal in aspect.signals]
ANALYSIS = "docs/evidence.md"
DRAWING = "docs/architecture.png"
SHALLOW = Gap(Location("app"), "history", "the clone is shallow")


AREAS = (
    "The pipeline builds every change and runs the unit tests (K1, S15). "
    "Terraform modules describe the network and the cluster (S18). "
    "Dashboards and alert rules watch the service (K11, S6). "
)
CODES = 5


def mapping(words: int) -> str:
    """An analysis of this many words beside its `CODES` codes: sentences that set areas of a project against KSBs."""
    return " ".join([*AREAS.split(), *["further"] * (words + CODES - len(AREAS.split()))])


def findings(**changes: Outcome) -> Mapping[str, Finding]:
    """Findings of every signal that pack items name: all present but for `changes` (dots and dashes as `_`)."""
    given = {}
    for signal in SIGNALS:
        outcome = changes.get(signal.replace(".", "_").replace("-", "_"), Outcome.PRESENT)
        place = Evidence(Location("app", "main.tf", 3), "terraform", "resource")
        given[signal] = Finding(
            signal,
            outcome,
            (place,) if outcome is Outcome.PRESENT else (),
            gaps=(SHALLOW,) if outcome is Outcome.UNKNOWN else (),
        )
    return given


ALL_PRESENT = findings()
NO_DIAGRAM = findings(docs_architecture_diagram=Outcome.ABSENT)


def picture(path: str = DRAWING, part: str = "app", *, blank: bool = False) -> Diagram:
    return Diagram(Location(part, path), "png", nodes=-1, edges=-1, blank=blank)


def check(
    facts: list[Fact],
    found: Mapping[str, Finding] = ALL_PRESENT,
    *,
    settings: Settings | None = None,
    gaps: tuple[Gap, ...] = (),
    loose: str = "",
) -> tuple[Pack, dict[str, PackItem]]:
    """The pack of a part `app` that holds the files of the facts, and of a part of single files as given by `loose`."""
    paths = {part: sorted({f.location.path for f in facts if f.location.part == part}) for part in ("app", "documents")}
    files = {
        part: tuple(File(Location(part, path), category=Category.DOCUMENT) for path in names)
        for part, names in paths.items()
    }
    parts = [Part("app", "packs/app", files["app"])]
    if loose:
        parts.append(Part("documents", loose, files["documents"]))
    pack = check_pack(STANDARD, HandedIn.of(Submission(tuple(parts), settings or Settings()), facts, found, gaps))
    return pack, {item.id: item for item in pack.items}


def document(text: str, path: str = ANALYSIS) -> list[Fact]:
    return [fact for fact in read(path, text)[0] if fact.kind == "document"]


def in_app(facts: list[Fact]) -> list[Fact]:
    """The facts as of the part `app` (`tests.support` reads into `part`)."""
    return [replace(fact, location=replace(fact.location, part="app")) for fact in facts]


SHORT = in_app(document(mapping(200)))


def test_a_pack_with_everything_is_complete() -> None:
    pack, items = check(SHORT)
    assert pack.verdict is Verdict.COMPLETE
    assert list(items) == ["architecture-diagram", "analysis", "source-code", "scripts", "configuration"]
    assert items["analysis"].why == "200 words of the 300 that the plan allows."
    assert all(item.evidence for item in pack.items)


SCRIPTS = (
    "cicd_build_artefact cicd_deployment cicd_pipeline automation_scripts automation_task_runner iac_container_image"
)
CONFIGURATION = "iac_provisioning iac_orchestration iac_configuration iac_environments automation_local_setup"


@pytest.mark.parametrize(
    ("change", "item"),
    [
        ({"docs_architecture_diagram": Outcome.ABSENT}, "architecture-diagram"),
        ({"code_general_purpose": Outcome.ABSENT}, "source-code"),
        (dict.fromkeys(SCRIPTS.split(), Outcome.ABSENT), "scripts"),
        (dict.fromkeys(CONFIGURATION.split(), Outcome.ABSENT), "configuration"),
    ],
)
def test_each_missing_item_makes_it_incomplete(change: dict[str, Outcome], item: str) -> None:
    pack, items = check(SHORT, findings(**change))
    assert pack.verdict is Verdict.INCOMPLETE
    assert [i.id for i in pack.items if i.verdict is not Verdict.COMPLETE] == [item]
    assert "ound" in items[item].why


def test_scripts_need_only_one_of_their_kinds() -> None:
    pack, _ = check(SHORT, findings(cicd_deployment=Outcome.ABSENT, automation_scripts=Outcome.UNKNOWN))
    assert pack.verdict is Verdict.COMPLETE


def test_what_could_not_be_looked_at_is_not_missing() -> None:
    pack, items = check(SHORT, findings(code_general_purpose=Outcome.UNKNOWN))
    assert pack.verdict is Verdict.CANNOT_TELL
    assert (
        items["source-code"].why
        == "Could not be checked: own source code of more than 50 lines, since the clone is shallow."
    )


def test_what_is_missing_weighs_more_than_what_cannot_be_told() -> None:
    pack, _ = check(SHORT, findings(code_general_purpose=Outcome.UNKNOWN, docs_architecture_diagram=Outcome.ABSENT))
    assert pack.verdict is Verdict.INCOMPLETE


# --- the analysis -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "tolerance", "verdict", "why"),
    [
        (280, 0, Verdict.COMPLETE, "280 words of the 300 that the plan allows."),
        (295, 0, Verdict.COMPLETE, "295 words of the 300 that the plan allows, close to the limit"),
        (296, 0, Verdict.CANNOT_TELL, "but 301 with headings, table headers and KSB codes: whether these count is for"),
        (300, 0, Verdict.CANNOT_TELL, "300 words of the 300 that the plan allows, but 305 with"),
        (301, 0, Verdict.INCOMPLETE, "301 words, 1 more than the 300 that the plan allows."),
        (325, 10, Verdict.COMPLETE, "330 with the organisation's tolerance of 10 %, close to the limit"),
        (331, 10, Verdict.INCOMPLETE, "331 words, 1 more than the 300 that the plan allows, 330 with the"),
    ],
)
def test_the_limit_holds_to_the_word(words: int, tolerance: int, verdict: Verdict, why: str) -> None:
    _, items = check(in_app(document(mapping(words))), settings=Settings(word_tolerance=tolerance))
    assert items["analysis"].verdict is verdict
    assert why in items["analysis"].why


@pytest.mark.parametrize(("words", "verdict"), [(312, Verdict.CANNOT_TELL), (316, Verdict.INCOMPLETE)])
def test_a_pdf_that_is_hardly_too_long_may_only_have_page_headers(words: int, verdict: Verdict) -> None:
    facts = [replace(fact, format="pdf") if isinstance(fact, Document) else fact for fact in document(mapping(words))]
    _, items = check(in_app(facts))
    assert items["analysis"].verdict is verdict
    headers = verdict is Verdict.CANNOT_TELL
    assert items["analysis"].why.endswith("a PDF does not tell page headers and footers apart.") is headers
    assert (items["analysis"].mend == "Count it without them, or hand it in as .docx.") is headers


def test_a_document_that_names_no_ksbs_is_no_analysis() -> None:
    notes = "# Storage\n\nThe site is served from an S3 bucket on a B1 plan, and K8s runs the workers.\n"
    pack, items = check(in_app(document(notes)))
    assert pack.verdict is Verdict.INCOMPLETE
    assert items["analysis"].why == "No document that sets project areas against KSBs was found."


def test_the_plan_s_own_list_of_ksbs_is_no_analysis() -> None:
    pasted = "\n\n".join(f"{code} {words}" for code, words in STANDARD.statements.items())
    assert analyses([fact for fact in document(pasted) if isinstance(fact, Document)], STANDARD) == []


def test_a_document_that_could_not_be_read_may_be_the_analysis() -> None:
    gap = Gap(Location("app", "ksb.docx"), "read", "not a docx file", frozenset({"document"}))
    _, items = check([], gaps=(gap,))
    assert items["analysis"].verdict is Verdict.CANNOT_TELL
    assert items["analysis"].why == "None was found, but ksb.docx could not be read: not a docx file."
    other = Gap(Location("app", "main.tf", 3), "read", "broken", frozenset({"resource"}))
    assert check([], gaps=(other,))[1]["analysis"].verdict is Verdict.INCOMPLETE


def test_of_several_candidates_the_one_that_names_most_comes_first_and_all_are_listed() -> None:
    long = in_app(document(mapping(120), "b.md"))
    short = in_app(
        document("KSBs: tests run on each change of the code (K1, S15), modules make the network (S18).", "a.md")
    )
    _, items = check([*short, *long])
    assert [place.location.path for place in items["analysis"].evidence] == ["b.md", "a.md"]
    assert items["analysis"].why.startswith("120 words of the 300")
    assert "1 more may be meant" in items["analysis"].why


def test_a_long_document_that_names_every_ksb_does_not_come_before_the_short_one() -> None:
    everything = (
        " ".join(f"In that week we worked on it with care ({ksb.code})." for ksb in STANDARD.ksbs) + " further" * 600
    )
    portfolio = in_app(document(everything, "a-portfolio.md"))
    _, items = check([*portfolio, *SHORT])
    assert [place.location.path for place in items["analysis"].evidence] == [ANALYSIS, "a-portfolio.md"]
    assert items["analysis"].verdict is Verdict.COMPLETE


def test_what_the_count_leaves_out_is_said() -> None:
    text = f"---\ntitle: Evidence\n---\n\n# KSB evidence\n\n{mapping(100)}\n"
    _, items = check(in_app(document(text)))
    (place,) = items["analysis"].evidence
    assert place.reason.startswith("names 5 KSBs; 100 words, without 2 in headings, 5 in KSB codes, ")
    assert place.reason.endswith(" in front matter")


def test_a_section_of_a_long_document_counts_by_itself() -> None:
    filler = "\n\n".join(["The service keeps its data for a year and answers within a second."] * 60)
    text = f"# Service\n\n{filler}\n\n## KSB mapping\n\n{mapping(80)}\n"
    _, items = check(in_app(document(text, "README.md")))
    (place,) = items["analysis"].evidence
    assert (place.location.line, place.excerpt) == (123, "KSB mapping")
    assert items["analysis"].verdict is Verdict.COMPLETE
    assert "80 words" in items["analysis"].why


def test_analyses_are_open_to_other_stages() -> None:
    (mapped,) = analyses([fact for fact in SHORT if isinstance(fact, Document)], STANDARD)
    assert mapped.analysis.codes == ("K1", "K11", "S6", "S15", "S18")


# --- what the case file names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "declared", ["docs/evidence.md", "app/docs/evidence.md", "docs\\evidence.md", "./docs/evidence.md"]
)
def test_the_analysis_that_is_named_is_the_one(declared: str) -> None:
    plain = in_app(document("Nothing but forty-two plain words. " * 8))
    _, items = check(plain, settings=Settings(analysis=declared))
    assert items["analysis"].why == "40 words of the 300 that the plan allows."


def test_a_named_document_that_was_not_handed_in_is_missing_even_if_another_would_do() -> None:
    _, items = check(SHORT, settings=Settings(analysis="docs/other.md", diagram="docs/no.png"))
    assert items["analysis"].why == "The case file names docs/other.md, which was not handed in."
    assert items["architecture-diagram"].why == "The case file names docs/no.png, which was not handed in."
    assert {items["analysis"].verdict, items["architecture-diagram"].verdict} == {Verdict.INCOMPLETE}


def test_a_named_document_without_words_has_to_be_looked_at() -> None:
    scan = in_app(document("![page](page.png)\n"))
    _, items = check(scan, settings=Settings(analysis=ANALYSIS))
    assert items["analysis"].verdict is Verdict.CANNOT_TELL
    assert "has to be looked at: no words can be read in it." in items["analysis"].why


def test_a_named_picture_is_the_diagram_unless_it_is_blank() -> None:
    named = Settings(diagram=DRAWING)
    assert check([*SHORT, picture()], NO_DIAGRAM, settings=named)[0].verdict is Verdict.COMPLETE
    _, items = check([*SHORT, picture(blank=True)], NO_DIAGRAM, settings=named)
    assert items["architecture-diagram"].why == f"{DRAWING} is blank."
    assert items["architecture-diagram"].verdict is Verdict.INCOMPLETE


def test_a_named_diagram_of_an_unknown_kind_has_to_be_looked_at() -> None:
    file = in_app([File(Location("part", "docs/system.vsd"))])
    gap = Gap(Location("app", "docs/system.vsd"), "read", "an old Visio file", frozenset({"diagram"}))
    _, items = check([*SHORT, *file], NO_DIAGRAM, settings=Settings(diagram="docs/system.vsd"), gaps=(gap,))
    assert items["architecture-diagram"].verdict is Verdict.CANNOT_TELL
    assert "an old Visio file" in items["architecture-diagram"].why


# --- pictures handed in by themselves ---------------------------------------------------------------------------------


def test_a_picture_handed_in_by_itself_has_to_be_looked_at() -> None:
    alone = picture("IMG_0042.png", "documents")
    _, items = check([*SHORT, alone], NO_DIAGRAM, loose="papers/IMG_0042.png")
    assert items["architecture-diagram"].verdict is Verdict.CANNOT_TELL
    assert items["architecture-diagram"].evidence[0].location.path == "IMG_0042.png"


def test_a_picture_of_a_repository_is_listed_and_no_diagram() -> None:
    _, items = check([*SHORT, picture("static/logo.png")], NO_DIAGRAM)
    assert items["architecture-diagram"].verdict is Verdict.INCOMPLETE
    assert "Other drawings and pictures: 1;" in items["architecture-diagram"].why


def test_a_blank_picture_handed_in_by_itself_is_none() -> None:
    alone = picture("IMG_0042.png", "documents", blank=True)
    _, items = check([*SHORT, alone], NO_DIAGRAM, loose="papers/IMG_0042.png")
    assert items["architecture-diagram"].verdict is Verdict.INCOMPLETE


def test_a_file_handed_in_by_itself_is_named_by_the_path_it_was_given_by() -> None:
    alone = picture("system.png", "documents")
    named = Settings(diagram="papers/system.png")
    _, items = check([*SHORT, alone], NO_DIAGRAM, settings=named, loose="packs/x/papers/system.png")
    assert items["architecture-diagram"].verdict is Verdict.COMPLETE


def test_loose_files_are_told_from_a_folder() -> None:
    files = (File(Location("documents", "a.docx")), File(Location("documents", "b.png")))
    assert loose_files(Part("documents", "x/a.docx, y/b.png", files)) == ("x/a.docx", "y/b.png")
    assert loose_files(Part("documents", "x/documents", files)) == ()
    assert loose_files(Part("a.docx", "a.docx", files)) == ()
