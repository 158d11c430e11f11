"""Facts x rules -> one finding for every signal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from evidence_check.environments import environment_of
from evidence_check.expressions import expression
from evidence_check.hidden import Hidden
from evidence_check.masking import mask, visible
from evidence_check.match import Activities, Hit, Hits, match_all
from evidence_check.model import (
    Command,
    Event,
    Evidence,
    Fact,
    File,
    Finding,
    Gap,
    History,
    Import,
    Job,
    Location,
    Outcome,
    Resource,
    Run,
    Secret,
    Step,
    TestFile,
    Unit,
)
from evidence_check.rulebook import Clause, Rule, Rulebook

if TYPE_CHECKING:
    from evidence_check.links import Links

PLACES = 40
"""Places in files that a finding carries; `Finding.total` counts all of them."""
GAPS = 10
"""Reasons that an unknown finding carries; the report lists every gap once."""
COMMITS = 200
"""Commits that a finding carries: a history is judged by many small ones."""


def detect(
    rulebook: Rulebook, facts: Sequence[Fact], links: Links, gaps: Iterable[Gap], load: Callable[[File], bytes]
) -> dict[str, Finding]:
    """A finding for every signal of the rulebook, by its id.

    `facts` are those of all parts, `links` what shows across them, `gaps` everything that could not be looked at,
    `load` gives the bytes of a file: what its text does not name, a broken one hides not.
    What takes too long to search is a further gap of the findings that it touches.
    """
    activities = Activities(rulebook.activities)
    hits, missed = match_all(rulebook, facts, links, activities)
    unseen = (*missed, *gaps)
    hidden = Hidden((fact for fact in facts if isinstance(fact, File)), load)
    return {
        signal: _finding(rule, hits, links, activities, unseen, hidden)
        for signal, rule in sorted(rulebook.rules.items())
    }


def _finding(
    rule: Rule, hits: Hits, links: Links, activities: Activities, gaps: tuple[Gap, ...], hidden: Hidden
) -> Finding:
    found: list[tuple[int, Clause, Hit]] = []
    for rank, clause in enumerate(rule.when):
        found.extend((rank, clause, hit) for hit in _holding(clause, hits, links, activities))
    if found:
        evidence, total = _evidence(found, links)
        return Finding(rule.id, Outcome.PRESENT, evidence, total)
    touching = tuple(islice((gap for gap in gaps if any(hidden.by(gap, clause) for clause in rule.when)), GAPS))
    if touching:
        return Finding(rule.id, Outcome.UNKNOWN, gaps=touching)
    return Finding(rule.id, Outcome.ABSENT)


def _holding(clause: Clause, hits: Hits, links: Links, activities: Activities) -> list[Hit]:
    """The hits of a clause that hold with its count and its company."""
    if clause.sequence is not None:
        own = _in_sequence(clause.sequence, links, activities)
    else:
        own = hits.get(id(clause.condition), [])
    for other in clause.others:
        places = _places(_holding(other, hits, links, activities), clause.same)
        own = [hit for hit in own if _place(hit, clause.same) in places]
    for other in clause.unless:
        places = _places(_holding(other, hits, links, activities), clause.same)
        own = [hit for hit in own if _place(hit, clause.same) not in places]
    if clause.total:
        own = sorted(own, key=lambda hit: -getattr(hit.fact, clause.total))
        return own if sum(getattr(hit.fact, clause.total) for hit in own) >= clause.at_least else []
    if clause.at_least > 1:
        groups: dict[tuple[str, ...], list[Hit]] = defaultdict(list)
        for hit in own:
            groups[_place(hit, clause.each)].append(hit)
        own = [hit for group in groups.values() for hit in _enough(clause, group)]
    return own


def _enough(clause: Clause, hits: list[Hit]) -> list[Hit]:
    """The hits that count where there are as many different ones as the clause asks for, else none."""
    named = [(hit, _name(hit, clause.distinct or "location")) for hit in hits]
    if len({name for _, name in named} - {""}) < clause.at_least:
        return []
    return [hit for hit, name in named if name]


def _places(company: Iterable[Hit], same: str) -> set[tuple[str, ...]]:
    return {_place(hit, same) for hit in company}


def _place(hit: Hit, same: str) -> tuple[str, ...]:
    """What a clause's `same` compares: nothing for a case, the part, the file, or the pipeline's job."""
    where = hit.location
    if same == "case":
        return ()
    if same == "part":
        return (where.part,)
    if same == "job" and isinstance(hit.fact, Run | Job):
        job = hit.fact.job if isinstance(hit.fact, Run) else hit.fact.unit
        return (job.part, job.path, job.name)
    return (where.part, where.path)


def _in_sequence(sequence: tuple[frozenset[str], frozenset[str]], links: Links, activities: Activities) -> list[Hit]:
    """The runs of a later activity that an earlier one of the same change must come before."""
    first, then = sequence
    earliest: dict[Unit, Run] = {}
    for run in links.runs:
        if run.action.hides_failure or first.isdisjoint(activities.of(run.action)):
            continue
        if run.job not in earliest or run.order < earliest[run.job].order:
            earliest[run.job] = run
    result = []
    for run in links.runs:
        done = activities.of(run.action)
        names = sorted(then & done.keys())
        if names and any(links.precedes(one, run) for one in earliest.values()):
            result.append(Hit(run, run.location, run.excerpt, done[names[0]]))
    return result


_DEPLOYED_TO = expression(r"(?<![a-z])(?:dev|development|uat|staging|stage|preprod|prod|production)(?![a-z])")
"""The words in a pipeline's path that can mean nothing else: `test` and `live` can."""


def _name(hit: Hit, distinct: str) -> str:
    if distinct == "location":
        return str(hit.location)
    if distinct == "file":
        return hit.location.path
    if distinct == "environment":
        return next((name for name in map(environment_of, _environment_texts(hit)) if name), "")
    return str(getattr(hit.fact, distinct))


def _environment_texts(hit: Hit) -> Iterator[str]:
    """What may name the environment of a hit, the most telling first."""
    fact = hit.fact
    if isinstance(fact, Run):
        yield from (fact.job.name, _folder(fact.action), fact.action.excerpt)
        if isinstance(fact.action, Step):
            yield from map(str, fact.action.inputs.values())
        yield from _DEPLOYED_TO.findall(fact.job.path.lower())
    else:
        yield str(getattr(fact, "name", ""))
        yield hit.location.path


def _folder(action: Command | Step) -> str:
    """The folder that an action runs in; `live`, where Terragrunt's users keep all their environments, names none."""
    terragrunt = isinstance(action, Command) and action.program == "terragrunt"
    return _LIVE.sub("/", action.directory) if terragrunt else action.directory


_LIVE = expression(r"(?:^|/)live(?=/|$)")
_LESSER = expression(r"(?:^|/)(?:examples?|samples?|demos?|tests?|legacy|_legacy|old|backup|docs?|templates?)(?:/|$)")


def _evidence(found: list[tuple[int, Clause, Hit]], links: Links) -> tuple[tuple[Evidence, ...], int]:
    """The best places and how many there are: each once, by the rule's own order, every file before a second place of
    the same one."""
    nth: dict[tuple[int, str, str], int] = defaultdict(int)
    rows: list[tuple[tuple[Any, ...], Clause, Hit, Location, str]] = []
    seen: set[tuple[Location, str]] = set()
    lesser: dict[str, bool] = {}
    for position, (rank, clause, hit) in enumerate(found):
        technology = _technology(clause, hit)
        for place in (hit.location, *_other_places(hit, links)):
            if (place, technology) in seen:
                continue
            seen.add((place, technology))
            key = (rank, place.part, place.path or place.commit)
            nth[key] += 1
            if place.path not in lesser:
                lesser[place.path] = bool(_LESSER.search(place.path))
            order = (nth[key] > 1 and not place.commit, nth[key] > 3, lesser[place.path], rank, position)
            rows.append((order, clause, hit, place, technology))
    rows.sort(key=lambda row: row[0])
    limit = COMMITS if rows[0][3].commit else PLACES
    evidence = (
        Evidence(place, technology, visible(mask(hit.excerpt)), _reason(clause, hit, place, technology, links))
        for _, clause, hit, place, technology in rows[:limit]
    )
    return tuple(evidence), len(rows)


def _other_places(hit: Hit, links: Links) -> tuple[Location, ...]:
    """Where a run ends, and where the pipelines stand that call its own."""
    if isinstance(hit.fact, Run):
        return (*hit.fact.via[-1:], *links.starts(hit.fact.job))
    return links.starts(hit.fact.unit) if isinstance(hit.fact, Job) else ()


def _technology(clause: Clause, hit: Hit) -> str:
    if clause.technology:
        return clause.technology.format_map(_Fields(hit.fact)) if "{" in clause.technology else clause.technology
    if hit.technology:
        return hit.technology
    for name in ("system", "framework", "notation", "format", "ecosystem", "language"):
        value = getattr(hit.fact, name, "")
        if value:
            return str(value)
    if isinstance(hit.fact, (Event, History)):
        return "git"
    action = hit.fact.action if isinstance(hit.fact, Run) else hit.fact
    if isinstance(action, (Command, Step)):
        return (action.program if isinstance(action, Command) else action.uses).rpartition("/")[2]
    return str(getattr(hit.fact, "what", "")) or hit.location.path.rpartition("/")[2]


class _Fields(dict[str, Any]):
    """The fields of a fact for a rule's `technology` and `says`."""

    def __init__(self, fact: Fact) -> None:
        super().__init__()
        self._fact = fact

    def __missing__(self, key: str) -> Any:
        return getattr(self._fact, key)


_REASON = 240
"""Characters of a reason line."""

_WHEN = {
    "pull-request": "on every pull request",
    "change": "on every push",
    "main": "on every push to the main branch",
    "push": "on pushes to chosen branches",
    "release": "on every release",
    "tag": "on every tag",
    "schedule": "on a schedule",
    "manual": "when started by hand",
}
"""Trigger names, the most telling first."""


def _when(names: frozenset[str]) -> str:
    return next((words for name, words in _WHEN.items() if name in names), "")


def _reason(clause: Clause, hit: Hit, place: Location, technology: str, links: Links) -> str:
    """One line that a non-specialist understands."""
    fact = hit.fact
    where = visible(str(place))
    if clause.says:
        return visible(f"{where} {clause.says.format_map(_Fields(fact))}")
    match fact:
        case Run() if place == fact.location:
            parts = [f"{where} runs {technology}", _when(links.trigger_names(fact.job)), links.describe(fact)]
            return visible(" ".join(part for part in parts if part), _REASON)
        case Run():
            how = "is what" if place in fact.via else "calls"
            end = " runs in the end" if place in fact.via else f", which runs {technology}"
            return visible(f"{where} {how} job {fact.job.name} of {fact.location.path}{end}", _REASON)
        case Resource() if fact.system == "docker" and fact.type == "stage":
            stage = "" if fact.name.isdigit() else f" stage {fact.name}"
            return visible(mask(f"{where} builds{stage} on {fact.attributes.get('from') or 'an image'}"))
        case Resource():
            return visible(f"{where} declares {fact.type} {fact.name}".rstrip())
        case TestFile():
            return f"{where} has {fact.tests} tests with {fact.assertions} assertions ({fact.framework})"
        case Import():
            return visible(f"{where} imports {fact.module}")
        case Event():
            return visible(f"{where}: {fact.subject or fact.name}")
        case Secret():
            return f"{where} holds what looks like a live {fact.what}; its value is not shown"
        case _:
            return visible(f"{where}: {mask(hit.excerpt)}")
