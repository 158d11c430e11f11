"""The facts of a case, so arranged that a call can be followed."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, File, Inputs, Job, Location, Resource, Setting, Step, Unit, UnitKind

Action = Command | Step
Place = tuple[str, str]
"""A part's name and a path in it."""


@dataclass
class Index:
    """Built once by `index`, then only read."""

    actions: dict[Unit, list[Action]] = field(default_factory=lambda: defaultdict(list))
    """What each unit runs, in order."""
    jobs: dict[Unit, Job] = field(default_factory=dict)
    units: dict[Place, list[Unit]] = field(default_factory=lambda: defaultdict(list))
    """The units of a file that run something, jobs included, in the order they stand."""
    paths: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Every path of a part."""
    named: dict[Place, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Paths by part and file name."""
    stages: dict[Place, dict[str, Resource]] = field(default_factory=lambda: defaultdict(dict))
    """The stages of a Dockerfile by name."""
    services: dict[Place, dict[str, Resource]] = field(default_factory=lambda: defaultdict(dict))
    """The services of a Compose file by name."""
    functions: dict[Place, list[Unit]] = field(default_factory=lambda: defaultdict(list))
    """Functions of shell scripts by part and name."""
    defaults: dict[Place, Mapping[str, str]] = field(default_factory=dict)
    """What actions and called pipelines hold where their callers hand nothing to them."""
    submodules: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Folders of a part that are git submodules."""

    def part_units(self, part: str, name: str, kind: UnitKind) -> list[Unit]:
        """The units of a part by the file's name, and of one kind."""
        return [unit for path in self.named.get((part, name), ()) for unit in self.units.get((part, path), ())
                if unit.kind is kind]  # fmt: skip

    def find(self, part: str, path: str, bases: Sequence[str], *, default: bool = False) -> str:
        """The path of the part that a call means by `path` from one of these folders, else empty.

        A path with variables, one of a machine's root, and one that is in none of the folders is found by its end
        where only one file ends so; a `default` name (`Makefile`) only where its folder is a variable.
        """
        paths = self.paths.get(part, set())
        for base in (*bases, ""):
            candidate = posixpath.normpath(posixpath.join(base, path))
            if candidate in paths:
                return candidate
        unknown = [base for base in bases if _VARIABLE.search(base)]
        if default and not unknown:
            return ""
        wanted = _known_end(posixpath.join(unknown[0], path) if unknown else path)
        while wanted.startswith(("/", "./", "../")):
            wanted = wanted.partition("/")[2]
        ends = self._ending(part, wanted)
        if not ends and path.startswith("/"):
            ends = self._ending(part, wanted.rpartition("/")[2])
        return ends[0] if len(ends) == 1 else ""

    def _ending(self, part: str, wanted: str) -> list[str]:
        """The paths that end in these folders and name."""
        named = self.named.get((part, wanted.rpartition("/")[2]), ()) if wanted else ()
        return [one for one in named if one == wanted or one.endswith(f"/{wanted}")]


_VARIABLE = expression(r"\$\{\{|\$\{?\w|\$\(|`|\{\{|<<|%")


def _known_end(path: str) -> str:
    """The end of a path behind its last folder with a variable."""
    matches = list(_VARIABLE.finditer(path))
    if not matches:
        return path
    end = path.find("/", matches[-1].start())
    closing = max(path.rfind("}"), path.rfind(")"))
    end = path.find("/", closing) if closing > matches[-1].start() else end
    return path[end + 1 :] if end >= 0 else ""


def index(facts: Iterable[Fact]) -> Index:
    """The index of all facts of a case."""
    made = Index()
    for fact in facts:
        match fact:
            case File():
                _path(made, fact.location)
            case Command(words=()):
                continue
            case Command() | Step():
                made.actions[fact.unit].append(fact)
            case Job():
                made.jobs[fact.unit] = fact
            case Inputs():
                made.defaults[fact.location.part, fact.location.path] = fact.defaults
            case Resource(system="docker", type="stage"):
                made.stages[fact.location.part, fact.location.path][fact.name] = fact
            case Resource(system="compose", type="service") if "embedded" not in fact.attributes:
                made.services[fact.location.part, fact.location.path][fact.name] = fact
            case Setting() if fact.location.path == ".gitmodules" and fact.path.endswith("path"):
                made.submodules[fact.location.part].add(str(fact.value).strip("/"))
    _units(made)
    return made


def _units(made: Index) -> None:
    """Put what runs something in order, by file and name."""
    for unit, actions in made.actions.items():
        actions.sort(key=lambda action: (action.order, action.location))
        made.units[unit.part, unit.path].append(unit)
        _path(made, Location(unit.part, unit.path))
        if unit.kind is UnitKind.SCRIPT and unit.name:
            made.functions[unit.part, unit.name].append(unit)
    for unit in made.jobs:
        if unit not in made.actions:
            made.units[unit.part, unit.path].append(unit)
        _path(made, Location(unit.part, unit.path))
    for part, path in (*made.stages, *made.services):
        _path(made, Location(part, path))


def _path(made: Index, location: Location) -> None:
    if location.path not in made.paths[location.part]:
        made.paths[location.part].add(location.path)
        made.named[location.part, location.path.rpartition("/")[2]].append(location.path)


def text(value: Any) -> str:
    """A scalar as text; empty for None and containers."""
    return "" if value is None or isinstance(value, (dict, list)) else str(value)
