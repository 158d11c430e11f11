"""Office files: zip packages of XML parts, opened with limits on what they may expand to."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import Any

from evidence_check.readers._markup import SIZE_LIMIT, attribute, elements, local, parse_xml
from evidence_check.readers._source import Unreadable

ENTRY_LIMIT = 5_000
TOTAL_LIMIT = 300_000_000
"""Bytes that all parts together may expand to, by the package's own word; each part is held to its size when read."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Package:
    """An opened office file."""

    archive: zipfile.ZipFile

    def names(self) -> list[str]:
        """The parts' names, sorted."""
        return sorted(self.archive.namelist())

    def has(self, name: str) -> bool:
        """Whether it has such a part."""
        return name in self.archive.NameToInfo

    def read(self, name: str, limit: int = SIZE_LIMIT) -> bytes:
        """A part's bytes. Raises `Unreadable` where it is missing, damaged, encrypted or larger than the limit."""
        try:
            with self.archive.open(name) as part:
                data = part.read(limit + 1)
        except KeyError as error:
            raise Unreadable(f"is damaged: its part {name[:80]} is missing") from error
        except RuntimeError as error:
            raise Unreadable("is encrypted: hand it in without a password") from error
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
            raise Unreadable(f"is damaged: its part {name[:80]} cannot be unpacked") from error
        if len(data) > limit:
            raise Unreadable(f"unpacks to more than {limit // 1_000_000} MB: not opened")
        return data

    def xml(self, name: str) -> Any:
        """A part's root element. Raises `Unreadable`."""
        return parse_xml(self.read(name))

    def related(self, name: str) -> dict[str, str]:
        """The parts that a part of an Open Packaging file refers to, by relationship id; links out are left out."""
        relations = join(dirname(name), "_rels", f"{name.rpartition('/')[2]}.rels")
        if not self.has(relations):
            return {}
        return {
            item.get("Id", ""): normpath(join("/", dirname(name), item.get("Target", ""))).lstrip("/")
            for item in elements(self.xml(relations))
            if local(item) == "Relationship" and item.get("TargetMode") != "External"
        }

    def main(self) -> str:
        """The name of the main part of an Open Packaging file. Raises `Unreadable` where it has none."""
        for item in elements(self.xml("_rels/.rels")):
            if attribute(item, "Type").endswith(("/officeDocument", "/visio/2010/relationships/document")):
                return normpath(str(item.get("Target", ""))).lstrip("/")
        raise Unreadable("is damaged: it does not say which part is the document")


def open_package(data: bytes, kind: str) -> Package:
    """Open an office file. Raises `Unreadable` with what it is instead."""
    if data.startswith(_OLE):
        raise Unreadable(f"is protected by a password or in an old format: save it as an open {kind}")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        sizes = [info.file_size for info in archive.infolist()]
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, OverflowError) as error:
        raise Unreadable(f"is damaged or no {kind}: it is not a zip package") from error
    if len(sizes) > ENTRY_LIMIT or sum(sizes) > TOTAL_LIMIT:
        raise Unreadable(f"would unpack to {len(sizes):,} parts of {sum(sizes) // 1_000_000:,} MB: not opened")
    return Package(archive)
