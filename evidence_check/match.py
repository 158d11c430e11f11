"""Match facts against the conditions of rules."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import (
    Category,
    Code,
    Command,
    Document,
    Event,
    Fact,
    File,
    Gap,
    History,
    Import,
    Job,
    Location,
    Resource,
    Run,
    Secret,
    Setting,
    Step,
    TestFile,
)
from evidence_check.readers import _limits
from evidence_check.rulebook import Activity, Clause, Condition, Rulebook
from evidence_check.tree import Text, values_at

if TYPE_CHECKING:
    from evidence_check.links import Links

_TIMED = 256
"""Facts that have the time of one file together: they take thousandths of it, where they are not made to take all."""
_EVIDENCE = frozenset({Category.OWN, Category.TEST, Category.DOCUMENT})


@dataclass(frozen=True, slots=True)
class Hit:
    """A fact that meets a condition, and the place in it that does."""

    fact: Fact
    location: Location
    excerpt: str
    technology: str = ""


Hits = Mapping[int, list[Hit]]
"""Hits by `id(condition)`; the rulebook outlives them."""


def _conditions(clauses: Iterable[Clause]) -> Iterator[Condition]:
    for clause in clauses:
        if clause.condition is not None:
            yield clause.condition
        yield from _conditions(clause.others)
        yield from _conditions(clause.unless)


def match_all(
    rulebook: Rulebook, facts: Iterable[Fact], links: Links, activities: Activities
) -> tuple[Hits, list[Gap]]:
    """The hits of every condition of the rulebook, by `id(condition)`, and a gap for every fact that takes too long."""
    index = _Index(condition for rule in rulebook.rules.values() for condition in _conditions(rule.when))
    hits: dict[int, list[Hit]] = defaultdict(list)
    gaps: list[Gap] = []
    with _limits.stopwatch() as arm:
        for number, fact in enumerate(facts):
            try:
                if number % _TIMED == 0:
                    arm(_limits.FILE_SECONDS)
                _match_fact(index, fact, links, hits)
            except _limits.OutOfTime:
                arm(_limits.FILE_SECONDS)
                reason = (
                    f"takes more than {_limits.FILE_SECONDS} seconds to search: the rest of the search was left out"
                )
                gaps.append(Gap(fact.location, "search", reason, frozenset({fact.kind})))
    for run in links.runs:
        done = activities.of(run.action)
        triggers = links.trigger_names(run.job)
        for condition in index.of_run(run, done):
            hit = _match_run(condition, run, done, triggers)
            if hit is not None:
                hits[id(condition)].append(hit)
    return hits, gaps


def _match_fact(index: _Index, fact: Fact, links: Links, hits: dict[int, list[Hit]]) -> None:
    looked = _Looked()
    for condition in index.candidates(fact):
        hit = _match(condition, fact, links, looked)
        if hit is not None:
            hits[id(condition)].append(hit)


_SHAPES: Mapping[str, tuple[str, ...]] = {
    "resource": ("system", "type"),
    "setting": ("path",),
    "dependency": ("ecosystem", "name"),
    "step": ("uses",),
    "command": ("program",),
    "import": ("module",),
    "event": ("what",),
    "secret": ("what",),
}
"""Fields by which facts of a kind are alike: conditions that one of them fails on these are tried on none of them. The
main field of a kind is among them."""


class _Index:
    """Conditions by the kind of fact and, where they list it, by the value of its main field."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._by_key: dict[str, dict[str, list[Condition]]] = defaultdict(lambda: defaultdict(list))
        self._any: dict[str, list[Condition]] = defaultdict(list)
        self._by_shape: dict[tuple[_Conditions | str, ...], tuple[Condition, ...]] = {}
        self._by_place: dict[tuple[str, str], _Conditions] = {}
        self._left: dict[tuple[str, frozenset[int]], _Conditions] = {}
        for condition in conditions:
            keys = self._keys_of(condition)
            if keys:
                for key in keys:
                    self._by_key[condition.kind][key].append(condition)
            else:
                self._any[condition.kind].append(condition)

    @staticmethod
    def _keys_of(condition: Condition) -> frozenset[str]:
        if condition.kind in {"code", "test"}:
            return condition.words
        if condition.kind in {"command", "run"} and not condition.keys:
            literal = all(pattern.programs for pattern in condition.patterns)
            return frozenset(name for pattern in condition.patterns for name in pattern.programs if literal)
        return condition.keys

    def of_run(self, run: Run, done: Iterable[str]) -> Iterable[Condition]:
        """The conditions that a run can meet, by what it does and by its program."""
        programs = _main_values(run.action, {}) if isinstance(run.action, Command) else ()
        return _with_keys(self._any["run"], self._by_key["run"], [*done, *programs])

    def candidates(self, fact: Fact) -> Sequence[Condition]:
        """The conditions that a fact can meet."""
        place = self._in_place(fact.kind, fact.location.path)
        by_key = self._by_key[fact.kind]
        fields = _SHAPES.get(fact.kind)
        if fields is None:
            return _with_keys(place, by_key, _main_values(fact, by_key)) if by_key else place
        shape = (place, *(getattr(fact, name) for name in fields))
        known = self._by_shape.get(shape)
        if known is None:
            known = self._by_shape[shape] = tuple(
                condition
                for condition in _with_keys(place, by_key, _main_values(fact, by_key))
                if all(_field_test(name, test, fact) for name, test in condition.tests if name in fields)
                and _may_have_words(condition, fact)
            )
        return known

    def _in_place(self, kind: str, path: str) -> _Conditions:
        """The conditions without keys that ask for nothing but such a path; many facts share one."""
        known = self._by_place.get((kind, path))
        if known is None:
            out = frozenset(
                id(condition) for condition in self._any[kind] if condition.within and not condition.within(path)
            )
            known = self._left.get((kind, out))
            if known is None:
                known = _Conditions(condition for condition in self._any[kind] if id(condition) not in out)
                self._left[kind, out] = known
            self._by_place[kind, path] = known
        return known


class _Conditions(tuple[Condition, ...]):
    """Some conditions, the same only as themselves: what is known of them is found without comparing them."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def _with_keys(
    always: Sequence[Condition], by_key: Mapping[str, list[Condition]], keys: Iterable[str]
) -> Sequence[Condition]:
    """Some conditions, and those that one of the keys leads to, each once."""
    found = [condition for key in keys if key in by_key for condition in by_key[key]]
    return [*always, *{id(condition): condition for condition in found}.values()] if found else always


_WORD = expression(r"\w+")


def _main_values(fact: Fact, wanted: Mapping[str, Any]) -> Iterable[str]:
    match fact:
        case Resource():
            return (fact.type,)
        case Setting():
            return (fact.path,)
        case Import():
            return _prefixes(fact.module)
        case Code() | TestFile():
            return wanted.keys() & set(_WORD.findall(fact.text))
        case Command():
            return (fact.program, fact.program.rpartition("/")[2])
        case Event():
            return (fact.what,)
        case Step():
            return (fact.uses,)
        case Secret():
            return (fact.what,)
        case _:
            return (getattr(fact, "name", ""),)


def _prefixes(module: str) -> list[str]:
    """`a.b.c` -> `a`, `a.b`, `a.b.c`, also for `/`, `::` and `\\`, so that a rule may name a whole package."""
    return [module[: match.start()] for match in re.finditer(r"[./:\\]|$", module) if match.start()]


def _match(condition: Condition, fact: Fact, links: Links | None = None, looked: _Looked | None = None) -> Hit | None:
    """The hit where the fact meets the condition, else None.

    `looked` keeps what is looked up in the fact while its conditions are tried.
    """
    if condition.within is not None and not condition.within(fact.location.path):
        return None
    if isinstance(fact, File) and fact.category not in _EVIDENCE and not _asks(condition, "category"):
        return None
    for name, test in condition.tests:
        if isinstance(fact, Job) and name == "trigger":
            if links is None or not test(links.trigger_names(fact.unit)):
                return None
        elif not _field_test(name, test, fact):
            return None
    if not _has_words(condition, fact):
        return None
    location, excerpt = fact.location, fact.excerpt
    if condition.attributes:
        found = _attribute_place(condition, fact, looked)
        if found is None:
            return None
        location, excerpt = found
    if condition.searches:
        place = _search(condition, fact, {} if looked is None else looked.texts)
        if place is None:
            return None
        location, excerpt = place
    return Hit(fact, location, excerpt)


def _has_words(condition: Condition, fact: Fact) -> bool:
    """Whether a command has the words of one of the condition's patterns; true where it asks for none."""
    if not condition.patterns:
        return True
    return isinstance(fact, Command) and any(pattern.matches(fact.words) for pattern in condition.patterns)


def _may_have_words(condition: Condition, fact: Fact) -> bool:
    """The same by a command's program alone, which many commands share."""
    if not condition.patterns:
        return True
    return isinstance(fact, Command) and any(pattern.starts(fact.program) for pattern in condition.patterns)


def _asks(condition: Condition, name: str) -> bool:
    return any(field == name for field, _ in condition.tests)


def _field_test(name: str, test: Any, fact: Fact) -> bool:
    if isinstance(fact, Import) and name == "module":
        return any(test(prefix) for prefix in _prefixes(fact.module))
    if name in ("task", "unit"):
        assert isinstance(fact, (Command, Step, Job))
        return bool(test(fact.unit.name if name == "task" else fact.unit.kind.value))
    return bool(test(getattr(fact, name)))


class _Looked:
    """What was looked up in a fact while its conditions are tried: many of them ask for the same."""

    __slots__ = ("keys", "leaves", "texts")

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        """What is joined from a document's lines, by the name of the field."""
        self.keys: frozenset[str] | None = None
        """Every key of the attributes, at any depth."""
        self.leaves: list[tuple[Any, int]] | None = None
        """What stands at the attribute path `**`, with its line."""

    def values(self, root: Any, path: tuple[str, ...]) -> Iterable[tuple[Any, int]]:
        """As `tree.values_at`."""
        if path[0] != "**" or path[1:2] in (("*",), ("[]",), ("**",)):
            return values_at(root, path, 0)
        if len(path) == 1:
            if self.leaves is None:
                self.leaves = list(values_at(root, path, 0))
            return self.leaves
        if self.keys is None:
            self.keys = frozenset(_keys(root))
        return () if self.keys.isdisjoint(path[1].split("|")) else values_at(root, path, 0)


def _keys(value: Any) -> Iterator[str]:
    """The keys of all mappings in a value, a text's own value among them."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, Text):
            waiting.append(one.value)


def _attribute_place(condition: Condition, fact: Fact, looked: _Looked | None = None) -> tuple[Location, str] | None:
    """Where the attributes that a condition asks for stand; None where one of them does not hold."""
    if isinstance(fact, History):
        root: Any = fact.measures
    else:
        root = getattr(fact, "attributes", None) or getattr(fact, "inputs", None) or {}
    place: tuple[Location, str] | None = None
    looked = looked or _Looked()
    for path, test in condition.attributes:
        value, line, found = _first(looked.values(root, path), test)
        if not found:
            return None
        if line and place is None:
            where = Location(fact.location.part, fact.location.path, line)
            named = ".".join(key for key in path if not set(key) & set("*|"))
            told = f"{named} = {_short(value)}" if named else _short(value)
            place = (where, f"{fact.excerpt}: {told}")
    return place or (fact.location, fact.excerpt)


def _first(values: Iterable[tuple[Any, int]], test: Any) -> tuple[Any, int, bool]:
    """The value that meets a test, with its line; a plain value goes before a mapping that holds it."""
    holder: tuple[Any, int, bool] | None = None
    empty = True
    for value, line in values:
        empty = False
        if holder is not None and isinstance(value, (dict, list)):
            continue
        if test(value):
            if not isinstance(value, (dict, list)):
                return value, line, True
            holder = value, line, True
    return holder or (None, 0, empty and bool(test(None)))


def _short(value: Any) -> str:
    return "{...}" if isinstance(value, Mapping) else str(value)


def _search(condition: Condition, fact: Fact, texts: dict[str, str]) -> tuple[Location, str] | None:
    """Where every text that a condition searches has one of its regular expressions; the place of the first."""
    place: tuple[Location, str] | None = None
    for name, regexes in condition.searches:
        if isinstance(fact, Document):
            if name not in texts:
                texts[name] = "\n".join(_rows(fact, name))
            text = texts[name]
        else:
            assert isinstance(fact, (Code, TestFile))
            text = fact.text
        match = next((match for regex in regexes if (match := regex.search(text))), None)
        if match is None:
            return None
        if place is None:
            at = match.start() + len(match[0]) - len(match[0].lstrip())
            start = text.rfind("\n", 0, at) + 1
            end = text.find("\n", at)
            line = text.count("\n", 0, at) + 1
            if name == "heading" and isinstance(fact, Document):
                line = fact.headings[line - 1].line
            excerpt = text[start : end if end >= 0 else None].strip()
            place = Location(fact.location.part, fact.location.path, line), excerpt
    return place


def _rows(document: Document, name: str) -> Iterable[str]:
    if name == "heading":
        return (heading.text.replace("\n", " ") for heading in document.headings)
    return document.lines if name == "text" else document.code


class Activities:
    """Tells what a command or step does; remembers the answer for each, since many jobs may run the same one."""

    def __init__(self, activities: Mapping[str, Activity]) -> None:
        self._named = [
            (name, clause) for name, activity in activities.items() for clause in activity.when if clause.condition
        ]
        self._ranks = {id(clause.condition): rank for rank, (_, clause) in enumerate(self._named)}
        self._index = _Index(clause.condition for _, clause in self._named if clause.condition)
        self._known: dict[int, tuple[Command | Step, dict[str, str]]] = {}

    def of(self, action: Command | Step) -> dict[str, str]:
        """Activity and technology, in the order of the rules."""
        known = self._known.get(id(action))
        if known is None:  # the action is kept, so that its id is never another one's
            known = self._known[id(action)] = action, self._told(action)
        return known[1]

    def _told(self, action: Command | Step) -> dict[str, str]:
        done: dict[str, str] = {}
        for rank in sorted(self._ranks[id(condition)] for condition in self._index.candidates(action)):
            name, clause = self._named[rank]
            if name not in done and clause.condition is not None and _match(clause.condition, action):
                program = action.program if isinstance(action, Command) else action.uses
                done[name] = clause.technology or program.rpartition("/")[2]
        return done


def _match_run(condition: Condition, run: Run, done: Mapping[str, str], triggers: frozenset[str]) -> Hit | None:
    if condition.within is not None and not condition.within(run.location.path):
        return None
    technology = ""
    if condition.keys:
        names = condition.keys & done.keys()
        if not names:
            return None
        technology = done[min(names)]
    action = run.action
    for name, test in condition.tests:
        if name == "trigger":
            holds = test(triggers)
        elif name == "uses":
            holds = isinstance(action, Step) and test(action.uses)
        else:
            holds = hasattr(action, name) and test(getattr(action, name))
        if not holds:
            return None
    if not _has_words(condition, action):
        return None
    if condition.attributes and (not isinstance(action, Step) or _attribute_place(condition, action) is None):
        return None
    return Hit(run, run.location, run.excerpt, technology)
