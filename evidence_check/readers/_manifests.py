"""Kubernetes objects in YAML, plain or filled in by a template engine: resources, and what containers run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Resource, Unit, UnitKind
from evidence_check.readers import _go_template, _shell
from evidence_check.readers._recognise import is_kubernetes
from evidence_check.readers._scripts import last_line, scalar_text, shifted
from evidence_check.readers._source import Source
from evidence_check.tree import BadSyntax, Map, Seq, Text, parse_yaml

SYSTEM = "kubernetes"
_SEPARATOR = expression(r"^---(?=\s|$).*$", re.MULTILINE)
_KIND = expression(r"^kind:[ \t]*([\"']?)([A-Z]\w{2,60})\1[ \t]*$", re.MULTILINE)
_NAME = expression(r"^[ \t]+name:[ \t]*(\S[^\n]*)", re.MULTILINE)
_API = expression(r"^apiVersion:[ \t]*(\S+)", re.MULTILINE)
_CONTAINERS = ("initContainers", "containers")
_DEPTH = 12


def documents(text: str) -> tuple[list[Any], list[tuple[str, int, BadSyntax]]]:
    """The documents of a text that does not parse as a whole, each on its own; and those that do not even so (text,
    first line, error)."""
    found: list[Any] = []
    broken: list[tuple[str, int, BadSyntax]] = []
    for chunk, line in _chunks(text):
        try:
            found.extend(shifted(document, line - 1) for document in _parsed(chunk))
        except BadSyntax as error:
            error.line += line - 1
            broken.append((chunk, line, error))
    return found, broken


def is_one(text: str) -> bool:
    """Whether a text is one document and no template, so that nothing more of it parses than of the whole."""
    return _SEPARATOR.search(text) is None and not _go_template.is_template(text)


def _chunks(text: str) -> Iterator[tuple[str, int]]:
    start, line = 0, 1
    for match in _SEPARATOR.finditer(text):
        yield text[start : match.start()], line
        line += text.count("\n", start, match.end())
        start = match.end()
    yield text[start:], line


def _parsed(chunk: str) -> list[Any]:
    if not _go_template.is_template(chunk):
        return parse_yaml(chunk)
    try:
        found = parse_yaml(_go_template.parsable(chunk))
    except BadSyntax:
        found = parse_yaml(_go_template.parsable(_go_template.without_else(chunk)))
    return [_go_template.restored(document) for document in found]


def scanned(chunk: str, line: int, source: Source) -> Resource | None:
    """What a document that does not parse says in its first lines: kind and name."""
    kind = _KIND.search(chunk)
    if kind is None:
        return None
    at = line + chunk.count("\n", 0, kind.start())
    attributes = Map(at)
    metadata = chunk.find("\nmetadata:")
    api, name = _API.search(chunk), _NAME.search(chunk, metadata, metadata + 2000) if metadata >= 0 else None
    for key, value in (("apiVersion", api[1] if api else ""), ("kind", kind[2])):
        attributes[key] = value
        attributes.lines[key] = at
    return Resource(source.at(at), SYSTEM, kind[2], name[1].strip("\"' ") if name else "", attributes)


def facts(document: Any, source: Source, kind: str = "") -> Iterator[Fact]:
    """The resource of a document (of each item, for a list of objects) and its containers' commands. `kind` is given
    where the file's name says it."""
    if isinstance(document, Map) and kind and "kind" not in document:
        yield Resource(_place(document, source), SYSTEM, kind, "", document)
        return
    if not is_kubernetes(document) or str(document["apiVersion"]).startswith("backstage.io"):
        return
    for item in _members(document):
        if not (isinstance(item, Map) and str(item.get("kind", "")).endswith(("List", "Template"))):
            yield from facts(item, source)
    if document["kind"].endswith("List") and isinstance(document.get("items"), Seq):
        return
    metadata = document.get("metadata")
    name = ""
    if isinstance(metadata, Map):
        given = metadata.get("name", metadata.get("generateName"))
        name = "" if isinstance(given, dict | list) else scalar_text(given)
    yield Resource(_place(document, source), SYSTEM, document["kind"], name, document)
    for container in _containers(document, 0):
        yield from _command(container, name, source)


def _members(document: Map) -> list[Any]:
    """The objects of a list, and of a template of OpenShift."""
    key = {"Template": "objects"}.get(document["kind"], "items" if document["kind"].endswith("List") else "")
    members = document.get(key)
    return members if isinstance(members, Seq) else []


def _place(document: Map, source: Source) -> Any:
    return source.at(document.line, max(document.line, last_line(document)))


def _containers(value: Any, depth: int) -> Iterator[Map]:
    if depth > _DEPTH:
        return
    if isinstance(value, Map):
        for key in _CONTAINERS:
            listed = value.get(key)
            if isinstance(listed, Seq):
                yield from (one for one in listed if isinstance(one, Map))
        for key, item in value.items():
            if key not in _CONTAINERS and isinstance(item, Map | Seq):
                yield from _containers(item, depth + 1)
    elif isinstance(value, Seq):
        for item in value:
            yield from _containers(item, depth + 1)


def _command(container: Map, owner: str, source: Source) -> list[Command]:
    command, arguments = container.get("command"), container.get("args")
    if not isinstance(command, Seq):
        return []
    words = [*command, *(arguments if isinstance(arguments, Seq) else ())]
    script = shlex.join(scalar_text(word) for word in words if not isinstance(word, dict | list))
    unit = Unit(
        UnitKind.SERVICE, source.path, f"{owner}/{scalar_text(container.get('name'))}", source.file.location.part
    )
    texts = [word for word in words if isinstance(word, Text)]
    line = texts[-1].line if texts else container.line_of("command")
    return _shell.commands(script, source, unit, line=line)
