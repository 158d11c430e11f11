"""Compare a scan with the floor and with other tools, side by side on the same checkouts.

    python benchmarks/compare.py CHECKOUT... [--runs 5] [--json FILE]

Prints a Markdown table: medians of the wall time in seconds, the largest process in MB, and how many times slower than
the scan each is. `benchmarks/README.md` says what takes part and where the checkouts come from.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

FORMATS = ("html", "json", "markdown", "sarif")
PATIENCE = 20
"""Seconds after which a contestant is run only once."""
RULE = """\
rules:
  - id: shell
    languages: [python]
    severity: WARNING
    message: a shell is started
    pattern: subprocess.$CALL(..., shell=True, ...)
"""


@dataclass(frozen=True)
class Run:
    """What one run took."""

    seconds: float
    megabytes: float


def floor(checkout: str) -> None:
    """Read every tracked byte once, and the history once: what any tool has to do."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=checkout, capture_output=True, check=True).stdout
    for name in filter(None, listed.split(b"\0")):
        path = Path(checkout, os.fsdecode(name))
        if path.is_file() and not path.is_symlink():
            path.read_bytes()
    log = ["git", "log", "--all", "--no-renames", "--format=%H%x00%P%x00%an%x00%ae%x00%at%x00%B"]
    subprocess.run(log, cwd=checkout, stdout=subprocess.DEVNULL, check=True)


def _ours(checkout: Path, output: Path) -> list[str]:
    formats = [word for name in FORMATS for word in ("--format", name)]
    here = [sys.executable, "-m", "evidence_check"]
    return [*here, "scan", str(checkout), "--no-lint", "--output", str(output), *formats]


def contestants(checkout: Path, room: Path) -> dict[str, Callable[[], Run]]:
    """What takes part. The first scan finds an empty cache, the repeat what the first one left there."""
    place, rule = str(checkout), room / "rule.yaml"
    rule.write_text(RULE, encoding="utf-8")
    environment = dict(os.environ) | {"XDG_CACHE_HOME": str(room / "cache")}
    scan = _ours(checkout, room / "output")

    def first() -> Run:
        shutil.rmtree(room / "cache", ignore_errors=True)
        return run(scan, environment)

    peers = {
        "checkov": ["checkov", "--directory", place, "--quiet", "--compact", "--skip-download"],
        "repolinter": ["repolinter", "lint", place],
        "linguist-js": ["linguist-js", "--analyze", place],
        "bandit": ["bandit", "--quiet", "--recursive", place],
        "semgrep": ["semgrep", "scan", "--config", str(rule), "--metrics", "off", "--disable-version-check", place],
    }
    return {
        "scan, first": first,
        "scan, repeated": lambda: run(scan, environment),
        "--help": lambda: run([sys.executable, "-m", "evidence_check", "--help"], environment),
        "floor": lambda: run([sys.executable, __file__, "--floor", place], environment),
        **{name: _peer(command) for name, command in peers.items() if shutil.which(command[0])},
    }


def _peer(command: list[str]) -> Callable[[], Run]:
    return lambda: run(command, dict(os.environ))


def run(command: list[str], environment: Mapping[str, str]) -> Run:
    """Run a command whose findings, and so its exit code, do not matter here, unless it breaks."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, env=environment)
        if hasattr(os, "wait4"):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            peak = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
        else:
            process.wait()
            peak = 0.0
        seconds = time.perf_counter() - start
        if process.returncode not in {0, 1}:
            said.seek(0)
            complaint = said.read().decode(errors="replace")[-500:]
            sys.exit(f"{' '.join(command)} ended with {process.returncode}: {complaint}")
    return Run(seconds, peak)


def measure(checkout: Path, runs: int) -> dict[str, Run]:
    """The median time and largest size of each contestant. They run in turn, so that a busy machine is busy for all."""
    with tempfile.TemporaryDirectory() as room:
        taking_part = contestants(checkout, Path(room))
        taken: dict[str, list[Run]] = {name: [] for name in taking_part}
        for _ in range(runs):
            for name, contestant in taking_part.items():
                if not taken[name] or taken[name][0].seconds < PATIENCE:
                    taken[name].append(contestant())
    return {
        name: Run(statistics.median(each.seconds for each in found), max(each.megabytes for each in found))
        for name, found in taken.items()
    }


def table(results: Mapping[str, Mapping[str, Run]]) -> str:
    """A row for each contestant, a column for each checkout: time, size, and how many times the first scan's time."""
    names = list(dict.fromkeys(name for found in results.values() for name in found))
    rows = [["", *results], ["---", *("---:" for _ in results)]]
    for name in names:
        cells = []
        for found in results.values():
            one = found.get(name)
            times = one.seconds / found["scan, first"].seconds if one else 0
            cells.append(f"{one.seconds:.2f} s, {one.megabytes:.0f} MB, {times:.2f} x" if one else "")
        rows.append([name, *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _count(checkout: Path, *command: str) -> int:
    return len(subprocess.run(["git", *command], cwd=checkout, capture_output=True, check=True).stdout.splitlines())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("checkouts", nargs="*", type=Path, metavar="CHECKOUT")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    parser.add_argument("--floor", metavar="CHECKOUT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        floor(options.floor)
        return
    results: dict[str, dict[str, Run]] = {}
    for checkout in options.checkouts:
        files, commits = _count(checkout, "ls-files"), _count(checkout, "rev-list", "--all")
        title = f"{checkout.resolve().name} ({files:,} files, {commits:,} commits)"
        results[title] = measure(checkout, options.runs)
        print(f"{title}: measured", file=sys.stderr)
    print(table(results))
    if options.json:
        plain = {title: {name: vars(one) for name, one in found.items()} for title, found in results.items()}
        options.json.write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
