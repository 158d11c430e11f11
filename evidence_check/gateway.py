"""What a case file asks to be handed in besides the plan's own pack: gateway items, the assessment organisation's
documents, the declaration, and the dates. What it does not name is not asked for; a summary or declaration that lies
there all the same is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from evidence_check.case import Case, RequiredDocument
from evidence_check.dates import check_dates
from evidence_check.expressions import expression
from evidence_check.handed_in import HandedIn, same_file
from evidence_check.model import Document, Evidence, Figure, Location, PackItem, PackRequirement, Standard, Verdict
from evidence_check.sought import declarations, summaries, tells, title_of
from evidence_check.words import count_words, in_words

_WORD = expression(r"[^\W_]+")


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
        document, item = _summary_of(wanted, case, handed_in)
        if wanted.check == "declared" and (case.title or item):
            yield _title(wanted, case, document)
        elif wanted.check == "document" and item:
            yield _summary(wanted, standard.figures.get(wanted.words), case, document, item)


def _summary_of(wanted: PackRequirement, case: Case, handed_in: HandedIn) -> tuple[Document | None, PackItem | None]:
    """The summary that the case file names, else the likeliest; neither of both where nothing goes by its name."""
    if case.summary:
        return _named(wanted.id, wanted.title, case.summary, handed_in)
    for sought in summaries(handed_in.documents, wanted.contents)[:1]:
        return sought.document, _taken(wanted.id, wanted.title, sought.document)
    return None, None


def _title(wanted: PackRequirement, case: Case, summary: Document | None) -> PackItem:
    if case.title:
        return PackItem(wanted.id, wanted.title, Verdict.COMPLETE, f"Given in the case file: {case.title}.")
    if summary and (title := title_of(summary)):
        why = f"Taken from the summary: {title}. The case file can give another."
        return PackItem(wanted.id, wanted.title, Verdict.COMPLETE, why)
    why = "Neither the case file nor the summary's heading gives one."
    return PackItem(wanted.id, wanted.title, Verdict.CANNOT_TELL, why, mend="Write title: TITLE into the case file.")


def _summary(
    wanted: PackRequirement, limit: Figure | None, case: Case, document: Document | None, item: PackItem
) -> PackItem:  # fmt: skip
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
    silent = [content for content in wanted.contents if not tells(content, text)]
    if silent:
        why = f"{why}. No words were seen that tell the {', '.join(silent)}"
        verdict = verdict if verdict is Verdict.INCOMPLETE else Verdict.CANNOT_TELL
    if not case.summary:
        why = f"{item.why} {why}"
    mend = f"Read it for the {', '.join(silent)}; the plan wants it told." if silent else ""
    return PackItem(wanted.id, wanted.title, verdict, f"{why}.", item.evidence, mend)


def _declaration(case: Case, handed_in: HandedIn) -> Iterator[PackItem]:
    title = "Declaration that the work is the apprentice's own"
    if case.declaration:
        yield _named("declaration", title, case.declaration, handed_in)[1]
        return
    for sought in declarations(handed_in.documents)[:1]:
        yield _taken("declaration", title, sought.document)


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
    why, mend = f"{item.why} {words} words of the {wanted.words} that the organisation allows.", ""
    if words > allowed:
        why = f"{item.why} {words} words, {words - allowed} more than the {allowed} that the organisation allows."
        mend = f"Shorten it by {in_words(words - allowed)}."
    return PackItem(id_, wanted.title, verdict, why, item.evidence, mend)


def _named(id_: str, title: str, declared: str, handed_in: HandedIn) -> tuple[Document | None, PackItem]:
    """The document that the case file names, where its words can be read, and where the item stands by that."""
    place = handed_in.place(declared)
    if place is None:
        why = f"The case file names {declared}, which was not handed in."
        mend = "Hand it in, or correct its path in the case file."
        return None, PackItem(id_, title, Verdict.INCOMPLETE, why, mend=mend)
    evidence = (Evidence(place, "", declared, "named in the case file"),)
    for document in handed_in.documents:
        if same_file(document.location, place) and document.words:
            return document, PackItem(id_, title, Verdict.COMPLETE, f"{declared}, named in the case file.", evidence)
    gap = handed_in.unread("document", place)
    reason = gap.reason.rstrip(".") if gap else "no words can be read in it"
    why = f"{declared} has to be looked at: {reason}."
    return None, PackItem(id_, title, Verdict.CANNOT_TELL, why, evidence)


def _taken(id_: str, title: str, document: Document) -> PackItem:
    """The item of a document that nobody named and that was found by its title."""
    place = Location(document.location.part, document.location.path)
    said = document.title or PurePosixPath(place.path).stem
    evidence = (Evidence(place, document.format, said, "found by its title"),)
    why = f"{place} was taken for it by its title; the case file can name another."
    return PackItem(id_, title, Verdict.COMPLETE, why, evidence)


def _titled(id_: str, title: str, handed_in: HandedIn) -> tuple[Document | None, PackItem]:
    """A document by its title, first heading or file name, where every word of the wanted title is in it."""
    wanted = set(_WORD.findall(title.lower()))
    for document in sorted(handed_in.documents, key=lambda document: document.location):
        stem = PurePosixPath(document.location.path).stem
        names = [document.title, stem, *(heading.text for heading in document.headings[:1])]
        if any(wanted <= set(_WORD.findall(name.lower())) for name in names):
            return document, _taken(id_, title, document)
    if gap := handed_in.unread("document"):
        why = f"None was found, but {gap.location} could not be read: {gap.reason.rstrip('.')}."
        return None, PackItem(id_, title, Verdict.CANNOT_TELL, why)
    why = "The assessment organisation asks for it, and no document of this title was found."
    mend = "Hand it in, or name its file in the case file: epao: documents: - file: PATH."
    return None, PackItem(id_, title, Verdict.INCOMPLETE, why, mend=mend)


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
