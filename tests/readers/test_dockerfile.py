"""Dockerfiles and Containerfiles."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Fact, Resource, UnitKind
from evidence_check.readers import dockerfile
from evidence_check.readers._dockerfile import Image, image_of, substituted
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def stages(facts: list[Fact]) -> dict[str, Resource]:
    return {fact.name: fact for fact in facts if isinstance(fact, Resource)}


def commands(facts: list[Fact], kind: UnitKind = UnitKind.IMAGE_BUILD) -> list[tuple[str, str, int]]:
    return [
        (fact.unit.name, " ".join(fact.words), fact.location.line)
        for fact in facts
        if isinstance(fact, Command) and fact.unit.kind is kind
    ]


def test_stages() -> None:
    facts = read_with(
        dockerfile,
        "app/Dockerfile",
        """
        # syntax=docker/dockerfile:1
        ARG VERSION=3.12
        ARG BASE=python:${VERSION}-slim
        FROM ${BASE} AS base
        WORKDIR /app
        ENV PORT=8000 NAME="my app"
        USER app
        EXPOSE $PORT/tcp

        FROM --platform=linux/amd64 base as test
        COPY --chown=app:app tests/ src ./
        CMD ["pytest", "-q"]

        FROM gcr.io/distroless/python3@sha256:abc
        COPY --from=base /app /app
        HEALTHCHECK --interval=5s CMD curl -f http://localhost || exit 1
        """,
    )
    found = stages(facts)
    assert list(found) == ["base", "test", "2"]
    base, test, last = found.values()
    assert {fact.system for fact in found.values()} == {"docker"}
    assert {fact.type for fact in found.values()} == {"stage"}
    assert base.attributes == {
        "from": "python:3.12-slim", "image": "python", "tag": "3.12-slim", "workdir": "/app", "user": "app",
        "env": {"PORT": "8000", "NAME": "my app"}, "expose": ["8000/tcp"], "final": False,
    }  # fmt: skip
    assert test.attributes["from"] == "python:3.12-slim"
    assert test.attributes["base_stage"] == "base"
    assert test.attributes["user"] == "app"
    assert test.attributes["platform"] == "linux/amd64"
    assert test.attributes["copies"] == ["tests/", "src"]
    assert test.attributes["cmd"] == ["pytest", "-q"]
    assert (last.attributes["image"], last.attributes["digest"]) == ("gcr.io/distroless/python3", "sha256:abc")
    assert last.attributes["final"] is True
    assert last.attributes["healthcheck"].endswith("CMD curl -f http://localhost || exit 1")
    assert last.attributes["copies_from"] == ["base"]
    assert "user" not in last.attributes
    assert [(fact.location.line, fact.location.end_line) for fact in found.values()] == [(4, 8), (10, 12), (14, 16)]
    assert base.attributes.line_of("user") == 7  # type: ignore[attr-defined]  # it is a Map


def test_last_user_of_the_stage_counts() -> None:
    facts = read_with(dockerfile, "Dockerfile", "FROM a\nUSER root\nRUN x\nARG U=web\nUSER ${U}:web\n")
    assert stages(facts)["0"].attributes["user"] == "web:web"


def test_healthcheck_none_takes_it_away() -> None:
    facts = read_with(dockerfile, "Dockerfile", "FROM a AS b\nHEALTHCHECK CMD x\nFROM b\nHEALTHCHECK NONE\n")
    assert stages(facts)["b"].attributes["healthcheck"] == "CMD x"
    assert stages(facts)["1"].attributes["healthcheck"] is None


def test_run_commands_have_their_lines() -> None:
    facts = read_with(
        dockerfile,
        "svc/Dockerfile",
        """
        FROM debian:12
        # RUN apt-get install hidden
        RUN --mount=type=cache,target=/root \\
            apt-get update && \\
            # why
            apt-get install -y curl \\

              wget
        RUN ["npm", "run", "test:unit"]
        """,
    )
    assert commands(facts) == [
        ("0", "apt-get update", 4),
        ("0", "apt-get install -y curl wget", 6),
        ("0", "npm run test:unit", 9),
    ]
    assert [fact.order for fact in facts if isinstance(fact, Command)] == [0, 1, 2]
    assert {fact.directory for fact in facts if isinstance(fact, Command)} == {"svc"}


def test_heredocs() -> None:
    facts = read_with(
        dockerfile,
        "Dockerfile",
        """
        FROM alpine:3
        RUN <<EOF
        apk add curl
        pytest
        EOF
        RUN python3 <<'PY'
        import docker
        PY
        COPY <<A <<B /etc/
        FROM nowhere
        A
        RUN nothing
        B
        RUN last
        """,
    )
    assert list(stages(facts)) == ["0"]
    assert stages(facts)["0"].attributes["copies"] == []
    assert commands(facts) == [
        ("0", "apk add curl", 3),
        ("0", "pytest", 4),
        ("0", "python", 6),
        ("0", "last", 14),
    ]


@pytest.mark.parametrize(
    ("lines", "started"),
    [
        ('CMD ["python", "app.py"]', ["python app.py"]),
        ("CMD npm start", ["npm start"]),
        ('ENTRYPOINT ["java", "-jar"]\nCMD ["app.jar"]', ["java -jar app.jar"]),
        ('ENTRYPOINT ./run.sh\nCMD ["ignored"]', ["./run.sh"]),
        ("CMD a\nCMD b", ["b"]),
        ('ENTRYPOINT ["./entry.sh"]\nCMD serve', ["./entry.sh", "serve"]),
        ("CMD flask db upgrade && flask run", ["flask db upgrade", "flask run"]),
        ("RUN nothing", []),
    ],
)
def test_start_commands(lines: str, started: list[str]) -> None:
    facts = read_with(dockerfile, "Dockerfile", f"FROM a\n{lines}\n")
    assert [words for _, words, _ in commands(facts, UnitKind.IMAGE_START)] == started


def test_start_is_inherited_within_the_file() -> None:
    facts = read_with(
        dockerfile, "Dockerfile", 'FROM x AS a\nCMD ["serve"]\nFROM a AS b\nFROM a AS c\nENTRYPOINT ["run"]\n'
    )
    assert commands(facts, UnitKind.IMAGE_START) == [("a", "serve", 2), ("b", "serve", 2), ("c", "run", 5)]


def test_windows_escape_and_shell() -> None:
    facts = read_with(
        dockerfile,
        "Dockerfile.windows",
        """
        # escape=`
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        SHELL ["powershell", "-Command"]
        RUN Invoke-WebRequest https://example.org -OutFile C:\\ ; `
            Start-Process setup.exe
        """,
    )
    assert [(words.split()[0], line) for _, words, line in commands(facts)] == [
        ("Invoke-WebRequest", 4),
        ("Start-Process", 4),
    ]


def test_development_container_is_marked() -> None:
    facts = read_with(dockerfile, ".devcontainer/Dockerfile", "FROM a\n")
    assert stages(facts)["0"].attributes["devcontainer"] is True
    assert "devcontainer" not in stages(read_with(dockerfile, "Dockerfile", "FROM a\n"))["0"].attributes


@pytest.mark.parametrize(
    "path",
    ["Dockerfile", "docker/Containerfile", "web.Dockerfile", "Dockerfile.prod", "dockerfile", "Dockerfile-dev",
     "scripts/Dockerfile_ci"],
)  # fmt: skip
def test_wanted(path: str) -> None:
    assert dockerfile.wants(source(path, ""))


@pytest.mark.parametrize(
    "path",
    ["dockerfile-linter.sh", "Dockerfile.dockerignore", "dockerfiles/readme.md", "docker-compose.yml", "Dockerfile.md",
     "mydockerfile", "Dockerfile.j2"],
)  # fmt: skip
def test_not_wanted(path: str) -> None:
    assert not dockerfile.wants(source(path, ""))


@pytest.mark.parametrize(
    ("text", "line"), [("RUN x\n", 1), ("FROM a\n<<<<<<< HEAD\nRUN x\n", 2), ("FROM a\n\nINSTALL x\n", 3)]
)
def test_broken_file(text: str, line: int) -> None:
    facts: list[Fact] = []
    with pytest.raises(Unreadable) as caught:
        facts.extend(dockerfile.read(source("Dockerfile", text)))
    assert caught.value.line == line
    assert bool(facts) == text.startswith("FROM")


def test_piece_of_a_file() -> None:
    assert read_with(dockerfile, "Dockerfile.labels", "ARG A\nLABEL a=$A\n") == []


def test_empty_file() -> None:
    assert read_with(dockerfile, "Dockerfile", "\n# nothing\n") == []


@pytest.mark.parametrize(
    ("reference", "image"),
    [
        ("python", Image("python")),
        ("python:3", Image("python", "3")),
        ("localhost:5000/app", Image("localhost:5000/app")),
        ("localhost:5000/app:1@sha256:ab", Image("localhost:5000/app", "1", "sha256:ab")),
        ("$BASE", Image("$BASE")),
    ],
)
def test_image_of(reference: str, image: Image) -> None:
    assert image_of(reference) == image


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A-${A}", "1-1"), ("${B:-2}", "2"), ("${A:+x}", "x"), ("${B:+x}", ""), ("${B}", "${B}"), (r"\$A", r"\$A"),
        ("${E:-3}", "3"), ("${E-3}", ""),
    ],
)  # fmt: skip
def test_substituted(text: str, value: str) -> None:
    assert substituted(text, {"A": "1", "E": ""}) == value


def test_doubling_variables_stay_small() -> None:
    facts = read_with(dockerfile, "Dockerfile", "FROM a\nENV A=xx\n" + "ENV A=$A$A\n" * 200)
    assert len(stages(facts)["0"].attributes["env"]["A"]) < 10_000


_PIECES = st.sampled_from(
    ["FROM", "a", " AS b", "\n", "\\\n", "RUN ", "<<EOF", "EOF", "CMD ", '["x"', "]", "# escape=`", "`\n", "--from=a",
     "ARG X=1", "${X:-", "}", "USER ", "ONBUILD ", "SHELL ", "ENV a b", "=", '"', "COPY ",
     "HEALTHCHECK NONE", "LABEL a='"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=30).map("".join) | st.text(max_size=200))
def test_any_text(text: str) -> None:
    facts: list[Fact] = []
    with suppress(Unreadable):
        facts.extend(dockerfile.read(source("Dockerfile", text.encode("utf-8", "replace"))))
    last = text.count("\n") + text.count("\r") + 1
    assert all(1 <= fact.location.line <= last for fact in facts)
