"""Helm charts and Helmfile."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Dependency, Fact, Resource
from evidence_check.readers import helm
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def found(facts: list[Fact]) -> tuple[list[tuple[str, str, int]], list[tuple[str, str, int]]]:
    return (
        [(fact.type, fact.name, fact.location.line) for fact in facts if isinstance(fact, Resource)],
        [(fact.name, fact.version, fact.location.line) for fact in facts if isinstance(fact, Dependency)],
    )


def test_chart() -> None:
    facts = read_with(
        helm,
        "charts/app/Chart.yaml",
        """
        apiVersion: v2
        name: app
        version: 0.1.0
        dependencies:
          - name: postgresql
            version: ~12.1
            repository: https://charts.bitnami.com/bitnami
          - name: common
            version: 1.0.0
            repository: file://../common
        """,
    )
    assert found(facts) == ([("chart", "app", 1)], [("postgresql", "~12.1", 5), ("common", "1.0.0", 8)])
    assert {fact.ecosystem for fact in facts if isinstance(fact, Dependency)} == {"helm"}
    assert isinstance(facts[0], Resource)
    assert (facts[0].system, facts[0].attributes["apiVersion"]) == ("helm", "v2")


def test_requirements_of_helm_2() -> None:
    facts = read_with(helm, "chart/requirements.yaml", "dependencies:\n- name: redis\n  version: 1.2.3\n")
    assert found(facts) == ([], [("redis", "1.2.3", 2)])


def test_helmfile() -> None:
    content = """
        repositories:
          - name: bitnami
            url: https://charts.bitnami.com/bitnami
        releases:
          - name: app
            chart: ./charts/app
            namespace: {{ .Environment.Name }}
          - name: cache
            chart: bitnami/redis
            version: 17.0.0
        """
    assert found(read_with(helm, "helmfile.yaml", content)) == (
        [("release", "app", 5), ("release", "cache", 8), ("repository", "bitnami", 2)],
        [("bitnami/redis", "17.0.0", 8)],
    )


@pytest.mark.parametrize(
    ("path", "content"),
    [("requirements.yml", "collections: []\n"), ("requirements.yaml", "roles: []\n"), ("values.yaml", "name: x\n")],
)
def test_not_wanted(path: str, content: str) -> None:
    assert not helm.wants(source(path, content))


def test_broken_chart() -> None:
    with pytest.raises(Unreadable):
        read_with(helm, "Chart.yaml", "name: [\n")


@given(
    st.lists(
        st.sampled_from(
            ["name: x\n", "dependencies:\n", "- name: a\n", "  version: 1\n", "releases: ", "[{", "}}", "- 1\n"]
        )
    ).map("".join)
    | st.binary(max_size=100)
)
def test_anything(content: str | bytes) -> None:
    data = content.encode() if isinstance(content, str) else content
    for path in ("Chart.yaml", "helmfile.yaml"):
        with suppress(Unreadable):
            list(helm.read(source(path, data)))
