"""An assessment plan as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence_check.model.places import Location


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing about a KSB, criterion or pack item that files can show: any one of its signals shows it."""

    title: str
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ksb:
    """A knowledge, skill or behaviour of the standard."""

    code: str
    method: int
    title: str
    place: str
    shown_by: tuple[Aspect, ...] = ()
    """It is evidenced where every aspect has a present signal. Empty: assessor only."""
    assessor_only: str = ""
    """Why no file can show it; with `shown_by`: what of it is left to the assessor all the same."""
    leads: tuple[str, ...] = ()
    """Signals that speak to it without showing it: something to ask about, never evidence."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of a theme."""

    id: str
    theme: str
    grade: str
    """`pass` or `distinction`."""
    text: str
    place: str
    ksbs: tuple[str, ...] = ()
    shown_by: tuple[Aspect, ...] = ()
    assessor_only: str = ""
    leads: tuple[str, ...] = ()
    """These three as in `Ksb`."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of an assessment method."""

    id: str
    method: int
    title: str
    ksbs: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Method:
    """An assessment method."""

    number: int
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class PackRequirement:
    """An item that must be handed in, with the submission or at the gateway."""

    id: str
    title: str
    place: str
    check: str
    """How it is looked for: `diagram`, `analysis`, `document`, `evidence` (by `shown_by`), `declared` (case file)."""
    shown_by: tuple[Aspect, ...] = ()
    words: str = ""
    """Name of the figure that limits its words; empty where none does."""
    contents: tuple[str, ...] = ()
    """What the plan says it tells."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A limit or time of the plan."""

    value: int
    unit: str
    bound: str
    """`maximum`, `minimum`, `exact`, or `typical` where the plan says "typically"."""
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class Provision:
    """Something else that the plan lays down, in words."""

    id: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Standard:
    """An apprenticeship standard's assessment plan as data; `figures` holds its limits and times by name."""

    id: str
    version: str
    title: str
    source: str
    ksbs: tuple[Ksb, ...]
    themes: tuple[Theme, ...]
    criteria: tuple[Criterion, ...]
    figures: Mapping[str, Figure] = field(hash=False)
    pack: tuple[PackRequirement, ...] = ()
    gateway: tuple[PackRequirement, ...] = ()
    """Items handed in at the gateway, before the submission."""
    methods: tuple[Method, ...] = ()
    provisions: tuple[Provision, ...] = ()
    grades: tuple[tuple[str, ...], ...] = ()
    """Rows of the plan's grade table: the grade of each method, then the overall one. For reference: nothing grades."""
    statements: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The words of the plan's statement of each KSB, in any order: they tell a pasted statement from own sentences."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question that this submission suggests: open, tied to a place, without an answer."""

    theme: str
    text: str
    about: str
    """The signal or criterion that it is drawn from."""
    location: Location | None = None
