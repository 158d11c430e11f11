"""Whose the lines are that the files hold today, from `git blame`, beside the rest of the scan and within a budget.

A git process for each file is what it costs. A file that one person alone ever changed needs none, which leaves few of
a project of one. Of larger projects a spread of files is taken, by number and never by the clock: the same input gives
the same figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evidence_check.model import Category, File, History, Part
from evidence_check.submission import git
from evidence_check.submission.errors import Refused
from evidence_check.submission.gitdir import Repository
from evidence_check.submission.log import PATHS_LIMIT, read_paths
from evidence_check.submission.template import ancestors

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

FILES = 1_000
"""Files of a part that are counted at most."""
BLAMED = 100
"""Files of them that git is asked about at most, in a history of `COMMITS` commits; in a longer one fewer."""
COMMITS = 300
LARGEST = 300_000
"""Bytes of a file that is counted: what is larger is hardly written by hand."""
SECONDS = 10
"""Time for a file; one that takes longer is not counted."""
_COUNTED = frozenset({Category.OWN, Category.TEST, Category.DOCUMENT, Category.TEMPLATE})
_WORKERS = 2

BOT, TEMPLATE = -1, -2
"""Whose a line is, where it is nobody's of the project."""


@dataclass(frozen=True, slots=True)
class Survivors:
    """The lines of a part's files by who wrote them; of `files` files, `counted` could be counted."""

    lines: Mapping[int, int] = field(default_factory=dict)
    """By index into `History.authors`; `BOT` and `TEMPLATE` stand apart."""
    counted: int = 0
    files: int = 0
    why: str = ""
    """Why none was counted."""


@dataclass(frozen=True)
class Started:
    """The parts' files at work: what is known, or will be, of each."""

    pool: ThreadPoolExecutor
    files: Mapping[str, int]
    answers: Mapping[str, Sequence[Future[Counter[int]]]]
    why: Mapping[str, str]


def start(
    parts: Iterable[Part], repositories: Mapping[str, Repository], load: Callable[[File], bytes]
) -> Started:  # fmt: skip
    """Begin to count, in threads; the repositories by the names of their parts."""
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(_WORKERS)
    files: dict[str, int] = {}
    answers: dict[str, list[Future[Counter[int]]]] = {}
    why: dict[str, str] = {}
    for part in parts:
        repository = repositories.get(part.name)
        if repository is None or part.history is None:
            continue
        texts = [file for file in part.files if _is_counted(file)]
        files[part.name] = len(texts)
        if reason := _why_not(part.history):
            why[part.name] = reason
            continue
        plan = _Plan(repository, part.history, texts)
        answers[part.name] = [pool.submit(plan.count, file, load) for file in plan.chosen]
    return Started(pool, files, answers, why)


def finish(started: Started) -> dict[str, Survivors]:
    """Wait for the answers: what every part's files hold, by the part's name."""
    told = {}
    for part, files in started.files.items():
        lines: Counter[int] = Counter()
        answers = [answer.result() for answer in started.answers.get(part, ())]
        for answer in answers:
            lines.update(answer)
        why = started.why.get(part, "")
        if answers and not any(answers):
            why = "git cannot tell who wrote them: hand in a full `git clone`"
        told[part] = Survivors(dict(sorted(lines.items())), sum(map(bool, answers)), files, why)
    return told


def stop(started: Started | None) -> None:
    """End what is still waiting, where nobody asks for it any more."""
    if started is not None:
        started.pool.shutdown(cancel_futures=True)


def _is_counted(file: File) -> bool:
    return (
        file.category in _COUNTED
        and not file.binary
        and file.language != "symlink"
        and 0 < file.size <= LARGEST
        and "\\x" not in file.location.path
    )


def _why_not(history: History) -> str:
    if history.shallow:
        return "the clone is shallow"
    if len(history.commits) > PATHS_LIMIT:
        return f"the history has more than {PATHS_LIMIT:,} commits"
    return ""


class _Plan:
    """What the history tells of a part's paths, so that git need not be asked about all of them."""

    def __init__(self, repository: Repository, history: History, files: Sequence[File]) -> None:
        self.repository = repository
        self.who = {
            commit.id: BOT if history.authors[commit.author].bot else TEMPLATE if commit.template else commit.author
            for commit in history.commits
        }
        before = ancestors([repository.head], {commit.id: commit for commit in history.commits})
        plain = [commit for commit in history.commits if commit.id in before and len(commit.parents) < 2]
        foreign = [commit.id for commit in plain if not commit.own]
        others = read_paths(repository, foreign) if foreign else {}
        here = {file.location.path for file in files}
        self.wrote: dict[str, set[int]] = {}
        """Who changed a file, under names that it may have had before too."""
        for commit in reversed(plain):
            paths = commit.paths if commit.own else [change.path for change in others.get(commit.id, ())]
            gone = [self.wrote[path] for path in paths if path not in here and path in self.wrote]
            renamed = set[int]().union(*gone)
            for path in paths:
                self.wrote.setdefault(path, set(renamed)).add(self.who[commit.id])
        asked = sum(self._alone(path) is None for path in here)
        limit = max(BLAMED // 10, BLAMED * COMMITS // max(COMMITS, len(before)))
        self.chosen = files[:: max(-(-len(files) // FILES), -(-asked // limit), 1)]
        """A spread over the files, such that git has to be asked about few enough of them."""

    def count(self, file: File, load: Callable[[File], bytes]) -> Counter[int]:
        """The lines of a file by who wrote them; empty where that cannot be told."""
        path = file.location.path
        alone = self._alone(path)
        try:
            if alone is not None:
                data = load(file)
                return Counter({alone: data.count(b"\n") + (not data.endswith(b"\n"))})
            return self._blamed(path)
        except (OSError, Refused):
            return Counter()

    def _alone(self, path: str) -> int | None:
        people = self.wrote.get(path, set())
        return min(people) if len(people) == 1 else None

    def _blamed(self, path: str) -> Counter[int]:
        """As git tells: each piece of the file with the commit that it is from (git-blame(1), incremental output)."""
        status, output, _ = git.run(
            self.repository, "blame", "--incremental", "-w", self.repository.head, "--", path, seconds=SECONDS
        )
        lines: Counter[int] = Counter()
        if status:
            return lines
        for line in output.split(b"\n"):
            words = line.split()
            if len(words) == 4 and len(words[0]) in (40, 64) and words[3].isdigit():
                who = self.who.get(words[0].decode("ascii", errors="replace"))
                if who is not None:
                    lines[who] += int(words[3])
        return lines
