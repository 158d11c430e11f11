"""What shows only across files: what a pipeline really runs, in which order, started by what.

A call is followed as deep as it goes inside what was handed in: `make test` to the Makefile's target, from there to a
script, from there to the test runner. What leaves it is a gap.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from evidence_check.links import calls, containers, gaps, inputs
from evidence_check.links.containers import Called, Images, images
from evidence_check.links.index import Action, Index, index
from evidence_check.links.order import Order, compatible, order, trigger_names
from evidence_check.model import Command, Fact, Gap, Location, Run, Trigger, Unit, UnitKind
from evidence_check.readers._words import unwrap

DEPTH = 10
"""Calls inside calls that are followed."""
RUNS = 2500
"""Runs of one job."""


@dataclass(frozen=True)
class Links:
    """What shows across the files of a case."""

    runs: tuple[Run, ...] = ()
    """Everything that the jobs run, by job and order."""
    order: Order = field(default_factory=lambda: Order({}, {}, frozenset()))
    gaps: tuple[Gap, ...] = ()
    jobs: Mapping[Unit, Location] = field(default_factory=dict, repr=False)
    """Where the jobs stand."""
    texts: Mapping[Location, str] = field(default_factory=dict, repr=False)
    """The command or step that stands at a place, for the places that runs come through."""

    def before(self, job: Unit) -> frozenset[Unit]:
        """The jobs that must succeed before this one, in a run that one event starts."""
        earlier = self.order.ancestors.get(job, frozenset())
        return frozenset(one for one in earlier if compatible(self.triggers(one), self.triggers(job)))

    def triggers(self, job: Unit) -> tuple[Trigger, ...]:
        """What starts a job in the end: that of the pipelines which call it or which it waits for, too."""
        return self.order.triggers.get(job, ())

    def trigger_names(self, job: Unit) -> frozenset[str]:
        """The same by names, with `change` and `main`: see `order.trigger_names`."""
        return trigger_names(self.triggers(job))

    def starts(self, job: Unit) -> tuple[Location, ...]:
        """Where the jobs of other pipelines stand that call this one, however many calls between."""
        found: dict[Unit, None] = {}
        outer = list(self.order.callers.get(job, ()))
        while outer and len(found) < DEPTH:
            unit = outer.pop(0)
            if unit not in found:
                found[unit] = None
                outer += self.order.callers.get(unit, ())
        return tuple(self.jobs[unit] for unit in found if unit in self.jobs)

    def precedes(self, first: Run, then: Run) -> bool:
        """Whether the first must succeed before the other starts."""
        if first.action.hides_failure:
            return False
        if first.job == then.job:
            return first.order < then.order
        earlier = self.order.ancestors.get(then.job, frozenset())
        return first.job in earlier and compatible(self.triggers(first.job), self.triggers(then.job))

    def describe(self, run: Run) -> str:
        """How a run is reached, for a person: "through `make test` and `scripts/test.sh`", empty where it is direct."""
        places = [run.location, *run.via[:-1]] if run.via else []
        steps = [self.texts.get(place, str(place)) for place in places]
        return "through " + " and ".join(f"`{_short(step)}`" for step in steps) if steps else ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def link(facts: Iterable[Fact]) -> Links:
    """Follow the calls between the facts of all parts of a case."""
    made = index(facts)
    ordered = order(made)
    known = images(made)
    runs: list[Run] = []
    for unit in sorted(made.jobs):
        if unit not in ordered.idle:
            given = inputs.of_callers(made, ordered.callers.get(unit, ()), unit)
            runs += _runs(made, known, Called(unit, inputs=given))
    texts = {action.location: action.excerpt for actions in made.actions.values() for action in reversed(actions)}
    places = {unit: job.location for unit, job in made.jobs.items()}
    return Links(tuple(runs), ordered, gaps.gaps(made, runs), places, texts)


def _runs(made: Index, known: Images, job: Called) -> Iterator[Run]:
    for position, (action, places) in enumerate(_limited(_expanded(made, known, job, "", False, (), ()))):
        yield Run(places[0], job.unit, action, places[1:], position)


def _limited(found: Iterator[tuple[Action, tuple[Location, ...]]]) -> Iterator[tuple[Action, tuple[Location, ...]]]:
    for position, one in enumerate(found):
        if position >= RUNS:
            return
        yield one


def _expanded(
    made: Index,
    known: Images,
    call: Called,
    inside: str,
    hidden: bool,
    places: tuple[Location, ...],
    stack: tuple[tuple[Unit, tuple[str, ...]], ...],
) -> Iterator[tuple[Action, tuple[Location, ...]]]:
    """Every action of a unit with the places that lead to it, each followed by what it calls."""
    unit = call.unit
    if (unit, call.words) in stack or len(stack) > DEPTH:
        return
    stack = (*stack, (unit, call.words))
    given: tuple[str, ...] = ()
    for action in inputs.filled(_actions(made, call), call.inputs):
        if isinstance(action, Command) and action.inside and given[-len(action.words) :] == action.words:
            continue  # the words that an image's entry point takes are no command of their own
        given = ()
        here = (*places, action.location)
        yield _marked(action, inside, hidden), here
        bases = [*_bases(unit, action, call.directory), *containers.copied_folders(made, unit)]
        called = calls.called(made, known, action, bases) or calls.handed_on(made, action, call.arguments)
        for inner in called:
            given = inner.words
            within = inner.inside or (action.inside if isinstance(action, Command) else "") or inside
            yield from _expanded(made, known, inner, within, hidden or action.hides_failure, here, stack)


def _actions(made: Index, call: Called) -> list[Action]:
    actions = made.actions.get(call.unit, [])
    if not call.words:
        return actions
    words = unwrap(call.words)
    first = next((action for action in actions if isinstance(action, Command)), None)
    return [replace(first, words=words, text=" ".join(call.words))] if first is not None and words else []


def _marked(action: Action, inside: str, hidden: bool) -> Action:
    """The action with what it takes over from its callers."""
    if isinstance(action, Command):
        if (inside and not action.inside) or (hidden and not action.hides_failure):
            return replace(action, inside=action.inside or inside, hides_failure=action.hides_failure or hidden)
    elif hidden and not action.hides_failure:
        return replace(action, hides_failure=True)
    return action


def _bases(unit: Unit, action: Action, directory: str) -> list[str]:
    """Folders that an action may run in: a script's own ones count from where it was called."""
    own = action.directory
    found = [posixpath.normpath(posixpath.join(directory, own))] if unit.kind is UnitKind.SCRIPT and directory else []
    found += [own, directory, unit.path.rpartition("/")[0]]
    return list(dict.fromkeys("" if one == "." else one for one in found))
