"""Rule files by other names, and monitoring configuration nested in other documents."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Setting
from evidence_check.readers import prometheus
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

RULES = """
groups:
  - name: app
    rules:
      - alert: Down
        expr: up{job="app"} == 0
        annotations: {summary: "{{ $labels.instance }} is down"}
"""


def rows(path: str, content: str) -> list[tuple[int, str, object]]:
    facts = read_with(prometheus, path, content)
    return [(fact.location.line, fact.path, fact.value) for fact in facts if isinstance(fact, Setting)]


@pytest.mark.parametrize("path", ["prometheus/alert.rules", "node.alerts", "prometheus/rules", "x.rules.j2"])
def test_rule_files_without_a_yaml_suffix(path: str) -> None:
    found = rows(path, RULES)
    assert (4, "groups[].rules[].alert", "Down") in found
    assert (5, "groups[].rules[].expr", 'up{job="app"} == 0') in found


def test_rules_of_another_program_are_not_wanted() -> None:
    assert not prometheus.wants(source("firestore.rules", "service cloud.firestore { match /x { allow read; } }"))
    assert not prometheus.wants(source("docs/groups.md", RULES))


def test_a_plain_rule_file_is_left_to_the_settings() -> None:
    assert rows("prometheus/rules.yml", RULES) == []


def test_objects_of_the_operator() -> None:
    found = rows(
        "k8s/rules.yaml",
        """
        apiVersion: monitoring.coreos.com/v1
        kind: PrometheusRule
        metadata: {name: app}
        spec:
          groups:
            - name: app
              rules:
                - alert: Errors
                  expr: rate(http_requests_total{code=~"5.."}[5m]) > 1
        ---
        apiVersion: monitoring.coreos.com/v1alpha1
        kind: AlertmanagerConfig
        spec:
          route: {receiver: chat}
          receivers:
            - name: chat
              slackConfigs:
                - channel: "#ops"
        """,
    )
    assert (8, "groups[].rules[].alert", "Errors") in found
    assert (18, "receivers[].slack_configs[].channel", "#ops") in found
    assert not any(path.startswith(("spec", "metadata")) for _, path, _ in found)


def test_chart_values() -> None:
    found = rows(
        "monitoring/values.yaml",
        """
        alertmanager:
          config:
            route: {receiver: mail}
            receivers:
              - name: mail
                email_configs: [{to: ops@example.org}]
        prometheus:
          prometheusSpec:
            additionalScrapeConfigs:
              - job_name: app
        additionalPrometheusRulesMap:
          app:
            groups:
              - name: a
                rules: [{alert: Cpu, expr: cpu > 1}]
        """,
    )
    assert (6, "receivers[].email_configs[].to", "ops@example.org") in found
    assert (10, "scrape_configs[].job_name", "app") in found
    assert (15, "groups[].rules[].alert", "Cpu") in found


def test_a_collector_object() -> None:
    found = rows(
        "otel.yaml",
        """
        apiVersion: opentelemetry.io/v1beta1
        kind: OpenTelemetryCollector
        spec:
          config:
            receivers: {otlp: {protocols: {grpc: {}}}}
            service:
              pipelines:
                traces: {receivers: [otlp], exporters: [jaeger]}
        """,
    )
    assert (8, "service.pipelines.traces.exporters[]", "jaeger") in found


def test_other_groups_and_receivers_are_none() -> None:
    assert rows("x.yaml", "spec:\n  groups:\n    - name: a\n  receivers:\n    - b\nrules: []\n") == []


def test_a_broken_rule_file_is_unreadable() -> None:
    with pytest.raises(Unreadable) as caught:
        read_with(prometheus, "alert.rules", "groups:\n  - name: a\n   rules: []\n")
    assert caught.value.line == 3


@given(st.sampled_from(["alert.rules", "a.yaml"]), st.text(alphabet="groups:receivrute-[]{}\n ", max_size=200))
def test_any_text_gives_settings_or_unreadable(path: str, text: str) -> None:
    given_file = source(path, ("groups:\n" + text).encode())
    with contextlib.suppress(Unreadable):
        if prometheus.wants(given_file):
            assert all(fact.path for fact in prometheus.read(given_file))
