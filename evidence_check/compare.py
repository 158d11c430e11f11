"""What changed from one report of a case to a later one: new, lost, fixed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from evidence_check.model import (
    Assessment,
    Change,
    Comparison,
    Finding,
    Outcome,
    PackItem,
    Report,
    Status,
    Verdict,
)

_UP = {
    Status.NOT_CHECKED: 0, Status.NOT_FOUND: 0, Status.PARTLY: 1, Status.EVIDENCED: 2,
    Verdict.CANNOT_TELL: 0, Verdict.INCOMPLETE: 0, Verdict.COMPLETE: 2,
}  # fmt: skip
"""How much of a KSB, criterion or pack item is there; assessor only stands outside."""


def compare(old: Report, new: Report) -> Comparison:
    """The changes between two reports, each once: pack, criteria, KSBs, then signals in the order of their ids.

    What only one of the reports asks (other rules, another standard) is no change of the submission, and is counted.
    """
    changes = [*_pack(old, new), *_assessed(old, new), *_signals(old, new)]
    asked = {name: set(report.findings) for name, report in (("old", old), ("new", new))}
    return Comparison(
        before=old.provenance,
        after=new.provenance,
        title=new.title or old.title,
        old_parts=old.parts,
        new_parts=new.parts,
        new=_of(changes, "new"),
        lost=_of(changes, "lost"),
        fixed=_of(changes, "fixed"),
        risks=_of(changes, "risk"),
        other=_of(changes, "other"),
        only_old=len(asked["old"] - asked["new"]),
        only_new=len(asked["new"] - asked["old"]),
    )


def _of(changes: Iterable[tuple[str, Change]], sort: str) -> tuple[Change, ...]:
    return tuple(change for kind, change in changes if kind == sort)


def _signals(old: Report, new: Report) -> Iterator[tuple[str, Change]]:
    for id_ in sorted(old.findings.keys() & new.findings.keys()):
        before, after = old.findings[id_], new.findings[id_]
        if before.outcome is after.outcome:
            continue
        text = new.signals.get(id_) or old.signals.get(id_)
        shown = after if after.outcome is Outcome.PRESENT else before
        change = Change(
            "signal", id_, text.title if text else id_, before.outcome.value, after.outcome.value,
            shown.evidence[0].location if shown.evidence else None, _why(after),
        )  # fmt: skip
        yield _sort(id_.startswith("risk."), before.outcome, after.outcome), change


def _sort(risk: bool, before: Outcome, after: Outcome) -> str:
    if after is Outcome.PRESENT:
        return "risk" if risk else "new"
    if before is Outcome.PRESENT and after is Outcome.ABSENT:
        return "fixed" if risk else "lost"
    return "other"


def _why(finding: Finding) -> str:
    return finding.gaps[0].reason if finding.gaps else ""


def _assessed(old: Report, new: Report) -> Iterator[tuple[str, Change]]:
    titles = {ksb.code: ksb.title for ksb in new.standard.ksbs} | {c.id: c.text for c in new.standard.criteria}
    for kind, olds, news in (("criterion", old.criteria, new.criteria), ("ksb", old.ksbs, new.ksbs)):
        yield from _moved(kind, olds, news, titles)


def _moved(
    kind: str, olds: Sequence[Assessment], news: Sequence[Assessment], titles: Mapping[str, str]
) -> Iterator[tuple[str, Change]]:
    known = {item.id: item for item in olds}
    for item in news:
        was = known.get(item.id)
        if was is not None and was.status is not item.status:
            change = Change(kind, item.id, titles.get(item.id, item.id), was.status.value, item.status.value)
            yield _direction(_UP.get(was.status), _UP.get(item.status), item.status is Status.NOT_CHECKED), change


def _pack(old: Report, new: Report) -> Iterator[tuple[str, Change]]:
    known: dict[str, PackItem] = {item.id: item for item in (old.pack.items if old.pack else ())}
    for item in new.pack.items if new.pack else ():
        was = known.get(item.id)
        if was is not None and was.verdict is not item.verdict:
            change = Change("pack", item.id, item.title, was.verdict.value, item.verdict.value, why=item.why)
            way = _direction(_UP[was.verdict], _UP[item.verdict], item.verdict is Verdict.CANNOT_TELL)
            yield "fixed" if way == "new" else way, change


def _direction(before: int | None, after: int | None, unchecked: bool) -> str:
    """What could not be looked at has not been lost."""
    if before is None or after is None or before == after or unchecked:
        return "other"
    return "new" if after > before else "lost"
