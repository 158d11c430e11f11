"""Amplify, AppVeyor, Bitbucket, Buildkite, Cloud Build, CodeBuild, Concourse, Drone, TeamCity, Tekton, Woodpecker."""

from __future__ import annotations

from types import ModuleType

from evidence_check.model import Command, Fact, Job, Step, Trigger, UnitKind
from evidence_check.readers import (
    amplify,
    appveyor,
    bitbucket,
    buildkite,
    cloudbuild,
    codebuild,
    concourse,
    drone,
    teamcity,
    tekton,
)
from tests.support import read_with, source


def read(module: ModuleType, path: str, content: str) -> list[Fact]:
    return read_with(module, path, content)


def jobs(facts: list[Fact]) -> dict[str, Job]:
    return {fact.unit.name: fact for fact in facts if isinstance(fact, Job)}


def lines(facts: list[Fact], unit: str | None = None) -> list[str]:
    return [" ".join(f.words) for f in facts if isinstance(f, Command) and unit in {None, f.unit.name}]


def test_codebuild() -> None:
    facts = read(codebuild, "buildspec-api.yaml", """
        version: 0.2
        env:
          secrets-manager: {DB: "prod/db"}
          variables: {PLAIN_TOKEN: x}
        phases:
          pre_build:
            commands:
              - cd api
              - echo $PLAIN_TOKEN $LOGIN_PASSWORD
          build:
            commands: [pytest, docker build -t x .]
          post_build:
            on-failure: CONTINUE
            commands: [docker push x]
    """)  # fmt: skip
    assert jobs(facts)["build"].secrets == ("DB", "LOGIN_PASSWORD")
    commands = [(c.program, c.directory, c.hides_failure) for c in facts if isinstance(c, Command)][2:]
    assert commands == [("pytest", "", False), ("docker", "", False), ("docker", "", True)]
    assert not codebuild.wants(source("spec.yml", "version: 0.2"))


def test_a_build_specification_under_any_name() -> None:
    text = "version: 0.2\n\nphases:\n  build:\n    commands: [make test]\n"
    assert lines(read(codebuild, "buildspec/run_tests.yml", text)) == ["make test"]
    assert not codebuild.wants(source("plan.yml", "version: 0.2\nsteps: []\n"))
    assert not codebuild.wants(source("plan.yml", "version: 3\n\nphases:\n  build: {}\n"))


def test_amplify() -> None:
    facts = read(amplify, "amplify.yml", """
        version: 1
        applications:
          - appRoot: web
            frontend:
              phases:
                preBuild:
                  commands: [npm ci]
                build:
                  commands:
                    - npm run build
              artifacts:
                baseDirectory: dist
            test:
              phases:
                test:
                  commands: [npx cypress run]
          - appRoot: admin
            backend:
              phases:
                build: {commands: [amplifyPush --simple]}
    """)  # fmt: skip
    assert lines(facts, "web") == ["npm ci", "npm run build", "cypress run"]
    assert lines(facts, "admin") == ["amplifyPush --simple"]
    assert {c.directory for c in facts if isinstance(c, Command)} == {"web", "admin"}
    assert [(step.uses, step.unit.name) for step in facts if isinstance(step, Step)] == [("artifacts", "web")]


def test_amplify_with_one_application() -> None:
    facts = read(amplify, "web/amplify.yml", "frontend:\n  phases:\n    build: {commands: [make]}\n")
    assert lines(facts) == ["make"]
    assert list(jobs(facts)) == ["build"]
    assert not amplify.wants(source("amplify/backend.yml", "version: 1"))


def test_an_appspec_is_no_pipeline_of_its_own() -> None:
    text = "version: 0.0\nhooks:\n  AfterInstall:\n    - location: scripts/x.sh\n"
    facts = read(codebuild, "appspec.yml", text)
    assert not jobs(facts)
    assert {fact.unit.kind for fact in facts if isinstance(fact, (Command, Step))} == {UnitKind.ACTION}
    assert lines(facts) == ["bash scripts/x.sh"]


def test_bitbucket() -> None:
    facts = read(bitbucket, "bitbucket-pipelines.yml", """
        image: node:20
        pipelines:
          pull-requests:
            '**':
              - step: {name: Check, script: [npm test]}
          branches:
            main:
              - parallel:
                  - step: {name: A, script: [make a]}
                  - step: {name: B, script: [make b]}
              - step:
                  name: Deploy
                  deployment: production
                  trigger: manual
                  script:
                    - pipe: atlassian/aws-s3-deploy:1.1.0
                      variables: {KEY: $AWS_SECRET_ACCESS_KEY}
                    - ./smoke.sh
    """)  # fmt: skip
    found = jobs(facts)
    assert found["pull-requests/**/Check"].triggers == (Trigger("pull-request"),)
    deploy = found["branches/main/Deploy"]
    assert deploy.needs == ("branches/main/A", "branches/main/B")
    assert (deploy.approval, deploy.environment, deploy.secrets) == (True, ("production",), ("AWS_SECRET_ACCESS_KEY",))
    assert [(s.uses, s.version) for s in facts if isinstance(s, Step)] == [("atlassian/aws-s3-deploy", "1.1.0")]


def test_drone_and_woodpecker() -> None:
    facts = read(drone, ".drone.yml", """
        kind: pipeline
        name: main
        steps:
          - {name: test, image: golang, commands: [go test ./...]}
          - name: publish
            image: plugins/docker
            settings: {repo: x, password: {from_secret: hub}}
            when: {branch: [main], event: [push]}
        ---
        kind: pipeline
        name: deploy
        depends_on: [main]
        trigger: {event: [tag]}
        steps: [{name: ship, image: x, commands: [./ship.sh]}]
        ---
        kind: secret
        name: x
    """)  # fmt: skip
    found = jobs(facts)
    assert found["main/publish"].needs == ("main/test",)
    assert found["main/publish"].triggers == (Trigger("push", ("main",)),)
    assert found["main/publish"].secrets == ("hub",)
    assert found["deploy/ship"].needs == ("main/test", "main/publish")
    assert found["deploy/ship"].triggers == (Trigger("tag"),)
    woodpecker = read(drone, ".woodpecker/test.yml", "steps:\n  unit:\n    image: golang\n    commands: [go test]\n")
    assert [(job.system, job.unit.name) for job in jobs(woodpecker).values()] == [("woodpecker", "unit")]


def test_buildkite() -> None:
    facts = read(buildkite, ".buildkite/pipeline.yml", """
        steps:
          - {label: lint, command: make lint, soft_fail: true}
          - label: test
            plugins: [{docker-compose#v4: {run: app}}]
          - wait
          - block: Deploy?
          - {label: deploy, commands: [./deploy.sh], branches: main}
          - {label: extra, command: x, depends_on: lint}
    """)  # fmt: skip
    found = jobs(facts)
    assert found["Deploy?"].needs == ("lint", "test")
    assert found["Deploy?"].approval
    assert (found["deploy"].needs, found["deploy"].triggers) == (("Deploy?",), (Trigger("push", ("main",)),))
    assert found["extra"].needs == ("lint",)
    assert lines(facts, "test") == ["docker-compose run app"]
    assert found["lint"].hides_failure


def test_cloud_build() -> None:
    facts = read(cloudbuild, "cloudbuild.yaml", """
        steps:
          - {name: python, entrypoint: bash, args: [-c, "pip install tox && tox"]}
          - {name: gcr.io/cloud-builders/docker, args: [build, -t, "gcr.io/$PROJECT_ID/app", .]}
          - {name: "hashicorp/terraform:1.9", args: [apply, -auto-approve], dir: infra}
          - {name: custom/image, args: [x], secretEnv: [KEY]}
          - name: ubuntu
            script: |
              make test
        images: ["gcr.io/$PROJECT_ID/app"]
    """)  # fmt: skip
    assert lines(facts) == [
        "pip install tox", "tox", "docker build -t gcr.io/$PROJECT_ID/app .", "terraform apply -auto-approve",
        "make test", "docker push gcr.io/$PROJECT_ID/app",
    ]  # fmt: skip
    assert [s.uses for s in facts if isinstance(s, Step)] == ["custom/image"]
    assert jobs(facts)["build"].secrets == ("KEY",)


def test_tekton() -> None:
    facts = read(tekton, "ci/tekton.yaml", """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: unit}
        spec:
          steps:
            - {image: golang, script: "#!/bin/sh\\ngo test ./...\\n"}
            - {image: kubectl, command: [kubectl], args: [apply, -f, x]}
        ---
        apiVersion: tekton.dev/v1
        kind: Pipeline
        metadata: {name: main}
        spec:
          tasks:
            - {name: test, taskRef: {name: unit}}
            - {name: build, taskRef: {name: kaniko}, runAfter: [test]}
            - name: scan
              taskSpec: {steps: [{image: trivy, script: "trivy image $(tasks.build.results.image)"}]}
    """)  # fmt: skip
    found = jobs(facts)
    assert found["main/build"].needs == ("main/test",)
    assert found["main/scan"].needs == ("main/build",)
    assert lines(facts, "unit") == ["go test ./...", "kubectl apply -f x"]
    assert [s.uses for s in facts if isinstance(s, Step)] == ["task:unit", "task:kaniko"]
    assert not tekton.wants(source("deploy.yaml", "apiVersion: apps/v1\nkind: Deployment"))


def test_concourse() -> None:
    facts = read(concourse, "ci/pipeline.yml", """
        resources: [{name: repo, type: git}, {name: image, type: registry-image}]
        jobs:
          - name: unit
            plan:
              - {get: repo, trigger: true}
              - task: test
                config: {platform: linux, run: {path: sh, args: [-ec, "cd repo; make test"]}}
              - {task: lint, file: repo/ci/lint.yml}
          - name: ship
            plan:
              - in_parallel: [{get: repo, passed: [unit], trigger: true}]
              - {put: image, params: {build: repo}}
    """)  # fmt: skip
    found = jobs(facts)
    assert (found["ship"].needs, found["ship"].triggers) == (("unit",), (Trigger("push"),))
    assert lines(facts, "unit") == ["cd repo", "make test"]
    assert [s.uses for s in facts if isinstance(s, Step)] == ["file:repo/ci/lint.yml", "put:registry-image"]
    assert not concourse.wants(source("x.yml", "jobs: [{name: a}]\n"))


def test_teamcity() -> None:
    facts = read(teamcity, ".teamcity/settings.kts", '''
        project { buildType(Build); buildType(Deploy) }
        object Build : BuildType({
            name = "Build and test"
            steps {
                script { scriptContent = """
                    npm ci
                    npm test
                """.trimIndent() }
                maven { goals = "clean verify" }
                dockerCommand { commandType = build { source = file { path = "Dockerfile" } } }
            }
            triggers { vcs { branchFilter = "+:main" } }
        })
        object Deploy : BuildType({
            steps { script { scriptContent = "kubectl apply -f k8s" } }
            dependencies { snapshot(Build) { } }
        })
    ''')  # fmt: skip
    found = jobs(facts)
    assert lines(facts, "Build") == ["npm ci", "npm test", "mvn clean verify", "docker build -f Dockerfile ."]
    assert (found["Deploy"].needs, found["Build"].triggers) == (("Build",), (Trigger("push", ("main",)),))
    assert not teamcity.wants(source("src/Settings.kts", "x"))


def test_appveyor() -> None:
    facts = read(appveyor, "appveyor.yml", """
        branches: {only: [main]}
        environment: {KEY: {secure: abc}}
        build_script:
          - ps: $x = dotnet build
          - cmd: nuget restore
        test_script: dotnet test
        deploy: [{provider: NuGet}]
    """)  # fmt: skip
    assert lines(facts) == ["dotnet build", "nuget restore", "dotnet test"]
    assert [s.uses for s in facts if isinstance(s, Step)] == ["deploy:NuGet"]
    job = jobs(facts)["build"]
    assert (job.secrets, {t.branches for t in job.triggers}) == (("secure",), {("main",)})
