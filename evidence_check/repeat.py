"""A scan of exactly what was scanned before, by the same tool in the same way, is answered from the cache."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from evidence_check import cache
from evidence_check.folders import rules_folder
from evidence_check.model import Report
from evidence_check.packed import NotPacked, pack, unpack

SECONDS = 15
"""Seconds of computing after which a report is not remembered: one of the limits on time may have shaped it."""


def repeated(inputs: Sequence[str], options: str, scan: Callable[[], Report]) -> Report:
    """The report that `scan` gives, or gave for the same inputs and options.

    Only paths are remembered, never what is fetched from an address.
    """
    paths = [Path(given) for given in inputs]
    if not paths or cache.folder(paths) is None or not all(map(_is_here, paths)):
        return scan()
    identity, rules = cache.identity(paths), cache.identity([rules_folder()])
    if identity is None or rules is None:
        return scan()
    given = repr((list(inputs), options, shutil.which("git"))).encode("utf-8", "surrogateescape")
    key = cache.key(b"report", given, rules[0], identity[0])
    known = cache.recall(key)
    if known is not None:
        try:
            return unpack(Report, known)
        except NotPacked:
            pass  # it is made anew
    start = time.process_time()
    report = scan()
    quick = time.process_time() - start < SECONDS
    after = cache.identity(paths, reading=False)
    if quick and _is_lasting(report) and after is not None and after[1] == identity[1]:
        with contextlib.suppress(ValueError):  # what JSON cannot hold
            cache.remember(key, pack(report))
    return report


def _is_here(path: Path) -> bool:
    """Whether it is a place on this computer, and no address."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _is_lasting(report: Report) -> bool:
    """Whether the next run would say the same: what a linter or the memory did not manage, it may manage then."""
    return not any(gap.stage == "lint" or "more memory than" in gap.reason for gap in report.gaps)
