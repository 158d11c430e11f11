"""Bitbucket Pipelines (https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evidence_check.model import Fact, Job, Trigger
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import Body, mapping, maps, scalar_text
from evidence_check.readers._source import Unreadable
from evidence_check.tree import Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "bitbucket"
GIVES = _pipeline.GIVES


def wants(source: Source) -> bool:
    """Only the name that Bitbucket looks for."""
    return source.name in {"bitbucket-pipelines.yml", "bitbucket-pipelines.yaml"}


def read(source: Source) -> Iterable[Fact]:
    """A job for each step of each pipeline: default, branches, tags, pull requests, custom."""
    root = source.yaml[0] if source.yaml else None
    if root is None:
        return []
    if not isinstance(root, Map):
        raise Unreadable("not a Bitbucket pipeline: a mapping is expected")
    pipelines = mapping(root.get("pipelines"))
    facts = _pipeline_jobs(source, root, "default", pipelines.get("default"), (Trigger("push"),))
    kinds = (("branches", "push"), ("bookmarks", "push"), ("tags", "tag"), ("pull-requests", "pull-request"))
    for key, event in kinds:
        for pattern, steps in mapping(pipelines.get(key)).items():
            branches = () if pattern in {"**", "*"} else (pattern,)
            facts += _pipeline_jobs(source, root, f"{key}/{pattern}", steps, (Trigger(event, branches),))
    for name, steps in mapping(pipelines.get("custom")).items():
        facts += _pipeline_jobs(source, root, f"custom/{name}", steps, (Trigger("manual"),))
    return facts


def _pipeline_jobs(source: Source, root: Map, name: str, steps: Any, triggers: tuple[Trigger, ...]) -> list[Fact]:
    facts: list[Fact] = []
    before: tuple[str, ...] = ()
    for item, _ in maps(steps):
        group: list[tuple[Map, str]] = []
        parallel = item.get("parallel")
        stage = mapping(item.get("stage"))
        if isinstance(item.get("step"), Map):
            group = [(item["step"], "")]
        elif parallel is not None:
            inner = parallel.get("steps") if isinstance(parallel, Map) else parallel
            group = [(mapping(one.get("step")), "") for one, _ in maps(inner)]
        for one, _ in maps(stage.get("steps")):
            added = _step(
                source,
                root,
                name,
                mapping(one.get("step")),
                scalar_text(stage.get("deployment")),
                before,
                triggers,
                facts,
            )
            before = added or before
        made = [_step(source, root, name, step, environment, before, triggers, facts) for step, environment in group]
        before = tuple(job for jobs in made for job in jobs) or before
    return facts


def _step(
    source: Source, root: Map, pipeline: str, step: Map, environment: str, before: tuple[str, ...],
    triggers: tuple[Trigger, ...], facts: list[Fact],
) -> tuple[str, ...]:  # fmt: skip
    if not step:
        return ()
    taken = {fact.unit.name for fact in facts if isinstance(fact, Job)}
    name = f"{pipeline}/{scalar_text(step.get('name')) or f'step {len(taken) + 1}'}"
    name = name if name not in taken else f"{name} #{len(taken) + 1}"
    unit = _pipeline.job_unit(source, name)
    body = Body(source, unit, SYSTEM, source.folder)
    for key in ("script", "after-script"):
        _script(body, step.get(key), step.line_of(key), hidden=key == "after-script")
    deployment = scalar_text(step.get("deployment")) or environment
    image = step.get("image", root.get("image"))
    named = scalar_text(mapping(image).get("name")) if isinstance(image, Map) else scalar_text(image)
    job = Job(
        source.at(step.line),
        unit,
        SYSTEM,
        source.path,
        before,
        triggers,
        (deployment,) if deployment else (),
        step.get("trigger") == "manual",
        secrets=_pipeline.secret_names(step),
        images=(named,) if named else (),
    )
    facts += [job, *body.facts]
    return (name,)


def _script(body: Body, script: Any, line: int, *, hidden: bool) -> None:
    """Commands share a shell; a pipe is a step."""
    items: list[tuple[str, int]] = []
    lines = script.lines if isinstance(script, Seq) else []
    for index, item in enumerate(script if isinstance(script, list) else [script]):
        at = lines[index] if index < len(lines) else line
        if isinstance(item, Map) and "pipe" in item:
            body.session(items, hides_failure=hidden)
            items = []
            name, _, version = scalar_text(item["pipe"]).removeprefix("docker://").partition(":")
            body.step(name, at, item.get("variables"), version=version, name=item.get("name"), hides_failure=hidden)
        else:
            items += _pipeline.scripts(item, at)
    body.session(items, hides_failure=hidden)
