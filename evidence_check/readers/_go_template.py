"""YAML that a template engine fills in, made parsable: its lines stay, both branches of a condition as well.

Formats: Go templates as Helm uses them (https://helm.sh/docs/chart_template_guide/) and Jinja's `{% %}` and `{{ }}`
(https://jinja.palletsprojects.com/en/stable/templates/).
"""

from __future__ import annotations

import re
from typing import Any

from evidence_check.expressions import expression
from evidence_check.tree import Map, Seq, Text

_GO = r'\{\{(?>(?:"(?>(?:[^"\\\n]++|\\.)*)"|`[^`]{0,1000}+`|[^{}"`]++|\{(?!\{)|\}(?!\}))*)\}\}|\{\{[^{}\n]*+\}\}'
_JINJA = r"\{%(?>(?:[^%{\n]++|%(?!\})|\{(?!%))*)%\}"
_ACTION = f"{_GO}|{_JINJA}"
_ACTIONS = expression(_ACTION)
_LINE = expression(rf"^[ \t]*+(?>(?:(?:{_ACTION})[ \t]*+)+)$", re.MULTILINE)
_COMMENT = expression(r"\{\{-?\s{0,20}/\*")
_WORD = expression(r"\{[{%]-?\s*+(\w++)")
_OPENING = frozenset({"if", "with", "range", "define", "block", "for", "macro"})
_ELSE = frozenset({"else", "elif"})
_CLOSING = frozenset({"end", "endif", "endfor", "endwith", "endblock", "endmacro"})
# Characters that mean something to a parser stand aside as others that no file has.
_SPECIAL = "{}[]:,#&*!|>'\"%@`\\?<=-"
_ASIDE = {ord(char): 0xF1000 + index for index, char in enumerate(_SPECIAL)}
_BACK = {aside: chr(char) for char, aside in _ASIDE.items()}
_LOST_NEWLINE = "\U000f1100"
_WITH_LOST = expression(rf"[^\n]*{_LOST_NEWLINE}[^\n]*")


def is_template(text: str) -> bool:
    """Whether there is anything to fill in."""
    return "{{" in text or "{%" in text


def parsable(text: str) -> str:
    """The text with lines of nothing but actions blanked, and other actions in characters without meaning."""
    text = _LINE.sub(_only_newlines, _without_comments(text))
    text = _ACTIONS.sub(lambda match: match[0].translate(_ASIDE).replace("\n", _LOST_NEWLINE), text)
    if _LOST_NEWLINE not in text:
        return text
    return _WITH_LOST.sub(lambda m: m[0].replace(_LOST_NEWLINE, " ") + "\n" * m[0].count(_LOST_NEWLINE), text)


def _without_comments(text: str) -> str:
    pieces, kept = [], 0
    while match := _COMMENT.search(text, kept):
        end = text.find("*/", match.end())
        end = text.find("}}", end) + 2 if end >= 0 else 1
        if end < 2:
            break
        pieces += [text[kept : match.start()], "\n" * text.count("\n", match.start(), end)]
        kept = end
    return "".join([*pieces, text[kept:]])


def without_else(text: str) -> str:
    """The template with every `else` branch blanked."""
    opened: list[int] = []
    regions: list[tuple[int, int]] = []
    for match in _ACTIONS.finditer(text):
        word = _WORD.match(match[0])
        name = word[1] if word else ""
        if name in _OPENING:
            opened.append(-1)
        elif name in _ELSE and opened and opened[-1] < 0:
            opened[-1] = match.start()
        elif name in _CLOSING and opened:
            start = opened.pop()
            if start >= 0:
                regions.append((start, match.start()))
    pieces, kept = [], 0
    for start, end in sorted(regions):
        if start >= kept:
            pieces += [text[kept:start], "\n" * text.count("\n", start, end)]
            kept = end
    return "".join([*pieces, text[kept:]])


def _only_newlines(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def restored(value: Any) -> Any:
    """A tree of the parsed text with its actions as they were written."""
    if isinstance(value, Text):
        return Text(value.translate(_BACK), value.line, value.value)
    if isinstance(value, str):
        return value if value.isascii() else value.translate(_BACK)
    if isinstance(value, Map):
        result = Map(value.line, value.tag)
        for key, item in value.items():
            name = restored(key)
            result[name] = restored(item)
            result.lines[name] = value.line_of(key)
        return result
    if isinstance(value, Seq):
        seq = Seq(value.line, value.tag)
        seq.extend(restored(item) for item in value)
        seq.lines = list(value.lines)
        return seq
    return value
