"""cloud-init user-data files: the configuration as a resource, what it runs as commands.

Format: https://docs.cloud-init.io/en/latest/explanation/format.html
"""

from __future__ import annotations

from collections.abc import Iterator

from evidence_check.model import Fact, Unit, UnitKind
from evidence_check.readers import _manifests, _templates
from evidence_check.readers._source import Source, Unreadable
from evidence_check.readers._user_data import CLOUD_CONFIG, boot_facts, cloud_config
from evidence_check.tree import Map

SYSTEM = "cloud-init"
GIVES = frozenset({"resource", "command"})

_HEAD = 400
"""Bytes in which the mark `#cloud-config` stands."""


def wants(source: Source) -> bool:
    """Files that begin with `#cloud-config`, and multi-part archives."""
    if (
        source.file.binary
        or source.file.size > 1_000_000
        or source.name.lower().endswith((".md", ".tf", ".py", ".rst"))
    ):
        return False
    start = source.data[:_HEAD]
    if b"#cloud-config" in start and CLOUD_CONFIG.match(source.text):
        return True
    return b"MIME-Version" in start and b"multipart" in start and b"text/cloud-config" in source.data


def read(source: Source) -> Iterator[Fact]:
    """The configuration and its commands. Raises `Unreadable`."""
    unit = Unit(UnitKind.MACHINE, source.path, "", source.file.location.part)
    if CLOUD_CONFIG.match(source.text) is None:
        yield from boot_facts(source.text, source, unit, 1)
        return
    lines = source.text.rstrip("\n").count("\n")
    for document in _documents(source):
        if isinstance(document, Map):
            yield from cloud_config(document, source, unit, lines + 1 - document.line)


def _documents(source: Source) -> list[object]:
    try:
        return source.yaml
    except Unreadable:
        if not _templates.is_template(source.text):
            raise
        found, broken = _manifests.documents(_templates.without_statements(source.text))
        if broken:
            raise
        return found
