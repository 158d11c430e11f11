"""Text and trees with line numbers, shared by the rules and by the readers of YAML-like and JSON-like syntaxes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from evidence_check.expressions import expression

NODE_LIMIT = 400_000
"""Nodes that one file may expand to. A few lines of aliases can stand for millions of nodes."""
DEPTH_LIMIT = 200


class BadSyntax(Exception):
    """The text does not parse; `line` where known, else 0."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


class Map(dict[str, Any]):
    """A mapping that remembers the line it starts at and the line of each key."""

    __slots__ = ("line", "lines", "tag")

    def __init__(self, line: int = 0, tag: str = "") -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.tag = tag

    def line_of(self, key: str) -> int:
        """The line of a key, else the mapping's own."""
        return self.lines.get(key, self.line)


def with_item(value: Map, key: str, item: Any, line: int) -> Map:
    """A copy of a mapping with one more item, which stands in this line."""
    result = Map(value.line, value.tag)
    result.update({**value, key: item})
    result.lines = {**value.lines, key: line}
    return result


class Seq(list[Any]):
    """A list that remembers the line it starts at and the line of each item."""

    __slots__ = ("line", "lines", "tag")

    def __init__(self, line: int = 0, tag: str = "") -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []
        self.tag = tag


class Text(str):
    """A text of several lines (heredoc, YAML's `|` and `>`) that remembers the line where it starts, or a call that
    encodes a value.

    `value` is the same as `Map`, `Seq` or `Text` where the text is JSON or a call such as `jsonencode({...})`, else
    None: attribute paths lead into it.
    """

    __slots__ = ("line", "value")

    line: int
    value: Any

    def __new__(cls, text: str = "", line: int = 0, value: Any = None) -> Text:
        self = super().__new__(cls, text)
        self.line = line
        self.value = value
        return self


def decode(data: bytes) -> str:
    """Bytes to text with `\\n` newlines: by byte order mark, as UTF-8, else by the most likely legacy encoding."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"),
                           (b"\xfe\xff", "utf-16")):  # fmt: skip
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace")
            break
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


# YAML 1.2's core schema: `on`, `yes` and `no` stay text, as pipeline files mean them.
_TRUE, _FALSE, _NULL = {"true", "True", "TRUE"}, {"false", "False", "FALSE"}, {"", "~", "null", "Null", "NULL"}
_INT = expression(r"[-+]?[0-9]{1,18}")
_FLOAT = expression(r"[-+]?(?:[0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18})(?:[eE][-+]?[0-9]{1,3})?")


def scalar(text: str) -> Any:
    """A plain scalar as YAML 1.2's core schema reads it: true, false, None, a number, else the text."""
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if text in _NULL:
        return None
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


# What libyaml 0.2.6 and later say of more than 1,000 levels, wherever `DEPTH_LIMIT` was not met first.
_TOO_DEEP_FOR_LIBYAML = "exceeded maximum nesting depth"


def parse_yaml(text: str) -> list[Any]:
    """Every document of a YAML text. Keys are text, custom tags are kept in `.tag` or prefixed to scalars (`!Ref x`).

    Raises `BadSyntax` with the line, also where aliases expand beyond `NODE_LIMIT`.
    """
    loader = yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
    try:
        if _may_be_deep(text):
            _check_depth(text, loader)
        nodes = _composed(text, loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context
        if problem == _TOO_DEEP_FOR_LIBYAML:
            problem = "nested too deeply"
        raise BadSyntax(f"not valid YAML: {problem}", mark.line + 1 if mark else 0) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadSyntax(
            f"not valid YAML: {str(error).splitlines()[0] if str(error) else 'nested too deeply'}"
        ) from error
    budget = [NODE_LIMIT]
    return [_convert(node, budget, 0) for node in nodes if node is not None]


def _composed(text: str, loader: Any) -> list[yaml.Node]:
    try:
        return list(yaml.compose_all(text, loader))
    except yaml.composer.ComposerError as error:
        if error.problem != "second occurrence":
            raise
        return list(yaml.compose_all(_distinct_anchors(text, loader), loader))


def _distinct_anchors(text: str, loader: Any) -> str:
    """The text with a name of its own for each anchor that is set again, which YAML allows and PyYAML does not
    (https://yaml.org/spec/1.2.2/#3222-anchors-and-aliases: an alias means the last one before it)."""
    again: dict[str, int] = {}
    pieces: list[str] = []
    start = 0
    for token in yaml.scan(text, loader):
        if isinstance(token, yaml.AnchorToken):
            again[token.value] = again.get(token.value, -1) + 1
        elif not isinstance(token, yaml.AliasToken):
            continue
        number = again.get(token.value, 0)
        if number:
            end = token.start_mark.index + 1 + len(token.value)
            pieces.append(f"{text[start:end]}-again-{number}")
            start = end
    return "".join(pieces) + text[start:]


def plain(value: Any) -> Any:
    """What a parse gave as lists and scalars, which JSON can hold; of a text, a number or None, itself."""
    if isinstance(value, Map):
        return [
            "map",
            value.line,
            value.tag,
            [[key, value.lines.get(key, -1), plain(item)] for key, item in value.items()],
        ]
    if isinstance(value, Seq):
        return ["seq", value.line, value.tag, value.lines, [plain(item) for item in value]]
    if isinstance(value, Text):
        return ["text", value.line, str(value)]
    return ["list", [plain(item) for item in value]] if isinstance(value, (list, tuple)) else value


def from_plain(value: Any) -> Any:
    """What `plain` was given."""
    if not isinstance(value, list):
        return value
    kind, rest = value[0], value[1:]
    if kind == "map":
        made = Map(rest[0], rest[1])
        for key, line, item in rest[2]:
            made[key] = from_plain(item) if type(item) is list else item
            if line >= 0:
                made.lines[key] = line
        return made
    if kind == "seq":
        seq = Seq(rest[0], rest[1])
        seq.lines = rest[2]
        seq.extend([from_plain(item) if type(item) is list else item for item in rest[3]])
        return seq
    if kind == "text":
        return Text(rest[1], rest[0])
    return [from_plain(item) for item in rest[0]]


_FAR_IN = expression(rf"^[ ?-]{{{DEPTH_LIMIT // 2}}}", re.MULTILINE)


def _may_be_deep(text: str) -> bool:
    """Whether brackets or indentation allow for more than `DEPTH_LIMIT` levels."""
    return text.count("[") + text.count("{") > DEPTH_LIMIT or _FAR_IN.search(text) is not None


def _check_depth(text: str, loader: Any) -> None:
    """Ends on levels beyond `DEPTH_LIMIT`: composing them would overflow the C stack, which nothing can catch."""
    depth = 0
    for event in yaml.parse(text, loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_LIMIT:
                mark = event.start_mark
                raise BadSyntax("not valid YAML: nested too deeply", mark.line + 1 if mark else 0)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _convert(node: yaml.Node, budget: list[int], depth: int) -> Any:
    budget[0] -= 1
    line = node.start_mark.line + 1
    if budget[0] < 0 or depth > DEPTH_LIMIT:
        raise BadSyntax("expands to too many or too deeply nested values", line)
    tag = node.tag if node.tag and not node.tag.startswith("tag:yaml.org,2002:") else ""
    if isinstance(node, yaml.ScalarNode):
        if node.style in ("|", ">"):
            return Text(f"{tag} {node.value}" if tag else node.value, line + 1)
        # a plain scalar's style is None with the Python loader and empty with the C loader
        value = scalar(node.value) if not node.style and not tag else node.value
        return f"{tag} {value}" if tag else value
    if isinstance(node, yaml.SequenceNode):
        seq = Seq(line, tag)
        for child in node.value:
            seq.append(_convert(child, budget, depth + 1))
            seq.lines.append(child.start_mark.line + 1)
        return seq
    result = Map(line, tag)
    merged: list[Map] = []
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else str(_convert(key_node, budget, depth + 1))
        value = _convert(value_node, budget, depth + 1)
        if key == "<<" and isinstance(value, Map):
            merged.append(value)
        elif key == "<<" and isinstance(value, list):
            merged.extend(item for item in value if isinstance(item, Map))
        else:
            result[key] = value
            result.lines[key] = key_node.start_mark.line + 1
    for source in merged:
        for key, value in source.items():
            if key not in result:
                result[key] = value
                result.lines[key] = source.lines.get(key, line)
    return result


_JSON5 = expression(
    r'"(?>(?:[^"\\\n]|\\.)*)"?|'
    r"'(?>(?:[^'\\\n]|\\.)*)'?|//[^\n]*|/\*(?>(?:[^*]|\*(?!/))*)(?:\*/)?|(?<![\w$])[A-Za-z_$][\w$]*+(?=\s*:)",
    re.DOTALL,
)
_LAST_COMMA = expression(r'"(?>(?:[^"\\\n]|\\.)*)"?|,(?=\s*[}\]])', re.DOTALL)


class _Pairs(list[tuple[str, Any]]):
    """An object's members in the order of the text, a key given twice included."""


def parse_json(text: str) -> Any:
    """A JSON text; objects and arrays as `Map` and `Seq` with lines. Of JSON5 it takes comments, trailing commas,
    keys without quotes and texts in single quotes (https://spec.json5.org/).

    Raises `BadSyntax` with the line.
    """
    try:
        try:
            value = json.loads(text, object_pairs_hook=_Pairs)
        except json.JSONDecodeError:
            text = _LAST_COMMA.sub(lambda m: m[0] if m[0] != "," else " ", _JSON5.sub(_as_json, text))
            value = json.loads(text, object_pairs_hook=_Pairs)
        return _attach(value, _token_lines(text), 0)[0]
    except json.JSONDecodeError as error:
        raise BadSyntax(f"not valid JSON: {error.msg}", error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise BadSyntax("not valid JSON: nested too deeply or a number too long") from error


def _as_json(match: re.Match[str]) -> str:
    """A token of JSON5 in JSON's words, newlines kept."""
    token = match[0]
    if token[0] == '"':
        return token
    if token[0] == "'":
        return '"' + token[1:].removesuffix("'").replace("\\'", "'").replace('"', '\\"') + '"'
    if token[0] == "/":
        return "\n" * token.count("\n")
    return f'"{token}"'


_JSON_TOKEN = expression(r'"(?>(?:[^"\\]|\\.)*)"|[^\s"{}\[\],:]+|[{}\[\]\n]')


def _token_lines(text: str) -> Iterator[int]:
    """The line of every string, literal and bracket."""
    line = 1
    for match in _JSON_TOKEN.finditer(text):
        if match[0] == "\n":
            line += 1
        else:
            yield line


def _attach(value: Any, lines: Iterator[int], depth: int) -> tuple[Any, int]:
    """The value again as `Map` and `Seq`, and the line it starts at."""
    line = next(lines, 0)
    if depth > DEPTH_LIMIT:
        raise BadSyntax("nested too deeply", line)
    if isinstance(value, _Pairs):
        result = Map(line)
        for key, item in value:
            result.lines[key] = next(lines, line)
            result[key], _ = _attach(item, lines, depth + 1)
        next(lines, 0)
        return result, line
    if isinstance(value, list):
        seq = Seq(line)
        for item in value:
            attached, at = _attach(item, lines, depth + 1)
            seq.append(attached)
            seq.lines.append(at)
        next(lines, 0)
        return seq, line
    return value, line


WALK_DEPTH = 24
"""Levels that a path of attributes may lead down; a container in Terraform's words for Kubernetes lies 14 deep."""


def values_at(value: Any, path: tuple[str, ...], line: int = 0, depth: int = 0) -> Iterator[tuple[Any, int]]:
    """The values at an attribute path with their lines.

    In a path `*` is any key, `**` any depth, `a|b` either key, `[]` the items of a list; lists are walked through
    without it too, and so is a text that encodes a value.
    """
    if depth > WALK_DEPTH:
        return
    if isinstance(value, list):
        if not path:
            yield value, line
            return
        rest = path[1:] if path[0] == "[]" else path
        for index, item in enumerate(value):
            at = value.lines[index] if isinstance(value, Seq) and index < len(value.lines) else line
            yield from values_at(item, rest, at, depth + 1)
        return
    if not path or path == ("[]",):
        yield value, line
        return
    if path == ("**",) and not isinstance(value, dict):
        yield value, line
    if isinstance(value, Text):
        yield from values_at(value.value, path, value.line or line, depth + 1)
        return
    key, rest = path[0], path[1:]
    if key == "[]":
        yield from values_at(value, rest, line, depth + 1)
    elif isinstance(value, dict):
        lines = value.lines if isinstance(value, Map) else {}
        if key == "**" and rest:
            yield from values_at(value, rest, line, depth + 1)
        for name in value if key in {"*", "**"} else [name for name in key.split("|") if name in value]:
            yield from values_at(value[name], path if key == "**" else rest, lines.get(name, line), depth + 1)
