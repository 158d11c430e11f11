"""Globs of texts and paths, one by one and many at once, held against what their letters say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.patterns import PathGlobs, Paths, TextGlobs, text_globs

TEXT_GLOBS = st.lists(st.text("ab.*?", max_size=7), max_size=6)
PIECES = st.sampled_from(["a", "b", "ab", "a.b", "*", "?", "**", "/", "**/", "{a,b}", "{b.,*a}", "A"])
PATH_GLOBS = st.lists(st.lists(PIECES, min_size=1, max_size=6).map("".join), min_size=1, max_size=5)
PATHS = st.lists(st.text("abB.", min_size=1, max_size=4), min_size=1, max_size=4).map("/".join)


def says(glob: str, text: str) -> bool:
    """What a glob of texts says, letter by letter."""
    return re.fullmatch("".join({"*": ".*", "?": "."}.get(one, re.escape(one)) for one in glob), text) is not None


def says_of_path(glob: str, path: str) -> bool:
    """What a glob of paths says, token by token."""
    text = "" if "/" in glob else "(?:.*/)?"
    means = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}
    for token in re.findall(r"\*\*/|\*\*|.", glob):
        text += means.get(token) or re.escape(token)
    return re.fullmatch(text, path, re.IGNORECASE) is not None


@given(TEXT_GLOBS, st.text("ab.", max_size=9))
def test_a_text_is_of_the_globs_that_say_so(globs: list[str], text: str) -> None:
    of = {glob for glob in globs if says(glob, text)}
    assert set(TextGlobs(globs).of(text)) == of
    assert text_globs(globs)(text) is bool(of)


@given(PATH_GLOBS, PATHS)
def test_a_path_is_of_the_globs_that_say_so(globs: list[str], path: str) -> None:
    assert PathGlobs(globs).of(path) == {glob for glob in globs if says_of_path(glob, path)}


@pytest.mark.parametrize(
    ("globs", "path", "taken"),
    [
        (["*.tf", "!**/examples/**"], "infra/Main.TF", True),
        (["*.tf", "!**/examples/**"], "infra/examples/main.tf", False),
        (["!**/docs/**"], "src/app.py", True),
        (["!**/docs/**"], "docs/app.py", False),
        ([".github/workflows/*.yml"], ".github/workflows/ship.yml", True),
        ([".github/workflows/*.yml"], ".github/workflows/old/ship.yml", False),
        (["**/{dev,prod}/**/*.y*ml"], "deploy/prod/app.yaml", True),
        (["**/{dev,prod}/**/*.y*ml"], "deploy/products/app.yaml", False),
    ],
)
def test_what_a_rule_takes(globs: list[str], path: str, taken: bool) -> None:
    unwanted = frozenset(glob[1:] for glob in globs if glob.startswith("!"))
    assert Paths(frozenset(glob for glob in globs if not glob.startswith("!")), unwanted)(path) is taken
