"""Packages that `package.json` asks for (https://docs.npmjs.com/cli/configuring-npm/package-json), and `deno.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Dependency
from evidence_check.tree import Map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence_check.readers._source import Source

SYSTEM = "npm-packages"
GIVES = frozenset({Dependency.kind})

_SCOPES = {"dependencies": "", "optionalDependencies": "", "peerDependencies": "", "devDependencies": "dev"}
_DENO_IMPORT = expression(r"(?:npm|jsr):(@?[\w./-]{1,200})(?:@([^/]{1,60}))?")


def wants(source: Source) -> bool:
    """Manifests by name."""
    return source.name in ("package.json", "deno.json", "deno.jsonc")


def read(source: Source) -> Iterator[Dependency]:
    """The packages that the manifest names. Raises `Unreadable`."""
    manifest = source.json
    if not isinstance(manifest, Map):
        return
    for key, scope in _SCOPES.items():
        table = manifest.get(key)
        if isinstance(table, Map):
            for name, version in table.items():
                if isinstance(version, str):
                    yield Dependency(source.at(table.line_of(name)), "npm", name, version, scope)
    imports = manifest.get("imports")
    if source.name != "package.json" and isinstance(imports, Map):
        for name, target in imports.items():
            if match := _DENO_IMPORT.match(str(target)):
                yield Dependency(source.at(imports.line_of(name)), "npm", match[1], match[2] or "")
