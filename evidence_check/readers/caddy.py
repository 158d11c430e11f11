"""Caddy: each directive as a setting, its path the blocks around it.

A site's block is `site` whatever its addresses are, which are a setting of their own: `site` = `example.org, :8443`,
`site.tls` = `internal`. Likewise `global` (the options block), `snippet` and `matcher`.
https://caddyserver.com/docs/caddyfile/concepts#structure
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.model import Setting
from evidence_check.readers import _templates
from evidence_check.readers._blocks import block_leaves
from evidence_check.readers._conf_kind import conf_kind
from evidence_check.readers._leaves import settings

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "caddy"
GIVES = frozenset({Setting.kind})


def wants(source: Source) -> bool:
    """Caddyfiles."""
    return conf_kind(source) == SYSTEM


def read(source: Source) -> Iterable[Setting]:
    """The directives."""
    return settings(source, _templates.restored(block_leaves(_templates.parsable(source.text), "caddy", _block_name)))


def _block_name(first: str, depth: int) -> str:
    if first.startswith("@"):
        return "matcher"
    if depth:
        return first
    if not first:
        return "global"
    return "snippet" if first.startswith("(") else "site"
