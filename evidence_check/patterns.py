"""What texts and paths are held against: globs and regular expressions."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from functools import cached_property

from evidence_check.expressions import expression

TextTest = Callable[[str], bool]


def searches(patterns: Iterable[re.Pattern[str]]) -> TextTest:
    """Whether one of the patterns is found in a text."""
    patterns = tuple(patterns)

    def test(text: str) -> bool:
        for pattern in patterns:  # noqa: SIM110  # a loop takes half the time of `any`, and this is asked most of all
            if pattern.search(text):
                return True
        return False

    return test


def text_globs(globs: Iterable[str]) -> TextTest:
    """Whether a text is of one of the globs: `*` is any text, `?` one character, nothing else is special."""
    exact: set[str] = set()
    starts: list[str] = []
    ends: list[str] = []
    others: list[TextTest] = []
    for glob in globs:
        if "*" not in glob and "?" not in glob:
            exact.add(glob)
            continue
        first, middle, last = _pieces(glob)
        if "?" in glob or middle or (first and last):
            others.append(_one_glob(glob))
        elif last:
            ends.append(last)
        else:
            starts.append(first)
    if not (starts or ends or others):
        return exact.__contains__
    heads, tails = tuple(starts), tuple(ends)

    def test(text: str) -> bool:
        if text in exact or text.startswith(heads) or text.endswith(tails):
            return True
        for other in others:  # noqa: SIM110  # as above
            if other(text):
                return True
        return False

    return test


class TextGlobs:
    """Many such globs at once: which of them a text is of. Most are never tried: the ends of a text rule them out."""

    def __init__(self, globs: Iterable[str]) -> None:
        self._exact: set[str] = set()
        self._by_start: dict[str, list[_Glob]] = defaultdict(list)
        self._by_end: dict[str, list[_Glob]] = defaultdict(list)
        self._inside: list[tuple[str, str]] = []
        self._others: list[_Glob] = []
        for glob in dict.fromkeys(globs):
            first, middle, last = _pieces(glob)
            if "?" in glob:
                self._others.append((glob, "", "", "", _one_glob(glob)))
            elif glob == first:
                self._exact.add(glob)
            elif len(middle) == 1 and not first and not last:
                self._inside.append((glob, middle[0]))
            else:
                longest = max(middle, key=len, default="")
                told = (glob, first, longest, last, _one_glob(glob) if middle or (first and last) else None)
                if len(first) >= _END:
                    self._by_start[first[:_END]].append(told)
                elif len(last) >= _END:
                    self._by_end[last[-_END:]].append(told)
                else:
                    self._others.append(told)

    def of(self, text: str) -> list[str]:
        """The globs that a text is of."""
        likely = (*self._by_start.get(text[:_END], ()), *self._by_end.get(text[-_END:], ()), *self._others)
        found = [glob for glob, piece in self._inside if piece in text]
        found += [
            glob
            for glob, first, piece, last, test in likely
            if piece in text and text.endswith(last) and text.startswith(first) and (test is None or test(text))
        ]
        return [*found, text] if text in self._exact else found


_Glob = tuple[str, str, str, str, TextTest | None]
"""A glob, what its texts begin with, hold and end with, and a test for what that does not tell."""
_END = 2
"""Letters by which globs are told apart."""


def _pieces(glob: str) -> tuple[str, list[str], str]:
    """What stands before the first `*`, between, and behind the last one; a glob without any is all `first`."""
    first, *others = glob.split("*")
    last = others.pop() if others else ""
    return first, [piece for piece in others if piece], last


def _one_glob(glob: str) -> TextTest:
    """The test of one glob; the first place of every piece will do, so nothing is tried twice."""
    if "?" in glob:
        return _with_single(glob)
    first, middle, last = _pieces(glob)
    least = len(first) + len(last)

    def test(text: str) -> bool:
        if not text.startswith(first) or not text.endswith(last) or len(text) < least:
            return False
        at, end = len(first), len(text) - len(last)
        for piece in middle:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return test


def _with_single(glob: str) -> TextTest:
    first, *others = (re.escape(piece).replace("\\?", ".") for piece in glob.split("*"))
    # only the last piece must reach the end
    between = "".join(f"(?>.*?{piece})" for piece in others[:-1])
    pattern = expression(first + between + "".join(f".*{piece}" for piece in others[-1:]), re.DOTALL)
    return lambda text: pattern.fullmatch(text) is not None


class PathGlobs:
    """Many globs of paths at once, small or capital: `*` stays in a folder, `**/` crosses folders, a glob without `/`
    is found in any folder, `{a,b}` are alternatives."""

    def __init__(self, globs: Iterable[str]) -> None:
        self._meant: dict[str, list[tuple[str, re.Pattern[str] | None]]] = defaultdict(list)
        names: list[str] = []
        folders: list[str] = []
        paths: list[str] = []
        for glob in dict.fromkeys(globs):
            small = glob.lower()
            exact = None
            if "/" not in (rest := small.removeprefix("**/")) and "**" not in rest:
                likes = _alternatives(rest)
                names += likes
            else:
                if _is_plain(small):
                    likes = [_across(one) for one in _alternatives(small)]
                else:
                    likes = [_across(_BRACES.sub("*", small))]
                    exact = expression(_regex(small), re.DOTALL)
                for like in likes:
                    (folders if like.endswith("/*") else paths).append(like)
            for like in likes:
                self._meant[like].append((glob, exact))
        self._names, self._folders, self._paths = TextGlobs(names), TextGlobs(folders), TextGlobs(paths)
        self._of_folders: dict[str, list[str]] = {}

    def of(self, path: str) -> frozenset[str]:
        """The globs that a path is of, as they were given."""
        rooted = f"/{path.lower()}"
        cut = rooted.rindex("/") + 1
        folder = rooted[:cut]
        by_folder = self._of_folders.get(folder)
        if by_folder is None:
            by_folder = self._of_folders[folder] = self._folders.of(folder)
        return frozenset(
            glob
            for like in (*self._names.of(rooted[cut:]), *by_folder, *self._paths.of(rooted))
            for glob, exact in self._meant[like]
            if exact is None or exact.fullmatch(rooted) is not None
        )


@dataclass(frozen=True)
class Paths:
    """The paths that a rule takes."""

    wanted: frozenset[str]
    """Globs of which a path must be of one; none where every path will do."""
    unwanted: frozenset[str]

    def take(self, met: Set[str]) -> bool:
        """Whether a path is taken that is of these globs."""
        return not (self.wanted and self.wanted.isdisjoint(met)) and self.unwanted.isdisjoint(met)

    def __call__(self, path: str) -> bool:
        return self.take(self._globs.of(path))

    @cached_property
    def _globs(self) -> PathGlobs:
        return PathGlobs(self.wanted | self.unwanted)


_BRACES = expression(r"\{([^}]*)\}")


def _alternatives(glob: str) -> list[str]:
    """`{a,b}.c` -> `a.c`, `b.c`."""
    texts = _BRACES.split(glob)
    choices = [[text] if place % 2 == 0 else text.split(",") for place, text in enumerate(texts)]
    return ["".join(chosen) for chosen in itertools.product(*choices)]


def _is_plain(glob: str) -> bool:
    """Whether no `*` of a glob stays in a folder: `**/logs/**`."""
    return not set(glob.removeprefix("**/").removesuffix("**")) & set("*?")


def _across(glob: str) -> str:
    """A glob for a path that begins with `/`, in which every `*` crosses folders."""
    whole = glob if "/" in glob else f"**/{glob}"
    return ("*/" + whole[3:] if whole.startswith("**/") else f"/{whole}").replace("**/", "*").replace("**", "*")


_TOKEN = expression(r"\*\*/|\*\*|\*|\?|\{[^}]*\}|[^*?{]+|\{")
_MEANS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _regex(glob: str) -> str:
    """The same as `_across` as a regular expression, in which `*` stays in its folder."""
    return ("/" if "/" in glob else "/(?:.*/)?") + "".join(map(_means, _TOKEN.findall(glob)))


def _means(token: str) -> str:
    if token.startswith("{") and token.endswith("}"):
        choices = ("".join(map(_means, _TOKEN.findall(choice))) for choice in token[1:-1].split(","))
        return f"(?:{'|'.join(choices)})"
    return _MEANS.get(token) or re.escape(token)
