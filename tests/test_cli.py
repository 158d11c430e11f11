"""The command: what it prints and writes, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence_check.cli import main
from evidence_check.model import Outcome, Pack, Report, Verdict
from evidence_check.render import FORMATS
from evidence_check.render.json_report import load_report
from tests.render.sample import REPORT, hostile

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    def run_(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsysbinary.readouterr()
        return int(ended.value.code or 0), out.decode(), err.decode()

    return run_


class _Scan:
    """Stands for the scan itself: gives a report or raises, and remembers what it was asked."""

    def __init__(self) -> None:
        self.result: Report | BaseException = REPORT
        self.inputs: Sequence[str] = ()
        self.options: dict[str, Any] = {}

    def __call__(self, inputs: Sequence[str], *, progress: Callable[[str], None], **options: Any) -> Report:
        self.inputs, self.options = inputs, options
        progress("reading")
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


@pytest.fixture
def scan(monkeypatch: pytest.MonkeyPatch) -> _Scan:
    fake = _Scan()
    module = types.ModuleType("evidence_check.scan")
    module.scan = fake  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "evidence_check.scan", module)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1714815000")
    return fake


# --- scan -------------------------------------------------------------------------------------------------------------


def test_without_options_a_summary_is_printed(run: Run, scan: _Scan) -> None:
    code, out, err = run("scan", "infra", "app")
    assert code == 0
    assert out.startswith("Pre-assessment report\n")
    assert out.endswith("Full report: add --output DIR (HTML and JSON there).\n")
    assert "\x1b" not in out
    assert err == ""
    assert scan.inputs == ("infra", "app")
    assert scan.options == {
        "subfolder": "",
        "upstream": "",
        "case": "",
        "standard": "",
        "linters": True,
        "people": False,
        "offline": False,
    }


def test_options_reach_the_scan(run: Run, scan: _Scan, tmp_path: Path) -> None:
    case = tmp_path / "evidence-check.yaml"
    case.write_text("title: x\n")
    assert run("scan", ".", "--subfolder", "app", "--upstream", "u", "--case", str(case))[0] == 0
    given = {"subfolder": "app", "upstream": "u", "case": str(case), "standard": ""}
    assert scan.options == given | {"linters": True, "people": False, "offline": False}
    assert run("scan", "--case", str(case))[0] == 0
    assert scan.inputs == ()


@pytest.mark.parametrize(
    ("name", "start"), [("html", "<!DOCTYPE"), ("json", "{"), ("markdown", "# Pre"), ("sarif", "{")]
)
def test_one_format_goes_to_standard_output_whole(run: Run, scan: _Scan, name: str, start: str) -> None:
    code, out, _ = run("scan", ".", "--format", name)
    assert code == 0
    assert out.startswith(start)
    assert "Full report" not in out


def test_reports_are_written_beside_the_summary(run: Run, scan: _Scan, tmp_path: Path) -> None:
    target = tmp_path / "new" / "report"
    code, out, _ = run("scan", ".", "--output", str(target))
    assert code == 0
    assert sorted(path.name for path in target.iterdir()) == ["report.html", "report.json"]
    assert out.startswith("Pre-assessment report\n")
    assert f"Written: {target / 'report.html'}\nWritten: {target / 'report.json'}\n" in out
    assert load_report((target / "report.json").read_text()).provenance.generated == "2024-05-04T09:30:00Z"


def test_only_the_chosen_formats_are_written(run: Run, scan: _Scan, tmp_path: Path) -> None:
    every = [option for name in FORMATS for option in ("--format", name)]
    assert run("scan", ".", "--output", str(tmp_path / "all"), *every)[0] == 0
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == sorted(FORMATS.values())
    assert run("scan", ".", "--output", str(tmp_path / "one"), "--format", "markdown")[0] == 0
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["report.md"]


def test_a_second_run_replaces_the_first(run: Run, scan: _Scan, tmp_path: Path) -> None:
    run("scan", ".", "--output", str(tmp_path), "--format", "json")
    scan.result = replace(REPORT, title="another")
    run("scan", ".", "--output", str(tmp_path), "--format", "json")
    assert json.loads((tmp_path / "report.json").read_text())["title"] == "another"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_fault_while_rendering_leaves_the_earlier_report(
    run: Run, scan: _Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report.html").write_text("earlier")
    monkeypatch.setattr("evidence_check.render.json_report.render", lambda _report: 1 / 0)
    assert run("scan", ".", "--output", str(tmp_path))[0] == 3
    assert [path.read_text() for path in tmp_path.iterdir()] == ["earlier"]


def test_a_failed_write_leaves_nothing_behind(
    run: Run, scan: _Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "report.json").write_text("earlier")
    monkeypatch.setattr("os.replace", full)
    code, _, err = run("scan", ".", "--output", str(tmp_path), "--format", "json")
    assert (code, err) == (2, f"evidence-check: cannot write to {tmp_path}: No space left on device\n")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["earlier"]


def test_fails_only_where_asked_and_for_what_was_not_found(run: Run, scan: _Scan) -> None:
    assert run("scan", ".")[0] == 0
    code, _, err = run("scan", ".", "--fail-on", "incomplete")
    assert (code, err) == (1, "evidence-check: failed as asked: the pack is incomplete\n")
    assert REPORT.findings["source.branches"].outcome is Outcome.UNKNOWN
    ids = "not-found:S3,source.branches,tests.doubles,K2,K1,K14"
    code, _, err = run("scan", ".", "--fail-on", ids, "--fail-on", "not-found:tests.unit")
    assert (code, err) == (1, "evidence-check: failed as asked: not found: S3, tests.doubles\n")
    scan.result = replace(REPORT, pack=Pack(Verdict.CANNOT_TELL, ()))
    assert run("scan", ".", "--fail-on", "incomplete")[0] == 0


# --- pack -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "code"), [(Verdict.COMPLETE, 0), (Verdict.INCOMPLETE, 1), (Verdict.CANNOT_TELL, 1)]
)
def test_pack_ends_with_its_verdict(run: Run, scan: _Scan, verdict: Verdict, code: int) -> None:
    assert REPORT.pack is not None
    scan.result = replace(REPORT, pack=replace(REPORT.pack, verdict=verdict))
    text = run("pack", ".")
    told = run("pack", ".", "--format", "json")
    assert (text[0], told[0]) == (code, code)
    assert text[1].startswith(f"Pack: {verdict.value} (1 incomplete, 1 cannot tell, 1 complete)\n")
    assert all(item.title[:20] in text[1] for item in REPORT.pack.items)
    document = json.loads(told[1])
    assert document["pack"]["verdict"] == verdict.value
    assert [item["id"] for item in document["pack"]["items"]] == [item.id for item in REPORT.pack.items]
    assert scan.options["linters"] is False


def test_pack_of_what_cannot_be_opened_ends_with_2(run: Run, scan: _Scan) -> None:
    from evidence_check.submission.errors import Unusable

    scan.result = Unusable("x.zip: is encrypted")
    assert run("pack", "x.zip") == (2, "", "evidence-check: x.zip: is encrypted\n")
    assert run("pack")[0] == 2


# --- wrong use and bad input ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["scan"], "name what was handed in"),
        (["scan", ".", "--format", "html", "--format", "json"], "several formats need --output"),
        (["scan", ".", "--format", "pdf2"], "'pdf2' is not one of"),
        (["scan", ".", "--fail-on", "never"], "takes `incomplete` or `not-found:IDS`, not `never`"),
        (["scan", ".", "--fail-on", "not-found:"], "takes `incomplete`"),
        (["scan", ".", "--fail-on", "not-found:tests.units"], "did you mean tests.unit"),
        (["scan", ".", "--case", "/nowhere/case.yaml"], "does not exist"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_use_is_told_and_ends_with_2(run: Run, scan: _Scan, arguments: list[str], says: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert "Traceback" not in err
    assert scan.inputs == ()


def test_an_unknown_standard_is_told_before_the_scan(run: Run, scan: _Scan) -> None:
    code, _, err = run("scan", ".", "--standard", "ST9999")
    assert code == 2
    assert err == "evidence-check: no standard ST9999 version 1.0; there are: ST0825 version 1.0\n"
    assert scan.inputs == ()


def test_bad_input_is_one_clear_line(run: Run, scan: _Scan) -> None:
    from evidence_check.submission.errors import Unusable

    scan.result = Unusable("/x\x1b[31m\n::error::y: no such folder")
    code, out, err = run("scan", "/x")
    assert (code, out) == (2, "")
    assert err == "evidence-check: /x\\x1b[31m ::error::y: no such folder\n"


def test_broken_rules_are_one_clear_line(run: Run, scan: _Scan) -> None:
    from evidence_check.rulebook import BrokenRules

    scan.result = BrokenRules("tests.yaml", 7, "unknown fact `tset`", "did you mean `test`?")
    code, _, err = run("scan", ".")
    assert (code, err) == (2, "evidence-check: tests.yaml:7: unknown fact `tset`; did you mean `test`?\n")


def test_a_fault_of_ours_says_how_to_report_it(run: Run, scan: _Scan) -> None:
    scan.result = KeyError("x")
    code, out, err = run("scan", ".")
    assert (code, out) == (3, "")
    assert err.startswith("evidence-check: an unexpected fault (KeyError at test_cli.py:")
    assert len(err.splitlines()) == 1
    code, _, err = run("scan", ".", "--debug")
    assert code == 3
    assert "Traceback" in err
    assert run("--debug", "scan", ".")[0] == 3


def test_a_full_disk_is_no_fault_of_ours(run: Run, scan: _Scan) -> None:
    scan.result = OSError(28, "No space left on device")
    code, _, err = run("scan", ".")
    assert (code, err) == (
        2,
        "evidence-check: No space left on device: make room, or set TMPDIR to a place with room\n",
    )


def test_stopped_by_the_keyboard(run: Run, scan: _Scan, tmp_path: Path) -> None:
    scan.result = KeyboardInterrupt()
    code, _, err = run("scan", ".", "--output", str(tmp_path / "out"))
    assert code == 130
    assert err.strip() == "evidence-check: stopped"
    assert not (tmp_path / "out").exists()


# --- the other commands -----------------------------------------------------------------------------------------------


def test_explains_what_has_an_id(run: Run) -> None:
    code, out, _ = run("explain", "k11")
    assert code == 0
    assert out.startswith("K11\nMonitoring and alerting")
    assert "In the plan     Mapping of KSBs > Assessment method 1" in out


def test_what_nothing_is_called_is_told_with_what_is_near(run: Run) -> None:
    code, out, err = run("explain", "tests.units")
    assert (code, out) == (2, "")
    assert err.startswith("evidence-check: nothing is called `tests.units`; did you mean tests.unit")


def test_lists_what_is_looked_for_and_what_the_plan_holds(run: Run) -> None:
    signals, standard = run("signals")[1], run("standard")[1]
    assert "\n  cicd.automated-tests              Pipeline runs automated tests\n" in signals
    assert signals.startswith("Infrastructure as code\n")
    assert "\n  K11   Monitoring and alerting" in standard
    assert "\n  maximum 300 words" in standard
    assert "Method 2: Professional discussion" in standard


def test_version_says_tool_rules_and_standard(run: Run) -> None:
    code, out, _ = run("--version")
    tool, rules, standard = out.splitlines()
    assert code == 0
    assert tool.startswith("evidence-check ")
    assert len(rules) == len("rules ") + 16
    assert standard == "standard ST0825 version 1.0"


# --- as a process -----------------------------------------------------------------------------------------------------

_HEAVY = {
    "rich",
    "jinja2",
    "yaml",
    "jsonschema",
    "networkx",
    "hcl2",
    "git",
    "lxml",
    "docx",
    "PIL",
    "requests",
    "pylint",
}


def _python(code: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    variables = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parent.parent), **environment}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=variables)


def test_help_has_examples_and_imports_nothing_heavy() -> None:
    done = _python(
        "import atexit, sys; from evidence_check.cli import main;"
        f"atexit.register(lambda: print('HEAVY', sorted(set(sys.modules) & {_HEAVY!r})));"
        "main(['--help'])"
    )
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "evidence-check scan infra/ app/ analysis.docx" in text
    assert text.endswith("HEAVY []\n")


def test_python_m_is_the_same_command() -> None:
    done = subprocess.run([sys.executable, "-m", "evidence_check", "explain", "B3"], capture_output=True, check=True)
    assert done.stdout.startswith(b"B3")


def test_a_console_that_lacks_characters_gets_escapes() -> None:
    code = (
        "import sys, types; from tests.render.sample import *; m = types.ModuleType('evidence_check.scan');"
        "m.scan = lambda *_, **__: hostile(HOSTILE[-1]); sys.modules['evidence_check.scan'] = m;"
        "from evidence_check.cli import main; main(['scan', '.'{more}])"
    )
    summary = _python(code.replace("{more}", ""), PYTHONIOENCODING="cp1252")
    assert summary.returncode == 0, summary.stderr
    assert "\\u2602 \\u540d\\u524d" in summary.stdout.decode("cp1252")
    page = _python(code.replace("{more}", ", '--format', 'html'"), PYTHONIOENCODING="cp1252")
    assert "Ærøskøbing ☂ 名前" in page.stdout.decode("utf-8")


def test_a_reader_that_goes_away_is_no_fault() -> None:
    done = subprocess.run(
        f"{sys.executable} -m evidence_check standard | head -1", shell=True, capture_output=True, check=False
    )
    assert done.stdout.startswith(b"ST0825")
    assert done.stderr == b""


def test_hostile_texts_command_nothing_on_the_way_out(run: Run, scan: _Scan) -> None:
    scan.result = hostile("##[error]x ::error::y \x1b[2J")
    _, out, _ = run("scan", ".")
    assert "\x1b" not in out
    assert "##[" not in out
