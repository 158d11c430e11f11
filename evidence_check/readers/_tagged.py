"""Configuration in tags: `<Section argument> ... </Section>` around lines of `Name value`.

Apache httpd (https://httpd.apache.org/docs/2.4/configuring.html), Fluentd
(https://docs.fluentd.org/configuration/config-file-syntax), collectd (https://www.collectd.org/documentation/manpages/collectd.conf.html).
"""

from __future__ import annotations

from evidence_check.expressions import expression
from evidence_check.readers._leaves import LEAVES, VALUE, Leaf, unquoted

_OPEN = expression(r"<([A-Za-z][\w-]{0,60})(?:\s++([^\n]*?))?\s*+>$")
_LINE = expression(r"(\S+)(?:\s+(.*))?$")


def tagged_leaves(text: str) -> list[Leaf]:
    """Lines as `Section.Name`; a section's argument is a leaf of its own."""
    found: list[Leaf] = []
    path: list[str] = []
    pending, start = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if len(found) >= LEAVES:
            break
        if not pending:
            if not bare or bare[0] == "#":
                continue
            start = number
        if bare.endswith("\\"):
            pending += bare[:-1].strip() + " "
            continue
        bare, pending = pending + bare, ""
        if bare.startswith("</"):
            del path[-1:]
        elif match := _OPEN.match(bare):
            path.append(match[1])
            if match[2]:
                found.append(Leaf(".".join(path), unquoted(match[2])[:VALUE], start))
        elif match := _LINE.match(bare):
            found.append(Leaf(".".join([*path, match[1]]), unquoted(match[2] or "")[:VALUE] or None, start))
    return found
