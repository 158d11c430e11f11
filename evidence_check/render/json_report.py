"""The report as JSON, and a report read back from it.

The format is published as `evidence_check/report.schema.json` (JSON Schema draft 2020-12). Its version is
`SCHEMA_VERSION`: a new minor version only adds, and reports of an older minor version still load.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, cast

from evidence_check.expressions import expression
from evidence_check.model import (
    Declared,
    Drawn,
    Evidence,
    Finding,
    Gap,
    HandedPicture,
    LintMessage,
    Location,
    Mention,
    PathJob,
    PathStep,
    Personal,
    Report,
    Stop,
)
from evidence_check.render._text import visible

SCHEMA_VERSION = "1.1"

PACK = ("pack", "case", "title", "guesses", "live", "work", "personal", "gaps", "provenance")
"""The fields of a report that its checklist alone is made of."""
_PLACED = (Declared, Drawn, Evidence, Gap, HandedPicture, LintMessage, Mention, PathJob, PathStep, Personal, Stop)
"""What is written with the fields of its place beside its own."""
_SURROGATE = expression("[\ud800-\udfff]")


class NotAReport(ValueError):
    """The text is no JSON report of a version that this one reads; the message is one line for a person."""


def render(report: Report) -> str:
    """The report as JSON in ASCII, keys sorted: the same report gives the same bytes.

    Texts are kept as they are, in JSON's own escapes; only lone surrogates (a file name that is not UTF-8), which no
    JSON text can hold, are written out as `\\x80`.
    """
    return _text(_plain(report))


def render_pack(report: Report) -> str:
    """What the whole report holds of the pack, as a JSON text of its own."""
    return _text({name: _plain(getattr(report, name)) for name in PACK})


def _text(document: dict[str, Any]) -> str:
    document["schema_version"] = SCHEMA_VERSION
    text = json.dumps(document, allow_nan=False, ensure_ascii=True, indent=2, sort_keys=True)
    # The report may be printed by a pipeline: no line of it may be a command to the runner. JSON allows the escape.
    return text.replace("##[", "#\\u0023[").replace("##vso[", "#\\u0023vso[") + "\n"


def schema() -> dict[str, Any]:
    """The published schema of the format."""
    text = resources.files("evidence_check").joinpath("report.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def load_report(text: str) -> Report:
    """The report that `render` wrote. Raises `NotAReport`."""
    import jsonschema

    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAReport(f"not a JSON text: {error}") from error
    version = document.get("schema_version") if isinstance(document, dict) else None
    if not isinstance(version, str):
        raise NotAReport("not a report of evidence-check: it has no schema_version")
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise NotAReport(f"a report of version {visible(version)[:20]}; this evidence-check reads {SCHEMA_VERSION}")
    fault = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema()).iter_errors(document))
    if fault is not None:
        raise NotAReport(f"not a valid report at {visible(fault.json_path)}: {visible(fault.message)[:200]}")
    return cast(Report, _load(Report, document))


# --- report to JSON ---------------------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """Dataclasses, enumerations, tuples and sets as what JSON has."""
    if value is None or isinstance(value, int) or (type(value) is str and value.isascii()):
        return value  # most of a report
    if isinstance(value, Location):
        return {name: item for name, item in _fields(value).items() if item or name == "part"}
    if isinstance(value, _PLACED):
        rest = _fields(value)
        return rest.pop("location") | rest
    if isinstance(value, Finding):
        return {name: item for name, item in _fields(value).items() if name != "signal"}
    if dataclasses.is_dataclass(value):
        return _fields(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return _SURROGATE.sub(lambda match: visible(match[0]), value)
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}


# --- JSON to report ---------------------------------------------------------------------------------------------------


def _load(kind: Any, value: Any) -> Any:
    """What `_plain` wrote, as the type that the model declares for it."""
    if dataclasses.is_dataclass(kind):
        return _load_fields(kind, value)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return tuple(_load(arguments[0], item) for item in value)
    if origin is frozenset:
        return frozenset(value)
    if origin is Mapping:
        return {key: _load(arguments[1], item) for key, item in value.items()}
    if origin is types.UnionType:
        return None if value is None else _load(arguments[0], value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value


def _load_fields(kind: Any, raw: Mapping[str, Any]) -> Any:
    """A dataclass of the fields that it knows; those that a later minor version added are passed over."""
    if kind in _PLACED:
        raw = {**raw, "location": raw}
    if kind is Report:
        raw = {**raw, "findings": {signal: {**item, "signal": signal} for signal, item in raw["findings"].items()}}
    return kind(**{name: _load(type_, raw[name]) for name, type_ in _types(kind).items() if name in raw})


@cache
def _types(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
