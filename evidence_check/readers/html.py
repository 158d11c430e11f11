"""HTML documents: those written or exported for people to read, not the templates and pages of an application."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Category, Diagram, Document, Fact, Picture
from evidence_check.readers._fences import drawings
from evidence_check.readers._html_text import read_html
from evidence_check.readers._prose import SIZE_LIMIT, Prose, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evidence_check.readers._source import Source

SYSTEM = "html"
GIVES = frozenset({Document.kind, Diagram.kind, Picture.kind})

_FOLDER = expression(
    r"(?:^|/)(?:docs?|documentation|documents?|evidence|wiki|runbooks?|adrs?|portfolio)/", re.IGNORECASE
)
_NAME = expression(
    r"analysis|ksb|evidence|summary|runbook|read-?me|architecture|post-?mortem|incident|lessons|retro|"
    r"project[-_ ]?report",
    re.IGNORECASE,
)
_EXPORTED = expression(
    r"urn:schemas-microsoft-com:office|docs-internal-guid|class=[\"']?(?:doc-content|notion-|MsoNormal)|"
    r"<meta[^>]{0,200}name=[\"']?(?:generator|ProgId)[\"']?[^>]{0,200}content=[\"']?(?:Microsoft Word|Word\.Document|"
    r"LibreOffice|OpenOffice|pandoc|Docutils|Asciidoctor|Evernote|Notion|Typora|Quarto)",
    re.IGNORECASE,
)
_APPLICATION = expression(
    r"\{%|\{\{|<%|<\?php|\bng-app\b|\bv-app\b|\bth:\w|<div id=[\"']?(?:root|app)[\"']?>\s*</div>|"
    r"<script[^>]{1,200}type=[\"']?module",
    re.IGNORECASE,
)
SAMPLE = 20_000


def wants(source: Source) -> bool:
    """An `.html` in a folder of documents, under a name of one, or exported by a word processor; no template."""
    if not source.name.lower().endswith((".html", ".htm", ".xhtml")) or source.file.size > SIZE_LIMIT:
        return False
    start = source.text[:SAMPLE]
    if _EXPORTED.search(start):
        return True
    named = source.file.category is Category.DOCUMENT or _FOLDER.search(source.path) or _NAME.search(source.name)
    return bool(named) and not _APPLICATION.search(start)


def read(source: Source) -> Iterable[Fact]:
    """The document, its pictures and the Mermaid drawings in it."""
    prose = Prose(source)
    read_html(prose, text_of(source))
    return [*prose.facts("html"), *drawings(prose)]
