"""What the analysis claims of each KSB against what was found of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from evidence_check.handed_in import HandedIn, same_file
from evidence_check.ksb_codes import CodeMention, find_codes, ksb_analysis
from evidence_check.mentions import look_up
from evidence_check.model import (
    Assessment,
    ClaimedKsb,
    Claims,
    Document,
    Fact,
    File,
    Gap,
    Location,
    Mention,
    Standard,
    Standing,
    Status,
    Submission,
)
from evidence_check.names import tools
from evidence_check.pack import analyses
from evidence_check.words import lines_of

_CLAIMED = {
    Status.EVIDENCED: Standing.FOUND,
    Status.PARTLY: Standing.PARTLY,
    Status.NOT_FOUND: Standing.NOT_FOUND,
    Status.NOT_CHECKED: Standing.NOT_CHECKED,
    Status.ASSESSOR_ONLY: Standing.ASSESSOR_ONLY,
}
_FOUND = (Status.EVIDENCED, Status.PARTLY)


def the_analysis(handed_in: HandedIn, standard: Standard) -> Document | None:
    """The document, or the section of one, that is taken for the analysis: the one that the case file names, else the
    likeliest; None where there is none with words that can be read."""
    declared = handed_in.submission.settings.analysis
    if declared:
        place = handed_in.place(declared)
        named = (d for d in handed_in.documents if place is not None and same_file(d.location, place) and d.words)
        return next(named, None)
    for mapped in analyses(handed_in.documents, standard)[:1]:
        analysis = mapped.analysis
        if not analysis.heading:
            return mapped.document
        return lines_of(mapped.document, analysis.first_line, analysis.last_line)
    return None


@dataclass(frozen=True, slots=True)
class Named:
    """The analysis and what it names, looked up."""

    document: Document
    mentions: tuple[Mention, ...]


def look_up_named(
    standard: Standard,
    submission: Submission,
    facts: Sequence[Fact],
    gaps: Iterable[Gap],
    load: Callable[[File], bytes],
) -> Named | None:
    """What the analysis names, looked up in the submission while its files are at hand; None without an analysis."""
    document = the_analysis(HandedIn.of(submission, facts, {}, gaps), standard)
    if document is None:
        return None
    return Named(document, look_up(document, submission.parts, facts, load, tools()))


def check_claims(named: Named | None, standard: Standard, assessments: Iterable[Assessment]) -> Claims | None:
    """The analysis against the evidence."""
    if named is None:
        return None
    place = Location(named.document.location.part, named.document.location.path)
    return Claims(place, claimed_ksbs(named.document, standard, assessments), named.mentions)


def claimed_ksbs(
    document: Document, standard: Standard, assessments: Iterable[Assessment]
) -> tuple[ClaimedKsb, ...]:  # fmt: skip
    """Every KSB of method 1 in the plan's order, then the other codes that the analysis names: of the other method,
    and those that the standard does not have."""
    named = _named(document, standard)
    status = {assessment.id: assessment for assessment in assessments}
    first = [ksb.code for ksb in standard.ksbs if ksb.method == 1]
    methods = {ksb.code: ksb.method for ksb in standard.ksbs}
    rows = [_row(code, status[code], named.get(code, ())) for code in first if code in status]
    for code, places in named.items():
        if code not in methods:
            why = f"{standard.id} version {standard.version} has no {code}; it may be a slip, or of another standard."
            rows.append(ClaimedKsb(code, Standing.NO_SUCH, why, places))
        elif methods[code] != 1:
            title = next((method.title for method in standard.methods if method.number == methods[code]), "")
            why = f"It is assessed in method {methods[code]}{f' ({title})' if title else ''}, not by the project."
            rows.append(ClaimedKsb(code, Standing.OTHER_METHOD, why, places))
    return tuple(rows)


def _row(code: str, assessment: Assessment, places: tuple[Location, ...]) -> ClaimedKsb:
    if places:
        return ClaimedKsb(code, _CLAIMED[assessment.status], assessment.why, places)
    standing = Standing.NOT_CLAIMED if assessment.status in _FOUND else Standing.NEITHER
    return ClaimedKsb(code, standing, assessment.why)


def _named(document: Document, standard: Standard) -> Mapping[str, tuple[Location, ...]]:
    """The codes that the analysis names, by number within knowledge, skills and behaviours, with their places."""
    statements = {ksb.code: standard.statements.get(ksb.code, ksb.title) for ksb in standard.ksbs}
    analysis = ksb_analysis(document, statements)
    mentions: Iterable[CodeMention] = analysis.mentions if analysis else find_codes(document.lines, statements)
    places: dict[str, dict[Location, None]] = {}
    for mention in mentions:
        place = Location(document.location.part, document.location.path, mention.line)
        places.setdefault(mention.code, {})[place] = None
    order = sorted(places, key=lambda code: ("KSB".index(code[0]), int(code[1:])))
    return {code: tuple(places[code]) for code in order}
