"""The files of a folder on disk: those that git tracks, or, without git, all that no `.gitignore` names."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Gap, Location
from evidence_check.submission.entries import Entry, is_itself, is_junction, leads_elsewhere, read_head, shown
from evidence_check.submission.gitdir import is_git_directory
from evidence_check.submission.inventory import DEPTH_LIMIT, EVERY_FACT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pathspec

WALK_LIMIT = 200_000
"""Files that a walk looks at, at most."""

PATTERN_LIMIT = 1_000
_STARS = expression(r"\*+")

Ignores = tuple[tuple[str, "pathspec.GitIgnoreSpec"], ...]
"""Folders (with a slash at the end, empty for the root) and the patterns of their `.gitignore`, outermost first."""


def finder(root: Path) -> Callable[[bytes], Entry | None]:
    """A function that looks a path, as git stores it, up below `root`; None where no such file is on disk.

    A path whose folder is a link to another place is not on disk.
    """
    base = os.fsencode(root)
    real: dict[bytes, bool] = {b"": True}

    def is_real(folder: bytes) -> bool:
        if folder not in real:
            real[folder] = is_real(folder.rpartition(b"/")[0]) and _is_folder(base + b"/" + folder)
        return real[folder]

    def find(raw: bytes) -> Entry | None:
        if not is_itself(shown(raw)) or not is_real(raw.rpartition(b"/")[0]):
            return None
        holder = base + b"/" + raw
        try:
            status = os.lstat(holder)
        except (OSError, ValueError):
            return None
        if stat.S_ISREG(status.st_mode):
            return Entry(shown(raw), status.st_size, holder)
        return Entry(shown(raw), target=_target(holder)) if stat.S_ISLNK(status.st_mode) else None

    return find


def _is_folder(path: bytes) -> bool:
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return False
    return stat.S_ISDIR(status.st_mode) and not is_junction(status)


def _target(path: bytes) -> str:
    try:
        return (
            str(Path(os.fsdecode(path)).readlink())
            .encode("utf-8", "surrogateescape")
            .decode("utf-8", "backslashreplace")
        )
    except OSError:
        return "?"


def walk(root: Path, part: str, skip: Iterable[str] = ()) -> tuple[list[Entry], list[Gap]]:
    """Every file below a folder that no `.gitignore` of it names, sorted, and what could not be looked at.

    `.git` and the folders named by `skip` (relative paths) are left out, links are not followed.
    """
    gaps: list[Gap] = []
    entries: list[Entry] = []
    left_out = {name.encode() for name in skip}
    for entry in _walk(os.fsencode(root), b"", (), left_out, part, gaps):
        if len(entries) == WALK_LIMIT:
            gaps.append(
                Gap(Location(part), "open", f"more than {WALK_LIMIT:,} files: the rest was left out", EVERY_FACT)
            )
            break
        entries.append(entry)
    entries.sort(key=lambda entry: entry.path)
    return entries, gaps


def _walk(
    folder: bytes, prefix: bytes, ignores: Ignores, skip: set[bytes], part: str, gaps: list[Gap]
) -> Iterator[Entry]:
    try:
        with os.scandir(folder) as found:
            children = sorted(found, key=lambda child: child.name)
    except OSError as error:
        reason = f"the folder cannot be opened ({error.strerror})"
        gaps.append(Gap(Location(part, shown(prefix.rstrip(b"/"))), "open", reason, EVERY_FACT))
        return
    for child in children:
        if child.name == b".gitignore" and child.is_file(follow_symlinks=False):
            ignores = (*ignores, (shown(prefix), parse_ignore(read_head(Entry("", holder=child.path), 1_000_000))))
    for child in children:
        raw = prefix + child.name
        is_folder = child.is_dir(follow_symlinks=False)
        if child.name == b".git" or raw in skip or is_ignored(shown(raw) + "/" * is_folder, ignores):
            continue
        if is_folder and is_junction(child.stat(follow_symlinks=False)):
            yield Entry(shown(raw), target=_target(child.path))
        elif is_folder and raw.count(b"/") >= DEPTH_LIMIT:
            reason = f"nested more than {DEPTH_LIMIT} folders deep"
            gaps.append(Gap(Location(part, shown(raw)), "open", reason, EVERY_FACT))
        elif is_folder:
            yield from _walk(child.path, raw + b"/", ignores, skip, part, gaps)
        elif child.is_symlink():
            yield Entry(shown(raw), target=_target(child.path))
        elif child.is_file(follow_symlinks=False):
            yield Entry(shown(raw), child.stat(follow_symlinks=False).st_size, child.path)


def parse_ignore(data: bytes) -> pathspec.GitIgnoreSpec:
    """The patterns of a `.gitignore` file (gitignore(5)); those that are none, or costly to match, are left out."""
    import pathspec

    patterns: list[Any] = []
    for line in data.decode("utf-8", errors="replace").splitlines():
        if len(patterns) < PATTERN_LIMIT and len(line) <= 300 and _is_cheap(line):
            try:
                patterns += pathspec.GitIgnoreSpec.from_lines([line]).patterns
            except ValueError:
                continue
    return pathspec.GitIgnoreSpec(patterns)


def _is_cheap(line: str) -> bool:
    """Many stars take for ever on a name that was made for them, and no real pattern has them."""
    stars = [_STARS.sub("*", piece).count("*") for piece in line.split("/")]
    return max(stars) <= 2 and sum(stars) <= 4


def is_ignored(path: str, ignores: Ignores) -> bool:
    """Whether a path (a folder's with a slash at its end) is ignored: the innermost file that names it decides."""
    if len(path) > 1_000:
        return False
    for folder, spec in reversed(ignores):
        verdict = spec.check_file(path.removeprefix(folder)).include
        if verdict is not None:
            return verdict
    return False


def repositories_below(root: Path) -> list[str]:
    """The folders that hold a repository of their own, or are a bare one, one or two levels below one that is none."""
    found: list[str] = []
    for folder in _folders(root):
        if _is_repository(folder):
            found.append(folder.name)
        else:
            found += [f"{folder.name}/{inner.name}" for inner in _folders(folder) if _is_repository(inner)]
    return sorted(found)


def _is_repository(folder: Path) -> bool:
    return (folder / ".git").exists() or is_git_directory(folder)


def _folders(root: Path) -> list[Path]:
    try:
        return [path for path in sorted(root.iterdir())[:500] if path.is_dir() and not leads_elsewhere(path)]
    except OSError:
        return []
