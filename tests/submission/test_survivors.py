"""Whose lines survive: git's own figures, with few questions to git."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence_check.submission import git, survivors
from evidence_check.submission.survivors import BOT, TEMPLATE, Survivors
from tests.gitrepo import build
from tests.gitrepo import git as run_git
from tests.support import open_submission

TWO = """
2024-03-01 Ada Lovelace <ada@example.org>: Start the service
  app.py: one = 1\\ntwo = 2\\nthree = 3\\nfour = 4
  README.md: # Notes
2024-03-02 Bob Stone <bob@example.org>: Change a line, add a file
  app.py: one = 1\\ntwo = 22\\nthree = 3\\nfour = 4
  bob.py: mine = 1\\nyours = 2
2024-03-03 Ada L <ada@example.org>: Another name of the same person
  ada.py: more = 1
2024-03-04 dependabot[bot] <support@github.com>: Bump flask
  requirements.txt: flask==3.0.1\\nrequests==2.31.0
"""


def counted(source: Path, room: Path, subfolder: str = "") -> Survivors:
    """The only part's surviving lines."""
    room.mkdir()
    opened = open_submission([str(source)], workspace=room, subfolder=subfolder)
    started = survivors.start(opened.submission.parts, opened.repositories, opened.load)
    try:
        (told,) = survivors.finish(started).values()
    finally:
        survivors.stop(started)
    return told


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that git was asked to blame."""
    paths: list[str] = []
    run = git.run

    def told(repository: object, *arguments: str, **options: object) -> object:
        if arguments[0] == "blame":
            paths.append(arguments[-1])
        return run(repository, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(git, "run", told)
    return paths


@pytest.mark.parametrize("bare", [False, True])
def test_lines_by_person_with_bots_apart(tmp_path: Path, asked: list[str], bare: bool) -> None:
    told = counted(build(tmp_path / "app", TWO, bare=bare), tmp_path / "room")
    assert told == Survivors({BOT: 2, 0: 5, 1: 3}, 5, 5)
    assert asked == ["app.py"]


def test_of_a_subfolder_only_its_own_files_are_counted(tmp_path: Path) -> None:
    history = """
    2024-03-01 Ada Lovelace <ada@example.org>: Start
      api/app.py: one
      web/app.js: two
    2024-03-02 Bob Stone <bob@example.org>: Web
      web/page.js: three
    2024-03-03 Bob Stone <bob@example.org>: Pipeline
      .github/workflows/ci.yml: on: push
    """
    told = counted(build(tmp_path / "app", history), tmp_path / "room", subfolder="api")
    assert (told.lines, told.counted, told.files) == ({0: 1, 1: 1}, 2, 2)


def test_a_template_s_lines_stand_apart(tmp_path: Path) -> None:
    history = """
    2023-01-01 Tutor One <one@school.org>: Starter
      app.py: a\\nb\\nc
      untouched.py: x\\ny
    2024-03-01 Ada Lovelace <ada@example.org>: Own
      app.py: a\\nB\\nc\\nd
    """ + "".join(
        f"2024-03-{day:02} Ada Lovelace <ada@example.org>: Step {day}\n      own{day}.py: v = {day}\n    "
        for day in range(2, 9)
    )
    told = counted(build(tmp_path / "app", history), tmp_path / "room")
    assert told.lines == {TEMPLATE: 4, 0: 9}


def test_a_renamed_file_keeps_its_writer_through_several_names(tmp_path: Path) -> None:
    text = "\\n".join(f"line {number} of the service" for number in range(20))
    history = f"""
    2024-03-01 Ada Lovelace <ada@example.org>: Start
      old.py: {text}
    2024-03-02 Bob Stone <bob@example.org>: Move
      -old.py
      app/new.py: {text}
    2024-03-03 Bob Stone <bob@example.org>: Move again
      -app/new.py
      application/new.py: {text}
    """
    told = counted(build(tmp_path / "app", history), tmp_path / "room")
    assert told.lines == {1: 20}  # Bob has more commits, so that Ada comes second


def test_who_only_changes_spaces_takes_no_lines(tmp_path: Path) -> None:
    history = r"""
    2024-03-01 Ada Lovelace <ada@example.org>: Start
      app.py: if ready:\n  run()\n  stop()
    2024-03-02 Bob Stone <bob@example.org>: Format
      app.py: if ready:\n    run()\n    stop()
    """
    assert counted(build(tmp_path / "app", history), tmp_path / "room").lines == {0: 3}


def test_of_many_files_a_spread_is_counted(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(survivors, "BLAMED", 10)
    mine = "".join(f"  src/f{number:02}.py: a\\nb\n" for number in range(30))
    ours = "".join(f"  src/f{number:02}.py: a\\nc\n" for number in range(30))
    history = (
        f"2024-03-01 Ada Lovelace <ada@example.org>: Start\n{mine}"
        f"2024-03-02 Bob Stone <bob@example.org>: Change\n{ours}"
    )
    told = counted(build(tmp_path / "app", history), tmp_path / "room")
    assert (told.counted, told.files) == (10, 30)
    assert told.lines == {0: 10, 1: 10}
    assert sorted(asked) == [f"src/f{number:02}.py" for number in range(0, 30, 3)]


def test_a_shallow_clone_is_told_and_nothing_is_counted(tmp_path: Path) -> None:
    full = build(tmp_path / "full", TWO)
    run_git(tmp_path, "clone", "--quiet", "--depth=1", full.as_uri(), "app")
    assert counted(tmp_path / "app", tmp_path / "room") == Survivors({}, 0, 5, "the clone is shallow")


def test_a_partial_clone_counts_what_it_can(tmp_path: Path) -> None:
    full = build(tmp_path / "full", TWO)
    run_git(full, "config", "uploadpack.allowFilter", "true")
    run_git(tmp_path, "clone", "--quiet", "--filter=blob:none", full.as_uri(), "app")
    told = counted(tmp_path / "app", tmp_path / "room")
    assert (told.counted, told.files) == (4, 5)
    assert told.lines == {BOT: 2, 0: 2, 1: 2}


def test_nothing_is_told_of_a_folder_without_history(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "app.py").write_text("one = 1\n")
    (tmp_path / "room").mkdir()
    opened = open_submission([str(tmp_path / "app")], workspace=tmp_path / "room")
    started = survivors.start(opened.submission.parts, opened.repositories, opened.load)
    assert survivors.finish(started) == {}
    survivors.stop(started)
