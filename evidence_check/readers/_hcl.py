"""Blocks and attributes of HCL with lines, shared by the readers of Terraform, Packer and Nomad.

`_hcl_values` settles what real files are made of. Where it meets something else, python-hcl2 with the whole grammar
decides whether the file is at fault or the scanner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.readers._hcl_each import each_of
from evidence_check.readers._hcl_values import IDENTIFIER, Scanner
from evidence_check.tree import BadSyntax, Map, Seq

if TYPE_CHECKING:
    from lark import Tree

_ATTRIBUTE = expression(rf'({IDENTIFIER}|"[^"\n\\]*+")[ \t]*+=(?![=>])')
_HEADER = expression(rf'({IDENTIFIER})((?>(?:[ \t]*+(?:{IDENTIFIER}|"[^"\n\\]*+"))*))\s*+\{{')
_LABEL = expression(rf'"([^"\n]*)"|({IDENTIFIER})')
_DEPTH = 60
"""Blocks within blocks; real ones stay below ten."""
_GRAMMAR_LIMIT = 60_000
"""Characters given to python-hcl2, which reads some 300,000 in a second."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block: `type "label" { attributes and blocks }`; the file itself is a block without type."""

    type: str
    labels: tuple[str, ...] = ()
    body: Map = field(default_factory=Map)
    """The attributes, and (but for the file itself) nested blocks as a `Seq` of their bodies under their type. A nested
    block with labels has its first one as `label`; `dynamic "x" { content {} }` stands as a block `x`."""
    blocks: tuple[Block, ...] = ()
    line: int = 1
    end_line: int = 1

    @property
    def name(self) -> str:
        """The last label."""
        return self.labels[-1] if self.labels else ""

    def nested(self, *types: str) -> Iterator[Block]:
        """The direct blocks of these types."""
        return (block for block in self.blocks if block.type in types)

    def walk(self) -> Iterator[Block]:
        """The block and all blocks in it."""
        yield self
        for block in self.blocks:
            yield from block.walk()


def parse(text: str) -> tuple[Block, BadSyntax | None]:
    """The file as a block; where it is broken, what stands before that, and the error."""
    scanner = Scanner(text)
    top = _Body(1, top=True)
    try:
        end = _read_body(scanner, 0, top, 0)
        if end < len(text):
            raise scanner.wrong("a } without its {", end)
    except BadSyntax as error:
        settled = _by_grammar(text, scanner)
        return (settled, None) if settled else (top.block("", (), 1, scanner.line(len(text))), error)
    return top.block("", (), 1, scanner.line(len(text))), None


class _Body:
    """A body while it is being read."""

    def __init__(self, line: int, top: bool = False) -> None:
        self.attributes = Map(line)
        self.blocks: list[Block] = []
        self._top = top

    def set(self, key: str, value: Any, line: int) -> None:
        self.attributes[key] = value
        self.attributes.lines[key] = line

    def add(self, block: Block) -> None:
        self.blocks.append(block)
        if self._top:
            return
        key, body = block.type, block.body
        bodies = [body]
        if key == "dynamic" and block.labels:
            key = block.labels[0]
            contents = [nested.body for nested in block.nested("content")]
            iterator = body.get("iterator", key)
            bodies = each_of(contents[0], f"{iterator}.value", body.get("for_each")) if contents else [Map(block.line)]
        elif block.labels:
            body.setdefault("label", block.labels[0])
            body.lines.setdefault("label", block.line)
        there = self.attributes.get(key)
        if not isinstance(there, Seq):
            there = Seq(block.line)
            self.set(key, there, block.line)
        there.extend(bodies)
        there.lines.extend([block.line] * len(bodies))

    def block(self, kind: str, labels: tuple[str, ...], line: int, end_line: int) -> Block:
        return Block(kind, labels, self.attributes, tuple(self.blocks), line, end_line)


def _read_body(scanner: Scanner, position: int, body: _Body, depth: int) -> int:
    """Fill `body` from the text at `position`; the position of its closing brace, or the end of the text."""
    text = scanner.text
    while True:
        position = scanner.space(position)
        if position >= len(text) or text[position] == "}":
            return position
        line = scanner.line(position)
        if match := _ATTRIBUTE.match(text, position):
            value, position = scanner.value(match.end(), "\n}")
            body.set(match[1].strip('"'), value, line)
        elif match := _HEADER.match(text, position):
            if depth >= _DEPTH:
                raise scanner.wrong("blocks are nested too deeply", position)
            inner = _Body(line)
            position = _read_body(scanner, match.end(), inner, depth + 1)
            if position >= len(text):
                raise scanner.wrong(f"the block {match[1]} is not closed", match.start())
            body.add(inner.block(match[1], _labels(match[2]), line, scanner.line(position)))
            position += 1
        else:
            raise scanner.wrong("an attribute or a block is expected", position)


def _labels(text: str) -> tuple[str, ...]:
    return tuple(quoted or plain for quoted, plain in _LABEL.findall(text))


def _by_grammar(text: str, scanner: Scanner) -> Block | None:
    """The file as python-hcl2 reads it, every value as text; None where it finds the file broken as well."""
    from hcl2 import parses_to_tree
    from lark.exceptions import LarkError

    if len(text) > _GRAMMAR_LIMIT:
        return None
    try:
        tree = parses_to_tree(text)
        top = _Body(1, top=True)
        _convert_body(tree.children[0], scanner, top, 0)
    except (LarkError, RecursionError, BadSyntax):
        return None
    return top.block("", (), 1, scanner.line(len(text)))


def _convert_body(body_tree: Tree[Any], scanner: Scanner, body: _Body, depth: int) -> None:
    if depth >= _DEPTH:
        raise BadSyntax("not valid HCL: blocks are nested too deeply", body_tree.meta.line)
    for node in body_tree.children:
        kind, meta = node.data, node.meta
        text = scanner.text[meta.start_pos : meta.end_pos]
        if kind == "attribute":
            name, _, value = text.partition("=")
            body.set(name.strip(' \t"'), value.strip(), meta.line)
        elif kind == "block":
            inner = _Body(meta.line)
            _convert_body(node.children[-2], scanner, inner, depth + 1)
            header = _LABEL.findall(text.partition("{")[0])
            labels = tuple(quoted or plain for quoted, plain in header[1:])
            body.add(inner.block(header[0][1], labels, meta.line, meta.end_line))
