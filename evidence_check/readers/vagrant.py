"""Vagrantfiles: machines and provisioners as resources, what provisioners run as commands.

Format: https://developer.hashicorp.com/vagrant/docs/vagrantfile
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Resource, Unit, UnitKind
from evidence_check.readers._ruby_dsl import Script, script_of
from evidence_check.readers._scripts import commands, numbered
from evidence_check.readers._shell import joined
from evidence_check.readers._source import Source
from evidence_check.readers._user_data import boot_facts
from evidence_check.tree import Map

SYSTEM = "vagrant"
GIVES = frozenset({"resource", "command"})

_NAME = expression(r"vagrantfile(?:\.[\w-]{1,40})?", re.IGNORECASE)
_DEFINE = expression(r"\.vm\.define[\s(]+[:\"']?([\w.#{}-]{1,100})")
_BOX = expression(r"\.vm\.box\s*=\s*[\"']([^\"'\n]{1,200})[\"']")
_PROVISION = expression(r"\.vm\.provision[\s(]+[:\"']?([\w-]{1,60})[\"']?")
_TYPE = expression(r"\btype:\s*[:\"'](\w{1,40})")
_INLINE = expression(r"\binline\s*(?::|=>|=)\s*(?:\"((?:[^\"\\\n]|\\.)*)\"|'([^'\n]*)')")
_PATH = expression(r"\b(path|playbook)\s*(?::|=>|=)\s*[\"']([^\"'\n]{1,200})[\"']")
_ENDS = expression(r"^\s*end\b")
_SHARED = "vagrant"
"""The folder where a machine sees that of the Vagrantfile."""
_FAR = 40
"""Lines that the block of a provisioner may have."""


def wants(source: Source) -> bool:
    """By the file's name."""
    return _NAME.fullmatch(source.name) is not None


def read(source: Source) -> Iterator[Fact]:
    """The machines, provisioners and commands; a file in Ruby is never broken for this reader."""
    script = script_of(source.text)
    yield from _machines(script.lines, source)
    for fact in numbered(_provisioning(script, source)):
        yield _in_project(fact, source) if isinstance(fact, Command) else fact


def _in_project(command: Command, source: Source) -> Command:
    """The command with the folder that the machine shares as the folder of the project."""
    first, _, inside = command.directory.removeprefix("/").partition("/")
    if first != _SHARED or not command.directory.startswith("/"):
        return command
    return replace(command, directory=joined(source.folder, inside))


def _provisioning(script: Script, source: Source) -> Iterator[Fact]:
    unit = Unit(UnitKind.MACHINE, source.path, "", source.file.location.part)
    for number, line in enumerate(script.lines, 1):
        if match := _PROVISION.search(line):
            yield _provisioner(match[1], number, script.lines, source)
        for text in script.heredocs.get(number, ()):
            yield from boot_facts(text, source, unit, text.line, script=True)
        for match in _INLINE.finditer(line):
            given = match[1] if match[1] is not None else match[2]
            yield from commands(given.replace('\\"', '"').replace("\\n", "\n"), source, unit, line=number)
        for match in _PATH.finditer(line):
            yield from _file(match[1], match[2], number, source, unit)


def _machines(lines: list[str], source: Source) -> Iterator[Resource]:
    boxes = [(match[1], number) for number, line in enumerate(lines, 1) if (match := _BOX.search(line))]
    defined = [(match[1], number) for number, line in enumerate(lines, 1) if (match := _DEFINE.search(line))]
    for name, number in defined or [("default", boxes[0][1] if boxes else 1)]:
        attributes = Map(number)
        later = [box for box in boxes if box[1] >= number] or boxes
        if later:
            attributes["box"], attributes.lines["box"] = (later if defined else boxes)[0]
        yield Resource(source.at(number), SYSTEM, "machine", name, attributes)


def _provisioner(name: str, number: int, lines: list[str], source: Source) -> Resource:
    """A provisioner; its type is its name unless that is given apart."""
    statement = lines[number - 1]
    typed = _TYPE.search(statement)
    kind = typed[1] if typed else name
    attributes = Map(number)
    for at in range(number, min(number + _FAR, len(lines)) + 1):
        line = lines[at - 1]
        if at > number and _ENDS.match(line):
            break
        for match in _PATH.finditer(line):
            attributes[match[1]] = match[2]
            attributes.lines[match[1]] = at
        if at == number and " do" not in line and not line.rstrip().endswith((",", "{")):
            break
    return Resource(source.at(number), SYSTEM, f"provisioner.{kind}", name, attributes)


def _file(kind: str, path: str, line: int, source: Source, unit: Unit) -> list[Command]:
    """A script or playbook of the repository that a provisioner runs."""
    own = path.removeprefix("./")
    call = f"ansible-playbook {own}" if kind == "playbook" else f"./{own}"
    if "://" in path or "#{" in path:
        return []
    return commands(call, source, unit, line=line, directory=source.folder)
