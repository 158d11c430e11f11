"""The fixtures as they would be handed in: the parts of `complete` as git repositories with their histories."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.gitrepo import build, git

FIXTURES = Path(__file__).parent.parent / "fixtures"


def hand_in(name: str, folder: Path) -> Path:
    """A copy of a fixture in `folder`; parts whose history is told beside them become repositories."""
    case = folder / name
    shutil.copytree(FIXTURES / name, case, ignore=shutil.ignore_patterns("*.history"))
    for told in sorted((FIXTURES / name).glob("*.history")):
        part = case / told.stem
        tree = folder / f"{told.stem}-tree"
        part.rename(tree)
        build(part, told.read_text(encoding="utf-8"))
        shutil.copytree(tree, part, dirs_exist_ok=True)
        shutil.rmtree(tree)
        git(part, "add", "--all")
        author = ["-c", "user.name=Ada Lovelace", "-c", "user.email=ada@clinic.example"]
        git(part, *author, "commit", "--quiet", "--message=Hand in", date="2026-05-29T12:00:00+0000")
    return case
