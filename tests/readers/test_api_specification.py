"""Descriptions of APIs."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Resource
from evidence_check.readers import api_specification
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

GRAPHQL = '''
"""Everything # there is"""
type Query {
  user(id: ID!): User
  users: [User!]!
}
type User { name: String }
'''
PROTO = """
syntax = "proto3";
// service Old {
package shop.v1;
service Cart {
  rpc Add (Item) returns (Empty) {}
  rpc List (Empty) returns (stream Item);
}
"""


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        (
            "api/openapi.yaml",
            "# ours\nopenapi: 3.1.0\ninfo: {title: Shop}\npaths:\n  /a: {get: {}, post: {}, parameters: []}\n",
            ("openapi", "Shop", 2, 2),
        ),
        ("swagger.json", '{"swagger": "2.0", "info": {"title": "Old"}, "paths": {}}', ("openapi", "Old", 1, 0)),
        ("events.yml", "asyncapi: 2.6.0\ninfo: {title: E}\nchannels: {a: {}, b: {}}\n", ("asyncapi", "E", 1, 2)),
        ("schema.graphql", GRAPHQL, ("graphql", "schema.graphql", 2, 2)),
        ("cart.proto", PROTO, ("protobuf", "Cart", 4, 2)),
        (
            "shop.wsdl",
            '<wsdl:definitions\n name="Shop"><wsdl:operation name="a"/></wsdl:definitions>',
            ("wsdl", "Shop", 1, 1),
        ),
    ],
)
def test_specifications(path: str, content: str, expected: tuple[str, str, int, int]) -> None:
    (fact,) = read_with(api_specification, path, content)
    assert isinstance(fact, Resource)
    assert (fact.system, fact.name, fact.location.line, fact.attributes["operations"]) == expected
    assert fact.type == "specification"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("messages.proto", 'syntax = "proto3";\nmessage Service { string rpc = 1; }\n'),
        ("queries.graphql", "query Users { users { name } }\n# type Query {\n"),
        ("settings.yaml", "swagger:\n  enabled: true\n"),
    ],
)
def test_look_alikes_are_none(path: str, content: str) -> None:
    assert read_with(api_specification, path, content) == []


def test_broken_specifications_are_unreadable() -> None:
    with pytest.raises(Unreadable):
        read_with(api_specification, "openapi.yaml", "openapi: 3.0.0\ninfo: [\n")
    assert not api_specification.wants(source("package.json", '{"name": "openapi"}'))


@given(
    st.sampled_from(["a.yaml", "a.json", "a.proto", "a.graphql", "a.wsdl"]),
    st.text(alphabet='openapi:info{}[]<>"servctypQuy()/*\n ', max_size=200) | st.text(max_size=100),
)
def test_any_text_gives_resources_or_unreadable(path: str, text: str) -> None:
    given_file = source(path, text.encode(errors="replace"))
    with contextlib.suppress(Unreadable):
        assert all(fact.type == "specification" for fact in api_specification.read(given_file))
