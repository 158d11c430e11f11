"""Which conditions of the rules a fact can meet, found without trying them all on it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Code, Command, Fact, Import, Job, Run, Step, TestFile
from evidence_check.patterns import PathGlobs, TextGlobs
from evidence_check.rule_tests import Test
from evidence_check.rulebook import Condition

_SHAPES: Mapping[str, tuple[str, ...]] = {
    "resource": ("type", "system"),
    "setting": ("path",),
    "dependency": ("name", "ecosystem"),
    "step": ("uses",),
    "command": ("program",),
    "import": ("module",),
    "event": ("what",),
    "secret": ("what",),
}
"""Fields by which facts of a kind are alike, its main field first: conditions that one of them fails on these are
tried on none of them."""
_OF_WORDS = frozenset({"code", "test"})
"""Kinds whose conditions are led to by the words of the text."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition, with what is left to ask of a fact that the index leads to it."""

    condition: Condition
    tests: tuple[tuple[str, Test], ...]
    """The tests on fields in which facts of one shape differ."""
    needs: tuple[frozenset[str], ...]
    """Keys of attributes: one of each of these sets must stand there, at whatever depth."""


class RuleIndex:
    """Conditions by the kind of fact, the files that they take, and the values that they list for the main field."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._by_kind: dict[str, list[Condition]] = defaultdict(list)
        for condition in conditions:
            self._by_kind[condition.kind].append(condition)
        self._kinds: dict[str, _Kind] = {}
        taken = [condition.within for found in self._by_kind.values() for condition in found if condition.within]
        self._globs = PathGlobs(glob for paths in taken for glob in (*paths.wanted, *paths.unwanted))
        self._met: dict[str, frozenset[str]] = {}
        self._alike: dict[tuple[str, frozenset[str], Any], tuple[Asked, ...]] = {}

    def of_run(self, run: Run, done: Iterable[str]) -> Sequence[Asked]:
        """The conditions that a run can meet, by its file, by what it does and by its program."""
        kind = self._kind("run")
        if kind is None:
            return ()
        programs = _programs(run.action) if isinstance(run.action, Command) else ()
        return _taking(kind.led_to([*done, *programs]), self._met_by(run.location.path))

    def of(self, fact: Fact) -> Sequence[Asked]:
        """The conditions that a fact can meet."""
        kind = self._kind(fact.kind)
        if kind is None:
            return ()
        met = self._met_by(fact.location.path)
        shape = (fact.kind, met, kind.shape(fact))
        known = self._alike.get(shape)
        if known is None:
            likely = _taking(kind.led_to(_main_values(fact) if kind.fields else ()), met)
            known = self._alike[shape] = tuple(one for one in likely if _may_meet(one.condition, fact, kind.fields))
        if fact.kind not in _OF_WORDS:
            return known
        assert isinstance(fact, (Code, TestFile))
        return [*known, *_taking(kind.with_words(fact.text), met)]

    def _kind(self, name: str) -> _Kind | None:
        """What is asked of a kind of fact; few submissions have facts of all kinds."""
        if name not in self._kinds and name in self._by_kind:
            self._kinds[name] = _Kind(name, self._by_kind[name])
        return self._kinds.get(name)

    def _met_by(self, path: str) -> frozenset[str]:
        """The globs of all conditions that a path is of; many facts share one."""
        known = self._met.get(path)
        if known is None:
            known = self._met[path] = self._globs.of(path)
        return known


class _Kind:
    """The conditions of one kind of fact."""

    def __init__(self, kind: str, conditions: Iterable[Condition]) -> None:
        self.fields = _SHAPES.get(kind, ())
        self.shape = attrgetter(*self.fields) if self.fields else _no_shape
        self._always: list[Asked] = []
        self._by_key: dict[str, list[Asked]] = defaultdict(list)
        for condition in conditions:
            tests = tuple((name, test) for name, test in condition.tests if name not in self.fields)
            asked = Asked(condition, tests, tuple(_needs(condition)))
            keys = _keys_of(condition)
            for key in sorted(keys):
                self._by_key[key].append(asked)
            if not keys:
                self._always.append(asked)
        self._globs = TextGlobs(key for key in self._by_key if set(key) & set("*?"))

    def led_to(self, values: Iterable[str]) -> list[Asked]:
        """The conditions that ask for one of these values, and those that ask for none."""
        return [*self._always, *self._with([key for value in values for key in (value, *self._globs.of(value))])]

    def with_words(self, text: str) -> Iterable[Asked]:
        """The conditions that ask for words of which the text has one."""
        return self._with(set(self._by_key).intersection(_words(text))) if self._by_key else ()

    def _with(self, keys: Iterable[str]) -> Iterable[Asked]:
        return {id(asked): asked for key in keys for asked in self._by_key.get(key, ())}.values()


def _no_shape(_fact: Fact) -> None:
    return None


_WORD = expression(r"\w+")
_SPACED = str.maketrans({letter: " " for letter in map(chr, range(128)) if not (letter.isalnum() or letter == "_")})


def _words(text: str) -> list[str]:
    """The words of a text, each as often as it stands there."""
    return (
        text.translate(_SPACED).split() if text.isascii() else _WORD.findall(text)
    )  # the same, in a third of the time


def _taking(asked: Iterable[Asked], met: frozenset[str]) -> list[Asked]:
    """Those that take a path which is of these globs."""
    return [one for one in asked if one.condition.within is None or one.condition.within.take(met)]


def _keys_of(condition: Condition) -> frozenset[str]:
    if condition.kind in _OF_WORDS:
        return condition.words
    if condition.kind in {"command", "run"} and not condition.keys:
        literal = all(pattern.programs for pattern in condition.patterns)
        return frozenset(name for pattern in condition.patterns for name in pattern.programs if literal)
    return condition.keys


def _needs(condition: Condition) -> Iterator[frozenset[str]]:
    for path, test in condition.attributes:
        if not test(None):
            yield from (frozenset(key.split("|")) for key in path if key not in {"*", "**", "[]"})


def _main_values(fact: Fact) -> Iterable[str]:
    if isinstance(fact, Import):
        return prefixes(fact.module)
    if isinstance(fact, Command):
        return _programs(fact)
    return (getattr(fact, _SHAPES[fact.kind][0]),)


def _programs(command: Command) -> tuple[str, ...]:
    return command.program, command.program.rpartition("/")[2]


def prefixes(module: str) -> list[str]:
    """`a.b.c` -> `a`, `a.b`, `a.b.c`, also for `/`, `::` and `\\`, so that a rule may name a whole package."""
    return [module[: match.start()] for match in re.finditer(r"[./:\\]|$", module) if match.start()]


def _may_meet(condition: Condition, fact: Fact, fields: Sequence[str]) -> bool:
    """Whether a fact meets what a condition asks of some of its fields, and of a command's program."""
    if not all(holds(name, test, fact) for name, test in condition.tests if name in fields):
        return False
    if not condition.patterns:
        return True
    return isinstance(fact, Command) and any(pattern.starts(fact.program) for pattern in condition.patterns)


def holds(name: str, test: Test, fact: Fact) -> bool:
    """Whether a field of a fact meets a test."""
    if isinstance(fact, Import) and name == "module":
        return any(test(prefix) for prefix in prefixes(fact.module))
    if name in ("task", "unit"):
        assert isinstance(fact, (Command, Step, Job))
        return bool(test(fact.unit.name if name == "task" else fact.unit.kind.value))
    return bool(test(getattr(fact, name)))
