"""A checkout without its history: the one thing that a workflow's author mends with one line."""

from __future__ import annotations

from evidence_check.model import Attention, Gap, Report
from evidence_check.render._text import count
from evidence_check.submission.history import SHALLOW

MEND = "Give the step that uses actions/checkout `fetch-depth: 0`."


def is_shallow(gap: Gap) -> bool:
    """Whether a gap is the missing history of a shallow clone."""
    return gap.reason.startswith(SHALLOW)


def is_told_by(item: Attention) -> bool:
    """Whether a point of attention says no more than that."""
    return item.why.lower().startswith(SHALLOW)


def told(report: Report) -> str:
    """What a shallow checkout leaves open, in one sentence; empty where the history is there."""
    if not any(is_shallow(gap) for gap in report.gaps):
        return ""
    number = sum(any(is_shallow(gap) for gap in finding.gaps) for finding in report.findings.values())
    questions = f"{count(number, 'question')} about the work's history could not be answered"
    return f"The checkout is shallow, so {questions if number else 'the history was not seen'}."
