"""Makefiles (https://www.gnu.org/software/make/manual/make.html): a task for every target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Step, Unit, UnitKind
from evidence_check.readers import _quoting, _shell

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "make"
GIVES = frozenset({"command", "step"})

_NAME = expression(r"(?:GNU)?makefile(?:\.(?!(?:am|in|md|txt|rst|html)$)[\w-]+)?|[\w.-]+\.(?:mk|mak)", re.IGNORECASE)
_ASSIGNMENT = expression(r"(?:export\s+|override\s+)*([\w.-]{1,100})\s*(::?:?=|\?=|\+=|!=|=)\s?(.*)", re.DOTALL)
_RULE = expression(r"^([^:=\t#][^:=]{0,500}?)\s*+::?(?!=)(.*)", re.DOTALL)
_TARGET_VARIABLE = expression(r"\s*(?:export\s+|private\s+)?[\w.-]+\s*(?:::?=|\?=|\+=|=)")
_REFERENCE = expression(r"\$(?:\(([\w.-]{1,80})\)|\{([\w.-]{1,80})\}|([@<^*?]))")
_DIRECTIVES = frozenset("ifeq ifneq ifdef ifndef else endif export unexport vpath undefine private".split())
_FUNCTION = expression(
    r"\$\((shell|eval|call|or|and|if|foreach|filter|filter-out|wildcard|subst|patsubst|strip|sort|word|words|dir|notdir|"
    r"abspath|realpath|info|warning|error|value|origin|addprefix|addsuffix|join|firstword|lastword|basename|suffix)\s"
)
_TARGETS = 2000
_LENGTH = 10_000


@dataclass
class _Makefile:
    """What has been read of the file so far."""

    variables: dict[str, str] = field(default_factory=lambda: {"MAKE": "make", "SHELL": "sh", "CURDIR": "."})
    rules: list[_Rule] = field(default_factory=list)
    includes: list[tuple[str, int]] = field(default_factory=list)
    goal: str = ""
    one_shell: bool = False


@dataclass
class _Rule:
    targets: list[str]
    needs: list[str]
    line: int
    recipe: list[tuple[str, int]] = field(default_factory=list)


def wants(source: Source) -> bool:
    """By the usual names."""
    return _NAME.fullmatch(source.name) is not None


def read(source: Source) -> Iterable[Fact]:
    """The recipes as commands; a prerequisite as `make prerequisite` before them.

    The unnamed task of the file says its default goal (`default:goal`) and what it includes (`include:path`).
    """
    made = _parsed(source.text[: _shell.SIZE_LIMIT])
    part = source.file.location.part
    whole = Unit(UnitKind.TASK, source.path, "", part)
    facts: list[Fact] = []
    goal = made.goal or next((rule.targets[0] for rule in made.rules if not rule.targets[0].startswith((".", "%"))), "")
    if goal:
        facts.append(Step(source.at(1), whole, SYSTEM, f"default:{goal}"))
    for path, line in made.includes:
        facts.append(Step(source.at(line), whole, SYSTEM, f"include:{path}", order=len(facts)))
    known = {target for rule in made.rules for target in rule.targets}
    orders: dict[str, int] = {}
    for rule in made.rules:
        for target in rule.targets:
            unit = Unit(UnitKind.TASK, source.path, target, part)
            found = list(_commands(source, made, rule, target, unit, known, orders.get(target, 0)))
            orders[target] = orders.get(target, 0) + len(found)
            facts += found
    return facts


def _commands(
    source: Source, made: _Makefile, rule: _Rule, target: str, unit: Unit, known: set[str], order: int
) -> Iterator[Command]:
    # a `.mk` file is included from a Makefile above it, in whose folder the recipes run
    directory = "" if source.name.endswith((".mk", ".mak")) else source.folder
    for need in rule.needs:
        if need in known or (made.includes and "." not in need and "/" not in need and "%" not in need):
            text = f"{target}: {' '.join(rule.needs)}"[:400]
            yield Command(source.at(rule.line), unit, ("make", need), directory, order=order, text=text)
            order += 1
    automatic = {"@": target, "<": rule.needs[0] if rule.needs else "", "^": " ".join(rule.needs), "*": "", "?": ""}
    lines = (
        [("\n".join(text for text, _ in rule.recipe), rule.recipe[0][1])]
        if made.one_shell and rule.recipe
        else rule.recipe
    )
    for written, line in lines:
        text = written.lstrip()
        start = line + written[: len(written) - len(text)].count("\n")
        bare = text.lstrip("@-+ \t")
        forgiven = "-" in text[: len(text) - len(bare)]
        script = _without_functions(_expanded(bare, made.variables, automatic, 0), 0)
        found = _shell.commands(
            script, source, unit, line=start, directory=directory, order=order, hides_failure=forgiven
        )
        yield from found
        order += len(found)


def _expanded(text: str, variables: dict[str, str], automatic: dict[str, str], depth: int) -> str:
    """The text with the file's own variables filled in; `$$` becomes the shell's `$`."""
    if "$" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        if match[3]:
            return automatic.get(match[3], "")
        name = match[1] or match[2]
        if not variables.get(name) or depth > 8:
            return match[0]
        return _expanded(variables[name], variables, automatic, depth + 1)

    pieces = text.split("$$")
    return "$".join(_REFERENCE.sub(value, piece) for piece in pieces)[:_LENGTH]


def _without_functions(text: str, depth: int) -> str:
    """The text with make's own functions replaced: `$(shell x)` by the shell's `$(x)`, others by their name alone."""
    found = _FUNCTION.search(text)
    if found is None or depth > 8:
        return text
    end = _quoting.closing(text, found.start())
    inner = _without_functions(text[found.end() : end - 1], depth + 1)
    if found[1] == "shell":
        instead = f"$({inner})"
    elif "$(" in inner and found[1] == "eval":
        instead = inner[inner.index("$(") :]
    else:
        instead = "" if found[1] in {"eval", "if", "info", "warning", "error"} else f"${{{found[1]}}}"
    return text[: found.start()] + instead + _without_functions(text[end:], depth + 1)


def _parsed(text: str) -> _Makefile:
    made = _Makefile()
    rule: _Rule | None = None
    prefix = "\t"
    inside_define = ""
    for line, written in _logical(text):
        if inside_define:
            if written.strip() == "endef":
                inside_define = ""
            else:
                made.variables[inside_define] = f"{made.variables[inside_define]}\n{written}".strip("\n")[:_LENGTH]
            continue
        if written.startswith(prefix) and rule is not None:
            if written.strip() and not written.lstrip().startswith("#"):
                rule.recipe.append((written[1:], line))
            continue
        bare = _without_comment(written).strip()
        if not bare:
            continue
        word = bare.split(None, 1)[0]
        if word == "define":
            inside_define = bare.split()[1] if len(bare.split()) > 1 else "_"
            made.variables[inside_define] = ""
        elif word in {"include", "-include", "sinclude"}:
            names = _expanded(bare.split(None, 1)[1] if " " in bare else "", made.variables, {}, 0).split()
            made.includes += [(name, line) for name in names[:50]]
        elif word in _DIRECTIVES and not _ASSIGNMENT.fullmatch(bare):
            continue
        elif (assigned := _ASSIGNMENT.fullmatch(bare)) is not None:
            _assign(made, assigned[1], assigned[2], assigned[3].replace("\\\n", " "))
            prefix = made.variables.get(".RECIPEPREFIX", "\t")[:1] or "\t"
        elif len(made.rules) < _TARGETS:
            rule = _rule(made, bare, line) or rule
    return made


def _assign(made: _Makefile, name: str, operator: str, value: str) -> None:
    if name == ".DEFAULT_GOAL":
        made.goal = value.strip()
    elif operator == "+=" and name in made.variables:
        made.variables[name] = f"{made.variables[name]} {value}"[:_LENGTH]
    elif operator == "!=":
        made.variables[name] = f"$$({value})"
    elif operator != "?=" or name not in made.variables:
        made.variables[name] = value.strip()


def _rule(made: _Makefile, bare: str, line: int) -> _Rule | None:
    match = _RULE.fullmatch(bare)
    if match is None or _TARGET_VARIABLE.match(match[2]):
        return None
    targets = _expanded(match[1], made.variables, {}, 0).split()[:50]
    rest, _, inline = match[2].partition(";")
    needs = _expanded(rest.replace("\\\n", " ").replace("|", " "), made.variables, {}, 0).split()[:200]
    if not targets or "$" in targets[0]:
        return None
    if targets[0] == ".ONESHELL":
        made.one_shell = True
    if targets[0].startswith(".") and targets[0].isupper():
        return None
    rule = _Rule(targets, [need for need in needs if not need.startswith(":")], line)
    if inline.strip():
        rule.recipe.append((inline.strip(), line))
    made.rules.append(rule)
    return rule


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Line number and text of each line, those that end in a backslash with the next ones."""
    pending: list[str] = []
    start = 1
    for number, line in enumerate(text.split("\n"), 1):
        if not pending:
            start = number
        pending.append(line)
        if not line.endswith("\\") or line.endswith("\\\\"):
            yield start, "\n".join(pending)
            pending = []
    if pending:
        yield start, "\n".join(pending)


def _without_comment(line: str) -> str:
    return re.split(r"(?<![\\\w])#", line, maxsplit=1)[0]
