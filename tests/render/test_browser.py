"""The page in a real browser: reached by keys and readers, nothing sent, the record sheet kept. Skipped without one."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from pypdf import PdfReader

from evidence_check.model import Report
from evidence_check.render.html import render
from evidence_check.scan import scan
from tests import cases_of_fixtures, packs
from tests.render.sample import EMPTY, HOSTILE, REPORT, hostile

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")

_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync"]  # fmt: skip
_MADE_UP = {"sample": REPORT, "nothing": EMPTY, "hostile": hostile("".join(HOSTILE))}
_PACKS = [f"pack-{name}" for name in packs.names()]
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_UNFOLD = "for (const one of document.querySelectorAll('details:not(.signal)')) one.open = true"
_FEW = """
for (const like of ["details.present", "details.absent", "details.unknown", "#ksbs tr.evidenced", "#ksbs tr.not-found",
                    "#ksbs tr.partly", "#ksbs tr.not-checked", "#ksbs tr.assessor-only", "fieldset.record"])
  [...document.querySelectorAll(like)].forEach((one, place) => place > 2 ? one.remove() : (one.open = true));
"""
"""Three of each sort of what one template makes by the dozen, unfolded: axe takes a second for every few hundred."""
_REPEATED = "tr:not(:first-child), li:not(:first-child), details, fieldset, p, dt, dd"
_MARKUP = f"[...document.querySelectorAll('{_REPEATED}')].map(one => one.outerHTML)"
_NEW = f"""
known => {{
  const seen = new Set(known);
  for (const one of document.querySelectorAll('{_REPEATED}')) if (seen.has(one.outerHTML)) one.remove();
}}
"""
"""Leaves what the page of another report does not have letter for letter: axe has looked at the rest there."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as running:
        started = running.chromium.launch(executable_path=BROWSER, args=_QUIET)
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def sample(folder: Path) -> str:
    return _written(REPORT, folder / "sample.html")


@pytest.fixture(scope="module")
def known(browser: Any, folder: Path) -> list[str]:
    """What axe is shown of the complete pack, whose page has a test of its own: the others differ in a few lines."""
    page, _ = _open(browser, _written(_report("pack-complete", folder), folder / "known.html"))
    page.evaluate(_UNFOLD)
    page.evaluate(_FEW)
    found: list[str] = page.evaluate(_MARKUP)
    page.context.close()
    return found


def _written(report: Report, path: Path) -> str:
    path.write_text(render(report), encoding="utf-8")
    return path.as_uri()


def _report(name: str, folder: Path) -> Report:
    if name in _MADE_UP:
        return _MADE_UP[name]
    pack, where = name.removeprefix("pack-"), Path(mkdtemp(dir=folder))
    case = packs.hand_in(pack, where) if pack != name else cases_of_fixtures.hand_in(name, where)
    return scan([str(case)], linters=False)


def _open(browser: Any, address: str, **options: Any) -> tuple[Any, list[str]]:
    """The page, and all that it says or asks for that it should not."""
    page = browser.new_context(**options).new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.extend([request.url] if _leaves(request.url, address) else []))
    page.goto(address)
    return page, heard


def _leaves(url: str, address: str) -> bool:
    return url != address and not url.startswith("data:")


def _axe(page: Any, scheme: str, only: Any) -> list[Any]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page.emulate_media(color_scheme=scheme)
    found = axe.Axe().run(page, options={"runOnly": only, "resultTypes": ["violations"]}).response["violations"]
    return [(scheme, one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]


@pytest.mark.parametrize("name", [*_MADE_UP, "complete", "gaps", "empty", *_PACKS])
def test_every_report_is_open_to_all(browser: Any, folder: Path, known: list[str], name: str) -> None:
    """Nothing for axe in light or dark; nothing asked for; nothing wider than the page, 320 pixels being 400 %."""
    address = _written(_report(name, folder), folder / f"{name}.html")
    page, heard = _open(browser, address, bypass_csp=True)
    for width in (1280, 768, 360, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert heard == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate(_UNFOLD)
    if name not in {"complete", "sample"}:
        page.evaluate(_FEW)
    if name not in {*_MADE_UP, "complete", "pack-complete"}:
        page.evaluate(_NEW, known)
    assert _axe(page, "light", _RULES) == []
    page.evaluate(_FEW)
    if name == "pack-complete" or name not in _PACKS:  # the others have no colour of their own
        assert _axe(page, "dark", {"type": "rule", "values": ["color-contrast"]}) == []
    page.context.close()


def test_everything_can_be_read_and_filtered_without_scripts(browser: Any, sample: str) -> None:
    page, heard = _open(browser, sample, java_script_enabled=False)
    assert page.locator("h2:visible").count() == page.locator("h2").count()
    assert not page.locator("#record-tools").is_visible()
    fold = page.locator("details.signal").first
    fold.locator("summary").click()
    assert fold.locator(".body").is_visible()
    rows = page.locator("#ksbs tbody tr:visible")
    everything = rows.count()
    page.check("#show-not-found")
    assert 0 < rows.count() < everything
    assert heard == []
    page.context.close()


def test_what_a_key_reaches_shows_that_it_is_reached(browser: Any, sample: str) -> None:
    page, _ = _open(browser, sample)
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(() => { const one = document.activeElement, style = getComputedStyle(one);"
                " return [one.tagName, style.outlineStyle, parseFloat(style.outlineWidth)] })()"
            )
        )
    assert {tag for tag, _, _ in reached} >= {"A", "INPUT"}
    assert [one for one in reached if one[1] == "none" or one[2] < 2] == []
    page.context.close()


def test_drawings_take_the_colours_that_a_reader_forces(browser: Any, sample: str) -> None:
    page, _ = _open(browser, sample, forced_colors="active", color_scheme="dark")
    ink = page.evaluate("getComputedStyle(document.body).color")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page.evaluate("getComputedStyle(document.querySelector('.drawing text')).fill") == ink != paper
    assert page.evaluate("getComputedStyle(document.querySelector('.drawing .box')).fill") == paper
    page.context.close()


def test_the_record_sheet_is_kept_saved_loaded_and_cleared(browser: Any, sample: str, tmp_path: Path) -> None:
    page, heard = _open(browser, sample, accept_downloads=True)
    notes, observed = page.locator("#record textarea").first, page.locator("#record input[type=checkbox]").first
    notes.fill("Showed it <b>live</b>.")
    observed.check()
    page.reload()
    assert notes.input_value() == "Showed it <b>live</b>."
    assert observed.is_checked()
    with page.expect_download() as download:
        page.click("#record-save")
    saved = tmp_path / "record.json"
    download.value.save_as(saved)
    [entry] = [one for one in json.loads(saved.read_text(encoding="utf-8"))["record"].values() if one["notes"]]
    assert entry == {"observed": True, "answered": False, "notes": "Showed it <b>live</b>."}
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#record-clear")
    assert notes.input_value() == ""
    page.set_input_files("#record-load", saved)
    sync_api.expect(notes).to_have_value("Showed it <b>live</b>.")
    saved.write_text("[", encoding="utf-8")
    page.set_input_files("#record-load", saved)
    sync_api.expect(page.locator("#record-said")).to_have_text("That file is no record sheet.")
    assert [text for text in heard if not text.startswith("blob:")] == []
    page.context.close()


def test_it_prints_what_a_person_reads_and_says_what_is_left_out(browser: Any, folder: Path) -> None:
    assert REPORT.claims is not None
    mentions = tuple(replace(REPORT.claims.mentions[0], text=f"named-{number:02}.") for number in range(40))
    report = replace(REPORT, claims=replace(REPORT.claims, mentions=mentions))
    page, _ = _open(browser, _written(report, folder / "printed.html"))
    page.check("#show-not-found")
    filtered = page.locator("#ksbs tbody tr:not(.not-found) th").first
    assert not filtered.is_visible()
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    assert [round(float(side)) for side in printed.pages[0].mediabox[2:]] == [595, 842]
    text = [" ".join(one.extract_text().split()) for one in printed.pages]
    assert all(f"page {number} of {len(text)}" in one for number, one in enumerate(text, 1))
    whole = " ".join(text)
    assert "every place, stand in the HTML and the JSON report" in whole
    assert re.findall(r"named-(\d\d)\.", whole) == [f"{number:02}" for number in range(30)]
    assert "and more, in the HTML report" in whole
    assert " ".join(filtered.text_content().split()) in whole
    for screen in ("Skip to the report", "Does not count", "How it was decided", "Save as JSON"):
        assert screen not in whole
    page.context.close()


def test_a_whole_case_prints_on_few_pages(browser: Any, folder: Path) -> None:
    page, _ = _open(browser, _written(_report("complete", folder), folder / "complete.html"))
    assert len(PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages) <= 26
    page.context.close()
