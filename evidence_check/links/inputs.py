"""Inputs: what an action, a template or a called pipeline runs once its caller's words stand in it.

GitHub: https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#inputs-context
Azure: https://learn.microsoft.com/en-us/azure/devops/pipelines/process/template-parameters
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from evidence_check.expressions import expression
from evidence_check.links.index import Action, Index, text
from evidence_check.model import Command, File, Step, Unit
from evidence_check.readers import _shell
from evidence_check.readers._source import Source
from evidence_check.tree import Map

Given = Mapping[str, str]
_INPUT = expression(r"\$\{\{\s{0,9}(?:inputs|parameters)\.([\w-]{1,80})\s{0,9}\}\}")
_CALLERS = 8
"""Callers of one pipeline whose words are put in."""


def handed(index: Index, step: Step, path: str) -> tuple[Given, ...]:
    """What a step hands to the file that it calls, with that file's own values for the rest."""
    given = {name: text(value) for name, value in step.inputs.items()}
    return ({**index.defaults.get((step.unit.part, path), {}), **given},)


def of_callers(index: Index, callers: Sequence[Unit], job: Unit) -> tuple[Given, ...]:
    """What the jobs that call a pipeline's file hand to it: one mapping for each that differs."""
    found: list[Given] = []
    for caller in callers[:_CALLERS]:
        wanted = {index.jobs[caller].calls, f"template:{index.jobs[caller].calls}"}
        for action in index.actions.get(caller, ()):
            if isinstance(action, Step) and action.uses in wanted:
                found += [one for one in handed(index, action, job.path) if one not in found]
    own = index.defaults.get((job.part, job.path))
    return tuple(found) or ((own,) if own else ())


def filled(actions: Iterable[Action], given: tuple[Given, ...]) -> Iterator[Action]:
    """The actions with their inputs put in; one that its callers hand different words to comes once for each."""
    if not any(given):
        yield from actions
        return
    for action in actions:
        seen: list[Action] = []
        for one in given:
            for made in _of_step(action, one) if isinstance(action, Step) else _of_command(action, one):
                if made not in seen:
                    seen.append(made)
                    yield made


def _of_step(step: Step, given: Given) -> Iterator[Step]:
    inputs = _put_in(step.inputs, given)
    yield step if inputs is step.inputs else replace(step, inputs=inputs)


def _of_command(command: Command, given: Given) -> Iterator[Command]:
    """The command; those of a whole script where an input is one."""
    directory = _text(command.directory, given)
    if directory != command.directory:
        directory = posixpath.normpath(directory).removeprefix("./").strip("/")
        command = replace(command, directory="" if directory == "." else directory)
    if not any("${{" in word and _INPUT.search(word) for word in command.words):
        yield command
        return
    if _INPUT.match(command.words[0]):
        script = " ".join(_text(word, given) for word in command.words)
        source = Source(File(command.location), lambda: b"")
        start: _shell.Start = {
            "directory": command.directory, "inside": command.inside, "hides_failure": command.hides_failure,
        }  # fmt: skip
        for one in _shell.commands(script, source, command.unit, **start):
            yield replace(one, location=command.location, order=command.order)
        return
    words = tuple(part for word in command.words for part in _words(word, given))
    written, values = _text(command.text, given), _text(command.values, given)
    yield replace(command, words=words, text=written, values=values)


def _words(word: str, given: Given) -> list[str]:
    """The words that a word stands for: an input that is all of it may hold several."""
    whole = _INPUT.fullmatch(word)
    value = _text(word, given)
    if whole is None or value == word:
        return [value]
    try:
        return shlex.split(value)
    except ValueError:
        return value.split()


def _text(value: str, given: Given) -> str:
    def known(match: re.Match[str]) -> str:
        return given.get(match[1], match[0])

    return _INPUT.sub(known, value) if "${{" in value else value


def _put_in(value: Any, given: Given) -> Any:
    """A step's inputs with their own put in: the same object where there is nothing to put in."""
    if isinstance(value, str):
        changed = _text(value, given)
        return value if changed == value else changed
    if isinstance(value, Map):
        changes = {key: new for key, item in value.items() if (new := _put_in(item, given)) is not item}
        if not changes:
            return value
        copy = Map(value.line, value.tag)
        copy.update({**value, **changes})
        copy.lines = value.lines
        return copy
    return value
