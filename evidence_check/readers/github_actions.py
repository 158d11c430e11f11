"""GitHub Actions: workflows and composite actions.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Inputs, Job, Trigger, Unit, UnitKind
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import Body, mapping, maps, names, scalar_text
from evidence_check.readers._shell import joined
from evidence_check.readers._source import Unreadable
from evidence_check.tree import Map

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "github-actions"
GIVES = _pipeline.GIVES

_WORKFLOW = expression(r"(?:.*/)?\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml")
_MATRIX = expression(r"\$\{\{\s{0,9}matrix\.([\w.-]{1,60})\s{0,9}\}\}")
_ENV = expression(r"\$\{\{\s{0,9}env\.(\w{1,80})\s{0,9}\}\}")
_SECRET = expression(r"\bsecrets\.([A-Za-z_]\w{0,100})")
_EVENTS = {
    "push": "push",
    "pull_request": "pull-request",
    "pull_request_target": "pull-request",
    "merge_group": "pull-request",
    "workflow_dispatch": "manual",
    "repository_dispatch": "other",
    "release": "release",
    "schedule": "schedule",
    "workflow_call": "call",
    "workflow_run": "after",
}
_SCRIPTED = {
    "appleboy/ssh-action": ("script", "", "remote"),
    "fifsky/ssh-action": ("command", "", "remote"),
    "d3rhase/ssh-command-action": ("command", "", "remote"),
    "garygrossgarten/github-action-ssh": ("command", "", "remote"),
    "easingthemes/ssh-deploy": ("SCRIPT_AFTER", "", "remote"),
    "matheusvanzan/sshpass-action": ("run", "", "remote"),
    "nick-fields/retry": ("command", "", ""),
    "nick-invision/retry": ("command", "", ""),
    "wandalen/wretry.action": ("command", "", ""),
    "azure/cli": ("inlineScript", "", ""),
    "azure/powershell": ("inlineScript", "", ""),
    "devcontainers/ci": ("runCmd", "", "container"),
    "addnab/docker-run-action": ("run", "", "container"),
    "coactions/setup-xvfb": ("run", "", ""),
    "gabrielbb/xvfb-action": ("run", "", ""),
    "jarvusinnovations/background-action": ("run", "", ""),
    "cypress-io/github-action": ("command", "", ""),
    "gradle/gradle-build-action": ("arguments", "gradle ", ""),
    "gradle/gradle-command-action": ("arguments", "gradle ", ""),
    "eskatos/gradle-command-action": ("arguments", "gradle ", ""),
    "borales/actions-yarn": ("cmd", "yarn ", ""),
    "actions-rs/cargo": ("command", "cargo ", ""),
    "dagger/dagger-for-github": ("cmds", "dagger ", ""),
    "steebchen/kubectl": ("args", "kubectl ", ""),
    "actions-hub/kubectl": ("args", "kubectl ", ""),
    "koslib/helm-eks-action": ("command", "", ""),
    "superfly/flyctl-actions": ("args", "flyctl ", ""),
    "reactivecircus/android-emulator-runner": ("script", "", ""),
}
"""Input that holds a script, what stands before it, and where it runs, for actions that are handed one."""
_CHANGES = frozenset({"opened", "synchronize", "reopened", "ready_for_review", "checks_requested", "edited"})
"""Activity types of a pull request that come with a proposed change, unlike `closed` or `labeled`."""


def wants(source: Source) -> bool:
    """Workflow files by their folder, actions by their name."""
    return _WORKFLOW.fullmatch(source.path) is not None or source.name in {"action.yml", "action.yaml"}


def read(source: Source) -> Iterable[Fact]:
    """Jobs, steps and commands of a workflow, or the steps and commands of a composite action."""
    documents = source.yaml
    root = documents[0] if documents else None
    if _WORKFLOW.fullmatch(source.path) is None:
        return _action(source, root) if isinstance(root, Map) else []
    if root is None:
        return []
    if not isinstance(root, Map):
        raise Unreadable("not a workflow: a mapping with `on` and `jobs` is expected")
    base = re.sub(r"/?\.\w+/workflows/[^/]+$", "", source.path)
    triggers = _triggers(root.get("on", root.get("true")))
    facts: list[Fact] = _inputs(source, mapping(mapping(root.get("on", root.get("true"))).get("workflow_call")))
    jobs = mapping(root.get("jobs"))
    for name, content in jobs.items():
        if isinstance(content, Map) and not _pipeline.never(content.get("if")):
            facts.extend(_job(source, root, name, content, jobs.line_of(name), triggers, base))
    return facts


def _job(
    source: Source, root: Map, name: str, content: Map, line: int, triggers: tuple[Trigger, ...], base: str
) -> list[Fact]:
    unit = _pipeline.job_unit(source, name)
    condition = scalar_text(content.get("if"))
    forgiven = content.get("continue-on-error") is True
    matrix = mapping(mapping(content.get("strategy")).get("matrix"))
    calls = scalar_text(content.get("uses"))
    job = Job(
        source.at(line),
        unit,
        SYSTEM,
        scalar_text(root.get("name")) or source.path,
        names(content.get("needs")),
        _narrowed(triggers, condition),
        _environments(content.get("environment"), matrix) or _handed_on(root, content, calls, matrix),
        condition=condition,
        calls=calls.partition("@")[0] if calls.startswith("./") else calls,
        secrets=_secrets(content, root.get("env")),
        images=_images(content),
        matrix=matrix,
        hides_failure=forgiven,
        choices=_choices(root, content),
    )
    body = Body(source, unit, SYSTEM, base, forgiven, {**_plain(root.get("env")), **_plain(content.get("env"))})
    body.environment = {**_lines(root.get("env")), **_lines(content.get("env"))}
    body.doing = _pipeline.all_doing(_options(root))
    if calls:
        uses, _, version = calls.partition("@")
        body.step(uses, content.line_of("uses"), content.get("with"), version=version, name=content.get("name"))
    defaults = {**_defaults(root), **_defaults(content)}
    if "shell" not in defaults and "windows" in str(content.get("runs-on")).lower():
        defaults["shell"] = "pwsh"
    _steps(body, content.get("steps"), defaults, matrix, base)
    return [job, *body.facts]


def _action(source: Source, root: Map) -> list[Fact]:
    """A composite action. Its steps run where the caller checked out, so at the root."""
    runs = mapping(root.get("runs"))
    unit = Unit(UnitKind.ACTION, source.path, "", source.file.location.part)
    body = Body(source, unit, SYSTEM)
    if runs.get("using") == "composite":
        _steps(body, runs.get("steps"), {}, Map(), "")
    return [*_inputs(source, root), *body.facts]


def _inputs(source: Source, root: Map) -> list[Fact]:
    """What an action or a called workflow asks its callers for."""
    asked = mapping(root.get("inputs"))
    defaults = {name: scalar_text(mapping(content).get("default")) for name, content in asked.items()}
    defaults = {name: value for name, value in defaults.items() if value or "default" in mapping(asked[name])}
    return [Inputs(source.at(asked.line), defaults)] if defaults else []


def _steps(body: Body, steps: Any, defaults: Mapping[str, str], matrix: Map, base: str) -> None:
    judged = _judged_later(steps)
    for step, line in maps(steps):
        if _pipeline.never(step.get("if")):
            continue
        forgiven = step.get("continue-on-error") is True and scalar_text(step.get("id")) not in judged
        folder = scalar_text(step.get("working-directory")) or defaults.get("working-directory", "")
        if step.get("uses"):
            uses, _, version = scalar_text(step["uses"]).rpartition("@")
            if not uses or uses.startswith("docker://"):
                uses, version = scalar_text(step["uses"]), ""
            _uses(body, step, uses, version, forgiven, matrix)
        elif step.get("run") is not None:
            script = scalar_text(step["run"])
            start = body.line_of(script, step.line_of("run") or line)
            if body.doing:
                script = _chosen(script, body.doing, {**body.environment, **_lines(step.get("env"))})
            known = {**body.variables, **_plain(step.get("env"))}
            shell = scalar_text(step.get("shell")) or defaults.get("shell", "")
            for values in _pipeline.combinations(f"{script}\n{folder}", matrix, _MATRIX):
                where, text = (_filled(one, values, known) for one in (folder, script))
                body.run(
                    text,
                    start,
                    directory=joined(base, _rooted(where)),
                    shell=shell,
                    hides_failure=forgiven,
                )


def _judged_later(steps: Any) -> frozenset[str]:
    """The ids of steps whose failure another one asks for and then fails itself, as in HashiCorp's starter workflow."""
    asked: set[str] = set()
    for step, _ in maps(steps):
        script = scalar_text(step.get("run"))
        if _FAILS.search(script):
            said = (scalar_text(step.get("if")), script, *map(scalar_text, mapping(step.get("env")).values()))
            asked.update(match[1] for text in said for match in _OUTCOME.finditer(text))
    return frozenset(asked)


def _uses(body: Body, step: Map, uses: str, version: str, forgiven: bool, matrix: Map) -> None:
    """A step that uses an action, once for each combination of the matrix that its inputs name."""
    inputs = mapping(step.get("with"))
    written = "\n".join(scalar_text(value) for value in inputs.values())
    known = {**body.environment, **_lines(step.get("env"))}
    for values in _pipeline.combinations(written, matrix, _MATRIX):
        one = inputs
        if values or known:
            one = Map(inputs.line)
            one.lines = inputs.lines
            one.update({key: _filled(value, values, known) if isinstance(value, str) else value
                        for key, value in inputs.items()})  # fmt: skip
        body.step(uses, step.line_of("uses"), one, version=version, name=step.get("name"), hides_failure=forgiven)
        _embedded(body, step, uses, one, forgiven)


def _embedded(body: Body, step: Map, uses: str, inputs: Map, forgiven: bool) -> None:
    """The commands of an action that is handed a script or the words of its tool."""
    key, before, inside = _SCRIPTED.get(uses.lower(), ("", "", ""))
    script = scalar_text(inputs.get(key)) if key else ""
    if not script.strip():
        return
    if uses.lower() == "actions-rs/cargo":
        script = f"{script} {scalar_text(inputs.get('args'))}"
    line = mapping(step.get("with")).line_of(key)
    shell = "pwsh" if uses.lower() == "azure/powershell" else ""
    folder = scalar_text(inputs.get("working-directory") or inputs.get("build-root-directory"))
    body.run(
        f"{before}{script}", line, directory=joined(body.directory, _rooted(folder)), shell=shell, inside=inside,
        hides_failure=forgiven,
    )  # fmt: skip


def _filled(text: str, matrix: Mapping[str, str], env: Mapping[str, str]) -> str:
    """The text with its references to the matrix and to variables of known value filled in."""
    return _pipeline.filled(_pipeline.filled(text, matrix, _MATRIX), env, _ENV)


def _lines(env: Any) -> dict[str, str]:
    """The variables that are set to a text of one line."""
    found = {name: scalar_text(value) for name, value in mapping(env).items()}
    return {name: value for name, value in found.items() if value and "\n" not in value}


def _plain(env: Any) -> dict[str, str]:
    """The variables that are set to a text of one line without expressions."""
    found = {name: scalar_text(value) for name, value in mapping(env).items()}
    return {name: value for name, value in found.items() if value and not re.search(r"[$\n]", value)}


def _rooted(folder: str) -> str:
    return re.sub(r"^\$\{\{\s{0,9}github\.workspace\s{0,9}\}\}", "/.", folder)


def _defaults(content: Map) -> dict[str, str]:
    run = mapping(mapping(content.get("defaults")).get("run"))
    return {key: scalar_text(value) for key, value in run.items() if scalar_text(value)}


def _secrets(content: Map, env: Any) -> tuple[str, ...]:
    found = {
        match[1] for value in (content, env) for text in _pipeline.texts(value) for match in _SECRET.finditer(text)
    }
    return tuple(sorted(found))


_DEPLOYS = expression(r"(?:^|[/_-])(?:re)?deploy", re.IGNORECASE)
_OUTCOME = expression(r"\bsteps\.([\w-]{1,100})\.outcome\b")
_FAILS = expression(r"(?:^|[\s;&|{])exit +[1-9$]", re.MULTILINE)
_NAMED = expression(r"\$(?:\{\{\s{0,9}env\.(\w{1,80})\s{0,9}\}\}|\{(\w{1,80})\}|([A-Za-z_]\w{0,80}))")
_CHOICE = expression(r"\$\{\{\s{0,9}(?:github\.event\.)?inputs\.([\w-]{1,80})\b[^}]{0,200}\}\}")


def _handed_on(root: Map, content: Map, calls: str, matrix: Map) -> tuple[str, ...]:
    """The environments that a called workflow is told to deploy to: one by name, or those that a person may choose."""
    if not _DEPLOYS.search(calls.partition("@")[0]):
        return ()
    given = mapping(content.get("with"))
    value = next((given[key] for key in ("environment", "environment_name", "env", "stage") if given.get(key)), None)
    choice = _CHOICE.fullmatch(scalar_text(value).strip())
    if choice is None:
        return _environments(value, matrix)
    return names(mapping(_dispatched(root).get(choice[1])).get("options"))


def _chosen(script: str, doing: Mapping[str, str], env: Mapping[str, str]) -> str:
    """The script with what a person may choose put in, by the input itself or a variable that is set to it."""
    asked = ((name, _CHOICE.fullmatch(value)) for name, value in env.items())
    known = {name: doing[match[1]] for name, match in asked if match and match[1] in doing}

    def value(match: re.Match[str]) -> str:
        return known.get(match[1] or match[2] or match[3], match[0])

    script = _CHOICE.sub(lambda match: doing.get(match[1], match[0]), script)
    return _NAMED.sub(value, script) if known else script


def _dispatched(root: Map) -> Map:
    """What a person is asked for who starts the workflow by hand."""
    dispatch = mapping(mapping(root.get("on", root.get("true"))).get("workflow_dispatch"))
    return mapping(dispatch.get("inputs"))


_INPUT = expression(r"(?<![\w.])(?:github\.event\.)?inputs\.([\w-]{1,80})")


def _choices(root: Map, content: Map) -> tuple[str, ...]:
    """The environments that a person may choose from, where the job or the whole workflow's `env` uses the choice."""
    asked = _options(root)
    if not any(asked.values()):
        return ()
    texts = [*_pipeline.texts(content), *_pipeline.texts(root.get("env")), *_pipeline.texts(root.get("defaults"))]
    used = {match[1] for text in texts for match in _INPUT.finditer(text)}
    return _pipeline.environment_choice(asked, used)


def _options(root: Map) -> dict[str, tuple[str, ...]]:
    """What there is to choose from where a person starts the workflow by hand, by the input's name."""
    return {name: names(mapping(asked).get("options")) for name, asked in _dispatched(root).items()}


def _environments(value: Any, matrix: Map) -> tuple[str, ...]:
    name = scalar_text(mapping(value).get("name") if isinstance(value, Map) else value)
    if not name:
        return ()
    filled = [_pipeline.filled(name, values, _MATRIX) for values in _pipeline.combinations(name, matrix, _MATRIX)]
    return tuple(dict.fromkeys(filled))


def _images(content: Map) -> tuple[str, ...]:
    container = content.get("container")
    found = [scalar_text(container) or scalar_text(mapping(container).get("image"))]
    found += [scalar_text(mapping(service).get("image")) for service in mapping(content.get("services")).values()]
    return tuple(image for image in found if image)


def _triggers(value: Any) -> tuple[Trigger, ...]:
    if isinstance(value, Map):
        events = value
    else:
        events = Map()
        events.update(dict.fromkeys(names(value)))
    found: list[Trigger] = []
    for event, content in events.items():
        found += _event(event, content)
    return tuple(found)


def _event(event: str, content: Any) -> list[Trigger]:
    kind = _EVENTS.get(event, "other")
    if kind == "schedule":
        return [Trigger(kind, cron=scalar_text(item.get("cron"))) for item, _ in maps(content)] or [Trigger(kind)]
    filters = mapping(content)
    types = names(filters.get("types"))
    if kind == "pull-request" and types and not _CHANGES.intersection(types):
        return [Trigger("other")]
    branches, tags = names(filters.get("branches")), names(filters.get("tags"))
    refused = names(filters.get("branches-ignore")) + tuple(b[1:] for b in branches if b.startswith("!"))
    branches = tuple(branch for branch in branches if not branch.startswith("!"))
    if kind == "push" and (tags or filters.get("tags-ignore")):
        tagged = [Trigger("tag", tags)]
        return [Trigger(kind, branches, refused), *tagged] if branches or refused else tagged
    return [Trigger(kind, branches, refused, names(filters.get("workflows")) if kind == "after" else ())]


_IS_EVENT = expression(r"github\.event_name\s{0,5}==\s{0,5}['\"](\w{1,40})['\"]")
_NOT_EVENT = expression(r"github\.event_name\s{0,5}!=\s{0,5}['\"](\w{1,40})['\"]")
_IS_BRANCH = expression(
    r"github\.ref(?:_name)?\s{0,5}==\s{0,5}['\"](?:refs/heads/)?([^'\"/]{1,80}(?:/[^'\"]{1,80})?)['\"]"
)
_IS_TAG = expression(r"startsWith\(\s{0,5}github\.ref\s{0,5},\s{0,5}['\"]refs/tags")


def _narrowed(triggers: tuple[Trigger, ...], condition: str) -> tuple[Trigger, ...]:
    """The triggers that a job's condition lets through, as far as it is a plain conjunction."""
    wanted = set(_IS_EVENT.findall(condition))
    branches = tuple(dict.fromkeys(_IS_BRANCH.findall(condition)))
    if "||" in condition:
        # a choice narrows only where every side of it speaks of the same thing
        sides = condition.split("||")
        wanted = wanted if all(_IS_EVENT.search(side) for side in sides) else set()
        branches = branches if all(_IS_BRANCH.search(side) for side in sides) else ()
    kept = triggers
    if wanted:
        events = {_EVENTS.get(event, "other") for event in wanted}
        kept = tuple(trigger for trigger in kept if trigger.event in events | {"call"})
    if "||" not in condition:
        refused = {_EVENTS.get(event, "other") for event in _NOT_EVENT.findall(condition)}
        kept = tuple(trigger for trigger in kept if trigger.event not in refused)
        if _IS_TAG.search(condition):
            kept = tuple(trigger for trigger in kept if trigger.event not in {"push", "pull-request"})
            kept = kept if any(trigger.event == "tag" for trigger in kept) else (Trigger("tag"), *kept)
    if branches and not branches[0].startswith("refs/"):
        called = tuple(trigger for trigger in kept if trigger.event == "call")
        kept = called or _pipeline.only_branch(kept, branches)
    return kept
