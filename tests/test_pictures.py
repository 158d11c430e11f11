"""The handed-in architecture as the report shows it: made anew, bounded, and without anything that acts."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import pytest
from lxml import etree
from PIL import Image, ImageDraw

from evidence_check.clean_svg import clean_svg
from evidence_check.model import (
    Diagram,
    Evidence,
    Fact,
    File,
    HandedPicture,
    Location,
    Pack,
    PackItem,
    Part,
    Verdict,
)
from evidence_check.pictures import BYTES, WIDE, _inner, handed_pictures
from evidence_check.readers._source import Unreadable

SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50"'


def shown(
    *given: tuple[str, bytes | OSError], diagrams: list[Fact] | None = None, verdict: Verdict = Verdict.COMPLETE
) -> tuple[HandedPicture, ...]:
    """What is shown of files of one part, all of which the pack takes for the diagram."""
    places = [Location("part", path, 1) for path, _ in given]
    item = PackItem("architecture-diagram", "", verdict, "", tuple(Evidence(place, "", "") for place in places))
    files = [File(Location("part", path), size=10) for path, _ in given]
    contents = dict(given)

    def load(file: File) -> bytes:
        content = contents[file.location.path]
        if isinstance(content, OSError):
            raise content
        return content

    facts = diagrams or [Diagram(place, "png") for place in places]
    return handed_pictures(Pack(verdict, (item,)), facts, [Part("part", "part", files=tuple(files))], load)


def picture(width: int, height: int, form: str = "PNG", **options: object) -> bytes:
    image = (
        Image.effect_noise((width, height), 90)
        if options.pop("noise", False)
        else Image.new("RGB", (width, height), "navy")
    )
    ImageDraw.Draw(image).rectangle((width // 4, height // 4, width // 2, height // 2), fill="white")
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def opened(one: HandedPicture) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(one.data)))


def test_a_picture_is_encoded_anew_without_what_it_says_of_its_maker() -> None:
    exif = Image.Exif()
    exif[0x013B] = "Alex Example"  # artist
    [found] = shown(("docs/system.jpg", picture(640, 480, "JPEG", exif=exif, comment=b"made by Alex Example")))
    assert (found.media, found.width, found.height, found.why) == ("image/webp", 640, 480, "")
    assert b"Alex Example" not in base64.b64decode(found.data)
    assert opened(found).format == "WEBP"
    assert opened(found).convert("RGB").getpixel((200, 150)) == pytest.approx((255, 255, 255), abs=12)


def test_a_large_picture_is_made_smaller() -> None:
    [found] = shown(("system.png", picture(4000, 3000, noise=True)))
    assert found.width <= WIDE
    assert len(base64.b64decode(found.data)) <= BYTES


def test_what_is_transparent_is_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (300, 200), (0, 0, 0, 0)).save(file, "PNG")
    [found] = shown(("system.png", file.getvalue()))
    assert opened(found).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("path", "data", "why"),
    [
        ("a.png", b"no picture", "is a damaged picture"),
        ("a.png", picture(600, 400)[:200], "is a damaged picture"),
        ("a.svg", b"<html><script>alert(1)</script></html>", "is no SVG picture"),
        ("a.svg", b"<svg", "not valid XML"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>', "does not say how large it is"),
        ("a.png", OSError("gone"), "cannot be read"),
        ("slides.pptx", b"", "is in a format that this page cannot show"),
    ],
)
def test_what_cannot_be_shown_says_why(path: str, data: bytes | OSError, why: str) -> None:
    [found] = shown((path, data))
    assert why in found.why
    assert (found.media, found.data) == ("", "")


def test_a_text_notation_is_kept_as_boxes_and_lines_and_secrets_are_masked() -> None:
    place = Location("part", "system.mmd", 1)
    key = "AKIA" + "QYLPMN5HFKWZ3RXT"
    diagram = Diagram(place, "mermaid", "System", 2, 1, boxes=("Web", f"store {key}"), joins=((0, 1),))
    [found] = shown(("system.mmd", b""), diagrams=[diagram])
    assert (found.title, found.joins, found.media) == ("System", ((0, 1),), "")
    assert found.boxes[0] == "Web"
    assert key not in found.boxes[1]


def test_no_more_than_three_the_best_first_and_a_drawing_and_its_picture_once() -> None:
    names = ("d.drawio", "d.drawio.svg", "b.png", "c.png", "a.png", "e.png")
    svg = f"<svg {SVG}><rect/></svg>".encode()
    found = shown(*((name, svg if name.endswith("svg") else picture(200, 200)) for name in names))
    assert [one.location.path for one in found] == ["d.drawio.svg", "b.png", "c.png"]


def test_pictures_that_are_no_diagram_are_not_shown() -> None:
    assert shown(("logo.png", picture(200, 200)), verdict=Verdict.INCOMPLETE) == ()


# --- SVG --------------------------------------------------------------------------------------------------------------


def clean(content: str, head: str = SVG, picture: Callable[[str], str] = _inner) -> str:
    return clean_svg(f"<svg {head}>{content}</svg>".encode(), picture).decode()


def test_a_drawing_keeps_its_shapes_words_and_markers() -> None:
    kept = clean(
        '<defs><marker id="m"><path d="M0 0L5 5"/></marker></defs>'
        '<g transform="translate(1,2)" style="fill:#fff;stroke:rgb(1, 2, 3)"><rect x="1" width="9" height="9"/></g>'
        '<path d="M0 0L9 9" marker-end="url(#m)"/><text x="3"><tspan>Orders</tspan> database</text>'
        '<use xlink:href="#m"/>'
        "<style>.node rect{fill:red} @media (prefers-color-scheme: dark){.node{fill:#000}}</style>"
    )
    for part in (
        'marker-end="url(#m)"',
        "translate(1,2)",
        "fill:#fff",
        "Orders",
        " database",
        "#m",
        ".node rect{fill:red}",
    ):
        assert part in kept
    assert "prefers-color-scheme" not in kept


HOSTILE_SVG = [
    "<script>alert(1)</script>",
    '<script href="https://evil.example/x.js"/>',
    '<rect onload="alert(1)" onclick="alert(1)" width="1"/>',
    '<a xlink:href="javascript:alert(1)"><text>here</text></a>',
    '<image xlink:href="https://evil.example/x.png"/>',
    '<image href="file:///etc/passwd"/>',
    '<use xlink:href="https://evil.example/x.svg#a"/>',
    '<use href="data:image/svg+xml;base64,PHN2Zy8+#a"/>',
    '<rect fill="url(https://evil.example/x)" style="fill:url(//evil.example)"/>',
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>rect{background:url(https://evil.example)}</style>",
    "<style>rect{fill:u\\72l(https://evil.example)}</style>",
    '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example"/></foreignObject>',
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></body></foreignObject>',
    '<animate attributeName="href" to="javascript:alert(1)"/>',
    '<set attributeName="onload" to="alert(1)"/>',
    '<feImage xlink:href="https://evil.example/x.png"/>',
    '<text style="behavior:url(#x);-moz-binding:url(https://evil.example)">x</text>',
    '<metadata><x:xmpmeta xmlns:x="adobe:ns:meta/">https://evil.example</x:xmpmeta></metadata>',
    '<g xml:base="https://evil.example/"><use href="#a"/></g>',
]


@pytest.mark.parametrize("content", HOSTILE_SVG)
def test_nothing_that_acts_or_leads_elsewhere_is_kept(content: str) -> None:
    kept = clean(content)
    assert "evil" not in kept
    assert "alert" not in kept
    for element in etree.fromstring(kept).iter():
        assert etree.QName(element).localname not in {"script", "foreignObject", "animate", "set", "a", "feImage"}
        assert not [name for name in element.attrib if etree.QName(name).localname.startswith("on")]
        href = element.get("{http://www.w3.org/1999/xlink}href") or element.get("href") or "#"
        assert href.startswith(("#", "data:image/webp;base64,"))


def test_an_entity_is_not_expanded() -> None:
    data = f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg {SVG}><text>&a;</text></svg>'
    assert b"root:" not in clean_svg(data.encode(), _inner)


def test_words_of_html_in_a_drawing_become_its_own() -> None:
    html = (
        '<foreignObject x="10" y="20" width="40" height="10"><div xmlns="http://www.w3.org/1999/xhtml">Web &amp; '
        "<b>API</b></div></foreignObject>"
    )
    kept = etree.fromstring(clean(html))
    [text] = kept.findall("{http://www.w3.org/2000/svg}text")
    assert (text.text, text.get("x"), text.get("y")) == ("Web & API", "30", "25")
    help_text = f"<switch>{html}<text>Web</text></switch><switch><a><text>Text is not SVG</text></a></switch>"
    words = [
        "".join(one.itertext()) for one in etree.fromstring(clean(help_text)).iter("{http://www.w3.org/2000/svg}text")
    ]
    assert words == ["Web"]


def test_a_picture_inside_is_encoded_anew_too() -> None:
    icon = base64.b64encode(picture(900, 900)).decode()
    inner = base64.b64encode(f"<svg {SVG}><script>alert(1)</script><rect/></svg>".encode()).decode()
    kept = clean(f'<image xlink:href="data:image/png;base64,{icon}"/><image href="data:image/svg+xml;base64,{inner}"/>')
    one, other = (
        element.get("{http://www.w3.org/1999/xlink}href") or ""
        for element in etree.fromstring(kept).iter("{http://www.w3.org/2000/svg}image")
    )
    assert one.startswith("data:image/webp;base64,")
    assert Image.open(io.BytesIO(base64.b64decode(one.partition(",")[2]))).width == 400
    assert b"script" not in base64.b64decode(other.partition(",")[2])


def test_a_secret_in_its_words_is_masked() -> None:
    key = "AKIA" + "QYLPMN5HFKWZ3RXT"
    assert key not in clean(f"<text>{key}</text>")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (f"<svg {SVG}>{'<g>' * 90}{'</g>' * 90}</svg>", "deep"),
        (f"<svg {SVG}>{'<g/>' * 20_001}</svg>", "elements"),
    ],
)
def test_too_much_is_refused(data: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        clean_svg(data.encode(), _inner)
