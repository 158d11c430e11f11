"""The history chart: what stands where."""

from __future__ import annotations

from evidence_check.model import Timeline, Week
from evidence_check.render._chart import WIDTH, Chart, chart


def _chart(*mondays: str) -> Chart:
    drawn = chart(Timeline("app", tuple(Week(monday, 2, 0, 0, 0, 1) for monday in mondays)))
    assert drawn is not None
    return drawn


def test_dates_stand_below_the_bars_that_they_are_of() -> None:
    short = _chart("2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22", "2024-01-29")
    assert (short.first, short.last) == ("2024-01-01", "2024-02-04")
    last = max(bar.x + bar.width for bar in short.bars)
    assert last <= short.end < last + 5
    assert short.end < WIDTH / 2, "five weeks do not fill the chart"
    full = _chart(*(f"2024-{month:02}-01" for month in (1, 4, 7)), "2024-09-30")
    assert full.end == WIDTH


def test_one_week_has_one_text_below() -> None:
    assert (_chart("2024-01-01").first, _chart("2024-01-01").last) == ("2024-01-01 to 2024-01-07", "")
