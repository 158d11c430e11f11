"""Ten packs and more: what `pack` prints of each, its exit code, and how claims and diagram stand."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_check.model import Lookup, Report, Standing, Verdict
from evidence_check.render import terminal
from evidence_check.scan import scan
from tests import packs
from tests.gitrepo import git
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


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("packs")
    return {name: packs.hand_in(name, folder) for name in packs.names()}


def held(path: Path, text: str) -> None:
    """Set UPDATE_GOLDEN=1 to write them anew, and read the difference before you commit it."""
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", packs.names())
def test_golden(reports: dict[str, Report], name: str) -> None:
    held(GOLDEN / f"{name}.txt", told(reports[name]))


@pytest.mark.parametrize("name", packs.names())
@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command_itself(
    run: Run, cases: dict[str, Path], monkeypatch: pytest.MonkeyPatch, name: str, form: str  # noqa: F811 - the fixture
) -> None:  # fmt: skip
    """What it prints, and 0 where the pack is complete, 1 where it is not."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    code, out, err = run("pack", str(cases[name]), "--format", form)
    assert (code, err) == (1 if name in MISSING else 0, "")
    if form == "json":
        document = json.loads(out)
        assert document["pack"]["verdict"] == ("incomplete" if name in MISSING else "complete")
        document["provenance"]["rules_digest"] = "0" * 16
        held(GOLDEN / f"{name}.json", json.dumps(document, indent=2, sort_keys=True) + "\n")
    else:
        assert out.startswith("Pack: incomplete (" if name in MISSING else "Pack: complete (")
        printed = re.sub(r"rules [0-9a-f]{12}", "rules 000000000000", out)
        assert (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").startswith(printed)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda case: (case / "evidence-check.yaml").write_text("tittle: x\n"),
            "1: unknown key `tittle`; did you mean",
        ),
        (lambda case: (case / "evidence-check.yaml").write_text("standard-version: '1.1'\n"), 'write "1.0"'),
        (shutil.rmtree, "there is no such file or folder"),
    ],
)
def test_what_is_unusable_ends_with_two(
    run: Run, tmp_path: Path, spoil: Callable[[Path], object], said: str  # noqa: F811 - the fixture
) -> None:  # fmt: skip
    case = packs.hand_in("complete", tmp_path)
    spoil(case)
    code, out, err = run("pack", str(case))
    assert (code, out) == (2, "")
    assert said in err


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


def test_what_nobody_named_is_found_and_told_as_guessed(reports: dict[str, Report]) -> None:
    guessed = {guess.what: guess for guess in reports["nothing-named"].guesses}
    assert {what: guess.chosen for what, guess in guessed.items()} == {
        "analysis": "documents/analysis.docx",
        "diagram": "docs/architecture.puml:1",
        "summary": "documents/project-summary.md",
        "declaration": "documents/declaration.docx",
        "title": "A loans service for libraries",
    }
    assert [other.partition(" ")[0] for other in guessed["analysis"].others] == ["documents/analysis-draft.md"]
    assert [other.partition(" ")[0] for other in guessed["diagram"].others] == [
        "documents/architecture.mmd:1", "docs/page.svg:1",
    ]  # fmt: skip
    assert guessed["analysis"].mend == 'documents: {analysis: "documents/analysis.docx"}'


def test_what_a_guess_says_to_write_is_a_case_file_that_leaves_nothing_to_guess(
    reports: dict[str, Report], tmp_path: Path
) -> None:
    guesses = {guess.what: guess for guess in reports["nothing-named"].guesses}
    documents = [guesses[what].mend for what in ("analysis", "diagram", "summary", "declaration")]
    inner = ", ".join(line.removeprefix("documents: {").removesuffix("}") for line in documents)
    case = packs.hand_in("nothing-named", tmp_path)
    text = f"{guesses['title'].mend}\ndocuments: {{{inner.replace('.puml:1', '.puml')}}}\n"
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    named = scan([str(case)], case=str(tmp_path / "mine.yaml"), linters=False)
    assert named.guesses == ()
    assert named.pack is not None
    assert named.pack.verdict is Verdict.COMPLETE


def test_a_case_file_in_an_archive_is_read(tmp_path: Path) -> None:
    case = packs.hand_in("complete", tmp_path)
    archive = shutil.make_archive(str(tmp_path / "handed-in"), "zip", case)
    report = scan([archive], linters=False)
    assert (report.case, report.title) == ("PACK-001", "A loans service for libraries")
    assert report.pack is not None
    assert len(report.pack.items) == 11


def test_of_two_case_files_inside_neither_is_taken(tmp_path: Path) -> None:
    both = tmp_path / "case"
    for name in ("complete", "lying-claims"):
        packs.hand_in(name, both)
    assert scan([str(both)], linters=False).case == ""


def test_a_case_file_that_a_partial_clone_lacks_is_no_fault(tmp_path: Path) -> None:
    case = packs.hand_in("complete", tmp_path)
    bare = tmp_path / "bare"
    git(tmp_path, "clone", "--quiet", "--bare", str(case), str(bare))
    id_ = git(case, "rev-parse", "HEAD:evidence-check.yaml").strip()
    (bare / "objects" / id_[:2] / id_[2:]).unlink()
    report = scan([str(bare)], linters=False)
    assert report.case == ""
    assert any(gap.location.path == "evidence-check.yaml" for gap in report.gaps)


def test_a_case_file_beside_its_repositories_names_what_lies_in_them(tmp_path: Path) -> None:
    both = tmp_path / "case"
    for name in ("complete", "nothing-named"):
        packs.hand_in(name, both)
    text = (both / "complete" / "evidence-check.yaml").read_text(encoding="utf-8")
    git(both / "complete", "rm", "--quiet", "evidence-check.yaml")
    (both / "evidence-check.yaml").write_text(text.replace("documents/", "complete/documents/"), encoding="utf-8")
    report = scan([str(both)], linters=False)
    assert report.pack is not None
    assert report.pack.verdict is Verdict.COMPLETE
    (both / "evidence-check.yaml").unlink()
    guessed = {guess.what: guess for guess in scan([str(both)], linters=False).guesses}
    assert guessed["parts"].mend == "parts: [complete, nothing-named]"
    assert guessed["analysis"].mend == 'documents: {analysis: "complete/documents/analysis.docx"}'
    assert "nothing-named/documents/analysis.docx" in " ".join(guessed["analysis"].others)


def test_the_address_of_the_running_system_is_told_and_never_opened(reports: dict[str, Report]) -> None:
    live = reports["lying-claims"].live
    assert live is not None
    assert live.address == "http://loans.library.example/start"
    assert [str(item.location) for item in live.named] == ["documents/analysis.docx:6"]
    assert [remark.partition(":")[0] for remark in live.remarks] == [
        "It is http, so that nothing is encrypted on the way to it.",
        "It is a name that is kept for examples",
    ]  # fmt: skip
