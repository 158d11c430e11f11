"""Dashboards and panels with the queries behind them."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Fact, Resource
from evidence_check.readers import grafana, kibana
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

DASHBOARD = """
{
  "annotations": {"list": []},
  "panels": [
    {
      "title": "Row", "type": "row",
      "panels": [
        {
          "title": "CPU",
          "type": "timeseries",
          "fieldConfig": {"defaults": {"unit": "percent"}},
          "datasource": {"type": "prometheus"},
          "targets": [
            {"refId": "A",
             "expr": "rate(node_cpu_seconds_total[5m])",
             "metric": "left_over"}
          ]
        }
      ]
    },
    {"title": "Orders", "type": "table", "targets": [{"rawSql": "SELECT 1", "rawQuery": true}]},
    {"type": "text"}
  ],
  "schemaVersion": 39,
  "title": "Hosts"
}
"""


def resources(facts: list[Fact]) -> list[Resource]:
    return [fact for fact in facts if isinstance(fact, Resource)]


def test_a_dashboard_and_its_panels() -> None:
    board, cpu, orders, text = resources(read_with(grafana, "grafana/hosts.json", DASHBOARD))
    assert (board.type, board.name, board.location.line) == ("dashboard", "Hosts", 24)
    assert (cpu.type, cpu.name, cpu.location.line) == ("panel", "CPU", 8)
    assert cpu.attributes == {"type": "timeseries", "unit": "percent", "expr": ["rate(node_cpu_seconds_total[5m])"]}
    assert cpu.attributes["expr"].lines == [14]
    assert orders.attributes["expr"] == ["SELECT 1"]
    assert (text.name, text.attributes["expr"]) == ("", [])


def test_older_rows_and_the_wrapper_of_the_api() -> None:
    inner = {"rows": [{"panels": [{"title": "Up", "yaxes": [{"format": "s"}], "targets": [{"target": "a.b"}]}]}]}
    wrapped = {"dashboard": {**inner, "title": "Old", "templating": {}, "schemaVersion": 14}, "overwrite": True}
    board, panel = resources(read_with(grafana, "old.json", json.dumps(wrapped)))
    assert (board.name, panel.name) == ("Old", "Up")
    assert panel.attributes == {"type": "", "unit": "s", "expr": ["a.b"]}


def test_the_newer_schema() -> None:
    query = {"kind": "PanelQuery", "spec": {"query": {"spec": {"expr": "up"}}}}
    panel = {
        "kind": "Panel",
        "spec": {"title": "Up", "data": {"spec": {"queries": [query]}}, "vizConfig": {"group": "stat"}},
    }
    document = {"kind": "Dashboard", "spec": {"title": "New", "elements": {"panel-1": panel}, "layout": {}}}
    board, found = resources(read_with(grafana, "new.json", json.dumps(document)))
    assert (board.name, found.name) == ("New", "Up")
    assert found.attributes["expr"] == ["up"]
    assert found.attributes["type"] == "stat"


def test_a_template_of_a_dashboard() -> None:
    text = '{"panels": [{"title": "{{ app }} errors", "id": {{ id }}}], "schemaVersion": 1, "title": "x"}'
    assert resources(read_with(grafana, "dash.json.j2", text))[1:] == []
    quoted = text.replace("{{ id }}", "1")
    assert resources(read_with(grafana, "dash.json.j2", quoted))[1].name == "{{ app }} errors"


def test_other_json_is_none() -> None:
    assert not grafana.wants(source("layout.json", '{"panels": [1], "title": "x"}'))
    assert not grafana.wants(source("dash.yaml", DASHBOARD))
    assert list(grafana.read(source("a.json", '{"panels": 3, "schemaVersion": 1}'))) == []


def test_a_broken_dashboard_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read_with(grafana, "hosts.json", DASHBOARD[:-4])


def test_kibana_exports() -> None:
    lines = [
        '{"type":"dashboard","id":"1","attributes":{"title":"Web logs","panelsJSON":"[{}]"}}',
        "not json",
        '{"exportedCount":1}',
    ]
    (board,) = resources(read_with(kibana, "kibana/export.ndjson", "\n".join(lines)))
    assert (board.system, board.type, board.name, board.location.line) == ("kibana", "dashboard", "Web logs", 1)
    assert not kibana.wants(source("events.ndjson", '{"index": {}}'))


def test_older_kibana_exports() -> None:
    old = '[\n{"_type": "search", "_source": {"title": "5xx", "kibanaSavedObjectMeta": {}}}]'
    (search,) = resources(read_with(kibana, "objects.json", old))
    assert (search.type, search.name, search.location.line) == ("search", "5xx", 2)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["panels", "rows", "targets", "expr", "dashboard", "spec", "elements", "data", "title", "type",
                         "yaxes", "fieldConfig", "defaults", "schemaVersion", "vizConfig", "attributes"]),
        inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(TREES, st.sampled_from(["a.json", "a.ndjson"]))
def test_any_tree_gives_resources_or_unreadable(tree: object, path: str) -> None:
    given_file = source(path, json.dumps(tree).encode())
    for reader in (grafana, kibana):
        with contextlib.suppress(Unreadable):
            assert all(isinstance(fact, Resource) for fact in reader.read(given_file))


@given(st.binary(max_size=200))
def test_any_bytes_give_resources_or_unreadable(data: bytes) -> None:
    given_file = source("a.json", b'{"panels": "schemaVersion"' + data)
    with contextlib.suppress(Unreadable):
        assert list(grafana.read(given_file)) == []
