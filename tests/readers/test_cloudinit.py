"""cloud-init files, and boot scripts in general."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Fact, Resource, Unit, UnitKind
from evidence_check.readers import cloudinit
from evidence_check.readers._source import Unreadable
from evidence_check.readers._user_data import boot_facts, looks_like_shell
from tests.support import read_with, source


def commands(facts: list[Fact]) -> list[tuple[str, int, int]]:
    return [(" ".join(f.words), f.location.line, f.order) for f in facts if isinstance(f, Command)]


def test_directives_of_terraform_are_passed_over() -> None:
    text = (
        "#cloud-config\n%{ if keys != [] }\nusers:\n  %{ for key in keys ~}\n  - ${key}\n  %{ endfor ~}\n%{ endif }\n"
    )
    facts = read_with(cloudinit, "infra/userdata.tftpl", f"{text}runcmd:\n  - echo hello\n")
    assert commands(facts) == [("echo hello", 9, 0)]


def test_cloud_config() -> None:
    facts = read_with(
        cloudinit,
        "infra/user-data.yaml",
        """
        #cloud-config
        package_upgrade: true
        packages:
          - nginx
        bootcmd:
          - echo hello
        runcmd:
          - [systemctl, enable, nginx]
          - cd /srv && docker compose up -d
          - |
            curl -fsSL https://example.org | bash
        """,
    )
    (config,) = [f for f in facts if isinstance(f, Resource)]
    assert (config.system, config.type, config.name) == ("cloud-init", "user-data", "user-data.yaml")
    assert config.attributes["package_upgrade"] is True
    assert (config.location.line, config.location.end_line) == (2, 11)
    assert commands(facts)[:4] == [
        ("echo hello", 6, 0),
        ("systemctl enable nginx", 8, 1),
        ("cd /srv", 9, 2),
        ("docker-compose up -d", 9, 3),
    ]
    assert ("curl -fsSL https://example.org", 11) in [found[:2] for found in commands(facts)]


def test_template_of_a_cloud_config() -> None:
    facts = read_with(cloudinit, "a.tpl", "#cloud-config\nruncmd:\n  - echo {{ name }}\nhostname: {{ host }}-{{ n }}\n")
    assert commands(facts)[0][0].startswith("echo")


def test_multi_part() -> None:
    content = """
        Content-Type: multipart/mixed; boundary="XX"
        MIME-Version: 1.0

        --XX
        Content-Type: text/cloud-config

        #cloud-config
        packages: [git]

        --XX
        Content-Type: text/x-shellscript

        yum install -y docker
        --XX--
        """
    facts = read_with(cloudinit, "boot.txt", content)
    assert commands(facts) == [("yum install -y docker", 13, 0)]
    (config,) = [f for f in facts if isinstance(f, Resource)]
    assert (config.location.line, config.attributes["packages"]) == (8, ["git"])


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.yaml", "# see #cloud-config\nruncmd: [x]\n"),
        ("README.md", "#cloud-config\n"),
        ("a.sh", "#!/bin/sh\necho '#cloud-config'\n"),
        ("mail.eml", "MIME-Version: 1.0\nContent-Type: multipart/mixed\n"),
    ],
)
def test_not_wanted(path: str, content: str) -> None:
    assert not cloudinit.wants(source(path, content))


def test_broken_file() -> None:
    with pytest.raises(Unreadable) as caught:
        read_with(cloudinit, "user-data", "#cloud-config\nruncmd: [a\n")
    assert caught.value.line >= 2


def boot(text: str, *, script: bool = False) -> list[str]:
    unit = Unit(UnitKind.MACHINE, "a")
    facts = list(boot_facts(text, source("a", text.encode()), unit, 1, script=script))
    return [" ".join(f.words) for f in facts if isinstance(f, Command)]


def test_kinds_of_boot_scripts() -> None:
    assert boot("#! /bin/bash\nls") == ["ls"]
    assert boot("#!/usr/bin/env -S bash -e\nls") == ["ls"]
    assert boot("#!/usr/bin/python3\nls") == []
    assert boot("<powershell>\nInstall-Module x\n</powershell>") == ["Install-Module x"]
    assert boot("ls") == []
    assert boot("ls", script=True) == ["ls"]


@pytest.mark.parametrize(
    ("text", "shell"),
    [
        ("sudo apt-get update\nsudo apt-get install -y nginx\n", True),
        ("docker run -d nginx", True),
        ("set -euo pipefail\ncd /srv\nmake install\n", True),
        ("set the value\nfor each of them\nif it is there\n", False),
        ("server {\n  listen 443 ssl;\n}\n", False),
        ("docker: true\ngit: false\n", False),
        ("SELECT 1;\nUPDATE x;\n", False),
        ("echo is what we hear\nin the hills\nand the dale\n", False),
    ],
)
def test_looks_like_shell(text: str, shell: bool) -> None:
    assert looks_like_shell(text) is shell


@given(
    st.lists(
        st.sampled_from(
            [
                "#cloud-config\n",
                "runcmd:\n",
                "- a\n",
                "- [b, 1, {}]\n",
                "- |\n  c\n",
                "bootcmd: ",
                "- null\n",
                "MIME-Version: 1.0\n",
                'Content-Type: multipart/mixed; boundary="X"\n',
                "--X\n",
                "\n",
                "<powershell>",
                "#!/bin/sh\n",
                "{{ x }}",
            ]
        ),
        max_size=20,
    ).map("".join)
    | st.text(max_size=100)
)
def test_any_text(text: str) -> None:
    boot(text)
    with suppress(Unreadable):
        list(cloudinit.read(source("a", text.encode("utf-8", "replace"))))
