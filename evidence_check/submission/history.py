"""The history of a part: its commits, who made them, which of them are the apprentice's own, and what they show."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidence_check.model import Commit, Event, Gap, History, Location
from evidence_check.submission import authors, git
from evidence_check.submission.errors import Refused
from evidence_check.submission.events import Story, tell
from evidence_check.submission.log import Change, Raw, read_log, reading_changes
from evidence_check.submission.template import ancestors, guess_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from evidence_check.submission.gitdir import Repository

HIDES = frozenset({"history", "event"})
"""What stays unseen where a history is missing or cut short."""
SHALLOW = "the clone is shallow"
"""How the reason of a gap begins where a clone was cut short on purpose."""


@dataclass(frozen=True)
class Told:
    """A part's history, its events and gaps, and what the inventory must know of it."""

    history: History | None = None
    events: tuple[Event, ...] = ()
    gaps: tuple[Gap, ...] = ()
    own_paths: frozenset[str] | None = None
    """Paths that own commits change, where a template's part is known and every own commit was looked at; else None."""
    committed: int = 0


def read_history(
    repository: Repository, part: str, upstream: AbstractSet[str] = frozenset(), subfolder: str = ""
) -> Told:
    """The history of a repository's branches.

    Commits whose ids are in `upstream` are not the apprentice's own, nor are those that change nothing in `subfolder`.
    """
    gaps: list[Gap] = []

    def gap(reason: str) -> None:
        gaps.append(Gap(Location(part), "history", reason, HIDES))

    try:
        with _tags(repository) as asked:
            commits, complaint = read_log(repository)
            tags = asked()
    except Refused as refused:
        gap(f"the git history cannot be read: {refused}")
        return Told(gaps=tuple(gaps))
    by_id = {commit.id: commit for commit in commits}
    if repository.shallow:
        gap(
            f"{SHALLOW}: only {len(commits)} of its commits are here; run `git fetch --unshallow`, "
            "in a pipeline check out with `fetch-depth: 0`"
        )
    elif complaint:
        gap(f"git's objects are incomplete ({complaint}): hand in a full `git clone`")
    elif not commits:
        gap("the repository has no commit yet")
    lost = sorted(
        name for name, tip in repository.refs.items() if not name.startswith("refs/tags/") and tip not in by_id
    )
    if lost and not complaint:
        gap(f"the commits of {len(lost)} branches are not here ({lost[0]}): hand in a full `git clone`")
    if not commits:
        return Told(gaps=tuple(gaps))
    identities = Counter(commit.identity for commit in commits)
    bots = {identity for identity in identities if authors.is_bot(identity)}
    likely = [
        commit.id
        for commit in commits
        if len(commit.parents) < 2 and commit.identity not in bots and commit.id not in upstream
    ]
    with reading_changes(repository, likely) as asked_changes:
        people, index = authors.merge(identities)
        author = {commit.id: index[commit.identity] for commit in commits}
        robots = {number for number, person in enumerate(people) if person.bot}
        template = set(upstream) & by_id.keys() or guess_template(commits, author, robots)
        own = frozenset(commit.id for commit in commits if commit.id not in template and commit.identity not in bots)
        main, shared, tips = _branches(repository, by_id)
        plain = [commit for commit in likely if commit in own]
        changes, counted = asked_changes(plain)
    if subfolder:
        own, changes = _below(subfolder, own, by_id, changes)
        plain = [commit for commit in plain if commit in own]
    story = Story(part, commits, people, author, frozenset(template), own, changes, counted, shared, tips, tags)
    events, measures = tell(story)
    paths = {commit: tuple([change.path for change in changed]) for commit, changed in changes.items()}
    history = History(
        Location(part, commit=repository.head or commits[0].id),
        tuple(
            Commit(
                commit.id, commit.parents, author[commit.id], commit.time, commit.offset, commit.subject,
                commit.id in own, paths.get(commit.id, ()), commit.id in template,
            )
            for commit in commits
        ),
        people,
        tuple(sorted(tips)),
        tuple(sorted(tags)),
        repository.shallow,
        repository.branch,
        main,
        measures,
    )  # fmt: skip
    own_paths = None
    if template and len(changes) >= len(plain) and not gaps:
        own_paths = frozenset(change.path for changed in changes.values() for change in changed)
    head = by_id.get(repository.head)
    return Told(history, tuple(events), tuple(gaps), own_paths, head.time if head else 0)


def _below(
    subfolder: str, own: frozenset[str], by_id: Mapping[str, Raw], changes: Mapping[str, list[Change]]
) -> tuple[frozenset[str], dict[str, list[Change]]]:
    """The own commits that change a file below a folder, the merges of such commits, and their changes there."""
    below = {
        commit: kept
        for commit, changed in changes.items()
        if (kept := [change for change in changed if change.path.startswith(f"{subfolder}/")])
    }
    merges = {commit for commit in own if len(by_id[commit].parents) > 1 and by_id[commit].parents[1] in below}
    return frozenset(below) | merges, below


@contextmanager
def _tags(repository: Repository) -> Iterator[Callable[[], dict[str, str]]]:
    """Begin to ask for tags; what is yielded waits for them, with the commit that each names.

    An annotated tag's own object is looked through.
    """
    tags = sorted((name, tip) for name, tip in repository.refs.items() if name.startswith("refs/tags/"))
    if not tags:
        yield dict
        return
    stdin = "".join(f"{tip}^{{commit}}\n" for _, tip in tags).encode()
    with git.start(repository, "cat-file", "--batch-check=%(objectname)", stdin=stdin) as answer:

        def finish() -> dict[str, str]:
            answers = answer()[1].decode("ascii", errors="replace").splitlines()
            return {
                name.removeprefix("refs/tags/"): commit
                for (name, _), commit in zip(tags, answers, strict=False)
                if not commit.endswith(" missing")
            }

        yield finish


def _branches(repository: Repository, commits: Mapping[str, Raw]) -> tuple[str, frozenset[str], dict[str, str]]:
    """The main branch, the commits of it and of what is checked out, and the other branches with their tips."""
    tips: dict[str, str] = {}
    for name, tip in repository.refs.items():
        if name.startswith("refs/remotes/pull/"):  # where GitHub's checkout action puts a pull request
            continue
        kind, _, short = name.removeprefix("refs/").partition("/")
        if kind == "remotes":
            short = short.partition("/")[2]
        if kind != "tags" and short and short != "HEAD" and (kind == "remotes" or short not in tips):
            tips[short] = tip
    main = repository.remote_head.removeprefix("refs/remotes/").partition("/")[2]
    if main not in tips:
        main = next((name for name in ("main", "master", repository.branch) if name in tips), "")
    shared = ancestors([tip for tip in (repository.head, tips.pop(main, "")) if tip], commits)
    return main, frozenset(shared), tips
