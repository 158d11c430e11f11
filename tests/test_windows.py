"""Windows as far as it can be played here: names that mean something else there, and what Python lacks there."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import evidence_check
from evidence_check.model import Outcome
from evidence_check.render.json_report import load_report
from evidence_check.submission import entries, folder
from evidence_check.submission.archive import write_git_data
from evidence_check.submission.entries import Entry, is_itself
from tests.cases_of_fixtures import hand_in

PACKAGE = str(Path(evidence_check.__file__).parent.parent)

ODD = (
    "..\\secret.py", "a\\b.py", "app.py:stream", "c:app.py", "con", "aux.txt", "lib/NUL", "lib/com1.py", "CONIN$",
    "lpt9 .txt", "com\u00b9", "trailing.", "trailing ", "a./b.py", "a*b", 'a"b', "a|b", "a<b", "tab\t.py", "aux /x.py",
)  # fmt: skip
PLAIN = (
    "app.py",
    ".gitignore",
    "console.py",
    "lib/aux_.py",
    "com10.txt",
    "a b/c.d.py",
    "nullable",
    "naïve.py",
    "a'b&c",
)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "WINDOWS", True)


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("name", ODD)
def test_names_that_windows_takes_for_something_else(name: str) -> None:
    assert not is_itself(name)


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("name", PLAIN)
def test_names_that_it_takes_as_they_are(name: str) -> None:
    assert is_itself(name)


@pytest.mark.parametrize("name", ODD)
def test_elsewhere_they_are_names_like_any_other(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "WINDOWS", False)
    assert is_itself(name)


@pytest.mark.skipif(os.name == "nt", reason="such files cannot be made there")
@pytest.mark.usefixtures("windows")
def test_such_a_name_is_never_opened_in_a_work_tree(tmp_path: Path) -> None:
    for name in ("..\\secret.py", "app.py:stream", "con", "app.py"):
        (tmp_path / name).write_text("x")
    find = folder.finder(tmp_path)
    assert [find(name) for name in (b"..\\secret.py", b"app.py:stream", b"con")] == [None] * 3
    assert find(b"app.py") is not None


@pytest.mark.usefixtures("windows")
def test_git_data_of_an_archive_is_not_written_to_a_device(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.write_bytes(b"x" * 10)
    members = {
        f"refs/heads/{name}": Entry(f"refs/heads/{name}", 10, str(store), 0) for name in ("main", "con", "aux.x", "a.")
    }
    write_git_data(members, "", tmp_path / "data")
    assert [path.name for path in (tmp_path / "data/refs/heads").iterdir()] == ["main"]


@pytest.mark.usefixtures("windows")
def test_a_junction_is_a_link_and_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "junction").mkdir()
    (tmp_path / "junction/key.py").write_text("the host's secret")
    (tmp_path / "app.py").write_text("x")
    lstat = os.lstat

    def status(path: str | bytes) -> object:
        real = lstat(path)
        tag = 0xA0000003 if os.fsencode(path).endswith(b"junction") else 0
        return SimpleNamespace(st_mode=real.st_mode, st_size=real.st_size, st_reparse_tag=tag)

    monkeypatch.setattr(os, "lstat", status)
    find = folder.finder(tmp_path)
    assert find(b"junction/key.py") is None
    assert find(b"app.py") is not None
    assert entries.is_junction(os.lstat(tmp_path / "junction"))
    assert stat.S_ISDIR(os.lstat(tmp_path / "junction").st_mode), "Windows says that it is a folder"


_LACKING = """
import os, signal, subprocess, sys
import bandit, click, git, multiprocessing, pylint, socket, tempfile, threading, concurrent.futures.process
for module, names in {
    os: "O_NOFOLLOW O_NONBLOCK O_CLOEXEC O_DIRECTORY fork forkpty getuid geteuid getgid mkfifo chown lchown "
        "sched_getaffinity killpg setsid nice getpgid wait4",
    signal: "SIGHUP SIGVTALRM SIGALRM SIGUSR1 setitimer alarm ITIMER_VIRTUAL ITIMER_REAL ITIMER_PROF pause",
}.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("CREATE_NO_WINDOW", "CREATE_NEW_PROCESS_GROUP"):
    setattr(subprocess, name, 0)
sys.platform = "win32"
os.environ["PATHEXT"] = "git"
from evidence_check.submission import entries
entries.WINDOWS = True
from evidence_check import cli
cli.main(sys.argv[1:])
"""


@pytest.mark.skipif(os.name == "nt", reason="there it is really so")
def test_a_scan_without_what_only_posix_has(tmp_path: Path) -> None:
    submission = hand_in("complete", tmp_path / "in")
    report = tmp_path / "report"
    done = subprocess.run(
        [sys.executable, "-c", _LACKING, "scan", str(submission), "--output", str(report)],
        capture_output=True, text=True, env=os.environ | {"PYTHONPATH": PACKAGE, "TMPDIR": str(tmp_path)}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    told = load_report((report / "report.json").read_text(encoding="utf-8"))
    assert told.findings["cicd.automated-tests"].outcome is Outcome.PRESENT
    assert any(part.commits for part in told.parts)
    assert {result.tool for result in told.lint} == {"bandit", "pylint"}
    assert not [gap for gap in told.gaps if gap.stage in {"read", "lint"}]
    assert [path for path in tmp_path.iterdir() if path.name.startswith("evidence-check-")] == []
