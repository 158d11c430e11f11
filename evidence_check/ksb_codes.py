"""KSB codes as people write them, told from everything else that is a letter and a number.

`K11`, `k11`, `K 11`, `S9/S10`, `K1, K2 & K15`, `K1-K5`, `Knowledge 4`; but not Amazon S3, Azure's B1 and S1, K8s, part
numbers or the cells of a spreadsheet. One code alone says little, so the whole text decides first whether it speaks of
KSBs at all, and only then each code is judged by the words around it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from evidence_check.expressions import expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence_check.model import Document, Heading

HIGHEST = {"K": 40, "S": 40, "B": 12}
"""Numbers beyond which no standard has a code: what is higher is something else."""
GROUP_LIMIT = 100
"""Codes that are written in one go."""
SEVERAL = 3
"""Distinct codes that make a text speak of KSBs, or a document an analysis."""


@dataclass(frozen=True, slots=True, order=True)
class CodeMention:
    """A KSB code at a place of a text."""

    code: str
    """Normalised: `K11`."""
    line: int
    text: str
    """As written; for each code of a range, the whole range."""
    start: int = 0
    end: int = 0
    """Columns of `text` in its line."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """A document, or a section of one, that maps areas of a project to KSBs."""

    mentions: tuple[CodeMention, ...]
    codes: tuple[str, ...]
    """The standard's codes among them, each once, in the standard's order."""
    unknown: tuple[str, ...]
    """Codes that the standard does not have."""
    first_line: int
    last_line: int
    heading: str = ""
    """The heading of the section; empty where the whole document is the analysis."""


# --- what is written --------------------------------------------------------------------------------------------------

_LEFT = r"(?<![\w$#@\\.=%~^/-])"
_RIGHT = r"(?![\w%\u00b0]|[.=@\\]\w|://|-\w{3,20}-|-\d{3})"
_GAP = r"[^\S\n]"
"""A blank; a line of a text may hold several rows, and a list ends with its row."""
_CODE = expression(rf"{_LEFT}(?P<letter>[KSBksb])(?P<gap>[ \u00a0]?)(?P<number>\d{{1,2}}){_RIGHT}")
_NEXT = expression(
    rf"(?P<between>{_GAP}{{0,3}}(?:,{_GAP}{{0,3}}(?:and|or|&)|[,;/&+|]|and|or|to|through|[-\u2013\u2014]|\.{{2,3}}|\u2026|"
    rf"\){_GAP}{{0,2}}\(|\]{_GAP}{{0,2}}\[){_GAP}{{0,3}}|{_GAP}{{1,3}})"
    rf"(?P<letter>[KSBksb])(?P<gap>[ \u00a0]?)(?P<number>\d{{1,2}}){_RIGHT}"
)
_NEXT_NUMBER = expression(
    r"(?P<between>[-\u2013/]|\s{0,2}(?:,\s{0,2}(?:and|&)|,|and|&|to|[-\u2013])\s{0,2})(?P<number>\d{1,2})"
    r"(?=\s{0,2}(?:[,;)\]|.&/\u2013-]|and\b|$))(?![.,]\d|[\w%])"
)
_WORDED = expression(
    r"(?<![\w-])(?P<word>knowledge|skills?|behaviou?rs?)[ \u00a0]{0,2}[:#(-]?[ \u00a0]{0,2}"
    r"(?:(?:statements?|criteri(?:on|a)|outcomes?|no\.?|number)[ \u00a0]{1,2})?(?P<number>\d{1,2})(?![\w%]|[.,:]\d)"
    r"(?![ \u00a0](?:years?|months?|days?|hours?|weeks?|people|points?|times)\b)",
    re.IGNORECASE,
)
_RANGE = expression(r"\s*(?:[-\u2013\u2014]|to|through|\.{2,3}|\u2026)\s*")


@dataclass(frozen=True, slots=True)
class _Item:
    letter: str
    number: int
    upper: bool = True
    spaced: bool = False
    worded: bool = False

    @property
    def code(self) -> str:
        return f"{self.letter}{self.number}"

    @property
    def possible(self) -> bool:
        return 0 < self.number <= HIGHEST[self.letter]

    @property
    def confusable(self) -> bool:
        """Whether something that is no KSB is commonly written so: Amazon S3, Azure B1 to B3 and S1 to S3, k6."""
        return not self.worded and (self.code in _CONFUSABLE or (not self.upper and self.number < 10))


_CONFUSABLE = frozenset({"S1", "S2", "S3", "B1", "B2", "B3"})


@dataclass(frozen=True, slots=True)
class _Group:
    """Codes written in one go: `K1, K2 & K15`."""

    items: tuple[_Item, ...]
    line: int
    start: int
    end: int
    left: str
    right: str

    @property
    def clear(self) -> bool:
        """Whether some item of it can hardly be anything but a KSB code."""
        several = len({item.code for item in self.items}) > 1
        for item in self.items:
            if item.worded:
                return True
            if not item.confusable and item.possible and (item.upper or several or self.enclosed):
                return not item.spaced or several or self.enclosed
        return self.named

    @property
    def enclosed(self) -> bool:
        """Whether it stands where codes stand: in brackets, in a cell, at the start of a line before a colon."""
        return bool(_BEFORE.search(self.left) and _AFTER.match(self.right))

    @property
    def named(self) -> bool:
        return bool(_NAMED.search(self.left))


_BEFORE = expression(r"(?:^|[(\[{|,;:*\u2013\u2014\u2022]|(?:^|\s)[-+>])\s*$")
_HEADS = expression(r"[\s#*|>+\u2022-]*(?:\d{1,3}[.)]\s+)?")
_AFTER = expression(r"\s*(?:[)\]}|,;:*\u2013\u2014]|\.(?:\s|$)|-\s|$)")
_NAMED = expression(
    r"\bKSBs?(?:\s(?:codes?|mapped|covered|met|evidenced|evidence|references?))?\s*[:=(\[\u2013-]?\s*$", re.IGNORECASE
)


def _groups(lines: Sequence[str]) -> Iterator[_Group]:
    for number, text in enumerate(lines, 1):
        at = 0
        found, worded = _CODE.search(text), _WORDED.search(text)
        while True:
            found = _CODE.search(text, at) if found and found.start() < at else found
            worded = _WORDED.search(text, at) if worded and worded.start() < at else worded
            if found is None and worded is None:
                break
            if worded is not None and (found is None or worded.start() < found.start()):
                items, end = _worded(text, worded)
                start = worded.start()
            else:
                assert found is not None
                items, end = _listed(text, found)
                start = found.start()
            left = text[max(0, start - 80) : start].rpartition("\n")[2]
            yield _Group(items, number, start, end, left, text[end : end + 80].partition("\n")[0])
            at = end


def _listed(text: str, first: re.Match[str]) -> tuple[tuple[_Item, ...], int]:
    items = [_item(first)]
    end = first.end()
    while len(items) < GROUP_LIMIT:
        if found := _NEXT.match(text, end):
            item = _item(found)
            items.extend(_between(items[-1], item, found["between"]))
            items.append(item)
        elif found := _NEXT_NUMBER.match(text, end):
            item = _Item(items[-1].letter, int(found["number"]), items[-1].upper)
            if item.number <= items[-1].number or not item.possible:
                break
            items.extend(_between(items[-1], item, found["between"]))
            items.append(item)
        else:
            break
        end = found.end()
    return tuple(items), end


def _worded(text: str, first: re.Match[str]) -> tuple[tuple[_Item, ...], int]:
    letter = first["word"][0].upper()
    items = [_Item(letter, int(first["number"]), worded=True)]
    end = first.end()
    while len(items) < GROUP_LIMIT and (found := _NEXT_NUMBER.match(text, end)):
        item = _Item(letter, int(found["number"]), worded=True)
        if item.number <= items[-1].number or not item.possible:
            break
        items.extend(_between(items[-1], item, found["between"]))
        items.append(item)
        end = found.end()
    return tuple(items), end


def _item(match: re.Match[str]) -> _Item:
    return _Item(match["letter"].upper(), int(match["number"]), match["letter"].isupper(), bool(match["gap"]))


def _between(first: _Item, last: _Item, written: str) -> list[_Item]:
    """The codes that a range leaves out."""
    if not _RANGE.fullmatch(written) or first.letter != last.letter or not (first.possible and last.possible):
        return []
    return [
        _Item(first.letter, number, first.upper, worded=first.worded) for number in range(first.number + 1, last.number)
    ]


# --- what is meant ----------------------------------------------------------------------------------------------------

_SPEAKS = expression(r"\bKSBs?\b|\bknowledge,? skills,? (?:and|&) behaviou?rs\b", re.IGNORECASE)
_TOPIC = expression(
    r"\b(knowledge|skills?|behaviou?rs?|apprentice(?:ship)?|end-point|EPA|ST0825|evidenced?|criteri(?:on|a)|standard)\b",
    re.IGNORECASE,
)
_CLOUD = expression(
    r"\b(?:amazon|aws|buckets?|objects?|storage|stored?|storing|cloudfront|glacier|minio|boto\d?|backend|upload\w*|download\w*|"
    r"static|website|host(?:s|ed|ing)|versioning|lifecycle|presigned|arn|sync|athena|lambda|ecr|ec2|ecs|eks|rds|dynamodb|"
    r"iam|sns|sqs|kms|vpc|azure|tiers?|skus?|app service|plan|sized?|sizes|instances?|vms?|basic|pricing|cefr|english|"
    r"backblaze|b2c|b2b|gcs|blob)\b",
    re.IGNORECASE,
)
_MATE_LEFT = expression(r"(?<![\w-])(?P<mate>[A-Za-z]{1,3}\d{1,2}\w?)\s*(?:,|/|&|\+|;|and|or|\|)\s*$")
_MATE_RIGHT = expression(r"\s*(?:,|/|&|\+|;|and|or|\|)\s*(?P<mate>[A-Za-z]{1,3}\d{1,2}\w?)(?!\w)")
_CLAIMS = expression(
    r"\b(?:meets?|met|evidenc(?:e|es|ed|ing)|demonstrat(?:e|es|ed|ing)|shows?|cover(?:s|ed|ing)?|address(?:es|ed)?|satisf(?:y|ies|ied)|"
    r"fulfils?|criterion|codes?|skills?|ksbs?|maps? to|towards|against)\s*$",
    re.IGNORECASE,
)
_LOAD_TEST = expression(r"\s+(?:load|performance|stress|smoke|soak|spike|scripts?|tests?|runs?)\b", re.IGNORECASE)
_NEAR = 3


def find_codes(lines: Sequence[str], statements: Mapping[str, str] | None = None) -> list[CodeMention]:
    """The KSB codes that the lines of a text mention, in reading order; a range gives each of its codes.

    `statements` are the standard's own sentences by code: where they are given, a code with nothing but its sentence
    is the standard pasted in, and is left out. Codes that no standard may have are given, so that they can be said.
    """
    groups = list(_groups(lines))
    if not _speaks_of_ksbs(lines, groups):
        return []
    kept = [group for group in groups if _is_meant(group)]
    quoted = _quoted(lines, kept, statements or {})
    return [
        CodeMention(item.code, group.line, lines[group.line - 1][group.start : group.end], group.start, group.end)
        for group in kept
        if group not in quoted
        for item in group.items
        if item.possible
    ]


def without_codes(lines: Sequence[str]) -> list[str]:
    """The lines with every mention of a KSB code cut out."""
    cut = list(lines)
    for number, mentions in groupby(find_codes(lines), key=lambda mention: mention.line):
        for start, end in sorted({(mention.start, mention.end) for mention in mentions}, reverse=True):
            cut[number - 1] = f"{cut[number - 1][:start]} {cut[number - 1][end:]}"
    return cut


def _speaks_of_ksbs(lines: Sequence[str], groups: Sequence[_Group]) -> bool:
    sure = [group for group in groups if group.clear and not _is_foreign(group)]
    if not sure:
        return False
    if any(_SPEAKS.search(line) for line in lines) or sum(item.worded for group in groups for item in group.items) > 1:
        return True
    topics = {match.lower().rstrip("s") for line in lines for match in _TOPIC.findall(line)}
    placed = [group for group in sure if len(topics) > 1 or group.enclosed or len(group.items) > 1]
    codes = {item.code for group in placed for item in group.items if item.possible}
    letters = {code[0] for code in codes}
    return len(codes) >= SEVERAL and (("K" in letters and len(letters) > 1) or len(topics) > 1)


def _is_foreign(group: _Group) -> bool:
    """Whether it stands in a list with other letters and numbers: `A1, B2, C3`, `M4, S3`."""
    mates = [match["mate"] for match in (_MATE_LEFT.search(group.left), _MATE_RIGHT.match(group.right)) if match]
    return any(mate[0].upper() not in HIGHEST or not mate[1:].isdigit() for mate in mates)


def _is_meant(group: _Group) -> bool:
    if not any(item.possible for item in group.items) or _is_foreign(group) or _is_load_test(group):
        return False
    claimed = bool(_CLAIMS.search(group.left) or _HEADS.fullmatch(group.left))
    if any(not item.confusable for item in group.items):
        return group.clear or group.enclosed or claimed or not any(item.spaced for item in group.items)
    if group.right[:1] in {":", "-", "/"} and not group.right[1:2].isspace() and group.right[1:2]:
        return False
    near = " ".join([*group.left.split()[-_NEAR:], "\x00", *group.right.split()[:_NEAR]])
    if _CLOUD.search(near) and not group.named:
        return False
    if not all(item.upper for item in group.items) and len(group.items) == 1:
        return False
    stands = group.named or group.enclosed or len(group.items) > 1
    return stands or claimed


def _is_load_test(group: _Group) -> bool:
    """Whether it is the tool k6, written as a sentence begins."""
    return [item.code for item in group.items] == ["K6"] and bool(_LOAD_TEST.match(group.right))


# --- the standard pasted in -------------------------------------------------------------------------------------------

_WORD = expression(r"[^\W_]+")


def _quoted(lines: Sequence[str], groups: Sequence[_Group], statements: Mapping[str, str]) -> set[_Group]:
    found: set[_Group] = set()
    if not statements:
        return found
    for group, after in zip(groups, [*groups[1:], None], strict=True):
        statement = statements.get(group.items[0].code, "")
        if len(group.items) == 1 and statement:
            said = Counter(_WORD.findall(_until(lines, group, after).lower()))
            official = Counter(_WORD.findall(statement.lower()))
            size = official.total()
            if (said & official).total() >= 0.7 * size and (said - official).total() <= max(3, size // 6):
                found.add(group)
    return found


def _until(lines: Sequence[str], group: _Group, after: _Group | None) -> str:
    """What is written from a group to the next one, as far as twenty lines."""
    last = min(after.line if after else len(lines), group.line + 20)
    texts = list(lines[group.line - 1 : last])
    if after is not None and after.line == last:
        texts[-1] = texts[-1][: after.start]
    texts[0] = texts[0][group.end :]
    return " ".join(texts)


# --- the analysis -----------------------------------------------------------------------------------------------------

_SHORT = 450
"""Words up to which a whole document is taken for the analysis."""
_README = expression(r"(?:^|/)readme(?:\.\w{2,8})?$", re.IGNORECASE)
"""A README holds an analysis in a section of it, however short it is."""
_AREAS = 6
"""Words beside the codes that name areas at least."""


def ksb_analysis(document: Document, statements: Mapping[str, str]) -> Analysis | None:
    """The part of a document that maps areas of a project to KSBs; none where it does not.

    `statements` are the standard's own sentences by code. A long document that holds the mapping in one section gives
    that section.
    """
    mentions = find_codes(document.lines, statements)
    known = {mention.code for mention in mentions} & statements.keys()
    if len(known) < SEVERAL:
        return None
    first, last, heading = 1, len(document.lines), ""
    if document.words > _SHORT or _README.search(document.location.path):
        section = _section(document, mentions)
        if section is not None:
            (first, last), heading = section
            mentions = [mention for mention in mentions if first <= mention.line <= last]
            known = {mention.code for mention in mentions} & statements.keys()
    rest = " ".join(without_codes(document.lines[first - 1 : last]))
    if len(known) < SEVERAL or len(_WORD.findall(rest)) < _AREAS:
        return None
    order = {code: place for place, code in enumerate(statements)}
    return Analysis(
        mentions=tuple(mentions),
        codes=tuple(sorted(known, key=order.__getitem__)),
        unknown=tuple(sorted({mention.code for mention in mentions} - statements.keys())),
        first_line=first,
        last_line=last,
        heading=heading,
    )


def _section(document: Document, mentions: Sequence[CodeMention]) -> tuple[tuple[int, int], str] | None:
    """The shortest section that holds four mentions of five."""
    best: tuple[tuple[int, int], str] | None = None
    for place, heading in enumerate(document.headings):
        span = _span(document, place, heading)
        inside = sum(span[0] <= mention.line <= span[1] for mention in mentions)
        if inside * 5 >= len(mentions) * 4 and (best is None or span[1] - span[0] < best[0][1] - best[0][0]):
            best = span, heading.text
    return best


def _span(document: Document, place: int, heading: Heading) -> tuple[int, int]:
    after = (other.line for other in document.headings[place + 1 :] if other.level <= heading.level)
    return heading.line, next(after, len(document.lines) + 1) - 1
