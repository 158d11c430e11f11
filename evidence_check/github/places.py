"""Where a place of a report stands in the checkout, so that GitHub can show a text beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evidence_check.model import Location, Report

Place = Callable[[Location], str]
"""A place's path from the checkout's root, empty where it has none there."""


def places(report: Report, checkout: Path) -> Place:
    """The function that finds places: what the inputs named stands in the checkout or elsewhere."""
    root = checkout.resolve()
    sources = {part.name: part.source for part in report.parts}

    def place(location: Location) -> str:
        source = sources.get(location.part, "")
        if location.commit or not location.path or not source:
            return ""
        beside = [Path(name).parent for name in source.split(", ")]  # of a part that is single documents
        for folder in (Path(source), *beside):
            found = _below(root, folder / location.path)
            if found:
                return found
        return ""

    return place


def _below(root: Path, path: Path) -> str:
    try:
        real = (root / path).resolve()
        return real.relative_to(root).as_posix() if real.is_file() else ""
    except (OSError, ValueError, RuntimeError):  # a name that no file can have, a loop of links, a place elsewhere
        return ""
