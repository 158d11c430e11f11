from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.submission import folder
from evidence_check.submission.folder import is_ignored, parse_ignore, walk


@pytest.mark.parametrize(
    ("patterns", "path", "ignored"),
    [
        ("*.log", "logs/a.log", True), ("*.log\n!keep.log", "keep.log", False), ("/build", "build/", True),
        ("/build", "src/build/", False), ("build/", "src/build/", True), ("build/", "src/build", False),
        ("docs/**/*.pdf", "docs/a/b/c.pdf", True), ("# comment", "# comment", False), ("\\#odd", "#odd", True),
        ("", "a", False), ("[", "[", False), ("node_modules", "web/node_modules/", True), ("*.py[cod]", "x.pyc", True),
    ],
)  # fmt: skip
def test_patterns_are_those_of_git(patterns: str, path: str, ignored: bool) -> None:
    assert is_ignored(path, (("", parse_ignore(patterns.encode())),)) is ignored


def test_the_innermost_file_decides() -> None:
    outer, inner = parse_ignore(b"*.txt"), parse_ignore(b"!notes.txt")
    assert is_ignored("docs/notes.txt", (("", outer), ("docs/", inner))) is False
    assert is_ignored("docs/other.txt", (("", outer), ("docs/", inner))) is True


def test_a_pattern_made_to_take_for_ever_is_left_out() -> None:
    spec = parse_ignore(b"*a*a*a*a*a*a*a*a*a*a*a*a*b\n*.log")
    assert not is_ignored("a" * 250, (("", spec),))
    assert is_ignored("x.log", (("", spec),))


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
def test_any_bytes_are_patterns(data: bytes, path: str) -> None:
    assert is_ignored(path, (("", parse_ignore(data)),)) in (True, False)


def test_a_walk_says_what_it_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "WALK_LIMIT", 3)
    monkeypatch.setattr(folder, "DEPTH_LIMIT", 2)
    (tmp_path / "a/b/c/d").mkdir(parents=True)
    for name in ("1.py", "2.py", "a/b/3.py", "a/b/c/d/4.py"):
        (tmp_path / name).write_text("x")
    entries, gaps = walk(tmp_path, "part")
    assert [entry.path for entry in entries] == ["1.py", "2.py", "a/b/3.py"]
    assert [gap.location.path for gap in gaps] == ["a/b/c"]
    (tmp_path / "5.py").write_text("x")
    _, gaps = walk(tmp_path, "part")
    assert any("more than 3 files" in gap.reason for gap in gaps)
