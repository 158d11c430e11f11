"""Report to text, or to the bytes of a PDF: one module per format, nothing computed here."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable
from typing import cast

from evidence_check.model import Report

FORMATS = {
    "html": "report.html",
    "json": "report.json",
    "markdown": "report.md",
    "pdf": "report.pdf",
    "sarif": "report.sarif",
}
"""Formats of the whole report, and the names of their files."""
_MODULES = {"json": "json_report"}


class Unavailable(Exception):
    """A format cannot be made here; the text says what is missing."""


def renderer(name: str) -> Callable[[Report], str | bytes]:
    """What renders a format of `FORMATS`. Its libraries are imported only now."""
    module = importlib.import_module(f"{__name__}.{_MODULES.get(name, name)}")
    return cast("Callable[[Report], str | bytes]", module.render)


def require(formats: Iterable[str]) -> None:
    """Look for the libraries of formats, before any work is done.

    Raises:
        Unavailable: one is not installed.
    """
    if "pdf" in formats and importlib.util.find_spec("typst") is None:
        raise Unavailable("--format pdf needs one more package: pip install 'evidence-check[pdf]'")


def document(report: Report, name: str) -> bytes:
    """The report as the content of a file of a format.

    Raises:
        Unavailable: a library of the format is not installed.
    """
    require([name])
    made = renderer(name)(report)
    return made.encode() if isinstance(made, str) else made
