"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def put(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Write a file beside its place and then put it there: nobody ever sees half of it, and none is left behind.

    `mode` is that of the new file, less the umask. Raises `OSError`.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    beside.unlink(missing_ok=True)  # of a killed run that had the same number, as every run in a container has
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        beside.replace(path)
    except BaseException:
        beside.unlink()
        raise
