"""What people and code call the same thing, as data in `rules/names/`: tools of analyses, concepts of diagrams."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import cache
from pathlib import Path
from typing import Any

from evidence_check import own_files, tree
from evidence_check.expressions import expression
from evidence_check.folders import rules_folder
from evidence_check.rulebook import BrokenRules


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing of an architecture: what labels call it, and the types of resources that are it."""

    name: str
    drawn: re.Pattern[str]
    code: re.Pattern[str]


@cache
def tools(folder: Path | None = None) -> Mapping[str, tuple[str, ...]]:
    """The words that show a tool in files, by its name. Raises `BrokenRules`."""
    path = (folder or rules_folder() / "names") / "tools.yaml"
    raw = _load(path)
    return {str(name): _words(path, raw, name, words) for name, words in raw.items()}


@cache
def concepts(folder: Path | None = None) -> tuple[Concept, ...]:
    """The concepts of diagrams, in the file's order. Raises `BrokenRules`."""
    path = (folder or rules_folder() / "names") / "diagram.yaml"
    raw = _load(path)
    found = []
    for name, fields in raw.items():
        if not isinstance(fields, tree.Map) or set(fields) != {"drawn", "code"}:
            raise BrokenRules(path.name, raw.line_of(name), f"`{name}` has not `drawn` and `code`", "give it both")
        drawn, code = (_words(path, fields, key, fields[key]) for key in ("drawn", "code"))
        words = "|".join(sorted(map(re.escape, drawn), key=len, reverse=True))
        found.append(
            Concept(
                str(name),
                expression(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])", re.IGNORECASE),
                expression("|".join(translate(item) for item in code), re.IGNORECASE),
            )
        )
    return tuple(found)


def _load(path: Path) -> tree.Map:
    try:
        documents = own_files.parsed(path.read_bytes())
    except tree.BadSyntax as error:
        raise BrokenRules(path.name, error.line, str(error)) from error
    if len(documents) != 1 or not isinstance(documents[0], tree.Map):
        raise BrokenRules(path.name, 1, "is not one mapping", "write `name: [words]` lines")
    return documents[0]


def _words(path: Path, raw: tree.Map, key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
        raise BrokenRules(path.name, raw.line_of(key), f"`{key}` is not a list of words", "write `[one, two]`")
    return tuple(value)
