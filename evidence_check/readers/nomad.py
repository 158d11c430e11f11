"""Nomad job specifications: jobs, groups and tasks as resources, what tasks run as commands.

Format: https://developer.hashicorp.com/nomad/docs/job-specification
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Resource, Unit, UnitKind
from evidence_check.readers._hcl import Block, parse
from evidence_check.readers._scripts import commands, scalar_text
from evidence_check.readers._source import Source, Unreadable
from evidence_check.tree import Map

SYSTEM = "nomad"
GIVES = frozenset({"resource", "command"})

_SUFFIXES = (".nomad", ".nomad.hcl", ".nomad.tpl", ".nomad.j2")
_JOB = expression(rb"^\s{0,40}job\s{1,10}\"[^\"\n]{1,200}\"\s{0,10}\{", re.MULTILINE)
_KINDS = frozenset({"job", "group", "task", "service", "volume"})


def wants(source: Source) -> bool:
    """By the file's name, and other `.hcl` files with a job in them."""
    if source.name.lower().endswith(_SUFFIXES):
        return True
    return source.name.lower().endswith((".hcl", ".job")) and _JOB.search(source.data) is not None


def read(source: Source) -> Iterator[Fact]:
    """A resource for every job, group, task and service; before the fault of a broken file, then `Unreadable`."""
    top, error = parse(source.text)
    for block in top.blocks:
        for inner in block.walk():
            if inner.type in _KINDS:
                place = source.at(inner.line, inner.end_line)
                name = inner.name or scalar_text(inner.body.get("name"))
                yield Resource(place, SYSTEM, inner.type, name, inner.body)
            if inner.type == "task":
                yield from _command(inner, source)
    if error:
        raise Unreadable(str(error), error.line)


def _command(task: Block, source: Source) -> list[Command]:
    for config in task.nested("config"):
        body: Map = config.body
        command, arguments = body.get("command"), body.get("args")
        if isinstance(command, str):
            words = [scalar_text(word) for word in arguments] if isinstance(arguments, list) else []
            unit = Unit(UnitKind.SERVICE, source.path, task.name, source.file.location.part)
            return commands(shlex.join([command, *words]), source, unit, line=body.line_of("command"))
    return []
