"""Ansible: plays, tasks and roles as resources, what shell tasks run as commands, roles and collections required.

Formats: https://docs.ansible.com/ansible/latest/playbook_guide/ and
https://docs.ansible.com/ansible/latest/galaxy/user_guide.html#install-multiple-collections-with-a-requirements-file
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Command, Dependency, Fact, Resource, Unit, UnitKind
from evidence_check.readers import _ansible_task
from evidence_check.readers._ansible_task import BLOCKS, ROLES, SHELLS, Module, looks_like_task, module_of
from evidence_check.readers._scripts import commands, last_line, line_of, scalar_text
from evidence_check.readers._source import Source
from evidence_check.readers._windows_shell import batch_commands, powershell_commands
from evidence_check.tree import Map, Seq

SYSTEM = "ansible"
GIVES = frozenset({"resource", "command", "dependency"})

_TASK_FILE = expression(r"(?:^|/)(?:roles/(?P<role>[^/]{1,100})/)?(?:tasks|handlers)/(?:.{1,200}/)?[^/]{1,100}$")
_OWN = expression(r"ansible|playbook|(?:^|/)roles/", re.IGNORECASE)
_PLAYBOOK_KEYS = ("import_playbook", "ansible.builtin.import_playbook", "include")
_PLAY_KEYS = frozenset(
    "tasks roles pre_tasks post_tasks handlers vars vars_files become gather_facts remote_user connection collections "
    "serial strategy environment user sudo any_errors_fatal vars_prompt".split()
)
_TASK_KEYS = ("pre_tasks", "tasks", "post_tasks", "handlers")
_LOCAL = frozenset({"localhost", "127.0.0.1", "local"})
_YES, _NO = frozenset({"true", "yes", "True"}), frozenset({"false", "no", "False"})
_DEPTH = 12


def wants(source: Source) -> bool:
    """YAML lists of plays or tasks, and `requirements.yml`."""
    if not source.name.lower().endswith((".yml", ".yaml")) or ".github/" in source.path:
        return False
    if source.name in {"requirements.yml", "requirements.yaml"}:
        return any(_requirements(document) for document in source.documents)
    data = source.data
    if b"- " not in data or not (b"hosts" in data or b"playbook" in data or _task_file(source)):
        return False
    sure = _TASK_FILE.search(source.path) is not None
    return any(_is_playbook(document) or _is_tasks(document, sure=sure) for document in source.documents)


def read(source: Source) -> Iterator[Fact]:
    """The plays, tasks and roles. Raises `Unreadable`."""
    place = _TASK_FILE.search(source.path)
    file = _File(source, Unit(UnitKind.TASK, source.path, "", source.file.location.part))
    for document in source.yaml:
        if source.name.startswith("requirements."):
            for name, version, line in _requirements(document):
                yield Dependency(source.at(line), "galaxy", name, version)
        elif _is_playbook(document):
            for play in document:
                if isinstance(play, Map):
                    yield from file.play(play)
        elif _is_tasks(document, sure=place is not None):
            if place and place["role"] and source.name in {"main.yml", "main.yaml"} and "/tasks/" in source.path:
                folder = source.path[: source.path.rindex("/tasks/")]
                yield Resource(source.at(1, last_line(document)), SYSTEM, "role", place["role"], {"defined": folder})
            yield from file.tasks(document, inside="remote")


def _task_file(source: Source) -> bool:
    return _TASK_FILE.search(source.path) is not None or _OWN.search(source.path) is not None


def _is_playbook(document: Any) -> bool:
    return isinstance(document, Seq) and any(
        isinstance(item, Map)
        and (
            ("hosts" in item and (not _PLAY_KEYS.isdisjoint(item) or set(item) <= {"hosts", "name"}))
            or any(key in item and isinstance(item[key], str) and "hosts" not in item for key in _PLAYBOOK_KEYS[:2])
        )
        for item in document
    )


def _is_tasks(document: Any, *, sure: bool) -> bool:
    return isinstance(document, Seq) and bool(document) and all(looks_like_task(item, sure=sure) for item in document)


def _requirements(document: Any) -> list[tuple[str, str, int]]:
    """Name, version and line of every role and collection."""
    listed: list[Seq] = []
    if isinstance(document, Map) and document and not document.keys() - {"roles", "collections"}:
        listed = [value for value in document.values() if isinstance(value, Seq)]
    elif isinstance(document, Seq):
        listed = [document]
    found: list[tuple[str, str, int]] = []
    for items in listed:
        for item, line in zip(items, items.lines, strict=False):
            if isinstance(item, Map):
                name = next((item[key] for key in ("name", "src", "role", "source") if item.get(key)), "")
                version = scalar_text(item.get("version"))
            else:
                name, _, version = scalar_text(item).partition(":" if isinstance(document, Map) else ",")
            if isinstance(name, str) and name:
                found.append((name, version, line))
    return found


@dataclass
class _File:
    """The file that is being read; its commands are numbered through, since its tasks run one after the other."""

    source: Source
    unit: Unit
    order: int = 0

    def play(self, play: Map) -> Iterator[Fact]:
        hosts = play.get("hosts")
        name = scalar_text(play.get("name")) or (hosts if isinstance(hosts, str) else "")
        place = self.source.at(play.line, max(play.line, last_line(play)))
        yield Resource(place, SYSTEM, "play", name, play)
        roles = play.get("roles")
        for item, line in zip(roles, roles.lines, strict=False) if isinstance(roles, Seq) else ():
            yield from self.role(item, line)
        local = play.get("connection") == "local" or (isinstance(hosts, str) and hosts in _LOCAL)
        for key in _TASK_KEYS:
            if isinstance(play.get(key), Seq):
                yield from self.tasks(play[key], inside="" if local else "remote")

    def role(self, given: Any, line: int) -> Iterator[Resource]:
        """The use of a role."""
        attributes = given if isinstance(given, Map) else Map(line)
        name = attributes.get("role", attributes.get("name")) if isinstance(given, Map) else given
        if isinstance(name, str):
            yield Resource(self.source.at(line), SYSTEM, "role", name, attributes)

    def tasks(self, tasks: Seq, *, inside: str, depth: int = 0) -> Iterator[Fact]:
        for task in tasks:
            if not isinstance(task, Map) or depth > _DEPTH:
                continue
            for key in BLOCKS:
                if isinstance(task.get(key), Seq):
                    yield from self.tasks(task[key], inside=inside, depth=depth + 1)
            module = module_of(task)
            if module is not None:
                yield from self.task(task, module, inside)

    def task(self, task: Map, module: Module, inside: str) -> Iterator[Fact]:
        place = self.source.at(task.line, max(task.line, last_line(task)))
        yield Resource(place, SYSTEM, "task", module.name, _attributes(task, module))
        if module.name in ROLES:
            yield from self.role(module.arguments, module.line)
        elif module.name in SHELLS:
            delegated = scalar_text(task.get("delegate_to")) in _LOCAL or "local_action" in task
            found = self.commands(task, module, "" if delegated else inside)
            self.order += len(found)
            yield from found

    def commands(self, task: Map, module: Module, inside: str) -> list[Command]:
        """What a shell task runs. A script is a file beside the playbook, or in its role's `files`."""
        script = module.arguments.get("cmd", module.arguments.get("_raw_params"))
        argv = module.arguments.get("argv")
        if isinstance(argv, Seq):
            script = " ".join(scalar_text(word) for word in argv if not isinstance(word, dict | list))
        if not isinstance(script, str):
            return []
        line = line_of(module.arguments, "cmd") if "cmd" in module.arguments else module.line
        hides = scalar_text(task.get("ignore_errors")) in _YES or scalar_text(task.get("failed_when")) in _NO
        given: dict[str, Any] = {"line": line, "order": self.order, "inside": inside, "hides_failure": hides}
        if module.name == "script":
            place = _TASK_FILE.search(self.source.path)
            folder = self.source.path[: place.start()].rstrip("/") if place else self.source.folder
            if place and place["role"]:
                folder = f"{folder}/roles/{place['role']}/files".lstrip("/")
            return commands(f"./{script.strip()}", self.source, self.unit, directory=folder, **given)
        if module.name.startswith("win_"):
            reader = powershell_commands if module.name == "win_shell" else batch_commands
            return reader(script, self.source, self.unit, **given)
        return commands(script, self.source, self.unit, **given)


def _attributes(task: Map, module: Module) -> Map:
    """The task's own keywords as written, its module as `module`, the module's arguments as `args`."""
    result = Map(task.line)
    for key, value in task.items():
        if key in _ansible_task.KEYWORDS or key.startswith("with_"):
            result[key] = value
            result.lines[key] = task.line_of(key)
    for key, value in (("module", module.written), ("args", module.arguments)):
        result[key] = value
        result.lines[key] = module.line
    return result
