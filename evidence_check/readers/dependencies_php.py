"""Packages that `composer.json` asks for (https://getcomposer.org/doc/04-schema.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence_check.model import Dependency
from evidence_check.tree import Map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence_check.readers._source import Source

SYSTEM = "composer-packages"
GIVES = frozenset({Dependency.kind})


def wants(source: Source) -> bool:
    """The manifest by name."""
    return source.name == "composer.json"


def read(source: Source) -> Iterator[Dependency]:
    """The packages; PHP itself and its extensions are none. Raises `Unreadable`."""
    manifest = source.json
    for key, scope in (("require", ""), ("require-dev", "dev")):
        table = manifest.get(key) if isinstance(manifest, Map) else None
        if isinstance(table, Map):
            for name, version in table.items():
                if "/" in name:
                    yield Dependency(source.at(table.line_of(name)), "packagist", name.lower(), str(version), scope)
