"""Puppet manifests."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Resource
from evidence_check.readers import puppet
from tests.support import read_with, source


def test_manifest() -> None:
    facts = read_with(
        puppet,
        "manifests/init.pp",
        """
        # package { 'hidden': }
        class web (
          String $port = '80',
        ) {
          include stdlib
          package { 'nginx':
            ensure => installed,
          }
          file { '/etc/nginx.conf': ensure => file, mode => '0644' }
          service {
            'nginx':
              ensure => running,
          }
          if $x { notice('y') }
          exec { 'reload':
            command => '/usr/sbin/nginx -s reload',
          }
        }
        node 'web.example.org' { }
        """,
    )
    assert [(f.type, f.name, f.location.line, f.location.end_line) for f in facts if isinstance(f, Resource)] == [
        ("class", "web", 2, 0),
        ("include", "stdlib", 5, 0),
        ("package", "nginx", 6, 8),
        ("file", "/etc/nginx.conf", 9, 9),
        ("service", "nginx", 10, 13),
        ("exec", "reload", 15, 17),
        ("node", "web.example.org", 19, 0),
    ]
    found = {f.type: f for f in facts if isinstance(f, Resource)}
    assert found["file"].attributes == {"ensure": "file", "mode": "0644"}
    assert found["service"].attributes == {"ensure": "running"}
    assert found["package"].system == "puppet"
    (command,) = [f for f in facts if isinstance(f, Command)]
    assert (command.words, command.location.line) == (("nginx", "-s", "reload"), 16)


def test_pascal_is_not_wanted() -> None:
    assert not puppet.wants(source("main.pp", "program Hello;\nbegin\n  writeln('x');\nend.\n"))
    assert not puppet.wants(source("a.py", "class x:\n"))


_PIECES = st.sampled_from(
    [
        "package ",
        "{",
        "}",
        " 'x':",
        "\n",
        "ensure => ",
        "'y'",
        ",",
        "exec ",
        "command => 'ls'",
        "class a",
        "#",
        "$v",
        "[",
        "]",
    ]
)


@given(st.lists(_PIECES, max_size=30).map("".join) | st.text(max_size=100))
def test_any_text(text: str) -> None:
    facts = list(puppet.read(source("a.pp", text.encode("utf-8", "replace"))))
    assert all(fact.location.line >= 1 for fact in facts)
