"""Read a zip or tar archive without unpacking it under names of its choosing, and without trusting its figures.

Members are copied one after another into a store and found again by their place in it. What must not be followed or
would be too large is left out and becomes a gap; the rest is read.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import IO

from evidence_check.expressions import expression
from evidence_check.model import Gap, Location
from evidence_check.submission.entries import (
    BINARY_LIMIT,
    MEGABYTE,
    STORE_LIMIT,
    Entry,
    is_inside,
    is_itself,
    is_too_long,
    read_entry,
    shown,
)
from evidence_check.submission.errors import Unusable
from evidence_check.submission.inventory import DEPTH_LIMIT, EVERY_FACT, may_hide

MEMBER_LIMIT = 250_000
RATIO_LIMIT = 1_000
"""How often larger than in the archive a member may claim to be; deflate reaches 1,032 on nothing but zeros."""
XZ_MEMORY = 256 * MEGABYTE

_ZIP = (".zip",)
_TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz")
SUFFIXES = _ZIP + _TAR
_CLOSED = (".7z", ".rar", ".tar.zst", ".zst", ".gz", ".bz2", ".xz")
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, MemoryError,
    RuntimeError, ValueError, LookupError, OverflowError,
)  # fmt: skip
_GIT_DATA = expression(
    r"HEAD|packed-refs|shallow|index|config|info/exclude|sharedindex\.[0-9a-f]{40,64}|objects/info/alternates|"
    r"reftable/tables\.list|objects/[0-9a-f]{2}/[0-9a-f]{38,62}|objects/pack/pack-[0-9a-f]{40,64}\.(?:pack|idx)|"
    r"refs/(?:heads|remotes|tags)/[^\x00-\x1f<>:\"|?*\\]{1,200}"
)


@dataclass(frozen=True)
class Contents:
    """What an archive holds, by path; a single folder around everything is taken off."""

    entries: dict[str, Entry] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    size: int
    open: Callable[[], IO[bytes] | None]
    target: str = ""
    hard: bool = False
    refused: str = ""


def is_archive(name: str) -> bool:
    """Whether a file's name is that of an archive that can be read."""
    return name.lower().endswith(SUFFIXES)


def is_closed_archive(name: str) -> bool:
    """Whether a file's name is that of an archive that cannot be read."""
    return name.lower().endswith(_CLOSED) and not is_archive(name)


def read_archive(path: Path, part: str, store: Path) -> Contents:
    """Copy an archive's members into the file `store`. Raises `Unusable` where it is no archive or empty."""
    is_zip = path.name.lower().endswith(_ZIP)
    collected = _Collected(part, str(store), streamed=not is_zip)
    try:
        with path.open("rb") as stream, store.open("wb") as out:
            members = _zip_members(stream) if is_zip else _tar_members(stream)
            for count, member in enumerate(members):
                if count >= MEMBER_LIMIT:
                    collected.gap("", f"more than {MEMBER_LIMIT:,} members: the rest was left out")
                    break
                collected.take(member, out)
    except _BROKEN as error:
        if not collected.entries:
            raise Unusable(
                f"{path}: no readable archive ({_reason(error)}): pack it again as .zip or .tar.gz"
            ) from error
        collected.gap("", f"the archive is broken ({_reason(error)}): what comes after that was not read")
    if not collected.entries:
        why = "".join(f" ({gap.reason})" for gap in collected.gaps[:1])
        raise Unusable(f"{path}: the archive holds no file that can be read{why}")
    return Contents(*_unwrap(collected.entries, collected.gaps))


def _reason(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


class _Collected:
    """The members that were taken so far."""

    def __init__(self, part: str, store: str, *, streamed: bool) -> None:
        self.entries: dict[str, Entry] = {}
        self.gaps: list[Gap] = []
        self._part = part
        self._store = store
        self._streamed = streamed
        self._folded: dict[str, str] = {}
        self._left = STORE_LIMIT
        self._offset = 0

    def gap(self, path: str, reason: str, hides: frozenset[str] = EVERY_FACT) -> None:
        """Note what was left out."""
        self.gaps.append(Gap(Location(self._part, path), "open", reason, hides))

    def take(self, member: _Member, out: IO[bytes]) -> None:
        """Take a member or note why not. Raises what a broken stream raises, after which nothing can be found."""
        path = member.name.rstrip("/")
        name = path.rpartition("/")[2]
        if path.startswith("__MACOSX/") or name.startswith("._") or not path:
            return
        if refused := member.refused or self._refusal(path):
            self.gap(path if is_inside(path) else "", refused, may_hide(path))
        elif member.hard:
            self._link(path, member.target)
        elif member.target:
            self.entries[path] = Entry(path, target=member.target)
        else:
            self._copy(path, member, out)

    def _refusal(self, path: str) -> str:
        if not is_inside(path):
            return f"a member leads out of the archive ({path!r}): it was not unpacked"
        if path.count("/") > DEPTH_LIMIT:
            return f"nested more than {DEPTH_LIMIT} folders deep"
        if is_too_long(path):
            return "a name that is longer than any file system allows: it was not unpacked"
        if path in self.entries:
            return "stands in the archive twice: only the first was read"
        other = self._folded.setdefault(path.casefold(), path)
        if other != path:
            return (
                f"differs from {other} in upper and lower case only: on many computers just one of them can be unpacked"
            )
        return ""

    def _link(self, path: str, target: str) -> None:
        same = self.entries.get(target)
        if same is None:
            self.gap(path, "a hard link to something that is not in the archive: it was not followed")
        else:
            self.entries[path] = replace(same, path=path)

    def _copy(self, path: str, member: _Member, out: IO[bytes]) -> None:
        """Copy a member's bytes; its claimed size decides nothing, only what comes out of it counts."""
        is_git = ".git/" in path or path.startswith(("objects/", "refs/"))
        limit = min(self._left, STORE_LIMIT if is_git else BINARY_LIMIT)
        size = 0
        try:
            source = member.open() if member.size <= limit else None
            while source is not None and (chunk := source.read(min(MEGABYTE, limit - size + 1))):
                size += len(chunk)
                if size > limit:
                    break
                out.write(chunk)
        except _BROKEN as error:
            self.entries[path] = Entry(path, problem=f"broken in the archive ({_reason(error)})")
            if self._streamed:
                raise
        else:
            if max(size, member.size) > limit:
                problem = f"{max(size, member.size) // MEGABYTE} MB or more, beyond the limit"
                self.entries[path] = Entry(path, max(size, member.size), problem=problem)
            else:
                self.entries[path] = Entry(path, size, self._store, self._offset)
        self._advance(out)

    def _advance(self, out: IO[bytes]) -> None:
        self._left -= out.tell() - self._offset
        self._offset = out.tell()


def _unwrap(entries: dict[str, Entry], gaps: list[Gap]) -> tuple[dict[str, Entry], list[Gap]]:
    """Take a single folder around everything off."""
    tops = {path.partition("/")[0] for path in entries}
    if len(tops) != 1 or not all("/" in path for path in entries) or tops == {".git"}:
        return entries, gaps
    prefix = f"{tops.pop()}/"
    return (
        {path.removeprefix(prefix): replace(entry, path=path.removeprefix(prefix)) for path, entry in entries.items()},
        [replace(gap, location=replace(gap.location, path=gap.location.path.removeprefix(prefix))) for gap in gaps],
    )


def write_git_data(entries: dict[str, Entry], prefix: str, target: Path) -> None:
    """Write what git needs to read a repository's history, and nothing else, out of an archive into a new folder.

    `prefix` is the git directory's path in the archive, with a slash at its end where it is not the whole of it.
    """
    (target / "objects").mkdir(parents=True)
    (target / "refs").mkdir()
    for path, entry in entries.items():
        inner = path.removeprefix(prefix)
        wanted = path.startswith(prefix) and not entry.problem and _GIT_DATA.fullmatch(inner)
        if wanted and is_inside(inner) and is_itself(inner):
            place = target / inner
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(read_entry(entry, STORE_LIMIT))


def _zip_members(stream: IO[bytes]) -> Iterator[_Member]:
    archive = zipfile.ZipFile(stream)
    for info in archive.infolist():
        name = _zip_name(info).replace("\\", "/")
        mode = info.external_attr >> 16
        if name.endswith("/"):
            continue
        refused = target = ""
        if info.flag_bits & 0x1:
            refused = "encrypted: pack it again without a password"
        elif info.file_size > 10 * MEGABYTE and info.file_size > RATIO_LIMIT * max(info.compress_size, 1):
            refused = "packed so tightly that it looks like a zip bomb: it was not unpacked"
        elif stat.S_ISLNK(mode):
            target = _link_target(archive, info)
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            refused = "a device or pipe: it was not unpacked"
        yield _Member(name, info.file_size, partial(archive.open, info), target, refused=refused)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """A member's name; many programs write UTF-8 without saying so, which then comes as code page 437."""
    if not info.flag_bits & 0x800 and not info.filename.isascii():
        try:
            return info.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return info.filename


def _link_target(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    try:
        return (shown(archive.read(info)) if info.file_size < 4096 else "") or "?"
    except _BROKEN:
        return "?"


def _tar_members(stream: IO[bytes]) -> Iterator[_Member]:
    with tarfile.open(fileobj=_Unpacked(stream), mode="r|") as archive:
        for info in archive:
            path = _tar_name(info.name)
            if info.isdir() or path in ("", "."):
                continue
            if info.issym() or info.islnk():
                yield _Member(path, 0, _nothing, _tar_name(info.linkname) or "?", hard=info.islnk())
            elif info.isreg():
                yield _Member(path, info.size, partial(archive.extractfile, info))
            else:
                yield _Member(path, 0, _nothing, refused="a device or pipe: it was not unpacked")


def _nothing() -> None:
    return None


def _tar_name(name: str) -> str:
    return shown(name.encode("utf-8", errors="surrogateescape")).removeprefix("./")


class _Unpacked(io.RawIOBase):
    """The bytes of a tar, whichever way it is compressed: no more of them, and with no more memory, than the limits."""

    def __init__(self, stream: IO[bytes]) -> None:
        magic = stream.read(6)
        stream.seek(0)
        self._stream: IO[bytes] | gzip.GzipFile | bz2.BZ2File = stream
        self._xz: lzma.LZMADecompressor | None = None
        self._left = 4 * STORE_LIMIT
        if magic.startswith(b"\x1f\x8b"):
            self._stream = gzip.GzipFile(fileobj=stream)
        elif magic.startswith(b"BZh"):
            self._stream = bz2.BZ2File(stream)
        elif magic.startswith(b"\xfd7zXZ"):
            self._xz = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)

    def read(self, size: int = -1) -> bytes:
        data = self._read_xz(size) if self._xz else self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise tarfile.ReadError("it unpacks to more than the limit")
        return data

    def _read_xz(self, size: int) -> bytes:
        assert self._xz is not None
        while not self._xz.eof:
            chunk = self._stream.read(65536) if self._xz.needs_input else b""
            if self._xz.needs_input and not chunk:
                raise EOFError("it ends too early")
            if data := self._xz.decompress(chunk, size):
                return data
        return b""
