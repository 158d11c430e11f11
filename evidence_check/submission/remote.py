"""Fetch a submission that was named by its address. Nothing else in this tool uses the network."""

from __future__ import annotations

import os
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from evidence_check.expressions import expression
from evidence_check.submission import archive, git
from evidence_check.submission.entries import MEGABYTE
from evidence_check.submission.errors import Refused, Unusable

DOWNLOAD_LIMIT = 1024 * MEGABYTE
CLONE_SECONDS = 600
DOWNLOAD_SECONDS = 600
_SCP = expression(r"[\w.-]{1,64}@[\w.-]{1,255}:(?!/?/)\S{1,1000}")
_ARCHIVE_PATH = expression(r"/(?:zipball|tarball|zip|tar\.gz)/|/-/archive/")


def is_remote(given: str) -> bool:
    """Whether an input is an address, not a path."""
    return "://" in given or bool(_SCP.fullmatch(given) and not Path(given).exists())


def local_path(given: str) -> Path | None:
    """The path that a `file://` address names, None for any other address. Raises `Unusable` for another computer's."""
    parts = urlsplit(given)
    if parts.scheme != "file":
        return None
    if parts.netloc not in ("", "localhost"):
        raise Unusable(f"{given}: names a file of another computer; use file:///path")
    from urllib.request import url2pathname

    return Path(url2pathname(parts.path))


def shown_address(given: str) -> str:
    """An address without the password or token in it."""
    parts = urlsplit(given)
    if "@" not in parts.netloc or parts.scheme in ("", "ssh"):
        return given
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def name_of(given: str) -> str:
    """The last word of an address, for a part's name."""
    path = given.rpartition(":")[2] if _SCP.fullmatch(given) else urlsplit(given).path
    name = unquote(path.rstrip("/").rpartition("/")[2]).replace("/", "-").removesuffix(".git")
    return name or "part"


def is_archive_address(given: str) -> bool:
    """Whether an address leads to an archive rather than to a git repository."""
    parts = urlsplit(given)
    return parts.scheme in ("https", "http") and (
        archive.is_archive(parts.path) or bool(_ARCHIVE_PATH.search(parts.path))
    )


def clone(given: str, room: Path) -> Path:
    """Clone a repository's branches and tags, without a work tree, into the new folder `room`. Raises `Unusable`."""
    address = shown_address(given)
    scheme = urlsplit(given).scheme if "://" in given else "ssh"
    if scheme not in ("https", "ssh"):
        raise Unusable(f"{address}: {scheme}:// is not used; name an https:// or ssh:// address")
    if not git.available():
        raise Unusable(f"{address}: there is no git program to clone it with; install git or hand in a folder or .zip")
    room.mkdir(parents=True)
    environment = {
        "GIT_ALLOW_PROTOCOL": "https:ssh",
        "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=20",
    }
    command = [
        "git", "-c", f"core.hooksPath={os.devnull}", "-c", "credential.helper=", "-c", "core.askPass=",
        "clone", "--quiet", "--bare", "--no-recurse-submodules", "--template=", "--", given, str(room / "clone"),
    ]  # fmt: skip
    try:
        status, _, complaint = git.execute(command, environment, room, seconds=CLONE_SECONDS)
    except Refused as refused:
        raise Unusable(f"{address}: {refused}") from refused
    if status:
        complaint = complaint.replace(given, address)
        raise Unusable(f"{address}: git could not clone it ({complaint}); check the address and your access to it")
    return room / "clone"


def download(given: str, room: Path) -> Path:
    """Download an archive into the new folder `room`. Raises `Unusable`."""
    import requests

    address = shown_address(given)
    room.mkdir(parents=True)
    name = urlsplit(given).path.rpartition("/")[2].lower()
    suffix = next((suffix for suffix in sorted(archive.SUFFIXES, key=len) if name.endswith(suffix)), "")
    end = time.monotonic() + DOWNLOAD_SECONDS
    try:
        with requests.get(given, stream=True, timeout=(20, 60), headers={"Accept-Encoding": "identity"}) as response:
            response.raise_for_status()
            if not suffix:
                suffix = ".zip" if "zip" in response.headers.get("Content-Type", "") + given.lower() else ".tar.gz"
            target = room / f"archive{suffix}"
            size = 0
            with target.open("wb") as out:
                for chunk in response.iter_content(MEGABYTE):
                    size += len(chunk)
                    if size > DOWNLOAD_LIMIT:
                        raise Unusable(f"{address}: larger than {DOWNLOAD_LIMIT // MEGABYTE} MB; download it yourself")
                    if time.monotonic() > end:
                        raise Unusable(f"{address}: took more than {DOWNLOAD_SECONDS} s; download it yourself")
                    out.write(chunk)
    except requests.RequestException as error:
        status = getattr(error.response, "status_code", "")
        why = f"the server answered {status}" if status else type(error).__name__
        raise Unusable(
            f"{address}: cannot be downloaded ({why}); check the address, or download it yourself"
        ) from error
    return target
