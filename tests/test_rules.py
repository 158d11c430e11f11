"""Every rule fires on its cases and stays quiet on their look-alikes.

The cases stand in `tests/cases/<group>.yaml`, by signal:

    iac.remote-state:
      fires:
        - name: an S3 backend
          technology: terraform          # optional: among the technologies of the evidence
          where: main.tf:2               # optional: the place of a piece of evidence, path or path:line
          files:
            main.tf: |
              terraform {
                backend "s3" {}
              }
      quiet:
        - name: a local backend is not shared
          files: {...}
      unknown:                           # optional: the outcome where something could not be read
        - ...

`files` are those of one part (`parts: {app: {...}, infra: {...}}` for several), their category told by the inventory as
in a scan. Signals of the history take a `history` instead: the text of `tests/gitrepo.py`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from evidence_check.model import Outcome
from evidence_check.rulebook import Rulebook, load_rules
from tests.support import detect_in

if TYPE_CHECKING:
    from evidence_check.model import Finding

CASES = Path(__file__).parent / "cases"


@cache
def rulebook() -> Rulebook:
    return load_rules()


@cache
def alone(signal: str) -> Rulebook:
    """The rulebook with one rule: the index of all of them takes longer to build than a case to read."""
    return replace(rulebook(), rules={signal: rulebook().rules[signal]})


def load_cases() -> list[tuple[str, str, dict[str, Any]]]:
    """(signal, expected outcome, case) of every case file."""
    words = {"fires": "present", "quiet": "absent", "unknown": "unknown"}
    return [
        (signal, outcome, case)
        for path in sorted(CASES.glob("*.yaml"))
        for signal, kinds in yaml.load(path.read_bytes(), yaml.CSafeLoader).items()
        for kind, outcome in words.items()
        for case in kinds.get(kind, ())
    ]


ALL = load_cases()


@pytest.mark.parametrize(("signal", "outcome", "case"), ALL, ids=[f"{s}-{o}-{c['name']}" for s, o, c in ALL])
def test_case(signal: str, outcome: str, case: dict[str, Any]) -> None:
    finding: Finding = detect_in(alone(signal), case)[signal]
    assert finding.outcome == Outcome(outcome), [str(evidence) for evidence in finding.evidence[:3]]
    if "technology" in case:
        assert case["technology"] in {evidence.technology for evidence in finding.evidence}
    if "where" in case:
        places = {str(evidence.location) for evidence in finding.evidence}
        places |= {evidence.location.path for evidence in finding.evidence}
        assert str(case["where"]) in places


def test_every_rule_has_a_case_that_fires_and_a_look_alike() -> None:
    fires = {signal for signal, outcome, _ in ALL if outcome == "present"}
    quiet = {signal for signal, outcome, _ in ALL if outcome == "absent"}
    assert set(rulebook().rules) - fires == set(), "signals without a case that fires"
    assert set(rulebook().rules) - quiet == set(), "signals without a look-alike that stays quiet"


def test_every_case_is_of_a_rule() -> None:
    assert {signal for signal, _, _ in ALL} <= set(rulebook().rules)
