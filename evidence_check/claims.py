"""What the analysis claims: the KSB codes that a document sets against areas of the project."""

from __future__ import annotations

from collections.abc import Iterable

from evidence_check.ksb_codes import ksb_analysis
from evidence_check.model import Claim, Document, Fact, Location, Standard


def claims(facts: Iterable[Fact], standard: Standard) -> list[Claim]:
    """A claim for every KSB code that the documents among `facts` set against an area of the project."""
    statements = {ksb.code: ksb.title for ksb in standard.ksbs}
    found: list[Claim] = []
    for document in facts:
        if not isinstance(document, Document):
            continue
        analysis = ksb_analysis(document, statements)
        for mention in analysis.mentions if analysis else ():
            place = Location(document.location.part, document.location.path, mention.line)
            found.append(Claim(place, mention.code, document.lines[mention.line - 1].strip()))
    return found
