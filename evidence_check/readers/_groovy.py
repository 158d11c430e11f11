"""Calls, strings and blocks of a Groovy text, as far as pipelines are written in it.

Not a parser of Groovy: a text is a tree of calls (`name arguments { block }`), and what is no call is passed over.
https://groovy-lang.org/syntax.html (strings), https://www.jenkins.io/doc/book/pipeline/syntax/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from evidence_check.expressions import expression

TOKEN_LIMIT = 200_000
_DEPTH_LIMIT = 60

_TOKEN = expression(
    r"""(?P<space>[ \t\r\f]+)
    |(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<newline>\n)
    |(?P<string>\"\"\"(?:[^\\"]|\\.|"(?!""))*(?:\"\"\"|\Z)|'''(?:[^\\']|\\.|'(?!''))*(?:'''|\Z)
        |"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\$/.*?(?:/\$|\Z))
    |(?P<name>@?[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*)
    |(?P<number>\d[\w.]*)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is string, name, number, sign or newline; a string's text is its content."""

    kind: str
    text: str
    line: int


@dataclass(slots=True)
class Call:
    """`name arguments { block }`."""

    name: str
    line: int
    strings: list[Token] = field(default_factory=list)
    """Positional strings, pieces joined by `+` made one."""
    named: dict[str, Token] = field(default_factory=dict)
    """Named arguments whose value is a string, name or number."""
    words: str = ""
    """The text of all arguments."""
    inner: list[Call] = field(default_factory=list)
    """Calls inside the arguments."""
    blocks: list[tuple[str, list[Call]]] = field(default_factory=list)
    """Blocks, each with the name it was given under: empty for the one behind the call."""
    called: bool = False
    """It has brackets, be they empty."""
    assigns: bool = False
    """`name = "text"`, no call at all."""

    @property
    def block(self) -> list[Call]:
        """The calls of the block behind it."""
        return next((calls for name, calls in self.blocks if not name), [])

    @property
    def first(self) -> str:
        """Its first positional string, else empty."""
        return self.strings[0].text if self.strings else ""


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text without space and comments."""
    line = 1
    for count, match in enumerate(_TOKEN.finditer(text)):
        kind = match.lastgroup or "sign"
        written = match[0]
        if kind == "string":
            yield Token("string", _content(written), line)
        elif kind not in {"space", "comment"}:
            yield Token(kind, written, line)
        line += written.count("\n")
        if count > TOKEN_LIMIT:
            return


def _content(written: str) -> str:
    for quote in ('"""', "'''"):
        if written.startswith(quote):
            return _unescaped(written[3:].removesuffix(quote))
    if written.startswith("$/"):
        return written[2:].removesuffix("/$")
    return _unescaped(written[1:].removesuffix(written[0]))


_ESCAPE = expression(r"\\(.)", re.DOTALL)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: {"n": "\n", "t": "\t", "\n": "\\\n"}.get(m[1], m[1]), text)


def calls(text: str) -> list[Call]:
    """The calls of a text."""
    return _Reader(list(tokens(text))).block(0, "")


def variables(found: list[Call]) -> dict[str, str]:
    """The texts that variables are set to, wherever that is: `image = "shop:${TAG}"`, `env.TAG = sh(script: "..")`."""
    values: dict[str, str] = {}
    stack = [found]
    while stack:
        block = stack.pop()
        for before, call in zip([None, *block], block, strict=False):
            if call.assigns and call.first:
                values.setdefault(call.name.removeprefix("env."), call.first)
            elif call.name == "sh" and before is not None and before.line == call.line and not before.called:
                script = call.named["script"].text if "script" in call.named else call.first
                values.setdefault(before.name.removeprefix("env."), f"$({script})")
            stack += [inner for _, inner in call.blocks]
    return values


class _Reader:
    """A place in the tokens."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.index = 0

    def peek(self, ahead: int = 0) -> Token:
        place = self.index + ahead
        return self.tokens[place] if place < len(self.tokens) else Token("end", "", 0)

    def block(self, depth: int, closer: str) -> list[Call]:
        """Calls up to the closing bracket, which is taken."""
        found: list[Call] = []
        while True:
            token = self.peek()
            if token.kind == "end":
                return found
            if token.kind == "sign" and token.text == closer:
                self.index += 1
                return found
            if token.kind == "name":
                found.append(self.call(depth))
            elif token.kind == "sign" and token.text == "{":
                self.index += 1
                inner = self.block(depth + 1, "}") if depth < _DEPTH_LIMIT else []
                found.append(Call("", token.line, blocks=[("", inner)]))
            elif token.kind == "sign" and token.text in "([" and depth < _DEPTH_LIMIT:
                call = Call("", token.line)
                self.arguments(call, depth)
                found += call.inner
                found += [Call(name, token.line, blocks=[("", block)]) for name, block in call.blocks]
            else:
                self.index += 1

    def call(self, depth: int) -> Call:
        """The call that starts at a name."""
        token = self.peek()
        self.index += 1
        call = Call(token.text, token.line)
        following = self.peek()
        if following.kind == "sign" and following.text == "(" and depth < _DEPTH_LIMIT:
            call.called = True
            self.arguments(call, depth)
        elif following.kind in {"string", "number"} or self._starts_arguments(following):
            self.bare_arguments(call, depth)
        elif following.kind == "sign" and following.text == "=" and self.peek(1).kind == "string":
            self.index += 1
            call.assigns = True
            self.bare_arguments(call, depth)
        if self.peek().kind == "sign" and self.peek().text == "{" and depth < _DEPTH_LIMIT:
            self.index += 1
            call.blocks.append(("", self.block(depth + 1, "}")))
        return call

    def _starts_arguments(self, token: Token) -> bool:
        """Whether a command without brackets has arguments: `name: value`, `[..]`, `name + "text"`, or a word followed
        by one."""
        if token.kind == "sign":
            return token.text == "["
        behind = self.peek(1)
        return token.kind == "name" and behind.kind == "sign" and behind.text in ":(,+"

    def arguments(self, call: Call, depth: int) -> None:
        """Arguments in brackets."""
        closer = {"(": ")", "[": "]"}.get(self.peek().text, ")")
        self.index += 1
        self._collect(call, depth, closer)

    def bare_arguments(self, call: Call, depth: int) -> None:
        """Arguments up to the end of the line."""
        self._collect(call, depth, "")

    def _collect(self, call: Call, depth: int, closer: str) -> None:
        pieces: list[str] = []
        key = ""
        joining = False
        while True:
            token = self.peek()
            if token.kind == "end" or self._ends(token, closer):
                break
            if token.kind == "newline":
                self.index += 1
                if not closer and not (pieces and pieces[-1] in {",", "+", ":"}):
                    break
                continue
            behind = self.peek(1)
            if token.kind in {"name", "string"} and behind.kind == "sign" and behind.text == ":":
                key, joining = token.text, False
                self.index += 2
                pieces += [token.text, ":"]
                continue
            if token.kind == "sign" and token.text == "{":
                if not closer and not key:
                    break
                self.index += 1
                call.blocks.append((key or "closure", self.block(depth + 1, "}") if depth < _DEPTH_LIMIT else []))
                key = ""
                continue
            if token.kind == "sign" and token.text in "([":
                nested = Call(key, token.line)
                if depth >= _DEPTH_LIMIT:
                    self.index += 1
                    continue
                self.arguments(nested, depth + 1)
                self._adopt(call, nested)
                pieces.append(nested.words)
                continue
            if token.kind == "name" and behind.kind == "sign" and behind.text == "(" and depth < _DEPTH_LIMIT:
                nested = self.call(depth + 1)
                call.inner.append(nested)
                pieces.append(f"{nested.name}({nested.words})")
                joining = self._value(call, key, Token("name", "${" + nested.name + "}", nested.line), joining)
                continue
            self.index += 1
            pieces.append(token.text)
            if token.kind == "sign":
                joining = token.text == "+"
                key = "" if token.text == "," else key
            elif token.kind in {"string", "name", "number"}:
                joining = self._value(call, key, token, joining)
        if closer and self.peek().text == closer:
            self.index += 1
        call.words = " ".join(pieces)[:2000]

    @staticmethod
    def _ends(token: Token, closer: str) -> bool:
        if closer:
            return token.kind == "sign" and token.text == closer
        return token.kind == "sign" and token.text in "})];"

    def _value(self, call: Call, key: str, token: Token, joining: bool) -> bool:
        """Take in a value; one behind a `+` is added to the one before."""
        opens = token.kind == "name" and self.peek().kind == "sign" and self.peek().text == "+"
        bare = token.kind == "name" and (joining or opens) and not token.text.startswith("$")
        text = "${" + token.text + "}" if bare else token.text
        if key:
            old = call.named.get(key) if joining else None
            call.named[key] = Token(token.kind if old is None else "string", (old.text if old else "") + text,
                                    old.line if old else token.line)  # fmt: skip
        elif token.kind == "string" or opens or (joining and call.strings):
            if joining and call.strings:
                last = call.strings.pop()
                call.strings.append(Token("string", last.text + text, last.line))
            else:
                call.strings.append(Token("string", text, token.line))
        return False

    @staticmethod
    def _adopt(call: Call, nested: Call) -> None:
        """Take in what stands in brackets inside the arguments, as `[usernamePassword(...)]` and `script: [..]`."""
        call.inner += nested.inner
        call.blocks += nested.blocks
        call.strings += nested.strings
        for name, token in nested.named.items():
            call.named.setdefault(name, token)
