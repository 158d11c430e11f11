"""Is what the plan asks for there? Complete, incomplete or cannot tell, with the reason. Never a grade."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from evidence_check.assess import aspect_outcome, why_unknown
from evidence_check.case import Case
from evidence_check.expressions import expression
from evidence_check.gateway import beside_the_plan
from evidence_check.handed_in import HandedIn, loose_files, same_file
from evidence_check.ksb_codes import Analysis, ksb_analysis
from evidence_check.model import (
    Diagram,
    Document,
    Evidence,
    Figure,
    Location,
    Outcome,
    Pack,
    PackItem,
    PackRequirement,
    Standard,
    Verdict,
)
from evidence_check.words import WordCount, count_words, in_words, lines_of

PLACES = 10
"""Places that an item carries."""
_SHORT = 600
"""Words from which a document is hardly the short analysis that is wanted, but a portfolio or the plan itself."""
_ARCHITECTURE = expression(
    r"architect|infrastructure|\bc4\b|system|high[ _-]?level|overview|topology|context|container", re.IGNORECASE
)
_MARGINS = 5
"""Per cent of a limit that the words of page headers and footers may be."""
_NEAR = 95
"""Per cent of a limit from which a count is called close to it: others may count a little otherwise."""


def check_pack(standard: Standard, handed_in: HandedIn, case: Case | None = None) -> Pack:
    """Every item that the plan wants handed in, in the standard's order, and the pack as a whole.

    A document or diagram that the case file names is taken for what it says; else both are looked for. What only the
    case file asks for (gateway, dates, the assessment organisation's own documents) follows. The pack is complete where
    every item is, incomplete where one is, and otherwise it cannot be told.
    """
    checks = {"diagram": _diagram, "analysis": _analysis}
    items = tuple(checks.get(wanted.check, _outputs)(wanted, handed_in, standard) for wanted in standard.pack)
    items += beside_the_plan(standard, case or Case(), handed_in)
    verdicts = {item.verdict for item in items}
    for verdict in (Verdict.INCOMPLETE, Verdict.CANNOT_TELL):
        if verdict in verdicts:
            return Pack(verdict, items)
    return Pack(Verdict.COMPLETE, items)


def _item(
    wanted: PackRequirement, verdict: Verdict, why: str, evidence: Iterable[Evidence] = (), mend: str = ""
) -> PackItem:  # fmt: skip
    return PackItem(wanted.id, wanted.title, verdict, why, tuple(evidence)[:PLACES], mend)


def _name_it(key: str) -> str:
    return f"Hand it in, or name its file in the case file: documents: {{{key}: PATH}}."


def _not_handed_in(wanted: PackRequirement, key: str, declared: str) -> PackItem:
    why = f"The case file names {declared}, which was not handed in."
    return _item(wanted, Verdict.INCOMPLETE, why, mend=f"Hand it in, or correct documents.{key} in the case file.")


OTHER_WAYS = (
    "Hand it in; the plan also takes access to cloud services, screenshots, videos or documents, which a person has to "
    "look at."
)
"""Assessment methods > Assessment method 1 > Delivery, on technical outputs."""


# --- technical outputs ------------------------------------------------------------------------------------------------


def _outputs(wanted: PackRequirement, handed_in: HandedIn, _standard: Standard) -> PackItem:
    """An item that findings show."""
    findings = handed_in.findings
    outcomes = {aspect: aspect_outcome(aspect, findings) for aspect in wanted.shown_by}
    evidence = [
        place
        for aspect in wanted.shown_by
        for signal in aspect.signals
        if signal in findings
        for place in findings[signal].evidence[:2]
    ]
    unknown = [aspect for aspect, outcome in outcomes.items() if outcome is Outcome.UNKNOWN]
    absent = [aspect.title for aspect, outcome in outcomes.items() if outcome is Outcome.ABSENT]
    if absent:
        return _item(wanted, Verdict.INCOMPLETE, f"Not found: {'; '.join(absent)}.", evidence, OTHER_WAYS)
    if unknown:
        titles = "; ".join(aspect.title for aspect in unknown)
        why = f"Could not be checked: {titles}, since {why_unknown(unknown, findings)}."
        return _item(wanted, Verdict.CANNOT_TELL, why, evidence)
    return _item(wanted, Verdict.COMPLETE, f"Found: {'; '.join(aspect.title for aspect in outcomes)}.", evidence)


# --- the diagram ------------------------------------------------------------------------------------------------------


def _diagram(wanted: PackRequirement, handed_in: HandedIn, standard: Standard) -> PackItem:
    declared = handed_in.submission.settings.diagram
    if declared:
        return _declared_diagram(wanted, handed_in, declared)
    found = _outputs(wanted, handed_in, standard)
    if found.verdict is Verdict.COMPLETE and (shown := drawings(handed_in, wanted)):
        return replace(found, evidence=tuple(shown[:PLACES]))
    if found.verdict is not Verdict.INCOMPLETE:
        return found
    loose = {part.name for part in handed_in.submission.parts if loose_files(part)}
    alone = [d for d in handed_in.diagrams if d.location.part in loose and not d.blank]
    if alone:
        why = "A picture was handed in by itself; whether it shows the structure has to be looked at."
        mend = "Look at it, and name it in the case file: documents: {diagram: PATH}."
        return _item(wanted, Verdict.CANNOT_TELL, why, map(_drawing, alone), mend)
    others = [d for d in handed_in.diagrams if not d.blank]
    why = "No architecture diagram or other artefact that shows the structure was found."
    if others:
        why += f" Other drawings and pictures: {len(others)}; none says that it shows it."
    return _item(wanted, Verdict.INCOMPLETE, why, map(_drawing, others), _name_it("diagram"))


def drawings(handed_in: HandedIn, wanted: PackRequirement) -> list[Evidence]:
    """The drawings that show the structure, the likeliest to be meant first: those that say so in name or title before
    others, those nearer the top before those deep below, those whose boxes can be read before pictures."""
    found = {
        item.location: item
        for aspect in wanted.shown_by
        for signal in aspect.signals
        if signal in handed_in.findings
        for item in handed_in.findings[signal].evidence
    }
    drawn: dict[Location, Diagram] = {}
    for diagram in handed_in.diagrams:
        if diagram.location in found and not diagram.blank:
            drawn.setdefault(diagram.location, diagram)

    def likeliness(item: Evidence) -> tuple[bool, int, bool, Location]:
        diagram = drawn.get(item.location)
        said = f"{item.location.path} {diagram.title if diagram else item.excerpt}"
        picture = diagram is None or diagram.nodes < 1
        return not _ARCHITECTURE.search(said), item.location.path.count("/"), picture, item.location

    return sorted(found.values(), key=likeliness)


def _declared_diagram(wanted: PackRequirement, handed_in: HandedIn, declared: str) -> PackItem:
    place = handed_in.place(declared)
    if place is None:
        return _not_handed_in(wanted, "diagram", declared)
    drawn = [d for d in handed_in.diagrams if same_file(d.location, place)]
    if drawn and all(d.blank for d in drawn):
        return _item(wanted, Verdict.INCOMPLETE, f"{declared} is blank.", map(_drawing, drawn), "Hand in the drawing.")
    if drawn:
        return _item(wanted, Verdict.COMPLETE, f"{declared}, named in the case file.", map(_drawing, drawn))
    gap = handed_in.unread("diagram", place)
    reason = gap.reason if gap else "it is of a kind that cannot be looked into here"
    said = Evidence(place, "", declared, "named in the case file")
    return _item(wanted, Verdict.CANNOT_TELL, f"{declared} has to be looked at: {reason}.", [said])


def _drawing(diagram: Diagram) -> Evidence:
    return Evidence(diagram.location, diagram.notation, diagram.excerpt)


# --- the analysis -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mapped:
    """A document, or a section of one, that maps project areas to KSBs, and its words."""

    document: Document
    analysis: Analysis
    count: WordCount


def analyses(documents: Iterable[Document], standard: Standard) -> list[Mapped]:
    """The documents that map project areas to KSBs, the likeliest first: short ones before long ones, those that do
    nothing else before sections, then by how many KSBs they name."""
    statements = {ksb.code: standard.statements.get(ksb.code, ksb.title) for ksb in standard.ksbs}
    mapped: list[Mapped] = []
    for document in documents:
        if analysis := ksb_analysis(document, statements):
            section = lines_of(document, analysis.first_line, analysis.last_line) if analysis.heading else document
            mapped.append(Mapped(document, analysis, count_words(section)))
    return sorted(mapped, key=_likeliness)


def _likeliness(mapped: Mapped) -> tuple[bool, bool, int, Location]:
    analysis = mapped.analysis
    return mapped.count.body > _SHORT, bool(analysis.heading), -len(analysis.codes), mapped.document.location


def _analysis(wanted: PackRequirement, handed_in: HandedIn, standard: Standard) -> PackItem:
    settings = handed_in.submission.settings
    limit = standard.figures.get(wanted.words)
    if settings.analysis:
        return _declared_analysis(wanted, handed_in, settings.analysis, limit)
    found = analyses(handed_in.documents, standard)
    if found:
        verdict, why, mend = _length(found[0].count, limit, settings.word_tolerance, found[0].document.format == "pdf")
        if len(found) > 1:
            why += f" {len(found) - 1} more may be meant; the case file can name the right one."
        return _item(wanted, verdict, why, map(mapping, found), mend)
    if gap := handed_in.unread("document"):
        why = f"None was found, but {gap.location} could not be read: {gap.reason.rstrip('.')}."
        return _item(wanted, Verdict.CANNOT_TELL, why)
    why = "No document that sets project areas against KSBs was found."
    return _item(wanted, Verdict.INCOMPLETE, why, mend=_name_it("analysis"))


def _declared_analysis(wanted: PackRequirement, handed_in: HandedIn, declared: str, limit: Figure | None) -> PackItem:
    place = handed_in.place(declared)
    if place is None:
        return _not_handed_in(wanted, "analysis", declared)
    said = Evidence(place, "", declared, "named in the case file")
    for document in handed_in.documents:
        if same_file(document.location, place) and document.words:
            count = count_words(document)
            tolerance = handed_in.submission.settings.word_tolerance
            verdict, why, mend = _length(count, limit, tolerance, document.format == "pdf")
            said = replace(said, technology=document.format, reason=_left_out(count))
            return _item(wanted, verdict, why, [said], mend)
    gap = handed_in.unread("document", place)
    reason = gap.reason.rstrip(".") if gap else "no words can be read in it"
    return _item(wanted, Verdict.CANNOT_TELL, f"{declared} has to be looked at: {reason}.", [said])


def _length(count: WordCount, limit: Figure | None, tolerance: int, paged: bool) -> tuple[Verdict, str, str]:
    """What a document's length means, and what mends it: its own words decide, and where the words left out would tip
    it, nothing does. `paged` says that words of page headers and footers are among them."""
    if limit is None:
        return Verdict.COMPLETE, f"{count.body} words.", ""
    allowed = limit.value * (100 + tolerance) // 100
    bound = f"{limit.value} that the plan allows"
    if tolerance:
        bound += f", {allowed} with the organisation's tolerance of {tolerance} %"
    over = count.body - allowed
    if over > 0 and paged and over * 100 <= allowed * _MARGINS:
        why = f"{count.body} words, {over} more than the {bound}; a PDF does not tell page headers and footers apart"
        return Verdict.CANNOT_TELL, f"{why}.", "Count it without them, or hand it in as .docx."
    if over > 0:
        why = f"{count.body} words, {over} more than the {bound}."
        return Verdict.INCOMPLETE, why, f"Shorten it by {in_words(over)}."
    why = f"{count.body} words of the {bound}"
    if count.total > allowed:
        why += f", but {count.total} with headings, table headers and KSB codes"
        why += ": whether these count is for the assessment organisation to say"
        return Verdict.CANNOT_TELL, f"{why}.", f"Shorten it by {in_words(count.total - allowed)} to be sure."
    if count.total * 100 > allowed * _NEAR:
        why += ", close to the limit: a count by other rules may differ"
    return Verdict.COMPLETE, f"{why}.", ""


def mapping(mapped: Mapped) -> Evidence:
    """Where a document or section is that may be the analysis, and its words."""
    analysis, place = mapped.analysis, mapped.document.location
    where = Location(place.part, place.path, analysis.first_line if analysis.heading else 0)
    reason = f"names {len(analysis.codes)} KSBs; {_left_out(mapped.count)}"
    return Evidence(where, mapped.document.format, analysis.heading or place.path, reason)


def _left_out(count: WordCount) -> str:
    """The count, and what it leaves out."""
    left = {
        "headings": count.headings,
        "table headers": count.table_headers,
        "KSB codes": count.codes,
        "code": count.code,
        "front matter": count.front_matter,
    }
    told = ", ".join(f"{words} in {name}" for name, words in left.items() if words)
    return f"{count.body} words" + (f", without {told}" if told else "")
