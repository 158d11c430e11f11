"""The way from commit to user, drawn from what the pipelines' code says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from evidence_check.masking import mask, visible
from evidence_check.match import Activities
from evidence_check.model import Fact, Finding, Job, Outcome, PathJob, PathStep, Trigger, Unit, Way

if TYPE_CHECKING:
    from evidence_check.links import Links
    from evidence_check.rulebook import Rulebook

LIMIT = 48
"""Jobs that are drawn: more than a person follows on a page."""
STARTS = 3
"""Triggers that are told of a job."""
MARKS: Mapping[str, tuple[str, ...]] = {
    "lint": ("lint",),
    "tests": ("test", "test-with-build", "test-script", "end-to-end", "load-test", "accessibility", "smoke-test"),
    "scan": ("sast", "dependency-scan", "iac-scan", "image-scan", "secret-scan", "dast"),
    "build": ("build-image", "build-package"),
    "publish": ("publish", "release"),
    "deploy": ("apply", "deploy-cluster", "deploy"),
    "plan": ("plan",),
}
"""What is marked on the way, and the activities that it stands for."""
_ASKED = (
    ("cicd.automated-tests", "automated tests"),
    ("security.in-pipeline", "security scans"),
    ("cicd.build-artefact", "a build of something deployable"),
    ("cicd.deployment", "a deployment to a running environment"),
    ("cicd.gated-deployment", "a deployment that waits for checks"),
)
"""Stations of the way, and the signals that ask for them."""


def pipeline_map(rulebook: Rulebook, facts: Iterable[Fact], links: Links, findings: Mapping[str, Finding]) -> Way:
    """The jobs in their order, what starts them, what each does, and where the way has holes."""
    jobs = {fact.unit: fact for fact in facts if isinstance(fact, Job) and fact.unit not in links.order.idle}
    missing = [words for signal, words in _ASKED if _is(findings, signal, Outcome.ABSENT)]
    unknown = [words for signal, words in _ASKED if _is(findings, signal, Outcome.UNKNOWN)]
    if not jobs:
        words = ("a CI/CD pipeline",)
        return Way(
            missing=words if _is(findings, "cicd.pipeline", Outcome.ABSENT) else (),
            unknown=words if _is(findings, "cicd.pipeline", Outcome.UNKNOWN) else (),
        )
    steps = _steps(rulebook, links)
    kept = sorted(sorted(jobs, key=lambda unit: (not steps.get(unit), unit))[:LIMIT])
    direct, columns = _layers(kept, links)
    kept.sort(key=lambda unit: (unit.part, unit.path, columns[unit], jobs[unit].location, unit))
    index = {unit: number for number, unit in enumerate(kept)}
    drawn = [
        PathJob(
            location=jobs[unit].location,
            name=unit.name or jobs[unit].pipeline or unit.path,
            pipeline=jobs[unit].pipeline or unit.path,
            system=jobs[unit].system,
            column=columns[unit],
            after=tuple(sorted(index[one] for one in direct[unit])),
            starts=_starts(links.triggers(unit) or jobs[unit].triggers),
            environments=tuple(dict.fromkeys(jobs[unit].environment)),
            approval=jobs[unit].approval,
            steps=tuple(steps.get(unit, ())),
        )
        for unit in kept
    ]
    return Way(tuple(drawn), tuple(missing), tuple(unknown), len(jobs) - len(kept))


def _is(findings: Mapping[str, Finding], signal: str, outcome: Outcome) -> bool:
    finding = findings.get(signal)
    return finding is not None and finding.outcome is outcome


def _steps(rulebook: Rulebook, links: Links) -> dict[Unit, list[PathStep]]:
    """What each job does, each technology of a mark once, in the order in which it runs."""
    activities = Activities(rulebook.activities)
    marks = {activity: mark for mark, names in MARKS.items() for activity in names}
    found: dict[Unit, dict[tuple[str, str], PathStep]] = {}
    for run in links.runs:
        done = activities.of(run.action)
        mine = {marks[name]: name for name in reversed(list(done)) if name in marks}
        if "deploy" in mine:
            mine.pop("plan", None)
        for mark in [mark for mark in MARKS if mark in mine]:
            name = mine[mark]
            steps = found.setdefault(run.job, {})
            if (mark, done[name]) not in steps:
                steps[mark, done[name]] = PathStep(
                    run.location, mark, rulebook.activities[name].title, done[name],
                    visible(mask(run.excerpt)), run.action.hides_failure,
                )  # fmt: skip
    return {unit: list(steps.values()) for unit, steps in found.items()}


def _layers(units: list[Unit], links: Links) -> tuple[dict[Unit, set[Unit]], dict[Unit, int]]:
    """The jobs right before each job, and how many stand before it in the longest row.

    Jobs that wait for one another in a ring, as wrong files can have it, are taken in the order of their names.
    """
    import networkx

    graph: networkx.DiGraph[Unit] = networkx.DiGraph()
    graph.add_nodes_from(units)
    known = set(units)
    earlier = {unit: links.before(unit) & known for unit in units}
    for inner in units:  # a called job must be done before its caller is, but is drawn where it starts: after it
        for outer in links.order.callers.get(inner, ()):
            if outer in known and outer != inner:
                earlier[outer] -= {inner}
                earlier[inner] |= {outer}
    for unit in units:
        graph.add_edges_from((one, unit) for one in earlier[unit] if unit not in earlier[one] or one < unit)
    while not networkx.is_directed_acyclic_graph(graph):
        graph.remove_edge(*min(edge[:2] for edge in networkx.find_cycle(graph)))
    reduced = networkx.transitive_reduction(graph)
    columns: dict[Unit, int] = {}
    for unit in networkx.lexicographical_topological_sort(graph, key=lambda one: (one.part, one.path, one.name)):
        columns[unit] = max((columns[one] + 1 for one in reduced.predecessors(unit)), default=0)
    return {unit: set(reduced.predecessors(unit)) for unit in units}, columns


def _starts(triggers: Iterable[Trigger]) -> tuple[str, ...]:
    told = dict.fromkeys(_told(trigger) for trigger in triggers)
    return (*list(told)[:STARTS], *([f"{len(told) - STARTS} more"] if len(told) > STARTS else []))


def _told(trigger: Trigger) -> str:
    """A trigger in words."""
    event = {"pull-request": "pull request", "call": "a call", "other": "another event", "manual": "by hand"}.get(
        trigger.event, trigger.event
    )
    if trigger.event == "after" and trigger.after:
        return f"after {_listed(trigger.after)}"
    if trigger.event == "schedule":
        return f"schedule {trigger.cron}".rstrip()
    if trigger.branches:
        return f"{event} {'of' if trigger.event == 'tag' else 'to'} {_listed(trigger.branches)}"
    if trigger.not_branches:
        return f"{event}, not to {_listed(trigger.not_branches)}"
    return event


def _listed(names: tuple[str, ...]) -> str:
    rest = len(names) - 2
    return ", ".join(names[:2]) + (f" and {rest} more" if rest > 0 else "")
