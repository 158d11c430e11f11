"""Concourse: pipelines and task files (https://concourse-ci.org/pipelines.html)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Job, Trigger, Unit, UnitKind
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import Body, mapping, maps, names, scalar_text
from evidence_check.tree import Map

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "concourse"
GIVES = _pipeline.GIVES

_GROUPS = ("in_parallel", "do", "aggregate", "try", "steps")
_HOOKS = ("on_success", "on_failure", "on_error", "on_abort", "ensure")


def wants(source: Source) -> bool:
    """YAML with jobs that have a plan, or with a platform and something to run."""
    if not source.name.endswith((".yml", ".yaml")):
        return False
    data = source.data
    if not (b"plan:" in data and b"jobs:" in data) and not (b"platform:" in data and b"run:" in data):
        return False
    return any(_is_pipeline(document) or _is_task(document) for document in source.documents)


def _is_pipeline(document: Any) -> bool:
    return isinstance(document, Map) and any("plan" in job and "name" in job for job, _ in maps(document.get("jobs")))


def _is_task(document: Any) -> bool:
    return isinstance(document, Map) and "platform" in document and "path" in mapping(document.get("run"))


def read(source: Source) -> Iterable[Fact]:
    """A job for each job; a task file as an action."""
    facts: list[Fact] = []
    for document in source.yaml:
        if _is_task(document):
            unit = Unit(UnitKind.ACTION, source.path, "", source.file.location.part)
            body = Body(source, unit, SYSTEM)
            body.step("concourse:task", document.line_of("run"))
            _run(body, mapping(document.get("run")), inputs=_inputs(document))
            facts += body.facts
        elif _is_pipeline(document):
            types = {
                scalar_text(one.get("name")): scalar_text(one.get("type")) for one, _ in maps(document.get("resources"))
            }
            for job, line in maps(document.get("jobs")):
                facts += _job(source, job, line, types)
    return facts


def _job(source: Source, content: Map, line: int, types: dict[str, str]) -> list[Fact]:
    unit = _pipeline.job_unit(source, scalar_text(content.get("name")))
    body = Body(source, unit, SYSTEM)
    needs: list[str] = []
    triggers: list[Trigger] = []
    for step, at in maps(content.get("plan")):
        _step(body, step, at, types, needs, triggers, 0)
    for hook in _HOOKS:
        if isinstance(content.get(hook), Map):
            _step(body, content[hook], content.line_of(hook), types, [], [], 1, hidden=True)
    secrets = sorted({*_pipeline.secret_names(content), *_secrets(content)})
    started = tuple(dict.fromkeys(triggers))
    job = Job(source.at(line), unit, SYSTEM, source.path, tuple(dict.fromkeys(needs)), started, secrets=tuple(secrets))
    return [job, *body.facts]


_SECRET = expression(
    r"\(\(([\w./:-]{0,80}(?:password|passwd|token|secret|api-?_?key|access-?_?key|private-?_?key|credential|webhook)"
    r"[\w./:-]{0,40})\)\)",
    re.IGNORECASE,
)


def _secrets(content: Map) -> set[str]:
    """Names of the credential manager's values that a job is given (https://concourse-ci.org/vars.html)."""
    return {match[1] for text in _pipeline.texts(content) for match in _SECRET.finditer(text)}


def _step(
    body: Body, step: Map, line: int, types: dict[str, str], needs: list[str], triggers: list[Trigger], depth: int,
    *, hidden: bool = False,
) -> None:  # fmt: skip
    if depth > 12:
        return
    for group in _GROUPS:
        value = step.get(group)
        inner = value.get("steps", value) if isinstance(value, Map) else value
        entries = [(inner, line)] if isinstance(inner, Map) else list(maps(inner))
        for one, at in entries:
            _step(body, one, at, types, needs, triggers, depth + 1, hidden=hidden or group == "try")
    if "get" in step:
        needs += names(step.get("passed"))
        resource = scalar_text(step.get("resource") or step["get"])
        if step.get("trigger") is True:
            triggers.append(Trigger({"time": "schedule", "git": "push"}.get(types.get(resource, ""), "other")))
    elif "put" in step:
        resource = scalar_text(step.get("resource") or step["put"])
        body.step(
            f"put:{types.get(resource) or resource}", line, step.get("params"), name=resource, hides_failure=hidden
        )
    elif "task" in step:
        config = mapping(step.get("config"))
        if step.get("file"):
            body.step(f"file:{scalar_text(step['file'])}", line, step, name=step["task"], hides_failure=hidden)
        _run(body, mapping(config.get("run")), hidden=hidden, inputs=_inputs(config))
    for hook in _HOOKS:
        if isinstance(step.get(hook), Map):
            _step(body, step[hook], step.line_of(hook), types, [], [], depth + 1, hidden=True)


def _inputs(task: Map) -> list[str]:
    """The folders that a task is given; a script in one of them is found behind its name."""
    found = [scalar_text(one.get("path") or one.get("name")) for one, _ in maps(task.get("inputs"))]
    return [name for name in found if name and "((" not in name]


def _run(body: Body, run: Map, *, hidden: bool = False, inputs: Iterable[str] = ()) -> None:
    path = scalar_text(run.get("path"))
    words = [path, *names(run.get("args"))]
    text = " ".join(word if "((" in word and " " not in word else shlex.quote(word) for word in words)
    for name in inputs:
        text = re.sub(rf"(?<![\w./-])(?:\./)?{re.escape(name)}/(?=[\w.-]+[\w./-]*\.\w)", "", text)
    line = run.line_of("args") if "args" in run else run.line_of("path")
    if path:
        body.run(text, line, directory=scalar_text(run.get("dir")), inside="container", hides_failure=hidden)
