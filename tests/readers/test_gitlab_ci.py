"""GitLab CI/CD."""

from __future__ import annotations

import pytest

from evidence_check.model import Command, Fact, Job, Step, Trigger, UnitKind
from evidence_check.readers import gitlab_ci
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def read(content: str, path: str = ".gitlab-ci.yml") -> list[Fact]:
    return read_with(gitlab_ci, path, content)


def jobs(facts: list[Fact]) -> dict[str, Job]:
    return {fact.unit.name: fact for fact in facts if isinstance(fact, Job)}


def lines(facts: list[Fact], job: str) -> list[str]:
    return [" ".join(fact.words) for fact in facts if isinstance(fact, Command) and fact.unit.name == job]


PIPELINE = """
    stages: [check, ship]
    default:
      image: python:3.12
      before_script:
        - pip install -r requirements.txt
    .base:
      stage: check
      script:
        - make test
      tags: [docker]
    unit:
      extends: .base
      services: ["postgres:16"]
    lint:
      stage: check
      before_script: []
      script:
        - !reference [.base, script]
        - cd app
        - flake8 .
      allow_failure: true
    deploy:
      stage: ship
      environment: {name: production, url: https://x}
      when: manual
      script:
        - echo $DEPLOY_TOKEN
      after_script:
        - ./notify.sh
    early:
      stage: ship
      needs: [{job: unit}]
      script: [make image]
"""


def test_jobs_with_defaults_bases_and_stages() -> None:
    facts = read(PIPELINE)
    found = jobs(facts)
    assert list(found) == ["unit", "lint", "deploy", "early"]
    assert lines(facts, "unit") == ["pip install -r requirements.txt", "make test"]
    assert lines(facts, "lint") == ["make test", "cd app", "flake8 ."]
    assert found["unit"].images == ("python:3.12", "postgres:16")
    assert (found["deploy"].needs, found["early"].needs) == (("unit", "lint"), ("unit",))
    assert (found["deploy"].approval, found["deploy"].environment) == (True, ("production",))
    assert found["deploy"].secrets == ("DEPLOY_TOKEN",)
    assert found["lint"].hides_failure
    assert {c.hides_failure for c in facts if isinstance(c, Command) and c.program == "./notify.sh"} == {True}
    flake8 = next(c for c in facts if isinstance(c, Command) and c.program == "flake8")
    assert (flake8.directory, flake8.location.line, flake8.hides_failure) == ("app", 20, True)
    assert {c.unit.kind for c in facts if isinstance(c, Command) and c.unit.name == ".base"} == {UnitKind.ACTION}


@pytest.mark.parametrize(
    ("keys", "triggers"),
    [
        ("only: [main, merge_requests]", [Trigger("pull-request"), Trigger("push", ("main",))]),
        ("only: [tags]", [Trigger("tag")]),
        ("except: [main]", [Trigger("push", (), ("main",))]),
        ("rules: [{if: '$CI_PIPELINE_SOURCE == \"merge_request_event\"'}]", [Trigger("pull-request")]),
        ("rules: [{if: '$CI_COMMIT_BRANCH == \"main\"'}]", [Trigger("push", ("main",))]),
        ("rules: [{if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'}]", [Trigger("push", ("$CI_DEFAULT_BRANCH",))]),
        ("rules: [{if: '$CI_COMMIT_BRANCH != \"main\"'}]", [Trigger("push", (), ("main",))]),
        ("rules: [{if: $CI_COMMIT_TAG}]", [Trigger("tag")]),
        ("rules: [{if: '$CI_PIPELINE_SOURCE == \"schedule\"'}]", [Trigger("schedule")]),
        ("rules: [{changes: [a]}]", [Trigger("push")]),
        ("rules: [{if: '$CI_MERGE_REQUEST_IID || $CI_COMMIT_TAG'}]", [Trigger("pull-request"), Trigger("tag")]),
    ],
)
def test_when_a_job_runs(keys: str, triggers: list[Trigger]) -> None:
    found = jobs(read(f"a:\n  script: [x]\n  {keys}\n"))
    assert list(found["a"].triggers) == triggers


def test_a_job_that_never_runs_is_left_out() -> None:
    assert not jobs(read("a:\n  script: [x]\n  rules: [{when: never}]\nb:\n  script: [x]\n  when: never\n"))


def test_workflow_rules_are_the_default() -> None:
    content = "workflow:\n  rules: [{if: '$CI_PIPELINE_SOURCE == \"merge_request_event\"'}]\na:\n  script: [x]\n"
    assert jobs(read(content))["a"].triggers == (Trigger("pull-request"),)


def test_includes_and_foreign_bases_are_steps() -> None:
    facts = read("""
        stages: [a]
        include:
          - local: /ci/deploy.yml
          - template: Security/SAST.gitlab-ci.yml
          - project: group/ci
            file: [/a.yml]
          - remote: https://x/y.yml
          - component: gitlab.com/x/y@1
        job:
          extends: .elsewhere
    """)
    uses = [fact.uses for fact in facts if isinstance(fact, Step)]
    assert uses == [
        "include:local:/ci/deploy.yml",
        "template:Security/SAST.gitlab-ci.yml",
        "include:project:group/ci:a.yml",
        "include:remote:https://x/y.yml",
        "component:gitlab.com/x/y@1",
        "extends:.elsewhere",
    ]


def test_which_files_are_read() -> None:
    job = "build:\n  stage: build\n  script: [make]\n"
    for path in ("ci/build.yml", ".gitlab/ci/build.yml", "templates/build.gitlab-ci.yml", "app/.gitlab-ci.yml"):
        assert gitlab_ci.wants(source(path, job)), path
    for path in ("gitlabci/bla.yml", "build.yml", "docs/example.yml", ".github/workflows/ci/x.yml"):
        assert not gitlab_ci.wants(source(path, job)), path
    assert not gitlab_ci.wants(source("ci/values.yml", "image: {tag: 1}"))
    assert [c.directory for c in read(job, "app/.gitlab-ci.yml") if isinstance(c, Command)] == ["app"]


def test_a_broken_file_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read("a:\n  script: [\n")
    with pytest.raises(Unreadable):
        read("- a\n- b\n")


def test_endless_bases_end() -> None:
    assert "a" in jobs(read("a:\n  extends: .b\n  script: [x]\n.b:\n  extends: .c\n.c:\n  extends: .b\n"))
