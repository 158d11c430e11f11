"""Jenkins: declarative and scripted Jenkinsfiles, and the Groovy files that they load.

https://www.jenkins.io/doc/book/pipeline/syntax/, https://www.jenkins.io/doc/book/pipeline/shared-libraries/
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Fact, Job, Trigger, Unit, UnitKind
from evidence_check.readers import _groovy, _jenkins_when, _pipeline
from evidence_check.readers._groovy import Call, Token
from evidence_check.readers._pipeline import Body
from evidence_check.readers._shell import joined
from evidence_check.readers._source import Unreadable

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "jenkins"
GIVES = _pipeline.GIVES

_NAME = expression(r"(?:.*[-_.])?jenkinsfile(?:[-_.].*)?|.*jenkinsfile", re.IGNORECASE)
_SHELLS = {"sh": "", "bat": "cmd", "powershell": "pwsh", "pwsh": "pwsh"}
_PASSED = frozenset("steps script node stages timeout retry timestamps ansiColor wrap ws withEnv lock echo".split())
"""Calls whose block is walked and that are no step themselves."""
_SYNTAX = frozenset(
    "if else for while switch case default try catch finally return def throw new import println print agent env "
    "environment options tools parameters triggers when post properties error sleep in instanceof as true false null "
    "void String boolean int final static public private class assert failFast deleteDir always success failure "
    "unstable changed cleanup fixed regression aborted unsuccessful checkpoint label any none isUnix fileExists "
    "readFile writeFile stage parallel dir each collect withCredentials usernamePassword string file credentials "
    "sshUserPrivateKey".split()
)
_HEADERS = frozenset("agent environment options tools parameters triggers post when properties input".split())
_FUNCTION = expression(r"^\s{0,8}(?:def|void|String)\s{1,9}\w{1,80}\s{0,9}\(", re.MULTILINE)
_SHELL_STEP = expression(r"^\s{0,40}(?:sh|bat|pwsh|powershell)\b\s{0,3}[(\"'\[]", re.MULTILINE)
_FORGIVING = frozenset({"catchError", "warnError"})


def wants(source: Source) -> bool:
    """By the usual names; other Groovy files where they declare a pipeline."""
    if source.name.endswith((".md", ".txt", ".html", ".yml", ".yaml", ".png", ".sh", ".xml", ".jpg")):
        return False
    if _NAME.fullmatch(source.name):
        return True
    return source.name.endswith(".groovy") and (_is_pipeline(source.text) or _is_loaded(source.text))


def _is_pipeline(text: str) -> bool:
    return re.search(r"^(?:pipeline|node)\b[^\n]{0,80}\{", text, re.MULTILINE) is not None


def _is_loaded(text: str) -> bool:
    """Functions with a shell step in them, as loaded files and the `vars` of a library have."""
    return _FUNCTION.search(text) is not None and _SHELL_STEP.search(text) is not None


def read(source: Source) -> Iterable[Fact]:
    """A job for each stage in their order, with its commands and steps; a script for each function of a loaded file."""
    calls = _groovy.calls(source.text)
    if source.name.endswith(".groovy") and not _is_pipeline(source.text):
        return _functions(source, calls)
    if source.text.strip() and not calls:
        raise Unreadable("not a Jenkinsfile: no step is found in it")
    scope = _Scope(source)
    pipeline = next((call for call in calls if call.name == "pipeline"), None)
    root = pipeline.block if pipeline is not None else calls
    scope.libraries = [call for call in calls if call.name in {"@Library", "library"}]
    scope.common = _Settings(secrets=_credentials(root, deep=False), images=_images(root))
    scope.triggers = _jenkins_when.triggers_of(root, source.text)
    scope.images = _assigned(root, "docker.build")
    scope.loaded = _assigned(root, "load")
    scope.variables = _groovy.variables(calls)
    asked = _parameters(root)
    used = {name for name in asked if len(re.findall(rf"\b{re.escape(name)}\b", source.text)) > 1}
    scope.choices = _pipeline.environment_choice(asked, used)
    scope.doing = _pipeline.all_doing(asked)
    before = _walk(scope, root, (), "", scope.common)
    post = next((call for call in root if call.name == "post"), None)
    if post is not None and pipeline is not None:
        _stage(scope, post, "post", before, "", scope.common, after=True)
    return scope.facts


def _parameters(root: list[Call]) -> dict[str, list[str]]:
    """What a person may choose from who starts the pipeline, by the parameter's name."""
    found: dict[str, list[str]] = {}
    stack = [call for call in root if call.name in {"parameters", "properties"}]
    while stack:
        call = stack.pop(0)
        if call.name == "choice" and "name" in call.named:
            listed = call.named.get("choices")
            found[call.named["name"].text] = listed.text.split() if listed else [token.text for token in call.strings]
        stack += [*call.inner, *(inner for _, block in call.blocks for inner in block)]
    return found


@dataclass(frozen=True)
class _Settings:
    """What a stage hands down to those inside it."""

    secrets: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    condition: str = ""
    approval: bool = False


@dataclass
class _Scope:
    """The pipeline that is being read."""

    source: Source
    facts: list[Fact] = field(default_factory=list)
    triggers: tuple[Trigger, ...] = ()
    libraries: list[Call] = field(default_factory=list)
    common: _Settings = field(default_factory=_Settings)
    used: dict[str, int] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)
    """Tags of `x = docker.build("tag")` by variable."""
    loaded: dict[str, str] = field(default_factory=dict)
    """Paths of `x = load "path"` by variable."""
    variables: dict[str, str] = field(default_factory=dict)
    """Texts that variables are set to."""
    choices: tuple[str, ...] = ()
    """The environments that a person may choose from."""
    doing: dict[str, str] = field(default_factory=dict)
    """What a parameter makes a command do: `apply` where it may be that."""

    def unique(self, name: str) -> str:
        """The name, numbered where it was there before."""
        self.used[name] = self.used.get(name, 0) + 1
        return name if self.used[name] == 1 else f"{name} #{self.used[name]}"


def _walk(
    scope: _Scope, calls: list[Call], before: tuple[str, ...], directory: str, settings: _Settings
) -> tuple[str, ...]:
    """Read what stands one after the other; the names of the jobs that must be done before what comes next."""
    loose: list[Call] = []
    for call in calls:
        if call.name == "stage" and call.blocks:
            if loose:
                before = _loose(scope, loose, before, directory, settings)
                loose = []
            before = _stage_or_group(scope, call, before, directory, settings)
        elif _has_stages(call):
            if loose:
                before = _loose(scope, loose, before, directory, settings)
                loose = []
            before = _group(scope, call, before, directory, settings)
        else:
            loose.append(call)
    return _loose(scope, loose, before, directory, settings) if loose else before


def _has_stages(call: Call) -> bool:
    return any(inner.name == "stage" or _has_stages(inner) for _, block in call.blocks for inner in block)


def _group(scope: _Scope, call: Call, before: tuple[str, ...], directory: str, settings: _Settings) -> tuple[str, ...]:
    """A block that holds stages: `stages`, `node`, `script`, `dir`, or `parallel`, whose members run side by side."""
    if call.name == "parallel":
        ends: list[str] = []
        for name, block in call.blocks:
            members = [[inner] for inner in block] if not name else [block]
            for member in members:
                ends += _walk(scope, member, before, directory, settings)
        return tuple(dict.fromkeys(ends)) or before
    if call.name == "dir":
        directory = joined(directory, call.first)
    for _, block in call.blocks:
        before = _walk(scope, block, before, directory, settings)
    return before


def _stage_or_group(
    scope: _Scope, call: Call, before: tuple[str, ...], directory: str, settings: _Settings
) -> tuple[str, ...]:
    content = [inner for _, block in call.blocks for inner in block]
    when = next((inner for inner in content if inner.name == "when"), None)
    if when is not None and _jenkins_when.never(when):
        return before
    own = _Settings(
        (*settings.secrets, *_credentials(content, deep=False)),
        _images(content) or settings.images,
        " && ".join(part for part in (settings.condition, _jenkins_when.condition_of(when)) if part),
        settings.approval or any(inner.name == "input" for inner in content),
    )
    if any(_has_stages(inner) for inner in content):
        groups = [inner for inner in content if inner.name not in {"when", "agent", "environment", "options", "input"}]
        return _walk(scope, groups, before, directory, own)
    return _stage(scope, call, call.first or "stage", before, directory, own)


def _loose(
    scope: _Scope, calls: list[Call], before: tuple[str, ...], directory: str, settings: _Settings
) -> tuple[str, ...]:
    """Steps outside any stage, as in a scripted pipeline: one job of their own."""
    kept = [call for call in calls if call.name not in _HEADERS and not call.name.startswith("@Library")]
    body = Body(scope.source, _pipeline.job_unit(scope.source, ""), SYSTEM, environment=scope.variables)
    _steps(scope, body, kept, directory, False)
    if not body.facts:
        return before
    holder = Call("", kept[0].line, blocks=[("", kept)])
    return _stage(scope, holder, "pipeline", before, directory, settings)


def _stage(
    scope: _Scope,
    call: Call,
    name: str,
    before: tuple[str, ...],
    directory: str,
    settings: _Settings,
    *,
    after: bool = False,
) -> tuple[str, ...]:
    source = scope.source
    unique = scope.unique(name)
    unit = _pipeline.job_unit(source, unique)
    content = [inner for _, block in call.blocks for inner in block]
    body = Body(source, unit, SYSTEM, environment=scope.variables)
    if not scope.facts:
        for library in scope.libraries:
            for token in library.strings:
                body.step(f"library:{token.text.partition('@')[0]}", library.line)
    _steps(scope, body, content, directory, after)
    job = Job(
        source.at(call.line),
        unit,
        SYSTEM,
        source.path,
        before,
        _jenkins_when.narrowed(scope.triggers, settings.condition),
        (),
        settings.approval or any(getattr(fact, "uses", "") == "input" for fact in body.facts),
        settings.condition,
        "",
        tuple(dict.fromkeys((*settings.secrets, *_credentials(content, deep=True)))),
        settings.images,
        choices=scope.choices,
    )
    scope.facts += [job, *body.facts]
    return (unique,)


def _steps(scope: _Scope, body: Body, calls: list[Call], directory: str, hidden: bool) -> None:
    for call, following in itertools.zip_longest(calls, calls[1:]):
        name = call.name
        variable, _, function = name.partition(".")
        if function and variable in scope.loaded:
            body.step(
                f"groovy:{scope.loaded[variable]}:{function}", call.line, directory=directory, hides_failure=hidden
            )
            continue
        if name in {"when", "agent", "environment", "options", "tools", "parameters", "triggers"}:
            continue
        if call.inner and name not in _SHELLS:
            _steps(scope, body, [inner for inner in call.inner if _worth(inner)], directory, hidden)
        if name in _SHELLS:
            _shell(body, call, directory, hidden, scope.doing)
            continue
        if _worth(call):
            _step(scope, body, call, directory, hidden)
        where = joined(directory, call.first) if name == "dir" else directory
        forgives = hidden or name in _FORGIVING or name in {"post", "unsuccessful", "failure", "always", "cleanup"}
        forgives = forgives or (name == "try" and following is not None and _swallows(following))
        for _, block in call.blocks:
            _steps(scope, body, block, where, forgives)


def _swallows(catch: Call) -> bool:
    """Whether a `catch` lets the build go on: nothing in it throws or fails it."""
    if catch.name != "catch":
        return False
    return not any(inner.name in {"throw", "error", "exit"} for inner in catch.block)


def _worth(call: Call) -> bool:
    """Whether a call is a step that something can be told from."""
    name = call.name
    if name in _SHELLS:
        return True
    if (
        not name
        or call.assigns
        or name in _SYNTAX | _PASSED
        or name.startswith(("@", "env.", "params.", "currentBuild"))
    ):
        return False
    if "." in name:
        return name.startswith("docker.") or name.endswith((".push", ".inside", ".withRun", ".run"))
    return bool(call.strings or call.named or call.blocks or call.called)


def _step(scope: _Scope, body: Body, call: Call, directory: str, hidden: bool) -> None:
    """A step, and the command that it stands for where it is one of docker."""
    inputs = {name: token.text for name, token in call.named.items()}
    if call.strings:
        inputs.setdefault("", call.first)
    name = call.name
    if name == "input":
        body.step("input", call.line, inputs, directory=directory)
    elif name == "docker.build" and call.strings:
        extra = call.strings[1].text if len(call.strings) > 1 else "."
        # the image's name may be a variable: then only the options are texts
        words = [call.first] if call.first.startswith("-") else ["-t", call.first, extra]
        _words(body, ["docker", "build", *words], call.line, directory, hidden)
    elif name.endswith(".push"):
        image = scope.images.get(name.removesuffix(".push"), name.removesuffix(".push"))
        tag = f"{image.partition(':')[0]}:{call.first}" if call.first else image
        _words(body, ["docker", "push", tag], call.line, directory, hidden)
    elif name.endswith((".withRun", ".run")) and not name.startswith("docker"):
        variable = name.rpartition(".")[0]
        known = scope.images.get(variable, "")
        if known or "image" in variable.lower():
            _words(body, ["docker", "run", "-d", known or variable], call.line, directory, hidden)
    else:
        body.step(name, call.line, inputs, directory=directory, hides_failure=hidden)


def _functions(source: Source, calls: list[Call]) -> list[Fact]:
    """The functions of a file that a Jenkinsfile loads, each as a script of its name."""
    scope = _Scope(source)
    facts: list[Fact] = []
    for call in calls:
        function = call.inner[0] if call.name in {"def", "void", "String"} and call.inner else None
        if function is not None and function.block:
            unit = Unit(UnitKind.SCRIPT, source.path, function.name, source.file.location.part)
            body = Body(source, unit, SYSTEM)
            _steps(scope, body, function.block, "", False)
            facts += body.facts
    return facts


def _assigned(calls: list[Call], function: str) -> dict[str, str]:
    """The argument of a function by the variable that it is assigned to."""
    found: dict[str, str] = {}
    stack = [calls]
    while stack:
        block = stack.pop()
        for before, call in zip([None, *block], block, strict=False):
            if call.name == function and call.first and before is not None and before.line == call.line:
                found[before.name] = before.name if call.first.startswith("-") else call.first
            stack += [inner for _, inner in call.blocks]
    return found


def _words(body: Body, words: list[str], line: int, directory: str, hidden: bool) -> None:
    quoted = [*words[:3], *(f'"{word}"' if "$" in word and " " not in word else word for word in words[3:])]
    body.session([(" ".join(quoted), line)], directory=directory, hides_failure=hidden)


_REFERENCE = expression(r"\$\{?(?:params\.|env\.)?([A-Za-z_]\w{0,60})\b\}?")


def _shell(body: Body, call: Call, directory: str, hidden: bool, doing: dict[str, str]) -> None:
    script = call.named.get("script") or (call.strings[0] if call.strings else None)
    if script is None or script.kind != "string":
        return
    forgiven = hidden or call.named.get("returnStatus", Token("", "", 0)).text == "true"
    text = _REFERENCE.sub(lambda match: doing.get(match[1], match[0]), script.text) if doing else script.text
    body.session([(text, script.line)], directory=directory, shell=_SHELLS[call.name], hides_failure=forgiven)


def _credentials(calls: list[Call], *, deep: bool) -> tuple[str, ...]:
    """Ids of the credentials that `environment`, `withCredentials` and other steps name."""
    found: list[str] = []
    stack = [call for call in calls if deep or call.name == "environment"]
    while stack:
        call = stack.pop()
        keys = ("credentialsId", "credentials", "credentialId")
        found += [call.named[key].text for key in keys if key in call.named]
        if call.name in {"credentials", "sshagent"}:
            found += [token.text for token in call.strings]
        if call.name in {"docker.withRegistry", "withRegistry"} and len(call.strings) > 1:
            found.append(call.strings[1].text)
        stack += call.inner
        for _, block in call.blocks:
            stack += block
    return tuple(sorted(set(found)))


def _images(calls: list[Call]) -> tuple[str, ...]:
    found: list[str] = []
    for call in calls:
        if call.name == "agent":
            stack = list(call.block)
            while stack:
                inner = stack.pop()
                if inner.name in {"image", "docker"} and inner.first:
                    found.append(inner.first)
                stack += inner.block
        elif call.name == "docker.image" and call.first:
            found.append(call.first)
    return tuple(found)
