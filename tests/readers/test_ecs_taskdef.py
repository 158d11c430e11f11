"""Amazon ECS task definitions."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Resource
from evidence_check.readers import ecs_taskdef
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def test_task_definition() -> None:
    content = '{\n "family": "web",\n "containerDefinitions": [\n  {"name": "app", "image": "app:1"}\n ]\n}'
    (fact,) = read_with(ecs_taskdef, "deploy/task-definition.json", content)
    assert isinstance(fact, Resource)
    assert (fact.system, fact.type, fact.name, fact.location.line) == ("ecs", "task-definition", "web", 1)
    assert fact.attributes["containerDefinitions"][0]["image"] == "app:1"


def test_other_json_is_not_wanted() -> None:
    assert not ecs_taskdef.wants(source("a.json", '{"containers": []}'))
    assert not ecs_taskdef.wants(source("a.json", '{"properties": {"containerDefinitions": {"type": "array"}}}'))
    assert not ecs_taskdef.wants(source("notes.json", '{"containerDefinitions": ['))


def test_broken_file() -> None:
    with pytest.raises(Unreadable):
        read_with(ecs_taskdef, "taskdef.json", '{"containerDefinitions": [')


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["family", "containerDefinitions"]), inner, max_size=2)
        ),
        max_leaves=6,
    )
)
def test_any_document(document: object) -> None:
    given_source = source("a.json", json.dumps(document))
    ecs_taskdef.wants(given_source)
    assert len(list(ecs_taskdef.read(given_source))) <= 1
