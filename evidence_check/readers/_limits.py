"""Bounds of the work on one file and on all of them: what goes beyond is a gap, never a scan without end.

Every reader bounds its own work by sizes, depths and counts, which is the same on every machine. These bounds are the
net below it, for what nobody thought of.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FILE_SECONDS = 20
"""Seconds of computing that one file may take."""
READ_SECONDS = 600
"""Seconds that reading may take altogether."""
FACT_LIMIT = 100_000
"""Facts that one file may give."""

Arm = Callable[[float], None]
"""Gives the work that follows so many seconds of computing; 0 for as many as it wants."""


class OutOfTime(BaseException):
    """A file took too long. No `Exception`, since libraries catch those."""


def unarmed(_seconds: float) -> None:
    """Lets work take as long as it wants."""


@contextmanager
def stopwatch() -> Iterator[Arm]:
    """Something to arm, which raises `OutOfTime` in the midst of whatever is at work, a regular expression too.

    Only computing counts, not waiting (setitimer(2)). Where there is no such timer (Windows), or where another thread
    than the main one runs, nothing is interrupted: the caller's own look at the clock has to do.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer") or signal.getsignal(signal.SIGVTALRM) is not signal.SIG_DFL:
        yield unarmed
        return

    def arm(seconds: float) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1 if seconds else 0)

    signal.signal(signal.SIGVTALRM, _end)
    try:
        yield arm
    finally:
        arm(0)
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)


def _end(_number: int, _frame: object) -> None:
    raise OutOfTime
