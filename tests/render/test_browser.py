"""The page in a real browser: reached by keys and readers, nothing sent, the record sheet kept. Skipped without one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from evidence_check.render.html import render
from tests.render.sample import EMPTY, HOSTILE, REPORT, hostile

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")

_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync"]  # fmt: skip
_WIDTHS = (1280, 768, 320)
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as running:
        started = running.chromium.launch(executable_path=BROWSER, args=_QUIET)
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pages")
    reports = {"sample": REPORT, "empty": EMPTY, "hostile": hostile("".join(HOSTILE))}
    for name, report in reports.items():
        (folder / f"{name}.html").write_text(render(report), encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in reports}


def _open(browser: Any, address: str, **options: Any) -> tuple[Any, list[str]]:
    """The page, and all that it says or asks for that it should not."""
    page = browser.new_context(**options).new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.extend([request.url] if request.url != address else []))
    page.goto(address)
    return page, heard


@pytest.mark.parametrize("name", ["sample", "empty", "hostile"])
@pytest.mark.parametrize("width", _WIDTHS)
def test_nothing_leaves_the_page_and_nothing_is_wider_than_it(
    browser: Any, pages: dict[str, str], name: str, width: int
) -> None:
    page, heard = _open(browser, pages[name], viewport={"width": width, "height": 800})
    assert heard == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["sample", "empty", "hostile"])
def test_axe_finds_nothing(browser: Any, pages: dict[str, str], name: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page, _ = _open(browser, pages[name], bypass_csp=True, color_scheme=scheme)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = axe.Axe().run(page, options={"runOnly": _RULES}).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []
    page.context.close()


def test_the_filter_works_without_scripts(browser: Any, pages: dict[str, str]) -> None:
    page, _ = _open(browser, pages["sample"], java_script_enabled=False)
    rows = page.locator("#ksbs tbody tr:visible")
    everything = rows.count()
    page.check("#show-not-found")
    assert 0 < rows.count() < everything
    assert not page.locator("#record-tools").is_visible()
    page.context.close()


def test_the_record_sheet_is_kept_saved_loaded_and_cleared(browser: Any, pages: dict[str, str], tmp_path: Path) -> None:
    page, heard = _open(browser, pages["sample"], accept_downloads=True)
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


def test_it_prints_what_a_person_reads_and_says_what_is_left_out(browser: Any, pages: dict[str, str]) -> None:
    page, _ = _open(browser, pages["sample"])
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    assert [round(float(side)) for side in printed.pages[0].mediabox[2:]] == [595, 842]
    text = [" ".join(one.extract_text().split()) for one in printed.pages]
    assert all(f"page {number} of {len(text)}" in one for number, one in enumerate(text, 1))
    whole = " ".join(text)
    assert "every place, stand in the HTML and the JSON report" in whole
    for screen in ("Skip to the report", "Does not count", "How it was decided", "Save as JSON"):
        assert screen not in whole
    page.context.close()
