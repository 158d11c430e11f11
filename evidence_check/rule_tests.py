"""The tests of the rule language: from what a rule file says to a function on a value.

`docs/rules.md` describes the language. Every fault is told with file, line and mend (`BrokenRules`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from evidence_check import tree
from evidence_check.expressions import expression
from evidence_check.patterns import Paths, searches, text_globs

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

    def starts(self, program: str) -> bool:
        """Whether this is the program, with or without its folder."""
        return self.program(program) or ("/" in program and self.program(program.rpartition("/")[2]))

    def matches(self, words: tuple[str, ...]) -> bool:
        """Whether the words of a command (program first) are of this pattern."""
        if not words or not self.starts(words[0]):
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


_OPERATORS = {"matches", "not", "at_least", "at_most", "exists", "all", "has"}


class RuleFile:
    """A rule file while it is being read: where faults are told, and the named lists that it may use."""

    def __init__(
        self, path: str, lists: Mapping[str, list[Any]], activities: frozenset[str], *, checked: bool = False
    ) -> None:
        self.path, self.lists, self.activities = path, lists, activities
        self.checked = checked
        """These very rules were loaded before: what takes long to check is taken for right."""

    def fault(self, line: int, message: str, mend: str = "") -> BrokenRules:
        return BrokenRules(self.path, line, message, mend)

    def unknown(self, line: int, what: str, name: str, known: Iterable[str]) -> BrokenRules:
        near = difflib.get_close_matches(name, sorted(known), 1)
        mend = f"did you mean `{near[0]}`?" if near else "known: " + ", ".join(sorted(known))
        return self.fault(line, f"unknown {what} `{name}`", mend)


def expand(file: RuleFile, value: Any, line: int) -> list[Any]:
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


def attribute_tests(file: RuleFile, raw: Any, line: int) -> tuple[tuple[tuple[str, ...], Test], ...]:
    """Attribute paths and the test on each, from a mapping of a rule file. Raises `BrokenRules`."""
    if not isinstance(raw, tree.Map):
        raise file.fault(line, "`attributes` is not a mapping", "write `attributes: {encrypted: true}`")
    return tuple((_attribute_path(name), value_test(file, value, raw.line_of(name))) for name, value in raw.items())


_KEY = expression(r"'([^']*)'|([^.]+)")


def _attribute_path(text: str) -> tuple[str, ...]:
    """`a.b[].'c.d'` -> `a`, `b`, `[]`, `c.d`."""
    return tuple(match[1] or match[2] for match in _KEY.finditer(text.replace("[]", ".[]")))


def regex(file: RuleFile, text: str, line: int) -> re.Pattern[str]:
    """A regular expression in which `^` and `$` are the ends of lines. Raises `BrokenRules`."""
    if not file.checked:
        try:
            re.compile(text, re.MULTILINE)
        except re.error as error:
            raise file.fault(line, f"`{text}` is no regular expression: {error}") from error
    return expression(text, re.MULTILINE)


def value_test(file: RuleFile, value: Any, line: int) -> Test:
    """A field test: a value, a list of them (any), or a mapping of operators (all)."""
    if isinstance(value, tree.Map):
        tests = [_operator(file, name, item, value.line_of(name)) for name, item in value.items()]
        return tests[0] if len(tests) == 1 else lambda given: all(test(given) for test in tests)
    items = expand(file, value, line)
    texts = [item for item in items if isinstance(item, str)]
    exact = frozenset(text for text in texts if "*" not in text and "?" not in text)
    is_text = text_globs(texts)
    others = [item for item in items if not isinstance(item, str)]
    flags = {item for item in others if isinstance(item, bool)}
    numbers = [item for item in others if not isinstance(item, bool)]

    def test(given: Any) -> bool:
        if isinstance(given, str):
            return is_text(given) or (bool(flags) and truth(given) in flags)
        if isinstance(given, (list, tuple)):
            return any(test(item) for item in given)
        if flags and truth(given) in flags:
            return True
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


def _operator(file: RuleFile, name: str, value: Any, line: int) -> Test:
    if name == "matches":
        found = searches(regex(file, str(item), line) for item in expand(file, value, line))
        return lambda given: _texts(given, found)
    if name == "not":
        inner = value_test(file, value, line)
        return lambda given: not inner(given)
    if name == "all":
        inner = value_test(file, value, line)
        return lambda given: isinstance(given, (list, tuple)) and all(inner(item) for item in given)
    if name in {"at_least", "at_most"}:
        bound, sign = float(value), 1 if name == "at_least" else -1
        return lambda given: (number := _number(given)) is not None and sign * number >= sign * bound
    if name == "has":
        inner_tests = attribute_tests(file, value, line)
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
    if isinstance(given, str):
        return test(given)
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


def command_pattern(file: RuleFile, text: str, line: int) -> CommandPattern:
    """The pattern that a text of `runs` stands for. Raises `BrokenRules`."""
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


@cache
def _word(text: str) -> Test:
    return text_globs(text.split("|"))


def paths(file: RuleFile, value: Any, line: int) -> Paths:
    """A test on paths: `*` within a folder, `**` across folders, a name without `/` in any folder, `!` excludes."""
    items = [str(item) for item in expand(file, value, line)]
    return Paths(
        frozenset(item for item in items if not item.startswith("!")),
        frozenset(item[1:] for item in items if item.startswith("!")),
    )
