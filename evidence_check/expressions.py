"""Regular expressions that are compiled when they are first used: of the two thousand that the tool and its rules have,
a scan uses some hundreds, and to compile all of them takes longer than to read a small project.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_OFFERED = frozenset(
    {"search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split"}
    | {"pattern", "flags", "groups", "groupindex"}
)


class Expression:
    """Stands for an `re.Pattern`: what that offers becomes this object's own when the first of it is asked for."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in _OFFERED:
            raise AttributeError(name)
        compiled = re.compile(self._text, self._flags)
        self.__dict__.update((offered, getattr(compiled, offered)) for offered in _OFFERED)
        return self.__dict__[name]


def expression(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, but a text that is no regular expression raises `re.error` only where it is first used."""
    return cast("re.Pattern[AnyStr]", Expression(text, flags))
