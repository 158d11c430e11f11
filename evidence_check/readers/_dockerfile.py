"""Instructions of a Dockerfile with their lines: continuations, comments, parser directives, heredocs, variables.

Format: https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from evidence_check.expressions import expression

KEYWORDS = frozenset(
    ["ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
     "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"]
)  # fmt: skip
_DIRECTIVE = expression(r"\s*#\s*(\w+)\s*=\s*(\S+)")
_INSTRUCTION = expression(r"\s*([A-Za-z]+)(?:\s+|$)")
_HEREDOC = expression(r"(?<!<)<<-?(?P<quote>[\"']?)(\w{1,60})(?P=quote)(?!<)")
_FLAG = expression(r"(?:\s|\\\n)*--([a-z][\w-]*)(?:=((?:[^\s\"]|\"[^\"\n]*\")*))?(?=\s|$)")
_VARIABLE = expression(r"\\\$|\$(?:\{(\w{1,80})(?:(:?[-+?])([^{}]{0,300}))?\}|(\w{1,80}))")
_LENGTH = 4000
"""Characters of a value with its variables put in: a few lines of `ENV A=$A$A` would fill the memory."""
_WITH_HEREDOC = frozenset({"RUN", "COPY", "ADD"})


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A text given to an instruction in place."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction. `value` keeps its continuation lines as `\\` and newline, so that lines can be counted in it."""

    keyword: str
    value: str
    line: int
    end_line: int
    heredocs: tuple[Heredoc, ...] = ()
    written: str = ""
    """The value with its heredocs, as a shell reads it."""

    @property
    def joined(self) -> str:
        """The value on one line."""
        return " ".join(self.value.replace("\\\n", " ").split())

    def flags(self) -> tuple[dict[str, str], int]:
        """The leading `--name=value` options, and the offset in `value` where they end."""
        found: dict[str, str] = {}
        position = 0
        while match := _FLAG.match(self.value, position):
            found[match[1]] = match[2] or ""
            position = match.end()
        return found, position


def instructions(text: str) -> list[Instruction]:
    """Every instruction in the order it stands. A line that starts none has the keyword as it is written."""
    lines = text.split("\n")
    escape, row = _directives(lines)
    found: list[Instruction] = []
    endless: set[str] = set()
    while row < len(lines):
        stripped = lines[row].strip()
        if not stripped or stripped.startswith("#"):
            row += 1
            continue
        match = _INSTRUCTION.match(lines[row])
        keyword = match[1].upper() if match else stripped.split()[0]
        start = row
        pieces = [lines[row][match.end() :] if match else ""]
        while row + 1 < len(lines) and _continues(pieces[-1], escape):
            row += 1
            comment = not lines[row].strip() or lines[row].lstrip().startswith("#")
            pieces.append(escape if comment else lines[row])
        value = "\n".join(_bare(piece, escape) for piece in pieces).removesuffix("\\")
        row += 1
        heredocs: list[Heredoc] = []
        body = row
        if keyword in _WITH_HEREDOC:
            for mark in _HEREDOC.finditer(value):
                text_here, after = _heredoc(lines, row, mark[2]) if mark[2] not in endless else ("", -1)
                if after < 0:
                    endless.add(mark[2])
                    break
                heredocs.append(Heredoc(text_here, row + 1))
                row = after
        written = "\n".join([value, *lines[body:row]])
        found.append(Instruction(keyword, value, start + 1, row, tuple(heredocs), written))
    return found


def _directives(lines: list[str]) -> tuple[str, int]:
    """The escape character, and the first row after the parser directives."""
    escape, row = "\\", 0
    while row < len(lines) and (match := _DIRECTIVE.match(lines[row])):
        if match[1].lower() == "escape" and match[2] == "`":
            escape = "`"
        row += 1
    return escape, row


def _continues(line: str, escape: str) -> bool:
    return line.rstrip(" \t").endswith(escape)


def _bare(line: str, escape: str) -> str:
    line = line.rstrip(" \t")
    return line[:-1] + "\\" if line.endswith(escape) else line


def _heredoc(lines: list[str], row: int, mark: str) -> tuple[str, int]:
    """The text from `row` to its end mark and the row after that; -1 where it does not end."""
    for end in range(row, len(lines)):
        if lines[end].strip("\t ") == mark:
            return "\n".join(lines[row:end]) + "\n", end + 1
    return "", -1


def substituted(text: str, variables: Mapping[str, str]) -> str:
    """The text with the variables that are known put in; others stay as written."""
    if "$" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        name, operator, other = match[1] or match[4], match[2] or "", match[3] or ""
        if not name:
            return match[0]
        known = variables.get(name)
        if operator.endswith("+"):
            return other if known else ""
        if known is not None and (known or not operator.startswith(":")):
            return known
        return other if operator.endswith("-") else match[0]

    return _VARIABLE.sub(value, text)[:_LENGTH]


@dataclass(frozen=True, slots=True)
class Image:
    """An image reference: `registry/name:tag@digest`."""

    name: str
    tag: str = ""
    digest: str = ""


def image_of(reference: str) -> Image:
    """The parts of an image reference (https://pkg.go.dev/github.com/distribution/reference)."""
    rest, _, digest = reference.partition("@")
    folder, slash, last = rest.rpartition("/")
    name, _, tag = last.partition(":")
    return Image(f"{folder}{slash}{name}", tag, digest)
