"""Drawings: no line passes a box, whatever refers to what."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from evidence_check.render._layers import WIDTH, columns_of, place
from evidence_check.render._layout import wrapped


@st.composite
def _graphs(draw: st.DrawFn) -> tuple[list[int], list[tuple[int, int]]]:
    number = draw(st.integers(1, 12))
    end = st.integers(0, number - 1)
    edges = [(one, other) for one, other in draw(st.lists(st.tuples(end, end), max_size=24)) if one != other]
    heights = draw(st.lists(st.integers(29, 120), min_size=number, max_size=number))
    return heights, list(dict.fromkeys(edges))


def _points(path: str) -> list[tuple[float, float]]:
    """Points all along a path of `M`, `H` and `C`."""
    points: list[tuple[float, float]] = []
    for command, numbers in re.findall(r"([MHC])([-\d .]+)", path):
        given_ = [float(number) for number in numbers.split()]
        if command == "M":
            points.append((given_[0], given_[1]))
        elif command == "H":
            x, y = points[-1]
            points += [(x + (given_[0] - x) * step / 20, y) for step in range(1, 21)]
        else:
            xs, ys = zip(points[-1], *zip(given_[::2], given_[1::2], strict=True), strict=True)
            points += [(_bezier(xs, t / 40), _bezier(ys, t / 40)) for t in range(1, 41)]
    return points


def _bezier(ends: Sequence[float], t: float) -> float:
    one, two, three, four = ends
    return one * (1 - t) ** 3 + 3 * two * t * (1 - t) ** 2 + 3 * three * t * t * (1 - t) + four * t**3


@given(_graphs())
def test_no_line_passes_a_box_and_no_box_another(graph: tuple[list[int], list[tuple[int, int]]]) -> None:
    heights, edges = graph
    placed = place(columns_of(len(heights), edges), heights, edges)
    boxes = [(x, y, x + WIDTH, y + height) for (x, y), height in zip(placed.corners, heights, strict=True)]
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert min(left, top) > 0
        assert right <= placed.width
        assert bottom <= placed.height
        for other_left, other_top, _, other_bottom in boxes[:number]:
            assert left != other_left or bottom <= other_top or other_bottom <= top
    for path in placed.paths:
        for x, y in _points(path):
            assert 0 <= x <= placed.width
            for left, top, right, bottom in boxes:
                assert not (left + 1 < x < right - 1 and top < y < bottom), (path, (left, top, right, bottom))


def test_a_line_over_a_column_goes_round_the_box_that_stands_there() -> None:
    placed = place([0, 1, 2], [40, 40, 40], [(0, 1), (1, 2), (0, 2)])
    long = placed.paths[2]
    top, bottom = placed.corners[1][1], placed.corners[1][1] + 40
    level = {y for x, y in _points(long) if placed.corners[1][0] <= x <= placed.corners[1][0] + WIDTH}
    assert len(level) == 1  # straight through the column
    assert not top <= level.pop() <= bottom


def test_a_ring_has_columns_and_is_drawn_back() -> None:
    assert columns_of(3, [(0, 1), (1, 2), (2, 0)]) == [0, 1, 2]
    assert columns_of(2, [(0, 0), (0, 1)]) == [0, 1]
    placed = place([0, 1, 2], [40, 40, 40], [(0, 1), (1, 2), (2, 0)])
    back = _points(placed.paths[2])
    assert back[0][0] > back[-1][0]  # it starts at the right box and ends at the left one


def test_long_names_are_broken_where_a_person_would() -> None:
    assert wrapped("deploy to production", 26) == ["deploy to production"]
    assert wrapped("aws_load_balancer_controller_policy", 22) == ["aws_load_balancer_", "controller_policy"]
    assert wrapped("x" * 80, 20) == ["x" * 19 + "…"]
    assert len(wrapped("one two three four five six seven eight nine ten", 10)) == 3
