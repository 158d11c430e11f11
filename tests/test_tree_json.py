"""JSON as it is written in configuration files, with the line of every key and item."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.tree import BadSyntax, parse_json

JSON5 = """{ // a "quoted" { comment
  a: 'it\\'s "so"', /* [ */
  "b": [1,
    true, {"c": "http://example.org", },  // the last comma stands before a comment
  ],
}
"""


def test_json5_keeps_its_lines() -> None:
    value = parse_json(JSON5)
    assert value == {"a": 'it\'s "so"', "b": [1, True, {"c": "http://example.org"}]}
    assert value.lines == {"a": 2, "b": 3}
    assert value["b"].lines == [3, 4, 4]


def test_a_key_given_twice_does_not_shift_the_lines() -> None:
    value = parse_json('{"a": {"x": 1},\n "a": 2,\n "b": 3}')
    assert value == {"a": 2, "b": 3}
    assert value.lines == {"a": 2, "b": 3}


@pytest.mark.parametrize(
    "text", ["", "{", '{"a": }', "[1 2]", '"' + '\\"' * 50_000, "/*" * 50_000, "[" * 50_000, "1" * 5_000, "a" * 50_000]
)
def test_broken_or_hostile_json_is_bad_syntax(text: str) -> None:
    with pytest.raises(BadSyntax):
        parse_json(text)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(TREES)
def test_reads_what_json_writes(value: object) -> None:
    assert parse_json(json.dumps(value, indent=1)) == value


@given(st.text(alphabet="{}[]\"'\\/*,: \na1"))
def test_any_text_is_a_value_or_bad_syntax(text: str) -> None:
    with contextlib.suppress(BadSyntax):
        parse_json(text)
