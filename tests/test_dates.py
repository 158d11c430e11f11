"""Dates against the plan's times: edges, months of unequal length, and days on which nobody works."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.case import Dates
from evidence_check.dates import check_dates, day_off, last_day
from evidence_check.model import PackItem, Verdict
from evidence_check.standard import load_standard, standard_path

STANDARD = load_standard(standard_path())


def steps(*days: str) -> dict[str, PackItem]:
    """The steps of a case whose gateway, sign-off, submission and practical are on these days; `-` where not given."""
    dates = Dates(*(None if day == "-" else date.fromisoformat(day) for day in days))
    return {item.id: item for item in check_dates(STANDARD, dates)}


@pytest.mark.parametrize(
    ("days", "step", "verdict", "said"),
    [
        (("2024-03-05", "2024-03-19"), "sign-off", "complete", "On 19 March 2024, within 2 weeks from the gateway"),
        (
            ("2024-03-05", "2024-03-20"),
            "sign-off",
            "incomplete",
            "1 day after 2 weeks from the gateway (19 March 2024)",
        ),
        (("2024-03-05", "2024-03-12", "2024-06-11"), "submission", "complete", "within 13 weeks from the sign-off"),
        (("2024-03-05", "2024-03-12", "2024-06-13"), "submission", "incomplete", "2 days after 13 weeks"),
        (
            ("2024-03-05", "-", "-", "2024-07-05"),
            "practical",
            "complete",
            "within 4 months from the gateway (5 July 2024)",
        ),
        (("2024-03-05", "-", "-", "2024-07-09"), "practical", "cannot tell", "4 days after 4 months"),
        (("2023-10-31", "-", "-", "2024-02-29"), "practical", "complete", "(29 February 2024)"),
        (("2022-10-31", "-", "-", "2023-03-01"), "practical", "cannot tell", "1 day after 4 months"),
        (("2024-11-05", "-", "-", "2025-03-05"), "practical", "complete", "(5 March 2025)"),
        (("2024-03-05",), "sign-off", "cannot tell", "The date of sign-off is not given."),
        (("-",), "submission", "cannot tell", "The date of sign-off and submission is not given."),
    ],
)
def test_a_step_in_time_late_or_unknown(days: tuple[str, ...], step: str, verdict: str, said: str) -> None:
    item = steps(*days)[f"date-{step}"]
    assert item.verdict == verdict
    assert said in item.why


def test_a_time_that_is_only_typical_is_left_to_the_organisation() -> None:
    why = steps("2024-03-05", "-", "-", "2024-07-09")["date-practical"].why
    assert "The plan calls this time typical, so the assessment organisation decides." in why


def test_weekends_and_bank_holidays_are_said_and_move_nothing() -> None:
    weekend = steps("2024-03-02", "2024-03-16")["date-sign-off"]
    assert weekend.verdict is Verdict.COMPLETE
    assert "16 March 2024 is a Saturday: whether that moves anything is for the" in weekend.why
    late = steps("2024-08-12", "2024-08-27")["date-sign-off"]
    assert late.verdict is Verdict.INCOMPLETE
    assert "26 August 2024 is Late Summer Bank Holiday: whether" in late.why
    assert "moves anything" not in steps("2024-03-05", "2024-03-19")["date-sign-off"].why


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2023-05-08", "Coronation of Charles III, a bank holiday"),
        ("2024-12-26", "Boxing Day, a bank holiday"),
        ("2024-12-22", "a Sunday"),
        ("2024-12-24", ""),
        ("2024-01-02", ""),  # a bank holiday in Scotland only
    ],
)
def test_days_off_are_those_of_england(day: str, said: str) -> None:
    assert day_off(date.fromisoformat(day)) == said


@given(st.dates(date(2015, 1, 1), date(2099, 12, 31)))
def test_a_month_limit_falls_in_the_right_month_on_the_same_day_or_the_month_s_last(start: date) -> None:
    due = last_day(start, STANDARD.figures["period-months"])
    assert (due.year * 12 + due.month) - (start.year * 12 + start.month) == 4
    assert due.day == start.day or (due.day < start.day and (due + timedelta(days=1)).day == 1)
