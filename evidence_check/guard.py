"""What the process itself is held to: a limit on its memory, how often it tidies, and an orderly end."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from types import FrameType

MEMORY_LIMIT = 4 * 1024**3
"""Bytes of data that the process, and each that it starts, may hold (RLIMIT_DATA of getrlimit(2))."""


TIME_LIMIT = 3600
"""Seconds that a command may take altogether: the net below the limits of files, readers, linters and git."""


class TooLong(BaseException):
    """The command took more than `TIME_LIMIT`. No `Exception`, since libraries catch those."""


class Stopped(BaseException):
    """The process was told to end by a signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def limit_memory() -> None:
    """Let an allocation beyond `MEMORY_LIMIT` fail, so that it becomes a gap and not a machine without memory.

    Systems without such a limit (Windows; macOS has it and does not obey) keep to the limits on sizes and counts.
    """
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = MEMORY_LIMIT if hard == resource.RLIM_INFINITY else min(MEMORY_LIMIT, hard)
    if soft == resource.RLIM_INFINITY or soft > wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))


def tidy_seldom() -> None:
    """Let Python look for cycles of garbage seldom: it would walk all facts again and again, and find hardly any.

    A fifth of the time of a large scan went into that.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)


def limit_time() -> None:
    """Let `TooLong` be raised when the command has taken `TIME_LIMIT`, whatever it is at; Windows has no such timer."""
    if hasattr(signal, "setitimer") and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL:
        signal.signal(signal.SIGALRM, _too_long)
        signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT)


def lift_time_limit() -> None:
    """Take the limit of `limit_time` back."""
    if hasattr(signal, "setitimer") and signal.getsignal(signal.SIGALRM) is _too_long:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def run_nothing_from_here() -> None:
    """Let Windows look for a program such as git on the PATH alone, not first in the current folder, which may be the
    submission.

    https://learn.microsoft.com/windows/win32/api/processenv/nf-processenv-needcurrentdirectoryforexepathw
    """
    if sys.platform == "win32":
        os.environ["NODEFAULTCURRENTDIRECTORYINEXEPATH"] = "1"


def end_in_order() -> None:
    """Let SIGTERM, SIGHUP and Windows's Ctrl-Break raise `Stopped`: temporary files and linters do not outlive the
    scan."""
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stop)


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise TooLong


def _stop(number: int, _frame: FrameType | None) -> None:
    raise Stopped(number)
