"""Configuration written in Ruby (Vagrantfile, Chef recipes): its lines without comments, and its heredocs.

The syntax is that of https://docs.ruby-lang.org/en/master/syntax/literals_rdoc.html#label-Here+Document+Literals
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from evidence_check.expressions import expression
from evidence_check.tree import Text

_HEREDOC = expression(r"<<[-~]?([\"'`]?)([A-Za-z_]\w{0,60})\1")
_TRAILING = expression(r"\s#(?![{\"'])[^\"']*$")


@dataclass
class Script:
    """The code line by line, comments and heredoc texts blanked, and each line's heredocs."""

    lines: list[str] = field(default_factory=list)
    heredocs: dict[int, list[Text]] = field(default_factory=dict)
    """By the line (from 1) where they are opened."""


def script_of(text: str) -> Script:
    """The parts of a text."""
    script = Script()
    rows = text.split("\n")
    row = 0
    endless: set[str] = set()
    block_comment = False
    while row < len(rows):
        line = rows[row]
        row += 1
        if line.startswith(("=begin", "=end")):
            block_comment = line.startswith("=begin")
        if block_comment or line.startswith("=end") or line.lstrip().startswith("#"):
            script.lines.append("")
            continue
        script.lines.append(_TRAILING.sub("", line))
        opened = len(script.lines)
        for match in _HEREDOC.finditer(script.lines[-1]):
            mark = match[2]
            end = (
                next((at for at in range(row, len(rows)) if rows[at].strip() == mark), -1)
                if mark not in endless
                else -1
            )
            if end < 0:
                endless.add(mark)
                continue
            body = Text(textwrap.dedent("\n".join(rows[row:end])), row + 1)
            script.heredocs.setdefault(opened, []).append(body)
            script.lines.extend("" for _ in range(row, end + 1))
            row = end + 1
    return script
