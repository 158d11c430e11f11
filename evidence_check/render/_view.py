"""A report's entries in the order that every format shows them: looked up and grouped, never judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, TypeVar

from evidence_check.expressions import expression
from evidence_check.model import (
    Aspect,
    Assessment,
    ClaimedKsb,
    Cluster,
    Criterion,
    Drawn,
    Evidence,
    Finding,
    Gap,
    Ksb,
    LintResult,
    Location,
    Lookup,
    Mention,
    Outcome,
    PackItem,
    Report,
    SignalText,
    Standing,
    Status,
    Theme,
    Verdict,
    Work,
)
from evidence_check.render._text import count

_WORD = expression(r"[\w.-]+")
_EMPTY = frozenset({"with", "docker", "stage", *"0123456789"})
_Item = TypeVar("_Item", Ksb, Criterion)

GROUPS = {
    "iac": "Infrastructure as code",
    "cicd": "CI/CD pipeline",
    "tests": "Tests",
    "monitoring": "Monitoring and alerting",
    "source": "Source control",
    "security": "Security",
    "data": "Data persistence",
    "automation": "Automation",
    "refresh": "Refreshing and patching",
    "needs": "User needs",
    "docs": "Documents",
    "code": "Code",
    "risk": "Points to probe",
}
"""Headings for the groups of signals; a group of somebody's own rules goes by its own name."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal's texts and finding."""

    id: str
    text: SignalText
    finding: Finding

    @property
    def more(self) -> int:
        """Places found beyond the evidence that the report keeps."""
        return max(self.finding.total - len(self.finding.evidence), 0)


@dataclass(frozen=True, slots=True)
class AspectRow:
    """One thing about a KSB or criterion that files can show, the signals that may show it looked up."""

    title: str
    outcome: Outcome
    present: tuple[Signal, ...]
    absent: tuple[Signal, ...]
    unknown: tuple[Signal, ...]

    @property
    def places(self) -> list[list[Signal]]:
        """The present signals, together those whose best evidence is the same."""
        groups: dict[Evidence, list[Signal]] = {}
        for signal in self.present:
            groups.setdefault(replace(signal.finding.evidence[0], reason=""), []).append(signal)
        return list(groups.values())


@dataclass(frozen=True, slots=True)
class Wanted:
    """A thing that files could show and nothing shows, and the KSBs that ask for it."""

    title: str
    looked_for: tuple[Signal, ...]
    """Any one of them would show it."""
    ksbs: tuple[str, ...]
    whole: bool
    """For one of these KSBs nothing else was found either."""

    @property
    def counts(self) -> str:
        """What would count, for the first of them."""
        return next((signal.text.counts for signal in self.looked_for if signal.text.counts), "")


@dataclass(frozen=True, slots=True)
class Row(Generic[_Item]):
    """A KSB or criterion where it stands."""

    item: _Item
    assessment: Assessment
    aspects: tuple[AspectRow, ...]
    leads: tuple[Signal, ...]
    """What gives something to ask about, and is no evidence of it."""


@dataclass(frozen=True, slots=True)
class ThemeRows:
    """A theme and its criteria, pass before distinction."""

    theme: Theme
    rows: tuple[Row[Criterion], ...]


class View:
    """What the formats show of a report."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.standard = report.standard

    @cached_property
    def signals(self) -> dict[str, Signal]:
        """Every signal of the report, by id in the order of the groups."""
        texts, findings = self.report.signals, self.report.findings
        return {
            id_: Signal(id_, texts.get(id_) or SignalText(id_, ""), findings[id_])
            for id_ in sorted(findings, key=signal_order)
        }

    @cached_property
    def groups(self) -> dict[str, list[Signal]]:
        """The signals under the headings of their groups."""
        groups: dict[str, list[Signal]] = {}
        for signal in self.signals.values():
            group = _group(signal.id)
            groups.setdefault(GROUPS.get(group, group), []).append(signal)
        return groups

    @cached_property
    def themes(self) -> list[ThemeRows]:
        """The themes of method 1 with their criteria."""
        assessed = {assessment.id: assessment for assessment in self.report.criteria}
        themes = []
        for theme in self.standard.themes:
            mine = [c for c in self.standard.criteria if c.theme == theme.id and c.id in assessed]
            if theme.method == 1 and mine:
                mine.sort(key=lambda criterion: criterion.grade != "pass")
                themes.append(ThemeRows(theme, tuple(self._row(c, assessed[c.id]) for c in mine)))
        return themes

    @cached_property
    def criteria(self) -> set[str]:
        """The ids of the criteria that `themes` holds."""
        return {row.item.id for rows in self.themes for row in rows.rows}

    @cached_property
    def ksbs(self) -> list[Row[Ksb]]:
        """The KSBs of method 1, in the plan's order."""
        assessed = {assessment.id: assessment for assessment in self.report.ksbs}
        return [
            self._row(ksb, assessed[ksb.code]) for ksb in self.standard.ksbs if ksb.method == 1 and ksb.code in assessed
        ]

    @cached_property
    def wanted(self) -> list[Wanted]:
        """What was not found of the KSBs, each once: what leaves a KSB with nothing first, then by how many ask."""
        found: dict[tuple[str, ...], Wanted] = {}
        for row in self.ksbs:
            for aspect in row.aspects:
                if aspect.outcome is Outcome.ABSENT:
                    key = tuple(signal.id for signal in aspect.absent)
                    known = found.get(key) or Wanted(aspect.title, aspect.absent, (), False)
                    whole = known.whole or row.assessment.status is Status.NOT_FOUND
                    found[key] = replace(known, ksbs=(*known.ksbs, row.item.code), whole=whole)
        return sorted(found.values(), key=lambda thing: (not thing.whole, -len(thing.ksbs)))

    @cached_property
    def ksb_counts(self) -> dict[Status, int]:
        """How many KSBs of method 1 have each status, in the order of `Status`."""
        counts = Counter(row.assessment.status for row in self.ksbs)
        return {status: counts[status] for status in Status}

    @cached_property
    def pack_items(self) -> list[PackItem]:
        """The items of the pack: what is missing first, what is complete last."""
        order = (Verdict.INCOMPLETE, Verdict.CANNOT_TELL, Verdict.COMPLETE)
        items = self.report.pack.items if self.report.pack else ()
        return sorted(items, key=lambda item: order.index(item.verdict))

    @cached_property
    def pack_counts(self) -> str:
        """How many items of the pack stand where, in words: `2 incomplete, 1 cannot tell, 8 complete`."""
        counts = Counter(item.verdict for item in self.pack_items)
        return ", ".join(f"{number} {verdict.value}" for verdict, number in counts.items())

    @cached_property
    def risks(self) -> list[Signal]:
        """What the assessor may want to probe."""
        return [s for s in self.signals.values() if _group(s.id) == "risk" and s.finding.outcome is Outcome.PRESENT]

    @cached_property
    def quiet_risks(self) -> list[Signal]:
        """Risks that were looked for and not seen, or could not be checked."""
        return [s for s in self.signals.values() if _group(s.id) == "risk" and s.finding.outcome is not Outcome.PRESENT]

    @cached_property
    def leads(self) -> list[tuple[Ksb, list[Signal]]]:
        """The KSBs of method 2 for which something in the submission gives a lead, in the plan's order."""
        found = [s for s in self.signals.values() if s.finding.outcome is Outcome.PRESENT]
        pairs = [(ksb, [s for s in found if ksb.code in s.text.leads]) for ksb in self.standard.ksbs if ksb.method == 2]
        return [(ksb, signals) for ksb, signals in pairs if signals]

    @cached_property
    def unknown(self) -> list[Signal]:
        """The signals that could not be answered."""
        return [s for s in self.signals.values() if s.finding.outcome is Outcome.UNKNOWN]

    @cached_property
    def gaps(self) -> list[tuple[str, list[Gap]]]:
        """What could not be looked at, under each reason; what leaves most signals open first, then most places."""
        reasons: dict[str, list[Gap]] = {}
        for gap in self.report.gaps:
            reasons.setdefault(gap.reason, []).append(gap)
        opened = Counter(reason for signal in self.unknown for reason in {gap.reason for gap in signal.finding.gaps})
        return sorted(reasons.items(), key=lambda item: (-opened[item[0]], -len(item[1]), item[0]))

    @cached_property
    def standings(self) -> dict[Standing, list[ClaimedKsb]]:
        """The KSBs by how claim and evidence stand to each other, in the order of `Standing`; none that is empty."""
        ksbs = self.report.claims.ksbs if self.report.claims else ()
        groups = {standing: [ksb for ksb in ksbs if ksb.standing is standing] for standing in Standing}
        return {standing: rows for standing, rows in groups.items() if rows}

    @cached_property
    def claims(self) -> dict[str, ClaimedKsb]:
        """What the analysis claims, by the code of the KSB."""
        return {ksb.code: ksb for ksb in self.report.claims.ksbs} if self.report.claims else {}

    @cached_property
    def mentions(self) -> list[Mention]:
        """What the analysis names: what is not as it says first, what is there last."""
        order = (Lookup.GONE, Lookup.DIFFERENT, Lookup.MOVED, Lookup.NOT_CHECKED, Lookup.THERE)
        mentions = self.report.claims.mentions if self.report.claims else ()
        return sorted(mentions, key=lambda mention: order.index(mention.result))

    @cached_property
    def open_mentions(self) -> list[Mention]:
        """What the analysis names and that is not simply there."""
        return [mention for mention in self.mentions if mention.result is not Lookup.THERE]

    def drawn(self, things: Iterable[Drawn]) -> list[str]:
        """The labels of a list of the diagram's, with their places in code where known."""
        return [f"{thing.label} ({self.place(thing.found)})" if thing.found else thing.label for thing in things]

    def place(self, location: Location) -> str:
        """A place in words: the part is named only where there are several."""
        where = f"commit {location.commit[:10]}" if location.commit else str(location)
        several = len(self.report.parts) > 1
        if not where:
            return location.part if several else "the whole submission"
        return f"{location.part}: {where}" if several and location.part else where

    def places(self, evidence: Iterable[Evidence]) -> list[str]:
        """The places of evidence in words, each once."""
        return list(dict.fromkeys(self.place(item.location) for item in evidence))

    def adds(self, item: Evidence, beside: str) -> bool:
        """Whether an excerpt says more than its place and the text that stands beside it."""
        said = {*_WORD.findall(beside.lower()), *_EMPTY}
        return item.excerpt != item.location.path and any(
            word not in said for word in _WORD.findall(item.excerpt.lower())
        )

    def folder(self, cluster: Cluster) -> str:
        """The folder in which all of a group lies; empty where there are several, or it is the root."""
        folders = {one.location.path.rpartition("/")[0] for one in cluster.members}
        return folders.pop() if len(folders) == 1 else ""

    def severities(self, result: LintResult) -> str:
        """What a linter counted, in words: `2 high, 1 low`."""
        return ", ".join(f"{number:,} {name}" for name, number in result.counts.items()) or "nothing to say"

    def reasons(self, signals: Iterable[Signal]) -> list[str]:
        """Why signals could not be answered, each reason once."""
        gaps = (gap for signal in signals for gap in signal.finding.gaps)
        return list(dict.fromkeys(f"`{self.place(gap.location)}`: {gap.reason}" for gap in gaps))[:3]

    def titles(self, signals: Iterable[Signal]) -> str:
        """The titles of signals as one list in words."""
        return ", ".join(signal.text.title for signal in signals)

    def _row(self, item: _Item, assessment: Assessment) -> Row[_Item]:
        aspects = tuple(self._aspect(aspect) for aspect in item.shown_by)
        return Row(item, assessment, aspects, self._known(assessment.leads))

    def _aspect(self, aspect: Aspect) -> AspectRow:
        signals = self._known(aspect.signals)
        present, absent, unknown = (
            tuple(signal for signal in signals if signal.finding.outcome is outcome)
            for outcome in (Outcome.PRESENT, Outcome.ABSENT, Outcome.UNKNOWN)
        )
        answered = len(signals) == len(aspect.signals)
        outcome = Outcome.PRESENT if present else Outcome.UNKNOWN if unknown or not answered else Outcome.ABSENT
        return AspectRow(aspect.title, outcome, present, absent, unknown)

    def _known(self, ids: Iterable[str]) -> tuple[Signal, ...]:
        return tuple(self.signals[id_] for id_ in ids if id_ in self.signals)


def shares(work: Work, name: Callable[[str], str] = str, text: Callable[[str], str] = str) -> list[str]:
    """Whose commits and whose lines a part holds, each as a sentence; `name` writes a name, `text` a reason."""
    commits = [f"{name(person.who)} {person.share} %" for person in work.authors if person.commits]
    lines = [f"{name(person.who)} {person.lines_share} %" for person in work.authors if person.lines]
    told = [_of(commits, count(work.own, "own commit"), _apart("commit", work.bots, work.template))]
    if work.lines_why:
        told.append(f"lines were not counted: {text(work.lines_why)}")
    elif work.files_counted:
        files = f"{work.files_counted:,} of {count(work.files, 'file')}"
        total = f"{count(work.lines, 'line')} that survive in {files}"
        told.append(_of(lines, total, _apart("line", work.bot_lines, work.template_lines)))
    return told


def _of(shares: list[str], total: str, apart: str) -> str:
    return f"{', '.join(shares) or 'nobody'} of {total}{apart}"


def _apart(noun: str, bots: int, template: int) -> str:
    told = [
        f"{count(number, noun)} of {whose}" for number, whose in ((bots, "bots"), (template, "a template")) if number
    ]
    return f"; apart: {', '.join(told)}" if told else ""


def technologies(evidence: Iterable[Evidence]) -> str:
    """The technologies that evidence shows, each once, as a list in words."""
    return ", ".join(dict.fromkeys(item.technology for item in evidence if item.technology))


def _group(signal: str) -> str:
    return signal.partition(".")[0]


def signal_order(signal: str) -> tuple[bool, int, str]:
    """Our own groups, then those of somebody's own rules, then the risks."""
    group, own = _group(signal), list(GROUPS)
    return group == "risk", own.index(group) if group in GROUPS else len(own), signal
