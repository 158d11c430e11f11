"""Infrastructure written in general languages: AWS CDK, CDK for Terraform, cdk8s and Pulumi programs.

Programs are never run: their constructor calls are read from the text
(https://docs.aws.amazon.com/cdk/v2/guide/constructs.html, https://www.pulumi.com/docs/iac/concepts/resources/).
Types and properties are the same for every language: `s3.Bucket` with `removalPolicy`, for Pulumi `aws.s3.Bucket`.
Own classes are `stack-class` and `construct-class`; calls of methods that grant, open or watch something are `call`
with the method as the name; `cdk.json`, `cdktf.json` and `Pulumi.yaml` are `app` and `project`, a stated backend
`backend.s3` and the like.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Resource
from evidence_check.readers._construct_imports import Names, names_of
from evidence_check.readers._imports import imports_of
from evidence_check.readers._languages import SIZE_LIMIT
from evidence_check.readers._line_numbers import line_counter
from evidence_check.readers._literals import Arguments, Expression, arguments, builder, camel, is_string
from evidence_check.tree import Map

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evidence_check.readers._source import Source

SYSTEM = "cdk"
GIVES = frozenset({Resource.kind})

_LANGUAGES = frozenset({"javascript", "typescript", "python", "java", "kotlin", "csharp", "go"})
_MARKS = ("cdk", "CDK", "pulumi", "Pulumi", "constructs")
_PROJECT_FILES = frozenset({"cdk.json", "cdktf.json"})
_PULUMI_FILE = expression(r"(?:^|/)Pulumi\.ya?ml$")

_NEW = expression(r"\bnew\s+([A-Za-z_$][\w$.]{0,120})(?:<[^<>()\n]{0,100}>)?\s{0,20}\(")
_PYTHON_CALL = expression(r"(?<![\w.])([A-Za-z_][\w.]{0,120})\s{0,9}\(")
_GO_CALL = expression(r"\b([a-z]\w{0,60})\.New([A-Z]\w{0,100})\(")
_JAVA_BUILDER = expression(r"\b([A-Z]\w{0,80})\.Builder\s*\.\s*create\(")
_METHOD = expression(
    r"\.((?:add|grant|allow|scaleOn|scale_on|configure|autoScale|auto_scale|enable|metric|createAlarm|create_alarm)\w{0,60}"
    r"|(?:Add|Grant|Allow|ScaleOn|Configure|AutoScale|Enable|Metric|CreateAlarm)\w{0,60})\s{0,9}\("
)
_CLASS = expression(
    r"^[ \t]*(?:export\s+)?(?:default\s+)?(?:public\s+)?(?:abstract\s+)?(?:final\s+)?class\s+(\w{1,100})"
    r"(?:<[^<>{}\n]{0,80}>)?\s*(?:extends|:|\()\s*([\w.]{1,120})",
    re.MULTILINE,
)
_STACKS = expression(r"(?:^|\.)(?:Stack|TerraformStack|Stage|Chart)$")
_CONSTRUCTS = expression(r"(?:^|\.)(?:Construct|NestedStack|ComponentResource|Resource|CfnResource|StackBase)$")
_GO_CLASS = expression(r"^func[ \t]+New(\w{1,100})\([ \t]*\w{1,40}[ \t]+constructs\.Construct\b", re.MULTILINE)
_SCOPE = expression(
    r"this|self|\w{0,40}(?:[sS]cope|[sS]tack|[aA]pp|[cC]onstruct|[pP]arent|[sS]tage|[cC]hart)|\w{1,40}\.\w{1,60}"
)
_WITHOUT_ID = expression(r"(?:^|\.)(?:PolicyStatement|PolicyDocument|Metric)$")
_NOT_RESOURCES = expression(
    r"(?:^|\.)(?:App|Stack|Stage|StackReference|CfnOutput|CfnParameter|TerraformOutput|TerraformVariable|Config"
    r"|\w{0,60}(?:Provider|Archive|Asset))$"
)
_ARGUMENTS = expression(r"(?:Args|Arguments|Inputs|Options|Result|Patch|Client|Config|ConfigFile|ConfigGroup)$")
_RENAMED = frozenset({"python", "csharp", "go"})
"""Languages whose property names are not in camel case."""
_BUDGET = 2_000_000
"""Characters of arguments that are read of one program."""
_BACKEND = expression(r"(?:^|\.)(\w{1,20})Backend$")


def wants(source: Source) -> bool:
    """Programs that name one of the systems, and their project files; what a test makes is deployed nowhere."""
    if source.name in _PROJECT_FILES or _PULUMI_FILE.search(source.path):
        return True
    if source.language not in _LANGUAGES or source.is_test or source.file.binary or source.file.size > SIZE_LIMIT:
        return False
    return any(mark in source.text for mark in _MARKS)


def read(source: Source) -> Iterator[Resource]:
    """The resources that a program declares by literal calls. Raises `Unreadable` for a broken project file."""
    if source.name in _PROJECT_FILES:
        yield from _project(source)
        return
    if _PULUMI_FILE.search(source.path):
        yield from _pulumi_project(source)
        return
    code = source.code
    names = names_of(code, source.language, [module for _, module in imports_of(code, source.language)])
    if names is None:
        return
    line_of = line_counter(code)
    yield from _classes(source, code, names.system, line_of)
    for offset, type_, name, attributes in _calls(code, source.language, names):
        yield Resource(source.at(line_of(offset)), system=names.system, type=type_, name=name, attributes=attributes)


def _classes(source: Source, code: str, system: str, line_of: Callable[[int], int]) -> Iterator[Resource]:
    """Own stacks and constructs."""
    found = [
        (match.start(1), match[1], "stack-class" if _STACKS.search(match[2]) else "construct-class")
        for match in _CLASS.finditer(code)
        if _STACKS.search(match[2]) or _CONSTRUCTS.search(match[2])
    ]
    if source.language == "go":
        found += [
            (match.start(1), match[1], "stack-class" if match[1].endswith("Stack") else "construct-class")
            for match in _GO_CLASS.finditer(code)
        ]
    for offset, name, kind in found:
        yield Resource(source.at(line_of(offset)), system=system, type=kind, name=name)


_Call = tuple[int, str, str, dict[str, Any]]


def _calls(code: str, language: str, names: Names) -> Iterator[_Call]:
    """Offset, type, name and attributes of every call that declares something."""
    left = _BUDGET
    for offset, written, given in _constructions(code, language):
        left -= given.end - offset
        if left < 0:
            return
        own = "." not in written and written not in names.known
        sure = written.partition(".")[0] in names.known
        found = _declared(_resolved(written, names), given, names.system, own=own, sure=sure)
        if found:
            yield (offset, *found)
    for match in _METHOD.finditer(code) if names.system == "cdk" else ():
        given = arguments(code, match.end(), rename=language in _RENAMED)
        left -= given.end - match.start()
        if left < 0:
            return
        yield match.start(1), "call", camel(match[1]), {"arguments": given.positional, **given.named}


def _constructions(code: str, language: str) -> Iterator[tuple[int, str, Arguments]]:
    """Offset, name as written and arguments of every call that makes an object."""
    rename = language in _RENAMED
    pattern = {"python": _PYTHON_CALL, "go": _GO_CALL}.get(language, _NEW)
    for match in pattern.finditer(code):
        written = f"{match[1]}.{match[2]}" if language == "go" else match[1]
        if written.rpartition(".")[2][:1].isupper():
            yield match.start(1), written, arguments(code, match.end(), rename=rename)
    for match in _JAVA_BUILDER.finditer(code) if language in ("java", "kotlin") else ():
        given = arguments(code, match.end())
        given.named.update(builder(code, given.end))
        yield match.start(1), match[1], given


def _resolved(written: str, names: Names) -> str:
    """The normalised type of a name as the program writes it; `Instance_` is how C# avoids a word of its own."""
    head, dot, rest = written.partition(".")
    known = names.known.get(head, names.known.get(head.rstrip("_")))
    if known is None:
        return written
    full = f"{known}.{rest}" if known and dot else rest if dot else known
    modules, dot, name = full.rpartition(".")
    return f"{modules.lower().replace('_.', '.').rstrip('_')}{dot}{name}"


def _declared(
    type_: str, given: Arguments, system: str, *, own: bool, sure: bool
) -> tuple[str, str, dict[str, Any]] | None:
    """Type, name and attributes where a call declares something, else None. `sure`: the name comes from a package of
    the system."""
    if _NOT_RESOURCES.search(type_):
        return None
    if system == "cdktf" and (backend := _BACKEND.search(type_)):
        kind = backend[1].lower()
        return "cloud" if kind == "cloud" else f"backend.{kind}", "", _attributes(given.positional[1:], given.named)
    if _WITHOUT_ID.search(type_) and not own:
        return type_, "", _attributes(given.positional, given.named)
    return _pulumi(type_, given, own, sure) if system == "pulumi" else _construct(type_, given, own)


def _pulumi(type_: str, given: Arguments, own: bool, sure: bool) -> tuple[str, str, dict[str, Any]] | None:
    """A resource is given its name and its properties, in Go behind the context. Its name may be a variable; so is what
    the arguments' own classes are given."""
    positional = given.positional
    if positional and positional[0] == "ctx":
        positional = positional[1:]
    name = positional[0] if positional else given.named.get("resourceName")
    if own or type_.startswith(("pulumi.", "automation")):
        return None
    if not is_string(name) and not (sure and isinstance(name, Expression) and not _ARGUMENTS.search(type_)):
        return None
    return type_, str(name), _attributes(positional[1:], given.named)


def _construct(type_: str, given: Arguments, own: bool) -> tuple[str, str, dict[str, Any]] | None:
    """A construct is given its scope, its id and its properties."""
    positional = given.positional
    scope = positional[0] if positional else given.named.get("scope")
    id_ = positional[1] if len(positional) > 1 else given.named.get("id", given.named.get("constructId"))
    if not isinstance(scope, Expression) or not isinstance(id_, str):
        return None
    if own and not (_SCOPE.fullmatch(scope) and is_string(id_)):
        return None
    return type_, id_, _attributes(positional[2:], given.named)


def _attributes(rest: Any, named: dict[str, Any]) -> dict[str, Any]:
    """The properties of a call: those of the objects it is given, and its named arguments."""
    found: dict[str, Any] = {}
    for value in rest:
        if isinstance(value, dict):
            found.update(value)
        elif value is not None:
            found.setdefault("arguments", []).append(value)
    found.update({name: value for name, value in named.items() if name not in ("scope", "id")})
    return found


def _project(source: Source) -> Iterator[Resource]:
    tree = source.json
    if isinstance(tree, Map) and isinstance(tree.get("app"), str):
        system = source.name.partition(".")[0]
        yield Resource(source.at(tree.line_of("app")), system=system, type="app", name=tree["app"])


_BACKEND_SCHEMES = {"s3": "s3", "azblob": "azblob", "gs": "gcs", "file": "local", "http": "http", "https": "http"}


def _pulumi_project(source: Source) -> Iterator[Resource]:
    """The project and its backend; the resources of a program in YAML have a reader of their own."""
    for tree in source.yaml[:1]:
        if not isinstance(tree, Map):
            continue
        yield Resource(source.at(tree.line_of("name")), system="pulumi", type="project", name=str(tree.get("name", "")))
        backend = tree.get("backend")
        url = str(backend.get("url", "")) if isinstance(backend, Map) else ""
        kind = _BACKEND_SCHEMES.get(url.partition(":")[0])
        if kind and isinstance(backend, Map):
            yield Resource(source.at(backend.line_of("url")), system="pulumi", type=f"backend.{kind}", name=url)
