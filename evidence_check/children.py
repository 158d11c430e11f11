"""How this tool starts Python again: without anybody's Python settings, and never from the current folder."""

from __future__ import annotations

import os
import sys


def python(*words: str) -> list[str]:
    """The command of this Python, which leaves the current folder out of what it imports from."""
    return [sys.executable, "-P", *words]


def environment() -> dict[str, str]:
    """The variables for a further Python process: what is told to Python does not reach it."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return keep | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
