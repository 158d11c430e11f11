"""Annotations of a run: the few things that are worth a line beside the code, as workflow commands.

Syntax and escapes: GitHub Docs, "Workflow commands for GitHub Actions", and `escapeData` and `escapeProperty` of
actions/toolkit (packages/core/src/command.ts).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from evidence_check.attention import SERIOUS, ended, sentence
from evidence_check.github import shallow
from evidence_check.github.places import Place
from evidence_check.model import Comparison, Finding, Location, PackItem, Report, Verdict
from evidence_check.render._text import count, cut, folded, inert, visible
from evidence_check.render._view import View
from evidence_check.render.comparison import figures

LIMIT = 10
"""GitHub shows ten annotations of each level for a step, and drops the others."""
_OWN = 1
"""Of those, what is left to the steps that come after the scan."""
_TITLES = 4
"""Titles that a list in a message names before it counts the rest."""
_LONGEST = 400
"""Characters of a message: GitHub shows a few lines of it."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A line beside the code, or beside the run where it has no place."""

    level: str
    """`error`, `warning` or `notice`."""
    title: str
    message: str
    location: Location | None = None


def commands(
    report: Report,
    place: Place,
    *,
    since: Comparison | None = None,
    failed: str = "",
    notes: Iterable[Annotation] = (),
) -> str:
    """The annotations as lines of workflow commands, the most useful first, at most `LIMIT` of each level.

    An error says why the job fails. Warnings are what to mend: a shallow checkout, missing items of the pack, what was
    lost since the last report, files that could not be read, risks, things that the analysis names and that are not
    there. Notices are what to know: the figures, what changed, what was not found of the KSBs and would count.
    `notes` come before their like. What there is no room for is counted in the last of its level.
    """
    view = View(report)
    given = list(notes)
    levels = {
        "error": [Annotation("error", "This job fails", sentence(failed))] if failed else [],
        "warning": list(_warnings(view, since)),
        "notice": list(_notices(view, since)),
    }
    lines: list[str] = []
    for level, own in levels.items():
        all_ = [note for note in given if note.level == level] + own
        lines += [line(item, place, view) for item in _first(all_, LIMIT - _OWN, level)]
    return "".join(lines)


def line(annotation: Annotation, place: Place | None = None, view: View | None = None) -> str:
    """A workflow command, with the line break that ends it."""
    message, location = folded(annotation.message), annotation.location
    properties = {"title": folded(annotation.title)}
    if location is not None and place is not None and view is not None:
        path = place(location)
        if path and visible(path) == path:
            properties |= {"file": path} | ({"line": str(location.line)} if location.line else {})
        else:
            message = f"{folded(view.place(location))}: {message}"
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{annotation.level} {told}::{_data(cut(message, _LONGEST))}\n"


def _data(text: str) -> str:
    text = inert(text, "\\::", "## ")
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _first(items: list[Annotation], limit: int, level: str) -> Iterator[Annotation]:
    if len(items) <= limit:
        yield from items
        return
    yield from islice(items, limit - 1)
    left = items[limit - 1 :]
    titles = dict.fromkeys(item.title for item in left)
    more = count(len(left), f"more {level}")
    yield Annotation(level, more, f"There was no room for {more}: {'; '.join(titles)}. The summary has all of it.")


# --- what to mend -----------------------------------------------------------------------------------------------------


def _warnings(view: View, since: Comparison | None) -> Iterator[Annotation]:
    if told := shallow.told(view.report):
        yield Annotation("warning", "Shallow checkout", f"{told} {shallow.MEND}")
    yield from _items(view, Verdict.INCOMPLETE, "warning")
    if lost := [change.title for change in (since.lost if since else ()) if change.kind == "signal"]:
        yield Annotation("warning", "Lost since the last report", f"No longer found: {_listed(lost)}.")
    yield from _unread(view)
    by_harm = sorted(view.risks, key=lambda s: SERIOUS.index(s.id) if s.id in SERIOUS else len(SERIOUS))
    for signal in by_harm:
        evidence = signal.finding.evidence[0]
        counts = f" What counts: {ended(signal.text.counts)}" if signal.text.counts else ""
        message = f"{sentence(evidence.told or evidence.excerpt)}{_more(signal.finding)}{counts}".strip()
        yield Annotation("warning", signal.text.title, message, evidence.location)
    for mention in view.open_mentions:
        if mention.result.value in {"gone", "different"}:
            message = f"The analysis names `{mention.text}`: {mention.told}"
            yield Annotation("warning", f"Named in the analysis but {mention.result.value}", message, mention.location)


def _unread(view: View) -> Iterator[Annotation]:
    """Files that could not be read and may hide something, those that leave most questions open first."""
    for reason, gaps in view.gaps:
        first = gaps[0]
        if first.hides and first.location.path:
            rest = f" The same of {count(len(gaps) - 1, 'other place')}." if len(gaps) > 1 else ""
            number = sum(any(gap.reason == reason for gap in signal.finding.gaps) for signal in view.unknown)
            left = f" So {count(number, 'question')} could not be answered." if number else ""
            yield Annotation("warning", "Could not be read", f"{sentence(reason)}{rest}{left}", first.location)


def _items(view: View, verdict: Verdict, level: str) -> Iterator[Annotation]:
    items: tuple[PackItem, ...] = view.report.pack.items if view.report.pack else ()
    for item in items:
        if item.verdict is verdict:
            location = item.evidence[0].location if item.evidence else None
            yield Annotation(level, f"Pack {verdict.value}: {item.title}", f"{item.why} {item.mend}".strip(), location)


def _more(finding: Finding) -> str:
    more = max(finding.total, len(finding.evidence)) - 1
    return f" And {count(more, 'more place')}." if more > 0 else ""


# --- what to know -----------------------------------------------------------------------------------------------------


def _notices(view: View, since: Comparison | None) -> Iterator[Annotation]:
    counts = ", ".join(f"{number} {status.value}" for status, number in view.ksb_counts.items() if number)
    verdict = f"Pack: {view.report.pack.verdict.value}. " if view.report.pack else ""
    if counts:
        yield Annotation("notice", "Evidence", f"{verdict}KSBs: {counts}. It is never a grade.")
    if since is not None:
        yield Annotation("notice", "Since the last report", f"{figures(since) or 'Nothing changed'}.")
    yield from _items(view, Verdict.CANNOT_TELL, "notice")
    for thing in view.wanted:
        looked = f"Looked for: {_listed([signal.text.title for signal in thing.looked_for])}."
        counts = f" Would count: {ended(thing.counts)}" if thing.counts else ""
        yield Annotation("notice", f"Not found: {thing.title} ({', '.join(thing.ksbs)})", looked + counts)


def _listed(titles: list[str]) -> str:
    """The first few, and how many more."""
    more = len(titles) - _TITLES
    return ", ".join(titles[:_TITLES]) + (f" and {more} more" if more > 0 else "")
