"""Workflows and composite actions of GitHub."""

from __future__ import annotations

import pytest

from evidence_check.model import Command, Fact, Job, Step, Trigger, UnitKind
from evidence_check.readers import github_actions
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

PATH = ".github/workflows/ci.yml"


def read(content: str, path: str = PATH) -> list[Fact]:
    return read_with(github_actions, path, content)


def jobs(facts: list[Fact]) -> dict[str, Job]:
    return {fact.unit.name: fact for fact in facts if isinstance(fact, Job)}


def test_a_workflow() -> None:
    facts = read("""
        name: CI
        on:
          push:
            branches: [main, "release/*"]
          pull_request:
          schedule:
            - cron: "0 3 * * 1"
          workflow_dispatch:
        env:
          TOKEN: ${{ secrets.GLOBAL_TOKEN }}
        defaults:
          run:
            working-directory: app
        jobs:
          test:
            runs-on: ubuntu-latest
            services:
              db: {image: "postgres:16"}
            steps:
              - uses: actions/checkout@v4
              - name: Test
                run: |
                  npm ci

                  npm test -- --coverage
              - run: pytest
                working-directory: api
                continue-on-error: true
          deploy:
            needs: [test]
            environment: {name: production}
            runs-on: ubuntu-latest
            steps:
              - uses: aws-actions/configure-aws-credentials@v4
                with: {role: "${{ secrets.ROLE }}"}
              - run: terraform apply -auto-approve
    """)
    found = jobs(facts)
    assert [fact.location.line for fact in found.values()] == [15, 29]
    test, deploy = found["test"], found["deploy"]
    assert (test.pipeline, test.images, test.secrets) == ("CI", ("postgres:16",), ("GLOBAL_TOKEN",))
    assert test.triggers == (
        Trigger("push", ("main", "release/*")), Trigger("pull-request"), Trigger("schedule", cron="0 3 * * 1"),
        Trigger("manual"),
    )  # fmt: skip
    assert (deploy.needs, deploy.environment, deploy.secrets) == (("test",), ("production",), ("GLOBAL_TOKEN", "ROLE"))
    commands = [fact for fact in facts if isinstance(fact, Command)]
    assert [(c.program, c.directory, c.location.line, c.hides_failure) for c in commands] == [
        ("npm", "app", 23, False),
        ("npm", "app", 25, False),
        ("pytest", "api", 26, True),
        ("terraform", "app", 36, False),
    ]
    steps = [fact for fact in facts if isinstance(fact, Step)]
    assert [(s.uses, s.version) for s in steps] == [
        ("actions/checkout", "v4"),
        ("aws-actions/configure-aws-credentials", "v4"),
    ]
    assert [c.order for c in commands if c.unit.name == "test"] == [1, 2, 3]


def test_what_never_runs_is_left_out() -> None:
    facts = read("""
        on: push
        jobs:
          off:
            if: false
            steps: [{run: pytest}]
          on:
            steps:
              - run: pytest
                if: ${{ false }}
              - run: flake8
                if: always()
              # - run: mypy
    """)
    assert list(jobs(facts)) == ["on"]
    assert [fact.program for fact in facts if isinstance(fact, Command)] == ["flake8"]


@pytest.mark.parametrize(
    ("condition", "events"),
    [
        ("github.event_name == 'push' && github.ref == 'refs/heads/main'", [("push", ("main",))]),
        ("github.ref_name == 'main'", [("push", ("main",))]),
        ("github.event_name != 'pull_request'", [("push", ())]),
        ("startsWith(github.ref, 'refs/tags/v')", [("tag", ())]),
        ("github.event_name == 'push' || failure()", [("push", ()), ("pull-request", ())]),
        ("always()", [("push", ()), ("pull-request", ())]),
    ],
)
def test_conditions_narrow_the_triggers(condition: str, events: list[tuple[str, tuple[str, ...]]]) -> None:
    facts = read(f'on: [push, pull_request]\njobs:\n  a:\n    if: "{condition}"\n    steps: [{{run: x}}]\n')
    assert [(t.event, t.branches) for t in jobs(facts)["a"].triggers] == events


def test_events_of_other_kinds() -> None:
    facts = read("""
        on:
          push: {tags: ["v*"]}
          pull_request: {types: [closed]}
          workflow_run: {workflows: [CI], branches: [main]}
          workflow_call:
        jobs: {a: {steps: [{run: x}]}}
    """)
    assert jobs(facts)["a"].triggers == (
        Trigger("tag", ("v*",)), Trigger("other"), Trigger("after", ("main",), (), ("CI",)), Trigger("call"),
    )  # fmt: skip


def test_a_matrix_is_written_out_where_commands_name_it() -> None:
    facts = read("""
        on: push
        jobs:
          a:
            strategy:
              matrix:
                task: [lint, test]
                node: [18, 20]
            environment: ${{ matrix.task }}
            steps:
              - run: npm run ${{ matrix.task }}
              - run: echo ${{ matrix.unknown }}
    """)
    assert [c.words for c in facts if isinstance(c, Command)] == [
        ("npm", "run", "lint"), ("npm", "run", "test"), ("echo", "${{ matrix.unknown }}"),
    ]  # fmt: skip
    assert jobs(facts)["a"].environment == ("lint", "test")


def test_a_matrix_of_mappings_is_written_out_too() -> None:
    facts = read("""
        jobs:
          lint:
            strategy:
              matrix:
                os: [linux, windows]
                task:
                  - {name: styles, run: npx stylelint "**/*.css"}
                  - {name: scripts, run: npx eslint .}
                  - {name: odd, run: [1]}
            steps:
              - run: ${{ matrix.task.run }}
    """)
    assert [fact.words[0] for fact in facts if isinstance(fact, Command)][:2] == ["stylelint", "eslint"]


def test_variables_of_known_value_are_filled_in() -> None:
    facts = read("""
        on: push
        env: {TAG: "me/app:latest", SHA: "${{ github.sha }}"}
        jobs:
          a:
            env: {DIR: api}
            steps:
              - run: |
                  docker build -t ${{ env.TAG }} ${{ env.DIR }}
                  docker tag ${{ env.TAG }} me/app:${{ env.SHA }}
              - uses: docker/build-push-action@v6
                with: {tags: "${{ env.TAG }}"}
    """)
    assert [(" ".join(c.words), c.location.line) for c in facts if isinstance(c, Command)] == [
        ("docker build -t me/app:latest api", 8),
        ("docker tag me/app:latest me/app:${{ env.SHA }}", 9),
    ]
    assert [s.inputs for s in facts if isinstance(s, Step)] == [{"tags": "me/app:latest"}]


def test_called_workflows_and_scripts_handed_to_actions() -> None:
    facts = read("""
        on: push
        jobs:
          local:
            uses: ./.github/workflows/test.yml
            with: {environment: dev}
          remote:
            uses: org/repo/.github/workflows/deploy.yml@v2
          ssh:
            steps:
              - uses: appleboy/ssh-action@v1
                with:
                  host: h
                  script: |
                    cd /srv
                    docker compose up -d
              - uses: some/action@v1
                with: {script: pytest}
    """)
    found = jobs(facts)
    assert found["local"].calls == "./.github/workflows/test.yml"
    assert found["remote"].calls == "org/repo/.github/workflows/deploy.yml@v2"
    remote = [c for c in facts if isinstance(c, Command)]
    assert [(c.program, c.inside, c.directory, c.location.line) for c in remote] == [
        ("cd", "remote", "", 14),
        ("docker-compose", "remote", "/srv", 15),
    ]


def test_other_shells() -> None:
    facts = read("""
        on: push
        jobs:
          a:
            runs-on: windows-latest
            steps:
              - run: $x = dotnet test
              - run: dotnet build
                shell: bash
              - run: import os
                shell: python
    """)
    assert [c.words for c in facts if isinstance(c, Command)] == [("dotnet", "test"), ("dotnet", "build"), ("python",)]


def test_a_composite_action() -> None:
    facts = read(
        """
        name: Scan
        runs:
          using: composite
          steps:
            - run: ./scripts/scan.sh
              shell: bash
            - uses: aquasecurity/trivy-action@0.20
        """,
        ".github/actions/scan/action.yml",
    )
    assert {fact.unit.kind for fact in facts if isinstance(fact, (Command, Step))} == {UnitKind.ACTION}
    assert not jobs(facts)
    assert read("runs: {using: node20, main: x.js}", "action.yml") == []


def test_where_workflows_stand() -> None:
    nested = read("on: push\njobs: {a: {steps: [{run: make}]}}", "app/.github/workflows/x.yaml")
    assert [c.directory for c in nested if isinstance(c, Command)] == ["app"]
    for path in ("workflows/ci.yml", ".github/ci.yml", ".github/workflows/old/ci.yml", "docs/ci.yml"):
        assert not github_actions.wants(source(path, "on: push"))


def test_a_broken_workflow_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read("on: push\njobs: [")
    with pytest.raises(Unreadable):
        read("- just\n- a list\n")
    assert read("") == []
