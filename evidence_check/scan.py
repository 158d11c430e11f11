"""The whole way through: what was handed in -> a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from evidence_check import __version__
from evidence_check.assess import assess
from evidence_check.attention import attention
from evidence_check.case import Case
from evidence_check.claim_check import check_claims
from evidence_check.claims import claims
from evidence_check.detect import detect
from evidence_check.drawing import check_drawing
from evidence_check.find_case import case_inside, find_case, standard_asked
from evidence_check.guesses import Given, guesses
from evidence_check.handed_in import HandedIn
from evidence_check.infrastructure import infrastructure
from evidence_check.links import link
from evidence_check.links.own_images import with_own_images
from evidence_check.links.variables import with_variables
from evidence_check.look import look
from evidence_check.model import Category, Part, PartSummary, Provenance, Report, Resource, SignalText
from evidence_check.names import concepts
from evidence_check.pack import check_pack
from evidence_check.people import without_people, work
from evidence_check.pictures import handed_pictures
from evidence_check.pipeline_map import pipeline_map
from evidence_check.prompts import load_prompts, prompts
from evidence_check.readers import EVIDENCE
from evidence_check.reading import reading
from evidence_check.rulebook import Rulebook, load_rules
from evidence_check.standard import load_standard
from evidence_check.submission.open import open_files
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
    declared, places = find_case(inputs, case)
    with workspace() as folder:
        tell("opening what was handed in")
        opened = open_files(
            places,
            workspace=folder,
            subfolder=subfolder,
            upstream=upstream,
            settings=declared.settings,
            offline=offline,
        )
        if declared == Case() and (inside := case_inside(opened)):
            declared = inside
            opened = replace(opened, submission=replace(opened.submission, settings=declared.settings))
        plan = load_standard(standard_asked(standard, declared), rulebook.rules)
        looked = look(opened, plan, declared.live, folder, linters=linters, tell=tell)
        parts = looked.submission.parts
        tell("following what the pipelines run")
        links = link(looked.facts)
        facts = with_own_images(with_variables(looked.facts))
        facts += claims(facts, plan)
        gaps = sorted({*looked.gaps, *links.gaps})
        tell("looking for evidence")
        findings = detect(rulebook, facts, links, gaps, opened.load)
        gaps = sorted({*gaps, *(gap for finding in findings.values() for gap in finding.gaps)})
        ksbs, criteria = assess(plan, findings)
        handed_in = HandedIn.of(looked.submission, facts, findings, gaps)
        pack = check_pack(plan, handed_in, declared)
        pictures = handed_pictures(pack, facts, parts, opened.load)
    report = Report(
        parts=tuple(_summary(part) for part in parts),
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
        lint=tuple(looked.messages),
        claims=check_claims(looked.named, plan, ksbs),
        drawing=check_drawing(facts, pack, concepts(), pictures),
        work=work(parts, looked.surviving, show=people),
        personal=looked.personal,
        way=pipeline_map(rulebook, facts, links, findings),
        infrastructure=infrastructure(fact for fact in facts if isinstance(fact, Resource)),
        timelines=timelines(parts, (declared.dates.sign_off, declared.dates.submission)),
        guesses=guesses(plan, Given(tuple(inputs), declared, bool(case), bool(upstream)), handed_in, pack),
        live=looked.live,
    )
    questions = load_prompts(plan.id, plan.version, rulebook.rules, [theme.id for theme in plan.themes])
    report = report if people else without_people(report, parts)
    return replace(report, attention=attention(report), reading=reading(report), prompts=prompts(report, questions))


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
