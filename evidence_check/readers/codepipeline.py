"""AWS CodePipeline and CodeBuild declared as infrastructure: CloudFormation, Terraform, CDK and CDK Pipelines.

The declaration itself is read as resources elsewhere; here are the jobs that it makes, an action of a stage each, with
the build specification where it stands in the declaration.

https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
https://docs.aws.amazon.com/cdk/v2/guide/cdk_pipeline.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Job, Resource, Trigger
from evidence_check.readers import _pipeline, cloudformation, codebuild, terraform
from evidence_check.readers._languages import SIZE_LIMIT
from evidence_check.readers._line_numbers import line_counter
from evidence_check.readers._literals import arguments
from evidence_check.readers._pipeline import Body, mapping, maps, names, scalar_text
from evidence_check.tree import BadSyntax, Map, Seq, parse_yaml

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "codepipeline"
GIVES = _pipeline.GIVES

_DECLARED = ("AWS::CodePipeline::Pipeline", "AWS::CodeBuild::Project", '"aws_codepipeline"', '"aws_codebuild_project"')
_SUFFIXES = (".tf", ".yaml", ".yml", ".json", ".template")
_PROGRAM = expression(
    r"aws[-_]codepipeline|aws[-_]cdk-?(?:lib)?/pipelines|\bpipelines\b|aws[-_]codebuild|CodePipeline|awscdk\.services\.codebuild"
)
_CDK = ("aws-cdk-lib", "@aws-cdk/", "aws_cdk", "software.amazon.awscdk", "Amazon.CDK", "aws-cdk-go")
_LANGUAGES = frozenset({"javascript", "typescript", "python", "java", "csharp", "go"})
_RENAMED = frozenset({"python", "csharp", "go"})
_PROJECT_NAME = expression(r"(?:aws_codebuild_project\.|!?Ref\W{0,4}|!?GetAtt\W{0,4}|\$\{)(?P<name>\w{1,100})")
_ACTION = expression(
    r"\b(?P<step>ShellStep|CodeBuildStep|ManualApprovalStep)\s{0,9}\("
    r"|\b(?P<action>\w{1,60}Action)\s{0,9}\("
    r"|\bBuildSpec\.(?:from_?[oO]bject\w{0,20}|FromObject\w{0,20})\s{0,9}(?P<spec>\()"
    r"|\.(?:add_?[sS]tage|add_?[wW]ave|AddStage|AddWave)\s{0,9}(?P<stage>\()"
)
_ACTIONS = {
    "Deploy/ECS": expression(r"Ecs"),
    "Deploy/CodeDeploy": expression(r"CodeDeploy"),
    "Deploy/CloudFormation": expression(r"CloudFormation"),
    "Deploy/ElasticBeanstalk": expression(r"ElasticBeanstalk"),
    "Deploy/S3": expression(r"S3Deploy"),
    "Approval/Manual": expression(r"ManualApproval"),
}
"""Actions by what the name of their class begins with."""
_BRANCH = expression(r"[\"']?\b[bB]ranch(?:_?[nN]ame)?[\"']?\s{0,3}[:=]\s{0,3}[\"'](?P<branch>[\w./-]{1,80})[\"']")


def wants(source: Source) -> bool:
    """Templates, Terraform and CDK programs that declare a pipeline or a build project."""
    if source.file.binary or source.file.size > SIZE_LIMIT or source.is_test:
        return False
    if source.language in _LANGUAGES:
        text = source.text
        return any(mark in text for mark in _CDK) and bool(_PROGRAM.search(text) and _ACTION.search(text))
    if not source.name.endswith(_SUFFIXES) or not any(mark in source.text for mark in _DECLARED):
        return False
    return terraform.wants(source) or cloudformation.wants(source)


def read(source: Source) -> Iterable[Fact]:
    """The jobs of the pipelines, and of build projects that no pipeline of the file runs. Raises `Unreadable`."""
    if source.language in _LANGUAGES:
        return _program(source)
    reader = terraform if terraform.wants(source) else cloudformation
    declared = [fact for fact in reader.read(source) if isinstance(fact, Resource)]
    projects = {
        fact.name: fact for fact in declared if fact.type in ("AWS::CodeBuild::Project", "aws_codebuild_project")
    }
    facts: list[Fact] = []
    used: set[str] = set()
    for fact in declared:
        if fact.type in ("AWS::CodePipeline::Pipeline", "aws_codepipeline"):
            facts += _stages(source, fact, projects, used)
    for name, project in projects.items():
        specification = _specification(project)
        if name not in used and specification:
            body = Body(source, _pipeline.job_unit(source, name), SYSTEM)
            secrets = _phases(body, specification, project.location.line)
            facts += [Job(project.location, body.unit, SYSTEM, source.path, secrets=secrets), *body.facts]
    return facts


# --- templates and Terraform ------------------------------------------------------------------------------------------


def _stages(source: Source, pipeline: Resource, projects: dict[str, Resource], used: set[str]) -> Iterator[Fact]:
    """A job for each action; those of a stage wait for all of the stage before."""
    stages = _either(pipeline.attributes, "Stages", "stage")
    triggers = _triggers(stages)
    before: tuple[str, ...] = ()
    for stage, line in _chosen(stages):
        done: list[str] = []
        for action, at in _chosen(_either(stage, "Actions", "action")):
            kind = _either(action, "ActionTypeId", "action_type_id")
            kind = kind if isinstance(kind, Map) else action
            category, provider = (scalar_text(_either(kind, key.title(), key)) for key in ("category", "provider"))
            name = "/".join(scalar_text(_either(one, "Name", "name")) for one in (stage, action))
            unit = _pipeline.job_unit(source, f"{pipeline.name}/{name}")
            body = Body(source, unit, SYSTEM)
            settings = mapping(_either(action, "Configuration", "configuration"))
            body.step(f"{category}/{provider}", at or line or pipeline.location.line, settings, name=name)
            calls, secrets = _build(body, settings, projects, used) if provider == "CodeBuild" else ("", ())
            yield Job(
                source.at(at or pipeline.location.line),
                unit,
                SYSTEM,
                pipeline.name,
                before,
                triggers,
                approval=category == "Approval",
                calls=calls,
                secrets=secrets,
            )
            yield from body.facts
            done.append(unit.name)
        before = tuple(done) or before


def _build(body: Body, settings: Map, projects: dict[str, Resource], used: set[str]) -> tuple[str, tuple[str, ...]]:
    """What a build action runs: the specification in its project, else the path of its file; and the secrets' names."""
    match = _PROJECT_NAME.search(str(settings.get("ProjectName")))
    project = projects.get(match["name"]) if match else None
    if project is None:
        return _file_of(None), ()
    used.add(project.name)
    specification = _specification(project)
    if not specification:
        return _file_of(project), ()
    return "", _phases(body, specification, project.location.line)


def _chosen(items: Any) -> Iterator[tuple[Map, int]]:
    """The mappings of a list, those that a condition of the template chooses between written out."""
    for item in items if isinstance(items, Seq) else []:
        branches = item.get("Fn::If", item) if isinstance(item, Map) else item
        if isinstance(branches, Seq):
            yield from maps(branches)
    yield from ((item, line) for item, line in maps(items) if "Fn::If" not in item)


def _either(value: Any, template: str, block: str) -> Any:
    """What stands under the key of a template or of Terraform."""
    found = mapping(value)
    return found.get(template, found.get(block))


def _triggers(stages: Any) -> tuple[Trigger, ...]:
    """A pipeline follows one branch of its source."""
    for stage, _ in maps(stages):
        for action, _ in maps(_either(stage, "Actions", "action")):
            settings = mapping(_either(action, "Configuration", "configuration"))
            branch = scalar_text(settings.get("BranchName", settings.get("Branch")))
            if branch:
                return (Trigger("push", (branch,)),)
    return (Trigger("push", ("main",)),)


def _source_of(project: Resource) -> Map:
    given = project.attributes.get("Source", project.attributes.get("source"))
    return next((one for one, _ in maps(given)), mapping(given))


def _specification(project: Resource) -> str:
    """The build specification that stands in the declaration, else empty."""
    text = scalar_text(_either(_source_of(project), "BuildSpec", "buildspec"))
    return text if "phases" in text and "\n" in text else ""


def _file_of(project: Resource | None) -> str:
    """The file of the build specification, by its usual name where nothing else is said."""
    given = scalar_text(_either(_source_of(project), "BuildSpec", "buildspec")) if project is not None else ""
    match = re.search(r"[\w./-]{1,200}\.ya?ml", given)
    return match[0].removeprefix("./") if match else "buildspec.yml"


def _phases(body: Body, specification: str, line: int) -> tuple[str, ...]:
    """Add the commands of a build specification; the names of its secrets."""
    try:
        root = next(iter(parse_yaml(specification)), None)
    except BadSyntax:
        return ()
    return codebuild.phases(body, root, line) if isinstance(root, Map) else ()


# --- CDK --------------------------------------------------------------------------------------------------------------


def _program(source: Source) -> list[Fact]:
    """One job with the steps, actions, inline specifications and stages of a program, in the order they are written."""
    code, rename = source.code, source.language in _RENAMED
    line_of = line_counter(code)
    body = Body(source, _pipeline.job_unit(source, "pipeline"), SYSTEM)
    waits = False
    first = 0
    for match in _ACTION.finditer(code):
        line = line_of(match.start())
        first = first or line
        given = arguments(code, match.end(), rename=rename)
        values = dict(given.named)
        for one in given.positional:
            values.update(one if isinstance(one, dict) else {})
        if match["step"] == "ManualApprovalStep":
            waits = True
            body.step("Approval/Manual", line)
        elif match["step"]:
            for key in ("installCommands", "commands"):
                for command in names(values.get(key)):
                    body.run(command, line)
        elif match["action"]:
            uses = next((uses for uses, pattern in _ACTIONS.items() if pattern.match(match["action"])), "")
            waits = waits or uses == "Approval/Manual"
            if uses:
                body.step(uses, line, values)
        elif match["spec"]:
            codebuild.phases(body, values, line)
        elif "pipelines" in code:
            body.step("Deploy/CDK", line, values)
    if not body.facts:
        return []
    branch = _BRANCH.search(code)
    job = Job(
        source.at(first),
        body.unit,
        SYSTEM,
        source.path,
        triggers=(Trigger("push", (branch["branch"] if branch else "main",)),),
        approval=waits,
    )
    return [job, *body.facts]
