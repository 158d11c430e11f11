"""HAProxy: each line as a setting under its section (`backend.option` = `httpchk GET /health`).

A section's name is its own setting: `frontend` = `web`. https://docs.haproxy.org/3.0/configuration.html#2.1
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.model import Setting
from evidence_check.readers import _templates
from evidence_check.readers._conf_kind import conf_kind
from evidence_check.readers._leaves import LEAVES, VALUE, Leaf, settings

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "haproxy"
GIVES = frozenset({Setting.kind})

_SECTIONS = frozenset(
    {"global", "defaults", "frontend", "backend", "listen", "userlist", "resolvers", "peers", "cache", "program",
     "ring", "http-errors", "mailers", "log-forward", "crt-store"}
)  # fmt: skip


def wants(source: Source) -> bool:
    """`haproxy.cfg` and the like."""
    return conf_kind(source) == SYSTEM


def read(source: Source) -> Iterable[Setting]:
    """The lines of every section."""
    return settings(source, _templates.restored(_leaves(_templates.parsable(source.text))))


def _leaves(text: str) -> list[Leaf]:
    found: list[Leaf] = []
    section = ""
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split()
        if not words or words[0].startswith("#") or len(found) >= LEAVES:
            continue
        rest = " ".join(words[1:])[:VALUE] or None
        if words[0] in _SECTIONS and not line[0].isspace():
            section = words[0]
            found.append(Leaf(section, rest, number))
        else:
            found.append(Leaf(f"{section}.{words[0]}" if section else words[0], rest, number))
    return found
