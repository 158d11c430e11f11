"""The history over time, in numbers."""

from __future__ import annotations

from datetime import date

from evidence_check.model import Author, Commit, Event, History, Location, Part
from evidence_check.timeline import timelines

_MONDAY = 1_704_067_200
"""1 January 2024, a Monday, 00:00 UTC."""
_DAY = 86_400


def _commit(id_: str, day: int, *, own: bool = True, parents: int = 1, author: int = 0, offset: int = 0) -> Commit:
    return Commit(id_, ("p",) * parents, author, _MONDAY + day * _DAY, offset, "subject", own)


_PART = Part(
    "app",
    ".",
    history=History(
        Location("app"),
        (
            _commit("t", 0, own=False),
            _commit("a", 1),
            _commit("b", 8, author=1),
            _commit("m", 9, parents=2),
            _commit("e", 14, offset=-60),
        ),
        (Author("Ann Example", ("a@x",), False, 3), Author("Bo Example", ("b@x",), False, 1)),
        measures={"contributors": 2.0, "template_commits": 1.0, "code_commits": 2.0, "tests_with_code": 1.0},
    ),
    events=(
        Event(Location("app", commit="b"), "tests-with-code"),
        Event(Location("app", commit="m"), "tag", "v1.0"),
    ),
)


def test_weeks_count_each_sort_of_commit() -> None:
    [told] = timelines([_PART])
    assert [(w.start, w.own, w.merges, w.other, w.with_tests, w.contributors) for w in told.weeks] == [
        ("2024-01-01", 1, 0, 1, 0, 1),
        ("2024-01-08", 2, 1, 0, 1, 2),
    ], "23:00 on a Sunday is the week before on the author's clock"
    assert told.releases == (("2024-01-10", "v1.0"),)
    assert (told.contributors, told.template, told.code_commits, told.tests_with_code) == (2, 1, 2, 1)


def test_nobody_is_named() -> None:
    assert "Example" not in str(timelines([_PART]))


def test_the_window_is_told_as_far_as_it_is_given() -> None:
    assert timelines([_PART])[0].window == ()
    assert timelines([_PART], (date(2024, 1, 2), None))[0].window == ("2024-01-02", "")


def test_a_part_without_history_has_no_timeline() -> None:
    assert timelines([Part("docs", ".")]) == ()


def test_a_time_out_of_every_calendar_ends_nothing() -> None:
    commits = (_commit("a", 10**9), _commit("b", -(10**9)))
    part = Part("app", ".", history=History(Location("app"), commits, (Author("x", (), False, 2),)))
    assert sum(week.own for week in timelines([part])[0].weeks) == 2
