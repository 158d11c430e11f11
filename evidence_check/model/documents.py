"""Facts of documents and drawings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from evidence_check.model.facts import Fact


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a document; `level` counts from 1."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Document(Fact):
    """A document for people."""

    kind: ClassVar[str] = "document"
    format: str = ""
    """`markdown`, `restructuredtext`, `asciidoc`, `text`, `html`, `docx`, `odt`, `pdf`, `rtf`."""
    title: str = ""
    headings: tuple[Heading, ...] = ()
    lines: tuple[str, ...] = field(default=(), repr=False)
    """The prose line by line, code blocks blanked: `lines[0]` is line 1 of a text format, paragraph 1 of a docx or odt,
    page 1 of a pdf, whose rows stay apart by line ends."""
    code: tuple[str, ...] = field(default=(), repr=False)
    """The code blocks, in the same numbering: `code[i]` is the code at `lines[i]`."""
    words: int = 0
    """Words of the prose, front matter, code and markup left out."""
    table_headers: tuple[Heading, ...] = ()
    """The header cells of its tables, as they stand in `lines`; `level` is 0."""
    front_matter: str = field(default="", repr=False)
    """The metadata before the text (YAML or TOML between fences), which `lines` leaves out."""

    @property
    def excerpt(self) -> str:
        return self.title or self.location.path


@dataclass(frozen=True, slots=True)
class Diagram(Fact):
    """A drawing, or a picture that may be one."""

    kind: ClassVar[str] = "diagram"
    notation: str = ""
    """`drawio`, `mermaid`, `plantuml`, `structurizr`, `d2`, `diagrams` (Python), `excalidraw`, `svg`, `png`, `jpeg`,
    `pdf`."""
    title: str = ""
    """Title inside the drawing, else the caption or the link text that points to it, else empty."""
    nodes: int = 0
    edges: int = 0
    """-1 for nodes and edges where the notation is a picture and they cannot be counted."""
    labels: tuple[str, ...] = ()
    form: str = ""
    """What it draws where the notation says so: `structure`, `sequence`, `entity-relationship`, `class`, `gantt` ..."""
    width: int = 0
    height: int = 0
    blank: bool = False
    boxes: tuple[str, ...] = ()
    """What stands in each box where the notation tells which line joins which box: enough to draw it again."""
    joins: tuple[tuple[int, int], ...] = ()
    """Pairs of boxes that a line joins, by their places in `boxes`."""

    @property
    def excerpt(self) -> str:
        return self.title or self.location.path


@dataclass(frozen=True, slots=True)
class Picture(Fact):
    """A place of a document that shows a picture or links to a drawing: what it is shown as stands only there."""

    kind: ClassVar[str] = "picture"
    target: str = ""
    """Path relative to the part's root, normalised; a picture elsewhere as written (`https://...`)."""
    caption: str = ""
    """Alternative text, figure caption or link text; where these say nothing, the nearest heading above."""

    @property
    def excerpt(self) -> str:
        return f"{self.caption} ({self.target})" if self.caption else self.target


@dataclass(frozen=True, slots=True)
class Claim(Fact):
    """A KSB code that a document sets against an area of the project."""

    kind: ClassVar[str] = "claim"
    code: str = ""
    text: str = ""
    """The line that names it."""

    @property
    def excerpt(self) -> str:
        return self.text or self.code
