"""What a report says of the case itself: what was guessed, and the address of the running system."""

from __future__ import annotations

from dataclasses import dataclass

from evidence_check.model.findings import Evidence


@dataclass(frozen=True, slots=True)
class Guess:
    """Something that nobody gave, so that it was looked for."""

    what: str
    """`analysis`, `diagram`, `summary`, `declaration`, `title`, `parts`, `branch`, `template`, `case file`."""
    chosen: str
    """What was taken for it, in words; empty where nothing was."""
    why: str
    others: tuple[str, ...] = ()
    """Everything else that may be meant, the likeliest first."""
    mend: str = ""
    """What to write or give so that nothing has to be guessed: mostly a line for the case file."""


@dataclass(frozen=True, slots=True)
class Live:
    """The address of the running system that the case file gives. It is never opened."""

    address: str
    named: tuple[Evidence, ...] = ()
    """Where files of the submission name it or its host, up to a limit."""
    total: int = 0
    """Places that name it."""
    remarks: tuple[str, ...] = ()
    """What an assessor who wants to open it should know."""
