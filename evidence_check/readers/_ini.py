"""Configuration files of lines: INI and its many kin, Java properties.

https://docs.python.org/3/library/configparser.html#supported-ini-file-structure,
https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader),
https://docs.fluentbit.io/manual/administration/configuring-fluent-bit/classic-mode/format-schema
"""

from __future__ import annotations

from collections.abc import Iterator

from evidence_check.expressions import expression
from evidence_check.readers._leaves import LEAVES, VALUE, Leaf, unquoted

_SECTION = expression(r"\[{1,2}+\s*+([^\]\n]{1,300}?)\s*+\]{1,2}+\s*+(?:[;#].*)?$")
_ENTRY = expression(r"([^=:\s][^=:\n]{0,300}?)\s*[=:]\s*(.*)$")
_WORDS = expression(r"([\w.@%$/*-]{1,300})\s+(.*)$")
_INNER_COMMENT = expression(r"\s[;#].*$")
_PROPERTY = expression(r"((?:[^\s=:\\]|\\.){1,500})\s*(?:[=:]\s*)?(.*)$")


def ini_leaves(text: str, *, words: bool = False) -> list[Leaf]:
    """Entries as `section.key`, those before the first section as `key`.

    A line that is indented and follows an entry carries on its value. `words` takes `key value` too, as the classic
    Fluent Bit files, `redis.conf` and `sshd_config` have them.
    """
    found: list[Leaf] = []
    section, indent = "", -1
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        if len(found) >= LEAVES:
            break
        if bare[0] == "[" and (match := _SECTION.match(bare)):
            section, indent = match[1], -1
        elif 0 <= indent < len(line) - len(line.lstrip()) and not words:
            last = found[-1]
            found[-1] = last._replace(value=f"{last.value}\n{bare}".strip()[:VALUE])
        else:
            indent = len(line) - len(line.lstrip())
            key, value = _entry(bare, words)
            found.append(Leaf(f"{section}.{key}" if section else key, value, number))
    return found


def _entry(line: str, words: bool) -> tuple[str, str | None]:
    word = _WORDS.match(line) if words else None
    match = _ENTRY.match(line)
    if word and (match is None or word.end(1) < match.end(1)) and not word[2].startswith(("=", ":=")):
        match = word
    if match is None:
        return line[:300], None
    return match[1], unquoted(_INNER_COMMENT.sub("", match[2]).strip())[:VALUE]


def property_leaves(text: str) -> list[Leaf]:
    """Entries of a Java properties file; the key is the path."""
    found: list[Leaf] = []
    for number, line in _logical_lines(text):
        if len(found) >= LEAVES:
            break
        match = _PROPERTY.match(line)
        if match:
            found.append(Leaf(match[1].replace("\\", ""), match[2].strip()[:VALUE], number))
    return found


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that are neither blank nor comment, those that end in a backslash joined with the next."""
    parts: list[str] = []
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not parts:
            if not bare or bare[0] in "#!":
                continue
            start = number
        if bare.endswith("\\") and not bare.endswith("\\\\"):
            parts.append(bare[:-1])
            continue
        yield start, "".join([*parts, bare])
        parts = []
    if parts:
        yield start, "".join(parts)
