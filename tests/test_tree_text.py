"""Texts that know where they start and what they encode."""

from __future__ import annotations

import pickle

from evidence_check.tree import Map, Text, parse_json, parse_yaml, values_at


def test_blocks_of_yaml_know_their_first_line() -> None:
    (document,) = parse_yaml("a: |\n  one\n  two\nb: !Sub >-\n  three\nc: plain\n")
    assert document == {"a": "one\ntwo\n", "b": "!Sub three", "c": "plain"}
    assert (document["a"].line, document["b"].line) == (2, 5)
    assert not isinstance(document["c"], Text)


def test_attribute_paths_lead_into_what_a_text_encodes() -> None:
    policy = Text('{"Statement": [{"Effect": "Deny"}]}', 7, parse_json('{"Statement": [{"Effect": "Deny"}]}'))
    tree = Map(1)
    tree["policy"], tree["note"] = policy, Text("Statement")
    tree.lines = {"policy": 6, "note": 9}
    assert [value for value, _ in values_at(tree, ("policy", "Statement", "[]", "Effect"))] == ["Deny"]
    assert [value for value, _ in values_at(tree, ("**", "Effect"))] == ["Deny"]
    listed = Text("[{}]", 3, parse_json('[{"image": "a"}]'))
    assert [value for value, _ in values_at(listed, ("image",))] == ["a"]
    assert list(values_at(tree, ("policy",))) == [(policy, 6)]
    assert list(values_at(tree, ("note", "Statement"))) == []


def test_texts_survive_the_way_between_processes() -> None:
    text = pickle.loads(pickle.dumps(Text("a", 3, [1])))
    assert (text, text.line, text.value) == ("a", 3, [1])
