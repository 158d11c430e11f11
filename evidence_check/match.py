"""Match facts against the conditions of rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from evidence_check.model import (
    Category,
    Code,
    Command,
    Document,
    Fact,
    File,
    Gap,
    History,
    Job,
    Location,
    Run,
    Step,
    TestFile,
)
from evidence_check.readers import _limits
from evidence_check.rule_index import Asked, RuleIndex, holds
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


def match_all(
    rulebook: Rulebook, facts: Iterable[Fact], links: Links, activities: Activities
) -> tuple[Hits, list[Gap]]:
    """The hits of the rulebook's conditions, by `id(condition)`, and a gap for every fact that takes too long.

    What clauses ask of the company of a hit (`with`, `unless`) is tried only where there is a hit.
    """
    facts = list(facts)
    hits: dict[int, list[Hit]] = defaultdict(list)
    clauses = [clause for rule in rulebook.rules.values() for clause in rule.when]
    gaps = _match_facts([clause.condition for clause in clauses if clause.condition], facts, links, activities, hits)
    met = [clause for clause in clauses if clause.condition is None or id(clause.condition) in hits]
    gaps += _match_facts([*_company(met)], facts, links, activities, hits)
    return hits, list(dict.fromkeys(gaps))


def _company(clauses: Iterable[Clause]) -> Iterator[Condition]:
    """The conditions on what must, or must not, be there besides."""
    for clause in clauses:
        for other in (*clause.others, *clause.unless):
            if other.condition is not None:
                yield other.condition
            yield from _company([other])


def _match_facts(
    conditions: list[Condition],
    facts: Iterable[Fact],
    links: Links,
    activities: Activities,
    hits: dict[int, list[Hit]],
) -> list[Gap]:
    """Put the hits of some conditions to the others; what takes too long is a gap."""
    index = RuleIndex(conditions)
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
        for asked in index.of_run(run, done):
            hit = _match_run(asked.condition, run, done, triggers)
            if hit is not None:
                hits[id(asked.condition)].append(hit)
    return gaps


def _match_fact(index: RuleIndex, fact: Fact, links: Links, hits: dict[int, list[Hit]]) -> None:
    looked = _Looked(fact)
    for asked in index.of(fact):
        hit = _match(asked, fact, looked, links)
        if hit is not None:
            hits[id(asked.condition)].append(hit)


def _match(asked: Asked, fact: Fact, looked: _Looked, links: Links | None = None) -> Hit | None:
    """The hit where a fact meets a condition that the index leads it to, else None."""
    condition = asked.condition
    if asked.needs and not looked.has(asked.needs):
        return None
    if isinstance(fact, File) and fact.category not in _EVIDENCE and not _asks(condition, "category"):
        return None
    for name, test in asked.tests:
        if isinstance(fact, Job) and name == "trigger":
            if links is None or not test(links.trigger_names(fact.unit)):
                return None
        elif not holds(name, test, fact):
            return None
    if not _has_words(condition, fact):
        return None
    location, excerpt = fact.location, fact.excerpt
    if condition.attributes:
        found = _attribute_place(condition, looked)
        if found is None:
            return None
        location, excerpt = found
    if condition.searches:
        place = _search(condition, fact, looked.texts)
        if place is None:
            return None
        location, excerpt = place
    return Hit(fact, location, excerpt)


def _has_words(condition: Condition, fact: Fact) -> bool:
    """Whether a command has the words of one of the condition's patterns; true where it asks for none."""
    if not condition.patterns:
        return True
    return isinstance(fact, Command) and any(pattern.matches(fact.words) for pattern in condition.patterns)


def _asks(condition: Condition, name: str) -> bool:
    return any(field == name for field, _ in condition.tests)


class _Looked:
    """What was looked up in a fact while its conditions are tried: many of them ask for the same."""

    def __init__(self, fact: Fact) -> None:
        self.fact = fact
        self.texts: dict[str, str] = {}
        """What is joined from a document's lines, by the name of the field."""

    @cached_property
    def attributes(self) -> Any:
        """What attribute paths lead through."""
        if isinstance(self.fact, History):
            return self.fact.measures
        return getattr(self.fact, "attributes", None) or getattr(self.fact, "inputs", None) or {}

    @cached_property
    def _keys(self) -> frozenset[str]:
        """Every key of the attributes, at any depth."""
        return frozenset(_keys(self.attributes))

    @cached_property
    def _leaves(self) -> list[tuple[Any, int]]:
        """What stands at the attribute path `**`, with its line."""
        return list(values_at(self.attributes, ("**",), 0))

    def has(self, needs: Iterable[frozenset[str]]) -> bool:
        """Whether one of each of these sets of keys stands in the attributes."""
        keys = self._keys
        for need in needs:  # noqa: SIM110  # a loop takes half the time of `all`, and this is asked most of all
            if need.isdisjoint(keys):
                return False
        return True

    def values(self, path: tuple[str, ...]) -> Iterable[tuple[Any, int]]:
        """What stands at an attribute path, as `tree.values_at`."""
        return self._leaves if path == ("**",) else values_at(self.attributes, path, 0)


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


def _attribute_place(condition: Condition, looked: _Looked) -> tuple[Location, str] | None:
    """Where the attributes that a condition asks for stand; None where one of them does not hold."""
    fact = looked.fact
    place: tuple[Location, str] | None = None
    for path, test in condition.attributes:
        value, line, found = _first(looked.values(path), test)
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
        self._index = RuleIndex(clause.condition for _, clause in self._named if clause.condition)
        self._known: dict[int, tuple[Command | Step, dict[str, str]]] = {}

    def of(self, action: Command | Step) -> dict[str, str]:
        """Activity and technology, in the order of the rules."""
        known = self._known.get(id(action))
        if known is None:  # the action is kept, so that its id is never another one's
            known = self._known[id(action)] = action, self._told(action)
        return known[1]

    def _told(self, action: Command | Step) -> dict[str, str]:
        done: dict[str, str] = {}
        looked = _Looked(action)
        for rank, asked in sorted((self._ranks[id(one.condition)], one) for one in self._index.of(action)):
            name, clause = self._named[rank]
            if name not in done and _match(asked, action, looked):
                program = action.program if isinstance(action, Command) else action.uses
                done[name] = clause.technology or program.rpartition("/")[2]
        return done


def _match_run(condition: Condition, run: Run, done: Mapping[str, str], triggers: frozenset[str]) -> Hit | None:
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
    if condition.attributes and (not isinstance(action, Step) or _attribute_place(condition, _Looked(action)) is None):
        return None
    return Hit(run, run.location, run.excerpt, technology)
