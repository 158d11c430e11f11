"""Rake: the shell commands of the tasks in a Rakefile (https://ruby.github.io/rake/)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Unit, UnitKind
from evidence_check.readers import _shell

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "rake"
GIVES = frozenset({"command"})

_TASK = expression(r"\s*(?:multi)?task\s*\(?\s*[:'\"]?([\w-]{1,80})['\"]?:?\s*(.*)")
_NAMESPACE = expression(r"(\s*)namespace\s*\(?\s*[:'\"]([\w-]{1,80})")
_SHELL = expression(
    r"(?:\b(?:sh|system|exec)\b\s*\(?\s*(\"(?:[^\"\\\n]|\\.){1,500}\"|'[^'\n]{1,500}')|`([^`\n]{1,500})`)"
)
_MADE = expression(
    r"(RSpec::Core::RakeTask|Rake::TestTask|RuboCop::RakeTask|Cucumber::Rake::Task)\.new\(?\s*:?(\w{1,80})?"
)
_RUNNERS = {
    "RSpec::Core::RakeTask": ("rspec", "spec"),
    "Rake::TestTask": ("ruby -Itest", "test"),
    "RuboCop::RakeTask": ("rubocop", "rubocop"),
    "Cucumber::Rake::Task": ("cucumber", "cucumber"),
}


def wants(source: Source) -> bool:
    """By the name."""
    return source.name in {"Rakefile", "rakefile", "Rakefile.rb"} or source.name.endswith(".rake")


def read(source: Source) -> Iterable[Fact]:
    """A task for each `task`; one that it depends on as `rake name` before its own commands."""
    part = source.file.location.part
    facts: list[Fact] = []
    spaces: list[tuple[int, str]] = []
    unit: Unit | None = None
    order = 0
    for number, line in enumerate(source.text.split("\n"), 1):
        code = line.partition(" #")[0] if not line.lstrip().startswith("#") else ""
        indent = len(code) - len(code.lstrip())
        if code.strip() == "end":
            spaces = [space for space in spaces if space[0] < indent]
        namespace = _NAMESPACE.match(code)
        if namespace:
            spaces.append((indent, namespace[2]))
        prefix = "".join(f"{name}:" for _, name in spaces)
        task = _TASK.match(code)
        if task:
            unit, order = Unit(UnitKind.TASK, source.path, prefix + task[1], part), 0
            for need in _needs(task[2].partition("=>")[2] or _keyword(code)):
                facts.append(Command(source.at(number), unit, ("rake", need), source.folder, order=order))
                order += 1
        made = _MADE.search(code)
        if made:
            runner, default = _RUNNERS[made[1]]
            own = Unit(UnitKind.TASK, source.path, prefix + (made[2] or default), part)
            facts += _shell.commands(runner, source, own, line=number, directory=source.folder)
        if unit is not None:
            for match in _SHELL.finditer(code):
                text = (match[1] or "")[1:-1] or match[2] or ""
                found = _shell.commands(text, source, unit, line=number, directory=source.folder, order=order)
                order += len(found)
                facts += found
    return facts


def _needs(written: str) -> list[str]:
    """The names of tasks in a list of symbols or texts, or in one of bare words: `%i[spec lint]`."""
    bare = re.match(r"\s{0,9}%[iw][\[({<]([^\])}>]{0,500})", written)
    return bare[1].split() if bare else re.findall(r"[:'\"]([\w:-]{1,80})", written)


def _keyword(code: str) -> str:
    """What stands behind `task name:`, the other way to name prerequisites."""
    match = re.match(r"\s*task\s*\(?\s*[\w-]{1,80}:\s*(.*)", code)
    return match[1].partition(" do")[0] if match else ""
