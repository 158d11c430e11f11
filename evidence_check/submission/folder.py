"""The files of a folder on disk: those that git tracks, or, without git, all that no `.gitignore` names."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_check.submission.entries import Entry, read_head

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pathspec

FILE_LIMIT = 60_000
DEPTH_LIMIT = 100


def shown(raw: bytes) -> str:
    """A file name as text: UTF-8, with bytes that are not as `\\xNN`."""
    return raw.decode("utf-8", errors="backslashreplace")


def is_inside(path: str) -> bool:
    """Whether a relative POSIX path stays inside its tree, on every operating system."""
    if not path or path.startswith("/") or "\0" in path or (len(path) > 1 and path[1] == ":" and path[0].isalpha()):
        return False
    return not any(piece in {"", ".", ".."} for piece in path.split("/"))


@dataclass
class WorkTree:
    """Looks tracked paths up on disk; remembers which folders are real ones, not links to other places."""

    root: Path

    def __post_init__(self) -> None:
        self._root = os.fsencode(self.root)
        self._real: dict[bytes, bool] = {b"": True}

    def find(self, raw: bytes) -> Entry | None:
        """The entry of a path as git stores it; None where no such file is on disk."""
        folder = raw.rpartition(b"/")[0]
        if not self._is_real(folder):
            return None
        holder = self._root + b"/" + raw
        try:
            status = os.lstat(holder)
        except (OSError, ValueError):
            return None
        path = shown(raw)
        if stat.S_ISREG(status.st_mode):
            return Entry(path, status.st_size, holder)
        return Entry(path, link=True) if stat.S_ISLNK(status.st_mode) else None

    def _is_real(self, folder: bytes) -> bool:
        known = self._real.get(folder)
        if known is None:
            known = self._is_real(folder.rpartition(b"/")[0])
            if known:
                try:
                    known = stat.S_ISDIR(os.lstat(self._root + b"/" + folder).st_mode)
                except (OSError, ValueError):
                    known = False
            self._real[folder] = known
        return known


def walk(root: Path) -> Iterator[Entry]:
    """Every file below a folder that no `.gitignore` of it names, sorted; `.git` is left out, links are not followed.

    Ends after `FILE_LIMIT` files and does not go deeper than `DEPTH_LIMIT` folders; one more of each is given, so that
    the caller can tell.
    """
    yield from _walk(os.fsencode(root), b"", ())


def _walk(folder: bytes, prefix: bytes, ignores: tuple[tuple[int, pathspec.GitIgnoreSpec], ...]) -> Iterator[Entry]:
    try:
        with os.scandir(folder) as found:
            children = sorted(found, key=lambda child: child.name)
    except OSError:
        return
    for child in children:
        if child.name == b".gitignore" and child.is_file(follow_symlinks=False):
            ignores = (*ignores, (len(prefix), parse_ignore(read_head(Entry("", holder=child.path), 1_000_000))))
    for child in children:
        raw = prefix + child.name
        if child.name == b".git":
            continue
        is_folder = child.is_dir(follow_symlinks=False)
        if is_ignored(raw + b"/" if is_folder else raw, ignores):
            continue
        if is_folder:
            if raw.count(b"/") <= DEPTH_LIMIT:
                yield from _walk(child.path, raw + b"/", ignores)
        elif child.is_symlink():
            yield Entry(shown(raw), link=True)
        elif child.is_file(follow_symlinks=False):
            yield Entry(shown(raw), child.stat(follow_symlinks=False).st_size, child.path)


def parse_ignore(data: bytes) -> pathspec.GitIgnoreSpec:
    """The patterns of a `.gitignore` file (gitignore(5))."""
    import pathspec

    lines = data.decode("utf-8", errors="replace").splitlines()[:5000]
    return pathspec.GitIgnoreSpec.from_lines(line for line in lines if len(line) <= 500 and _is_pattern(line))


def _is_pattern(line: str) -> bool:
    import pathspec

    try:
        pathspec.GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def is_ignored(raw: bytes, ignores: tuple[tuple[int, pathspec.GitIgnoreSpec], ...]) -> bool:
    """Whether a path is ignored: the deepest `.gitignore` that names it decides."""
    for start, spec in reversed(ignores):
        result = spec.check_file(shown(raw)[start:] if raw.isascii() else shown(raw[start:]))
        if result.include is not None:
            return result.include
    return False
