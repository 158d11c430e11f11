"""What a case file asks to be handed in besides the plan's own pack: gateway items, the assessment organisation's
documents, the declaration, and the dates. What it does not name is not asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from evidence_check.case import Case, RequiredDocument
from evidence_check.dates import check_dates
from evidence_check.handed_in import HandedIn, same_file
from evidence_check.model import Document, Evidence, Figure, Location, PackItem, PackRequirement, Standard, Verdict
from evidence_check.words import count_words

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b|\b20\d\d-\d\d-\d\d\b|"
    r"\b\d{1,2}[/.]\d{1,2}[/.](?:20)?\d\d\b",
    re.IGNORECASE,
)
_SUBMITTED = re.compile(r"\b(?:submi(?:t|ts|tted|ssion)|hand(?:ed|s|ing)?[ -]in|deadline|due)\b", re.IGNORECASE)
_TOLD: Mapping[str, re.Pattern[str]] = {
    "project plan": re.compile(r"\b(?:plan(?:s|ned|ning)?|scope|objectives?|will)\b", re.IGNORECASE),
    "high-level implementation steps": re.compile(
        r"\b(?:steps?|phases?|stages?|milestones?|sprints?|first|then|next|finally|implement\w{0,8})\b", re.IGNORECASE
    ),
    "time frames": re.compile(
        rf"\b(?:weeks?|months?|days?|sprints?|time ?frames?|timeline|{_MONTH} 20\d\d)\b|{_DATE.pattern}", re.IGNORECASE
    ),
}
"""Words that tell of what the plan wants in the summary; the submission date is looked for by `_tells`."""
_WORD = re.compile(r"[^\W_]+")


def beside_the_plan(standard: Standard, case: Case, handed_in: HandedIn) -> tuple[PackItem, ...]:
    """The items that the case file declares, in the order gateway, declaration, organisation, dates."""
    return (
        *_gateway(standard, case, handed_in),
        *_declaration(case, handed_in),
        *(
            _required(number, wanted, case.word_tolerance, handed_in)
            for number, wanted in enumerate(case.required, 1)
        ),
        *_dates(standard, case),
    )  # fmt: skip


def _gateway(standard: Standard, case: Case, handed_in: HandedIn) -> Iterator[PackItem]:
    for wanted in standard.gateway:
        if wanted.check == "declared" and case.title:
            yield PackItem(wanted.id, wanted.title, Verdict.COMPLETE, f"Given in the case file: {case.title}.")
        elif wanted.check == "declared" and case.summary:
            yield PackItem(wanted.id, wanted.title, Verdict.CANNOT_TELL, "The case file gives no title.")
        elif wanted.check == "document" and case.summary:
            yield _summary(wanted, standard.figures.get(wanted.words), case, handed_in)


def _summary(wanted: PackRequirement, limit: Figure | None, case: Case, handed_in: HandedIn) -> PackItem:
    document, item = _named(wanted.id, wanted.title, case.summary, handed_in)
    if document is None:
        return item
    words = count_words(document).body
    why, verdict = f"{words} words", Verdict.COMPLETE
    if limit is not None:
        why = f"{words} words of about {limit.value} that the plan calls {limit.bound}"
        allowed = limit.value * (100 + case.word_tolerance) // 100
        if words > allowed and limit.bound == "typical":
            verdict, why = Verdict.CANNOT_TELL, f"{why}: whether so many are accepted is the organisation's to say"
        elif words > allowed:
            verdict = Verdict.INCOMPLETE
    text = " ".join(document.lines)
    silent = [content for content in wanted.contents if not _tells(content, text)]
    if silent:
        verdict, why = Verdict.CANNOT_TELL, f"{why}. No words were seen that tell the {', '.join(silent)}"
    return PackItem(wanted.id, wanted.title, verdict, f"{why}.", item.evidence)


def _tells(content: str, text: str) -> bool:
    """Whether a text has words of a content; one that is not known here is taken for told."""
    if content == "submission date":
        return any(
            _DATE.search(text, max(0, found.start() - 120), found.end() + 120) for found in _SUBMITTED.finditer(text)
        )
    pattern = _TOLD.get(content)
    return pattern is None or pattern.search(text) is not None


def _declaration(case: Case, handed_in: HandedIn) -> Iterator[PackItem]:
    if case.declaration:
        yield _named("declaration", "Declaration that the work is the apprentice's own", case.declaration, handed_in)[1]


def _required(number: int, wanted: RequiredDocument, tolerance: int, handed_in: HandedIn) -> PackItem:
    id_ = f"required-{number}"
    if wanted.file:
        document, item = _named(id_, wanted.title, wanted.file, handed_in)
    else:
        document, item = _titled(id_, wanted.title, handed_in)
    if document is None or not wanted.words:
        return item
    words, allowed = count_words(document).body, wanted.words * (100 + tolerance) // 100
    verdict = Verdict.COMPLETE if words <= allowed else Verdict.INCOMPLETE
    why = f"{item.why} {words} words of the {wanted.words} that the organisation allows."
    if words > allowed:
        why = f"{item.why} {words} words, {words - allowed} more than the {allowed} that the organisation allows."
    return PackItem(id_, wanted.title, verdict, why, item.evidence)


def _named(id_: str, title: str, declared: str, handed_in: HandedIn) -> tuple[Document | None, PackItem]:
    """The document that the case file names, where its words can be read, and where the item stands by that."""
    place = handed_in.place(declared)
    if place is None:
        why = f"The case file names {declared}, which was not handed in."
        return None, PackItem(id_, title, Verdict.INCOMPLETE, why)
    evidence = (Evidence(place, "", declared, "named in the case file"),)
    for document in handed_in.documents:
        if same_file(document.location, place) and document.words:
            return document, PackItem(id_, title, Verdict.COMPLETE, f"{declared}, named in the case file.", evidence)
    gap = handed_in.unread("document", place)
    reason = gap.reason.rstrip(".") if gap else "no words can be read in it"
    why = f"{declared} has to be looked at: {reason}."
    return None, PackItem(id_, title, Verdict.CANNOT_TELL, why, evidence)


def _titled(id_: str, title: str, handed_in: HandedIn) -> tuple[Document | None, PackItem]:
    """A document by its title, first heading or file name, where every word of the wanted title is in it."""
    wanted = set(_WORD.findall(title.lower()))
    for document in sorted(handed_in.documents, key=lambda document: document.location):
        stem = PurePosixPath(document.location.path).stem
        names = [document.title, stem, *(heading.text for heading in document.headings[:1])]
        if any(wanted <= set(_WORD.findall(name.lower())) for name in names):
            place = Location(document.location.part, document.location.path)
            evidence = (Evidence(place, document.format, document.title or stem, "found by its title"),)
            why = f"{place} was taken for it by its title; the case file can name another."
            return document, PackItem(id_, title, Verdict.COMPLETE, why, evidence)
    if gap := handed_in.unread("document"):
        why = f"None was found, but {gap.location} could not be read: {gap.reason.rstrip('.')}."
        return None, PackItem(id_, title, Verdict.CANNOT_TELL, why)
    why = "No document of this title was found; the case file can name its file."
    return None, PackItem(id_, title, Verdict.INCOMPLETE, why)


def _dates(standard: Standard, case: Case) -> Iterator[PackItem]:
    """The steps whose day is given: what has not happened yet, or is not told, is no item."""
    given = {
        "date-sign-off": case.dates.sign_off,
        "date-submission": case.dates.submission,
        "date-practical": case.dates.practical,
    }
    for item in check_dates(standard, case.dates):
        if given.get(item.id) is not None:
            yield item
