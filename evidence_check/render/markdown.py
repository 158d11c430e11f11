"""The report as GitHub-flavoured Markdown, for a step summary, a comment or a wiki.

A text of the submission can become nothing but text: words that are more than plain words stand in code spans, where
no markup, HTML, mention, reference or link is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from evidence_check.model import Comparison, Criterion, Evidence, Guess, LintResult, Location, Mention, Outcome, Report
from evidence_check.render._markup import code, prose
from evidence_check.render._sections import Section, document
from evidence_check.render._stations import history, infrastructure, reading, way
from evidence_check.render._text import count, day
from evidence_check.render._view import AspectRow, Row, Signal, View, Wanted, shares, technologies
from evidence_check.render.comparison import entries

BUDGET = 1_000_000
"""Bytes by default: GitHub drops a step summary of more than 1 MiB whole, and other steps may add to it."""
BRIEF = {
    "What most needs attention": None,
    "Since the last report": 20,
    "Pack": None,
    "KSBs by status": None,
    "What was not found, and what would count": 8,
    "Points to probe": 8,
}
"""The sections that a comment has room for in somebody's attention, and how many items of each list."""
_PLACES = 3
"""Places that are shown of a signal."""


def render(
    report: Report, budget: int = BUDGET, *, lead: str = "", since: Comparison | None = None, brief: bool = False
) -> str:
    """The report as Markdown of at most `budget` bytes: whole entries, the most important sections first.

    `lead` is Markdown of ours that stands right below the opening, `since` what changed since an earlier report;
    `brief` keeps to what `BRIEF` names. What there was no room for is counted at the end. The opening and that
    note are always there, even over budget.
    """
    view = View(report)
    sections = [_short(section) if brief else section for section in _sections(view, since)]
    return document("\n".join(filter(None, (_opening(view), lead))), sections, budget)


def _short(section: Section) -> Section:
    """A section with as many of its list items as `BRIEF` gives it, and the number of the others."""
    most = BRIEF.get(section.title, 0)
    if most is None or len(section.entries) <= most:
        return section
    more = [f"- and {len(section.entries) - most:,} more"] if most else []
    return replace(section, entries=[*section.entries[:most], *more])


def _row(*cells: str) -> str:
    """A row of a table. An escaped pipe is no way out: a backslash of the text before it would undo the escape."""
    return f"| {' | '.join(cell.replace('|', '¦') for cell in cells)} |"


# --- sections ---------------------------------------------------------------------------------------------------------


def _opening(view: View) -> str:
    made, standard, pack = view.report.provenance, view.standard, view.report.pack
    lines = ["# Pre-assessment report", ""]
    for name in filter(None, (view.report.title, view.report.case)):
        lines += [f"**{prose(name)}**", ""]
    words = [prose(f"{standard.title},")] if standard.title else []
    words += [code(standard.id), f"version {code(standard.version)}"] if standard.id else []
    lines += [" ".join(words), ""] if words else []
    tool = f"Made by evidence-check {code(made.tool_version)} with rules {code(made.rules_digest[:12])}"
    lines.append(tool + (f" on {code(made.generated)}" if made.generated else "") + ".")
    lines += ["It shows where evidence is, where none was found, and what could not be looked at. It is never a grade."]
    if pack is not None:
        lines += ["", f"**Pack: {pack.verdict.value}** ({view.pack_counts})"]
    return "\n".join(lines)


def _sections(view: View, since: Comparison | None) -> Iterable[Section]:
    report = view.report
    yield Section(
        "What most needs attention",
        [f"{n}. **{prose(item.title)}**: {prose(item.why)}" for n, item in enumerate(report.attention, 1)],
    )
    yield Section("Since the last report", list(entries(since)) if since else [])
    yield Section(
        "Pack",
        [
            _row(
                item.verdict.value,
                prose(item.title),
                prose(f"{item.why} {item.mend}".strip()),
                _where(view, item.evidence),
            )
            for item in view.pack_items
        ],
        "| Verdict | Item | Why | Where |\n| --- | --- | --- | --- |",
    )
    yield Section("What was handed in", [_part(view, index) for index in range(len(report.parts))])
    yield Section(
        "KSBs by status",
        [
            _row(
                status.value,
                str(number),
                " ".join(_ksb(row.item.code) for row in view.ksbs if row.assessment.status is status),
            )
            for status, number in view.ksb_counts.items()
            if number
        ],
        "| Status | KSBs | Which |\n| --- | ---: | --- |",
    )
    yield Section(
        "What was not found, and what would count",
        [_wanted(view, thing) for thing in view.wanted],
        "Any one of the things looked for is enough. What this tool does not know may be there all the same.\n",
    )
    yield from _held_against(view)
    yield Section("Points to probe", [_signal(view, signal) for signal in view.risks])
    yield Section("Linters on the own Python", [_lint(view, result) for result in report.lint])
    for theme in view.themes:
        asked = [f"- To ask: {prose(one.text)}" for one in report.prompts if one.theme == theme.theme.id]
        yield Section(f"Theme: {prose(theme.theme.title)}", [_criterion(view, row) for row in theme.rows] + asked)
    yield Section("The way from commit to user", list(way(view)))
    yield Section("The infrastructure as coded", list(infrastructure(view)))
    yield Section("History", list(history(view)))
    yield Section("Reading list", list(reading(view)))
    yield Section(
        "What could not be looked at",
        [f"- {prose(reason)}: {_listed(view, [gap.location for gap in gaps])}" for reason, gaps in view.gaps]
        + ([f"- So these could not be answered: {prose(view.titles(view.unknown))}."] if view.unknown else []),
    )
    yield Section(
        "Whose work, for the employer to confirm",
        [f"- {code(part.part)}: {told}" for part in report.work for told in shares(part, code, prose)],
    )
    yield Section(
        "Personal data that was seen",
        [
            f"- {prose(item.what)} at {code(view.place(item.location))}: {code(item.masked)}"
            + (f", {count(item.total, 'place')} in all" if item.total > 1 else "")
            for item in report.personal
        ],
    )
    yield Section("The running system", _live(view))
    yield Section("Guessed, since nobody gave it", [_guess(guess) for guess in report.guesses])
    yield Section(
        "Leads for the professional discussion",
        [f"- **{_ksb(ksb.code)}** {prose(ksb.title)}: {prose(view.titles(signals))}" for ksb, signals in view.leads],
    )
    yield Section(
        "How each thing was decided",
        [_signal(view, signal) for signal in view.signals.values() if signal not in view.risks],
    )


def _held_against(view: View) -> Iterable[Section]:
    """The analysis against the evidence, and the diagram against the code."""
    yield Section(
        "The analysis against the evidence",
        [
            _row(standing.value, str(len(ksbs)), " ".join(_ksb(ksb.code) for ksb in ksbs))
            for standing, ksbs in view.standings.items()
        ],
        "| Claim and evidence | KSBs | Which |\n| --- | ---: | --- |",
    )
    yield Section(
        "What the analysis names",
        [
            _row(mention.result.value, code(mention.text), prose(mention.told), _mentioned(view, mention))
            for mention in view.mentions
        ],
        "| Result | Named | Told | Where |\n| --- | --- | --- | --- |",
    )
    drawing = view.report.drawing
    if drawing is not None:
        lists = {
            "Drawn and in code": view.drawn(drawing.matched),
            "Only drawn": view.drawn(drawing.only_drawn),
            "Only in code": [f"{thing.label} ({view.place(thing.location)})" for thing in drawing.only_in_code],
            "Not known what it stands for": list(drawing.unclear),
        }
        yield Section(
            "The diagram against the code",
            ([f"- {prose(drawing.why)}"] if drawing.why else [])
            + [f"- {name}: {', '.join(code(text) for text in texts)}" for name, texts in lists.items() if texts],
        )


def _mentioned(view: View, mention: Mention) -> str:
    """Where the analysis names a thing, and where that was found."""
    named = code(view.place(mention.location))
    return f"{named}, found at {code(view.place(mention.found))}" if mention.found else named


def _live(view: View) -> list[str]:
    live = view.report.live
    if live is None:
        return []
    named = f"- Named at {_where(view, live.named)}" + (f" ({count(live.total, 'place')})" if live.named else "")
    return (
        [f"- {code(live.address)}, never opened"]
        + [named] * bool(live.named)
        + [f"- {prose(remark)}" for remark in live.remarks]
    )


def _guess(guess: Guess) -> str:
    told = code(guess.chosen) if guess.chosen else "none found"
    others = f" May be meant too: {', '.join(map(code, guess.others))}." if guess.others else ""
    mend = f" To give it: {code(guess.mend)}." if guess.mend and (guess.chosen or guess.others) else ""
    return f"- {prose(guess.what)}: {told}. {prose(guess.why)}{others}{mend}"


def _part(view: View, index: int) -> str:
    part = view.report.parts[index]
    figures = [f"{count(part.files, 'file')}, {part.own_files:,} of them the apprentice's own"]
    figures += [count(part.commits, "commit")] if part.commits else []
    figures += [f"{part.untracked:,} more that git does not track"] if part.untracked else []
    at = f" at {code(part.commit[:10])}" if part.commit else ""
    date = f" of {day(part.committed)}" if day(part.committed) else ""
    return f"- {code(part.name)}{at}{date}: {'; '.join(figures)}"


def _wanted(view: View, thing: Wanted) -> str:
    """A thing that was not found, the KSBs that ask for it, and what would have been one."""
    ksbs = " ".join(_ksb(code_) for code_ in thing.ksbs)
    lines = [f"- **{prose(_capital(thing.title))}** ({ksbs}): looked for {prose(view.titles(thing.looked_for))}"]
    return "\n".join(lines + ([f"  - Would count: {prose(thing.counts)}"] if thing.counts else []))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _criterion(view: View, row: Row[Criterion]) -> str:
    lines = [f"- **{row.assessment.status.value}** ({row.item.grade}) {prose(row.item.text)}"]
    if not row.aspects:
        lines.append(f"  {prose(row.assessment.why)}")
    lines += [f"  - {prose(aspect.title)}: {_aspect(view, aspect)}" for aspect in row.aspects]
    if row.item.assessor_only and row.aspects:
        lines.append(f"  - Left to the assessor: {prose(row.item.assessor_only)}")
    if row.leads:
        lines.append(f"  - To ask about: {prose(view.titles(row.leads))}")
    return "\n".join(lines)


def _aspect(view: View, aspect: AspectRow) -> str:
    if aspect.outcome is Outcome.PRESENT:
        return "; ".join(
            f"{prose(signal.text.title)} at {_where(view, signal.finding.evidence[:1])}" for signal in aspect.present
        )
    if aspect.outcome is Outcome.UNKNOWN:
        return f"could not be checked ({prose(view.titles(aspect.unknown))})"
    return f"not found ({prose(view.titles(aspect.absent))})"


def _signal(view: View, signal: Signal) -> str:
    finding, text = signal.finding, signal.text
    lines = [f"- **{prose(text.title)}** ({code(signal.id)}): {finding.outcome.value}. {prose(text.asks)}"]
    if finding.outcome is not Outcome.PRESENT and text.counts:
        lines.append(f"  - Would count: {prose(text.counts)}")
    for item in finding.evidence[:_PLACES]:
        excerpt = code(item.excerpt) if view.adds(item, item.told) else ""
        shown = " ".join(filter(None, (code(view.place(item.location)), prose(item.told), excerpt)))
        lines.append(f"  - {shown}")
    more = max(finding.total, len(finding.evidence)) - _PLACES
    if more > 0:
        lines.append(f"  - and {count(more, 'more place')}")
    lines += [
        f"  - Not looked at: {code(view.place(gap.location))} {prose(gap.reason)}" for gap in finding.gaps[:_PLACES]
    ]
    return "\n".join(lines)


def _where(view: View, evidence: tuple[Evidence, ...], total: int = 0) -> str:
    shown = _listed(view, [item.location for item in evidence], total)
    technology = technologies(evidence)
    return f"{shown} ({code(technology)})" if technology else shown


def _lint(view: View, result: LintResult) -> str:
    rows = [f"- **{result.tool}** {code(result.version)}: {view.severities(result)} in {result.files:,} files"]
    for message in result.worst:
        place = code(view.place(message.location))
        rows.append(f"  - {place} {message.severity}: {prose(message.text)} ({code(message.code)})")
    return "\n".join(rows)


def _listed(view: View, locations: Iterable[Location], total: int = 0) -> str:
    places = list(dict.fromkeys(view.place(location) for location in locations))
    rest = max(total, len(places)) - len(places[:_PLACES])
    return ", ".join(code(place) for place in places[:_PLACES]) + (f" and {rest:,} more" if rest else "")


def _ksb(text: str) -> str:
    """A KSB's code, which is a plain word and looks best as one."""
    return text if re.fullmatch(r"[KSB]\d{1,2}", text) else code(text)
