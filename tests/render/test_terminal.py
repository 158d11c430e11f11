"""The summary in the terminal: short, narrow, and without colour where nobody sees it."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from evidence_check.model import Report
from evidence_check.render.terminal import render
from tests.render.sample import EMPTY, HOSTILE, REPORT, hostile

_HOSTILE = "".join(HOSTILE)


def _folded(text: str) -> str:
    return " ".join(text.split())


def test_says_what_matters() -> None:
    text = render(REPORT)
    assert text.startswith(
        "Pre-assessment report\nCASE-17, Moving the web service to containers\nST0825 v1.0 DevOps Engineer\n"
    )
    titles = [line for line in text.splitlines() if line and not line.startswith(" ")][4:]
    assert titles == [
        "Pack: incomplete",
        "Most needs attention",
        "Theme: Code Quality",
        "Theme: Meeting User Needs",
        "Theme: Operability",
        "KSBs of the project and practical assessment (10)",
        "The analysis against the evidence (app: docs/analysis.md)",
        "The diagram against the code",
        "Points to probe",
        "Whose work, for the employer to confirm",
        "Personal data that was seen",
        "Guessed, since nobody gave it",
        "Could not be looked at: 15 places",
    ]
    flat = _folded(text)
    assert "infra commit 3f2a9c1b0d, 2024-05-03, 52 files (48 the apprentice's), 214 commits" in flat
    assert "incomplete Analysis of KSBs 412 words, over the limit of 300." in flat
    assert "1. The pack is incomplete Analysis of KSBs: 412 words, over the limit of 300." in flat
    assert "not checked dist Installs and manages monitoring tools" in flat
    assert "partly 3 K8 K11 K14" in flat
    assert "Committed secret app: app/settings.py:17" in flat
    assert "infra: legacy/01.tf:1 and 10 more: not valid HCL: a block is not closed" in flat
    assert "So 3 questions could not be answered either way." in flat
    assert len(text.splitlines()) < 84


@pytest.mark.parametrize("width", [80, 60])
@pytest.mark.parametrize("report", [REPORT, EMPTY, hostile("Ærøskøbing ☂ 名前" * 20), hostile("x" * 500)])
def test_no_line_is_wider_than_the_terminal(report: Report, width: int) -> None:
    assert max(cell_len(line) for line in render(report, width=width).splitlines()) <= width


def test_colour_only_where_asked_for() -> None:
    plain, colourful = render(REPORT), render(REPORT, colour=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", colourful).split() == plain.split()
    assert "\x1b[32mevidenced" in colourful


@pytest.mark.parametrize("text", [*HOSTILE, _HOSTILE, "x" * 70 + " ::error::pwned", "x" * 75 + "::error::pwned"])
def test_text_of_a_submission_commands_nothing(text: str) -> None:
    shown = render(hostile(text))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u202e\ud800-\udfff]", shown)
    assert not re.search(r"^\s*::|##\[|##vso\[", shown, re.MULTILINE)
    shown.encode("utf-8")


def test_markup_of_the_library_is_text() -> None:
    assert "[bold red]markup[/] :smile:" in _folded(render(hostile("[bold red]markup[/] :smile:")))


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = render(REPORT), render(REPORT, colour=True)
    for name, value in {"COLUMNS": "30", "FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)
    assert (render(REPORT), render(REPORT, colour=True)) == expected
