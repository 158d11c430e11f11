"""The tracked files of a git repository: from its index and work tree, else from its head commit's objects."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unicodedata import normalize

from evidence_check.model import Gap, Location
from evidence_check.submission import git
from evidence_check.submission.entries import (
    BINARY_LIMIT,
    MEGABYTE,
    STORE_LIMIT,
    Entry,
    is_inside,
    is_too_long,
    read_entry,
    shown,
)
from evidence_check.submission.errors import Refused
from evidence_check.submission.inventory import DEPTH_LIMIT, EVERY_FACT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from evidence_check.submission.gitdir import Repository

_LINK, _MODULE = b"120000", b"160000"


@dataclass(frozen=True)
class Tracked:
    """What git tracks, by path, the submodules among it, and what could not be looked at."""

    entries: dict[str, Entry] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    gaps: list[Gap] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Listed:
    mode: bytes
    object_id: bytes
    raw: bytes


def tracked(repository: Repository, part: str, find: Callable[[bytes], Entry | None] | None, store: Path) -> Tracked:
    """The tracked files of a repository; `find` looks a path up in its work tree, None where it has none.

    What is not in the work tree is taken from git's objects into the file `store`. Raises `Refused` where git cannot
    list the files.
    """
    listed = _listed(repository, find is not None and repository.index)
    entries: dict[str, Entry] = {}
    gaps: list[Gap] = []
    modules: list[str] = []
    wanted: list[_Listed] = []
    merged = _merged(listed, find)
    for item in listed:
        path = shown(item.raw)
        usable = is_inside(path) and path.count("/") <= DEPTH_LIMIT and not is_too_long(path)
        entry = find(item.raw) if find is not None and usable else None
        if path.count("/") > DEPTH_LIMIT:
            gaps.append(
                Gap(Location(part), "open", f"a file is nested more than {DEPTH_LIMIT} folders deep", EVERY_FACT)
            )
        elif is_too_long(path):
            reason = f"a tracked path is longer than any file system allows: {path[:60]!r}..."
            gaps.append(Gap(Location(part), "open", reason, EVERY_FACT))
        elif not usable:
            gaps.append(
                Gap(Location(part), "open", f"a tracked path leads out of the repository: {path!r}", EVERY_FACT)
            )
        elif item.mode == _MODULE:
            modules.append(path)
        elif entry is None or item.raw in merged:
            wanted.append(item)
        elif item.mode == _LINK and not entry.target:
            entries[path] = _as_link(entry)
        else:
            entries[path] = entry
    entries |= _from_objects(repository, wanted, store)
    return Tracked(dict(sorted(entries.items())), tuple(sorted(modules)), gaps)


def _merged(listed: list[_Listed], find: Callable[[bytes], Entry | None] | None) -> set[bytes]:
    """Paths that differ in case or in the form of an accent only, and share one file of the work tree.

    Windows and macOS check such files out on top of each other: what is on disk is only one of them.
    """
    alike: dict[str, list[bytes]] = {}
    for item in listed if find is not None else ():
        alike.setdefault(normalize("NFC", shown(item.raw)).casefold(), []).append(item.raw)
    merged: set[bytes] = set()
    for paths in alike.values():
        if find is None or len(paths) == 1:
            continue
        places: dict[tuple[int, int], list[bytes]] = {}
        for raw in paths:
            entry = find(raw)
            if entry is not None and entry.holder and entry.offset < 0:
                with suppress(OSError, ValueError):
                    status = os.lstat(entry.holder)
                    places.setdefault((status.st_dev, status.st_ino), []).append(raw)
        merged.update(raw for shared in places.values() if len(shared) > 1 for raw in shared)
    return merged


def _listed(repository: Repository, index: bool) -> list[_Listed]:
    if index:
        command = ["ls-files", "-s", "-z"]
    elif repository.head:
        command = ["ls-tree", "-r", "-z", "--full-tree", repository.head]
    else:
        return []
    status, output, complaint = git.run(repository, *command)
    if status:
        raise Refused(f"git cannot list its files ({complaint}): hand in a fresh `git clone`")
    listed: dict[bytes, _Listed] = {}
    for record in output.split(b"\0"):
        facts, _, raw = record.partition(b"\t")
        words = facts.split()
        if raw and len(words) == 3:
            listed[raw] = _Listed(words[0], words[1] if index else words[2], raw)
    return [listed[raw] for raw in sorted(listed)]


@contextmanager
def counting_untracked(repository: Repository, root: Path) -> Iterator[Callable[[], int]]:
    """Begin to count the files and folders of a work tree that git neither tracks nor ignores; what is yielded waits
    for their number. Raises `Refused`."""
    with git.start(
        repository, "ls-files", "--others", "--exclude-standard", "--directory", "--no-empty-directory", "-z",
        work_tree=root,
    ) as answer:  # fmt: skip

        def finish() -> int:
            status, output, _ = answer()
            return 0 if status else output.count(b"\0")

        yield finish


def reachable(repository: Repository) -> frozenset[str]:
    """The ids of all commits of all branches and tags. Raises `Refused`."""
    start = "".join(f"{tip}\n" for tip in sorted({*repository.refs.values(), repository.head} - {""})).encode()
    status, output, complaint = git.run(repository, "rev-list", "--ignore-missing", "--stdin", stdin=start)
    if status:
        raise Refused(f"its history cannot be read ({complaint})")
    return frozenset(output.decode("ascii", errors="replace").split())


def _as_link(entry: Entry) -> Entry:
    """A link that was checked out as a file holding its target, as git does where links are not allowed."""
    try:
        target = shown(read_entry(entry, MEGABYTE)[:4096]).strip()
    except OSError:
        target = ""
    return Entry(entry.path, target=target or "?")


def _from_objects(repository: Repository, wanted: list[_Listed], store: Path) -> dict[str, Entry]:
    """Take objects into the store; one that is missing or too large becomes an entry that says so."""
    if not wanted:
        return {}
    ids = b"".join(item.object_id + b"\n" for item in wanted)
    _, output, _ = git.run(repository, "cat-file", "--batch-check=%(objecttype) %(objectsize)", stdin=ids)
    answers = output.splitlines()
    entries: dict[str, Entry] = {}
    taken: list[tuple[_Listed, int]] = []
    total = 0
    for index, item in enumerate(wanted):
        kind, _, digits = (answers[index] if index < len(answers) else b"").partition(b" ")
        path = shown(item.raw)
        size = int(digits) if kind == b"blob" and digits.isdigit() else -1
        if size < 0:
            problem = "tracked, but neither in the work tree nor among git's objects: hand in a full clone"
            entries[path] = Entry(path, problem=problem)
        elif size > BINARY_LIMIT or total + size > STORE_LIMIT:
            entries[path] = Entry(path, size, problem=f"{size // MEGABYTE} MB large, beyond the limit")
        else:
            total += size
            taken.append((item, size))
    return entries | _take(repository, taken, store)


def _take(repository: Repository, taken: list[tuple[_Listed, int]], store: Path) -> dict[str, Entry]:
    """Copy objects of known sizes into the store, with the headers that git writes (git-cat-file(1))."""
    ids = b"".join(item.object_id + b"\n" for item, _ in taken)
    status, _, complaint = git.run(repository, "cat-file", "--batch", "--buffer", stdin=ids, stdout=store)
    if status:
        raise Refused(f"git's objects are broken ({complaint}): hand in a fresh `git clone`")
    entries: dict[str, Entry] = {}
    offset = 0
    for item, size in taken:
        offset += len(item.object_id) + len(f" blob {size}\n")
        entry = Entry(shown(item.raw), size, str(store), offset)
        entries[entry.path] = _as_link(entry) if item.mode == _LINK else entry
        offset += size + 1
    return entries
