"""The examples of `docs/examples` and our own workflows: valid by the published schemas, pinned, and their commands
work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import evidence_check
from tests.gitrepo import build

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "docs" / "examples"
WORKFLOWS = (EXAMPLES / "github-actions.yml", ROOT / ".github" / "workflows" / "ci.yml")

pytestmark = pytest.mark.skipif(not WORKFLOWS[1].is_file(), reason="a source archive has no workflow")


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
        assert job["timeout-minutes"]
        for step in job["steps"]:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}|OWNER/evidence-check@v[\d.]+|\./", step.get("uses", "./"))
            assert "${{" not in step.get("run", "")


def test_the_matrix_runs_the_lines_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    job = yaml.safe_load(WORKFLOWS[1].read_text(encoding="utf-8"))["jobs"]["readme"]
    assert job["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    lines = [step["run"] for step in job["steps"] if "run" in step]
    assert len(lines) == 2
    assert set(lines) <= set(readme)


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
