"""Values of HCL, the configuration language of Terraform, OpenTofu, Packer and Nomad.

Literals, lists, objects and heredocs become Python values with lines; every other expression stays the text that it is.
A regular scanner at this depth is some ten times faster than a grammar and keeps positions. The syntax is that of
https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
import textwrap
from typing import Any

from evidence_check.expressions import expression
from evidence_check.readers._hcl_each import each_of
from evidence_check.readers._scanner import TextScanner
from evidence_check.readers._scripts import shifted
from evidence_check.tree import DEPTH_LIMIT, BadSyntax, Map, Seq, Text, parse_json

IDENTIFIER = r"[^\W\d][\w-]*+"
_PLAIN = r'(?>(?:[^"\\$%\n]++|\\.|\$\$\{|%%\{|[$%](?!\{))*)'
_NUMBER = r"-?[0-9]++(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?"
_TRAVERSAL = rf'{IDENTIFIER}(?>(?:\.(?:[\w-]++|\*)|\[(?:[0-9]++|\*|"[^"\n\\$%]*+")\])*)'
_LITERAL = expression(
    rf'(?:"(?P<text>{_PLAIN})"|(?P<number>{_NUMBER})|(?P<name>{_TRAVERSAL}))[ \t]*+(?=[\n,\]}})#]|//|\Z)'
)
_SPACE = expression(r"(?>(?:[ \t\r\f\n]++|#[^\n]*+|//[^\n]*+|/\*(?>(?:[^*]++|\*(?!/))*)\*/)*)")
_BLANK = expression(r"(?>(?:[ \t\r\f]++|/\*(?>(?:[^*]++|\*(?!/))*)\*/)*)")
_COMMENT = expression(r"#[^\n]*+|//[^\n]*+|/\*(?>(?:[^*]++|\*(?!/))*)\*/")
_CHUNK = expression(_PLAIN)
_OTHER = expression(r'[^"\[\](){}\n#/<,]++')
_HEREDOC = expression(r"<<(-?)([^\W\d][\w.-]*+)[ \t]*\n")
_FOR = expression(r"[\[{](?>(?:\s|#[^\n]*+\n)*)for\s(?!\s*[=:])")
_FOR_EACH = expression(rf"\[\s*+for\s++(?:{IDENTIFIER}\s*+,\s*+)?({IDENTIFIER})\s++in\s++")
_FOR_NAMED = expression(rf"((?:to(?:set|list)\()?{_TRAVERSAL}\)?)\s*+:")
_KEY = expression(rf'(?:"({_PLAIN})"|({_TRAVERSAL}|{_NUMBER}))[ \t]*+(?:=(?![=>])|:)')
_CALL = expression(rf"({IDENTIFIER})\((?=\s*+(?:\[|\{{|<<|{IDENTIFIER}\())")
_ESCAPE = expression(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|\$\$(?=\{)|%%(?=\{)")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}

ENCODERS = frozenset(
    ["jsonencode", "yamlencode", "base64encode", "base64gzip", "trimspace", "chomp", "toset", "tolist", "tomap",
     "sensitive", "nonsensitive", "flatten", "concat"]
)  # fmt: skip
"""Functions whose single argument is the value itself in another form, as far as evidence goes."""


def unescape(text: str) -> str:
    """A quoted literal's text with its escapes resolved."""
    return _ESCAPE.sub(_resolved, text) if "\\" in text or "{" in text else text


def _resolved(match: re.Match[str]) -> str:
    if code := match[1] or match[2]:
        number = int(code, 16)
        return chr(number) if number < 0x110000 else match[0]
    return _CONTROL.get(match[3], match[3]) if match[3] else match[0][0]


class Scanner(TextScanner):
    """One HCL text. Positions are offsets into it; every method raises `BadSyntax` with the line."""

    LANGUAGE = "HCL"
    SPACE = _SPACE
    BLANK = _BLANK

    def value(self, position: int, stop: str, depth: int = 0) -> tuple[Any, int]:
        """The value that starts here and the position after it. It ends before a character of `stop`, outside of any
        brackets; a newline in `stop` makes newlines end it, else they are white space."""
        position = self.blank(position) if "\n" in stop else self.space(position)
        if depth > DEPTH_LIMIT:
            raise self.wrong("nested too deeply", position)
        match = _LITERAL.match(self.text, position)
        if match and self._ends(match.end(), stop):
            return _literal(match), match.end()
        first = self.text[position : position + 1]
        try:
            found = self._structured(first, position, depth)
        except BadSyntax:
            found = None
        if found and self._ends(found[1], stop):
            return found
        end = self._skip(position, stop, depth)
        text = self._without_comments(position, end)
        if not text:
            raise self.wrong("a value is missing", position)
        call = _CALL.match(self.text, position, end)
        if call and call[1] in ENCODERS:
            inner = self._argument(call.end(), end, depth)
            if inner is not None:
                return Text(text, self.line(position), inner), end
        return text, end

    def _structured(self, first: str, position: int, depth: int) -> tuple[Any, int] | None:
        if first == '"':
            return self.string(position, depth)
        if first == "<" and (heredoc := _HEREDOC.match(self.text, position)):
            return self._heredoc(heredoc)
        if first == "[" and (each := _FOR_EACH.match(self.text, position)):
            return self._for(each, depth)
        if first in ("[", "{") and first and not _FOR.match(self.text, position):
            return self._list(position, depth) if first == "[" else self._object(position, depth)
        return None

    def _ends(self, position: int, stop: str) -> bool:
        if "\n" not in stop:
            position = self.space(position)
            return position >= len(self.text) or self.text[position] in stop
        position = self.blank(position)
        return position >= len(self.text) or self.text[position] in stop + "#" or self.text.startswith("//", position)

    def _list(self, position: int, depth: int) -> tuple[Seq, int]:
        seq = Seq(self.line(position))
        position = self.space(position + 1)
        while not self.text.startswith("]", position):
            seq.lines.append(self.line(position))
            item, position = self.value(position, ",]", depth + 1)
            seq.append(item)
            position = self.space(position)
            if self.text.startswith(",", position):
                position = self.space(position + 1)
            elif not self.text.startswith("]", position):
                raise self.wrong("a list is not closed", position)
        return seq, position + 1

    def _for(self, match: re.Match[str], depth: int) -> tuple[Seq, int] | None:
        """`[for port in [22, 80] : { from = port }]`, an object for each item."""
        if named := _FOR_NAMED.match(self.text, match.end()):
            items, position = named[1], named.end()
        elif self.text[match.end() : match.end() + 1] in ("[", "{"):
            items, position = self.value(match.end(), ":", depth + 1)
            position = self.space(position) + 1
        else:
            return None
        position = self.space(position)
        if not self.text.startswith("{", position) or _FOR.match(self.text, position):
            return None
        content, position = self._object(position, depth + 1)
        seq = Seq(self.line(match.start()))
        seq.extend(each_of(content, match[1], items))
        seq.lines = [content.line] * len(seq)
        return seq, self._skip(position, "]", depth) + 1

    def _object(self, position: int, depth: int) -> tuple[Map, int]:
        result = Map(self.line(position))
        position = self.space(position + 1)
        while not self.text.startswith("}", position):
            line = self.line(position)
            if match := _KEY.match(self.text, position):
                key, position = unescape(match[1]) if match[1] is not None else match[2], match.end()
            else:
                key, position = self._computed_key(position, depth)
            result[key], position = self.value(position, ",\n}", depth + 1)
            result.lines[key] = line
            position = self.space(position)
            if self.text.startswith(",", position):
                position = self.space(position + 1)
            elif position >= len(self.text):
                raise self.wrong("an object is not closed", position)
        return result, position + 1

    def _computed_key(self, position: int, depth: int) -> tuple[str, int]:
        start = position
        if self.text.startswith('"', position):
            _, position = self.string(position, depth)
        elif self.text.startswith("(", position):
            position = self._skip(position + 1, ")", depth) + 1
        key = self.text[start:position].strip('"')
        position = self.blank(position)
        if not key or self.text[position : position + 1] not in ("=", ":") or self.text.startswith("=>", position):
            raise self.wrong("a key of an object is expected", start)
        return key, position + 1

    def string(self, position: int, depth: int) -> tuple[str, int]:
        """A quoted template. Interpolations stay as written; one that is the whole loses its `${}`."""
        pieces: list[str] = []
        start = position = position + 1
        while True:
            match = _CHUNK.match(self.text, position)
            assert match is not None
            pieces.append(unescape(match[0]))
            position = match.end()
            mark = self.text[position : position + 2]
            if mark[:1] == '"':
                break
            if mark not in ("${", "%{"):
                raise self.wrong("a quoted text is not closed", start)
            end = self._skip(position + 2, "}", depth + 1) + 1
            pieces.append(self.text[position:end])
            position = end
        if len(pieces) == 3 and not pieces[0] and not pieces[2] and pieces[1].startswith("${"):
            return pieces[1][2:-1].strip(" ~\t\n"), position + 1
        return "".join(pieces), position + 1

    def _heredoc(self, match: re.Match[str]) -> tuple[Text, int]:
        end = self._heredoc_end(match)
        text = self.text[match.end() : end.start()]
        text = (textwrap.dedent(text) if match[1] else text).replace("$${", "${").replace("%%{", "%{")
        line = self.line(match.start()) + 1
        return Text(text, line, _json_value(text, line)), end.end()

    def _heredoc_end(self, match: re.Match[str]) -> re.Match[str]:
        end = expression(rf"^[ \t]*{re.escape(match[2])}(?=[ \t]*$|[ \t]*[,)\]}}])", re.MULTILINE).search(
            self.text, match.end()
        )
        if end is None:
            raise self.wrong(f"the heredoc {match[2]} is not closed", match.start())
        return end

    def _argument(self, position: int, end: int, depth: int) -> Any:
        """The single argument of a call that ends at `end`, or None where there are more or it is an expression."""
        try:
            value, position = self.value(position, ",)", depth + 1)
        except BadSyntax:
            return None
        position = self.space(position)
        if self.text.startswith(",", position):
            position = self.space(position + 1)
        structured = isinstance(value, Map | Seq | Text)
        return value if structured and self.text.startswith(")", position) and position == end - 1 else None

    def _skip(self, position: int, stop: str, depth: int) -> int:
        """The position of the first character of `stop` outside of brackets, texts, comments and heredocs."""
        if depth > DEPTH_LIMIT:
            raise self.wrong("nested too deeply", position)
        text, size, opened = self.text, len(self.text), 0
        start = position
        while position < size:
            if match := _OTHER.match(text, position):
                position = match.end()
                continue
            char = text[position]
            if char in stop and not opened:
                return position
            if char == '"':
                _, position = self.string(position, depth)
            elif char in "([{":
                opened += 1
                position += 1
            elif char in ")]}":
                if not opened:
                    raise self.wrong(f"a {char} without its opening", position)
                opened -= 1
                position += 1
            elif char in "#/" and (match := _COMMENT.match(text, position)):
                position = match.end()
            elif char == "<" and (match := _HEREDOC.match(text, position)):
                position = self._heredoc_end(match).end()
            else:
                position += 1
        if opened or "\n" not in stop:
            raise self.wrong("brackets are not closed", start)
        return position

    def _without_comments(self, start: int, end: int) -> str:
        text = self.text[start:end]
        if "#" not in text and "/" not in text:
            return text.strip()
        pieces: list[str] = []
        kept = position = start
        while position < end:
            if match := _OTHER.match(self.text, position, end):
                position = match.end()
            elif self.text[position] == '"':
                _, position = self.string(position, 0)
            elif self.text[position] == "<" and (match := _HEREDOC.match(self.text, position)):
                position = self._heredoc_end(match).end()
            elif match := _COMMENT.match(self.text, position, end):
                pieces.append(self.text[kept:position])
                kept = position = match.end()
            else:
                position += 1
        return "".join([*pieces, self.text[kept:end]]).strip()


def _literal(match: re.Match[str]) -> Any:
    if match["text"] is not None:
        return unescape(match["text"])
    if match["name"]:
        return _WORDS.get(match["name"], match["name"])
    number = match["number"]
    if len(number) > 18:
        return number
    return int(number) if number.lstrip("-").isdigit() else float(number)


def _json_value(text: str, line: int) -> Any:
    """The value of a JSON text with its lines in the file, or None where it is none."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        value = parse_json(text)
    except BadSyntax:
        return None
    return shifted(value, line - 1)
