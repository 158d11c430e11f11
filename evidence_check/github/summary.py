"""The summary of a step: the report as Markdown, with what belongs to this run on top."""

from __future__ import annotations

from dataclasses import replace

from evidence_check.github import shallow
from evidence_check.model import Comparison, Report
from evidence_check.render._markup import prose
from evidence_check.render._sections import size
from evidence_check.render.markdown import render

LIMIT = 1024 * 1024
"""Bytes of a step's summary; GitHub drops one that is longer whole (GitHub Docs, "Adding a job summary")."""
_NO_ROOM = "\nThe evidence report has no room in this summary: the reports that the step wrote have all of it.\n"


def summary(report: Report, taken: int = 0, *, since: Comparison | None = None, failed: str = "") -> str:
    """Markdown of at most `LIMIT` less `taken` bytes: what there is no room for is left out, and said.

    `taken` is what the summary holds already; `failed` says why the job fails, where it does. Empty where there is
    not even room to say that there is none.
    """
    room = LIMIT - taken - 1
    text = "\n" + render(told_once(report), room - 1, lead=lead(report, failed), since=since)
    if size(text) <= room:
        return text
    return _NO_ROOM if size(_NO_ROOM) <= room else ""


def lead(report: Report, failed: str) -> str:
    """What is said before anything else: why the job fails, and that the checkout has no history."""
    alerts = [f"\n> [!CAUTION]\n> This job fails: {prose(failed)}"] if failed else []
    if told := shallow.told(report):
        alerts.append(f"\n> [!WARNING]\n> {told} {shallow.MEND}")
    return "\n".join(alerts)


def told_once(report: Report) -> Report:
    """The report without the point of attention that `lead` makes on top already."""
    kept = tuple(item for item in report.attention if not shallow.is_told_by(item))
    return replace(report, attention=kept)
