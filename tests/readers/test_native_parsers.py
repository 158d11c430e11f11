"""Parsers that are not Python read bytes of a submission too: none of them may end the scan, whatever it is given.

What they are given is read in a process of its own, so that a crash is a failed test and no end of the test run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import evidence_check
from evidence_check.readers import _shell
from tests.readers.test_any_bytes import NAMES
from tests.readers.test_shell import words

PACKAGE = str(Path(evidence_check.__file__).parent.parent)
TESTS = str(Path(__file__).parent.parent.parent)

LENGTH = 12_000
"""Characters of a file that opens again and again: deeper than any stack, and small enough to be read."""
PIECES = (
    "[", "{", "(", "- ", "? ", "a: [", "{a: ", "&a [", "!a [", "<a>", "<div>", "<a b='", "<!--", '{"a":', "[{",
    "$(", "${", "{{", "((", "`", '"$(', "a(", "a {\n", "if x; then ", "case x in a) ", "f() { ", "lambda:", "not ", "-",
    "x=[", "f'{", "a.", "> ", "* ", "1. ", "~", "{\\rtf1", "begin\n", "<<A <<B ", "\\", "&", "%{", "#{",
)  # fmt: skip
"""What opens something that is never closed, in one syntax or another."""

_READ = """
import sys
from evidence_check.readers import _limits, read_file
from tests.readers.test_native_parsers import LENGTH, PIECES
from tests.support import source
with _limits.stopwatch() as arm:
    for name in sys.argv[1:]:
        for piece in PIECES:
            _, gaps = read_file(source(name, piece * (LENGTH // len(piece))), arm)
            for gap in gaps:
                if "please report" in gap.reason or "seconds" in gap.reason:
                    print(name, repr(piece), gap.reason)
"""


def in_a_process(code: str, *arguments: str) -> str:
    """What the program prints; fails where it crashes."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((PACKAGE, TESTS)), "PYTHONFAULTHANDLER": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("names", [NAMES[0::2], NAMES[1::2]], ids=["even", "odd"])
def test_what_is_nested_without_end_is_no_crash(names: tuple[str, ...]) -> None:
    assert in_a_process(_READ, *names) == ""


def test_the_shell_parser_is_given_ascii_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    given = bytearray()
    parser = _shell._parser()

    class Spy:
        def parse(self, text: object) -> object:
            given.extend(text if isinstance(text, bytes) else text(0, None))  # type: ignore[operator]
            return parser.parse(text)  # type: ignore[call-overload]

    monkeypatch.setattr(_shell, "_parser", Spy)
    script = "kubectl apply -f café/é.yaml && cat <<END\n🚀 naïve\nEND\necho {🚀} 'übung' 完成 {\U000f0000\n"
    assert words(script) == ["kubectl apply -f café/é.yaml", "cat", "echo {🚀} übung 完成 {\U000f0000"]
    assert len(given) == len(script.encode())
    assert given.isascii()
