"""Personal data in what was handed in: pointed out with place and kind, always masked.

Looked at: the words of documents, what office files and PDFs say of their authors, user names in paths, and addresses
in the git history. Sources of the forms: GOV.UK postcode and National Numbering Plan formats; a ULN has ten digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from evidence_check.expressions import expression
from evidence_check.model import (
    Code,
    Command,
    Document,
    Fact,
    File,
    Location,
    Part,
    Personal,
    Setting,
)

LIMIT = 200
"""Findings that are told."""
FILE_SIZE = 30_000_000
"""Bytes of an office file or PDF whose properties are looked at."""
_ROW = 2_000
"""Characters of a line that are looked at."""
_OFFICE = (".docx", ".docm", ".pptx", ".xlsx", ".odt", ".odp", ".ods")
_PROPERTIES = ("docProps/core.xml", "meta.xml")
_REVISED = ("word/document.xml", "word/comments.xml")
"""Parts of a Word file whose changes and comments carry their author's name."""

_ULN = expression(
    r"\b(?:ULN|unique learner (?:number|no\.?))\b[^\d\n]{0,40}(\d{10}|\d{4}[ -]\d{3}[ -]\d{3})(?!\d)", re.IGNORECASE
)
_BORN = expression(
    r"\b(?:date of birth|birth ?date|d\.?o\.?b\.?|born(?: on)?)(?!\w)[^\d\n]{0,20}"
    r"(\d{1,2}(?:st|nd|rd|th)?[ ./-](?:\d{1,2}|[A-Za-z]{3,9})[ ./-]\d{2,4}|\d{4}-\d{2}-\d{2})",
    re.IGNORECASE,
)
_AREAS = (
    "AB AL BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY EH EN EX FK FY GL GU HA "
    "HD HG HP HR HS HU HX IG IP IV KA KT KW KY LA LD LE LL LN LS LU ME MK ML NE NG NN NP NR NW OL OX PA PE PH PL PO PR "
    "RG RH RM SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB WA WC WD WF WN WR WS WV YO ZE B E G "
    "L M N S W"
)
_POSTCODE = expression(
    rf"(?<![\w-])((?:(?:{'|'.join(_AREAS.split())})\d[\dA-HJKPSTUW]?|EC[1-4][AMNPRVY]) \d[ABD-HJLNP-UW-Z]{{2}})"
    r"(?![\w-])"
)
_EMAIL = expression(r"(?<![\w.+%/:@-])([\w.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,15})(?![\w@-])")
_PHONE = expression(
    r"(?<![\w.,-])((?:\+44[ ]?(?:\(0\)[ ]?)?\d{2,4}|\(?0[1237]\d{1,3}\)?)[ -]\d{3,4}[ -]?\d{3,4}|\+44\d{10}|07\d{9})"
    r"(?![\w-])"
)
_LETTERS = expression(r"[^\W\d_]+")
_HOME = expression(r"(?:(?<![\w.])/(?:home|Users)/|[A-Za-z]:\\{1,2}Users\\{1,2})([A-Za-z][\w.-]{1,40})")
_PDF_AUTHOR = expression(rb"/Author\s{0,3}\(([^()\\]{1,200})\)")

_ROLES = frozenset(
    "info support help admin noreply no-reply contact hello team security abuse postmaster webmaster sales ops devops "
    "alerts alert oncall git dev user you me name email someone your.name first.last example test username".split()
)
_NOBODY = expression(
    r"@(?:[\w-]{1,63}\.){0,5}(?:example\.(?:com|org|net)|example|test|invalid|localhost|users\.noreply\.github\.com)$",
    re.IGNORECASE,
)
_MACHINES = frozenset(
    "ubuntu runner user users app node ec2-user vagrant jenkins root circleci travis vscode www-data me "
    "username name your yourname your_username you admin administrator default public shared deploy "
    "deployer docker git gitlab-runner pi azureuser centos debian appuser nonroot python ruby java spring "
    "gradle jovyan codespace gitpod linuxbrew student opc cloudshell-user service svc nginx postgres "
    "ansible worker web www api test tester builder build site".split()
)


def personal_data(parts: Sequence[Part], facts: Iterable[Fact], load: Callable[[File], bytes]) -> tuple[Personal, ...]:
    """Every kind of personal data at every file where it was seen, by place. `load` gives bytes or raises `OSError`."""
    found: dict[tuple[Location, str], Personal] = {}
    for place, what, value in (*_in_facts(facts), *_in_properties(parts, load), *_in_history(parts)):
        key = (Location(place.part, place.path), what)
        seen = found.get(key)
        total = seen.total + 1 if seen else 1
        found[key] = Personal(
            seen.location if seen else place, what, seen.masked if seen else _masked(what, value), total
        )
    return tuple(sorted(found.values(), key=lambda item: (item.location, item.what))[:LIMIT])


_Seen = tuple[Location, str, str]


def _in_facts(facts: Iterable[Fact]) -> Iterator[_Seen]:
    for fact in facts:
        match fact:
            case Document():
                for number, line in enumerate(fact.lines, 1):
                    yield from _in_line(line[:_ROW], Location(fact.location.part, fact.location.path, number))
            case Command():
                yield from _user_names(fact.text[:_ROW], fact.location)
            case Setting() if isinstance(fact.value, str):
                yield from _user_names(fact.value[:_ROW], fact.location)
            case Code() if _has_home(fact.text):
                for number, line in enumerate(fact.text.splitlines(), 1):
                    if _has_home(line):
                        yield from _user_names(line[:_ROW], Location(fact.location.part, fact.location.path, number))


def _in_line(text: str, place: Location) -> Iterator[_Seen]:
    if "@" in text:
        for match in _EMAIL.finditer(text):
            if match[1].partition("@")[0].lower() not in _ROLES and not _NOBODY.search(match[1]):
                yield place, "e-mail address", match[1]
    for what, pattern in _DIGITS.items() if any(map(str.isdigit, text)) else ():
        for match in pattern.finditer(text):
            if what != "phone number" or _is_phone(match[1]):
                yield place, what, match[1]
    yield from _user_names(text, place)


_DIGITS = {"ULN": _ULN, "date of birth": _BORN, "postcode": _POSTCODE, "phone number": _PHONE}


def _is_phone(text: str) -> bool:
    digits = sum(map(str.isdigit, text.replace("(0)", "")))
    return digits == 12 if text.startswith("+") else digits in {10, 11}


def _has_home(text: str) -> bool:
    return "/home/" in text or "Users" in text


def _user_names(text: str, place: Location) -> Iterator[_Seen]:
    if _has_home(text):
        for match in _HOME.finditer(text):
            if match[1].lower() not in _MACHINES:
                yield place, "user name in a path", match[1]


def _in_properties(parts: Sequence[Part], load: Callable[[File], bytes]) -> Iterator[_Seen]:
    for part in parts:
        for file in part.files:
            name = file.location.path.lower()
            if file.size <= FILE_SIZE and name.endswith((*_OFFICE, ".pdf")):
                try:
                    data = load(file)
                except OSError:
                    continue
                for author in _authors(data, pdf=name.endswith(".pdf")):
                    yield Location(part.name, file.location.path), "document author", author


def _authors(data: bytes, *, pdf: bool) -> list[str]:
    """The names that a file's properties give for its author and for who last changed it, each once."""
    if pdf:
        return [name.decode("latin-1") for name in dict.fromkeys(_PDF_AUTHOR.findall(data))]
    from evidence_check.readers._markup import attribute, elements, local
    from evidence_check.readers._package import open_package
    from evidence_check.readers._source import Unreadable

    try:
        package = open_package(data, "office file")
        items = [item for name in _PROPERTIES if package.has(name) for item in elements(package.xml(name))]
        revised = [item for name in _REVISED if package.has(name) for item in elements(package.xml(name))]
    except Unreadable:
        return []
    named = {"creator", "lastModifiedBy", "initial-creator"}
    texts = [str(item.text or "").strip() for item in items if local(item) in named]
    texts += [attribute(item, "author").strip() for item in revised if local(item) in {"ins", "del", "comment"}]
    return [text for text in dict.fromkeys(texts) if text and text != "python-docx"]


def _in_history(parts: Sequence[Part]) -> Iterator[_Seen]:
    for part in parts:
        in_paths = set(_LETTERS.findall("\n".join(file.location.path for file in part.files).lower()))
        for author in part.history.authors if part.history else ():
            for address in author.emails if not author.bot else ():
                if "@" in address and not _NOBODY.search(address):
                    yield Location(part.name), "e-mail address in the git history", address
            words = _LETTERS.findall(author.name.lower())
            if not author.bot and len(words) > 1 and in_paths.issuperset(words):
                yield from _in_paths(part, author.name, words)


def _in_paths(part: Part, name: str, words: Sequence[str]) -> Iterator[_Seen]:
    """The paths that hold a person's full name; which they are is not told, since they would name that person."""
    pattern = expression(r"(?:^|[^a-z])" + r"[^a-z/]{0,3}".join(map(re.escape, words)) + r"(?:[^a-z]|$)")
    for file in part.files:
        path = file.location.path.lower()
        if words[0] in path and pattern.search(path):
            yield Location(part.name), "name in a path", name


def _masked(what: str, value: str) -> str:
    """So much of a value that its owner knows it again, and nobody else."""
    if "e-mail" in what:
        name, _, domain = value.partition("@")
        return f"{name[:1]}***@***.{domain.rpartition('.')[2]}"
    if what == "postcode":
        return f"{value[:1]}** ***"
    if what in {"document author", "user name in a path", "name in a path"}:
        return " ".join(f"{word[:1]}***" for word in value.split()[:4])
    return "*" * max(len(value) - 2, 3) + value[-2:] if what in {"ULN", "phone number"} else "***"
