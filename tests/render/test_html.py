"""The HTML report: self-contained, accessible, and deaf to what a submission says."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_check.model import Report, Status
from evidence_check.render.html import render
from tests.render.sample import EMPTY, HOSTILE, REPORT, hostile

REPORTS = [REPORT, EMPTY, hostile("".join(HOSTILE))]


def _page(report: Report) -> BeautifulSoup:
    return BeautifulSoup(render(report), "html.parser")


@cache
def _sample() -> BeautifulSoup:
    return _page(REPORT)


def _section(page: BeautifulSoup, id_: str) -> Tag:
    found = page.find(id=id_)
    assert isinstance(found, Tag)
    return found


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


# --- what it says -----------------------------------------------------------------------------------------------------


def test_contents_stand_in_the_order_an_assessor_reads() -> None:
    assert [title.text for title in _sample().find_all("h2")] == [
        "At a glance",
        "The themes of the project and practical assessment",
        "KSB matrix",
        "Points to probe",
        "Leads for the professional discussion",
        "What could not be looked at",
        "How each thing was decided",
    ]
    glance = _section(_sample(), "glance")
    assert [title.contents[0].get_text().strip() for title in glance.find_all("h3")] == [
        "What was handed in",
        "The pack",
        "What most needs attention",
        "The themes in short",
        "How to read the statuses",
    ]


def test_says_who_what_and_when() -> None:
    header = _sample().header
    assert header is not None
    assert _text(header) == (
        "Pre-assessment report Moving the web service to containers DevOps Engineer, ST0825 version 1.0 "
        "evidence-check 0.1.0, rules 0123456789ab, 2024-05-04 09:30:00 UTC"
    )
    glance = _text(_section(_sample(), "glance"))
    assert "infra https://git.example/infra.git 3f2a9c1b0d of 2024-05-03 52 files, 48 of them" in glance
    assert "7 more that git does not track were not looked at" in glance
    assert "Analysis of KSBs incomplete 412 words, over the limit of 300. app: docs/analysis.docx" in glance
    assert "never a grade" in glance


def test_a_criterion_shows_what_was_found_what_was_not_and_what_is_left_to_ask() -> None:
    cards = {_text(card.h4): _text(card) for card in _sample().select(".criterion") if card.h4}
    tests = next(text for title, text in cards.items() if title.startswith("Writes code around unit tests"))
    assert "partly pass criterion" in tests
    assert (
        "Unit tests app: tests/test_api.py:5 pytest Tests with assertions of the API. 14 tests, 31 assertions" in tests
    )
    assert "Not found. Looked for: Test doubles ." in tests
    versioned = next(text for title, text in cards.items() if title.startswith("Writes code, both"))
    assert "Could not be checked: Work on branches ." in versioned
    assert "Infrastructure as code (41 places)" in versioned
    alerts = next(text for title, text in cards.items() if title.startswith("Installs and manages monitoring and"))
    assert "Left to the assessor: How thresholds were chosen is asked." in alerts
    assert len(cards) == 6  # method 2 is not among the themes


def test_the_matrix_has_every_ksb_of_method_1_and_a_filter_without_script() -> None:
    matrix = _section(_sample(), "ksbs")
    rows = matrix.select("tbody tr")
    assert [_text(code) for code in matrix.select("tbody .code")] == "K1 K2 K4 K7 K8 K11 K14 S3 S20 B3".split()
    assert Counter(row["class"][0] for row in rows) == {
        "evidenced": 2, "partly": 3, "not-found": 1, "not-checked": 2, "assessor-only": 2,
    }  # fmt: skip
    labels = [_text(label) for label in matrix.select(".filter label")]
    assert labels == [
        "all (10)",
        "evidenced (2)",
        "partly (3)",
        "not found (1)",
        "not checked (2)",
        "assessor only (2)",
    ]
    style = _sample().style
    assert style is not None
    for status in Status:
        name = status.value.replace(" ", "-")
        assert matrix.find(id=f"show-{name}")
        assert f"#ksbs:has(#show-{name}:checked) tbody tr:not(.{name})" in style.text


def test_risks_leads_and_gaps_are_apart() -> None:
    probe = _text(_section(_sample(), "probe"))
    assert "Is a live-looking secret committed? Yes. Touches K5, K16, S9, S10. app: app/settings.py:17" in probe
    assert "Looked for and not seen: Ignored failures ." in probe
    assert "Could not be checked: Port open to the world ." in probe
    leads = _text(_section(_sample(), "leads"))
    assert (
        "K20 Pair/mob programming techniques and when to use each technique Pair work at infra: commit 3f2a9c1b0d"
        in leads
    )
    gaps = _section(_sample(), "gaps")
    assert "Not valid HCL: a block is not closed infra: modules/legacy/main.tf:41" in _text(gaps)
    assert "8 more places" in _text(gaps)
    assert [code.text for code in gaps.select("th code")] == ["git fetch --unshallow", "fetch-depth: 0"]
    assert "Everything that was handed in could be looked at." in _text(
        _section(_page(replace(REPORT, gaps=())), "gaps")
    )


def test_every_signal_is_there_with_what_would_have_counted() -> None:
    decided = _section(_sample(), "decided")
    assert {tag.code.text for tag in decided.find_all("summary") if tag.code} == set(REPORT.findings)
    assert [title.text for title in decided.find_all("h3")][-2:] == ["training", "Points to probe"]
    doubles = _text(_section(_sample(), "s-tests-doubles"))
    assert doubles.startswith("absent Test doubles tests.doubles")
    assert "Counts Mock, patch, stub, fake or spy in test code." in doubles
    assert "Looked for everywhere it could stand; nothing was found." in doubles
    memory = _text(_section(_sample(), "s-monitoring-memory"))
    assert (
        "Nothing was found, but this could not be looked at: infra: modules/legacy/main.tf:41 not valid HCL" in memory
    )
    assert "and 39 more places" in _text(_section(_sample(), "s-iac-provisioning"))


# --- self-contained and safe ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report", REPORTS)
def test_nothing_is_loaded_run_or_sent(report: Report) -> None:
    page = _page(report)
    assert not page.find_all(["script", "link", "img", "iframe", "object", "embed", "form", "base", "audio", "video"])
    for tag in page.find_all():
        assert not [name for name in tag.attrs if name.startswith("on") or name in {"style", "src", "srcset", "action"}]
        assert not tag.get("href") or tag["href"].startswith("#")
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})
    assert isinstance(policy, Tag)
    assert page.style is not None
    digest = base64.b64encode(hashlib.sha256(page.style.encode_contents(formatter=None)).digest()).decode()
    assert policy["content"] == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import|expression", page.style.text)


def _shape(page: BeautifulSoup) -> list[tuple[str, tuple[str, ...]]]:
    """The tags in order with their attributes' names; texts, and code that quoted text becomes, left out."""
    return [(tag.name, tuple(sorted(tag.attrs))) for tag in page.find_all() if tag.name != "code"]


@cache
def _harmless() -> list[tuple[str, tuple[str, ...]]]:
    return _shape(_page(hostile("harmless")))


@pytest.mark.parametrize("text", [*HOSTILE, "".join(HOSTILE)])
def test_text_of_a_submission_becomes_no_markup(text: str) -> None:
    page = render(hostile(text))
    assert _shape(BeautifulSoup(page, "html.parser")) == _harmless()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u202e\ud800-\udfff]", page)
    assert not re.search(r"^\s*::|##\[|##vso\[", page, re.MULTILINE)
    page.encode("utf-8")


@settings(max_examples=15)
@given(st.text(min_size=1, max_size=30))
def test_no_text_becomes_markup(text: str) -> None:
    assert _shape(_page(hostile(text))) == _harmless()


def test_what_was_written_is_what_is_read() -> None:
    probe = _text(_section(_page(hostile(HOSTILE[0])), "probe"))
    assert HOSTILE[0] in probe
    assert "\\u202egnp.exe" in _text(_section(_page(hostile(HOSTILE[2])), "probe"))


def test_same_report_same_bytes() -> None:
    shuffled = replace(REPORT, findings=dict(reversed(list(REPORT.findings.items()))))
    assert render(REPORT) == render(shuffled)


# --- accessible (what can be seen without a browser) ------------------------------------------------------------------


@pytest.mark.parametrize("report", REPORTS)
def test_structure_is_what_assistive_technology_needs(report: Report) -> None:
    page = _page(report)
    assert page.html is not None
    assert page.html["lang"] == "en-GB"
    assert page.title is not None
    assert page.title.text.startswith("Pre-assessment report")
    levels = [int(tag.name[1]) for tag in page.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in page.find_all("table"):
        assert table.caption is not None
        assert table.caption.text.strip()
        assert all(head.get("scope") in {"col", "row"} for head in table.find_all("th"))
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {tag["href"][1:] for tag in page.find_all("a")} <= set(ids)
    assert {tag["aria-labelledby"] for tag in page.find_all(attrs={"aria-labelledby": True})} <= set(ids)
    for label in page.find_all("label"):
        assert label.text.strip()
        assert label.input is not None
    skip = page.find("a")
    assert isinstance(skip, Tag)
    assert skip["href"] == "#report"
    for chip in page.select(".chip"):
        assert chip.text.strip()
        assert chip.svg is not None
        assert chip.svg["aria-hidden"] == "true"


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", css))


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    values = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_every_text_has_the_contrast_of_wcag_aa(scheme: str) -> None:
    style = _sample().style
    assert style is not None
    light, dark, paper = (_colours(block) for block in re.findall(r":root \{(.*?)\}", style.text, re.DOTALL))
    colours = {"light": light, "dark": light | dark, "print": light | paper}[scheme]
    pairs = [(text, ground) for text in ("ink", "quiet", "link") for ground in ("paper", "sheet", "wash")]
    pairs += [(name, f"{name}-wash") for name in ("evidenced", "partly", "missing", "open", "assessor")]
    pairs += [(name, ground) for name in ("evidenced", "missing", "open") for ground in ("paper", "sheet")]
    assert {f"{a} on {b}": round(c, 1) for a, b in pairs if (c := _contrast(colours[a], colours[b])) < 4.5} == {}
