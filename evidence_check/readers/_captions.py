"""What documents show a picture as: the caption that they set beside it becomes the title that it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from evidence_check.model import Diagram, Fact, Picture


def captioned(facts: Iterable[Fact]) -> list[Fact]:
    """The facts of a part, each drawing or picture without a title under the first caption that a document gives it."""
    facts = list(facts)
    captions: dict[str, str] = {}
    for fact in facts:
        if isinstance(fact, Picture) and fact.caption:
            captions.setdefault(fact.target, fact.caption)
    return [
        replace(fact, title=captions[fact.location.path])
        if isinstance(fact, Diagram) and not fact.title and fact.location.path in captions
        else fact
        for fact in facts
    ]
