"""Collectors of logs and metrics whose files have a syntax of their own: Fluentd, collectd, Logstash, Grafana Alloy.

Those in YAML, TOML or INI (Promtail, Filebeat, Vector, Telegraf, OpenTelemetry Collector, Fluent Bit) are settings like
any other. Paths are the blocks around a value: Fluentd `match.@type`, Logstash `output.elasticsearch.hosts`, Alloy
`prometheus.scrape.targets`, collectd `Plugin.Interval`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.model import Setting
from evidence_check.readers import _templates
from evidence_check.readers._blocks import block_leaves
from evidence_check.readers._conf_kind import conf_kind
from evidence_check.readers._leaves import settings
from evidence_check.readers._tagged import tagged_leaves

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "telemetry"
GIVES = frozenset({Setting.kind})

_TAGGED = frozenset({"fluentd", "collectd"})
_BLOCKS = frozenset({"logstash", "alloy"})


def wants(source: Source) -> bool:
    """By name and by the words that only these files have."""
    return conf_kind(source) in _TAGGED | _BLOCKS


def read(source: Source) -> Iterable[Setting]:
    """Every value."""
    text = _templates.parsable(source.text)
    found = tagged_leaves(text) if conf_kind(source) in _TAGGED else block_leaves(text, "program")
    return settings(source, _templates.restored(found))
