"""Where things of a drawing stand: boxes in columns, and lines between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from evidence_check.model import Cluster, Way
from evidence_check.render._text import cut, folded

WIDTH, LINE, GAP_X, GAP_Y, PAD = 190, 17, 46, 14, 6
"""Measures in CSS pixels."""
CHARACTERS = 25
"""Characters of a line of a box, at 12 pixels of a usual sans serif."""
DRAWN = 16
"""Things of a group that a drawing can still show; a table holds all of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in a box; the first is its title."""

    text: str
    y: int
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a drawing; `soft` is one that starts something and is nothing of its own."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[Line, ...]
    soft: bool = False


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
    texts: tuple[str, ...]
    soft: bool = False


def tracks(way: Way) -> list[Drawing]:
    """The jobs that hang together, each as a drawing; those that do nothing which is marked are left to the table."""
    groups = _components(
        len(way.jobs), [(one, number) for number, job in enumerate(way.jobs) for one in job.after if one < number]
    )
    drawings = []
    for group in groups:
        jobs = [way.jobs[number] for number in group]
        if not any(job.steps for job in jobs):
            continue
        nodes: list[_Node] = []
        edges: list[tuple[int, int]] = []
        starts: dict[tuple[str, ...], int] = {}
        places: dict[int, int] = {}
        first = min(job.column for job in jobs)
        for number, job in zip(group, jobs, strict=True):
            if not job.after and job.starts and job.starts not in starts:
                starts[job.starts] = len(nodes)
                nodes.append(_Node(0, job.starts, soft=True))
            places[number] = len(nodes)
            texts = [job.name, *(f"{step.mark}: {step.technology}" for step in job.steps)]
            texts += [f"to {', '.join(job.environments)}"] if job.environments else []
            texts += ["waits for approval"] if job.approval else []
            nodes.append(_Node(job.column - first + 1, tuple(texts)))
            edges += [(places[one], places[number]) for one in job.after if one in places]
            edges += [(starts[job.starts], places[number])] if not job.after and job.starts else []
        names = ", ".join(dict.fromkeys(job.pipeline for job in jobs))
        told = (
            f"{len(jobs)} {'job' if len(jobs) == 1 else 'jobs'} from left to right; the table holds the same in words."
        )
        drawings.append(_draw(folded(names), told, nodes, edges))
    return drawings


def references(cluster: Cluster) -> Drawing | None:
    """What refers to what in a group, from what refers to nothing on the left; None where it is too much to draw."""
    if len(cluster.members) > DRAWN:
        return None
    edges = [(pair[1], pair[0]) for pair in cluster.links if max(pair) < len(cluster.members)]
    columns = _columns(len(cluster.members), edges)
    nodes = [_Node(columns[number], (one.name, one.type)) for number, one in enumerate(cluster.members)]
    told = f"{len(nodes)} things; each line goes from a thing to what refers to it; the table holds the same in words."
    return _draw("What refers to what", told, nodes, edges)


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


def _columns(number: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """How many things stand before each; an edge of a ring that would push for ever is passed over."""
    columns = [0] * number
    for _ in range(number):
        moved = False
        for one, other in edges:
            if columns[other] <= columns[one] < number - 1 and (other, one) not in edges:
                columns[other] = columns[one] + 1
                moved = True
        if not moved:
            break
    used = {column: place for place, column in enumerate(sorted(set(columns)))}
    return [used[column] for column in columns]


def _draw(title: str, told: str, nodes: Sequence[_Node], edges: Sequence[tuple[int, int]]) -> Drawing:
    bottom: dict[int, int] = defaultdict(int)
    boxes = []
    for node in nodes:
        texts = [cut(folded(text), CHARACTERS) for text in node.texts]
        height = LINE * len(texts) + 2 * PAD
        x, y = node.column * (WIDTH + GAP_X) + 1, bottom[node.column] + 1
        lines = tuple(
            Line(text, y + PAD + LINE * place + 13, strong=place == 0 and not node.soft)
            for place, text in enumerate(texts)
        )
        boxes.append(Box(x, y, WIDTH, height, lines, node.soft))
        bottom[node.column] += height + GAP_Y
    paths = tuple(_path(boxes[one], boxes[other]) for one, other in edges)
    width = max((box.x for box in boxes), default=0) + WIDTH + GAP_X // 2
    return Drawing(title, told, width, max(bottom.values(), default=GAP_Y) - GAP_Y + 2, tuple(boxes), paths)


def _path(one: Box, other: Box) -> str:
    x, y = one.x + WIDTH, one.y + min(one.height // 2, 20)
    if other.x <= one.x:  # a ring: the line comes back to the side that it left
        down = other.y + min(other.height // 2, 20)
        return f"M{x} {y}C{x + 28} {y} {x + 28} {down} {other.x + WIDTH + 5} {down}"
    end, down = other.x, other.y + min(other.height // 2, 20)
    bend = max((end - x) // 2, 20)
    return f"M{x} {y}C{x + bend} {y} {end - bend} {down} {end - 5} {down}"
