"""What the history shows: the events and figures that rules on source control ask for.

Events (`Event.what`), newest first, of each kind the newest thousand:

- `branch-merge`: an own merge commit of a feature branch; not a bot's, a pages branch's, a pull, nor the main branch
  merged into another.
- `pull-request`: a merged pull or merge request, each one once; `name` its number.
- `branch`: a branch with own commits that the main branch lacks, one named `dev` too; `name` its name.
- `tag`: a version-like tag; `name` the tag.
- `contributor`: a person with two or more own commits; `name` the person, at the newest of them: everybody's newest
  first, then everybody's second ...
- `commit`: an own commit that is no merge.
- `refactoring`: an own commit that changes code and whose subject says that it restructures, renames or tidies.
- `tests-with-code`: an own commit that changes application code and a test file.
- `co-author`: a commit that names a second human author; `name` that person.

Measures (`History.measures`): `own_commits` (no merges), `own_days`, `largest_share` (of all own added lines, those of
the one commit that adds most; left out where they could not be counted), `code_commits`, `tests_with_code`,
`tests_with_code_share`, `merges`, `pull_requests`, `squash_pull_requests`, `contributors`, `branches`, `tags`,
`refactorings`, `co_authors`, `template_commits`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Author, Category, Event, Location
from evidence_check.submission.authors import is_bot, is_machine
from evidence_check.submission.inventory import ASIDE, Classified, Inventory
from evidence_check.submission.languages import PROGRAMMING
from evidence_check.submission.merges import Merge, is_work, read_merge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from evidence_check.submission.log import Change, Raw

DAY = 24 * 3600
LIMIT = 1_000
"""Events of a kind that are told, the newest; the measures count all of them."""
EACH = 20
"""Commits that are told of each contributor."""
_VERSION = expression(
    r"(?:^|[^0-9A-Za-z])v?\d{1,6}(?:\.\d{1,8}){1,3}(?:$|[^0-9.])|^v\d{1,6}$|^release[-_/]v?\d{1,6}", re.IGNORECASE
)
_REFACTORING = expression(
    r"\b(?:re-?factor(?:s|ed|ing|ings|isation|ization)?|restructur(?:e|es|ed|ing)|renam(?:e|es|ed|ing)|"
    r"extract(?:s|ed|ing)?|clean(?:s|ed|ing)?[ -]?up|cleanup|tid(?:y|ies|ied|ying)|reorgani[sz](?:e|es|ed|ing))\b",
    re.IGNORECASE,
)
_CO_AUTHOR = expression(r"^co-authored-by:[ \t]{0,8}([^<\n]{0,120})<([^>\n]{0,200})>", re.IGNORECASE | re.MULTILINE)
_SETTINGS = frozenset({"dotenv", "dockerfile", "ini", "pip requirements", "toml", "hcl", "makefile", "ignore list"})
"""Languages of a test environment's settings: changing them is not changing a test."""


@dataclass(frozen=True)
class Story:
    """The history with all that is known about it, to be told as events."""

    part: str
    commits: Sequence[Raw]
    authors: Sequence[Author]
    author: Mapping[str, int]
    template: frozenset[str]
    own: frozenset[str]
    changes: Mapping[str, Sequence[Change]]
    counted: bool
    main: frozenset[str]
    """Commits of the main branch and of what is checked out."""
    tips: Mapping[str, str]
    """Branch names with the commit they point at, the main branch left out."""
    tags: Mapping[str, str]

    def event(self, commit: Raw, what: str, name: str = "") -> Event:
        """An event at a commit."""
        return Event(Location(self.part, commit=commit.id), what, name, commit.subject)


def tell(story: Story) -> tuple[list[Event], dict[str, float]]:
    """The events and the measures of a history."""
    own = [commit for commit in story.commits if commit.id in story.own]
    plain = [commit for commit in own if len(commit.parents) < 2]
    kinds = _kinds(change.path for changes in story.changes.values() for change in changes)
    touched = {commit: {kinds[change.path] for change in changes} for commit, changes in story.changes.items()}
    changing = [commit for commit in plain if touched.get(commit.id)]
    code = [commit for commit in changing if "code" in touched[commit.id]]
    with_tests = [commit for commit in code if "test" in touched[commit.id]]
    told = [(commit, read_merge(commit)) for commit in own]
    merged = [(commit, merge.source) for commit, merge in told if len(commit.parents) > 1 and merge.delivers]
    requests, squashed = _requests(told)
    branches = list(_branches(story))
    contributors = list(_contributors(story, plain))
    refactorings = [
        commit for commit in changing if touched[commit.id] & _ANY_CODE and _REFACTORING.search(commit.subject)
    ]
    pairs = list(_co_authors(story, own))
    tags = list(_tags(story))
    events = [
        *(story.event(commit, "branch-merge", source) for commit, source in merged[:LIMIT]),
        *(story.event(commit, "pull-request", f"#{number}") for commit, number in requests[:LIMIT]),
        *branches[:LIMIT], *tags[:LIMIT], *contributors[:LIMIT],
        *(story.event(commit, "commit") for commit in plain[:LIMIT]),
        *(story.event(commit, "refactoring") for commit in refactorings[:LIMIT]),
        *(story.event(commit, "tests-with-code") for commit in with_tests[:LIMIT]),
        *pairs[:LIMIT],
    ]  # fmt: skip
    measures = {
        "own_commits": len(plain),
        "own_days": len({(commit.time + 60 * commit.offset) // DAY for commit in plain}),
        "code_commits": len(code),
        "tests_with_code": len(with_tests),
        "tests_with_code_share": len(with_tests) / len(code) if code else 0.0,
        "merges": len(merged),
        "pull_requests": len(requests),
        "squash_pull_requests": squashed,
        "branches": len(branches),
        "tags": len(tags),
        "contributors": len({event.name for event in contributors}),
        "refactorings": len(refactorings),
        "co_authors": len(pairs),
        "template_commits": sum(not story.authors[story.author[commit]].bot for commit in story.template),
    }
    share = _largest_share(story, changing, kinds)
    if share is not None:
        measures["largest_share"] = share
    return events, {name: float(value) for name, value in measures.items()}


def _kinds(paths: Iterable[str]) -> dict[str, str]:
    """What changing each path is: `code` of an application, `test` code or data, `source` of another sort, `own` work
    that is neither, `foreign` or nothing."""
    distinct = dict.fromkeys(paths)
    classify = Inventory.of(distinct).classify
    return {path: _kind(path, classify(path)) for path in distinct}


def _kind(path: str, said: Classified) -> str:
    if said.category is Category.TEST:
        return "" if said.language in _SETTINGS or said.binary else "test"
    if said.category is Category.OWN:
        if said.language in _APPLICATION and not _BUILD_FILE.search(path):
            return "code"
        return "source" if said.language in _SOURCE else "own"
    return "foreign" if said.category in ASIDE else ""


def _largest_share(story: Story, commits: Sequence[Raw], kinds: Mapping[str, str]) -> float | None:
    """The largest part of all added lines that one commit holds; of changed files where lines are unknown."""
    sizes = [
        sum(
            max(change.added, 0) if story.counted else 1
            for change in story.changes[commit.id]
            if kinds[change.path] != "foreign"
        )
        for commit in commits
    ]
    return max(sizes) / sum(sizes) if any(sizes) else None


_ANY_CODE = frozenset({"code", "test", "source"})
_BUILD_FILE = expression(
    r"(?:^|/)(?:jenkinsfile|vagrantfile|gemfile|rakefile|podfile|brewfile|guardfile|berksfile|capfile|fastfile)[^/]*$|"
    r"\.gradle(?:\.kts)?$|\.gemspec$|(?:^|/)(?:setup|noxfile|fabfile|tasks)\.py$|(?:^|/)(?:gulpfile|gruntfile)\.\w{1,4}$|"
    r"\.(?:config|conf)\.[cm]?[jt]s$|(?:^|/)\.[^/]{1,40}rc\.[cm]?js$",
    re.IGNORECASE,
)
_APPLICATION = PROGRAMMING | {"html", "jinja", "css", "scss", "sass", "less", "sql", "plsql", "graphql", "protobuf"}
"""Languages that an application is written in, its pages and queries among them."""
_SOURCE = _APPLICATION | {
    "shell", "powershell", "batchfile", "hcl", "bicep", "dockerfile", "yaml", "makefile", "rego", "jsonnet", "puppet",
    "starlark", "just", "template",
}  # fmt: skip
"""Languages in which a change can be a refactoring."""


def _requests(told: Sequence[tuple[Raw, Merge]]) -> tuple[list[tuple[Raw, str]], int]:
    """Each request once, at its newest commit, and how many of them were squashed."""
    found: dict[str, Raw] = {}
    squashed = 0
    for commit, merge in told:
        if merge.request and merge.request not in found:
            found[merge.request] = commit
            squashed += merge.squash
    return [(commit, number) for number, commit in found.items()], squashed


def _branches(story: Story) -> Iterator[Event]:
    by_id = {commit.id: commit for commit in story.commits}
    for name in sorted(story.tips):
        tip = by_id.get(story.tips[name])
        if tip is not None and is_work(name) and tip.id in story.own and tip.id not in story.main:
            yield story.event(tip, "branch", name)


def _contributors(story: Story, plain: Sequence[Raw]) -> Iterator[Event]:
    """People with two or more own commits; an unnamed account of a machine only where nobody else is there."""
    commits = Counter(story.author[commit.id] for commit in plain)
    people = [person for person, number in commits.items() if number > 1 and not story.authors[person].bot]
    named = [person for person in people if not is_machine((story.authors[person].name, ""))]
    wanted = set(named or people[:1])
    seen: Counter[int] = Counter()
    found = []
    for commit in plain:
        person = story.author[commit.id]
        if person in wanted and seen[person] < EACH:
            seen[person] += 1
            found.append((seen[person], commit, story.authors[person].name))
    for _, commit, name in sorted(found, key=lambda row: row[0]):
        yield story.event(commit, "contributor", name)


def _co_authors(story: Story, own: Sequence[Raw]) -> Iterator[Event]:
    """Commits whose trailers name a person other than their author."""
    addresses = {email.lower(): person for person, author in enumerate(story.authors) for email in author.emails}
    names = {author.name.lower(): person for person, author in enumerate(story.authors)}
    for commit in own:
        if "o-authored-by" not in commit.body.lower():
            continue
        for match in _CO_AUTHOR.finditer(commit.body):
            name, email = match[1].strip(), match[2].strip()
            person = addresses.get(email.lower(), names.get(name.lower(), -1))
            if not is_bot((name, email)) and person != story.author[commit.id]:
                yield story.event(commit, "co-author", name)
                break


def _tags(story: Story) -> Iterator[Event]:
    by_id = {commit.id: commit for commit in story.commits}
    found = []
    for name in sorted(story.tags):
        commit = by_id.get(story.tags[name])
        if _VERSION.search(name) and (
            commit is None or commit.id in story.own or story.authors[story.author[commit.id]].bot
        ):
            found.append((-(commit.time if commit else 0), name, commit))
    for _, name, commit in sorted(found, key=lambda item: item[:2]):
        if commit is not None:
            yield story.event(commit, "tag", name)
        else:
            yield Event(Location(story.part, commit=story.tags[name]), "tag", name, name)
