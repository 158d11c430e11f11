"""Google Cloud Deployment Manager configurations."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Resource
from evidence_check.readers import deployment_manager
from tests.support import read_with, source


def test_configuration() -> None:
    facts = read_with(
        deployment_manager,
        "vm.yaml",
        """
        imports:
          - path: network.jinja
        resources:
          - name: vm
            type: compute.v1.instance
            properties: {zone: europe-west2-a}
          - name: net
            type: network.jinja
        """,
    )
    assert [(f.system, f.type, f.name, f.location.line) for f in facts if isinstance(f, Resource)] == [
        ("deployment-manager", "compute.v1.instance", "vm", 4),
        ("deployment-manager", "network.jinja", "net", 7),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "kind: Kustomization\nresources:\n  - name: a\n    type: compute.v1.instance\n",
        "resources:\n  - name: a\n    type: string\n",
        "resources: {a: {type: compute.v1.instance}}\n",
    ],
)
def test_not_wanted(content: str) -> None:
    assert not deployment_manager.wants(source("a.yaml", content))


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["name", "type", "x"]), st.none() | st.text("ab.1/ é", max_size=20), max_size=3
        ),
        max_size=3,
    )
)
def test_any_resources(resources: list[object]) -> None:
    given_source = source("a.yaml", json.dumps({"resources": resources}, ensure_ascii=False))
    deployment_manager.wants(given_source)
    assert isinstance(list(deployment_manager.read(given_source)), list)
