"""Compose files."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Resource, UnitKind
from evidence_check.readers import compose
from evidence_check.readers._source import Unreadable
from tests.support import read, read_with, source


def services(path: str, content: str) -> dict[str, Resource]:
    return {fact.name: fact for fact in read_with(compose, path, content) if isinstance(fact, Resource)}


def test_services_as_written() -> None:
    found = services(
        "docker-compose.yml",
        """
        version: "3.8"
        x-env: &env
          DEBUG: "1"
        services:
          web:
            image: ${REGISTRY:-local}/web:${TAG}
            environment: *env
            ports:
              - "8000:80"
            healthcheck:
              test: [CMD, curl, -f, http://localhost]
          db:
            image: postgres:16
            deploy: {replicas: 2}
        volumes: {data: {}}
        """,
    )
    assert list(found) == ["web", "db"]
    web = found["web"]
    assert (web.system, web.type) == ("compose", "service")
    assert web.attributes["image"] == "${REGISTRY:-local}/web:${TAG}"
    assert web.attributes["environment"] == {"DEBUG": "1"}
    assert (web.location.line, web.location.end_line) == (5, 11)
    assert web.attributes.line_of("ports") == 8  # type: ignore[attr-defined]  # it is a Map
    assert found["db"].attributes["deploy"] == {"replicas": 2}


@pytest.mark.parametrize(
    ("build", "context", "dockerfile", "path"),
    [
        ("build: ./api", "deploy/api", "Dockerfile", "deploy/api/Dockerfile"),
        ("build: {context: .., dockerfile: docker/Dockerfile, target: test}", ".", "docker/Dockerfile",
         "docker/Dockerfile"),
        ("build: {context: '${DIR:-web}'}", "deploy/web", "Dockerfile", "deploy/web/Dockerfile"),
        ("build: {target: x}", "deploy", "Dockerfile", "deploy/Dockerfile"),
        ("build: https://github.com/a/b.git", "https://github.com/a/b.git", "Dockerfile", ""),
    ],
)  # fmt: skip
def test_build_is_one_form(build: str, context: str, dockerfile: str, path: str) -> None:
    found = services("deploy/compose.yaml", f"services:\n  a:\n    {build}\n")["a"].attributes["build"]
    assert (found["context"], found["dockerfile"], found["path"]) == (context, dockerfile, path)
    assert found.get("target") == ("test" if "test" in build else "x" if "x}" in build else None)


def test_commands() -> None:
    facts = read_with(
        compose,
        "docker-compose.test.yml",
        """
        services:
          a:
            build: ./app
            command: >
              sh -c "npm ci && npm test -- $$ARGS"
          b:
            image: x
            entrypoint: ["./wait-for", "db:5432", "--"]
            command: pytest -q
          c:
            image: prom/prometheus
            command: ["--config.file=/etc/prometheus.yml"]
        """,
    )
    found = [fact for fact in facts if isinstance(fact, Command)]
    assert [(fact.unit.name, " ".join(fact.words), fact.location.line) for fact in found] == [
        ("a", "npm ci", 5),
        ("a", "npm test -- $ARGS", 5),
        ("b", "./wait-for db:5432 -- pytest -q", 9),
    ]
    assert found[0].directory == "app"
    assert {fact.unit.kind for fact in found} == {UnitKind.SERVICE}


@pytest.mark.parametrize(
    "path", ["stack.yml", "docker-compose-localstack.yml", "compose.prod.yaml", "local.compose.yml", "infra/dev.yaml"]
)
def test_wanted(path: str) -> None:
    assert compose.wants(source(path, "services:\n  a:\n    image: x\n"))


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("config/services.yaml", "services:\n  App\\Mailer:\n    arguments: ['@logger']\n"),
        (".gitlab-ci.yml", "services:\n  - docker:dind\ntest:\n  script: [make]\n"),
        (".woodpecker.yml", "services:\n  db:\n    image: postgres\nsteps:\n  - image: x\n    commands: [y]\n"),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    services:\n      db:\n        image: postgres\n"),
        ("compose.py", "services:\n"),
        ("a.yml", "services: [\n"),
    ],
)
def test_not_wanted(path: str, content: str) -> None:
    assert not compose.wants(source(path, content))


def test_service_that_is_an_alias() -> None:
    found = services("compose.yml", "x-a: &a\n  image: b\nservices:\n  one: *a\n")["one"]
    assert (found.location.line, found.location.end_line) == (4, 4)


def test_first_version_of_the_format() -> None:
    found = services("docker-compose.yml", "web:\n  build: .\n  links: [db]\ndb:\n  image: postgres\n")
    assert list(found) == ["web", "db"]
    assert services("docker-compose.yml", "name: x\nvolumes: {a: {}}\n") == {}


def test_template() -> None:
    content = (
        "services:\n  web:\n    image: {{ image }}:{{ tag }}\n{% if db %}\n  db:\n    image: postgres\n{% endif %}\n"
    )
    found = services("templates/docker-compose.yml.j2", content)
    assert {name: one.attributes["image"] for name, one in found.items()} == {
        "web": "{{ image }}:{{ tag }}",
        "db": "postgres",
    }


def test_broken_file_is_a_gap() -> None:
    _, gaps = read("docker-compose.yml", "services:\n  a:\n   image: x\n  image: [\n")
    assert [gap.location.line for gap in gaps] == [5]
    assert "resource" in gaps[0].hides


_PIECES = st.sampled_from(
    ["services:", "\n", "  ", "a:", " {", "}", "[", "]", "image: x", "build: ", "build: {context: ", "command: ",
     "entrypoint: ", "- b", "null", "&a ", "*a", "<<: *a", "|\n", "'", "..", "${X:-y}", "1"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=30).map("".join) | st.binary(max_size=200))
def test_anything(content: str | bytes) -> None:
    data = content.encode() if isinstance(content, str) else content
    with suppress(Unreadable):
        list(compose.read(source("compose.yml", data)))


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["x", "./a", "${A", "a b", "--", "-"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["context", "dockerfile", "target", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["build", "command", "entrypoint", "image"]), _VALUES))
def test_any_service(service: dict[str, object]) -> None:
    import json

    facts = list(compose.read(source("compose.yml", json.dumps({"services": {"a": service}}))))
    assert sum(isinstance(fact, Resource) for fact in facts) == 1
