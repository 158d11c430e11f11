"""Where the tool's own files lie."""

from __future__ import annotations

from pathlib import Path


def rules_folder() -> Path:
    """The folder `rules/`: inside the installed package, or beside it in a source tree."""
    inside = Path(__file__).parent / "rules"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "rules"
