"""Load `rules/`: every field is checked at load, and what comes out is typed and compiled.

A rule file maps signal ids to rules; a rule's `when` is a list of clauses, any of which answers the signal with yes.
A clause names one kind of fact and tests on its fields:

    - resource: {type: [aws_cloudwatch_metric_alarm, "AWS::CloudWatch::Alarm"]}
      technology: cloudwatch

See `docs/rules.md` for the language. `BrokenRules` names the file, the line and the mend of the first fault.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from evidence_check import cache, own_files, tree
from evidence_check.expressions import expression
from evidence_check.folders import rules_folder
from evidence_check.model import FACTS
from evidence_check.patterns import Paths
from evidence_check.rule_tests import (
    BrokenRules,
    CommandPattern,
    RuleFile,
    Test,
    attribute_tests,
    command_pattern,
    expand,
    paths,
    regex,
    value_test,
)

__all__ = ["Activity", "BrokenRules", "Clause", "Condition", "Rule", "Rulebook", "Test", "load_rules", "rules_folder"]


@dataclass(frozen=True, slots=True)
class Condition:
    """Tests on the fields of one kind of fact."""

    kind: str
    tests: tuple[tuple[str, Test], ...]
    """Field name and test; the field names are those of `FIELDS`."""
    systems: frozenset[str] = frozenset()
    """Literal systems it is limited to; empty where it takes any."""
    within: Paths | None = None
    """On the path of the fact's file, where the condition says `in`."""
    patterns: tuple[CommandPattern, ...] = ()
    attributes: tuple[tuple[tuple[str, ...], Test], ...] = ()
    """Attribute path and test, for resources, steps' inputs and measures."""
    searches: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...] = ()
    """Text field and regular expressions of which one must be found; the place found is the evidence's line."""
    words: frozenset[str] = frozenset()
    """Identifiers of which one must occur before a regular expression is tried on code."""
    keys: frozenset[str] = frozenset()
    """Values of the kind's main field, globs among them, of which the fact must have one; empty where they can't be
    listed."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition (or a sequence of activities) with what it shows."""

    line: int
    condition: Condition | None
    sequence: tuple[frozenset[str], frozenset[str]] | None = None
    technology: str = ""
    says: str = ""
    at_least: int = 1
    distinct: str = ""
    """What makes two hits different for `at_least`: a field, `file` or `environment`; else their location."""
    each: str = "case"
    """Where so many are asked for: in all of the case, or in each part, file or job by itself."""
    total: str = ""
    """The field whose sum over all hits `at_least` is about."""
    others: tuple[Clause, ...] = ()
    """`with`: clauses that must hold as well."""
    unless: tuple[Clause, ...] = ()
    same: str = "case"
    """Where `with` and `unless` are looked for: `case`, `part`, `file` or, for what pipelines run, `job`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A signal: what it asks, what it speaks to, and the clauses that answer it."""

    id: str
    title: str
    asks: str
    counts: str
    not_counts: str
    ksbs: tuple[str, ...]
    leads: tuple[str, ...]
    when: tuple[Clause, ...]
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that a pipeline does (`test`, `deploy`), told by commands and steps."""

    id: str
    title: str
    when: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules; `digest` identifies their content."""

    rules: Mapping[str, Rule]
    activities: Mapping[str, Activity]
    digest: str = field(compare=False)


# --- the fields that a condition may name -----------------------------------------------------------------------------

_EVERYWHERE = {"in"}
_EXTRA = {
    "file": {"path"},
    "resource": {"attributes"},
    "command": {"runs", "program", "unit", "task", "text"},
    "step": {"inputs", "unit"},
    "run": {"runs", "uses", "inputs", "activity", "trigger", "hides_failure", "directory", "text", "values"},
    "job": {"trigger", "task"},
    "code": {"matches", "words", "lines"},
    "test": {"matches", "words"},
    "document": {"text", "heading", "code"},
    "history": {"measures"},
}
_HIDDEN = {"location", "text", "commits", "lines", "attributes", "inputs", "action", "job", "via", "matrix"}
_MAIN = {
    "resource": "type",
    "setting": "path",
    "dependency": "name",
    "import": "module",
    "event": "what",
    "step": "uses",
    "secret": "what",
}
FIELDS: Mapping[str, frozenset[str]] = {
    kind: frozenset(({f.name for f in dataclasses.fields(fact)} - _HIDDEN) | _EXTRA.get(kind, set()) | _EVERYWHERE)
    for kind, fact in FACTS.items()
}
TRIGGERS = frozenset({"change", "push", "pull-request", "tag", "schedule", "manual", "release", "main"})
_CLAUSE_KEYS = {"technology", "says", "at_least", "distinct", "each", "total", "with", "unless", "same", "sequence"}
_PLACES = {"case", "part", "file", "job"}
_RULE_KEYS = {"title", "asks", "counts", "not", "ksbs", "leads", "when"}
_ATTRIBUTES = {"attributes", "inputs", "measures"}
_SEARCHES = {"code": {"matches"}, "test": {"matches"}, "document": {"text", "heading", "code"}}


def load_rules(folder: Path | None = None, inputs: Sequence[str] = ()) -> Rulebook:
    """Every rule of `folder` (by default the tool's own). Raises `BrokenRules`.

    That they were loaded before is remembered, unless the cache lies inside one of the `inputs` of a scan.
    """
    folder = folder or rules_folder()
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}
    digest = hashlib.sha256(b"".join(name.encode() + b"\0" + data + b"\0" for name, data in files.items()))
    return _loaded(_Files(digest.hexdigest(), files, inputs))


@dataclass(frozen=True)
class _Files:
    """Rule files by name, told apart by their digest."""

    digest: str
    files: Mapping[str, bytes] = field(compare=False)
    inputs: Sequence[str] = field(compare=False)


@lru_cache(maxsize=1)
def _loaded(given: _Files) -> Rulebook:
    """The rules of these files, which a process parses and compiles once."""
    key = cache.key(b"rules", bytes.fromhex(given.digest))
    built = own_files.are_built(given.files.values())
    documents = None if built else _remembered(key, given.inputs)
    checked = built or documents is not None
    if documents is None:
        documents = {name: _parse(name, data) for name, data in given.files.items() if "/" not in name}
    lists = _lists(documents.get("lists.yaml", tree.Map()))
    raw_activities = documents.get("activities.yaml", tree.Map())
    names = frozenset(raw_activities)
    file = RuleFile("activities.yaml", lists, names, checked=checked)
    activities = {name: _activity(file, raw_activities, name) for name in raw_activities}
    rules: dict[str, Rule] = {}
    for name, document in documents.items():
        file = RuleFile(name, lists, names, checked=checked)
        for signal in document if name not in _SHARED else ():
            if signal in rules:
                raise file.fault(document.line_of(signal), f"signal `{signal}` is already in {rules[signal].path}")
            rules[signal] = _rule(file, document, signal)
    if not checked and cache.folder(given.inputs):
        cache.remember(key, json.dumps(tree.plain(list(documents.items()))), given.inputs)
    return Rulebook(rules, activities, given.digest[:16])


_SHARED = frozenset({"lists.yaml", "activities.yaml"})


def _remembered(key: bytes, inputs: Sequence[str]) -> dict[str, tree.Map] | None:
    """The parsed rule files as they were remembered after a load that found no fault in them."""
    text = cache.recall(key, inputs)
    return dict(tree.from_plain(json.loads(text))) if text is not None else None


def _parse(name: str, data: bytes) -> tree.Map:
    try:
        documents = own_files.parsed(data)
    except tree.BadSyntax as error:
        raise BrokenRules(name, error.line, str(error)) from error
    if not documents:
        return tree.Map()
    if len(documents) != 1 or not isinstance(documents[0], tree.Map):
        raise BrokenRules(name, 1, "is not one mapping", "put every signal under its id")
    return documents[0]


def _lists(document: tree.Map) -> dict[str, list[Any]]:
    lists: dict[str, list[Any]] = {}
    for name, items in document.items():
        if not isinstance(items, list):
            raise BrokenRules("lists.yaml", document.line_of(name), f"`{name}` is not a list")
        lists[name] = expand(RuleFile("lists.yaml", lists, frozenset()), items, document.line_of(name))
    return lists


def _activity(file: RuleFile, document: tree.Map, name: str) -> Activity:
    raw = document[name]
    line = document.line_of(name)
    if not isinstance(raw, tree.Map) or set(raw) != {"title", "when"}:
        raise file.fault(line, f"activity `{name}` needs `title` and `when`")
    clauses = tuple(_clause(file, item, line) for item in raw["when"])
    for clause in clauses:
        if clause.condition is None or clause.condition.kind not in {"command", "step"}:
            raise file.fault(clause.line, f"activity `{name}` may only name `command` and `step`")
    return Activity(name, str(raw["title"]), clauses)


def _rule(file: RuleFile, document: tree.Map, signal: str) -> Rule:
    raw, line = document[signal], document.line_of(signal)
    if not isinstance(raw, tree.Map):
        raise file.fault(line, f"signal `{signal}` is not a mapping")
    for key in raw:
        if key not in _RULE_KEYS:
            raise file.unknown(raw.line_of(key), "field", key, _RULE_KEYS)
    for key in ("title", "asks", "counts", "ksbs", "when"):
        if key not in raw:
            raise file.fault(line, f"signal `{signal}` has no `{key}`", "add it")
    for key in ("ksbs", "leads"):
        for code in raw.get(key) or ():
            if not re.fullmatch(r"[KSB][1-9][0-9]?", str(code)):
                raise file.fault(raw.line_of(key), f"`{code}` is no KSB code", "write it as K11, S6 or B3")
    return Rule(
        id=signal,
        title=str(raw["title"]),
        asks=str(raw["asks"]),
        counts=str(raw["counts"]),
        not_counts=str(raw.get("not") or ""),
        ksbs=tuple(raw["ksbs"] or ()),
        leads=tuple(raw.get("leads") or ()),
        when=tuple(_clause(file, item, line) for item in raw["when"] or ()),
        path=file.path,
        line=line,
    )


def _clause(file: RuleFile, raw: Any, line: int) -> Clause:
    if not isinstance(raw, tree.Map):
        raise file.fault(line, "a clause is not a mapping", "write `- resource: {type: ...}`")
    line = raw.line
    kinds = [key for key in raw if key not in _CLAUSE_KEYS]
    for kind in kinds:
        if kind not in FACTS:
            raise file.unknown(raw.line_of(kind), "fact", kind, set(FACTS) | _CLAUSE_KEYS)
    if len(kinds) + ("sequence" in raw) != 1:
        raise file.fault(line, "a clause names exactly one kind of fact, or a `sequence`")
    for key in ("same", "each"):
        if key in raw and str(raw[key]) not in _PLACES:
            raise file.unknown(raw.line_of(key), "place", str(raw[key]), _PLACES)
    sequence = None
    if "sequence" in raw:
        sequence = (_activities(file, raw["sequence"], "first"), _activities(file, raw["sequence"], "then"))
    for key in ("technology", "says"):
        _check_places(file, kinds[0] if kinds else "run", str(raw.get(key, "")), raw.line_of(key))
    return Clause(
        line=line,
        condition=_condition(file, kinds[0], raw[kinds[0]], raw.line_of(kinds[0])) if kinds else None,
        sequence=sequence,
        technology=str(raw.get("technology", "")),
        says=str(raw.get("says", "")),
        at_least=int(raw.get("at_least", 1)),
        distinct=str(raw.get("distinct", "")),
        each=str(raw.get("each", "case")),
        total=str(raw.get("total", "")),
        others=tuple(_clause(file, item, line) for item in raw.get("with") or ()),
        unless=tuple(_clause(file, item, line) for item in raw.get("unless") or ()),
        same=str(raw.get("same", "case")),
    )


def _check_places(file: RuleFile, kind: str, text: str, line: int) -> None:
    """Every `{name}` of a text for people must be a field of the fact that it is filled from."""
    for name in re.findall(r"\{(\w*)", text) if "{" in text else ():
        known = {field.name for field in dataclasses.fields(FACTS[kind])}
        if name not in known:
            raise file.unknown(line, f"field of `{kind}`", name, known)


def _activities(file: RuleFile, raw: tree.Map, key: str) -> frozenset[str]:
    return _known(file, raw.get(key, []), raw.line_of(key), "activity", file.activities)


def _condition(file: RuleFile, kind: str, raw: Any, line: int) -> Condition:
    if not isinstance(raw, tree.Map):
        raise file.fault(line, f"`{kind}` is not a mapping of fields", f"known: {', '.join(sorted(FIELDS[kind]))}")
    given: dict[str, Any] = {"tests": (), "searches": ()}
    for name, value in raw.items():
        here = raw.line_of(name)
        if name not in FIELDS[kind]:
            raise file.unknown(here, f"field of `{kind}`", name, FIELDS[kind])
        if name == "in" or (kind == "file" and name == "path"):
            given["within"] = paths(file, value, here)
        elif name in _ATTRIBUTES:
            given["attributes"] = attribute_tests(file, value, here)
        elif name in _SEARCHES.get(kind, ()):
            regexes = tuple(regex(file, str(item), here) for item in expand(file, value, here))
            given["searches"] += ((name, regexes),)
        else:
            _field(file, kind, name, value, here, given)
    if kind == "code" and given["searches"] and not given.get("words"):
        raise file.fault(line, "`matches` on code needs `words`", "name identifiers of which one must occur")
    return Condition(kind, **given)


def _field(file: RuleFile, kind: str, name: str, value: Any, line: int, given: dict[str, Any]) -> None:
    """Put one field of a condition into `given`."""
    if name == "runs":
        given["patterns"] = tuple(command_pattern(file, str(item), line) for item in expand(file, value, line))
    elif name == "words":
        given["words"] = frozenset(str(item) for item in expand(file, value, line))
    elif name == "activity":
        given["keys"] = _known(file, value, line, "activity", file.activities)
    elif name == "trigger":
        wanted = _known(file, value, line, "trigger", TRIGGERS)
        given["tests"] += ((name, lambda has: not wanted.isdisjoint(has)),)
    else:
        given["tests"] += ((name, value_test(file, value, line)),)
        if name == "system":
            given["systems"] = _literals(file, value, line)
        elif kind == "resource" and name == "type" and not given.get("systems"):
            given["systems"] = _systems_of(expand(file, value, line) if not isinstance(value, tree.Map) else [])
        if name == _MAIN.get(kind):
            given["keys"] = _texts(file, value, line)


_TERRAFORM_TYPE = expression(r"(?:data\.|backend\.|provider\.)?[a-z0-9]+(?:_[a-z0-9_*]+)?|module")


def _systems_of(types: list[Any]) -> frozenset[str]:
    """The systems whose resource types these can be, as far as their spelling tells; empty where it does not."""
    systems: set[str] = set()
    for name in map(str, types):
        if "::" in name:
            systems.add("cloudformation")
        elif name.lower().startswith("microsoft."):
            systems |= {"bicep", "arm"}
        elif "_" in name and _TERRAFORM_TYPE.fullmatch(name):
            systems.add("terraform")
        else:
            return frozenset()
    return frozenset(systems)


def _known(file: RuleFile, value: Any, line: int, what: str, known: frozenset[str]) -> frozenset[str]:
    names = frozenset(str(item) for item in expand(file, value, line))
    for name in sorted(names - known):
        raise file.unknown(line, what, name, known)
    return names


def _literals(file: RuleFile, value: Any, line: int) -> frozenset[str]:
    """The texts of a field test where it lists nothing but texts without `*`, else nothing."""
    texts = _texts(file, value, line)
    return frozenset() if any(set(text) & set("*?") for text in texts) else texts


def _texts(file: RuleFile, value: Any, line: int) -> frozenset[str]:
    """The texts and globs of a field test where it lists nothing else, else nothing."""
    items = [] if isinstance(value, tree.Map) else expand(file, value, line)
    return frozenset(items) if all(isinstance(item, str) for item in items) else frozenset()
