"""Open what was handed in: every input becomes a part with its files, and several inputs become one case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence_check.model import Category, File, Gap, Location, Part, Settings, Submission
from evidence_check.submission import folder as folders
from evidence_check.submission import git
from evidence_check.submission.entries import BINARY_LIMIT, TEXT_LIMIT, Entry, read_entry, read_head
from evidence_check.submission.errors import Refused, Unusable
from evidence_check.submission.inventory import HEAD, Inventory, wants_head
from evidence_check.submission.repository import Tracked, tracked

__all__ = ["Opened", "Unusable", "open_submission"]


@dataclass(frozen=True)
class Opened:
    """A submission and the way to its bytes, which lasts as long as the workspace."""

    submission: Submission
    load: Callable[[File], bytes]
    """The bytes of a file; raises `OSError`."""


def open_submission(inputs: Sequence[str], *, workspace: Path, settings: Settings | None = None) -> Opened:
    """Open everything that was handed in as one case.

    `inputs` are paths; `workspace` is a private folder of the caller, which may be deleted when
    the bytes are no longer needed. Raises `Unusable`.
    """
    if not inputs:
        raise Unusable("nothing to scan: name a folder, an archive, a git URL or a document")
    parts: list[Part] = []
    entries: dict[str, dict[str, Entry]] = {}
    for number, given in enumerate(inputs):
        part, found = _open_folder(
            given, Path(given), _unique(Path(given).resolve().name, entries), workspace / str(number)
        )
        parts.append(part)
        entries[part.name] = found

    def load(file: File) -> bytes:
        entry = entries.get(file.location.part, {}).get(file.location.path)
        if entry is None:
            raise FileNotFoundError(2, "not in the submission")
        return read_entry(entry, BINARY_LIMIT if file.binary else TEXT_LIMIT)

    return Opened(Submission(tuple(parts), settings or Settings()), load)


def _unique(name: str, taken: dict[str, dict[str, Entry]]) -> str:
    number, unique = 1, name or "part"
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    return unique


def _open_folder(given: str, root: Path, name: str, workspace: Path) -> tuple[Part, dict[str, Entry]]:
    if not root.is_dir():
        raise Unusable(f"{given}: no such folder")
    workspace.mkdir(parents=True)
    gaps: list[Gap] = []
    repository = None
    if (root / ".git").is_dir():
        try:
            repository = git.prepare(root / ".git", workspace / "git")
            content = tracked(repository, name, root.absolute(), workspace / "store")
        except Refused as refused:
            repository = None
            gaps.append(Gap(Location(name), "history", str(refused), frozenset({"history", "event"})))
    else:
        gaps.append(Gap(Location(name), "history", "no git history: hand in a clone", frozenset({"history", "event"})))
    if repository is None:
        content = Tracked(list(folders.walk(root.absolute())))
    found = {entry.path: entry for entry in content.entries}
    files = _inventory(name, content.entries)
    part = Part(
        name,
        given,
        tuple(files),
        content.untracked,
        repository.head if repository else "",
        0,
        gaps=tuple(gaps + content.gaps),
    )
    return part, found


def _inventory(part: str, entries: list[Entry]) -> list[File]:
    inventory = Inventory.of(entry.path for entry in entries)
    files = []
    for entry in entries:
        where = Location(part, entry.path)
        if entry.link:
            files.append(File(where, Category.GENERATED, "symlink", 0, False))
            continue
        head = read_head(entry, HEAD) if wants_head(entry.path, entry.size) else b""
        said = inventory.classify(entry.path, head)
        files.append(File(where, said.category, said.language, entry.size, said.binary))
    return files
