"""Procfile: what a platform starts for each process type (https://devcenter.heroku.com/articles/procfile)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Fact, Unit, UnitKind
from evidence_check.readers import _shell

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "procfile"
GIVES = frozenset({"command"})

_PROCESS = expression(r"([A-Za-z0-9_-]{1,60}):\s*(\S.*)")


def wants(source: Source) -> bool:
    """By the name."""
    return source.name == "Procfile" or source.name.startswith("Procfile.")


def read(source: Source) -> Iterable[Fact]:
    """A service for each process type."""
    facts: list[Fact] = []
    for number, line in enumerate(source.text.split("\n"), 1):
        match = _PROCESS.match(line)
        if match:
            unit = Unit(UnitKind.SERVICE, source.path, match[1], source.file.location.part)
            facts += _shell.commands(match[2], source, unit, line=number, directory=source.folder)
    return facts
