"""A runner for the `run:` steps of `action.yml`: as GitHub's would start them, nothing in them replaced.

It evaluates the few expressions that the file uses, gives each step its files and variables, runs its script with bash
as `shell: bash` says (GitHub Docs, "Workflow syntax", `jobs.<job_id>.steps[*].shell`), and reads the log for the
commands that a runner would obey.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
_COMMAND = re.compile(r"\s*::([a-z-]+|[0-9a-f]{32})(?: (.*?))?::(.*)")
HOSTILE_BRANCH = "a;touch${IFS}pwned/$(touch${IFS}pwned)`touch${IFS}pwned`%0A'\""


@dataclass
class Step:
    """What came of a step."""

    code: int
    log: str
    summary: str

    @property
    def commands(self) -> list[tuple[str, str, str]]:
        """The commands that a runner obeys: name, properties, message."""
        found: list[tuple[str, str, str]] = []
        until = ""
        for line in self.log.splitlines():
            match = _COMMAND.match(line)
            if match is None or (until and match[1] != until):
                continue
            if until:
                until = ""
            elif match[1] == "stop-commands":
                until = match[3]
            else:
                found.append((match[1], match[2] or "", match[3]))
        return found

    def annotations(self, level: str) -> list[tuple[str, str]]:
        return [(told, message) for name, told, message in self.commands if name == level]


@dataclass
class Runner:
    """A runner with a checkout at its workspace; `temp` is where the tool is installed."""

    workspace: Path
    temp: Path
    files: Path
    """A folder for the files that GitHub gives a step."""
    event: Any = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    """What a step's summary holds before the step."""

    def run(self, **inputs: str) -> dict[str, Step]:
        """Run the steps of the action, those whose condition holds; a failed one ends the others unless they ask."""
        given = {name: str(item.get("default", "")) for name, item in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        values = {f"inputs.{name}": value for name, value in given.items()}
        values |= {"github.action_path": str(ROOT), "runner.temp": str(self.temp)}
        done: dict[str, Step] = {}
        for step in ACTION["runs"]["steps"]:
            if "run" not in step or step["name"] == "Install evidence-check":
                continue
            if not all(map(values_hold(values), _condition(step, failed=any(each.code for each in done.values())))):
                continue
            environment = {name: evaluate(str(text), values) for name, text in step["env"].items()}
            done[step["name"]], outputs = self.execute(step["run"], environment)
            values |= {f"steps.{step.get('id', '')}.outputs.{name}": value for name, value in outputs.items()}
        return done

    def execute(self, script: str, environment: dict[str, str]) -> tuple[Step, dict[str, str]]:
        """A script and its step's environment to what came of it, and its outputs."""
        self.files.mkdir(parents=True, exist_ok=True)
        names = {name: self.files / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
        for path in names.values():
            path.write_text("", encoding="utf-8")
        names["GITHUB_STEP_SUMMARY"].write_text(self.summary, encoding="utf-8")
        names["GITHUB_EVENT_PATH"] = self.files / "event.json"
        names["GITHUB_EVENT_PATH"].write_text(json.dumps(self.event), encoding="utf-8")
        (self.files / "script.sh").write_text(script, encoding="utf-8", newline="\n")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(self.files / "script.sh")],
            cwd=self.workspace, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            env=_machine() | self.github() | {name: str(path) for name, path in names.items()} | self.variables
            | environment,
        )  # fmt: skip
        assert names["GITHUB_ENV"].read_text(encoding="utf-8") == ""
        step = Step(done.returncode, done.stdout.decode(), names["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8"))
        return step, read_outputs(names["GITHUB_OUTPUT"].read_text(encoding="utf-8"))

    def github(self) -> dict[str, str]:
        return {
            "CI": "true", "GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(self.temp),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_REPOSITORY": "ada/clinic", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "12345",
            "GITHUB_REF": f"refs/heads/{HOSTILE_BRANCH}", "GITHUB_REF_NAME": HOSTILE_BRANCH,
            "GITHUB_HEAD_REF": HOSTILE_BRANCH, "GITHUB_EVENT_NAME": "pull_request" if self.event else "push",
            # Where nobody answers: a test that must not ask says so by not giving another.
            "GITHUB_API_URL": "http://127.0.0.1:9",
        }  # fmt: skip


def _machine() -> dict[str, str]:
    """Of our own environment only what a machine always has: no PYTHONPATH, no settings of git or pip."""
    keep = ("HOME", "LANG", "TMPDIR", "SYSTEMROOT", "COMSPEC", "PATHEXT", "TEMP", "TMP")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {name: os.environ[name] for name in keep if name in os.environ} | {"PATH": path}


def evaluate(text: str, values: dict[str, str]) -> str:
    """A text with its expressions replaced; a value that is not there is empty, as on GitHub."""
    return _EXPRESSION.sub(lambda match: values.get(match[1], ""), text)


def _condition(step: dict[str, Any], failed: bool) -> list[str]:
    """The parts of a step's condition; without a status function, GitHub adds `success()`."""
    text = _EXPRESSION.sub(r"\1", str(step.get("if", "")))
    parts = [part.strip() for part in text.split("&&") if part.strip()]
    return (
        [part for part in parts if part != "!cancelled()"] if "cancelled()" in text else [*parts, *["false"] * failed]
    )


def values_hold(values: dict[str, str]) -> Any:
    """A function that says whether `a == 'b'` or `a != 'b'` holds."""

    def holds(part: str) -> bool:
        match = re.fullmatch(r"([\w.-]+) (==|!=) '(.*)'", part)
        if match is None:
            assert part == "false", f"an expression that the runner of the tests does not know: {part}"
            return False
        return (values.get(match[1], "") == match[3]) == (match[2] == "==")

    return holds


def read_outputs(text: str) -> dict[str, str]:
    """The file GITHUB_OUTPUT as the runner reads it."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if "<<" in line:
            name, _, end = line.partition("<<")
            value = []
            for inner in lines:
                if inner == end:
                    break
                value.append(inner)
            found[name] = "\n".join(value)
    return found
