"""What the readers of pipeline syntaxes share: the body of a job, scripts in YAML, conditions, names of secrets."""

from __future__ import annotations

import itertools
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from evidence_check.environments import environment_of
from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Job, Step, Trigger, Unit, UnitKind
from evidence_check.readers import _shell, _windows_shell
from evidence_check.tree import Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

GIVES = frozenset({"job", "step", "command"})

_COMBINATIONS = 16
"""Combinations of a matrix that are written out for one script."""
_SHELL_READERS = {
    "pwsh": _windows_shell.powershell_commands,
    "powershell": _windows_shell.powershell_commands,
    "cmd": _windows_shell.batch_commands,
}
_POSIX = frozenset({"", "bash", "sh", "zsh", "dash"})


@dataclass
class Body:
    """The commands and steps of a unit, in the order they run."""

    source: Source
    unit: Unit
    system: str
    directory: str = ""
    hides_failure: bool = False
    variables: Mapping[str, Any] = field(default_factory=dict)
    """Variables that the pipeline sets in the open, by name."""
    facts: list[Fact] = field(default_factory=list)
    order: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    """All variables of one line, also those made of others, for the values of commands."""
    doing: Mapping[str, str] = field(default_factory=dict)
    """What a person who starts it may make a command do, by the name of what is asked: `apply` of plan and apply."""

    def run(
        self,
        script: Any,
        line: int,
        *,
        directory: str | None = None,
        shell: str = "",
        inside: str = "",
        hides_failure: bool = False,
    ) -> None:
        """Add the commands of one script. `line` is its key's; `shell` may be given as a path or with options."""
        self.session(
            scripts(script, line), directory=directory, shell=shell, inside=inside, hides_failure=hides_failure
        )

    def session(
        self,
        items: list[tuple[str, int]],
        *,
        directory: str | None = None,
        shell: str = "",
        inside: str = "",
        hides_failure: bool = False,
    ) -> str:
        """Add the commands of scripts that share a shell, so that a `cd` lasts; the folder it ends in."""
        where = self.directory if directory is None else directory
        hidden = hides_failure or self.hides_failure
        placed = [(_with_tags(text, self.variables), self.line_of(text, line)) for text, line in items]
        program = shell.partition(" ")[0].rpartition("/")[2].lower()
        reader = _SHELL_READERS.get(program)
        if program in _POSIX:
            found, where = _shell.continued(
                placed, self.source, self.unit, directory=where, order=self.order, inside=inside, hides_failure=hidden,
                variables={**{name: scalar_text(value) for name, value in self.variables.items()}, **self.environment},
            )  # fmt: skip
        elif reader:
            found = []
            for text, line in placed:
                found += reader(
                    text, self.source, self.unit, line=line, directory=where, order=self.order + len(found),
                    inside=inside, hides_failure=hidden,
                )  # fmt: skip
        else:
            found = [
                Command(self.source.at(line), self.unit, (program,), where, inside, hidden, self.order + index, text)
                for index, (text, line) in enumerate(placed)
            ]
        self.facts.extend(found)
        self.order += len(found)
        return where

    def step(
        self,
        uses: str,
        line: int,
        inputs: Any = None,
        *,
        version: str = "",
        name: Any = "",
        directory: str | None = None,
        hides_failure: bool = False,
    ) -> None:
        """Add a step that is no shell command."""
        self.facts.append(
            Step(
                self.source.at(line),
                self.unit,
                self.system,
                uses,
                version,
                inputs if isinstance(inputs, Mapping) else {},
                str(name or ""),
                self.directory if directory is None else directory,
                hides_failure or self.hides_failure,
                self.order,
            )
        )
        self.order += 1

    def line_of(self, text: str, line: int) -> int:
        """The line where a script's text starts: the key's own, or below it for a block scalar."""
        first = next((part.strip() for part in text.split("\n") if part.strip()), "")
        leading = len(text) - len(text.lstrip("\n"))
        lines = self._lines
        for index in range(line - 1, min(line + 12, len(lines))):
            written = lines[index].strip()
            if first and (first in written or (index >= line and written and first.startswith(written))):
                return max(index + 1 - leading, 1)
        return line

    @cached_property
    def _lines(self) -> list[str]:
        return self.source.text.split("\n")


_TAG_VARIABLE = expression(
    r"\$(?:\{(?:env\.)?(?P<braced>\w{1,60})\}|\((?P<round>\w{1,60})\)|(?P<plain>[A-Za-z_]\w{0,60})(?![\w.]))"
)
_TAG_NAME = expression(r"tag|image|version", re.IGNORECASE)


def _with_tags(text: str, variables: Mapping[str, Any]) -> str:
    """The script with image names and tags that the pipeline sets in the open: only they tell one release from the
    next, or show a tag that never moves on."""
    known = {name: str(value) for name, value in variables.items() if _TAG_NAME.search(name) and "\n" not in str(value)}
    if not known:
        return text

    def value(match: re.Match[str]) -> str:
        name = match["braced"] or match["round"] or match["plain"]
        return known.get(name, match[0])

    return _TAG_VARIABLE.sub(value, text)


def job_unit(source: Source, name: str) -> Unit:
    """The unit of a job in this pipeline file."""
    return Unit(UnitKind.JOB, source.path, name, source.file.location.part)


def scripts(value: Any, line: int) -> list[tuple[str, int]]:
    """A script given as a text or as (nested) lists of texts, each with its line."""
    if isinstance(value, list):
        lines = value.lines if isinstance(value, Seq) else []
        found: list[tuple[str, int]] = []
        for index, item in enumerate(value):
            found += scripts(item, lines[index] if index < len(lines) else line)
        return found
    text = scalar_text(value)
    return [(text, line)] if text.strip() else []


def scalar_text(value: Any) -> str:
    """A scalar as it is written in YAML; empty for None and for containers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else ""


def texts(value: Any) -> Iterator[str]:
    """Every text inside a value."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, Mapping):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


def names(value: Any) -> tuple[str, ...]:
    """One name or a list of names as a tuple."""
    if isinstance(value, list):
        return tuple(scalar_text(item) for item in value if scalar_text(item))
    return (scalar_text(value),) if scalar_text(value) else ()


def mapping(value: Any) -> Map:
    """The value where it is a mapping, else an empty one."""
    return value if isinstance(value, Map) else Map()


def maps(value: Any) -> Iterator[tuple[Map, int]]:
    """The mappings of a list, each with its line."""
    if isinstance(value, Seq):
        for index, item in enumerate(value):
            if isinstance(item, Map):
                yield item, value.lines[index] if index < len(value.lines) else value.line


_SECRET_NAME = expression(
    r"\$[{(]{0,2}(?:env:|env\.)?([A-Za-z]\w{0,60}?(?:token|passw|passphrase|secret|api_?key|access_?key|private_?key|"
    r"ssh_?key|credential|_pat\b|_pass\b|_pwd\b|connection_?string|webhook)\w{0,40})",
    re.IGNORECASE,
)


def secret_names(value: Any, plain: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """Variables that the texts inside a value use, named like secrets and not set in the open (`plain`)."""
    found = {match[1] for text in texts(value) for match in _SECRET_NAME.finditer(text)}
    return tuple(sorted(found - set(plain or ())))


def environment_choice(asked: Mapping[str, Iterable[str]], used: Container[str]) -> tuple[str, ...]:
    """The options of the first run-time parameter that names two or more environments and is used, else none."""
    for name, options in asked.items():
        given = tuple(options)
        if name in used and len({environment_of(option) for option in given} - {""}) >= 2:
            return given
    return ()


def doing(options: Iterable[str]) -> str:
    """The option of a run-time parameter that changes what runs: `apply` of plan, apply and destroy; else empty."""
    given = set(options)
    return next((option for option in ("apply", "deploy", "up") if option in given), "")


def all_doing(asked: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """`doing` by the name of the parameter, where there is such an option."""
    return {name: option for name, options in asked.items() if (option := doing(options))}


def combinations(used: str, matrix: Mapping[str, Any], reference: re.Pattern[str]) -> list[dict[str, str]]:
    """The values that a text's references to a matrix take: one mapping per combination, one empty without any.

    `matrix` has lists by key, of scalars or of mappings (`matrix.task.run`), and `include` with further combinations.
    """
    keys = sorted({match[1] for match in reference.finditer(used)})
    if not keys:
        return [{}]
    bases = sorted({key.partition(".")[0] for key in keys})
    lists = {base: _choices(matrix.get(base)) for base in bases}
    found: list[dict[str, str]] = []
    if all(lists.values()):
        found = [_members(dict(zip(bases, choice, strict=True)), keys)
                 for choice in itertools.islice(itertools.product(*lists.values()), _COMBINATIONS)]  # fmt: skip
    include = matrix.get("include")
    for entry in include if isinstance(include, list) else []:
        if isinstance(entry, Mapping) and all(base in entry or lists[base] for base in bases):
            one = _members({base: entry[base] if base in entry else lists[base][0] for base in bases}, keys)
            if one not in found:
                found.append(one)
    return found[:_COMBINATIONS] or [{}]


def _choices(value: Any) -> list[Any]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if item is not None and not isinstance(item, list)]


def _members(choice: Mapping[str, Any], keys: list[str]) -> dict[str, str]:
    """The scalars that dotted names reach in a combination; those that reach none are left out."""
    found: dict[str, str] = {}
    for key in keys:
        base, *path = key.split(".")
        value = choice[base]
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None and not isinstance(value, (Mapping, list)):
            found[key] = scalar_text(value)
    return found


def filled(text: str, values: Mapping[str, str], reference: re.Pattern[str]) -> str:
    """The text with its references to a matrix filled in, as far as their values are known."""
    return reference.sub(lambda match: values.get(match[1], match[0]), text) if values else text


_NEVER = expression(r"(?:\$\{\{)?\s{0,9}(?:false|1\s{0,3}==\s{0,3}0|never\(\))\s{0,9}(?:\}\})?")


def never(condition: Any) -> bool:
    """Whether a condition skips its job or step for good."""
    return condition is False or (
        isinstance(condition, str) and _NEVER.fullmatch(condition.strip().lower()) is not None
    )


def only_branch(triggers: tuple[Trigger, ...], branches: tuple[str, ...]) -> tuple[Trigger, ...]:
    """The triggers left for a job that is limited to branches: pushes to them, and what is no push or request."""
    kept = []
    for trigger in triggers:
        if trigger.event == "push":
            kept.append(replace(trigger, branches=branches, not_branches=()))
        elif trigger.event not in {"pull-request", "tag"}:
            kept.append(trigger)
    return tuple(kept)


def chain(stages: list[list[Job]]) -> list[Job]:
    """Jobs of consecutive stages, each one needing all jobs of the nearest stage before that has any."""
    done: list[Job] = []
    before: tuple[str, ...] = ()
    for stage in stages:
        if stage:
            done += [replace(job, needs=tuple(sorted({*job.needs, *before}))) for job in stage]
            before = tuple(job.unit.name for job in stage)
    return done
