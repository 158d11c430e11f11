"""Environment files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Setting
from evidence_check.readers import dotenv
from tests.support import read_with, source


def test_variables() -> None:
    facts = read_with(
        dotenv,
        ".env.production",
        "# DB=old\nexport DB_URL=postgres://db/app # primary\nKEY='a # b'\n"
        'PEM="line 1\nline 2"\nEMPTY=\nOPEN="x\nlast=1\n',
    )
    assert [(fact.location.line, fact.path, fact.value) for fact in facts if isinstance(fact, Setting)] == [
        (2, "DB_URL", "postgres://db/app"),
        (3, "KEY", "a # b"),
        (4, "PEM", "line 1\nline 2"),
        (6, "EMPTY", ""),
        (7, "OPEN", "x"),
        (8, "last", "1"),
    ]


@pytest.mark.parametrize("path", [".env", "app/.env.example", "web.env", ".envrc", ".env.j2", "env-secrets.template"])
def test_wanted(path: str) -> None:
    assert dotenv.wants(source(path, ""))


@pytest.mark.parametrize(
    "path", ["env.py", "src/env.ts", ".env.ts", "environment.yml", "terraform/dev.tfvars", "venv/x.cfg"]
)
def test_not_wanted(path: str) -> None:
    assert not dotenv.wants(source(path, ""))


@given(st.text(max_size=200) | st.text(alphabet="A=\"'#\n ", max_size=200))
def test_any_text_gives_settings(text: str) -> None:
    given_file = source(".env", text.encode(errors="replace"))
    lines = given_file.text.count("\n") + 1
    assert all(1 <= fact.location.line <= lines for fact in dotenv.read(given_file))
