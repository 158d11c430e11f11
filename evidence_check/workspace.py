"""A private folder for a scan's temporary files, which goes away with the scan, however that ends.

`tempfile` makes it readable for nobody else (mode 0700) and removes it at the end and after a signal that Python sees.
A process that is killed outright cannot clean up: the next scan removes what it left, told by a lock that the system
releases when a process ends (flock(2)), or by its age where there is no such lock (Windows).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from evidence_check.submission.errors import Unusable

if sys.platform != "win32":
    import fcntl

PREFIX = "evidence-check-"
LOCK = "lock"
STALE_AFTER = 24 * 3600
"""Seconds after which a folder without a lock belongs to no scan any more."""


@contextmanager
def workspace() -> Iterator[Path]:
    """An empty private folder, removed at the end; what killed scans left is removed first.

    Raises `Unusable` where there is no place for one.
    """
    try:
        base = Path(tempfile.gettempdir())
        folder, lock = _new()
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unusable(f"there is no place for temporary files ({reason}): set TMPDIR to a folder with room") from error
    with folder as name, lock:
        remove_stale(base)
        inner = Path(name, "work")
        inner.mkdir(mode=0o700)
        yield inner


def _new() -> tuple[tempfile.TemporaryDirectory[str], IO[bytes]]:
    """A new folder with its lock taken. Where another scan cleans up between the two, it is one more."""
    while True:
        folder = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
        place = Path(folder.name, LOCK)
        lock = place.open("wb")
        if sys.platform == "win32" or (_take(lock) and place.exists()):
            return folder, lock
        lock.close()
        folder.cleanup()


def remove_stale(base: Path) -> None:
    """Remove the folders that scans of this user left in `base` when they were killed."""
    try:
        found = [path for path in base.iterdir() if path.name.startswith(PREFIX)]
    except OSError:
        return
    for path in found:
        if _is_stale(path):
            _let_go(path)
            shutil.rmtree(path, ignore_errors=True)


def _let_go(path: Path) -> None:
    """Take the write protection from files, as git gives it to its own: Windows removes no such file."""
    for folder, _, names in os.walk(path):
        for name in names:
            file = Path(folder, name)
            with contextlib.suppress(OSError):
                mode = file.lstat().st_mode
                if stat.S_ISREG(mode) and not mode & stat.S_IWUSR:
                    file.chmod(mode | stat.S_IWUSR)


def _is_stale(folder: Path) -> bool:
    try:
        status = folder.lstat()
        if folder.is_symlink() or not folder.is_dir():
            return False
        if hasattr(os, "getuid") and status.st_uid != os.getuid():
            return False
        if time.time() - status.st_mtime > STALE_AFTER:
            return True
        if sys.platform == "win32":
            return False
        with (folder / LOCK).open("rb+") as lock:
            return _take(lock)
    except OSError:
        return False


def _take(lock: IO[bytes]) -> bool:
    """Whether the lock was free; it is held until the file is closed."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
