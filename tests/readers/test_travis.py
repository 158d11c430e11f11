"""Travis CI."""

from __future__ import annotations

import pytest

from evidence_check.model import Command, Fact, Job, Step, Trigger
from evidence_check.readers import travis
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def read(content: str) -> list[Fact]:
    return read_with(travis, ".travis.yml", content)


def jobs(facts: list[Fact]) -> dict[str, Job]:
    return {fact.unit.name: fact for fact in facts if isinstance(fact, Job)}


def test_one_job_with_its_phases() -> None:
    facts = read("""
        env:
          global:
            - DOCKER_USER=me
            - secure: "abc"
        install:
          - cd app
        before_script: pip install tox
        script:
          - tox
          - >
            docker run
            -e TOKEN
            test tests
        after_success:
          - docker push me/app
        deploy:
          - provider: script
            script: bash scripts/deploy.sh $API_TOKEN
            on: {branch: main}
          - provider: heroku
            app: x
    """)
    job = jobs(facts)["build"]
    assert job.triggers == (Trigger("push"), Trigger("pull-request"))
    assert job.secrets == ("API_TOKEN", "secure")
    commands = [(c.program, c.directory, c.hides_failure) for c in facts if isinstance(c, Command) and not c.inside]
    assert commands == [
        ("cd", "", False),
        ("pip", "app", False),
        ("tox", "app", False),
        ("docker", "app", False),
        ("docker", "app", True),
        ("bash", "app", False),
    ]
    assert [s.uses for s in facts if isinstance(s, Step)] == ["deploy:script", "deploy:heroku"]
    line = next(c.location.line for c in facts if isinstance(c, Command) and c.words[:2] == ("docker", "run"))
    assert line == 11


def test_stages_and_conditions() -> None:
    facts = read("""
        stages:
          - test
          - name: deploy
            if: branch = main
        install: pip install .
        jobs:
          include:
            - stage: test
              name: unit
              script: pytest
            - name: lint
              script: flake8
            - stage: deploy
              script: ./deploy.sh
              install: skip
            - stage: nightly
              if: type = cron
              script: x
          allow_failures:
            - name: lint
    """)
    found = jobs(facts)
    assert list(found) == ["unit", "lint", "deploy", "nightly"]
    assert found["deploy"].needs == ("unit", "lint")
    assert found["nightly"].needs == ("unit", "lint", "deploy")
    assert [t.branches for t in found["deploy"].triggers] == [("main",), ("main",)]
    assert found["nightly"].triggers == (Trigger("schedule"),)
    assert (found["lint"].hides_failure, found["unit"].hides_failure) == (True, False)
    assert [c.words for c in facts if isinstance(c, Command) and c.unit.name == "deploy"] == [("./deploy.sh",)]
    assert [c.program for c in facts if isinstance(c, Command) and c.unit.name == "unit"] == ["pip", "pytest"]


def test_conditions_that_refuse() -> None:
    facts = read("""
        jobs:
          include:
            - {name: a, if: branch != master, script: x}
            - {name: b, if: "false", script: x}
            - {name: c, if: "tag IS present", script: x}
            - {name: d, if: "branch IN (main, dev) AND type = push", script: x}
    """)
    found = jobs(facts)
    assert list(found) == ["a", "c", "d"]
    assert {t.not_branches for t in found["a"].triggers} == {("master",)}
    assert found["c"].triggers == (Trigger("tag"),)
    assert found["d"].triggers == (Trigger("push", ("main", "dev")),)


def test_a_language_brings_its_own_script() -> None:
    assert [c.words for c in read("language: node_js\nnode_js: [18]\n") if isinstance(c, Command)] == [("npm", "test")]
    assert [c for c in read("language: python\n") if isinstance(c, Command)] == []
    assert [c.words for c in read("language: node_js\nscript: make\n") if isinstance(c, Command)] == [("make",)]


def test_branches_limit_every_job() -> None:
    job = jobs(read("branches: {only: [main]}\nscript: x\n"))["build"]
    assert {t.branches for t in job.triggers} == {("main",)}


def test_only_the_name_that_travis_looks_for() -> None:
    assert not travis.wants(source("travis.yml", "script: x"))
    assert not travis.wants(source(".travis.yaml.bak", "script: x"))
    with pytest.raises(Unreadable):
        read("script: [")
