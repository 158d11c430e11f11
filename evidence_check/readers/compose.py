"""Compose files (also Swarm stacks): a resource for every service, and the commands that services are started with.

Format: https://github.com/compose-spec/compose-spec/blob/main/spec.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Resource, Unit, UnitKind
from evidence_check.readers import _go_template, _manifests, _shell
from evidence_check.readers._dockerfile import substituted
from evidence_check.readers._recognise import is_compose, is_pipeline
from evidence_check.readers._scripts import last_line, line_of, shell_text
from evidence_check.readers._source import Source, Unreadable
from evidence_check.readers._templates import stem
from evidence_check.tree import Map

SYSTEM = "compose"
GIVES = frozenset({"resource", "command"})

_NAME = expression(r"(?:docker-)?compose(?:[._-][\w.-]{1,80})?\.ya?ml|[\w.-]{1,80}[._-]compose\.ya?ml", re.IGNORECASE)


def wants(source: Source) -> bool:
    """By the file's name, else any YAML with a `services` mapping of things that have an image or a build."""
    name = stem(source.name.lower())
    if not name.endswith((".yml", ".yaml")):
        return False
    if _NAME.fullmatch(name):
        return True
    return b"services:" in source.data and any(_is_stack(document) for document in source.documents)


def read(source: Source) -> Iterator[Fact]:
    """The services. Raises `Unreadable`."""
    for document in _documents(source):
        services = _services(document, source)
        for name, service in services.items():
            if isinstance(service, Map):
                attributes = _normalised(service, source)
                line = services.line_of(name)
                place = source.at(line, max(line, last_line(service)))
                yield Resource(place, SYSTEM, "service", name, attributes)
                yield from _commands(name, attributes, source)


def _services(document: Any, source: Source) -> Map:
    """The services, which are the whole file in the first version of the format."""
    if not isinstance(document, Map):
        return Map()
    services = document.get("services")
    if isinstance(services, Map):
        return services
    first = "version" not in document and "services" not in document and _NAME.fullmatch(source.name) is not None
    old = first and any(isinstance(one, Map) and ("image" in one or "build" in one) for one in document.values())
    return document if old else Map()


def _documents(source: Source) -> list[Any]:
    try:
        return source.yaml
    except Unreadable:
        found, broken = _manifests.documents(source.text)
        if broken or not _go_template.is_template(source.text):
            raise
        return found


def _is_stack(document: Any) -> bool:
    return (
        is_compose(document)
        and not is_pipeline(document)
        and any(isinstance(one, Map) and ("image" in one or "build" in one) for one in document["services"].values())
    )


def _normalised(service: Map, source: Source) -> Map:
    """The service as written, but `build` as a mapping: `context` as a folder of the part (`.` for its root),
    `dockerfile` as written or by default, `path` where that is in the part, `target`."""
    build = service.get("build")
    if not isinstance(build, str | Map):
        return service
    result = Map(service.line, service.tag)
    result.update(service)
    result.lines = dict(service.lines)
    line = service.line_of("build")
    normal = Map(line)
    if isinstance(build, Map):
        normal.update(build)
        normal.lines = dict(build.lines)
        given = build.get("context", ".")
    else:
        given = build
    context = substituted(given, {}) if isinstance(given, str) and given else "."
    remote = "://" in context or context.startswith("git@")
    normal["context"] = context if remote else _shell.joined(source.folder, context) or "."
    dockerfile = normal.get("dockerfile")
    normal["dockerfile"] = substituted(dockerfile, {}) if isinstance(dockerfile, str) else "Dockerfile"
    normal["path"] = "" if remote else _shell.joined(normal["context"], normal["dockerfile"])
    for key in ("context", "dockerfile", "path"):
        normal.lines.setdefault(key, line)
    result["build"] = normal
    return result


def _commands(name: str, service: Map, source: Source) -> list[Command]:
    """The entry point with the command as its arguments; `$$` is a dollar."""
    unit = Unit(UnitKind.SERVICE, source.path, name, source.file.location.part)
    keys = [key for key in ("entrypoint", "command") if service.get(key)]
    script = " ".join(shell_text(service[key]).strip() for key in keys).replace("$$", "$")
    if not script or script.startswith("-"):
        return []  # nothing, or arguments to a program that the image names
    build = service.get("build")
    context = build["context"] if isinstance(build, Map) else source.folder
    directory = "" if context == "." or "://" in context else context
    return _shell.commands(script, source, unit, line=line_of(service, keys[-1]), directory=directory)
