"""A case's dates against the plan's times. Days on which nobody works are said, and no date is ever moved for them."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from evidence_check.case import Dates
from evidence_check.model import Figure, PackItem, Standard, Verdict


def check_dates(standard: Standard, dates: Dates) -> tuple[PackItem, ...]:
    """Whether each step came in time: sign-off of the title, submission, practical assessment.

    `complete` is in time, the last day included; `incomplete` is late; `cannot tell` where a date is not given, and
    where a time was passed that the plan only calls typical.
    """
    figures = standard.figures
    return (
        _step("sign-off", "Sign-off of the title", figures["sign-off-weeks"], "gateway", dates.gateway, dates.sign_off),
        _step(
            "submission", "Submission", figures["submission-weeks"], "sign-off", dates.sign_off, dates.submission
        ),
        _step(
            "practical", "Practical assessment", figures["period-months"], "gateway", dates.gateway, dates.practical
        ),
    )  # fmt: skip


def last_day(start: date, figure: Figure) -> date:
    """The last day of a time of weeks or months that starts on a day; a month ends early where it is shorter."""
    if figure.unit == "weeks":
        return start + timedelta(weeks=figure.value)
    years, month = divmod(start.month - 1 + figure.value, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def day_off(day: date) -> str:
    """Why a day is not a working day in England ("a Saturday", "Boxing Day, a bank holiday"), empty where it is one."""
    import holidays

    if name := holidays.country_holidays("GB", subdiv="ENG", language="en_GB").get(day):
        return name if "Holiday" in name else f"{name}, a bank holiday"
    return f"a {day:%A}" if day.weekday() >= calendar.SATURDAY else ""


def _step(id_: str, title: str, figure: Figure, start_name: str, start: date | None, given: date | None) -> PackItem:
    item = f"date-{id_}"
    time = f"{figure.value} {figure.unit} from the {start_name}"
    if start is None or given is None:
        lacking = " and ".join(name for name, day in ((start_name, start), (id_, given)) if day is None)
        return PackItem(item, title, Verdict.CANNOT_TELL, f"The date of {lacking} is not given.")
    due = last_day(start, figure)
    late = (given - due).days
    if late <= 0:
        verdict, said = Verdict.COMPLETE, f"On {_day(given)}, within {time} ({_day(due)})."
    else:
        verdict = Verdict.CANNOT_TELL if figure.bound == "typical" else Verdict.INCOMPLETE
        said = f"On {_day(given)}, {late} {'day' if late == 1 else 'days'} after {time} ({_day(due)})."
        if figure.bound == "typical":
            said += " The plan calls this time typical, so the assessment organisation decides."
    off = [f"{_day(day)} is {why}" for day in sorted({given, due}) if (why := day_off(day))]
    if off:
        said += f" {'; '.join(off)}: whether that moves anything is for the assessment organisation to say."
    return PackItem(item, title, verdict, said)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
