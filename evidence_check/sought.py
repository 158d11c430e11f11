"""Documents of the gateway that a case file may name and does not: looked for by their titles and by what they say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from evidence_check.expressions import expression
from evidence_check.model import Document

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = expression(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b|\b20\d\d-\d\d-\d\d\b|"
    r"\b\d{1,2}[/.]\d{1,2}[/.](?:20)?\d\d\b",
    re.IGNORECASE,
)
_SUBMITTED = expression(r"\b(?:submi(?:t|ts|tted|ssion)|hand(?:ed|s|ing)?[ -]in|deadline|due)\b", re.IGNORECASE)
_TOLD: Mapping[str, re.Pattern[str]] = {
    "project plan": expression(r"\b(?:plan(?:s|ned|ning)?|scope|objectives?|will)\b", re.IGNORECASE),
    "high-level implementation steps": expression(
        r"\b(?:steps?|phases?|stages?|milestones?|sprints?|first|then|next|finally|implement\w{0,8})\b", re.IGNORECASE
    ),
    "time frames": expression(
        rf"\b(?:weeks?|months?|days?|sprints?|time ?frames?|timeline|{_MONTH} 20\d\d)\b|{_DATE.pattern}", re.IGNORECASE
    ),
}
"""Words that tell of what the plan wants in the summary; the submission date is looked for by `tells`."""
_SUMMARY = expression(
    r"\b(?:project|gateway|epa)\W{1,3}(?:summary|brief|proposal|outline|scope|synopsis)\b|"
    r"\bbrief\W{1,3}(?:project\W{1,3})?summary\b|\bsummary\W{1,3}of\W{1,3}(?:the\W{1,3})?project\b",
    re.IGNORECASE,
)
_DECLARATION = expression(
    r"\b(?:declaration|statement of (?:authenticity|originality|own work)|(?:authenticity|originality) statement)\b",
    re.IGNORECASE,
)
_OWN_WORK = expression(
    r"\bown work\b|\bwork (?:is|was) (?:entirely |solely )?(?:my|the apprentice.s) own\b", re.IGNORECASE
)
_LENGTH = range(20, 1_500)
"""Words that such a document has: fewer say nothing, more are a report or a book."""
_GENERAL = expression(
    r"(?:(?:the|brief|short|project|gateway|epa|my)\W{1,3}){0,3}(?:summary|brief|proposal|outline|scope|synopsis|overview|"
    r"introduction|read ?me|(?:table of )?contents|architecture|description|about|getting started|installation|usage|"
    r"contributing)(?: of the project)?\W{0,3}",
    re.IGNORECASE,
)
_LETTERS = expression(r"[^\W\d_]{3}")


@dataclass(frozen=True, slots=True)
class Sought:
    """A document that may be meant, and what it does not tell of what it should."""

    document: Document
    silent: tuple[str, ...] = ()


def tells(content: str, text: str) -> bool:
    """Whether some words tell of what is wanted; what no words are known for is taken for told."""
    if content == "submission date":
        return any(
            _DATE.search(text, max(0, found.start() - 120), found.end() + 120) for found in _SUBMITTED.finditer(text)
        )
    pattern = _TOLD.get(content)
    return pattern is None or pattern.search(text) is not None


def summaries(documents: Iterable[Document], contents: Sequence[str]) -> list[Sought]:
    """The documents that go by the name of a project summary and tell most of what it should, those that tell all of it
    first."""
    found = []
    for document in documents:
        if document.words in _LENGTH and _named(document, _SUMMARY):
            text = " ".join(document.lines)
            silent = tuple(content for content in contents if not tells(content, text))
            if len(silent) < 2:
                found.append(Sought(document, silent))
    return sorted(found, key=lambda sought: (len(sought.silent), sought.document.location))


def declarations(documents: Iterable[Document]) -> list[Sought]:
    """The documents that declare the work to be somebody's own."""
    found = [
        Sought(document)
        for document in documents
        if document.words in _LENGTH and _named(document, _DECLARATION) and any(map(_OWN_WORK.search, document.lines))
    ]
    return sorted(found, key=lambda sought: sought.document.location)


def title_of(document: Document) -> str:
    """A document's title or first heading where it says more than what sort of document it is; else empty."""
    said = (document.title, *(heading.text for heading in document.headings[:2]))
    first, *rest = [*dict.fromkeys(filter(None, said))] or [""]
    for name in (first, *rest) if _GENERAL.fullmatch(first) else (first,):
        bare = _SUMMARY.sub(" ", name).strip(" -:\u2013\u2014|")
        if _LETTERS.search(bare) and not _GENERAL.fullmatch(name) and not _GENERAL.fullmatch(bare):
            return bare
    return ""


def _named(document: Document, pattern: re.Pattern[str]) -> bool:
    """Whether a document goes by a name: its file, its title or its first heading."""
    stem = re.sub(r"[_.-]+", " ", PurePosixPath(document.location.path).stem)
    return any(map(pattern.search, (stem, document.title, *(heading.text for heading in document.headings[:1]))))
