"""Travis CI: `.travis.yml` (https://docs.travis-ci.com/user/job-lifecycle/, https://config.travis-ci.com/)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Job, Trigger
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import Body, mapping, maps, names, scalar_text
from evidence_check.readers._source import Unreadable
from evidence_check.tree import Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "travis"
GIVES = _pipeline.GIVES

_BEFORE_DEPLOY = ("before_install", "install", "before_script", "script", "before_cache")
_PHASES = (*_BEFORE_DEPLOY, "after_success", "before_deploy", "deploy", "after_deploy", "after_script")
_AXES = frozenset("python node_js rvm go jdk php os perl scala ghc otp_release r rust arch compiler dotnet".split())
_DEFAULT_SCRIPTS = {
    "node_js": "npm test",
    "ruby": "rake",
    "go": "go test ./...",
    "rust": "cargo test",
    "php": "phpunit",
    "java": "mvn test",
    "scala": "sbt test",
    "elixir": "mix test",
    "dart": "pub run test",
}
"""What Travis runs where `script` is left out (the language pages of its documentation)."""
_BRANCH_IS = expression(
    r"\b(?:branch|head_branch)\s{0,5}(=~?|!=|NOT\s+IN|IN)\s{0,5}(\([^)]{0,200}\)|\S{1,100})", re.IGNORECASE
)
_TYPE_IS = expression(r"\btype\s{0,5}(=|!=|NOT\s+IN|IN)\s{0,5}(\([^)]{0,100}\)|\w{1,40})", re.IGNORECASE)
_EVENTS = {"push": "push", "pull_request": "pull-request", "cron": "schedule", "api": "manual"}


def wants(source: Source) -> bool:
    """Only the name that Travis looks for; not in the folder of an Ansible role, where `ansible-galaxy init` writes
    one that Travis does not read (https://docs.ansible.com/ansible/latest/galaxy/dev_guide.html)."""
    return source.name == ".travis.yml" and source.folder.rpartition("/")[0].rpartition("/")[2] != "roles"


def read(source: Source) -> Iterable[Fact]:
    """Jobs with their commands and deployments; stages are written out as needs."""
    root = source.yaml[0] if source.yaml else None
    if root is None:
        return []
    if not isinstance(root, Map):
        raise Unreadable("not a Travis configuration: a mapping is expected")
    listed = [*maps(mapping(root.get("jobs") or root.get("matrix")).get("include"))]
    listed += [*maps(root.get("jobs") if isinstance(root.get("jobs"), Seq) else None)]
    contents: list[tuple[Map, int]] = []
    if not listed or any(isinstance(root.get(axis), list) for axis in _AXES) or _matrix_env(root):
        contents.append((Map(root.line), next(iter(root.lines.values()), 1)))
    contents += listed
    facts: list[list[Fact]] = []
    jobs: list[Job] = []
    stage = "test"
    used: dict[str, int] = {}
    for content, line in contents:
        stage = scalar_text(content.get("stage")) or stage
        name = scalar_text(content.get("name")) or (stage if listed else "build")
        used[name] = used.get(name, 0) + 1
        unique = name if used[name] == 1 else f"{name} #{used[name]}"
        found = _job(source, root, content, line, unique, stage)
        if found is not None:
            jobs.append(found[0])
            facts.append(found[1])
    result: list[Fact] = []
    for job, body in zip(_ordered(jobs, root), facts, strict=True):
        result += [job, *body]
    return result


def _job(source: Source, root: Map, content: Map, line: int, name: str, stage: str) -> tuple[Job, list[Fact]] | None:
    conditions = [scalar_text(value) for value in (root.get("if"), _stage_condition(root, stage), content.get("if"))]
    if any(_pipeline.never(condition) for condition in conditions):
        return None
    allowed = mapping(root.get("jobs") or root.get("matrix")).get("allow_failures")
    forgiven = any(entry and content and all(content.get(key) == value for key, value in entry.items())
                   for entry, _ in maps(allowed))  # fmt: skip
    unit = _pipeline.job_unit(source, name)
    triggers = _filtered((Trigger("push"), Trigger("pull-request")), root.get("branches"))
    for condition in conditions:
        triggers = _narrowed(triggers, condition)
    body = _body(source, root, content, name, forgiven)
    plain, encrypted = _environment([root.get("env"), content.get("env")])
    written = [content.get(phase, root.get(phase)) for phase in _PHASES]
    secrets = {*_pipeline.secret_names(written, plain), *(["secure"] if encrypted else [])}
    job = Job(
        source.at(line),
        unit,
        SYSTEM,
        source.path,
        (),
        triggers,
        condition=" AND ".join(condition for condition in conditions if condition),
        secrets=tuple(sorted(secrets)),
        hides_failure=forgiven,
        stage=stage.lower(),
    )
    return job, body


def _body(source: Source, root: Map, content: Map, name: str, forgiven: bool) -> list[Fact]:
    body = Body(source, _pipeline.job_unit(source, name), SYSTEM, source.folder, forgiven)
    body.environment = _environment([root.get("env"), content.get("env")])[0]
    for holder in (root, content):
        for addon in mapping(holder.get("addons")):
            body.step(f"addon:{addon}", holder["addons"].line_of(addon), mapping(holder["addons"]).get(addon))
    items: list[tuple[str, int]] = []
    for phase in _BEFORE_DEPLOY:
        holder = content if phase in content else root
        if phase in holder:
            items += [item for item in _pipeline.scripts(holder[phase], holder.line_of(phase)) if item[0] != "skip"]
        elif phase == "script":
            language = content.get("language", root.get("language"))
            default = _DEFAULT_SCRIPTS.get(str(names(language)[0]) if names(language) else "")
            items += [(default, root.line_of("language"))] if default else []
    directory = body.session(items)
    for phase in _PHASES[len(_BEFORE_DEPLOY) :]:
        holder = content if phase in content else root
        value = holder.get(phase)
        if phase == "deploy":
            _deployments(body, value, holder.line_of(phase), directory)
        elif value is not None:
            after = phase != "before_deploy"
            items = _pipeline.scripts(value, holder.line_of(phase))
            directory = body.session(items, directory=directory, hides_failure=after)
    return body.facts


def _deployments(body: Body, value: Any, line: int, directory: str) -> None:
    """Each provider as a step; the script of the script provider as commands behind it."""
    providers = [(value, line)] if isinstance(value, Map) else list(maps(value))
    for provider, start in providers:
        name = scalar_text(provider.get("provider"))
        if not name:
            continue
        body.step(f"deploy:{name}", provider.line_of("provider") or start, provider)
        if name == "script":
            body.session(_pipeline.scripts(provider.get("script"), provider.line_of("script")), directory=directory)
    if isinstance(value, str):
        body.step(f"deploy:{value}", line)


def _ordered(jobs: list[Job], root: Map) -> list[Job]:
    """The jobs with `needs`: those of all stages before, in the order of `stages`, else of their appearance."""
    declared = root.get("stages")
    order = [scalar_text(mapping(item).get("name")) if isinstance(item, Map) else scalar_text(item)
             for item in (declared if isinstance(declared, list) else [])]  # fmt: skip
    order += [job.stage for job in jobs]
    place = {stage: index for index, stage in reversed(list(enumerate(stage.lower() for stage in order)))}
    return [
        replace(job, needs=tuple(other.unit.name for other in jobs if place[other.stage] < place[job.stage]))
        for job in jobs
    ]


def _stage_condition(root: Map, stage: str) -> Any:
    for entry, _ in maps(root.get("stages")):
        if scalar_text(entry.get("name")).lower() == stage.lower():
            return entry.get("if")
    return None


def _filtered(triggers: tuple[Trigger, ...], branches: Any) -> tuple[Trigger, ...]:
    only = names(mapping(branches).get("only")) if isinstance(branches, Map) else names(branches)
    refused = names(mapping(branches).get("except"))
    return tuple(replace(trigger, branches=only, not_branches=refused) for trigger in triggers)


def _narrowed(triggers: tuple[Trigger, ...], condition: str) -> tuple[Trigger, ...]:
    """The triggers that a condition lets through, as far as it is a plain conjunction."""
    if not condition or re.search(r"\bOR\b|\|\|", condition, re.IGNORECASE):
        return triggers
    for match in _TYPE_IS.finditer(condition):
        listed = {_EVENTS.get(word, "other") for word in re.findall(r"\w+", match[2].lower())}
        positive = match[1] == "=" or match[1].upper() == "IN"
        triggers = tuple(trigger for trigger in triggers if (trigger.event in listed) == positive)
        missing = listed - {trigger.event for trigger in triggers}
        triggers += tuple(Trigger(event) for event in sorted(missing)) if positive else ()
    for match in _BRANCH_IS.finditer(condition):
        listed_branches = tuple(part for part in re.split(r"[\s,()\"']+", match[2]) if part)
        if match[1].startswith("=") or match[1].upper() == "IN":
            # a request counts as one of its target branch, so that it is let through too
            triggers = tuple(replace(trigger, branches=listed_branches) for trigger in triggers)
        else:
            triggers = tuple(replace(trigger, not_branches=listed_branches) for trigger in triggers)
    if re.search(r"\btag\s{1,5}IS\s{1,5}(?:present|NOT\s{1,5}blank)", condition, re.IGNORECASE):
        return (Trigger("tag"),)
    return triggers


def _environment(values: list[Any]) -> tuple[dict[str, str], bool]:
    """The variables that are set in the open, and whether there are encrypted ones."""
    plain: dict[str, str] = {}
    encrypted = False
    stack = list(values)
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, Map):
            encrypted = encrypted or "secure" in value
            stack.extend(item for item in value.values() if isinstance(item, (list, Map)))
            plain.update({key: scalar_text(item) for key, item in value.items() if not isinstance(item, (list, Map))})
        elif isinstance(value, str):
            pairs = re.findall(r"(?:^|\s)(\w{1,80})=(?:\"([^\"\n]{0,400})\"|'([^'\n]{0,400})'|(\S{0,400}))", value)
            plain.update({name: double or single or bare for name, double, single, bare in pairs})
    plain.pop("secure", None)
    return plain, encrypted


def _matrix_env(root: Map) -> bool:
    env = root.get("env")
    return isinstance(env, list) or isinstance(mapping(env).get("jobs") or mapping(env).get("matrix"), list)
