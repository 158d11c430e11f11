"""A quick look at PNG pictures, which must never say of an empty or damaged one that something is drawn on it."""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from evidence_check.readers._png import certainly_drawn


def _saved(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def _photo(mode: str = "RGB") -> Image.Image:
    return Image.frombytes("RGB", (300, 300), random.Random(1).randbytes(300 * 300 * 3)).convert(mode)


def _nearly(mode: str, colour: int, seed: int) -> Image.Image:
    """Paper of one colour as a scanner sees it: no two points differ by more than 8 in a channel."""
    size = 200 * 200 * len(mode)
    low = min(colour, 247)
    return Image.frombytes(mode, (200, 200), bytes(low + value % 9 for value in random.Random(seed).randbytes(size)))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_what_has_many_colours_is_drawn(mode: str) -> None:
    assert certainly_drawn(_saved(_photo(mode)))


def test_a_screenshot_below_a_white_margin_is_drawn() -> None:
    image = Image.new("RGB", (900, 600), "white")
    image.paste(_photo(), (100, 200))
    assert certainly_drawn(_saved(image))


def test_what_only_decoding_can_tell_is_not_certain() -> None:
    boxes = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(boxes).rectangle((20, 100, 110, 160), fill="#dae8fc", outline="#6c8ebf")
    assert not certainly_drawn(_saved(boxes))
    assert not certainly_drawn(_saved(_photo("P"))), "the numbers of its colours say nothing of these"
    assert not certainly_drawn(_saved(Image.new("I;16", (200, 200), 40_000)))


@given(mode=st.sampled_from(["RGB", "RGBA", "L", "LA"]), colour=st.integers(0, 255), seed=st.integers(0, 9))
def test_paper_of_nearly_one_colour_is_never_drawn(mode: str, colour: int, seed: int) -> None:
    assert not certainly_drawn(_saved(_nearly("L" if mode == "LA" else mode, colour, seed).convert(mode)))


@given(place=st.integers(8, 100_000), data=st.binary(max_size=60))
def test_a_picture_that_is_cut_off_or_changed_is_not_certain(place: int, data: bytes) -> None:
    whole = _saved(_photo())
    at = place % (len(whole) - 12)
    assert not certainly_drawn(whole[: max(at, 8)])
    changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    assert not certainly_drawn(changed)
    assert not certainly_drawn(data)
    assert not certainly_drawn(whole[:8] + data)


def test_rows_without_an_end_are_not_followed() -> None:
    bomb = _saved(Image.new("RGB", (8_000, 7_000)))
    assert len(bomb) < 1_000_000
    assert not certainly_drawn(bomb)
