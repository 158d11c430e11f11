"""Jupyter notebooks (https://nbformat.readthedocs.io/en/latest/format_description.html): their code cells as code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Code, Fact, Import
from evidence_check.readers._comments import blank_comments, code_lines
from evidence_check.readers._imports import imports_of
from evidence_check.readers._source import Unreadable
from evidence_check.tree import Map, Seq

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence_check.readers._source import Source

SYSTEM = "notebook"
GIVES = frozenset({Code.kind, Import.kind})

SIZE_LIMIT = 16_000_000
"""Notebooks hold their outputs, pictures among them."""
_MAGIC = expression(r"^[ \t]*[%!].*$", re.MULTILINE)


def wants(source: Source) -> bool:
    """Notebooks by name."""
    return source.name.endswith(".ipynb")


def read(source: Source) -> Iterator[Fact]:
    """A `Code` fact of all code cells, each line where the notebook has it, and the imports. Raises `Unreadable`."""
    if source.file.size > SIZE_LIMIT:
        raise Unreadable(f"notebook of {source.file.size / 1e6:.1f} MB: too large to be read")
    notebook = source.json
    if not isinstance(notebook, Map):
        return
    language = _language(notebook)
    code = blank_comments(_MAGIC.sub("", _text(notebook)), language)
    lines = code_lines(code)
    if not lines:
        return
    yield Code(source.at(), language=language, text=code, lines=lines, test=source.is_test)
    for line, module in imports_of(code, language):
        yield Import(source.at(line), language=language, module=module, test=source.is_test)


def _language(notebook: Map) -> str:
    found = notebook.get("metadata")
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        part = found.get(key) if isinstance(found, Map) else None
        if isinstance(part, Map) and isinstance(part.get(name), str):
            return str(part[name]).lower()
    return "python"


def _text(notebook: Map) -> str:
    """The code cells one below the other, a cell's first line where its first line stands in the file."""
    cells = notebook.get("cells")
    lines: list[str] = []
    for cell in cells if isinstance(cells, Seq) else ():
        if not isinstance(cell, Map) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source")
        if isinstance(source, Seq):
            first, text = source.line + 1, "".join(part for part in source if isinstance(part, str))
        else:
            first, text = cell.line_of("source"), str(source or "")
        lines.extend([""] * (first - 1 - len(lines)))
        lines.extend(text.rstrip("\n").split("\n"))
    return "\n".join(lines)
