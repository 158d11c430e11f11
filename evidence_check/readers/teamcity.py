"""TeamCity: the Kotlin DSL in `.teamcity/` (https://www.jetbrains.com/help/teamcity/kotlin-dsl.html)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Fact, Job, Trigger
from evidence_check.readers import _groovy, _pipeline
from evidence_check.readers._groovy import Call
from evidence_check.readers._pipeline import Body

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "teamcity"
GIVES = _pipeline.GIVES

_TOOLS = {
    "maven": ("mvn", "goals"),
    "gradle": ("gradle", "tasks"),
    "dotnetTest": ("dotnet test", "projects"),
    "dotnetBuild": ("dotnet build", "projects"),
    "dotnetPublish": ("dotnet publish", "projects"),
    "nodeJS": ("", "shellScript"),
    "python": ("python", "scriptArguments"),
    "ant": ("ant", "targets"),
}
"""The program that a runner stands for, and the property that holds its arguments."""
_OBJECT = expression(r"\b(\w{1,80})\s*:\s*BuildType\b")


def wants(source: Source) -> bool:
    """Kotlin scripts in its folder."""
    return source.name.endswith((".kts", ".kt")) and ".teamcity/" in source.path


def read(source: Source) -> Iterable[Fact]:
    """A job for each build configuration."""
    facts: list[Fact] = []
    _find(source, _groovy.calls(source.text), facts, 0)
    return facts


def _find(source: Source, calls: list[Call], facts: list[Fact], depth: int) -> None:
    if depth > 12:
        return
    for call in calls:
        if call.name == "BuildType":
            facts += _job(source, call)
            continue
        _find(source, call.inner, facts, depth + 1)
        for _, block in call.blocks:
            _find(source, block, facts, depth + 1)


def _job(source: Source, call: Call) -> list[Fact]:
    content = [inner for _, block in call.blocks for inner in block]
    lines = source.text.split("\n")
    declared = _OBJECT.search(lines[call.line - 1]) if call.line <= len(lines) else None
    title = next((inner.first for inner in content if inner.name == "name" and inner.assigns), "")
    unit = _pipeline.job_unit(source, declared[1] if declared else title or f"build {call.line}")
    body = Body(source, unit, SYSTEM)
    needs: list[str] = []
    triggers: list[Trigger] = []
    for section in content:
        if section.name == "steps":
            for step in section.block:
                _step(body, step)
        elif section.name == "triggers":
            triggers += _triggers(section)
        elif section.name == "dependencies":
            needs += [word for one in section.block for word in re.findall(r"\w+", one.words)[:1]]
    job = Job(source.at(call.line), unit, SYSTEM, title or source.path, tuple(needs), tuple(triggers))
    return [job, *body.facts]


def _step(body: Body, step: Call) -> None:
    values = {inner.name: inner for inner in step.block if inner.assigns}
    folder = values["workingDir"].first if "workingDir" in values else ""
    script = values.get("scriptContent")
    if step.name in {"script", "powerShell"} or script is not None:
        if script is not None and script.strings:
            shell = "pwsh" if step.name == "powerShell" else ""
            body.session([(script.first, script.strings[0].line)], directory=folder, shell=shell)
    elif step.name in _TOOLS:
        program, key = _TOOLS[step.name]
        argument = values[key].first if key in values else ""
        body.run(f"{program} {argument}", step.line, directory=folder)
    elif step.name == "dockerCompose":
        body.run("docker-compose up", step.line, directory=folder)
    elif step.name == "dockerCommand":
        body.run(_docker(step), step.line, directory=folder)
    elif step.name:
        body.step(step.name, step.line, {name: inner.first for name, inner in values.items()})


def _docker(step: Call) -> str:
    inner = _all(step)
    tag = next((one.first for one in inner if one.name == "namesAndTags"), "").strip().partition("\n")[0]
    if any(one.name == "push" for one in inner):
        return f"docker push {tag}"
    path = next((one.first for one in inner if one.name == "path"), "")
    return " ".join(["docker build", f"-t {tag}" if tag else "", f"-f {path}" if path else "", "."])


def _all(call: Call) -> list[Call]:
    found: list[Call] = []
    stack = [call]
    while stack:
        one = stack.pop()
        found.append(one)
        stack += one.inner
        for _, block in one.blocks:
            stack += block
    return found


def _triggers(section: Call) -> list[Trigger]:
    found = []
    for one in section.block:
        if one.name == "vcs":
            filters = next((inner.first for inner in one.block if inner.name == "branchFilter"), "")
            branches = tuple(line.strip()[2:] for line in filters.split("\n") if line.strip().startswith("+:"))
            found.append(Trigger("push", () if {"*", "<default>*"} & set(branches) else branches))
        elif one.name == "schedule":
            found.append(Trigger("schedule"))
        elif one.name == "finishBuildTrigger":
            found.append(Trigger("other"))
    return found
