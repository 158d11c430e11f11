"""Load `rules/`: every field is checked at load, and what comes out is typed and compiled.

A rule file maps signal ids to rules; a rule's `when` is a list of clauses, any of which answers the signal with yes.
A clause names one kind of fact and tests on its fields:

    - resource: {type: [aws_cloudwatch_metric_alarm, "AWS::CloudWatch::Alarm"]}
      technology: cloudwatch

See `docs/rules.md` for the language. `BrokenRules` names the file, the line and the mend of the first fault.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evidence_check import tree
from evidence_check.model import FACTS

Test = Callable[[Any], bool]
"""A compiled test on one value."""


class BrokenRules(Exception):
    """A rule or standard file is wrong; the message is one line with file, place and mend."""

    def __init__(self, path: str, line: int, message: str, mend: str = "") -> None:
        super().__init__(f"{path}:{line}: {message}" + (f"; {mend}" if mend else ""))
        self.path, self.line = path, line


@dataclass(frozen=True, slots=True)
class CommandPattern:
    """A command as rules write it: `mvn|mvnw test|verify !-DskipTests*`.

    The first word is the program; the others must follow in this order, other words between them allowed, but only
    options and their values before a word behind `>`; `|` separates alternatives, `*` stands for any text, and a word
    behind `!` must not occur.
    """

    text: str
    programs: frozenset[str]
    """Empty where a program has a `*`."""
    program: Test
    words: tuple[tuple[Test, bool], ...]
    """Each with whether it is a sub-command, which only options may come before."""
    never: tuple[Test, ...]

    def matches(self, words: tuple[str, ...]) -> bool:
        """Whether the words of a command (program first) are of this pattern."""
        if not words or not (self.program(words[0]) or self.program(words[0].rpartition("/")[2])):
            return False
        position = 1
        for test, next_operand in self.words:
            found = next((at for at in range(position, len(words)) if test(words[at])), 0)
            if not found or (next_operand and not _only_options(words[position:found])):
                return False
            position = found + 1
        return not any(test(word) for test in self.never for word in words[1:])


def _only_options(words: tuple[str, ...]) -> bool:
    """Whether words are nothing but options, each with at most one value."""
    return all(word.startswith("-") or (at > 0 and words[at - 1].startswith("-")) for at, word in enumerate(words))


@dataclass(frozen=True, slots=True)
class Condition:
    """Tests on the fields of one kind of fact."""

    kind: str
    tests: tuple[tuple[str, Test], ...]
    """Field name and test; the field names are those of `FIELDS`."""
    systems: frozenset[str] = frozenset()
    """Literal systems it is limited to; empty where it takes any."""
    within: Test | None = None
    """On the path of the fact's file, where the condition says `in`."""
    patterns: tuple[CommandPattern, ...] = ()
    attributes: tuple[tuple[tuple[str, ...], Test], ...] = ()
    """Attribute path and test, for resources, steps' inputs and measures."""
    searches: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...] = ()
    """Text field and regular expressions of which one must be found; the place found is the evidence's line."""
    words: frozenset[str] = frozenset()
    """Identifiers of which one must occur before a regular expression is tried on code."""
    keys: frozenset[str] = frozenset()
    """Values of the kind's main field of which the fact must have one; empty where they can't be listed."""


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
    "run": {"runs", "uses", "inputs", "activity", "trigger", "hides_failure", "directory", "text"},
    "job": {"trigger"},
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
_OPERATORS = {"matches", "not", "at_least", "at_most", "exists", "all", "has"}


class _File:
    """A rule file while it is being read: where faults are told, and the named lists that it may use."""

    def __init__(self, path: str, lists: Mapping[str, list[Any]], activities: frozenset[str]) -> None:
        self.path, self.lists, self.activities = path, lists, activities

    def fault(self, line: int, message: str, mend: str = "") -> BrokenRules:
        return BrokenRules(self.path, line, message, mend)

    def unknown(self, line: int, what: str, name: str, known: Iterable[str]) -> BrokenRules:
        near = difflib.get_close_matches(name, sorted(known), 1)
        mend = f"did you mean `{near[0]}`?" if near else "known: " + ", ".join(sorted(known))
        return self.fault(line, f"unknown {what} `{name}`", mend)


def rules_folder() -> Path:
    """The folder `rules/`: inside the installed package, or beside it in a source tree."""
    inside = Path(__file__).parent / "rules"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "rules"


def load_rules(folder: Path | None = None) -> Rulebook:
    """Every rule of `folder` (by default the tool's own). Raises `BrokenRules`."""
    folder = folder or rules_folder()
    digest = hashlib.sha256()
    documents: dict[str, tree.Map] = {}
    for path in sorted(folder.glob("*.yaml")):
        data = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + data + b"\0")
        documents[path.name] = _parse(path.name, data)
    lists = _lists(documents.pop("lists.yaml", tree.Map()))
    raw_activities = documents.pop("activities.yaml", tree.Map())
    names = frozenset(raw_activities)
    file = _File("activities.yaml", lists, names)
    activities = {name: _activity(file, raw_activities, name) for name in raw_activities}
    rules: dict[str, Rule] = {}
    for name, document in documents.items():
        file = _File(name, lists, names)
        for signal in document:
            if signal in rules:
                raise file.fault(document.line_of(signal), f"signal `{signal}` is already in {rules[signal].path}")
            rules[signal] = _rule(file, document, signal)
    return Rulebook(rules, activities, digest.hexdigest()[:16])


def _parse(name: str, data: bytes) -> tree.Map:
    try:
        documents = tree.parse_yaml(tree.decode(data))
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
        lists[name] = _expand(_File("lists.yaml", lists, frozenset()), items, document.line_of(name))
    return lists


def _expand(file: _File, value: Any, line: int) -> list[Any]:
    """A value or list as a flat list, named lists (`$name`) put in."""
    items = value if isinstance(value, list) else [value]
    result: list[Any] = []
    for item in items:
        if isinstance(item, str) and item.startswith("$"):
            if item[1:] not in file.lists:
                raise file.unknown(line, "list", item[1:], file.lists)
            result.extend(file.lists[item[1:]])
        else:
            result.append(item)
    return result


def _activity(file: _File, document: tree.Map, name: str) -> Activity:
    raw = document[name]
    line = document.line_of(name)
    if not isinstance(raw, tree.Map) or set(raw) != {"title", "when"}:
        raise file.fault(line, f"activity `{name}` needs `title` and `when`")
    clauses = tuple(_clause(file, item, line) for item in raw["when"])
    for clause in clauses:
        if clause.condition is None or clause.condition.kind not in {"command", "step"}:
            raise file.fault(clause.line, f"activity `{name}` may only name `command` and `step`")
    return Activity(name, str(raw["title"]), clauses)


def _rule(file: _File, document: tree.Map, signal: str) -> Rule:
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


def _clause(file: _File, raw: Any, line: int) -> Clause:
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


def _check_places(file: _File, kind: str, text: str, line: int) -> None:
    """Every `{name}` of a text for people must be a field of the fact that it is filled from."""
    known = {field.name for field in dataclasses.fields(FACTS[kind])}
    for name in re.findall(r"\{(\w*)", text):
        if name not in known:
            raise file.unknown(line, f"field of `{kind}`", name, known)


def _activities(file: _File, raw: tree.Map, key: str) -> frozenset[str]:
    return _known(file, raw.get(key, []), raw.line_of(key), "activity", file.activities)


def _condition(file: _File, kind: str, raw: Any, line: int) -> Condition:
    if not isinstance(raw, tree.Map):
        raise file.fault(line, f"`{kind}` is not a mapping of fields", f"known: {', '.join(sorted(FIELDS[kind]))}")
    given: dict[str, Any] = {"tests": (), "searches": ()}
    for name, value in raw.items():
        here = raw.line_of(name)
        if name not in FIELDS[kind]:
            raise file.unknown(here, f"field of `{kind}`", name, FIELDS[kind])
        if name == "in" or (kind == "file" and name == "path"):
            given["within"] = _path_test(file, value, here)
        elif name in _ATTRIBUTES:
            given["attributes"] = _attributes(file, value, here)
        elif name in _SEARCHES.get(kind, ()):
            regexes = tuple(_regex(file, str(item), here) for item in _expand(file, value, here))
            given["searches"] += ((name, regexes),)
        else:
            _field(file, kind, name, value, here, given)
    if kind == "code" and given["searches"] and not given.get("words"):
        raise file.fault(line, "`matches` on code needs `words`", "name identifiers of which one must occur")
    return Condition(kind, **given)


def _field(file: _File, kind: str, name: str, value: Any, line: int, given: dict[str, Any]) -> None:
    """Put one field of a condition into `given`."""
    if name == "runs":
        given["patterns"] = tuple(_pattern(file, str(item), line) for item in _expand(file, value, line))
    elif name == "words":
        given["words"] = frozenset(str(item) for item in _expand(file, value, line))
    elif name == "activity":
        given["keys"] = _known(file, value, line, "activity", file.activities)
    elif name == "trigger":
        wanted = _known(file, value, line, "trigger", TRIGGERS)
        given["tests"] += ((name, lambda has: not wanted.isdisjoint(has)),)
    else:
        given["tests"] += ((name, _test(file, value, line)),)
        if name == "system":
            given["systems"] = _literals(file, value, line)
        elif kind == "resource" and name == "type" and not given.get("systems"):
            given["systems"] = _systems_of(_expand(file, value, line) if not isinstance(value, tree.Map) else [])
        if name == _MAIN.get(kind):
            given["keys"] = _literals(file, value, line)


_TERRAFORM_TYPE = re.compile(r"(?:data\.|backend\.|provider\.)?[a-z0-9]+(?:_[a-z0-9_*]+)?|module")


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


def _known(file: _File, value: Any, line: int, what: str, known: frozenset[str]) -> frozenset[str]:
    names = frozenset(str(item) for item in _expand(file, value, line))
    for name in sorted(names - known):
        raise file.unknown(line, what, name, known)
    return names


def _literals(file: _File, value: Any, line: int) -> frozenset[str]:
    """The texts of a field test where it lists nothing but texts without `*`, else nothing."""
    if isinstance(value, tree.Map):
        return frozenset()
    items = _expand(file, value, line)
    if all(isinstance(item, str) and not set(item) & set("*?") for item in items):
        return frozenset(items)
    return frozenset()


def _attributes(file: _File, raw: Any, line: int) -> tuple[tuple[tuple[str, ...], Test], ...]:
    if not isinstance(raw, tree.Map):
        raise file.fault(line, "`attributes` is not a mapping", "write `attributes: {encrypted: true}`")
    return tuple((_attribute_path(name), _test(file, value, raw.line_of(name))) for name, value in raw.items())


_KEY = re.compile(r"'([^']*)'|([^.]+)")


def _attribute_path(text: str) -> tuple[str, ...]:
    """`a.b[].'c.d'` -> `a`, `b`, `[]`, `c.d`."""
    return tuple(match[1] or match[2] for match in _KEY.finditer(text.replace("[]", ".[]")))


def _regex(file: _File, text: str, line: int) -> re.Pattern[str]:
    try:
        return re.compile(text, re.MULTILINE)
    except re.error as error:
        raise file.fault(line, f"`{text}` is no regular expression: {error}") from error


def _glob(text: str) -> Callable[[str], Any]:
    """`*` for any text and `?` for one character, nothing else special. The common forms need no regular expression."""
    inner = text.strip("*")
    if not set(inner) & set("*?") and len(text) - len(inner) <= 2:
        if text == "*":
            return lambda _value: True
        if text.startswith("*") and text.endswith("*"):
            return lambda value: inner in value
        if text.startswith("*"):
            return lambda value: value.endswith(inner)
        if text.endswith("*"):
            return lambda value: value.startswith(inner)
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in text), re.DOTALL).fullmatch


def _test(file: _File, value: Any, line: int) -> Test:
    """A field test: a value, a list of them (any), or a mapping of operators (all)."""
    if isinstance(value, tree.Map):
        tests = [_operator(file, name, item, value.line_of(name)) for name, item in value.items()]
        return lambda given: all(test(given) for test in tests)
    items = _expand(file, value, line)
    exact = {item for item in items if isinstance(item, str) and not set(item) & set("*?")}
    globs = [_glob(item) for item in items if isinstance(item, str) and item not in exact]
    others = [item for item in items if not isinstance(item, str)]
    flags = {item for item in others if isinstance(item, bool)}
    numbers = [item for item in others if not isinstance(item, bool)]

    def test(given: Any) -> bool:
        if isinstance(given, (list, tuple)):
            return any(test(item) for item in given)
        if flags and truth(given) in flags:
            return True
        if isinstance(given, str):
            return given in exact or any(glob(given) for glob in globs)
        return any(given == number for number in numbers) or (given is not None and str(given) in exact)

    return test


_YES = frozenset({"true", "yes", "on", "1", "enabled", "enable"})
_NO = frozenset({"false", "no", "off", "0", "disabled", "disable"})


def truth(value: Any) -> bool | None:
    """True or false as configuration files write them, None where a value is neither."""
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    return True if text in _YES else False if text in _NO else None


def _operator(file: _File, name: str, value: Any, line: int) -> Test:
    if name == "matches":
        regexes = [_regex(file, str(item), line) for item in _expand(file, value, line)]
        return lambda given: _texts(given, lambda text: any(regex.search(text) for regex in regexes))
    if name == "not":
        inner = _test(file, value, line)
        return lambda given: not inner(given)
    if name == "all":
        inner = _test(file, value, line)
        return lambda given: isinstance(given, (list, tuple)) and all(inner(item) for item in given)
    if name in {"at_least", "at_most"}:
        bound, sign = float(value), 1 if name == "at_least" else -1
        return lambda given: (number := _number(given)) is not None and sign * number >= sign * bound
    if name == "has":
        inner_tests = _attributes(file, value, line)
        return lambda given: any(_has(item, inner_tests) for item in (given if isinstance(given, list) else [given]))
    if name == "exists":
        return lambda given: (given not in (None, "", [], {}, ())) is bool(value)
    raise file.unknown(line, "operator", name, _OPERATORS)


def _has(item: Any, tests: tuple[tuple[tuple[str, ...], Test], ...]) -> bool:
    """Whether one mapping meets every test on its attributes."""
    for path, test in tests:
        values = [value for value, _ in tree.values_at(item, path)]
        if not (any(test(value) for value in values) if values else test(None)):
            return False
    return True


def _texts(given: Any, test: Callable[[str], bool]) -> bool:
    if isinstance(given, Mapping):
        return any(_texts(item, test) for item in given.values())
    if isinstance(given, (list, tuple)):
        return any(_texts(item, test) for item in given)
    return given is not None and test(str(given))


def _number(given: Any) -> float | None:
    if isinstance(given, (list, tuple)):
        return float(len(given))
    try:
        return float(given)
    except (TypeError, ValueError):
        return None


def _pattern(file: _File, text: str, line: int) -> CommandPattern:
    first, *rest = text.split()
    if first.startswith("!"):
        raise file.fault(line, f"`{text}` names no program", "write the program first")
    choices = first.split("|")
    literal = not any(set(choice) & set("*?") for choice in choices)
    return CommandPattern(
        text,
        frozenset(choices) if literal else frozenset(),
        _word(first),
        tuple((_word(word.removeprefix(">")), word.startswith(">")) for word in rest if not word.startswith("!")),
        tuple(_word(word[1:]) for word in rest if word.startswith("!")),
    )


def _word(text: str) -> Test:
    choices = text.split("|")
    exact = {choice for choice in choices if not set(choice) & set("*?")}
    globs = [_glob(choice) for choice in choices if choice not in exact]
    return lambda word: word in exact or any(glob(word) for glob in globs)


def _path_test(file: _File, value: Any, line: int) -> Test:
    """A test on paths: `*` within a folder, `**` across folders, a name without `/` in any folder, `!` excludes."""
    items = [str(item) for item in _expand(file, value, line)]
    yes = _path_globs([item for item in items if not item.startswith("!")])
    no = _path_globs([item[1:] for item in items if item.startswith("!")])
    return lambda path: (yes is None or bool(yes(path))) and not (no is not None and no(path))


_PATH_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\{[^}]*\}|[^*?{]+|\{")
_PATH_PATTERNS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _path_globs(globs: list[str]) -> Callable[[str], Any] | None:
    """One test for several path globs, None for none."""
    if not globs:
        return None
    return re.compile("|".join(map(_path_pattern, globs)), re.IGNORECASE | re.DOTALL).fullmatch


def _path_pattern(text: str) -> str:
    pattern = "(?:.*/)?" if "/" not in text else ""
    for token in _PATH_TOKEN.findall(text):
        if token in _PATH_PATTERNS:
            pattern += _PATH_PATTERNS[token]
        elif token.startswith("{") and token.endswith("}"):
            pattern += "(?:" + "|".join(re.escape(choice) for choice in token[1:-1].split(",")) + ")"
        else:
            pattern += re.escape(token)
    return pattern
