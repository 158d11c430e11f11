from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evidence_check import lint
from evidence_check.model import Category, File, Gap, LintResult, Location, Part

RISKY = """\
import subprocess

password = "Tr0ub4dor&3-horse"


def run(command):
    return subprocess.call(command, shell=True)  # nosec


def lost(items=[]):
    return itmes
"""


def check(folder: Path, files: dict[str, str], category: Category = Category.OWN) -> tuple[list[LintResult], list[Gap]]:
    listed = tuple(File(Location("app", path), category, "python", len(text)) for path, text in files.items())
    started = lint.start([Part("app", "app", listed)], lambda file: files[file.location.path].encode(), folder)
    return lint.finish(started)


def test_bandit_and_pylint_name_the_worst_with_their_places(tmp_path: Path) -> None:
    results, gaps = check(tmp_path, {"clinic/app.py": RISKY})
    assert gaps == []
    bandit, pylint = results
    assert (bandit.tool, bandit.files) == ("bandit", 1)
    assert bandit.counts["high"] == 1, "`# nosec` of a submission silences nobody"
    assert (bandit.worst[0].code, bandit.worst[0].location) == ("B602", Location("app", "clinic/app.py", 7))
    assert pylint.worst[0].code == "undefined-variable"
    assert pylint.worst[0].location.line == 11
    assert "import-error" not in {message.code for message in pylint.worst}


def test_no_secret_is_quoted(tmp_path: Path) -> None:
    results, _ = check(tmp_path, {"app.py": RISKY})
    texts = [message.text for result in results for message in result.worst]
    assert any("password" in text for text in texts)
    assert not any("Tr0ub4dor" in text for text in texts)


def test_clean_code_has_nothing_said_of_it(tmp_path: Path) -> None:
    results, _ = check(tmp_path, {"app.py": "def double(number):\n    return 2 * number\n"})
    assert [result.counts for result in results] == [{}, {}]


def test_what_only_the_copies_lack_is_no_mistake(tmp_path: Path) -> None:
    text = (
        "import flask\nfrom ..models import Booking\n\n\ndef book():\n    return Booking.objects.get(flask.request)\n"
    )
    results, _ = check(tmp_path, {"clinic/bookings/views.py": text, "clinic/models.py": "class Booking:\n    pass\n"})
    assert "error" not in results[1].counts


def test_only_own_python_is_looked_at(tmp_path: Path) -> None:
    assert check(tmp_path, {"app.py": RISKY}, Category.VENDORED) == ([], [])
    assert list(tmp_path.iterdir()) == []


def test_the_submission_configures_no_linter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    canary = tmp_path / "canary"
    submission = tmp_path / "submission"
    submission.mkdir()
    hook = f"[MAIN]\ninit-hook=open({str(canary)!r}, 'w').close()\n"
    (submission / ".pylintrc").write_text(hook)
    (submission / ".bandit").write_text("[bandit]\nskips: B602\n")
    (submission / "sitecustomize.py").write_text(f"open({str(canary)!r}, 'w').close()\n")
    monkeypatch.chdir(submission)
    monkeypatch.setenv("PYTHONPATH", str(submission))
    room = tmp_path / "room"
    room.mkdir()
    files = {".pylintrc.py": hook, "pylintrc.py": hook, "app.py": RISKY}
    results, _ = check(room, files)
    assert results[0].counts["high"] == 1
    assert not canary.exists()


def test_a_linter_that_takes_too_long_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lint, "SECONDS", -1)
    results, gaps = check(tmp_path, {"app.py": RISKY})
    assert results == []
    assert {gap.stage for gap in gaps} == {"lint"}
    assert all(gap.hides == frozenset() for gap in gaps), "no signal is read from a linter"


def test_a_linter_that_cannot_be_started_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    results, gaps = check(tmp_path, {"a.py": RISKY})
    assert results == []
    assert [gap.reason for gap in gaps] == ["bandit could not be started here", "pylint could not be started here"]


def test_those_at_work_are_ended_and_those_that_never_were_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = File(Location("app", "a.py"), Category.OWN, "python", len(RISKY))
    started = lint.start([Part("app", "app", (file,))], lambda _: RISKY.encode(), tmp_path)
    lint.stop(started)
    assert started is not None
    assert all(process is not None and process.poll() is not None for process in started.processes.values())
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    (tmp_path / "other").mkdir()
    lint.stop(lint.start([Part("app", "app", (file,))], lambda _: RISKY.encode(), tmp_path / "other"))


@pytest.mark.skipif(os.name == "nt", reason="users of POSIX")
def test_a_user_without_a_home_has_linters_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    given: dict[str, str] = {}
    start = subprocess.Popen

    def noted(command: list[str], **options: Any) -> Any:
        given.update(options["env"])
        return start(command, **options)

    monkeypatch.setattr(Path, "home", nowhere)
    monkeypatch.setattr(subprocess, "Popen", noted)
    results, gaps = check(tmp_path, {"a.py": RISKY})
    assert gaps == []
    assert [result.tool for result in results] == ["bandit", "pylint"]
    assert given["HOME"] == str(tmp_path)
