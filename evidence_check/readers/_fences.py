"""Drawings that stand as code blocks in a document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evidence_check.readers import d2, mermaid, plantuml, structurizr

if TYPE_CHECKING:
    from evidence_check.model import Diagram
    from evidence_check.readers._prose import Prose

_NOTATIONS = {
    "mermaid": mermaid.diagrams, "mmd": mermaid.diagrams, "plantuml": plantuml.diagrams, "puml": plantuml.diagrams,
    "uml": plantuml.diagrams, "c4plantuml": plantuml.diagrams, "d2": d2.diagrams, "structurizr": structurizr.diagrams,
}  # fmt: skip


def drawings(prose: Prose) -> list[Diagram]:
    """The diagrams of a document's code blocks, titled by themselves, else by the heading above them."""
    found: list[Diagram] = []
    for line, language, text in prose.drawings:
        word = language.strip("{}. ").partition(" ")[0].partition("{")[0].strip("{}.")
        if word in _NOTATIONS:
            above = [heading.text for heading in prose.headings if heading.line <= line]
            found.extend(
                diagram if diagram.title else replace(diagram, title=above[-1] if above else "")
                for diagram in _NOTATIONS[word](prose.source, text, line)
            )
    return found
