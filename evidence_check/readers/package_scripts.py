"""Scripts of `package.json` and `composer.json`, and the git hooks that a `package.json` may hold.

https://docs.npmjs.com/cli/using-npm/scripts, https://getcomposer.org/doc/articles/scripts.md
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.model import Command, Fact, Unit, UnitKind
from evidence_check.readers import _shell
from evidence_check.readers._pipeline import mapping, scripts
from evidence_check.tree import Map

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "npm-scripts"
GIVES = frozenset({"command"})

_RUN = {"package.json": ("npm", "run"), "composer.json": ("composer", "run")}


def wants(source: Source) -> bool:
    """By the manifests' names."""
    return source.name in _RUN


def read(source: Source) -> Iterable[Fact]:
    """A task for each script; its `pre` and `post` scripts as `npm run` commands around it."""
    root = source.json if isinstance(source.json, Map) else Map()
    declared = mapping(root.get("scripts"))
    facts: list[Fact] = []
    for name in declared:
        facts += _task(source, declared, name)
    hooks = mapping(mapping(root.get("husky")).get("hooks") or root.get("gitHooks") or root.get("simple-git-hooks"))
    for name in hooks:
        unit = Unit(UnitKind.HOOK, source.path, name, source.file.location.part)
        facts += _shell.session(scripts(hooks[name], hooks.line_of(name)), source, unit, directory=source.folder)
    return facts


def _task(source: Source, declared: Map, name: str) -> list[Command]:
    unit = Unit(UnitKind.TASK, source.path, name, source.file.location.part)
    line = declared.line_of(name)
    run = _RUN[source.name]
    found: list[Command] = []

    def call(other: str) -> None:
        text = f"{other}: {declared[other]}"[:400]
        found.append(
            Command(source.at(declared.line_of(other)), unit, (*run, other), source.folder, order=len(found), text=text)
        )

    npm = source.name == "package.json"
    if npm and f"pre{name}" in declared:
        call(f"pre{name}")
    items = scripts(declared[name], line)
    if not npm:
        items = [(_composer(text), at) for text, at in items]
    found += _shell.session(items, source, unit, directory=source.folder, order=len(found))
    if npm and f"post{name}" in declared:
        call(f"post{name}")
    return found


def _composer(text: str) -> str:
    """`@name` runs another script, `@php` and `@composer` the programs; `Class::method` is no command."""
    if "::" in text.partition(" ")[0]:
        return ""
    if text.startswith(("@php ", "@composer ", "@putenv ")):
        return text[1:]
    return f"composer run {text[1:]}" if text.startswith("@") else text
