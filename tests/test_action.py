"""The GitHub Action: pinned, injection-free, and every `run:` step works as a runner would run it, unstubbed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import evidence_check
from evidence_check.github.summary import LIMIT
from tests.github.fake_github import GitHub, serve
from tests.github.runner import ACTION, HOSTILE_BRANCH, ROOT, Runner, evaluate, read_outputs
from tests.gitrepo import build, git

STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
INSTALL, SCAN, COMMENT = "Install evidence-check", "Scan", "Comment on the pull request"
HISTORY = """
2024-03-01 Ada Lovelace <ada@example.org>: Start the service
  README.md: # Clinic\\nBookings of a clinic.
  app/app.py: def book(day):\\n    return day
  app/Dockerfile: FROM python:latest\\nCOPY . .
  infra/main.tf: resource "aws_security_group" "web" {\\n  ingress {\\n    from_port = 22\\n    to_port = 22\\n    protocol = "tcp"\\n    cidr_blocks = ["0.0.0.0/0"]\\n  }\\n}
2024-03-02 Ada Lovelace <ada@example.org>: Build it in a pipeline
  .github/workflows/ci.yml: on: push\\njobs:\\n  test:\\n    runs-on: ubuntu-latest\\n    steps:\\n      - run: pytest || true
2024-03-03 Ada Lovelace <ada@example.org>: ::error::pwned by a subject
  docs/notes.md: ::error file=x::pwned\\n##[error]pwned
"""  # noqa: E501 - a line is a file
PULL = {"pull_request": {"number": 7, "head": {"repo": {"full_name": "ada/clinic"}}}}

posix = pytest.mark.skipif(os.name == "nt", reason="the steps of a Windows runner need its own bash")


# --- the file ---------------------------------------------------------------------------------------------------------


def test_everything_used_is_pinned_and_nothing_is_put_into_a_shell() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    for step in STEPS.values():
        if "uses" in step:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
            assert re.search(rf"uses: {re.escape(step['uses'])} # v\d+\.\d+\.\d+\n", text), "its version is said"
        else:
            assert "${{" not in step["run"]
            assert step["shell"] == "bash"
            assert step["env"]["PYTHONSAFEPATH"] == "1"


def test_every_input_and_output_is_connected_and_in_the_readme() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("## As a GitHub Action")[2]
    section = readme.partition("\n## ")[0]
    assert {name for name in ACTION["inputs"] if f"inputs.{name}" not in text} == set()
    for name, output in ACTION["outputs"].items():
        assert output["value"] == f"${{{{ steps.scan.outputs.{name} }}}}"
    rows = [row.split("|")[1] for row in section.splitlines() if row.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([\w-]+)`", row)} == {*ACTION["inputs"], *ACTION["outputs"]}


def test_only_the_comment_sees_the_token() -> None:
    assert [name for name, step in STEPS.items() if "inputs.token" in str(step)] == [COMMENT]


def test_what_is_opt_in_is_off_by_itself() -> None:
    assert ACTION["inputs"]["comment"]["default"] == "false"
    assert ACTION["inputs"]["sarif-upload"]["default"] == "false"
    upload = next(step for step in STEPS.values() if step.get("uses", "").startswith("github/codeql-action/"))
    assert "inputs.sarif-upload == 'true'" in upload["if"]
    assert upload["with"]["sarif_file"] == "${{ steps.scan.outputs.report }}/report.sarif"


# --- its steps --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """RUNNER_TEMP with the tool that the install step put there, offline: pip builds the package and takes nothing.

    What pip would fetch besides, the dependencies, is lent from the environment of the tests.
    """
    base = tmp_path_factory.mktemp("runner")
    action, temp = base / "the action", base / "runner temp"
    package = Path(evidence_check.__file__).parent
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        action.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, action)
    shutil.copytree(ROOT / "rules", action / "rules")
    # The installed package has the rules and compiled templates in it; its source has not.
    shutil.copytree(
        package, action / "evidence_check", ignore=shutil.ignore_patterns("rules", "compiled-*", "__pycache__")
    )
    temp.mkdir()
    values = {"github.action_path": str(action), "runner.temp": str(temp)}
    environment = {name: evaluate(text, values) for name, text in STEPS[INSTALL]["env"].items()}
    lent = sysconfig.get_path("purelib")
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PYTHONPATH": lent}
    workspace = base / "work space"
    workspace.mkdir()
    for name in ("json", "pip", "venv", "ensurepip", "site", "hatchling"):
        (workspace / f"{name}.py").write_text("raise SystemExit('shadowed')")
    runner = Runner(workspace, temp, base / "files", variables=offline)
    step, _ = runner.execute(STEPS[INSTALL]["run"], environment)
    assert step.code == 0, step.log
    assert {path.name for path in action.iterdir()} == {
        "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "rules", "evidence_check",
    }, "nothing is written beside the action"  # fmt: skip
    [site] = [*temp.glob("evidence-check/lib/*/site-packages"), *temp.glob("evidence-check/Lib/site-packages")]
    (site / "lent.pth").write_text(lent, encoding="utf-8")
    return temp


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a hostile branch, hostile names and hostile texts."""
    folder = build(tmp_path_factory.mktemp("origin") / "origin", HISTORY)
    for name in ("::error::pwned.tf", "$(touch pwned).sh", "line\nbreak ::error::pwned.yml", "a%0A::error::pwned.py"):
        (folder / name).write_text("# nothing\n")
    workflow = folder / ".github" / "workflows" / "ci.yml"
    workflow.write_bytes(workflow.read_bytes().replace(b"\n", b"\r\n"))
    (folder / "json.py").write_text("raise SystemExit('shadowed')")
    (folder / "evidence_check.py").write_text("raise SystemExit('shadowed')")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "::error::pwned", date="2024-03-04T12:00:00Z")
    return folder


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serve(GitHub()) as server:
        yield server


def _checkout(origin: Path, place: Path, temp: Path, *options: str) -> Runner:
    workspace = place / "work space"
    git(place, "clone", "--quiet", *options, origin.as_uri(), str(workspace))
    git(workspace, "checkout", "--quiet", "-b", HOSTILE_BRANCH)
    return Runner(workspace, temp, place / "runner's files")


def _obeyed(runner: Runner, *steps: Any) -> None:
    """Nothing of the submission was obeyed."""
    for step in steps:
        names = {name for name, _, _ in step.commands}
        assert names <= {"group", "endgroup", "error", "warning", "notice"}
        assert not any("pwned" in told for _, told, _ in step.commands if not told.startswith("title="))
        assert "shadowed" not in step.log
    assert not list(runner.workspace.rglob("pwned"))
    assert not list(runner.files.rglob("pwned"))


@posix
def test_on_a_full_clone_with_everything_asked_for(origin: Path, temp: Path, tmp_path: Path, github: GitHub) -> None:
    runner = _checkout(origin, tmp_path, temp)
    runner.event, runner.variables = PULL, {"GITHUB_API_URL": github.url}
    github.add("A person's comment", {"login": "bob", "type": "User"})
    everything = {
        "comment": "true", "token": "t0ken", "sarif_upload": "true", "formats": "html", "output": "the reports",
    }  # fmt: skip
    earlier = str(tmp_path / "earlier" / "report.json")

    first = runner.run(**everything, previous=earlier)
    assert {name: step.code for name, step in first.items()} == {SCAN: 0, COMMENT: 0}
    reports = runner.workspace / "the reports"
    assert {path.name for path in reports.iterdir()} == {
        "report.json", "report.md", "report.html", "report.sarif", "comment.md",
    }  # fmt: skip
    scan = first[SCAN]
    assert "# Pre-assessment report" in scan.summary
    assert "shallow" not in scan.summary + scan.log
    assert re.search(r"^::stop-commands::([0-9a-f]{32})\n.*^::\1::\n::endgroup::\n", scan.log, re.MULTILINE | re.DOTALL)
    assert "Since the last report" not in scan.summary
    notices = scan.annotations("notice")
    assert notices[0][0] == "title=First report"
    assert f"There is no earlier report at `{earlier}`" in notices[0][1]
    assert ("title=Sensitive port open to the world,file=infra/main.tf,line=2" in
            [told for told, _ in scan.annotations("warning")])  # fmt: skip
    assert "t0ken" not in scan.log + first[COMMENT].log
    _obeyed(runner, *first.values())

    shutil.move(reports, Path(earlier).parent)
    (runner.workspace / "infra" / "main.tf").write_text("")
    git(runner.workspace, "commit", "--quiet", "--all", "--message", "Close the port")
    second = runner.run(**everything, previous=earlier)
    assert "- Fixed: **Sensitive port open to the world** (`risk.open-ingress`)" in second[SCAN].summary
    assert "title=Since the last report" in [told for told, _ in second[SCAN].annotations("notice")]
    assert len(github.comments) == 2, "the second run writes over the first's"
    assert "## Since the last report" in github.bodies()[1]
    assert "](https://github.com/ada/clinic/actions/runs/12345)" in github.bodies()[1]
    _obeyed(runner, *second.values())


@posix
def test_on_a_shallow_clone_the_mend_is_said_once(origin: Path, temp: Path, tmp_path: Path) -> None:
    runner = _checkout(origin, tmp_path, temp, "--depth=1")
    scan = runner.run(fail_on="incomplete\r\n", formats="")[SCAN]
    assert scan.code == 1
    assert scan.annotations("error") == [("title=This job fails", "The pack is incomplete.")]
    said = [message for _, message in scan.annotations("warning") if "fetch-depth" in message]
    assert len(said) == 1
    assert re.fullmatch(
        r"The checkout is shallow, so \d+ questions about the work's history could not be answered. "
        r"Give the step that uses actions/checkout `fetch-depth: 0`.",
        said[0],
    )
    top = scan.summary.partition("\n## ")[0]
    assert said[0] in top
    assert "This job fails: the pack is incomplete" in top
    outputs = read_outputs((runner.files / "github_output").read_text(encoding="utf-8"))
    assert set(outputs) == set(ACTION["outputs"])
    assert outputs["verdict"] == "incomplete"
    assert outputs["report"] == "evidence-report"
    assert sum(int(value) for value in outputs.values() if value.isdecimal()) == 31
    _obeyed(runner, scan)


@posix
def test_inputs_reach_the_command_as_they_are(origin: Path, temp: Path, tmp_path: Path) -> None:
    """Folders of the checkout as parts, with CRLF between them: places are told from the checkout's root."""
    runner = _checkout(origin, tmp_path, temp)
    runner.summary = "x" * (LIMIT - 30_000)
    scan = runner.run(paths="infra\r\napp\r\n", sarif_upload="true", output="$(touch pwned) `x`/r")[SCAN]
    assert scan.code == 0
    assert len(scan.summary.encode()) <= LIMIT
    assert "## Left out" in scan.summary
    warnings = [told for told, _ in scan.annotations("warning")]
    assert "title=Sensitive port open to the world,file=infra/main.tf,line=2" in warnings
    assert "title=Images by a moving tag,file=app/Dockerfile,line=1" in warnings
    folder = runner.workspace / "$(touch pwned) `x`" / "r"
    results = json.loads((folder / "report.sarif").read_text())["runs"][0]["results"]
    [port] = [each for each in results if each["ruleId"] == "risk.open-ingress"]
    assert port["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "infra/main.tf"}
    _obeyed(runner, scan)


@posix
@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"comment": "yes"}, "the input `comment` takes `true` or `false`, not `yes`"),
        ({"paths": "nowhere"}, "nowhere: there is no such file or folder"),
        ({"fail_on": "sometimes"}, "--fail-on takes `incomplete` or `not-found:IDS`, not `sometimes`"),
        (
            {"formats": "docx"},
            "Invalid value for '--format': 'docx' is not one of 'html', 'json', 'markdown', 'pdf', 'sarif'.",
        ),
    ],
)
def test_wrong_usage_is_one_error_and_an_old_report_is_not_taken_for_this_runs(
    origin: Path, temp: Path, tmp_path: Path, inputs: dict[str, str], said: str
) -> None:
    runner = _checkout(origin, tmp_path, temp)
    old = runner.workspace / "evidence-report"
    old.mkdir()
    (old / "report.json").write_text("{}")
    done = runner.run(**({"comment": "true", "token": "t0ken"} | inputs))
    assert list(done) == [SCAN], "without a report there is nothing to comment"
    assert done[SCAN].code == 2
    assert [message for _, message in done[SCAN].annotations("error")] == [said]
    assert done[SCAN].summary == ""
    assert (runner.files / "github_output").read_text(encoding="utf-8") == ""


@posix
def test_a_submission_cannot_shadow_what_python_imports(temp: Path, tmp_path: Path) -> None:
    workspace = build(tmp_path / "w", "2024-03-01 Ada <ada@example.org>: x\n  json.py: raise SystemExit('shadowed')\n")
    for name in ("collections", "requests", "evidence_check", "site", "yaml"):
        (workspace / f"{name}.py").write_text("raise SystemExit('shadowed')")
    runner = Runner(workspace, temp, tmp_path / "files", event=PULL)
    done = runner.run(comment="true", token="t0ken")
    assert {name: step.code for name, step in done.items()} == {SCAN: 0, COMMENT: 0}
    _obeyed(runner, *done.values())


# --- the comment's step -----------------------------------------------------------------------------------------------


def _comment(temp: Path, place: Path, event: object, api: str = "http://127.0.0.1:9", **given: str) -> Any:
    report = place / "evidence report"
    report.mkdir()
    (report / "comment.md").write_text("# Pre-assessment report\n", encoding="utf-8")
    runner = Runner(place, temp, place / "files", event=event, variables={"GITHUB_API_URL": api})
    values = {"runner.temp": str(temp), "steps.scan.outputs.report": str(report), "inputs.token": "t0ken"}
    values |= {f"inputs.{name}": value for name, value in given.items()}
    environment = {name: evaluate(text, values) for name, text in STEPS[COMMENT]["env"].items()}
    return runner.execute(STEPS[COMMENT]["run"], environment)[0]


@posix
def test_a_run_without_a_pull_request_is_told_so_and_passes(temp: Path, tmp_path: Path) -> None:
    step = _comment(temp, tmp_path, {"ref": "refs/heads/main"})
    assert step.code == 0
    assert step.log == (
        "Comment on the pull request: this run is about no pull request, so there is nothing to comment on.\n"
    )


@posix
def test_a_fork_without_a_token_is_told_so_and_passes(temp: Path, tmp_path: Path) -> None:
    fork = {"pull_request": {"number": 7, "head": {"repo": {"full_name": "mallory/clinic"}}}}
    step = _comment(temp, tmp_path, fork, token="")
    assert step.code == 0
    assert step.annotations("warning") == [
        (
            "title=Comment on the pull request",
            (
                "No comment was written: the pull request comes from a fork, and its runs get no secrets. "
                "The summary of the run has the report."
            ),
        )
    ]


@posix
def test_a_token_that_may_not_write_is_told_so_and_passes(temp: Path, tmp_path: Path, github: GitHub) -> None:
    github.refuses = ("POST", 403, "Resource not accessible by integration")
    step = _comment(temp, tmp_path, PULL, github.url)
    assert step.code == 0
    [(_, message)] = step.annotations("warning")
    assert "the job needs `permissions: pull-requests: write`" in message


@posix
def test_a_comment_without_a_token_is_wrong_usage(temp: Path, tmp_path: Path) -> None:
    step = _comment(temp, tmp_path, PULL, token="")
    assert step.code == 2
    assert step.annotations("error") == [
        ("title=evidence-check", "the input `comment` needs `token`: give it `${{ github.token }}`")
    ]


@posix
def test_the_tool_that_the_steps_run_is_the_installed_one(temp: Path) -> None:
    [python] = temp.glob("evidence-check/bin/python")
    done = subprocess.run(
        [python, "-P", "-c", "import evidence_check; print(evidence_check.__file__)"],
        capture_output=True, text=True, check=True, cwd=temp, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert Path(done.stdout.strip()).is_relative_to(temp / "evidence-check")
