"""Configuration in blocks: `name arguments { ... }` with statements that end at `;` or at the line's end.

nginx (https://nginx.org/en/docs/beginners_guide.html#conf_structure), Caddy
(https://caddyserver.com/docs/caddyfile/concepts#structure), Logstash
(https://www.elastic.co/docs/reference/logstash/configuration-file-structure), Grafana Alloy
(https://grafana.com/docs/alloy/latest/get-started/configuration-syntax/syntax/), HOCON
(https://github.com/lightbend/config/blob/main/HOCON.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from evidence_check.expressions import expression
from evidence_check.readers._leaves import LEAVES, VALUE, Leaf, unquoted
from evidence_check.tree import DEPTH_LIMIT

_STRING = r'"(?>(?:[^"\\]|\\.)*)"?|' r"'(?>(?:[^'\\]|\\.)*)'?|`[^`]*+`?"
_NGINX = expression(
    rf"(?P<comment>\#[^\n]*)|(?P<word>{_STRING}|(?:\$\{{[^{{}}\n]*\}}|\\.|[^\s{{}};\"'\#\\])(?>(?:\$\{{[^{{}}\n]*\}}|\\.|[^\s{{}};\\])*))"
    r"|(?P<mark>[{};\n])",
    re.DOTALL,
)
_CADDY = expression(
    rf"(?P<comment>(?<!\S)\#[^\n]*)|(?P<word>{_STRING}|(?:\{{(?=[^\s{{}}])[^\s{{}}]*\}}|\\\n|[^\s{{}}\"'`])"
    r"(?>(?:\{[^\s{}]*\}|[^\s{}])*))|(?P<mark>[{}\n])",
    re.DOTALL,
)
_PROGRAM = expression(
    rf"(?P<comment>\#[^\n]*|//[^\n]*|/\*(?>(?:[^*]|\*(?!/))*)(?:\*/)?)|(?P<word>{_STRING}|\$\{{[^{{}}\n]*\}}|"
    r"(?:[^\s{}\[\];\"'#/]|/(?![/*]))(?>(?:[^\s{}\[\];\"'#,/]|/(?![/*]))*))|(?P<mark>[{}\[\];\n])",
    re.DOTALL,
)
SYNTAXES = {"nginx": _NGINX, "caddy": _CADDY, "program": _PROGRAM}
_SIGNS = ("=>", "=", ":", "+=", "==", ",")
_OPAQUE = ("_by_lua_block", "_by_njs_block")


class _Word(NamedTuple):
    text: str
    line: int


def block_leaves(text: str, syntax: str, key: Callable[[str, int], str] | None = None) -> list[Leaf]:
    """Statements as `outer.inner.name` with the rest of the words as value; a block's arguments are a leaf of its own.

    `key` may give another name to a block by its first word and its depth.
    """
    found: list[Leaf] = []
    path: list[str] = []
    opaque = 0
    for words, end in _statements(text, SYNTAXES[syntax], newline_ends=syntax != "nginx"):
        if len(found) >= LEAVES:
            break
        if opaque:
            opaque += (end == "{") - (end == "}")
            if not opaque:
                path.pop()
            continue
        plain = [word for word in words if word.text not in _SIGNS] if syntax == "program" else words
        if end == "{" or words:
            _statement(plain, end, path, found, key)
        if end == "{" and path and path[-1].endswith(_OPAQUE):
            opaque = 1
        elif end == "}" and path:
            path.pop()
    return found


def _statement(
    words: list[_Word], end: str, path: list[str], found: list[Leaf], key: Callable[[str, int], str] | None
) -> None:
    first = unquoted(words[0].text) if words else ""
    name = first.rstrip(":") or first
    if end == "{":
        renamed = key(name, len(path)) if key else name
        if len(path) < DEPTH_LIMIT:
            path.append(renamed)
        arguments = words if renamed != name else words[1:]
        if arguments:
            found.append(Leaf(".".join(path), _joined(arguments), words[0].line))
    elif words:
        found.append(Leaf(".".join([*path, name]), _joined(words[1:]), words[0].line))


def _joined(words: list[_Word]) -> str | None:
    return " ".join(unquoted(word.text) for word in words)[:VALUE] or None


def _statements(text: str, syntax: re.Pattern[str], *, newline_ends: bool) -> Iterator[tuple[list[_Word], str]]:
    """Words up to each mark that ends them: `{`, `}`, `;` or the line's end. Lists stay in one statement."""
    words: list[_Word] = []
    line, brackets = 1, 0
    for match in syntax.finditer(text):
        token, kind = match[0], match.lastgroup
        if kind == "word":
            words.append(_Word(token, line))
        elif kind == "mark":
            if token in "[]":
                brackets = max(0, brackets + (token == "[") - (token == "]"))
            elif brackets and token in "{}\n;":
                pass
            elif token != "\n" or (newline_ends and words):
                yield words, token
                words = []
        line += token.count("\n")
    if words:
        yield words, "}"
