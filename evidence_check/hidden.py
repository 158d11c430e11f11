"""Whether something that could not be looked at may hide what a rule looks for.

A file that could not be parsed hides no `aws_db_instance` where its text does not say `aws_db_instance`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from evidence_check.expressions import expression
from evidence_check.model import Command, File, Gap, Location, Resource
from evidence_check.rulebook import Clause, Condition
from evidence_check.tree import decode

_RUN_SOURCES = frozenset({"run", "job"})
_SPELT_OUT = frozenset({"kubernetes", "terraform", "cloudformation", "compose"})
"""Systems whose files say the type of a resource and the words of a command letter for letter."""
_FILLED_IN = expression(r"^\s*(?:- )?(?:kind|Type|command|image):\s*['\"]?(?:\{\{|\$\{)", re.MULTILINE)
"""What is made of a template says it elsewhere."""
_LONGEST = 512 * 1024
"""Bytes of a file that is searched; a larger one may hide anything."""
_ANYTHING = expression(r"[*?.\s]+")


class Hidden:
    """Asks gaps what they may hide; a file is read once, and only where it matters."""

    def __init__(self, files: Iterable[File], load: Callable[[File], bytes]) -> None:
        self._files = {file.location: file for file in files}
        self._load = load
        self._texts: dict[Location, str | None] = {}

    def by(self, gap: Gap, clause: Clause) -> bool:
        """Whether a gap may hide what a clause looks for."""
        if clause.sequence is not None:
            return not gap.hides.isdisjoint(_RUN_SOURCES)
        condition = clause.condition
        assert condition is not None
        kinds = _RUN_SOURCES if condition.kind == "run" else {condition.kind}
        if gap.hides.isdisjoint(kinds):
            return False
        if gap.system and condition.systems and gap.system not in condition.systems:
            return False
        if condition.within is not None and gap.location.path and not condition.within(gap.location.path):
            return False
        return gap.system not in _SPELT_OUT or self._may_say(gap, condition)

    def _may_say(self, gap: Gap, condition: Condition) -> bool:
        """Whether the text of a gap's file has the type or the command that a condition asks for."""
        asked: list[tuple[str, ...]]
        if condition.kind == Resource.kind and condition.keys:
            asked = [("|".join(condition.keys),)]
        elif condition.kind == Command.kind and condition.patterns:
            asked = [tuple(pattern.text.split()) for pattern in condition.patterns]
        else:
            return True
        text = self._text(gap)
        return text is None or any(all(_says(text, word) for word in words) for words in asked)

    def _text(self, gap: Gap) -> str | None:
        """The text in lower case; None where it cannot tell."""
        place = Location(gap.location.part, gap.location.path)
        if place not in self._texts:
            file = self._files.get(place)
            text = None
            if file is not None and gap.stage == "read" and file.size <= _LONGEST:
                try:
                    text = decode(self._load(file))
                except OSError:
                    text = None
            self._texts[place] = None if text is None or _FILLED_IN.search(text) else text.lower()
        return self._texts[place]


def _says(text: str, word: str) -> bool:
    """Whether a text in lower case has one of the alternatives of a word as rules write it: `>apply|sync*`, `!help`."""
    return word.startswith("!") or any(
        all(piece in text for piece in _ANYTHING.split(one)) for one in word.lstrip(">").lower().split("|")
    )
