"""Salt states."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Resource
from evidence_check.readers import salt
from tests.support import read_with, source


def test_states() -> None:
    facts = read_with(
        salt,
        "states/web/init.sls",
        """
        {% if grains['os'] == 'Ubuntu' %}
        # hidden:
        #   pkg.installed
        nginx:
          pkg.installed: []
          service.running:
            - enable: True
            - require:
              - pkg: nginx
        {% endif %}
        deploy:
          cmd.run:
            - name: make deploy
        /etc/motd:
          file.managed:
            - source: salt://motd
        """,
    )
    assert [(f.type, f.name, f.location.line) for f in facts if isinstance(f, Resource)] == [
        ("pkg.installed", "nginx", 5),
        ("service.running", "nginx", 6),
        ("cmd.run", "deploy", 12),
        ("file.managed", "/etc/motd", 15),
    ]
    service = facts[1]
    assert isinstance(service, Resource)
    assert (service.system, service.attributes["enable"]) == ("salt", "True")
    (command,) = [f for f in facts if isinstance(f, Command)]
    assert (command.words, command.location.line) == (("make", "deploy"), 13)


def test_pillar_and_top_file_have_no_states() -> None:
    assert read_with(salt, "pillar/db.sls", "db:\n  host: localhost\n  port: 5432\n") == []
    assert read_with(salt, "top.sls", "base:\n  '*':\n    - web\n") == []
    assert not salt.wants(source("a.yml", "nginx:\n  pkg.installed\n"))


@given(
    st.lists(
        st.sampled_from(
            ["a:\n", "  pkg.installed:\n", "    - name: x\n", "  cmd.run\n", "- b\n", "{% x %}\n", "'q':\n", ":"]
        ),
        max_size=20,
    ).map("".join)
    | st.text(max_size=100)
)
def test_any_text(text: str) -> None:
    facts = list(salt.read(source("a.sls", text.encode("utf-8", "replace"))))
    assert all(fact.location.line >= 1 for fact in facts)
