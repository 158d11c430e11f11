"""The report as a PDF for paper and archive: tagged, with bookmarks and page numbers, no system library needed.

It is the HTML page set by Typst, so that the two cannot tell different things: what the page marks as `screen` stays
away, what it marks as `paper` comes in. The text goes to Typst as data and never as markup.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias, cast

from evidence_check.expressions import expression
from evidence_check.model import Report
from evidence_check.render import html
from evidence_check.render._text import cut

Node: TypeAlias = "str | list[Any]"
"""A text, or `[tag, attributes, children]`."""

BREAK = "\u200b"
"""Where a long word may go on in the next line. The page has none of its own: what does not show is an escape there."""

_TEMPLATES = Path(__file__).parent / "templates"
_SKIPPED = {"nav", "script", "style", "noscript", "button", "caption"}
_OFF = {"screen", "hidden", "skip", "filter", "icons"}
_LONG = expression(r"\S{24,}")
_PIECE = expression(r"[^/._=:,&?|\\-]{0,24}[/._=:,&?|\\-]{0,24}")
_DRAWING = expression(r'<svg class="drawing.*?</svg>', re.DOTALL)
_SYMBOL = expression(r'<symbol id="i-([a-z-]+)"[^>]*>(.*?)</symbol>')
_SIGN = expression(r'<marker .*?</marker>|<symbol id="m-.*?</symbol>')
_XMLNS = 'xmlns="http://www.w3.org/2000/svg"'
_COLOUR = expression(r"--([a-z-]+): (#[0-9a-f]+);")
_INKS = {
    "evidenced": ("evidenced", "complete", "found", "present"),
    "partly": ("partly",),
    "missing": ("not-found", "incomplete", "missing", "absent"),
    "open": ("not-checked", "cannot-tell", "open", "unknown"),
    "assessor": ("assessor-only",),
}
"""The names of the colours on paper, and the classes that have them."""
_WIDTH, _HEIGHT, _SCALE = 510, 600, 0.62
"""What a page has for a picture, in points, and the points that a CSS pixel has at most."""
_NO_XML = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}
"""What HTML may hold and the SVG of a drawing may not."""
_MOST = 2_000
"""Characters of a text that paper shows: what is longer was written to be a burden."""
_LINE = 100
"""Characters of a line as wide as the page."""


def render(report: Report) -> bytes:
    """The report as a PDF file. Typst must be installed, as `render.require` tells."""
    import typst

    page = _Page(html.render(report))
    made = report.provenance.generated
    moment = max(int(datetime.fromisoformat(made).timestamp()), 0) if made else 0
    compile_: Any = typst.compile  # its stub knows nothing of several files
    own: dict[str, Any] = {"ignore_system_fonts": True}
    accessible = {"pdf_standards": "ua-1"}
    attempts: tuple[tuple[bool, dict[str, Any]], ...] = (
        (False, own | accessible),
        (False, accessible),  # the fonts of Typst lack a character: those of the system may have it
        (True, own),  # none has it
    )
    fault: Exception | None = None
    for escapes, options in attempts:
        files = page.files(escapes=escapes) | {"main.typ": (_TEMPLATES / "report.typ").read_bytes()}
        try:
            with TemporaryDirectory() as nothing:  # all that it could read from the disk
                return cast("bytes", compile_(files, root=nothing, format="pdf", timestamp=moment, **options))
        except typst.TypstError as error:
            fault = error
    assert fault is not None
    raise fault


class _Page:
    """The HTML page as files for Typst: the tree of its texts as JSON, and its pictures."""

    def __init__(self, page: str) -> None:
        from lxml.html import document_fromstring

        page = page.translate(_NO_XML)
        self.tree = document_fromstring(page)
        drawings = [one for one in self.tree.iter("svg") if "drawing" in _classes(one)]
        for element, source in zip(drawings, _DRAWING.findall(page), strict=True):
            element.set("data-source", source)  # as it was written: the parser of HTML loses the case of names
        for element in [one for one in self.tree.iter("*") if _off(one)]:
            element.drop_tree()
        for element in list(self.tree.iter("tbody", "ul", "ol")):
            _shorten(element)
        self.colours = dict(_COLOUR.findall((_TEMPLATES / "paper.css").read_text(encoding="utf-8")))
        self.inks = {name: ink for ink, names in _INKS.items() for name in names}
        css = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
        self.icon_style = self._style(css, r"\.mark|\.ring|\.line|\.dashed")
        self.style = self._style(css, r"\.drawing|\.chart|#arrow").replace("var(--sans)", "Libertinus Serif")
        self.style += self.icon_style.replace("currentColor", self.colours["ink"])
        self.signs = "".join(_SIGN.findall(page))
        self.symbols = dict(_SYMBOL.findall(page))
        self.targets = {one.get("href", "")[1:] for one in self.tree.iter("a")} & set(self.tree.xpath("//@id"))

    def files(self, *, escapes: bool) -> dict[str, bytes]:
        """The names of the files and what is in them; with `escapes`, the characters of rare scripts are escapes."""
        self.escapes = escapes
        self.pictures: dict[str, bytes] = {}
        document = {
            "title": cut(self.tree.findtext("head/title"), 300),
            "colours": self.colours,
            "inks": self.inks,
            "body": list(self._children(self.tree.find("body"), inline=False)),
        }
        icons = {f"{name}.svg": self._icon(name, text).encode() for name, text in self.symbols.items()}
        return {"report.json": json.dumps(document).encode(), **icons, **self.pictures}

    def _style(self, css: str, selectors: str) -> str:
        """The rules of the page's style sheet for its pictures, in the colours of paper."""
        rules = "".join(re.findall(rf"^(?:{selectors})[^{{]*\{{[^}}]*\}}", css, re.MULTILINE))
        return re.sub(r"var\(--([a-z-]+)\)", lambda match: self.colours.get(match[1], match[0]), rules)

    def _children(self, element: Any, *, inline: bool) -> Iterator[Node]:
        if element.text:
            yield self._words(element.text)
        for one in element:
            if isinstance(one.tag, str):
                yield from self._node(one, inline=inline)
            if one.tail:
                yield self._words(one.tail)

    def _node(self, element: Any, *, inline: bool) -> Iterator[Node]:
        tag, classes = element.tag, _classes(element)
        inline = inline or tag == "dd" or "places" in classes
        at: dict[str, Any] = {"class": sorted(classes)}
        if element.get("id") in self.targets:
            at["id"] = element.get("id")
        if tag == "a" and element.get("href", "")[1:] in self.targets:
            at["to"] = element.get("href")[1:]
        if element.get("data-source"):
            yield ["picture", at | self._picture(element), []]
        elif tag == "img":
            yield ["picture", at | self._handed_in(element), []]
        elif tag == "svg":
            yield ["icon", {"name": f"{element[0].get('href')[3:]}.svg"}, []]
        elif tag == "details" and "signal" in classes:
            yield ["answer", at, list(self._children(element[0], inline=True))]
        elif tag == "table":
            yield ["table", at | _table(element), list(self._children(element, inline=inline))]
        elif tag == "p" and inline:
            yield ["span", at, list(self._children(element, inline=True))]
            yield " "
        else:
            at |= {name: int(element.get(name)) for name in ("colspan", "data-lines") if element.get(name)}
            yield [tag, at, list(self._children(element, inline=inline))]

    def _words(self, text: str) -> str:
        """A text, cut where it is endless, with its white space folded and with places where long words may break."""
        text = re.sub(r"[ \n]+", " ", text)
        if len(text) > _MOST:
            text = f"{text[:_MOST]}… and {len(text) - _MOST:,} more characters, in the HTML report"
        if self.escapes:
            text = "".join(f"\\u{{{ord(one):x}}}" if _rare(one) else one for one in text)
        return _LONG.sub(lambda match: BREAK.join(filter(None, _PIECE.findall(match[0]))), text)

    def _picture(self, element: Any) -> dict[str, Any]:
        name = f"drawing-{len(self.pictures)}.svg"
        head, _, rest = element.get("data-source").partition(">")
        xml = f"{head} {_XMLNS}><style>{self.style}</style><defs>{self.signs}</defs>{rest}"
        self.pictures[name] = xml.encode()
        told = ". ".join(element.findtext(name) or "" for name in ("title", "desc"))
        return {"name": name, "width": _width(element), "alt": cut(told, _MOST)}

    def _handed_in(self, element: Any) -> dict[str, Any]:
        name = f"picture-{len(self.pictures)}.svg"
        size = " ".join(f'{side}="{element.get(side, "600")}"' for side in ("width", "height"))
        self.pictures[name] = f'<svg {_XMLNS} {size}><image {size} href="{element.get("src")}"/></svg>'.encode()
        return {"name": name, "width": _width(element), "alt": cut(element.get("alt"), _MOST)}

    def _icon(self, name: str, shapes: str) -> str:
        ink = self.colours[self.inks.get(name, "ink")]
        style = self.icon_style.replace("currentColor", ink)
        head = f'<svg {_XMLNS} viewBox="0 0 16 16" fill="{ink}">'
        return f"{head}<style>{style}</style>{shapes}</svg>"


def _classes(element: Any) -> set[str]:
    return set(element.get("class", "").split())


def _rare(character: str) -> bool:
    """Whether a character is of a script or a kind of sign that the fonts of Typst may lack."""
    code = ord(character)
    return 0x700 <= code < 0x1D00 or code >= 0x2E80 or unicodedata.category(character) == "So"


def _width(picture: Any) -> float:
    """The width of a picture on paper, in points."""
    width, height = (int(picture.get(name, "0")) or 600 for name in ("width", "height"))
    return round(width * min(_SCALE, _WIDTH / width, _HEIGHT / height), 2)


def _off(element: Any) -> bool:
    """Whether an element is for the screen only."""
    return element.tag in _SKIPPED or element.get("hidden") is not None or bool(_OFF & _classes(element))


def _shorten(group: Any) -> None:
    """Leave the first rows of a table or entries of a list, as the style sheet for print does, and tell of the rest."""
    if "matrix" in _classes(group.getparent()):
        return
    kept = 5 if next(group.iterancestors("td"), None) is not None else 30
    rest = group[kept:]
    for one in rest:
        one.drop_tree()
    if rest:
        told = group.makeelement("p" if group.tag == "tbody" else "li", {"class": "quiet"})
        told.text = f"and {len(rest):,} more, in the HTML report"
        (group.getparent().addnext if group.tag == "tbody" else group.append)(told)


def _table(table: Any) -> dict[str, Any]:
    """The shares of a table's columns, by how much text is in them; 0 for one that is as narrow as its text.

    Each row is told about how many lines it takes, since a row may only be kept on one page where a page can hold it.
    """
    rows = [[len(" ".join(cell.text_content().split())) for cell in row] for row in table.iter("tr")]
    columns = list(zip(*(row for row in rows if len(row) == len(rows[0])), strict=True))
    shares = [0 if max(lengths) <= 18 else min(sum(lengths) / len(lengths), 200) ** 0.6 for lengths in columns]
    for row, lengths in zip(table.iter("tr"), rows, strict=True):
        parts = [
            length / (_LINE * share / sum(shares)) for length, share in zip(lengths, shares, strict=False) if share
        ]
        row.set("data-lines", str(int(max(parts, default=1))))
    return {"columns": [round(share, 1) for share in shares]}
