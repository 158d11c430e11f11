"""Quotes and substitutions of shell words (POSIX shell, 2.2 Quoting)."""

from __future__ import annotations

import re

from evidence_check.expressions import expression

_WINDOWS_PROGRAM = expression(
    r"(?:[A-Za-z]:|[\w.%-]{1,60})?(?:\\[\w.%~-]{1,80}){1,12}\.(?:exe|bat|cmd|ps1)", re.IGNORECASE
)
"""A path such as `C:\\Python\\python.exe`: a pipeline's script may be meant for a shell of Windows."""


def unquote(word: str) -> str:
    """A shell word without its quotes; what stands in `$(...)`, `${...}` and backquotes is kept as written."""
    if not any(mark in word for mark in "'\"\\"):
        return word
    if "\\" in word and _WINDOWS_PROGRAM.fullmatch(word.strip("\"'")):
        return word.strip("\"'")
    out: list[str] = []
    index, length, quoted = 0, len(word), False
    while index < length:
        char = word[index]
        if char == "\\" and index + 1 < length:
            following = word[index + 1]
            if following == "\n":
                pass
            elif quoted and following not in '"\\$`':
                out.append(char + following)
            else:
                out.append(following)
            index += 2
        elif char == '"':
            quoted = not quoted
            index += 1
        elif char == "'" and not quoted:
            end = word.find("'", index + 1)
            end = length if end < 0 else end
            if out and out[-1] == "$":
                out.pop()
            out.append(word[index + 1 : end])
            index = end + 1
        elif (char == "$" and word[index + 1 : index + 2] in {"(", "{"}) or char == "`":
            end = closing(word, index)
            out.append(word[index:end])
            index = end
        else:
            out.append(char)
            index += 1
    return "".join(out)


def closing(word: str, index: int) -> int:
    """The index behind the substitution that starts at `index`."""
    if word[index] == "`":
        end = word.find("`", index + 1)
        return len(word) if end < 0 else end + 1
    opener = word[index + 1]
    closer = ")" if opener == "(" else "}"
    level = 0
    for position in range(index + 1, len(word)):
        if word[position] == opener:
            level += 1
        elif word[position] == closer:
            level -= 1
            if level == 0:
                return position + 1
    return len(word)
