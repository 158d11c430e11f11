"""Where KSBs, criteria and the pack stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evidence_check.model.findings import Evidence


class Status(StrEnum):
    """How far a KSB or criterion is shown by what was handed in. Never a grade."""

    EVIDENCED = "evidenced"
    PARTLY = "partly"
    NOT_FOUND = "not found"
    NOT_CHECKED = "not checked"
    ASSESSOR_ONLY = "assessor only"


class Verdict(StrEnum):
    """Whether a pack item, or the pack, is there."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Assessment:
    """Where a KSB or criterion stands."""

    id: str
    status: Status
    why: str
    signals: tuple[str, ...] = ()
    """The signals that speak to it and are present."""
    missing: tuple[str, ...] = ()
    """Those that were looked for and are absent."""
    unknown: tuple[str, ...] = ()
    """Those that could not be answered."""
    leads: tuple[str, ...] = ()
    """Present signals that give something to ask about, and are no evidence of it."""


@dataclass(frozen=True, slots=True)
class PackItem:
    """Where a pack requirement stands."""

    id: str
    title: str
    verdict: Verdict
    why: str
    evidence: tuple[Evidence, ...] = ()
    mend: str = ""
    """What makes it complete, or lets it be told; empty where nothing needs it or nobody can say."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The pack as a whole: complete only where every item is."""

    verdict: Verdict
    items: tuple[PackItem, ...]
