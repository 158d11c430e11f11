"""YAML that would end the process if it were composed."""

from __future__ import annotations

import pytest

from evidence_check.tree import BadSyntax, parse_yaml


@pytest.mark.parametrize("text", ["[" * 50_000, "- " * 50_000, "{a: " * 20_000, "x:\n" + " [ # ]\n" * 20_000])
def test_deep_nesting_is_bad_syntax(text: str) -> None:
    with pytest.raises(BadSyntax, match="deeply") as caught:
        parse_yaml(text)
    assert caught.value.line > 0


def test_many_brackets_are_not_deep() -> None:
    (value,) = parse_yaml("a: [[1], [2]]\nb: [\n" + "[{c: 1}],\n" * 1_000 + "]\n")
    assert len(value["b"]) == 1_000
    assert value["b"].lines[-1] == 1_002


def test_an_alias_means_the_last_anchor_of_its_name_before_it() -> None:
    (value,) = parse_yaml("é: &a {n: 1}\nb: *a\nc: &a {n: 2}\nd: *a\ne: &a\n  n: 3\nf: [*a]\n")
    assert [value["b"]["n"], value["d"]["n"], value["f"][0]["n"]] == [1, 2, 3]
    assert value.line_of("f") == 7


def test_an_alias_without_an_anchor_is_bad_syntax() -> None:
    with pytest.raises(BadSyntax, match="undefined alias"):
        parse_yaml("a: &x 1\nb: &x 2\nc: *y\n")
