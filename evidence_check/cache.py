"""What is remembered from one run to the next, sealed with what it was made from.

An entry is found and opened only with its key, a digest of everything that it was made from: the rules' bytes, or all
that was handed in. Who does not have that can neither read an entry, nor tell what it belongs to, nor write one that is
taken for true. The folder is the user's own (mode 0700); to delete it, or any file in it, at any time, costs nothing
but the time of the next run. Entries are texts: nothing in them is ever run.

Whatever is wrong with the folder or an entry, nothing is remembered, and everything is worked out again.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import hmac
import os
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from evidence_check import __version__
from evidence_check.atomic import put
from evidence_check.submission.entries import is_junction, leads_elsewhere, open_regular

LIMIT = 64 * 1024 * 1024
"""Bytes that all entries may take: the ones not used for longest go first."""
ENTRY_LIMIT = 16 * 1024 * 1024
TEXT_LIMIT = 128 * 1024 * 1024
"""Bytes of an entry, and of the text in it."""
_SUFFIX = ".sealed"
_HEAD = 32


def folder(inputs: Iterable[str | Path] = ()) -> Path | None:
    """The user's folder for it; None where there is none that is private, or where it lies inside of an input.

    Places: https://specifications.freedesktop.org/basedir-spec/latest/, `~/Library/Caches`, `%LOCALAPPDATA%`.
    """
    try:
        base = _base()
        if not base.is_absolute():
            return None
        place = base / "evidence-check"
        if any(place.resolve().is_relative_to(Path(given).resolve()) for given in inputs):
            return None
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = place.lstat()
    except (OSError, ValueError, RuntimeError):  # RuntimeError: there is no home
        return None
    own = not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o077)
    return place if stat.S_ISDIR(status.st_mode) and own else None


def _base() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", ""))
    if sys.platform == "darwin":
        return Path("~/Library/Caches").expanduser()
    given = os.environ.get("XDG_CACHE_HOME", "")
    return Path(given) if given.startswith("/") else Path("~/.cache").expanduser()


def key(*pieces: bytes) -> bytes:
    """The key of what was made from these by this tool, this Python and these libraries."""
    digest = hashlib.blake2b(digest_size=32)
    for piece in (_tool(), *pieces):
        digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.digest()


def recall(key: bytes, inputs: Iterable[str | Path] = ()) -> str | None:
    """The text that was remembered under a key; None where there is none, or not a whole one."""
    place = folder(inputs)
    if place is None:
        return None
    path = place / _name(key)
    try:
        with path.open("rb") as stream:
            sealed = stream.read(ENTRY_LIMIT + 1)
        head, body = sealed[:_HEAD], sealed[_HEAD:]
        if len(sealed) > ENTRY_LIMIT or not hmac.compare_digest(head, _mark(key, body)):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        unpacked = zlib.decompressobj()
        text = unpacked.decompress(_crossed(key, body), TEXT_LIMIT)
        return text.decode() if unpacked.eof else None
    except (OSError, ValueError, zlib.error):
        return None


def remember(key: bytes, text: str, inputs: Iterable[str | Path] = ()) -> None:
    """Remember a text under a key; where that cannot be done, nothing happens. Nothing is written into an input."""
    place = folder(inputs)
    if place is None:
        return
    body = _crossed(key, zlib.compress(text.encode(), 1))
    if len(body) + _HEAD > ENTRY_LIMIT:
        return
    with contextlib.suppress(OSError):
        put(place / _name(key), _mark(key, body) + body, 0o600)
        _make_room(place)


def identity(inputs: Iterable[Path], *, reading: bool = True) -> tuple[bytes, bytes] | None:
    """What identifies all that was handed in: by its content, and by what the file system says of it.

    Without `reading` no file is opened, and only the second means anything: whether something was changed meanwhile.

    Every file counts, tracked or not, links by where they lead; of git's objects, whose names are digests, what the
    file system says is taken for their content. None where there is more than reading it again would be worth.
    """
    content, outside = hashlib.blake2b(digest_size=32), hashlib.blake2b(digest_size=32)
    left, files = _READ, 0
    for given in inputs:
        root = os.path.realpath(given)
        above = [parent for parent in Path(root).parents if (parent / ".git").exists()]
        content.update(repr((root, list(map(str, above)))).encode("utf-8", "surrogateescape"))
        bare = os.path.isfile(f"{root}{os.sep}HEAD")  # noqa: PTH113 - Path raises where a folder may not be entered
        for path, name in _files(root):
            files += 1
            try:
                status = os.lstat(path)
            except OSError as error:
                content.update(repr((name, error.errno)).encode("utf-8", "surrogateescape"))
                continue
            seen = (name, status.st_mode, status.st_size)
            told = (*seen, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
            outside.update(repr(told).encode("utf-8", "surrogateescape"))
            if _OBJECTS in name or (bare and name.startswith(_BARE_OBJECTS)):
                content.update(repr(told).encode("utf-8", "surrogateescape"))
                continue
            content.update(repr(seen).encode("utf-8", "surrogateescape"))
            left -= status.st_size if stat.S_ISREG(status.st_mode) else 0
            if left < 0 or files > _FILES:
                return None
            if reading:
                content.update(_content(path, status))
    return content.digest(), outside.digest()


_READ = 192 * 1024 * 1024
_FILES = 40_000
"""Bytes and files that are looked at, to tell whether a submission is one that was scanned before."""
_BARE_OBJECTS = f"{os.sep}objects{os.sep}"
_OBJECTS = f"{os.sep}.git{_BARE_OBJECTS}"


def _files(root: str) -> Iterator[tuple[str, str]]:
    """Every file below a folder with its path in it, sorted; the root itself where it is a file."""
    if not os.path.isdir(root):  # noqa: PTH112 - as above
        yield root, ""
    for folder, folders, names in os.walk(root):
        links = [name for name in folders if leads_elsewhere(f"{folder}{os.sep}{name}")]
        folders[:] = sorted(set(folders) - set(links))  # Python 3.11 walks into a junction
        for name in sorted([*names, *links]):
            path = os.path.join(folder, name)  # noqa: PTH118 - a text: there are many, and none needs to be a Path
            yield path, path[len(root) :]


def _content(path: str, status: os.stat_result) -> bytes:
    """A digest of a file's bytes, where a link leads, or why neither can be told."""
    try:
        if stat.S_ISLNK(status.st_mode) or is_junction(status):
            return os.fsencode(Path(path).readlink())
        if not stat.S_ISREG(status.st_mode):
            return b""
        with open_regular(path) as stream:
            digest = hashlib.blake2b(digest_size=32)
            while chunk := stream.read(1024 * 1024):
                digest.update(chunk)
            return digest.digest()
    except OSError as error:
        return str(error.errno).encode()


@functools.cache
def _tool() -> bytes:
    """What the answers depend on beside what is read: this tool, Python, and the libraries that are installed."""
    told: list[object] = [__version__, sys.version, sys.platform]
    for path, name in _files(str(Path(__file__).parent)):
        if name.endswith((".py", ".html", ".json")):
            status = Path(path).stat()
            told.append((name, status.st_size, status.st_mtime_ns))
    libraries = Path(zlib.__file__ if hasattr(zlib, "__file__") else os.__file__).parent
    for place in sorted({*sys.path, str(libraries)}):
        with contextlib.suppress(OSError):
            told.append(sorted(found.name for found in Path(place).iterdir() if found.suffix == ".dist-info"))
    return repr(told).encode("utf-8", "surrogateescape")


def _name(key: bytes) -> str:
    return hashlib.blake2b(key, digest_size=20, person=b"name").hexdigest() + _SUFFIX


def _mark(key: bytes, body: bytes) -> bytes:
    """What only somebody with the key can write over a body."""
    return hashlib.blake2b(body, digest_size=_HEAD, key=key, person=b"mark").digest()


def _crossed(key: bytes, data: bytes) -> bytes:
    """The data crossed with a stream that only the key gives, which makes it unreadable or readable again.

    A key is used for one text: it is a digest of all that the text was made from.
    """
    stream = hashlib.shake_256(b"stream" + key).digest(len(data))
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(data), "big")


def _make_room(place: Path) -> None:
    """Remove what was not used for longest where there is too much, and what killed runs left half written."""
    entries = [
        (entry.stat(), Path(entry.path)) for entry in os.scandir(place) if entry.name.endswith((_SUFFIX, ".part"))
    ]
    newest = max((status.st_mtime for status, _ in entries), default=0.0)
    total = 0
    for status, path in sorted(entries, key=lambda entry: (-entry[0].st_mtime, entry[1])):
        total += status.st_size
        if total > LIMIT or (path.suffix == ".part" and status.st_mtime < newest - 3600):
            with contextlib.suppress(OSError):
                path.unlink()
