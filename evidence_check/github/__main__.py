"""The steps of the Action: `python -m evidence_check.github scan`, and `... comment` with the token.

Inputs, and what GitHub tells a step, come through the environment. The scan reads the submission and has no token; the
comment has one and reads nothing but the text that the scan wrote. Exit codes: those of `evidence-check scan`; the
comment fails for wrong usage (2) only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

from evidence_check.compare import compare
from evidence_check.github import inputs as inputs_
from evidence_check.github.annotations import Annotation, commands, line
from evidence_check.github.comment import comment, mark
from evidence_check.github.outputs import assignments, outputs
from evidence_check.github.places import places
from evidence_check.github.pulls import Refused, pull_of, put_comment
from evidence_check.github.summary import LIMIT, summary
from evidence_check.model import Report
from evidence_check.render import FORMATS
from evidence_check.render.json_report import NotAReport, load_report
from evidence_check.render.sarif import render as sarif

COMMENT_FILE = "comment.md"
_COMMENT = "Comment on the pull request"


def scan(environment: Mapping[str, str]) -> int:
    """Scan what is checked out here, and tell it: summary, outputs, annotations, and the text of the comment."""
    inputs = inputs_.read(environment)
    folder = Path(inputs.output)
    notes: list[Annotation] = []
    earlier = _earlier(inputs.previous, notes)
    for name in (*FORMATS.values(), COMMENT_FILE):  # a report of another run must not be taken for this one's
        (folder / name).unlink(missing_ok=True)
    code, said = _run(inputs.arguments())
    if not (folder / FORMATS["json"]).is_file():
        _print(line(Annotation("error", "No report", said)))
        return code or 3
    report = _load(folder / FORMATS["json"])
    since = compare(earlier, report) if earlier else None
    failed = said if code else ""

    _append(environment.get("GITHUB_OUTPUT"), assignments(outputs(report, inputs.output), uuid.uuid4().hex))
    if target := environment.get("GITHUB_STEP_SUMMARY"):
        path = Path(target)
        text = summary(report, path.stat().st_size if path.exists() else 0, since=since, failed=failed)
        if not text:
            notes.append(Annotation("warning", "No summary", f"The step's summary is full ({LIMIT:,} bytes)."))
        _append(target, text)
    place = places(report, Path.cwd())
    if inputs.sarif_upload:
        (folder / FORMATS["sarif"]).write_text(sarif(report, place), encoding="utf-8", newline="\n")
    if inputs.comment:
        text = comment(report, _address(environment), since=since, failed=failed)
        (folder / COMMENT_FILE).write_text(text, encoding="utf-8", newline="\n")
    _print(commands(report, place, since=since, failed=failed, notes=notes))
    return code


def put(environment: Mapping[str, str]) -> int:
    """Write the comment that the scan made on the run's pull request; what GitHub refuses is said, and no failure."""
    repository, token = environment.get("GITHUB_REPOSITORY", ""), environment.get("TOKEN", "").strip()
    pull = pull_of(_event(environment), repository)
    if pull is None:
        _print(f"{_COMMENT}: this run is about no pull request, so there is nothing to comment on.\n")
        return 0
    if not token and not pull.fork:
        raise inputs_.WrongUsage("the input `comment` needs `token`: give it `${{ github.token }}`")
    text = Path(environment["REPORT"], COMMENT_FILE).read_text(encoding="utf-8")
    api = environment.get("GITHUB_API_URL") or "https://api.github.com"
    try:
        if not token:
            raise Refused("the pull request comes from a fork, and its runs get no secrets")
        written = put_comment(
            api, token, pull, mark(environment.get("ARTEFACT", ""), environment.get("CASE", "")), text
        )
    except Refused as refused:
        why = f"No comment was written: {refused}. The summary of the run has the report."
        _print(line(Annotation("warning", _COMMENT, why)))
        return 0
    _print(f"{_COMMENT}: written: {written}\n".replace("::", ":"))
    return 0


def _run(arguments: list[str]) -> tuple[int, str]:
    """Run the command with its output in the log; its exit code and the last line that it said on stderr.

    The log is also where commands to the runner stand. Reports are inert by themselves; while the command runs, GitHub
    listens to nothing but a word that no submission can know. stderr goes the same way as stdout: were they two
    streams, their order would not be sure.
    """
    word = uuid.uuid4().hex
    _print(f"::group::The report in short\n::stop-commands::{word}\n")
    try:
        done = subprocess.run([sys.executable, "-m", "evidence_check", *arguments], stderr=subprocess.PIPE, check=False)
        said = done.stderr.decode("utf-8", "backslashreplace")
        _print(said)
    finally:
        _print(f"\n::{word}::\n::endgroup::\n")
    last = next((text for text in reversed(said.splitlines()) if text.strip()), "")
    for before in ("evidence-check: ", "failed as asked: ", "Error: "):
        last = last.removeprefix(before)
    return done.returncode, last


def _earlier(path: str, notes: list[Annotation]) -> Report | None:
    """The report to compare with. Where there is none, why not becomes a note: a first run has no earlier one."""
    if not path:
        return None
    if not Path(path).exists():
        told = f"There is no earlier report at `{path}`, so this run shows no progress; the next one can."
        notes.append(Annotation("notice", "First report", told))
        return None
    try:
        return _load(Path(path))
    except (OSError, UnicodeDecodeError, NotAReport) as error:
        reason = getattr(error, "strerror", None) or str(error)
        told = f"The earlier report at `{path}` cannot be read, so this run shows no progress: {reason}"
        notes.append(Annotation("warning", "Earlier report", told))
        return None


def _load(path: Path) -> Report:
    return load_report(path.read_text(encoding="utf-8"))


def _event(environment: Mapping[str, str]) -> object:
    try:
        told: object = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    except (KeyError, OSError, ValueError):
        return None
    return told


def _address(environment: Mapping[str, str]) -> str:
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (environment.get(name, "") for name in names)
    return f"{server}/{repository}/actions/runs/{run}"


def _append(path: str | None, text: str) -> None:
    if path and text:
        with Path(path).open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(text)


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def main() -> int:
    """Run the step that the one word on the command line names."""
    steps = {"scan": scan, "comment": put}
    try:
        return steps[sys.argv[1]](os.environ)
    except inputs_.WrongUsage as error:
        _print(line(Annotation("error", "evidence-check", str(error))))
        return 2


if __name__ == "__main__":
    sys.exit(main())
