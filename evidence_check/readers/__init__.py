"""Readers: one module per syntax, bytes in, facts out.

Every module of this package whose name does not start with an underscore is a reader, found by discovery. It has

- `SYSTEM`: the name of its syntax, as in `Gap.system` and `Resource.system` (`terraform`, `github-actions`);
- `GIVES`: the kinds of fact that it can state (`frozenset` of `Fact.kind`), for the gap where it cannot read;
- `wants(source) -> bool`: whether it reads this file: by path first, by content (`source.text`, `source.yaml`) only
  where the name cannot tell; must be cheap for files of other syntaxes;
- `read(source) -> Iterable[Fact]`: the facts. It raises `Unreadable` where the file is broken: that is a gap;
- optionally `READS_GENERATED = True`: it is asked about generated files too, for what is a risk and never evidence.

Readers never know a signal. Several readers may read one file; its bytes are loaded and parsed once.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Protocol, cast

from evidence_check.model import Category, Fact, File, Gap, Location, Part
from evidence_check.readers import _limits
from evidence_check.readers._captions import captioned
from evidence_check.readers._source import Source, Unreadable
from evidence_check.submission.inventory import may_hide

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EVIDENCE = frozenset({Category.OWN, Category.TEST, Category.DOCUMENT})


class Reader(Protocol):
    """What a module of this package offers."""

    SYSTEM: str
    GIVES: frozenset[str]

    def wants(self, source: Source) -> bool:
        """Whether this reader reads the file."""

    def read(self, source: Source) -> Iterable[Fact]:
        """The facts that the file states; raises `Unreadable`."""


@cache
def readers() -> tuple[Reader, ...]:
    """Every reader, by name."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))
    return tuple(cast("Reader", importlib.import_module(f"{__name__}.{name}")) for name in names)


@cache
def _readers_of_generated() -> tuple[Reader, ...]:
    return tuple(reader for reader in readers() if getattr(reader, "READS_GENERATED", False))


@dataclass(frozen=True)
class Read:
    """What files state, and those that nobody looked at."""

    facts: list[Fact] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    left: list[File] = field(default_factory=list)


def evidence_files(part: Part) -> list[File]:
    """The files of a part that readers are asked about: what can be evidence, and generated ones that can be a risk."""
    return [file for file in part.files if file.category in EVIDENCE or file.category is Category.GENERATED]


def read_files(files: Iterable[File], load: Callable[[File], bytes], deadline: float = math.inf) -> Read:
    """What the files state. Those that are not read at `deadline` (`time.monotonic()`) are left.

    `load` gives a file's bytes or raises `OSError`.
    """
    facts: list[Fact] = []
    gaps: list[Gap] = []
    with _limits.stopwatch() as arm:
        waiting = iter(files)
        for file in waiting:
            if time.monotonic() > deadline:
                return Read(facts, gaps, [file, *waiting])
            found, missed = read_file(Source(file, partial(load, file)), arm)
            facts.extend(found)
            gaps.extend(missed)
    return Read(facts, gaps)


def whole_part(part: Part, read: Read) -> tuple[list[Fact], list[Gap]]:
    """The facts and gaps of a part whose files were read; those that were left are one gap."""
    return captioned(read.facts), [*read.gaps, *([_unread(part, read.left)] if read.left else [])]


def _unread(part: Part, files: Sequence[File]) -> Gap:
    hides = frozenset[str]().union(*(may_hide(file.location.path) for file in files if file.category in EVIDENCE))
    first = files[0].location.path
    reason = (
        f"reading takes longer than {_limits.READ_SECONDS // 60} minutes: {len(files):,} files from {first} on were "
        "not read; scan fewer at a time, with --subfolder"
    )
    return Gap(Location(part.name), "read", reason, hides)


def read_file(source: Source, arm: _limits.Arm = _limits.unarmed) -> tuple[list[Fact], list[Gap]]:
    """The facts and gaps of one file. A reader that fails in a way it should not is a gap too, never a silence.

    `arm` limits the time that it takes.
    """
    facts: list[Fact] = []
    gaps: dict[tuple[int, str], Gap] = {}
    try:
        arm(_limits.FILE_SECONDS)
        _ask_readers(source, facts, gaps)
        arm(0)
    except _limits.OutOfTime:
        arm(0)
        reason = f"takes more than {_limits.FILE_SECONDS} seconds to read: the rest of it was left out"
        _add(gaps, Gap(source.at(), "read", reason, may_hide(source.path)))
    return facts, list(gaps.values())


def _ask_readers(source: Source, facts: list[Fact], gaps: dict[tuple[int, str], Gap]) -> None:
    """Add what every reader says of a file. Raises `OutOfTime`."""
    latest = time.monotonic() + 3 * _limits.FILE_SECONDS
    for reader in _readers_of_generated() if source.file.category is Category.GENERATED else readers():
        try:
            if reader.wants(source):
                if time.monotonic() > latest:
                    raise _limits.OutOfTime
                facts.extend(islice(reader.read(source), _limits.FACT_LIMIT + 1 - len(facts)))
        except Unreadable as error:
            hides, system = error.hides or reader.GIVES, error.system or reader.SYSTEM
            _add(gaps, Gap(source.at(error.line), "read", error.reason, hides, system))
        except MemoryError:
            _add(gaps, Gap(source.at(), "read", "needs more memory than there is", reader.GIVES, reader.SYSTEM))
        except Exception as error:  # noqa: BLE001 - one file's surprise must not end the scan, and is told as a gap
            reason = f"the {reader.SYSTEM} reader failed on it ({type(error).__name__}); please report this file"
            _add(gaps, Gap(source.at(), "read", reason, reader.GIVES, reader.SYSTEM))
        if len(facts) > _limits.FACT_LIMIT:
            del facts[_limits.FACT_LIMIT :]
            reason = f"states more than {_limits.FACT_LIMIT:,} things: the rest was left out"
            _add(gaps, Gap(source.at(), "read", reason, may_hide(source.path)))
            return


def _add(gaps: dict[tuple[int, str], Gap], gap: Gap) -> None:
    """Several readers that stumble over the same thing are one gap, which hides what any of them would have seen."""
    same = gaps.get((gap.location.line, gap.reason))
    if same is not None:
        gap = replace(same, hides=same.hides | gap.hides, system=same.system if same.system == gap.system else "")
    gaps[gap.location.line, gap.reason] = gap
