"""What other machines are like, as far as it can be told on this one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import evidence_check
from evidence_check.model import Outcome, Report
from evidence_check.render.json_report import load_report
from evidence_check.scan import scan
from evidence_check.submission.folder import walk
from tests.cases_of_fixtures import hand_in

PACKAGE = str(Path(evidence_check.__file__).parent.parent)


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hand_in("complete", tmp_path_factory.mktemp("laptop"))


def command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    environment = {"PYTHONPATH": PACKAGE, "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")} | variables
    return subprocess.run(
        [sys.executable, "-m", "evidence_check", *arguments], capture_output=True, env=environment, check=False
    )


def outcomes(report: Report) -> dict[str, Outcome]:
    return {signal: finding.outcome for signal, finding in report.findings.items()}


def test_without_git_files_are_checked_and_the_history_is_unknown_with_the_mend(complete: Path, tmp_path: Path) -> None:
    done = command(
        "scan", str(complete), "--no-lint", "--output", str(tmp_path), "--format", "json", PATH=str(tmp_path)
    )
    assert (done.returncode, done.stderr) == (0, b"")
    report = load_report((tmp_path / "report.json").read_text(encoding="utf-8"))
    told = outcomes(report)
    assert told["cicd.automated-tests"] is Outcome.PRESENT
    assert told["source.branches"] is Outcome.UNKNOWN
    assert any("install git" in gap.reason for gap in report.gaps)


def test_lines_that_end_as_on_windows_change_no_outcome(complete: Path, tmp_path: Path) -> None:
    plain, windows = tmp_path / "plain", tmp_path / "windows"
    shutil.copytree(complete / "infra", plain, ignore=shutil.ignore_patterns(".git"))
    shutil.copytree(complete / "app", plain / "app", ignore=shutil.ignore_patterns(".git"))
    shutil.copytree(plain, windows)
    for path in windows.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before, after = (scan([str(folder)], linters=False) for folder in (plain, windows))
    assert outcomes(after) == outcomes(before)
    assert [gap.reason for gap in after.gaps] == [gap.reason for gap in before.gaps]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp437"])
def test_a_console_of_another_alphabet_gets_the_whole_summary(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "README.md").write_text("# Résumé → 完成\n", encoding="utf-8")
    (tmp_path / "完成.md").write_text("# K1\n", encoding="utf-8")
    done = command("scan", str(tmp_path), "--no-lint", PYTHONIOENCODING=encoding, PATH=os.environ["PATH"])
    assert done.returncode == 0
    assert done.stderr == b""
    assert "Pre-assessment report" in done.stdout.decode(encoding)


def test_a_path_longer_than_windows_likes_is_read(tmp_path: Path) -> None:
    folder = tmp_path
    for number in range(12):
        folder /= f"a-rather-long-name-of-a-folder-{number:02}"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text('resource "aws_vpc" "main" {}\n')
    entries, gaps = walk(tmp_path, "part")
    assert len(entries) == 1
    assert len(entries[0].path) > 300
    assert gaps == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such mode")
def test_a_submission_that_nobody_may_write_to_is_scanned(complete: Path, tmp_path: Path) -> None:
    media = tmp_path / "media"
    shutil.copytree(complete / "app", media)
    for path in [media, *media.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        report = scan([str(media)], linters=False)
    finally:
        for path in [media, *media.rglob("*")]:
            path.chmod(0o755)
    assert outcomes(report)["cicd.automated-tests"] is Outcome.PRESENT
    assert report.parts[0].commits


def test_a_place_that_cannot_be_written_to_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    (tmp_path / "taken").write_text("")
    done = command("scan", str(tmp_path), "--no-lint", "--output", str(tmp_path / "taken" / "report"))
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert "cannot write to" in done.stderr.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_report_that_does_not_fit_is_one_line_and_leaves_no_half(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    code = (
        "import resource, sys\n"
        "from evidence_check import atomic, cli\n"
        "put = atomic.put\n"
        "def small(path, data):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))\n"
        "    put(path, data)\n"
        "atomic.put = small\n"
        "cli.main(sys.argv[1:])\n"
    )
    target = tmp_path / "report"
    done = subprocess.run(
        [sys.executable, "-c", code, "scan", str(tmp_path), "--no-lint", "--output", str(target)],
        capture_output=True, text=True, env=os.environ | {"PYTHONPATH": PACKAGE}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "cannot write to" in done.stderr
    assert list(target.iterdir()) == []
