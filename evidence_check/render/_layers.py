"""Boxes in columns, and lines between them that cross no box.

The method of Sugiyama, Tagawa and Toda (1981): a line over several columns passes each of them through a place of its
own, the places of a column are put in the order that crosses least lines, and lines bend only between the columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, GAP_X, GAP_Y, LANE = 196, 56, 14, 8
"""Of a box, between columns, between boxes, and of a line on its way through a column, in CSS pixels."""
_SWEEPS = 4
_PORT = 15


@dataclass(frozen=True, slots=True)
class Placed:
    """Left upper corners of the boxes, SVG path data of the lines, and the size of it all."""

    corners: tuple[tuple[int, int], ...]
    paths: tuple[str, ...]
    width: int
    height: int


def place(columns: Sequence[int], heights: Sequence[int], edges: Sequence[tuple[int, int]]) -> Placed:
    """Boxes of `heights` in their `columns`, each edge a line from one box to another.

    A line goes from the right side of a box to the left side of one further right; back to an earlier column it takes
    the same way in reverse, and within a column it leaves and comes back on the right side.
    """
    columns, heights = list(columns), list(heights)
    boxes = len(columns)
    ways: list[list[int]] = []
    for one, other in edges:
        first, last = (other, one) if columns[other] < columns[one] else (one, other)
        between = range(columns[first] + 1, columns[last])
        ways.append([first, *range(len(columns), len(columns) + len(between)), last])
        columns += between
        heights += [LANE] * len(between)
    steps = [step for way in ways for step in pairwise(way) if columns[step[0]] != columns[step[1]]]
    tops = _tops(columns, heights, boxes, steps)

    def left(number: int) -> int:
        return columns[number] * (WIDTH + GAP_X) + 1

    def port(number: int) -> int:
        return tops[number] + _port(heights[number])

    paths = []
    for (one, other), way in zip(edges, ways, strict=True):
        if columns[one] == columns[other]:
            out = left(one) + WIDTH
            paths.append(f"M{out} {port(one)}C{out + 40} {port(one)} {out + 40} {port(other)} {out + 6} {port(other)}")
            continue
        back = way[0] != one
        points = [(left(way[0]) + WIDTH + 6 * back, port(way[0]))]
        for number in way[1:-1]:
            points += [(left(number), port(number)), (left(number) + WIDTH, port(number))]
        points.append((left(way[-1]) - 6 * (not back), port(way[-1])))
        paths.append(_path(points[::-1] if back else points))
    width = max(columns, default=0) * (WIDTH + GAP_X) + WIDTH + GAP_X // 2 + 2
    height = max((top + tall for top, tall in zip(tops, heights, strict=True)), default=0) + 2
    return Placed(tuple((left(number), tops[number]) for number in range(boxes)), tuple(paths), width, height)


def columns_of(number: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """How many things stand before each in the longest row; edges that close a ring are passed over."""
    after: dict[int, list[int]] = defaultdict(list)
    for one, other in edges:
        if one != other:
            after[one].append(other)
    columns, state = [0] * number, [0] * number
    finished: list[int] = []
    forward: dict[int, list[int]] = defaultdict(list)
    for start in range(number):  # depth first without recursion; what is left when a thing is done stands before it
        waiting = [(start, iter(after[start]))] if not state[start] else []
        state[start] = state[start] or 1
        while waiting:
            one, others = waiting[-1]
            for other in others:
                if state[other] == 1:  # it is being looked at, so this edge closes a ring
                    continue
                forward[one].append(other)
                if state[other] == 0:
                    state[other] = 1
                    waiting.append((other, iter(after[other])))
                    break
            else:
                state[one] = 2
                finished.append(one)
                waiting.pop()
    for one in reversed(finished):
        for other in forward[one]:
            columns[other] = max(columns[other], columns[one] + 1)
    return columns


def _tops(columns: list[int], heights: list[int], boxes: int, steps: Sequence[tuple[int, int]]) -> list[int]:
    """The upper edge of every place: columns ordered so that few lines cross, then levelled with their neighbours."""
    before: dict[int, list[int]] = defaultdict(list)
    after: dict[int, list[int]] = defaultdict(list)
    for one, other in steps:
        before[other].append(one)
        after[one].append(other)
    rows: dict[int, list[int]] = defaultdict(list)
    for number, column in enumerate(columns):
        rows[column].append(number)
    tops = [0] * len(columns)
    for row in rows.values():
        _stack(row, [0.0] * len(row), tops, heights, boxes)
    for turn in range(2 * _SWEEPS):
        order, near = (sorted(rows), before) if turn % 2 == 0 else (sorted(rows, reverse=True), after)
        for column in order:
            row = rows[column]
            wanted = {
                number: sum(tops[one] + _port(heights[one]) for one in near[number]) / len(near[number])
                if near[number]
                else float(tops[number] + _port(heights[number]))
                for number in row
            }
            if turn < 2 * _SWEEPS - 2:
                row.sort(key=lambda number: wanted[number])
            _stack(row, [wanted[number] - _port(heights[number]) for number in row], tops, heights, boxes)
    highest = min(tops, default=0)
    return [top - highest + 1 for top in tops]


def _port(height: int) -> int:
    """Where lines meet a place of this height, from its top: level with the title of a box."""
    return min(_PORT, height // 2)


def _stack(row: list[int], wanted: list[float], tops: list[int], heights: list[int], boxes: int) -> None:
    """Gives a column's places the tops that are nearest to those wanted without overlap: an isotonic regression."""
    offsets, total = [], 0
    for number in row:
        offsets.append(total)
        total += heights[number] + (GAP_Y if number < boxes else LANE)
    blocks: list[tuple[float, int]] = []
    for value in (want - offset for want, offset in zip(wanted, offsets, strict=True)):
        mean, size = value, 1
        while blocks and blocks[-1][0] > mean:
            earlier, many = blocks.pop()
            mean, size = (earlier * many + mean * size) / (many + size), many + size
        blocks.append((mean, size))
    levels = [mean for mean, size in blocks for _ in range(size)]
    for number, level, offset in zip(row, levels, offsets, strict=True):
        tops[number] = round(level) + offset


def _path(points: Sequence[tuple[int, int]]) -> str:
    """Straight through the columns, bent between them."""
    text = "M{} {}".format(*points[0])
    for place_, ((x, y), (end, down)) in enumerate(pairwise(points)):
        if place_ % 2 == 1 or y == down:
            text += f"H{end}"
        else:
            middle = (x + end) // 2
            text += f"C{middle} {y} {middle} {down} {end} {down}"
    return text
