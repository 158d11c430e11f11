"""SVG of strangers, taken down to shapes and words: what it may hold is listed, and everything else is left out.

The page shows it in an `img`, where no browser runs scripts or fetches anything; this is the wall before that one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.masking import mask
from evidence_check.readers._markup import attribute, local, parse_xml
from evidence_check.readers._source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ELEMENTS = 20_000
DEPTH = 60
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_DRAWN = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan marker clipPath mask pattern "
    "linearGradient radialGradient stop title desc style image switch".split()
)
_GEOMETRY = frozenset(
    "id class x y x1 x2 y1 y2 dx dy cx cy r rx ry fx fy d points width height viewBox preserveAspectRatio transform "
    "offset pathLength textLength lengthAdjust rotate version orient refX refY markerWidth markerHeight markerUnits "
    "gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits patternUnits "
    "patternContentUnits patternTransform".split()
)
_PAINT = frozenset(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap "
    "stroke-linejoin stroke-miterlimit opacity color stop-color stop-opacity font font-family font-size font-style "
    "font-weight text-anchor dominant-baseline alignment-baseline baseline-shift letter-spacing word-spacing "
    "text-decoration clip-path clip-rule mask marker marker-start marker-mid marker-end display visibility overflow "
    "white-space line-height shape-rendering text-rendering vector-effect paint-order".split()
)
_OWN_LINK = expression(r"url\(\s*(['\"]?)#[\w.:-]{1,200}\1\s*\)")
_UNSAFE = expression(r"url\s*\(|@|\\|expression|javascript|behaviou?r|-moz-|<|&", re.IGNORECASE)
_AT_RULE = expression(r"@[^{};]{0,500}(?:;|\{(?:[^{}]{0,5000}\{[^{}]{0,5000}\}){0,50}[^{}]{0,5000}\})")
_COMMENT = expression(r"/\*.{0,10000}?\*/", re.DOTALL)


def clean_svg(data: bytes, picture: Callable[[str], str]) -> bytes:
    """The drawing of an SVG without anything that acts, links, or comes from elsewhere.

    `picture` gives a picture within it (the value of its `href`) as a `data:` address that may be shown, or an empty
    text. Raises `Unreadable` where it is no SVG or too large.
    """
    from lxml import etree

    root = parse_xml(data)
    if local(root) != "svg":
        raise Unreadable("is no SVG picture")
    if sum(1 for _ in root.iter()) > ELEMENTS:
        raise Unreadable(f"is an SVG of more than {ELEMENTS:,} elements")
    clean = etree.Element(f"{{{_SVG}}}svg", nsmap={None: _SVG, "xlink": _XLINK})
    _copy(root, clean, picture, 0)
    if not clean.get("viewBox") and not (clean.get("width") and clean.get("height")):
        raise Unreadable("is an SVG that does not say how large it is")
    return bytes(etree.tostring(clean, encoding="utf-8"))


def _copy(source: Any, target: Any, picture: Callable[[str], str], depth: int) -> None:
    """The allowed attributes, text and children of an element."""
    from lxml import etree

    if depth > DEPTH:
        raise Unreadable(f"is an SVG nested more than {DEPTH} deep")
    name = local(target)
    for key, value in source.attrib.items():
        _keep(target, key.rpartition("}")[2], str(value))
    if name == "use" and re.fullmatch(r"#[\w.:-]{1,200}", attribute(source, "href")):
        target.set(f"{{{_XLINK}}}href", attribute(source, "href"))
    if name == "image" and (address := picture(attribute(source, "href"))):
        target.set(f"{{{_XLINK}}}href", address)
    if name == "style":
        text = _AT_RULE.sub("", _COMMENT.sub("", "".join(source.itertext())))
        target.text = "" if _UNSAFE.search(_OWN_LINK.sub("", text)) else text
        return
    if name in {"text", "tspan", "title", "desc"}:
        target.text = mask(source.text or "")
    for child in source:
        if not isinstance(child.tag, str):
            continue
        kind = local(child)
        made = None
        if kind in _DRAWN:
            made = etree.SubElement(target, f"{{{_SVG}}}{kind}")
            _copy(child, made, picture, depth + 1)
        elif kind == "a" and name != "switch":  # in a switch, it leads to help of the drawing program
            made = etree.SubElement(target, f"{{{_SVG}}}{'tspan' if name in {'text', 'tspan'} else 'g'}")
            _copy(child, made, picture, depth + 1)
        elif kind == "foreignObject" and name != "switch":  # a switch has words of its own instead
            made = _words(child, target)
        if made is not None and name in {"text", "tspan"}:
            made.tail = mask(child.tail or "")


def _keep(target: Any, name: str, value: str) -> None:
    if name == "style":
        rules = [rule.partition(":") for rule in value.split(";")[:200]]
        kept = [f"{key.strip()}:{text.strip()}" for key, _, text in rules if key.strip() in _PAINT and _safe(text)]
        if kept:
            target.set("style", ";".join(kept))
    elif (name in _GEOMETRY or name in _PAINT) and _safe(value):
        target.set(name, value)


def _safe(value: str) -> bool:
    return not _UNSAFE.search(_OWN_LINK.sub("", value))


def _words(source: Any, target: Any) -> Any:
    """The words of HTML inside a drawing, as a text in the middle of its place."""
    from lxml import etree

    words = " ".join(" ".join(_texts(source)).split())[:300]
    if not words:
        return None
    made = etree.SubElement(target, f"{{{_SVG}}}text")
    x, y, width, height = (_number(source.get(name)) for name in ("x", "y", "width", "height"))
    made.set("x", f"{x + width / 2:g}")
    made.set("y", f"{y + height / 2:g}")
    made.set("text-anchor", "middle")
    made.set("dominant-baseline", "central")
    made.text = mask(words)
    return made


def _texts(source: Any) -> Iterator[str]:
    for element in source.iter():
        if isinstance(element.tag, str) and local(element) in {"script", "style"}:
            continue
        yield element.text or ""
        yield element.tail or ""


def _number(text: str | None) -> float:
    found = re.match(r"-?\d{1,6}(?:\.\d{1,6})?", text or "")
    return float(found[0]) if found else 0.0
