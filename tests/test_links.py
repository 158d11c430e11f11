"""What pipelines really run, in which order and started by what."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_check.links import Links, link
from evidence_check.model import Category, Command, Fact, File, Job, Location, Resource, Run, Step, Unit, UnitKind
from evidence_check.readers import read_file
from evidence_check.readers._source import Source


def case(parts: dict[str, dict[str, str]]) -> Links:
    """The links of a case of parts, given as texts by path."""
    facts: list[Fact] = []
    for part, files in parts.items():
        for path, text in files.items():
            data = textwrap.dedent(text).removeprefix("\n").encode()
            file = File(Location(part, path), category=Category.OWN, size=len(data))
            facts.append(file)
            found, gaps = read_file(Source(file, lambda data=data: data))  # type: ignore[misc]  # binds the loop's own
            assert not gaps, gaps
            facts += found
    return link(facts)


def workflow(*lines: str) -> str:
    steps = "\n".join(f"      - run: {line}" for line in lines)
    return f"on: push\njobs:\n  ci:\n    steps:\n{steps}\n"


def ran(found: Links, job: str = "") -> list[str]:
    return [" ".join(run.action.words) for run in found.runs
            if isinstance(run.action, Command) and (not job or run.job.name == job)]  # fmt: skip


def the(found: Links, start: str) -> Run:
    """The run whose command starts so; there must be just one."""
    matching = [
        run for run in found.runs if isinstance(run.action, Command) and " ".join(run.action.words).startswith(start)
    ]
    assert len(matching) == 1, [run.excerpt for run in found.runs]
    return matching[0]


CI = ".github/workflows/ci.yml"


def app(files: dict[str, str]) -> Links:
    return case({"app": files})


# --- what is run ------------------------------------------------------------------------------------------------------


def test_make_to_a_script_to_the_runner_with_every_place() -> None:
    found = app({
        CI: workflow("make test"),
        "Makefile": "test: deps\n\t./scripts/test.sh unit\ndeps:\n\tpip install .\nother:\n\tflake8\n",
        "scripts/test.sh": "#!/bin/bash\nset -e\npytest tests\n",
    })  # fmt: skip
    assert ran(found) == [
        "make test", "make deps", "pip install .", "./scripts/test.sh unit", "set -e", "pytest tests",
    ]  # fmt: skip
    run = the(found, "pytest")
    assert str(run.location) == f"{CI}:5"
    assert [str(place) for place in run.via] == ["Makefile:2", "scripts/test.sh:3"]
    assert found.describe(run) == "through `make test` and `./scripts/test.sh unit`"
    assert found.describe(the(found, "make test")) == ""


@pytest.mark.parametrize(
    ("call", "files", "reached"),
    [
        ("make", {"Makefile": "all: t\nt:\n\tpytest\n"}, "pytest"),
        ("make -C api t", {"api/Makefile": "t:\n\tpytest\n"}, "pytest"),
        ("cd api && make t", {"api/Makefile": "t:\n\tpytest\n"}, "pytest"),
        ("make -f build.mk t", {"build.mk": "t:\n\tpytest\n"}, "pytest"),
        ("make t", {"Makefile": "include mk/x.mk\n", "mk/x.mk": "t:\n\tpytest\n"}, "pytest"),
        ("npm test", {"package.json": '{"scripts": {"test": "jest"}}'}, "jest"),
        ("npm run unit -- --ci", {"package.json": '{"scripts": {"unit": "jest"}}'}, "jest"),
        ("npm --prefix web run unit", {"web/package.json": '{"scripts": {"unit": "jest"}}'}, "jest"),
        ("cd web/src && npm t", {"web/package.json": '{"scripts": {"test": "jest"}}'}, "jest"),
        ("yarn unit", {"package.json": '{"scripts": {"unit": "jest"}}'}, "jest"),
        ("yarn workspace web test", {"web/package.json": '{"scripts": {"test": "jest"}}'}, "jest"),
        ("pnpm -r test", {"a/package.json": '{"scripts": {"test": "jest"}}'}, "jest"),
        ("npx turbo run test", {"a/package.json": '{"scripts": {"test": "jest"}}'}, "jest"),
        ("npx run-s unit:*", {"package.json": '{"scripts": {"unit:a": "jest"}}'}, "jest"),
        ("composer test", {"composer.json": '{"scripts": {"test": "phpunit"}}'}, "phpunit"),
        ("tox", {"tox.ini": "[testenv]\ncommands = pytest\n"}, "pytest"),
        ("tox -e py312", {"tox.ini": "[testenv]\ncommands = pytest\n"}, "pytest"),
        ("nox -s tests", {"noxfile.py": 'import nox\n@nox.session\ndef tests(s):\n    s.run("pytest")\n'}, "pytest"),
        ("task test", {"Taskfile.yml": "tasks: {test: {cmds: [pytest]}}"}, "pytest"),
        ("just test", {"justfile": "test:\n    pytest\n"}, "pytest"),
        ("bundle exec rake test", {"Rakefile": "task :test do\n  sh 'rspec'\nend\n"}, "rspec"),
        ("poe test", {"pyproject.toml": '[tool.poe.tasks]\ntest = "pytest"\n'}, "pytest"),
        ("hatch run test", {"pyproject.toml": '[tool.hatch.envs.default.scripts]\ntest = "pytest"\n'}, "pytest"),
        ("pipenv run test", {"Pipfile": '[scripts]\ntest = "pytest"\n'}, "pytest"),
        ("bash ci/run.sh", {"ci/run.sh": "pytest\n"}, "pytest"),
        ("cd ci && sh run.sh", {"ci/run.sh": "pytest\n"}, "pytest"),
        (". ci/run.sh", {"ci/run.sh": "pytest\n"}, "pytest"),
        ("$GITHUB_WORKSPACE/ci/run.sh", {"ci/run.sh": "pytest\n"}, "pytest"),
        ("cd $SERVICE && make t", {"api/Makefile": "t:\n\tpytest\n"}, "pytest"),
        ("pwsh -File ci/run.ps1", {"ci/run.ps1": "Invoke-Pester\n"}, "Invoke-Pester"),
        ("bin/ci", {"bin/ci": "#!/bin/bash\npytest\n"}, "pytest"),
        ("pre-commit run -a", {".pre-commit-config.yaml":
            "repos: [{repo: local, hooks: [{id: t, entry: pytest, language: system}]}]"}, "pytest"),
        ("docker compose run --rm tests", {"docker-compose.yml":
            "services: {tests: {image: python, command: pytest}, other: {image: x, command: flake8}}"}, "pytest"),
        ("docker-compose -f ci/c.yml up", {"ci/c.yml": "services: {t: {image: x, command: [pytest]}}"}, "pytest"),
    ],
)  # fmt: skip
def test_calls_are_followed(call: str, files: dict[str, str], reached: str) -> None:
    assert reached in ran(app({CI: workflow(call), **files}))


@pytest.mark.parametrize(
    ("call", "files"),
    [
        ("make build", {"Makefile": "test:\n\tpytest\nbuild:\n\tgo build\n"}),
        ("npm ci", {"package.json": '{"scripts": {"test": "pytest", "ci": "pytest"}}'}),
        ("yarn install", {"package.json": '{"scripts": {"install": "pytest"}}'}),
        ("echo make test", {"Makefile": "test:\n\tpytest\n"}),
        ("chmod +x run.sh", {"run.sh": "pytest\n"}),
        ("test -f x", {"pyproject.toml": '[tool.pdm.scripts]\ntest = "pytest"\n'}),
        ("docker run postgres", {"Dockerfile": 'FROM python:3\nENTRYPOINT ["pytest"]\n'}),
        ("docker compose up web", {"compose.yaml": "services: {web: {image: x}, t: {image: x, command: pytest}}"}),
        ("docker compose down", {"compose.yaml": "services: {t: {image: x, command: pytest}}"}),
        ("tox -e lint", {"tox.ini": "[testenv]\ncommands = pytest\n[testenv:lint]\ncommands = flake8\n"}),
        ("docker-compose up", {"monitoring/docker-compose.yml": "services: {t: {image: x, command: pytest}}"}),
    ],
)
def test_look_alikes_are_not(call: str, files: dict[str, str]) -> None:
    assert "pytest" not in ran(app({CI: workflow(call), **files}))


DOCKERFILE = """
    FROM python:3.12 AS base
    RUN pip install poetry
    FROM base AS test
    RUN poetry install
    ENTRYPOINT ["poetry", "run", "pytest"]
    FROM base AS prod
    RUN poetry install --no-dev
    CMD gunicorn app:app
"""


def test_a_test_stage_built_and_run_with_arguments() -> None:
    found = app({
        CI: workflow("docker build --target test --tag app:test .", "docker run --env-file x app:test tests -q"),
        "Dockerfile": DOCKERFILE,
    })  # fmt: skip
    assert ran(found) == [
        "docker build --target test --tag app:test .", "pip install poetry", "poetry install",
        "docker run --env-file x app:test tests -q", "pytest tests -q",
    ]  # fmt: skip
    run = the(found, "pytest")
    assert isinstance(run.action, Command)
    assert (run.action.inside, str(run.via[-1])) == ("container", "Dockerfile:5")


@pytest.mark.parametrize(
    ("build", "start", "reached"),
    [
        ("docker build -t app .", "docker run app", "gunicorn app:app"),
        ("docker build --target test -t $REG/app:$SHA .", "docker run ${REG}/app:${SHA}", "pytest"),
        ("docker build --target test -t app:1 .", "docker run app:2", "pytest"),
        ("docker build --target test -t app . && docker tag app other:x", "docker run other:x", "pytest"),
        ("docker buildx build --target=test -t app --load .", "docker run --rm -it app", "pytest"),
    ],
)
def test_images_are_found_by_their_tags(build: str, start: str, reached: str) -> None:
    found = app({CI: workflow(build, start), "Dockerfile": DOCKERFILE})
    assert ran(found)[-1] == reached


def test_an_entry_point_of_the_call_replaces_the_images_own() -> None:
    found = app({
        CI: workflow("docker build --target test -t app .", "docker run --entrypoint flake8 app src"),
        "Dockerfile": DOCKERFILE,
    })  # fmt: skip
    assert ran(found)[-1] == "flake8 src"
    assert "pytest" not in ran(found)


def test_arguments_replace_a_bare_command() -> None:
    found = app({
        CI: workflow("docker build -t app .", "docker run app npm test"),
        "Dockerfile": "FROM node\nCMD npm start\n",
        "package.json": '{"scripts": {"test": "jest", "start": "node ."}}',
    })  # fmt: skip
    assert ran(found)[-2:] == ["npm test", "jest"]
    assert "npm start" not in ran(found)


def test_a_compose_service_built_from_a_stage() -> None:
    found = app({
        CI: workflow("docker compose -f ci/compose.yml up --build tests"),
        "ci/compose.yml": """
            services:
              db: {image: postgres}
              tests:
                depends_on: [db]
                build: {context: .., target: test}
                command: [integration]
        """,
        "Dockerfile": DOCKERFILE,
    })  # fmt: skip
    assert ran(found)[-1] == "pytest integration"


def test_images_of_an_action() -> None:
    found = app({
        CI: """
            on: push
            jobs:
              ci:
                steps:
                  - uses: docker/build-push-action@v6
                    with: {context: ./api, target: test, tags: "me/api:1", load: true}
                  - run: docker run me/api:1
        """,
        "api/Dockerfile": DOCKERFILE,
    })  # fmt: skip
    assert ran(found) == ["pip install poetry", "poetry install", "docker run me/api:1", "pytest"]


@pytest.mark.parametrize(
    "place", ["./$SERVICE", "services/${{ matrix.service }}", "${DIR%/}", "services/$(basename $x)"]
)
def test_images_of_folders_that_a_variable_names(place: str) -> None:
    found = app({
        CI: workflow(f"docker build {place}"),
        "services/api/Dockerfile": "FROM node\nRUN npm test\n",
        "services/web/Dockerfile": "FROM node\nRUN npm run check\n",
        "Dockerfile.dev": "FROM node\nRUN npm run dev\n",
    })  # fmt: skip
    assert ran(found)[-2:] == ["npm test", "npm run check"]


@pytest.mark.parametrize("place", ["tools/$NAME", "$a/$b/$c/$d/$e", "db"])
def test_images_of_other_folders_are_not_built(place: str) -> None:
    files = {f"services/{name}/Dockerfile": "FROM node\nRUN npm test\n" for name in ("api", "web")}
    assert len(ran(app({CI: workflow(f"docker build {place}"), **files}))) == 1


def test_an_entry_point_script() -> None:
    found = app({
        CI: workflow("docker build -t app .", "docker run app"),
        "Dockerfile": 'FROM python\nCOPY docker/entry.sh /entry.sh\nENTRYPOINT ["/entry.sh"]\n',
        "docker/entry.sh": "#!/bin/sh\npytest\n",
    })  # fmt: skip
    assert "pytest" in ran(found)


def test_functions_run_where_they_are_called() -> None:
    found = app({
        CI: workflow("./run.sh check"),
        "run.sh": '. ./lib.sh\ncheck() { unit; }\nship() { helm upgrade; }\n"$@"\n',
        "lib.sh": "unit() { pytest; }\npush() { docker push x; }\n",
    })  # fmt: skip
    assert "pytest" in ran(found)
    assert not {"helm upgrade", "docker push x"} & set(ran(found))


def test_composite_actions() -> None:
    found = app({
        CI: "on: push\njobs: {ci: {steps: [{uses: ./.github/actions/scan}]}}",
        ".github/actions/scan/action.yml": "runs: {using: composite, steps: [{run: ./scan.sh, shell: bash}]}",
        "scan.sh": "trivy fs .\n",
    })  # fmt: skip
    assert ran(found) == ["./scan.sh", "trivy fs ."]


GRADLE = """
    inputs:
      command: {required: true}
      module: {default: app}
    runs:
      using: composite
      steps:
        - run: ./gradlew ${{ inputs.command }} -p "modules/${{ inputs.module }}"
          shell: bash
"""


def test_an_action_runs_what_its_caller_hands_to_it() -> None:
    found = app({
        CI: "on: push\njobs: {ci: {steps: [{uses: ./.github/actions/gradle, with: {command: check -x slow}}]}}",
        ".github/actions/gradle/action.yml": GRADLE,
    })  # fmt: skip
    assert ran(found) == ["gradlew check -x slow -p modules/app"]
    assert the(found, "gradlew").action.excerpt == './gradlew check -x slow -p "modules/app"'


def test_an_input_that_nobody_gives_stays_as_written() -> None:
    found = app({
        CI: "on: push\njobs: {ci: {steps: [{uses: ./.github/actions/gradle, with: {module: api}}]}}",
        ".github/actions/gradle/action.yml": GRADLE,
    })  # fmt: skip
    assert ran(found) == ["gradlew ${{ inputs.command }} -p modules/api"]


def test_an_input_that_is_a_whole_script() -> None:
    found = app({
        CI: "on: push\njobs: {ci: {steps: [{uses: ./ci/run, with: {script: 'npm ci && npm run e2e', quiet: yes}}]}}",
        "ci/run/action.yml": "runs: {using: composite, steps: [{run: '${{ inputs.script }}', shell: bash}]}",
        "package.json": '{"scripts": {"e2e": "cypress run"}}',
    })  # fmt: skip
    assert ran(found) == ["npm ci", "npm run e2e", "cypress run"]


def test_a_called_workflow_runs_what_each_of_its_callers_hands_to_it() -> None:
    found = app({
        CI: """
            on: push
            jobs:
              web: {uses: ./.github/workflows/node.yml, with: {folder: web, command: lint}}
              api: {uses: ./.github/workflows/node.yml, with: {folder: api}}
        """,
        ".github/workflows/node.yml": """
            on:
              workflow_call:
                inputs:
                  folder: {type: string, required: true}
                  command: {type: string, default: test}
            jobs:
              node:
                defaults: {run: {working-directory: "${{ inputs.folder }}"}}
                steps:
                  - run: npm ci
                  - run: npm run ${{ inputs.command }}
        """,
        "web/package.json": '{"scripts": {"lint": "eslint .", "test": "never"}}',
        "api/package.json": '{"scripts": {"lint": "never", "test": "jest"}}',
    })  # fmt: skip
    assert sorted(one for one in ran(found, "node") if "npm" not in one) == ["eslint .", "jest"]
    assert ran(found, "node").count("npm run lint") == 1


def test_a_called_workflow_without_words_of_its_caller_has_its_own() -> None:
    found = app({
        CI: "on: push\njobs: {a: {uses: ./.github/workflows/node.yml}}",
        ".github/workflows/node.yml":
            "on: {workflow_call: {inputs: {tool: {default: vitest}}}}\n"
            "jobs: {node: {steps: [{run: 'npx ${{ inputs.tool }}'}]}}",
    })  # fmt: skip
    assert ran(found, "node") == ["vitest"]


def test_steps_and_nested_actions_take_inputs_on() -> None:
    found = app({
        CI: "on: push\njobs: {ci: {steps: [{uses: ./ci/image, with: {file: api/Dockerfile}}]}}",
        "ci/image/action.yml":
            "runs: {using: composite, steps: [{uses: ./ci/build, with: {dockerfile: '${{ inputs.file }}'}}]}",
        "ci/build/action.yml":
            "runs: {using: composite, steps: [{uses: docker/build-push-action@v6, "
            "with: {file: '${{ inputs.dockerfile }}', tags: x}}]}",
        "api/Dockerfile": "FROM golang\nRUN go test ./...\n",
        "web/Dockerfile": "FROM node\nRUN never\n",
    })  # fmt: skip
    assert ran(found) == ["go test ./..."]


def test_a_template_of_azure_runs_what_its_caller_hands_to_it() -> None:
    found = app({
        "azure-pipelines.yml":
            "steps: [{template: ci/node.yml, parameters: {script: test}}, {template: ci/node.yml, "
            "parameters: {script: lint}}]",
        "ci/node.yml":
            "parameters: [{name: script, type: string}]\nsteps: [{script: 'npm run ${{ parameters.script }}'}]",
        "package.json": '{"scripts": {"lint": "eslint .", "test": "jest"}}',
    })  # fmt: skip
    assert ran(found) == ["npm run test", "jest", "npm run lint", "eslint ."]


def test_groovy_files_that_a_jenkinsfile_loads() -> None:
    found = app({
        "Jenkinsfile": """
            def gv
            node {
                stage('load') { gv = load 'ci/script.groovy' }
                stage('build') { gv.buildJar() }
                stage('ship') { shipIt 'prod' }
            }
        """,
        "ci/script.groovy": "def buildJar() {\n    sh 'mvn package'\n}\ndef unused() {\n    sh 'never'\n}\n",
        "vars/shipIt.groovy": "def call(String env) {\n    sh 'helm upgrade app'\n}\n",
    })  # fmt: skip
    assert ran(found) == ["mvn package", "helm upgrade app"]


def test_hidden_failures_and_containers_are_handed_down() -> None:
    found = app({
        CI: workflow("make test || true", "ssh host ./deploy.sh"),
        "Makefile": "test:\n\tpytest\n",
        "deploy.sh": "docker compose pull\n",
    })  # fmt: skip
    assert the(found, "pytest").action.hides_failure
    pulled = the(found, "docker-compose pull").action
    assert isinstance(pulled, Command)
    assert pulled.inside == "remote"


def test_circles_end() -> None:
    found = app({
        CI: workflow("make a", "./x.sh"),
        "Makefile": "a: b\n\tmake a\nb: a\n\tpytest\n",
        "x.sh": "./x.sh\n./y.sh\n",
        "y.sh": "bash x.sh\n",
    })  # fmt: skip
    assert 3 < len(found.runs) < 40


def test_a_fan_of_calls_is_bounded() -> None:
    levels = "".join(f"a{n}: " + " ".join(f"b{n}_{i}" for i in range(9)) + "\n" + "".join(
        f"b{n}_{i}: a{n + 1}\n\ttrue\n" for i in range(9)) for n in range(9))  # fmt: skip
    found = app({CI: workflow("make a0"), "Makefile": f"{levels}a9:\n\tpytest\n"})
    assert len(found.runs) <= 4000


# --- order and triggers -----------------------------------------------------------------------------------------------


def job(found: Links, name: str) -> Unit:
    return next(unit for unit in found.order.triggers if unit.name == name)


def before(found: Links, name: str) -> set[str]:
    return {unit.name for unit in found.before(job(found, name))}


def test_needs_steps_and_hidden_failures() -> None:
    found = app({
        CI: """
            on: push
            jobs:
              test: {steps: [{run: pytest}, {run: flake8 || true}]}
              deploy: {needs: test, steps: [{run: terraform validate}, {run: terraform apply}]}
              free: {steps: [{run: ./free.sh}]}
              always: {needs: test, if: always(), steps: [{run: ./always.sh}]}
        """,
    })  # fmt: skip
    apply = the(found, "terraform apply")
    assert found.precedes(the(found, "pytest"), apply)
    assert found.precedes(the(found, "terraform validate"), apply)
    assert not found.precedes(apply, the(found, "terraform validate"))
    assert not found.precedes(the(found, "flake8"), apply)
    assert not found.precedes(the(found, "pytest"), the(found, "./free.sh"))
    assert not found.precedes(the(found, "pytest"), the(found, "./always.sh"))


def test_called_workflows_keep_order_and_take_triggers() -> None:
    stage = "on: workflow_call\njobs: {%s: {steps: [{run: %s}]}}"
    found = app({
        CI: """
            on: pull_request
            jobs:
              checks: {uses: ./.github/workflows/test.yml}
        """,
        ".github/workflows/main.yml": """
            on: {push: {branches: [main]}}
            jobs:
              checks: {uses: ./.github/workflows/test.yml}
              ship: {needs: checks, uses: ./.github/workflows/deploy.yml}
        """,
        ".github/workflows/test.yml": stage % ("unit", "pytest"),
        ".github/workflows/deploy.yml": stage % ("apply", "terraform apply"),
    })  # fmt: skip
    assert found.precedes(the(found, "pytest"), the(found, "terraform apply"))
    assert found.trigger_names(job(found, "unit")) == {"pull-request", "push", "change", "main"}
    assert found.trigger_names(job(found, "apply")) == {"push", "main"}
    assert not found.gaps


def test_a_workflow_that_waits_for_another() -> None:
    found = app({
        CI: "name: CI\non: {push: {branches: [main]}}\njobs: {unit: {steps: [{run: pytest}]}}",
        ".github/workflows/cd.yml": "on: {workflow_run: {workflows: [CI]}}\njobs: {cd: {steps: [{run: ./cd.sh}]}}",
        ".github/workflows/other.yml": "name: Other\non: push\njobs: {x: {steps: [{run: x}]}}",
    })  # fmt: skip
    assert before(found, "cd") == {"unit"}
    assert {"push", "after", "main"} <= found.trigger_names(job(found, "cd"))


def test_jobs_that_no_event_starts_together() -> None:
    found = app({
        ".travis.yml": """
            jobs:
              include:
                - {stage: test, if: branch != main, script: pytest}
                - {stage: deploy, if: branch = main, script: ./deploy.sh}
        """,
    })  # fmt: skip
    assert before(found, "deploy") == set()


@pytest.mark.parametrize(
    ("on", "change"),
    [
        ("pull_request", True),
        ("push", True),
        ("{push: {branches: ['**']}}", True),
        ("{push: {branches: [main, 'feature/*']}}", True),
        ("{push: {branches: [main]}}", False),
        ("{push: {branches: [main, 'release/*']}}", False),
        ("{push: {tags: ['v*']}}", False),
        ("workflow_dispatch", False),
        ("{pull_request: {types: [closed]}}", False),
    ],
)
def test_what_checks_a_proposed_change(on: str, change: bool) -> None:
    found = app({CI: f"on: {on}\njobs: {{a: {{steps: [{{run: pytest}}]}}}}"})
    assert ("change" in found.trigger_names(job(found, "a"))) is change


def test_gitlab_files_that_are_included_and_those_that_are_not() -> None:
    found = app({
        ".gitlab-ci.yml": """
            stages: [verify, release]
            include: [{local: /ci/deploy.yml}]
            unit: {stage: verify, script: [pytest]}
        """,
        "ci/deploy.yml": "ship:\n  stage: release\n  extends: .common\n  script: [./ship.sh]\n",
        "ci/unused.yml": "old:\n  stage: release\n  script: [./old.sh]\n",
        "ci/common.yml": ".common:\n  stage: release\n  script: [make common]\n",
    })  # fmt: skip
    assert before(found, "ship") == {"unit"}
    assert "./ship.sh" in ran(found)
    assert "make common" in ran(found)
    assert "./old.sh" not in ran(found)


def test_azure_templates() -> None:
    found = app({
        "azure-pipelines.yml": """
            trigger: [main]
            stages:
            - stage: Test
              jobs: [{job: T, steps: [{template: ci/steps.yml}]}]
            - stage: Deploy
              jobs: [{template: ci/jobs.yml}]
        """,
        "ci/steps.yml": "parameters: []\nsteps: [{script: pytest, displayName: t}]",
        "ci/jobs.yml": "parameters: []\njobs: [{job: D, steps: [{script: ./deploy.sh}]}]",
    })  # fmt: skip
    assert found.precedes(the(found, "pytest"), the(found, "./deploy.sh"))
    assert found.trigger_names(job(found, "D")) >= {"push", "main"}
    assert not found.gaps


# --- gaps -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "named"),
    [
        (CI, "on: push\njobs: {a: {uses: o/r/.github/workflows/x.yml@v1}}", "o/r/.github/workflows/x.yml"),
        (CI, "on: push\njobs: {a: {uses: ./.github/workflows/missing.yml}}", "missing.yml"),
        (".gitlab-ci.yml", "include: [{project: group/ci, file: /a.yml}]", "group/ci:a.yml"),
        (".gitlab-ci.yml", "include: 'https://x/y.yml'", "https://x/y.yml"),
        (".gitlab-ci.yml", "include: [{template: Auto-DevOps.gitlab-ci.yml}]", "Auto-DevOps"),
        (".gitlab-ci.yml", "include: [{local: /gone.yml}]", "gone.yml"),
        (".circleci/config.yml", "orbs: {t: org/team@1}\nworkflows: {w: {jobs: [t/deploy]}}", "team/deploy"),
        (".circleci/config.yml", "workflows: {w: {jobs: [deploy]}}", "deploy that its configuration does not define"),
        ("Jenkinsfile", "@Library('lib@1') _\nnode { buildAll() }", "lib"),
        ("azure-pipelines.yml", "steps: [{template: x.yml@shared}]", "x.yml@shared"),
        (CI, workflow("curl -s https://raw.githubusercontent.com/o/r/main/deploy | bash"),
         "raw.githubusercontent.com/o/r/main/deploy"),
    ],
)  # fmt: skip
def test_calls_that_leave_the_submission(path: str, text: str, named: str) -> None:
    found = app({path: text})
    assert [gap.stage for gap in found.gaps] == ["links"]
    assert named in found.gaps[0].reason
    assert found.gaps[0].hides == {"run"}
    assert found.gaps[0].location.path == path


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (CI, "on: push\njobs: {a: {steps: [{uses: actions/checkout@v4}]}}"),
        (CI, workflow("curl -sL https://aka.ms/Install | sudo bash")),
        (CI, "on: push\njobs: {a: {steps: [{run: 'curl https://raw.githubusercontent.com/x/y/download.bash | sh'}]}}"),
        (CI, "on: push\njobs: {a: {steps: [{run: 'curl https://raw.githubusercontent.com/x/y/install.sh | sh'}]}}"),
        (".gitlab-ci.yml", "include: [{template: Security/SAST.gitlab-ci.yml}]"),
        (".circleci/config.yml", "orbs: {n: circleci/node@5}\nworkflows: {w: {jobs: [n/test]}}"),
    ],
)
def test_what_is_known_is_no_gap(path: str, text: str) -> None:
    assert not app({path: text}).gaps


def test_a_workflow_of_another_part_of_the_case() -> None:
    called = "on: workflow_call\njobs: {ship: {steps: [{run: ./ship.sh}]}}"
    text = "on: push\njobs: {a: {uses: org/infra/.github/workflows/ship.yml@main}}"
    found = case({"app": {CI: text}, "infra": {".github/workflows/ship.yml": called}})
    assert not found.gaps
    assert found.trigger_names(job(found, "ship")) >= {"push", "change"}


_PATHS = st.sampled_from(
    ["Makefile", "x.sh", "Dockerfile", "package.json", "tox.ini", ".gitlab-ci.yml", "docker-compose.yml"]
)
_WORDS = st.sampled_from(
    "make npm run test -C -f docker docker-compose build up exec bash ./x.sh $@ . -t --target - -- a/b $X/y tox -e nox "
    "-s yarn workspace task aws deploy push executor pre-commit ansible-playbook x.yml heroku container:push".split()
)
_SYSTEMS = st.sampled_from(["gitlab-ci", "github-actions", "azure-pipelines", "circleci"])
_USES = st.sampled_from(
    "./a extends:test include:local:x.yml template:x.yml docker/build-push-action hoverkraft-tech/compose-action "
    "include:./x.mk default:test library:x task:test file:a/x.yml".split()
)
_UNITS = st.builds(Unit, st.sampled_from(UnitKind), _PATHS, st.sampled_from(["", "test", "a"]), st.just("app"))
_PLACES = st.builds(Location, st.just("app"), _PATHS, st.just(1))
_LISTS = st.lists(_WORDS, max_size=5)
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(["entrypoint", "build", "command", "base_stage", "copies_from", "depends_on", "image"]),
    st.one_of(_WORDS, _LISTS, st.none(), st.just({"path": "Dockerfile", "target": "test"})),
)
_FACTS = st.one_of(
    st.builds(Command, _PLACES, _UNITS, _LISTS.map(tuple), _WORDS, order=st.integers(0, 3)),
    st.builds(Step, _PLACES, _UNITS, _SYSTEMS, _USES),
    st.builds(
        Job, _PLACES, _UNITS, _SYSTEMS, needs=_LISTS.map(tuple), calls=st.sampled_from(["", "./x.yml", "a/b/.g/x@1"])
    ),
    st.builds(Resource, _PLACES, st.just("docker"), st.just("stage"), st.sampled_from(["test", "a"]), _ATTRIBUTES),
    st.builds(Resource, _PLACES, st.just("compose"), st.just("service"), st.sampled_from(["test", "a"]), _ATTRIBUTES),
)


@settings(max_examples=150, deadline=None)
@given(facts=st.lists(_FACTS, max_size=25))
def test_any_facts_are_linked(facts: list[Fact]) -> None:
    found = link(facts)
    for run in found.runs:
        assert run.job.kind is UnitKind.JOB or run.job in {fact.unit for fact in facts if isinstance(fact, Job)}
        found.describe(run)
        found.before(run.job)


def test_nothing_to_follow() -> None:
    assert app({"x.sh": "pytest\n"}).runs == ()
    assert link([]).runs == ()


def test_a_remote_step_is_still_a_run() -> None:
    found = app({CI: "on: push\njobs: {a: {uses: org/shared/.github/workflows/x.yml@v1}}"})
    assert [run.action.uses for run in found.runs if isinstance(run.action, Step)] == [
        "org/shared/.github/workflows/x.yml"
    ]
    assert found.runs[0].job.kind is UnitKind.JOB
