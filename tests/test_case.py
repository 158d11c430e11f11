"""The case file: what it holds, and how its faults are told."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from evidence_check.case import BrokenCase, Case, RequiredDocument, load_case, parse_case
from evidence_check.rulebook import rules_folder

FULL = """\
case: AB-2024-017
title: A platform for the parts shop
standard: ST0825
standard-version: "1.0"
parts:
  - app
  - infrastructure.zip
documents:
  analysis: papers/ksb mapping.docx
  diagram: papers/architecture.png
  summary: papers/summary.md
  declaration: papers/declaration.pdf
dates:
  gateway: 2024-03-04
  sign-off: 2024-03-15
  submission: 2024-06-10
  practical: 2024-06-24
epao:
  name: Example Assessments
  word-tolerance: 10
  documents:
    - title: Employer's statement
      file: papers/employer.pdf
    - {title: Reflective account, words: 800}
live: https://parts.example.org/shop
"""


def test_every_field_is_read(tmp_path: Path) -> None:
    path = tmp_path / "evidence-check.yaml"
    path.write_text(FULL, encoding="utf-8")
    case = load_case(path, trusted=False)
    assert (case.id, case.title) == ("AB-2024-017", "A platform for the parts shop")
    assert (case.standard, case.version) == ("ST0825", "1.0")
    assert case.parts == ("app", "infrastructure.zip")
    assert case.analysis == "papers/ksb mapping.docx"
    assert (case.summary, case.declaration) == ("papers/summary.md", "papers/declaration.pdf")
    assert case.dates.gateway == date(2024, 3, 4)
    assert case.dates.practical == date(2024, 6, 24)
    assert (case.epao, case.word_tolerance) == ("Example Assessments", 10)
    assert case.required == (
        RequiredDocument("Employer's statement", "papers/employer.pdf"),
        RequiredDocument("Reflective account", words=800),
    )
    assert case.live == "https://parts.example.org/shop"
    assert case.settings.diagram == "papers/architecture.png"


def test_the_documents_that_it_names_are_listed_once() -> None:
    case = Case(analysis="a.md", diagram="d.png", declaration="a.md", required=(RequiredDocument("R", "r.pdf"),))
    assert case.files == ("a.md", "d.png", "r.pdf")


def test_everything_is_optional() -> None:
    for text in ("", "# nothing yet\n", "title: Only this\n"):
        case = parse_case(text.encode(), trusted=False)
        assert case == Case(path="evidence-check.yaml", title=case.title)


def test_a_version_without_quotes_and_a_numbered_case_are_taken_as_text() -> None:
    case = parse_case(b"standard-version: 1.0\ncase: 17\n", trusted=False)
    assert (case.version, case.id) == ("1.0", "17")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("title: A", "titel: A", 2, "unknown key `titel`; did you mean `title`?"),
        ("  analysis:", "  anlysis:", 9, "unknown key `anlysis` in `documents`; did you mean `analysis`?"),
        ("  sign-off:", "  signoff:", 15, "did you mean `sign-off`?"),
        ("word-tolerance:", "tolerance:", 20, "did you mean `word-tolerance`?"),
        ("live:", "wibble:", 25, "unknown key `wibble`; known: case, dates"),
        ("2024-06-10", "10/06/2024", 16, "`dates.submission`: `10/06/2024` is not what is expected; it must be a date"),
        ("2024-06-10", "2024-06-31", 16, "`dates.submission`: 2024-06-31 is no day of the calendar"),
        ("2024-06-10", "2023-06-10", 16, "2023-06-10 is before `sign-off`, 2024-03-15; correct one of the two"),
        ("2024-06-24", "0204-06-24", 17, "the year 204 is not a likely one"),
        ("2024-06-24", "2024-03-10", 17, "2024-03-10 is before `submission`, 2024-06-10"),
        ("tolerance: 10", "tolerance: 10 %", 20, "it must be a whole number of per cent"),
        ("tolerance: 10", "tolerance: -1", 20, "`epao.word-tolerance`: `-1` is not"),
        ("title: Reflective account, ", "", 24, "`epao.documents`: lacks a field; it must be a `title`"),
        ("words: 800", "words: 0", 24, "it must be the most words"),
        ("AB-2024-017", "jo.bloggs@example.org", 1, "it must be a pseudonym"),
        ("AB-2024-017", "9876543210", 1, "no name, e-mail address or ULN"),
        ("AB-2024-017", "Jo Bloggs", 1, "it must be a pseudonym"),
        ("title: A platform for the parts shop", "title:", 2, "`title`: is not what is expected; it must be the proj"),
        ("https://parts", "parts", 25, "such as https://app.example.org"),
        ("ST0825", "DevOps", 3, "a standard's reference such as ST0825"),
        ("  - app\n", "  - 7\n", 6, "`parts`: `7` is not what is expected; it must be a folder"),
        ("  - app\n", "  - [app\n", 8, "not valid YAML"),
    ],
)
def test_a_fault_names_line_and_mend(old: str, new: str, line: int, said: str) -> None:
    assert FULL.count(old) >= 1
    with pytest.raises(BrokenCase) as caught:
        parse_case(FULL.replace(old, new, 1).encode(), trusted=True)
    assert str(caught.value).startswith(f"evidence-check.yaml:{line}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["- a list", "just text", "a: 1\n---\nb: 2\n"])
def test_what_is_no_mapping_is_told(text: str) -> None:
    with pytest.raises(BrokenCase, match=r"evidence-check\.yaml:1: (is not a mapping|holds 2 documents)"):
        parse_case(text.encode(), trusted=True)


def test_a_huge_file_is_not_parsed() -> None:
    with pytest.raises(BrokenCase, match="larger than 100,000 bytes"):
        parse_case(b"#" * 200_000, trusted=True)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("parts: [../other]", 1),
        ("parts:\n  - app\n  - /etc", 3),
        ("parts: ['https://example.org/x.git']", 1),
        ("parts: ['git@example.org:x/y.git']", 1),
        ("parts: ['C:\\\\Users']", 1),
        ("parts: ['..\\\\x']", 1),
        ("documents:\n  analysis: ~/.ssh/id_rsa", 2),
        ("epao:\n  documents:\n    - title: Secrets\n      file: a/../../b", 3),
    ],
)
def test_only_a_case_file_that_the_user_named_may_point_elsewhere(text: str, line: int) -> None:
    with pytest.raises(BrokenCase, match="is not below the case file's folder") as caught:
        parse_case(text.encode(), trusted=False)
    assert caught.value.line == line
    assert parse_case(text.encode(), trusted=True).path


@pytest.mark.parametrize("place", ["app", "./app", "papers/v1..2/analysis.docx", "a b/ü.png"])
def test_a_place_below_the_folder_is_fine(place: str) -> None:
    assert parse_case(f"parts: ['{place}']".encode(), trusted=False).parts == (place,)


def test_the_published_schema_is_a_schema() -> None:
    schema = json.loads((rules_folder() / "case.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)


@given(
    st.one_of(
        st.binary(max_size=300),
        st.dictionaries(
            st.sampled_from(["case", "title", "parts", "documents", "dates", "epao", "live", "other"]),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(max_size=20),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
                max_leaves=6,
            ),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_any_bytes_are_a_case_or_a_fault(data: bytes) -> None:
    with suppress(BrokenCase):
        assert parse_case(data, trusted=False).word_tolerance >= 0


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
@pytest.mark.parametrize(
    "place", ["parts: [link]", "parts: [link/inner]", "documents: {analysis: link/a.md}", "parts: [round]"]
)
def test_a_link_in_a_found_case_file_leads_nowhere(tmp_path: Path, place: str) -> None:
    (tmp_path / "host/inner").mkdir(parents=True)
    (tmp_path / "host/a.md").write_text("the host's secret")
    folder = tmp_path / "handed-in"
    (folder / "app").mkdir(parents=True)
    (folder / "link").symlink_to(tmp_path / "host")
    (folder / "round").symlink_to("round")
    (folder / "alias").symlink_to("app")
    path = folder / "evidence-check.yaml"
    path.write_text(place)
    with pytest.raises(BrokenCase, match="not below"):
        load_case(path, trusted=False)
    load_case(path, trusted=True)
    path.write_text("parts: [alias, app]")
    assert load_case(path, trusted=False).parts == ("alias", "app")
