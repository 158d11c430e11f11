"""Regular expressions that are compiled when they are first used."""

from __future__ import annotations

import copy
import pickle
import re
from pathlib import Path

import pytest

import evidence_check
from evidence_check.expressions import expression


def test_it_answers_as_re_does() -> None:
    lazy, eager = expression(r"(?P<key>\w+)=(\d+)", re.IGNORECASE), re.compile(r"(?P<key>\w+)=(\d+)", re.IGNORECASE)
    text = "retries=3, TIMEOUT=20"
    for name in ("search", "match", "fullmatch"):
        assert str(getattr(lazy, name)(text)) == str(getattr(eager, name)(text))
    assert [m.span() for m in lazy.finditer(text)] == [m.span() for m in eager.finditer(text)]
    assert lazy.findall(text) == eager.findall(text)
    assert lazy.sub(r"\2", text) == eager.sub(r"\2", text) == "3, 20"
    assert lazy.split(text) == eager.split(text)
    assert (lazy.pattern, lazy.flags, lazy.groups) == (eager.pattern, eager.flags, eager.groups)
    assert expression(rb"\d+").findall(b"a1b22") == [b"1", b"22"]


def test_nothing_is_compiled_before_it_is_used() -> None:
    broken = expression("(")
    with pytest.raises(re.error, match="unterminated"):
        broken.search("text")


def test_it_can_be_copied_and_sent_to_another_process() -> None:
    fresh = expression(r"\d+")
    assert copy.deepcopy(fresh).findall("1 a 22") == ["1", "22"]
    assert fresh.search("7")
    assert pickle.loads(pickle.dumps(fresh)).findall("1 a 22") == ["1", "22"]
    with pytest.raises(AttributeError):
        fresh.serch  # type: ignore[attr-defined]  # noqa: B018 - misspelt on purpose


def test_every_expression_of_the_tool_waits() -> None:
    package = Path(evidence_check.__file__).parent
    eager = [
        path.name
        for path in sorted(package.rglob("*.py"))
        if "= re.compile(" in path.read_text(encoding="utf-8") and path.name != "expressions.py"
    ]
    assert eager == [], "use `expression`: a scan needs a third of them"
