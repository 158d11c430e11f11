"""Azure Pipelines (https://learn.microsoft.com/en-us/azure/devops/pipelines/yaml-schema/)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Job, Trigger, Unit, UnitKind
from evidence_check.readers import _azure_tasks, _azure_triggers, _pipeline
from evidence_check.readers._pipeline import Body, mapping, maps, names, scalar_text
from evidence_check.readers._shell import joined
from evidence_check.readers._source import Unreadable
from evidence_check.tree import Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "azure-pipelines"
GIVES = _pipeline.GIVES

_ROOT_NAME = expression(r"\.?azure[-_.]?pipelines?[\w.-]*\.ya?ml|\.?vsts-ci\.ya?ml", re.IGNORECASE)
_MAYBE = expression(
    r"(?:.*/)?(?:\.?azure[\w.-]*|\.?ado|devops|\.?pipelines?|templates?|\.?ci|cicd|build|deploy\w*)/.*\.ya?ml|"
    r"(?:.*/)?(?<![\w.-])[\w.-]*(?:azure|pipeline|template|stage|ci|cd|build|deploy)[\w.-]*\.ya?ml",
    re.IGNORECASE,
)
_ROOT_KEYS = frozenset({"trigger", "pr", "schedules", "resources", "pool", "extends"})
_STEP_KEYS = frozenset(
    "script bash pwsh powershell task checkout publish download template getPackage reviewApp".split()
)
_STAGE_KEYS = frozenset({"stage", "template"})
_JOB_KEYS = frozenset({"job", "deployment", "template"})
_EACH = expression(r"\$\{\{\s{0,5}each\s{1,5}(\w{1,60})\s{1,5}in\s{1,5}parameters\.(\w{1,60})\s{0,5}\}\}")
_PARAMETER = expression(r"\$\{\{\s{0,5}(?:parameters\.)?(\w{1,60}(?:\.\w{1,60})?)\s{0,5}\}\}")
_USED = expression(r"(?<![\w.])parameters\.(\w{1,60})")
_VARIABLE = expression(r"\$\(([\w.]{1,80})\)")
_COPIES = 8
"""Copies of what an `each` repeats, and levels of them."""


def wants(source: Source) -> bool:
    """By the usual names; other files where they look like a pipeline or a template of one."""
    if _ROOT_NAME.fullmatch(source.name):
        return True
    if not _MAYBE.fullmatch(source.path) or "/workflows/" in f"/{source.path}" or ".circleci/" in source.path:
        return False
    document = source.documents[0] if source.documents else None
    return isinstance(document, Map) and _looks_right(document)


def _looks_right(root: Map) -> bool:
    if "apiVersion" in root or "on" in root:
        return False
    typical = (("stages", _STAGE_KEYS | {"jobs"}), ("jobs", _JOB_KEYS), ("steps", _STEP_KEYS))
    shaped = any(
        isinstance(root.get(key), Seq) and any(keys & set(item) or _conditional(item) for item, _ in maps(root[key]))
        for key, keys in typical
    )
    if not shaped:
        return "extends" in root and "template" in mapping(root["extends"])
    return bool(_ROOT_KEYS & set(root)) or "parameters" in root or "steps" not in root or _uses_tasks(root)


def _uses_tasks(root: Map) -> bool:
    return any("task" in item or "displayName" in item for item, _ in maps(root.get("steps")))


def _conditional(item: Map) -> bool:
    return any(key.startswith("${{") for key in item)


def read(source: Source) -> Iterable[Fact]:
    """Jobs with their commands and tasks; a template that holds only steps as an action."""
    root = source.yaml[0] if source.yaml else None
    if root is None:
        return []
    if not isinstance(root, Map):
        raise Unreadable("not an Azure pipeline: a mapping is expected")
    values = _defaults(root.get("parameters"))
    template = not (_ROOT_KEYS & set(root)) and not _ROOT_NAME.fullmatch(source.name)
    if template and "steps" in root and "jobs" not in root and "stages" not in root:
        body = Body(source, Unit(UnitKind.ACTION, source.path, "", source.file.location.part), SYSTEM)
        _steps(body, root["steps"], values, 0)
        return body.facts
    triggers = (Trigger("call"),) if template else _azure_triggers.triggers_of(root)
    scope = _Scope(source, scalar_text(root.get("name")) if "$(" not in str(root.get("name")) else "", triggers, values)
    scope.variables = root.get("variables")
    scope.choices = _choices(root)
    if isinstance(root.get("extends"), Map):
        _template(scope, root["extends"], root["extends"].line, "", ())
    if "stages" in root:
        _stages(scope, root["stages"])
    elif "jobs" in root:
        _jobs(scope, root["jobs"], "", (), "")
    elif "steps" in root:
        _job(scope, root, root.line_of("steps"), "Job", (), "", "")
    return scope.facts


@dataclass
class _Scope:
    """The pipeline that is being read."""

    source: Source
    name: str
    triggers: tuple[Trigger, ...]
    parameters: dict[str, Any]
    facts: list[Fact] = field(default_factory=list)
    variables: Any = None
    choices: tuple[str, ...] = ()


def _defaults(parameters: Any) -> dict[str, Any]:
    """Default values of the parameters: a list of declarations, or the old form, a mapping. Of plan and apply it is
    `apply`, and a switch has none, since a person may choose either."""
    if isinstance(parameters, Map):
        return dict(parameters)
    return {scalar_text(item.get("name")): _pipeline.doing(names(item.get("values"))) or item.get("default")
            for item, _ in maps(parameters) if item.get("type") != "boolean"}  # fmt: skip


def _choices(root: Map) -> tuple[str, ...]:
    """The environments that a person may choose from who starts the pipeline, where it uses the choice."""
    asked = {scalar_text(item.get("name")): names(item.get("values")) for item, _ in maps(root.get("parameters"))}
    if not any(asked.values()):
        return ()
    rest = (_pipeline.texts(value) for key, value in root.items() if key != "parameters")
    used = {match[1] for texts in rest for text in texts for match in _USED.finditer(text)}
    return _pipeline.environment_choice(asked, used)


def _entries(value: Any, values: dict[str, Any], depth: int = 0) -> Iterator[tuple[Map, int]]:
    """The mappings of a list, with `${{ if }}` opened, `${{ each }}` repeated and parameters filled in."""
    for item, line in maps(value):
        conditional = next((key for key in item if key.startswith("${{")), "")
        if not conditional or depth >= _COPIES:
            yield (_filled(item, values) if values else item), line
            continue
        for key, content in item.items():
            if not key.startswith("${{"):
                continue
            inner = content if isinstance(content, list) else _listed(content, line)
            each = _EACH.search(key)
            listed = values.get(each[2]) if each else None
            if each and isinstance(listed, list) and listed:
                for one in listed[:_COPIES]:
                    nested = (
                        {f"{each[1]}.{name}": v for name, v in one.items()} if isinstance(one, Map) else {each[1]: one}
                    )
                    yield from _entries(inner, {**values, **nested}, depth + 1)
            else:
                yield from _entries(inner, values, depth + 1)


def _listed(content: Any, line: int) -> Seq:
    seq = Seq(line)
    if isinstance(content, Map):
        seq.append(content)
        seq.lines.append(line)
    return seq


def _filled(value: Any, values: dict[str, Any], depth: int = 0) -> Any:
    """A copy with parameters of known scalar value filled in."""
    if depth > 30:
        return value
    if isinstance(value, str):
        if "${{" not in value:
            return value
        return _PARAMETER.sub(lambda match: scalar_text(values.get(match[1])) or match[0], value)
    if isinstance(value, Map):
        result = Map(value.line, value.tag)
        for key, item in value.items():
            result[key] = _filled(item, values, depth + 1)
        result.lines = value.lines
        return result
    if isinstance(value, Seq):
        seq = Seq(value.line, value.tag)
        seq.extend(_filled(item, values, depth + 1) for item in value)
        seq.lines = value.lines
        return seq
    return value


def _stages(scope: _Scope, stages: Any) -> None:
    """Stages run one after the other unless `dependsOn` says otherwise."""
    before: tuple[str, ...] = ()
    members: dict[str, tuple[str, ...]] = {}
    for stage, line in _entries(stages, scope.parameters):
        if _pipeline.never(stage.get("condition")):
            continue
        name = scalar_text(stage.get("stage")) or f"stage{len(members) + 1}"
        wanted = names(stage.get("dependsOn")) if "dependsOn" in stage else None
        needs = before if wanted is None else tuple(job for one in wanted for job in members.get(one, ()))
        start = len(scope.facts)
        if "template" in stage:
            _template(scope, stage, line, name, needs)
        else:
            _jobs(scope, stage.get("jobs"), name, needs, scalar_text(stage.get("condition")), stage)
        own = tuple(fact.unit.name for fact in scope.facts[start:] if isinstance(fact, Job))
        members[name] = own
        before = own or before


def _jobs(
    scope: _Scope, jobs: Any, stage: str, needs: tuple[str, ...], condition: str, holder: Map | None = None
) -> None:
    prefix = f"{stage}/" if stage else ""
    if holder is not None and "jobs" not in holder and "steps" in holder:
        _job(scope, holder, holder.line_of("steps"), f"{prefix}Job", needs, condition, stage)
    for index, (job, line) in enumerate(_entries(jobs, scope.parameters)):
        if _pipeline.never(job.get("condition")):
            continue
        if "template" in job:
            _template(scope, job, line, f"{prefix}template{index + 1}", needs)
            continue
        name = scalar_text(job.get("job")) or scalar_text(job.get("deployment")) or f"Job{index + 1}"
        own = tuple(f"{prefix}{one}" for one in names(job.get("dependsOn")))
        both = " && ".join(part for part in (condition, scalar_text(job.get("condition"))) if part)
        _job(scope, job, line, f"{prefix}{name}", (*needs, *own), both, stage)


def _template(scope: _Scope, entry: Map, line: int, name: str, needs: tuple[str, ...]) -> None:
    """A job that stands for the stages or jobs of a template."""
    path = scalar_text(entry.get("template"))
    unit = _pipeline.job_unit(scope.source, name or path)
    condition = scalar_text(entry.get("condition"))
    pipeline = scope.name or scope.source.path
    job = Job(scope.source.at(line), unit, SYSTEM, pipeline, needs, scope.triggers, condition=condition, calls=path,
              choices=scope.choices)  # fmt: skip
    scope.facts.append(job)
    body = Body(scope.source, unit, SYSTEM)
    body.step(f"template:{path}", line, entry.get("parameters"))
    scope.facts += body.facts


def _job(scope: _Scope, content: Map, line: int, name: str, needs: tuple[str, ...], condition: str, stage: str) -> None:
    source = scope.source
    unit = _pipeline.job_unit(source, name)
    forgiven = content.get("continueOnError") is True
    plain = {**_plain(scope.variables), **_plain(content.get("variables"))}
    body = Body(source, unit, SYSTEM, "", forgiven, variables=plain)
    strategy = mapping(content.get("strategy"))
    _steps(body, content.get("steps"), scope.parameters, 0)
    for kind in ("runOnce", "rolling", "canary"):
        if kind in strategy:
            own = {key: value for key, value in mapping(strategy[kind]).items() if not isinstance(value, Map)}
            body.step(f"strategy:{kind}", strategy.line_of(kind), own)
            _lifecycle(body, mapping(strategy[kind]), scope.parameters)
    environment = content.get("environment")
    named = scalar_text(mapping(environment).get("name") if isinstance(environment, Map) else environment)
    container = content.get("container")
    image = scalar_text(mapping(container).get("image") if isinstance(container, Map) else container)
    approves = any(getattr(fact, "uses", "") == "ManualValidation" for fact in body.facts)
    groups = [scalar_text(item.get("group")) for value in (scope.variables, content.get("variables"))
              for item, _ in maps(value) if item.get("group")]  # fmt: skip
    job = Job(
        source.at(line),
        unit,
        SYSTEM,
        scope.name or source.path,
        needs,
        _azure_triggers.narrowed(scope.triggers, condition),
        (named.partition(".")[0],) if named else (),
        approves,
        condition,
        "",
        tuple(sorted({*_pipeline.secret_names(content, plain), *groups})),
        (image,) if image else (),
        mapping(strategy.get("matrix")),
        forgiven,
        stage,
        scope.choices,
    )
    scope.facts += [job, *body.facts]


def _plain(variables: Any) -> dict[str, Any]:
    if isinstance(variables, Map):
        return dict(variables)
    return {scalar_text(item.get("name")): item.get("value") for item, _ in maps(variables)}


def _lifecycle(body: Body, strategy: Map, values: dict[str, Any]) -> None:
    for hook in ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic"):
        _steps(body, mapping(strategy.get(hook)).get("steps"), values, 0)
    for outcome in ("success", "failure"):
        steps = mapping(mapping(strategy.get("on")).get(outcome)).get("steps")
        if steps:
            body.step(f"strategy:on-{outcome}", mapping(strategy["on"]).line_of(outcome))
            _steps(body, steps, values, 0, after=outcome == "failure")


def _steps(body: Body, steps: Any, values: dict[str, Any], depth: int, *, after: bool = False) -> None:
    for step, line in _entries(steps, values, depth):
        if _pipeline.never(step.get("condition")) or step.get("enabled") is False:
            continue
        forgiven = step.get("continueOnError") is True or after
        for key, shell in (("script", ""), ("bash", "bash"), ("pwsh", "pwsh"), ("powershell", "pwsh")):
            if key in step:
                body.run(
                    step[key], step.line_of(key), directory=_folder(step.get("workingDirectory")), shell=shell,
                    hides_failure=forgiven,
                )  # fmt: skip
        if "task" in step:
            _task(body, step, line, forgiven)
        elif "template" in step:
            body.step(f"template:{scalar_text(step['template'])}", line, step.get("parameters"), hides_failure=forgiven)
        else:
            for key in ("checkout", "publish", "download"):
                if key in step:
                    body.step(key, line, step, hides_failure=forgiven)


def _task(body: Body, step: Map, line: int, forgiven: bool) -> None:
    name, _, version = scalar_text(step["task"]).partition("@")
    inputs = mapping(step.get("inputs"))
    body.step(name, line, inputs, version=version, name=step.get("displayName"), hides_failure=forgiven)
    folder = inputs.get("workingDirectory", inputs.get("workingDir", inputs.get("cwd")))
    script, key, shell = _azure_tasks.script_of(name, inputs)
    if script:
        inside = "remote" if name == "SSH" else ""
        body.run(
            script, inputs.line_of(key), directory=_folder(folder), shell=shell, inside=inside, hides_failure=forgiven
        )
    known = {key: _with_variables(value, body.variables) for key, value in inputs.items()}
    for text in _azure_tasks.words_of(name, known):
        body.run(text, line, directory=_folder(folder), hides_failure=forgiven)


def _with_variables(value: Any, variables: Mapping[str, Any], depth: int = 0) -> Any:
    """A text with the pipeline's own variables filled in: `$(imageName)`."""
    if not isinstance(value, str) or "$(" not in value or depth > 5:
        return value
    filled = _VARIABLE.sub(lambda match: scalar_text(variables.get(match[1])) or match[0], value)
    return filled if filled == value else _with_variables(filled, variables, depth + 1)


def _folder(value: Any) -> str:
    path = re.sub(r"^\$\((?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory)\)", "/.", scalar_text(value))
    return joined("", path.replace("\\", "/"))
