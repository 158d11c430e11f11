"""Calls that leave what was handed in: what they run nobody can see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from evidence_check.expressions import expression
from evidence_check.links.calls import script_path, template_path
from evidence_check.links.index import Index
from evidence_check.links.order import called_file
from evidence_check.model import Command, Gap, Job, Location, Run, Step

_HIDES = frozenset({"run"})
_KNOWN_ORBS = frozenset(
    "android aws-cli aws-code-deploy aws-ecr aws-ecs aws-eks aws-elastic-beanstalk aws-s3 aws-sam-serverless azure-acr "
    "azure-aks azure-cli azure-web-app browser-tools build-tools codecov continuation cypress docker docker-hadolint "
    "firebase gcp-cli gcp-cloud-run gcp-gcr gcp-gke github-cli go gradle helm heroku jira jq kubernetes macos maven "
    "node path-filtering php pulumi python ruby rust sbt shellcheck slack snyk sonarcloud terraform vault windows "
    "win".split()
)
"""Orbs of CircleCI itself and its partners, whose jobs rules know by name."""
_KNOWN_TEMPLATES = expression(
    r"(?:Security|Workflows|Verify/(?:Accessibility|Browser|Load))/|Jobs/(?:SAST|Secret|Dependency|Container|Code|DAST|Browser|Load)"
)
"""GitLab's own templates whose names say what they run."""
_FETCHED = expression(r"https?://(?:raw\.githubusercontent\.com|gist\.\w+|bitbucket\.org|gitlab\.com)/\S{1,300}")
_INSTALLER = expression(
    r"install|setup|get[-.]|nvm|codecov|bootstrap|rustup|helm|kustomize|poetry|brew|trivy|tfenv", re.IGNORECASE
)
_SHELLS = frozenset({"bash", "sh", "zsh"})


def gaps(index: Index, runs: Iterable[Run]) -> tuple[Gap, ...]:
    """A gap for each call that leaves the case, at its place."""
    found: list[Gap] = []
    for job in index.jobs.values():
        found += _of_job(index, job)
    for unit, actions in index.actions.items():
        for action in actions:
            if isinstance(action, Step):
                found += _of_step(index, action)
        found += _fetched([action for action in actions if isinstance(action, Command)]) if unit in index.jobs else []
    for run in runs:
        found += _of_run(index, run)
    return tuple(sorted(set(found)))


def _gap(location: Location, system: str, reason: str) -> Gap:
    return Gap(location, "links", reason, _HIDES, system)


def _of_job(index: Index, job: Job) -> Iterator[Gap]:
    calls = job.calls
    if not calls:
        return
    if job.system == "circleci":
        if calls.partition("/")[0] not in _KNOWN_ORBS:
            yield _gap(job.location, job.system, f"the job {calls} is part of an orb outside of this repository")
    elif not called_file(index, job)[1]:
        name = calls.removeprefix("./")
        what = (
            "workflow"
            if job.system == "github-actions"
            else "template"
            if job.system == "azure-pipelines"
            else "build specification"
            if job.system == "codepipeline"
            else "pipeline"
        )
        yield _gap(job.location, job.system, f"the {what} {name} is called, which was not handed in")


def _of_step(index: Index, step: Step) -> Iterator[Gap]:
    uses = step.uses
    if step.system == "gitlab-ci":
        kind, _, name = uses.partition(":")
        if kind == "template" and not _KNOWN_TEMPLATES.search(name):
            yield _gap(
                step.location,
                step.system,
                f"GitLab's template {name} is included, whose jobs are not in the repository",
            )
        elif kind == "component" or uses.startswith(("include:project:", "include:remote:")):
            name = name.removeprefix("project:").removeprefix("remote:")
            yield _gap(step.location, step.system, f"{name} is included from outside of the repository")
        elif uses.startswith("include:local:") and "*" not in uses:
            wanted = uses.removeprefix("include:local:").lstrip("/")
            path = index.find(step.unit.part, wanted, [step.unit.path.rpartition("/")[0]])
            if not path or not index.units.get((step.unit.part, path)):
                yield _gap(step.location, step.system, f"{wanted} is included, but no job could be read there")
    elif step.system == "azure-pipelines" and uses.startswith("template:") and not template_path(index, step):
        yield _gap(step.location, step.system, f"the template {uses.removeprefix('template:')} was not handed in")
    elif step.system == "jenkins" and uses.startswith("library:"):
        yield _gap(step.location, step.system, f"the shared library {uses.removeprefix('library:')} was not handed in")


def _fetched(commands: list[Command]) -> Iterator[Gap]:
    """Scripts fetched from the net and run at once, other than installers of tools."""
    for first, second in pairwise(commands):
        piped = second.program in _SHELLS and second.location == first.location
        if first.program not in {"curl", "wget"} or not piped:
            continue
        match = _FETCHED.search(" ".join(first.words))
        if match and not _INSTALLER.search(match[0].rstrip("/").rpartition("/")[2]) and "|" in first.text:
            yield _gap(first.location, "", f"a script is fetched from {match[0][:120]} and run")


def _of_run(index: Index, run: Run) -> Iterator[Gap]:
    """A script that stands in a submodule."""
    if isinstance(run.action, Command) and index.submodules:
        path = script_path(run.action).removeprefix("./")
        for folder in index.submodules.get(run.job.part, ()):
            if path.startswith(f"{folder}/") or run.action.directory.startswith(folder):
                yield _gap(
                    run.location,
                    "",
                    f"{path or run.action.program} runs in the submodule {folder}, which was not handed in",
                )
