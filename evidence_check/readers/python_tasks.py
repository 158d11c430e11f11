"""Tasks written in Python for nox, Invoke and Fabric: the commands that they hand to a shell.

https://nox.thea.codes/en/stable/config.html, https://docs.pyinvoke.org/
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Command, Fact, Unit, UnitKind
from evidence_check.readers import _shell
from evidence_check.readers._source import Unreadable

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "python-tasks"
GIVES = frozenset({"command"})

_DECORATED = frozenset({"nox.session", "session", "task", "invoke.task", "nox_poetry.session"})
_RUN = frozenset({"run", "run_always", "run_install", "sudo", "local", "shell"})
_USES = expression(r"^\s{0,8}(?:import|from)\s+(?:nox|invoke|fabric|nox_poetry)\b", re.MULTILINE)


def wants(source: Source) -> bool:
    """By the tools' names for their files."""
    if source.name not in {"noxfile.py", "tasks.py", "fabfile.py"}:
        return False
    return _USES.search(source.text) is not None


def read(source: Source) -> Iterable[Fact]:
    """A task for each decorated function. Raises `Unreadable` where the file is no Python."""
    try:
        tree = ast.parse(source.text)
    except SyntaxError as error:
        raise Unreadable(f"not valid Python: {error.msg}", error.lineno or 0) from error
    except (RecursionError, ValueError, MemoryError) as error:
        raise Unreadable("not valid Python: nested too deeply") from error
    facts: list[Fact] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(_name(one) in _DECORATED for one in node.decorator_list):
            unit = Unit(UnitKind.TASK, source.path, _task_name(node), source.file.location.part)
            facts += _commands(source, node, unit)
    return facts


def _name(node: ast.expr) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _task_name(node: ast.FunctionDef) -> str:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                    return str(keyword.value.value)
    return node.name


def _commands(source: Source, function: ast.FunctionDef, unit: Unit) -> Iterator[Command]:
    order = 0
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = _name(call).rpartition(".")[2]
        words = list(_words(call))
        if not words:
            continue
        if name in _RUN:
            text = words[0] if len(words) == 1 else shlex.join(words)
        elif name == "install":
            text = shlex.join(["pip", "install", *words])
        elif name == "notify":
            text = shlex.join(["nox", "-s", words[0]])
        else:
            continue
        found = _shell.commands(text, source, unit, line=call.lineno, directory=source.folder, order=order)
        order += len(found)
        yield from found


def _words(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
        elif isinstance(argument, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "${expression}" for part in argument.values
            )
        elif isinstance(argument, (ast.List, ast.Tuple)):
            yield from (
                one.value for one in argument.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
