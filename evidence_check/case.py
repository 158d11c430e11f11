"""The case file, `evidence-check.yaml`: what a submission says about itself, checked against its published schema."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from evidence_check import tree
from evidence_check.folders import rules_folder
from evidence_check.model import Settings
from evidence_check.standard import known_standards

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

CASE_FILE = "evidence-check.yaml"
SIZE_LIMIT = 100_000
YEARS = range(2015, 2100)
ORDER = ("gateway", "sign-off", "submission", "practical")


class BrokenCase(Exception):
    """The case file is wrong; the message is one line with file, line and mend."""

    def __init__(self, path: str, line: int, message: str, mend: str = "") -> None:
        super().__init__(f"{path}:{line}: {message}" + (f"; {mend}" if mend else ""))
        self.path, self.line = path, line


@dataclass(frozen=True, slots=True)
class Dates:
    """The case's dates as far as they are given; none is before the one above it."""

    gateway: date | None = None
    sign_off: date | None = None
    submission: date | None = None
    practical: date | None = None


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """A document that the assessment organisation asks for besides those of the plan."""

    title: str
    file: str = ""
    words: int = 0
    """The most words it may have; 0 where there is no limit."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case file. Empty text stands for what is not given; paths are relative to the file's folder, as written."""

    path: str = ""
    id: str = ""
    title: str = ""
    standard: str = "ST0825"
    version: str = "1.0"
    parts: tuple[str, ...] = ()
    analysis: str = ""
    diagram: str = ""
    summary: str = ""
    declaration: str = ""
    dates: Dates = field(default_factory=Dates)
    epao: str = ""
    word_tolerance: int = 0
    """Per cent that a document may be longer than its limit."""
    required: tuple[RequiredDocument, ...] = ()
    live: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The documents that it names, each once."""
        named = (self.analysis, self.diagram, self.summary, self.declaration, *(item.file for item in self.required))
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def settings(self) -> Settings:
        """What the scan itself uses of it."""
        return Settings(self.analysis, self.diagram, self.title, self.word_tolerance)


def load_case(path: Path, *, trusted: bool) -> Case:
    """The case in a file. Raises `BrokenCase` with line and mend for the first fault, and `OSError`.

    `trusted` says that the user named the file. One that was found in a submission was written by whoever wrote the
    submission: it may only name places below its own folder, lest it make the scan read elsewhere or reach out.
    """
    with path.open("rb") as stream:
        data = stream.read(SIZE_LIMIT + 1)
    return parse_case(data, path.name, trusted=trusted, folder=path.parent)


def parse_case(data: bytes, name: str = CASE_FILE, *, trusted: bool, folder: Path | None = None) -> Case:
    """As `load_case`, from the bytes of a file of this name in `folder`, whose links are not followed out of it."""
    if len(data) > SIZE_LIMIT:
        raise BrokenCase(name, 1, f"is larger than {SIZE_LIMIT:,} bytes", "a case file is a page at most")
    try:
        documents = tree.parse_yaml(tree.decode(data))
    except tree.BadSyntax as error:
        raise BrokenCase(name, error.line, str(error)) from error
    if len(documents) > 1:
        raise BrokenCase(name, 1, f"holds {len(documents)} documents", "write one case to a file")
    raw = documents[0] if documents else tree.Map()
    _check_schema(raw, name)
    _check_standard(raw, name)
    _check_live(raw, name)
    documents_ = raw.get("documents", {})
    epao = raw.get("epao", {})
    if not trusted:
        _check_inside(raw, name, folder)
    return Case(
        path=name,
        id=str(raw.get("case", "")),
        title=raw.get("title", ""),
        standard=raw.get("standard", Case().standard),
        version=str(raw.get("standard-version", Case().version)),
        parts=tuple(raw.get("parts", ())),
        **{key: documents_.get(key, "") for key in ("analysis", "diagram", "summary", "declaration")},
        dates=_dates(raw.get("dates", tree.Map()), name),
        epao=epao.get("name", ""),
        word_tolerance=epao.get("word-tolerance", 0),
        required=tuple(RequiredDocument(**item) for item in epao.get("documents", ())),
        live=raw.get("live", ""),
    )


# --- the schema -------------------------------------------------------------------------------------------------------


def _check_schema(raw: Any, name: str) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads((rules_folder() / "case.schema.json").read_text(encoding="utf-8"))
    faults = [_fault(error, raw, schema, name) for error in Draft202012Validator(schema).iter_errors(raw)]
    if faults:
        raise min(faults, key=lambda fault: (fault.line, str(fault)))


def _fault(error: ValidationError, raw: Any, schema: Any, name: str) -> BrokenCase:
    """A schema's complaint in our words: the field, what is wrong, and what the schema says that it should be."""
    if not isinstance(raw, tree.Map):
        return BrokenCase(name, 1, "is not a mapping", "write lines such as `title: My project`")
    path = list(error.absolute_path)
    value, line = _value(raw, path)
    broken, wanted = _constraint(schema, list(error.absolute_schema_path))
    where = ".".join(str(key) for key in path if isinstance(key, str))
    if error.validator == "additionalProperties":
        known = sorted(broken["properties"])
        key = next(key for key in value if key not in known)
        near = difflib.get_close_matches(key, known, 1)
        mend = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
        message = f"unknown key `{key}`" + (f" in `{where}`" if where else "")
        return BrokenCase(name, value.line_of(key), message, mend)
    if error.validator == "required":
        said = "lacks a field"
    else:
        shown = "" if isinstance(value, (dict, list)) or value in ("", None) else f"`{str(value)[:60]}` "
        said = f"{shown}is not what is expected"
    return BrokenCase(name, line, f"`{where}`: {said}", f"it must be {wanted}")


def _value(raw: Any, path: list[Any]) -> tuple[Any, int]:
    """The value at a path in the file, and its line."""
    line = 1
    for key in path:
        line = raw.line_of(key) if isinstance(raw, tree.Map) else raw.lines[key]
        raw = raw[key]
    return raw, line


def _constraint(schema: Any, path: list[Any]) -> tuple[Any, str]:
    """The schema that holds the constraint at a path, and the innermost description on the way there."""
    described = ""
    for key in path[:-1]:
        schema = schema[key]
        described = schema.get("description", described) if isinstance(schema, Mapping) else described
    return schema, described


# --- what a schema cannot say -----------------------------------------------------------------------------------------


def _check_standard(raw: tree.Map, name: str) -> None:
    """Raises `BrokenCase` where there is no such standard, or not in this version."""
    known = known_standards()
    id_, version = raw.get("standard", Case().standard), str(raw.get("standard-version", ""))
    versions = [other for standard, other in known if standard == id_]
    if not versions:
        near = difflib.get_close_matches(id_, sorted({standard for standard, _ in known}), 1, 0.5)
        listed = ", ".join(sorted({standard for standard, _ in known}))
        mend = f"did you mean `{near[0]}`?" if near else f"known: {listed}"
        raise BrokenCase(name, raw.line_of("standard"), f"`standard`: nothing is known of {id_}", mend)
    if version and version not in versions:
        near = difflib.get_close_matches(version, versions, 1, 0.0)
        message = f"`standard-version`: nothing is known of {id_} version {version}"
        mend = f'write "{near[0]}", or leave it out; known: {", ".join(versions)}'
        raise BrokenCase(name, raw.line_of("standard-version"), message, mend)


def _check_live(raw: tree.Map, name: str) -> None:
    """Raises `BrokenCase` where the address is none, or carries a name or password."""
    address = raw.get("live", "")
    message = ""
    try:
        parts = urlsplit(address)
        if address and (not parts.hostname or parts.port == 0):
            message = f"`live`: `{address[:60]}` names no host"
        elif parts.username or parts.password:
            message = "`live`: it holds a user name or password"
    except ValueError:
        message = f"`live`: `{address[:60]}` is no address"
    if message:
        raise BrokenCase(name, raw.line_of("live"), message, "write it as https://app.example.org/path")


def _check_inside(raw: tree.Map, name: str, folder: Path | None) -> None:
    """Raises `BrokenCase` where a place lies outside the case file's own folder, or is a link that leads out of it."""
    places = [("parts", text, line) for text, line in _items(raw, "parts")]
    documents = raw.get("documents", tree.Map())
    places += [(f"documents.{key}", text, documents.line_of(key)) for key, text in documents.items()]
    for item, line in _items(raw.get("epao", tree.Map()), "documents"):
        places += [("epao.documents.file", item["file"], line)] if "file" in item else []
    for where, text, line in places:
        if _is_outside(text) or (folder is not None and _leads_out(folder, text)):
            mend = "name the case file itself on the command line if you trust it"
            raise BrokenCase(name, line, f"`{where}`: `{text[:60]}` is not below the case file's folder", mend)


def _items(raw: tree.Map, key: str) -> list[tuple[Any, int]]:
    items = raw.get(key, tree.Seq())
    return list(zip(items, items.lines, strict=True))


def _is_outside(text: str) -> bool:
    """An address, an absolute path, or one that climbs; by the rules of POSIX and of Windows, whatever runs here."""
    climbs = ".." in PurePosixPath(text).parts or ".." in PureWindowsPath(text).parts
    return climbs or ":" in text or text.startswith(("/", "\\", "~"))


def _leads_out(folder: Path, text: str) -> bool:
    """Whether a link on the way to a place leads out of the folder, or in a circle."""
    try:
        return not (folder / text).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return True


def _dates(raw: tree.Map, name: str) -> Dates:
    given: dict[str, date] = {}
    for key in ORDER:
        if key not in raw:
            continue
        try:
            day = date.fromisoformat(raw[key])
        except ValueError as error:
            message = f"`dates.{key}`: {raw[key]} is no day of the calendar"
            raise BrokenCase(name, raw.line_of(key), message, "write it as 2024-09-30") from error
        if day.year not in YEARS:
            message = f"`dates.{key}`: the year {day.year} is not a likely one"
            raise BrokenCase(name, raw.line_of(key), message, "correct the date")
        for earlier, before in reversed(given.items()):
            if day < before:
                message = f"`dates.{key}`: {day} is before `{earlier}`, {before}"
                raise BrokenCase(name, raw.line_of(key), message, "correct one of the two")
        given[key] = day
    return Dates(**{key.replace("-", "_"): day for key, day in given.items()})
