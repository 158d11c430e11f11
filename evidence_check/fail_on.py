"""`--fail-on`: the conditions on which a scan ends with 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from evidence_check.model import Report


@dataclass(frozen=True)
class FailOn:
    """Whether an incomplete pack fails, and the signals, KSBs and criteria that fail where they are not found."""

    incomplete: bool = False
    ids: tuple[str, ...] = ()


class BadCondition(ValueError):
    """A condition that is none, in one line for a person."""


def read_conditions(conditions: Iterable[str], unknown: Callable[[Collection[str]], str]) -> FailOn:
    """The conditions `incomplete` and `not-found:IDS`; `unknown` says what is wrong with ids, or nothing.

    Raises `BadCondition`.
    """
    incomplete = False
    ids: list[str] = []
    for condition in conditions:
        kind, _, rest = condition.partition(":")
        names = [name.strip() for name in rest.split(",") if name.strip()]
        if condition == "incomplete":
            incomplete = True
        elif kind == "not-found" and names:
            ids += names
        else:
            raise BadCondition(f"--fail-on takes `incomplete` or `not-found:IDS`, not `{condition}`")
    if ids and (wrong := unknown(ids)):
        raise BadCondition(f"--fail-on: {wrong}")
    return FailOn(incomplete, tuple(ids))


def reasons(fail_on: FailOn, report: Report) -> list[str]:
    """The conditions that hold. What could not be looked at is not "not found"."""
    from evidence_check.model import Outcome, Status, Verdict

    held = []
    if fail_on.incomplete and report.pack is not None and report.pack.verdict is Verdict.INCOMPLETE:
        held.append("the pack is incomplete")
    missing = {item.id for item in (*report.ksbs, *report.criteria) if item.status is Status.NOT_FOUND}
    missing |= {signal for signal, finding in report.findings.items() if finding.outcome is Outcome.ABSENT}
    if found := [id_ for id_ in fail_on.ids if id_ in missing]:
        held.append(f"not found: {', '.join(found)}")
    return held
