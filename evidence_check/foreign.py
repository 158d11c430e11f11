"""Documents in another language or script: they are counted, and what they say is not understood. That is a gap."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from evidence_check.expressions import expression
from evidence_check.model import Document, Fact, Gap, Location

_ENOUGH = 12
"""Words from which a document's language is told."""
_LOOKED_AT = 3_000
_WORD = expression(r"[^\W\d_]+")
_ENGLISH = frozenset("the of and to in is for a on with that this it as are be by from or an we you at was not".split())
_FUNCTION_WORDS = {
    "German": "der die das und ist nicht mit den von zu ein eine für auf wird werden im dem bei sind wir des durch",
    "French": "le la les des et est une dans pour que qui sur avec par pas nous du au sont ce cette aux",
    "Spanish": "el los las que y en una para con por del se es son como este esta al lo más",
    "Italian": "il gli che di e per una con del della nel sono è le non questo alla dei si come",
    "Portuguese": "o os as que e em uma para com por do da dos das não se é são como no na",
    "Dutch": "de het een en van voor met is niet op zijn wordt worden door bij dat deze aan wij ook",
    "Polish": "i w na z do się nie jest są dla przez oraz po jako to od przy który które",
    "Welsh": "y yr a yn i o ar gan mae ei ac am wedi bod gyda fel hyn sydd wrth cael",
}
_OTHERS = {name: frozenset(words.split()) for name, words in _FUNCTION_WORDS.items()}


def foreign_documents(facts: Iterable[Fact]) -> Iterator[Gap]:
    """A gap that hides no fact for every document that is not in English, as far as its words tell."""
    for fact in facts:
        if isinstance(fact, Document) and (name := language(" ".join(fact.lines))):
            place = Location(fact.location.part, fact.location.path)
            reason = f"is not in English ({name}): its words and codes are counted, what it says was not understood"
            yield Gap(place, "read", reason, system=fact.format)


def language(text: str) -> str:
    """The language or script of a text that is not English; empty where it is, or where too few words tell."""
    words = [word.lower() for word in _WORD.findall(text[: _LOOKED_AT * 20])[:_LOOKED_AT]]
    if len(words) < _ENOUGH:
        return ""
    letters = Counter(_script(letter) for word in words for letter in word[:3])
    script, number = letters.most_common(1)[0]
    if script != "LATIN" and number * 2 > letters.total():
        backwards = any(unicodedata.bidirectional(word[0]) in {"R", "AL"} for word in words)
        return f"{script.title()} script" + (", written from right to left" if backwards else "")
    english = sum(word in _ENGLISH for word in words)
    name, most = max(
        ((name, sum(word in of for word in words)) for name, of in _OTHERS.items()), key=lambda item: item[1]
    )
    return name if most * 8 >= len(words) and most > 2 * english else ""


def _script(letter: str) -> str:
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "?").partition(" ")[0]
