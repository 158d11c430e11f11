"""What is said first."""

from __future__ import annotations

from dataclasses import replace

from evidence_check.attention import attention
from evidence_check.model import Attention, Evidence, Finding, Gap, Location, Outcome, Pack, Report, Verdict
from tests.render.sample import EMPTY, REPORT


def _titles(report: Report) -> list[str]:
    return [point.title for point in attention(report)]


def test_pack_then_secret_then_the_least_shown_theme() -> None:
    assert attention(REPORT) == (
        Attention(
            "The pack is incomplete",
            "Incomplete: Analysis of KSBs. Cannot tell: Technical outputs.",
            "analysis",
        ),
        Attention(
            "Committed secret", "`app: app/settings.py:17` Looks like a live AWS access key.", "risk.hardcoded-secret"
        ),
        Attention(
            "Meeting User Needs: nothing was found for 1 of 1 pass criterion",
            "Writes user stories that are understandable to a wide range of stakeholders.",
            "user-needs.pass.1",
        ),
    )


def test_a_gap_that_leaves_much_open_comes_before_the_themes() -> None:
    gap = Gap(Location("app"), "history", "the clone is shallow")
    unknown = {f"source.x{i}": Finding(f"source.x{i}", Outcome.UNKNOWN, gaps=(gap,)) for i in range(6)}
    [_, _, point] = attention(replace(REPORT, findings={**REPORT.findings, **unknown}))
    assert point == Attention("6 questions could not be answered either way", "The clone is shallow.", "source.x0")


def test_a_complete_pack_leaves_room_for_the_rest() -> None:
    complete = replace(REPORT, pack=Pack(Verdict.COMPLETE, ()))
    assert _titles(complete) == [
        "Committed secret",
        "Meeting User Needs: nothing was found for 1 of 1 pass criterion",
        "Code Quality: only part was found of 2 of 3 pass criteria",
    ]
    assert (
        _titles(replace(REPORT, pack=Pack(Verdict.CANNOT_TELL, ())))[0] == "Whether the pack is complete cannot be told"
    )


def test_other_risks_come_last_and_nothing_is_made_up() -> None:
    risks = {k: v for k, v in REPORT.findings.items() if k == "risk.unpinned-image"}
    assert _titles(replace(EMPTY, findings=risks, signals=REPORT.signals)) == ["Moving image tags"]
    assert attention(EMPTY) == ()


def test_a_file_that_is_its_own_excerpt_is_named_once() -> None:
    place = "infra/errored.tfstate"
    state = Finding("risk.unpinned-image", Outcome.PRESENT, evidence=(Evidence(Location("app", place), "", place),))
    [point] = attention(replace(EMPTY, findings={"risk.unpinned-image": state}, signals=REPORT.signals))
    assert point.why == f"`{place}`."
