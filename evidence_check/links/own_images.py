"""Which images of Compose services are the project's own, though the file only pulls them.

They are named like what its pipelines, scripts and tasks build or push, or like its own chart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, File, Resource
from evidence_check.readers._docker_cli import ENGINES, build_of
from evidence_check.tree import Map, with_item

_CHART = expression(r"(?:^|/)([\w.-]{1,100})/Chart\.ya?ml$")
_NAME = expression(r"(?:^|/)([a-z0-9][\w.-]{0,120})(?:[:@].*)?$")


def with_own_images(facts: Iterable[Fact]) -> list[Fact]:
    """The facts, services of the project's own images with the attribute `own`."""
    facts = list(facts)
    own = _own_names(facts)
    return [_marked(fact, own) for fact in facts] if own else facts


def _own_names(facts: list[Fact]) -> dict[str, set[str]]:
    """The last part of the names of own images, by part; none where a part has no image of its own."""
    found: dict[str, set[str]] = defaultdict(set)
    built: set[str] = set()
    for fact in facts:
        part = fact.location.part
        if isinstance(fact, Resource) and fact.system == "docker" and fact.type == "stage":
            built.add(part)
        elif isinstance(fact, Command):
            found[part].update(_named(fact.words))
            found[part].update(_named(tuple(fact.values.split())))
        elif isinstance(fact, File) and (chart := _CHART.search(fact.location.path)):
            found[part].add(chart[1])
    return {part: names for part, names in found.items() if part in built and names}


def _named(words: tuple[str, ...]) -> set[str]:
    """The images that a command builds or pushes."""
    build = build_of(words)
    tags = list(build.tags) if build is not None else []
    if len(words) > 2 and words[0] in ENGINES and words[1] == "push":
        tags.append(words[-1])
    return {match[1] for tag in tags if (match := _NAME.search(tag)) is not None}


def _marked(fact: Fact, own: dict[str, set[str]]) -> Fact:
    if not isinstance(fact, Resource) or fact.system != "compose" or fact.type != "service":
        return fact
    image = fact.attributes.get("image")
    match = _NAME.search(image) if isinstance(image, str) else None
    if match is None or match[1] not in own.get(fact.location.part, ()) or not isinstance(fact.attributes, Map):
        return fact
    return replace(fact, attributes=with_item(fact.attributes, "own", True, fact.attributes.line_of("image")))
