"""What was handed in, as the items of the pack are looked for in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from unicodedata import normalize

from evidence_check.model import Diagram, Document, Fact, Finding, Gap, Location, Part, Submission


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Documents, drawings, findings and gaps of a submission."""

    submission: Submission
    documents: Sequence[Document]
    diagrams: Sequence[Diagram]
    findings: Mapping[str, Finding]
    gaps: Sequence[Gap]

    @classmethod
    def of(
        cls, submission: Submission, facts: Iterable[Fact], findings: Mapping[str, Finding], gaps: Iterable[Gap]
    ) -> HandedIn:
        documents: list[Document] = []
        diagrams: list[Diagram] = []
        for fact in facts:
            if isinstance(fact, Document):
                documents.append(fact)
            elif isinstance(fact, Diagram):
                diagrams.append(fact)
        return cls(submission, documents, diagrams, findings, tuple(gaps))

    def place(self, declared: str) -> Location | None:
        """Where a file that the case file names lies: by its path in a part, below a part's name or the folder that the
        part was found in, or as handed in alone."""
        wanted = _path(declared)
        for part in self.submission.parts:
            alone = any(_ends_with(_path(given), wanted) for given in loose_files(part))
            for file in part.files:
                path = _path(file.location.path)
                below = _path(part.source) / path
                in_folder = _ends_with(below, wanted) and _ends_with(wanted, path)
                if in_folder or wanted == PurePosixPath(part.name) / path or (alone and path.name == wanted.name):
                    return file.location
        return None

    def unread(self, kind: str, location: Location | None = None) -> Gap | None:
        """The first gap that may hide facts of a kind, at a place if one is given."""
        for gap in self.gaps:
            if kind in gap.hides and (location is None or same_file(gap.location, location)):
                return gap
        return None


def loose_files(part: Part) -> tuple[str, ...]:
    """The paths, as given, of a part that holds single files handed in by themselves; empty for any other part."""
    given = part.source.split(", ")
    names = sorted(_path(path).name for path in given)
    return tuple(given) if names == sorted(_path(file.location.path).name for file in part.files) else ()


def _path(text: str) -> PurePosixPath:
    """A path with slashes, its accents composed: macOS takes names with and without for the same (UAX 15)."""
    return PurePosixPath(normalize("NFC", text.replace("\\", "/")))


def _ends_with(path: PurePosixPath, end: PurePosixPath) -> bool:
    return path.parts[-len(end.parts) :] == end.parts


def same_file(one: Location, other: Location) -> bool:
    """Whether two places are of one file."""
    return (one.part, one.path) == (other.part, other.path)
