"""Diagrams as Python code with the `diagrams` library: read from the syntax tree, never run.

Source: https://diagrams.mingrammer.com/docs/guides/diagram
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from evidence_check.model import Diagram, Fact
from evidence_check.readers._drawing import clean_label, clean_labels
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "diagrams"
GIVES = frozenset({Diagram.kind})

SIZE_LIMIT = 1_000_000
_FRAME = frozenset({"Diagram", "Cluster", "Edge", "Node"})


def wants(source: Source) -> bool:
    """A Python file that imports the library."""
    if not source.name.endswith(".py") or source.file.size > SIZE_LIMIT:
        return False
    return b"from diagrams" in source.data or b"import diagrams" in source.data


def read(source: Source) -> Iterable[Fact]:
    """One diagram for each `Diagram(...)`."""
    try:
        tree = ast.parse(source.text)
        return [fact for node in ast.walk(tree) if isinstance(node, ast.With) for fact in _diagram(source, node, tree)]
    except SyntaxError as error:
        raise Unreadable(f"not valid Python: {error.msg}", error.lineno or 0) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable("not valid Python: nested too deeply or holding null bytes") from error


def _diagram(source: Source, block: ast.With, tree: ast.Module) -> list[Diagram]:
    calls = [item.context_expr for item in block.items]
    frame = next((call for call in calls if isinstance(call, ast.Call) and _name(call.func) == "Diagram"), None)
    if frame is None:
        return []
    classes = _imported(tree)
    nodes = edges = 0
    labels: list[str] = []
    for node in ast.walk(block):
        if isinstance(node, ast.Call) and node is not frame:
            name = _name(node.func)
            if name in classes or name in _FRAME:
                nodes += name in classes
                labels.append(_text(node) or (name if name in classes else ""))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.RShift | ast.LShift | ast.Sub):
            ends = (node.left, node.right)
            if not any(isinstance(end, ast.Call) and _name(end.func) == "Edge" for end in ends[1:]):
                edges += max(len(end.elts) if isinstance(end, ast.List | ast.Tuple) else 1 for end in ends)
    return [
        Diagram(
            source.at(block.lineno),
            "diagrams",
            title=clean_label(_text(frame)),
            nodes=nodes,
            edges=edges,
            labels=clean_labels(labels),
            form="structure",
            blank=not nodes,
        )
    ]


def _imported(tree: ast.Module) -> frozenset[str]:
    """The classes of nodes that the file imports: `from diagrams.aws.compute import EC2 as Server`."""
    return frozenset(
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("diagrams.")
        for alias in node.names
    )


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _text(call: ast.Call) -> str:
    """The first argument, or `name=` or `label=`, where it is a literal."""
    given = [*call.args[:1], *(word.value for word in call.keywords if word.arg in {"name", "label"})]
    return next((node.value for node in given if isinstance(node, ast.Constant) and isinstance(node.value, str)), "")
