"""The history over time, in numbers: who did what is nobody's to read off here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from evidence_check.model import Commit, History, Part, Timeline, Week

RELEASES = 30
"""Releases that are told: the newest."""
DAY = 24 * 3600
EPOCH = date(1970, 1, 1).toordinal()


def timelines(parts: Iterable[Part], window: tuple[date | None, date | None] = (None, None)) -> tuple[Timeline, ...]:
    """The weeks of each part's history; `window` is the first and last day of the project as far as they are given."""
    days = tuple(day.isoformat() if day else "" for day in window) if any(window) else ()
    return tuple(_timeline(part, part.history, days) for part in parts if part.history and part.history.commits)


def _timeline(part: Part, history: History, window: tuple[str, ...]) -> Timeline:
    when = {commit.id: _day(commit) for commit in history.commits}
    tested = {event.location.commit for event in part.events if event.what == "tests-with-code"}
    tags = {(date.fromordinal(day).isoformat(), event.name) for event in part.events
            if event.what == "tag" and (day := when.get(event.location.commit))}  # fmt: skip
    measures = history.measures
    return Timeline(
        part=part.name,
        weeks=_weeks(history, when, tested),
        releases=tuple(sorted(tags)[-RELEASES:]),
        contributors=int(measures.get("contributors", 0)),
        pull_requests=int(measures.get("pull_requests", 0)),
        template=int(measures.get("template_commits", 0)),
        code_commits=int(measures.get("code_commits", 0)),
        tests_with_code=int(measures.get("tests_with_code", 0)),
        window=window,
    )


def _weeks(history: History, when: dict[str, int], tested: set[str]) -> tuple[Week, ...]:
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    people: dict[int, set[int]] = defaultdict(set)
    for commit in history.commits:
        day = when[commit.id]
        monday = day - (day - 1) % 7  # the first day of all was one
        if not commit.own:
            counts[monday]["other"] += 1
            continue
        counts[monday]["merges" if len(commit.parents) > 1 else "own"] += 1
        counts[monday]["tested"] += commit.id in tested
        if not history.authors[commit.author].bot:
            people[monday].add(commit.author)
    return tuple(
        Week(date.fromordinal(monday).isoformat(), n["own"], n["merges"], n["other"], n["tested"], len(people[monday]))
        for monday, n in sorted(counts.items())
    )


def _day(commit: Commit) -> int:
    """The day on its author's clock, counted as `date.toordinal` does; a time that no calendar has is taken as the
    epoch's first day."""
    seconds = commit.time + 60 * commit.offset
    return EPOCH + (seconds // DAY if 0 <= seconds < 253_000_000_000 else 0)
