"""The architecture as handed in, ready to be shown beside what the code says: never the submission's bytes as they are.

A picture of points is decoded and encoded anew, an SVG is taken down to shapes and words, and of a text notation only
the boxes and lines are kept, to be drawn again.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from evidence_check.clean_svg import clean_svg
from evidence_check.expressions import expression
from evidence_check.masking import mask
from evidence_check.model import Diagram, Fact, File, HandedPicture, Location, Pack, Part, Verdict
from evidence_check.readers._source import Unreadable
from evidence_check.readers.raster import FORMATS, POINT_LIMIT, SIZE_LIMIT

if TYPE_CHECKING:
    from PIL.Image import Image

LIMIT = 3
"""Drawings that a report shows."""
BYTES = 400_000
"""Of a picture in the report, before it is written as text."""
WIDE, TALL = 1600, 2400
"""Points of a picture in the report."""
_INSIDE = 400
"""Points of a picture inside an SVG: an icon."""
_PICTURE = expression(r"\.(?:png|jpe?g|jpe|jfif|gif|webp|bmp|tiff?|svg)$", re.IGNORECASE)
_ENDS = expression(r"(?:\.drawio|\.excalidraw)?\.[a-z0-9]+$")
_DATA = expression(
    r"\s*data:image/(?P<kind>png|jpeg|jpg|gif|webp|svg\+xml)(?:;charset=[\w-]{1,20})?;base64,", re.IGNORECASE
)


def handed_pictures(
    pack: Pack, facts: Iterable[Fact], parts: Iterable[Part], load: Callable[[File], bytes]
) -> tuple[HandedPicture, ...]:
    """The drawings that the pack's item names, best first; `load` gives a file's bytes or raises `OSError`."""
    item = next((item for item in pack.items if item.id == "architecture-diagram"), None)
    if item is None or item.verdict is Verdict.INCOMPLETE:
        return ()  # what it lists then are pictures that are none
    order = {(one.location.part, one.location.path): place for place, one in reversed([*enumerate(item.evidence)])}
    files = {(file.location.part, file.location.path): file for part in parts for file in part.files}
    drawn = [
        fact for fact in facts
        if isinstance(fact, Diagram) and not fact.blank and (fact.location.part, fact.location.path) in order
    ]  # fmt: skip
    drawn.sort(key=lambda one: (order[one.location.part, one.location.path], one.location))
    pictured = {_stem(fact.location) for fact in drawn if _PICTURE.search(fact.location.path)}
    shown: dict[tuple[str, str, int], HandedPicture] = {}
    for diagram in drawn:
        place = diagram.location.part, diagram.location.path
        whole = _PICTURE.search(place[1])  # its pages are in one picture
        key = (*place, 0 if whole else diagram.location.line)
        if key not in shown and len(shown) < LIMIT and (whole or _stem(diagram.location) not in pictured):
            shown[key] = _picture(diagram, files.get(place), load)
    return tuple(shown.values())


def _stem(location: Location) -> tuple[str, str]:
    """What a drawing and its picture share: `docs/system` of `docs/system.drawio` and `docs/system.drawio.svg`."""
    return location.part, _ENDS.sub("", location.path.lower())


def _picture(diagram: Diagram, file: File | None, load: Callable[[File], bytes]) -> HandedPicture:
    location, title = diagram.location, mask(diagram.title)
    why = ""
    if file is not None and _PICTURE.search(location.path):
        try:
            if file.size > SIZE_LIMIT:
                raise Unreadable("is too large to open")
            data = load(file)
            if location.path.lower().endswith(".svg"):
                svg = clean_svg(data, _inner)
                if len(svg) > BYTES:
                    raise Unreadable("is an SVG that is too large to show")
                return HandedPicture(location, diagram.notation, title, "image/svg+xml", _text(svg))
            webp, width, height = _anew(data, WIDE, TALL, BYTES)
            return HandedPicture(location, diagram.notation, title, "image/webp", _text(webp), width, height)
        except (OSError, Unreadable) as error:
            why = error.reason if isinstance(error, Unreadable) else "cannot be read"
    if diagram.joins:
        boxes = tuple(mask(label) for label in diagram.boxes)
        return HandedPicture(location, diagram.notation, title, boxes=boxes, joins=diagram.joins)
    return HandedPicture(location, diagram.notation, title, why=why or "is in a format that this page cannot show")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _anew(data: bytes, wide: int, tall: int, limit: int) -> tuple[bytes, int, int]:
    """A picture as WebP of at most `limit` bytes, on white, without anything but its points. Raises `Unreadable`."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                if image.width * image.height > POINT_LIMIT:
                    raise Unreadable("is a picture of too many points")
                image.draft("RGB", (wide, tall))
                layer = ImageOps.exif_transpose(image).convert("RGBA")
    except Unreadable:
        raise
    except Exception as error:  # Pillow's decoders raise a dozen types on damaged pictures
        raise Unreadable("is a damaged picture") from error
    layer.thumbnail((wide, tall), Image.Resampling.LANCZOS)
    points = Image.new("RGB", layer.size, "white")
    points.paste(layer, mask=layer.getchannel("A"))
    for share in (1, 0.5):
        if share < 1:
            points = points.resize((max(1, round(points.width * share)), max(1, round(points.height * share))))
        for options in ({"lossless": True, "quality": 20}, {"quality": 80}, {"quality": 50}):
            written = _written(points, options)
            if len(written) <= limit:
                return written, points.width, points.height
    raise Unreadable("is a picture that is too large to show")


def _written(points: Image, options: dict[str, Any]) -> bytes:
    from PIL import WebPImagePlugin  # noqa: F401 - else Pillow loads all of its forty plugins to find it

    file = io.BytesIO()
    points.save(file, "WEBP", method=2, **options)
    return file.getvalue()


def _inner(address: str, depth: int = 0) -> str:
    """A picture inside an SVG as an address of our own making; empty where it is none or comes from elsewhere."""
    found = _DATA.match(address)
    if found is None or len(address) > 4 * BYTES:
        return ""
    try:
        data = base64.b64decode(address[found.end() :], validate=False)
        if found["kind"].lower() != "svg+xml":
            return f"data:image/webp;base64,{_text(_anew(data, _INSIDE, _INSIDE, BYTES)[0])}"
        if depth == 0:
            return f"data:image/svg+xml;base64,{_text(clean_svg(data, lambda inner: _inner(inner, 1)))}"
    except (binascii.Error, ValueError, Unreadable):
        pass
    return ""
