"""The report as a PDF: what the page says, on paper that can be read by all, whatever a submission's texts try."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from evidence_check.cli import main
from evidence_check.model import Report
from evidence_check.render import html, json_report
from evidence_check.render.pdf import render
from tests.render.sample import EMPTY, HOSTILE, REPORT, hostile

TYPST = (
    '#panic("x") #import "@preview/x:0.1.0": * #read("/etc/passwd") *b* _i_ $x^2$ = h / t: d @ref <glance> '
    "\\u{41} // c /* d */ https://evil.example ``` raw ``` [x] {y} ~ -- ..."
)


def _read(report: Report) -> PdfReader:
    return PdfReader(BytesIO(render(report)))


@cache
def _sample() -> PdfReader:
    return _read(REPORT)


@cache
def _text(reader: PdfReader) -> str:
    """The whole text without white space: lines and words may break anywhere."""
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))


def _bookmarks(reader: PdfReader) -> list[str]:
    def titles(entries: Any) -> list[str]:
        return [
            title for entry in entries for title in (titles(entry) if isinstance(entry, list) else [str(entry.title)])
        ]

    return titles(reader.outline)


def test_it_has_every_heading_of_the_page_as_a_bookmark() -> None:
    page = BeautifulSoup(html.render(REPORT), "html.parser")
    headings = [re.sub(r"\s", "", one.text) for one in page.find_all(["h1", "h2", "h3", "h4"])]
    assert len(headings) > 30
    assert [re.sub(r"\s", "", title) for title in _bookmarks(_sample())] == headings


def test_it_is_tagged_titled_and_in_a_known_language() -> None:
    reader = _sample()
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "en-GB"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1<" in catalogue["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == f"Pre-assessment report: {REPORT.title}"
    assert reader.metadata.author == "evidence-check"


def test_every_page_is_a4_and_says_which_it_is() -> None:
    pages = _sample().pages
    for number, page in enumerate(pages, 1):
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        assert f"page {number} of {len(pages)}" in page.extract_text()


def test_it_tells_what_the_page_tells_but_what_stands_on_the_screen_only() -> None:
    text = _text(_sample())
    for told in ("everyplace,standintheHTMLandtheJSONreport", "(seepage", "Observed", "Notes"):
        assert told in text
    for screen in ("Skiptothereport", "Doesnotcount", "SaveasJSON", "Howitwasdecided", "Scriptsareoff"):
        assert screen not in text


def test_every_row_of_a_printed_table_is_there() -> None:
    text = _text(_sample())
    page = BeautifulSoup(html.render(REPORT), "html.parser")
    rows = [row for row in page.select("tbody tr") if not row.find_parent(class_="screen")]
    assert len(rows) > 30
    for row in rows:
        header = row.find("th")
        assert header is not None
        assert re.sub(r"\s", "", header.text) in text


def test_a_long_table_ends_with_how_much_more_there_is() -> None:
    assert REPORT.claims is not None
    mentions = tuple(replace(REPORT.claims.mentions[0], text=f"named-{number:02}.") for number in range(40))
    text = _text(_read(replace(REPORT, claims=replace(REPORT.claims, mentions=mentions))))
    assert re.findall(r"named-(\d\d)\.", text) == [f"{number:02}" for number in range(30)]
    assert "and10more,intheHTMLreport" in text


def test_every_picture_has_its_text() -> None:
    reader = _sample()
    size: Any = reader.trailer["/Size"]
    objects: list[Any] = [reader.get_object(number) for number in range(1, size)]
    alternatives = {str(one["/Alt"]) for one in objects if isinstance(one, dict) and "/Alt" in one}
    told = BeautifulSoup(html.render(REPORT), "html.parser").select("svg.drawing desc")
    assert told
    for text in told:
        assert any(alternative.endswith(text.text) for alternative in alternatives)


def test_links_lead_to_places_inside() -> None:
    links = _links(_sample())
    assert len(links) > 50
    assert not [link for link in links if "/URI" in link.get("/A", {})]


def _links(reader: PdfReader) -> list[Any]:
    return [link.get_object() for page in reader.pages for link in page.get("/Annots", [])]


def test_same_report_same_bytes() -> None:
    assert render(json_report.load_report(json_report.render(REPORT))) == render(REPORT)


def test_an_empty_report_has_its_pages() -> None:
    assert "Nothingwashandedin" in _text(_read(EMPTY))


@pytest.mark.parametrize("text", ["".join(HOSTILE[:-1]), TYPST, "", "/" * 500])
def test_text_of_a_submission_is_text(text: str) -> None:
    report = hostile(text)
    reader = _read(report)
    page = BeautifulSoup(html.render(report), "html.parser")
    shown = page.select_one("h1")
    assert shown is not None
    assert re.sub(r"\s+", "", shown.text) in _text(reader)
    assert len(_bookmarks(reader)) == len(page.select("h1, h2, h3, h4"))
    assert not [link for link in _links(reader) if "/URI" in link.get("/A", {})]


def test_what_svg_cannot_hold_is_an_escape() -> None:
    assert "a\\ufffeb\\uffffc" in _text(_read(hostile("a\ufffeb\uffffc")))


def test_what_no_font_can_show_is_an_escape() -> None:
    text = _text(_read(replace(REPORT, title="A plan \U0001fae8 of\u1b05")))
    assert "Aplan\\u{1fae8}of\\u{1b05}" in text


@pytest.mark.parametrize("report", [replace(EMPTY, title="w" * 10_000), hostile("w" * 300)])
def test_a_long_word_stays_on_the_page(report: Report) -> None:
    words = [word for page in _read(report).pages for word in re.findall("w+", page.extract_text())]
    assert 20 < max(len(word) for word in words) < 150


def test_of_an_endless_text_paper_shows_the_start() -> None:
    text = _text(_read(replace(EMPTY, title="z" * 1_000_000)))
    assert "z" * 500 in text
    assert "and998,000morecharacters,intheHTMLreport" in text
    assert len(text) < 50_000


def test_without_the_library_there_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    saved = tmp_path / "report.json"
    saved.write_text(json_report.render(REPORT), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["render", str(saved), "--format", "html", "--format", "pdf", "--output", str(tmp_path / "out")])
    assert ended.value.code == 2
    assert (
        capsys.readouterr().err
        == "evidence-check: --format pdf needs one more package: pip install 'evidence-check[pdf]'\n"
    )
    assert not (tmp_path / "out").exists()
    with pytest.raises(SystemExit) as refused:
        main(["scan", str(tmp_path), "--format", "pdf", "--output", str(tmp_path / "out")])
    assert refused.value.code == 2
    assert capsys.readouterr().out == "", "it is said before anything is scanned"


def test_a_terminal_gets_no_pdf(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    saved = tmp_path / "report.json"
    saved.write_text(json_report.render(EMPTY), encoding="utf-8")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(SystemExit) as ended:
        main(["render", str(saved), "--format", "pdf"])
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "--output DIR" in said.err
