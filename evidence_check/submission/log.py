"""Read a repository's commits, and the paths they change, out of git in two commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidence_check.submission import git
from evidence_check.submission.entries import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evidence_check.submission.authors import Identity
    from evidence_check.submission.gitdir import Repository

NUMBERED_LIMIT = 1_000
"""Commits whose added lines are counted at most; of more commits only the paths are read."""
PATHS_LIMIT = 5_000
"""Commits whose paths are read at most, the newest."""
_FORMAT = "%H%x00%P%x00%aN%x00%aE%x00%at%x00%ad%x00%B%x00"
_FIELDS = 7


@dataclass(frozen=True, slots=True)
class Raw:
    """A commit as git tells it."""

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
    status, output, complaint = git.run(
        repository, "log", "--ignore-missing", "--stdin", "--no-show-signature", "--no-color", "--date=format:%z",
        f"--format={_FORMAT}", stdin="".join(f"{tip}\n" for tip in tips(repository)).encode(),
    )  # fmt: skip
    fields = output.decode("utf-8", errors="replace").split("\0")
    commits = []
    zones: dict[str, int] = {}
    for at in range(0, len(fields) - _FIELDS, _FIELDS):
        object_id, parents, name, email, time, zone, message = fields[at : at + _FIELDS]
        subject, _, body = message.partition("\n")
        if zone not in zones:
            zones[zone] = _minutes(zone)
        commits.append(
            Raw(
                object_id.lstrip("\n"), tuple(parents.split()), (name, email), int(time or 0), zones[zone],
                subject.strip(), body,
            )
        )  # fmt: skip
    return commits, complaint if status else ""


def _minutes(zone: str) -> int:
    """`+0130` as minutes east of UTC."""
    digits = zone[1:5]
    if len(digits) < 4 or not digits.isdigit():
        return 0
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if zone[0] == "-" else minutes


def read_changes(repository: Repository, commits: Sequence[str]) -> tuple[dict[str, list[Change]], bool]:
    """The changes of commits, newest first, and whether their added lines were counted; a commit without a change has
    an empty list, one that could not be looked at has none.

    Lines need the files' contents, which a partial clone lacks: then, and for long histories, only paths are read.
    """
    if len(commits) <= NUMBERED_LIMIT:
        changes, complete = _diff(repository, commits, "--numstat")
        if complete:
            return changes, True
    return read_paths(repository, commits[:PATHS_LIMIT]), False


def read_paths(repository: Repository, commits: Sequence[str]) -> dict[str, list[Change]]:
    """As `read_changes`, the paths alone, of every commit that is named."""
    return _diff(repository, commits, "--name-only")[0]


def _diff(repository: Repository, commits: Sequence[str], what: str) -> tuple[dict[str, list[Change]], bool]:
    stdin = "".join(f"{commit}\n" for commit in commits).encode()
    status, output, _ = git.run(
        repository, "diff-tree", "--stdin", "-r", "--root", "--always", "--no-renames", "--no-ext-diff",
        "--no-textconv", what, stdin=stdin,
    )  # fmt: skip
    changes: dict[str, list[Change]] = {}
    current: list[Change] = []
    asked = {commit.encode(): commit for commit in commits}
    numbered = what == "--numstat"
    for line in output.split(b"\n"):
        if numbered and line.count(b"\t") >= 2:
            added, _, raw = line.split(b"\t", 2)
            current.append(Change(_path(raw), int(added) if added.isdigit() else -1))
        elif line in asked:
            current = changes.setdefault(asked[line], [])
        elif line and not numbered:
            current.append(Change(_path(line)))
    return changes, status == 0


def _path(raw: bytes) -> str:
    """A path as git prints it: with special characters it stands in quotes, with C escapes (git-diff(1))."""
    if raw.startswith(b'"') and raw.endswith(b'"'):
        raw = raw[1:-1].decode("unicode_escape", errors="replace").encode("latin-1", errors="replace")
    return shown(raw)
