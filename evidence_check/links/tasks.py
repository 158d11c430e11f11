"""Calls of task runners: which task of which file of the part they mean."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterable, Sequence

from evidence_check.expressions import expression
from evidence_check.links.index import Index
from evidence_check.model import Command, Step, Unit, UnitKind

_MAKE_VALUES = frozenset("-C --directory -f --file --makefile -I --include-dir -o -W --old-file --what-if".split())
_SCRIPTED = frozenset({"test", "t", "tst", "start", "stop", "restart"})
_NPM_OWN = frozenset(
    "install i ci add remove uninstall update upgrade audit publish pack version login logout whoami config cache init "
    "create link ls list outdated prune dedupe exec dlx x set policies global why workspaces import".split()
)
_NPM_VALUES = frozenset("--prefix -C --cwd --dir --filter -F -w --workspace --loglevel --registry".split())
_PYTHON_RUNNERS = expression(r"\b(?:hatch|pdm|pipenv|rye|pixi|uv|poetry)\s+run\s")
_RUNNERS = {
    "task": ("Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml", "Taskfile.dist.yml", "pyproject.toml"),
    "go-task": ("Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml", "Taskfile.dist.yml"),
    "just": ("justfile", "Justfile", ".justfile"),
    "rake": ("Rakefile", "rakefile", "Rakefile.rb"),
    "poe": ("pyproject.toml",),
    "taskipy": ("pyproject.toml",),
    "inv": ("tasks.py",),
    "invoke": ("tasks.py",),
    "fab": ("fabfile.py",),
}
_RUNNER_VALUES = {
    "task": frozenset({"-d", "--dir", "-t", "--taskfile", "-C", "-o"}),
    "just": frozenset({"-d", "--working-directory", "-f", "--justfile", "--set"}),
    "rake": frozenset({"-f", "--rakefile", "-j"}),
}
_MANY = 40
"""Packages of a workspace whose script of one name is followed."""


def called(index: Index, command: Command, bases: Sequence[str]) -> list[Unit]:
    """The tasks that a command runs, in their order; empty where it is no call of a task runner."""
    part, program, words = command.unit.part, command.program, command.words[1:]
    if program in {"make", "gmake", "mingw32-make"}:
        return _make(index, part, words, bases)
    if program in {"npm", "yarn", "pnpm", "bun"}:
        return _node(index, part, program, words, bases)
    if program in {"run-s", "run-p", "npm-run-all", "npm-run-all2"}:
        return _scripts(index, part, [word for word in words if not word.startswith("-")], bases)
    if program == "start-server-and-test":
        return _scripts(index, part, [word for word in words if "/" not in word and not word.isdigit()], bases)
    if program in {"lerna", "nx", "turbo", "rush"}:
        return _workspace(index, part, words)
    if program == "composer" and words:
        name = words[1] if words[0] in {"run", "run-script", "exec"} and len(words) > 1 else words[0]
        return _of_file(index, part, "composer.json", name, bases)
    if program == "tox":
        return _tox(index, part, words, bases)
    if program == "nox":
        return _nox(index, part, words, bases)
    if program in _RUNNERS:
        return _runner(index, part, program, words, bases)
    if program in {"pre-commit", "prek", "lefthook"} and words[:1] == ("run",):
        return _hooks(index, part, program, words[1:], bases)
    if "/" not in program and _PYTHON_RUNNERS.search(command.text):
        name = program.rpartition(":")[2]
        return _of_file(index, part, "pyproject.toml", name, bases) or _of_file(index, part, "Pipfile", name, bases)
    return []


def _option(words: Sequence[str], *names: str) -> str:
    """The value of an option, given behind it or with `=`, else empty."""
    for position, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names and equals:
            return value
        if word in names and position + 1 < len(words):
            return words[position + 1]
        for short in names:
            if len(short) == 2 and word.startswith(short) and len(word) > 2 and not word.startswith("--"):
                return word[2:]
    return ""


def _operands(words: Sequence[str], with_value: frozenset[str]) -> list[str]:
    found = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word == "--":
            break
        elif word.startswith("-"):
            skip = word in with_value
        else:
            found.append(word)
    return found


def _within(bases: Sequence[str], folder: str) -> list[str]:
    return [posixpath.normpath(posixpath.join(base, folder)) for base in bases] if folder else list(bases)


def _make(index: Index, part: str, words: Sequence[str], bases: Sequence[str]) -> list[Unit]:
    bases = _within(bases, _option(words, "-C", "--directory"))
    file = _option(words, "-f", "--file", "--makefile")
    names = [file] if file else ["GNUmakefile", "makefile", "Makefile"]
    path = next((one for name in names if (one := index.find(part, name, bases, default=not file))), "")
    if not path:
        return []
    goals = [word for word in _operands(words, _MAKE_VALUES) if "=" not in word and not word.isdigit()]
    files = _included(index, part, path, set())
    if not goals:
        goals = [goal for name in files for goal in _said(index, part, name, "default:")][:1]
    found: list[Unit] = []
    for goal in goals:
        units = [unit for name in files for unit in index.units.get((part, name), ()) if unit.kind is UnitKind.TASK]
        exact = [unit for unit in units if unit.name == goal]
        found += (
            exact
            or [unit for unit in units if "%" in unit.name and fnmatch.fnmatchcase(goal, unit.name.replace("%", "*"))][
                :1
            ]
        )
    return found


def _makes(pattern: str, goal: str) -> bool:
    return "%" in pattern and fnmatch.fnmatchcase(goal, pattern.replace("%", "*"))


def _said(index: Index, part: str, path: str, prefix: str) -> list[str]:
    """What the unnamed task of a file says with steps of this prefix."""
    whole = Unit(UnitKind.TASK, path, "", part)
    return [action.uses.removeprefix(prefix) for action in index.actions.get(whole, ())
            if isinstance(action, Step) and action.uses.startswith(prefix)]  # fmt: skip


def _included(index: Index, part: str, path: str, seen: set[str]) -> list[str]:
    """The file and all that it includes."""
    if path in seen or len(seen) > 60:
        return []
    seen.add(path)
    found = [path]
    folder = path.rpartition("/")[0]
    for name in _said(index, part, path, "include:"):
        if "*" in name:
            pattern = posixpath.normpath(posixpath.join(folder, name))
            inner = sorted(one for one in index.paths.get(part, ()) if fnmatch.fnmatchcase(one, pattern))
        else:
            inner = [index.find(part, name, [folder, ""])]
        for one in inner:
            found += _included(index, part, one, seen) if one else []
    return found


def _node(index: Index, part: str, program: str, words: Sequence[str], bases: Sequence[str]) -> list[Unit]:
    folder = _option(words, "--prefix", "-C", "--cwd", "--dir")
    workspace = _option(words, "--filter", "-F", "-w", "--workspace")
    everywhere = bool({"-r", "--recursive", "-ws", "--workspaces"} & set(words))
    operands = _operands(words, _NPM_VALUES)
    if operands[:1] == ["workspaces"]:
        everywhere, operands = True, operands[2:] if operands[1:2] in (["run"], ["foreach"]) else operands[1:]
    if operands[:1] == ["workspace"] and len(operands) > 2:
        workspace, operands = operands[1], operands[2:]
    if not operands:
        return []
    if operands[0] in {"run", "run-script", "rum", "urn"}:
        name = operands[1] if len(operands) > 1 else ""
    elif operands[0] in _SCRIPTED:
        name = "test" if operands[0] in {"t", "tst"} else operands[0]
    elif program in {"yarn", "pnpm"} and operands[0] not in _NPM_OWN:
        name = operands[0]
    else:
        return []
    if everywhere:
        return _workspace(index, part, [name])
    if workspace:
        folder_name = workspace.strip("./").rpartition("/")[2].strip("{}^.")
        inside = [unit for unit in index.part_units(part, "package.json", UnitKind.TASK)
                  if unit.name == name and unit.path.split("/")[-2:-1] == [folder_name]]  # fmt: skip
        return inside or _workspace(index, part, [name])
    return _scripts(index, part, [name], _within(bases, folder)) if name else []


def _scripts(index: Index, part: str, names: Iterable[str], bases: Sequence[str]) -> list[Unit]:
    """Scripts of the nearest `package.json`, by names or patterns."""
    found: list[Unit] = []
    for name in names:
        found += _of_file(index, part, "package.json", name, bases)
    return found


def _of_file(index: Index, part: str, file: str, name: str, bases: Sequence[str]) -> list[Unit]:
    """The task of this name in the nearest file of that name, at or above one of the folders."""
    for folder in _upwards(bases):
        path = posixpath.join(folder, file)
        units = [unit for unit in index.units.get((part, path), ()) if unit.kind is UnitKind.TASK]
        found = [unit for unit in units if unit.name == name or ("*" in name and fnmatch.fnmatchcase(unit.name, name))]
        if found:
            return found
    return []


def _upwards(bases: Sequence[str]) -> list[str]:
    found: list[str] = []
    for base in bases:
        folder = base
        for _ in range(12):
            if folder not in found:
                found.append(folder)
            if not folder:
                break
            folder = folder.rpartition("/")[0]
    return [*found, *([] if "" in found else [""])]


def _workspace(index: Index, part: str, words: Sequence[str]) -> list[Unit]:
    """Scripts of these names in every package: `turbo run test`, `nx run-many -t test`, `lerna run test`."""
    target = _option(words, "-t", "--target", "--targets")
    names = set(target.split(",")) if target else {word for word in _operands(words, frozenset()) if word != "run"}
    return [unit for unit in index.part_units(part, "package.json", UnitKind.TASK) if unit.name in names][:_MANY]


def _tox(index: Index, part: str, words: Sequence[str], bases: Sequence[str]) -> list[Unit]:
    wanted = [name for name in _option(words, "-e").split(",") if name]
    file = _option(words, "-c", "--conf")
    for name in [file] if file else ["tox.ini", "tox.toml", "setup.cfg", "pyproject.toml"]:
        path = index.find(part, name, bases)
        units = [unit for unit in index.units.get((part, path), ()) if unit.kind is UnitKind.TASK] if path else []
        if units:
            chosen = [unit for one in wanted for unit in units if unit.name == one]
            return chosen or [unit for unit in units if unit.name == "testenv"] if wanted else units
    return []


def _nox(index: Index, part: str, words: Sequence[str], bases: Sequence[str]) -> list[Unit]:
    path = index.find(part, _option(words, "-f", "--noxfile") or "noxfile.py", bases)
    units = index.units.get((part, path), []) if path else []
    wanted: list[str] = []
    for position, word in enumerate(words):
        if word in {"-s", "--session", "--sessions", "-e"}:
            for one in words[position + 1 :]:
                if one.startswith("-"):
                    break
                wanted.append(re.sub(r"[-(].*", "", one))
    return [unit for unit in units if unit.name in wanted] if wanted else list(units)


def _runner(index: Index, part: str, program: str, words: Sequence[str], bases: Sequence[str]) -> list[Unit]:
    """go-task, just, rake, Invoke, Fabric, Poe: names of tasks, `default` without one."""
    bases = _within(bases, _option(words, "-d", "--dir", "--working-directory"))
    names = [name for name in _operands(words, _RUNNER_VALUES.get(program, frozenset())) if "=" not in name]
    names = [re.sub(r"\[.*", "", name) for name in names] or ["default"]
    given = _option(words, "-t", "--taskfile", "-f", "--justfile", "--rakefile")
    for file in [given] if given else _RUNNERS[program]:
        path = index.find(part, file, _upwards(bases))
        files = _included(index, part, path, set()) if path else []
        files += _rake_files(index, part, path) if path and program == "rake" else []
        units = [unit for one in files for unit in index.units.get((part, one), ()) if unit.kind is UnitKind.TASK]
        spellings = [(name, name.rpartition(":")[2], name.replace("-", "_")) for name in names]
        found = [unit for wanted in spellings for unit in units if unit.name in wanted and unit.name]
        if found:
            return found
    return []


def _rake_files(index: Index, part: str, path: str) -> list[str]:
    """What Rake and Rails load beside a Rakefile without being told: `rakelib`, `lib/tasks`."""
    folders = tuple(posixpath.join(path.rpartition("/")[0], name) for name in ("rakelib/", "lib/tasks/"))
    return sorted(one for one in index.paths.get(part, ()) if one.endswith(".rake") and one.startswith(folders))


def _hooks(index: Index, part: str, program: str, words: Sequence[str], bases: Sequence[str]) -> list[Unit]:
    if program == "lefthook":
        return [unit for name in ("lefthook.yml", ".lefthook.yml", "lefthook.yaml")
                for unit in index.part_units(part, name, UnitKind.HOOK) if unit.name in words]  # fmt: skip
    file = _option(words, "-c", "--config") or ".pre-commit-config.yaml"
    path = index.find(part, file, bases)
    return [unit for unit in index.units.get((part, path), ()) if unit.kind is UnitKind.HOOK] if path else []
