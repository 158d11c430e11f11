"""Blocks and values of HCL, with lines."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.readers import _hcl
from evidence_check.readers._hcl import Block
from evidence_check.readers._hcl_values import Scanner
from evidence_check.tree import BadSyntax, Map, Seq, Text


def parse(text: str) -> Block:
    block, error = _hcl.parse(textwrap.dedent(text).removeprefix("\n"))
    assert error is None
    return block


def body(text: str) -> Map:
    """The attributes of the only block."""
    (block,) = parse("thing {\n" + textwrap.dedent(text).removeprefix("\n") + "\n}").blocks
    return block.body


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"plain"', "plain"),
        ('""', ""),
        (r'"a\n\"b\" \u0041 \\"', 'a\n"b" A \\'),
        ('"$${not} %%{either}"', "${not} %{either}"),
        ('"${var.name}"', "var.name"),
        ('"${var.a}-${var.b["k"]}"', '${var.a}-${var.b["k"]}'),
        ('"${lookup(m, "}")}"', 'lookup(m, "}")'),
        ('"a # b // c /* d"', "a # b // c /* d"),
        ('"cost $5 or 10%"', "cost $5 or 10%"),
        ("true", True),
        ("null", None),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("var.x", "var.x"),
        ("aws_kms_key.main.arn", "aws_kms_key.main.arn"),
        ("aws_instance.web[*].id", "aws_instance.web[*].id"),
        ('data.x.y["k"].z', 'data.x.y["k"].z'),
        ("[]", []),
        ("{}", {}),
        ('["0.0.0.0/0", var.cidr]', ["0.0.0.0/0", "var.cidr"]),
        ("[1, [2, 3],]", [1, [2, 3]]),
        ('{ a = 1, "b" : true }', {"a": 1, "b": True}),
        ('{ (var.k) = 1, "x-${var.n}" = 2 }', {"(var.k)": 1, "x-${var.n}": 2}),
        ("{ for k, v in var.m : k => v }", "{ for k, v in var.m : k => v }"),
        ("[for s in var.l : s]", "[for s in var.l : s]"),
        ('var.a ? "x" : "y"', 'var.a ? "x" : "y"'),
        ("[1, 2][0]", "[1, 2][0]"),
        ("!var.x", "!var.x"),
        ("a / b", "a / b"),
        ("a == b", "a == b"),
        ('merge(local.tags, { Name = "}" })', 'merge(local.tags, { Name = "}" })'),
        ("1 # one", 1),
        ("var.a // why", "var.a"),
        ("f(x) /* tail */", "f(x)"),
    ],
)
def test_value(written: str, value: object) -> None:
    found = body(f"a = {written}\nb = 1")
    assert found == {"a": value, "b": 1}
    assert type(found["a"]) in {type(value), Seq, Map}


def test_every_attribute_and_item_has_its_line() -> None:
    found = body(
        """
        one = 1
        # comment
        list = [
          "a", # first
          "b",
        ]
        object = {
          x = 1
          y = { z = 2 }
        }
        inner {
          deep = true
        }
        """
    )
    assert found.lines == {"one": 2, "list": 4, "object": 8, "inner": 12}
    assert found["list"].lines == [5, 6]
    assert found["object"].lines == {"x": 9, "y": 10}
    assert found["inner"].lines == [12]
    assert found["inner"][0].lines == {"deep": 13}


def test_heredoc_keeps_its_text_and_the_line_it_starts_at() -> None:
    found = body(
        """
        script = <<-EOT
            #!/bin/sh
              echo "$${HOME} } ${var.x}"
            EOT
        after = 1
        """
    )
    assert found["script"] == '#!/bin/sh\n  echo "${HOME} } ${var.x}"\n'
    assert isinstance(found["script"], Text)
    assert found["script"].line == 3
    assert found["after"] == 1


def test_what_encodes_a_value_is_text_and_value() -> None:
    found = body(
        """
        policy = jsonencode({
          Statement = [{ Effect = "Allow", Action = ["s3:*"] }] // all of it
        })
        json = <<EOT
        {"widgets": [
          {"type": "metric"}
        ]}
        EOT
        data = base64encode(<<EOT
        #!/bin/bash
        EOT
        )
        merged = merge({ a = 1 }, var.b)
        """
    )
    assert found["policy"].startswith("jsonencode({")
    assert found["policy"].value == {"Statement": [{"Effect": "Allow", "Action": ["s3:*"]}]}
    assert found["policy"].value["Statement"][0].line_of("Action") == 3
    assert found["json"].value["widgets"][0] == {"type": "metric"}
    assert found["json"].value["widgets"][0].line_of("type") == 7
    assert found["data"].value == "#!/bin/bash\n"
    assert found["data"].value.line == 11
    assert not isinstance(found["merged"], Text)


def test_nested_blocks_collect_under_their_type() -> None:
    found = body(
        """
        ingress {
          port = 22
        }
        dynamic "ingress" {
          for_each = var.ports
          content {
            port = ingress.value
          }
        }
        provisioner "local-exec" {
          command = "ls"
        }
        """
    )
    assert found["ingress"] == [{"port": 22}, {"port": "var.ports[*]"}]
    assert found["ingress"].lines == [2, 5]
    assert found["provisioner"] == [{"command": "ls", "label": "local-exec"}]
    assert "dynamic" not in found


def test_a_dynamic_block_over_literal_items_stands_for_each_of_them() -> None:
    found = body(
        """
        dynamic "ingress" {
          for_each = [22, 443]
          content {
            from_port = ingress.value
            protocol  = "tcp"
          }
        }
        dynamic "rule" {
          for_each = [{ port = 22, open = true }, { port = 80, open = false }]
          iterator = each
          content {
            port = each.value.port
            text = each.value["missing"]
          }
        }
        """
    )
    assert found["ingress"] == [{"from_port": 22, "protocol": "tcp"}, {"from_port": 443, "protocol": "tcp"}]
    assert found["rule"] == [
        {"port": 22, "text": 'each.value["missing"]'},
        {"port": 80, "text": 'each.value["missing"]'},
    ]


def test_a_list_of_objects_that_is_made_of_another() -> None:
    found = body(
        """
        ingress = [
          for port in [22, 443] : {
            from_port = port
            text      = "portal"
            to        = [port, "any"]
          }
        ]
        rules = [for name, rule in var.rules : { port = rule.port, name = name } if rule.open]
        names = [for rule in var.rules : rule.name]
        by    = { for rule in var.rules : rule.name => rule }
        """
    )
    assert found["ingress"] == [
        {"from_port": 22, "text": "portal", "to": [22, "any"]},
        {"from_port": 443, "text": "portal", "to": [443, "any"]},
    ]
    assert found["ingress"].lines == [3, 3]
    assert found["rules"] == [{"port": "var.rules[*].port", "name": "name"}]
    assert found["names"] == "[for rule in var.rules : rule.name]"
    assert found["by"] == "{ for rule in var.rules : rule.name => rule }"


def test_blocks_labels_and_ranges() -> None:
    top = parse(
        """
        resource "aws_instance" "web" {
          ami = "x"
        }

        job hello {}
        variable "x" { type = string }
        """
    )
    assert [(b.type, b.labels, b.line, b.end_line) for b in top.blocks] == [
        ("resource", ("aws_instance", "web"), 1, 3),
        ("job", ("hello",), 5, 5),
        ("variable", ("x",), 6, 6),
    ]
    assert top.blocks[0].body == {"ami": "x"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a = 1\nb = "x\n', 2),
        ("a {\n b = 1\n", 1),
        ("a = 1\n}\n", 2),
        ("a =\n", 1),
        ("a = [1,\n", 1),
        ("a = <<EOT\nx\n", 1),
        ("<<<<<<< HEAD\na = 1\n", 1),
        ("a = 1\n\nwhat is this\n", 3),
    ],
)
def test_broken_file(text: str, line: int) -> None:
    _, error = _hcl.parse(text)
    assert error is not None
    assert error.line == line
    assert str(error).startswith("not valid HCL: ")


def test_broken_file_keeps_what_stands_before() -> None:
    block, error = _hcl.parse('resource "a" "b" {}\nresource "c" "d" {\n')
    assert error is not None
    assert [b.labels for b in block.blocks] == [("a", "b")]


def test_grammar_settles_what_the_scanner_does_not() -> None:
    text = 'resource "a" "b" {\n  note = "two\nlines"\n  inner "x" { y = 1 }\n}\n'
    with pytest.raises(BadSyntax):
        Scanner(text).value(text.index('"two'), "\n}")
    top = parse(text)
    (block,) = top.blocks
    assert (block.type, block.labels, block.line, block.end_line) == ("resource", ("a", "b"), 1, 5)
    assert block.body["note"] == '"two\nlines"'
    assert block.body["inner"] == [{"y": "1", "label": "x"}]


def test_scanner_and_grammar_find_the_same_blocks() -> None:
    text = textwrap.dedent(
        """
        terraform {
          backend "s3" {}
        }
        resource "a" "b" {
          name = "x${var.y["}"]}" # {
          list = [for s in var.l : { k = s }]
          text = <<-EOT
            resource "not" "one" {
            EOT
          dynamic "rule" {
            for_each = var.z
            content {
              on = var.a ? 1 : 2
            }
          }
        }
        /* resource "c" "d" {} */
        """
    )
    by_scanner = _hcl.parse(text)[0]
    by_grammar = _hcl._by_grammar(text, Scanner(text))
    assert by_grammar is not None
    found = [[(b.type, b.labels, b.line, b.end_line) for b in top.walk()][1:] for top in (by_scanner, by_grammar)]
    assert found[0] == found[1]
    assert len(found[0]) == 5


def test_deep_nesting_is_refused() -> None:
    for text in ("a {" * 5000, "a = " + "[" * 5000, 'a = "' + '${"' * 5000, "a = " + "f(" * 5000):
        assert _hcl.parse(text)[1] is not None


_PIECES = st.sampled_from(
    ["a", " = ", '"', "${", "}", "{", "[", "]", "(", ")", "\n", ",", "<<E\n", "<<-E\n", "\nE\n", "#", "//", "/*", "*/",
     "1", "var.x", "dynamic", ' "b" ', "jsonencode(", "\\", "%{", ":", "for ", "true", "é", "\x00"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_gives_blocks_or_an_error(text: str) -> None:
    block, error = _hcl.parse(text)
    last = text.count("\n") + 1
    assert all(1 <= inner.line <= inner.end_line <= last for inner in block.walk())
    assert error is None or 0 <= error.line <= last
