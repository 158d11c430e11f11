"""Terraform's variables and locals: what `var.name`, `local.name` and `each.value` stand for, as far as the files of a
case tell.

A module's variable has what its callers hand to it, a root module's has what a `.tfvars` file says, else both have
their default (https://developer.hashicorp.com/terraform/language/values/variables).
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource, Setting
from evidence_check.tree import Map, Seq, Text

_REFERENCE = expression(r"var\.(\w+)")
_LOCAL = expression(r"local\.(\w+)((?:\.\w+){0,6})")
_SPLAT = expression(r"((?:var|local)\.\w+)\[\*\]((?:\.\w+){0,6})")
_SET = expression(r"(?:toset|tolist|tomap)\(((?:var|local)\.[\w.]+)\)")
_COUNTED = expression(r"(?:element\()?((?:var|local)\.[\w.]+)(?:\[count\.index\]|,\s*count\.index\))")
"""One of a list by the number of the copy: any of it, since copies by number are not written out."""
_WHERE_WANTED = expression(r"[^?\n]{1,200}\?\s*((?:var|local)\.[\w.]+)\s*:\s*(?:\{\s*\}|\[\s*\]|toset\(\[\s*\]\))")
"""A collection where a condition is met, else none: what is written for its items is written."""
_EACH = expression(r"each\.(?:(key)|value((?:\.\w+){0,6}))")
_COPIES = 40
"""Copies by `for_each` that are written out."""
_DEPTH = 6
"""Modules inside modules that a value is followed through."""
_PRODUCTION = expression(r"(?:^|[^a-z])(?:prod|production|prd|live)(?:[^a-z]|$)")

_Folder = tuple[str, str]
"""Part and folder."""


@dataclass(frozen=True)
class _Values:
    """Where the values of variables come from, by folder."""

    defaults: Mapping[_Folder, Mapping[str, Any]]
    given: Mapping[_Folder, Mapping[str, Any]]
    calls: Mapping[_Folder, list[tuple[_Folder, Mapping[str, Any]]]]
    own: Mapping[_Folder, Mapping[str, Any]]
    """Locals."""

    def local(self, folder: _Folder, name: str, path: str) -> Any:
        """The value of a local, or of what stands in it at a path such as `.web.port`; None where nothing tells it."""
        return _inside(self.own.get(folder, {}).get(name), path)

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
    if values.defaults or values.own:
        facts = [_resolved(fact, values) for fact in facts]
    return [copy for fact in facts for copy in _copies(fact)]


def _inside(value: Any, path: str) -> Any:
    for key in filter(None, path.split(".")):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _folder(fact: Fact) -> _Folder:
    return fact.location.part, posixpath.dirname(fact.location.path)


def _values(facts: list[Fact]) -> _Values:
    defaults: dict[_Folder, dict[str, Any]] = defaultdict(dict)
    calls: dict[_Folder, list[tuple[_Folder, Mapping[str, Any]]]] = defaultdict(list)
    own: dict[_Folder, dict[str, Any]] = defaultdict(dict)
    for fact in facts:
        if isinstance(fact, Resource) and fact.system == "terraform":
            if fact.type == "variable":
                defaults[_folder(fact)][fact.name] = fact.attributes.get("default")
            elif fact.type == "local":
                own[_folder(fact)][fact.name] = fact.attributes.get("value")
            elif fact.type == "module":
                source = str(fact.attributes.get("source", ""))
                if source.startswith("."):
                    part, folder = _folder(fact)
                    target = posixpath.normpath(posixpath.join(folder, source)).removeprefix("./")
                    calls[part, "" if target == "." else target].append(((part, folder), fact.attributes))
    return _Values(defaults, _given(facts, defaults), calls, own)


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
    if not isinstance(fact, Resource) or fact.system != "terraform" or fact.type in {"variable", "output", "local"}:
        return fact
    attributes = _put_in(fact.attributes, values, _folder(fact))
    return fact if attributes is fact.attributes else replace(fact, attributes=attributes)


def _put_in(value: Any, values: _Values, folder: _Folder) -> Any:
    """The value with variables and locals replaced: the same object where there is nothing to replace."""

    def known(text: str) -> Any:
        if one := _SET.fullmatch(text) or _COUNTED.fullmatch(text) or _WHERE_WANTED.fullmatch(text):
            text = one[1]
        if local := _LOCAL.fullmatch(text):
            return values.local(folder, local[1], local[2])
        reference = _REFERENCE.fullmatch(text)
        return values.of(folder, reference[1]) if reference else None

    return _replaced(value, known)


def _spread(block: Any, known: Callable[[str], Any]) -> list[Any]:
    """A block that stands for each item of a variable (`_hcl` writes `var.rules[*].port` into it), written out for
    each; the block alone where nothing tells the items."""
    splats = {}
    for key, value in block.items() if isinstance(block, Map) else ():
        if isinstance(value, str) and (splat := _SPLAT.fullmatch(value)):
            splats[key] = splat
    bases = {splat[1] for splat in splats.values()}
    items = known(bases.pop()) if len(bases) == 1 else None
    if isinstance(items, Mapping):
        items = list(items.values())
    if not isinstance(items, list) or len(items) > _COPIES:
        return [block]
    copies = []
    for item in items:
        copy = Map(block.line, block.tag)
        copy.update(block)
        copy.update({key: _inside(item, splat[2] or "") for key, splat in splats.items()})
        copy.lines = block.lines
        copies.append(copy)
    return copies


def _copies(fact: Fact) -> list[Fact]:
    """A resource for each item of its `for_each` where that is written out, else the resource alone."""
    if not isinstance(fact, Resource) or fact.system != "terraform":
        return [fact]
    each = fact.attributes.get("for_each")
    if isinstance(each, Text) and each.value is not None:
        each = each.value
    if isinstance(each, list):
        each = {str(item): item for item in each}
    if not isinstance(each, Mapping) or not 0 < len(each) <= _COPIES:
        return [fact]
    copies: list[Fact] = []
    for key, value in each.items():

        def known(text: str, key: str = str(key), value: Any = value) -> Any:
            match = _EACH.fullmatch(text)
            return (key if match[1] else _inside(value, match[2])) if match else None

        copies.append(replace(fact, attributes=_replaced(fact.attributes, known)))
    return copies


def _replaced(value: Any, known: Callable[[str], Any]) -> Any:
    """The value with the texts replaced that stand for something: the same object where there is none."""
    if isinstance(value, str):
        found = known(value) if "." in value else None
        return value if found is None else found
    if isinstance(value, Map):
        changed = {key: new for key, item in value.items() if (new := _replaced(item, known)) is not item}
        if not changed:
            return value
        copy = Map(value.line, value.tag)
        copy.update({**value, **changed})
        copy.lines = value.lines
        return copy
    if isinstance(value, Seq):
        lines = [*value.lines, *[value.line] * len(value)]
        spread = [(copy, line) for item, line in zip(value, lines, strict=False) for copy in _spread(item, known)]
        items = [_replaced(item, known) for item, _ in spread]
        if len(items) == len(value) and all(new is old for new, old in zip(items, value, strict=True)):
            return value
        seq = Seq(value.line, value.tag)
        seq.extend(items)
        seq.lines = [line for _, line in spread]
        return seq
    return value
