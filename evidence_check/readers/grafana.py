"""Grafana dashboards: the dashboard and each panel as resources, a panel with the queries behind it.

The JSON model (https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/), also as
the HTTP API wraps it, with panels in rows, and the newer schema with `elements`. Provisioning files are settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from evidence_check.model import Resource
from evidence_check.readers import _templates
from evidence_check.readers._recognise import is_dashboard
from evidence_check.readers._source import Unreadable
from evidence_check.tree import BadSyntax, Map, Seq, parse_json

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "grafana"
GIVES = frozenset({Resource.kind})

_SIZE = 5 * 1024 * 1024
_DEPTH = 8
_MARKS = ('"panels"', '"rows"', '"elements"')
_QUERY_KEYS = frozenset(
    {"expr", "query", "rawSql", "rawQuery", "target", "metricName", "metric", "expression", "queryText", "measurement",
     "namespace", "statement", "alias", "rawQueryText", "kql", "fluxQuery", "metricQuery", "field"}
)  # fmt: skip


def wants(source: Source) -> bool:
    """JSON with the words that every dashboard has."""
    if not _templates.stem(source.name).lower().endswith(".json") or source.file.size > _SIZE:
        return False
    text = source.text
    return any(mark in text for mark in _MARKS) and (
        '"schemaVersion"' in text or '"templating"' in text or '"layout"' in text
    )


def read(source: Source) -> Iterable[Resource]:
    """The dashboard and its panels. Raises `Unreadable` where the JSON is broken."""
    try:
        document = source.json
    except Unreadable:
        document = _parsed_template(source)
    if not isinstance(document, Map):
        return
    inner = document.get("dashboard", document.get("spec"))
    dashboard = inner if isinstance(inner, Map) and not is_dashboard(document.get("panels")) else document
    panels = list(_panels(dashboard, 0)) or list(_elements(dashboard))
    if not (is_dashboard(dashboard) or ("elements" in dashboard and panels)):
        return
    title = _templates.restored_text(str(dashboard.get("title") or source.name))
    facts = Map(dashboard.line)
    facts["panels"] = len(panels)
    yield Resource(source.at(dashboard.line_of("title")), SYSTEM, "dashboard", title, facts)
    for panel in panels:
        name = _templates.restored_text(str(panel.get("title") or ""))
        yield Resource(source.at(panel.line_of("title")), SYSTEM, "panel", name, _attributes(panel))


def _parsed_template(source: Source) -> Any:
    if not _templates.is_filled_in(source.name, source.text):
        return source.json
    try:
        return parse_json(_templates.parsable(source.text))
    except BadSyntax:
        return None


def _panels(holder: Map, depth: int) -> Iterator[Map]:
    """Every panel that is not a row, those inside rows too."""
    if depth > _DEPTH:
        return
    for key in ("panels", "rows"):
        items = holder.get(key)
        for item in items if isinstance(items, Seq) else ():
            if isinstance(item, Map):
                if key == "panels" and item.get("type") != "row":
                    yield item
                yield from _panels(item, depth + 1)


def _elements(dashboard: Map) -> Iterator[Map]:
    """The panels of the newer schema, in the shape of the older."""
    elements = dashboard.get("elements")
    for element in elements.values() if isinstance(elements, Map) else ():
        inner = element.get("spec") if isinstance(element, Map) else None
        if isinstance(inner, Map):
            panel = Map(inner.line)
            panel.update({"title": inner.get("title"), "type": "", "targets": inner.get("data")})
            visual = inner.get("vizConfig")
            if isinstance(visual, Map):
                panel["type"] = visual.get("group") or visual.get("kind") or ""
                options = visual.get("spec")
                panel["fieldConfig"] = options.get("fieldConfig") if isinstance(options, Map) else None
            yield panel


def _attributes(panel: Map) -> Map:
    queries = Seq(panel.line)
    _collect(panel.get("targets"), "", panel.line, queries, 0)
    result = Map(panel.line)
    result["type"] = panel.get("type") or ""
    result["unit"] = _unit(panel)
    result["expr"] = queries
    result.lines = {"type": panel.line_of("type"), "expr": queries.lines[0] if queries else panel.line}
    return result


def _collect(value: Any, key: str, line: int, queries: Seq, depth: int) -> None:
    """The texts of queries at any depth of a panel's targets; every data source has keys of its own."""
    if depth > _DEPTH:
        return
    if isinstance(value, Map):
        prometheus = "expr" in value  # beside it, editors leave words of earlier queries
        for name, item in value.items():
            if name != "datasource" and (name == "expr" or not prometheus):
                _collect(item, name, value.line_of(name), queries, depth + 1)
    elif isinstance(value, Seq):
        for item, at in zip(value, value.lines, strict=False):
            _collect(item, key, at, queries, depth + 1)
    elif isinstance(value, str) and value and key in _QUERY_KEYS:
        queries.append(_templates.restored_text(value))
        queries.lines.append(line)


def _unit(panel: Map) -> str:
    configured = panel.get("fieldConfig")
    defaults = configured.get("defaults") if isinstance(configured, Map) else None
    if isinstance(defaults, Map) and isinstance(defaults.get("unit"), str):
        return str(defaults["unit"])
    axes = panel.get("yaxes")
    first = axes[0] if isinstance(axes, Seq) and axes else None
    return str(first.get("format") or "") if isinstance(first, Map) else str(panel.get("format") or "")
