"""Modules that `go.mod` requires directly (https://go.dev/ref/mod#go-mod-file)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Dependency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence_check.readers._source import Source

SYSTEM = "go-modules"
GIVES = frozenset({Dependency.kind})

_REQUIRE = expression(
    r"^(?:require[ \t]+)?(?P<module>[\w.~/-]{3,300})[ \t]+(?P<version>v[\w.+-]{1,120})[ \t]*(?P<comment>//.*)?$"
)
_TOOL = expression(r"^(?:tool[ \t]+)?(?P<module>[\w.~-]{1,100}\.[a-z]{2,20}/[\w.~/-]{1,300})[ \t]*(?://.*)?$")


def wants(source: Source) -> bool:
    """`go.mod` alone: `go.sum` says nothing of who asked for what."""
    return source.name == "go.mod"


def read(source: Source) -> Iterator[Dependency]:
    """Required modules that are not marked `// indirect`, and tools (scope `dev`)."""
    block = ""
    for number, raw in enumerate(source.text.split("\n"), 1):
        line = raw.strip()
        if line.endswith("("):
            block = line[:-1].strip()
        elif line == ")":
            block = ""
        elif block == "require" or (not block and line.startswith("require ")):
            match = _REQUIRE.match(line)
            if match and "indirect" not in (match["comment"] or ""):
                yield Dependency(source.at(number), "go", match["module"], match["version"])
        elif (block == "tool" or (not block and line.startswith("tool "))) and (match := _TOOL.match(line)):
            yield Dependency(source.at(number), "go", match["module"], "", "dev")
