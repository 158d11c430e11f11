"""Drone and Woodpecker: `.drone.yml` (`.drone-1.0.yml`), `.woodpecker.yml`, `.woodpecker/*.yml`.

https://docs.drone.io/pipeline/docker/syntax/, https://woodpecker-ci.org/docs/usage/workflow-syntax
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Job, Trigger
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import Body, mapping, maps, names, scalar_text
from evidence_check.tree import Map

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "drone"
GIVES = _pipeline.GIVES

_PATH = expression(r"(?:.*/)?(?:\.drone[\w.-]{0,40}\.ya?ml|\.woodpecker\.ya?ml|\.woodpecker/[^/]+\.ya?ml)")
_EVENTS = {
    "push": "push",
    "pull_request": "pull-request",
    "tag": "tag",
    "release": "release",
    "cron": "schedule",
    **dict.fromkeys(("promote", "rollback", "custom", "manual", "deployment"), "manual"),
}


def wants(source: Source) -> bool:
    """By the usual names."""
    return _PATH.fullmatch(source.path) is not None


def read(source: Source) -> Iterable[Fact]:
    """A job for each step; steps run one after the other unless `depends_on` says otherwise."""
    facts: list[Fact] = []
    ends: dict[str, tuple[str, ...]] = {}
    for number, document in enumerate(source.yaml):
        if isinstance(document, Map) and document.get("kind", "pipeline") == "pipeline":
            name = scalar_text(document.get("name")) or (f"pipeline {number + 1}" if number else "")
            before = tuple(job for one in names(document.get("depends_on")) for job in ends.get(one, ()))
            ends[name] = _steps(source, document, name, before, facts)
    return facts


def _steps(source: Source, document: Map, pipeline: str, before: tuple[str, ...], facts: list[Fact]) -> tuple[str, ...]:
    system = "woodpecker" if "woodpecker" in source.path else SYSTEM
    triggers = _triggers(document.get("trigger", document.get("when", document.get("branches"))))
    listed = document.get("steps", document.get("pipeline"))
    steps = list(maps(listed))
    if isinstance(listed, Map):
        steps = []
        for name, step in listed.items():
            if isinstance(step, Map):
                step.setdefault("name", name)
                steps.append((step, listed.line_of(name)))
    prefix = f"{pipeline}/" if pipeline else ""
    graph = any("depends_on" in step for step, _ in steps)
    done: list[str] = []
    for number, (step, line) in enumerate(steps):
        name = prefix + (scalar_text(step.get("name")) or f"step {number + 1}")
        unit = _pipeline.job_unit(source, name)
        forgiven = step.get("failure") == "ignore"
        body = Body(source, unit, system, source.folder.removesuffix(".woodpecker").rstrip("/"), forgiven)
        image = scalar_text(step.get("image"))
        settings = step.get("settings")
        if settings is not None or "commands" not in step:
            uses, _, version = image.partition(":")
            body.step(
                uses, line, settings if isinstance(settings, Map) else step, version=version, name=step.get("name")
            )
        body.session(_pipeline.scripts(step.get("commands"), step.line_of("commands")))
        needs = tuple(prefix + one for one in names(step.get("depends_on"))) if graph else tuple(done[-1:])
        job = Job(
            source.at(line),
            unit,
            system,
            pipeline or source.path,
            needs or before,
            _narrowed(triggers, step.get("when")),
            names(mapping(step.get("when")).get("target")),
            secrets=_secrets(step),
            images=(image,) if image else (),
            hides_failure=forgiven,
        )
        facts += [job, *body.facts]
        done.append(name)
    return tuple(done)


def _secrets(step: Map) -> tuple[str, ...]:
    found = set(names(step.get("secrets")))
    stack: list[Any] = [step]
    while stack:
        value = stack.pop()
        if isinstance(value, Map):
            found.update(names(value.get("from_secret")))
            stack += value.values()
        elif isinstance(value, list):
            stack += value
    return tuple(sorted(found))


def _triggers(value: Any) -> tuple[Trigger, ...]:
    """Without a trigger every push and pull request starts it."""
    conditions = [item for item, _ in maps(value)] or [mapping(value)]
    found: list[Trigger] = []
    for condition in conditions:
        events, branches = _listed(condition.get("event")), condition.get("branch")
        if not isinstance(value, (Map, list)) and value is not None:
            branches = value
        kinds = [_EVENTS.get(event, "other") for event in events] or ["push", "pull-request"]
        only = _listed(branches)
        refused = names(mapping(branches).get("exclude"))
        found += [Trigger(kind, only if kind in {"push", "pull-request"} else (), refused) for kind in kinds]
    return tuple(dict.fromkeys(found))


def _listed(value: Any) -> tuple[str, ...]:
    return names(value.get("include")) if isinstance(value, Map) else names(value)


def _narrowed(triggers: tuple[Trigger, ...], when: Any) -> tuple[Trigger, ...]:
    conditions = [item for item, _ in maps(when)] or [mapping(when)]
    if not any("event" in one or "branch" in one for one in conditions):
        return triggers
    wanted = _triggers(when)
    events = {trigger.event for trigger in triggers}
    stated = any("event" in one for one in conditions)
    return tuple(trigger for trigger in wanted if stated or trigger.event in events)
