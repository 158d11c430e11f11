"""The GitHub Action: pinned, injection-free, and its steps work as a runner would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from evidence_check.render.json_report import render as as_json
from tests.render.sample import REPORT

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}

_STUB = """#!{python}
import json, os, sys
arguments = sys.argv[1:]
if arguments[:1] == ["-c"]:
    exec(compile(arguments[1], "step", "exec"))
    sys.exit()
with open(os.environ["SEEN"], "w", encoding="utf-8") as file:
    json.dump(arguments, file)
folder = next(a.partition("=")[2] for a in arguments if a.startswith("--output="))
if os.environ.get("WRITES") != "nothing":
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "report.json"), "w", encoding="utf-8") as file:
        file.write(open(os.environ["SAMPLE"], encoding="utf-8").read())
    with open(os.path.join(folder, "report.md"), "w", encoding="utf-8") as file:
        file.write("# Pre-assessment report\\n")
sys.exit(int(os.environ.get("CODE", "0")))
"""


def test_everything_used_is_pinned_and_nothing_is_put_into_a_shell() -> None:
    for step in STEPS.values():
        if "uses" in step:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
        else:
            assert "${{" not in step["run"]
            assert step["shell"] == "bash"
            assert step["env"]["PYTHONSAFEPATH"] == "1"


def test_every_input_and_output_is_connected() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert {name for name in ACTION["inputs"] if f"inputs.{name}" not in text} == set()
    for name, output in ACTION["outputs"].items():
        assert output["value"] == f"${{{{ steps.scan.outputs.{name} }}}}"


class _Runner:
    """A runner's workspace with the scan step's environment."""

    def __init__(self, root: Path) -> None:
        self.workspace = root / "work space"
        self.workspace.mkdir()
        self.summary, self.output, self.seen = root / "summary", root / "output", root / "seen"
        tool = root / "tool" / "bin"
        tool.mkdir(parents=True)
        stub = tool / "python"
        stub.write_text(_STUB.replace("{python}", sys.executable), encoding="utf-8")
        stub.chmod(0o755)
        (root / "sample.json").write_text(as_json(REPORT), encoding="utf-8")
        defaults = {name.upper().replace("-", "_"): item.get("default", "") for name, item in ACTION["inputs"].items()}
        self.variables = defaults | {
            "PATH": os.environ["PATH"],
            "TOOL": str(root / "tool"),
            "SAMPLE": str(root / "sample.json"),
            "SEEN": str(self.seen),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.output),
        }

    def scan(self, **variables: str) -> tuple[int, list[str]]:
        """Exit code of the step, and the arguments that the command was given."""
        step = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEPS["Scan"]["run"]]
        done = subprocess.run(
            step, cwd=self.workspace, env=self.variables | variables, capture_output=True, check=False
        )
        arguments: list[str] = yaml.safe_load(self.seen.read_text(encoding="utf-8"))
        return done.returncode, arguments

    def outputs(self) -> dict[str, str]:
        found = re.findall(
            r"^(.+?)<<(\w+)\n(.*?)\n\2$", self.output.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
        return {name: value for name, _, value in found}


@pytest.fixture
def runner(tmp_path: Path) -> _Runner:
    return _Runner(tmp_path)


def test_defaults_scan_the_checkout_and_fill_summary_and_outputs(runner: _Runner) -> None:
    code, arguments = runner.scan()
    assert code == 0
    assert arguments == [
        "-m", "evidence_check", "scan", "--output=evidence-report", "--standard=ST0825", "--format=json",
        "--format=markdown", "--format=html", "--", ".",
    ]  # fmt: skip
    assert runner.summary.read_text(encoding="utf-8") == "# Pre-assessment report\n"
    assert runner.outputs() == {
        "verdict": "incomplete", "evidenced": "2", "partly": "3", "not-found": "1", "not-checked": "2",
        "assessor-only": "2", "report": "evidence-report",
    }  # fmt: skip
    assert set(runner.outputs()) == set(ACTION["outputs"])


def test_inputs_reach_the_command_as_they_are(runner: _Runner, tmp_path: Path) -> None:
    evil = '$(touch "$SEEN.pwned"); `touch x` && echo'
    code, arguments = runner.scan(
        PATHS=f"infra dir\n\n{evil}\n--help\n", CASE=evil, SUBFOLDER="a b", UPSTREAM="-x", OUTPUT="out dir/r",
        FAIL_ON=f"incomplete\n{evil}\n", FORMATS="html sarif",
    )  # fmt: skip
    assert code == 0
    assert arguments[2:] == [
        "scan", "--output=out dir/r", "--standard=ST0825", "--format=json", "--format=markdown", "--format=html",
        "--format=sarif", f"--case={evil}", "--subfolder=a b", "--upstream=-x", "--fail-on=incomplete",
        f"--fail-on={evil}", "--", "infra dir", evil, "--help",
    ]  # fmt: skip
    assert runner.outputs()["report"] == "out dir/r"
    assert not list(tmp_path.glob("**/*pwned*"))
    assert not (runner.workspace / "x").exists()


def test_a_failing_condition_fails_the_step_after_the_summary(runner: _Runner) -> None:
    assert runner.scan(CODE="1")[0] == 1
    assert runner.summary.exists()
    assert runner.outputs()["verdict"] == "incomplete"


def test_an_old_report_is_not_taken_for_this_run(runner: _Runner) -> None:
    runner.scan()
    runner.summary.unlink()
    runner.output.unlink()
    assert runner.scan(CODE="2", WRITES="nothing")[0] == 2
    assert not runner.summary.exists()
    assert not runner.output.exists()


def test_a_submission_cannot_shadow_what_python_imports(runner: _Runner) -> None:
    (runner.workspace / "json.py").write_text("raise SystemExit('shadowed')")
    (runner.workspace / "collections.py").write_text("raise SystemExit('shadowed')")
    assert runner.scan(PYTHONSAFEPATH="1")[0] == 0
    assert runner.outputs()["verdict"] == "incomplete"
