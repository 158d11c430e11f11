"""The standard and the rules speak of the same things: what one says of a signal, the other says too."""

from __future__ import annotations

from collections import Counter

from evidence_check.model import Aspect
from evidence_check.rulebook import load_rules
from evidence_check.standard import load_standard, standard_path

RULES = load_rules().rules
STANDARD = load_standard(standard_path(), RULES)
"""Loading fails on a signal that no rule answers."""


def signals(aspects: tuple[Aspect, ...]) -> list[str]:
    return [signal for aspect in aspects for signal in aspect.signals]


def test_a_ksb_is_shown_only_by_signals_that_speak_to_it() -> None:
    wrong = [(k.code, s) for k in STANDARD.ksbs for s in signals(k.shown_by) if k.code not in RULES[s].ksbs]
    assert wrong == []


def test_a_lead_of_a_ksb_is_a_signal_that_speaks_to_it() -> None:
    wrong = [
        (ksb.code, signal)
        for ksb in STANDARD.ksbs
        for signal in ksb.leads
        if ksb.code not in (*RULES[signal].ksbs, *RULES[signal].leads)
    ]
    assert wrong == []


def test_no_ksb_that_a_signal_speaks_to_forgets_it() -> None:
    codes = {ksb.code: {*signals(ksb.shown_by), *ksb.leads} for ksb in STANDARD.ksbs}
    forgotten = [
        (signal, code)
        for signal, rule in RULES.items()
        if not signal.startswith("risk.")
        for code in (*rule.ksbs, *rule.leads)
        if signal not in codes[code]
    ]
    assert forgotten == []


def test_a_signal_speaks_once_to_a_ksb() -> None:
    for ksb in STANDARD.ksbs:
        assert max(Counter((*signals(ksb.shown_by), *ksb.leads)).values(), default=1) == 1, ksb.code


def test_a_criterion_is_shown_only_by_signals_that_speak_to_one_of_its_ksbs() -> None:
    wrong = [
        (criterion.id, signal)
        for criterion in STANDARD.criteria
        for signal in signals(criterion.shown_by)
        if not set(criterion.ksbs) & set(RULES[signal].ksbs)
    ]
    assert wrong == []
