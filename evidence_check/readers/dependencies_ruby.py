"""Gems that a `Gemfile` (https://bundler.io/man/gemfile.5.html) or a gem specification asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Dependency
from evidence_check.readers._comments import blank_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence_check.readers._source import Source

SYSTEM = "ruby-gems"
GIVES = frozenset({Dependency.kind})

_VERSIONS = r"""((?:[ \t]*,[ \t]*['"][^'"\n]{1,60}['"]){0,3})"""
_GEM = expression(rf"""gem[ \t(]+['"]([\w.-]{{1,100}})['"]{_VERSIONS}(.{{0,300}})""")
_SPECIFIED = expression(rf"""\.add_(runtime_|development_)?dependency[ \t(]+['"]([\w.-]{{1,100}})['"]{_VERSIONS}""")
_BLOCK = expression(r"\bdo\b(?:[ \t]*\|[^|\n]{0,80}\|)?[ \t]*$|^(?:if|unless|case|begin|def)\b")
_GROUP = expression(r"\bgroup\b[ \t(]++([^\n]{1,200}?)[ \t)]*+\bdo\b")
_INLINE_GROUP = expression(r"\bgroups?(?::|[ \t]*=>)[ \t]*(\[[^\]\n]{0,200}\]|:\w{1,40})")


def wants(source: Source) -> bool:
    """Manifests by name."""
    return source.name in ("Gemfile", "gems.rb") or source.name.endswith(".gemspec")


def read(source: Source) -> Iterator[Dependency]:
    """The gems, with the scope of their group: `test`, or `dev` where development is among their groups."""
    blocks: list[str | None] = []
    for number, raw in enumerate(blank_comments(source.text, "ruby").split("\n"), 1):
        line = raw.strip()
        if match := _SPECIFIED.search(line):
            scope = "dev" if match[1] == "development_" else ""
            yield Dependency(source.at(number), "rubygems", match[2], _versions(match[3]), scope)
        elif match := _GEM.match(line):
            inline = _INLINE_GROUP.search(match[3])
            scope = (
                _scope(inline[1]) if inline else next((group for group in reversed(blocks) if group is not None), "")
            )
            yield Dependency(source.at(number), "rubygems", match[1], _versions(match[2]), scope)
        elif _BLOCK.search(line):
            group = _GROUP.search(line)
            blocks.append(_scope(group[1]) if group else None)
        elif line == "end" and blocks:
            blocks.pop()


def _scope(groups: str) -> str:
    return "dev" if "dev" in groups else "test" if re.search(r"test|ci\b|cucumber", groups) else ""


def _versions(text: str) -> str:
    return ", ".join(re.findall(r"""['"]([^'"]{1,60})['"]""", text))
