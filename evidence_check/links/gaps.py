"""Calls that leave what was handed in: what they run nobody can see."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from evidence_check.expressions import expression
from evidence_check.links.calls import SCRIPT_SUFFIXES, script_path, template_path
from evidence_check.links.index import Index, Place
from evidence_check.links.order import called_file
from evidence_check.model import Command, Gap, Job, Location, Run, Step, Unit

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
    r"install|setup|download|get[-.]|nvm|codecov|bootstrap|rustup|helm|kustomize|poetry|brew|trivy|tfenv", re.IGNORECASE
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
    found += _of_clones(index)
    reached = {run.action.unit for run in runs}
    found += _of_lone_tasks(index, reached)
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
        if "/" not in calls:
            yield _gap(
                job.location, job.system, f"the workflow runs a job {calls} that its configuration does not define"
            )
        elif calls.partition("/")[0] not in _KNOWN_ORBS:
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


def _of_clones(index: Index) -> Iterator[Gap]:
    """Scripts that are in no part, in a pipeline that fetches another repository: they stand there."""
    folders: dict[Place, set[str]] = defaultdict(set)
    for unit in index.jobs:
        for action in index.actions.get(unit, ()):
            folder = _fetched_folder(action)
            if folder is not None:
                folders[unit.part, unit.path].add(folder)
    for unit in index.jobs:
        fetched = folders.get((unit.part, unit.path))
        for action in index.actions.get(unit, ()) if fetched else ():
            path = _foreign_script(index, action, fetched) if isinstance(action, Command) and fetched else ""
            if path:
                reason = f"{path} is run, which is in a repository that the pipeline fetches"
                yield _gap(action.location, "", reason)


def _foreign_script(index: Index, command: Command, folders: set[str]) -> str:
    first = (command.text.split() or [""])[0]
    path = (script_path(command) or first).removeprefix("./")
    name = path.rpartition("/")[2]
    if not name or "$" in name or path.startswith(("/", "~", "-")) or _INSTALLER.search(name):
        return ""
    if index.named.get((command.unit.part, name)):
        return ""
    inside = path.partition("/")[0] in folders and "/" in path
    return path if inside or path.endswith(SCRIPT_SUFFIXES) else ""


def _fetched_folder(action: Command | Step) -> str | None:
    """The folder that another repository is put into, empty where it is not told; None where none is fetched."""
    if isinstance(action, Command):
        address = next((word for word in action.words if "://" in word or word.startswith("git@")), "")
        if action.program != "git" or "clone" not in action.words[1:8] or not address:
            return None
        behind = action.words[action.words.index(address) + 1 :]
        given = next((word for word in behind if not word.startswith("-")), "")
        return (given or address.rstrip("/").rpartition("/")[2].removesuffix(".git")).removeprefix("./")
    inputs = action.inputs
    if action.uses.startswith("actions/checkout"):
        other = str(inputs.get("repository") or "github.repository")
        return None if "github.repository" in other else str(inputs.get("path") or "").removeprefix("./")
    return "" if action.system == "jenkins" and action.uses == "git" else None


def _of_lone_tasks(index: Index, reached: set[Unit]) -> Iterator[Gap]:
    """Task files of Concourse that no pipeline here runs: the one that does was not handed in."""
    for unit, actions in index.actions.items():
        task = next((one for one in actions if isinstance(one, Step) and one.uses == "concourse:task"), None)
        if task is not None and unit not in reached:
            reason = "the Concourse pipeline that runs this task was not handed in"
            yield Gap(task.location, "links", reason, _HIDES | {"job"}, task.system)


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
