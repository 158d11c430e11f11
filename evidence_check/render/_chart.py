"""A part's history as a chart: weeks as bars, the project window and the releases marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from evidence_check.model import Timeline, Week

WIDTH, UP, DOWN, LEFT, TOP = 720, 120, 36, 34, 20
"""Measures in CSS pixels: the commits stand above the line, those with tests below it."""
BARS = 104
"""Bars that can still be told apart; beyond them, several weeks make one."""
_WEEK = timedelta(weeks=1)
_ROOM = 200
"""Where the last bar must end at least for a date below each end."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: `own`, `merges`, `other` or `tests`."""

    sort: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line and what it stands for."""

    x: float
    text: str
    end: bool
    """The text stands left of it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A part's history as shapes."""

    part: str
    told: str
    each: str
    """What a bar stands for: `week`, `2 weeks`."""
    most: int
    bars: tuple[Bar, ...]
    releases: tuple[Mark, ...]
    window: tuple[Mark, ...]
    first: str
    last: str
    """Empty where there is no room for it beside the first."""
    end: float
    """Where the last bar ends."""
    earlier: int
    """Commits before the part that is drawn: what came with a template."""
    width: int = WIDTH
    height: int = TOP + UP + DOWN + 22
    base: int = TOP + UP


def chart(timeline: Timeline) -> Chart | None:
    """The chart of a time line from its first own commit or the start of the window on; None where there is neither."""
    weeks = {date.fromisoformat(week.start): week for week in timeline.weeks}
    own = [monday for monday, week in weeks.items() if week.own or week.merges]
    days = [date.fromisoformat(day) for day in timeline.window if day]
    if not own:
        return None
    ends = [_monday(day) for day in days]
    first, last = min(own + ends), max(own + ends)
    span = (last - first) // _WEEK + 1
    size = -(-span // BARS)
    groups: list[list[Week]] = [[] for _ in range(-(-span // size))]
    for monday, week in weeks.items():
        if first <= monday <= last:
            groups[(monday - first) // _WEEK // size].append(week)
    sums = [
        (_sum(group, "own"), _sum(group, "merges"), _sum(group, "other"), _sum(group, "with_tests")) for group in groups
    ]
    most = max(sum(counts[:3]) for counts in sums) or 1
    step = (WIDTH - LEFT) / max(len(groups), 12)

    def at(day: date) -> float:
        return round(LEFT + step * ((day - first).days / 7 / size), 1)

    end = round(LEFT + step * len(groups), 1)
    sunday = (last + timedelta(days=6)).isoformat()
    half = (first + (last - first) / 2) if span > 1 else last
    return Chart(
        part=timeline.part,
        told=_told(timeline, first, last),
        each="week" if size == 1 else f"{size} weeks",
        most=most,
        bars=tuple(bar for place, counts in enumerate(sums) for bar in _bars(counts, LEFT + step * place, step, most)),
        releases=tuple(
            Mark(at(date.fromisoformat(day)), name, date.fromisoformat(day) > half)
            for day, name in timeline.releases
            if first <= _monday(date.fromisoformat(day)) <= last
        ),
        window=tuple(
            Mark(at(date.fromisoformat(day)), f"{word} {day}", word == "end")
            for word, day in zip(("start", "end"), timeline.window, strict=False)
            if day
        ),
        first=first.isoformat() if end >= _ROOM else f"{first} to {sunday}",
        last=sunday if end >= _ROOM else "",
        end=end,
        earlier=sum(week.own + week.merges + week.other for monday, week in weeks.items() if monday < first),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _sum(weeks: Sequence[Week], name: str) -> int:
    return sum(getattr(week, name) for week in weeks)


def _bars(counts: tuple[int, int, int, int], x: float, step: float, most: int) -> list[Bar]:
    bars, y, gap = [], float(TOP + UP), min(2.0, step / 4)
    for sort, number in zip(("own", "merges", "other"), counts[:3], strict=True):
        if number:
            height = max(UP * number / most, 1.5)
            y -= height
            bars.append(Bar(sort, round(x, 1), round(y, 1), round(step - gap, 1), round(height, 1)))
    if counts[3]:
        height = max(min(DOWN * counts[3] / most * UP / DOWN, DOWN), 1.5)
        bars.append(Bar("tests", round(x, 1), TOP + UP + 2.0, round(step - gap, 1), round(height, 1)))
    return bars


def _told(timeline: Timeline, first: date, last: date) -> str:
    own, merges = _sum(timeline.weeks, "own"), _sum(timeline.weeks, "merges")
    return (
        f"From {first} to {last + timedelta(days=6)}: {own} own commits and {merges} merges in "
        f"{sum(1 for week in timeline.weeks if week.own or week.merges)} weeks."
    )
