"""Git hooks that a tool installs: pre-commit and lefthook.

https://pre-commit.com/#adding-pre-commit-plugins-to-your-project, https://lefthook.dev/configuration/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from evidence_check.model import Fact, Unit, UnitKind
from evidence_check.readers._pipeline import Body, mapping, maps, scalar_text
from evidence_check.tree import Map

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "git-hooks"
GIVES = frozenset({"command", "step"})

_LEFTHOOK = frozenset({"lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml"})


def wants(source: Source) -> bool:
    """By the tools' names for their files; a pre-commit configuration may have another one."""
    if source.name in _LEFTHOOK or source.name.startswith(".pre-commit-config."):
        return True
    return source.name in {"pre-commit.yaml", "pre-commit.yml", "pre-commit-config.yaml"}


def read(source: Source) -> Iterable[Fact]:
    """Each hook as a step of its id; the commands of hooks that stand in the file itself."""
    root = source.yaml[0] if source.yaml else None
    if not isinstance(root, Map):
        return []
    if source.name in _LEFTHOOK:
        return _lefthook(source, root)
    unit = Unit(UnitKind.HOOK, source.path, "", source.file.location.part)
    body = Body(source, unit, "pre-commit")
    for repository, _ in maps(root.get("repos")):
        origin = scalar_text(repository.get("repo"))
        for hook, line in maps(repository.get("hooks")):
            inputs = {**hook, "repo": origin}
            body.step(scalar_text(hook.get("id")), hook.line_of("id") or line, inputs,
                      version=scalar_text(repository.get("rev")), name=hook.get("name"))  # fmt: skip
            if origin == "local" and scalar_text(hook.get("language")) not in {"fail", "pygrep", "docker_image"}:
                body.run(hook.get("entry"), hook.line_of("entry"))
    return body.facts


def _lefthook(source: Source, root: Map) -> list[Fact]:
    facts: list[Fact] = []
    for name, content in root.items():
        if not isinstance(content, Map):
            continue
        body = Body(source, Unit(UnitKind.HOOK, source.path, name, source.file.location.part), "lefthook")
        for command in [*mapping(content.get("commands")).values(), *(job for job, _ in maps(content.get("jobs")))]:
            _run(body, command)
        facts += body.facts
    return facts


def _run(body: Body, command: Any) -> None:
    given = mapping(command)
    if given.get("skip") is not True:
        body.run(given.get("run"), given.line_of("run"), directory=scalar_text(given.get("root")).strip("/"))
    for job, _ in maps(mapping(given.get("group")).get("jobs")):
        _run(body, job)
