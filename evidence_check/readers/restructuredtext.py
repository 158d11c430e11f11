"""reStructuredText: prose, headings, tables, code blocks, pictures and Sphinx's drawings; nothing is included.

Read row by row, since docutils takes a second for some 30 to 100 kB, and a project may hold megabytes of it.
Source: https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html and
https://www.sphinx-doc.org/en/master/usage/restructuredtext/directives.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Document, Fact, Picture
from evidence_check.readers import _rst_tables
from evidence_check.readers._fences import drawings
from evidence_check.readers._prose import Prose, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evidence_check.readers._source import Source

SYSTEM = "restructuredtext"
GIVES = frozenset({Document.kind, Diagram.kind, Picture.kind})

_CODE = frozenset(
    "code code-block sourcecode literalinclude parsed-literal doctest testcode testoutput testsetup prompt math "
    "productionlist ipython graphviz digraph graph console jupyter-execute mermaid uml plantuml d2 "
    "command-output".split()
)
_DROPPED = frozenset(
    "raw include toctree contents index meta highlight default-role role currentmodule module py:module automodule "
    "autoclass autofunction autosummary sectnum section-numbering tabularcolumns header footer bibliography "
    "inheritance-diagram replace unicode date click program jinja argparse automethod autoattribute".split()
)

_ADORNMENT = expression(r"([!-/:-@[-`{-~])\1{2,}[ \t]*")
_DIRECTIVE = expression(
    r"(?P<indent>[ \t]*)\.\. (?:\|[^|]{1,100}\|[ \t]+)?(?P<name>[A-Za-z][\w:+.-]{0,60})::(?:[ \t]+(?P<argument>.*))?"
)
_NOTE = expression(r"[ \t]*\.\. \[[^\]]{1,60}\](?:[ \t]+|$)")
_COMMENT = expression(r"(?P<indent>[ \t]*)(?:\.\.(?:[ \t].*)?|__ \S.*)")
_OPTION = expression(r"[ \t]*:(?P<name>[\w-]{1,60}):(?:[ \t]+(?P<value>.*))?")
_FIELD = expression(r"[ \t]*:(?P<name>[^:`]{1,80}):(?:[ \t]+|$)")
_ITEM = expression(r"^[ \t]*(?:[*+\u2022-]|\(?(?:\d{1,3}|[a-zA-Z]|#)[.)]|\|)(?:[ \t]+|$)")
_ROLE = expression(r":[a-zA-Z][\w:+.-]{0,40}:`~?!?([^`<>]{1,300}?)[ \t]*(?:<[^`<>]{0,300}>)?`")
_LINK = expression(r"`([^`<>]{0,300}?)[ \t]*<(?P<target>[^`<>]{1,500})>`__?")
_BROKEN_LINK = expression(r"(?<!`)`(?=[^`]{0,700}\n)(?P<text>[^`<>]{0,300})<[^`<>]{1,500}>`__?")
"""A link whose text or address begins on another line than it ends."""
_LITERAL = expression(r"``([^`]{1,500})``")
_INTERPRETED = expression(r"`([^`]{1,300})`(?:__?)?")
_EMPHASIS = expression(r"(?<![\w*\\])\*{1,2}(?=[^\s*])|(?<=[^\s*\\])\*{1,2}(?![\w*])")
_REFERENCE = expression(r"(?<=\w)__?(?=[\s.,;:!?)\]]|$)")
_FOOTNOTE = expression(r"\[(?:#?[\w-]{0,40}|\*)\]_")


def wants(source: Source) -> bool:
    """By suffix."""
    return source.name.lower().endswith((".rst", ".rest"))


def read(source: Source) -> Iterable[Fact]:
    """The document, its pictures and its drawings."""
    prose = Prose(source)
    text = _BROKEN_LINK.sub(_mended, text_of(source).expandtabs(8))
    _Reading(prose, text.split("\n")).run()
    return [*prose.facts("restructuredtext"), *drawings(prose)]


@dataclass
class _Reading:
    prose: Prose
    rows: list[str]
    levels: list[str] = field(default_factory=list)
    """The adornments of titles in the order of their first use."""
    literal: bool = False
    """The paragraph above ended in `::`."""

    def run(self) -> None:
        at = 0
        while at < len(self.rows):
            at = self._block(at)

    def _row(self, at: int) -> str:
        return self.rows[at] if at < len(self.rows) else ""

    def _block(self, at: int) -> int:
        """Read what starts at a row; gives the row after it."""
        row = self.rows[at]
        if not row.strip():
            return at + 1
        if self.literal and row.startswith(" "):
            return self._verbatim(at, self._end(at, _indent(row) - 1))
        self.literal = False
        if directive := _DIRECTIVE.fullmatch(row):
            return self._directive(at, directive)
        if note := _NOTE.match(row):
            self.prose.say(at + 1, self._plain(row[note.end() :], at))
            return at + 1
        if row.strip() == ".." and not self._row(at + 1).strip():
            return at + 1  # an empty comment ends what is above, and hides nothing below
        if comment := _COMMENT.fullmatch(row):
            return self._end(at + 1, len(comment["indent"]))
        if row.lstrip().startswith(">>> "):
            return self._verbatim(at, self._blank(at))
        if _rst_tables.GRID.fullmatch(row) or _rst_tables.SIMPLE.fullmatch(row):
            return self._table(at)
        if after := self._title(at):
            return after
        return self._paragraph(at)

    def _end(self, at: int, indent: int) -> int:
        """The row after the block that is indented deeper than `indent`, blank rows included."""
        while at < len(self.rows) and (not self.rows[at].strip() or _indent(self.rows[at]) > indent):
            at += 1
        return at

    def _blank(self, at: int) -> int:
        while self._row(at).strip():
            at += 1
        return at

    def _verbatim(self, start: int, end: int, language: str = "") -> int:
        while end > start and not self.rows[end - 1].strip():
            end -= 1
        block = self.rows[start:end]
        indent = min((_indent(row) for row in block if row.strip()), default=0)
        if block:
            self.prose.verbatim(start + 1, "\n".join(row[indent:] for row in block), language)
        self.literal = False
        return max(end, start)

    def _title(self, at: int) -> int:
        row, below = self.rows[at], self._row(at + 1)
        over = _ADORNMENT.fullmatch(row)
        if over and below.strip() and self._row(at + 2).rstrip() == row.rstrip():
            return self._heading(at + 1, f"{row[0]}{row[0]}", at + 3)
        if over:
            return at + 1
        under = _ADORNMENT.fullmatch(below)
        if under and not row.startswith(" ") and len(below.rstrip()) >= min(len(row.strip()), 4):
            return self._heading(at, below[0], at + 2)
        return 0

    def _heading(self, at: int, adornment: str, after: int) -> int:
        if adornment not in self.levels:
            self.levels.append(adornment)
        said = self._plain(self.rows[at], at)
        self.prose.say(at + 1, said)
        self.prose.heading(self.levels.index(adornment) + 1, said, at + 1)
        return after

    def _paragraph(self, at: int) -> int:
        row = self.rows[at]
        if named := _FIELD.match(row):
            row = f"{named['name']} {row[named.end() :]}"
        row = _ITEM.sub("", row, count=1)
        if row.rstrip().endswith("::"):
            self.literal = not self._row(at + 1).strip() or self._row(at + 1).startswith(" ")
            row = row.rstrip()[:-1]
        self.prose.say(at + 1, self._plain(row, at))
        return at + 1

    def _directive(self, at: int, directive: re.Match[str]) -> int:
        name = directive["name"].lower()
        argument = (directive["argument"] or "").strip()
        end = self._end(at + 1, len(directive["indent"]))
        options: dict[str, str] = {}
        start = at + 1
        while start < end and (option := _OPTION.fullmatch(self.rows[start])):
            options[option["name"]] = option["value"] or ""
            start += 1
        while start < end and not self.rows[start].strip():
            start += 1
        if name in _DROPPED:
            return end
        if name in _CODE:
            language = argument if name in {"code", "code-block", "sourcecode"} else name
            self._verbatim(start, end, language)
            return end
        if name in {"image", "figure"}:
            caption = self._row(start).strip() if start < end else ""
            self.prose.picture(at + 1, argument, caption or options.get("alt", ""))
            return start
        if name in {"list-table", "csv-table"}:
            return self._table_directive(at, (start, end), argument, options)
        self.prose.say(at + 1, self._plain(argument, at))
        return start

    def _table_directive(self, at: int, block: tuple[int, int], title: str, options: dict[str, str]) -> int:
        self.prose.say(at + 1, self._plain(title, at))
        start, end = block
        headers = int(options["header-rows"]) if options.get("header-rows", "").isdecimal() else 0
        lines = self.rows[start:end]
        if options.get("header") or "file" in options or "delim" in options:
            self._rows(start, _rst_tables.csv_table(lines, options.get("header", ""), headers))
        elif any(line.lstrip().startswith(("* -", "- *", "- -", "* *")) for line in lines):
            self._rows(start, _rst_tables.list_table(lines, headers))
        else:
            self._rows(start, _rst_tables.csv_table(lines, "", headers))
        return end

    def _table(self, at: int) -> int:
        if _rst_tables.GRID.fullmatch(self.rows[at]):
            end = self._blank(at)
            self._rows(at, _rst_tables.grid(self.rows[at:end]))
            return end
        borders = 1
        end = at + 1
        while end < len(self.rows) and borders < 3:
            border = bool(_rst_tables.SIMPLE.fullmatch(self.rows[end]))
            borders += border
            end += 1
            if border and not self._row(end).strip():
                break
        self._rows(at, _rst_tables.simple(self.rows[at:end]))
        return end

    def _rows(self, start: int, rows: list[_rst_tables.Row]) -> None:
        for row in rows:
            line = start + row.offset + 1
            cells = [self._plain(cell, line - 1) for cell in row.cells]
            self.prose.say(line, " | ".join(cells) + " ")
            if row.header:
                for cell in cells:
                    self.prose.table_header(cell, line)

    def _plain(self, text: str, at: int) -> str:
        """The text without inline markup; its links to drawings are told."""
        text = _ROLE.sub(r"\1", text)
        for link in _LINK.finditer(text):
            self.prose.link(at + 1, link["target"], link[1])
        text = _LINK.sub(lambda link: link[1] or link["target"], text)
        text = _LITERAL.sub(r"\1", text)
        text = _INTERPRETED.sub(r"\1", text)
        text = _FOOTNOTE.sub("", text)
        text = _EMPHASIS.sub("", text)
        return _REFERENCE.sub("", text).replace("\\ ", "").replace("\\", "")


def _mended(link: re.Match[str]) -> str:
    """The text of a link over several lines, on the same lines; a link on one line stays."""
    whole = link[0]
    return f"{link['text']}{chr(10) * (whole.count(chr(10)) - link['text'].count(chr(10)))}" if "\n" in whole else whole


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())
