"""The text of a first case file: what a scan of a folder found is filled in, the rest is there to be uncommented."""

from __future__ import annotations

import json
from collections.abc import Iterator

from evidence_check.expressions import expression
from evidence_check.model import Evidence, PackItem, Report, Verdict

_HEAD = """\
# What was handed in for this case, for evidence-check. Everything here is optional: what is not given is looked for.
# Lines that start with # are not read; take the # away to use one. Paths are relative to this file's folder.

# A pseudonym for the case: never a name, an e-mail address or a ULN.
# case: AB-2026-001
"""
_TAIL = """\

# dates:
#   gateway: 2026-03-02
#   sign-off: 2026-03-12
#   submission: 2026-06-05
#   practical: 2026-06-19

# epao:
#   name: "The assessment organisation"
#   word-tolerance: 0                          # per cent that a document may be longer than its limit
#   documents:
#     - title: "Employer reference"
#       file: documents/reference.pdf

# live: https://app.example.org
"""


def case_text(report: Report) -> str:
    """The YAML text for the folder that `report` is on; it always parses as a case file."""
    items = {item.id: item for item in report.pack.items} if report.pack else {}
    title = next((guess.chosen for guess in report.guesses if guess.what == "title"), "")
    title = title if title.isprintable() and title else "The title that was agreed for the project"
    lines = [f"{_HEAD}# title: {json.dumps(title, ensure_ascii=False)}\n", f"standard: {report.provenance.standard}"]
    lines.append(f"standard-version: {json.dumps(report.provenance.standard_version)}")
    lines += ["", "# Folders, archives or addresses of repositories; without it, this whole folder is the submission."]
    lines += ["# parts: [app, infra]", ""]
    found = [line for name, id_ in _DOCUMENTS.items() for line in _document(report, name, items.get(id_))]
    given = any(not line.lstrip().startswith("#") for line in found)
    return "\n".join([*lines, "documents:" if given else "# documents:", *found, _TAIL])


_DOCUMENTS = {
    "analysis": "analysis", "diagram": "architecture-diagram", "summary": "summary", "declaration": "declaration",
}  # fmt: skip
"""Keys of the case file with the pack's items; the summary is handed in at the gateway, with about 500 words."""
_NEVER = expression(r"[:\\]|^[~/]")
"""What no path of a found case file may hold: it is no place below the file's folder on every system."""


def _document(report: Report, name: str, item: PackItem | None) -> Iterator[str]:
    """The line of a document, with what was guessed and which others may be meant."""
    several = len(report.parts) > 1
    found = [f"{e.location.part}/{e.location.path}" if several else e.location.path for e in _places(item)]
    usable = (path for path in found if path.isprintable() and len(path) <= 500 and not _NEVER.search(path))
    first, *others = dict.fromkeys(usable) or [""]
    if not first:
        yield f"  # {name}: documents/{name}                # none was found"
        return
    yield f"  {name}: {json.dumps(first, ensure_ascii=False)}  # guessed"
    for other in others:
        yield f"  # {name}: {json.dumps(other, ensure_ascii=False)}  # may be meant instead"


def _places(item: PackItem | None) -> tuple[Evidence, ...]:
    """Where the document is; an analysis of too many words is the analysis all the same, other drawings are none."""
    if item is None or (item.verdict is Verdict.INCOMPLETE and item.id != "analysis"):
        return ()
    return item.evidence
