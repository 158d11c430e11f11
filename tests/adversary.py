"""Texts that make a regular expression try again and again, made from the expression itself.

    python -m tests.adversary

prints the expressions that take more than quadratic time over one of them, of all that are compiled while all modules
are imported and a submission is scanned, those of the rules too.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from re import _constants as codes
from re import _parser as parser
from typing import Any
from unittest.mock import patch

LENGTH = 800
"""Characters of a text: quadratic work takes milliseconds, cubic work hundreds of them, exponential work for ever."""
NAME_LENGTH = 250
"""Characters of a name in a path, which is what patterns of paths are asked of."""
SECONDS = 0.25
"""Time after which a search is ended."""
SUSPECT = 0.1
"""Time from which on it is asked how the time grows with the text."""
_PATHS = {"_kind", "patterns.py"}
"""Functions and files that compile patterns of paths."""
_END = "\0"
_SAMPLES = "a0 \t\n.-_/\\\"'({[<$=:,`*|A"


class Slow(BaseException):
    """A search takes too long."""


def compiled() -> dict[re.Pattern[Any], tuple[str, str]]:
    """The expressions with the file and function that compile them."""
    found: dict[re.Pattern[Any], tuple[str, str]] = {}
    real = re._compile  # type: ignore[attr-defined]  # private, and the one way that every expression goes

    def spy(pattern: Any, flags: int) -> Any:
        result = real(pattern, flags)
        frame: Any = sys._getframe(1)
        while frame is not None and Path(frame.f_code.co_filename).parent.name == "re":
            frame = frame.f_back
        place = Path(frame.f_code.co_filename)
        if "evidence_check" in place.parts:
            found.setdefault(result, (place.name, frame.f_code.co_name))
        return result

    from evidence_check.expressions import Expression

    make = Expression.__init__

    def noted(self: Expression, text: str | bytes, flags: int) -> None:
        frame = sys._getframe(2)  # who called `expression`
        found.setdefault(re.compile(text, flags), (Path(frame.f_code.co_filename).name, frame.f_code.co_name))
        make(self, text, flags)

    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(re, "_compile", spy),
        patch.object(Expression, "__init__", noted),
    ):
        import evidence_check

        for info in pkgutil.walk_packages(evidence_check.__path__, "evidence_check."):
            if not info.name.endswith("__main__"):
                importlib.import_module(info.name)
        from evidence_check.scan import scan
        from tests.cases_of_fixtures import hand_in

        scan([str(hand_in("complete", Path(folder)))], linters=False)
    return found


def baits(pattern: re.Pattern[Any], length: int) -> Iterator[str]:
    """Texts that lead into each repetition of an expression and then fail."""
    repeated: list[tuple[str, str]] = []
    sample = _walk(parser.parse(pattern.pattern, pattern.flags), "", {}, repeated)
    pairs = dict.fromkeys([*repeated, *(("", before + unit) for before, unit in repeated), ("", sample or "a")])
    for before, unit in pairs:
        yield before + unit * (length // len(unit)) + _END


def _walk(sequence: Any, before: str, groups: dict[int, str], repeated: list[tuple[str, str]]) -> str:
    """A text that the expression matches; notes every long repetition, with the text that leads to it."""
    text = ""
    for code, value in sequence:
        if code is codes.LITERAL:
            text += chr(value)
        elif code in (codes.ANY, codes.NOT_LITERAL):
            text += "a" if value != ord("a") else "b"
        elif code is codes.IN:
            text += next(_members(value), "a")
        elif code is codes.BRANCH:
            texts = [_walk(branch, before + text, groups, repeated) for branch in value[1]]
            text += texts[0]
        elif code is codes.SUBPATTERN:
            groups[value[0]] = _walk(value[3], before + text, groups, repeated)
            text += groups[value[0]]
        elif code is codes.ATOMIC_GROUP:
            text += _walk(value, before + text, groups, repeated)
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            least, most, inner = value
            unit = _walk(inner, before + text, groups, repeated)
            if most is codes.MAXREPEAT or most >= 50:
                repeated.extend((before + text, each) for each in dict.fromkeys([unit or "a", *_units(inner)]))
            text += unit * least
        elif code is codes.GROUPREF:
            text += groups.get(value, "")
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            _walk(value[1], before + text, groups, repeated)
    return text


def _units(inner: Any) -> Iterator[str]:
    """Other texts than the first that may be repeated."""
    code: Any
    value: Any
    code, value = inner[0] if len(inner) == 1 else (None, None)
    if code is codes.IN:
        yield from _members(value)
    elif code is codes.ANY:
        yield from "a ./\"'"
    elif code in (codes.SUBPATTERN, codes.BRANCH):
        inner = inner if code is codes.BRANCH else value[3]
        for branch in inner[0][1][1] if len(inner) == 1 and inner[0][0] is codes.BRANCH else ():
            yield _walk(branch, "", {}, []) or "a"


def _members(items: Any) -> Iterator[str]:
    negated = items[0][0] is codes.NEGATE
    plain = [item for item in items if item[0] is not codes.NEGATE]
    if not negated and plain[0][0] is codes.LITERAL:
        yield chr(plain[0][1])
    for character in _SAMPLES:
        if any(_holds(item, character) for item in plain) is not negated:
            yield character


def _holds(item: Any, character: str) -> bool:
    code, value = item
    if code is codes.LITERAL:
        return bool(value == ord(character))
    if code is codes.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    name = str(value).removeprefix("CATEGORY_").replace("NOT_", "")
    holds = {
        "DIGIT": character.isdigit(),
        "SPACE": character.isspace(),
        "WORD": character.isalnum() or character == "_",
    }
    return holds[name] is not str(value).startswith("CATEGORY_NOT")


def _end(_number: int, _frame: object) -> None:
    raise Slow


def is_slow(pattern: re.Pattern[Any], length: int) -> str:
    """The text that a search takes more than quadratic time for; empty where there is none."""
    for number, text in enumerate(baits(pattern, length)):
        if _seconds(pattern, text) >= SUSPECT and all(_grows(pattern, length, number) for _ in range(3)):
            return text
    return ""


def _grows(pattern: re.Pattern[Any], length: int, number: int) -> bool:
    """Whether twice the text takes far more than four times as long, so that a busy machine alone is no reason."""
    whole = _fastest(pattern, length, number)
    return whole >= SECONDS or whole > _fastest(pattern, length // 2, number) * 2**2.6


def _fastest(pattern: re.Pattern[Any], length: int, number: int) -> float:
    """The least time of three; one that had to be ended is not asked again."""
    text = next(islice(baits(pattern, length), number, None))
    least = SECONDS
    for _ in range(3):
        least = min(least, taken := _seconds(pattern, text))
        if taken >= SECONDS:
            break
    return least


def _seconds(pattern: re.Pattern[Any], text: str) -> float:
    """Processor time of a search, ended after `SECONDS`."""
    began = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        pattern.search(text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace"))
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except Slow:
        return SECONDS
    return time.process_time() - began


def main() -> None:
    """Print the slow ones."""
    found = compiled()
    signal.signal(signal.SIGVTALRM, _end)
    for pattern, (file, function) in found.items():
        if text := is_slow(pattern, NAME_LENGTH if {file, function} & _PATHS else LENGTH):
            sys.stdout.write(f"{file} {function}: {pattern.pattern!r} over {text[:60]!r}\n")
    sys.stdout.write(f"{len(found)} expressions\n")


if __name__ == "__main__":
    main()
