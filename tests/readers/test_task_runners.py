"""Scripts, hooks and the task runners beside make."""

from __future__ import annotations

from types import ModuleType

import pytest

from evidence_check.model import Command, Fact, Step, UnitKind
from evidence_check.readers import (
    git_hooks,
    justfile,
    package_scripts,
    procfile,
    project_scripts,
    python_tasks,
    rakefile,
    shell_script,
    taskfile,
    tox,
)
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def read(module: ModuleType, path: str, content: str) -> list[Fact]:
    return read_with(module, path, content)


def tasks(facts: list[Fact]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fact in facts:
        if isinstance(fact, Command):
            found.setdefault(fact.unit.name, []).append(" ".join(fact.words))
    return found


def test_npm_scripts() -> None:
    facts = read(package_scripts, "web/package.json", """
        {
          "name": "x",
          "scripts": {
            "pretest": "npm run lint",
            "test": "cross-env CI=1 jest --coverage",
            "lint": "eslint . && prettier --check .",
            "all": "concurrently \\"npm:lint\\" \\"npm run test\\""
          },
          "husky": {"hooks": {"pre-commit": "lint-staged"}}
        }
    """)  # fmt: skip
    found = tasks(facts)
    assert found["test"] == ["npm run pretest", "jest --coverage"]
    assert found["lint"] == ["eslint .", "prettier --check ."]
    assert found["all"] == ["npm run lint", "npm run test"]
    jest = next(c for c in facts if isinstance(c, Command) and c.program == "jest")
    assert (jest.directory, jest.location.line) == ("web", 5)
    assert [c.unit.kind for c in facts if isinstance(c, Command) and c.program == "lint-staged"] == [UnitKind.HOOK]


def test_composer_scripts() -> None:
    facts = read(
        package_scripts,
        "composer.json",
        '{"scripts": {"test": ["@lint", "phpunit"], "lint": "phpcs", "x": "A\\\\B::c"}}',
    )
    assert tasks(facts) == {"test": ["composer run lint", "phpunit"], "lint": ["phpcs"]}


def test_tox() -> None:
    facts = read(tox, "tox.ini", """
        [tox]
        envlist = py312, lint
        [testenv]
        commands =
            pytest {posargs:tests} \\
                --cov
        [testenv:lint]
        commands =
            - flake8 src
            {[testenv]commands}
        [flake8]
        commands = never
    """)  # fmt: skip
    assert tasks(facts) == {"testenv": ["pytest tests --cov"], "lint": ["flake8 src", "pytest tests --cov"]}
    assert [c.hides_failure for c in facts if isinstance(c, Command) and c.program == "flake8"] == [True]
    toml = read(tox, "pyproject.toml", '[tool.tox.env_run_base]\ncommands = [["pytest", "-q"]]\n')
    assert tasks(toml) == {"testenv": ["pytest -q"]}
    legacy = read(tox, "pyproject.toml", '[tool.tox]\nlegacy_tox_ini = """\n[testenv]\ncommands = pytest\n"""\n')
    assert [c.location.line for c in legacy] == [4]
    assert not tox.wants(source("setup.cfg", "[metadata]\nname = x\n"))


def test_python_tasks() -> None:
    facts = read(python_tasks, "noxfile.py", """
        import nox

        @nox.session(python=["3.12"])
        def tests(session):
            session.install("-r", "r.txt")
            session.run("pytest", "--cov", *session.posargs)

        def helper(session):
            session.run("never")
    """)  # fmt: skip
    assert tasks(facts) == {"tests": ["pip install -r r.txt", "pytest --cov"]}
    invoke = read(
        python_tasks, "tasks.py", 'from invoke import task\n@task\ndef up(c):\n    c.run("docker compose up")\n'
    )
    assert tasks(invoke) == {"up": ["docker-compose up"]}
    assert not python_tasks.wants(source("tasks.py", "from celery import task\n"))
    with pytest.raises(Unreadable):
        read(python_tasks, "noxfile.py", "import nox\ndef (:\n")


def test_taskfile() -> None:
    facts = read(taskfile, "Taskfile.yml", """
        version: '3'
        includes: {docs: ./docs/Taskfile.yml}
        tasks:
          test:
            deps: [build]
            dir: app
            cmds:
              - go test ./...
              - task: lint
              - {cmd: flaky, ignore_error: true}
          lint: golangci-lint run
    """)  # fmt: skip
    assert tasks(facts) == {
        "test": ["task build", "go test ./...", "task lint", "flaky"], "lint": ["golangci-lint run"],
    }  # fmt: skip
    assert [c.directory for c in facts if isinstance(c, Command) and c.program == "go"] == ["app"]
    assert [c.hides_failure for c in facts if isinstance(c, Command) and c.program == "flaky"] == [True]
    assert [s.uses for s in facts if isinstance(s, Step)] == ["include:./docs/Taskfile.yml"]


def test_justfile() -> None:
    facts = read(justfile, "justfile", """
        image := "app"
        # cargo never
        default: test
        test *args: build
            @cargo test
            -docker run {{image}}
        build:
            #!/usr/bin/env bash
            cargo build
    """)  # fmt: skip
    assert tasks(facts) == {
        "default": ["just test"], "test": ["just build", "cargo test", "docker run app"], "build": ["cargo build"],
    }  # fmt: skip


def test_rakefile() -> None:
    facts = read(rakefile, "Rakefile", """
        RSpec::Core::RakeTask.new(:spec)
        namespace :docker do
          task :build => [:spec] do
            sh "docker build -t x ."
            # sh "never"
          end
        end
        task default: [:spec]
    """)  # fmt: skip
    assert tasks(facts) == {
        "spec": ["rspec"], "docker:build": ["rake spec", "docker build -t x ."], "default": ["rake spec"],
    }  # fmt: skip


def test_project_scripts() -> None:
    facts = read(project_scripts, "pyproject.toml", """
        [tool.poe.tasks]
        test = "pytest -q"
        check.sequence = ["test", {cmd = "ruff check"}]
        python = {script = "pkg:main"}
        [tool.hatch.envs.default.scripts]
        cov = ["coverage run -m pytest", "coverage xml"]
        [tool.pdm.scripts]
        serve = {shell = "flask run"}
        [project.scripts]
        app = "pkg:main"
    """)  # fmt: skip
    assert tasks(facts) == {
        "test": ["pytest -q"],
        "check": ["poe test", "ruff check"],
        "cov": ["coverage run -m pytest", "pytest", "coverage xml"],
        "serve": ["flask run"],
    }
    with pytest.raises(Unreadable):
        read(project_scripts, "pyproject.toml", "[tool")


def test_procfile() -> None:
    facts = read(procfile, "Procfile", "# web: never\nweb: gunicorn app:app\nrelease: python manage.py migrate\n")
    assert tasks(facts) == {"web": ["gunicorn app:app"], "release": ["python manage.py migrate"]}


def test_git_hooks() -> None:
    facts = read(git_hooks, ".pre-commit-config.yaml", """
        repos:
          - repo: https://github.com/psf/black
            rev: 24.1.0
            hooks: [{id: black}]
          - repo: local
            hooks:
              - {id: unit, name: unit tests, entry: pytest tests, language: system}
              - {id: words, entry: TODO, language: pygrep}
    """)  # fmt: skip
    assert [(s.uses, s.version) for s in facts if isinstance(s, Step)] == [
        ("black", "24.1.0"),
        ("unit", ""),
        ("words", ""),
    ]
    assert [c.words for c in facts if isinstance(c, Command)] == [("pytest", "tests")]
    left = read(
        git_hooks, "lefthook.yml", "pre-push:\n  commands:\n    t: {run: npm test}\n    u: {run: x, skip: true}\n"
    )
    assert tasks(left) == {"pre-push": ["npm test"]}


def test_scripts_by_name_and_by_first_line() -> None:
    assert tasks(read(shell_script, "bin/deploy", "#!/usr/bin/env bash\nhelm upgrade x\n")) == {"": ["helm upgrade x"]}
    assert tasks(read(shell_script, "user_data.sh.tpl", "#!/bin/bash\napt update\n")) == {"": ["apt update"]}
    assert tasks(read(shell_script, "a.ps1", "dotnet test\n")) == {"": ["dotnet test"]}
    hook = read(shell_script, ".husky/pre-commit", "npx lint-staged\n")
    assert [c.unit.kind for c in hook if isinstance(c, Command)] == [UnitKind.HOOK]
    for path, text in (("gradlew", "#!/bin/sh\nx"), ("bin/tool", "#!/usr/bin/env python\nx"), ("notes", "make test"),
                       ("x.py", "#!/bin/bash\n"), ("mvnw.cmd", "x")):  # fmt: skip
        assert not shell_script.wants(source(path, text)), path
    with pytest.raises(Unreadable):
        read(shell_script, "x.sh", "a\0b")
