"""Packer templates in HCL and JSON."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Fact, Resource, UnitKind
from evidence_check.readers import packer
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def resources(facts: list[Fact]) -> list[tuple[str, str, int]]:
    return [(fact.type, fact.name, fact.location.line) for fact in facts if isinstance(fact, Resource)]


def commands(facts: list[Fact]) -> list[tuple[str, int, int]]:
    return [(" ".join(f.words), f.location.line, f.order) for f in facts if isinstance(f, Command)]


def test_hcl_template() -> None:
    facts = read_with(
        packer,
        "images/web.pkr.hcl",
        """
        packer {
          required_plugins {
            amazon = {
              source  = "github.com/hashicorp/amazon"
              version = ">= 1.2"
            }
          }
        }
        variable "region" { default = "eu-west-2" }
        source "amazon-ebs" "web" {
          ami_name  = "web-{{timestamp}}"
          encrypted = true
        }
        build {
          name    = "web"
          sources = ["source.amazon-ebs.web"]
          provisioner "shell" {
            inline = [
              "sudo apt-get update",
              "sudo apt-get install -y nginx",
            ]
          }
          provisioner "shell" {
            script = "${path.root}/setup.sh"
          }
          provisioner "file" {
            source = "run this.sh"
          }
          provisioner "ansible" {
            playbook_file = "./site.yml"
          }
          post-processor "manifest" {}
        }
        """,
    )
    assert resources(facts) == [
        ("required_plugin", "amazon", 3),
        ("variable", "region", 9),
        ("source.amazon-ebs", "web", 10),
        ("build", "web", 14),
        ("provisioner.shell", "web", 17),
        ("provisioner.shell", "web", 23),
        ("provisioner.file", "web", 26),
        ("provisioner.ansible", "web", 29),
        ("post-processor.manifest", "web", 32),
    ]
    assert commands(facts) == [
        ("apt-get update", 19, 0),
        ("apt-get install -y nginx", 20, 1),
        ("./setup.sh", 24, 2),
        ("ansible-playbook site.yml", 30, 3),
    ]
    assert {f.unit.kind for f in facts if isinstance(f, Command)} == {UnitKind.MACHINE}
    assert {f.directory for f in facts if isinstance(f, Command)} == {"images"}


def test_json_template() -> None:
    facts = read_with(
        packer,
        "ami.json",
        """
        {
          "builders": [{"type": "amazon-ebs", "ami_name": "x"}],
          "provisioners": [
            {"type": "shell", "inline": ["yum update -y"]},
            {"type": "powershell", "inline": ["Install-WindowsFeature Web-Server"]}
          ]
        }
        """,
    )
    assert resources(facts) == [
        ("source.amazon-ebs", "", 2),
        ("provisioner.shell", "", 4),
        ("provisioner.powershell", "", 5),
        ("build", "", 1),
    ]
    assert [words for words, _, _ in commands(facts)] == ["yum update -y", "Install-WindowsFeature Web-Server"]


def test_other_files_are_not_wanted() -> None:
    assert not packer.wants(source("a.json", '{"builders": {"docker": 1}}'))
    assert not packer.wants(source("a.json", '{"builders": ['))
    assert not packer.wants(source("a.hcl", 'source "x" "y" {}'))


@given(
    st.lists(
        st.sampled_from(
            ["build {\n", "}\n", 'provisioner "shell" {\n', "inline = ", '["a"]', "1", "\n", "script = ", "packer {\n",
             "required_plugins {\n", "a = 1\n", "locals {\n", 'source "a" "b" {\n', "command = "]
        ),
        max_size=25,
    ).map("".join)
)  # fmt: skip
def test_any_blocks(text: str) -> None:
    with suppress(Unreadable):
        list(packer.read(source("a.pkr.hcl", text)))


_VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["shell", "powershell", "ls", "ansible"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "inline", "script", "scripts", "playbook_file"]), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["builders", "provisioners", "post-processors"]), _VALUES))
def test_any_json(document: dict[str, object]) -> None:
    import json

    given_source = source("a.pkr.json", json.dumps(document))
    packer.wants(source("a.json", json.dumps(document)))
    assert isinstance(list(packer.read(given_source)), list)
