"""Azure Pipelines."""

from __future__ import annotations

import pytest

from evidence_check.model import Command, Fact, Job, Step, Trigger, UnitKind
from evidence_check.readers import azure_pipelines
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def read(content: str, path: str = "azure-pipelines.yml") -> list[Fact]:
    return read_with(azure_pipelines, path, content)


def jobs(facts: list[Fact]) -> dict[str, Job]:
    return {fact.unit.name: fact for fact in facts if isinstance(fact, Job)}


def lines(facts: list[Fact], job: str) -> list[str]:
    return [" ".join(fact.words) for fact in facts if isinstance(fact, Command) and fact.unit.name == job]


def test_stages_jobs_and_deployments() -> None:
    facts = read("""
        trigger:
          branches: {include: [main, release/*], exclude: [wip]}
        variables:
          - group: app-secrets
        stages:
        - stage: Build
          jobs:
          - job: Test
            steps:
            - script: |
                pip install -r r.txt
                pytest
              workingDirectory: $(Build.SourcesDirectory)/api
            - bash: make lint
              continueOnError: true
            - pwsh: $x = dotnet pack
            - script: skipped
              condition: false
            - script: switched-off
              enabled: false
          - job: Image
            dependsOn: Test
            steps: [{script: docker build .}]
        - stage: Dev
          condition: and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))
          jobs:
          - deployment: App
            environment: dev.web
            strategy:
              canary:
                increments: [10]
                deploy:
                  steps: [{script: ./deploy.sh}]
                on:
                  failure:
                    steps: [{script: ./rollback.sh}]
        - stage: Parallel
          dependsOn: []
          jobs: [{job: X, steps: [{script: x}]}]
    """)
    found = jobs(facts)
    assert list(found) == ["Build/Test", "Build/Image", "Dev/App", "Parallel/X"]
    assert found["Build/Image"].needs == ("Build/Test",)
    assert found["Dev/App"].needs == ("Build/Test", "Build/Image")
    assert found["Parallel/X"].needs == ()
    assert found["Dev/App"].environment == ("dev",)
    assert found["Dev/App"].triggers == (Trigger("push", ("main",)),)
    assert found["Build/Test"].triggers == (Trigger("push", ("main", "release/*"), ("wip",)), Trigger("pull-request"))
    assert found["Build/Test"].secrets == ("app-secrets",)
    assert lines(facts, "Build/Test") == ["pip install -r r.txt", "pytest", "make lint", "dotnet pack"]
    test = [c for c in facts if isinstance(c, Command) and c.unit.name == "Build/Test"]
    assert [(c.directory, c.location.line, c.hides_failure) for c in test[:3]] == [
        ("api", 11, False), ("api", 12, False), ("", 14, True),
    ]  # fmt: skip
    steps = [s.uses for s in facts if isinstance(s, Step) and s.unit.name == "Dev/App"]
    assert steps == ["strategy:canary", "strategy:on-failure"]


def test_tasks_that_stand_for_commands() -> None:
    facts = read("""
        trigger: none
        pr: none
        variables: {team: team, repository: $(team)/app, dockerfile: $(Build.SourcesDirectory)/src/Dockerfile}
        steps:
        - task: DotNetCoreCLI@2
          inputs: {command: test, projects: "**/*Tests.csproj"}
        - task: Npm@1
          inputs: {command: custom, customCommand: run lint, workingDir: web}
        - task: Maven@4
          inputs: {goals: verify}
        - task: Docker@2
          inputs:
            command: buildAndPush
            repository: $(repository)
            Dockerfile: $(dockerfile)
            tags: |
              $(Build.BuildId)
        - task: TerraformTaskV4@4
          inputs: {command: apply}
        - task: AzureCLI@2
          inputs:
            scriptType: bash
            scriptLocation: inlineScript
            inlineScript: |
              az webapp up
        - task: Bash@3
          inputs: {targetType: filePath, filePath: scripts/x.sh, arguments: prod}
        - task: AzureWebApp@1
          inputs: {appName: x}
    """)
    assert jobs(facts)["Job"].triggers == (Trigger("manual"),)
    assert lines(facts, "Job") == [
        "dotnet test **/*Tests.csproj",
        "npm run lint",
        "mvn -f pom.xml verify",
        "docker build -t team/app:$(Build.BuildId) -f src/Dockerfile src",
        "docker push team/app:$(Build.BuildId)",
        "terraform apply",
        "az webapp up",
        "bash scripts/x.sh prod",
    ]
    steps = [(s.uses, s.version) for s in facts if isinstance(s, Step)]
    assert ("AzureWebApp", "1") in steps
    assert ("Docker", "2") in steps
    assert [c.directory for c in facts if isinstance(c, Command) and c.program == "npm"] == ["web"]


def test_templates_and_repeated_stages() -> None:
    facts = read("""
        trigger: [main]
        parameters:
          - name: environments
            type: object
            default: [dev, prod]
        stages:
        - ${{ each env in parameters.environments }}:
          - stage: ${{ env }}
            jobs:
            - deployment: Deploy
              environment: ${{ env }}
              strategy: {runOnce: {deploy: {steps: [{script: "./deploy.sh ${{ env }}"}]}}}
        - ${{ if eq(variables['x'], 'y') }}:
          - stage: Extra
            jobs:
            - template: jobs/extra.yml@shared
        - stage: Last
          jobs:
          - job: Check
            steps: [{template: /steps/check.yml, parameters: {a: b}}, {task: ManualValidation@1}]
    """)
    found = jobs(facts)
    assert list(found) == ["dev/Deploy", "prod/Deploy", "Extra/template1", "Last/Check"]
    assert [job.environment for job in found.values()] == [("dev",), ("prod",), (), ()]
    assert lines(facts, "prod/Deploy") == ["./deploy.sh prod"]
    assert found["prod/Deploy"].needs == ("dev/Deploy",)
    assert found["Extra/template1"].calls == "jobs/extra.yml@shared"
    assert found["Last/Check"].approval
    assert "template:/steps/check.yml" in [s.uses for s in facts if isinstance(s, Step)]


def test_templates_by_themselves() -> None:
    steps = read("parameters: [{name: a}]\nsteps:\n- script: make\n", "templates/steps.yml")
    assert [fact.unit.kind for fact in steps if isinstance(fact, Command)] == [UnitKind.ACTION]
    inner = read("parameters: [{name: a}]\njobs:\n- job: X\n  steps: [{script: make}]\n", "templates/jobs.yml")
    assert jobs(inner)["X"].triggers == (Trigger("call"),)


def test_which_files_are_read() -> None:
    pipeline = "pool: x\nsteps: [{script: make}]"
    for path in (
        "azure-pipelines.yml",
        ".azuredevops/pipelines/x.yml",
        "azure-pipelines-prod.yaml",
        "pipelines/ci.yml",
    ):
        assert azure_pipelines.wants(source(path, pipeline)), path
    for path, text in (
        (".github/workflows/build.yml", "on: push\njobs: {a: {steps: [{run: x}]}}"),
        ("templates/deployment.yaml", "apiVersion: apps/v1\nkind: Deployment"),
        ("ci/values.yml", "steps: 3\nimage: x"),
        ("mkdocs.yml", pipeline),
    ):
        assert not azure_pipelines.wants(source(path, text)), path


def test_a_broken_pipeline_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read("steps: [")
    with pytest.raises(Unreadable):
        read("- a")
