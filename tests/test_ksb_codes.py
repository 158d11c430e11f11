"""KSB codes as people write them, and what only looks like them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.ksb_codes import find_codes, ksb_analysis, without_codes
from evidence_check.model import Document, Heading, Location
from evidence_check.words import count_text

CONTEXT = ["KSB mapping of my project", "The pipeline evidences K17 and S20."]
STATEMENTS = {
    "K1": "Continuous Integration - the benefits of frequent merging of code, the creation of build artefacts.",
    "K2": "The principles of distributed Source Control, including how to exploit the features of the tool.",
    "K7": "General purpose programming and infrastructure-as-code.",
    "K11": "Monitoring and alerting technologies and an awareness of the insights.",
    "K15": "The principles and application of Continuous Integration, Delivery and Deployment.",
    "S3": "Translate user needs into deliverable tasks, writing clear user stories.",
    "S5": "Deploy immutable infrastructure",
    "S9": "Application of a range of cloud security tools and techniques.",
    "S10": "Application of cloud security.",
    "B3": "Displays a commitment to the mantra.",
}


def _codes(*lines: str) -> list[str]:
    return [mention.code for mention in find_codes([*CONTEXT, *lines]) if mention.line > len(CONTEXT)]


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("Monitoring (K11)", ["K11"]),
        ("monitoring, see k11, in docs/alerts.md", ["K11"]),
        ("Monitoring: K 11", ["K11"]),
        ("Security scanning S9/S10", ["S9", "S10"]),
        ("Pipeline: K1, K2 & K15", ["K1", "K2", "K15"]),
        ("K1, K2, and K15: pipeline", ["K1", "K2", "K15"]),
        ("Pipeline K1-K5", ["K1", "K2", "K3", "K4", "K5"]),
        ("Pipeline K1\u2013K3", ["K1", "K2", "K3"]),
        ("Pipeline (K1 to K3)", ["K1", "K2", "K3"]),
        ("Pipeline (K1-3)", ["K1", "K2", "K3"]),
        ("Scanning (S9/10)", ["S9", "S10"]),
        ("Areas K1, 2 and 15.", ["K1", "K2", "K15"]),
        ("Knowledge 4 is shown by the tests", ["K4"]),
        ("Skill 12 and Behaviour 3", ["S12", "B3"]),
        ("Skills 9, 10 and 12.", ["S9", "S10", "S12"]),
        ("knowledge statement 14: unit tests", ["K14"]),
        ("K11: alarms in terraform/alarms.tf", ["K11"]),
        ("K11:alarms", ["K11"]),
        ("**K11** \u2013 alarms", ["K11"]),
        ("Monitoring | K11 | S6 | alarms", ["K11", "S6"]),
        ("Monitoring | K11, S6", ["K11", "S6"]),
        ("both (K2)(S9) and [S10][B3]", ["K2", "S9", "S10", "B3"]),
        ("User stories (S3)", ["S3"]),
        ("S3: stories on the board", ["S3"]),
        ("User stories | S3 | the board", ["S3"]),
        ("The board meets S3 and the pipeline K1", ["S3", "K1"]),
        ("Board: S2, S3, S4", ["S2", "S3", "S4"]),
        ("Team work: B1, B2", ["B1", "B2"]),
        ("KSBs: S1", ["S1"]),
        ("K11's alarms", ["K11"]),
        ("no such code: K30", ["K30"]),
        ("K1 K2 S9", ["K1", "K2", "S9"]),
        ("K 11 is shown by the alarms", ["K11"]),
        ("The dashboards demonstrate K 11 and more", ["K11"]),
        ("K1...K3 and S9..S11", ["K1", "K2", "K3", "S9", "S10", "S11"]),
        ("K6: the service desk", ["K6"]),
        ("State lives in an S3 bucket (K12, S5)", ["K12", "S5"]),
    ],
)
def test_codes_as_people_write_them(line: str, codes: list[str]) -> None:
    assert _codes(line) == codes


@pytest.mark.parametrize(
    "line",
    [
        "State lives in an S3 bucket",
        "Files are uploaded to S3 by the job",
        "aws s3 cp build s3://bucket/app",
        "Object storage (S3)",
        "Simple Storage Service (S3) holds the state",
        "Amazon S3: bucket with versioning",
        "EC2, S3 and RDS",
        "S3_BUCKET=logs and S3-bucket and t2.S3 and AWS::S3::Bucket",
        "s3:GetObject and S3:GetObject are allowed",
        "K8s, K3s and k9s clusters, load by k6",
        "App Service plan B1, later S1",
        "sizes B1s, S1v2 and P1v2",
        "Basic tier (B1)",
        "the B2C tenant, the B2B one",
        "part K11-400-22, ISBN K1234",
        "Part S12-4471 and K10-200X were ordered",
        "K6 load tests run every night",
        "a row K 11 of the sheet",
        "background: #B1B2B3; colour #K11",
        "cells A1, B2, C3",
        "L4, T2, M5 and C4",
        "English at level B1/B2",
        "paths docs/K1/a.md and src/S9",
        "K1.5 and v.S9",
        "skills 100 and Skill 12 years",
        "K99 and S0",
    ],
)
def test_what_only_looks_like_a_code(line: str) -> None:
    assert _codes(line) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["State is kept in S3.", "| S3 | bucket for state |", "Azure plan S1 or B1, B2"],
        ["Bishop to B4, then K5 is open", "Kb5 S4"],
        ["Cells: K1, K2, K3, K4 hold the totals"],
        ["Spreadsheet columns K10 and S12"],
        ["Run k6 against K8s", "k3s"],
        ["Stages S4, S5, S6 of the rocket"],
        ["This shows K11."],
    ],
)
def test_a_text_that_does_not_speak_of_ksbs_has_no_codes(lines: list[str]) -> None:
    assert find_codes(lines) == []


def test_a_mention_says_where_and_how_it_is_written() -> None:
    (first, second, *_) = [m for m in find_codes([*CONTEXT, "Pipeline K1-K2 here"]) if m.line == 3]
    assert (first.code, second.code) == ("K1", "K2")
    assert (first.text, first.start, first.end) == ("K1-K2", 9, 14)


def test_several_codes_of_two_kinds_need_no_word_for_it() -> None:
    assert [m.code for m in find_codes(["Pipeline (K1, K15)", "Scanning (S9)"])] == ["K1", "K15", "S9"]


def test_the_standard_pasted_in_is_no_claim_but_its_sentence_with_own_words_is() -> None:
    pasted = ["KSBs"] + [f"{code} {text}" for code, text in STATEMENTS.items()]
    assert find_codes(pasted, STATEMENTS) == []
    assert len(find_codes(pasted)) == len(STATEMENTS)
    wrapped = [
        "KSBs",
        "K1 Continuous Integration - the benefits of frequent",
        "merging of code, the creation of build artefacts.",
    ]
    assert find_codes(wrapped, STATEMENTS) == []
    own = [
        f"K1 | {STATEMENTS['K1']} | Every push runs the tests in .github/workflows/ci.yml",
        "K2, K7, S9: see the table",
    ]
    assert [m.code for m in find_codes(["KSB table", *own], STATEMENTS)] == ["K1", "K2", "K7", "S9"]


def test_codes_are_cut_out_for_counting() -> None:
    cut = without_codes(["KSB table", "Pipeline (K1, K2 and S9) builds", "Amazon S3 bucket"])
    assert [count_text(line) for line in cut] == [2, 2, 3]


def _document(lines: list[str], headings: tuple[Heading, ...] = ()) -> Document:
    words = sum(count_text(line) for line in lines)
    return Document(Location("part", "a.md"), "markdown", headings=headings, lines=tuple(lines), words=words)


def test_an_analysis_maps_areas_to_several_codes() -> None:
    found = ksb_analysis(
        _document(
            [
                "# Which areas show which KSBs",
                "Pipeline and branches: K1, K2",
                "Alarms: K11, S99",
                "Scans in the build: S9",
            ]
        ),
        STATEMENTS,
    )
    assert found is not None
    assert (found.codes, found.unknown, found.first_line, found.last_line) == (("K1", "K2", "K11", "S9"), (), 1, 4)


def test_codes_that_the_standard_does_not_have_are_said() -> None:
    found = ksb_analysis(
        _document(["KSBs of every area of my project:", "Pipeline K1, K2, K39", "Alarms and logs K11"]), STATEMENTS
    )
    assert found is not None
    assert found.unknown == ("K39",)


def test_a_section_of_a_long_document_is_the_analysis() -> None:
    lines = ["# Shop", *["many words about the set-up of the shop"] * 80, "## KSB analysis", "Pipeline: K1, K15",
             "Alarms: K11", "Branches and reviews: K2", "## Licence", "MIT"]  # fmt: skip
    headings = (Heading(1, "Shop", 1), Heading(2, "KSB analysis", 82), Heading(2, "Licence", 86))
    found = ksb_analysis(_document(lines, headings), STATEMENTS)
    assert found is not None
    assert (found.heading, found.first_line, found.last_line) == ("KSB analysis", 82, 85)


def test_a_section_of_a_readme_is_the_analysis_however_short_the_rest_is() -> None:
    lines = ["# Shop", "It sells books.", "## KSBs", "Pipeline: K1, K15", "Alarms for every queue of it: K11",
             "## Licence", "MIT"]  # fmt: skip
    headings = (Heading(1, "Shop", 1), Heading(2, "KSBs", 3), Heading(2, "Licence", 6))
    document = _document(lines, headings)
    for path, heading in (("README.md", "KSBs"), ("docs/README", "KSBs"), ("analysis.md", "")):
        found = ksb_analysis(replace(document, location=Location("app", path)), STATEMENTS)
        assert found is not None
        assert found.heading == heading


@pytest.mark.parametrize(
    "lines",
    [
        ["KSBs", "Pipeline: K1", "Branches and more words to name an area: K2"],
        ["The bucket is in S3", "plans B1, S1 and S2"],
        ["K1, K2, K7, S9"],
        [f"{code} {text}" for code, text in STATEMENTS.items()],
    ],
)
def test_what_is_no_analysis(lines: list[str]) -> None:
    assert ksb_analysis(_document(lines), STATEMENTS) is None


_PIECES = st.sampled_from(
    [
        "K1",
        "k2",
        "S3",
        "B1",
        "K",
        " ",
        " 11",
        ",",
        "-",
        "\u2013",
        "/",
        "(",
        ")",
        "KSB",
        "Skill 4",
        "and",
        "bucket",
        "\u00a0",
        "0",
        "|",
    ]
)


@given(st.lists(st.one_of(st.text(), st.lists(_PIECES).map("".join))))
def test_any_text_gives_mentions_that_stand_there(lines: list[str]) -> None:
    lines = [line.replace("\n", " ") for line in lines]
    for mention in find_codes(lines, STATEMENTS):
        assert lines[mention.line - 1][mention.start : mention.end] == mention.text
        assert mention.code[0] in "KSB"
    assert len(without_codes(lines)) == len(lines)


@given(
    st.lists(st.sampled_from(sorted(STATEMENTS)), min_size=1, unique=True),
    st.sampled_from([", ", "/", " & ", "; ", " "]),
)
def test_a_list_of_codes_is_found_whole(codes: list[str], between: str) -> None:
    assert _codes(f"Area: {between.join(codes)}") == codes
