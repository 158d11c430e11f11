"""The simple commands of a shell text, by tree-sitter-bash (https://github.com/tree-sitter/tree-sitter-bash)."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypedDict

from evidence_check.expressions import expression
from evidence_check.model import Command, Unit, UnitKind
from evidence_check.readers import _quoting, _words
from evidence_check.readers._shell_values import filled
from evidence_check.readers._source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Unpack

    from tree_sitter import Node, Parser

    from evidence_check.readers._source import Source

SIZE_LIMIT = 1_000_000
"""Characters of one text that are looked at."""
COUNT_LIMIT = 20_000
"""Commands of one text."""
PIPE_LIMIT = 4_000
"""Pipes of one text: tree-sitter takes time by the square of a pipeline's length."""
_CHUNK = 1024
_DEPTH_LIMIT = 60
_NESTING_LIMIT = 6
_TEXT_LIMIT = 400

# What a pipeline system or a person fills in before the shell sees the text: `<name>`, `${{ x }}`, `{{ x }}`,
# `<< parameters.x >>`, `$[[ inputs.x ]]`, Groovy's `${env.X}`, `$(Build.BuildId)` and `$(IMAGE)` of Azure and make.
_EXPRESSION = expression(
    r"\$\{\{.{0,500}?\}\}|\{\{.{0,300}?\}\}|<<\s?[\w.-]{1,100}\s?>>|<[A-Za-z][\w-]{0,40}>|\$\[\[.{0,300}?\]\]"
    r"|\$\{[A-Za-z_]\w{0,60}\??\.[^}\n]{1,200}\}|\$\([A-Za-z_]\w{0,80}(?:\.\w{1,80})+\)|\$\([a-z_]{0,40}[A-Z]\w{0,80}\)"
)
_PLACEHOLDER = expression(r"zzexpression(\d{1,6})zz")
_HARMLESS = frozenset({"true", ":", "echo", "printf"})
_ROOTS = expression(
    r"\$\{\{\s*github\.workspace\s*\}\}|\$\{?(?:GITHUB_WORKSPACE|CI_PROJECT_DIR|TRAVIS_BUILD_DIR|WORKSPACE|"
    r"BUILD_SOURCESDIRECTORY|CODEBUILD_SRC_DIR|CIRCLE_WORKING_DIRECTORY|BITBUCKET_CLONE_DIR|DRONE_WORKSPACE)\}?|"
    r"\$\((?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory|git rev-parse --show-toplevel)\)"
)
_OWN_FOLDER = expression(r"\$\(\s*(?:cd\s+)?\S{0,20}?dirname[^)]{0,80}\)?[^)]{0,40}\)|\$\{(?:0|BASH_SOURCE\[0\])%/\*\}")


class Start(TypedDict, total=False):
    """What the commands of a text have from what stands before and around it."""

    directory: str
    """The folder that the shell is in."""
    order: int
    """The place of the first command in its unit."""
    inside: str
    """The container that they run in."""
    hides_failure: bool
    """Whether what calls the text goes on when it fails."""


def commands(script: str, source: Source, unit: Unit, *, line: int = 1, **start: Unpack[Start]) -> list[Command]:
    """The simple commands of a POSIX or bash text in the order they stand.

    `line` is the line of the file where the text starts. Words come with quotes removed and wrappers taken off
    (`_words.unwrap`); commands inside `bash -c`, substitutions, subshells, functions and conditionals count, heredocs
    only where a shell reads them. Those of a script's functions have the unit of that name. What cannot be parsed is
    split at white space. Raises `Unreadable` where the text would take for ever.
    """
    return session([(script, line)], source, unit, **start)


def session(scripts: Iterable[tuple[str, int]], source: Source, unit: Unit, **start: Unpack[Start]) -> list[Command]:
    """As `commands`, for texts (each with its line) that one shell runs one after the other: a `cd` lasts."""
    return continued(scripts, source, unit, **start)[0]


def continued(
    scripts: Iterable[tuple[str, int]],
    source: Source,
    unit: Unit,
    *,
    variables: Mapping[str, str] = MappingProxyType({}),
    **start: Unpack[Start],
) -> tuple[list[Command], str]:
    """As `session`, with the folder that the shell is in at the end, for one that goes on. `variables` are those that
    were set before it."""
    context = _Context(
        source, unit, 1, start.get("directory", ""), start.get("order", 0), start.get("inside", ""),
        assigned=dict(variables),
    )  # fmt: skip
    for script, line in scripts:
        context.line = line
        _parse(context, script[:SIZE_LIMIT], 0, start.get("hides_failure", False), 0)
    return context.found, context.directory


@dataclass
class _Context:
    """What changes while a text is walked."""

    source: Source
    unit: Unit
    line: int
    directory: str
    order: int
    inside: str
    found: list[Command] = field(default_factory=list)
    previous: str = ""
    stack: list[str] = field(default_factory=list)
    assigned: dict[str, str] = field(default_factory=dict)
    """What the script has set its variables to so far, as written."""


@dataclass(frozen=True)
class _Text:
    """A text that is being walked."""

    data: bytes
    lines: list[str]
    expressions: list[str]
    row: int
    """Lines between the unit's first line and this text's."""
    nesting: int
    forgiven: frozenset[int]
    """Rows between `set +e` and `set -e`."""

    def words_of(self, node: Node) -> str:
        return self.restore(self.data[node.start_byte : node.end_byte].decode("utf-8", "replace"))

    def restore(self, text: str) -> str:
        if not self.expressions or "zzexpression" not in text:
            return text
        return _PLACEHOLDER.sub(self._expression, text)

    def _expression(self, match: re.Match[str]) -> str:
        index = int(match[1])
        return self.expressions[index] if index < len(self.expressions) else match[0]


@cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def _parse(context: _Context, script: str, row: int, hidden: bool, nesting: int) -> None:
    expressions: list[str] = []

    def replace(match: re.Match[str]) -> str:
        expressions.append(match[0])
        return f"zzexpression{len(expressions) - 1}zz"

    original = script.split("\n")
    data = _EXPRESSION.sub(replace, script).replace("\0", " ").encode("utf-8", "replace")
    text = _Text(data, original, expressions, row, nesting, _forgiven(original))
    _walk(context, text, _tree(data), hidden, 0)


_ASCII = bytes(byte if byte < 128 else ord("_") for byte in range(256))
"""What the native parser sees of each byte: a letter in the place of all that is not ASCII.

Its scanner asks `isdigit` of the character after a `{`, which reads beyond the C library's table, and now and then
crashes, where that is above 255 (https://github.com/tree-sitter/tree-sitter-bash/issues/337). To a shell such a
character is a letter like any other, and a byte for a byte keeps all places: words are cut out of the real text.
"""


def _tree(data: bytes) -> Node:
    """The syntax tree. Its parser reads a text again wherever it tries another way to mend what is wrong with it, so
    that a few thousand `<` take minutes, which no signal interrupts: it may read a text fifty times.
    """
    data = data.translate(_ASCII)
    left = 2_000 + 50 * (len(data) // _CHUNK)

    def piece(offset: int, _point: object) -> bytes:
        nonlocal left
        left -= 1
        return data[offset : offset + _CHUNK] if left > 0 else b""

    if data.count(b"|") <= PIPE_LIMIT:
        tree = _parser().parse(data if len(data) <= _CHUNK else piece)
        if left > 0:
            return tree.root_node
    raise Unreadable("is too tangled to be read as a shell script")


def _forgiven(lines: list[str]) -> frozenset[int]:
    """Rows whose failure a `set +e` forgives, unless the exit status is looked at afterwards."""
    rows: set[int] = set()
    since = -1
    for row, line in enumerate(lines):
        stripped = line.strip()
        if stripped.startswith("set +e"):
            since = row
        elif since >= 0 and (stripped.startswith("set -e") or "$?" in line or "PIPESTATUS" in line):
            if stripped.startswith("set -e"):
                rows.update(range(since + 1, row))
            since = -1
    if since >= 0:
        rows.update(range(since + 1, len(lines)))
    return frozenset(rows)


def _walk(context: _Context, text: _Text, node: Node, hidden: bool, depth: int) -> None:
    kind = node.type
    if depth > _DEPTH_LIMIT or len(context.found) >= COUNT_LIMIT or kind == "comment":
        return
    if kind == "command":
        _command(context, text, node, hidden, depth, "")
    elif kind == "redirected_statement":
        _redirected(context, text, node, hidden, depth)
    elif kind == "list":
        _list(context, text, node, hidden, depth)
    elif kind == "ERROR":
        _broken(context, text, node, hidden, depth)
    elif kind in {"subshell", "command_substitution", "process_substitution", "function_definition"}:
        directory, previous, unit = context.directory, context.previous, context.unit
        if kind == "function_definition" and unit.kind is UnitKind.SCRIPT:
            name = node.child_by_field_name("name")
            context.unit = replace(unit, name=text.words_of(name) if name is not None else unit.name)
        _children(context, text, node, hidden, depth)
        context.directory, context.previous, context.unit = directory, previous, unit
    else:
        if kind == "variable_assignment":
            _assign(context, text, node)
        _children(context, text, node, hidden, depth)


def _assign(context: _Context, text: _Text, node: Node) -> None:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is not None and value is not None:
        context.assigned[text.words_of(name)] = _quoting.unquote(text.words_of(value))[:_TEXT_LIMIT]


def _children(context: _Context, text: _Text, node: Node, hidden: bool, depth: int) -> None:
    children = node.named_children
    for index, child in enumerate(children):
        following = children[index + 1] if index + 1 < len(children) else None
        forgiven = (
            following is not None
            and following.type == "command"
            and following.start_point[0] == child.end_point[0]
            and text.words_of(following) in {"true", ":", "exit 0"}
            and node.type != "pipeline"
        )
        _walk(context, text, child, hidden or forgiven, depth + 1)


def _substitutions(context: _Context, text: _Text, node: Node, hidden: bool, depth: int) -> None:
    """The commands of `$(...)` and the like inside a word; nothing else in a word is a command."""
    if node.type in {"command_substitution", "process_substitution"}:
        _walk(context, text, node, hidden, depth)
    elif node.child_count and depth <= _DEPTH_LIMIT:
        for child in node.named_children:
            _substitutions(context, text, child, hidden, depth + 1)


def _list(context: _Context, text: _Text, node: Node, hidden: bool, depth: int) -> None:
    """`a && b || c`: the left spine is unrolled, since a long chain nests as deep as it is long."""
    operands: list[tuple[Node, bool]] = []
    forgiven = hidden
    current = node
    while current.type == "list" and current.child_count == 3:
        left, operator, right = current.children
        operands.append((right, forgiven))
        if operator.type == "||" and _harmless(text, right, 0):
            forgiven = True
        current = left
    operands.append((current, forgiven))
    for operand, forgives in reversed(operands):
        if operand.type == "list":
            _children(context, text, operand, forgives, depth)
        else:
            _walk(context, text, operand, forgives, depth + 1)


def _harmless(text: _Text, node: Node, depth: int) -> bool:
    """Whether this, after `||`, makes the failure before it vanish."""
    if node.type == "command":
        words = text.words_of(node).split()
        return bool(words) and (words[0] in _HARMLESS or words[:2] in (["exit", "0"], ["return", "0"]))
    if node.type in {"compound_statement", "subshell", "list", "redirected_statement"} and depth < 4:
        inner = [child for child in node.named_children if not child.type.endswith("_redirect")]
        return bool(inner) and all(_harmless(text, child, depth + 1) for child in inner)
    return False


def _redirected(context: _Context, text: _Text, node: Node, hidden: bool, depth: int) -> None:
    """A statement with redirections: its heredoc is a script where a shell reads it."""
    body = node.child_by_field_name("body")
    redirects = [child for child in node.named_children if child != body]
    fed, fed_row = "", 0
    beside: list[Node] = []
    further: list[Node] = []
    for redirect in redirects:
        if redirect.type == "heredoc_redirect":
            for child in redirect.named_children:
                if child.type == "heredoc_body":
                    fed, fed_row = text.words_of(child), child.start_point[0]
                elif child.type not in {"heredoc_start", "heredoc_end"}:
                    beside.append(child)
        elif redirect.type == "file_redirect":
            operator = redirect.children[0].type if redirect.children else ""
            targets = [child for child in redirect.named_children if child.type != "file_descriptor"]
            target = targets[0] if targets else None
            further += targets[1:]  # the grammar takes the words behind a target for part of the redirection
            if operator == "<" and target is not None and target.type in {"word", "string", "concatenation"}:
                fed = fed or f"bash {text.words_of(target)}"
                fed_row = fed_row or target.start_point[0]
            _children(context, text, redirect, hidden, depth + 1)
        else:
            beside.append(redirect)
    if body is not None:
        if body.type == "command":
            _command(context, text, body, hidden, depth, fed, fed_row, further)
        else:
            _walk(context, text, body, hidden, depth + 1)
    for child in beside:
        _walk(context, text, child, hidden, depth + 1)


def _command(
    context: _Context,
    text: _Text,
    node: Node,
    hidden: bool,
    depth: int,
    fed: str,
    fed_row: int = 0,
    further: Sequence[Node] = (),
) -> None:
    spans: list[tuple[int, int, int]] = []
    for child in (*node.children, *further):
        kind = child.type
        if kind in {"variable_assignment", "herestring_redirect", "file_redirect", "heredoc_redirect"}:
            _substitutions(context, text, child, hidden, depth + 1)
            continue
        if kind not in {"word", "number"}:
            _substitutions(context, text, child, hidden, depth + 1)
        if spans and spans[-1][1] == child.start_byte:
            # the grammar sometimes splits `a.$B.c` into pieces that touch
            spans[-1] = (spans[-1][0], child.end_byte, spans[-1][2])
        else:
            spans.append((child.start_byte, child.end_byte, child.start_point[0]))
    words: list[str] = []
    rows: dict[str, int] = {}
    for start, end, row in spans:
        word = _quoting.unquote(text.restore(text.data[start:end].decode("utf-8", "replace")))
        words.append(word)
        rows.setdefault(word, row)
    first, last = node.start_point[0], node.end_point[0]
    place = _Place(text, first, last, hidden or first in text.forgiven, rows)
    _emit(context, place, tuple(words), fed, fed_row)


@dataclass(frozen=True)
class _Place:
    """Where a command stands, and how."""

    text: _Text
    first: int
    last: int
    hidden: bool
    rows: dict[str, int]


def _emit(context: _Context, place: _Place, words: tuple[str, ...], fed: str = "", fed_row: int = 0) -> None:
    """Add the command and what it hands on."""
    words = _words.unwrap(words)
    if not words or not words[0] or words[0] in _KEYWORDS or len(context.found) >= COUNT_LIMIT:
        return
    if len(words) == 1 and words[0].startswith(("$(", "`")):
        return
    text = place.text
    nested = _words.nested(words, fed) if text.nesting < _NESTING_LIMIT else []
    if not (nested and _words.replaces(words)):
        _add(context, place, words)
    outer_inside, outer_directory = context.inside, context.directory
    for one in nested:
        context.inside = one.inside or outer_inside
        if one.words:
            deeper = _Text(text.data, text.lines, text.expressions, text.row, text.nesting + 1, text.forgiven)
            _emit(context, _Place(deeper, place.first, place.last, place.hidden, place.rows), one.words)
        elif one.script:
            row = fed_row if one.script == fed else place.rows.get(one.script, place.first)
            _parse(context, one.script, text.row + row, place.hidden, text.nesting + 1)
        context.inside, context.directory = outer_inside, outer_directory


def _add(context: _Context, place: _Place, words: tuple[str, ...]) -> None:
    text = place.text
    start = context.line + text.row + place.first
    end = context.line + text.row + place.last
    written = " ".join(" ".join(text.lines[place.first : place.last + 1]).replace("\\ ", " ").split())
    context.found.append(
        Command(
            context.source.at(start, end if end > start else 0),
            context.unit,
            words,
            context.directory,
            context.inside,
            place.hidden,
            context.order,
            written[:_TEXT_LIMIT],
            filled(words, context.assigned),
        )
    )
    context.order += 1
    _change_directory(context, words)


def _change_directory(context: _Context, words: tuple[str, ...]) -> None:
    program = words[0]
    if program in {"cd", "chdir", "Set-Location", "pushd", "Push-Location"}:
        operands = [word for word in words[1:] if not word.startswith("-") or word == "-"]
        target = operands[0] if operands else "~"
        if program in {"pushd", "Push-Location"}:
            context.stack.append(context.directory)
        before = context.directory
        context.directory = context.previous if target == "-" else joined(context.directory, _known(context, target))
        context.previous = before
    elif program in {"popd", "Pop-Location"} and context.stack:
        context.directory = context.stack.pop()


def _known(context: _Context, target: str) -> str:
    """The folder with the variables that name the check-out or the script's own folder written out."""
    target = _ROOTS.sub("/.", target, count=1)
    if context.unit.kind is UnitKind.SCRIPT and not context.inside:
        target = _OWN_FOLDER.sub(f"/./{context.source.folder}", target, count=1)
    return target.replace("\\", "/")


def joined(directory: str, target: str) -> str:
    """A folder as seen from another, relative to the part's root; `/.` at the start stands for that root."""
    if target.startswith("/.") and target[2:3] in {"", "/"}:
        path = target[2:].strip("/")
    else:
        path = target if target.startswith(("/", "~")) else posixpath.join(directory, target)
    path = posixpath.normpath(path) if path else ""
    return "" if path == "." else path


def _broken(context: _Context, text: _Text, node: Node, hidden: bool, depth: int) -> None:
    """An `ERROR` node: what parsed inside it counts; the lines that did not are split at white space."""
    parsed = [child for child in node.named_children if child.child_count]
    covered: set[int] = set()
    for child in parsed:
        if child.type in {"command_name", "word", "string", "concatenation"}:
            continue
        _walk(context, text, child, hidden, depth + 1)
        covered.update(range(child.start_point[0], child.end_point[0] + 1))
    for row in range(node.start_point[0], min(node.end_point[0] + 1, len(text.lines))):
        if row not in covered:
            words = tuple(_quoting.unquote(word) for word in text.lines[row].split())
            if words and words[0].lstrip("({")[:1].isalpha():
                _emit(context, _Place(text, row, row, hidden, {}), words)


_KEYWORDS = frozenset("if then else elif fi for while until do done case esac in function select time".split())
