"""Whatever the bytes, every reader of pipelines, scripts and tasks gives facts or says that it cannot read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_check.model import Command, Job, Step, Unit, UnitKind
from evidence_check.readers import (
    _groovy,
    _shell,
    _windows_shell,
    amplify,
    appveyor,
    azure_pipelines,
    bitbucket,
    buildkite,
    circleci,
    cloudbuild,
    codebuild,
    concourse,
    drone,
    git_hooks,
    github_actions,
    gitlab_ci,
    jenkins,
    justfile,
    makefile,
    package_scripts,
    procfile,
    project_scripts,
    python_tasks,
    rakefile,
    shell_script,
    taskfile,
    teamcity,
    tekton,
    tox,
    travis,
)
from evidence_check.readers._source import Unreadable
from tests.support import source

READERS: list[tuple[ModuleType, str]] = [
    (amplify, "amplify.yml"),
    (appveyor, "appveyor.yml"),
    (azure_pipelines, "azure-pipelines.yml"),
    (azure_pipelines, "templates/deploy.yml"),
    (bitbucket, "bitbucket-pipelines.yml"),
    (buildkite, ".buildkite/pipeline.yml"),
    (circleci, ".circleci/config.yml"),
    (cloudbuild, "cloudbuild.yaml"),
    (codebuild, "buildspec.yml"),
    (codebuild, "appspec.yml"),
    (concourse, "ci/pipeline.yml"),
    (drone, ".drone.yml"),
    (git_hooks, ".pre-commit-config.yaml"),
    (git_hooks, "lefthook.yml"),
    (github_actions, ".github/workflows/ci.yml"),
    (github_actions, "action.yml"),
    (gitlab_ci, ".gitlab-ci.yml"),
    (gitlab_ci, "ci/build.yml"),
    (jenkins, "Jenkinsfile"),
    (justfile, "justfile"),
    (makefile, "Makefile"),
    (package_scripts, "package.json"),
    (package_scripts, "composer.json"),
    (procfile, "Procfile"),
    (project_scripts, "pyproject.toml"),
    (python_tasks, "noxfile.py"),
    (rakefile, "Rakefile"),
    (shell_script, "deploy.sh"),
    (shell_script, "deploy.ps1"),
    (shell_script, "deploy.bat"),
    (shell_script, "deploy"),
    (taskfile, "Taskfile.yml"),
    (teamcity, ".teamcity/settings.kts"),
    (tekton, "tekton/pipeline.yaml"),
    (tox, "tox.ini"),
    (tox, "tox.toml"),
    (travis, ".travis.yml"),
]
IDS = [f"{module.__name__.rpartition('.')[2]}:{path}" for module, path in READERS]
UNIT = Unit(UnitKind.SCRIPT, "x.sh")

_SYNTAX = st.sampled_from(
    ["$(", ")", "`", "'", '"', "<<EOF\n", "EOF", "${{", "}}", "||", "&&", ";", "|", "\\\n", "\n", "\t", "  ", "{", "}",
     "[", "]", "#", "$", ":", "=", "if", "fi", "do", "make", "docker run x y", "ssh h", "bash -c", "é", "\0", "a" * 30]
)  # fmt: skip
_TEXTS = st.lists(st.one_of(_SYNTAX, st.text(max_size=8)), max_size=25).map("".join)


def _run(module: ModuleType, path: str, data: bytes) -> None:
    given_source = source(path, data)
    try:
        wanted = module.wants(given_source)
        facts = list(module.read(given_source)) if wanted else []
    except Unreadable:
        return
    for fact in facts:
        assert isinstance(fact, (Command, Job, Step))
        assert fact.location.line >= 0


@pytest.mark.parametrize(("module", "path"), READERS, ids=IDS)
@settings(max_examples=12, deadline=None)
@given(data=st.one_of(st.binary(max_size=120), _TEXTS.map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_give_facts_or_unreadable(module: ModuleType, path: str, data: bytes) -> None:
    _run(module, path, data)


def _vocabulary(module: ModuleType) -> list[str]:
    """The words that a reader's own source looks for, so that made-up trees reach into it."""
    text = Path(module.__file__ or "").read_text(encoding="utf-8")
    words = set(re.findall(r"\"([A-Za-z_][\w.-]{1,20})\"", text))
    for long in re.findall(r"\"([\w -]{30,200})\"", text):
        words.update(long.split())
    return sorted(words)


def _trees(words: list[str]) -> st.SearchStrategy[Any]:
    leaves = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(words), _TEXTS)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(words), inner, min_size=1, max_size=4)
        ),
        max_leaves=20,
    )


_YAML = [pair for pair in READERS if pair[1].endswith((".yml", ".yaml", ".json"))]


@pytest.mark.parametrize(("module", "path"), _YAML, ids=[f"{m.__name__.rpartition('.')[2]}:{p}" for m, p in _YAML])
@settings(max_examples=20, deadline=None)
@given(draw=st.data())
def test_any_tree_of_the_formats_own_words(module: ModuleType, path: str, draw: st.DataObject) -> None:
    words = _vocabulary(module)
    root = draw.draw(st.dictionaries(st.sampled_from(words), _trees(words), max_size=6))
    _run(module, path, json.dumps(root).encode())


@settings(max_examples=80, deadline=None)
@given(script=_TEXTS)
def test_shell_texts_never_raise(script: str) -> None:
    given_source = source("x.sh", script.encode("utf-8", "replace"))
    for parse in (_shell.commands, _windows_shell.powershell_commands, _windows_shell.batch_commands):
        found = parse(script, given_source, UNIT)
        assert all(command.words and command.words[0] for command in found)
        assert [command.order for command in found] == list(range(len(found)))


@settings(max_examples=60, deadline=None)
@given(text=_TEXTS)
def test_groovy_texts_never_raise(text: str) -> None:
    assert isinstance(_groovy.calls(text), list)


def test_deep_nesting_is_bounded() -> None:
    for text in ("(" * 5000, "{" * 5000, "$(" * 3000, "if x; then " * 2000, "a && " * 5000 + "b", "[" * 5000):
        _shell.commands(text, source("x.sh", text), UNIT)
        _groovy.calls(text)


def test_a_long_chain_keeps_every_command() -> None:
    chain = " && ".join(f"step{number}" for number in range(400))
    assert len(_shell.commands(chain, source("x.sh", chain), UNIT)) == 400
