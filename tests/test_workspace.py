"""Temporary files are private and go away, however a scan ends; memory is limited."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from evidence_check import workspace as workspace_module
from evidence_check.submission.errors import Unusable
from evidence_check.workspace import LOCK, PREFIX, STALE_AFTER, remove_stale, workspace

posix = pytest.mark.skipif(os.name == "nt", reason="locks and signals of POSIX")


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@posix
def test_nobody_else_may_look_in_and_it_goes_away(base: Path) -> None:
    with workspace() as folder:
        (folder / "x").write_text("x")
        (outer,) = base.iterdir()
        assert stat.S_IMODE(outer.stat().st_mode) == stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(base.iterdir()) == []


def test_it_goes_away_after_a_fault(base: Path) -> None:
    with pytest.raises(ZeroDivisionError), workspace() as folder:
        (folder / "x").write_text(str(1 / 0))
    assert list(base.iterdir()) == []


@posix
def test_what_a_killed_scan_left_is_removed_and_what_another_uses_is_not(base: Path) -> None:
    left = base / f"{PREFIX}killed"
    left.mkdir()
    (left / LOCK).touch()
    starting = base / f"{PREFIX}starting"
    starting.mkdir()
    elsewhere = base / "elsewhere"
    elsewhere.mkdir()
    (base / f"{PREFIX}link").symlink_to(elsewhere)
    (elsewhere / LOCK).touch()
    with workspace() as first:
        assert not left.exists()
        with workspace():
            assert first.exists(), "its scan goes on"
    assert sorted(path.name for path in base.iterdir()) == [
        "elsewhere", f"{PREFIX}link", f"{PREFIX}starting",
    ]  # fmt: skip
    assert (elsewhere / LOCK).exists()


@posix
def test_a_scan_that_cleans_up_before_the_lock_is_taken_takes_nothing_away(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = workspace_module._take
    rivals: list[bool] = []

    def late(lock: IO[bytes]) -> bool:
        if not rivals:
            rivals.append(True)
            remove_stale(base)
            assert list(base.iterdir()) == [], "the rival took it for one that was left"
        return take(lock)

    monkeypatch.setattr(workspace_module, "_take", late)
    with workspace() as folder:
        remove_stale(base)
        assert folder.is_dir()
    assert rivals
    assert list(base.iterdir()) == []


def test_an_old_one_is_removed_by_its_age(base: Path) -> None:
    for name, age in (("old", STALE_AFTER + 60), ("new", 60)):
        folder = base / f"{PREFIX}{name}"
        folder.mkdir()
        os.utime(folder, (time.time() - age,) * 2)
    remove_stale(base)
    assert [path.name for path in base.iterdir()] == [f"{PREFIX}new"]


def test_no_place_for_temporary_files_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(Unusable, match="set TMPDIR"), workspace():
        pass


_SLOW = """
import sys
from evidence_check import cli, scan as module
def work(*args, **kwargs):
    with module.workspace() as folder:
        print(folder, flush=True)
        sys.stdin.readline()
module.scan = work
cli.main(["scan", "."])
"""


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_in_order(tmp_path: Path, number: signal.Signals, code: int) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", _SLOW], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    assert folder.is_dir()
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.strip()) == (code, "evidence-check: stopped")
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_killed_scan_is_cleaned_up_after_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _SLOW], env=os.environ | {"TMPDIR": str(tmp_path)}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    process.kill()
    process.communicate()
    assert folder.is_dir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with workspace():
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to it")
def test_memory_is_limited() -> None:
    code = (
        "from evidence_check import guard\n"
        "guard.MEMORY_LIMIT = 300 * 1024**2\n"
        "guard.limit_memory()\n"
        "small = bytearray(1024**2)\n"
        "try:\n    bytearray(400 * 1024**2)\nexcept MemoryError:\n    print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "evidence_check", "scan", str(tmp_path), "--no-lint"], stdout=full,
            stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "make room" in done.stderr


@posix
def test_a_scan_that_never_ends_is_ended_in_order(tmp_path: Path) -> None:
    code = f"from evidence_check import guard\nguard.TIME_LIMIT = 1\n{_SLOW}"
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {"TMPDIR": str(tmp_path)}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.read() == (
        "evidence-check: it takes longer than an hour: scan fewer at a time, with --subfolder\n"
    )
    process.communicate(timeout=60)
    assert process.returncode == 2
    assert list(tmp_path.iterdir()) == []
