"""The simple commands of PowerShell and batch texts, by a splitter that follows quotes, brackets and comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Command, Unit
from evidence_check.readers import _quoting, _shell, _words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Unpack

    from evidence_check.readers._source import Source

_BLOCK_COMMENT = expression(r"<#.{0,20000}?#>", re.DOTALL)
_HERE_STRING = expression(r"@(['\"])\n.{0,50000}?\n\1@", re.DOTALL)
_ASSIGNED = expression(r"(?:\[[\w.]{1,60}\])?\$[\w:.]{1,80}\s{0,10}\+?=\s{0,10}")
_KEYWORDS = frozenset(
    "if else elseif foreach for while do until switch try catch finally function param return begin process end exit "
    "throw break continue trap filter using class goto setlocal endlocal rem exist not defined shift pause".split()
)
_PLAIN = expression(r"[^\"'#:&|$@{}();]+")
"""What no quoting, comment or separator begins in."""
_TOKEN = expression(r"""(?:"(?:[^"`]|`.|"")*"|'[^']*'|[^\s"'])+""")


def powershell_commands(
    script: str, source: Source, unit: Unit, *, line: int = 1, **start: Unpack[_shell.Start]
) -> list[Command]:
    """The commands of a PowerShell text; the parameters are those of `_shell.commands`. Never raises."""
    text = _BLOCK_COMMENT.sub(_blank, script[: _shell.SIZE_LIMIT])
    text = _HERE_STRING.sub(_blank, text)
    statements = _statements(text, "`", "#", "{}();|")
    return _commands(statements, script, source, unit, line, start)


def batch_commands(
    script: str, source: Source, unit: Unit, *, line: int = 1, **start: Unpack[_shell.Start]
) -> list[Command]:
    """The commands of a Windows batch text; the parameters are those of `_shell.commands`. Never raises."""
    statements = _statements(script[: _shell.SIZE_LIMIT], "^", "::", "()|")
    return _commands(statements, script, source, unit, line, start)


def _blank(match: re.Match[str]) -> str:
    return "''" + "\n" * match[0].count("\n")


def _statements(text: str, continuation: str, comment: str, separators: str) -> Iterator[tuple[int, str]]:
    """Row and text of every statement: lines joined where they continue, split at separators outside quotes."""
    pending, start = "", 0
    for row, raw in enumerate(text.split("\n")):
        written = raw.rstrip()
        if not pending:
            start = row
        if written.endswith(continuation):
            pending += written[:-1] + " "
            continue
        whole, pending = pending + written, ""
        for piece in _split(whole, separators, comment):
            if piece.strip():
                yield start, piece.strip()
    if pending.strip():
        yield start, pending.strip()


def _split(statement: str, separators: str, comment: str) -> Iterator[str]:
    quote, piece, index = "", "", 0
    while index < len(statement):
        plain = _PLAIN.match(statement, index)
        if plain is not None:
            piece += plain[0]
            index = plain.end()
            continue
        char = statement[index]
        if quote:
            quote = "" if char == quote else quote
            piece += char
        elif char in "\"'":
            quote = char
            piece += char
        elif statement.startswith(comment, index) and (not piece.strip() or (char == "#" and piece[-1:] in " \t")):
            break
        elif statement.startswith(("&&", "||"), index):
            yield piece
            piece, index = "", index + 1
        elif statement.startswith(("$(", "${", "@{", "@("), index) and "(" in separators:
            end = _quoting.closing(statement, index)
            piece += statement[index:end]
            index = end
            continue
        elif char in separators or (char == "&" and separators == "()|"):
            yield piece
            piece = ""
        else:
            piece += char
        index += 1
    yield piece


def _commands(
    statements: Iterator[tuple[int, str]],
    script: str,
    source: Source,
    unit: Unit,
    line: int,
    start: _shell.Start,
) -> list[Command]:
    directory, order = start.get("directory", ""), start.get("order", 0)
    inside, hides_failure = start.get("inside", ""), start.get("hides_failure", False)
    found: list[Command] = []
    lines = script.split("\n")
    for row, statement in statements:
        words = _statement_words(statement)
        if not words or len(found) >= _shell.COUNT_LIMIT:
            continue
        text = " ".join(lines[row][:2_000].split())[:400]
        where = source.at(line + row)
        nested = _words.nested(words)
        if not (nested and _words.replaces(words)):
            found.append(Command(where, unit, words, directory, inside, hides_failure, order + len(found), text))
        for one in nested:
            deeper = one.script or " ".join(f"'{word}'" if " " in word else word for word in one.words)
            found += _shell.commands(
                deeper, source, unit, line=line + row, directory=directory, order=order + len(found),
                inside=one.inside or inside, hides_failure=hides_failure,
            )  # fmt: skip
        if words[0].lower() in {"cd", "chdir", "set-location", "pushd", "push-location"} and len(words) > 1:
            target = next((word for word in words[1:] if not word.startswith(("-", "/d", "/D"))), "")
            directory = _shell.joined(directory, target.replace("\\", "/"))
    return found


def _statement_words(statement: str) -> tuple[str, ...]:
    statement = statement.lstrip("@")
    assigned = _ASSIGNED.match(statement)
    if assigned:
        statement = statement[assigned.end() :]
    statement = statement.lstrip("&. ") if statement.startswith(("& ", "&'", '&"', ". ")) else statement
    words = tuple(match[0].replace('"', "").replace("'", "") for match in _TOKEN.finditer(statement))
    while words and words[0].lower() in {"call", "start"}:
        words = words[1:]
    first = words[0] if words else ""
    if not first or first.lower() in _KEYWORDS or first[0] in "$[-:%+=<>!0123456789":
        return ()
    if first.startswith(".") and not first.startswith(("./", ".\\", "..")):
        return ()
    if first.startswith((".\\", "..\\")) or ("\\" in first and not first.startswith("\\")):
        words = (first.replace("\\", "/"), *words[1:])
    return _words.unwrap(words)
