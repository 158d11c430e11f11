"""Files of a tree before anybody looked into them, and the one way to read their bytes.

An entry's bytes are either a whole file on disk or a slice of a file (a store that holds what came out of an archive
or out of git's objects), so that nothing needs to be unpacked under names that the submission chose.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from typing import IO

MEGABYTE = 1024 * 1024
TEXT_LIMIT = 5 * MEGABYTE
"""Largest text file that is read."""
BINARY_LIMIT = 64 * MEGABYTE
"""Largest picture or office document that is read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A tracked file: its path relative to the part's root and where its bytes are.

    `holder` is empty where there are none to read: a symbolic link, which is never followed.
    """

    path: str
    size: int = 0
    holder: str | bytes = ""
    offset: int = -1
    """Where the bytes start in `holder`; -1 where the holder is the file itself."""
    link: bool = False


def read_entry(entry: Entry, limit: int) -> bytes:
    """The bytes of an entry. Raises `OSError` where there are none, or more than `limit`."""
    if entry.link:
        raise OSError(errno.ELOOP, "a symbolic link, which is not followed")
    if entry.size > limit:
        raise OSError(errno.EFBIG, f"larger than {limit // MEGABYTE} MB, which is the limit")
    with open_regular(entry.holder) as stream:
        if entry.offset >= 0:
            stream.seek(entry.offset)
            return stream.read(entry.size)
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"larger than {limit // MEGABYTE} MB, which is the limit")
    return data


def read_head(entry: Entry, length: int) -> bytes:
    """The first bytes of an entry, empty where it cannot be read."""
    try:
        with open_regular(entry.holder) as stream:
            if entry.offset >= 0:
                stream.seek(entry.offset)
                return stream.read(min(length, entry.size))
            return stream.read(length)
    except OSError:
        return b""


def open_regular(path: str | bytes) -> IO[bytes]:
    """Open a regular file for reading: never a link, a device or a pipe (which would wait for ever)."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return os.fdopen(descriptor, "rb", buffering=0)
