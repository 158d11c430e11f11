"""Nomad job specifications."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Resource, UnitKind
from evidence_check.readers import nomad
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

JOB = """
    # a job
    job "web" {
      datacenters = ["dc1"]
      group "app" {
        count = 2
        task "server" {
          driver = "docker"
          config {
            image   = "web:1.0"
            command = "gunicorn"
            args    = ["-b", "0.0.0.0:${NOMAD_PORT_http}", "app:app"]
          }
          service {
            name = "web"
            check {
              type = "http"
            }
          }
        }
      }
    }
    """


@pytest.mark.parametrize("path", ["web.nomad", "jobs/web.nomad.hcl", "jobs/web.hcl"])
def test_job(path: str) -> None:
    facts = read_with(nomad, path, JOB)
    assert [(f.type, f.name, f.location.line, f.location.end_line) for f in facts if isinstance(f, Resource)] == [
        ("job", "web", 2, 21),
        ("group", "app", 4, 20),
        ("task", "server", 6, 19),
        ("service", "web", 13, 18),
    ]
    task = next(f for f in facts if isinstance(f, Resource) and f.type == "task")
    assert task.system == "nomad"
    assert task.attributes["config"][0]["image"] == "web:1.0"
    (command,) = [f for f in facts if isinstance(f, Command)]
    assert command.words == ("gunicorn", "-b", "0.0.0.0:${NOMAD_PORT_http}", "app:app")
    assert (command.unit.kind, command.unit.name, command.location.line) == (UnitKind.SERVICE, "server", 10)


def test_other_hcl_is_not_wanted() -> None:
    assert not nomad.wants(source("vault.hcl", 'path "secret/job" {\n  capabilities = ["read"]\n}\n'))
    assert not nomad.wants(source("main.tf", JOB))


def test_broken_file() -> None:
    with pytest.raises(Unreadable) as caught:
        read_with(nomad, "a.nomad", 'job "a" {\n  group "b" {\n')
    assert caught.value.line == 2


@given(
    st.lists(
        st.sampled_from(
            [
                'job "a" {\n',
                "group {\n",
                'task "x" {\n',
                "config {\n",
                "}\n",
                "command = ",
                '"a b"\n',
                "1\n",
                "args = [",
                "]\n",
            ]
        ),
        max_size=25,
    ).map("".join)
    | st.text(max_size=100)
)
def test_any_text(text: str) -> None:
    with suppress(Unreadable):
        list(nomad.read(source("a.nomad", text.encode("utf-8", "replace"))))
