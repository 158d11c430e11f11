"""What nobody gave, so that it was looked for: what was taken, why, what else may be meant, and how to say it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from evidence_check.case import CASE_FILE, Case
from evidence_check.expressions import expression
from evidence_check.handed_in import HandedIn
from evidence_check.model import Guess, Location, Pack, PackRequirement, Part, Standard, Verdict
from evidence_check.pack import analyses, drawings, mapping
from evidence_check.sought import Sought, declarations, summaries, title_of

BRANCHES = 20
"""Other branches that are named."""
Candidate = tuple[Location, str]
"""A place that may be meant, and a word on it."""
_NO_DRAWING = expression(r"logo|icon|screen-?_?\s?shot|avatar|badge|banner|sprite|emoji|thumb", re.IGNORECASE)
"""Names of pictures that nobody hands in as a diagram."""
_DRAWN = expression(r"diagram|architect", re.IGNORECASE)
_DOCUMENT = expression(r"\.(?:docx?|docm|odt|rtf|pdf|pages)$", re.IGNORECASE)
_README = expression(r"readme(?:\.\w{2,5})?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Given:
    """What the user gave."""

    inputs: Sequence[str]
    case: Case
    case_named: bool = False
    """The user named the case file; else it was found in the submission."""
    upstream: bool = False


def guesses(standard: Standard, given: Given, handed_in: HandedIn, pack: Pack) -> tuple[Guess, ...]:
    """Everything that was guessed of a submission, in a fixed order."""
    parts = handed_in.submission.parts
    where = _Where({part.name: _folder(part, given) for part in parts} if len(parts) > 1 else {})
    return (
        *_case_file(given),
        *_parts(given, parts),
        *(guess for part in parts for guess in _branch(part, len(parts) > 1)),
        *_template(given, parts),
        *_documents(standard, given.case, handed_in, pack, where),
        *_title(given, handed_in, standard),
    )


@dataclass(frozen=True, slots=True)
class _Where:
    """How a place is written in a case file: with its part's name where there are several."""

    folders: Mapping[str, str]
    """By part's name; none where there is one part only."""

    def path(self, location: Location) -> str:
        folder = self.folders.get(location.part, "")
        return f"{folder}/{location.path}" if folder else location.path

    def quoted(self, location: Location) -> str:
        return json.dumps(self.path(location), ensure_ascii=False)

    def guess(
        self, what: str, found: Sequence[Candidate], why: str, none: str, rest: Sequence[Candidate] = ()
    ) -> Guess:  # fmt: skip
        """The first of what was found, or nothing; all else that may be meant follows."""
        first, others = (found[0], [*found[1:], *rest]) if found else (None, rest)
        listed = tuple(self._line(other) for other in others)
        if first is None:
            return Guess(what, "", none, listed, f"documents: {{{what}: PATH}}")
        reason = f"{why} ({first[1]})." if first[1] else f"{why}."
        return Guess(
            what, self._line((first[0], "")), reason, listed, f"documents: {{{what}: {self.quoted(first[0])}}}"
        )

    def _line(self, candidate: Candidate) -> str:
        location, told = candidate
        place = f"{self.path(location)}:{location.line}" if location.line else self.path(location)
        return f"{place} ({told})" if told else place


def _case_file(given: Given) -> Iterator[Guess]:
    if given.case.path and not given.case_named:
        why = "It lies in what was handed in, so that whoever wrote the submission wrote it."
        yield Guess("case file", given.case.path, why, mend=f"--case FILE to use your own instead of this {CASE_FILE}")


def _parts(given: Given, parts: Sequence[Part]) -> Iterator[Guess]:
    if given.case.parts or len(parts) <= len(given.inputs):
        return
    names = ", ".join(_folder(part, given) or "." for part in parts)
    yield Guess(
        "parts", names, "They lie in what was named: every repository is one, and the files beside them are another.",
        mend=f"parts: [{names}]",
    )  # fmt: skip


def _folder(part: Part, given: Given) -> str:
    """The folder of a part that was found in the one thing that was handed in, relative to it; else the part's name."""
    inside = [part.source.removeprefix(root).lstrip("/") for root in given.inputs if part.source.startswith(root)]
    return inside[0] if len(given.inputs) == 1 and inside else part.name


def _branch(part: Part, several: bool) -> Iterator[Guess]:
    """The branch whose files were read, where the repository has others."""
    history = part.history
    if history is None or not history.commits:
        return
    taken = history.branch or f"commit {part.commit[:10]}"
    others = [name for name in dict.fromkeys((history.main, *history.branches)) if name and name != history.branch]
    if not others:
        return
    why = "It is checked out; the history is that of all branches."
    if history.main and history.branch != history.main:
        why = f"It is checked out, though {history.main} is the main branch; the history is that of all branches."
    yield Guess(
        "branch", f"{part.name}: {taken}" if several else taken, why, tuple(others[:BRANCHES]),
        "check out the branch that was handed in (git switch NAME), and scan again",
    )  # fmt: skip


def _template(given: Given, parts: Sequence[Part]) -> Iterator[Guess]:
    if given.upstream:
        return
    told = []
    for part in parts:
        number = sum(commit.template for commit in part.history.commits) if part.history else 0
        if number:
            told.append(f"{part.name}: {number} of {len(part.history.commits) if part.history else 0} commits")
    if told:
        yield Guess(
            "template", "; ".join(told),
            "Others made them before the apprentice's first commit and never came back; they are nobody's own work.",
            mend="--upstream URL of the template or fork that it came from",
        )  # fmt: skip


def _documents(standard: Standard, case: Case, handed_in: HandedIn, pack: Pack, where: _Where) -> Iterator[Guess]:
    asked = {wanted.check: wanted for wanted in (*standard.pack, *standard.gateway)}
    if not case.analysis and "analysis" in asked:
        found = [(e.location, e.reason) for e in map(mapping, analyses(handed_in.documents, standard))]
        unread = [(gap.location, "could not be read") for gap in handed_in.gaps if _DOCUMENT.search(gap.location.path)
                  and "document" in gap.hides]  # fmt: skip
        why = "It sets areas of the project against KSBs; a short document goes before a long one"
        yield where.guess("analysis", found, why, "No document sets areas of the project against KSBs.", unread)
    if not case.diagram and "diagram" in asked:
        yield _diagram(asked["diagram"], handed_in, pack, where)
    if not case.summary and "document" in asked:
        told = [_told(sought) for sought in summaries(handed_in.documents, asked["document"].contents)]
        none = "No document goes by that name and tells plan and times; it is not asked for."
        yield where.guess("summary", told, "It goes by that name and tells plan and times", none)
    if not case.declaration:
        told = [_told(sought) for sought in declarations(handed_in.documents)]
        none = "No document goes by that name and speaks of own work; it is not asked for."
        yield where.guess("declaration", told, "It goes by that name and speaks of own work", none)
    for number, required in enumerate(case.required, 1):
        item = next((item for item in pack.items if item.id == f"required-{number}"), None)
        if not required.file and item and item.evidence:
            found = [(each.location, "") for each in item.evidence]
            guess = where.guess(required.title, found, "It goes by that name", "")
            yield replace(guess, mend=f"epao: documents: - file: {where.quoted(found[0][0])}")


def _told(sought: Sought) -> tuple[Location, str]:
    document = sought.document
    silent = f", but does not tell the {', '.join(sought.silent)}" if sought.silent else ""
    return Location(document.location.part, document.location.path), f"{document.words} words{silent}"


def _diagram(wanted: PackRequirement, handed_in: HandedIn, pack: Pack, where: _Where) -> Guess:
    item = next(item for item in pack.items if item.id == wanted.id)
    shown = drawings(handed_in, wanted)
    if not shown and item.verdict is not Verdict.INCOMPLETE:
        shown = list(item.evidence)
    found = [(each.location, each.technology) for each in shown]
    known = {each.location for each in shown}
    others = sorted(
        (d.location, d.notation)
        for d in handed_in.diagrams
        if not d.blank and d.location not in known and not _NO_DRAWING.search(d.location.path)
    )
    rest = [(place, f"{notation}, nothing says that it shows the structure") for place, notation in others]
    rest += sorted(
        (d.location, f"{d.notation}, blank") for d in handed_in.diagrams if d.blank and _DRAWN.search(d.location.path)
    )
    why = "It draws boxes and lines, or its name or caption calls it a picture of the structure"
    none = "No drawing or picture says that it shows the structure."
    return where.guess("diagram", found, why, none, rest)


def _title(given: Given, handed_in: HandedIn, standard: Standard) -> Iterator[Guess]:
    """The project's title: from the summary's heading, else from a README at the top of a part."""
    if given.case.title:
        return
    contents = next((wanted.contents for wanted in standard.gateway if wanted.check == "document"), ())
    likely = [sought.document for sought in summaries(handed_in.documents, contents)]
    likely += sorted((d for d in handed_in.documents if _README.match(d.location.path)), key=lambda d: d.location)
    titles = {title: document for document in reversed(likely) if (title := title_of(document))}
    first, *others = [*reversed(titles)] or [""]
    why = (
        f"It heads {titles[first].location.path}." if first else "No summary and no README has a heading that says it."
    )
    yield Guess("title", first, why, tuple(others), f"title: {json.dumps(first or 'TITLE', ensure_ascii=False)}")
