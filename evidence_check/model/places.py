"""Where something stands, and what could not be looked at."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a submission: a file (with a line where known), or a commit."""

    part: str
    path: str = ""
    line: int = 0
    """First line, from 1; 0 where the place has no line (a binary file, a whole file, a commit)."""
    end_line: int = 0
    commit: str = ""

    def __str__(self) -> str:
        if self.commit:
            return self.commit[:10]
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something that could not be looked at."""

    location: Location
    stage: str
    """The stage that could not look: open, inventory, history, read, links, search, lint."""
    reason: str
    """One line for a person: what, why, and the mend where there is one."""
    hides: frozenset[str] = field(default_factory=frozenset, compare=False)
    """Kinds of fact (`Fact.kind`) that may stand there unseen; empty where nothing that a rule reads is missing."""
    system: str = ""
    """The syntax it was read as (`terraform`, `github-actions`, ...), so that rules of other systems stay untouched."""
