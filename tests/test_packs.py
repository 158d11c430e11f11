"""Ten packs and more: what `pack` prints of each, its exit code, and how claims and diagram stand."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_check.model import Lookup, Report, Standing, Verdict
from evidence_check.render import terminal
from evidence_check.scan import scan
from tests import packs
from tests.test_cli import Run, run  # noqa: F401 - a fixture

GOLDEN = Path(__file__).parent / "golden" / "packs"
MISSING = {
    "no-diagram": {"architecture-diagram"},
    "no-analysis": {"analysis"},
    "no-source-code": {"source-code"},
    "no-scripts": {"scripts"},
    "no-configuration": {"configuration"},
    "no-gateway-items": {"summary", "declaration", "required-1", "date-sign-off"},
    "one-word-over": {"analysis"},
}
"""What is not complete; every other pack is complete."""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    folder = tmp_path_factory.mktemp("packs")
    return {name: scan([str(packs.hand_in(name, folder))], linters=False) for name in packs.names()}


def told(report: Report) -> str:
    """The checklist as printed, then how claims and diagram stand."""
    report = replace(report, provenance=replace(report.provenance, rules_digest="0" * 16))
    lines = [terminal.render_pack(report)]
    if report.claims:
        codes = {s: [ksb.code for ksb in report.claims.ksbs if ksb.standing is s] for s in Standing}
        lines += [f"{standing.value}: {' '.join(named)}" for standing, named in codes.items() if named]
        lines += [f"{m.result.value}: {m.what} {m.text}  {m.told}".rstrip() for m in report.claims.mentions]
    if report.drawing:
        drawing = report.drawing
        lists = {"matched": drawing.matched, "only drawn": drawing.only_drawn, "only in code": drawing.only_in_code}
        lines += [f"{name}: {', '.join(thing.label for thing in things)}" for name, things in lists.items()]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", packs.names())
def test_golden(reports: dict[str, Report], name: str) -> None:
    """Set UPDATE_GOLDEN=1 to write them anew, and read the difference before you commit it."""
    path, text = GOLDEN / f"{name}.txt", told(reports[name])
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", packs.names())
def test_exactly_what_is_missing_is_not_complete(reports: dict[str, Report], name: str) -> None:
    pack = reports[name].pack
    assert pack is not None
    assert {item.id for item in pack.items if item.verdict is not Verdict.COMPLETE} == MISSING.get(name, set())
    assert pack.verdict is (Verdict.INCOMPLETE if name in MISSING else Verdict.COMPLETE)


def test_claims_that_lie_are_told(reports: dict[str, Report]) -> None:
    claims = reports["lying-claims"].claims
    assert claims is not None
    results = {mention.text: mention.result for mention in claims.mentions}
    assert results == {
        ".github/workflows/deploy.yml": Lookup.GONE,
        "40 tests": Lookup.DIFFERENT,
        "200 commits": Lookup.DIFFERENT,
        "Terraform": Lookup.THERE,
        "modules/main.tf": Lookup.MOVED,
        "infra/main.tf, line 400": Lookup.DIFFERENT,
        "PagerDuty": Lookup.GONE,
        "Grafana": Lookup.GONE,
        "Trivy": Lookup.THERE,
        "OWASP ZAP": Lookup.GONE,
        "docs/threat-model.md": Lookup.GONE,
        "0a1b2c3d4e": Lookup.GONE,
        "https://loans.library.example": Lookup.NOT_CHECKED,
    }


def test_traps_are_no_codes_and_slips_are_told(reports: dict[str, Report]) -> None:
    claims = reports["code-traps"].claims
    assert claims is not None
    claimed = {ksb.code: ksb.standing for ksb in claims.ksbs if ksb.places}
    assert set(claimed) == {"K1", "K7", "K11", "K15", "S6", "S15", "S18", "K3", "S13", "K39"}
    assert {code for code, standing in claimed.items() if standing is Standing.OTHER_METHOD} == {"K3", "S13"}
    assert claimed["K39"] is Standing.NO_SUCH


def test_the_diagram_s_differences_change_nothing_else(reports: dict[str, Report]) -> None:
    same, other = reports["complete"], reports["diagram-differs"]
    assert same.drawing is not None
    assert other.drawing is not None
    assert not same.drawing.only_drawn
    assert not same.drawing.only_in_code
    assert [thing.label for thing in other.drawing.only_drawn] == ["Redis cache", "SQS queue"]
    assert [thing.label for thing in other.drawing.only_in_code] == ["load balancer: front", "monitoring: errors"]
    assert same.claims is not None
    assert other.claims is not None
    assert [k.standing for k in same.claims.ksbs] == [k.standing for k in other.claims.ksbs]
    assert same.findings.keys() == other.findings.keys()
    assert all(same.findings[id_].outcome is other.findings[id_].outcome for id_ in same.findings)


@pytest.mark.parametrize(("name", "code"), [("complete", 0), ("no-diagram", 1)])
def test_the_command_itself(run: Run, tmp_path: Path, name: str, code: int) -> None:  # noqa: F811 - the fixture
    case = packs.hand_in(name, tmp_path)
    assert run("pack", str(case))[0] == code
    ended, out, _ = run("pack", str(case), "--format", "json")
    assert (ended, json.loads(out)["pack"]["verdict"]) == (code, "incomplete" if code else "complete")
