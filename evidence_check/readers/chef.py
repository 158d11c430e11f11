"""Chef recipes: their resources, and what their scripts run.

Format: https://docs.chef.io/resources/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource, Unit, UnitKind
from evidence_check.readers._ruby_dsl import Script, script_of
from evidence_check.readers._scripts import commands, numbered, scalar_text
from evidence_check.readers._source import Source
from evidence_check.readers._user_data import boot_facts
from evidence_check.tree import Map

SYSTEM = "chef"
GIVES = frozenset({"resource", "command"})

_PLACE = expression(r"(?:^|/)(?:recipes|cookbooks/(?:.{1,200}/)?(?:recipes|resources))/[^/]{1,100}\.rb$")
_RESOURCE = expression(r"\s*([a-z][a-z0-9_]{1,60})[ \t(]+(?:[\"']([^\"'\n]{1,200})[\"']|%w[\[(]([^\])\n]{1,200}))")
_BLOCK = expression(r"\bdo\s*(?:\|[^|]{0,40}\|\s*)?$|\{\s*$")
_PROPERTY = expression(r"\s++([a-z_]{2,40})\s++(?:[\"']([^\"'\n]{0,500})[\"']|([:\w\[\]., ]{1,200}))\s*+$")
_BARE = frozenset(
    "package service template file cookbook_file directory user group remote_file remote_directory git link mount "
    "apt_package yum_package dnf_package apt_update apt_repository yum_repository include_recipe systemd_unit".split()
)
_STATEMENTS = frozenset(
    {"if", "unless", "when", "require", "case", "puts", "raise", "log", "def", "describe", "it", "context"}
)
_FAR = 60


def wants(source: Source) -> bool:
    """Ruby files in `recipes/`, and custom resources of cookbooks."""
    return source.name.lower().endswith(".rb") and _PLACE.search(source.path) is not None


def read(source: Source) -> Iterator[Fact]:
    """The resources and commands; a file in Ruby is never broken for this reader."""
    yield from numbered(_recipe(script_of(source.text), source))


def _recipe(script: Script, source: Source) -> Iterator[Fact]:
    unit = Unit(UnitKind.TASK, source.path, "", source.file.location.part)
    for number, line in enumerate(script.lines, 1):
        for text in script.heredocs.get(number, ()):
            yield from boot_facts(text, source, unit, text.line)
        match = _RESOURCE.match(line)
        if match is None or match[1] in _STATEMENTS:
            continue
        if match[1] in _BARE or _BLOCK.search(line):
            attributes, end = _properties(script.lines, number)
            name = match[2] or match[3]
            yield Resource(source.at(number, end), SYSTEM, match[1], name, attributes)
            if match[1] == "execute":
                command = scalar_text(attributes.get("command")) or name
                yield from commands(command, source, unit, line=attributes.line_of("command"))


def _properties(lines: list[str], number: int) -> tuple[Map, int]:
    """`name value` lines up to the block's end."""
    attributes = Map(number)
    if not _BLOCK.search(lines[number - 1]):
        return attributes, number
    indent = len(lines[number - 1]) - len(lines[number - 1].lstrip())
    for at in range(number + 1, min(number + _FAR, len(lines)) + 1):
        line = lines[at - 1]
        if re.match(rf"\s{{0,{indent}}}(?:end\b|\}})", line):
            return attributes, at
        if match := _PROPERTY.match(line):
            attributes[match[1]] = match[2] if match[2] is not None else match[3].strip()
            attributes.lines[match[1]] = at
    return attributes, number
