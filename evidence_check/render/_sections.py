"""A Markdown document out of sections that keeps to a budget: whole entries, the most important sections first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evidence_check.render._text import count, inert

_HEADING = "\n## Left out\n\nThere was no room here for all of it; the full report has it.\n"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it."""

    title: str
    entries: list[str]
    """Each a paragraph, list item or row, whole or not at all."""
    head: str = ""
    """Lines before the first entry that make no sense alone, such as a table's head."""


def document(opening: str, sections: Iterable[Section], budget: int) -> str:
    """Opening and sections as Markdown of at most `budget` bytes; sections without entries are passed over.

    What there was no room for is counted at the end. The opening and that note are always there, even over budget.
    """
    parts = [opening]
    left_out: list[str] = []
    filled = [section for section in sections if section.entries]
    room = budget - size(opening) - sum(size(_note(s, s.entries)) for s in filled) - 300
    for section in filled:
        lines = [f"\n## {section.title}\n"] + ([section.head] if section.head else [])
        needed = sum(size(line) + 1 for line in lines)
        kept = 0
        for entry in section.entries:
            more = size(entry) + 1
            if needed + more > room:
                break
            lines.append(entry)
            needed, kept = needed + more, kept + 1
        if kept:
            parts.extend(lines)
            room -= needed
        if kept < len(section.entries):
            left_out.append(_note(section, section.entries[kept:]))
    if left_out:
        parts.append(_HEADING)
        parts.extend(left_out)
    return inert("\n".join(parts), "\\::", "## ") + "\n"


def size(text: str) -> int:
    """Bytes of a text in UTF-8."""
    return len(text.encode("utf-8", "replace"))


def _note(section: Section, entries: list[str]) -> str:
    return f"- {section.title}: {len(entries):,} of {count(len(section.entries), 'entry', 'entries')}"
