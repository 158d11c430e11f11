"""CircleCI."""

from __future__ import annotations

import pytest

from evidence_check.model import Command, Fact, Job, Step, Trigger
from evidence_check.readers import circleci
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def read(content: str) -> list[Fact]:
    return read_with(circleci, ".circleci/config.yml", content)


def jobs(facts: list[Fact]) -> dict[str, Job]:
    return {fact.unit.name: fact for fact in facts if isinstance(fact, Job)}


def lines(facts: list[Fact], job: str) -> list[str]:
    return [" ".join(fact.words) for fact in facts if isinstance(fact, Command) and fact.unit.name == job]


CONFIG = """
    version: 2.1
    orbs:
      node: circleci/node@5.1
      team: org/private@1
    executors:
      py: {docker: [{image: "cimg/python:3.12"}]}
    commands:
      install:
        parameters: {args: {type: string, default: "--quiet"}}
        steps:
          - run: pip install << parameters.args >> -r r.txt
    jobs:
      test:
        executor: py
        steps:
          - checkout
          - install: {args: -v}
          - run:
              name: Tests
              command: |
                pytest
                flake8
              working_directory: ~/project/api
          - when:
              condition: true
              steps: [{run: coverage xml}]
          - node/install-packages
      deploy:
        parameters: {env: {type: string}}
        docker: [{image: "cimg/base:1"}]
        steps:
          - run: ./deploy.sh << parameters.env >>
    workflows:
      main:
        jobs:
          - test
          - hold: {type: approval, requires: [test]}
          - deploy:
              name: deploy-prod
              env: prod
              requires: [hold]
              context: [aws-prod]
              filters: {branches: {only: main}}
          - deploy:
              matrix: {parameters: {env: [dev, qa]}}
              requires: [test]
          - team/release: {requires: [deploy]}
      nightly:
        triggers: [{schedule: {cron: "0 0 * * *", filters: {branches: {only: [main]}}}}]
        jobs: [test]
"""


def test_workflows() -> None:
    facts = read(CONFIG)
    found = jobs(facts)
    assert list(found) == ["test", "hold", "deploy-prod", "deploy-dev", "deploy-qa", "team/release", "nightly/test"]
    assert lines(facts, "test") == ["pip install -v -r r.txt", "pytest", "flake8", "coverage xml"]
    pytest_command = next(c for c in facts if isinstance(c, Command) and c.program == "pytest")
    assert (pytest_command.directory, pytest_command.location.line) == ("api", 21)
    assert found["test"].images == ("cimg/python:3.12",)
    assert found["hold"].approval
    assert (found["deploy-prod"].needs, found["deploy-prod"].secrets) == (("hold",), ("aws-prod",))
    assert found["deploy-prod"].triggers == (Trigger("push", ("main",)),)
    assert lines(facts, "deploy-prod") == ["./deploy.sh prod"]
    assert lines(facts, "deploy-qa") == ["./deploy.sh qa"]
    assert [found[name].environment for name in ("deploy-prod", "deploy-dev")] == [("prod",), ("dev",)]
    assert found["team/release"].needs == ("deploy-dev", "deploy-qa")
    assert found["team/release"].calls == "private/release"
    assert found["nightly/test"].triggers == (Trigger("schedule", ("main",), cron="0 0 * * *"),)
    steps = [(s.uses, s.version) for s in facts if isinstance(s, Step) and s.unit.name == "test"]
    assert steps == [("checkout", ""), ("command:install", ""), ("node/install-packages", "5.1")]


def test_filters() -> None:
    facts = read("""
        jobs: {a: {steps: [{run: x}]}}
        workflows:
          w:
            jobs:
              - a: {name: tags, filters: {tags: {only: /v.*/}, branches: {ignore: /.*/}}}
              - a: {name: most, filters: {branches: {ignore: [main]}}}
    """)
    found = jobs(facts)
    assert found["tags"].triggers == (Trigger("tag", ("/v.*/",)),)
    assert found["most"].triggers == (Trigger("push", (), ("main",)),)


def test_without_workflows() -> None:
    facts = read("version: 2\njobs:\n  build:\n    steps:\n      - run: make test\n")
    assert lines(facts, "build") == ["make test"]


def test_commands_that_use_themselves_end() -> None:
    facts = read("commands:\n  a: {steps: [a, {run: x}]}\njobs: {j: {steps: [a]}}\n")
    assert "x" in lines(facts, "j")


def test_only_its_folder() -> None:
    assert not circleci.wants(source("circleci/config.yml", CONFIG))
    with pytest.raises(Unreadable):
        read("jobs: [")
