"""Findings to statuses: how far each KSB and criterion of a standard is shown. Never a grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evidence_check.model import Aspect, Assessment, Criterion, Finding, Ksb, Outcome, Standard, Status


def assess(
    standard: Standard, findings: Mapping[str, Finding]
) -> tuple[tuple[Assessment, ...], tuple[Assessment, ...]]:
    """Where every KSB and every criterion of the standard stands, in the standard's order.

    An aspect is shown where any of its signals is present; it could not be checked where none is and one is unknown.
    A signal that nobody answered counts as unknown.
    """
    ksbs = tuple(_assess(ksb.code, ksb, findings) for ksb in standard.ksbs)
    criteria = tuple(_assess(criterion.id, criterion, findings) for criterion in standard.criteria)
    return ksbs, criteria


def outcome(signal: str, findings: Mapping[str, Finding]) -> Outcome:
    """The outcome of a signal, unknown where nobody answered it."""
    return findings[signal].outcome if signal in findings else Outcome.UNKNOWN


def aspect_outcome(aspect: Aspect, findings: Mapping[str, Finding]) -> Outcome:
    """Whether an aspect is shown: by any signal; unknown where none shows it and one could not be answered."""
    outcomes = {outcome(signal, findings) for signal in aspect.signals}
    for answer in (Outcome.PRESENT, Outcome.UNKNOWN):
        if answer in outcomes:
            return answer
    return Outcome.ABSENT


def why_unknown(aspects: Iterable[Aspect], findings: Mapping[str, Finding]) -> str:
    """Why the signals of some aspects could not be answered, in one line: the first reason, and how many more."""
    reasons: dict[str, None] = {}
    for aspect in aspects:
        for signal in aspect.signals:
            if outcome(signal, findings) is Outcome.UNKNOWN:
                gaps = findings[signal].gaps if signal in findings else ()
                told = [f"{gap.location}: {gap.reason}".removeprefix(": ") for gap in gaps]
                reasons.update(dict.fromkeys(told or [f"nothing looked for {signal}"]))
    first, *more = reasons or ("no reason is known",)
    return f"{first} (and {len(more)} more)" if more else first


def _assess(id_: str, item: Ksb | Criterion, findings: Mapping[str, Finding]) -> Assessment:
    aspects = {answer: [a for a in item.shown_by if aspect_outcome(a, findings) is answer] for answer in Outcome}
    signals = tuple(dict.fromkeys(signal for aspect in item.shown_by for signal in aspect.signals))
    status = _status(aspects)
    return Assessment(
        id=id_,
        status=status,
        why=_why(status, aspects, item.assessor_only, findings),
        signals=tuple(signal for signal in signals if outcome(signal, findings) is Outcome.PRESENT),
        missing=tuple(signal for signal in signals if outcome(signal, findings) is Outcome.ABSENT),
        unknown=tuple(signal for signal in signals if outcome(signal, findings) is Outcome.UNKNOWN),
        leads=tuple(signal for signal in item.leads if outcome(signal, findings) is Outcome.PRESENT),
    )


def _status(aspects: Mapping[Outcome, list[Aspect]]) -> Status:
    if not any(aspects.values()):
        return Status.ASSESSOR_ONLY
    if aspects[Outcome.PRESENT]:
        return Status.PARTLY if aspects[Outcome.ABSENT] or aspects[Outcome.UNKNOWN] else Status.EVIDENCED
    return Status.NOT_CHECKED if aspects[Outcome.UNKNOWN] else Status.NOT_FOUND


def _why(
    status: Status, aspects: Mapping[Outcome, list[Aspect]], assessor_only: str, findings: Mapping[str, Finding]
) -> str:
    """The status in one line for a person: what was found, what was not, what could not be checked, what remains."""
    if status is Status.ASSESSOR_ONLY:
        return assessor_only
    words = []
    if aspects[Outcome.PRESENT]:
        words.append(f"Found: {_titles(aspects[Outcome.PRESENT])}.")
    if aspects[Outcome.ABSENT]:
        words.append(f"Not found: {_titles(aspects[Outcome.ABSENT])}.")
    if unknown := aspects[Outcome.UNKNOWN]:
        words.append(f"Could not be checked: {_titles(unknown)}, since {why_unknown(unknown, findings).rstrip('.')}.")
    if assessor_only:
        words.append(f"For the assessor: {assessor_only}")
    return " ".join(words)


def _titles(aspects: Iterable[Aspect]) -> str:
    return "; ".join(aspect.title for aspect in aspects)
