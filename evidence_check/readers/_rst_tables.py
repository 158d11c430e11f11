"""The tables of reStructuredText as rows of cells.

Source: https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#tables
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from itertools import pairwise

from evidence_check.expressions import expression

GRID = expression(r"[ \t]*\+(?:[-=]+\+)+[ \t]*")
SIMPLE = expression(r"[ \t]*=+(?:[ \t]+=+)+[ \t]*")
_ITEM = expression(r"[*-](?:[ \t]+(?P<cell>[-*])(?=[ \t]|$))?(?:[ \t]+(?P<text>.*))?")


@dataclass
class Row:
    """A table row: the offset of its first text line in the block, its cells, whether it is a header."""

    offset: int
    cells: list[str]
    header: bool = False


def grid(block: list[str]) -> list[Row]:
    """A grid table: borders of `+---+`, the header's lower border of `+===+`."""
    rows: list[Row] = []
    indent = len(block[0]) - len(block[0].lstrip())
    edges = [at for at, mark in enumerate(block[0]) if mark == "+"]
    current: Row | None = None
    for offset, line in enumerate(block):
        if line[indent : indent + 1] == "+":
            if "=" in line:
                for row in rows:
                    row.header = True
            current = None
            continue
        if all(line[at : at + 1] in {"|", "+"} for at in edges):
            cells = [line[left + 1 : right].strip() for left, right in pairwise(edges)]
        else:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if current is None:
            current = Row(offset, cells)
            rows.append(current)
        else:
            current.cells = _joined(current.cells, cells)
    return rows


def simple(block: list[str]) -> list[Row]:
    """A simple table: columns under `===  ===`; a row without a first cell goes on the row above."""
    starts = [match.start() for match in re.finditer(r"=+", block[0])]
    borders = [offset for offset, line in enumerate(block) if SIMPLE.fullmatch(line)]
    rows: list[Row] = []
    for offset, line in enumerate(block):
        if offset in borders or not line.strip() or re.fullmatch(r"[ \t]*-+(?:[ \t]+-+)*[ \t]*", line):
            continue
        cells = [line[left:right].strip() for left, right in zip(starts, [*starts[1:], None], strict=True)]
        if rows and not cells[0]:
            rows[-1].cells = _joined(rows[-1].cells, cells)
        else:
            rows.append(Row(offset, cells, header=len(borders) > 2 and borders[0] < offset < borders[1]))
    return rows


def _joined(above: list[str], below: list[str]) -> list[str]:
    width = max(len(above), len(below))
    above, below = above + [""] * (width - len(above)), below + [""] * (width - len(below))
    return [f"{first} {second}".strip() for first, second in zip(above, below, strict=True)]


def list_table(block: list[str], headers: int) -> list[Row]:
    """A `list-table`: a list of lists."""
    rows: list[Row] = []
    outer = next((len(line) - len(line.lstrip()) for line in block if line.strip()), 0)
    for offset, line in enumerate(block):
        indent = len(line) - len(line.lstrip())
        item = _ITEM.fullmatch(line.strip())
        if item and indent == outer:
            rows.append(Row(offset, [item["text"] or ""]))
        elif item and rows and not item["cell"]:
            rows[-1].cells.append(item["text"] or "")
        elif rows and line.strip():
            rows[-1].cells[-1] = f"{rows[-1].cells[-1]} {line.strip()}".strip()
    for row in rows[:headers]:
        row.header = True
    return rows


def csv_table(block: list[str], header: str, headers: int) -> list[Row]:
    """A `csv-table` with its rows in the text; one that names a file has none here."""
    rows: list[Row] = []
    if header:
        rows.append(Row(-1, _fields(header), header=True))
    for offset, line in enumerate(block):
        if line.strip():
            rows.append(Row(offset, _fields(line), header=len(rows) < headers and not header))
    return rows


def _fields(line: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line.strip()], skipinitialspace=True), [])]
    except csv.Error:
        return [cell.strip() for cell in line.split(",")]
