"""Terraform's variables: what `var.name` stands for, as far as the files of a case tell.

A module's variable has what its callers hand to it, a root module's has what a `.tfvars` file says, else both have
their default (https://developer.hashicorp.com/terraform/language/values/variables).
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from evidence_check.model import Fact, Resource, Setting
from evidence_check.tree import Map, Seq

_REFERENCE = re.compile(r"var\.(\w+)")
_DEPTH = 6
"""Modules inside modules that a value is followed through."""
_PRODUCTION = re.compile(r"(?:^|[^a-z])(?:prod|production|prd|live)(?:[^a-z]|$)")

_Folder = tuple[str, str]
"""Part and folder."""


@dataclass(frozen=True)
class _Values:
    """Where the values of variables come from, by folder."""

    defaults: Mapping[_Folder, Mapping[str, Any]]
    given: Mapping[_Folder, Mapping[str, Any]]
    calls: Mapping[_Folder, list[tuple[_Folder, Mapping[str, Any]]]]

    def of(self, folder: _Folder, name: str, depth: int = 0) -> Any:
        """The value of a variable in a folder, None where nothing tells it."""
        if depth > _DEPTH:
            return None
        for caller, arguments in self.calls.get(folder, ()):
            if name in arguments:
                value = arguments[name]
                reference = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
                value = self.of(caller, reference[1], depth + 1) if reference else value
                if value is not None:
                    return value
        if name in self.given.get(folder, ()):
            return self.given[folder][name]
        return self.defaults.get(folder, {}).get(name)


def with_variables(facts: Iterable[Fact]) -> list[Fact]:
    """The facts, with the values of variables put into the attributes of Terraform's resources."""
    facts = list(facts)
    values = _values(facts)
    if not values.defaults:
        return facts
    return [_resolved(fact, values) for fact in facts]


def _folder(fact: Fact) -> _Folder:
    return fact.location.part, posixpath.dirname(fact.location.path)


def _values(facts: list[Fact]) -> _Values:
    defaults: dict[_Folder, dict[str, Any]] = defaultdict(dict)
    calls: dict[_Folder, list[tuple[_Folder, Mapping[str, Any]]]] = defaultdict(list)
    for fact in facts:
        if isinstance(fact, Resource) and fact.system == "terraform":
            if fact.type == "variable":
                defaults[_folder(fact)][fact.name] = fact.attributes.get("default")
            elif fact.type == "module":
                source = str(fact.attributes.get("source", ""))
                if source.startswith("."):
                    part, folder = _folder(fact)
                    target = posixpath.normpath(posixpath.join(folder, source)).removeprefix("./")
                    calls[part, "" if target == "." else target].append(((part, folder), fact.attributes))
    return _Values(defaults, _given(facts, defaults), calls)


def _given(facts: list[Fact], defaults: Mapping[_Folder, Mapping[str, Any]]) -> dict[_Folder, dict[str, Any]]:
    """What `.tfvars` files say, by the folder whose variables they set; production's word goes before others'."""
    given: dict[_Folder, dict[str, Any]] = defaultdict(dict)
    settings = [fact for fact in facts if isinstance(fact, Setting) and ".tfvars" in fact.location.path]
    settings.sort(key=lambda fact: (not _PRODUCTION.search(fact.location.path.lower()), fact.location))
    first: dict[tuple[_Folder, str], str] = {}
    for fact in settings:
        name, listed = fact.path.removesuffix("[]"), fact.path.endswith("[]")
        part, folder = _folder(fact)
        while (part, folder) not in defaults and folder:
            folder = posixpath.dirname(folder)
        place = (part, folder)
        if first.setdefault((place, name), fact.location.path) != fact.location.path:
            continue
        if listed:
            given[place].setdefault(name, Seq(fact.location.line)).append(fact.value)
        else:
            given[place][name] = fact.value
    return given


def _resolved(fact: Fact, values: _Values) -> Fact:
    if not isinstance(fact, Resource) or fact.system != "terraform" or fact.type in {"variable", "output"}:
        return fact
    attributes = _put_in(fact.attributes, values, _folder(fact))
    return fact if attributes is fact.attributes else replace(fact, attributes=attributes)


def _put_in(value: Any, values: _Values, folder: _Folder) -> Any:
    """The value with variables replaced: the same object where there is nothing to replace."""
    if isinstance(value, str):
        reference = _REFERENCE.fullmatch(value)
        found = values.of(folder, reference[1]) if reference else None
        return value if found is None else found
    if isinstance(value, Map):
        changed = {key: new for key, item in value.items() if (new := _put_in(item, values, folder)) is not item}
        if not changed:
            return value
        copy = Map(value.line, value.tag)
        copy.update({**value, **changed})
        copy.lines = value.lines
        return copy
    if isinstance(value, Seq):
        items = [_put_in(item, values, folder) for item in value]
        if all(new is old for new, old in zip(items, value, strict=True)):
            return value
        seq = Seq(value.line, value.tag)
        seq.extend(items)
        seq.lines = value.lines
        return seq
    return value
