"""Configuration files that stand inside other files: in a ConfigMap, Compose `configs`, cloud-init `write_files`, an
Ansible `copy`, chart values, in a script that writes them (`cat > /etc/nginx/nginx.conf <<EOF`) or hands them on
(`kubectl apply -f - <<EOF`).

Each is read as the file it becomes; its facts are those of that file, at the lines where they stand in this one. A
Compose file's services have the attribute `embedded`: they start on the machine that the file is written to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from textwrap import dedent
from typing import TYPE_CHECKING, Any, NamedTuple

from evidence_check.expressions import expression
from evidence_check.model import Category, Fact, File, Resource, Setting
from evidence_check.readers import (
    _templates,
    apache,
    caddy,
    compose,
    dotenv,
    grafana,
    haproxy,
    kubernetes,
    nginx,
    prometheus,
    settings,
    telemetry_agents,
)
from evidence_check.readers._formats import documents, format_of
from evidence_check.readers._source import Source, Unreadable
from evidence_check.tree import Map, Seq, Text, with_item

if TYPE_CHECKING:
    from evidence_check.readers import Reader

SYSTEM = "embedded"
GIVES = frozenset({Setting.kind, Resource.kind})

READERS: tuple[Reader, ...] = (
    apache, caddy, compose, dotenv, grafana, haproxy, kubernetes, nginx, prometheus, settings, telemetry_agents
)  # fmt: skip
"""Those of files that are commonly written by others."""

_SIZE = 2 * 1024 * 1024
_FILES = 200
_HEREDOCS = 500
_DEPTH = 20
_FILE_NAME = expression(
    r"(?:[\w.\-]{1,100}\.(?:ya?ml|json|toml|ini|cfg|conf|config|properties|rules|env|alloy|river|xml)|Caddyfile|\.env)"
    r"(?:\.\w{1,10})?"
)
_HOST = expression(
    r"(?:.*\.(?:sh|bash|zsh|tf|tftpl|tpl|ya?ml|hcl|j2|template|userdata|txt|ps1|groovy|bicep|ts|py)|(?:.*\.)?Dockerfile.*|"
    r"Vagrantfile|Makefile|Jenkinsfile.*|user[-_]?data.*|[^.]{1,40})",
    re.IGNORECASE,
)
_HEREDOC = expression(
    r"^(?P<command>[^\n]{0,400}?)<<[-~]?[ \t]*(?P<quote>[\"']?)(?P<end>[A-Za-z_]\w{0,40})(?P=quote)(?P<rest>[^\n]*)$",
    re.MULTILINE,
)
_TARGET = expression(
    r"(?:>{1,2}|\btee\b(?:\s+(?:-a|--append))?|\b(?:COPY|ADD)\b(?=\s*$))\s*[\"']?(?P<path>[\w./~${}\-]{1,200})"
)
_PLACED = expression(r"\s+[\"']?(?P<path>[\w./~${}\-]{1,200})")
_HANDED_ON = expression(
    r"\b(?:kubectl|oc)\b[^\n|]{0,200}\b(?:apply|create|replace)\b[^\n|]{0,200}(?:-f|--filename)[ \t=]*-"
    r"(?=[\s\"';&|)]|$)|^\s*yaml_body\s*=\s*$"
)
_COMPOSE_NAME = expression(r"(?:docker-)?compose[\w.\-]{0,80}", re.IGNORECASE)
_ASSIGNED = expression(
    r"^[ \t]*+(?:export\s+|local\s+|readonly\s+)?(?P<name>[A-Za-z_]\w{0,60})=[\"']?(?P<value>[\w./~\-]{1,200})[\"']?"
    r"\s*$",
    re.MULTILINE,
)
_VARIABLE = expression(r"\$\{?(\w{1,60})\}?")


class _Embedded(NamedTuple):
    path: str
    text: str
    line: int
    """The host's line of the text's first."""
    one_line: bool
    """The host has the text on a single line."""


def wants(source: Source) -> bool:
    """Files that hold others: YAML with texts of several lines, and scripts and templates with here-documents."""
    if source.file.size > _SIZE or source.file.category is not Category.OWN:
        return False
    if format_of(source.path) == "yaml":
        return _has_text(source.text) or "<<" in source.text
    return bool(_HOST.fullmatch(source.name)) and "<<" in source.text


def read(source: Source) -> Iterable[Fact]:
    """The facts of every embedded file. One that cannot be read gives none, since it may not be whole here."""
    for inner in islice(_embedded(source), _FILES):
        yield from _facts(source, inner)


def _has_text(text: str) -> bool:
    return ": |" in text or ": >" in text or "- |" in text or "\\n" in text


def _embedded(source: Source) -> Iterator[_Embedded]:
    if format_of(source.path) == "yaml":
        try:
            for document in documents(source):
                yield from _in_tree(document, 0)
        except Unreadable:
            pass  # the reader of that syntax tells
    if "<<" in source.text and _HOST.fullmatch(source.name):
        yield from _in_script(source.text)


def _in_tree(value: Any, depth: int, above: str = "") -> Iterator[_Embedded]:
    """Texts of several lines whose key, or one beside or above it, is the name of a file."""
    if depth > _DEPTH:
        return
    if isinstance(value, Map):
        beside = next(
            (value[key] for key in ("path", "dest", "target", "name") if isinstance(value.get(key), str)), above
        )
        for key, item in value.items():
            if isinstance(item, str):
                name = _name_of(key, beside, item)
                if name and "\n" in item:
                    block = isinstance(item, Text)
                    yield _Embedded(name, item, item.line if isinstance(item, Text) else value.line_of(key), not block)
            else:
                yield from _in_tree(item, depth + 1, key)
    elif isinstance(value, Seq):
        for item in value:
            yield from _in_tree(item, depth + 1)


def _name_of(key: str, beside: str, text: str) -> str:
    if _FILE_NAME.fullmatch(key):
        return key
    if key in ("content", "contents", "defer_content", "data") and _FILE_NAME.fullmatch(beside.rpartition("/")[2]):
        return beside.lstrip("/")
    if key == "json" and text.lstrip()[:1] == "{":
        return "dashboard.json"
    if key in ("config", "values", "extraScrapeConfigs") and ":" in text:
        return "config.yaml"
    return ""


def _in_script(text: str) -> Iterator[_Embedded]:
    """Here-documents that a command writes to a file, those inside of others too."""
    variables = {match["name"]: match["value"] for match in _ASSIGNED.finditer(text)}
    at = 0
    unclosed: set[str] = set()
    for match in islice(_HEREDOC.finditer(text), _HEREDOCS):
        path = _target(match, variables)
        if match.start() < at or not path or match["end"] in unclosed or match["command"].lstrip().startswith("#"):
            continue
        end = expression(rf"^[ \t]*{match['end']}[ \t]*$", re.MULTILINE).search(text, match.end())
        if end is None:
            unclosed.add(match["end"])
            continue
        body = text[match.end() + 1 : max(match.end() + 1, end.start())]
        yield _Embedded(path, dedent(body), text.count("\n", 0, match.end()) + 2, one_line=False)
        at = end.end()


def _target(match: re.Match[str], variables: dict[str, str]) -> str:
    """The file that a here-document becomes; that of objects for Kubernetes has no name of its own."""
    if _HANDED_ON.search(match["command"]) or _HANDED_ON.search(match["rest"]):
        return "manifest.yaml"
    if re.search(r"\b(?:COPY|ADD)\s*$", match["command"]):
        found = _PLACED.match(match["rest"])
    else:
        found = _TARGET.search(match["command"]) or _TARGET.search(match["rest"])
    if not found:
        return ""
    path = _VARIABLE.sub(lambda variable: variables.get(variable[1], ""), found["path"])
    return path.lstrip("/~")


def _facts(source: Source, inner: _Embedded) -> Iterator[Fact]:
    # below as many empty lines as stand above it in the host, all of it has the host's lines; XML begins at the start
    above = 0 if inner.one_line or inner.text.startswith("<") else inner.line - 1
    data = ("\n" * above + _templates.restored_text(inner.text)).encode(errors="replace")
    where = replace(source.file.location, path=inner.path)
    held = Source(File(where, category=source.file.category, size=len(data)), lambda: data)
    for reader in READERS:
        if reader is compose and not _COMPOSE_NAME.fullmatch(held.name):
            continue  # the values of a chart have `services` too
        try:
            if reader.wants(held):
                for fact in reader.read(held):
                    line = max(fact.location.line, 1) + (0 if above else inner.line - 1)
                    place = source.at(inner.line if inner.one_line else max(line, inner.line))
                    if isinstance(fact, Resource) and reader is compose and isinstance(fact.attributes, Map):
                        attributes = with_item(fact.attributes, "embedded", True, place.line)
                        yield replace(fact, location=place, attributes=attributes)
                    elif isinstance(fact, Resource | Setting):
                        yield replace(fact, location=place)
        except Unreadable:
            continue
