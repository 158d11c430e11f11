"""CircleCI: `.circleci/*.yml` (https://circleci.com/docs/reference/configuration-reference/)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Job, Step, Trigger
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import Body, mapping, maps, names, scalar_text
from evidence_check.readers._shell import joined
from evidence_check.readers._source import Unreadable
from evidence_check.tree import Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "circleci"
GIVES = _pipeline.GIVES

_PATH = expression(r"(?:.*/)?\.circleci/[^/]+\.ya?ml")
_PARAMETER = expression(r"<<\s?(?:parameters|matrix)\.([\w-]{1,80})\s?>>")
_BUILT_IN = frozenset(
    "checkout setup_remote_docker save_cache restore_cache store_artifacts store_test_results persist_to_workspace "
    "attach_workspace add_ssh_keys deploy".split()
)
_INSTANCE_KEYS = frozenset("requires filters context type name matrix pre-steps post-steps serial-group when".split())
_VARIABLE = expression(r"[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,8}")
_COPIES = 8
"""Jobs that one matrix is written out to."""
_LEVELS = 8
"""Levels of commands that use commands."""


def wants(source: Source) -> bool:
    """By its folder."""
    return _PATH.fullmatch(source.path) is not None


def read(source: Source) -> Iterable[Fact]:
    """A job for each use in a workflow, with the commands of the file's own commands written out."""
    root = source.yaml[0] if source.yaml else None
    if root is None:
        return []
    if not isinstance(root, Map):
        raise Unreadable("not a CircleCI configuration: a mapping is expected")
    base = re.sub(r"/?\.circleci/[^/]+$", "", source.path)
    config = _Config(source, root, base)
    config.collect(root, "")
    facts: list[Fact] = []
    workflows = {name: content for name, content in mapping(root.get("workflows")).items() if isinstance(content, Map)}
    if not workflows:
        for name, content in mapping(root.get("jobs")).items():
            if isinstance(content, Map):
                facts += _job(config, "", name, name, Map(), content.line, (Trigger("push"),))
        return facts
    used: set[str] = set()
    for workflow, content in workflows.items():
        facts += _workflow(config, workflow, content, used)
    return facts


@dataclass
class _Config:
    """The file's own jobs, commands and executors (those of inline orbs under `orb/name`), and its orbs."""

    source: Source
    root: Map
    base: str
    jobs: dict[str, Map] = field(default_factory=dict)
    commands: dict[str, Map] = field(default_factory=dict)
    executors: dict[str, Map] = field(default_factory=dict)
    orbs: dict[str, str] = field(default_factory=dict)

    def collect(self, holder: Map, prefix: str) -> None:
        """Take in what a file or an inline orb declares."""
        for kind, found in (("jobs", self.jobs), ("commands", self.commands), ("executors", self.executors)):
            for name, content in mapping(holder.get(kind)).items():
                if isinstance(content, Map):
                    found[prefix + name] = content
        for alias, orb in mapping(holder.get("orbs")).items():
            if isinstance(orb, Map) and not prefix:
                self.collect(orb, f"{alias}/")
            elif isinstance(orb, str):
                self.orbs[alias] = orb

    def orb_use(self, name: str) -> tuple[str, str]:
        """`alias/command` as the orb's own name with the command, and the orb's version."""
        alias, _, command = name.partition("/")
        orb, _, version = self.orbs.get(alias, "").partition("@")
        return (f"{orb.rpartition('/')[2]}/{command}" if orb else name), version


def _workflow(config: _Config, workflow: str, content: Map, used: set[str]) -> list[Fact]:
    triggers = _workflow_triggers(content)
    found: list[tuple[Job, list[Fact]]] = []
    members: dict[str, tuple[str, ...]] = {}
    for instance, job_name, settings, line in _instances(content.get("jobs")):
        if _pipeline.never(content.get("when")):
            continue
        made = []
        for suffix, values in _matrix(settings):
            name = instance + suffix
            unique = name if name not in used else f"{workflow}/{name}"
            used.add(unique)
            facts = _job(config, workflow, unique, job_name, settings, line, triggers, values)
            made.append(unique)
            first = facts[0]
            if isinstance(first, Job):
                found.append((first, facts[1:]))
        members[instance] = tuple(made)
    result: list[Fact] = []
    for job, body in found:
        needs = tuple(dict.fromkeys(one for need in job.needs for one in members.get(need, (need,))))
        result += [replace(job, needs=needs), *body]
    return result


def _instances(jobs: Any) -> list[tuple[str, str, Map, int]]:
    """The uses of jobs in a workflow: name of the instance, of the job, its settings, the line."""
    found: list[tuple[str, str, Map, int]] = []
    lines = jobs.lines if isinstance(jobs, Seq) else []
    for index, item in enumerate(jobs if isinstance(jobs, list) else []):
        line = lines[index] if index < len(lines) else 0
        if isinstance(item, str):
            found.append((item, item, Map(line), line))
        elif isinstance(item, Map):
            for name, settings in item.items():
                given = mapping(settings)
                found.append((scalar_text(given.get("name")) or name, name, given, item.line_of(name)))
    return found


def _matrix(settings: Map) -> list[tuple[str, dict[str, str]]]:
    """A suffix and the parameters of each combination; one empty without a matrix."""
    parameters = mapping(mapping(settings.get("matrix")).get("parameters"))
    lists = [(key, names(value)) for key, value in parameters.items()]
    if not lists or not all(values for _, values in lists):
        return [("", {})]
    products = itertools.islice(itertools.product(*(values for _, values in lists)), _COPIES)
    named = bool(settings.get("name"))
    return [(f"-{'-'.join(values)}" if not named or len(lists[0][1]) > 1 else "",
             dict(zip([key for key, _ in lists], values, strict=True))) for values in products]  # fmt: skip


def _job(
    config: _Config,
    workflow: str,
    name: str,
    job_name: str,
    settings: Map,
    line: int,
    triggers: tuple[Trigger, ...],
    values: Mapping[str, str] | None = None,
) -> list[Fact]:
    source = config.source
    unit = _pipeline.job_unit(source, name)
    own = config.jobs.get(job_name)
    given = {key: value for key, value in settings.items() if key not in _INSTANCE_KEYS}
    parameters = {**_defaults(own), **{key: scalar_text(value) for key, value in given.items()}, **(values or {})}
    body = Body(source, unit, SYSTEM, config.base)
    body.environment = {name: scalar_text(value) for name, value in mapping(mapping(own).get("environment")).items()}
    calls = ""
    _steps(config, body, settings.get("pre-steps"), {}, 0)
    if own is not None:
        body.directory = joined(config.base, _folder(own.get("working_directory"), {}))
        _steps(config, body, own.get("steps"), parameters, 0)
    elif settings.get("type") != "approval":
        calls, version = config.orb_use(job_name)
        body.step(calls, line, {**given, **(values or {})}, version=version)
    _steps(config, body, settings.get("post-steps"), {}, 0)
    environment = next((parameters[key] for key in ("environment", "env", "env_name") if parameters.get(key)), "")
    used = [own, settings, *_written(body.facts)] if own is not None else [settings, *_written(body.facts)]
    plain = {**mapping(mapping(own).get("environment")), **dict.fromkeys(parameters)}
    job = Job(
        source.at(line or config.root.line),
        unit,
        SYSTEM,
        workflow or source.path,
        tuple(need for need in _requires(settings) if need),
        _filtered(triggers, mapping(settings.get("filters"))),
        (environment,) if environment and "<<" not in environment else (),
        settings.get("type") == "approval",
        "",
        calls,
        tuple(sorted({*_pipeline.secret_names(used, plain), *names(settings.get("context"))})),
        _images(config, own),
        mapping(mapping(settings.get("matrix")).get("parameters")),
    )
    return [job, *body.facts]


def _written(facts: Iterable[Fact]) -> Iterator[str]:
    """What the commands of the file's own commands say, and `$NAME` for each variable that an orb is handed by its
    name: parameters of the type `env_var_name` (https://circleci.com/docs/reference/reusing-config/)."""
    for fact in facts:
        if isinstance(fact, Command):
            yield fact.text
        elif isinstance(fact, Step):
            yield from (f"${value}" for value in fact.inputs.values() if _VARIABLE.fullmatch(str(value)))


def _requires(settings: Map) -> list[str]:
    """Names of the jobs waited for; the newer form gives their wanted status: `- build: [success]`."""
    value = settings.get("requires")
    found = []
    for item in value if isinstance(value, list) else []:
        found += list(item) if isinstance(item, Map) else [scalar_text(item)]
    return found


def _defaults(content: Map | None) -> dict[str, str]:
    declared = mapping(mapping(content).get("parameters"))
    return {name: scalar_text(mapping(one).get("default")) for name, one in declared.items()
            if scalar_text(mapping(one).get("default"))}  # fmt: skip


def _steps(config: _Config, body: Body, steps: Any, values: Mapping[str, str], depth: int) -> None:
    if depth > _LEVELS or not isinstance(steps, list):
        return
    lines = steps.lines if isinstance(steps, Seq) else []
    for index, item in enumerate(steps):
        line = lines[index] if index < len(lines) else 0
        if isinstance(item, str):
            _use(config, body, item, Map(line), line, values, depth)
        elif isinstance(item, Map):
            for name, content in item.items():
                if name == "run":
                    _run(body, content, item.line_of(name), values)
                elif name in {"when", "unless"} and isinstance(content, Map):
                    if not _pipeline.never(content.get("condition")):
                        _steps(config, body, content.get("steps"), values, depth + 1)
                else:
                    _use(config, body, name, mapping(content), item.line_of(name), values, depth)


def _run(body: Body, content: Any, line: int, values: Mapping[str, str]) -> None:
    given = mapping(content)
    script = scalar_text(given.get("command")) if isinstance(content, Map) else scalar_text(content)
    body.run(
        _pipeline.filled(script, values, _PARAMETER),
        given.line_of("command") if isinstance(content, Map) else line,
        directory=joined(body.directory, _folder(given.get("working_directory"), values)),
        shell=scalar_text(given.get("shell")).partition(" ")[0],
    )


def _use(
    config: _Config, body: Body, name: str, content: Map, line: int, values: Mapping[str, str], depth: int
) -> None:
    """A step by its name: a command of this file is written out behind its name, anything else is a step."""
    own = config.commands.get(name)
    if own is not None:
        body.step(f"command:{name}", line)
        given = {key: _pipeline.filled(scalar_text(value), values, _PARAMETER) for key, value in content.items()
                 if not isinstance(value, (list, Map))}  # fmt: skip
        _steps(config, body, own.get("steps"), {**_defaults(own), **given}, depth + 1)
        return
    uses, version = config.orb_use(name) if name not in _BUILT_IN else (name, "")
    inputs = {key: _pipeline.filled(value, values, _PARAMETER) if isinstance(value, str) else value
              for key, value in content.items()}  # fmt: skip
    body.step(uses, line, inputs, version=version)
    for key in ("steps", "after-deploy-steps", "after_steps", "setup-steps"):
        _steps(config, body, content.get(key), values, depth + 1)


def _folder(value: Any, values: Mapping[str, str]) -> str:
    """A working directory as seen from the check-out, which is itself the job's working directory, `~/project`."""
    path = _pipeline.filled(scalar_text(value), values, _PARAMETER)
    if path.startswith(("~/", "/home/circleci/")):
        below = path.removeprefix("~/").removeprefix("/home/circleci/").partition("/")[2]
        return f"/./{below}"
    return path


def _images(config: _Config, job: Map | None) -> tuple[str, ...]:
    executor = mapping(job).get("executor")
    name = scalar_text(mapping(executor).get("name") if isinstance(executor, Map) else executor)
    docker = mapping(job).get("docker") or mapping(config.executors.get(name)).get("docker")
    return tuple(scalar_text(item.get("image")) for item, _ in maps(docker) if item.get("image"))


def _workflow_triggers(content: Map) -> tuple[Trigger, ...]:
    """A workflow runs on every push unless it is scheduled."""
    found = []
    for item, _ in maps(content.get("triggers")):
        schedule = mapping(item.get("schedule"))
        branches = names(mapping(mapping(schedule.get("filters")).get("branches")).get("only"))
        found.append(Trigger("schedule", branches, cron=scalar_text(schedule.get("cron"))))
    if not found and "scheduled_pipeline" in str(content.get("when")):
        found = [Trigger("schedule")]
    return tuple(found) or (Trigger("push"),)


def _filtered(triggers: tuple[Trigger, ...], filters: Map) -> tuple[Trigger, ...]:
    branches, tags = filters.get("branches"), filters.get("tags")
    only = names(mapping(branches).get("only")) if isinstance(branches, Map) else names(branches)
    refused = names(mapping(branches).get("ignore"))
    only_tags = names(mapping(tags).get("only")) if isinstance(tags, Map) else names(tags)
    every = "/.*/"
    found = []
    for trigger in triggers:
        if trigger.event != "push":
            found.append(trigger)
        elif every not in refused:
            found.append(replace(trigger, branches=() if every in only else only, not_branches=refused))
    return (*found, Trigger("tag", only_tags)) if only_tags else tuple(found)
