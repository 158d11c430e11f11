"""PDF: text by page, headings by size, drawings, and what cannot be read."""

from __future__ import annotations

import io
from contextlib import suppress

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.ksb_codes import find_codes
from evidence_check.model import Diagram, Document
from evidence_check.readers import pdf
from evidence_check.readers._source import Unreadable
from tests.readers.office import pdf_of
from tests.support import read, read_with, source

PROSE = [(11, "The pipeline builds, tests and scans each push before it is deployed.")] * 30
LINES = b"\n".join(b"%d 10 m %d 90 l S" % (at, at) for at in range(20))


def test_pages_are_lines_and_large_letters_are_headings() -> None:
    pages = [[(20, "Operations"), *PROSE, (11, "- 1 -")], [(14, "Restoring a back-up"), *PROSE, (11, "Page 2 of 2")]]
    (document,) = read_with(pdf, "docs/guide.pdf", pdf_of(pages))
    assert isinstance(document, Document)
    assert len(document.lines) == 2
    assert [(h.text, h.level, h.line) for h in document.headings] == [
        ("Operations", 1, 1),
        ("Restoring a back-up", 2, 2),
    ]
    assert "Page 2 of 2" not in document.lines[1]
    assert document.title == "Operations"


def test_a_page_of_lines_and_labels_is_a_drawing_too() -> None:
    data = pdf_of([[(11, "Web tier"), (11, "Database")]], drawn=LINES)
    document, drawing = read_with(pdf, "docs/Container Diagram.pdf", data)
    assert isinstance(document, Document)
    assert isinstance(drawing, Diagram)
    assert (drawing.notation, drawing.labels, drawing.width, drawing.blank) == (
        "pdf",
        ("Web tier", "Database"),
        595,
        False,
    )


def test_a_page_of_prose_is_no_drawing_and_an_empty_page_is_blank() -> None:
    assert not any(isinstance(fact, Diagram) for fact in read_with(pdf, "a.pdf", pdf_of([PROSE], drawn=LINES)))
    assert [fact.blank for fact in read_with(pdf, "a.pdf", pdf_of([[]])) if isinstance(fact, Diagram)] == [True]
    assert [fact.words for fact in read_with(pdf, "a.pdf", b"") if isinstance(fact, Document)] == [0]


def test_pictures_of_text_are_a_gap_beside_the_drawing() -> None:
    facts, gaps = read("scan.pdf", pdf_of([[]], drawn=b"q /Im1 Do Q"))
    assert any(isinstance(fact, Diagram) for fact in facts)
    assert ["only pictures" in gap.reason for gap in gaps] == [True]


def test_a_long_document_is_read_in_part_and_says_so() -> None:
    facts, gaps = read("long.pdf", pdf_of([[(11, f"Page number {number}")] for number in range(70)]))
    assert [len(fact.lines) for fact in facts if isinstance(fact, Document)] == [60]
    assert ["60 pages" in gap.reason for gap in gaps] == [True]


def _encrypted(user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_of([PROSE])))
    writer.encrypt(user, "owner", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_a_password_is_a_gap_but_for_an_empty_one() -> None:
    with pytest.raises(Unreadable, match="encrypted"):
        list(pdf.read(source("a.pdf", _encrypted("secret"))))
    assert isinstance(next(pdf.read(source("a.pdf", _encrypted("")))), Document)


@pytest.mark.parametrize(
    "data",
    [
        b"not a pdf",
        pdf_of([PROSE])[:300],
        pdf_of([PROSE]).replace(b"/Kids[", b"/Kids[2 0 R "),
        pdf_of([PROSE]).replace(b"/Pages 2 0 R", b"/Pages 1 0 R"),
    ],
)
def test_damaged_and_looped_files_are_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(pdf.read(source("a.pdf", data)))


@given(st.integers(0, 5_000), st.binary(max_size=12), st.integers(0, 5_000))
def test_damaged_files_give_facts_or_unreadable(at: int, junk: bytes, cut: int) -> None:
    data = pdf_of([PROSE[:3], PROSE[:2]], drawn=LINES)
    at %= len(data)
    data = (data[:at] + junk + data[at + len(junk) :])[: len(data) - cut % 300]
    with suppress(Unreadable):
        assert isinstance(next(pdf.read(source("a.pdf", data))), Document)


def test_rows_of_a_page_stay_apart() -> None:
    document = next(
        pdf.read(
            source(
                "a.pdf",
                pdf_of([[(11, "KSBs: K1, K15"), (11, "S3"), (11, "User stories"), (11, "K2"), (11, "S3 bucket")]]),
            )
        )
    )
    assert isinstance(document, Document)
    assert document.lines == ("KSBs: K1, K15\nS3\nUser stories\nK2\nS3 bucket",)
    assert [mention.code for mention in find_codes(document.lines)] == ["K1", "K15", "S3", "K2"]
