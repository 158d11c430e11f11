"""Text of a submission as Markdown that shows it and nothing else."""

from __future__ import annotations

import re

from evidence_check.expressions import expression
from evidence_check.render._text import folded, visible

_OPEN, _CLOSE = "[(\"'\u201c\u2018]*", "[)\"'\u201d\u2019]*[.,;:!?\u2026]*"
_PLAIN = expression(  # letters, a number or an ellipsis, with marks around them that mean nothing at any place
    _OPEN + "(?:[^\\W\\d_]+(?:['\u2019/\u2013-][^\\W\\d_]+)*|[0-9]{1,6}(?:[.,][0-9]{1,3})?%?|\\.{3})" + _CLOSE
)
_ITEM = expression(r"[0-9]+[.)]")
"""What begins a numbered list at the start of a line."""
_COMMIT = expression(r"\W*[a-f]{7,40}\W*")
"""A plain word that GitHub would take for the beginning of a commit's id, and link."""
_QUOTED = expression(f"({_OPEN})`([^`]+)`({_CLOSE})")
_WORD = expression(r"(?:`[^`]*`|[^ ])+")


def prose(text: str) -> str:
    """A text as Markdown that shows it and nothing else: what is more than plain words becomes code spans."""
    runs: list[tuple[bool, list[str]]] = []
    for word in _WORD.findall(folded(text)):
        quoted = _QUOTED.fullmatch(word)
        plain = quoted is not None or _PLAIN.fullmatch(word) is not None
        if (not runs and _ITEM.fullmatch(word)) or _COMMIT.fullmatch(word):
            plain = False
        if not runs or runs[-1][0] != plain:
            runs.append((plain, []))
        runs[-1][1].append(quoted[1] + code(quoted[2]) + quoted[3] if quoted else word)
    return " ".join(" ".join(words) if plain else _span(" ".join(words)) for plain, words in runs)


def _span(text: str) -> str:
    """A code span with the sentence's own marks behind it, and a bracket that was opened before it."""
    body = text.rstrip(".,;:") or text
    while len(body) > 1 and body.endswith(")") and body.count(")") > body.count("("):
        body = body[:-1]
    return code(body) + text[len(body) :]


def code(text: str) -> str:
    """A text as a code span on one line."""
    text = visible(text).strip()
    if not text:
        return ""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    space = " " if len(fence) > 1 else ""
    return f"{fence}{space}{text}{space}{fence}"
