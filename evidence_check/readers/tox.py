"""tox: `tox.ini`, `setup.cfg`, `tox.toml` and `pyproject.toml` (https://tox.wiki/en/latest/config.html)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Unit, UnitKind
from evidence_check.readers import _shell
from evidence_check.readers._pipeline import mapping, scalar_text
from evidence_check.readers._source import Unreadable
from evidence_check.readers._toml import parse_toml
from evidence_check.tree import BadSyntax, Map, Seq

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "tox"
GIVES = frozenset({"command"})

_PHASES = ("commands_pre", "commands", "commands_post")
_SECTION = expression(r"\[([^\]\n]{1,200})\]")
_KEY = expression(r"([\w.-]{1,80})\s*[=:]\s?(.*)")
_REFERENCE = expression(r"\{\[([^\]\n]{1,80})\]([\w-]{1,80})\}")
_SUBSTITUTION = expression(
    r"\{(?:posargs|env|envname|toxinidir|tox_root|/|envtmpdir|envdir|package_root)(?::([^{}]{0,200}))?\}"
)


def wants(source: Source) -> bool:
    """By the files' names; those of other tools only where they speak of tox."""
    if source.name in {"tox.ini", "tox.toml"}:
        return True
    return source.name in {"setup.cfg", "pyproject.toml"} and "tox" in source.text


def read(source: Source) -> Iterable[Fact]:
    """A task for each environment: its name, `testenv` for the base that the others inherit from."""
    if source.name.endswith(".toml"):
        try:
            root = parse_toml(source.text)
        except BadSyntax as error:
            raise Unreadable(str(error), error.line) from error
        own = mapping(mapping(root.get("tool")).get("tox")) if source.name == "pyproject.toml" else root
        legacy = scalar_text(own.get("legacy_tox_ini"))
        if legacy:
            lines = source.text.split("\n")
            start = next((n for n, line in enumerate(lines) if "legacy_tox_ini" in line), 0)
            below = lines[start].rstrip().endswith(('"""', "'''"))
            return list(_ini(source, legacy, start + 1 if below else start))
        return list(_toml(source, own))
    return list(_ini(source, source.text, 0))


def _unit(source: Source, name: str) -> Unit:
    return Unit(UnitKind.TASK, source.path, name, source.file.location.part)


def _ini(source: Source, text: str, offset: int) -> Iterator[Command]:
    sections = _sections(text)
    base = sections.get("testenv", {})
    for section, keys in sections.items():
        if section != "testenv" and not section.startswith("testenv:"):
            continue
        for name in section.removeprefix("testenv:").split(","):
            order = 0
            for phase in _PHASES:
                lines = _resolved(sections, keys.get(phase, base.get(phase, [])), 0)
                for number, line in lines:
                    forgiven = line.startswith("-")
                    script = _SUBSTITUTION.sub(lambda m: m[1] or ".", line.lstrip("-! "))
                    found = _shell.commands(
                        script, source, _unit(source, name.strip()), line=number + offset, directory=source.folder,
                        order=order, hides_failure=forgiven,
                    )  # fmt: skip
                    order += len(found)
                    yield from found


def _sections(text: str) -> dict[str, dict[str, list[tuple[int, str]]]]:
    """The lines of every key by section, each with its number; lines that end in a backslash are joined."""
    found: dict[str, dict[str, list[tuple[int, str]]]] = {}
    keys: dict[str, list[tuple[int, str]]] = {}
    current: list[tuple[int, str]] = []
    joining = False
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare or bare.startswith(("#", ";")):
            continue
        section, key = _SECTION.match(line), _KEY.match(line)
        if section:
            keys = found.setdefault(section[1].strip(), {})
            joining = False
            continue
        if key and not line[0].isspace():
            current = keys.setdefault(key[1], [])
            bare, joining = key[2].strip(), False
        if not bare:
            continue
        text_of = bare.removesuffix("\\").strip()
        if joining and current:
            current[-1] = (current[-1][0], f"{current[-1][1]} {text_of}")
        else:
            current.append((number, text_of))
        joining = bare.endswith("\\")
    return found


def _resolved(
    sections: dict[str, dict[str, list[tuple[int, str]]]], lines: list[tuple[int, str]], depth: int
) -> list[tuple[int, str]]:
    """The lines with `{[section]key}` on a line of its own opened."""
    found: list[tuple[int, str]] = []
    for number, line in lines:
        match = _REFERENCE.fullmatch(line)
        if match and depth < 8:
            found += _resolved(sections, sections.get(match[1], {}).get(match[2], []), depth + 1)
        else:
            found.append((number, line.partition(": ")[2] if re.match(r"[\w,{}!.-]+: ", line) else line))
    return found


def _toml(source: Source, own: Map) -> Iterator[Command]:
    base = mapping(own.get("env_run_base"))
    environments = [("testenv", base), *mapping(own.get("env")).items()]
    for name, content in environments:
        order = 0
        for phase in _PHASES:
            value: Any = mapping(content).get(phase, base.get(phase))
            lines = value.lines if isinstance(value, Seq) else []
            for index, words in enumerate(value if isinstance(value, list) else []):
                text = shlex.join(scalar_text(word) or "." for word in words) if isinstance(words, list) else ""
                found = _shell.commands(
                    text, source, _unit(source, name), line=lines[index] if index < len(lines) else 1,
                    directory=source.folder, order=order,
                )  # fmt: skip
                order += len(found)
                yield from found
