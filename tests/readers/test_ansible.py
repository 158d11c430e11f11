"""Ansible playbooks, roles and requirements."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Dependency, Fact, Resource, UnitKind
from evidence_check.readers import ansible
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def resources(facts: list[Fact]) -> list[tuple[str, str, int]]:
    return [(f.type, f.name, f.location.line) for f in facts if isinstance(f, Resource)]


def commands(facts: list[Fact]) -> list[tuple[str, int, int]]:
    return [(" ".join(f.words), f.location.line, f.order) for f in facts if isinstance(f, Command)]


PLAYBOOK = """
    - name: Web servers
      hosts: web
      become: true
      roles:
        - common
        - role: nginx
          vars: {port: 80}
      tasks:
        - name: Install
          ansible.builtin.apt:
            name: git
            state: present
          when: ansible_os_family == "Debian"
        - apt: name=curl update_cache=yes
        - name: Start
          shell: |
            cd /srv
            docker compose up -d
          ignore_errors: true
        - block:
            - command: make install
              args:
                chdir: /srv
          rescue:
            - include_role:
                name: rollback
      handlers:
        - name: restart
          service: name=nginx state=restarted
    - import_playbook: other.yml
    """


def test_playbook() -> None:
    facts = read_with(ansible, "site.yml", PLAYBOOK)
    assert resources(facts) == [
        ("play", "Web servers", 1),
        ("role", "common", 5),
        ("role", "nginx", 6),
        ("task", "apt", 9),
        ("task", "apt", 14),
        ("task", "shell", 15),
        ("task", "command", 21),
        ("task", "include_role", 25),
        ("role", "rollback", 25),
        ("task", "service", 28),
        ("play", "", 30),
    ]
    tasks = [f for f in facts if isinstance(f, Resource) and f.type == "task"]
    assert tasks[0].attributes == {
        "name": "Install",
        "when": 'ansible_os_family == "Debian"',
        "module": "ansible.builtin.apt",
        "args": {"name": "git", "state": "present"},
    }
    assert tasks[0].attributes["args"].line_of("state") == 12
    assert (tasks[0].location.line, tasks[0].location.end_line) == (9, 13)
    assert tasks[1].attributes["args"] == {"name": "curl", "update_cache": "yes"}


def test_commands_of_tasks() -> None:
    facts = read_with(ansible, "site.yml", PLAYBOOK)
    assert commands(facts) == [("cd /srv", 17, 0), ("docker-compose up -d", 18, 1), ("make install", 21, 2)]
    found = [f for f in facts if isinstance(f, Command)]
    assert [f.hides_failure for f in found] == [True, True, False]
    assert {f.inside for f in found} == {"remote"}
    assert {(f.unit.kind, f.unit.path, f.unit.name) for f in found} == {(UnitKind.TASK, "site.yml", "")}


@pytest.mark.parametrize("place", ["hosts: localhost", "hosts: all\n  connection: local"])
def test_local_plays_run_here(place: str) -> None:
    facts = read_with(ansible, "a.yml", f"- {place}\n  tasks:\n    - command: terraform apply\n")
    assert [f.inside for f in facts if isinstance(f, Command)] == [""]


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("shell: npm test", "npm test"),
        ("ansible.builtin.command: {cmd: npm test}", "npm test"),
        ("command: {argv: [npm, test]}", "npm test"),
        ("action: command npm test", "npm test"),
        ("local_action: {module: shell, cmd: npm test}", "npm test"),
        ("script: setup.sh --all", "./setup.sh --all"),
        ("win_shell: Install-Module x", "Install-Module x"),
        ("ansible.builtin.raw: yum -y install python3", "yum -y install python3"),
    ],
)
def test_forms_of_commands(task: str, words: str) -> None:
    facts = read_with(ansible, "roles/app/tasks/main.yml", f"- name: x\n  {task}\n")
    (command,) = [f for f in facts if isinstance(f, Command)]
    assert " ".join(command.words) == words
    assert command.directory == ("roles/app/files" if "setup" in words else "")


@pytest.mark.parametrize("task", ["apt: name=x", "debug: msg='shell npm test'", "template: {src: a, dest: b}"])
def test_other_modules_run_nothing(task: str) -> None:
    assert commands(read_with(ansible, "tasks/main.yml", f"- {task}\n")) == []


def test_role() -> None:
    facts = read_with(ansible, "ansible/roles/web/tasks/main.yml", "- package: {name: nginx}\n")
    assert resources(facts) == [("role", "web", 1), ("task", "package", 1)]
    assert isinstance(facts[0], Resource)
    assert facts[0].attributes == {"defined": "ansible/roles/web"}
    assert resources(read_with(ansible, "roles/web/handlers/main.yml", "- service: name=x\n")) == [
        ("task", "service", 1)
    ]


def test_requirements() -> None:
    facts = read_with(
        ansible,
        "requirements.yml",
        """
        roles:
          - src: geerlingguy.docker
            version: 6.1.0
        collections:
          - name: community.docker
          - amazon.aws:7.0.0
        """,
    )
    assert [(f.ecosystem, f.name, f.version, f.location.line) for f in facts if isinstance(f, Dependency)] == [
        ("galaxy", "geerlingguy.docker", "6.1.0", 2),
        ("galaxy", "community.docker", "", 5),
        ("galaxy", "amazon.aws", "7.0.0", 6),
    ]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("inventory.yml", "all:\n  hosts:\n    web:\n"),
        ("data.yml", "- name: x\n  hosts: 3\n  value: 1\n"),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n    - name: playbook\n      shell: hosts\n"),
        (".gitlab-ci.yml", "test:\n  script:\n    - ansible-playbook hosts\n"),
        ("requirements.yml", "name: conda\ndependencies:\n  - python\n"),
        ("docs/tasks/list.yml", "tasks:\n  - name: x\n"),
        ("ansible/vars.yml", "- name: x\n  value: y\n"),
        ("prometheus/rules.yml", "groups:\n- name: hosts\n  rules: []\n"),
    ],
)
def test_not_wanted(path: str, content: str) -> None:
    assert not ansible.wants(source(path, content))


def test_extension_in_capitals() -> None:
    facts = read_with(ansible, "my-playbook.YML", "- hosts: web\n  tasks:\n    - apt: name=x\n")
    assert [found[0] for found in resources(facts)] == ["play", "task"]


def test_tasks_outside_of_roles() -> None:
    content = "- name: x\n  apt: {name: y}\n- community.docker.docker_image:\n    name: z\n"
    assert resources(read_with(ansible, "ansible/install.yml", content)) == [
        ("task", "apt", 1),
        ("task", "docker_image", 3),
    ]


_KEYS = st.sampled_from(
    ["hosts", "tasks", "roles", "block", "rescue", "name", "shell", "command", "cmd", "argv", "action", "script", "apt",
     "args", "role", "include_role", "import_playbook", "collections", "src", "version", "connection",
     "ignore_errors", "delegate_to"]
)  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["x", "a=b c='d", "localhost", "yes", "", "shell"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=15,
)


@given(
    st.lists(_VALUES, max_size=3) | _VALUES, st.sampled_from(["a.yml", "roles/a/tasks/main.yml", "requirements.yml"])
)
def test_any_document(document: object, path: str) -> None:
    given_source = source(path, json.dumps(document))
    ansible.wants(given_source)
    assert isinstance(list(ansible.read(given_source)), list)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    with suppress(Unreadable):
        list(ansible.read(source("tasks/main.yml", data)))
