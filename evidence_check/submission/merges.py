"""What a merge commit's message says: which pull or merge request it was, which branch was merged into which.

The wordings are those that the platforms write: GitHub, GitLab, Azure DevOps, Bitbucket (Cloud and Server), Gitea, and
git itself (git-merge(1), git-fmt-merge-msg(1)).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidence_check.expressions import expression

if TYPE_CHECKING:
    from evidence_check.submission.log import Raw

_MAIN = frozenset({"main", "master", "trunk", "default"})
_DEVELOPMENT = frozenset({"develop", "development", "dev"})
_PAGES = expression(r"(?:^|/)(?:gh-pages|gl-pages|pages|netlify-cms|cms)(?:$|/)", re.IGNORECASE)
_BOT_BRANCH = expression(
    r"(?:^|[/:])(?:dependabot|renovate|greenkeeper|snyk|pyup|imgbot|whitesource|mend|depfu|scala-steward|bot|sync|upstream|"
    r"all-contributors|pre-commit-ci|release-please|changeset-release|copilot|allcontributors|restyled|deepsource)[-/_]",
    re.IGNORECASE,
)

_GITHUB = expression(r"Merge pull request #(\d{1,7}) (?:from|in) (\S{1,300})(?: from (\S{1,300}) to (\S{1,300}))?")
_GITEA = expression(r"Merge pull request '.{0,300}' \(#(\d{1,7})\) from (\S{1,300}) into (\S{1,300})")
_AZURE = expression(r"Merged PR (\d{1,7})\b")
_BITBUCKET = expression(r"Merged in (\S{1,300}) \(pull request #(\d{1,7})\)")
_BITBUCKET_SERVER = expression(r"Pull request #(\d{1,7}): ")
_GITLAB_BODY = expression(r"^See merge request (?:[\w./-]{0,300})!(\d{1,7})\s{0,5}$", re.MULTILINE)
_TRIAL = expression(r"Merge [0-9a-f]{40,64} into [0-9a-f]{40,64}$")
"""The merge that GitHub makes to test a pull request, which is on no branch."""
_PULL = expression(
    r"Merge (?:(?:https?|ssh|git|file)://|[\w.-]{1,60}@[\w.-]{1,100}:|\.{0,2}/)\S{1,300}(?: into \S{1,300})?$"
)
"""What git writes where the main branch of another copy was pulled by its address."""
_SQUASH = expression(r"\((?:#|!|PR ?#?)(\d{1,7})\)\s{0,5}$")
_GIT = expression(
    r"Merge (?P<kind>branch|branches|remote-tracking branch|commit|tag) '?(?P<source>[^'\s]{1,300})'?"
    r"(?:(?:, '[^']{1,300}'){0,20} and '[^']{1,300}')?"
    r"(?: of \S{1,300})?(?: into '?(?P<target>[^'\s]{1,300})'?)?"
)


@dataclass(frozen=True, slots=True)
class Merge:
    """What a commit's message says; fields are empty where it does not."""

    request: str = ""
    """Number of the pull or merge request."""
    squash: bool = False
    """A request that was merged as one plain commit."""
    source: str = ""
    target: str = ""
    pulled: bool = False
    """The same branch of another copy (a `git pull`), or something that is no branch."""

    @property
    def delivers(self) -> bool:
        """Whether it brings a feature branch's work: not a bot's or a pages branch, no pull, and not the main branch
        merged into another to keep up with it."""
        if self.pulled or is_bot_branch(self.source) or _PAGES.search(self.source):
            return False
        source = self.source.lower()
        if source in _DEVELOPMENT:
            return not self.target or not is_feature(self.target)
        return source not in _MAIN or bool(self.request)


_NOTHING = Merge()


def read_merge(commit: Raw) -> Merge:
    """Read a commit's message."""
    subject = commit.subject
    is_merge = len(commit.parents) > 1
    if not is_merge and not subject.startswith(("Merge", "Pull request")) and not subject.endswith(")"):
        return _request_of(commit)
    if _TRIAL.match(subject):
        return Merge(pulled=True)
    if match := _GITEA.match(subject):
        return Merge(match[1], not is_merge, match[2], match[3])
    if match := _GITHUB.match(subject):
        return Merge(match[1], not is_merge, _branch(match[3] or match[2]), match[4] or "")
    if match := _BITBUCKET.match(subject):
        return Merge(match[2], not is_merge, match[1])
    if match := _AZURE.match(subject) or _BITBUCKET_SERVER.match(subject):
        return Merge(match[1], not is_merge)
    request = _request_of(commit).request
    if match := _GIT.match(subject):
        source, target = match["source"], match["target"] or ""
        if match["kind"] == "remote-tracking branch":
            source = source.partition("/")[2] or source
        pulled = match["kind"] in ("commit", "tag") or (bool(source) and target == source)
        return Merge(request, bool(request) and not is_merge, source, target, pulled and not request)
    if request:
        return Merge(request, not is_merge)
    if _PULL.match(subject):
        return Merge(pulled=True)
    if (match := _SQUASH.search(subject)) and not is_merge:
        return Merge(match[1], squash=True)
    if match:
        return Merge(match[1])
    return _NOTHING


def _request_of(commit: Raw) -> Merge:
    """The request that GitLab names at the end of a message."""
    match = _GITLAB_BODY.search(commit.body) if "See merge request" in commit.body else None
    return Merge(match[1], len(commit.parents) < 2) if match else _NOTHING


def _branch(source: str) -> str:
    """`owner/branch` or `owner:branch` without the owner."""
    return source.partition("/")[2] or source


def is_feature(branch: str) -> bool:
    """Whether a branch's name is not a bot's, a page's or that of one that everybody works on."""
    return branch.lower() not in _MAIN | _DEVELOPMENT and not is_bot_branch(branch) and not _PAGES.search(branch)


def is_work(branch: str) -> bool:
    """Whether commits that only a branch of this name has are somebody's work: a feature's, or one of development's."""
    return is_feature(branch) or branch.lower() in _DEVELOPMENT


def is_bot_branch(branch: str) -> bool:
    """Whether a branch is one that a dependency or synchronisation bot makes."""
    return bool(_BOT_BRANCH.search(f"/{branch}"))
