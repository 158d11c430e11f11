"""The case file: named, beside what was handed in, or inside of it; and the standard that it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from evidence_check.case import CASE_FILE, Case, load_case, parse_case
from evidence_check.standard import standard_path
from evidence_check.submission.open import Opened


def find_case(inputs: Sequence[str], path: str) -> tuple[Case, Sequence[str]]:
    """The case file that is named or found, and what it adds to the inputs.

    A found one was written by whoever wrote the submission, and may only name places inside its own folder.
    """
    if path:
        folder, case = Path(path).parent, load_case(Path(path), trusted=True)
    else:
        folder = Path(inputs[0]) if inputs else Path()
        if len(inputs) != 1 or not (folder / CASE_FILE).is_file() or (folder / CASE_FILE).is_symlink():
            return Case(), inputs
        case = load_case(folder / CASE_FILE, trusted=False)
    declared = [part if "://" in part else str(folder / part) for part in case.parts]
    if path and inputs:
        return case, inputs
    documents = [str(folder / name) for name in case.files if (folder / name).is_file()]
    return case, [*declared, *documents] if declared else inputs


def case_inside(opened: Opened) -> Case | None:
    """The case file at the top of what was handed in, where it is in an archive or a repository without a work tree;
    None where there is none, or several, so that nobody knows which counts. What it says of parts is passed over."""
    found = [f for part in opened.submission.parts for f in part.files if f.location.path == CASE_FILE and f.size]
    if len(found) != 1:
        return None
    try:
        data = opened.load(found[0])
    except OSError:
        return None  # not among the objects of a partial clone, say: the reading tells it as a gap
    return replace(parse_case(data, trusted=False), parts=())


def standard_asked(asked: str, case: Case) -> Path:
    """The data of the standard that was asked for, else of the one that the case file names, in its version."""
    if asked and asked != case.standard:
        return standard_path(asked)
    return standard_path(case.standard, case.version)
