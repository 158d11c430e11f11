"""What was handed in: its parts and what it says about itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from evidence_check.model.facts import File
from evidence_check.model.history import Event, History
from evidence_check.model.places import Gap


@dataclass(frozen=True, slots=True)
class Settings:
    """What the submission's case file declares; every field may be empty, and then it is looked for."""

    analysis: str = ""
    diagram: str = ""
    title: str = ""
    word_tolerance: int = 0
    """Per cent that a document may be longer than its limit."""


@dataclass(frozen=True, slots=True)
class Part:
    """One tree of a submission: a repository, a folder, an archive, or a loose document."""

    name: str
    source: str
    """What was handed in, as given: a path or URL."""
    files: tuple[File, ...] = ()
    untracked: int = 0
    """Files of the work tree that git does not track: said, not counted."""
    commit: str = ""
    committed: int = 0
    """Time of that commit, seconds since the epoch; 0 where unknown."""
    history: History | None = None
    events: tuple[Event, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """All that was handed in for one case."""

    parts: tuple[Part, ...]
    settings: Settings = field(default_factory=Settings)
