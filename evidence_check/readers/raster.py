"""Pictures of points: their size, whether anything is drawn on them, and a drawing's source where one is embedded."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Fact
from evidence_check.readers import drawio, excalidraw
from evidence_check.readers._drawing import is_web_asset
from evidence_check.readers._png import certainly_drawn
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "picture"
GIVES = frozenset({Diagram.kind})

POINT_LIMIT = 60_000_000
"""Points (width x height) that are decoded; a picture of 8,000 x 7,500."""
SIZE_LIMIT = 50_000_000
MEASURED = 160
"""Pictures smaller than this on a side are icons: only their size is told."""

_TOO_LARGE = f"is a picture of more than {POINT_LIMIT // 1_000_000} million points: too large to open"
_NOTATIONS = {
    ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".jpe": "jpeg", ".jfif": "jpeg", ".gif": "gif", ".webp": "webp",
    ".bmp": "bmp", ".tif": "tiff", ".tiff": "tiff",
}  # fmt: skip
_EMBEDDED = expression(rb"mxfile|" + re.escape(excalidraw.CHUNK.encode()))
"""Keywords of the chunks that hold a drawing's source; they are never compressed."""
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")


def wants(source: Source) -> bool:
    """By suffix."""
    return _suffix(source.name) in _NOTATIONS


def read(source: Source) -> Iterable[Fact]:
    """The picture as a diagram that it may be, or the drawing that is embedded in it."""
    if source.file.size > SIZE_LIMIT:
        raise Unreadable(f"is a picture of more than {SIZE_LIMIT // 1_000_000} MB: not opened")
    measured = not is_web_asset(source)
    return picture(source, source.data, _NOTATIONS[_suffix(source.name)], measured=measured)


def picture(source: Source, data: bytes, notation: str, title: str = "", *, measured: bool = True) -> list[Diagram]:
    """The facts of a picture's bytes, which may stand inside another file. Raises `Unreadable`."""
    from PIL import Image

    if not data:
        return [Diagram(source.at(), notation, title, blank=True)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                width, height = image.size
                embedded = _embedded(source, image) if _EMBEDDED.search(data) else []
                if embedded:
                    return [replace(page, location=source.at(), width=width, height=height) for page in embedded]
                blank = False
                if measured and min(width, height) >= MEASURED:
                    _refuse_too_large(image)
                    blank = not certainly_drawn(data) and _is_blank(image)
    except Unreadable:
        raise
    except Image.DecompressionBombError as error:
        raise Unreadable(_TOO_LARGE) from error
    except Exception as error:  # Pillow's decoders raise a dozen types on damaged pictures
        raise Unreadable(f"is a damaged or cut-off picture ({notation}): {_reason(error)}") from error
    return [Diagram(source.at(), notation, title, -1, -1, width=width, height=height, blank=blank)]


def _suffix(name: str) -> str:
    return f".{name.rpartition('.')[2].lower()}"


def _reason(error: Exception) -> str:
    return re.sub(r"<_io\.\w+ object at 0x[0-9a-f]+>", "the file", str(error) or type(error).__name__)[:120]


def _embedded(source: Source, image: Any) -> list[Diagram]:
    if image.format != "PNG":
        return []
    chunks = image.info
    if "mxfile" not in chunks:  # draw.io's chunk stands before the points, Excalidraw's after them: these are decoded
        _refuse_too_large(image)
        chunks = image.text
    if "mxfile" in chunks:
        xml = str(chunks["mxfile"])
        return drawio.pages(source, unquote(xml) if xml.lstrip().startswith("%3C") else xml)
    if excalidraw.CHUNK in chunks:
        return [excalidraw.scene(source, excalidraw.unpack(str(chunks[excalidraw.CHUNK])))]
    return []


def _refuse_too_large(image: Any) -> None:
    if image.width * image.height > POINT_LIMIT:
        raise Unreadable(_TOO_LARGE)


def _is_blank(image: Any) -> bool:
    """Whether nothing is drawn on it: all points have nearly one colour, on white paper where it lets light through."""
    from PIL import Image

    image.draft("RGB", (512, 512))
    if "A" in image.getbands() or "transparency" in image.info:
        layer = image if image.mode == "RGBA" else image.convert("RGBA")
        if not _is_plain(layer):
            return False
        paper = Image.new("RGBA", layer.size, "white")
        paper.alpha_composite(layer)
        return _is_plain(paper.convert("RGB"))
    return _is_plain(image if image.mode == "RGB" else image.convert("RGB"))


def _is_plain(image: Any) -> bool:
    """Whether all points have nearly the same colour."""
    return all(high - low <= 8 for low, high in image.getextrema())
