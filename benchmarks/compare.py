"""Compare a scan with the floor and with other tools, side by side on the same checkouts.

    python benchmarks/compare.py CHECKOUT... [--runs 5] [--json FILE]

The floor is what any tool has to do: read every tracked byte once and run one `git log`. Each contestant runs in turn,
so that a busy machine is busy for all of them; the table has medians in seconds and how often slower than the floor
each is. `checkov` and `bandit` take part where they are installed. Linters of our own are off, all formats are written.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

FORMATS = ("html", "json", "markdown", "sarif")


def floor(checkout: Path) -> None:
    """Read every tracked byte once, and the history once."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=checkout, capture_output=True, check=True).stdout
    for name in filter(None, listed.split(b"\0")):
        path = checkout / os.fsdecode(name)
        if path.is_file() and not path.is_symlink():
            path.read_bytes()
    log = ["git", "log", "--all", "--no-renames", "--format=%H%x00%P%x00%an%x00%ae%x00%at%x00%B"]
    subprocess.run(log, cwd=checkout, stdout=subprocess.DEVNULL, check=True)


def ours(checkout: Path) -> None:
    """The whole scan with every format written."""
    with tempfile.TemporaryDirectory() as output:
        formats = [word for name in FORMATS for word in ("--format", name)]
        _run([sys.executable, "-m", "evidence_check", "scan", str(checkout), "--no-lint", "--output", output, *formats])


def _help(_checkout: Path) -> None:
    _run([sys.executable, "-m", "evidence_check", "--help"])


def _checkov(checkout: Path) -> None:
    _run(["checkov", "--directory", str(checkout), "--quiet", "--compact", "--skip-download"])


def _bandit(checkout: Path) -> None:
    _run(["bandit", "--quiet", "--recursive", str(checkout)])


def _run(command: list[str]) -> None:
    """Run a command whose findings, and so its exit code, do not matter here, unless it breaks."""
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode not in {0, 1}:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")


def contestants() -> dict[str, Callable[[Path], None]]:
    """What takes part, the floor first."""
    peers = {"checkov": _checkov, "bandit": _bandit}
    there = {name: run for name, run in peers.items() if shutil.which(name)}
    return {"floor": floor, "--help": _help, "evidence-check": ours, **there}


def measure(checkout: Path, runs: int) -> dict[str, float]:
    """The median of each contestant's wall time on a checkout, after a first round that is not counted."""
    taking_part = contestants()
    times: dict[str, list[float]] = {name: [] for name in taking_part}
    for round_ in range(runs + 1):
        for name, run in taking_part.items():
            start = time.perf_counter()
            run(checkout)
            if round_:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("checkouts", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results: dict[str, dict[str, float]] = {}
    for checkout in options.checkouts:
        medians = measure(checkout, options.runs)
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=checkout, capture_output=True, check=True).stdout
        print(f"\n{checkout.resolve().name} ({listed.count(0):,} files), median of {options.runs}")
        for name, seconds in medians.items():
            print(f"  {name:<16}{seconds:9.3f} s{seconds / medians['floor']:9.1f} x the floor")
        results[str(checkout)] = medians
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"\nLargest process: {peak} MB")
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
