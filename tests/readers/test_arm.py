"""Azure Resource Manager templates."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Resource
from evidence_check.readers import arm
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def test_template() -> None:
    facts = read_with(
        arm,
        "azuredeploy.json",
        f"""
        {{
          "$schema": "{SCHEMA}",
          "parameters": {{"env": {{"type": "string"}}}},
          "resources": [
            {{
              "type": "Microsoft.Sql/servers",
              "name": "db",
              "properties": {{"minimalTlsVersion": "1.2"}},
              "resources": [
                {{"type": "databases", "name": "app"}}
              ]
            }},
            {{
              "type": "Microsoft.Resources/deployments",
              "name": "nested",
              "properties": {{"template": {{"resources": [{{"type": "Microsoft.Web/sites", "name": "web"}}]}}}}
            }},
            {{
              "type": "Microsoft.Compute/virtualMachines/extensions",
              "name": "boot",
              "properties": {{"settings": {{"commandToExecute": "apt-get install -y nginx"}}}}
            }}
          ]
        }}
        """,
    )
    assert [(f.type, f.name, f.location.line) for f in facts if isinstance(f, Resource)] == [
        ("parameter", "env", 3),
        ("Microsoft.Sql/servers", "db", 5),
        ("Microsoft.Sql/servers/databases", "app", 10),
        ("Microsoft.Resources/deployments", "nested", 13),
        ("Microsoft.Web/sites", "web", 16),
        ("Microsoft.Compute/virtualMachines/extensions", "boot", 18),
    ]
    (command,) = [f for f in facts if isinstance(f, Command)]
    assert (command.words, command.unit.name) == (("apt-get", "install", "-y", "nginx"), "boot")
    assert isinstance(facts[1], Resource)
    assert facts[1].attributes["properties"]["minimalTlsVersion"] == "1.2"


def test_resources_by_symbolic_name() -> None:
    content = {"$schema": SCHEMA, "resources": {"store": {"type": "Microsoft.Storage/storageAccounts", "name": "s"}}}
    (resource,) = read_with(arm, "main.json", json.dumps(content))
    assert isinstance(resource, Resource)
    assert (resource.system, resource.type, resource.name) == ("arm", "Microsoft.Storage/storageAccounts", "s")


@pytest.mark.parametrize(
    "content",
    [
        {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"},
        {"note": SCHEMA},
        {"resources": [{"type": "x"}]},
    ],
)
def test_not_wanted(content: dict[str, object]) -> None:
    assert not arm.wants(source("a.json", json.dumps(content)))


def test_broken_template() -> None:
    with pytest.raises(Unreadable):
        read_with(arm, "a.json", f'{{"$schema": "{SCHEMA}", "resources": [')


_VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["A.B/c", "ls", "[concat('x')]"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "name", "properties", "template", "resources", "commandToExecute", "a"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from(["resources", "parameters", "outputs"]), _VALUES) | _VALUES)
def test_any_template(document: object) -> None:
    assert isinstance(list(arm.read(source("a.json", json.dumps(document)))), list)
