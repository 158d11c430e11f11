"""The analysis against the evidence, the diagram against the code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evidence_check.model.places import Location


class Standing(StrEnum):
    """How what the analysis claims of a KSB and what was found stand to each other."""

    FOUND = "claimed and found"
    PARTLY = "claimed and partly found"
    NOT_FOUND = "claimed and not found"
    NOT_CHECKED = "claimed, and could not be checked"
    ASSESSOR_ONLY = "claimed, and only an assessor can tell"
    NOT_CLAIMED = "found and not claimed"
    NEITHER = "not claimed"
    OTHER_METHOD = "claimed, but of the other assessment method"
    NO_SUCH = "claimed, but there is no such KSB"


@dataclass(frozen=True, slots=True)
class ClaimedKsb:
    """A KSB of method 1, or another code that the analysis names, against what was found."""

    code: str
    standing: Standing
    why: str
    places: tuple[Location, ...] = ()
    """Where the analysis names it."""


class Lookup(StrEnum):
    """What became of a thing that the analysis names."""

    THERE = "there"
    MOVED = "moved"
    GONE = "gone"
    DIFFERENT = "different"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing that the analysis names, looked up in what was handed in."""

    location: Location
    """Where the analysis names it."""
    what: str
    """`path`, `line`, `count`, `commit`, `address`, `tool`."""
    text: str
    """As written."""
    result: Lookup
    told: str = ""
    """One line: what was found instead, or why it could not be looked up."""
    found: Location | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """The analysis against the evidence."""

    document: Location
    ksbs: tuple[ClaimedKsb, ...] = ()
    """Every KSB of method 1 in the plan's order, then the other codes that the analysis names."""
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A thing of the diagram, or one that it lacks."""

    location: Location
    """Where the diagram lies; for what is only in code, where it stands there."""
    label: str
    """What it is called in the diagram, or in code."""
    found: Location | None = None
    """Where it stands in code, if it is in both."""


@dataclass(frozen=True, slots=True)
class HandedPicture:
    """A drawing of the architecture as handed in: a picture to show, or boxes and lines to draw."""

    location: Location
    notation: str
    title: str = ""
    media: str = ""
    """`image/webp` or `image/svg+xml` where `data` holds a picture, in base64; made by us of what was handed in."""
    data: str = ""
    width: int = 0
    height: int = 0
    """Points of a picture; 0 for an SVG."""
    boxes: tuple[str, ...] = ()
    joins: tuple[tuple[int, ...], ...] = ()
    """Pairs of boxes that a line joins, by their places in `boxes`."""
    why: str = ""
    """Why it is not shown."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The diagram against the code."""

    places: tuple[Location, ...] = ()
    matched: tuple[Drawn, ...] = ()
    only_drawn: tuple[Drawn, ...] = ()
    only_in_code: tuple[Drawn, ...] = ()
    unclear: tuple[str, ...] = ()
    """Labels of which it is not known what they stand for: people, captions, other systems."""
    why: str = ""
    """Why there is nothing to set against the code, where that is so."""
    pictures: tuple[HandedPicture, ...] = ()
    """The diagrams themselves, best first, three at most."""
