"""AWS CodeBuild and CodeDeploy: `buildspec.yml` and `appspec.yml`.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Job, Unit, UnitKind
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import Body, mapping, maps, scalar_text
from evidence_check.readers._source import Unreadable
from evidence_check.tree import Map

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "codebuild"
GIVES = _pipeline.GIVES

_BUILD = expression(r"(?:[\w.-]{1,80}[-_.])?build-?spec(?:[-_.][\w.-]{1,80})?\.ya?ml", re.IGNORECASE)
_DEPLOY = expression(r"appspec(?:[-_.][\w.-]+)?\.(?:ya?ml|json)", re.IGNORECASE)
_LARGEST = 256 * 1024
_PHASES = ("install", "pre_build", "build", "post_build")


_ELSEWHERE = expression(r"\.ya?ml", re.IGNORECASE)
_VERSION = expression(r"^version: *['\"]?0\.[12]['\"]? *(?:#.*)?$", re.MULTILINE)
_HEAD = 4_000
"""Characters in which a specification says its version."""


def wants(source: Source) -> bool:
    """By the usual names, or a build specification under any name by its version and phases."""
    if _BUILD.fullmatch(source.name) or _DEPLOY.fullmatch(source.name):
        return True
    if source.is_test or not _ELSEWHERE.search(source.name) or source.file.size > _LARGEST:
        return False
    return "\nphases:" in source.text and _VERSION.search(source.text[:_HEAD]) is not None


def read(source: Source) -> Iterable[Fact]:
    """One job with the phases of a build; or an action with the hooks of a deployment."""
    documents = source.yaml
    root = documents[0] if documents else None
    if root is None:
        return []
    if not isinstance(root, Map):
        raise Unreadable("neither a build nor a deployment specification: a mapping is expected")
    return _deployment(source, root) if _DEPLOY.fullmatch(source.name) else _build(source, root)


def _build(source: Source, root: Map) -> list[Fact]:
    """All phases run in one shell since version 0.2."""
    unit = _pipeline.job_unit(source, "build")
    body = Body(source, unit, SYSTEM)
    secrets = phases(body, root)
    artifacts = root.get("artifacts")
    if isinstance(artifacts, Map):
        body.step("artifacts", root.line_of("artifacts"), artifacts)
    for name, report in mapping(root.get("reports")).items():
        body.step("report", root["reports"].line_of(name), report, name=name)
    line = root.line_of("phases") or 1
    return [Job(source.at(line), unit, SYSTEM, source.path, secrets=secrets), *body.facts]


def phases(body: Body, root: Mapping[str, Any], line: int = 0) -> tuple[str, ...]:
    """Add the commands of a specification's phases; the names of the secrets it uses. `line` is that of the first of
    the file's lines that it stands in."""
    found = mapping(root.get("phases"))
    for name in _PHASES:
        phase = mapping(found.get(name))
        items = [
            (text, at + line)
            for key in ("commands", "finally")
            for text, at in _pipeline.scripts(phase.get(key), phase.line_of(key))
        ]
        body.session(items, hides_failure=scalar_text(phase.get("on-failure")).upper() == "CONTINUE")
    env = mapping(root.get("env"))
    stores = {**mapping(env.get("parameter-store")), **mapping(env.get("secrets-manager"))}
    return tuple(sorted({*stores, *_pipeline.secret_names(found, mapping(env.get("variables")))}))


def _deployment(source: Source, root: Map) -> list[Fact]:
    """The hooks' scripts, which run from the revision's root on the instances that are deployed to. What starts the
    deployment stands elsewhere, so that this is no job but an action."""
    body = Body(source, Unit(UnitKind.ACTION, source.path, "", source.file.location.part), "codedeploy", source.folder)
    hooks = root.get("hooks", root.get("Hooks"))
    if isinstance(hooks, Map):
        for name, scripts in hooks.items():
            for script, line in maps(scripts):
                location = scalar_text(script.get("location"))
                if location:
                    body.step(f"hook:{name}", hooks.line_of(name), script, name=name)
                    body.run(f"bash {location}", script.line_of("location") or line, inside="remote")
    for resource, line in maps(root.get("Resources", root.get("resources"))):
        for name, content in resource.items():
            body.step("resource", line, content, name=name)
    return body.facts
