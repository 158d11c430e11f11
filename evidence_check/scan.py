"""The whole way through: what was handed in -> a report."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from evidence_check import __version__, lint, workers
from evidence_check.assess import assess
from evidence_check.attention import attention
from evidence_check.case import CASE_FILE, Case, load_case, parse_case
from evidence_check.claim_check import check_claims, look_up_named
from evidence_check.claims import claims
from evidence_check.detect import detect
from evidence_check.drawing import check_drawing
from evidence_check.foreign import foreign_documents
from evidence_check.guesses import Given, guesses
from evidence_check.handed_in import HandedIn
from evidence_check.infrastructure import infrastructure
from evidence_check.links import link
from evidence_check.links.own_images import with_own_images
from evidence_check.links.variables import with_variables
from evidence_check.live import live
from evidence_check.model import Category, Fact, Gap, Part, PartSummary, Provenance, Report, Resource, SignalText
from evidence_check.names import concepts
from evidence_check.pack import check_pack
from evidence_check.people import without_people, work
from evidence_check.pictures import handed_pictures
from evidence_check.pipeline_map import pipeline_map
from evidence_check.privacy import personal_data
from evidence_check.prompts import load_prompts, prompts
from evidence_check.readers import EVIDENCE
from evidence_check.readers._limits import READ_SECONDS
from evidence_check.reading import reading
from evidence_check.rulebook import Rulebook, load_rules
from evidence_check.standard import load_standard, standard_path
from evidence_check.submission import survivors
from evidence_check.submission.open import Opened, open_files, with_histories
from evidence_check.timeline import timelines
from evidence_check.workspace import workspace


def scan(
    inputs: Sequence[str],
    *,
    case: str = "",
    subfolder: str = "",
    upstream: str = "",
    standard: str = "",
    linters: bool = True,
    people: bool = False,
    offline: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """The report on everything that was handed in as one case.

    `inputs` are paths or addresses, `case` the path of a case file (one in the first folder is found without it);
    `standard` is the id of one, by default that of the case file; `linters` runs bandit and pylint on the own Python;
    `people` has the people of the history named; `offline` refuses addresses; `progress` is told each stage. Raises
    `Unusable`, `BrokenCase` and `BrokenRules`, each with one line for a person.
    """
    tell = progress or (lambda _stage: None)
    rulebook = load_rules(inputs=inputs)
    given = tuple(inputs)
    declared, inputs = _case(inputs, case)
    with workspace() as folder, ExitStack() as running:
        tell("opening what was handed in")
        opened = open_files(
            inputs,
            workspace=folder,
            subfolder=subfolder,
            upstream=upstream,
            settings=declared.settings,
            offline=offline,
        )
        if declared == Case() and (inside := _case_inside(opened)):
            declared = inside
            opened = replace(opened, submission=replace(opened.submission, settings=declared.settings))
        plan = load_standard(_standard(standard, declared), rulebook.rules)
        shared = workers.start(opened.submission.parts, opened.load, time.monotonic() + READ_SECONDS)
        running.callback(workers.stop, shared)
        tell("reading the history")
        opened = with_histories(opened)
        facts: list[Fact] = []
        gaps: list[Gap] = []
        started = lint.start(opened.submission.parts, opened.load, folder / "lint") if linters else None
        running.callback(lint.stop, started)
        counting = survivors.start(opened.submission.parts, opened.repositories, opened.load)
        running.callback(survivors.stop, counting)
        for part in opened.submission.parts:
            tell(f"reading {part.name}")
            found, missed = workers.finish(shared, part)
            facts += [*part.files, *found, *part.events, *([part.history] if part.history else [])]
            gaps += [*part.gaps, *missed]
        gaps += foreign_documents(facts)
        tell("looking up what the analysis names")
        named = look_up_named(plan, opened.submission, facts, gaps, opened.load)
        address = live(declared.live, opened.submission.parts, facts, opened.load)
        personal = personal_data(opened.submission.parts, facts, opened.load)
        tell("waiting for git and the linters")
        surviving = survivors.finish(counting)
        messages, missed = lint.finish(started)
        gaps += missed
        tell("following what the pipelines run")
        links = link(facts)
        facts = with_own_images(with_variables(facts))
        facts += claims(facts, plan)
        gaps = sorted({*gaps, *links.gaps})
        tell("looking for evidence")
        findings = detect(rulebook, facts, links, gaps)
        gaps = sorted({*gaps, *(gap for finding in findings.values() for gap in finding.gaps)})
        ksbs, criteria = assess(plan, findings)
        handed_in = HandedIn.of(opened.submission, facts, findings, gaps)
        pack = check_pack(plan, handed_in, declared)
        pictures = handed_pictures(pack, facts, opened.submission.parts, opened.load)
    report = Report(
        parts=tuple(_summary(part) for part in opened.submission.parts),
        findings=findings,
        ksbs=ksbs,
        criteria=criteria,
        pack=pack,
        gaps=tuple(gaps),
        provenance=Provenance(__version__, rulebook.digest, plan.id, plan.version),
        title=declared.title,
        case=declared.id,
        standard=plan,
        signals=_texts(rulebook),
        lint=tuple(messages),
        claims=check_claims(named, plan, ksbs),
        drawing=check_drawing(facts, pack, concepts(), pictures),
        work=work(opened.submission.parts, surviving, show=people),
        personal=personal,
        way=pipeline_map(rulebook, facts, links, findings),
        infrastructure=infrastructure(fact for fact in facts if isinstance(fact, Resource)),
        timelines=timelines(opened.submission.parts, (declared.dates.sign_off, declared.dates.submission)),
        guesses=guesses(plan, Given(given, declared, bool(case), bool(upstream)), handed_in, pack),
        live=address,
    )
    questions = load_prompts(plan.id, plan.version, rulebook.rules, [theme.id for theme in plan.themes])
    report = report if people else without_people(report, opened.submission.parts)
    return replace(report, attention=attention(report), reading=reading(report), prompts=prompts(report, questions))


def _case(inputs: Sequence[str], path: str) -> tuple[Case, Sequence[str]]:
    """The case file that is named or found, and what it adds to the inputs.

    A found one was written by whoever wrote the submission, and may only name places inside its own folder.
    """
    if path:
        folder, case = Path(path).parent, load_case(Path(path), trusted=True)
    else:
        folder = Path(inputs[0]) if inputs else Path()
        if len(inputs) != 1 or not (folder / CASE_FILE).is_file() or (folder / CASE_FILE).is_symlink():
            return Case(), inputs
        case = load_case(folder / CASE_FILE, trusted=False)
    declared = [part if "://" in part else str(folder / part) for part in case.parts]
    if path and inputs:
        return case, inputs
    documents = [str(folder / name) for name in case.files if (folder / name).is_file()]
    return case, [*declared, *documents] if declared else inputs


def _case_inside(opened: Opened) -> Case | None:
    """The case file at the top of what was handed in, where it is in an archive or a repository without a work tree;
    None where there is none, or several, so that nobody knows which counts. What it says of parts is passed over."""
    found = [f for part in opened.submission.parts for f in part.files if f.location.path == CASE_FILE and f.size]
    if len(found) != 1:
        return None
    try:
        data = opened.load(found[0])
    except OSError:
        return None  # not among the objects of a partial clone, say: the reading tells it as a gap
    return replace(parse_case(data, trusted=False), parts=())


def _standard(asked: str, case: Case) -> Path:
    """The data of the standard that was asked for, else of the one that the case file names, in its version."""
    if asked and asked != case.standard:
        return standard_path(asked)
    return standard_path(case.standard, case.version)


def _summary(part: Part) -> PartSummary:
    own = [file for file in part.files if file.category in EVIDENCE]
    code = (file.language for file in own if file.category is not Category.DOCUMENT and file.language)
    return PartSummary(
        name=part.name,
        source=part.source,
        commit=part.commit,
        committed=part.committed,
        files=len(part.files),
        own_files=len(own),
        untracked=part.untracked,
        commits=len(part.history.commits) if part.history else 0,
        languages=dict(sorted(Counter(code).items())),
    )


def _texts(rulebook: Rulebook) -> dict[str, SignalText]:
    return {
        id_: SignalText(rule.title, rule.asks, rule.counts, rule.not_counts, rule.ksbs, rule.leads)
        for id_, rule in sorted(rulebook.rules.items())
    }
