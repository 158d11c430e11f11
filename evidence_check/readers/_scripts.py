"""Scripts inside other syntaxes: where their text starts, lists of lines, and templates' interpolations in them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Unit
from evidence_check.readers import _shell
from evidence_check.tree import Map, Seq, Text

if TYPE_CHECKING:
    from typing import Unpack

    from evidence_check.readers._source import Source

_INTERPOLATION = expression(r"\$\{([A-Za-z_][\w-]{0,80}(?:[.(\[]|::)[^{}\n]{0,300})\}")
"""What a template (Terraform, Packer, CloudFormation, Nomad) fills in and no shell would accept: `${var.name}`."""


def commands(script: str, source: Source, unit: Unit, *, line: int = 1, **start: Unpack[_shell.Start]) -> list[Command]:
    """As `_shell.commands`, for a script in which a template's interpolations stand."""
    return _restored(_shell.commands(_guarded(script), source, unit, line=line, **start))


def _guarded(script: str) -> str:
    return _INTERPOLATION.sub(r"${{\1}}", script) if "${" in script else script


def _restored(found: list[Command]) -> list[Command]:
    return [
        replace(command, words=tuple(_bare(word) for word in command.words), text=_bare(command.text))
        if "${{" in command.text
        else command
        for command in found
    ]


def _bare(text: str) -> str:
    return text.replace("${{", "${").replace("}}", "}") if "${{" in text else text


def item_commands(items: Seq, source: Source, unit: Unit, **start: Unpack[_shell.Start]) -> list[Command]:
    """The commands of a list whose items are shell lines, or lists of words, that one shell runs."""
    placed = [
        (_guarded(shell_text(item)), item.line if isinstance(item, Text) and item.line else line)
        for item, line in zip(items, items.lines, strict=False)
    ]
    return _restored(_shell.session(placed, source, unit, **start))


def numbered(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The facts with the commands of each unit numbered through, where a unit has several texts."""
    following: dict[Unit, int] = {}
    for fact in facts:
        if isinstance(fact, Command):
            order = following.get(fact.unit, 0)
            following[fact.unit] = order + 1
            yield fact if fact.order == order else replace(fact, order=order)
        else:
            yield fact


def shell_text(value: Any) -> str:
    """A command as shell text: a text as it is, a list of words quoted, anything else empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return shlex.join(scalar_text(word) for word in value if not isinstance(word, dict | list))
    return ""


def scalar_text(value: Any) -> str:
    """A scalar as it was written."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def line_of(parent: Map, key: str) -> int:
    """The line where the text under a key starts: below the key for a block of text."""
    value = parent.get(key)
    return value.line if isinstance(value, Text) and value.line else parent.line_of(key)


def shifted(value: Any, by: int) -> Any:
    """A tree that was parsed from a piece of a file with its lines moved to those of the file. Changes the tree."""
    pending: list[Any] = [value]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if id(one) in seen or not isinstance(one, Map | Seq | Text):
            continue
        seen.add(id(one))
        one.line += by
        if isinstance(one, Map):
            one.lines = {key: line + by for key, line in one.lines.items()}
            pending.extend(one.values())
        elif isinstance(one, Seq):
            one.lines = [line + by for line in one.lines]
            pending.extend(one)
        else:
            pending.append(one.value)
    return value


def texts(value: Any, key: str = "", line: int = 0, depth: int = 0) -> Iterator[tuple[str, str, int]]:
    """Every text in a tree with its key (that of its list for a list's item) and the line where it starts."""
    if depth > 40:
        return
    if isinstance(value, str):
        inner = value.value if isinstance(value, Text) else None
        if isinstance(inner, Map | Seq | Text):
            yield from texts(inner, key, line, depth + 1)
        else:
            yield key, value, (value.line if isinstance(value, Text) and value.line else line)
    elif isinstance(value, Map):
        for name, item in value.items():
            yield from texts(item, name, value.line_of(name), depth + 1)
    elif isinstance(value, Seq):
        for index, item in enumerate(value):
            yield from texts(item, key, value.lines[index] if index < len(value.lines) else line, depth + 1)


def last_line(value: Any) -> int:
    """The last line that a tree is known to reach."""
    last = 0
    pending: list[Any] = [value]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if isinstance(one, Map | Seq):
            if id(one) in seen:
                continue
            seen.add(id(one))
            last = max(last, one.line, *(one.lines.values() if isinstance(one, Map) else one.lines), 0)
            pending.extend(one.values() if isinstance(one, Map) else one)
        elif isinstance(one, Text):
            last = max(last, one.line + one.rstrip("\n").count("\n"))
    return last
