"""Structurizr, D2 and Excalidraw."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Diagram, Fact
from evidence_check.readers import d2, excalidraw, structurizr
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

WORKSPACE = """
workspace "Ticket shop" {
  !identifiers hierarchical
  model {
    // a comment -> no edge
    user = person "Fan"
    shop = softwareSystem "Shop" {
      web = container "Web" "Sells" "Django"
      db = container "Database" "Orders" "PostgreSQL" { tags "Database" }
    }
    group "Outside" {
      mail = softwareSystem "Mail"
    }
    user -> shop.web "Buys from" "HTTPS"
    shop.web -> shop.db "Reads"
  }
  views {
    container shop {
      include *
      autoLayout lr
    }
  }
}
"""


def _one(facts: list[Fact]) -> Diagram:
    (fact,) = facts
    assert isinstance(fact, Diagram)
    return fact


def test_a_structurizr_workspace_is_counted_by_its_model() -> None:
    found = _one(read_with(structurizr, "docs/workspace.dsl", WORKSPACE))
    assert (found.title, found.nodes, found.edges, found.form) == ("Ticket shop", 5, 2, "structure")
    assert {"Fan", "Django", "Buys from"} <= set(found.labels)


def test_other_languages_in_dsl_files_are_not_wanted() -> None:
    assert not structurizr.wants(source("jobs/build.dsl", "pipelineJob('build') {\n definition { }\n}"))


def test_d2_with_nesting_strings_and_braces_on_a_line() -> None:
    found = _one(
        read_with(
            d2,
            "arch.d2",
            """
            direction: right  # a comment -> none
            vpc: VPC {
              web: "Web; tier" { shape: rectangle }
              db: Postgres { shape: cylinder; style.fill: red }
              web -> db: SQL
            }
            user -> vpc.web -> s3: files
            """,
        )
    )
    assert (found.nodes, found.edges, found.form) == (5, 3, "structure")
    assert {"VPC", "Web; tier", "Postgres", "SQL", "user"} <= set(found.labels)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("shape: sequence_diagram\na -> b: hi", "sequence"),
        ("users: {\n shape: sql_table\n id: int\n}", "entity-relationship"),
    ],
)
def test_d2_special_shapes(text: str, form: str) -> None:
    assert _one(read_with(d2, "a.d2", text)).form == form


def test_an_excalidraw_scene() -> None:
    scene = {
        "type": "excalidraw",
        "elements": [
            {"type": "text", "text": "Deployment view", "fontSize": 36},
            {"type": "rectangle"},
            {"type": "ellipse", "isDeleted": True},
            {"type": "diamond"},
            {"type": "arrow"},
            {"type": "text", "text": "API\ngateway", "fontSize": 20, "containerId": "x"},
            {"type": "text", "text": "small", "fontSize": 16},
        ],
    }
    found = _one(read_with(excalidraw, "docs/arch.excalidraw", json.dumps(scene)))
    assert (found.title, found.nodes, found.edges) == ("Deployment view", 2, 1)
    assert "API gateway" in found.labels


@pytest.mark.parametrize("text", ["{", "[]", '{"elements": 3}', "nope"])
def test_a_broken_scene_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        read_with(excalidraw, "a.excalidraw", text)


def test_an_empty_scene_is_blank() -> None:
    assert _one(read_with(excalidraw, "a.excalidraw", '{"elements": []}')).blank


_JSON = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(
    st.one_of(
        st.text(), _JSON.map(lambda value: json.dumps({"elements": [value, {"type": "text", "fontSize": value}]}))
    )
)
def test_any_text_gives_facts_or_unreadable(text: str) -> None:
    for reader, path in ((structurizr, "a.structurizr"), (d2, "a.d2"), (excalidraw, "a.excalidraw")):
        with suppress(Unreadable):
            assert all(isinstance(fact, Diagram) for fact in reader.read(source(path, text)))
