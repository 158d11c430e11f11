"""Every line of the threat model has a test, and the test exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
LINES = [*(ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8").splitlines(), ""]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", "\n".join(LINES))))


def test_every_test_that_is_named_exists() -> None:
    missing = [
        f"{path}::{name}"
        for path, name in NAMED
        if name
        not in {
            node.name
            for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef)
        }
    ]
    assert len(NAMED) > 30
    assert missing == []


def test_every_way_in_names_a_test() -> None:
    heads = [number for number, line in enumerate(LINES) if line.endswith("| test |")]
    assert len(heads) == 5
    for head in heads:
        rows = LINES[head + 2 : LINES.index("", head + 2)]
        assert rows
        assert [row for row in rows if "::test_" not in row] == []
