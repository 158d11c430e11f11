"""Excalidraw: a JSON scene, alone or inside the picture that was exported from it.

A PNG carries it in a text chunk `application/vnd.excalidraw+json`, an SVG in a comment between `payload-start` and
`payload-end`; both hold JSON with the deflated scene as a string of bytes.
Source: https://github.com/excalidraw/excalidraw/tree/master/packages/excalidraw/data (`encode.ts`, `image.ts`)
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Fact
from evidence_check.readers._drawing import clean_labels
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "excalidraw"
GIVES = frozenset({Diagram.kind})

CHUNK = "application/vnd.excalidraw+json"
SIZE_LIMIT = 20_000_000
_NODES = frozenset({"rectangle", "ellipse", "diamond", "image", "embeddable", "iframe"})
_EDGES = frozenset({"arrow", "line"})
_PAYLOAD = expression(r"payload-start -->\s*(?P<payload>[A-Za-z0-9+/=\s]{1,20000000})<!-- payload-end")


def wants(source: Source) -> bool:
    """By suffix; pictures with a scene inside are the picture readers' business."""
    return source.name.lower().endswith((".excalidraw", ".excalidraw.json"))


def read(source: Source) -> Iterable[Fact]:
    """The file's diagram."""
    return [scene(source, source.text)]


def scene(source: Source, text: str) -> Diagram:
    """The diagram of a scene's JSON. Raises `Unreadable`."""
    if not text.strip():
        return Diagram(source.at(), "excalidraw", blank=True)
    if len(text) > SIZE_LIMIT:
        raise Unreadable("is too large to be read as a diagram")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not valid JSON: {error}") from error
    items = value.get("elements") if isinstance(value, dict) else None
    if not isinstance(items, list):
        raise Unreadable("is no Excalidraw file: it has no elements")
    alive = [item for item in items if isinstance(item, dict) and not item.get("isDeleted")]
    kinds = [item.get("type") for item in alive]
    labels = [str(item.get("text") or item.get("name") or "") for item in alive]
    return Diagram(
        source.at(),
        "excalidraw",
        title=_title(alive),
        nodes=sum(kind in _NODES for kind in kinds if isinstance(kind, str)),
        edges=sum(kind in _EDGES for kind in kinds if isinstance(kind, str)),
        labels=clean_labels(labels),
        form="structure",
        blank=not alive,
    )


def _title(items: list[dict[str, Any]]) -> str:
    """The largest free text, where it is larger than all others."""
    texts = [
        (float(item["fontSize"]), str(item.get("text") or ""))
        for item in items
        if item.get("type") == "text" and isinstance(item.get("fontSize"), int | float) and not item.get("containerId")
    ]
    texts.sort(reverse=True)
    if len(texts) > 1 and texts[0][0] > texts[1][0]:
        return " ".join(texts[0][1].split())[:200]
    return ""


def unpack(payload: str) -> str:
    """The scene's JSON from a PNG's text chunk. Raises `Unreadable`."""
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Unreadable("its embedded Excalidraw scene is damaged") from error
    if not isinstance(value, dict) or "encoded" not in value:
        return payload
    data = str(value["encoded"]).encode("latin-1", "replace")
    if not value.get("compressed"):
        return data.decode("utf-8", "replace")
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, SIZE_LIMIT)
    except zlib.error as error:
        raise Unreadable("its embedded Excalidraw scene is damaged") from error
    if inflater.unconsumed_tail:
        raise Unreadable("its embedded Excalidraw scene is too large")
    return text.decode("utf-8", "replace")


def payload_of_svg(text: str) -> str:
    """The scene's JSON from an SVG's comment; empty where it has none. Raises `Unreadable`."""
    found = _PAYLOAD.search(text)
    if found is None:
        return ""
    try:
        payload = base64.b64decode("".join(found["payload"].split()))
    except (binascii.Error, ValueError) as error:
        raise Unreadable("its embedded Excalidraw scene is damaged") from error
    return unpack(payload.decode("utf-8", "replace"))
