"""Serverless Framework files."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Resource
from evidence_check.readers import serverless
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def test_service() -> None:
    facts = read_with(
        serverless,
        "serverless.yml",
        """
        service: orders
        provider:
          name: aws
          runtime: python3.12
          tracing: {lambda: true}
        plugins:
          - serverless-offline
        functions:
          create:
            handler: app.create
            events:
              - httpApi: "POST /orders"
        resources:
          Resources:
            Table:
              Type: AWS::DynamoDB::Table
              Properties: {TableName: orders}
        """,
    )
    found = [(f.system, f.type, f.name, f.location.line) for f in facts if isinstance(f, Resource)]
    assert found == [
        ("serverless", "provider", "aws", 2),
        ("serverless", "function", "create", 9),
        ("serverless", "plugin", "serverless-offline", 7),
        ("cloudformation", "AWS::DynamoDB::Table", "Table", 15),
    ]


def test_provider_by_name() -> None:
    (provider,) = read_with(serverless, "serverless.json", '{"service": "x", "provider": "aws"}')
    assert isinstance(provider, Resource)
    assert (provider.name, provider.attributes) == ("aws", {"name": "aws"})


@pytest.mark.parametrize("path", ["serverless.ts", "my-serverless.yml", "serverless-notes.md"])
def test_not_wanted(path: str) -> None:
    assert not serverless.wants(source(path, "provider: aws\n"))


def test_other_file_of_that_name() -> None:
    assert read_with(serverless, "serverless.yml", "title: about serverless\n") == []


def test_broken_file() -> None:
    with pytest.raises(Unreadable):
        read_with(serverless, "serverless.yml", "provider: [\n")


_VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "Resources", "Type", "a"]), inner, max_size=3)
    ),
    max_leaves=10,
)
_KEYS = st.sampled_from(["service", "provider", "functions", "plugins", "resources", "custom", "stepFunctions"])


@given(st.dictionaries(_KEYS, _VALUES) | _VALUES)
def test_any_document(document: object) -> None:
    assert isinstance(list(serverless.read(source("serverless.json", json.dumps(document)))), list)
