"""Literal arguments of calls in TypeScript, JavaScript, Python, Java, C# and Go, as far as they can be read unrun.

A small bracket parser: strings, numbers, truth values, lists and objects become values; anything else stays text. Names
of properties can be given in camel case (`removal_policy` and `RemovalPolicy` as `removalPolicy`), so that they are the
same in every language; keys that are written as strings stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from evidence_check.expressions import expression

SPAN = 20_000
"""Characters of a call that are looked at."""
_DEPTH = 20
_TEXT = 400

_STRING = expression(
    r"[fFrRbBuU$@]{0,2}(?:\"\"\"(?P<a>(?>(?:[^\"\\]|\\[\s\S]|\"(?!\"\"))*))\"\"\"|\"(?P<b>(?>(?:[^\"\\\n]|\\[\s\S])*))\""
    r"|'(?P<c>(?>(?:[^'\\\n]|\\[\s\S])*))'|`(?P<d>(?>(?:[^`\\]|\\[\s\S])*))`)"
)
_SPACE = expression(r"\s*+")
_KEY = expression(
    r"\[?(?:\"(?P<a>[^\"\n]{1,200})\"|'(?P<b>[^'\n]{1,200})'|(?P<name>[A-Za-z_$][\w$.]{0,200}))\]?\s*+(?:=>|[:=](?!=))"
)
_NUMBER = expression(r"-?\d{1,15}(?:_\d{3}){0,4}(?:\.\d{1,15})?[dDfFlLmM]?")
_WRAPPED = expression(r"(?:jsii|pulumi)\.(?:String|Bool|Number|Int|Float64|StringPtr|BoolPtr)\(")
_TYPED = expression(
    r"(?:new\s+|&)?(?:\*|\[\]|map\[\w{1,20}\]){0,4}[A-Za-z_][\w.]{0,100}(?:<[^<>{}()\n]{0,100}>)?(?:\[\])?\s*"
    r"(?:\(\s*\)\s*)?\{"
)
_PROPS = expression(r"(?:new\s+)?(?:[A-Za-z_][\w.]{0,100}\.)?[A-Z]\w{0,100}(?:Props|Args|Options|Config)\(")
_BUILDER = expression(r"[A-Za-z_][\w.]{0,100}\.(?:builder|Builder\.create)\(")
_METHOD = expression(r"\s*\.\s*([A-Za-z_]\w{0,80})\s*\(")
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_BREAK = expression(r"[\"'`()\[\]{},;]")


@dataclass
class Arguments:
    """What stands between the brackets of a call."""

    positional: list[Any] = field(default_factory=list)
    named: dict[str, Any] = field(default_factory=dict)
    end: int = 0
    """Offset behind the closing bracket."""


def arguments(text: str, start: int, *, rename: bool = False) -> Arguments:
    """The arguments of the call whose opening bracket stands just before `start`; `rename` for camel case."""
    return _Reader(text, min(len(text), start + SPAN), rename).arguments(start, 0)


def builder(text: str, start: int) -> dict[str, Any]:
    """The calls chained behind an offset, as properties: `.versioned(true).build()`."""
    return _Reader(text, min(len(text), start + SPAN), rename=False).chain(start, 0)[0]


def is_string(value: Any) -> bool:
    """Whether a value was written as a string, and not an expression kept as text."""
    return type(value) is str


class Expression(str):
    """An expression that is kept as text."""

    __slots__ = ()


@dataclass
class _Reader:
    text: str
    limit: int
    rename: bool

    def named(self, name: str) -> str:
        return camel(name) if self.rename else name

    def arguments(self, at: int, depth: int) -> Arguments:
        found = Arguments()
        at = self.space(at)
        while at < self.limit and self.text[at] not in _CLOSE:
            key = _KEY.match(self.text, at, self.limit) if self.text[at] not in "\"'`" else None
            if key and key["name"] and "." not in key["name"]:
                value, at = self.value(self.space(key.end()), depth + 1)
                found.named[self.named(key["name"])] = value
            else:
                value, at = self.value(at, depth + 1)
                found.positional.append(value)
            at = self.after_comma(at)
        found.end = min(at + 1, self.limit)
        return found

    def value(self, at: int, depth: int) -> tuple[Any, int]:
        """The value at an offset, and where it ends; an expression where it is no literal."""
        start = at
        if depth > _DEPTH or at >= self.limit:
            return self.expression(start)
        value: Any = None
        character = self.text[at]
        if string := _STRING.match(self.text, at, self.limit):
            value, at = next(group for group in string.groups() if group is not None), string.end()
        elif character == "{":
            value, at = self.object(at + 1, depth)
        elif character == "[":
            value, at = self.list(at + 1, depth)
        elif wrapped := _WRAPPED.match(self.text, at, self.limit):
            value, at = self.value(self.space(wrapped.end()), depth + 1)
            at += 1
        elif props := _PROPS.match(self.text, at, self.limit):
            inner = self.arguments(props.end(), depth + 1)
            only = inner.positional[0] if len(inner.positional) == 1 and not inner.named else None
            value, at = (only if isinstance(only, dict) else inner.named), inner.end
        elif built := _BUILDER.match(self.text, at, self.limit):
            value, at = self.chain(self.arguments(built.end(), depth + 1).end, depth)
        elif typed := _TYPED.match(self.text, at, self.limit):
            value, at = self.object(typed.end(), depth)
        if value is not None and self.ends(at):
            return value, at
        return self.expression(start)

    def object(self, at: int, depth: int) -> tuple[Any, int]:
        """A mapping; a list where its items have no keys, as Go and C# write lists."""
        found: dict[str, Any] = {}
        items: list[Any] = []
        at = self.space(at)
        while at < self.limit and self.text[at] not in _CLOSE:
            if key := _KEY.match(self.text, at, self.limit):
                value, at = self.value(self.space(key.end()), depth + 1)
                found[self.named(key["name"]) if key["name"] else key["a"] or key["b"]] = value
            else:
                value, at = self.value(at, depth + 1)
                items.append(value)
                if isinstance(value, Expression) and re.fullmatch(r"\w+", value):
                    found[self.named(value)] = value
            at = self.after_comma(at)
        return (found if found or not items else items), min(at + 1, self.limit)

    def list(self, at: int, depth: int) -> tuple[list[Any], int]:
        items: list[Any] = []
        at = self.space(at)
        while at < self.limit and self.text[at] not in _CLOSE:
            value, at = self.value(at, depth + 1)
            items.append(value)
            at = self.after_comma(at)
        return items, min(at + 1, self.limit)

    def chain(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        while method := _METHOD.match(self.text, at, self.limit):
            inner = self.arguments(method.end(), depth + 1)
            at = inner.end
            if method[1] == "build":
                break
            found[method[1]] = inner.positional[0] if len(inner.positional) == 1 else inner.positional
        return found, at

    def expression(self, start: int) -> tuple[Any, int]:
        """The text to the next comma or closing bracket of the same level."""
        at, level = start, 0
        while found := _BREAK.search(self.text, at, self.limit):
            at, character = found.start(), found[0]
            if character in "\"'`":
                string = _STRING.match(self.text, at, self.limit)
                at = string.end() if string else at + 1
                continue
            if level == 0 and (character in ",;" or character in _CLOSE):
                break
            level += (character in _OPEN) - (character in _CLOSE)
            at += 1
        else:
            at = self.limit
        text = " ".join(self.text[start : min(at, start + 4 * _TEXT)].split())[:_TEXT]
        return _scalar(text), max(at, start)

    def space(self, at: int) -> int:
        found = _SPACE.match(self.text, at, self.limit)
        return found.end() if found else at

    def ends(self, at: int) -> bool:
        at = self.space(at)
        return at >= self.limit or self.text[at] in ",;)]}"

    def after_comma(self, at: int) -> int:
        at = self.space(at)
        return self.space(at + 1) if at < self.limit and self.text[at] in ",;" else at


def _scalar(text: str) -> Any:
    if text in ("true", "True"):
        return True
    if text in ("false", "False"):
        return False
    if text in ("null", "None", "undefined", "nil"):
        return None
    if _NUMBER.fullmatch(text):
        plain = text.rstrip("dDfFlLmM").replace("_", "")
        return float(plain) if "." in plain else int(plain)
    return Expression(text)


def camel(name: str) -> str:
    """A property's name in camel case."""
    head, *tail = name.strip("_").split("_")
    joined = head + "".join(part[:1].upper() + part[1:] for part in tail)
    return joined[:1].lower() + joined[1:]
