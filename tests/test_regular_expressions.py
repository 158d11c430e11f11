"""No regular expression of the code or the rules takes more than quadratic time, whatever the text."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import evidence_check
from evidence_check.folders import rules_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing interrupts a search there")


def test_no_expression_tries_again_and_again() -> None:
    command = [sys.executable, "-m", "tests.adversary"]
    root = Path(__file__).parent.parent
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    *slow, count = done.stdout.splitlines()
    assert slow == []
    assert int(count.split()[0]) > 1500, "those of the rules are among them"


SLOW = (
    r"(?:\d+[.)]? *)*x",
    r"(a|aa)+$",
    r"\[\s*([^\]]+?)\s*\]\s*$",
    r"(.*?,){20,}P",
    r"a*b?a*b?a*$",
    r"\$\{\{\s*(.*?)\s*\}\}",
    r"([^:=\t#][^:=]{0,500}?)\s*::?(?!=)(.*)",
)


def test_those_that_do_are_found() -> None:
    code = (
        "import re, signal, sys\nfrom tests import adversary\nsignal.signal(signal.SIGVTALRM, adversary._end)\n"
        "print([bool(adversary.is_slow(re.compile(slow), adversary.LENGTH)) for slow in sys.argv[1:]])"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code, *SLOW], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout == f"{[True] * len(SLOW)}\n"


def test_no_group_is_repeated_possessively() -> None:
    """Python before 3.11.5 gets `(?:ab|c)*+` wrong (its issue 106052), and Debian 12 has such a one; `(?>(?:ab|c)*)`
    says the same."""
    package = Path(evidence_check.__file__).parent
    files = [*package.rglob("*.py"), *rules_folder().rglob("*.yaml")]
    group = re.compile(r"(?<!\\)\)[*+?]\+(?!\+)(?=\S)")
    assert group.search(r"(?:a|b)*+c")
    assert not group.search(r"(?>(?:a|b)*)[ab]*+\)?+c")
    assert [path.name for path in files if group.search(path.read_text(encoding="utf-8"))] == []
