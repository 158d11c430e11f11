"""Values of Bicep: literals, arrays and objects as Python values with lines, every other expression as text.

Format: https://learn.microsoft.com/en-us/azure/azure-resource-manager/bicep/data-types
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from evidence_check.expressions import expression
from evidence_check.readers._scanner import TextScanner
from evidence_check.tree import Map, Seq, Text

_SPACE = expression(r"(?>(?:\s++|//[^\n]*+|#[^\n]*+|/\*(?>(?:[^*]++|\*(?!/))*)\*/)*)")
_BLANK = expression(r"(?>(?:[ \t]++|/\*(?>(?:[^*\n]++|\*(?!/))*)\*/)*)")
_COMMENT = expression(r"//[^\n]*+|/\*(?>(?:[^*]++|\*(?!/))*)\*/")
_CHUNK = expression(r"(?>(?:[^'\\$\n]++|\\u\{[0-9a-fA-F]{1,6}\}|\\.|\$(?!\{))*)")
_LITERAL = expression(r"(true|false|null|-?[0-9]{1,18})(?![\w.])")
_KEY = expression(r"(?:([A-Za-z_]\w*+)|'([^'\\\n]*+)')[ \t]*+:")
_OTHER = expression(r"[^'\[\](){}\n/,]++")
_FOR = expression(r"\[\s*+for\b")
_IF = expression(r"if\s*+(?=\()")
_ESCAPE = expression(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
_DEPTH = 60
CHILD = expression(r"resource\s++(\w++)\s++'([^'\n]{1,200})'(\s++existing)?\s*+=\s*+")


class Child(NamedTuple):
    """A resource that is declared inside another's body."""

    name: str
    type: str
    existing: bool
    body: Any
    line: int
    end_line: int


class Scanner(TextScanner):
    """One Bicep text. Positions are offsets into it; every method raises `BadSyntax` with the line."""

    LANGUAGE = "Bicep"
    SPACE = _SPACE
    BLANK = _BLANK

    def value(self, position: int, children: list[Child], depth: int = 0) -> tuple[Any, int]:
        """The value that starts here and the position after it. Of a condition and a loop it is the body; resources
        declared in it are added to `children`."""
        position = self.blank(position)
        if depth > _DEPTH:
            raise self.wrong("nested too deeply", position)
        text = self.text
        if match := _IF.match(text, position):
            position = self.blank(self.closing(match.end(), depth))
        if text.startswith("[", position) and _FOR.match(text, position):
            return self._loop(position, children, depth)
        first = text[position : position + 1]
        start = position
        value: Any = None
        end = -1
        if literal := _LITERAL.match(text, position):
            word = literal[1]
            value, end = (_WORDS[word] if word in _WORDS else int(word)), literal.end()
        elif first == "'":
            value, end = self.string(position, depth)
        elif first == "{":
            value, end = self._object(position, children, depth)
        elif first == "[":
            value, end = self._array(position, children, depth)
        if end >= 0 and self._ends(end):
            return value, end
        end = self.skip(start, depth)
        if end == start:
            raise self.wrong("a value is missing", start)
        return text[start:end].strip(), end

    def _ends(self, position: int) -> bool:
        position = self.blank(position)
        text = self.text
        if position >= len(text) or text[position] in ",]})" or text.startswith("//", position):
            return True
        return text[position] == "\n" and not self._goes_on(position)

    def _goes_on(self, position: int) -> bool:
        """Whether an expression goes on in the next line."""
        return self.text.startswith(("?", ":", "."), self.space(position))

    def _loop(self, position: int, children: list[Child], depth: int) -> tuple[Any, int]:
        end = self.closing(position, depth)
        colon = self.skip(position + 1, depth, ":")
        value, after = self.value(self.space(colon + 1), children, depth + 1)
        return (value, end) if self.space(after) == end - 1 else (self.text[position:end], end)

    def _object(self, position: int, children: list[Child], depth: int) -> tuple[Map, int]:
        result = Map(self.line(position))
        position = self.space(position + 1)
        while not self.text.startswith("}", position):
            line = self.line(position)
            if child := CHILD.match(self.text, position):
                inner: list[Child] = []
                body, position = self.value(child.end(), inner, depth + 1)
                one = Child(child[1], child[2], child[3] is not None, body, line, self.line(position))
                children.append(one)
                children.extend(item._replace(type=f"{one.type}/{item.type}") for item in inner)
            elif match := _KEY.match(self.text, position):
                key = match[1] or match[2]
                result[key], position = self.value(match.end(), children, depth + 1)
                result.lines[key] = line
            else:
                before, position = position, self.skip(position, depth)
                if position == before:
                    raise self.wrong("a property is expected", position)
            position = self.space(position)
            if self.text.startswith(",", position):
                position = self.space(position + 1)
            elif position >= len(self.text):
                raise self.wrong("an object is not closed", position)
        return result, position + 1

    def _array(self, position: int, children: list[Child], depth: int) -> tuple[Seq, int]:
        seq = Seq(self.line(position))
        position = self.space(position + 1)
        while not self.text.startswith("]", position):
            seq.lines.append(self.line(position))
            item, position = self.value(position, children, depth + 1)
            seq.append(item)
            position = self.space(position)
            if self.text.startswith(",", position):
                position = self.space(position + 1)
            elif position >= len(self.text):
                raise self.wrong("an array is not closed", position)
        return seq, position + 1

    def string(self, position: int, depth: int) -> tuple[str, int]:
        """A text; one that is a whole interpolation loses its quotes and `${}`."""
        if self.text.startswith("'''", position):
            end = self.text.find("'''", position + 3)
            if end < 0:
                raise self.wrong("a text is not closed", position)
            start = position + 3
            if self.text.startswith("\n", start):
                start += 1
            return Text(self.text[start:end], self.line(start)), end + 3
        pieces: list[str] = []
        start = position = position + 1
        while True:
            match = _CHUNK.match(self.text, position)
            assert match is not None
            pieces.append(_ESCAPE.sub(_resolved, match[0]) if "\\" in match[0] else match[0])
            position = match.end()
            if self.text.startswith("'", position):
                break
            if not self.text.startswith("${", position):
                raise self.wrong("a text is not closed", start)
            end = self.closing(position + 1, depth + 1)
            pieces.append(self.text[position:end])
            position = end
        if len(pieces) == 3 and not pieces[0] and not pieces[2]:
            return pieces[1][2:-1].strip(), position + 1
        return "".join(pieces), position + 1

    def closing(self, position: int, depth: int = 0) -> int:
        """The position after the bracket that closes the one here."""
        if position >= len(self.text):
            raise self.wrong("a bracket is missing", position)
        end = self.skip(position + 1, depth + 1, "")
        if end >= len(self.text):
            raise self.wrong("brackets are not closed", position)
        return end + 1

    def skip(self, position: int, depth: int = 0, stop: str = "\n,") -> int:
        """The position of the first character of `stop`, or closing bracket, outside of brackets and texts."""
        if depth > _DEPTH:
            raise self.wrong("nested too deeply", position)
        text, size, opened = self.text, len(self.text), 0
        while position < size:
            char = text[position]
            if not opened and (char in stop or char in ")]}"):
                if char != "\n" or not self._goes_on(position):
                    return position
                position += 1
            elif char == "'":
                _, position = self.string(position, depth + 1)
            elif char in "([{":
                opened += 1
                position += 1
            elif char in ")]}":
                opened -= 1
                position += 1
            else:
                position = self._plain_end(position, stop)
        return position

    def _plain_end(self, position: int, stop: str) -> int:
        match = _COMMENT.match(self.text, position)
        if match is None and ":" not in stop:
            match = _OTHER.match(self.text, position)
        return match.end() if match else position + 1


def _resolved(match: re.Match[str]) -> str:
    if match[1]:
        number = int(match[1], 16)
        return chr(number) if number < 0x110000 else match[0]
    return _CONTROL.get(match[2], match[2])
