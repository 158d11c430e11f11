"""The reading of a submission's files, shared with other processes where there are many.

A worker is Python with this module, started beforehand, which gets files in batches until none is waiting. Where one
dies (the system may take it away, or the native code of a parser fail), its batch is read again file by file, and the
file that another worker dies of as well becomes a gap. Whoever reads a file, the facts are the same in the same order.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from evidence_check import children
from evidence_check.model import Fact, File, Gap, Part
from evidence_check.readers import Read, evidence_files, read_files, whole_part
from evidence_check.submission.entries import Loader
from evidence_check.submission.inventory import may_hide

FILES = 300
"""Files that are worth a worker, which takes a quarter of a second to be ready."""
WORKERS = 3
"""Workers at most; each takes some 80 MB."""
BATCH = 100
"""Files that are read at a time."""
_READY = "ready"
_WAIT = 0.5
"""Seconds that are waited at a time."""
_START = "import sys; sys.path.append(sys.argv[1]); from evidence_check.workers import main; main()"


@dataclass(frozen=True)
class Batch:
    """Files of a part that are read in one go, and what comes of them: None where a worker died."""

    part: str
    files: Sequence[File]
    answer: Future[Read | None] = field(default_factory=Future)


@dataclass(frozen=True)
class Worker:
    """A process that reads files."""

    process: subprocess.Popen[bytes]
    questions: IO[bytes]
    answers: IO[bytes]

    def read(self, files: Sequence[File], load: Loader, deadline: float) -> Read | None:
        """What the files state, as `read_files` tells it; None where the worker has died."""
        try:
            pickle.dump((files, load.only(files), deadline - time.monotonic()), self.questions)
            self.questions.flush()
        except OSError:
            return None
        read = self.answer()
        return read if isinstance(read, Read) else None

    def answer(self) -> Any:
        """The next answer; None where there will be none."""
        try:
            return pickle.load(self.answers)  # noqa: S301 - it is our own process
        except Exception:  # noqa: BLE001 - what is cut off raises a dozen types
            return None


@dataclass(frozen=True)
class Started:
    """The files at work: all batches by part, those that nobody has taken yet, and the workers with their threads."""

    words: Sequence[str]
    load: Loader
    deadline: float
    batches: Mapping[str, Sequence[Batch]]
    waiting: deque[Batch]
    workers: Sequence[Worker]
    threads: Sequence[threading.Thread]


def command() -> list[str]:
    """What starts a worker: this package, and nothing that stands in the current folder."""
    return children.python("-c", _START, str(Path(__file__).absolute().parent.parent))


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def start(parts: Sequence[Part], load: Loader, deadline: float, words: Sequence[str] = ()) -> Started:
    """Begin to read the parts in as many processes as pay; `deadline` (`time.monotonic()`) is when reading ends.

    `words` are the command of a worker, by default `command()`.
    """
    words = words or command()
    batches = {part.name: _batches(part) for part in parts}
    waiting = deque(batch for each in batches.values() for batch in each)
    count = sum(len(batch.files) for batch in waiting)
    wanted = min(cores() - 1, WORKERS, count // FILES)
    workers = [worker for _ in range(wanted) if (worker := _start(words))]
    threads = [threading.Thread(target=_serve, args=(worker, waiting, load, deadline)) for worker in workers]
    for thread in threads:
        thread.start()
    return Started(words, load, deadline, batches, waiting, workers, threads)


def finish(started: Started, part: Part) -> tuple[list[Fact], list[Gap]]:
    """The facts and gaps of a part that was started; this process reads along.

    Since then the history may have told that some of its files came with a template: these state nothing.
    """
    kept = {file.location.path: file for file in evidence_files(part)}
    with contextlib.suppress(IndexError):  # nothing is waiting any more
        while (batch := started.waiting.popleft()).part == part.name:
            files = [file for file in batch.files if file.location.path in kept]
            batch.answer.set_result(read_files(files, started.load, started.deadline))
        started.waiting.appendleft(batch)
    reads = [_result(batch) or _again(batch.files, started) for batch in started.batches[part.name]]
    read = _joined(reads)
    if len(kept) < sum(len(batch.files) for batch in started.batches[part.name]):
        read = Read(
            [fact for fact in read.facts if fact.location.path in kept],
            [gap for gap in read.gaps if gap.location.path in kept],
            [file for file in read.left if file.location.path in kept],
        )
    return whole_part(part, read)


def _result(batch: Batch) -> Read | None:
    """What comes of a batch. Windows delivers Ctrl-C only between two waits, so none of them is long."""
    while True:
        with contextlib.suppress(TimeoutError):
            return batch.answer.result(_WAIT)


def stop(started: Started) -> None:
    """End the workers, whatever they are at."""
    started.waiting.clear()
    for worker in started.workers:
        worker.process.kill()
    for thread in started.threads:
        thread.join()


def main() -> None:
    """Be a worker: batches come in at the standard input, and answers go out at the standard output until it ends."""
    from evidence_check.guard import tidy_seldom
    from evidence_check.readers import readers

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; the first one decides
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not stand among the answers
    readers()
    tidy_seldom()
    with contextlib.suppress(OSError), answers:
        pickle.dump(_READY, answers)
        answers.flush()
        for files, load, seconds in _asked():
            pickle.dump(read_files(files, load, time.monotonic() + seconds), answers)
            answers.flush()


def _asked() -> Iterator[tuple[Sequence[File], Loader, float]]:
    with contextlib.suppress(EOFError):
        while True:
            yield pickle.load(sys.stdin.buffer)  # noqa: S301 - the process that started this one wrote it


def _start(words: Sequence[str]) -> Worker | None:
    process = children.start(words, children.environment(), subprocess.PIPE)
    if process is None or process.stdin is None or process.stdout is None:
        return None
    return Worker(process, process.stdin, process.stdout)


@contextmanager
def _another(words: Sequence[str]) -> Iterator[Worker | None]:
    """A worker that is ready and killed in the end; None where there is none to be had."""
    worker = _start(words)
    if worker is None:
        yield None
        return
    with _ended(worker):
        try:
            yield worker if worker.answer() == _READY else None
        finally:
            worker.process.kill()


@contextmanager
def _ended(worker: Worker) -> Iterator[None]:
    """Wait for the end of a worker when the block is left, and close its pipes, whatever a dead one did not take."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            worker.questions.close()
        with worker.process:
            pass


def _serve(worker: Worker, waiting: deque[Batch], load: Loader, deadline: float) -> None:
    """Hand batches to a worker as long as there are any and it lives."""
    with _ended(worker), contextlib.suppress(IndexError):  # nothing is waiting any more
        alive = worker.answer() == _READY
        while alive:
            batch = waiting.popleft()
            read = worker.read(batch.files, load, deadline)
            batch.answer.set_result(read)
            alive = read is not None


def _again(files: Sequence[File], started: Started) -> Read:
    """What a batch states that a worker died of, file by file; those that another dies of are gaps."""
    reads: list[Read] = []
    left = deque(files)
    while left:
        with _another(started.words) as worker:
            if worker is None:
                return _joined([*reads, read_files(left, started.load, started.deadline)])
            read: Read | None = Read()
            while left and read is not None:
                file = left.popleft()
                read = worker.read([file], started.load, started.deadline)
                reads.append(read or Read(gaps=[_fatal(file)]))
    return _joined(reads)


def _fatal(file: File) -> Gap:
    reason = "ended the process that read it, twice: it needs more memory than there is, or a parser fails on it"
    return Gap(file.location, "read", reason, may_hide(file.location.path))


def _batches(part: Part) -> list[Batch]:
    files = evidence_files(part)
    return [Batch(part.name, files[first : first + BATCH]) for first in range(0, len(files), BATCH)]


def _joined(reads: Sequence[Read]) -> Read:
    return Read(
        [fact for read in reads for fact in read.facts],
        [gap for read in reads for gap in read.gaps],
        [file for read in reads for file in read.left],
    )
