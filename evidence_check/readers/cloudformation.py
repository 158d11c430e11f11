"""AWS CloudFormation and SAM templates: resources, and what machines run at their first boot.

Formats: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-reference.html and
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource, Unit, UnitKind
from evidence_check.readers._recognise import is_cloudformation
from evidence_check.readers._scripts import commands, last_line, line_of, numbered, shell_text
from evidence_check.readers._source import Source, Unreadable
from evidence_check.readers._user_data import boot_facts
from evidence_check.tree import Map, Seq, Text

SYSTEM = "cloudformation"
GIVES = frozenset({"resource", "command"})

_SUFFIXES = (".yaml", ".yml", ".json", ".template", ".cfn", ".cform")
_BESIDE = (
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "UpdatePolicy",
    "UpdateReplacePolicy",
)
_TAG = expression(r"!(?:Sub|Base64|Ref|ImportValue)\s?")
_BOOT_KEYS = frozenset({"UserData", "userdata", "user_data"})
_DEPTH = 12


def wants(source: Source) -> bool:
    """Templates by their content."""
    if not source.name.lower().endswith(_SUFFIXES) or b"Resources" not in source.data:
        return False
    if b"AWSTemplateFormatVersion" not in source.data and b"::" not in source.data:
        return False
    return any(is_cloudformation(document) for document in _documents(source))


def read(source: Source) -> Iterator[Fact]:
    """The resources, parameters and outputs."""
    for document in _documents(source):
        if is_cloudformation(document):
            yield from template_facts(document, source)


def _documents(source: Source) -> list[Any]:
    if source.text.lstrip()[:1] == "{":
        try:
            return [source.json]
        except Unreadable:
            return []
    return source.documents


def template_facts(template: Map, source: Source) -> Iterator[Fact]:
    """The facts of a template, or of the part of one that another syntax holds."""
    for section, kind in (("Parameters", "parameter"), ("Outputs", "output")):
        entries = _mapping(template.get(section))
        for name, value in entries.items():
            if isinstance(value, Map):
                yield Resource(_place(entries, name, source), SYSTEM, kind, name, value)
    if isinstance(template.get("Globals"), Map):
        yield Resource(_place(template, "Globals", source), SYSTEM, "Globals", "", template["Globals"])
    resources = _mapping(template.get("Resources"))
    for name, value in resources.items():
        if isinstance(value, Map) and isinstance(value.get("Type"), str):
            yield Resource(_place(resources, name, source), SYSTEM, value["Type"], name, _attributes(value))
            yield from numbered(_commands(name, value, source))


def _place(parent: Any, key: str, source: Source) -> Any:
    line = parent.line_of(key)
    return source.at(line, max(line, last_line(parent[key])))


def _mapping(value: Any) -> Map:
    return value if isinstance(value, Map) else Map()


def _attributes(resource: Map) -> Map:
    """The properties, and what stands beside them."""
    properties = resource.get("Properties")
    result = Map(resource.line)
    if isinstance(properties, Map):
        result.update(properties)
        result.lines.update(properties.lines)
    for key in _BESIDE:
        if key in resource and key not in result:
            result[key] = resource[key]
            result.lines[key] = resource.line_of(key)
    return result


def _commands(name: str, resource: Map, source: Source) -> Iterator[Fact]:
    unit = Unit(UnitKind.MACHINE, source.path, name, source.file.location.part)
    for parent, key in _boot_places(resource.get("Properties"), 0):
        text, line = _text_of(parent[key], line_of(parent, key), 0)
        if text:
            yield from boot_facts(text, source, unit, line, script=True)
    metadata = resource.get("Metadata")
    if isinstance(metadata, Map) and isinstance(metadata.get("AWS::CloudFormation::Init"), Map):
        yield from _init_commands(metadata["AWS::CloudFormation::Init"], source, unit)


def _boot_places(value: Any, depth: int) -> Iterator[tuple[Map, str]]:
    if isinstance(value, Map) and depth < _DEPTH:
        for key, item in value.items():
            if key in _BOOT_KEYS:
                yield value, key
            else:
                yield from _boot_places(item, depth + 1)


def _text_of(value: Any, line: int, depth: int) -> tuple[str, int]:
    """The text that intrinsic functions build, as far as it is written here, and where it starts."""
    if depth > _DEPTH:
        return "", line
    if isinstance(value, str):
        line = value.line if isinstance(value, Text) and value.line else line
        return _TAG.sub("", value, count=1) if value.startswith("!") else value, line
    if isinstance(value, Map):
        for key in ("Fn::Base64", "Fn::Sub", "Fn::Join"):
            if key in value:
                return _text_of(_tagged(value[key], key), line_of(value, key), depth + 1)
        return "", line
    if isinstance(value, Seq) and value:
        parts = value[1] if value.tag == "!Join" and len(value) == 2 else None
        if isinstance(parts, Seq):
            glue = value[0] if isinstance(value[0], str) else ""
            texts = [_text_of(part, line, depth + 1)[0] if isinstance(part, str) else "${X}" for part in parts]
            return glue.join(texts), parts.line
        return _text_of(value[0], value.lines[0], depth + 1)
    return "", line


def _tagged(value: Any, function: str) -> Any:
    """A list given to a function by its long name, as by its short one."""
    if isinstance(value, Seq) and not value.tag and function == "Fn::Join":
        result = Seq(value.line, "!Join")
        result.extend(value)
        result.lines = list(value.lines)
        return result
    return value


def _init_commands(config: Map, source: Source, unit: Unit) -> Iterator[Fact]:
    """`commands` of every config set, in the order of their names."""
    for section in config.values():
        listed = _mapping(section.get("commands")) if isinstance(section, Map) else Map()
        for key in sorted(listed):
            one = listed[key]
            if isinstance(one, Map):
                given = one.get("command")
                script = _text_of(given, 0, 0)[0] if isinstance(given, str | Map) else shell_text(given)
                yield from commands(script, source, unit, line=line_of(one, "command"))
