"""What is looked for and what the plan says, as text."""

from __future__ import annotations

import pytest

from evidence_check.model import SignalText
from evidence_check.render.explain import explain, known_ids, list_signals, list_standard
from tests.render.sample import SIGNALS
from tests.render.sample_standard import STANDARD


def _told(id_: str) -> str:
    text = explain(id_, STANDARD, SIGNALS)
    assert text is not None
    assert max(map(len, text.splitlines())) <= 80
    return " ".join(text.split())


def test_a_signal_says_what_counts_and_what_it_speaks_to() -> None:
    text = _told("monitoring.alerts")
    assert text.startswith("monitoring.alerts Alert rules Question Are alert rules with a condition configured?")
    assert "Counts Metric alarms, Prometheus alerting rules" in text
    assert "Does not count Thresholds checked by application code." in text
    assert "Speaks to K11 Monitoring and alerting technologies S6 S19" in text
    assert "Criteria operability.pass.1: Installs and manages" in text
    assert "Lead for K20 Pair/mob programming" in _told("source.pairing")
    assert "Touches K8" in _told("risk.unpinned-image")


def test_ksb_theme_criterion_and_item_say_where_the_plan_has_them() -> None:
    assert "K14 Test Driven Development" in _told("k14")
    assert "In the plan Mapping of KSBs, K14 Method 1, Project and Practical Assessment" in _told("K14")
    assert "Files show unit: tests.unit doubles: tests.doubles" in _told("K14")
    assert "Assessor only It is explained, no file can show it." in _told("K4")
    assert "KSBs K11 Monitoring" in _told("operability")
    criterion = _told("operability.pass.1")
    assert "In the plan Grading, Operability, 1 Theme Operability Grade pass criterion" in criterion
    assert "Assessor How thresholds were chosen is asked." in criterion
    assert "Words maximum 300" in _told("analysis")
    assert "Tells project plan dates" in _told("summary")


def test_everything_known_is_explained_and_nothing_else() -> None:
    ids = known_ids(STANDARD, SIGNALS)
    assert {"tests.unit", "K20", "peer-review", "peer-review.pass.1", "diagram", "summary"} <= set(ids)
    assert all(_told(id_) for id_ in ids)
    assert explain("tests.units", STANDARD, SIGNALS) is None


def test_lists_are_whole_and_narrow() -> None:
    signals, standard = list_signals(SIGNALS), list_standard(STANDARD)
    assert all(f"\n  {id_} " in signals for id_ in SIGNALS)
    assert signals.index("\nPoints to probe\n") > signals.index("\ntraining\n") > signals.index("Tests\n")
    assert all(f"\n  {ksb.code} " in standard for ksb in STANDARD.ksbs)
    assert all(criterion.id in standard for criterion in STANDARD.criteria)
    assert "maximum 300 words                 Length of the analysis" in standard
    assert max(map(len, (signals + standard).splitlines())) <= 80


@pytest.mark.parametrize("text", ["\x1b[31m", "a\nb", "\u202e"])
def test_texts_of_somebodys_own_rules_are_shown_safely(text: str) -> None:
    signals = {"own.signal": SignalText(text, text, text, text)}
    shown = (explain("own.signal", STANDARD, signals) or "") + list_signals(signals)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
