"""Pulumi programs in YAML."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Resource
from evidence_check.readers import pulumi_yaml
from tests.support import read_with, source


def test_program() -> None:
    (fact,) = read_with(
        pulumi_yaml,
        "Pulumi.yaml",
        """
        name: app
        runtime: yaml
        resources:
          logs:
            type: aws:s3:Bucket
            properties:
              versioning: {enabled: true}
        """,
    )
    assert isinstance(fact, Resource)
    assert (fact.system, fact.type, fact.name, fact.location.line, fact.location.end_line) == (
        "pulumi", "aws:s3:Bucket", "logs", 4, 7,
    )  # fmt: skip
    assert fact.attributes == {"versioning": {"enabled": True}}


def test_project_of_another_language() -> None:
    assert not pulumi_yaml.wants(source("Pulumi.yaml", "name: app\nruntime: python\n"))
    assert not pulumi_yaml.wants(source("Pulumi.dev.yaml", "config:\n  resources: 1\n"))


@given(
    st.recursive(
        st.none() | st.text("ab:é", max_size=3),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["type", "properties", "a"]), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_any_resources(resources: object) -> None:
    assert isinstance(
        list(pulumi_yaml.read(source("Pulumi.yaml", json.dumps({"resources": resources}, ensure_ascii=False)))), list
    )
