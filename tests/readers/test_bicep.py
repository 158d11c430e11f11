"""Bicep files."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Fact, Resource, Setting
from evidence_check.readers import bicep
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def resources(facts: list[Fact]) -> list[tuple[str, str, int, int]]:
    return [(f.type, f.name, f.location.line, f.location.end_line) for f in facts if isinstance(f, Resource)]


def test_declarations() -> None:
    facts = read_with(
        bicep,
        "infra/main.bicep",
        """
        targetScope = 'subscription'
        // resource hidden 'A.B/c@2020-01-01' = {}
        @description('It\\'s a name')
        @secure()
        param password string
        param tags object = {
          env: 'dev' // which
        }
        var name = 'app-${uniqueString(subscription().id)}'
        resource db 'Microsoft.Sql/servers@2021-11-01' = {
          name: name
          properties: {
            minimalTlsVersion: '1.2'
            administratorLogin: tags.env == 'dev'
              ? 'dev'
              : 'ops'
          }
          resource app 'databases@2021-11-01' = {
            name: 'app'
          }
        }
        resource zone 'Microsoft.Network/dnsZones@2018-05-01' existing = {
          name: 'x'
        }
        module web './web.bicep' = {
          params: { sku: 'B1', zones: [1, 2] }
        }
        output id string = db.id
        """,
    )
    assert resources(facts) == [
        ("parameter", "password", 5, 5),
        ("parameter", "tags", 6, 8),
        ("variable", "name", 9, 9),
        ("Microsoft.Sql/servers", "db", 10, 21),
        ("Microsoft.Sql/servers/databases", "app", 18, 20),
        ("existing.Microsoft.Network/dnsZones", "zone", 22, 24),
        ("module", "web", 25, 27),
        ("output", "id", 28, 28),
    ]
    by_name = {f.name: f for f in facts if isinstance(f, Resource)}
    assert by_name["password"].attributes == {"type": "string", "decorators": ["description", "secure"]}
    assert by_name["tags"].attributes["value"] == {"env": "dev"}
    assert by_name["name"].attributes["value"] == "app-${uniqueString(subscription().id)}"
    database = by_name["db"].attributes
    assert database["apiVersion"] == "2021-11-01"
    assert database["properties"]["minimalTlsVersion"] == "1.2"
    assert database["properties"].line_of("minimalTlsVersion") == 13
    assert database["properties"]["administratorLogin"].startswith("tags.env == 'dev'")
    assert by_name["web"].attributes == {"params": {"sku": "B1", "zones": [1, 2]}, "source": "./web.bicep"}
    assert by_name["db"].system == "bicep"


def test_conditions_and_loops() -> None:
    facts = read_with(
        bicep,
        "a.bicep",
        """
        resource a 'A.B/c@1' = if (deploy) {
          name: 'a'
        }
        resource b 'A.B/d@1' = [for (n, i) in names: {
          name: '${n}-x'
        }]
        var list = [for n in names: toUpper(n)]
        """,
    )
    found = {f.name: f.attributes for f in facts if isinstance(f, Resource)}
    assert found["a"] == {"name": "a", "apiVersion": "1"}
    assert found["b"] == {"name": "${n}-x", "apiVersion": "1"}
    assert "toUpper(n)" in found["list"]["value"]


def test_boot_script() -> None:
    facts = read_with(
        bicep,
        "vm.bicep",
        """
        resource vm 'Microsoft.Compute/virtualMachines@2023-03-01' = {
          properties: {
            osProfile: {
              customData: base64('x')
            }
          }
        }
        resource run 'Microsoft.Compute/virtualMachines/extensions@2023-03-01' = {
          properties: {
            settings: {
              script: '''
        apt-get update
        apt-get install -y nginx
        '''
              commandToExecute: 'sh setup.sh'
            }
          }
        }
        """,
    )
    found = [(" ".join(f.words), f.location.line, f.unit.name) for f in facts if isinstance(f, Command)]
    assert found == [("apt-get update", 12, "run"), ("apt-get install -y nginx", 13, "run"), ("sh setup.sh", 15, "run")]


def test_parameter_file() -> None:
    facts = read_with(bicep, "dev.bicepparam", "using './main.bicep'\nparam env = 'dev'\nparam tags = {\n  a: 1\n}\n")
    assert [(f.path, f.value, f.location.line) for f in facts if isinstance(f, Setting)] == [
        ("env", "dev", 2),
        ("tags.a", 1, 4),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("resource a 'A.B/c@1' = {\n  name: 'x\n}\n", 2),
        ("resource a 'A.B/c@1' = {\n  name: 'x'\n", 3),
        ("param a string\nvar b = [\n1\n", 4),
        ("var a = '''x\n", 1),
    ],
)
def test_broken_file(text: str, line: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read_with(bicep, "a.bicep", text)
    assert caught.value.line == line


def test_deep_nesting_is_refused() -> None:
    for text in ("var a = " + "[" * 5000, "var a = " + "{a:" * 5000, "var a = '" + "${'" * 5000, "@x(" + "(" * 5000):
        with pytest.raises(Unreadable):
            read_with(bicep, "a.bicep", text)


_PIECES = st.sampled_from(
    [
        "resource a 'A/b@1' = ",
        "module m 'x' = ",
        "param p ",
        "string",
        " = ",
        "var v = ",
        "output o int = ",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "\n",
        "'",
        "'''",
        "${",
        "a: ",
        "1",
        ",",
        "//",
        "/*",
        "*/",
        "@secure()",
        "if (x) ",
        "[for x in y: ",
        "?",
        ":",
        "\\",
    ]
)


@given(st.lists(_PIECES, max_size=30).map("".join) | st.text(max_size=100))
def test_any_text(text: str) -> None:
    for path in ("a.bicep", "a.bicepparam"):
        facts: list[Fact] = []
        with suppress(Unreadable):
            facts.extend(bicep.read(source(path, text.encode("utf-8", "replace"))))
        last = text.count("\n") + text.count("\r") + 1
        assert all(1 <= fact.location.line <= last for fact in facts)
