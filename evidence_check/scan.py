"""The whole way through: what was handed in -> a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence_check import __version__
from evidence_check.assess import assess
from evidence_check.detect import detect
from evidence_check.links import link
from evidence_check.model import Category, Fact, Gap, Part, PartSummary, Provenance, Report, SignalText
from evidence_check.readers import EVIDENCE, read_part
from evidence_check.rulebook import Rulebook, load_rules
from evidence_check.standard import load_standard, standard_path
from evidence_check.submission import open_submission


def scan(
    inputs: Sequence[str],
    *,
    subfolder: str = "",
    upstream: str = "",
    standard: str = "ST0825",
    progress: Callable[[str], None] | None = None,
) -> Report:
    """The report on everything that was handed in as one case.

    `inputs` are paths or URLs; `progress` is told each stage. Raises `Unusable` and `BrokenRules`.
    """
    tell = progress or (lambda _stage: None)
    rulebook = load_rules()
    plan = load_standard(standard_path(standard), rulebook.rules)
    with TemporaryDirectory(prefix="evidence-check-") as workspace:
        tell("opening what was handed in")
        opened = open_submission(inputs, workspace=Path(workspace), subfolder=subfolder, upstream=upstream)
        parts = opened.submission.parts
        facts: list[Fact] = []
        gaps: list[Gap] = []
        for part in parts:
            tell(f"reading {part.name}")
            found, missed = read_part(part, opened.load)
            facts += [*part.files, *found, *part.events, *([part.history] if part.history else [])]
            gaps += [*part.gaps, *missed]
    tell("following what the pipelines run")
    links = link(facts)
    gaps = sorted({*gaps, *links.gaps})
    tell("looking for evidence")
    findings = detect(rulebook, facts, links, gaps)
    ksbs, criteria = assess(plan, findings)
    return Report(
        parts=tuple(_summary(part) for part in parts),
        findings=findings,
        ksbs=ksbs,
        criteria=criteria,
        gaps=tuple(gaps),
        provenance=Provenance(__version__, rulebook.digest, plan.id, plan.version),
        standard=plan,
        signals=_texts(rulebook),
    )


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
