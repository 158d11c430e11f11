"""Packages that .NET projects ask for.

Project files and `Directory.*.props` (https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files),
`packages.config`, and local tools (`dotnet-tools.json`). Every package of a test project has the scope `test`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Dependency
from evidence_check.readers._elements import local_name, root_of, texts
from evidence_check.tree import Map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from evidence_check.readers._source import Source

SYSTEM = "nuget-packages"
GIVES = frozenset({Dependency.kind})

_PROJECT = expression(
    r"\.(?:cs|fs|vb|sql)proj$|(?:^|/)(?:directory\.(?:packages|build)\.(?:props|targets)|packages\.config)$",
    re.IGNORECASE,
)
_REFERENCES = frozenset({"PackageReference", "PackageVersion", "GlobalPackageReference", "FrameworkReference"})
_TEST_SDK = "microsoft.net.test.sdk"


def wants(source: Source) -> bool:
    """Project files by name."""
    return _PROJECT.search(source.path) is not None or source.name == "dotnet-tools.json"


def read(source: Source) -> Iterator[Dependency]:
    """The packages that the file names. Raises `Unreadable`."""
    if source.name == "dotnet-tools.json":
        yield from _tools(source)
        return
    found = [dependency for element in root_of(source).iter() if (dependency := _reference(source, element))]
    test = any(dependency.name.lower() == _TEST_SDK for dependency in found)
    central = source.name.lower().startswith("directory.")
    for dependency in found:
        scope = "test" if test and not central else dependency.scope
        yield Dependency(dependency.location, "nuget", dependency.name, dependency.version, scope)


def _reference(source: Source, element: _Element) -> Dependency | None:
    tag = local_name(element)
    if tag == "package":
        name, version = element.get("id", ""), element.get("version", "")
        private = element.get("developmentDependency") == "true"
    elif tag in _REFERENCES:
        parts = texts(element)
        name = element.get("Include") or element.get("Update") or ""
        version = element.get("Version") or element.get("VersionOverride") or parts.get("Version", "")
        private = (element.get("PrivateAssets") or parts.get("PrivateAssets", "")).lower() == "all"
    else:
        return None
    return (
        Dependency(source.at(element.sourceline or 0), "nuget", name, version, "dev" if private else "")
        if name
        else None
    )


def _tools(source: Source) -> Iterator[Dependency]:
    tools = source.json.get("tools") if isinstance(source.json, Map) else None
    if isinstance(tools, Map):
        for name, tool in tools.items():
            version = tool.get("version", "") if isinstance(tool, Map) else ""
            yield Dependency(source.at(tools.line_of(name)), "nuget", name, str(version), "dev")
