"""Tekton: Pipelines, PipelineRuns and Tasks (https://tekton.dev/docs/pipelines/)."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.model import Fact, Job, Trigger, Unit, UnitKind
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import Body, mapping, maps, names, scalar_text
from evidence_check.tree import Map

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "tekton"
GIVES = _pipeline.GIVES


def wants(source: Source) -> bool:
    """YAML that speaks of Tekton's API."""
    return source.name.endswith((".yml", ".yaml")) and b"tekton.dev/" in source.data


def read(source: Source) -> Iterable[Fact]:
    """A job for each task of a pipeline; a Task as an action of its name, which `task:name` steps use."""
    facts: list[Fact] = []
    for document in source.yaml:
        if not isinstance(document, Map) or not str(document.get("apiVersion")).startswith("tekton.dev/"):
            continue
        name = scalar_text(mapping(document.get("metadata")).get("name"))
        spec = mapping(document.get("spec"))
        kind = scalar_text(document.get("kind"))
        if kind in {"Task", "ClusterTask"}:
            unit = Unit(UnitKind.ACTION, source.path, name, source.file.location.part)
            body = Body(source, unit, SYSTEM)
            _steps(body, spec)
            facts += body.facts
        elif kind == "Pipeline":
            facts += _pipeline_jobs(source, spec, name)
        elif kind == "PipelineRun":
            facts += _pipeline_jobs(source, mapping(spec.get("pipelineSpec")), name)
        elif kind == "TaskRun" and isinstance(spec.get("taskSpec"), Map):
            body = Body(source, _pipeline.job_unit(source, name), SYSTEM)
            _steps(body, spec["taskSpec"])
            facts += [Job(source.at(document.line), body.unit, SYSTEM, name), *body.facts]
    return facts


def _pipeline_jobs(source: Source, spec: Map, pipeline: str) -> list[Fact]:
    facts: list[Fact] = []
    listed = [*maps(spec.get("tasks"))]
    every = tuple(scalar_text(task.get("name")) for task, _ in listed)
    for key, tasks in (("tasks", listed), ("finally", [*maps(spec.get("finally"))])):
        for task, line in tasks:
            name = scalar_text(task.get("name"))
            unit = _pipeline.job_unit(source, f"{pipeline}/{name}" if pipeline else name)
            forgiven = task.get("onError") == "continue"
            body = Body(source, unit, SYSTEM, "", forgiven)
            reference = mapping(task.get("taskRef"))
            if reference:
                params = {scalar_text(one.get("name")): one.get("value") for one, _ in maps(task.get("params"))}
                uses = scalar_text(reference.get("name")) or _resolved(reference)
                body.step(f"task:{uses}", line, params, name=name)
            _steps(body, mapping(task.get("taskSpec")))
            # a result of another task makes it wait for that one
            used = " ".join(_pipeline.texts(task))
            needs = {one for one in every if one != name and f"$(tasks.{one}." in used} | set(
                names(task.get("runAfter"))
            )
            needs = set(every) if key == "finally" else needs
            prefix = f"{pipeline}/" if pipeline else ""
            job = Job(source.at(line), unit, SYSTEM, pipeline or source.path,
                      tuple(sorted(prefix + one for one in needs)), (Trigger("other"),))  # fmt: skip
            facts += [job, *body.facts]
    return facts


def _resolved(reference: Map) -> str:
    """The name that a remote resolver is asked for."""
    for param, _ in maps(reference.get("params")):
        if scalar_text(param.get("name")) in {"name", "pathInRepo", "bundle"}:
            return scalar_text(param.get("value")).rpartition("/")[2].removesuffix(".yaml")
    return scalar_text(reference.get("resolver"))


def _steps(body: Body, spec: Map) -> None:
    for step, line in maps(spec.get("steps")):
        forgiven = step.get("onError") == "continue"
        if step.get("script") is not None:
            text = scalar_text(step["script"])
            first = text.lstrip().split("\n", 1)[0]
            shell = (
                first.removeprefix("#!").strip().rpartition("/")[2].removeprefix("env ")
                if first.startswith("#!")
                else ""
            )
            body.run(text, step.line_of("script"), shell=shell, inside="container", hides_failure=forgiven)
        else:
            words = (*names(step.get("command")), *names(step.get("args")))
            if step.get("command"):
                text = " ".join(word if "$(" in word and " " not in word else shlex.quote(word) for word in words)
                body.run(text, line, inside="container", hides_failure=forgiven)
            elif step.get("image"):
                body.step(scalar_text(step["image"]), line, step, name=step.get("name"), hides_failure=forgiven)
