"""What a command or step calls of the same part: scripts, actions, templates, playbooks, tasks and containers."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from evidence_check.links import containers, inputs, tasks
from evidence_check.links.containers import Called, Images
from evidence_check.links.index import Action, Index
from evidence_check.model import Command, Step, Unit, UnitKind

_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash", "ksh", ".", "source", "pwsh", "powershell", "cmd"})
_SOURCING = frozenset({".", "source"})
_ARGUMENTS = frozenset({"$@", "$1", "${@}", "${1}", "$*", "${*}", "${@:1}", "${1:-}", "$cmd", "$command", "${cmd}"})
SCRIPT_SUFFIXES = (".sh", ".bash", ".ps1", ".bat", ".cmd", ".zsh")
_ASKS = frozenset({"--help", "-h", "--version", "help", "--usage"})
_RUNNABLE = frozenset({UnitKind.SCRIPT, UnitKind.HOOK})


def called(index: Index, images: Images, action: Action, bases: Sequence[str]) -> list[Called]:
    """The units that an action runs, in their order. `bases` are folders that it may run in, the likeliest first."""
    if isinstance(action, Step):
        return _by_step(index, action, bases)
    if action.inside != "container" and action.directory.startswith("/"):
        bases = [*bases, ""]
    return (
        _function(index, action, bases)
        or [Called(unit) for unit in tasks.called(index, action, bases)]
        or containers.called_by_command(index, images, action, bases)
        or _script(index, action, bases)
    )


def handed_on(index: Index, action: Action, arguments: tuple[str, ...]) -> list[Called]:
    """The function of a script that its own argument names: `"$@"` or `"$1"` as a command."""
    if not isinstance(action, Command) or not arguments or action.unit.kind is not UnitKind.SCRIPT:
        return []
    if action.program not in _ARGUMENTS:
        return []
    functions = index.functions.get((action.unit.part, arguments[0]), ())
    return [Called(unit) for unit in functions if unit.path == action.unit.path]


def _function(index: Index, command: Command, bases: Sequence[str]) -> list[Called]:
    """A shell function of the same script, else of a script that the caller has sourced."""
    unit, name = command.unit, command.program
    functions = index.functions.get((unit.part, name), ())
    if not functions:
        return []
    paths = {unit.path}
    for neighbour in index.units.get((unit.part, unit.path), ()):
        if neighbour.kind is UnitKind.SCRIPT or neighbour == unit:
            sources = [one for one in index.actions[neighbour] if isinstance(one, Command) and one.program in _SOURCING]
            paths.update(index.find(unit.part, one.words[1], bases) for one in sources if len(one.words) > 1)
    return [Called(one) for one in functions if one.path in paths and one != unit][:1]


def script_path(command: Command) -> str:
    """The path of the script that a command runs, as written; empty where it runs none."""
    program = command.program
    if program in _SHELLS:
        operands = command.words[1:]
        for position, word in enumerate(operands):
            if word.lower() in {"-file", "-f", "/c", "-command"} and position + 1 < len(operands):
                return operands[position + 1].replace("\\", "/")
            if not word.startswith(("-", "+", "<(", "/c", "/C")):
                return word.replace("\\", "/")
        return ""
    if program.endswith(SCRIPT_SUFFIXES) or "/" in program:
        return program
    if program == "ansible-playbook":
        return next((word for word in command.words[1:] if word.endswith((".yml", ".yaml")) and "=" not in word), "")
    return ""


def _script(index: Index, command: Command, bases: Sequence[str]) -> list[Called]:
    if command.words[:2] == ("aws", "deploy") and {"create-deployment", "push"} & set(command.words):
        # CodeDeploy runs the hooks of the revision's appspec
        hooks = [unit for name in ("appspec.yml", "appspec.yaml")
                 for unit in index.part_units(command.unit.part, name, UnitKind.ACTION)]  # fmt: skip
        return [Called(unit, "remote") for unit in hooks]
    path = script_path(command)
    if not path or "://" in path:
        return []
    part = command.unit.part
    found = index.find(part, path, bases)
    kinds = frozenset(UnitKind) - {UnitKind.JOB} if command.program == "ansible-playbook" else _RUNNABLE
    directory = bases[0] if bases else ""
    words = command.words
    position = next((place for place, word in enumerate(words) if word.replace("\\", "/") == path), 0)
    if words[position + 1 :] and _ASKS.issuperset(words[position + 1 :]):
        return []  # it only says how it is used
    units = index.units.get((part, found), []) if found else []
    return [Called(unit, arguments=words[position + 1 :], directory=directory) for unit in units
            if unit.kind in kinds and not (unit.kind is UnitKind.SCRIPT and unit.name)]  # fmt: skip


def _by_step(index: Index, step: Step, bases: Sequence[str]) -> list[Called]:
    part, uses = step.unit.part, step.uses
    if uses.startswith("./") and step.system == "github-actions" and not uses.endswith((".yml", ".yaml")):
        for name in ("action.yml", "action.yaml"):
            path = index.find(part, posixpath.join(uses, name), bases)
            if path:
                return [Called(Unit(UnitKind.ACTION, path, "", part), inputs=inputs.handed(index, step, path))]
        return []
    if uses.startswith("extends:"):
        wanted = uses.removeprefix("extends:")
        return [Called(unit) for unit in index.actions if unit.part == part and unit.name == wanted
                and unit.kind is UnitKind.ACTION]  # fmt: skip
    if uses.startswith("template:") and step.system == "azure-pipelines":
        path = template_path(index, step)
        unit = Unit(UnitKind.ACTION, path, "", part)
        handed = inputs.handed(index, step, path)
        return [Called(unit, inputs=handed)] if path and unit in index.actions else []
    if uses.startswith("task:") and step.system == "tekton":
        wanted = uses.removeprefix("task:")
        return [Called(unit) for unit in index.actions if unit.part == part and unit.name == wanted
                and unit.kind is UnitKind.ACTION]  # fmt: skip
    if uses.startswith("file:") and step.system == "concourse":
        # the first folder names the resource that the file comes with
        path = index.find(part, uses.partition("/")[2], [""])
        return [Called(unit) for unit in index.units.get((part, path), ()) if unit.kind is UnitKind.ACTION]
    if step.system == "jenkins":
        return _groovy(index, step, bases)
    if uses == "pre-commit/action":
        units = index.units.get((part, index.find(part, ".pre-commit-config.yaml", bases)), ())
        return [Called(unit) for unit in units if unit.kind is UnitKind.HOOK]
    return containers.called_by_step(index, step, bases)


def _groovy(index: Index, step: Step, bases: Sequence[str]) -> list[Called]:
    """A function of a loaded file, or a step that the same part's `vars` declare."""
    part, uses = step.unit.part, step.uses
    if uses.startswith("groovy:"):
        path, _, function = uses.removeprefix("groovy:").partition(":")
    elif uses.isidentifier():
        path, function = f"vars/{uses}.groovy", "call"
    else:
        return []
    found = index.find(part, path, bases)
    unit = Unit(UnitKind.SCRIPT, found, function, part)
    return [Called(unit)] if unit in index.actions else []


def template_path(index: Index, step: Step) -> str:
    """The file that a template of Azure Pipelines stands in, empty where it is not in the part."""
    path = step.uses.removeprefix("template:")
    if "@" in path and not path.endswith("@self"):
        return ""
    path = path.removesuffix("@self")
    if path.startswith("/"):
        return index.find(step.unit.part, path.lstrip("/"), [""])
    return index.find(step.unit.part, path, [step.unit.path.rpartition("/")[0]])
