"""The Action's outputs."""

from __future__ import annotations

from collections.abc import Mapping

from evidence_check.model import Report, Verdict
from evidence_check.render._view import View


def outputs(report: Report, folder: str) -> dict[str, str]:
    """Verdict of the pack, number of KSBs (of the project and practical assessment) by status, and the reports' folder.

    A status is named as the report names it, with hyphens.
    """
    counts = View(report).ksb_counts
    verdict = report.pack.verdict if report.pack else Verdict.CANNOT_TELL
    return {
        "verdict": verdict.value,
        **{status.value.replace(" ", "-"): str(number) for status, number in counts.items()},
        "report": folder,
    }


def assignments(values: Mapping[str, str], end: str) -> str:
    """Lines for the file GITHUB_OUTPUT. `end` is a word that no value can know, so that none can end early.

    Syntax: GitHub Docs, "Workflow commands for GitHub Actions", multiline strings.
    """
    return "".join(f"{name}<<{end}\n{value}\n{end}\n" for name, value in values.items())
