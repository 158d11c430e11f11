"""Jenkinsfiles."""

from __future__ import annotations

import pytest

from evidence_check.model import Command, Fact, Job, Step, Trigger
from evidence_check.readers import _groovy, jenkins
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def read(content: str, path: str = "Jenkinsfile") -> list[Fact]:
    return read_with(jenkins, path, content)


def jobs(facts: list[Fact]) -> dict[str, Job]:
    return {fact.unit.name: fact for fact in facts if isinstance(fact, Job)}


def lines(facts: list[Fact], job: str) -> list[str]:
    return [" ".join(fact.words) for fact in facts if isinstance(fact, Command) and fact.unit.name == job]


DECLARATIVE = r"""
    @Library('company-steps@main') _
    pipeline {
        agent { docker { image 'node:20' } }
        environment {
            TOKEN = credentials('sonar-token')
            NAME = "app"
        }
        triggers { cron('H 4 * * *') }
        stages {
            stage('Build') {
                steps {
                    // sh 'pytest'
                    sh 'npm ci'
                    sh '''
                        npm run build
                        npm test
                    '''
                    sh "docker build -t ${env.REG}/app:${env.BUILD_NUMBER} ."
                    sh(script: 'npm audit', returnStatus: true)
                }
                post { always { junit '**/*.xml' } }
            }
            stage('Checks') {
                parallel {
                    stage('Lint') { steps { dir('web') { sh 'npm run lint' } } }
                    stage('Windows') { steps { bat 'dotnet test' } }
                }
            }
            stage('Publish') {
                steps {
                    script {
                        def image = docker.build("me/app:${env.BUILD_ID}", "-f Dockerfile.prod .")
                        docker.withRegistry('https://registry', 'hub-login') { image.push('latest') }
                    }
                    withCredentials([usernamePassword(credentialsId: 'git', usernameVariable: 'U')]) {
                        sh 'git push'
                    }
                }
            }
            stage('Approve') { steps { input message: 'Ship it?' } }
            stage('Deploy') {
                when { branch 'main' }
                steps {
                    sshagent(['deploy-key']) { sh 'ssh u@h "docker compose up -d"' }
                    catchError(buildResult: 'SUCCESS') { sh 'curl -f http://x/health' }
                }
            }
            stage('Off') { when { expression { false } } steps { sh 'never' } }
        }
        post { failure { slackSend message: 'broken' } }
    }
"""


def test_declarative() -> None:
    facts = read(DECLARATIVE)
    found = jobs(facts)
    assert list(found) == ["Build", "Lint", "Windows", "Publish", "Approve", "Deploy", "post"]
    assert lines(facts, "Build") == [
        "npm ci", "npm run build", "npm test", "docker build -t ${env.REG}/app:${env.BUILD_NUMBER} .", "npm audit",
    ]  # fmt: skip
    test = next(c for c in facts if isinstance(c, Command) and c.words == ("npm", "test"))
    assert test.location.line == 16
    assert [found[name].needs for name in ("Lint", "Windows", "Publish")] == [
        ("Build",),
        ("Build",),
        ("Lint", "Windows"),
    ]
    assert next(c.directory for c in facts if isinstance(c, Command) and c.unit.name == "Lint") == "web"
    assert lines(facts, "Windows") == ["dotnet test"]
    assert lines(facts, "Publish") == ["docker build -t me/app:${env.BUILD_ID} -f Dockerfile.prod .",
                                       "docker push me/app:latest", "git push"]  # fmt: skip
    assert found["Publish"].secrets == ("sonar-token", "git", "hub-login")
    assert found["Approve"].approval
    assert found["Deploy"].triggers == (Trigger("push", ("main",)), Trigger("schedule", cron="H 4 * * *"))
    assert found["Build"].images == ("node:20",)
    hidden = {c.program for c in facts if isinstance(c, Command) and c.hides_failure}
    assert hidden == {"npm", "curl"}
    uses = {s.uses for s in facts if isinstance(s, Step)}
    assert {"library:company-steps", "junit", "docker.withRegistry", "slackSend", "input", "sshagent"} <= uses


def test_scripted() -> None:
    facts = read("""
        node('linux') {
            stage('Checkout') { git branch: 'main', url: 'https://x/y' }
            def app
            stage('Build') { app = docker.build("x/y") }
            stage('Test') { app.inside { sh 'npm test' } }
            if (env.BRANCH_NAME == 'main') {
                stage('Push') { app.push("${env.BUILD_NUMBER}") }
            }
        }
    """)
    found = jobs(facts)
    assert [(job.unit.name, job.needs) for job in found.values()] == [
        ("Checkout", ()), ("Build", ("Checkout",)), ("Test", ("Build",)), ("Push", ("Test",)),
    ]  # fmt: skip
    assert lines(facts, "Push") == ["docker push x/y:${env.BUILD_NUMBER}"]
    assert found["Test"].triggers == (Trigger("push", ("main",)),)


def test_steps_without_stages_are_one_job() -> None:
    facts = read("node {\n  checkout scm\n  sh 'make test'\n}\n")
    assert lines(facts, "pipeline") == ["make test"]


def test_conditions() -> None:
    facts = read("""
        pipeline { stages {
            stage('a') { when { not { branch 'main' } } steps { sh 'x' } }
            stage('b') { when { changeRequest() } steps { sh 'x' } }
            stage('c') { when { buildingTag() } steps { sh 'x' } }
            stage('d') { when { anyOf { branch 'main'; branch 'dev' } } steps { sh 'x' } }
        } }
    """)
    found = jobs(facts)
    assert found["a"].triggers == (Trigger("push", (), ("main",)),)
    assert found["b"].triggers == (Trigger("pull-request"),)
    assert found["c"].triggers == (Trigger("tag"),)
    assert found["d"].triggers == (Trigger("push", ("main", "dev")),)


def test_strings_of_every_kind() -> None:
    text = "sh \"a ${b}\"\nsh 'it''s'\nsh '''x\ny'''\nsh \"a \" + name + ' c'\nsh 'q\\'q'\n"
    assert [call.first for call in _groovy.calls(text)] == ["a ${b}", "it", "x\ny", "a ${name} c", "q'q"]


def test_which_files_are_read() -> None:
    for path in ("Jenkinsfile", "Jenkinsfile.prod", "ci/deploy.Jenkinsfile", "build.jenkinsfile", "jenkinsfile"):
        assert jenkins.wants(source(path, "node { sh 'x' }")), path
    assert jenkins.wants(source("ci/build.groovy", "pipeline {\n}"))
    for path in ("src/main/groovy/App.groovy", "Jenkinsfile.md", "jenkins.yaml", "docs/jenkins.txt"):
        assert not jenkins.wants(source(path, "class App { }")), path
    with pytest.raises(Unreadable):
        read("!!! ???")


def test_loaded_files_and_swallowed_failures() -> None:
    facts = read("""
        def gv
        pipeline { stages {
            stage('init') { steps { script { gv = load "ci/script.groovy" } } }
            stage('build') { steps { script { gv.buildJar() } } }
            stage('swallowed') { steps { script { try { sh 'npm test' } catch (e) { echo "failed" } } } }
            stage('thrown') { steps { script { try { sh 'npm run lint' } catch (e) { echo "x"; throw e } } } }
        } }
    """)
    assert "groovy:ci/script.groovy:buildJar" in [s.uses for s in facts if isinstance(s, Step)]
    hidden = {c.unit.name: c.hides_failure for c in facts if isinstance(c, Command)}
    assert hidden == {"swallowed": True, "thrown": False}
    loaded = read("def buildJar() {\n    sh 'mvn package'\n}\nreturn this\n", "ci/script.groovy")
    assert [(c.unit.name, c.words) for c in loaded if isinstance(c, Command)] == [("buildJar", ("mvn", "package"))]


def test_images_of_unknown_name_are_built_and_started() -> None:
    facts = read("""
        pipeline { agent any
          stages {
            stage('Image') {
              steps {
                script {
                  image = docker.build(
                    imageName,
                    "--build-arg jar=app.jar ."
                  )
                  image.withRun("-p 8080:80") {
                    sh "curl http://localhost:8080/"
                  }
                  server.run("soon")
                }
              }
            }
          }
        }
    """)
    assert lines(facts, "Image") == [
        "docker build --build-arg jar=app.jar .", "docker run -d image", "curl http://localhost:8080/",
    ]  # fmt: skip
