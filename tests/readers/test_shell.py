"""The simple commands of shell texts."""

from __future__ import annotations

import textwrap

import pytest

from evidence_check.model import Command, Unit, UnitKind
from evidence_check.readers import _shell, _windows_shell
from evidence_check.readers._docker_cli import build_of, compose_of, run_of
from tests.support import source

SCRIPT = Unit(UnitKind.SCRIPT, "scripts/x.sh")


def commands(script: str, unit: Unit = SCRIPT) -> list[Command]:
    text = textwrap.dedent(script).removeprefix("\n")
    return _shell.commands(text, source("scripts/x.sh", text), unit)


def words(script: str) -> list[str]:
    return [" ".join(command.words) for command in commands(script)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sudo -E -u app pytest -q", "pytest -q"),
        ("CI=1 NODE_ENV=test npm test", "npm test"),
        ("env -u X A=b npm test", "npm test"),
        ("time timeout -k 5 60 nohup ./run.sh", "./run.sh"),
        ("xvfb-run -a npm run e2e", "npm run e2e"),
        ("poetry run pytest tests", "pytest tests"),
        ("pipenv run flake8", "flake8"),
        ("uv run --with x pytest", "pytest"),
        ("npx --yes eslint@8 .", "eslint ."),
        ("pnpm exec jest --ci", "jest --ci"),
        ("yarn jest --ci", "jest --ci"),
        ("pnpm run eslint .", "eslint ."),
        ("yarn test", "yarn test"),
        ("bundle exec rspec", "rspec"),
        ("python3 -m pytest -x", "pytest -x"),
        ("python -u -W ignore -m unittest discover", "unittest discover"),
        ("py -3.11 -m pip install x", "pip install x"),
        ("pip3 install -r r.txt", "pip install -r r.txt"),
        ("/usr/local/bin/terraform plan", "terraform plan"),
        ("./node_modules/.bin/jest", "jest"),
        (".venv/bin/pytest", "pytest"),
        ("./gradlew test", "gradlew test"),
        ("bash -x ./gradlew test", "gradlew test"),
        ("sh mvnw verify", "mvnw verify"),
        ("bash ./scripts/gradlew.sh test", "bash ./scripts/gradlew.sh test"),
        ("./scripts/deploy.sh prod", "./scripts/deploy.sh prod"),
        ("scripts/deploy.sh", "scripts/deploy.sh"),
        ("./manage.py test", "python ./manage.py test"),
        ("docker compose -f a.yml up -d", "docker-compose -f a.yml up -d"),
        ("docker buildx build --platform a,b .", "docker build --platform a,b ."),
        ("docker container run x", "docker run x"),
        ("docker --log-level debug build .", "docker build ."),
        ("dotnet tool run dotnet-ef migrations", "dotnet-ef migrations"),
        ("cat list | xargs -n1 -I{} kubectl delete {}", "kubectl delete {}"),
        ("travis_retry npm ci", "npm ci"),
        ("wait-for-it.sh db:5432 -t 30 -- pytest", "pytest"),
    ],
)
def test_wrappers_are_taken_off(written: str, meant: str) -> None:
    assert words(written)[-1] == meant


def test_quotes_go_and_variables_stay() -> None:
    found = commands("""docker build -t "$REG/app:${TAG}" --label 'a b' --build-arg=x="y z" a\\ b $A.x.$B.y""")[0]
    assert found.words == ("docker", "build", "-t", "$REG/app:${TAG}", "--label", "a b", "--build-arg=x=y z", "a b",
                           "$A.x.$B.y")  # fmt: skip


def test_expressions_of_pipeline_systems_stay_one_word() -> None:
    text = "deploy ${{ github.sha }} << parameters.env >> {{ .Values.x }} $(Build.BuildId) ${env.TAG} $[[ inputs.a ]]"
    assert commands(text)[0].words == (
        "deploy", "${{ github.sha }}", "<< parameters.env >>", "{{ .Values.x }}", "$(Build.BuildId)", "${env.TAG}",
        "$[[ inputs.a ]]",
    )  # fmt: skip
    assert len(commands(text)) == 1


def test_words_behind_a_redirection_and_placeholders() -> None:
    assert words("terraform plan > plan.txt -no-color 2>&1") == ["terraform plan -no-color"]
    assert words("docker push <user>/app:1 && mail < body") == ["docker push <user>/app:1", "mail"]


def test_lines_and_order() -> None:
    found = commands("""
        # a comment
        make build && make test

        docker run \\
          --rm \\
          app
    """)
    assert [(c.location.line, c.location.end_line, c.order) for c in found] == [(2, 0, 0), (2, 0, 1), (4, 6, 2)]


def test_bodies_of_every_kind_count() -> None:
    script = """
        if [ -f x ]; then in-if; elif y; then in-elif; else in-else; fi
        for i in a b; do in-for; done
        while read -r l; do in-while; done < file
        case $1 in a) in-case;; *) other;; esac
        (in-subshell)
        { in-group; }
        x=$(in-substitution)
        echo "$(in-string)" `in-backquotes`
        diff <(in-process)
        ! negated
        a | b
    """
    found = {line.split(" ")[0] for line in words(script)}
    assert {"in-if", "y", "in-elif", "in-else", "in-for", "in-while", "in-case", "in-subshell", "in-group",
            "in-substitution", "in-string", "in-backquotes", "in-process", "negated", "a", "b"} <= found  # fmt: skip


def test_a_comment_a_string_and_a_plain_heredoc_are_no_commands() -> None:
    script = """
        # pytest
        echo "pytest; pytest"
        cat > file <<EOF
        pytest
        EOF
        cat <<'EOF' > run.sh
        npm test
        EOF
    """
    assert not any(line.startswith(("pytest", "npm")) for line in words(script))


def test_heredocs_that_a_shell_reads_count() -> None:
    found = commands("""
        ssh -i key deploy@host <<'EOF'
          cd /srv/app && docker-compose pull
          docker-compose up -d
        EOF
        bash <<EOF
        make test
        EOF
        ssh host 'bash -s' < deploy.sh
    """)
    remote = [(c.words, c.directory) for c in found if c.inside == "remote"]
    assert (("docker-compose", "up", "-d"), "/srv/app") in remote
    assert (("bash", "deploy.sh"), "") in remote
    assert [c.inside for c in found if c.words == ("make", "test")] == [""]
    assert [c.location.line for c in found if c.words[:2] == ("docker-compose", "up")] == [3]


def test_nested_shells_replace_and_containers_stand_beside() -> None:
    assert words("bash -c 'make lint && make test'") == ["make lint", "make test"]
    assert words('su - app -c "npm test"') == ["npm test"]
    found = commands("docker run --rm -v $PWD:/x -dp 80:80 app sh -c 'npm ci && npm test'")
    assert [(c.program, c.inside) for c in found] == [("docker", ""), ("npm", "container"), ("npm", "container")]
    assert [(c.program, c.inside) for c in commands("kubectl exec -it pod -- python manage.py migrate")] == [
        ("kubectl", ""),
        ("python", "container"),
    ]
    assert [(c.program, c.inside) for c in commands("docker-compose exec -T web pytest")][-1] == ("pytest", "container")
    assert [c.program for c in commands("coverage run -m pytest tests")] == ["coverage", "pytest"]
    assert [c.inside for c in commands('ssh host "cd /srv; ./run.sh"')] == ["", "remote", "remote"]


def test_hidden_failures() -> None:
    def hidden(script: str) -> list[str]:
        return [c.program for c in commands(script) if c.hides_failure]

    assert hidden("pytest || true") == ["pytest"]
    assert hidden("npm test || echo failed") == ["npm"]
    assert hidden("(cd x && npm test) || :") == ["cd", "npm"]
    assert hidden("pytest ; true") == ["pytest"]
    assert hidden("set +e\nflake8\nset -e\npytest") == ["flake8"]
    assert hidden("pytest || exit 1") == []
    assert hidden("pytest || { echo failed; exit 1; }") == []
    assert hidden("set +e\npytest\ncode=$?\nset -e\nexit $code") == []


def test_directories() -> None:
    found = commands("""
        cd "$(dirname "$0")/.."
        here
        (cd app && inside)
        outside
        cd client && (cd sub; deeper) && back
        cd -
        pushd a/b; c; popd
        cd $GITHUB_WORKSPACE/x && rooted
    """)
    where = {c.program: c.directory for c in found}
    assert (where["here"], where["inside"], where["outside"]) == ("", "app", "")
    assert (where["deeper"], where["back"], where["c"], where["rooted"]) == ("client/sub", "client", "a/b", "x")


def test_functions_of_a_script_are_units_of_their_own() -> None:
    found = commands("build() { docker build .; }\nfunction lint { flake8; }\nlint")
    assert [(c.program, c.unit.name) for c in found] == [("docker", "build"), ("flake8", "lint"), ("lint", "")]
    job = Unit(UnitKind.JOB, ".travis.yml", "test")
    assert {c.unit for c in commands("f() { a; }\nf", job)} == {job}


def test_broken_text_still_gives_its_commands() -> None:
    assert {"docker build .", "pytest -q"} <= set(
        words('if x; then\n  docker build .\n  echo "unclosed\n  pytest -q\n')
    )


def powershell(script: str) -> list[Command]:
    text = textwrap.dedent(script).removeprefix("\n")
    return _windows_shell.powershell_commands(text, source("x.ps1", text), SCRIPT)


def test_powershell() -> None:
    found = powershell("""
        <# make test #>
        param([string]$Name = "x")
        $ErrorActionPreference = "Stop"  # pytest
        if (Test-Path x) { Remove-Item x }
        $out = az group list --query "[].name" | ConvertFrom-Json
        & "C:\\Program Files\\dotnet\\dotnet.exe" test --no-build
        Set-Location .\\src
        docker build `
          -t "app:$(Get-Date)" .
        .\\deploy.ps1 -Env prod; npm test
    """)
    programs = [c.program for c in found]
    assert ("dotnet", "test", "--no-build") in [c.words for c in found]
    assert {"az", "Remove-Item", "docker", "./deploy.ps1", "npm"} <= set(programs)
    assert not {"pytest", "make", "param", "if"} & set(programs)
    assert [c.directory for c in found if c.program == "npm"] == ["src"]
    assert [c.location.line for c in found if c.program == "docker"] == [8]


def test_batch() -> None:
    text = "@echo off\nREM pytest\ncd /d src && call npm test\n:label\npython -m pytest ^\n  tests\n"
    found = _windows_shell.batch_commands(text, source("x.bat", text), SCRIPT)
    assert [(c.words, c.directory) for c in found if c.program in {"npm", "pytest"}] == [
        (("npm", "test"), "src"),
        (("pytest", "tests"), "src"),
    ]
    assert [c.location.line for c in found if c.program == "pytest"] == [5]


def test_docker_command_lines() -> None:
    build = build_of(
        commands("docker build -qt app:1 --tag=x --target test -f d/Dockerfile --build-arg A=b ctx")[0].words
    )
    assert build is not None
    assert (build.tags, build.target, build.file, build.context) == (("app:1", "x"), "test", "d/Dockerfile", "ctx")
    start = run_of(("docker", "run", "--rm", "-e", "A", "-it", "--entrypoint", "poetry", "img", "run", "pytest"))
    assert start is not None
    assert (start.image, start.entrypoint, start.arguments) == ("img", ("poetry",), ("run", "pytest"))
    compose = compose_of(("docker-compose", "-f", "a.yml", "--profile", "x", "up", "-d", "--build", "web", "db"))
    assert compose is not None
    assert (compose.files, compose.action, compose.services, compose.builds) == (("a.yml",), "up", ("web", "db"), True)
    assert build_of(("docker", "push", "x")) is None
    assert run_of(("docker", "ps", "-a")) is None
    assert compose_of(("docker", "build", ".")) is None


def test_a_program_of_windows_keeps_its_path() -> None:
    text = "C:\\Python311\\python.exe -m pytest -q app\n.venv\\Scripts\\pip.exe install x\necho a\\b"
    assert [command.words[0] for command in commands(text)] == ["pytest", "pip", "echo"]


@pytest.mark.parametrize(
    "command",
    [
        "aws ssm send-command --instance-ids i-1 --parameters commands='make deploy'",
        """aws ssm send-command --parameters '{"commands":["cd /srv","make deploy"]}'""",
        """aws ssm send-command --parameters 'commands=["cd /srv", "make deploy"]'""",
        "aws ssm send-command --parameters 'commands=cd /srv,make deploy'",
        'aws ssm send-command --parameters "commands=[\\"make deploy]"',
        "az vm run-command invoke -g a -n b --command-id X --scripts 'cd /srv' 'make deploy' -o none",
        "az vmss run-command invoke -g a -n b --instance-id 0 --scripts 'make deploy'",
        "az aks command invoke -g a -n b --command 'make deploy'",
        "gcloud compute ssh vm --zone a --command='make deploy'",
        "doctl compute ssh ops --ssh-command 'make deploy'",
        "fly ssh console -C 'make deploy'",
        "aws ecs execute-command --cluster a --task b --interactive --command 'make deploy'",
        "ansible web -i hosts -m shell -a 'make deploy'",
        "plink -batch -pw $PASSWORD ada@host make deploy",
        "vagrant ssh -c 'make deploy'",
    ],
)
def test_what_another_machine_is_told_to_run(command: str) -> None:
    assert ("make", "deploy") in [c.words for c in commands(command) if c.inside == "remote"]


@pytest.mark.parametrize(
    "command",
    [
        "aws ssm send-command --document-name AWS-ConfigureAWSPackage --parameters action=Install,name=a",
        "aws ssm send-command --parameters file://make.json",
        "ansible web -m apt -a 'name=make state=present'",
        "gcloud compute instances list --filter make",
        "az vm run-command list -g a -n b",
    ],
)
def test_what_tells_another_machine_no_command(command: str) -> None:
    assert [c for c in commands(command) if c.inside == "remote"] == []
