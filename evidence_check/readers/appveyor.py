"""AppVeyor: `appveyor.yml` (https://www.appveyor.com/docs/appveyor-yml/)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evidence_check.model import Fact, Job, Trigger
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import Body, mapping, maps, names, scalar_text
from evidence_check.tree import Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "appveyor"
GIVES = _pipeline.GIVES

_PHASES = ("init", "install", "before_build", "build_script", "after_build", "before_test", "test_script", "after_test",
           "before_deploy", "deploy_script", "after_deploy", "on_success")  # fmt: skip


def wants(source: Source) -> bool:
    """Only the names that AppVeyor looks for."""
    return source.name in {"appveyor.yml", ".appveyor.yml", "appveyor.yaml"}


def read(source: Source) -> Iterable[Fact]:
    """One job: its phases in order, deployment providers as steps."""
    root = source.yaml[0] if source.yaml else None
    if not isinstance(root, Map):
        return []
    unit = _pipeline.job_unit(source, "build")
    body = Body(source, unit, SYSTEM, source.folder)
    unix = "ubuntu" in str(root.get("image")).lower() or "macos" in str(root.get("image")).lower()
    for phase in _PHASES:
        if phase == "before_test" and isinstance(root.get("build"), Map) and "build_script" not in root:
            body.run("msbuild", root.line_of("build"))
        _phase(body, root.get(phase), root.line_of(phase), "bash" if unix else "cmd")
    for provider, line in maps(root.get("deploy")):
        body.step(f"deploy:{scalar_text(provider.get('provider'))}", line, provider)
    branches = mapping(root.get("branches"))
    triggers = tuple(Trigger(event, names(branches.get("only")), names(branches.get("except")))
                     for event in ("push", "pull-request"))  # fmt: skip
    encrypted = any("secure" in value for value in _nested(root.get("environment")))
    job = Job(source.at(1), unit, SYSTEM, source.path, (), triggers, secrets=("secure",) if encrypted else ())
    return [job, *body.facts]


def _phase(body: Body, value: Any, line: int, shell: str) -> None:
    lines = value.lines if isinstance(value, Seq) else []
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        at = lines[index] if index < len(lines) else line
        if isinstance(item, Map):
            for kind, script in item.items():
                body.run(
                    script, item.line_of(kind), shell={"ps": "pwsh", "pwsh": "pwsh", "sh": "bash"}.get(kind, "cmd")
                )
        elif scalar_text(item):
            body.run(item, at, shell=shell)


def _nested(value: Any, depth: int = 0) -> list[Map]:
    if depth > 10:
        return []
    inner = list(value.values()) if isinstance(value, Map) else list(value) if isinstance(value, list) else []
    found = [value] if isinstance(value, Map) else []
    return found + [one for item in inner for one in _nested(item, depth + 1)]
