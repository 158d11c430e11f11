"""TOML (https://toml.io/en/v1.0.0) as trees with lines, which `tomllib` does not tell."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from evidence_check.expressions import expression
from evidence_check.tree import DEPTH_LIMIT, BadSyntax, Map, Seq

Place = tuple[str | int, ...]

_TOKEN = expression(
    r'"""(?>(?:[^"\\]|\\.|"(?!""))*)(?:"{3,5})?|'
    r"'''(?>(?:[^']|'(?!''))*)(?:'{3,5})?|"
    r'"(?>(?:[^"\\\n]|\\.)*)"?|'
    r"'[^'\n]*+'?|#[^\n]*|[\[\]{}=,\n]|[^\s\[\]{}=,#\"']+",
    re.DOTALL,
)
_KEY_PART = expression(r'"((?>(?:[^"\\\n]|\\.)*))"|' r"'([^'\n]*+)'|([A-Za-z0-9_-]++)")
_LONG_KEY = expression(rf"(?:[^\s.]{{1,80}}\.){{{DEPTH_LIMIT}}}")
"""`tomllib` takes time that grows with the square of a dotted key's parts."""
_LINE_OF_FAULT = expression(r"at line (\d+)")


def parse_toml(text: str) -> Map:
    """The tables of a TOML text. Raises `BadSyntax` with the line."""
    if _LONG_KEY.search(text):
        raise BadSyntax("not valid TOML: nested too deeply")
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _LINE_OF_FAULT.search(str(error))
        raise BadSyntax(f"not valid TOML: {error}", int(match[1]) if match else 0) from error
    except (RecursionError, ValueError) as error:
        raise BadSyntax("not valid TOML: nested too deeply or a number too long") from error
    attached = _attach(value, (), dict(_places(text)), 1, 0)
    assert isinstance(attached, Map)
    return attached


def _attach(value: Any, place: Place, lines: dict[Place, int], line: int, depth: int) -> Any:
    if depth > DEPTH_LIMIT:
        raise BadSyntax("nested too deeply", line)
    if isinstance(value, dict):
        result = Map(line)
        for key, item in value.items():
            at = lines.get((*place, key), line)
            result[key] = _attach(item, (*place, key), lines, at, depth + 1)
            result.lines[key] = at
        return result
    if isinstance(value, list):
        seq = Seq(line)
        for index, item in enumerate(value):
            at = lines.get((*place, index), line)
            seq.append(_attach(item, (*place, index), lines, at, depth + 1))
            seq.lines.append(at)
        return seq
    return str(value) if isinstance(value, (datetime.date, datetime.time)) else value


def _places(text: str) -> Iterator[tuple[Place, int]]:
    """Where each table, key and item of a list stands; only for texts that parse."""
    table: Place = ()
    counts: dict[Place, int] = {}
    for line, tokens in _statements(text):
        words = [token for token, _ in tokens]
        if words[0] == "[":
            array = len(words) > 1 and words[1] == "["
            table = _located(_key("".join(words).strip("[]")), counts)
            if array:
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            yield table, line
            continue
        if "=" not in words:
            continue
        equals = words.index("=")
        place = (*table, *_key("".join(words[:equals])))
        yield place, line
        yield from _items(tokens[equals + 1 :], place)


def _statements(text: str) -> Iterator[tuple[int, list[tuple[str, int]]]]:
    """Logical lines: the line they start at and their tokens, each with its own line."""
    statement: list[tuple[str, int]] = []
    depth, line = 0, 1
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "\n":
            if statement and (depth <= 0 or statement[0][0] == "["):
                yield statement[0][1], statement
                statement, depth = [], 0
            line += 1
        elif token[0] != "#":
            statement.append((token, line))
            depth += token in "[{"
            depth -= token in "]}"
            line += token.count("\n")
    if statement:
        yield statement[0][1], statement


def _items(tokens: list[tuple[str, int]], place: Place) -> Iterator[tuple[Place, int]]:
    """The lines of a list's own items."""
    if not tokens or tokens[0][0] != "[":
        return
    depth, index, fresh = 0, 0, False
    for token, line in tokens:
        if fresh and token not in ",]":
            yield (*place, index), line
            fresh = False
        if token in "[{":
            depth += 1
            fresh = fresh or (depth == 1)
        elif token in "]}":
            depth -= 1
        elif token == "," and depth == 1:
            index, fresh = index + 1, True


def _key(text: str) -> Place:
    return tuple(
        next(part for part in (match[1], match[2], match[3]) if part is not None) for match in _KEY_PART.finditer(text)
    )


def _located(table: Place, counts: dict[Place, int]) -> Place:
    """The table's place, with the number of the current item after each list of tables on its way."""
    place: Place = ()
    for part in table[:-1]:
        place = (*place, part)
        if place in counts:
            place = (*place, counts[place])
    return (*place, *table[-1:])
