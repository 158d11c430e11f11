"""The tracked files of a git repository: from its index and work tree, else from its head commit's objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evidence_check.model import Gap, Location
from evidence_check.submission import git
from evidence_check.submission.entries import BINARY_LIMIT, MEGABYTE, Entry
from evidence_check.submission.errors import Refused
from evidence_check.submission.folder import WorkTree, is_inside, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

STORE_LIMIT = 1024 * MEGABYTE
"""Bytes that are taken out of git's objects at most."""
ALL = frozenset(
    "file resource command job step setting dependency import code test-file secret document diagram".split()
)
_FILE, _PROGRAM, _LINK, _MODULE = b"100644", b"100755", b"120000", b"160000"


@dataclass(frozen=True)
class Tracked:
    """What git tracks: entries, gaps, and the number of files beside them that it neither tracks nor ignores."""

    entries: list[Entry] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    untracked: int = 0


@dataclass(frozen=True, slots=True)
class _Listed:
    mode: bytes
    object_id: bytes
    raw: bytes


def tracked(repository: git.Repository, part: str, root: Path | None, store: Path) -> Tracked:
    """The tracked files of a repository; `root` is its work tree, None for a bare one.

    What is not on disk is taken from the objects into the file `store`. Raises `Refused` where git cannot list them.
    """
    if root is not None and repository.index:
        find = WorkTree(root).find
        untracked = _count_untracked(repository, root)
        return _collect(repository, part, _list_index(repository), find, store, untracked)
    return _collect(repository, part, _list_head(repository), _nowhere, store, 0)


def _nowhere(_raw: bytes) -> Entry | None:
    return None


def _list_index(repository: git.Repository) -> list[_Listed]:
    status, output, complaint = git.run(repository, "ls-files", "-s", "-z")
    if status:
        raise Refused(f"git cannot read its index ({complaint}): hand in a fresh `git clone`")
    listed: dict[bytes, _Listed] = {}
    for record in output.split(b"\0"):
        facts, _, raw = record.partition(b"\t")
        if raw:
            mode, object_id, _stage = facts.split(b" ")
            listed[raw] = _Listed(mode, object_id, raw)
    return list(listed.values())


def _list_head(repository: git.Repository) -> list[_Listed]:
    if not repository.head:
        return []
    status, output, complaint = git.run(repository, "ls-tree", "-r", "-z", "--full-tree", repository.head)
    if status:
        raise Refused(f"git cannot read its files at {repository.head[:10]} ({complaint}): hand in a fresh `git clone`")
    listed = []
    for record in output.split(b"\0"):
        facts, _, raw = record.partition(b"\t")
        if raw:
            mode, _kind, object_id = facts.split(b" ")
            listed.append(_Listed(mode, object_id, raw))
    return listed


def _count_untracked(repository: git.Repository, root: Path) -> int:
    status, output, _ = git.run(
        repository, "ls-files", "--others", "--exclude-standard", "--directory", "-z", work_tree=root
    )
    return 0 if status else sum(1 for name in output.split(b"\0") if name)


def _collect(
    repository: git.Repository,
    part: str,
    listed: Iterable[_Listed],
    find: Callable[[bytes], Entry | None],
    store: Path,
    untracked: int,
) -> Tracked:
    entries: list[Entry] = []
    gaps: list[Gap] = []
    absent: list[_Listed] = []
    for item in sorted(listed, key=lambda item: item.raw):
        path = shown(item.raw)
        if not is_inside(path):
            gaps.append(Gap(Location(part), "open", f"a tracked path leads out of the repository: {path!r}", ALL))
        elif item.mode == _MODULE:
            reason = "a submodule, whose files are not here: hand in its repository as a further part"
            gaps.append(Gap(Location(part, path), "open", reason, ALL))
        elif item.mode == _LINK:
            entries.append(Entry(path, link=True))
        elif (entry := find(item.raw)) is not None:
            entries.append(entry)
        else:
            absent.append(item)
    found, missed = _from_objects(repository, part, absent, store)
    entries.extend(found)
    entries.sort(key=lambda entry: entry.path)
    return Tracked(entries, gaps + missed, untracked)


def _from_objects(
    repository: git.Repository, part: str, wanted: list[_Listed], store: Path
) -> tuple[list[Entry], list[Gap]]:
    """Take objects into the store; those that are missing or too large are gaps."""
    if not wanted:
        return [], []
    ids = b"".join(item.object_id + b"\n" for item in wanted)
    _, output, _ = git.run(repository, "cat-file", "--batch-check=%(objecttype) %(objectsize)", stdin=ids)
    answers = output.splitlines()
    entries: list[Entry] = []
    gaps: list[Gap] = []
    taken: list[tuple[_Listed, int]] = []
    total = 0
    for index, item in enumerate(wanted):
        kind, _, size = (answers[index] if index < len(answers) else b"missing").partition(b" ")
        where = Location(part, shown(item.raw))
        if kind != b"blob" or not size.isdigit():
            reason = "tracked, but neither on disk nor among git's objects: hand in a full clone"
            gaps.append(Gap(where, "open", reason, ALL))
        elif int(size) > BINARY_LIMIT or total + int(size) > STORE_LIMIT:
            gaps.append(Gap(where, "open", f"{int(size) // MEGABYTE} MB large, beyond the limit", ALL))
        else:
            total += int(size)
            taken.append((item, int(size)))
    ids = b"".join(item.object_id + b"\n" for item, _ in taken)
    status, output, complaint = git.run(repository, "cat-file", "--batch", "--buffer", stdin=ids)
    if status:
        raise Refused(f"git cannot read its objects ({complaint}): hand in a fresh `git clone`")
    store.write_bytes(output)
    offset = 0
    for item, length in taken:
        offset = output.index(b"\n", offset) + 1
        entries.append(Entry(shown(item.raw), length, str(store), offset))
        offset += length + 1
    return entries, gaps
