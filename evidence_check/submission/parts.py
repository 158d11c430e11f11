"""Make a part of a submission out of a tree: its files judged, its gaps collected, then its history told."""

from __future__ import annotations

import posixpath
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Category, File, Gap, Location, Part
from evidence_check.submission import git
from evidence_check.submission.entries import MEGABYTE, Entry, read_head
from evidence_check.submission.errors import Refused
from evidence_check.submission.gitdir import Repository, owner_of, prepare
from evidence_check.submission.history import HIDES, read_history
from evidence_check.submission.inventory import ASIDE, EVERY_FACT, HEAD, Inventory, is_lfs_pointer, may_hide
from evidence_check.submission.remote import shown_address
from evidence_check.submission.repository import Tracked, counting_untracked, tracked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

FILE_LIMIT = 60_000
"""Files of a part that are looked at; vendored and generated ones are left out first."""
_SHARED = expression(
    r"(?:\.github|\.gitlab|\.circleci|\.buildkite|\.azure-pipelines|\.azuredevops)/|(?:(?:docs/)?CODEOWNERS|"
    r"\.gitlab-ci\.yml|\.travis\.yml|azure-pipelines[\w.-]{0,40}\.ya?ml|bitbucket-pipelines\.yml|Jenkinsfile[\w.-]{0,40}|"
    r"\.pre-commit-config\.yaml|renovate\.json5?)$"
)
_OWN = frozenset({Category.OWN, Category.TEST, Category.DOCUMENT})


@dataclass(frozen=True)
class Choice:
    """What the caller chose for every part."""

    subfolder: str = ""
    """Only this folder of every part, and the files that belong to the whole of it; paths stay as they are."""
    upstream: AbstractSet[str] = frozenset()
    """Ids of commits that are not the apprentice's own."""

    def keeps(self, path: str) -> bool:
        """Whether a file belongs to the chosen folder, or is one that platforms read at the root for every folder."""
        return path.startswith(f"{self.subfolder}/") or bool(_SHARED.match(path))


@dataclass(frozen=True)
class OpenedPart:
    """A part and where the bytes of its files are."""

    part: Part
    entries: Mapping[str, Entry] = field(default_factory=dict)
    repository: Repository | None = None


def repository_part(
    name: str,
    source: str,
    git_directory: Path,
    room: Path,
    choice: Choice,
    find: Callable[[bytes], Entry | None] | None,
    root: Path | None = None,
) -> OpenedPart:
    """The part of a git repository; `find` looks its work tree up, `root` is where that is on disk.

    Raises `Refused` where git cannot or must not read it.
    """
    if not git.available():
        raise Refused("there is no git program to read the history with: install git and scan again")
    repository = prepare(git_directory, room / "git")
    with counting_untracked(repository, root) if root is not None else nullcontext(int) as untracked:
        content = tracked(repository, name, find, room / "store")
        gaps = [*content.gaps, *_module_gaps(name, content, repository)]
        opened = make_part(name, source, content.entries, choice, gaps, repository.head)
        return replace(opened, part=replace(opened.part, untracked=untracked()), repository=repository)


def _module_gaps(name: str, content: Tracked, repository: Repository) -> list[Gap]:
    """A submodule is another repository; where its address tells another owner, or its folder that it is vendored, it
    hides none of the own work."""
    if not content.modules:
        return []
    addresses = _module_addresses(content.entries.get(".gitmodules"))
    inventory = Inventory.of(content.entries)
    gaps = []
    for path in content.modules:
        foreign = repository.owner and owner_of(addresses.get(path, "")) not in ("", repository.owner)
        foreign = foreign or inventory.classify(f"{path}/README.md").category in ASIDE
        reason = f"a submodule ({addresses.get(path, 'address unknown')}), whose files are not here"
        if not foreign:
            reason += ": if it is the apprentice's work, hand in its repository as a further part"
        gaps.append(Gap(Location(name, path), "open", reason, frozenset() if foreign else EVERY_FACT))
    return gaps


def _module_addresses(modules: Entry | None) -> dict[str, str]:
    """Paths of submodules with their addresses, as `.gitmodules` says (gitmodules(5))."""
    text = read_head(modules, MEGABYTE).decode("utf-8", errors="replace") if modules is not None else ""
    addresses: dict[str, str] = {}
    path = url = ""
    for line in [*text.splitlines(), "["]:
        key, _, value = line.partition("=")
        if line.lstrip().startswith("["):
            if path:
                addresses[path] = url
            path = url = ""
        elif key.strip() == "path":
            path = value.strip()
        elif key.strip() == "url":
            url = shown_address(value.strip())
    return addresses


def plain_part(
    name: str, source: str, entries: Mapping[str, Entry], choice: Choice, gaps: list[Gap], reason: str
) -> OpenedPart:
    """The part of a tree without a history; `reason` says why there is none, should it hold anything but documents."""
    opened = make_part(name, source, entries, choice, gaps, "")
    if any(file.category in (Category.OWN, Category.TEST) for file in opened.part.files):
        gap = Gap(Location(name), "history", reason, HIDES)
        return OpenedPart(replace(opened.part, gaps=(*opened.part.gaps, gap)), opened.entries)
    return opened


def make_part(
    name: str,
    source: str,
    entries: Mapping[str, Entry],
    choice: Choice,
    gaps: list[Gap],
    commit: str,
) -> OpenedPart:
    """A part out of its entries by path, before anybody looked into its history."""
    if choice.subfolder:
        entries = {path: entry for path, entry in entries.items() if choice.keeps(path)}
    inventory = Inventory.of(entries)
    if len(entries) > FILE_LIMIT:
        ranked = sorted(entries, key=lambda path: (inventory.classify(path).category in ASIDE, path))
        left_out = ranked[FILE_LIMIT:]
        own = any(inventory.classify(path).category not in ASIDE for path in left_out)
        reason = f"more than {FILE_LIMIT:,} files: {len(left_out):,} were left out, vendored and generated ones first"
        gaps = [*gaps, Gap(Location(name), "inventory", reason, EVERY_FACT if own else frozenset())]
        entries = {path: entries[path] for path in ranked[:FILE_LIMIT]}
    files: list[File] = []
    held: dict[str, Entry] = {}
    for path in sorted(entries):
        entry = entries[path]
        head = read_head(entry, HEAD) if inventory.wants_head(path, entry.size) else b""
        if is_lfs_pointer(head):
            entry = replace(entry, problem="only a Git LFS pointer stands here: run `git lfs pull` and scan again")
            head = b""
        held[path] = entry
        files.append(_file(name, entry, inventory, head))
    gaps = [*gaps, *_link_gaps(name, files, held)]
    return OpenedPart(Part(name, source, tuple(files), commit=commit, gaps=tuple(gaps)), held)


def with_history(part: Part, repository: Repository, choice: Choice) -> Part:
    """The part with its history, and the files that came with a template told apart."""
    told = read_history(repository, part.name, choice.upstream, choice.subfolder)
    own = told.own_paths
    files = part.files if own is None else tuple(_of_template(file, own) for file in part.files)
    gaps = (*part.gaps, *told.gaps)
    return replace(part, files=files, committed=told.committed, history=told.history, events=told.events, gaps=gaps)


def _of_template(file: File, own: AbstractSet[str]) -> File:
    if file.category not in _OWN or file.location.path in own:
        return file
    return replace(file, category=Category.TEMPLATE)


def _file(name: str, entry: Entry, inventory: Inventory, head: bytes) -> File:
    said = inventory.classify(entry.path, head)
    where = Location(name, entry.path)
    if entry.target:
        category = said.category if said.category in ASIDE else Category.GENERATED
        return File(where, category, "symlink", 0, False)
    return File(where, said.category, said.language, entry.size, said.binary)


def _link_gaps(name: str, files: list[File], entries: Mapping[str, Entry]) -> list[Gap]:
    """A link inside the tree hides nothing, since its target is looked at; one that leads out of it does."""
    links = [file for file in files if file.language == "symlink" and file.category is not Category.VENDORED]
    if not links:
        return []
    known = set(entries)
    for path in entries:
        folder = path.rpartition("/")[0]
        while folder and folder not in known:
            known.add(folder)
            folder = folder.rpartition("/")[0]
    gaps = []
    for file in links:
        path = file.location.path
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), entries[path].target))
        if target != "." and target not in known:
            reason = "a symbolic link to something outside of what was handed in: it is not followed"
            gaps.append(Gap(Location(name, path), "open", reason, may_hide(path)))
    return gaps
