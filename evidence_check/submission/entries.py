"""Files of a tree before anybody looked into them, and the one way to read their bytes.

An entry's bytes are either a whole file on disk or a slice of a store: a file that holds what came out of an archive or
out of git's objects, so that nothing needs to be unpacked under names that the submission chose.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evidence_check.model import File

from evidence_check.expressions import expression

MEGABYTE = 1024 * 1024
TEXT_LIMIT = 5 * MEGABYTE
"""Largest text file that is read."""
BINARY_LIMIT = 64 * MEGABYTE
"""Largest picture or office document that is read."""
STORE_LIMIT = 1024 * MEGABYTE
"""Bytes that are taken out of an archive, or out of git's objects, at most."""
PATH_LIMIT = 4096
NAME_LIMIT = 255
"""Characters of a path and of a name in it (PATH_MAX and NAME_MAX of Linux; limits.h(0P))."""
WINDOWS = os.name == "nt"
_OUTSIDE = expression(r"(?:^|/)\.{0,2}(?:/|$)|^[A-Za-z]:|\0")
_MEANS_ELSE = expression(
    r"[\\:*?\"<>|\x00-\x1f]|[. ](?:/|$)|"
    r"(?:^|/)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])[. ]{0,9}(?:\.[^/]*)?(?:/|$)",
    re.IGNORECASE,
)
_JUNCTION = 0xA0000003
"""IO_REPARSE_TAG_MOUNT_POINT: a folder that is another one, which Windows does not call a link."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree."""

    path: str
    """POSIX path relative to the part's root, bytes that are no UTF-8 written `\\xNN`."""
    size: int = 0
    holder: str | bytes = ""
    offset: int = -1
    """Where the bytes start in `holder`; -1 where the holder is the file itself."""
    target: str = ""
    """Where a symbolic link leads; it is never followed."""
    problem: str = ""
    """Why the bytes cannot be had."""


@dataclass(frozen=True)
class Loader:
    """The way to the bytes of a submission's files, which another process can go as well."""

    entries: Mapping[str, Mapping[str, Entry]]
    """By part and path."""

    def __call__(self, file: File) -> bytes:
        """The bytes of a file; raises `OSError`, whose `strerror` is one line for a person."""
        entry = self._entry(file)
        if entry is None:
            raise FileNotFoundError(errno.ENOENT, "not in the submission")
        return read_entry(entry, BINARY_LIMIT if file.binary else TEXT_LIMIT)

    def only(self, files: Iterable[File]) -> Loader:
        """The way to these files alone."""
        entries: dict[str, dict[str, Entry]] = {}
        for file in files:
            if (entry := self._entry(file)) is not None:
                entries.setdefault(file.location.part, {})[file.location.path] = entry
        return Loader(entries)

    def _entry(self, file: File) -> Entry | None:
        return self.entries.get(file.location.part, {}).get(file.location.path)


def read_entry(entry: Entry, limit: int) -> bytes:
    """The bytes of an entry. Raises `OSError` where there are none, or more than `limit`."""
    if entry.target:
        raise OSError(errno.ELOOP, "a symbolic link, which is not followed")
    if entry.problem:
        raise OSError(errno.ENOENT, entry.problem)
    too_large = OSError(errno.EFBIG, f"larger than {limit // MEGABYTE} MB, which is the limit")
    if entry.size > limit:
        raise too_large
    with open_regular(entry.holder) as stream:
        if entry.offset >= 0:
            stream.seek(entry.offset)
            return stream.read(entry.size)
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise too_large
    return data


def read_head(entry: Entry, length: int) -> bytes:
    """The first bytes of an entry, empty where it cannot be read."""
    if not entry.holder:
        return b""
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
    if not hasattr(os, "O_NOFOLLOW") and leads_elsewhere(path):
        raise OSError(errno.ELOOP, "a symbolic link, which is not followed")
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return os.fdopen(descriptor, "rb", buffering=0)


def shown(raw: bytes) -> str:
    """A file name as text: UTF-8, with bytes that are not as `\\xNN`."""
    return raw.decode("utf-8", errors="backslashreplace")


def is_inside(path: str) -> bool:
    """Whether a relative POSIX path stays inside its tree, on every operating system."""
    return not _OUTSIDE.search(path)


def is_too_long(path: str) -> bool:
    """Whether no file system would hold a path: only an index or archive that was made by hand does."""
    return len(path) > PATH_LIMIT or any(len(name) > NAME_LIMIT for name in path.split("/"))


def is_itself(path: str) -> bool:
    """Whether this system takes a relative POSIX path for the file of that name.

    Windows takes `..\\x` for another place, `a:b` for a stream of `a`, `con` and `aux.txt` for a device, and `a.` for
    `a` (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
    """
    return not (WINDOWS and _MEANS_ELSE.search(path))


def is_junction(status: os.stat_result) -> bool:
    """Whether a folder's own status (`lstat`) is that of a junction, which leads elsewhere as a link does."""
    return WINDOWS and getattr(status, "st_reparse_tag", 0) == _JUNCTION


def leads_elsewhere(path: str | bytes | os.PathLike[str]) -> bool:
    """Whether a path is a symbolic link or a junction; what is not there is neither."""
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return False
    return stat.S_ISLNK(status.st_mode) or is_junction(status)
