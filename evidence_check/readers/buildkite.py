"""Buildkite: `.buildkite/*.yml` (https://buildkite.com/docs/pipelines/configure/step-types)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Job, Trigger
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import Body, mapping, names, scalar_text
from evidence_check.tree import Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "buildkite"
GIVES = _pipeline.GIVES

_PATH = expression(r"(?:.*/)?(?:\.buildkite/[^/]+\.ya?ml|buildkite\.ya?ml)")


def wants(source: Source) -> bool:
    """By its folder."""
    return _PATH.fullmatch(source.path) is not None


def read(source: Source) -> Iterable[Fact]:
    """A job for each step; those behind a `wait` or `block` need all before it."""
    root = source.yaml[0] if source.yaml else None
    steps = root.get("steps") if isinstance(root, Map) else root
    base = re.sub(r"/?\.buildkite/[^/]+$", "", source.path) if "/" in source.path else ""
    facts: list[Fact] = []
    _steps(source, steps, base, facts, (), 0)
    return facts


def _steps(
    source: Source, steps: Any, base: str, facts: list[Fact], before: tuple[str, ...], depth: int
) -> tuple[str, ...]:
    """The names of the jobs behind the last barrier."""
    current: list[str] = []
    lines = steps.lines if isinstance(steps, Seq) else []
    for index, item in enumerate(steps if isinstance(steps, list) else []):
        line = lines[index] if index < len(lines) else 1
        barrier = item if isinstance(item, (str, Map)) else ""
        if barrier == "wait" or (isinstance(barrier, Map) and ("wait" in barrier or "waiter" in barrier)):
            before, current = tuple(current) or before, []
        elif isinstance(item, Map) and ("block" in item or "input" in item):
            name = _job(source, item, line, base, facts, tuple(current) or before, approval="block" in item)
            before, current = (name,), []
        elif isinstance(item, Map) and "steps" in item and depth < 5:
            current += _steps(source, item["steps"], base, facts, before, depth + 1)
        elif isinstance(item, Map):
            current.append(_job(source, item, line, base, facts, before))
    return tuple(current) or before


def _job(
    source: Source,
    step: Map,
    line: int,
    base: str,
    facts: list[Fact],
    before: tuple[str, ...],
    *,
    approval: bool = False,
) -> str:
    taken = {fact.unit.name for fact in facts if isinstance(fact, Job)}
    wanted = next(
        (scalar_text(step.get(key)) for key in ("key", "id", "label", "name", "block", "trigger") if step.get(key)), ""
    )
    name = wanted or f"step {len(taken) + 1}"
    name = name if name not in taken else f"{name} #{len(taken) + 1}"
    unit = _pipeline.job_unit(source, name)
    forgiven = bool(step.get("soft_fail"))
    body = Body(source, unit, SYSTEM, base, forgiven)
    for plugin, inputs in _plugins(step.get("plugins")):
        uses, _, version = plugin.partition("#")
        body.step(uses, step.line_of("plugins"), inputs, version=version)
        if uses.rpartition("/")[2].startswith("docker-compose"):
            for service in names(mapping(inputs).get("run")):
                body.run(f"docker-compose run {service}", step.line_of("plugins"))
    if step.get("trigger"):
        body.step(f"trigger:{scalar_text(step['trigger'])}", line, step)
    for key in ("command", "commands"):
        body.session(_pipeline.scripts(step.get(key), step.line_of(key)))
    needs = [scalar_text(mapping(one).get("step")) if isinstance(one, Map) else scalar_text(one)
             for one in _listed(step.get("depends_on"))]  # fmt: skip
    branches = tuple(scalar_text(step.get("branches")).split())
    job = Job(
        source.at(line),
        unit,
        SYSTEM,
        source.path,
        tuple(need for need in needs if need) or before,
        (Trigger("push", branches),),
        (),
        approval,
        scalar_text(step.get("if")),
        secrets=_pipeline.secret_names(step),
        hides_failure=forgiven,
    )
    facts += [job, *body.facts]
    return name


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value] if value else []


def _plugins(value: Any) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for item in _listed(value):
        if isinstance(item, Map):
            found += list(item.items())
        else:
            found.append((scalar_text(item), None))
    return found
