"""What the analysis names, looked up in what was handed in: paths, lines, counts, commits, addresses and tools.

An address is never fetched: it is said that it was not checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from unicodedata import normalize

from evidence_check.expressions import expression
from evidence_check.masking import mask
from evidence_check.model import (
    Category,
    Command,
    Dependency,
    Document,
    Fact,
    File,
    History,
    Import,
    Job,
    Location,
    Lookup,
    Mention,
    Part,
    Resource,
    Step,
    TestFile,
)

LIMIT = 200
"""Things that are looked up at most: an analysis of 300 words names fewer."""
_ADDRESS = expression(r"(?:https?://|www\.)[^\s<>()\[\]\"'|]{1,500}", re.IGNORECASE)
_COMMIT = expression(r"(?<![\w/.#-])(?=[0-9a-f]{0,40}[0-9])(?=[0-9a-f]{0,40}[a-f])[0-9a-f]{7,40}(?![\w/-])")
_PATH = expression(
    r"(?<![\w@/.-])(?P<path>\.{0,2}/?(?:[\w@.+-]{1,100}/){0,15}[\w@.+-]{0,100})"
    r"(?:(?::|,? lines? )(?P<line>\d{1,6})(?:\s?[-\u2013]\s?\d{1,6})?)?"
)
_SUFFIX = expression(
    r"\.(?:py|[cm]?[jt]sx?|java|kt|go|rb|rs|cs|php|sh|bash|ps1|psm1|tf|tfvars|hcl|bicep|ya?ml|json|toml|ini|cfg|conf|properties|"
    r"gradle|xml|md|rst|adoc|txt|html?|s?css|sql|docx?|pdf|pptx?|xlsx?|png|jpe?g|gif|svg|drawio|puml|mmd|d2|vsdx|feature|"
    r"bats|j2|tmpl|tpl|groovy|env|lock|proto|scala|swift|cshtml|csproj|sln|ipynb|jmx|rego)$",
    re.IGNORECASE,
)
_BARE = frozenset(
    {"Dockerfile", "Makefile", "Jenkinsfile", "Vagrantfile", "Procfile", "CODEOWNERS", "Gemfile", "Pipfile"}
)
_LIBRARY = expression(
    r"(?:node|vue|next|rollup|nuxt|express|react|d3|three|chart|angular|ember|backbone|socket\.io|alpine|electron|nest|require|"
    r"moment|knockout|discord|tensorflow|babylon|p5|day|hapi|koa|meteor|solid|video|pdf)\.js|asp\.net",
    re.IGNORECASE,
)
_NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_COUNT = expression(
    r"(?P<bound>\b(?:over|more than|at least|around|about|nearly|almost|some)\s)?"
    rf"(?<![\w.,/-])(?P<number>\d{{1,3}}(?:,\d{{3}}){{1,2}}|\d{{1,6}}|{'|'.join(_NUMBERS)})(?P<plus>\+?)\s"
    r"(?P<kind>(?:[a-z-]{1,20}\s){0,2})"
    r"(?P<noun>tests?|test cases|test files|commits|branches|tags|workflows|pipelines|jobs)\b",
    re.IGNORECASE,
)
_NOUNS = {"test": "tests", "test cases": "tests", "pipelines": "workflows"}
_PLAIN = frozenset("automated passing total different separate git github own ci cd ci/cd actions feature".split())
"""Words before a noun that do not narrow what is counted."""
_ROUGH = frozenset("around about nearly almost some".split())


@dataclass(frozen=True)
class _Files:
    """The files of every part, as an analysis may name them."""

    parts: Sequence[Part]
    load: Callable[[File], bytes] = field(repr=False)

    @property
    def hidden(self) -> bool:
        """Whether files may be there that could not be seen."""
        return any(File.kind in gap.hides for part in self.parts for gap in part.gaps)

    @cached_property
    def files(self) -> Mapping[str, list[File]]:
        """By path, by path below the part's name, and by every end of the path, in lower case, accents composed: names
        that come from macOS often have theirs apart (UAX 15)."""
        found: dict[str, list[File]] = {}
        for part in self.parts:
            for file in part.files:
                path = _composed(file.location.path).lower()
                found.setdefault(f"{part.name.lower()}/{path}", []).append(file)
                while path:
                    found.setdefault(path, []).append(file)
                    path = path.partition("/")[2]
        return found

    @cached_property
    def folders(self) -> Mapping[str, Location]:
        """As `files`, for folders and whole parts."""
        found: dict[str, Location] = {}
        for part in self.parts:
            found.setdefault(part.name.lower(), Location(part.name))
            for file in part.files:
                folder = PurePosixPath(file.location.path).parent
                for parent in (folder, *folder.parents):
                    path = str(parent)
                    if path == "." or _composed(f"{part.name}/{path}").lower() in found:
                        break
                    place = Location(part.name, path)
                    found[_composed(f"{part.name}/{path}").lower()] = place
                    lower = _composed(path).lower()
                    while lower:
                        found.setdefault(lower, place)
                        lower = lower.partition("/")[2]
        return found


def look_up(
    document: Document, parts: Sequence[Part], facts: Iterable[Fact], load: Callable[[File], bytes],
    tools: Mapping[str, tuple[str, ...]],
) -> tuple[Mention, ...]:  # fmt: skip
    """Everything of these kinds that the analysis names, in reading order, each once.

    `load` gives a file's bytes or raises `OSError`; `tools` are the words that show a tool, by its name.
    """
    files = _Files([part for part in parts if part.files], load)
    known = [fact for fact in facts if not isinstance(fact, Document)]
    found: dict[tuple[str, str], Mention] = {}
    for number, line in enumerate(document.lines, 1):
        place = Location(document.location.part, document.location.path, number)
        code = document.code[number - 1] if number <= len(document.code) else ""
        for mention in _in_line(_composed(f"{line} {code}" if code else line), place, files, known):
            found.setdefault((mention.what, mention.text), mention)
    for mention in _tools(document, known, files, tools):
        found.setdefault((mention.what, mention.text), mention)
    order = sorted(found.values(), key=lambda mention: mention.location.line)
    return tuple(order[:LIMIT])


def _in_line(text: str, place: Location, files: _Files, facts: Sequence[Fact]) -> Iterator[Mention]:
    for match in _ADDRESS.finditer(text):
        address = mask(match[0].rstrip(".,;:"))
        yield Mention(place, "address", address, Lookup.NOT_CHECKED, "Addresses are never fetched; open it yourself.")
    text = _ADDRESS.sub(" ", text)
    for match in _COMMIT.finditer(text):
        yield _commit(match[0], place, files.parts)
    for match in _PATH.finditer(text):
        if match["path"] and (mention := _path(match, place, files)):
            yield mention
    for match in _COUNT.finditer(text):
        if mention := _count(match, place, files.parts, facts):
            yield mention


def _composed(text: str) -> str:
    return normalize("NFC", text)


# --- paths ------------------------------------------------------------------------------------------------------------


def _path(match: re.Match[str], place: Location, files: _Files) -> Mention | None:
    written = match["path"].rstrip(".,;:")
    path = written.removeprefix("./").strip("/")
    while path.startswith("../"):
        path = path[3:]
    if not path or path.strip(".") == "":
        return None
    lower = path.lower()
    same = files.files.get(lower, ())
    named = [file for file in same if _says(file.location, path)]
    if named:
        return _line(match, written, place, named, files)
    if _is_folder(written, lower, files):
        return Mention(place, "path", written, Lookup.THERE, found=files.folders[lower])
    if written.startswith("/") or not _is_file_name(written):
        return None  # a path from the root is one of a machine or of an address
    if same:
        told = f"It is written {same[0].location.path} there: names differ by capitals."
        return Mention(place, "path", written, Lookup.DIFFERENT, told, same[0].location)
    others = files.files.get(lower.rpartition("/")[2], ()) if "/" in path else ()
    if others:
        more = f"; {len(others) - 1} more of this name" if len(others) > 1 else ""
        told = f"Not there, but a file of this name is at {others[0].location.path}{more}."
        return Mention(place, "path", written, Lookup.MOVED, told, others[0].location)
    if files.hidden:
        return Mention(place, "path", written, Lookup.NOT_CHECKED, "Not seen, but not every file could be looked at.")
    return Mention(place, "path", written, Lookup.GONE, "No file of this name was handed in.")


def _says(location: Location, path: str) -> bool:
    whole = _composed(f"{location.part}/{location.path}")
    return whole == path or whole.endswith(f"/{path}")


def _is_folder(written: str, lower: str, files: _Files) -> bool:
    """A folder is one by its slash or leading dot: a word that happens to name one is a word."""
    return lower in files.folders and ("/" in written or lower.startswith("."))


def _is_file_name(text: str) -> bool:
    name = text.rstrip("/").rpartition("/")[2]
    if "/" not in text and (_LIBRARY.fullmatch(text) or not name[:1].strip(".")):
        return name[:1] == "." and len(name) > 4 and bool(_SUFFIX.search(name)) and name.count(".") > 1
    return bool(_SUFFIX.search(name)) or name in _BARE or (text.endswith("/") and text.count("/") > 1)


def _line(
    match: re.Match[str], written: str, place: Location, named: Sequence[File], files: _Files
) -> Mention:  # fmt: skip
    file = named[0]
    if not match["line"]:
        more = f"{len(named)} files have this name; the first is {file.location.path}." if len(named) > 1 else ""
        return Mention(place, "path", written, Lookup.THERE, more, file.location)
    line, text = int(match["line"]), match[0].strip()
    try:
        data = files.load(file)
    except OSError as error:
        told = f"The file cannot be read: {error.strerror or error}."
        return Mention(place, "line", text, Lookup.NOT_CHECKED, told, file.location)
    lines = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    if file.binary or line > lines or line == 0:
        told = "It is no text of lines." if file.binary else f"The file has {lines} lines."
        return Mention(place, "line", text, Lookup.DIFFERENT, told, file.location)
    at = Location(file.location.part, file.location.path, line)
    return Mention(place, "line", text, Lookup.THERE, found=at)


# --- history and counts -----------------------------------------------------------------------------------------------


def _commit(text: str, place: Location, parts: Sequence[Part]) -> Mention:
    histories = [part.history for part in parts if part.history]
    for history in histories:
        for commit in history.commits:
            if commit.id.startswith(text):
                own = "" if commit.own else "It is not one of the own commits."
                return Mention(
                    place, "commit", text, Lookup.THERE, own, Location(history.location.part, commit=commit.id)
                )
    if not histories or any(history.shallow for history in histories):
        return Mention(place, "commit", text, Lookup.NOT_CHECKED, "The whole git history was not handed in.")
    return Mention(place, "commit", text, Lookup.GONE, "No commit of this id is in the history.")


def _count(
    match: re.Match[str], place: Location, parts: Sequence[Part], facts: Sequence[Fact]
) -> Mention | None:  # fmt: skip
    written = match["number"].lower()
    said = _NUMBERS[written] if written in _NUMBERS else int(written.replace(",", ""))
    noun = _NOUNS.get(match["noun"].lower(), match["noun"].lower())
    if match["noun"].lower() == "test" and said != 1:
        return None  # "two test leads"
    bound = (match["bound"] or "").strip().lower()
    narrow = [word for word in match["kind"].lower().split() if word not in _PLAIN]
    counted = _counted(noun, parts, facts)
    text = match[0].strip()
    if not counted:
        return Mention(place, "count", text, Lookup.NOT_CHECKED, "The whole git history was not handed in.")
    told = f"Counted: {' or '.join(f'{number:,} {what}' for number, what in counted)}."
    most = max(number for number, _ in counted)
    if narrow:
        if most < said:
            return Mention(place, "count", text, Lookup.DIFFERENT, told)
        kind = " ".join(narrow)
        told = f"{told[:-1]} in all; which of them are {kind} {noun} was not told apart."
        return Mention(place, "count", text, Lookup.NOT_CHECKED, told)
    if bound in _ROUGH:
        agrees = any(abs(number - said) * 5 <= said for number, _ in counted)
    elif match["plus"] or bound == "at least":
        agrees = most >= said
    elif bound:
        agrees = most > said
    else:
        agrees = any(number == said for number, _ in counted)
    return Mention(place, "count", text, Lookup.THERE if agrees else Lookup.DIFFERENT, told)


def _counted(noun: str, parts: Sequence[Part], facts: Sequence[Fact]) -> list[tuple[int, str]]:
    """What can be counted of a noun, with its words; two figures where a person may mean either, none if unknown."""
    if noun == "tests":
        return [(sum(fact.tests for fact in facts if isinstance(fact, TestFile)), "tests")]
    if noun == "test files":
        return [(sum(isinstance(fact, TestFile) for fact in facts), "test files")]
    if noun in {"workflows", "jobs"}:
        jobs = {(job.location.part, job.unit.path, job.unit.name) for job in facts if isinstance(job, Job)}
        return [(len(jobs if noun == "jobs" else {job[:2] for job in jobs}), noun)]
    histories = [part.history for part in parts if part.history]
    if not histories or any(history.shallow for history in histories):
        return []
    return _counted_in_history(noun, histories)


def _counted_in_history(noun: str, histories: Sequence[History]) -> list[tuple[int, str]]:
    if noun == "commits":
        own = sum(commit.own for history in histories for commit in history.commits)
        every = sum(len(history.commits) for history in histories)
        return [(own, "own commits"), (every, "commits in all")]
    if noun == "tags":
        return [(sum(len(history.tags) for history in histories), "tags")]
    others = sum(len(history.branches) for history in histories)
    return [(others + len(histories), "branches")]


# --- tools ------------------------------------------------------------------------------------------------------------


def _tools(
    document: Document, facts: Sequence[Fact], files: _Files, tools: Mapping[str, tuple[str, ...]]
) -> Iterator[Mention]:
    named: dict[str, Location] = {}
    patterns = {name: expression(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.IGNORECASE) for name in tools}
    for number, line in enumerate(document.lines, 1):
        for name, pattern in patterns.items():
            if name not in named and pattern.search(line):
                named[name] = Location(document.location.part, document.location.path, number)
    if not named:
        return
    shown = {name: _shown(tools[name], facts, files) for name in named}
    for name, place in named.items():
        at = shown[name]
        told = "" if at else "Nothing that was read names it in a command, step, dependency, resource or file."
        yield Mention(place, "tool", name, Lookup.THERE if at else Lookup.GONE, told, at)


def _shown(words: Sequence[str], facts: Sequence[Fact], files: _Files) -> Location | None:
    """The first place that shows one of the words."""
    for fact in facts:
        text = _names(fact)
        if text and any(word in text for word in words):
            return fact.location
    for part in files.parts:
        for file in part.files:
            if file.category is not Category.DOCUMENT and any(word in file.location.path.lower() for word in words):
                return file.location
    return None


def _names(fact: Fact) -> str:
    """What a fact names, in lower case; empty for facts that name no tools."""
    match fact:
        case Command():
            return " ".join(fact.words[:6]).lower()[:500]
        case Step():
            return f"{fact.uses} {fact.system}".lower()
        case Job():
            return f"{fact.system} {' '.join(fact.images)}".lower()
        case Dependency():
            return fact.name.lower()
        case Import():
            return fact.module.lower()
        case TestFile():
            return fact.framework.lower()
        case Resource():
            image = fact.attributes.get("image")
            return f"{fact.system} {fact.type} {image if isinstance(image, str) else ''}".lower()
    return ""
