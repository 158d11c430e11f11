"""Read a repository's commits, and the paths they change, out of git in two commands."""

from __future__ import annotations

import codecs
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from evidence_check.submission import git
from evidence_check.submission.authors import Identity
from evidence_check.submission.entries import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from evidence_check.submission.gitdir import Repository

NUMBERED_LIMIT = 1_000
"""Commits whose added lines are counted at most; of more commits only the paths are read."""
PATHS_LIMIT = 5_000
"""Commits whose paths are read at most, the newest."""
_FORMAT = "%H%x00%P%x00%aN%x00%aE%x00%ad%x00%B%x00"
_FIELDS = 6


class Raw(NamedTuple):
    """A commit as git tells it; a named tuple, as there may be a hundred thousand of them."""

    id: str
    parents: tuple[str, ...]
    identity: Identity
    time: int
    offset: int
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Change:
    """A path that a commit changes; `added` lines, -1 where they were not counted or the file is binary."""

    path: str
    added: int = -1


def tips(repository: Repository) -> list[str]:
    """What branches and the work tree point at: `refs/pull`, stashes and notes are nobody's branch."""
    found = {tip for name, tip in repository.refs.items() if not name.startswith("refs/tags/")}
    return sorted(found | {repository.head} - {""})


def read_log(repository: Repository) -> tuple[list[Raw], str]:
    """Every commit of every branch, newest first, and git's complaint where it could not walk to the end.

    Raises `Refused`.
    """
    log = _Log()
    status, _, complaint = git.run(
        repository, "log", "--ignore-missing", "--stdin", "--no-show-signature", "--no-color", "--date=raw",
        f"--format={_FORMAT}", stdin=_lines(tips(repository)), take=log.take,
    )  # fmt: skip
    return log.commits, complaint if status else ""


class _Log:
    """The commits of a log, which is read while git writes it."""

    def __init__(self) -> None:
        self.commits: list[Raw] = []
        self._text = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        self._waiting: list[str] = []
        self._identities: dict[Identity, Identity] = {}
        self._zones: dict[str, int] = {}

    def take(self, piece: bytes) -> None:
        """Take the commits that end in a piece; what begins in it waits for the next."""
        self._waiting.append(self._text(piece))
        if b"\0" not in piece:
            return
        fields = "".join(self._waiting).split("\0")
        whole = (len(fields) - 1) // _FIELDS * _FIELDS
        self._waiting = ["\0".join(fields[whole:])]
        rows = zip(*(fields[at:whole:_FIELDS] for at in range(_FIELDS)), strict=True)
        for object_id, parents, name, email, date, message in rows:
            identity = self._identities.setdefault((name, email), (name, email))
            time, _, zone = date.partition(" ")
            offset = self._zones.get(zone)
            if offset is None:
                offset = self._zones[zone] = _minutes(zone)
            subject, _, body = message.partition("\n")
            self.commits.append(
                Raw(object_id.lstrip(), tuple(parents.split()), identity, int(time or 0), offset, subject.strip(), body)
            )


def _minutes(zone: str) -> int:
    """`+0130` as minutes east of UTC."""
    digits = zone[1:5]
    if len(digits) < 4 or not digits.isdigit():
        return 0
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if zone[0] == "-" else minutes


Changes = dict[str, list[Change]]
"""Commits, newest first, with what each changes; one that could not be looked at has no list."""


def read_changes(repository: Repository, commits: Sequence[str]) -> tuple[Changes, bool]:
    """The changes of commits, and whether their added lines were counted.

    Lines need the files' contents, which a partial clone lacks: then, and for long histories, only paths are read.
    """
    if len(commits) <= NUMBERED_LIMIT:
        status, output, _ = git.run(repository, *_diff_tree(numbered=True), stdin=_lines(commits))
        if not status:
            return _changes(output, commits, numbered=True), True
    return read_paths(repository, commits[:PATHS_LIMIT]), False


@contextmanager
def reading_changes(
    repository: Repository, likely: Sequence[str]
) -> Iterator[Callable[[Sequence[str]], tuple[Changes, bool]]]:
    """Begin to read the changes of commits that are `likely` wanted, where they are many.

    What is yielded is `read_changes`, which waits for them if these are the ones that are wanted. Raises `Refused`.
    """
    if len(likely) <= NUMBERED_LIMIT:
        yield lambda wanted: read_changes(repository, wanted)
        return
    first = likely[:PATHS_LIMIT]
    with git.start(repository, *_diff_tree(numbered=False), stdin=_lines(first)) as answer:

        def finish(wanted: Sequence[str]) -> tuple[Changes, bool]:
            if wanted != likely:
                return read_changes(repository, wanted)
            return _changes(answer()[1], first, numbered=False), False

        yield finish


def read_paths(repository: Repository, commits: Sequence[str]) -> Changes:
    """The changes of every commit that is named, by their paths alone."""
    _, output, _ = git.run(repository, *_diff_tree(numbered=False), stdin=_lines(commits))
    return _changes(output, commits, numbered=False)


def _diff_tree(numbered: bool) -> tuple[str, ...]:
    return (
        "diff-tree", "--stdin", "-r", "--root", "--always", "--no-renames", "--no-ext-diff", "--no-textconv",
        "--numstat" if numbered else "--name-only",
    )  # fmt: skip


def _lines(ids: Iterable[str]) -> bytes:
    return "".join(f"{object_id}\n" for object_id in ids).encode()


def _changes(output: bytes, commits: Iterable[str], numbered: bool) -> Changes:
    changes: Changes = {}
    current: list[Change] = []
    asked = {commit.encode(): commit for commit in commits}
    for line in output.split(b"\n"):
        if numbered and line.count(b"\t") >= 2:
            added, _, raw = line.split(b"\t", 2)
            current.append(Change(_path(raw), int(added) if added.isdigit() else -1))
        elif line in asked:
            current = changes.setdefault(asked[line], [])
        elif line and not numbered:
            current.append(Change(_path(line)))
    return changes


def _path(raw: bytes) -> str:
    """A path as git prints it: with special characters it stands in quotes, with C escapes (git-diff(1))."""
    if raw.startswith(b'"') and raw.endswith(b'"'):
        raw = raw[1:-1].decode("unicode_escape", errors="replace").encode("latin-1", errors="replace")
    return shown(raw)
