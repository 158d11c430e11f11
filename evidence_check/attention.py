"""What most needs somebody's attention: the few things to say first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from evidence_check.model import (
    Assessment,
    Attention,
    Criterion,
    Finding,
    Location,
    Outcome,
    Report,
    Status,
    Theme,
    Verdict,
)

LIMIT = 3
SERIOUS = ("risk.hardcoded-secret", "risk.committed-state", "risk.open-ingress")
"""Risks that harm somebody today, the worst first."""
_MANY_OPEN = 5
"""Unanswered questions from one reason that are worth a word of their own."""


def attention(report: Report) -> tuple[Attention, ...]:
    """The points to say first of a report that is complete but for them, most pressing first, `LIMIT` at most.

    An incomplete pack, then the worst risk, then a gap that leaves much open, then the themes whose pass criteria are
    least shown, then the other risks.
    """
    serious = [signal for signal in SERIOUS if _outcome(report, signal) is Outcome.PRESENT]
    others = [signal for signal in sorted(report.findings) if signal.startswith("risk.") and signal not in serious]
    points = [
        *_pack(report),
        *_risks(report, serious[:1]),
        *_gap(report),
        *_themes(report, Status.NOT_FOUND),
        *_risks(report, serious[1:]),
        *_themes(report, Status.PARTLY),
        *_risks(report, others),
    ]
    return tuple(points[:LIMIT])


def _pack(report: Report) -> Iterable[Attention]:
    if report.pack is None or report.pack.verdict is Verdict.COMPLETE:
        return
    open_items = {
        verdict: [item for item in report.pack.items if item.verdict is verdict]
        for verdict in (Verdict.INCOMPLETE, Verdict.CANNOT_TELL)
    }
    incomplete = report.pack.verdict is Verdict.INCOMPLETE
    title = "The pack is incomplete" if incomplete else "Whether the pack is complete cannot be told"
    told = {verdict: "; ".join(item.title for item in items) for verdict, items in open_items.items() if items}
    why = " ".join(
        f"{verdict.value.capitalize()}: {titles}." if len(told) > 1 else f"{titles}."
        for verdict, titles in told.items()
    )
    first = next((item.id for items in open_items.values() for item in items), "")
    yield Attention(title, why, first)


def _risks(report: Report, signals: Iterable[str]) -> Iterable[Attention]:
    for signal in signals:
        finding = report.findings[signal]
        if finding.outcome is Outcome.PRESENT and finding.evidence:
            text = report.signals.get(signal)
            yield Attention(text.title if text else signal, _where(report, finding), signal)


def _where(report: Report, finding: Finding) -> str:
    first = finding.evidence[0]
    part = f"{first.location.part}: " if len(report.parts) > 1 else ""
    more = f" It stands in {finding.total:,} places." if finding.total > 1 else ""
    said = first.told or first.excerpt
    told = "." if said in {"", first.location.path} else f" {sentence(said)}"
    return f"`{part}{first.location}`{told}{more}"


def _gap(report: Report) -> Iterable[Attention]:
    """The reason that leaves most questions open, where they are many."""
    unknown = [finding for finding in report.findings.values() if finding.outcome is Outcome.UNKNOWN]
    reasons = Counter(reason for finding in unknown for reason in {gap.reason for gap in finding.gaps})
    if reasons:
        reason, number = min(reasons.items(), key=lambda item: (-item[1], item[0]))
        if number >= _MANY_OPEN:
            about = min(f.signal for f in unknown if any(gap.reason == reason for gap in f.gaps))
            places = sorted({gap.location for f in unknown for gap in f.gaps if gap.reason == reason})
            yield Attention(
                f"{number} questions could not be answered either way", _gap_at(report, reason, places), about
            )


def _gap_at(report: Report, reason: str, places: Sequence[Location]) -> str:
    """The reason with its first file, where it is about files."""
    if not places[0].path:
        return sentence(reason)
    part = f"{places[0].part}: " if len(report.parts) > 1 else ""
    more = f" The same of {len(places) - 1:,} more." if len(places) > 1 else ""
    return f"`{part}{places[0]}` {sentence(reason)}{more}"


def _themes(report: Report, status: Status) -> Iterable[Attention]:
    """The themes with pass criteria of a status, most of them first."""
    assessed = {assessment.id: assessment for assessment in report.criteria}
    found: list[tuple[int, Theme, int, list[Criterion]]] = []
    for order, theme in enumerate(report.standard.themes):
        criteria = [c for c in report.standard.criteria if c.theme == theme.id and c.grade == "pass"]
        such = [c for c in criteria if _status(assessed.get(c.id)) is status]
        if theme.method == 1 and such:
            found.append((order, theme, len(criteria), such))
    words = "nothing was found for" if status is Status.NOT_FOUND else "only part was found of"
    for _, theme, number, such in sorted(found, key=lambda item: (-len(item[3]), item[0])):
        title = f"{theme.title}: {words} {len(such)} of {number} pass {'criterion' if number == 1 else 'criteria'}"
        yield Attention(title, " ".join(sentence(criterion.text) for criterion in such), such[0].id)


def _status(assessment: Assessment | None) -> Status | None:
    return assessment.status if assessment else None


def _outcome(report: Report, signal: str) -> Outcome | None:
    finding = report.findings.get(signal)
    return finding.outcome if finding else None


def sentence(text: str) -> str:
    """A text with a capital at the start and a stop at the end."""
    text = ended(text)
    return text[:1].upper() + text[1:]


def ended(text: str) -> str:
    """A text with a stop at the end; an empty one stays so."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."
