"""Values of the model as a JSON text, and back, by the types that the model declares: nothing is taken on trust.

A dataclass becomes the list of its fields, so a text fits exactly the model that wrote it.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")
_Load = Callable[[Any], Any]


class NotPacked(ValueError):
    """The text does not hold such a value."""


def pack(value: Any) -> str:
    """A dataclass of the model as JSON in ASCII. Raises `ValueError` for what JSON cannot hold."""
    return json.dumps(_plain(value), allow_nan=False, separators=(",", ":"))


def unpack(kind: type[T], text: str) -> T:
    """What `pack` was given. Raises `NotPacked`."""
    try:
        value: T = _loader(cast(Any, kind))(json.loads(text))
    except (ValueError, TypeError, RecursionError) as error:
        raise NotPacked(str(error)) from error
    return value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _plain(value: Any) -> Any:
    if value is None or type(value) in {str, int, float, bool}:
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(item)] for key, item in value.items()]
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(_plain(item) for item in value)
    if dataclasses.is_dataclass(value):
        return [_plain(getattr(value, name)) for name in _names(cast(Any, type(value)))]
    raise ValueError(f"cannot be packed: {type(value).__name__}")


@cache
def _loader(kind: Any) -> _Load:
    """What makes a value of a type out of JSON's; it raises where the value is of another."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(cast(Any, kind))
        return _loader_of_fields(kind, [_loader(hints[name]) for name in _names(cast(Any, kind))])
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple and arguments[1:] == (...,):
        item = _loader(arguments[0])
        return lambda value: tuple([item(one) for one in _list(value)])
    if origin is tuple:
        items = [_loader(argument) for argument in arguments]
        return lambda value: tuple(load(one) for load, one in zip(items, _list(value), strict=True))
    if origin is frozenset:
        member = _loader(arguments[0])
        return lambda value: frozenset(member(one) for one in _list(value))
    if origin is Mapping:
        key, held = map(_loader, arguments)
        return lambda value: {key(name): held(one) for name, one in _list(value)}
    if origin is types.UnionType and arguments[1:] == (types.NoneType,):
        given = _loader(arguments[0])
        return lambda value: None if value is None else given(value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if kind in (str, int, float, bool):
        return lambda value: _checked(kind, value)
    raise NotPacked(f"no type of the model: {kind}")


def _loader_of_fields(kind: Any, loaders: list[_Load]) -> _Load:
    return lambda value: kind(*[load(one) for load, one in zip(loaders, _list(value), strict=True)])


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise NotPacked("a list is wanted")
    return value


def _checked(kind: type, value: Any) -> Any:
    if type(value) is not kind and not (kind is float and type(value) is int):
        raise NotPacked(f"not of type {kind.__name__}")
    return value
