"""How this tool starts Python again: without anybody's Python settings, and never from the current folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PIPE = 1024 * 1024
"""Bytes that a pipe to a process may hold, where the system lets one say so."""


def python(*words: str) -> list[str]:
    """The command of this Python, which leaves the current folder out of what it imports from."""
    return [sys.executable, "-P", *words]


def environment() -> dict[str, str]:
    """The variables for a further Python process: what is told to Python does not reach it."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return keep | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}


def start(
    words: Sequence[str], variables: Mapping[str, str], stream: int, folder: Path | None = None
) -> subprocess.Popen[bytes] | None:
    """Start a process in a folder, its input and output both `subprocess.PIPE` or both `subprocess.DEVNULL`.

    None on a machine that lets Python start no program.
    """
    try:
        return subprocess.Popen(
            words, cwd=folder, env=variables, stdin=stream, stdout=stream, stderr=subprocess.DEVNULL, pipesize=PIPE
        )
    except OSError:
        return None
