"""GitLab CI/CD: `.gitlab-ci.yml` and the files that it includes (https://docs.gitlab.com/ci/yaml/)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Job, Trigger, Unit, UnitKind
from evidence_check.readers import _pipeline
from evidence_check.readers._gitlab_rules import job_triggers, workflow_triggers
from evidence_check.readers._pipeline import Body, mapping, maps, names, scalar_text
from evidence_check.readers._source import Unreadable
from evidence_check.tree import Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "gitlab-ci"
GIVES = _pipeline.GIVES

_ROOTS = frozenset({".gitlab-ci.yml", ".gitlab-ci.yaml"})
_INCLUDED = expression(
    r"(?:.*/)?(?:\.gitlab(?:-ci)?|gitlab-ci|\.?ci)/.*\.ya?ml|.*[.-]gitlab-ci(?:-[\w.-]+)?\.ya?ml|(?:.*/)?\.gitlab-ci[\w.-]+"
)
_KEYWORDS = frozenset(
    "default include stages variables workflow image services before_script after_script cache spec types".split()
)
_JOB_KEYS = frozenset({"script", "trigger", "extends", "run"})
_STAGES = ("build", "test", "deploy")
_LEVELS = 11
"""As many levels of `extends` as GitLab follows; `!reference` likewise."""


def wants(source: Source) -> bool:
    """The root file by its name; a file that may be included by its folder and by what it looks like."""
    if source.name in _ROOTS:
        return True
    if _INCLUDED.fullmatch(source.path) is None or "/workflows/" in source.path or ".circleci" in source.path:
        return False
    return any(_looks_like_jobs(document) for document in source.documents)


def _looks_like_jobs(document: Any) -> bool:
    if not isinstance(document, Map):
        return False
    typical = {"stage", "rules", "only", "extends"}
    return any(
        isinstance(job, Map)
        and ("script" in job or "extends" in job)
        and (bool(typical & set(job)) or name.startswith(".") or "stages" in document)
        for name, job in document.items()
    )


def read(source: Source) -> Iterable[Fact]:
    """Jobs with their commands; includes as steps of the unnamed job of the file; hidden jobs as actions."""
    roots = [document for document in source.yaml if isinstance(document, Map)]
    if not roots:
        if source.yaml:
            raise Unreadable("not a GitLab CI file: a mapping of jobs is expected")
        return []
    root = roots[-1]
    stages = names(root.get("stages")) or names(root.get("types"))
    facts = _includes(source, root, stages)
    workflow = workflow_triggers(root)
    jobs: list[tuple[Job, list[Fact], Any]] = []
    for name, content in root.items():
        if name in _KEYWORDS or not isinstance(content, Map):
            continue
        whole, missing = _extended(root, name, content, 0)
        if name.startswith("."):
            facts += _body(
                source, Unit(UnitKind.ACTION, source.path, name, source.file.location.part), root, whole, False
            )
        elif _JOB_KEYS & set(whole) or missing:
            job, body = _job(source, root, name, whole, workflow, missing)
            if job is not None:
                jobs.append((job, body, whole.get("needs")))
    ordered = _ordered([(job, needs) for job, _, needs in jobs], stages or _STAGES)
    for job, (_, body, _) in zip(ordered, jobs, strict=True):
        facts += [job, *body]
    return facts


def _job(
    source: Source, root: Map, name: str, content: Map, workflow: tuple[Trigger, ...], missing: list[str]
) -> tuple[Job | None, list[Fact]]:
    triggers, manual, never = job_triggers(content, workflow)
    if never:
        return None, []
    unit = _pipeline.job_unit(source, name)
    forgiven = content.get("allow_failure") is True
    environment = content.get("environment")
    stops = scalar_text(mapping(environment).get("action")) in {"stop", "prepare", "verify", "access"}
    named = scalar_text(mapping(environment).get("name") if isinstance(environment, Map) else environment)
    plain = {**mapping(root.get("variables")), **mapping(content.get("variables"))}
    used = [content.get("script"), content.get("before_script"), content.get("after_script")]
    job = Job(
        source.at(root.line_of(name)),
        unit,
        SYSTEM,
        source.path,
        (),
        triggers,
        (named,) if named and not stops else (),
        manual,
        _condition(content),
        _called(content.get("trigger")),
        tuple(sorted({*_pipeline.secret_names(used, plain), *mapping(content.get("secrets"))})),
        _images(root, content),
        mapping(content.get("parallel")),
        forgiven,
        scalar_text(content.get("stage")) or "test",
    )
    body = _body(source, unit, root, content, forgiven, missing)
    return job, body


def _body(
    source: Source, unit: Unit, root: Map, content: Map, forgiven: bool, missing: list[str] | None = None
) -> list[Fact]:
    base = source.folder if source.name in _ROOTS else ""
    variables = {**mapping(root.get("variables")), **mapping(content.get("variables"))}
    plain = {name: scalar_text(value) for name, value in variables.items() if scalar_text(value)}
    body = Body(source, unit, SYSTEM, base, forgiven, variables=plain)
    for name in missing or []:
        body.step(f"extends:{name}", content.line_of("extends"))
    if content.get("trigger") is not None:
        inputs = content.get("trigger")
        body.step(f"trigger:{_called(inputs)}", content.line_of("trigger"), inputs)
    default = mapping(root.get("default"))
    before = (
        _first(content, default, root, "before_script") if unit.kind is UnitKind.JOB else content.get("before_script")
    )
    items = _items(root, before, content.line_of("before_script"), 0)
    body.session([*items, *_items(root, content.get("script"), content.line_of("script"), 0)])
    after = _first(content, default, root, "after_script") if unit.kind is UnitKind.JOB else content.get("after_script")
    body.session(_items(root, after, content.line_of("after_script"), 0), hides_failure=True)
    for key in ("release", "pages", "dast_configuration"):
        if isinstance(content.get(key), Map):
            body.step(key, content.line_of(key), content[key])
    return body.facts


def _first(content: Map, default: Map, root: Map, key: str) -> Any:
    if key in content:
        return content[key]
    inherit = mapping(content.get("inherit")).get("default")
    if inherit is False or (isinstance(inherit, list) and key not in inherit):
        return None
    return default.get(key, root.get(key))


def _items(root: Map, value: Any, line: int, depth: int) -> list[tuple[str, int]]:
    """The texts of a script with every `!reference [job, key]` of this file followed."""
    if not isinstance(value, Seq):
        return _pipeline.scripts(value, line)
    if value.tag == "!reference":
        target: Any = root
        for key in names(value):
            target = target.get(key) if isinstance(target, Map) else None
        return _items(root, target, value.line, depth + 1) if depth < _LEVELS else []
    found: list[tuple[str, int]] = []
    for index, item in enumerate(value):
        found += (
            _items(root, item, value.lines[index] if index < len(value.lines) else line, depth + 1)
            if depth < 40
            else []
        )
    return found


def _extended(root: Map, name: str, content: Map, depth: int) -> tuple[Map, list[str]]:
    """The job with what it extends merged in, and the names of bases that are not in this file."""
    missing: list[str] = []
    whole = Map(content.line)
    for base in names(content.get("extends")):
        found = root.get(base)
        if isinstance(found, Map) and base != name and depth < _LEVELS:
            merged, further = _extended(root, base, found, depth + 1)
            whole = _merged(whole, merged)
            missing += further
        else:
            missing.append(base)
    return _merged(whole, content), missing


def _merged(base: Map, over: Map, depth: int = 0) -> Map:
    result = Map(over.line or base.line)
    for source in (base, over):
        for key, value in source.items():
            old = result.get(key)
            if isinstance(old, Map) and isinstance(value, Map) and depth < 20:
                result[key] = _merged(old, value, depth + 1)
            else:
                result[key] = value
            result.lines[key] = source.line_of(key)
    return result


def _ordered(jobs: list[tuple[Job, Any]], stages: tuple[str, ...]) -> list[Job]:
    """The jobs with `needs`: as written, else every job of all stages before."""
    order = {stage: index for index, stage in enumerate((".pre", *stages, ".post"))}
    done = []
    for job, needs in jobs:
        if needs is not None:
            wanted = [scalar_text(mapping(need).get("job")) if isinstance(need, Map) else scalar_text(need)
                      for need in (needs if isinstance(needs, list) else [needs])]  # fmt: skip
            done.append(replace(job, needs=tuple(dict.fromkeys(name for name in wanted if name))))
            continue
        place = order.get(job.stage, -1)
        before = [other.unit.name for other, _ in jobs if 0 <= order.get(other.stage, -1) < place]
        done.append(replace(job, needs=tuple(before)))
    return done


def _includes(source: Source, root: Map, stages: tuple[str, ...]) -> list[Fact]:
    """Each `include` as a step of the file's unnamed job; `inputs` carry the stages that its jobs are ordered by."""
    body = Body(source, _pipeline.job_unit(source, ""), SYSTEM, source.folder if source.name in _ROOTS else "")
    value = root.get("include")
    items = value if isinstance(value, list) else [value] if value is not None else []
    lines = value.lines if isinstance(value, Seq) else []
    for index, item in enumerate(items):
        line = lines[index] if index < len(lines) else root.line_of("include")
        for uses in _included(item):
            body.step(uses, line, {"stages": stages, **(item if isinstance(item, Mapping) else {})})
    return body.facts


def _included(item: Any) -> list[str]:
    if isinstance(item, str):
        return [f"include:remote:{item}" if "://" in item else f"include:local:{item}"]
    if not isinstance(item, Map):
        return []
    if "template" in item:
        return [f"template:{name}" for name in names(item["template"])]
    if "component" in item:
        return [f"component:{name}" for name in names(item["component"])]
    if "project" in item:
        files = names(item.get("file")) or ("",)
        return [f"include:project:{scalar_text(item['project'])}:{name.lstrip('/')}" for name in files]
    return [f"include:{key}:{name}" for key in ("local", "remote") for name in names(item.get(key))]


def _called(trigger: Any) -> str:
    if isinstance(trigger, str):
        return trigger
    include = mapping(trigger).get("include")
    first = include[0] if isinstance(include, list) and include else include
    return (
        scalar_text(first) or scalar_text(mapping(first).get("local")) or scalar_text(mapping(trigger).get("project"))
    )


def _condition(content: Map) -> str:
    found = [scalar_text(rule.get("if")) for rule, _ in maps(content.get("rules"))]
    return " || ".join(condition for condition in found if condition)


def _images(root: Map, content: Map) -> tuple[str, ...]:
    default = mapping(root.get("default"))
    found: list[str] = []
    for value in (_first(content, default, root, "image"), *_listed(_first(content, default, root, "services"))):
        name = scalar_text(mapping(value).get("name")) if isinstance(value, Map) else scalar_text(value)
        found += [name] if name else []
    return tuple(found)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []
