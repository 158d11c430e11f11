"""Facts of a part's git history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from evidence_check.model.facts import Fact


@dataclass(frozen=True, slots=True)
class Author:
    """A person or bot of the history, the identities merged."""

    name: str
    emails: tuple[str, ...]
    bot: bool
    commits: int


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of any branch."""

    id: str
    parents: tuple[str, ...]
    author: int
    """Index into `History.authors`."""
    time: int
    offset: int
    """Minutes east of UTC of the author's clock."""
    subject: str
    own: bool
    """False where it came with a template, a fork or a bot, or changes nothing in the folder that is looked at."""
    paths: tuple[str, ...] = ()
    template: bool = False
    """It came with a template or fork."""


@dataclass(frozen=True, slots=True)
class History(Fact):
    """The history of a part, with the figures that rules ask for."""

    kind: ClassVar[str] = "history"
    commits: tuple[Commit, ...] = field(default=(), repr=False)
    authors: tuple[Author, ...] = ()
    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    shallow: bool = False
    branch: str = ""
    """The branch whose files are looked at; empty where a commit of none is."""
    main: str = ""
    """The branch that is taken for the main one; empty where there is none."""
    measures: Mapping[str, float] = field(default_factory=dict, hash=False)
    """Figures by name: see `submission/history.py`, which is the one place that fills them."""

    @property
    def excerpt(self) -> str:
        return f"{len(self.commits)} commits"


@dataclass(frozen=True, slots=True)
class Event(Fact):
    """Something that happened in the history; `location.commit` says where."""

    kind: ClassVar[str] = "event"
    what: str = ""
    """`branch-merge`, `pull-request`, `branch`, `tag`, `contributor`, `commit`, `refactoring`, `tests-with-code`,
    `co-author`: see `submission/history.py`, which is the one place that fills them."""
    name: str = ""
    subject: str = ""

    @property
    def excerpt(self) -> str:
        return self.subject or self.name
