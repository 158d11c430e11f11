"""The HTML report: self-contained, accessible, and deaf to what a submission says."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_check.model import HandedPicture, Location, Report, Status
from evidence_check.render import html
from evidence_check.render.html import _TEMPLATES as TEMPLATES
from evidence_check.render.html import render
from tests.render.sample import EMPTY, HOSTILE, PIXEL, REPORT, hostile

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
        "The analysis against the evidence",
        "The way from commit to user",
        "The architecture as handed in",
        "The infrastructure as coded",
        "History",
        "Points to probe",
        "Whose work, whose data",
        "Reading list",
        "Leads for the professional discussion",
        "What was guessed",
        "What could not be looked at",
        "How each thing was decided",
        "Record sheet",
    ]
    glance = _section(_sample(), "glance")
    assert [title.contents[0].get_text().strip() for title in glance.find_all("h3")] == [
        "The pack",
        "What was handed in",
        "What most needs attention",
        "The themes in short",
        "How to read the statuses",
    ]


def test_says_who_what_and_when() -> None:
    header = _sample().header
    assert header is not None
    assert _text(header) == (
        "Pre-assessment report Moving the web service to containers Case CASE-17 DevOps Engineer, ST0825 version 1.0 "
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
    assert "evidenced claimed at app: docs/analysis.md:3" in _text(rows[0]), "the claim stands beside the evidence"
    assert "not checked not claimed" in _text(rows[1])
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


def test_the_documents_are_held_against_the_code() -> None:
    claims = _text(_section(_sample(), "claims"))
    assert "Claimed, but there is no such KSB (1) K99 ST0825 has no K99. app: docs/analysis.md:4" in claims
    assert "infra/x.tf app: docs/analysis.md:3 gone No such file." in claims
    drawing = _text(_section(_sample(), "drawing"))
    assert "Only drawn Queue" in drawing
    assert "Only in code cache: sessions infra: main.tf:9" in drawing
    people = _text(_section(_sample(), "people"))
    assert "Author 1 67 %, author 2 33 % of 3 own commits; apart: 1 commit of bots, 1 commit of a template." in people
    survive = "Author 1 75 %, author 2 25 % of 120 lines that survive in 9 of 11 files"
    assert f"{survive}; apart: 4 lines of bots, 36 lines of a template." in people
    assert "Lines were not counted: the clone is shallow." in people
    assert "E-mail address a***@***.org at app: README.md:2" in people


def test_every_signal_is_there_with_what_would_have_counted() -> None:
    decided = _section(_sample(), "decided")
    assert {tag.code.text for tag in decided.find_all("summary") if tag.code} == set(REPORT.findings)
    assert [title.text for title in decided.find_all("h3")][-2:] == ["training", "Points to probe"]
    doubles = _text(_section(_sample(), "s-tests-doubles"))
    assert doubles.startswith("absent Test doubles tests.doubles")
    assert "Counts Mock, patch, stub, fake or spy in test code." in doubles
    assert "Looked for everywhere it could be; nothing was found." in doubles
    memory = _text(_section(_sample(), "s-monitoring-memory"))
    assert (
        "Nothing was found, but this could not be looked at: infra: modules/legacy/main.tf:41 not valid HCL" in memory
    )
    assert "and 39 more places" in _text(_section(_sample(), "s-iac-provisioning"))


def test_the_architecture_as_handed_in_is_shown() -> None:
    section = _section(_sample(), "drawing")
    [drawing] = section.select("svg.drawing")
    assert [text.text for text in drawing.find_all("text")] == ["Customer", "Web", "Database"]  # no line joins a legend
    assert "Web Database" in _text(section.find_all("table")[0])
    [picture] = section.find_all("img")
    assert picture["src"] == f"data:image/webp;base64,{PIXEL}"
    assert "docs/system.png" in picture["alt"]
    assert "It is in a format that this page cannot show: open it beside this page." in _text(section)


@pytest.mark.parametrize(("media", "data"), [("text/html", PIXEL), ("image/webp", '"><script>'), ("image/png", PIXEL)])
def test_only_pictures_of_our_own_making_are_shown(media: str, data: str) -> None:
    assert REPORT.drawing is not None
    pictures = (HandedPicture(Location("app", "a.png"), "png", "", media, data),)
    page = _page(replace(REPORT, drawing=replace(REPORT.drawing, pictures=pictures)))
    assert not page.find_all("img")


def test_what_was_guessed_is_told_with_its_mend() -> None:
    guessed = _text(_section(_sample(), "guessed"))
    assert "Analysis app/docs/analysis.md It sets areas of the project against KSBs." in guessed
    assert 'app/docs/draft.md (names 4 KSBs) To give it: documents: {analysis: "app/docs/analysis.md"}' in guessed
    assert "Summary none found No document goes by that name; it is not asked for." in guessed
    assert "http://app.example.org/start is what the case file gives. It was never opened." in guessed
    assert "Named in 2 places: app: README.md:3" in guessed


def test_the_way_is_drawn_and_told() -> None:
    way = _section(_sample(), "way")
    [drawing] = way.select("svg.drawing")
    texts = [text.text for text in drawing.find_all("text")]
    assert texts == [
        "push to main", "pull request", "test", "tests: pytest", "lint: ruff (may fail)", "image", "build: docker",
        "deploy", "waits for approval", "deploy: terraform", "to production",
    ]  # fmt: skip
    signs = [sign["href"] for sign in drawing.find_all("use")]
    assert signs == ["#m-tests", "#m-lint", "#m-build", "#m-approval", "#m-deploy", "#m-environment"]
    assert all(_sample().find(id=sign[1:]) for sign in signs)
    assert len(drawing.select("path.edge")) == 4
    assert [_text(hole) for hole in way.select(".holes li")] == [
        "Not found: security scans",
        "Could not be checked: a deployment that waits for checks",
    ]
    table = _text(way.find_all("table")[0])
    assert "lint : ruff, and the job goes on if it fails app: .github/workflows/ci.yml:22 ruff check" in table
    assert (
        "nightly Nightly, github-actions app: nightly.yml:1 schedule 0 3 * * * no test, scan, build or deployment seen"
        in table
    )
    assert "and 3 more jobs" in _text(way)


def test_the_infrastructure_is_drawn_and_told() -> None:
    section = _section(_sample(), "infrastructure")
    assert "Group 1: 4 resources around aws_ecs_service web" in _text(section)
    assert len(section.select("path.edge")) == 2
    row = "web terraform aws_ecs_service aws_ecs_cluster main, aws_vpc main infra: main.tf:12"
    assert row in _text(section.find_all("table")[0])
    assert "aws ecs 2, compose service 2, aws vpc 1" in _text(section).replace("\xa0", " ")


def test_the_history_is_drawn_and_told_without_names() -> None:
    section = _section(_sample(), "history")
    chart = section.select_one("svg.chart")
    assert chart is not None
    assert {tag["class"][0] for tag in chart.find_all("rect")} == {"own", "merges", "other", "tests"}
    assert [text.text for text in chart.find_all("text")][2:4] == ["start 2024-01-03", "end 2024-02-09"]
    assert "5 of 8 commits that change application code also change tests. 6 commits came with a template" in _text(
        section
    )
    assert "2024-01-08 9 2 0 4 2" in _text(section.find_all("table")[0])


def test_questions_stand_with_their_theme_and_the_reading_list_in_order() -> None:
    theme = _text(_section(_sample(), "t-code-quality"))
    assert "How do the tests in app: tests/test_api.py:5 deal with the rest?" in theme
    assert "threshold" not in theme
    stops = [_text(stop) for stop in _section(_sample(), "reading").find_all("li")]
    assert stops == [
        "app: README.md:3 5 minutes Readme. First seen here: K7, K21.",
        (
            "app: .github/workflows/ci.yml:8 6 minutes CI/CD pipeline, Tests in the pipeline. "
            "First seen here: K1, K15. Seen again: K7."
        ),
    ]


def test_the_record_sheet_has_every_criterion_and_nothing_filled_in() -> None:
    record = _section(_sample(), "record")
    fields = record.find_all(attrs={"data-record": True})
    method_1 = {str(tag["id"]).removeprefix("c-") for tag in _sample().select("article.criterion")}
    assert len(fields) == 3 * len(method_1)
    assert {tag.name for tag in fields} == {"input", "textarea"}
    assert not [tag for tag in fields if tag.get("checked") is not None or tag.text]
    tools = record.find(id="record-tools")
    assert isinstance(tools, Tag)
    assert tools.has_attr("hidden"), "without scripts nothing is there that does not work"


# --- self-contained and safe ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report", REPORTS)
def test_nothing_is_loaded_run_or_sent(report: Report) -> None:
    page = _page(report)
    [script] = page.find_all("script")
    assert set(script.attrs) == set()
    assert script.encode_contents(formatter=None) == (TEMPLATES / "record.js").read_bytes(), "ours, whatever is shown"
    assert not page.find_all(["link", "iframe", "object", "embed", "form", "base", "audio", "video"])
    for tag in page.find_all():
        assert not [name for name in tag.attrs if name.startswith("on") or name in {"style", "srcset", "action"}]
        assert tag.name == "img" or "src" not in tag.attrs
        assert not tag.get("href") or tag["href"].startswith("#")
    for picture in page.find_all("img"):
        assert re.fullmatch(r"data:image/(?:webp|svg\+xml);base64,[A-Za-z0-9+/]+=*", str(picture["src"]))
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})
    assert isinstance(policy, Tag)
    assert page.style is not None
    css, code = (
        base64.b64encode(hashlib.sha256(tag.encode_contents(formatter=None)).digest()).decode()
        for tag in (page.style, script)
    )
    assert policy["content"] == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{css}'; script-src 'sha256-{code}'; "
        f"base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"url\(|@import|expression", page.style.text)


def _shape(page: BeautifulSoup) -> list[tuple[str, tuple[str, ...]]]:
    """The tags in order with their attributes' names; texts, and what their words decide the number of, left out.

    That is code, which quoted text becomes, and the lines of a box of a drawing.
    """
    assert all(tag.attrs.keys() <= {"class", "x", "y", "text-anchor"} for tag in page.find_all("text"))
    return [(tag.name, tuple(sorted(tag.attrs))) for tag in page.find_all() if tag.name not in {"code", "text"}]


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
    named = [tag["aria-labelledby"].split() for tag in page.find_all(attrs={"aria-labelledby": True})]
    assert {id_ for names in named for id_ in names} <= set(ids)
    for label in page.find_all("label"):
        assert label.text.strip()
        assert label.find(["input", "textarea"]) is not None
    skip = page.find("a")
    assert isinstance(skip, Tag)
    assert skip["href"] == "#report"
    for picture in page.select("svg.drawing"):
        assert picture.title is not None
        assert picture.desc is not None
        assert picture["role"] == "img"
        region = picture.parent
        assert region is not None
        assert region["tabindex"] == "0", "a wide drawing is scrolled by keys, too"
        assert region.find_next("details") is not None, "a table says the same"
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
    blocks = map(_colours, re.findall(r":root \{(.*?)\}", style.text, re.DOTALL))
    light, dark, paper = filter(None, blocks)  # where the system forces its colours, none is ours
    colours = {"light": light, "dark": light | dark, "print": light | paper}[scheme]
    pairs = [(text, ground) for text in ("ink", "quiet", "link") for ground in ("paper", "sheet", "wash")]
    pairs += [(name, f"{name}-wash") for name in ("evidenced", "partly", "missing", "open", "assessor")]
    pairs += [(name, ground) for name in ("evidenced", "missing", "open") for ground in ("paper", "sheet")]
    assert {f"{a} on {b}": round(c, 1) for a, b in pairs if (c := _contrast(colours[a], colours[b])) < 4.5} == {}


def test_every_header_of_a_table_says_what_it_is_the_header_of() -> None:
    headers = _sample().find_all("th")
    assert len(headers) > 50
    assert {str(header.get("scope")) for header in headers} == {"row", "col"}


def test_nothing_moves() -> None:
    style = _sample().find("style")
    assert isinstance(style, Tag)
    assert not re.search(r"animation|transition|scroll-behavior", style.text)


def test_compiled_templates_say_the_same_as_their_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = render(REPORT)
    shutil.copytree(TEMPLATES, tmp_path / "templates", ignore=shutil.ignore_patterns("*.html", "compiled-*"))
    html.compile_templates(tmp_path / "templates" / html.COMPILED)
    monkeypatch.setattr(html, "_TEMPLATES", tmp_path / "templates")
    html._environment.cache_clear()
    try:
        assert render(REPORT) == expected
    finally:
        html._environment.cache_clear()
