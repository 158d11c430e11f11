"""Run git in a private directory, with no configuration and no environment but ours."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO

from evidence_check.submission.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from evidence_check.submission.gitdir import Repository

TIME_LIMIT = 120
"""Seconds that one git command may take."""
EMPTY_TREE = "tree"
"""The folder of a private git directory that stands in for a work tree where none may be looked at."""
_KEPT = frozenset({"GIT_EXEC_PATH", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"})
"""Variables that say where git itself is installed."""


def available() -> bool:
    """Whether there is a git program to run."""
    return shutil.which("git") is not None


def run(
    repository: Repository, *arguments: str, stdin: bytes | None = None, stdout: Path | None = None,
    work_tree: Path | None = None,
) -> tuple[int, bytes, str]:  # fmt: skip
    """Run a git command over the repository: its exit status, what it wrote, and its complaint's last line.

    `stdin` is what it reads; what it writes goes into the file `stdout` where one is given. Raises `Refused` where git
    cannot be started.
    """
    private = str(repository.directory)
    environment = {
        "GIT_DIR": private,
        "GIT_COMMON_DIR": private,
        "GIT_INDEX_FILE": str(repository.directory / "index"),
        "GIT_OBJECT_DIRECTORY": str(repository.objects),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_WORK_TREE": str(work_tree or repository.directory / EMPTY_TREE),
    }
    command = ["git", "--no-pager", "--no-replace-objects", "--literal-pathspecs", *arguments]
    return execute(command, environment, repository.directory, stdin, stdout)


def execute(
    command: list[str], environment: Mapping[str, str], private: Path, stdin: bytes | None = None,
    stdout: Path | None = None, seconds: float = TIME_LIMIT,
) -> tuple[int, bytes, str]:  # fmt: skip
    """Run git in the folder `private`, which is its home too, so that nobody's configuration is found.

    Variables of git that the caller's environment holds (a hook's, say) are blanked. Raises `Refused`.
    """
    try:
        import git
    except ImportError as error:
        raise Refused("there is no git program: install git and scan again") from error
    own = {name: "" for name in os.environ if name.startswith("GIT_") and name not in _KEPT}
    own |= {
        "HOME": str(private), "XDG_CONFIG_HOME": str(private), "USERPROFILE": str(private),
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_COUNT": "0", "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_PAGER": "cat", "GIT_EDITOR": "false",
        "GIT_ASKPASS": "", "SSH_ASKPASS": "", "LC_ALL": "C",
    }  # fmt: skip
    with ExitStack() as files:
        stream: BinaryIO | None = None
        if stdin is not None:
            (private / "stdin").write_bytes(stdin)
            stream = files.enter_context((private / "stdin").open("rb"))
        try:
            answer: Any = git.Git(str(private)).execute(
                command,
                istream=stream,
                output_stream=None if stdout is None else files.enter_context(stdout.open("wb")),
                env={**own, **environment},
                with_extended_output=True,
                with_exceptions=False,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                kill_after_timeout=None if sys.platform == "win32" else seconds,
            )
        except git.GitCommandNotFound as error:
            raise Refused("git could not be started: install git and scan again") from error
    status, output, complaint = answer
    if complaint.startswith("Timeout: "):
        complaint = f"git took more than {seconds} s"
    lines = complaint.strip().splitlines()
    return status, output, lines[-1] if lines else ""
