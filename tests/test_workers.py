"""The reading shared with other processes: the same facts, and a dead process is never a silence."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_check import workers
from evidence_check.model import Category, Fact, Gap, Part
from evidence_check.scan import scan
from evidence_check.submission.open import Opened
from tests.support import open_submission, read_part

COUNT = 620
CHANGED = """
import os, sys
sys.path.append(sys.argv[1])
from evidence_check import workers
real = workers.read_files
def read_files(files, *more):
    {}
    return real(files, *more)
workers.read_files = read_files
workers.main()
"""


@pytest.fixture
def handed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of many files, on a machine with three processors."""
    monkeypatch.setattr(workers, "cores", lambda: 3)
    folder = tmp_path / "project"
    for number in range(COUNT):
        module = folder / f"infrastructure/module_{number:03}/main.tf"
        module.parent.mkdir(parents=True)
        module.write_text(f'resource "aws_s3_bucket" "store_{number}" {{\n  bucket = "store-{number}"\n}}\n')
    (folder / "infrastructure/module_007/main.tf").write_text('resource "aws_s3_bucket" {\n')
    return folder


def opened(folder: Path, room: Path) -> tuple[Opened, Part]:
    room.mkdir()
    submission = open_submission([str(folder)], workspace=room)
    return submission, submission.submission.parts[0]


def changed(line: str) -> Sequence[str]:
    """The command of a worker that does something first, for every batch."""
    *start, _, root = workers.command()
    return [*start, CHANGED.format(line), root]


def shared(
    submission: Opened, part: Part, command: Sequence[str] = (), deadline: float = math.inf
) -> tuple[list[Fact], list[Gap]]:
    """What workers alone read, as far as they live: this process reads what they leave."""
    started = workers.start([part], submission.load, deadline, command)
    assert len(started.workers) == 2
    for thread in started.threads:
        thread.join()
    try:
        return workers.finish(started, part)
    finally:
        workers.stop(started)


def test_workers_read_the_same_in_the_same_order(handed_in: Path, tmp_path: Path) -> None:
    submission, part = opened(handed_in, tmp_path / "room")
    facts, gaps = shared(submission, part)
    assert (facts, gaps) == read_part(part, submission.load)
    assert len(facts) >= COUNT - 1
    assert [gap.location.path for gap in gaps] == ["infrastructure/module_007/main.tf"]


def test_workers_do_read(handed_in: Path, tmp_path: Path) -> None:
    submission, part = opened(handed_in, tmp_path / "room")
    started = workers.start([part], submission.load, math.inf)
    for thread in started.threads:
        thread.join()
    assert not started.waiting
    assert all(batch.answer.result() for batch in started.batches[part.name])
    workers.stop(started)


def test_what_turns_out_to_be_of_a_template_states_nothing(handed_in: Path, tmp_path: Path) -> None:
    submission, part = opened(handed_in, tmp_path / "room")
    started = workers.start([part], submission.load, math.inf)
    files = [replace(file, category=Category.TEMPLATE) if "_3" in file.location.path else file for file in part.files]
    known = replace(part, files=tuple(files))
    try:
        facts, gaps = workers.finish(started, known)
    finally:
        workers.stop(started)
    assert (facts, gaps) == read_part(known, submission.load)
    assert 0 < len(facts) < COUNT - 100


def test_few_files_are_read_without_workers(handed_in: Path, tmp_path: Path) -> None:
    submission, part = opened(handed_in / "infrastructure/module_001", tmp_path / "room")
    started = workers.start([part], submission.load, math.inf)
    assert not started.workers
    assert workers.finish(started, part) == read_part(part, submission.load)
    workers.stop(started)


def test_the_file_that_a_worker_dies_of_is_a_gap_and_the_rest_is_read(handed_in: Path, tmp_path: Path) -> None:
    submission, part = opened(handed_in, tmp_path / "room")
    facts, gaps = shared(submission, part, changed("any('_300/' in f.location.path for f in files) and os._exit(9)"))
    whole, broken = read_part(part, submission.load)
    assert facts == [fact for fact in whole if "_300/" not in fact.location.path]
    (gap,) = (gap for gap in gaps if gap not in broken)
    assert gap.location.path == "infrastructure/module_300/main.tf"
    assert "ended the process that read it" in gap.reason
    assert "resource" in gap.hides


@pytest.mark.parametrize(
    "command",
    [
        ["/nowhere/python"],
        [sys.executable, "-c", "raise SystemExit(1)"],
        [sys.executable, "-c", "print('what pickle cannot read')"],
    ],
    ids=["not there", "ends at once", "says something else"],
)
def test_without_workers_this_process_reads(handed_in: Path, tmp_path: Path, command: Sequence[str]) -> None:
    submission, part = opened(handed_in, tmp_path / "room")
    started = workers.start([part], submission.load, math.inf, command)
    try:
        facts, gaps = workers.finish(started, part)
    finally:
        workers.stop(started)
    assert (facts, gaps) == read_part(part, submission.load)


def test_what_a_library_prints_is_no_answer(handed_in: Path, tmp_path: Path) -> None:
    submission, part = opened(handed_in, tmp_path / "room")
    told = shared(submission, part, changed("print('hello', flush=True); os.write(1, b'hello')"))
    assert told == read_part(part, submission.load)


def test_what_is_not_read_in_time_is_one_gap(handed_in: Path, tmp_path: Path) -> None:
    submission, part = opened(handed_in, tmp_path / "room")
    facts, gaps = shared(submission, part, deadline=time.monotonic() - 1)
    assert facts == []
    (gap,) = gaps
    assert f"{COUNT} files from infrastructure/module_000/main.tf on were not read" in gap.reason


def test_workers_are_ended_whatever_they_are_at(handed_in: Path, tmp_path: Path) -> None:
    submission, part = opened(handed_in, tmp_path / "room")
    for_ever = changed("sys.stdin.buffer.read()")
    started = workers.start([part], submission.load, math.inf, for_ever)
    workers.stop(started)
    assert [worker.process.poll() is None for worker in started.workers] == [False, False]
    assert not any(thread.is_alive() for thread in started.threads)


def test_a_worker_imports_nothing_from_the_current_folder(
    handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission, part = opened(handed_in, tmp_path / "room")
    trap = tmp_path / "trap"
    trap.mkdir()
    for name in ("evidence_check", "yaml", "pickle", "sitecustomize"):
        (trap / f"{name}.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'w').close(); raise SystemExit(1)")
    monkeypatch.chdir(trap)
    monkeypatch.setenv("PYTHONPATH", ".")
    assert shared(submission, part) == read_part(part, submission.load)
    assert not (tmp_path / "sprung").exists()


def test_a_scan_with_workers_tells_the_same(handed_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_workers = scan([str(handed_in)], linters=False)
    monkeypatch.setattr(workers, "cores", lambda: 1)
    assert with_workers == scan([str(handed_in)], linters=False)
