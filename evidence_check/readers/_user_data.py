"""What a machine runs at its first boot: shell texts, cloud-config and multi-part archives of them.

The formats are cloud-init's (https://docs.cloud-init.io/en/latest/explanation/format.html); other readers hand in the
texts that they find in their own syntaxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource, Unit
from evidence_check.readers._scripts import commands, item_commands, shifted
from evidence_check.readers._windows_shell import batch_commands, powershell_commands
from evidence_check.tree import BadSyntax, Map, Seq, parse_yaml

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

CLOUD_CONFIG = expression(r"\s{0,20}(?:##\s?template:[^\n]{0,40}\n\s{0,20})?#cloud-config\b")
_SHEBANG = expression(r"\s{0,20}#!\s?\S{0,60}?/(?:env\s{1,4}(?:-S\s{1,4})?)?(\w{1,20})(?=\s|\Z)")
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash"})
_WINDOWS = expression(r"<(powershell|script)>(.*?)(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_BOUNDARY = expression(r'\bboundary="?([\w=.\'()+,/:?-]{1,70})"?', re.IGNORECASE)
_PART_LIMIT = 30
# First words of lines that only a shell script has. English words (`for`, `if`, `set`, `test`) prove nothing.
_PROGRAM_LINE = expression(
    r"[ \t]*+(?:sudo\s++(?>(?:-\S++\s++)*))?(?:(?:apt(?:-get)?|yum|dnf|apk|zypper|snap|amazon-linux-extras|systemctl|"
    r"curl|wget|echo|chmod|chown|mkdir|usermod|useradd|adduser|docker(?:-compose)?|npm|node|python3?|aws|az|gcloud|kubectl|"
    r"helm|bash|sh|tee|mv|unzip|ufw|firewall-cmd|iptables|nohup)\s|cat\s*+[<>]|cp\s++-?|rm\s++-|ln\s++-s|sed\s++-|"
    r"tar\s++-?[xcz]|git\s++(?:clone|pull|checkout)|pip3?\s++install|source\s++\S*/|export\s++\w++=|cd\s++[/~$.\w]|"
    r"set\s++-[a-z]|if\s++\[|while\s++\[|until\s++\[|service\s++\w++\s++(?:start|restart|enable))"
)


def looks_like_shell(text: str) -> bool:
    """Whether a text without a shebang is a shell script, by its lines' first words."""
    lines = [line for line in text.split("\n", 2000)[:2000] if line.strip() and not line.lstrip().startswith("#")]
    hits = sum(1 for line in lines if _PROGRAM_LINE.match(line))
    return hits >= 2 or (hits == 1 and len(lines) <= 2)


def boot_facts(text: str, source: Source, unit: Unit, line: int, *, script: bool = False) -> Iterator[Fact]:
    """The commands (and cloud-config resources) of a text that a machine is given, starting at `line` of the file.

    `script` says that a text without any mark is a script; else it must look like one.
    """
    if CLOUD_CONFIG.match(text):
        yield from _cloud_config_text(text, source, unit, line)
    elif "MIME-Version" in text[:4000] and (boundary := _BOUNDARY.search(text[:4000])):
        yield from _multipart(text, boundary[1], source, unit, line)
    elif match := _SHEBANG.match(text):
        if match[1] in _SHELLS:
            yield from commands(text, source, unit, line=line)
    elif "<powershell>" in text[:4000] or "<script>" in text[:4000]:
        for part in _WINDOWS.finditer(text):
            read = powershell_commands if part[1].lower() == "powershell" else batch_commands
            yield from read(part[2], source, unit, line=line + text.count("\n", 0, part.start(2)))
    elif script or looks_like_shell(text):
        yield from commands(text, source, unit, line=line)


def _multipart(text: str, boundary: str, source: Source, unit: Unit, line: int) -> Iterator[Fact]:
    position = 0
    for part in text.split(f"--{boundary}", _PART_LIMIT):
        headers, blank, body = part.partition("\n\n")
        if blank and position:
            start = line + text.count("\n", 0, position + len(headers) + 2)
            yield from boot_facts(body, source, unit, start, script="x-shellscript" in headers)
        position += len(part) + len(boundary) + 2


def _cloud_config_text(text: str, source: Source, unit: Unit, line: int) -> Iterator[Fact]:
    try:
        documents = parse_yaml(text)
    except BadSyntax:
        return
    for document in documents:
        if isinstance(document, Map):
            yield from cloud_config(shifted(document, line - 1), source, unit, text.count("\n"))


def cloud_config(document: Map, source: Source, unit: Unit, lines: int = 0) -> Iterator[Fact]:
    """The resource `user-data` of a cloud-config and the commands of its `bootcmd` and `runcmd`."""
    location = source.at(document.line, document.line + lines if lines else 0)
    yield Resource(location, "cloud-init", "user-data", unit.name or source.name, document)
    order = 0
    for key in ("bootcmd", "runcmd"):
        value = document.get(key)
        if isinstance(value, Seq):
            found = item_commands(value, source, unit, order=order)
            yield from found
            order += len(found)
