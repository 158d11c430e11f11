"""Environment files: `NAME=value` lines, as Docker, Compose and the dotenv libraries read them.

https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Setting
from evidence_check.readers._leaves import LEAVES, VALUE

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "dotenv"
GIVES = frozenset({Setting.kind})

_NAME = expression(
    r"(?:\.env(?:[.\-_][\w.\-]{1,60})?|[\w.\-]{1,60}\.env(?:\.[\w.\-]{1,40})?|\.envrc|\.flaskenv|env[\w.\-]{0,40}\.template)"
)
_CODE = expression(r".*\.(?:py|[cm]?[jt]sx?|ya?ml|json|sh|md|rb|go|java|kt|php|cs|tf|tfvars)$")
_ENTRY = expression(r"\s*(?:export\s+)?([A-Za-z_][\w.\-]{0,200})\s*=\s*(.*)$")
_COMMENT = expression(r"\s#.*$")
_SIZE = 256 * 1024


def wants(source: Source) -> bool:
    """`.env`, `.env.production`, `web.env`, `.envrc`."""
    name = source.name.lower()
    return bool(_NAME.fullmatch(name)) and not _CODE.fullmatch(name) and source.file.size <= _SIZE


def read(source: Source) -> Iterable[Setting]:
    """One setting for each variable; the name is the path."""
    lines = source.text.split("\n")
    number = 0
    found = 0
    while number < len(lines) and found < LEAVES:
        match = _ENTRY.match(lines[number])
        start = number + 1
        number += 1
        if not match:
            continue
        value = match[2]
        quote = value[:1]
        if quote and quote in "\"'":
            parts = [value[1:]]
            while quote not in parts[-1] and number < len(lines) and number - start < 200:
                parts.append(lines[number])
                number += 1
            if quote not in parts[-1]:
                parts, number = [value[1:]], start
            value = "\n".join(parts).partition(quote)[0]
        else:
            value = _COMMENT.sub("", value).strip()
        found += 1
        yield Setting(source.at(start), match[1], value[:VALUE])
