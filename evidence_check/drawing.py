"""The diagram against the code: what is in both, what is only drawn, what is only in code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence_check.expressions import expression
from evidence_check.masking import mask
from evidence_check.model import Diagram, Drawing, Drawn, Fact, HandedPicture, Location, Pack, Resource, Verdict
from evidence_check.names import Concept

LIMIT = 60
"""Entries that each list carries."""
_WORD = expression(r"[a-z0-9]+")
_CAMEL = expression(r"(?<=[a-z0-9])(?=[A-Z])")
_EMPTY = frozenset("the a an and of for my app service server container main this default prod dev test".split())
"""Words that name nothing by themselves."""
_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "CronJob"})


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something that is declared in code and that a diagram of the structure would show."""

    name: str
    concepts: tuple[str, ...]
    location: Location
    own: bool = False
    """A workload of one's own, which a diagram shows by its name."""


def check_drawing(
    facts: Sequence[Fact], pack: Pack, concepts: Sequence[Concept], pictures: tuple[HandedPicture, ...] = ()
) -> Drawing | None:
    """The diagrams that the pack's item names, their labels set against resources, services and data stores in code.

    None where the pack has no diagram. `concepts` say what labels and resources call the same thing; `pictures` are
    the diagrams as they can be shown.
    """
    item = next((item for item in pack.items if item.id == "architecture-diagram"), None)
    if item is None or item.verdict is Verdict.INCOMPLETE:
        return None  # what it lists then are pictures that are none
    wanted = {(evidence.location.part, evidence.location.path) for evidence in item.evidence}
    diagrams = (fact for fact in facts if isinstance(fact, Diagram) and not fact.blank)
    drawn = [d for d in diagrams if (d.location.part, d.location.path) in wanted]
    if not drawn:
        return None
    places = tuple(sorted({diagram.location for diagram in drawn}))
    labels = {
        label: diagram.location for diagram in drawn for label in _whole([*map(mask, dict.fromkeys(diagram.labels))])
    }
    if not labels:
        return Drawing(
            places, why="Its labels cannot be read: it is a picture, so it has to be looked at.", pictures=pictures
        )
    resources = (fact for fact in facts if isinstance(fact, Resource))
    things = sorted(_things(resources, concepts), key=lambda thing: (thing.location, thing.name))
    matched: list[Drawn] = []
    only_drawn: list[Drawn] = []
    unclear: list[str] = []
    shown: set[int] = set()
    by_name: dict[str, list[int]] = defaultdict(list)
    by_concept: dict[str, list[int]] = defaultdict(list)
    for number, thing in enumerate(things):
        by_name[thing.name].append(number)
        for concept_name in thing.concepts:
            by_concept[concept_name].append(number)
    words = {name: own for name in by_name if (own := _words(name) - _EMPTY)}
    for label, place in labels.items():
        meant = {concept.name for concept in concepts if concept.drawn.search(label)}
        in_label = _words(label)
        named = [number for name, own in words.items() if own <= in_label for number in by_name[name]]
        alike = [number for name in meant for number in by_concept[name]]
        if named or alike:
            shown.update(named, alike)
            matched.append(Drawn(place, label, things[min(named or alike)].location))
        elif meant:
            only_drawn.append(Drawn(place, label))
        else:
            unclear.append(label)
    left = _once(thing for number, thing in enumerate(things) if number not in shown)
    only_in_code = [Drawn(thing.location, f"{thing.concepts[0]}: {thing.name}" if thing.concepts else thing.name)
                    for thing in left]  # fmt: skip
    return Drawing(
        places,
        tuple(matched[:LIMIT]),
        tuple(only_drawn[:LIMIT]),
        tuple(only_in_code[:LIMIT]),
        tuple(unclear[:LIMIT]),
        pictures=pictures,
    )


def _whole(labels: Sequence[str]) -> list[str]:
    """The labels without those whose words all stand in a longer one: text notations give a box's name and its text."""
    words = {label: frozenset(_WORD.findall(label.lower())) for label in labels}
    return [label for label in labels if not any(words[label] < other for other in words.values())]


def _things(resources: Iterable[Resource], concepts: Sequence[Concept]) -> Iterable[_Thing]:
    known: dict[str, tuple[str, ...]] = {}
    for resource in resources:
        if resource.system == "docker" or resource.type.startswith(("data.", "variable", "output", "provider")):
            continue
        image = resource.attributes.get("image") if resource.type == "service" else None
        text = (image if isinstance(image, str) else resource.type)[:200]
        of = known.get(text)
        if of is None:
            of = known[text] = tuple(concept.name for concept in concepts if concept.code.match(text))
        if resource.type == "service" or resource.type in _WORKLOADS:
            yield _Thing(resource.name, of, resource.location, own=True)
        elif of:
            yield _Thing(resource.name, of, resource.location)


def _words(text: str) -> set[str]:
    """The words of a name or label; where those of a name all stand in a label, it means the same thing:
    `booking-service` and "Booking service (ECS)"."""
    return set(_WORD.findall(_CAMEL.sub(" ", text).lower()))


def _once(things: Iterable[_Thing]) -> list[_Thing]:
    """The first thing of each concept, and every workload of one's own."""
    found: dict[str, _Thing] = {}
    for thing in things:
        found.setdefault(thing.name if thing.own or not thing.concepts else thing.concepts[0], thing)
    return list(found.values())
