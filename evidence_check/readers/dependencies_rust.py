"""Crates that `Cargo.toml` asks for (https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence_check.model import Dependency
from evidence_check.readers._source import Unreadable
from evidence_check.readers._toml import parse_toml
from evidence_check.tree import BadSyntax, Map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence_check.readers._source import Source

SYSTEM = "cargo-crates"
GIVES = frozenset({Dependency.kind})

_SCOPES = {"dependencies": "", "dev-dependencies": "dev", "build-dependencies": "build"}


def wants(source: Source) -> bool:
    """The manifest by name."""
    return source.name == "Cargo.toml"


def read(source: Source) -> Iterator[Dependency]:
    """The crates, those of a target or a workspace too. Raises `Unreadable`."""
    try:
        manifest = parse_toml(source.text)
    except BadSyntax as error:
        raise Unreadable(str(error), error.line) from error
    targets = manifest.get("target")
    owners = [manifest, manifest.get("workspace"), *(targets.values() if isinstance(targets, Map) else ())]
    for owner in owners:
        for key, scope in _SCOPES.items():
            table = owner.get(key) if isinstance(owner, Map) else None
            if not isinstance(table, Map):
                continue
            for alias, entry in table.items():
                name = entry.get("package", alias) if isinstance(entry, Map) else alias
                version = entry.get("version", "") if isinstance(entry, Map) else entry
                yield Dependency(source.at(table.line_of(alias)), "crates", str(name), str(version), scope)
