"""The report as JSON, and a report read back from it.

The format is published as `evidence_check/report.schema.json` (JSON Schema draft 2020-12). Its version is
`SCHEMA_VERSION`: a new minor version only adds, and reports of an older minor version still load.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from importlib import resources
from typing import Any, TypeVar

from evidence_check.model import (
    Assessment,
    Attention,
    Criterion,
    Evidence,
    Finding,
    Gap,
    Ksb,
    Location,
    Outcome,
    Pack,
    PackItem,
    PackRequirement,
    PartSummary,
    Provenance,
    Report,
    SignalText,
    Standard,
    Status,
    Theme,
    Verdict,
)
from evidence_check.render._text import visible

SCHEMA_VERSION = "1.0"

_SURROGATE = re.compile("[\ud800-\udfff]")
_T = TypeVar("_T")


class NotAReport(ValueError):
    """The text is no JSON report of a version that this one reads; the message is one line for a person."""


def render(report: Report) -> str:
    """The report as JSON in ASCII, keys sorted: the same report gives the same bytes.

    Texts are kept as they are, in JSON's own escapes; only lone surrogates (a file name that is not UTF-8), which no
    JSON text can hold, are written out as `\\x80`.
    """
    document = _plain(report)
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
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema()).iter_errors(document))
    if error is not None:
        raise NotAReport(f"not a valid report at {visible(error.json_path)}: {visible(error.message)[:200]}")
    return _report(document)


# --- report to JSON ---------------------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """Dataclasses, enumerations, tuples and sets as what JSON has."""
    if isinstance(value, Location):
        return {name: item for name, item in _fields(value).items() if item or name == "part"}
    if isinstance(value, (Evidence, Gap)):
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


def _report(raw: Mapping[str, Any]) -> Report:
    pack = raw["pack"]
    return Report(
        parts=_all(PartSummary, raw["parts"]),
        findings={signal: _finding(signal, item) for signal, item in raw["findings"].items()},
        ksbs=tuple(_build(Assessment, item, status=Status(item["status"])) for item in raw["ksbs"]),
        criteria=tuple(_build(Assessment, item, status=Status(item["status"])) for item in raw["criteria"]),
        pack=None
        if pack is None
        else Pack(Verdict(pack["verdict"]), tuple(_pack_item(item) for item in pack["items"])),
        gaps=_gaps(raw["gaps"]),
        provenance=_build(Provenance, raw["provenance"]),
        title=raw["title"],
        standard=_standard(raw["standard"]),
        signals={signal: _build(SignalText, item) for signal, item in raw["signals"].items()},
        attention=_all(Attention, raw["attention"]),
    )


def _build(cls: type[_T], raw: Mapping[str, Any], **given: Any) -> _T:
    """A dataclass of the fields that it knows; those of a later minor version are passed over."""
    known = {field.name for field in dataclasses.fields(cls)}  # type: ignore[arg-type]  # every caller's is one
    return cls(**({name: _tuples(item) for name, item in raw.items() if name in known} | given))


def _all(cls: type[_T], raw: Iterable[Mapping[str, Any]]) -> tuple[_T, ...]:
    return tuple(_build(cls, item) for item in raw)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _finding(signal: str, raw: Mapping[str, Any]) -> Finding:
    evidence = tuple(_evidence(item) for item in raw["evidence"])
    return Finding(signal, Outcome(raw["outcome"]), evidence, raw["total"], _gaps(raw["gaps"]))


def _evidence(raw: Mapping[str, Any]) -> Evidence:
    return _build(Evidence, raw, location=_build(Location, raw))


def _gaps(raw: Iterable[Mapping[str, Any]]) -> tuple[Gap, ...]:
    return tuple(_build(Gap, item, location=_build(Location, item), hides=frozenset(item["hides"])) for item in raw)


def _pack_item(raw: Mapping[str, Any]) -> PackItem:
    evidence = tuple(_evidence(item) for item in raw["evidence"])
    return _build(PackItem, raw, verdict=Verdict(raw["verdict"]), evidence=evidence)


def _standard(raw: Mapping[str, Any]) -> Standard:
    return _build(
        Standard,
        raw,
        ksbs=_all(Ksb, raw["ksbs"]),
        themes=_all(Theme, raw["themes"]),
        criteria=_all(Criterion, raw["criteria"]),
        pack=_all(PackRequirement, raw["pack"]),
    )
