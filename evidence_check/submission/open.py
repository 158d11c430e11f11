"""Open what was handed in: every input becomes a part with its files and history, and all of them are one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from evidence_check.model import Gap, Location, Part, Settings, Submission
from evidence_check.submission import remote
from evidence_check.submission.archive import is_archive, is_closed_archive
from evidence_check.submission.entries import Entry, Loader, is_inside
from evidence_check.submission.errors import Refused, Unusable
from evidence_check.submission.gitdir import Repository, is_git_directory, prepare
from evidence_check.submission.history import HIDES
from evidence_check.submission.parts import Choice, OpenedPart, plain_part, with_history
from evidence_check.submission.repository import reachable
from evidence_check.submission.trees import NO_HISTORY, open_archive, open_folder

__all__ = ["Opened", "Unusable", "open_files", "with_histories"]

DOCUMENTS = "documents"
"""Name of the part that holds single files."""


@dataclass(frozen=True)
class Opened:
    """A submission and the way to its bytes, which lasts as long as the workspace."""

    submission: Submission
    load: Loader
    repositories: Mapping[str, Repository] = field(default_factory=dict)
    """The git directories of the parts that have one, by their names; as lasting."""
    choice: Choice = field(default_factory=Choice)


def open_files(
    inputs: Sequence[str],
    *,
    workspace: Path,
    subfolder: str = "",
    upstream: str = "",
    settings: Settings | None = None,
    offline: bool = False,
) -> Opened:
    """Open everything that was handed in as one case, but for the histories (`with_histories`).

    `inputs` are paths of folders (with or without git, bare repositories too), archives, documents and pictures, or
    addresses: a git URL, a link to an archive. `workspace` is an empty private folder of the caller, who may delete it
    when no more bytes are needed; nothing is written anywhere else. `subfolder` limits every part to one folder.
    `upstream`, a git URL or path, tells which commits came with a template. Raises `Unusable`, with `offline` also for
    an address that is not on this computer.
    """
    if not inputs:
        raise Unusable("nothing to scan: name a folder, an archive, a git address or a document")
    if offline:
        _refuse_addresses([*inputs, upstream])
    choice = Choice(_subfolder(subfolder), _upstream(upstream, workspace / "upstream"))
    opened: list[OpenedPart] = []
    loose: list[Path] = []
    for number, given in enumerate(inputs):
        room = workspace / f"input-{number}"
        names = {part.part.name for part in opened}
        path = _fetched(given, room / "remote")
        if path.is_dir():
            source, name = _source(given), _name(given, path)
            opened += open_folder(source, path.absolute(), name, names, room, choice)
        elif is_archive(path.name):
            opened += open_archive(_source(given), path, _name(given, path), names, room, choice)
        elif is_closed_archive(path.name):
            raise Unusable(f"{given}: this sort of archive cannot be opened; pack it as .zip or .tar.gz")
        else:
            loose.append(path)
    if loose:
        opened.append(_documents(loose, {part.part.name for part in opened}))
    _refuse_empty(opened, choice)
    repositories = {each.part.name: each.repository for each in opened if each.repository}
    submission = Submission(tuple(each.part for each in opened), settings or Settings())
    return Opened(submission, Loader({each.part.name: each.entries for each in opened}), repositories, choice)


def with_histories(opened: Opened) -> Opened:
    """What was opened, with the history of every repository, and what came with a template told apart by it."""
    parts = [
        with_history(part, repository, opened.choice) if (repository := opened.repositories.get(part.name)) else part
        for part in opened.submission.parts
    ]
    return replace(opened, submission=replace(opened.submission, parts=tuple(_with_history_gap(parts))))


def _refuse_addresses(given: Sequence[str]) -> None:
    for address in given:
        if remote.is_remote(address) and remote.local_path(address) is None:
            mend = "clone or download it yourself and hand in the folder"
            raise Unusable(f"{remote.shown_address(address)}: an address, which --offline forbids: {mend}")


def _subfolder(given: str) -> str:
    name = given.replace("\\", "/").removeprefix("./").strip("/")
    if name and not is_inside(name):
        raise Unusable(f"{given}: the subfolder must be a path inside the submission")
    return "" if name == "." else name


def _upstream(given: str, room: Path) -> frozenset[str]:
    if not given:
        return frozenset()
    path = _fetched(given, room / "remote")
    directory = path if is_git_directory(path) else path / ".git"
    if not is_git_directory(directory):
        raise Unusable(f"{given}: the upstream is no git repository")
    try:
        return reachable(prepare(directory, room / "git"))
    except Refused as refused:
        raise Unusable(f"{given}: the upstream cannot be used: {refused}") from refused


def _fetched(given: str, room: Path) -> Path:
    """The path of an input; what was named by an address is fetched into `room`."""
    path = Path(given)
    if remote.is_remote(given):
        local = remote.local_path(given)
        if local is None:
            return remote.download(given, room) if remote.is_archive_address(given) else remote.clone(given, room)
        path = local
    if not given or not path.exists():
        raise Unusable(f"{given or '(an empty path)'}: there is no such file or folder")
    if not (path.is_dir() or path.is_file()):
        raise Unusable(f"{given}: neither a file nor a folder")
    return path


def _source(given: str) -> str:
    return remote.shown_address(given) if remote.is_remote(given) else given


def _name(given: str, path: Path) -> str:
    """A part's name: the folder's, the repository's or the archive's own."""
    real = path.resolve()
    name = remote.name_of(given) if remote.is_remote(given) else (real.parent if real.name == ".git" else real).name
    for suffix in (".zip", ".tar", ".tgz", ".tar.gz", ".tbz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".git"):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return name or "part"


def _documents(paths: Sequence[Path], names: set[str]) -> OpenedPart:
    """The part of single files; files of the same name carry their folder's before it."""
    entries: dict[str, Entry] = {}
    for path in paths:
        name = path.name
        if name in entries:
            name = f"{path.resolve().parent.name}/{name}"
        number = 1
        while name in entries:
            number += 1
            name = f"{number}/{path.name}"
        real = path.resolve()
        entries[name] = Entry(name, real.stat().st_size, str(real))
    part = DOCUMENTS if DOCUMENTS not in names else f"{DOCUMENTS}-files"
    return plain_part(part, ", ".join(str(path) for path in paths), entries, Choice(), [], NO_HISTORY)


def _refuse_empty(opened: Sequence[OpenedPart], choice: Choice) -> None:
    for each in opened:
        part = each.part
        if not part.files and part.untracked:
            raise Unusable(f"{part.source}: git tracks no file in it; run `git add` and `git commit` first")
        if not part.files and not choice.subfolder:
            raise Unusable(f"{part.source}: there is nothing in it to look at")
    prefix = f"{choice.subfolder}/"
    if choice.subfolder and not any(path.startswith(prefix) for each in opened for path in each.entries):
        raise Unusable(f"{choice.subfolder}: no part of the submission has such a folder with files in it")


def _with_history_gap(parts: list[Part]) -> list[Part]:
    """Where nothing that was handed in has a history, say so once."""
    if any(part.history or any(gap.hides & HIDES for gap in part.gaps) for part in parts):
        return parts
    gap = Gap(Location(parts[0].name), "history", NO_HISTORY, HIDES)
    return [replace(parts[0], gaps=(*parts[0].gaps, gap)), *parts[1:]]
