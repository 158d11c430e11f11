"""The address of the running system that the case file gives: never opened, but looked for in what was handed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from evidence_check.case import CASE_FILE
from evidence_check.expressions import expression
from evidence_check.masking import mask
from evidence_check.model import Category, Document, Evidence, Fact, File, Live, Location, Part

FILES = 2_000
"""Files that are looked into."""
BYTES = 1_000_000
"""The largest of them."""
PLACES = 10
"""Places that are told."""
LENGTH = 200
"""Characters of a line that are told."""
_LOOKED = frozenset({Category.OWN, Category.TEST, Category.DOCUMENT})
_LOCAL = expression(r"localhost|.*\.(?:local|localhost|internal|lan|home|test|invalid)|[^.]+", re.IGNORECASE)
_EXAMPLE = expression(r"(?:.*\.)?example(?:\.(?:com|net|org))?", re.IGNORECASE)
"""RFC 2606 and RFC 6761: names that no system has."""


def live(address: str, parts: Sequence[Part], facts: Iterable[Fact], load: Callable[[File], bytes]) -> Live | None:
    """The address as it may be shown, and where the own files name its host: the analysis, the README, a smoke test.

    None without an address. `facts` hold the documents, `load` gives a file's bytes or raises `OSError`.
    """
    if not address:
        return None
    split = urlsplit(address)
    host = (split.hostname or "").lower()
    pattern = expression(rf"(?<![\w.-]){re.escape(host)}(?![\w-]|\.\w)", re.IGNORECASE)
    lines = (line for line in _lines(parts, facts, load) if pattern.search(line[2]))
    found = [Evidence(place, language, mask(text.strip())[:LENGTH]) for place, language, text in sorted(lines)]
    remarks = list(_remarks(split.scheme.lower(), host))
    if not found:
        remarks.append("No file that was handed in names it: ask how it belongs to this submission.")
    return Live(mask(split._replace(query="", fragment="").geturl()), tuple(found[:PLACES]), len(found), tuple(remarks))


def _lines(
    parts: Sequence[Part], facts: Iterable[Fact], load: Callable[[File], bytes]
) -> Iterator[tuple[Location, str, str]]:  # fmt: skip
    """Every line of the own files with its place and language: of texts as they stand, else of what a reader made."""
    files = [f for part in parts for f in part.files if f.category in _LOOKED and f.location.path != CASE_FILE]
    texts = [file for file in files if not file.binary and file.size <= BYTES][:FILES]
    read = {file.location for file in texts}
    for file in texts:
        try:
            lines = load(file).decode("utf-8", errors="replace").splitlines()
        except OSError:
            continue
        for number, line in enumerate(lines, 1):
            yield Location(file.location.part, file.location.path, number), file.language, line
    for fact in facts:
        if isinstance(fact, Document) and Location(fact.location.part, fact.location.path) not in read:
            for number, line in enumerate(fact.lines, 1):
                yield Location(fact.location.part, fact.location.path, number), fact.format, line


def _remarks(scheme: str, host: str) -> list[str]:
    told = []
    if scheme == "http":
        told.append("It is http, so that nothing is encrypted on the way to it.")
    try:
        reachable = ip_address(host).is_global
    except ValueError:
        reachable = not _LOCAL.fullmatch(host)
    if not reachable:
        told.append("It is an address of one machine or one network: nobody outside can open it.")
    if _EXAMPLE.fullmatch(host):
        told.append("It is a name that is kept for examples: no system has it.")
    return told
