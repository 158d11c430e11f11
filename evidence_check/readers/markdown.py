"""Markdown (CommonMark with GitHub's tables), with the HTML and the drawings inside it.

Source: https://spec.commonmark.org and https://github.github.com/gfm/
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Document, Fact, Picture
from evidence_check.readers._fences import drawings
from evidence_check.readers._html_text import read_html
from evidence_check.readers._prose import Prose, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from evidence_check.readers._source import Source

SYSTEM = "markdown"
GIVES = frozenset({Document.kind, Diagram.kind, Picture.kind})

INLINE_LIMIT = 8_000
"""Characters of a paragraph that are parsed for emphasis and links."""
_SUFFIXES = (".md", ".markdown", ".mdx", ".mdown", ".mkd", ".qmd", ".rmd")
_FRONT_MATTER = expression(r"(?P<fence>---|\+\+\+)[ \t]*\n(?P<text>(?:[^\n]*\n){0,200}?)(?P=fence)[ \t]*(?:\n|\Z)")
_TITLE = expression(r"^title\s*[:=]\s*[\"']?(?P<title>[^\n\"']{1,300})", re.MULTILINE)
_IMAGE = expression(r"<img\b[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = expression(r"\b(src|alt|title)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_MDX = expression(r"(?:import|export)\s[^\n]*$")
_BREAK = expression(r"<(?:br|hr|/?(?:p|div|td|th|li))\b", re.IGNORECASE)


def wants(source: Source) -> bool:
    """By suffix."""
    return source.name.lower().endswith(_SUFFIXES)


def read(source: Source) -> Iterable[Fact]:
    """The document, its pictures and the drawings in its code blocks."""
    prose = Prose(source)
    text = text_of(source)
    front = _FRONT_MATTER.match(text)
    if front:
        prose.front_matter = front["text"]
        title = _TITLE.search(front["text"])
        prose.title = title["title"].strip() if title else ""
        text = "\n" * front[0].count("\n") + text[front.end() :]
    gather(prose, text)
    return [*prose.facts("markdown"), *drawings(prose)]


def gather(prose: Prose, text: str) -> None:
    """Add what a Markdown text without front matter says to a document."""
    links: dict[str, object] = {}
    _walk(prose, _parser().parse(text, links), links)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"]).disable("inline")


def _inside(content: str, links: dict[str, object]) -> list[Token]:
    """The inline tokens of a block; plain text where it is so long that the parser's time would explode."""
    from markdown_it.token import Token

    tokens: list[Token] = []
    if len(content) <= INLINE_LIMIT:
        _parser().inline.parse(content, _parser(), links, tokens)
        return tokens
    for number, row in enumerate(content.split("\n")):
        tokens.extend([Token("softbreak", "br", 0)] if number else [])
        tokens.append(Token("text", "", 0, content=row))
    return tokens


def _walk(prose: Prose, tokens: Sequence[Token], links: dict[str, object]) -> None:
    cell = ""
    level = 0
    line = 1
    for token in tokens:
        if token.map:
            line = token.map[0] + 1
        if token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type in {"th_open", "td_open"}:
            cell = token.type
        elif token.type in {"th_close", "td_close"}:
            prose.say(line, " | ")
            cell = ""
        elif token.type == "fence":
            prose.verbatim(line + 1, token.content, token.info.strip())
        elif token.type == "code_block":
            prose.verbatim(line, token.content)
        elif token.type == "html_block":
            read_html(prose, token.content, line)
        elif token.type == "inline" and not _MDX.match(token.content):
            said = _inline(prose, _inside(token.content, links), line)
            if level:
                prose.heading(level, said, line)
                level = 0
            elif cell == "th_open":
                prose.table_header(said, line)


def _inline(prose: Prose, tokens: Sequence[Token], line: int) -> str:
    """Say the text of inline tokens, each at its own line, and give it back whole."""
    said: list[str] = []
    links: list[tuple[str, int]] = []
    shown = ""
    for token in tokens:
        piece = ""
        if token.type in {"text", "code_inline"}:
            piece = token.content
        elif token.type in {"softbreak", "hardbreak"}:
            said.append(" ")
            line += 1
        elif token.type == "image":
            shown = token.content or str(token.attrGet("title") or "")
            prose.picture(line, str(token.attrGet("src") or ""), shown)
        elif token.type == "html_inline":
            piece = " " if _BREAK.match(token.content) else ""
            _html_image(prose, token.content, line)
        elif token.type == "link_open":
            links.append((str(token.attrGet("href") or ""), len(said)))
        elif token.type == "link_close" and links:
            target, start = links.pop()
            prose.link(line, target, "".join(said[start:]) or shown)
        if piece:
            said.append(piece)
            prose.say(line, piece)
    return "".join(said)


def _html_image(prose: Prose, tag: str, line: int) -> None:
    if _IMAGE.match(tag):
        found = {name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(tag)}
        prose.picture(line, found.get("src", ""), found.get("alt") or found.get("title", ""))
