"""Which jobs must be done before which, and what starts a job in the end."""

from __future__ import annotations

import fnmatch
import posixpath
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from evidence_check.links.calls import template_path
from evidence_check.links.index import Index
from evidence_check.model import Job, Step, Trigger, Unit, UnitKind

if TYPE_CHECKING:
    import networkx

_GITLAB_ROOTS = (".gitlab-ci.yml", ".gitlab-ci.yaml")
_GITLAB_STAGES = ("build", "test", "deploy")
_MAIN = frozenset(
    {"main", "master", "trunk", "production", "prod", "release", "live", "$CI_DEFAULT_BRANCH", "$default-branch"}
)


@dataclass(frozen=True)
class Order:
    """The order of the jobs of a case."""

    ancestors: Mapping[Unit, frozenset[Unit]]
    """The jobs that must succeed before a job starts, those of calling and called pipelines with them."""
    triggers: Mapping[Unit, tuple[Trigger, ...]]
    """What starts a job, with what starts the pipelines that call it or that it waits for."""
    idle: frozenset[Unit]
    """Jobs of files that no pipeline includes."""
    callers: Mapping[Unit, tuple[Unit, ...]] = field(default_factory=dict)
    """The jobs of other files that call a job's file."""


def order(index: Index) -> Order:
    """The order that `needs`, stages, calls, includes and waiting for other pipelines make."""
    if not index.jobs:
        return Order({}, {}, frozenset())
    import networkx

    graph: networkx.DiGraph[Unit] = networkx.DiGraph()
    graph.add_nodes_from(index.jobs)
    callers: dict[Unit, list[Unit]] = defaultdict(list)
    for unit, job in index.jobs.items():
        if not _runs_anyway(job):
            graph.add_edges_from(
                (needed, unit) for name in job.needs if (needed := replace(unit, name=name)) in index.jobs
            )
    for unit, job in index.jobs.items():
        if job.calls:
            for inner in _called_jobs(index, job):
                callers[inner].append(unit)
                graph.add_edges_from((needed, inner) for needed in list(graph.predecessors(unit)))
    for inner, outer in callers.items():
        graph.add_edges_from((inner, unit) for unit in outer if unit != inner)
    upstream = _upstream(index)
    for unit, earlier in upstream.items():
        graph.add_edges_from((one, unit) for one in earlier)
    idle = _gitlab(index, graph)
    ancestors = {unit: frozenset(networkx.ancestors(graph, unit)) - {unit} for unit in graph if unit in index.jobs}
    triggers = {unit: _effective(index, unit, callers, upstream, frozenset()) for unit in index.jobs}
    return Order(ancestors, triggers, idle, {unit: tuple(sorted(outer)) for unit, outer in callers.items()})


def _runs_anyway(job: Job) -> bool:
    """A condition such as `always()` lets the job run though what it needs has failed."""
    condition = job.condition
    return ("always()" in condition or "failure()" in condition) and "success" not in condition


def _called_jobs(index: Index, job: Job) -> list[Unit]:
    """The jobs of the file that a job calls, in this part or, for a named repository, in another of the case."""
    part, path = called_file(index, job)
    return [unit for unit in index.units.get((part, path), ()) if unit in index.jobs] if path else []


def called_file(index: Index, job: Job) -> tuple[str, str]:
    """Part and path of the file that a job calls; an empty path where the case does not hold it."""
    part, calls = job.unit.part, job.calls
    if job.system == "azure-pipelines":
        return part, template_path(index, Step(job.location, job.unit, job.system, f"template:{calls}"))
    if job.system == "gitlab-ci":
        return part, index.find(part, calls.lstrip("/"), ["", job.unit.path.rpartition("/")[0]])
    if job.system == "codepipeline":
        return part, index.find(part, calls, ["", job.unit.path.rpartition("/")[0]])
    if calls.startswith("./"):
        base = job.unit.path.partition(".github/")[0].rstrip("/")
        return part, index.find(part, calls.removeprefix("./"), [base])
    repository, _, path = calls.partition("@")[0].partition("/.")
    if path:
        name = repository.rpartition("/")[2].lower()
        others = [other for other in index.paths if f".{path}" in index.paths[other] and other.lower().endswith(name)]
        if len(others) == 1:
            return others[0], f".{path}"
    return part, ""


def _upstream(index: Index) -> dict[Unit, list[Unit]]:
    """For jobs that wait for other pipelines by name: the jobs of those."""
    by_name: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit, job in index.jobs.items():
        by_name[unit.part, job.pipeline].append(unit)
    found: dict[Unit, list[Unit]] = {}
    for unit, job in index.jobs.items():
        names = [name for trigger in job.triggers for name in trigger.after]
        earlier = [one for name in names for one in by_name.get((unit.part, name), ()) if one.path != unit.path]
        if earlier:
            found[unit] = earlier
    return found


def _effective(
    index: Index,
    unit: Unit,
    callers: Mapping[Unit, list[Unit]],
    upstream: Mapping[Unit, list[Unit]],
    seen: frozenset[Unit],
) -> tuple[Trigger, ...]:
    if unit in seen or len(seen) > 12:
        return ()
    seen |= {unit}
    found: list[Trigger] = []
    for trigger in index.jobs[unit].triggers:
        outer = callers.get(unit, []) if trigger.event == "call" else []
        if outer:
            for one in outer:
                found += _effective(index, one, callers, upstream, seen)
            continue
        found.append(trigger)
        if trigger.event == "after":
            for one in upstream.get(unit, ()):
                inherited = _effective(index, one, callers, upstream, seen)
                for other in inherited:
                    limited = trigger.branches and other.event == "push"
                    found.append(replace(other, branches=trigger.branches) if limited else other)
    return tuple(dict.fromkeys(found))


def _gitlab(index: Index, graph: networkx.DiGraph[Unit]) -> frozenset[Unit]:
    """Order the jobs of included files by the root's stages; the jobs of files that nothing includes are returned."""
    jobs = {unit: job for unit, job in index.jobs.items() if job.system == "gitlab-ci"}
    reached: set[tuple[str, str]] = set()
    for part, path in {(unit.part, unit.path) for unit in (*jobs, *_holders(index))}:
        if path.rpartition("/")[2] not in _GITLAB_ROOTS:
            continue
        stages = list(_GITLAB_STAGES)
        files = _included(index, part, path, stages, [])
        reached.update((part, file) for file in files)
        place = {stage: position for position, stage in enumerate((".pre", *stages, ".post"))}
        group = [unit for unit in jobs if unit.part == part and unit.path in files]
        named = {unit.name: unit for unit in group}
        for unit in group:
            own = jobs[unit]
            graph.add_edges_from((named[name], unit) for name in own.needs if name in named and named[name] != unit)
            for other in group:
                foreign = other.path != unit.path or (unit.path != path and not own.needs)
                if foreign and -1 < place.get(jobs[other].stage, -1) < place.get(own.stage, -1):
                    graph.add_edge(other, unit)
    triggered = {called_file(index, job) for job in jobs.values() if job.calls}
    return frozenset(unit for unit in jobs if (unit.part, unit.path) not in reached | triggered)


def _holders(index: Index) -> list[Unit]:
    """The unnamed jobs of GitLab files, which carry what they include."""
    return [unit for unit, actions in index.actions.items() if unit.kind is UnitKind.JOB and not unit.name and actions]


def _included(index: Index, part: str, path: str, stages: list[str], seen: list[str]) -> list[str]:
    """The file and the local files that it includes; `stages` takes those that the first of them declares."""
    if path in seen or len(seen) > 100:
        return seen
    seen.append(path)
    for action in index.actions.get(Unit(UnitKind.JOB, path, "", part), ()):
        if not isinstance(action, Step):
            continue
        declared: Any = action.inputs.get("stages")
        if declared and len(seen) == 1:
            stages[:] = [str(stage) for stage in declared]
        if action.uses.startswith("include:local:"):
            wanted = action.uses.removeprefix("include:local:").lstrip("/")
            base = seen[0].rpartition("/")[0]
            if "*" in wanted:
                pattern = posixpath.normpath(posixpath.join(base, wanted.replace("**/*", "*").replace("**", "*")))
                files = sorted(one for one in index.paths[part] if fnmatch.fnmatchcase(one, pattern))
            else:
                files = [index.find(part, wanted, [base])]
            for file in files:
                if file:
                    _included(index, part, file, stages, seen)
    return seen


def compatible(earlier: tuple[Trigger, ...], later: tuple[Trigger, ...]) -> bool:
    """Whether one event can start both; unknown triggers are taken to."""
    if not earlier or not later:
        return True
    return any(one.event == other.event and _same_branch(one, other) for one in earlier for other in later)


def _same_branch(one: Trigger, other: Trigger) -> bool:
    for left, right in ((one, other), (other, one)):
        if left.branches and set(left.branches) <= set(right.not_branches):
            return False
    if not one.branches or not other.branches:
        return True
    return any(_meets(left, right) for left in one.branches for right in other.branches)


def _meets(left: str, right: str) -> bool:
    if left == right or left.startswith(("/", "$", "^")) or right.startswith(("/", "$", "^")):
        return True  # a pattern of the system's own kind, or a variable: nobody can tell
    return fnmatch.fnmatchcase(left, right.replace("**", "*")) or fnmatch.fnmatchcase(right, left.replace("**", "*"))


def trigger_names(triggers: tuple[Trigger, ...]) -> frozenset[str]:
    """The names that rules ask for: the events, `main` for pushes to main branches alone, `change` for what checks
    a proposed change: a pull request, or a push to any branch."""
    found = {trigger.event for trigger in triggers}
    for trigger in triggers:
        if trigger.event == "pull-request" or (trigger.event == "push" and _any_branch(trigger)):
            found.add("change")
        elif trigger.event == "push" and set(trigger.branches) <= _MAIN:
            found.add("main")
    return frozenset(found)


def _any_branch(trigger: Trigger) -> bool:
    """A push filter that lets the branches of proposed changes through."""
    if not trigger.branches:
        return True
    wide = [branch for branch in trigger.branches if "*" in branch or branch.startswith(("/", "^"))]
    narrow = (
        "release",
        "hotfix",
        "v",
        "/^release",
        "/release",
        "/^v",
        "/hotfix",
        "/^hotfix",
        "^release",
        "/^main",
        "/^master",
    )
    return any(not branch.startswith(narrow) for branch in wide)
