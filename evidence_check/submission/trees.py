"""Find what stands in a folder or archive: a repository, a bare one, several, or plain files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evidence_check.model import Category, Gap, Location
from evidence_check.submission.archive import is_archive, is_closed_archive, read_archive, write_git_data
from evidence_check.submission.entries import Entry, leads_elsewhere, open_regular, read_head, shown
from evidence_check.submission.errors import Refused, Unusable
from evidence_check.submission.folder import finder, is_ignored, parse_ignore, repositories_below, walk
from evidence_check.submission.gitdir import is_git_directory
from evidence_check.submission.inventory import EVERY_FACT
from evidence_check.submission.parts import Choice, OpenedPart, plain_part, repository_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from evidence_check.submission.folder import Ignores

NO_HISTORY = "it holds no git history: hand in a full `git clone`, or an archive with its .git folder inside"
_POINTER_LENGTH = 4096


def open_folder(source: str, root: Path, name: str, taken: set[str], room: Path, choice: Choice) -> list[OpenedPart]:
    """The parts of a folder: one, unless it is no repository itself but holds some. Raises `Unusable`."""
    room.mkdir(parents=True, exist_ok=True)
    if _is_work_tree(root) or is_git_directory(root):
        return [_repository(source, root, unique(name, taken), room, choice)]
    opened: list[OpenedPart] = []
    inner = repositories_below(root)
    for number, folder in enumerate(inner):
        part = unique(
            f"{name}-{folder.removesuffix('.git').replace('/', '-')}", taken | {each.part.name for each in opened}
        )
        (room / f"inner-{number}").mkdir()
        opened.append(_repository(f"{source}/{folder}", root / folder, part, room / f"inner-{number}", choice))
    part = unique(name, taken | {each.part.name for each in opened})
    entries, gaps = walk(root, part, inner)
    if entries or gaps or not opened:
        found = {entry.path: entry for entry in entries}
        opened.append(_with_closed(plain_part(part, source, found, choice, gaps, _why_no_history(root))))
    return opened


def unique(name: str, taken: set[str]) -> str:
    """A name that is not taken: with a number after it where it has to be."""
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate


def _repository(source: str, root: Path, name: str, room: Path, choice: Choice) -> OpenedPart:
    """A work tree with its repository, or a bare one. Raises `Unusable` for a bare one that must not be read."""
    if _is_work_tree(root):
        return _checkout(source, root, name, room, choice)
    try:
        return repository_part(name, source, root, room, choice, None)
    except Refused as refused:
        raise Unusable(f"{source}: {refused}") from refused


def _is_work_tree(root: Path) -> bool:
    return (root / ".git").exists() or (root / ".git").is_symlink()


def _checkout(source: str, root: Path, name: str, room: Path, choice: Choice) -> OpenedPart:
    """A work tree with its repository; its files alone where git must not read the repository."""
    try:
        return repository_part(name, source, _git_directory(root), room, choice, finder(root), root)
    except Refused as refused:
        entries, gaps = walk(root, name)
        found = {entry.path: entry for entry in entries}
        return plain_part(name, source, found, choice, gaps, f"its git history was not read: {refused}")


def _git_directory(root: Path) -> Path:
    """Where a work tree's git data is: `.git`, or where the file `.git` points (gitrepository-layout(5)).

    Raises `Refused` for a place outside of what was handed in.
    """
    place = root / ".git"
    if leads_elsewhere(place):
        raise Refused(".git is a link to another place: hand in a fresh `git clone`")
    if place.is_dir():
        return place
    try:
        with open_regular(str(place)) as stream:
            text = shown(stream.read(_POINTER_LENGTH)).strip()
    except OSError as error:
        raise Refused(f".git cannot be read ({error.strerror})") from error
    target = (root / text.removeprefix("gitdir:").strip()).resolve()
    if not text.startswith("gitdir:") or not target.is_relative_to(root.resolve()) or not is_git_directory(target):
        raise Refused(
            ".git points to a repository outside of the folder (a linked work tree or a submodule): "
            "hand in a fresh `git clone`"
        )
    return target


def _why_no_history(root: Path) -> str:
    for folder in root.resolve().parents:
        if (folder / ".git").exists():
            inside = root.resolve().relative_to(folder).as_posix()
            return (
                f"it lies inside the git repository {folder}, whose history was not looked at: "
                f"scan that one with --subfolder {inside}"
            )
    return NO_HISTORY


def open_archive(source: str, path: Path, name: str, taken: set[str], room: Path, choice: Choice) -> list[OpenedPart]:
    """The parts of an archive, found as those of a folder. Raises `Unusable`."""
    room.mkdir(parents=True, exist_ok=True)
    contents = read_archive(path, name, room / "archive")
    entries = contents.entries
    roots = sorted({_root(path) for path in entries if path.endswith(".git/HEAD") and _root(path).count("/") <= 2})
    if not roots and "HEAD" in entries and any(path.startswith("objects/") for path in entries):
        write_git_data(entries, "", room / "bare")
        try:
            return [repository_part(unique(name, taken), source, room / "bare", room, choice, None)]
        except Refused as refused:
            raise Unusable(f"{source}: {refused}") from refused
    opened: list[OpenedPart] = []
    for number, root in enumerate(roots):
        part = name if root == "" else f"{name}-{root.rstrip('/').replace('/', '-')}"
        part = unique(part, taken | {each.part.name for each in opened})
        inner = room / f"inner-{number}"
        inner.mkdir()
        below = _below(entries, root, [other for other in roots if other != root])
        opened.append(_packed_checkout(source, below, part, inner, choice))
    if "" not in roots:
        part = unique(name, taken | {each.part.name for each in opened})
        rest = _kept(_below(entries, "", roots))
        if rest or not opened:
            opened.append(_with_closed(plain_part(part, source, rest, choice, [], NO_HISTORY)))
    gaps = tuple(replace(gap, location=replace(gap.location, part=opened[-1].part.name)) for gap in contents.gaps)
    last = opened[-1]
    return [*opened[:-1], replace(last, part=replace(last.part, gaps=(*gaps, *last.part.gaps)))]


def _root(path: str) -> str:
    """The folder that holds `.git`, with a slash at its end, empty for the archive's own."""
    return path.removesuffix(".git/HEAD")


def _below(entries: Mapping[str, Entry], root: str, others: Iterable[str]) -> dict[str, Entry]:
    """The entries of a folder, by their path in it, without those of other folders below it."""
    apart = tuple(other for other in others if other.startswith(root) and other != root)
    return {
        path.removeprefix(root): replace(entry, path=path.removeprefix(root))
        for path, entry in entries.items()
        if path.startswith(root) and not (apart and path.startswith(apart))
    }


def _packed_checkout(source: str, entries: dict[str, Entry], name: str, room: Path, choice: Choice) -> OpenedPart:
    """A work tree with its `.git` out of an archive."""
    write_git_data(entries, ".git/", room / "data")
    files = {path: entry for path, entry in entries.items() if not path.startswith(".git/")}

    def find(raw: bytes) -> Entry | None:
        return files.get(shown(raw))

    try:
        opened = repository_part(name, source, room / "data", room, choice, find)
    except Refused as refused:
        return plain_part(name, source, _kept(files), choice, [], f"its git history was not read: {refused}")
    untracked = sum(1 for path in _kept(files) if path not in opened.entries)
    return replace(opened, part=replace(opened.part, untracked=0 if choice.subfolder else untracked))


def _kept(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """The entries that no `.gitignore` among them names."""
    found: list[tuple[str, Entry]] = sorted(
        (path.removesuffix(".gitignore"), entry)
        for path, entry in entries.items()
        if path.rpartition("/")[2] == ".gitignore" and not path.startswith(".git/")
    )
    ignores = [(folder, parse_ignore(read_head(entry, 1_000_000))) for folder, entry in found]
    kept = {}
    for path, entry in entries.items():
        above: Ignores = tuple(ignore for ignore in ignores if path.startswith(ignore[0]))
        if not path.startswith(".git/") and not is_ignored(path, above):
            kept[path] = entry
    return kept


def _with_closed(opened: OpenedPart) -> OpenedPart:
    """An archive inside of what was handed in is not opened; where no code lies beside it, it may hold all of it."""
    part = opened.part
    packed = [
        file.location
        for file in part.files
        if file.category is not Category.VENDORED
        and (is_archive(file.location.path) or is_closed_archive(file.location.path))
    ]
    code = any(file.category in (Category.OWN, Category.TEST) and file.language for file in part.files)
    reason = "an archive inside of what was handed in: it was not opened; hand it in beside the rest"
    gaps = [
        Gap(Location(part.name, where.path), "open", reason, frozenset() if code else EVERY_FACT) for where in packed
    ]
    return replace(opened, part=replace(part, gaps=(*part.gaps, *gaps)))
