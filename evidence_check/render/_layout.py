"""Drawings of the report: what stands in each box, and which boxes a line joins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from evidence_check.expressions import expression
from evidence_check.model import Cluster, HandedPicture, PathJob, Way
from evidence_check.render._layers import WIDTH, columns_of, place
from evidence_check.render._text import count, cut, folded

LINE, PAD, INDENT = 17, 6, 18
"""Of a line of text, above and below the text of a box, and for the sign before a line, in CSS pixels."""
CHARACTERS, STRONG = 26, 22
"""Characters of a line of a box, at 12 pixels of a usual sans serif, and of one in bold."""
ROWS = 3
"""Lines that one text may take."""
ALONE = 16
"""Resources that each have a box of their own; of more, those that are alike share one."""
DRAWN = 40
"""Boxes that a drawing can still show; a table holds all of them."""
_LINES_DRAWN = 90
_BREAK = expression(r"(?<=[-_/:, ])")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in a box; `mark` is the sign before it."""

    text: str
    x: int
    y: int
    strong: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a drawing; `sort` is `box`, `soft` (it starts something and is nothing of its own) or `live`."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[Line, ...]
    sort: str = "box"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing and what it holds, in words."""

    title: str
    told: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    """SVG path data."""


@dataclass(frozen=True, slots=True)
class _Node:
    column: int
    texts: tuple[tuple[str, str], ...]
    """Mark and text of each line; the first is the title."""
    sort: str = "box"


@dataclass(slots=True)
class _Track:
    """A drawing of jobs while it is put together."""

    nodes: list[_Node] = field(default_factory=list)
    edges: list[tuple[int, int]] = field(default_factory=list)
    starts: dict[tuple[str, ...], int] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)


def tracks(way: Way) -> list[Drawing]:
    """The jobs that hang together, each as a drawing; those that do nothing which is marked are left to the table."""
    total = len(way.jobs)
    pairs = [(one, number) for number, job in enumerate(way.jobs) for one in job.after if one < total]
    groups = _components(total, pairs)
    drawings = []
    for group in groups:
        jobs = [way.jobs[number] for number in group]
        if not any(job.steps for job in jobs):
            continue
        track, first = _Track(), min(job.column for job in jobs)
        names = list(dict.fromkeys(job.pipeline for job in jobs))
        for number, job in zip(group, jobs, strict=True):
            _add(track, number, job, job.column - first + 1, several=len(names) > 1)
        track.edges += [(track.places[one], track.places[other]) for one, other in pairs if one in track.places]
        title = folded(", ".join(names))
        told = f"{count(len(jobs), 'job')} from left to right; the table says the same in words."
        drawings.append(_draw(title, told, track.nodes, track.edges))
    return drawings


def _add(track: _Track, number: int, job: PathJob, column: int, *, several: bool) -> None:
    """A job, and what starts it where nothing stands before it."""
    if not job.after and job.starts and job.starts not in track.starts:
        track.starts[job.starts] = len(track.nodes)
        track.nodes.append(_Node(0, tuple(("", text) for text in job.starts), "soft"))
    texts = [("", job.name)]
    texts += [("", f"of {job.pipeline}")] if several else []
    texts += [("approval", "waits for approval")] if job.approval else []
    for step in job.steps:
        texts.append((step.mark, f"{step.mark}: {step.technology}{' (may fail)' if step.hides_failure else ''}"))
    texts += [("environment", f"to {', '.join(job.environments)}")] if job.environments else []
    track.places[number] = len(track.nodes)
    live = any(step.mark == "deploy" for step in job.steps)
    track.nodes.append(_Node(column, tuple(texts), "live" if live else "box"))
    track.edges += [(track.starts[job.starts], track.places[number])] if not job.after and job.starts else []


def references(cluster: Cluster) -> Drawing | None:
    """What refers to what in a group, from what refers to nothing on the left; None where it is too much to draw.

    Of many, things of one type that stand to all others alike share a box.
    """
    number = len(cluster.members)
    links = sorted({(pair[1], pair[0]) for pair in cluster.links if max(pair) < number and pair[0] != pair[1]})
    alike: dict[tuple[str, frozenset[int], frozenset[int], int], list[int]] = defaultdict(list)
    for one, thing in enumerate(cluster.members):
        before = frozenset(low for low, high in links if high == one)
        after = frozenset(high for low, high in links if low == one)
        alike[thing.type, before, after, one if number <= ALONE else -1].append(one)
    groups = list(alike.values())
    box = {one: place_ for place_, group in enumerate(groups) for one in group}
    edges = list(dict.fromkeys((box[one], box[other]) for one, other in links))
    if len(groups) > DRAWN or len(edges) > _LINES_DRAWN:
        return None
    columns = columns_of(len(groups), edges)
    nodes = []
    for column, group in zip(columns, groups, strict=True):
        names = [cluster.members[one].name for one in group]
        title = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        nodes.append(_Node(column, (("", title), ("", cluster.members[group[0]].type))))
    told = (
        f"{count(number, 'resource')}; each line runs from one to another that refers to it; the table says the same."
    )
    return _draw("What refers to what", told, nodes, edges)


def boxes_and_lines(picture: HandedPicture) -> Drawing | None:
    """A handed-in diagram drawn again; boxes that no line joins are left to the table. None where it is too much."""
    number = len(picture.boxes)
    joins = [(pair[0], pair[1]) for pair in picture.joins if max(pair) < number and pair[0] != pair[1]]
    kept = sorted({end for join in joins for end in join})
    if not kept or len(kept) > DRAWN or len(joins) > _LINES_DRAWN:
        return None
    edges = [(kept.index(one), kept.index(other)) for one, other in joins]
    columns = columns_of(len(kept), edges)
    nodes = [_Node(column, (("", picture.boxes[one]),)) for column, one in zip(columns, kept, strict=True)]
    told = f"{count(len(kept), 'box', 'boxes')} and {count(len(joins), 'line')}; the table says the same in words."
    return _draw("The diagram as handed in", told, nodes, edges)


def _components(number: int, edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The numbers in groups that edges join, each by rising number."""
    group = list(range(number))

    def root(one: int) -> int:
        while group[one] != one:
            one = group[one]
        return one

    for one, other in edges:
        low, high = sorted((root(one), root(other)))
        group[high] = low
    found: dict[int, list[int]] = defaultdict(list)
    for one in range(number):
        found[root(one)].append(one)
    return list(found.values())


def _draw(title: str, told: str, nodes: Sequence[_Node], edges: Sequence[tuple[int, int]]) -> Drawing:
    rows = [_rows(node) for node in nodes]
    heights = [LINE * len(lines) + 2 * PAD for lines in rows]
    placed = place([node.column for node in nodes], heights, edges)
    boxes = tuple(
        Box(
            x,
            y,
            WIDTH,
            height,
            tuple(
                Line(text, x + 10 + INDENT * marked, y + PAD + LINE * row + 13, strong, mark)
                for row, (text, marked, strong, mark) in enumerate(lines)
            ),
            node.sort,
        )
        for node, (x, y), height, lines in zip(nodes, placed.corners, heights, rows, strict=True)
    )
    return Drawing(title, told, placed.width, placed.height, boxes, placed.paths)


def _rows(node: _Node) -> list[tuple[str, bool, bool, str]]:
    """The lines of a box: text, whether it stands behind a sign, whether it is bold, and the sign where it begins."""
    lines = []
    for number, (mark, text) in enumerate(node.texts):
        strong = number == 0 and node.sort != "soft"
        limit = STRONG if strong else CHARACTERS - 3 * bool(mark)
        for row, piece in enumerate(wrapped(folded(text), limit)):
            lines.append((piece, bool(mark), strong, mark if row == 0 else ""))
    return lines


def wrapped(text: str, limit: int) -> list[str]:
    """A text in at most `ROWS` lines of at most `limit` characters, broken where a person would break it."""
    lines = [""]
    for piece in _BREAK.split(text):
        if lines[-1] and len(lines[-1]) + len(piece.rstrip()) > limit:
            lines.append("")
        lines[-1] += piece
    if len(lines) > ROWS:
        lines = [*lines[: ROWS - 1], "".join(lines[ROWS - 1 :])]
    return [cut(line.strip(), limit) for line in lines]
