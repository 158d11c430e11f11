"""The prose of HTML by line: a whole document, or the HTML inside a Markdown text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evidence_check.readers._prose import Prose

_DROPPED = frozenset({
    "script", "style", "template", "noscript", "svg", "head", "select", "button", "input", "textarea", "iframe",
    "object", "canvas", "math",
})  # fmt: skip
_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


def read_html(prose: Prose, text: str, first_line: int = 1) -> None:
    """Add what an HTML text says to a document. Any text is read; what is no HTML is prose."""
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, recover=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return
    title = root.find(".//head/title")
    if title is not None and title.text and not prose.title:
        prose.title = " ".join(title.text.split())[:300]
    _Walk(prose, first_line - 1).walk(root)


class _Walk:
    """A walk in document order that keeps count of lines: libxml2 knows the line of a start tag only."""

    def __init__(self, prose: Prose, before: int) -> None:
        self.prose = prose
        self.before = before
        self.line = before + 1

    def walk(self, root: Any) -> None:
        from lxml import etree

        skipped = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else ""
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    self._text(element.tail)
                continue
            if event == "start":
                self.line = max(self.line, self.before + (element.sourceline or 0))
                if tag in _DROPPED or tag == "pre" or not tag:
                    if tag == "pre":
                        self._verbatim(element)
                    skipped = element
                    continue
                self._start(tag, element)
                self._text(element.text)
            else:
                self._break(tag)
                self._text(element.tail)

    def _text(self, text: str | None) -> None:
        if text:
            self.prose.say(self.line, text)
            self.line += text.count("\n")

    def _break(self, tag: str) -> None:
        if tag not in _INLINE:
            self.prose.say(self.line, " | " if tag in _CELLS else " ")

    def _start(self, tag: str, element: Any) -> None:
        self._break("" if tag in _CELLS else tag)
        if tag in _HEADINGS:
            self.prose.heading(_HEADINGS[tag], "".join(element.itertext()), self.line)
        elif tag == "th" and _is_header(element):
            self.prose.table_header("".join(element.itertext()), self.line)
        elif tag == "img":
            self.prose.picture(self.line, element.get("src") or "", _caption(element))
        elif tag == "a":
            self.prose.link(self.line, element.get("href") or "", "".join(element.itertext()))
        elif "mermaid" in (element.get("class") or "").split():
            self.prose.drawings.append((self.line, "mermaid", "".join(element.itertext())))

    def _verbatim(self, element: Any) -> None:
        text = "".join(element.itertext())
        names = f"{element.get('class') or ''} {' '.join(child.get('class') or '' for child in element)}"
        language = next((name.removeprefix("language-") for name in names.split() if name != "highlight"), "")
        self.prose.verbatim(self.line, text, language)
        self.line += text.count("\n")


def _is_header(cell: Any) -> bool:
    """A `th` heads a column where its whole row is `th`; at the start of a row of data it is a row's name."""
    row = cell.getparent()
    return row is None or all(other.tag != "td" for other in row)


def _caption(image: Any) -> str:
    around = image.getparent()
    for _ in range(3):
        if around is None:
            break
        caption = around.find("figcaption")
        if caption is not None:
            return "".join(caption.itertext())
        around = around.getparent()
    return image.get("alt") or image.get("title") or ""
