"""The benchmark's command works; what it measures is for whoever runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import evidence_check
from tests.gitrepo import build

COMMAND = Path(__file__).parent.parent / "benchmarks" / "compare.py"


def test_every_contestant_is_measured(tmp_path: Path) -> None:
    checkout = build(tmp_path / "shop", "2024-03-01 Ada Lovelace <ada@example.org>: Start\n  app.py: x = 1\n")
    results = tmp_path / "results.json"
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "git").symlink_to(str(shutil.which("git")))
    (tools / "repolinter").write_text("#!/bin/sh\nexit 1\n")
    (tools / "repolinter").chmod(0o755)
    done = subprocess.run(
        [sys.executable, str(COMMAND), str(checkout), "--runs", "1", "--json", str(results)],
        capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(Path(evidence_check.__file__).parent.parent), "PATH": f"{tools}:/bin"},
    )  # fmt: skip
    header, _, *rows = done.stdout.splitlines()
    assert header == "|  | shop (1 files, 1 commits) |"
    (found,) = json.loads(results.read_text(encoding="utf-8")).values()
    assert [row.split(" | ")[0] for row in rows] == [f"| {name}" for name in found]
    assert {"scan, first", "scan, repeated", "--help", "floor", "repolinter"} <= set(found)
    assert found["scan, first"]["seconds"] > found["--help"]["seconds"] > 0
    assert found["scan, first"]["megabytes"] > 10
    assert "checkov" not in found
