"""Diagrams as Python code with the `diagrams` library: read from the syntax tree, never run.

Source: https://diagrams.mingrammer.com/docs/guides/diagram
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from evidence_check.model import Diagram, Fact
from evidence_check.readers._drawing import Graph, clean_label, clean_labels
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
    graph = Graph()
    _Drawn(classes, graph).visit(block)
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
            boxes=graph.boxes(),
            joins=graph.joins(),
        )
    ]


class _Drawn(ast.NodeVisitor):
    """Follows the variables of a block to what `a >> b`, `a << b` and `a - b` join."""

    def __init__(self, classes: frozenset[str], graph: Graph) -> None:
        self.classes, self.graph = classes, graph
        self.variables: dict[str, list[str]] = {}

    def visit_Assign(self, node: ast.Assign) -> None:
        made = self._ends(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.variables[target.id] = made

    def visit_Expr(self, node: ast.Expr) -> None:
        self._ends(node.value)

    def _ends(self, node: ast.expr) -> list[str]:
        """The boxes that an expression stands for; a line that it draws is kept."""
        if isinstance(node, ast.Name):
            return self.variables.get(node.id, [])
        if isinstance(node, ast.Call) and _name(node.func) in self.classes:
            name = f"{node.lineno}:{node.col_offset}"
            self.graph.box(name, _text(node) or _name(node.func))
            return [name]
        if isinstance(node, ast.List | ast.Tuple):
            return [end for item in node.elts for end in self._ends(item)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.RShift | ast.LShift | ast.Sub):
            left, right = self._ends(node.left), self._ends(node.right)
            self.graph.join(*((right, left) if isinstance(node.op, ast.LShift) else (left, right)))
            return right or left
        return []


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
