"""What a command's words are once the variables are filled in that its script or pipeline sets in the open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evidence_check.expressions import expression

_VARIABLE = expression(
    r"\$\{\{\s{0,9}env\.(\w{1,80})\s{0,9}\}\}|\$\{(?:env\.)?(\w{1,80})\}|\$\((\w{1,80})\)|\$([A-Za-z_]\w{0,80})(?!\.\w)"
)
_DEPTH = 5
"""Values inside values."""
_LIMIT = 600


def filled(words: Sequence[str], variables: Mapping[str, str]) -> str:
    """The words with the variables of known value filled in, also those inside values; empty where none is named."""
    written = " ".join(words)
    if not variables or "$" not in written:
        return ""
    text = written
    for _ in range(_DEPTH):
        further = _VARIABLE.sub(lambda match: variables.get(next(filter(None, match.groups())), match[0]), text)
        if further == text or len(further) > _LIMIT:
            break
        text = further
    return "" if text == written else text
