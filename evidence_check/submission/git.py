"""Run git in a private directory, with no configuration and no environment but ours."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from evidence_check.submission.entries import MEGABYTE, STORE_LIMIT
from evidence_check.submission.errors import Refused

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from evidence_check.submission.gitdir import Repository

TIME_LIMIT = 120
"""Seconds that one git command may take."""
OUTPUT_LIMIT = 512 * MEGABYTE
"""Bytes that one git command may write."""
FILE_LIMIT = STORE_LIMIT + 64 * MEGABYTE
"""Bytes that it may write into a file."""
PIPE = 65536
"""Bytes that a pipe holds, so that a process goes on writing while they are looked at."""
EMPTY_TREE = "tree"
"""The folder of a private git directory that stands in for a work tree where none may be looked at."""
_KEPT = frozenset({"GIT_EXEC_PATH", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"})
"""Variables that say where git itself is installed."""


def available() -> bool:
    """Whether there is a git program to run."""
    return shutil.which("git") is not None


Answer = tuple[int, bytes, str]
"""A command's exit status, what it wrote, and its complaint's last line."""


def run(
    repository: Repository, *arguments: str, stdin: bytes | None = None, stdout: Path | None = None,
    take: Callable[[bytes], object] | None = None, seconds: float = TIME_LIMIT,
) -> Answer:  # fmt: skip
    """Run a git command over the repository.

    `stdin` is what it reads; what it writes goes into the file `stdout` where one is given, or piece by piece to `take`
    while git is still at work. Commands may run in several threads at once. Raises `Refused` where git cannot be
    started.
    """
    command, environment = _over(repository, arguments)
    return execute(command, environment, repository.directory, stdin, stdout, take, seconds)


@contextmanager
def start(
    repository: Repository, *arguments: str, stdin: bytes | None = None, work_tree: Path | None = None
) -> Iterator[Callable[[], Answer]]:
    """Start a git command over the repository and go on meanwhile: what is yielded waits for its answer.

    The command is ended when the block is left. Raises `Refused` where git cannot be started.
    """
    from concurrent.futures import ThreadPoolExecutor

    command, environment = _over(repository, arguments, work_tree)
    with (
        ThreadPoolExecutor(1) as pool,
        _started(command, environment, repository.directory, stdin) as collect,
    ):
        yield pool.submit(collect).result


def _over(
    repository: Repository, arguments: Iterable[str], work_tree: Path | None = None
) -> tuple[list[str], dict[str, str]]:
    """A command over the repository and its environment."""
    private = str(repository.directory)
    environment = {
        "GIT_DIR": private,
        "GIT_COMMON_DIR": private,
        "GIT_INDEX_FILE": str(repository.directory / "index"),
        "GIT_OBJECT_DIRECTORY": str(repository.objects),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_WORK_TREE": str(work_tree or repository.directory / EMPTY_TREE),
    }
    return ["git", "--no-pager", "--no-replace-objects", "--literal-pathspecs", *arguments], environment


def execute(
    command: list[str], environment: Mapping[str, str], private: Path, stdin: bytes | None = None,
    stdout: Path | None = None, take: Callable[[bytes], object] | None = None, seconds: float = TIME_LIMIT,
) -> Answer:  # fmt: skip
    """Run git in the folder `private`, which is its home too, so that nobody's configuration is found.

    Variables of git that the caller's environment holds (a hook's, say) are blanked. Raises `Refused`.
    """
    with _started(command, environment, private, stdin, stdout, take, seconds) as collect:
        return collect()


@contextmanager
def _started(
    command: list[str], environment: Mapping[str, str], private: Path, stdin: bytes | None,
    stdout: Path | None = None, take: Callable[[bytes], object] | None = None, seconds: float = TIME_LIMIT,
) -> Iterator[Callable[[], Answer]]:  # fmt: skip
    """Start git as `execute` says; what is yielded collects what it writes until it ends."""
    try:
        import git
    except ImportError as error:
        raise Refused("there is no git program: install git and scan again") from error
    own = {name: "" for name in os.environ if name.startswith("GIT_") and name not in _KEPT}
    own |= {
        "HOME": str(private), "XDG_CONFIG_HOME": str(private), "USERPROFILE": str(private),
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_COUNT": "0", "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_FLUSH": "0", "GIT_PAGER": "cat",
        "GIT_EDITOR": "false", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "LC_ALL": "C",
    }  # fmt: skip
    with ExitStack() as files:
        stream: BinaryIO | None = None
        if stdin is not None:
            stream = files.enter_context(tempfile.TemporaryFile(dir=private))
            stream.write(stdin)
            stream.seek(0)
        kept = io.BytesIO()
        target = kept if stdout is None else files.enter_context(stdout.open("wb"))
        try:
            process: Any = git.Git(str(private)).execute(
                command, istream=stream, env={**own, **environment}, as_process=True
            )
        except git.GitCommandNotFound as error:
            raise Refused("git could not be started: install git and scan again") from error

        def collect() -> Answer:
            limit = OUTPUT_LIMIT if stdout is None else FILE_LIMIT
            status, complaint = _collect(process.proc, take or target.write, limit, seconds)
            return status, kept.getvalue(), complaint

        try:
            yield collect
        finally:
            process.proc.kill()


def _collect(
    process: subprocess.Popen[bytes], take: Callable[[bytes], object], limit: int, seconds: float
) -> tuple[int, str]:
    """Hand on what a process writes; ended when it takes too long or writes too much. Its status and last complaint."""
    assert process.stdout is not None
    assert process.stderr is not None
    said = bytearray()

    def listen(stream: IO[bytes]) -> None:
        while chunk := stream.read(PIPE):
            said.extend(chunk)
            del said[:-4096]

    listener = threading.Thread(target=listen, args=(process.stderr,), daemon=True)
    listener.start()
    overdue = threading.Event()

    def end() -> None:
        overdue.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    left = limit
    try:
        while left >= 0 and (chunk := process.stdout.read(PIPE)):
            left -= len(chunk)
            take(chunk)
        if left < 0:
            process.kill()
        status = process.wait()
        listener.join()
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()
    if left < 0:
        return 1, f"git wrote more than {limit // MEGABYTE} MB"
    if overdue.is_set():
        return 1, f"git took more than {seconds:g} s"
    lines = said.decode("utf-8", errors="replace").strip().splitlines()
    return status, lines[-1] if lines else ""
