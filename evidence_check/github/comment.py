"""The comment on a pull request: the report in short, behind a mark by which a later run finds it again."""

from __future__ import annotations

from urllib.parse import quote

from evidence_check.github.summary import lead, told_once
from evidence_check.model import Comparison, Report
from evidence_check.render.markdown import render

LIMIT = 65_536
"""Characters that GitHub takes; more is refused (422)."""
_BUDGET = LIMIT - 2_048


def comment(report: Report, run: str, *, since: Comparison | None = None, failed: str = "") -> str:
    """The report in short as Markdown, well within `LIMIT`; `run` is the address of the run that has all of it."""
    text = render(told_once(report), _BUDGET, lead=lead(report, failed), since=since, brief=True)
    return f"{text}\n[The summary of the run]({run}) has the whole report.\n"


def mark(*names: str) -> str:
    """The hidden first line of the comment of a run of these names: its artefact and its case."""
    return f"<!-- evidence-check {' '.join(quote(name, safe='') or '-' for name in names)} -->"
