"""The answers to the signals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evidence_check.model.places import Gap, Location


class Outcome(StrEnum):
    """Whether a signal was seen."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that answers a signal with yes."""

    location: Location
    technology: str
    excerpt: str
    reason: str = ""
    """One line that a non-specialist understands: what stands there and how it is reached."""

    @property
    def told(self) -> str:
        """The reason where the place and the excerpt stand beside it: neither is said again."""
        rest = self.reason.removeprefix(str(self.location)).removeprefix(":").strip()
        return "" if rest in (self.excerpt, self.location.path) else rest[:1].upper() + rest[1:]


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one signal."""

    signal: str
    outcome: Outcome
    evidence: tuple[Evidence, ...] = ()
    """Best first; the first ones up to a limit, `total` counts them all."""
    total: int = 0
    gaps: tuple[Gap, ...] = ()
    """Why the outcome is unknown; empty otherwise."""
