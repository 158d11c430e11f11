"""Report to text: one module per format, nothing computed here."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import cast

from evidence_check.model import Report

FORMATS = {"html": "report.html", "json": "report.json", "markdown": "report.md", "sarif": "report.sarif"}
"""Formats of the whole report, and the names of their files."""
_MODULES = {"json": "json_report"}


def renderer(name: str) -> Callable[[Report], str]:
    """What renders a format of `FORMATS`. Its libraries are imported only now."""
    module = importlib.import_module(f"{__name__}.{_MODULES.get(name, name)}")
    return cast("Callable[[Report], str]", module.render)
