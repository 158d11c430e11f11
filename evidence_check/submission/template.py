"""Tell the commits that came with a template or fork from the apprentice's own, where nobody said which they are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from evidence_check.model import Commit
    from evidence_check.submission.log import Raw

LEAST_OWN = 5
"""Commits that the apprentice must have, so that a guess is made at all."""
MONTH = 30 * 24 * 3600


def ancestors(start: Iterable[str], commits: Mapping[str, Raw | Commit]) -> set[str]:
    """The commits that can be reached from some, themselves among them."""
    seen: set[str] = set()
    todo = list(start)
    while todo:
        commit = todo.pop()
        if commit not in seen and commit in commits:
            seen.add(commit)
            todo.extend(commits[commit].parents)
    return seen


def guess_template(commits: Sequence[Raw], author: Mapping[str, int], bots: AbstractSet[int]) -> set[str]:
    """The commits of a starter project that one person forked and went on with alone; empty where it is no such thing.

    `commits` newest first; `author` of a commit's id, `bots` among the authors. The shape that is looked for: the first
    authors are others, none of them ever returns after the apprentice's first commit, and what follows is one person's.
    A team, a founder who overlaps with his heirs and an open-source project all differ from it. Where only one person
    was there before, or more came before than after, more is asked for: see the two tests at the end.
    """
    human = [commit for commit in commits if author[commit.id] not in bots]
    recent = Counter(author[commit.id] for commit in human[: max(50, len(human) // 3)])
    if not recent:
        return set()
    apprentice = min(recent, key=lambda person: (-recent[person], person))
    by_id = {commit.id: commit for commit in commits}
    own = [commit for commit in human if author[commit.id] == apprentice]
    first = own[-1]
    before = ancestors(first.parents, by_id)
    starters = {author[commit.id] for commit in human if commit.id in before}
    if not starters or apprentice in starters or len(own) < LEAST_OWN:
        return set()
    if len(own) < 0.8 * sum(author[commit.id] not in starters for commit in human):  # `after` is at least these
        return set()
    template = _closure(commits, author, starters | bots)
    after = [commit for commit in human if commit.id not in template]
    if any(author[commit.id] in starters for commit in after) or len(own) < 0.8 * len(after):
        return set()
    brought = [commit for commit in human if commit.id in template]
    pause = first.time - max(commit.time for commit in brought)
    if len(starters) == 1 and pause < MONTH:
        return set()
    if len(brought) > len(own) and (len(starters) < 3 or len(own) < max(2 * LEAST_OWN, len(after))):
        return set()
    return template


def _closure(commits: Sequence[Raw], author: Mapping[str, int], starters: AbstractSet[int]) -> set[str]:
    """Commits by the starters that rest on nothing but such commits: an upstream merged later is among them."""
    template: set[str] = set()
    waiting: dict[str, list[Raw]] = {}
    known = {commit.id for commit in commits}
    todo = list(commits)
    while todo:
        commit = todo.pop()
        missing = next((parent for parent in commit.parents if parent in known and parent not in template), None)
        if missing is not None:
            waiting.setdefault(missing, []).append(commit)
        elif author[commit.id] in starters:
            template.add(commit.id)
            todo.extend(waiting.pop(commit.id, ()))
    return template
