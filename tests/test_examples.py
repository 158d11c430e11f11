"""The examples of `docs/examples` and our own workflows: valid by the published schemas, pinned, and their commands
work."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import evidence_check
from tests.gitrepo import build, git

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "docs" / "examples"
EVERYTHING = EXAMPLES / "github-actions-everything.yml"
WORKFLOWS = (ROOT / ".github" / "workflows" / "ci.yml", EXAMPLES / "github-actions.yml", EVERYTHING)

pytestmark = pytest.mark.skipif(not WORKFLOWS[0].is_file(), reason="a source archive has no workflow")


@pytest.mark.parametrize(
    ("schema", "path", "options"),
    [
        ("vendor.github-actions", ROOT / "action.yml", ()),
        *(("vendor.github-workflows", path, ()) for path in WORKFLOWS),
        ("vendor.gitlab-ci", EXAMPLES / "gitlab-ci.yml", ("--data-transform", "gitlab-ci")),
        (
            "vendor.azure-pipelines",
            EXAMPLES / "azure-pipelines.yml",
            ("--data-transform", "azure-pipelines", "--regex-variant", "python"),
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_valid_by_the_published_schema(schema: str, path: Path, options: tuple[str, ...]) -> None:
    """The schemas come with check-jsonschema, so that no network is needed."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *options, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_is_used_is_pinned_and_nothing_is_put_into_a_shell(path: Path) -> None:
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert told["permissions"] == {"contents": "read"}
    for job in told["jobs"].values():
        assert ("permissions" in job) == (path == EVERYTHING)
        assert job["timeout-minutes"]
        for step in job["steps"]:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}|OWNER/evidence-check@v[\d.]+|\./", step.get("uses", "./"))
            assert "${{" not in step.get("run", "")


def test_the_matrix_runs_the_lines_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    job = yaml.safe_load(WORKFLOWS[0].read_text(encoding="utf-8"))["jobs"]["readme"]
    assert job["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    lines = [step["run"] for step in job["steps"] if "run" in step]
    assert len(lines) == 2
    assert set(lines) <= set(readme)


@pytest.mark.parametrize("path", [EXAMPLES / "github-actions.yml", EVERYTHING], ids=lambda path: path.name)
def test_the_examples_give_the_action_what_it_takes(path: Path) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    [job] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    [step] = [step for step in job["steps"] if step.get("uses", "").startswith("OWNER/evidence-check@")]
    assert set(step["with"]) <= set(action["inputs"])
    if path == EVERYTHING:
        assert job["permissions"] == {
            "contents": "read", "actions": "read", "pull-requests": "write", "security-events": "write",
        }  # fmt: skip
        assert {"previous", "comment", "token", "sarif-upload"} <= set(step["with"])


@pytest.mark.skipif(os.name == "nt", reason="the examples are for runners with a POSIX shell")
@pytest.mark.parametrize(
    ("listed", "downloads", "there"),
    [("4711", 0, True), ("4711", 1, False), ("", 0, False), ("no such workflow", 0, False)],
)
def test_the_earlier_report_is_fetched_where_there_is_one(
    listed: str, downloads: int, there: bool, tmp_path: Path
) -> None:
    """With a stand-in for GitHub's own command, which asks GitHub: a first run, and an artefact that is gone, pass."""
    job = yaml.safe_load(EVERYTHING.read_text(encoding="utf-8"))["jobs"]["evidence"]
    [step] = [step for step in job["steps"] if step.get("name") == "Fetch the earlier report"]
    branch = "a;touch${IFS}pwned/$(touch${IFS}pwned)"
    tools, temp = tmp_path / "tools", tmp_path / "runner temp"
    tools.mkdir()
    temp.mkdir()
    (tools / "gh").write_text(
        f"""#!/bin/sh
        printf '%s\\n' "$@" >> "{tmp_path}/asked"
        case "$2" in
          list) [ "{listed}" = "no such workflow" ] && exit 1; printf '%s' "{listed}" ;;
          download) [ {downloads} = 0 ] && mkdir -p "{temp}/earlier" && echo '{{}}' > "{temp}/earlier/report.json" ;;
        esac
        """
    )
    (tools / "gh").chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PATH": f"{tools}:{os.environ['PATH']}", "RUNNER_TEMP": str(temp), "BRANCH": branch,
             "WORKFLOW": step["env"]["WORKFLOW"]},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (temp / "earlier" / "report.json").is_file() == there
    assert ("There is no earlier report of this branch." in done.stdout) == (not there)
    asked = (tmp_path / "asked").read_text().splitlines()
    assert f"--branch={branch}" in asked
    assert not list(tmp_path.rglob("pwned"))
    if there:
        assert f"--dir={temp}/earlier" in asked


def _gitlab() -> str:
    job: dict[str, Any] = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text(encoding="utf-8"))["evidence"]
    return "\n".join(job["script"])


def _azure() -> str:
    steps = yaml.safe_load((EXAMPLES / "azure-pipelines.yml").read_text(encoding="utf-8"))["steps"]
    return "\n".join(step["bash"] for step in steps if "bash" in step)


def _jenkins() -> str:
    match = re.search(r"sh '''\n(.*?)'''", (EXAMPLES / "Jenkinsfile").read_text(encoding="utf-8"), re.DOTALL)
    assert match
    return match[1]


@pytest.mark.skipif(os.name == "nt", reason="the examples are for runners with a POSIX shell")
@pytest.mark.parametrize("script", [_gitlab(), _azure(), _jenkins()], ids=["gitlab", "azure", "jenkins"])
def test_the_commands_write_a_report_and_fail_on_an_incomplete_pack(script: str, tmp_path: Path) -> None:
    """Run as written, but for what they install: the tool under test stands where pip would put it."""
    checkout = build(tmp_path / "check out", "2024-03-01 Ada Lovelace <ada@example.org>: Start\n  app.py: x = 1\n")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "python").write_text(
        f'#!/bin/sh\nmkdir -p "$3/bin"\nprintf \'#!/bin/sh\\n\' > "$3/bin/pip"\n'
        f'printf \'#!/bin/sh\\nexec {sys.executable} -m evidence_check "$@"\\n\' > "$3/bin/evidence-check"\n'
        'chmod +x "$3/bin/pip" "$3/bin/evidence-check"\n'
    )
    (tools / "python").chmod(0o755)
    script = script.replace("/tmp/", f"{tmp_path}/")
    environment = os.environ | {
        "PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": str(Path(evidence_check.__file__).parent.parent),
        "EVIDENCE_CHECK": "evidence-check==0.1.0", "AGENT_TEMPDIRECTORY": str(tmp_path / "agent"),
        "WORKSPACE_TMP": str(tmp_path / "workspace"),
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "the pack is incomplete" in done.stderr
    assert (checkout / "evidence-report" / "report.html").is_file()
    assert (checkout / "evidence-report" / "report.json").is_file()


def _hooks() -> list[dict[str, Any]]:
    hooks: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return hooks


def test_the_hook_is_one_by_pre_commits_own_check(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    environment = os.environ | {"PRE_COMMIT_HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"- id: {hook['id']}\n" in readme for hook in _hooks())


@pytest.mark.parametrize(("added", "code"), [([], 0), (["--fail-on", "incomplete"], 1)])
def test_the_hook_reports_on_the_repository_and_fails_only_where_asked(
    added: list[str], code: int, tmp_path: Path
) -> None:
    """As pre-commit runs it: the entry's words with `args` behind them, at the repository's root, no file names."""
    [hook] = _hooks()
    assert hook["pass_filenames"] is False
    checkout = build(tmp_path / "check out", "2024-03-01 Ada Lovelace <ada@example.org>: Start\n  app.py: x = 1\n")
    program, *words = shlex.split(hook["entry"])
    assert program == "evidence-check"
    done = subprocess.run(
        [sys.executable, "-m", "evidence_check", *words, *added], cwd=checkout, capture_output=True, text=True,
        check=False, env=os.environ | {"PYTHONPATH": str(Path(evidence_check.__file__).parent.parent)},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "Pack: incomplete" in done.stdout
    assert not git(checkout, "status", "--porcelain"), "nothing is written into the repository"


def test_the_image_is_pinned_and_runs_as_nobody() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    images = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert images
    assert all(re.fullmatch(r"[\w/.-]+:\d+\.\d+\.\d+[\w.-]*", image) for image in images)
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users[-1].isdecimal()
    assert users[-1] != "0"
    copied = {line.split()[1].removeprefix("./") for line in lines if line.startswith("COPY ") and "--from" not in line}
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert sent[0] == "*"
    assert {f"!{name}" for name in copied} <= set(sent)
