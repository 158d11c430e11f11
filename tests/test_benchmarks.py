"""The benchmark's command works; what it measures is for whoever runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import evidence_check
from tests.gitrepo import build

COMMAND = Path(__file__).parent.parent / "benchmarks" / "compare.py"


def test_every_contestant_is_measured(tmp_path: Path) -> None:
    checkout = build(tmp_path / "shop", "2024-03-01 Ada Lovelace <ada@example.org>: Start\n  app.py: x = 1\n")
    results = tmp_path / "results.json"
    done = subprocess.run(
        [sys.executable, str(COMMAND), str(checkout), "--runs", "1", "--json", str(results)],
        capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(Path(evidence_check.__file__).parent.parent)},
    )  # fmt: skip
    assert "shop (1 files), median of 1" in done.stdout
    (medians,) = json.loads(results.read_text(encoding="utf-8")).values()
    assert {"floor", "--help", "evidence-check"} <= set(medians)
    assert 0 < medians["floor"] < medians["evidence-check"]
