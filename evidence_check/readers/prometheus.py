"""Prometheus, Alertmanager and OpenTelemetry Collector configuration where it is not a YAML file of its own.

Plain YAML files are settings like any other. This reader adds rule files without a YAML suffix (`alert.rules`), and
what is nested in other documents, under the paths that it has in a file of its own: `groups[].rules[].alert` of a
`PrometheusRule` object, `receivers[].slack_configs[].channel` of chart values or an `AlertmanagerConfig`.

https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/,
https://prometheus.io/docs/alerting/latest/configuration/, https://opentelemetry.io/docs/collector/configuration/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Setting
from evidence_check.readers import _templates
from evidence_check.readers import settings as settings_reader
from evidence_check.readers._formats import documents, format_of
from evidence_check.readers._leaves import leaves, settings
from evidence_check.readers._recognise import not_settings
from evidence_check.readers._source import Unreadable
from evidence_check.tree import BadSyntax, Map, Seq, parse_yaml

if TYPE_CHECKING:
    from evidence_check.readers._leaves import Leaf
    from evidence_check.readers._source import Source

SYSTEM = "prometheus"
GIVES = frozenset({Setting.kind})

_RULE_FILE = expression(r"(?:[\w.\-]{0,80}\.(?:rules?|alerts?)|[\w\-]{0,60}rules?)(?:\.(?:yml|yaml))?", re.IGNORECASE)
_GROUPS = expression(r"^groups:", re.MULTILINE)
_WORDS = expression(r"^[\s-]{1,60}(?:rules|scrape_configs|receivers|additionalScrapeConfigs|job_name):", re.MULTILINE)
_SIZE = 1024 * 1024
_DEPTH = 12
_CAMEL = expression(r"\b([a-z]{2,20})Configs(?=\[\]|\.|$)")
_SCRAPE_LISTS = ("scrape_configs", "additionalScrapeConfigs")
_OF_PROMETHEUS = frozenset({*_SCRAPE_LISTS, "global", "rule_files", "alerting", "remote_write"})
_OF_ALERTMANAGER = frozenset({"global", "route", "receivers", "inhibit_rules"})
_OF_COLLECTOR = frozenset({"receivers", "processors", "exporters", "connectors", "extensions", "service"})


def wants(source: Source) -> bool:
    """Rule files without a YAML suffix, and YAML with one of the words that nested configuration has."""
    if source.file.size > _SIZE:
        return False
    if format_of(source.path) == "yaml":
        return bool(_WORDS.search(source.text))
    return bool(_RULE_FILE.fullmatch(_templates.stem(source.name))) and bool(_GROUPS.search(source.text))


def read(source: Source) -> Iterable[Setting]:
    """The settings, those of plain YAML files excepted. Raises `Unreadable` for a broken rule file."""
    if format_of(source.path) != "yaml":
        return settings(source, _rule_file(source))
    try:
        given = documents(source)
    except Unreadable:
        return []  # the settings reader tells
    taken = settings_reader.wants(source)
    found: list[Leaf] = []
    for document in given:
        top = taken and not_settings(document) is not None
        for root, keys in _roots(document, 0):
            if not (top and root is document and isinstance(root, Map)):
                found.extend(_own_paths(root, keys))
    return settings(source, _templates.restored(found))


def _rule_file(source: Source) -> Iterator[Leaf]:
    try:
        for document in parse_yaml(_templates.parsable(source.text)):
            yield from _templates.restored(leaves(document))
    except BadSyntax as error:
        if not _templates.is_filled_in(source.name, source.text):
            raise Unreadable(str(error), error.line) from error


def _roots(value: Any, depth: int) -> Iterator[tuple[Any, frozenset[str]]]:
    """What a file of its own would hold, and the keys of it that count."""
    if depth > _DEPTH:
        return
    if isinstance(value, Map):
        keys = _keys(value)
        if keys:
            yield value, keys
        for key, item in value.items():
            if key not in keys:
                yield from _roots(item, depth + 1)
    elif isinstance(value, Seq):
        if _is_scrape_list(value):
            yield value, frozenset()
        else:
            for item in value:
                yield from _roots(item, depth + 1)


def _keys(value: Map) -> frozenset[str]:
    groups = value.get("groups")
    if isinstance(groups, Seq) and any(isinstance(group, Map) and "rules" in group for group in groups):
        return frozenset({"groups"})
    if any(_is_scrape_list(value.get(name)) for name in _SCRAPE_LISTS):
        return _OF_PROMETHEUS & value.keys()
    if isinstance(value.get("receivers"), Seq) and isinstance(value.get("route"), Map):
        return _OF_ALERTMANAGER & value.keys()
    service = value.get("service")
    if isinstance(service, Map) and "pipelines" in service and ("receivers" in value or "exporters" in value):
        return _OF_COLLECTOR & value.keys()
    return frozenset()


def _is_scrape_list(value: Any) -> bool:
    return isinstance(value, Seq) and any(isinstance(item, Map) and "job_name" in item for item in value)


def _own_paths(root: Any, keys: frozenset[str]) -> Iterator[Leaf]:
    others = frozenset(root) - keys if isinstance(root, Map) else frozenset()
    for leaf in leaves(root, skip=others):
        path = f"scrape_configs{leaf.path}" if isinstance(root, Seq) else _CAMEL.sub(r"\1_configs", leaf.path)
        yield leaf._replace(path=path.replace("additionalScrapeConfigs[]", "scrape_configs[]", 1))
