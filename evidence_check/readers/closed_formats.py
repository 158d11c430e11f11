"""Documents and drawings in formats that cannot be read: each is a gap, so that nothing in it is said to be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence_check.model import Diagram, Document, Fact
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "closed-format"
GIVES = frozenset({Document.kind, Diagram.kind})

_NAMES = {
    ".doc": ("an old Word document", ".docx or .pdf"),
    ".pages": ("an Apple Pages document", ".docx or .pdf"),
    ".wpd": ("a WordPerfect document", ".docx or .pdf"),
    ".wps": ("a Works document", ".docx or .pdf"),
    ".fodt": ("a flat OpenDocument text", ".odt or .pdf"),
    ".gdoc": ("a link to a Google document", ".docx or .pdf"),
    ".one": ("a OneNote section", ".docx or .pdf"),
    ".ppt": ("an old PowerPoint file", ".pptx or .pdf"),
    ".odp": ("an OpenDocument presentation", ".pptx or .pdf"),
    ".odg": ("an OpenDocument drawing", ".svg or .pdf"),
    ".vsd": ("an old Visio drawing", ".vsdx or .pdf"),
    ".heic": ("a picture in Apple's format", ".png or .jpg"),
}


def wants(source: Source) -> bool:
    """By suffix; a `.doc` that is really RTF is another reader's."""
    suffix = f".{source.name.rpartition('.')[2].lower()}"
    if suffix not in _NAMES or not source.file.size or source.name.startswith("~$"):
        return False
    return not (suffix == ".doc" and source.data.lstrip().startswith(b"{\\rtf"))


def read(source: Source) -> Iterable[Fact]:
    """Raises `Unreadable`, always."""
    what, instead = _NAMES[f".{source.name.rpartition('.')[2].lower()}"]
    raise Unreadable(f"is {what}, which cannot be read: save it as {instead}")
