"""Serverless Framework: the service's provider, functions and plugins, and its CloudFormation resources.

Format: https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource
from evidence_check.readers._scripts import last_line, scalar_text
from evidence_check.readers._source import Source
from evidence_check.readers.cloudformation import template_facts
from evidence_check.tree import Map, Seq

SYSTEM = "serverless"
GIVES = frozenset({"resource", "command"})

_NAME = expression(r"serverless(?:[.-][\w.-]{1,60})?\.(?:ya?ml|json)")


def wants(source: Source) -> bool:
    """By the file's name."""
    return source.name.startswith("serverless") and _NAME.fullmatch(source.name) is not None


def read(source: Source) -> Iterator[Fact]:
    """The resources. Raises `Unreadable`."""
    documents = [source.json] if source.name.lower().endswith(".json") else source.yaml
    for document in documents:
        if isinstance(document, Map) and "provider" in document:
            yield from _service(document, source)


def _service(document: Map, source: Source) -> Iterator[Fact]:
    name = _name(document.get("service"))
    provider = document["provider"]
    if isinstance(provider, Map):
        yield Resource(_place(document, "provider", source), SYSTEM, "provider", _name(provider), provider)
    else:
        named = Map(document.line_of("provider"))
        named["name"] = provider
        yield Resource(source.at(named.line), SYSTEM, "provider", scalar_text(provider), named)
    listed = document.get("functions")
    for given in listed if isinstance(listed, Seq) else [listed]:
        functions = given if isinstance(given, Map) else Map()
        for key, value in functions.items():
            if isinstance(value, Map):
                yield Resource(_place(functions, key, source), SYSTEM, "function", key, value)
    plugins = document.get("plugins")
    for plugin, line in zip(plugins, plugins.lines, strict=False) if isinstance(plugins, Seq) else ():
        yield Resource(source.at(line), SYSTEM, "plugin", scalar_text(plugin))
    for key in ("stepFunctions", "custom"):
        if isinstance(document.get(key), Map):
            yield Resource(_place(document, key, source), SYSTEM, key, name, document[key])
    resources = document.get("resources")
    for template in resources if isinstance(resources, Seq) else [resources]:
        if isinstance(template, Map):
            yield from template_facts(template, source)


def _name(value: Any) -> str:
    return scalar_text(value.get("name")) if isinstance(value, Map) else scalar_text(value)


def _place(parent: Map, key: str, source: Source) -> Any:
    line = parent.line_of(key)
    return source.at(line, max(line, last_line(parent[key])))
