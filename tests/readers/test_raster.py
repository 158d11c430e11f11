"""Pictures: size, blankness, embedded drawings, damage."""

from __future__ import annotations

import io
import json
import random
import zlib
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from evidence_check.model import Diagram
from evidence_check.readers import raster
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def _saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _boxes() -> Image.Image:
    image = Image.new("RGB", (400, 300), "white")
    draw = ImageDraw.Draw(image)
    for left in (20, 150, 280):
        draw.rectangle((left, 100, left + 90, 160), fill="#dae8fc", outline="#6c8ebf")
    draw.line((110, 130, 150, 130), fill="black")
    return image


def _noise() -> Image.Image:
    return Image.frombytes("RGB", (300, 300), random.Random(1).randbytes(300 * 300 * 3))


def _read(data: bytes, path: str = "docs/architecture.png") -> list[Diagram]:
    return [fact for fact in read_with(raster, path, data) if isinstance(fact, Diagram)]


@pytest.mark.parametrize(
    ("suffix", "kind"), [("png", "PNG"), ("JPG", "JPEG"), ("gif", "GIF"), ("webp", "WEBP"), ("bmp", "BMP")]
)
def test_a_drawing_is_not_blank_and_its_size_is_told(suffix: str, kind: str) -> None:
    (found,) = _read(_saved(_boxes(), kind), f"docs/architecture.{suffix}")
    assert (found.width, found.height, found.nodes, found.blank) == (400, 300, -1, False)


@pytest.mark.parametrize("image", [Image.new("RGB", (400, 300), "white"), Image.new("RGBA", (400, 300), (0, 0, 0, 0))])
def test_one_colour_is_blank(image: Image.Image) -> None:
    assert _read(_saved(image))[0].blank


def test_white_lines_on_nothing_are_not_blank() -> None:
    image = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((10, 10, 200, 200), fill=(255, 255, 255, 255))
    assert not _read(_saved(image))[0].blank


def test_an_empty_file_is_blank() -> None:
    assert _read(b"")[0].blank


def test_icons_and_web_assets_are_told_by_size_alone() -> None:
    assert not _read(_saved(Image.new("RGB", (32, 32))), "app/icon.png")[0].blank
    plain = _saved(Image.new("RGB", (300, 300)))
    (found,) = _read(plain, "app/static/hero.png")
    assert (found.width, found.blank) == (300, False)
    assert _read(plain, "docs/static/architecture.png")[0].blank


def test_an_embedded_draw_io_file_gives_its_pages() -> None:
    cell = '<mxCell id="2" value="Web" vertex="1"/>'
    xml = f'<mxfile><diagram name="Level 1"><mxGraphModel><root>{cell}</root></mxGraphModel></diagram></mxfile>'
    chunk = PngInfo()
    chunk.add_text("mxfile", quote(xml))
    (found,) = _read(_saved(_boxes(), pnginfo=chunk))
    assert (found.notation, found.title, found.nodes, found.labels) == ("drawio", "Level 1", 1, ("Web",))
    assert (found.width, found.location.line) == (400, 0)


def test_an_embedded_draw_io_file_is_read_without_the_points() -> None:
    chunk = PngInfo()
    chunk.add_text("mxfile", '<mxfile><diagram name="Cut"><mxGraphModel><root/></mxGraphModel></diagram></mxfile>')
    data = _saved(_noise(), pnginfo=chunk)
    assert [found.title for found in _read(data[: data.index(b"IDAT") + 100])] == ["Cut"]


def test_an_embedded_excalidraw_scene_gives_its_nodes() -> None:
    scene = json.dumps({"elements": [{"type": "rectangle"}, {"type": "arrow"}, {"type": "text", "text": "db"}]})
    packed = zlib.compress(scene.encode()).decode("latin-1")
    chunk = PngInfo()
    chunk.add_text("application/vnd.excalidraw+json", json.dumps({"encoded": packed, "compressed": True}))
    (found,) = _read(_saved(_boxes(), pnginfo=chunk))
    assert (found.notation, found.nodes, found.edges, found.labels) == ("excalidraw", 1, 1, ("db",))


@pytest.mark.parametrize(
    "data", [b"not a picture", _saved(_noise())[:5000], _saved(_noise(), "JPEG")[:2000], _saved(_boxes())[:60]]
)
def test_damaged_pictures_are_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        _read(data)


@pytest.mark.parametrize("size", [4_000, 20_000])
def test_a_picture_that_would_fill_the_memory_is_not_decoded(size: int) -> None:
    header = io.BytesIO()
    Image.new("1", (20_000, size)).save(header, "PNG")
    for data in (header.getvalue(), header.getvalue() + b"application/vnd.excalidraw+json"):
        with pytest.raises(Unreadable, match="too large"):
            _read(data)


@given(
    st.binary(),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBP", b"BM"]),
)
def test_any_bytes_give_facts_or_unreadable(data: bytes, magic: bytes) -> None:
    with suppress(Unreadable):
        assert all(isinstance(fact, Diagram) for fact in raster.read(source("a.png", magic + data)))
