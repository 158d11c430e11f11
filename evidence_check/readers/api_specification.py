"""Descriptions of APIs for machines, each as one resource with its title and the number of its operations.

OpenAPI and Swagger (https://spec.openapis.org/oas/latest.html), AsyncAPI (https://www.asyncapi.com/docs/reference),
GraphQL schemas (https://spec.graphql.org/), protobuf services (https://protobuf.dev/reference/protobuf/proto3-spec/),
WSDL (https://www.w3.org/TR/wsdl/). Messages without a service, and client queries, describe no API.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Resource
from evidence_check.readers._formats import documents
from evidence_check.readers._recognise import is_specification
from evidence_check.readers._source import Unreadable
from evidence_check.readers._templates import is_filled_in
from evidence_check.tree import Map

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "api-specification"
GIVES = frozenset({Resource.kind})

_SIZE = 5 * 1024 * 1024
_TREE = (".yml", ".yaml", ".json")
_TREE_MARK = expression(
    r"^\s{0,8}[\"']?(openapi|swagger|asyncapi)[\"']?\s{0,4}:|[{,]\s{0,8}\"(openapi|swagger|asyncapi)\"\s{0,4}:",
    re.MULTILINE,
)
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})

_GRAPHQL_ROOT = expression(
    r"^\s{0,20}(?:extend\s+)?(?:type\s+(?:Query|Mutation|Subscription)\b|schema\s*(?:@[^{\n]{0,200})?\{)", re.MULTILINE
)
_GRAPHQL_BODY = expression(r"\btype\s+(?:Query|Mutation|Subscription)\b[^{\n]{0,300}\{([^}]*+)\}?")
_GRAPHQL_FIELD = expression(r"^[ \t]*+[A-Za-z_]\w{0,200}\s*(?:\([^)]{0,2000}\)\s*)?:", re.MULTILINE)
_COMMENTS = expression(r"//[^\n]*|/\*(?>(?:[^*]|\*(?!/))*)(?:\*/)?|\"(?>(?:[^\"\\\n]|\\.)*)\"?")
_SERVICE = expression(r"^[ \t]*+service\s+(\w{1,200})\s*\{", re.MULTILINE)
_RPC = expression(r"^[ \t]*+rpc\s+\w", re.MULTILINE)
_PACKAGE = expression(r"^[ \t]*+package\s+([\w.]{1,200})\s*;", re.MULTILINE)
_WSDL_NAME = expression(r"<(?:\w{1,20}:)?definitions\b[^>]{0,4000}?\sname=\"([^\"]{1,200})\"")
_WSDL_OPERATION = expression(r"<(?:\w{1,20}:)?operation\s")


def wants(source: Source) -> bool:
    """By suffix, and for YAML and JSON by the word that every specification begins with."""
    name = source.name.lower()
    if source.file.size > _SIZE:
        return False
    if name.endswith(_TREE):
        return bool(_TREE_MARK.search(source.text[:4_000]))
    return name.endswith((".graphql", ".graphqls", ".gql", ".proto", ".wsdl"))


def read(source: Source) -> Iterable[Resource]:
    """The specifications. Raises `Unreadable` where YAML or JSON is broken."""
    name = source.name.lower()
    if name.endswith(_TREE):
        for document in _documents(source):
            if is_specification(document):
                yield _of_tree(source, document)
    elif name.endswith(".proto"):
        yield from _protobuf(source)
    elif name.endswith(".wsdl"):
        yield from _wsdl(source)
    else:
        yield from _graphql(source)


def _documents(source: Source) -> list[Any]:
    try:
        return documents(source)
    except Unreadable:
        if source.is_test or is_filled_in(source.name, source.text):
            return []
        raise


def _of_tree(source: Source, document: Map) -> Resource:
    word = next(key for key in ("openapi", "swagger", "asyncapi") if key in document)
    info = document.get("info")
    title = str(info.get("title") or "") if isinstance(info, Map) else ""
    system = "asyncapi" if word == "asyncapi" else "openapi"
    count = _channels(document) if system == "asyncapi" else _operations(document.get("paths"))
    facts = {"version": str(document[word]), "operations": count}
    return Resource(source.at(document.line_of(word)), system, "specification", title, facts)


def _operations(paths: Any) -> int:
    if not isinstance(paths, Map):
        return 0
    return sum(len(_METHODS & item.keys()) for item in paths.values() if isinstance(item, Map))


def _channels(document: Map) -> int:
    for key in ("operations", "channels"):
        if isinstance(document.get(key), Map):
            return len(document[key])
    return 0


def _blanked(text: str) -> str:
    """The text with comments and quoted texts as blanks, its lines kept."""
    return _COMMENTS.sub(lambda match: "\n" * match[0].count("\n"), text)


def _protobuf(source: Source) -> Iterator[Resource]:
    text = _blanked(source.text)
    service = _SERVICE.search(text)
    if service is not None:
        package = _PACKAGE.search(text)
        facts = {"operations": len(_RPC.findall(text)), "package": package[1] if package else ""}
        line = text.count("\n", 0, service.start(1)) + 1
        yield Resource(source.at(line), "protobuf", "specification", service[1], facts)


def _graphql(source: Source) -> Iterator[Resource]:
    text = re.sub(r"#[^\n]*", "", source.text)
    root = _GRAPHQL_ROOT.search(text)
    if root is not None:
        count = sum(len(_GRAPHQL_FIELD.findall(body)) for body in _GRAPHQL_BODY.findall(text))
        line = text.count("\n", 0, root.end()) + 1
        yield Resource(source.at(line), "graphql", "specification", source.name, {"operations": count})


def _wsdl(source: Source) -> Iterator[Resource]:
    if "definitions" not in source.text:
        raise Unreadable("not a WSDL document: it has no `definitions`")
    name = _WSDL_NAME.search(source.text)
    count = len(_WSDL_OPERATION.findall(source.text))
    line = source.text.count("\n", 0, name.start()) + 1 if name else 1
    yield Resource(source.at(line), "wsdl", "specification", name[1] if name else source.name, {"operations": count})
