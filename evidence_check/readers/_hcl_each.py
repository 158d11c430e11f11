"""What HCL writes once for every item of a collection: `dynamic` blocks and `[for x in y : { ... }]`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from evidence_check.expressions import expression
from evidence_check.tree import Map, Seq, Text

_NAMED = expression(r"(?:toset\(|tolist\()?((?:var|local)\.\w+)\)?")
_COPIES = 64


def each_of(content: Map, name: str, items: Any) -> list[Map]:
    """The content for each item, `name` (`ingress.value`, `port`) standing for it; once, with Terraform's splat
    expression (`var.rules[*].port`) in the item's place, where a variable or local lists them; as it is where nothing
    tells them."""
    if isinstance(items, Text) and items.value is not None:
        items = items.value
    if isinstance(items, str):
        named = _NAMED.fullmatch(items)
        return [_filled(content, name, lambda part: f"{named[1]}[*]{part and '.'}{part}", 1)] if named else [content]
    if isinstance(items, Mapping):
        items = list(items.values())
    if not isinstance(items, list) or not 0 < len(items) <= _COPIES:
        return [content]
    return [_filled(content, name, partial(_inside, item), 4) for item in items]


def _filled(content: Map, name: str, found: Callable[[str], Any], depth: int) -> Map:
    result = Map(content.line, content.tag)
    result.lines = content.lines
    for key, value in content.items():
        result[key] = _value(value, name, found, depth - 1)
    return result


def _value(value: Any, name: str, found: Callable[[str], Any], depth: int) -> Any:
    if isinstance(value, str) and value.startswith(name):
        rest = value[len(name) :]
        if rest and rest[0] not in ".[":
            return value
        item = found(rest.strip('.[]"'))
        return value if item is None else item
    if depth > 0 and isinstance(value, Map):
        return _filled(value, name, found, depth)
    if depth > 0 and isinstance(value, Seq):
        result = Seq(value.line, value.tag)
        result.extend(_value(one, name, found, depth - 1) for one in value)
        result.lines = value.lines
        return result
    return value


def _inside(item: Any, part: str) -> Any:
    for key in part.split(".") if part else ():
        item = item.get(key) if isinstance(item, Mapping) else None
    return item
