"""Statuses of KSBs and criteria, on a small standard and on the real one."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.assess import assess
from evidence_check.model import (
    Aspect,
    Assessment,
    Criterion,
    Finding,
    Gap,
    Ksb,
    Location,
    Outcome,
    Standard,
    Status,
)
from evidence_check.standard import load_standard, standard_path

SHALLOW = Gap(Location("app"), "history", "the clone is shallow")
BROKEN = Gap(Location("app", "deploy.yml", 3), "read", "not valid YAML")
LOGS = Aspect("metrics or logs", ("monitoring.metrics", "monitoring.logs"))
ALERTS = Aspect("alerts", ("monitoring.alerts",))
STANDARD = Standard(
    "X1",
    "1",
    "Small",
    "",
    ksbs=(
        Ksb("K11", 1, "Monitoring", "", (LOGS, ALERTS), leads=("docs.runbook",)),
        Ksb("S19", 1, "Interprets", "", (ALERTS,), "What it meant has to be explained."),
        Ksb("B3", 1, "Runs it", "", (), "A behaviour.", ("docs.post-incident",)),
    ),
    themes=(),
    criteria=(Criterion("operability.pass-1", "operability", "pass", "Covers", "", ("K11",), (LOGS,)),),
    figures={},
)


def findings(**outcomes: str) -> Mapping[str, Finding]:
    """Findings of a few signals: `y` present, `n` absent, `?` unknown for a shallow clone; all others absent."""
    signals = ["monitoring.metrics", "monitoring.logs", "monitoring.alerts", "docs.runbook", "docs.post-incident"]
    letters = {signal: outcomes.get(signal.split(".")[1].replace("-", "_"), "n") for signal in signals}
    kinds = {"y": Outcome.PRESENT, "n": Outcome.ABSENT, "?": Outcome.UNKNOWN}
    return {
        signal: Finding(signal, kinds[letter], gaps=(SHALLOW, BROKEN) if letter == "?" else ())
        for signal, letter in letters.items()
    }


def ksb(code: str, given: Mapping[str, Finding]) -> Assessment:
    return next(assessment for assessment in assess(STANDARD, given)[0] if assessment.id == code)


@pytest.mark.parametrize(
    ("outcomes", "status", "why"),
    [
        ({"logs": "y", "alerts": "y"}, Status.EVIDENCED, "Found: metrics or logs; alerts."),
        ({"logs": "y", "metrics": "?", "alerts": "y"}, Status.EVIDENCED, "Found: metrics or logs; alerts."),
        ({"logs": "y"}, Status.PARTLY, "Found: metrics or logs. Not found: alerts."),
        (
            {"logs": "y", "alerts": "?"},
            Status.PARTLY,
            "Found: metrics or logs. Could not be checked: alerts, since the clone is shallow (and 1 more).",
        ),
        ({}, Status.NOT_FOUND, "Not found: metrics or logs; alerts."),
        (
            {"metrics": "?"},
            Status.NOT_CHECKED,
            "Not found: alerts. Could not be checked: metrics or logs, since the clone is shallow (and 1 more).",
        ),
    ],
)
def test_the_status_follows_the_aspects(outcomes: dict[str, str], status: Status, why: str) -> None:
    assessment = ksb("K11", findings(**outcomes))
    assert (assessment.status, assessment.why) == (status, why)


def test_signals_are_told_apart_by_their_outcome() -> None:
    assessment = ksb("K11", findings(logs="y", metrics="?"))
    assert assessment.signals == ("monitoring.logs",)
    assert assessment.unknown == ("monitoring.metrics",)
    assert assessment.missing == ("monitoring.alerts",)


def test_what_is_left_to_the_assessor_is_a_remark_beside_evidence() -> None:
    assessment = ksb("S19", findings(alerts="y"))
    assert assessment.status is Status.EVIDENCED
    assert assessment.why == "Found: alerts. For the assessor: What it meant has to be explained."


def test_where_no_file_can_show_it_the_reason_is_given_and_leads_are_no_evidence() -> None:
    assessment = ksb("B3", findings(post_incident="y"))
    assert (assessment.status, assessment.why) == (Status.ASSESSOR_ONLY, "A behaviour.")
    assert assessment.signals == ()
    assert assessment.leads == ("docs.post-incident",)
    assert ksb("B3", findings()).leads == ()


def test_a_lead_changes_no_status() -> None:
    assessment = ksb("K11", findings(runbook="y"))
    assert assessment.status is Status.NOT_FOUND
    assert assessment.leads == ("docs.runbook",)


def test_a_place_is_named_with_its_reason() -> None:
    given = findings()
    given = {**given, "monitoring.alerts": Finding("monitoring.alerts", Outcome.UNKNOWN, gaps=(BROKEN,))}
    assert "since deploy.yml:3: not valid YAML." in ksb("K11", given).why


def test_a_signal_that_nobody_answered_is_not_absent() -> None:
    assessment = ksb("K11", {})
    assert assessment.status is Status.NOT_CHECKED
    assert "nothing looked for monitoring.metrics (and 2 more)" in assessment.why


# --- the real standard ------------------------------------------------------------------------------------------------

REAL = load_standard(standard_path())
ASPECTS = [aspect for ksb in REAL.ksbs for aspect in ksb.shown_by]
ASPECTS += [aspect for criterion in REAL.criteria for aspect in criterion.shown_by]
ALL = sorted({signal for aspect in ASPECTS for signal in aspect.signals})


def real(outcome: Outcome, *others: str) -> dict[str, Finding]:
    """Every signal with this outcome, and `others` present."""
    return {signal: Finding(signal, Outcome.PRESENT if signal in others else outcome) for signal in {*ALL, *others}}


@given(st.dictionaries(st.sampled_from(ALL), st.sampled_from(Outcome)))
def test_every_ksb_and_criterion_is_answered_in_order_and_in_one_line(outcomes: dict[str, Outcome]) -> None:
    ksbs, criteria = assess(REAL, {signal: Finding(signal, outcome) for signal, outcome in outcomes.items()})
    assert [assessment.id for assessment in ksbs] == [ksb.code for ksb in REAL.ksbs]
    assert [assessment.id for assessment in criteria] == [criterion.id for criterion in REAL.criteria]
    assert all(assessment.why and "\n" not in assessment.why for assessment in (*ksbs, *criteria))


@given(st.sets(st.sampled_from(ALL)), st.sampled_from(ALL))
def test_more_evidence_never_lowers_a_status(present: set[str], more: str) -> None:
    order = [Status.NOT_FOUND, Status.PARTLY, Status.EVIDENCED, Status.ASSESSOR_ONLY]
    before, after = (assess(REAL, real(Outcome.ABSENT, *signals)) for signals in (present, present | {more}))
    for old, new in zip((*before[0], *before[1]), (*after[0], *after[1]), strict=True):
        assert order.index(old.status) <= order.index(new.status)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.PRESENT, Status.EVIDENCED),
        (Outcome.ABSENT, Status.NOT_FOUND),
        (Outcome.UNKNOWN, Status.NOT_CHECKED),
    ],
)
def test_one_outcome_for_all_gives_one_status_wherever_files_can_show(outcome: Outcome, status: Status) -> None:
    ksbs, criteria = assess(REAL, real(outcome))
    assert {assessment.status for assessment in (*ksbs, *criteria)} == {status, Status.ASSESSOR_ONLY}


@pytest.mark.parametrize(
    ("code", "signals", "status"),
    [
        ("K11", "monitoring.metrics monitoring.cpu monitoring.alerts monitoring.dashboards", Status.EVIDENCED),
        ("K11", "monitoring.health-checks", Status.PARTLY),
        ("K14", "tests.unit", Status.PARTLY),
        ("K14", "tests.unit tests.doubles tests.integration cicd.automated-tests", Status.EVIDENCED),
        ("S18", "iac.provisioning iac.remote-state", Status.EVIDENCED),
        ("S18", "iac.orchestration", Status.PARTLY),
        ("S5", "iac.container-image refresh.patching", Status.PARTLY),
        ("S5", "iac.container-image refresh.immutable-deployment", Status.EVIDENCED),
        ("K5", "security.secrets-management", Status.PARTLY),
        ("S20", "source.branches", Status.PARTLY),
        ("S10", "security.threat-model security.access-control", Status.EVIDENCED),
        ("K10", "docs.readme", Status.NOT_FOUND),
        ("K4", "needs.prioritisation", Status.ASSESSOR_ONLY),
        ("S15", "cicd.pipeline cicd.build-artefact cicd.deployment", Status.PARTLY),
    ],
)
def test_what_an_assessor_would_agree_to(code: str, signals: str, status: Status) -> None:
    ksbs, _ = assess(REAL, real(Outcome.ABSENT, *signals.split()))
    assert {assessment.id: assessment.status for assessment in ksbs}[code] is status
