"""Vagrantfiles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Fact, Resource, UnitKind
from evidence_check.readers import vagrant
from tests.support import read_with, source


def resources(facts: list[Fact]) -> list[tuple[str, str, int]]:
    return [(f.type, f.name, f.location.line) for f in facts if isinstance(f, Resource)]


def commands(facts: list[Fact]) -> list[tuple[str, int, int]]:
    return [(" ".join(f.words), f.location.line, f.order) for f in facts if isinstance(f, Command)]


def test_vagrantfile() -> None:
    facts = read_with(
        vagrant,
        "dev/Vagrantfile",
        """
        # config.vm.provision "chef_solo"
        $setup = <<~SCRIPT
          sudo apt-get update
          # apt-get install hidden
          cd /vagrant && pip install -r requirements.txt
        SCRIPT
        Vagrant.configure("2") do |config|
          config.vm.box = "ubuntu/jammy64" # LTS
          config.vm.define "web"
          config.vm.define :db do |db|
            db.vm.box = "debian/bookworm64"
          end
          config.vm.provision "shell", inline: $setup
          config.vm.provision "shell", inline: "echo \\"hi\\" && ls", run: "always"
          config.vm.provision "shell", path: "scripts/setup.sh"
          config.vm.provision "site", type: "ansible" do |ansible|
            ansible.playbook = "ansible/site.yml"
          end
        end
        """,
    )
    assert resources(facts) == [
        ("machine", "web", 9),
        ("machine", "db", 10),
        ("provisioner.shell", "shell", 13),
        ("provisioner.shell", "shell", 14),
        ("provisioner.shell", "shell", 15),
        ("provisioner.ansible", "site", 16),
    ]
    assert commands(facts) == [
        ("apt-get update", 3, 0),
        ("cd /vagrant", 5, 1),
        ("pip install -r requirements.txt", 5, 2),
        ("echo hi", 14, 3),
        ("ls", 14, 4),
        ("./scripts/setup.sh", 15, 5),
        ("ansible-playbook ansible/site.yml", 17, 6),
    ]
    found = [f for f in facts if isinstance(f, Command)]
    assert found[2].directory == "dev"
    assert found[5].directory == "dev"
    assert {f.unit.kind for f in found} == {UnitKind.MACHINE}
    last = [f for f in facts if isinstance(f, Resource)][-1]
    assert (last.system, last.attributes) == ("vagrant", {"playbook": "ansible/site.yml"})
    assert last.attributes.line_of("playbook") == 17  # type: ignore[attr-defined]  # it is a Map


def test_other_files_are_not_wanted() -> None:
    assert not vagrant.wants(source("vagrant.rb", ""))
    assert vagrant.wants(source("Vagrantfile", ""))


_PIECES = st.sampled_from(
    ["config.vm.provision ", '"shell"', ", ", "inline: ", "<<-S", "S", "\n", "path: ", "'x.sh'", " do |a|", "end", "#",
     "=begin", "=end", 'config.vm.box = "b"', "config.vm.define ", '"', "\\", "type: :ansible"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=30).map("".join) | st.text(max_size=100))
def test_any_text(text: str) -> None:
    facts = list(vagrant.read(source("Vagrantfile", text.encode("utf-8", "replace"))))
    last = text.count("\n") + text.count("\r") + 1
    assert all(1 <= fact.location.line <= last for fact in facts)
