"""The standard's data against the published plan, and the faults that loading tells."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Standard
from evidence_check.rulebook import BrokenRules
from evidence_check.standard import load_standard, standard_path

METHOD_1 = (
    "K1 K2 K4 K5 K7 K8 K10 K11 K12 K13 K14 K15 K16 K17 K21 S3 S5 S6 S7 S9 S10 S11 S12 S14 S15 S17 S18 S19 S20 S22 B3"
).split()
METHOD_2 = "K3 K6 K9 K18 K19 K20 K22 K23 K24 K25 S1 S2 S4 S8 S13 S16 S21 B1 B2 B4".split()
THEMES = {
    1: {
        "Code Quality": "K2 K5 K7 K14 S9 S11 S14 S17 S18 S20 S22",
        "Meeting User Needs": "K4 K10 K21 S3",
        "The CI-CD Pipeline": "K1 K15 S15",
        "Refreshing and Patching": "K8 S5",
        "Operability": "K11 S6 S19 B3",
        "Data Persistence": "K12 S7",
        "Automation": "K13 K17 S12",
        "Data Security": "K16 S10",
    },
    2: {
        "Organisational Culture": "K9 K23 S2",
        "Data Ethics": "K3",
        "Problem Solving": "K6 S21",
        "The Profession in Context": "K18 K19 K22 S8 B4",
        "Tooling & Technology": "K24",
        "Continuous Learning & Development": "K25 S16 B2",
        "Peer review": "K20 S13",
        "Communicating and Knowledge Sharing": "S1 S4 B1",
    },
}
CRITERIA = {  # paragraphs of the grading tables: pass, distinction
    "Code Quality": (4, 0),
    "Meeting User Needs": (3, 1),
    "The CI-CD Pipeline": (3, 0),
    "Refreshing and Patching": (1, 1),
    "Operability": (2, 2),
    "Data Persistence": (2, 0),
    "Automation": (1, 1),
    "Data Security": (2, 0),
    "Organisational Culture": (2, 2),
    "Data Ethics": (1, 0),
    "Problem Solving": (1, 3),
    "The Profession in Context": (4, 0),
    "Tooling & Technology": (2, 1),
    "Continuous Learning & Development": (2, 2),
    "Peer review": (2, 0),
    "Communicating and Knowledge Sharing": (2, 0),
}
FIGURES = {
    "analysis-words": (300, "words", "maximum"),
    "summary-words": (500, "words", "typical"),
    "sign-off-weeks": (2, "weeks", "maximum"),
    "project-weeks": (12, "weeks", "typical"),
    "preparation-weeks": (1, "weeks", "typical"),
    "submission-weeks": (13, "weeks", "maximum"),
    "period-months": (4, "months", "typical"),
    "project-days": (2, "days a week", "exact"),
    "practical-hours": (3, "hours", "maximum"),
    "practical-extension": (10, "per cent", "maximum"),
    "practical-questions": (16, "questions", "maximum"),
    "practical-questions-theme": (2, "questions", "exact"),
    "discussion-minutes": (60, "minutes", "exact"),
    "discussion-extension": (10, "per cent", "maximum"),
    "discussion-questions": (8, "questions", "minimum"),
    "discussion-questions-category": (1, "questions", "minimum"),
    "discussion-notice-weeks": (2, "weeks", "minimum"),
    "on-programme-months": (12, "months", "minimum"),
    "on-programme-months-typical": (24, "months", "typical"),
    "off-the-job": (20, "per cent", "minimum"),
}


@pytest.fixture(scope="module")
def standard() -> Standard:
    return load_standard(standard_path())


def test_every_ksb_stands_under_the_method_of_the_plan(standard: Standard) -> None:
    assert [ksb.code for ksb in standard.ksbs if ksb.method == 1] == METHOD_1
    assert [ksb.code for ksb in standard.ksbs if ksb.method == 2] == METHOD_2
    assert (len(METHOD_1), len(standard.ksbs)) == (31, 51)


@pytest.mark.parametrize("method", [1, 2])
def test_themes_and_their_ksbs_are_those_of_the_grading_tables(standard: Standard, method: int) -> None:
    themes = {theme.title: " ".join(theme.ksbs) for theme in standard.themes if theme.method == method}
    assert themes == THEMES[method]


def test_every_paragraph_of_the_grading_tables_is_a_criterion(standard: Standard) -> None:
    titles = {theme.id: theme.title for theme in standard.themes}
    counts = Counter((titles[criterion.theme], criterion.grade) for criterion in standard.criteria)
    assert {title: (counts[title, "pass"], counts[title, "distinction"]) for title in titles.values()} == CRITERIA


def test_the_pass_criteria_of_a_theme_cover_its_ksbs(standard: Standard) -> None:
    for theme in standard.themes:
        passes = [c for c in standard.criteria if c.theme == theme.id and c.grade == "pass"]
        assert {code for criterion in passes for code in criterion.ksbs} == set(theme.ksbs), theme.id


def test_every_figure_is_that_of_the_plan(standard: Standard) -> None:
    assert {name: (f.value, f.unit, f.bound) for name, f in standard.figures.items()} == FIGURES


def test_figures_agree_with_each_other(standard: Standard) -> None:
    value = {name: figure.value for name, figure in standard.figures.items()}
    themes = Counter(theme.method for theme in standard.themes)
    assert value["project-weeks"] + value["preparation-weeks"] == value["submission-weeks"]
    assert value["practical-questions"] == value["practical-questions-theme"] * themes[1]
    assert value["discussion-questions"] == value["discussion-questions-category"] * themes[2]


def test_what_has_to_be_handed_in(standard: Standard) -> None:
    assert [(item.id, item.words) for item in standard.pack] == [
        ("architecture-diagram", ""),
        ("analysis", "analysis-words"),
        ("source-code", ""),
        ("scripts", ""),
        ("configuration", ""),
    ]
    title, summary = standard.gateway
    assert (title.id, summary.id, summary.words) == ("title", "summary", "summary-words")
    assert summary.contents == (
        "project plan",
        "high-level implementation steps",
        "time frames",
        "submission date",
    )


def test_the_grade_table_holds_every_combination(standard: Standard) -> None:
    overall = {row[:2]: row[2] for row in standard.grades}
    grades = ("fail", "pass", "distinction")
    assert list(overall) == [(first, second) for first in grades for second in grades]
    for (practical, discussion), grade in overall.items():
        if "fail" in (practical, discussion):
            assert grade == "fail"
        elif practical == "pass":
            assert grade == "pass"
        else:
            assert grade == {"pass": "merit", "distinction": "distinction"}[discussion]


def test_what_must_be_observed_and_the_resit_rules_are_there(standard: Standard) -> None:
    texts = {provision.id: provision.text for provision in standard.provisions}
    assert "from source to the end user" in texts["observed-deployment"]
    assert "pass at most" in texts["resit-maximum-grade"]
    assert {"resit-only-failed", "resit-in-period", "resit-no-upgrade"} <= set(texts)


def test_every_statement_is_there_as_its_words_and_in_no_other_form(standard: Standard) -> None:
    assert set(standard.statements) == {ksb.code for ksb in standard.ksbs}
    for words in standard.statements.values():
        assert words.split() == sorted(words.split())


def test_every_item_has_a_place_in_the_plan(standard: Standard) -> None:
    places = [ksb.place for ksb in standard.ksbs] + [theme.place for theme in standard.themes]
    places += [criterion.place for criterion in standard.criteria] + [method.place for method in standard.methods]
    places += [item.place for item in (*standard.pack, *standard.gateway)]
    places += [provision.place for provision in standard.provisions]
    places += [figure.place for figure in standard.figures.values()]
    assert {place.split(" > ")[0] for place in places} <= {
        "Introduction and overview",
        "Length of end-point assessment period",
        "Order of assessment methods",
        "Gateway",
        "Assessment methods",
        "Grading",
        "Re-sits and re-takes",
        "Mapping of KSBs",
    }


def test_titles_and_texts_fit_on_a_line(standard: Standard) -> None:
    texts = [ksb.title for ksb in standard.ksbs] + [criterion.text for criterion in standard.criteria]
    assert max(map(len, texts)) <= 110
    assert len(set(texts)) == len(texts)


def test_behaviours_and_the_professional_discussion_are_the_assessors(standard: Standard) -> None:
    for ksb in standard.ksbs:
        if ksb.method == 2 or ksb.code.startswith("B"):
            assert ksb.assessor_only
            assert not ksb.shown_by


# --- loading ----------------------------------------------------------------------------------------------------------

SMALL = """\
id: X1
version: "2.0"
title: Small
source: nowhere
methods:
  - {number: 1, title: Work, place: Methods}
ksbs:
  - method: 1
    place: KSBs
    items:
      - code: K1
        title: First
        shown_by:
          pipeline: [cicd.pipeline]
      - code: B1
        title: Second
        assessor_only: A behaviour.
        leads: [docs.readme]
themes:
  - id: one
    method: 1
    title: One
    place: Grading
    ksbs: [K1, B1]
    pass:
      - id: one.pass-1
        text: Does it.
        ksbs: [K1]
        shown_by: {pipeline: [cicd.pipeline]}
pack:
  - {id: sources, title: Sources, place: Pack, check: evidence, shown_by: {code: [code.own]}, words: limit}
gateway: []
figures:
  limit: {value: 300, unit: words, bound: maximum, title: Limit, place: Pack}
provisions: []
grades: {place: Grading, table: [[fail, fail], [pass, pass]]}
"""
SIGNALS = {"cicd.pipeline", "docs.readme", "code.own", "risk.leak"}


def load(tmp_path: Path, text: str) -> Standard:
    path = tmp_path / "X1-v2.0.yaml"
    path.write_text(text, encoding="utf-8")
    return load_standard(path, SIGNALS)


def test_a_small_standard_loads(tmp_path: Path) -> None:
    small = load(tmp_path, SMALL)
    assert [(ksb.code, ksb.place, len(ksb.shown_by)) for ksb in small.ksbs] == [("K1", "KSBs", 1), ("B1", "KSBs", 0)]
    assert small.criteria[0].place == "Grading > Pass"
    assert small.ksbs[1].leads == ("docs.readme",)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('version: "2.0"', "version: 2.0", 2, "it must be text; put it in quotes"),
        ("title: Small\n", "titel: Small\n", 3, "did you mean `title`?"),
        ("source: nowhere\n", "", 1, "has no `source`"),
        ("code: K1", "code: K1x", 11, "`K1x` is no KSB code"),
        ("code: B1", "code: K1", 15, "K1 is given twice, first on line 11"),
        ("  - method: 1", "  - method: 3", 8, "unknown method `3`"),
        (
            "pipeline: [cicd.pipeline]\n      - code",
            "pipeline: [cicd.pipelin]\n      - code",
            14,
            "did you mean `cicd.p",
        ),
        ("pipeline: [cicd.pipeline]\n      - code", "pipeline: []\n      - code", 14, "names no signal"),
        ("pipeline: [cicd.pipeline]\n      - code", "pipeline: [risk.leak]\n      - code", 14, "never evidence"),
        ("leads: [docs.readme]", "leads: docs.readme", 18, "`leads` of a KSB is not list"),
        ("leads: [docs.readme]", "leads: [docs.red]", 18, "did you mean `docs.readme`?"),
        ("        assessor_only: A behaviour.\n", "", 15, "neither `shown_by` nor `assessor_only`"),
        ("ksbs: [K1, B1]", "ksbs: [K1, B1, K9]", 24, "unknown KSB `K9`"),
        ("ksbs: [K1, B1]", "ksbs: [K1]", 15, "B1 is in no theme"),
        ("    ksbs: [K1, B1]\n    pass", "    ksbs: [K1, B1]\n    passes", 25, "did you mean `pass`?"),
        ("ksbs: [K1]\n", "ksbs: [S1]\n", 28, "unknown KSB `S1`"),
        ("id: one.pass-1", "id: one", 26, "has the id of line 20"),
        ("words: limit", "words: limits", 31, "did you mean `limit`?"),
        ("check: evidence", "check: evidenc", 31, "did you mean `evidence`?"),
        ("value: 300", "value: many", 34, "it must be a whole number"),
        ("bound: maximum", "bound: max", 34, "unknown `bound` `max`"),
        ("[pass, pass]", "[pass]", 36, "is not 2 grades"),
        ("gateway: []", "gateway: []\nstatements: {K2: one}", 33, "unknown KSB `K2`"),
        ("gateway: []", "gateway: []\nstatements: {K1: 7}", 33, "`K1` of `statements` is not text"),
        ("gateway: []", "gateway: [what]", 32, "a pack item is not a mapping"),
        ("gateway: []", "gateway: [what", 33, "not valid YAML"),
    ],
)
def test_a_fault_names_file_line_and_mend(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert SMALL.count(old) == 1
    with pytest.raises(BrokenRules) as caught:
        load(tmp_path, SMALL.replace(old, new))
    assert str(caught.value).startswith(f"X1-v2.0.yaml:{line}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_standard_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(LookupError, match=r"no standard ST0825 version 9\.9; there are: ST0825 version 1\.0"):
        standard_path(version="9.9")


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_load_or_are_a_fault(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)
    with pytest.raises(BrokenRules):
        load_standard(path)


@given(
    st.integers(0, len(SMALL.splitlines()) - 1), st.sampled_from(["", "- x", "a: [", "  b: {c: 1}", "true", "- - 1"])
)
def test_any_line_replaced_loads_or_is_a_fault(
    tmp_path_factory: pytest.TempPathFactory, number: int, line: str
) -> None:
    lines = SMALL.splitlines()
    lines[number] = lines[number][: len(lines[number]) - len(lines[number].lstrip())] + line
    path = tmp_path_factory.getbasetemp() / "replaced.yaml"
    path.write_text("\n".join(lines))
    with suppress(BrokenRules):
        load_standard(path)
