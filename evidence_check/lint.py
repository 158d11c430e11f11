"""Bandit and pylint on the apprentice's own Python: points for the assessor to probe, never evidence.

Both run as separate processes, beside the rest of the scan, over a copy of the own Python files alone. Nothing of the
submission configures them: bandit gets our options and ignores `# nosec`, pylint gets our rcfile and no plugin, and the
folder they run in holds nothing else. Neither imports or runs what it reads.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence_check import children
from evidence_check.masking import mask, visible
from evidence_check.model import Category, File, Gap, LintMessage, LintResult, Location, Part

SECONDS = 60
"""Time that a linter has from its start."""
FILES = 2000
BYTES = 400_000
"""Python files that are looked at, and the largest of them."""
WORST = 10
"""Messages that a result carries."""

_SEVERITY = {
    "HIGH": "high", "MEDIUM": "medium", "LOW": "low", "UNDEFINED": "low",
    "fatal": "error", "error": "error", "warning": "warning", "refactor": "refactor", "convention": "convention",
    "info": "convention",
}  # fmt: skip
ORDER = ("high", "medium", "low", "error", "warning", "refactor", "convention")
"""Severities, the worst first; bandit's, then pylint's."""

_PYLINTRC = """\
[MAIN]
jobs=1
persistent=no
suggestion-mode=no
load-plugins=
unsafe-load-any-extension=no

[MESSAGES CONTROL]
disable=import-error,no-name-in-module,relative-beyond-top-level,import-self,no-member,missing-module-docstring,missing-class-docstring,missing-function-docstring,
        invalid-name,line-too-long,too-few-public-methods,duplicate-code,wrong-import-order,wrong-import-position,fixme

[REPORTS]
reports=no
score=no
"""
"""Neither dependencies nor packages are here, only single files, and style is the project's own business: what stays
are likely mistakes."""


@dataclass(frozen=True)
class Started:
    """Linters at work, None for one that could not be started; `places` says which copy is of which file."""

    processes: dict[str, subprocess.Popen[bytes] | None]
    folder: Path
    places: dict[str, Location]
    deadline: float


def start(parts: Iterable[Part], load: Callable[[File], bytes], folder: Path) -> Started | None:
    """Start the linters on the own Python files of all parts, in an empty private folder; None where there are none."""
    copies = folder / "files"
    places: dict[str, Location] = {}
    for number, part in enumerate(parts):
        for file in part.files:
            if file.language != "python" or file.category is not Category.OWN or file.size > BYTES:
                continue
            if len(places) == FILES:
                break
            name = f"{number}/{len(places)}.py"  # short: a command line of Windows holds 32,767 characters
            copy = copies / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            try:
                copy.write_bytes(load(file))
            except OSError:
                continue
            places[name] = file.location
    if not places:
        return None
    (folder / "pylintrc").write_text(_PYLINTRC, encoding="utf-8")
    listed = sorted(places)
    bandit = ["bandit", "--format=json", "--quiet", "--exit-zero", "--ignore-nosec", "--output=../bandit.json", *listed]
    pylint = ["pylint", "--rcfile=../pylintrc", "--output-format=json2:../pylint.json", "--exit-zero", *listed]
    processes = {words[0]: _run(words, copies) for words in (bandit, pylint)}
    return Started(processes, folder, places, time.monotonic() + SECONDS)


def _run(words: list[str], folder: Path) -> subprocess.Popen[bytes] | None:
    given = children.environment()
    keep = {name: value for name, value in given.items() if not name.startswith(("PYLINT", "BANDIT"))}
    keep["PYLINTHOME"] = str(folder.parent / "cache")
    try:
        Path.home()
    except RuntimeError:  # a user without a home, as in a container, without whom pylint ends at once
        keep["HOME"] = str(folder.parent)
    return children.start(children.python("-m", *words), keep, subprocess.DEVNULL, folder)


def finish(started: Started | None) -> tuple[list[LintResult], list[Gap]]:
    """Wait for the linters, no longer than they have. One that did not finish is a gap, and no result."""
    results: list[LintResult] = []
    gaps: list[Gap] = []
    if started is None:
        return results, gaps
    part = min(location.part for location in started.places.values())
    for tool, process in started.processes.items():
        if process is None:
            gaps.append(Gap(Location(part), "lint", f"{tool} could not be started here"))
            continue
        try:
            process.wait(max(0.1, started.deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            reason = f"{tool} did not finish in {SECONDS} seconds; run it by hand where its answer matters"
            gaps.append(Gap(Location(part), "lint", reason))
            continue
        try:
            data = json.loads((started.folder / f"{tool}.json").read_bytes())
        except (OSError, ValueError):
            gaps.append(Gap(Location(part), "lint", f"{tool} gave no answer (exit status {process.returncode})"))
            continue
        results.append(_result(tool, _messages(tool, data, started.places), len(started.places)))
    return results, gaps


def stop(started: Started | None) -> None:
    """End linters that still work, where nobody waits for them any more."""
    for process in started.processes.values() if started else ():
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()


def _messages(tool: str, data: Any, places: dict[str, Location]) -> list[LintMessage]:
    if tool == "bandit":
        rows = [
            (row["filename"], row["line_number"], row["test_id"], row["issue_severity"], row["issue_text"])
            for row in data.get("results", ())
        ]
    else:
        rows = [
            (row["path"], row["line"], row["symbol"], row["type"], row["message"]) for row in data.get("messages", ())
        ]
    found: list[LintMessage] = []
    for name, line, code, severity, text in rows:
        place = places.get(str(name).replace(os.sep, "/").removeprefix("./"))
        if place is not None:
            where = Location(place.part, place.path, int(line or 0))
            found.append(LintMessage(where, code, _SEVERITY.get(severity, "warning"), _text(code, text)))
    return found


def _text(code: str, text: str) -> str:
    """A message on one line; those of bandit that quote a password end before it."""
    if code in {"B105", "B106", "B107"}:
        text = text.partition(":")[0]
    return visible(mask(text))


def _result(tool: str, messages: list[LintMessage], files: int) -> LintResult:
    from importlib.metadata import version

    messages.sort(key=lambda message: (ORDER.index(message.severity), message.code, message.location))
    counts = Counter(message.severity for message in messages)
    return LintResult(
        tool=tool,
        version=version(tool),
        files=files,
        counts={severity: counts[severity] for severity in ORDER if counts[severity]},
        worst=tuple(messages[:WORST]),
    )
