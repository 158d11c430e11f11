"""A private git directory over a submission's objects, made without loading anything that it says about git.

A repository's own configuration can start programs (`core.fsmonitor`, `core.sshCommand`, `diff.*.textconv`, filters,
`gpg.program`, includes; see git-config(1)), and so can its hooks. So git is never pointed at it. It gets a private
directory with a configuration of ours, a checked copy of the refs and of the index, and reads only the submission's
object directory where it lies.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.submission.entries import MEGABYTE, is_junction, leads_elsewhere, open_regular
from evidence_check.submission.errors import Refused
from evidence_check.submission.git import EMPTY_TREE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REF_LIMIT = 50_000
SMALL_FILE = 16 * MEGABYTE
INDEX_LIMIT = 256 * MEGABYTE

_ID = expression(r"(?:[0-9a-f]{40}|[0-9a-f]{64})")
_REF = expression(r"refs/(?:heads|remotes|tags)/[^\x00-\x20\x7f~^:?*\[\\]{1,500}")

_ADDRESS = expression(r"(?:[a-z+]{2,10}://)?(?:[^@/\s]{1,200}@)?([\w.-]{3,200})(?::\d{1,5}/|[:/])([^/\s]{1,200})/\S")

_CONFIG = """\
[core]
\trepositoryformatversion = {version}
\tbare = false
\tfsmonitor = false
\tuntrackedCache = false
\thooksPath = {null}
\tattributesFile = {null}
\texcludesFile = {null}
\tcommitGraph = false
\tmultiPackIndex = false
\tquotePath = false
\tpager = cat
[protocol]
\tallow = never
[log]
\tshowSignature = false
[diff]
\trenames = false
[gc]
\tauto = 0
[maintenance]
\tauto = false
[mailmap]
\tblob = HEAD:.mailmap
[i18n]
\tlogOutputEncoding = UTF-8
"""


@dataclass(frozen=True, slots=True)
class Repository:
    """A private git directory that reads the objects of a submission."""

    directory: Path
    objects: Path
    head: str = ""
    """The commit that is checked out, empty where there is none yet."""
    branch: str = ""
    """The branch that is checked out, empty where the head is detached."""
    refs: Mapping[str, str] = field(default_factory=dict)
    """Full names of branches, remote-tracking branches and tags, with the object that they name."""
    remote_head: str = ""
    """The remote's default branch (`refs/remotes/origin/main`), empty where unknown."""
    shallow: bool = False
    owner: str = ""
    """Whose the remote repository is (`github.com/alice`), empty where unknown."""
    index: bool = False
    """It has an index, so that a work tree belongs to it."""


def is_git_directory(folder: Path) -> bool:
    """Whether a folder is what git keeps its data in: a bare repository or the inside of `.git`."""
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def prepare(source: Path, private: Path) -> Repository:
    """Make the private directory for the git directory `source`.

    Raises `Refused` where its objects must not or cannot be read: borrowed objects (alternates), links or special
    files among them, a store of refs that is not plain files.
    """
    objects = source / "objects"
    _check_objects(objects)
    if (source / "reftable").exists():
        raise Refused("its branches are kept as a reftable, which cannot be read: hand in a fresh `git clone`")
    refs, symbolic = _read_refs(source)
    branch, head = _read_head(source, refs)
    private.mkdir(parents=True)
    (private / "refs").mkdir()
    (private / "objects").mkdir()
    (private / "info").mkdir()
    (private / EMPTY_TREE).mkdir()
    wide = len(head or next(iter(refs.values()), "")) == 64
    config = _CONFIG.format(version=int(wide), null=os.devnull)
    if wide:
        config += "[extensions]\n\tobjectFormat = sha256\n"
    _write(private / "config", config)
    _write(private / "HEAD", f"{head}\n" if head else "ref: refs/heads/none\n")
    _write(private / "packed-refs", "".join(f"{refs[name]} {name}\n" for name in sorted(refs)))
    shallow = [line for line in _text(source / "shallow").split() if _ID.fullmatch(line)]
    if shallow:
        _write(private / "shallow", "".join(f"{line}\n" for line in shallow))
    exclude = _text(source / "info" / "exclude")
    if exclude:
        _write(private / "info" / "exclude", exclude)
    index = _copy_index(source, private)
    default = symbolic.get("refs/remotes/origin/HEAD", "")
    return Repository(
        private, objects.absolute(), head, branch, refs, default if default in refs else "", bool(shallow),
        owner_of(_remote(source)), index,
    )  # fmt: skip


def _check_objects(objects: Path) -> None:
    if not leads_elsewhere(objects) and not objects.exists():
        raise Refused(".git holds no repository: hand in a fresh `git clone`")
    if leads_elsewhere(objects) or not objects.is_dir():
        raise Refused("its objects are a link to another place: hand in a fresh `git clone`")
    for path, entry in _walk_objects(str(objects), 2):
        if not (entry.is_file(follow_symlinks=False) or _is_own_folder(entry)):
            raise Refused(f"{path} among its objects is no plain file: hand in a fresh `git clone`")
    for name in ("info/alternates", "info/http-alternates"):
        if _text(objects / name).strip():
            raise Refused(
                "its objects are borrowed from another repository (alternates): run `git repack -a -d`, "
                "delete .git/objects/info/alternates and scan again"
            )


def _walk_objects(folder: str, depth: int) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                yield entry.name, entry
                if depth and _is_own_folder(entry):
                    yield from _walk_objects(entry.path, depth - 1)
    except OSError as error:
        raise Refused(f"its objects cannot be read ({error.strerror})") from error


def _is_own_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder that stands where it is named: neither a link nor a junction."""
    return entry.is_dir(follow_symlinks=False) and not is_junction(entry.stat(follow_symlinks=False))


def _read_head(source: Path, refs: Mapping[str, str]) -> tuple[str, str]:
    text = _text(source / "HEAD").strip()
    if text.startswith("ref:"):
        name = text.removeprefix("ref:").strip()
        return name.removeprefix("refs/heads/"), refs.get(name, "")
    return "", text if _ID.fullmatch(text) else ""


def _read_refs(source: Path) -> tuple[dict[str, str], dict[str, str]]:
    refs: dict[str, str] = {}
    symbolic: dict[str, str] = {}
    for line in _text(source / "packed-refs").splitlines():
        object_id, _, name = line.partition(" ")
        if _ID.fullmatch(object_id) and is_ref(name):
            refs[name] = object_id
    for kind in ("heads", "remotes", "tags"):
        if leads_elsewhere(source / "refs") or leads_elsewhere(source / "refs" / kind):
            raise Refused("its branches are a link to another place: hand in a fresh `git clone`")
        for name, path in _loose(source / "refs" / kind, f"refs/{kind}", 12):
            text = _text(path).strip()
            if _ID.fullmatch(text) and is_ref(name):
                refs[name] = text
            elif text.startswith("ref:") and is_ref(name):
                symbolic[name] = text.removeprefix("ref:").strip()
            if len(refs) > REF_LIMIT:
                raise Refused(f"it has more than {REF_LIMIT:,} branches and tags")
    for name in symbolic:
        refs.pop(name, None)
    return refs, symbolic


def _loose(folder: Path, name: str, depth: int) -> Iterator[tuple[str, Path]]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        inner = f"{name}/{entry.name}"
        if _is_own_folder(entry):
            if depth:
                yield from _loose(Path(entry.path), inner, depth - 1)
        elif entry.is_file(follow_symlinks=False):
            yield inner, Path(entry.path)


def is_ref(name: str) -> bool:
    """Whether a name is that of a branch, remote-tracking branch or tag, and harmless (git-check-ref-format(1))."""
    if not _REF.fullmatch(name) or ".." in name or "@{" in name or "//" in name:
        return False
    return not name.endswith((".lock", "/", ".")) and "/." not in name


def _remote(source: Path) -> str:
    """The address of the remote `origin`, read from the configuration as a plain text."""
    section = url = ""
    for line in _text(source / "config").splitlines():
        key, _, value = line.partition("=")
        if line.lstrip().startswith("["):
            section = "".join(line.split())
        elif section == '[remote"origin"]' and key.strip() == "url":
            url = url or value.strip()
    return url


def owner_of(address: str) -> str:
    """Host and owner of a repository's address, in lower case; empty where it tells none."""
    match = _ADDRESS.match(address.lower())
    return f"{match[1]}/{match[2]}" if match else ""


def _copy_index(source: Path, private: Path) -> bool:
    """Copy the index, and the shared one that a split index rests on."""
    copied = _copy(source / "index", private / "index")
    if copied:
        for path in sorted(source.glob("sharedindex.*")):
            if _ID.fullmatch(path.name.removeprefix("sharedindex.")):
                _copy(path, private / path.name)
    return copied


def _copy(path: Path, target: Path) -> bool:
    try:
        with open_regular(str(path)) as stream, target.open("wb") as copy:
            if os.fstat(stream.fileno()).st_size > INDEX_LIMIT:
                raise Refused(f"{path.name} is too large")
            shutil.copyfileobj(stream, copy)
    except OSError:
        return False
    return True


def _text(path: Path) -> str:
    """A small file of the git directory as text, empty where it is missing, a link or too large."""
    try:
        with open_regular(str(path)) as stream:
            data = stream.read(SMALL_FILE + 1)
    except OSError:
        return ""
    return data.decode("utf-8", errors="replace") if len(data) <= SMALL_FILE else ""


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
