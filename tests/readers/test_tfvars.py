"""Variable files and other values in HCL."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Fact, Setting
from evidence_check.readers import tfvars
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def settings(path: str, content: str) -> list[tuple[str, object, int]]:
    return [(f.path, f.value, f.location.line) for f in read_with(tfvars, path, content) if isinstance(f, Setting)]


def test_variables() -> None:
    assert settings(
        "environments/dev.tfvars",
        """
        # region = "hidden"
        environment = "dev"
        replicas    = 2
        encrypted   = true
        zones       = ["a",
          "b"]
        tags = {
          owner = "me"
          cost  = { centre = 1 }
        }
        """,
    ) == [
        ("environment", "dev", 2),
        ("replicas", 2, 3),
        ("encrypted", True, 4),
        ("zones[]", "a", 5),
        ("zones[]", "b", 6),
        ("tags.owner", "me", 8),
        ("tags.cost.centre", 1, 9),
    ]


def test_blocks_of_other_programs() -> None:
    assert settings(
        "vault/config.hcl",
        """
        ui = true
        listener "tcp" {
          tls_disable = 1
        }
        storage "raft" {
          retry_join {
            leader = "a"
          }
        }
        """,
    ) == [("ui", True, 1), ("listener.tcp.tls_disable", 1, 3), ("storage.raft.retry_join.leader", "a", 7)]


@pytest.mark.parametrize("path", ["backend-dev.hcl", "prod.s3.tfbackend", "x.pkrvars.hcl", ".tflint.hcl"])
def test_wanted(path: str) -> None:
    assert tfvars.wants(source(path, "a = 1\n"))


@pytest.mark.parametrize(
    "path",
    [".terraform.lock.hcl", "main.tf", "terragrunt.hcl", "a.pkr.hcl", "a.tftest.hcl", "a.nomad.hcl", "a.tfvars.json"],
)
def test_not_wanted(path: str) -> None:
    assert not tfvars.wants(source(path, "a = 1\n"))


def test_fault_comes_after_what_stands_before() -> None:
    facts: list[Fact] = []
    with pytest.raises(Unreadable) as caught:
        facts.extend(tfvars.read(source("a.tfvars", "a = 1\nb = [\n")))
    assert caught.value.line == 2
    assert len(facts) == 1


@given(
    st.text(max_size=100)
    | st.lists(st.sampled_from(["a", " = ", "{", "}", "\n", '"x"', "dynamic ", "[", "]"])).map("".join)
)
def test_any_text(text: str) -> None:
    with suppress(Unreadable):
        list(tfvars.read(source("a.tfvars", text.encode("utf-8", "replace"))))
