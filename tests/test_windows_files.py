"""Files, pipes and names as Windows and macOS have them, played here."""

from __future__ import annotations

import datetime
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

import pytest

from evidence_check import atomic, cache, children, cli, console, guard, lint, workers, workspace
from evidence_check.model import Category, File, Location, Lookup, Part
from evidence_check.render import _text
from evidence_check.render.json_report import load_report
from evidence_check.submission import entries, folder, gitdir
from evidence_check.submission.entries import Loader, open_regular
from evidence_check.submission.errors import Refused
from tests.support import open_submission

PROJECT = Path(__file__).parents[1]
Junction = Callable[[Path], None]


def git(place: Path, *words: str) -> None:
    plain = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "protocol.file.allow=always"]
    subprocess.run(["git", *who, *words], cwd=place, check=True, capture_output=True, env=plain)


def repository(place: Path) -> Path:
    place.mkdir(parents=True)
    git(place, "init", "-q", "-b", "main")
    (place / "app.py").write_text("print('hello')\n")
    git(place, "add", ".")
    git(place, "commit", "-q", "-m", "An app")
    return place


@pytest.fixture
def junction(monkeypatch: pytest.MonkeyPatch) -> Junction:
    """Makes a folder count as a junction from then on, which says of itself that it is a folder."""
    known: set[int] = set()
    for module in (entries, folder, gitdir, cache):
        monkeypatch.setattr(module, "is_junction", lambda status: status.st_ino in known)
    return lambda path: known.add(path.stat().st_ino)


def test_a_repository_behind_a_junction_is_not_of_the_submission(tmp_path: Path, junction: Junction) -> None:
    repository(tmp_path / "handed-in/own")
    repository(tmp_path / "handed-in/host")
    assert folder.repositories_below(tmp_path / "handed-in") == ["host", "own"]
    junction(tmp_path / "handed-in/host")
    assert folder.repositories_below(tmp_path / "handed-in") == ["own"]


@pytest.mark.parametrize("place", [".git/objects", ".git/objects/info", ".git/refs", ".git/refs/heads"])
def test_git_data_behind_a_junction_is_not_read(tmp_path: Path, junction: Junction, place: str) -> None:
    root = repository(tmp_path / "app")
    assert gitdir.prepare(root / ".git", tmp_path / "before").head
    junction(root / place)
    with pytest.raises(Refused, match=r"link|no plain file"):
        gitdir.prepare(root / ".git", tmp_path / "after")


def test_a_git_folder_that_is_a_junction_gives_no_history(tmp_path: Path, junction: Junction) -> None:
    root = repository(tmp_path / "app")
    junction(root / ".git")
    (part,) = open_submission([str(root)], workspace=tmp_path / "room").submission.parts
    assert part.history is None
    assert [gap.reason for gap in part.gaps if "link to another place" in gap.reason]


def test_what_lies_behind_a_junction_is_not_looked_at_to_know_a_submission_again(
    tmp_path: Path, junction: Junction
) -> None:
    secret = tmp_path / "in/host/secret.txt"
    secret.parent.mkdir(parents=True)
    secret.write_text("one")
    own = cache.identity([tmp_path / "in"])
    secret.write_text("another")
    assert cache.identity([tmp_path / "in"]) != own
    junction(secret.parent)
    own = cache.identity([tmp_path / "in"])
    secret.write_text("yet another")
    assert cache.identity([tmp_path / "in"]) == own


def test_a_link_is_not_opened_where_the_system_cannot_be_asked_for_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"own")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    monkeypatch.delattr(os, "O_NOFOLLOW", raising=False)
    with pytest.raises(OSError, match="symbolic link"):
        open_regular(str(tmp_path / "link"))
    with open_regular(str(tmp_path / "file")) as stream:
        assert stream.read() == b"own"


def test_names_that_differ_in_case_and_share_a_file_on_disk_have_their_own_content(tmp_path: Path) -> None:
    """Played with a hard link: both names are the same file, as where case means nothing."""
    root = repository(tmp_path / "app")
    (root / "Makefile").write_text("test:\n\tpytest\n")
    (root / "makefile").write_text("lint:\n\truff check\n")
    (root / "other").write_text("on its own\n")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Two")
    (root / "makefile").unlink()
    os.link(root / "Makefile", root / "makefile")
    opened = open_submission([str(root)], workspace=tmp_path / "room")
    files = {file.location.path: file for file in opened.submission.parts[0].files}
    assert b"pytest" in opened.load(files["Makefile"])
    assert b"ruff" in opened.load(files["makefile"])
    (root / "other").write_text("changed\n")
    assert opened.load(files["other"]) == b"changed\n", "what is alone is read from the work tree"


def test_names_that_differ_in_case_and_are_two_files_are_read_from_disk(tmp_path: Path) -> None:
    root = repository(tmp_path / "app")
    for name in ("Notes.md", "notes.md"):
        (root / name).write_text("committed\n")
    git(root, "add", ".")
    for name in ("Notes.md", "notes.md"):
        (root / name).write_text(f"{name} now\n")
    if (root / "Notes.md").samefile(root / "notes.md"):
        pytest.skip("names that differ in case are one file here")
    opened = open_submission([str(root)], workspace=tmp_path / "room")
    read = {file.location.path: opened.load(file) for file in opened.submission.parts[0].files}
    assert (read["Notes.md"], read["notes.md"]) == (b"Notes.md now\n", b"notes.md now\n")


def test_the_linters_command_line_fits_where_it_may_be_32767_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []

    def start(words: Sequence[str], *_: Any) -> None:
        lines.append(subprocess.list2cmdline(words))

    monkeypatch.setattr(children, "start", start)
    name = "a_module_of_a_rather_long_name_such_as_people_give"
    files = tuple(
        File(Location("app", f"{name}_{number}.py"), Category.OWN, "python", 1) for number in range(lint.FILES)
    )
    started = lint.start([Part("app", "app", files)], lambda _: b"x", tmp_path)
    assert started is not None
    assert len(started.places) == lint.FILES
    assert len(lines) == 2
    assert max(map(len, lines)) < 32_767


def test_a_worker_that_died_before_it_was_asked_is_no_fault() -> None:
    dies = "import pickle, sys; pickle.dump('ready', sys.stdout.buffer); sys.stdout.flush(); sys.stdin.close()"
    with workers._another([sys.executable, "-c", dies]) as worker:
        assert worker is not None
        worker.process.wait()
        files = [File(Location("app", f"{number}.py")) for number in range(10)]
        assert worker.read(files, Loader({}), 0) is None
    assert worker.questions.closed


def test_a_slow_batch_is_waited_for_in_short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that Ctrl-C is seen on Windows, where nothing ends a wait."""
    batch = workers.Batch("app", [])
    turns: list[float | None] = []
    wait = batch.answer.result

    def result(timeout: float | None = None) -> Any:
        turns.append(timeout)
        if len(turns) == 3:
            batch.answer.set_result(None)
        return wait(0)

    monkeypatch.setattr(batch.answer, "result", result)
    assert workers._result(batch) is None
    assert len(turns) == 3
    assert all(turn is not None and turn <= 1 for turn in turns)


def test_what_a_killed_run_of_the_same_number_left_is_in_nobodys_way(tmp_path: Path) -> None:
    left = tmp_path / f"report.json.{os.getpid()}.part"
    left.write_text("half of")
    atomic.put(tmp_path / "report.json", b"{}")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("report.json", b"{}")]


def test_such_a_file_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "host.txt").write_text("the host's")
    (tmp_path / f"report.json.{os.getpid()}.part").symlink_to(tmp_path / "host.txt")
    atomic.put(tmp_path / "report.json", b"{}")
    assert (tmp_path / "host.txt").read_text() == "the host's"
    assert not (tmp_path / "report.json").is_symlink()


def test_a_report_that_another_program_shows_is_one_line_with_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(atomic, "put", refuse)
    monkeypatch.setattr(console, "_documents", lambda *_: {"json": b"{}"})
    report: Any = None
    with pytest.raises(console.Failure, match=r"Access is denied$"):
        console.write(report, str(tmp_path), ["json"])
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(console.Failure, match="Access is denied: close the reports that another program shows"):
        console.write(report, str(tmp_path), ["json"])


def test_what_a_killed_scan_left_write_protected_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = tmp_path / f"{workspace.PREFIX}old/work/objects/pack/pack-1.pack"
    pack.parent.mkdir(parents=True)
    pack.write_bytes(b"PACK")
    pack.chmod(0o444)
    os.utime(tmp_path / f"{workspace.PREFIX}old", (0, 0))
    unlink = os.unlink

    def as_windows(path: Any, *, dir_fd: int | None = None) -> None:
        if not os.lstat(path, dir_fd=dir_fd).st_mode & stat.S_IWUSR:
            raise PermissionError(13, "Access is denied")
        unlink(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", as_windows)
    workspace.remove_stale(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_ctrl_break_ends_the_scan_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "SIGBREAK", signal.SIGUSR1, raising=False)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1)}
    try:
        guard.end_in_order()
        with pytest.raises(guard.Stopped):
            signal.raise_signal(signal.SIGUSR1)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_no_program_of_the_current_folder_is_taken_for_git(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "NODEFAULTCURRENTDIRECTORYINEXEPATH"
    monkeypatch.delenv(name, raising=False)
    guard.run_nothing_from_here()
    assert name not in os.environ
    monkeypatch.setattr(sys, "platform", "win32")
    guard.run_nothing_from_here()
    assert os.environ[name]
    monkeypatch.delenv(name)


@pytest.mark.parametrize(("seconds", "told"), [(86_400, "1970-01-02"), (40_000_000_000, "3237-07-19")])
def test_a_date_after_the_last_that_windows_knows(seconds: int, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Windows(datetime.datetime):
        @classmethod
        def fromtimestamp(cls, timestamp: float, tz: datetime.tzinfo | None = None) -> Windows:
            if timestamp >= 32_536_850_400:
                raise OSError(22, "Invalid argument")
            return super().fromtimestamp(timestamp, tz)

    monkeypatch.setattr(_text, "datetime", Windows)
    monkeypatch.setattr(datetime, "datetime", Windows)
    assert _text.day(seconds) == told
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(seconds))
    assert cli._now() == f"{told}T{'00:00:00' if seconds == 86_400 else '23:06:40'}Z"


_CLOSED = """
import errno, io, os, stat, sys
from evidence_check import cli

class Pipe(io.RawIOBase):
    def writable(self):
        return True

    def fileno(self):
        return 1

    def write(self, data):
        if stat.S_ISFIFO(os.fstat(1).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        return os.write(1, data)

sys.stdout = io.TextIOWrapper(io.BufferedWriter(Pipe()))
sys.platform = sys.argv.pop(1)
cli.main(sys.argv[1:])
"""


@pytest.mark.skipif(os.name == "nt", reason="there it is really so")
@pytest.mark.parametrize(("platform", "code"), [("win32", 141), ("linux", 3)])
def test_a_reader_that_has_gone_is_told_apart_from_a_fault(platform: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CLOSED, platform, "explain", "K11"],
        capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(PROJECT)}, check=False,
    )  # fmt: skip
    if code == 141:
        assert (done.returncode, done.stderr) == (141, "")
    else:
        assert "an unexpected fault (OSError" in done.stderr


def test_a_checkout_by_git_for_windows_has_the_same_bytes(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    (root / ".gitattributes").write_bytes((PROJECT / ".gitattributes").read_bytes())
    (root / "report.css").write_bytes(b"a {}\nb {}\n")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Attributes")
    git(tmp_path, "clone", "-q", "-c", "core.autocrlf=true", str(root), "checkout")
    assert (tmp_path / "checkout/report.css").read_bytes() == b"a {}\nb {}\n"


@pytest.mark.parametrize(("on_disk", "written"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_a_name_with_its_accent_apart_is_the_same_name(
    tmp_path: Path, on_disk: Literal["NFC", "NFD"], written: Literal["NFC", "NFD"]
) -> None:
    """As macOS has them, whose archives hold `é` as two characters where a keyboard writes one."""
    root = tmp_path / "handed-in"
    (root / "app").mkdir(parents=True)
    (root / normalize(on_disk, "app/café.py")).write_text("def serve():\n    return 1\n")
    said = normalize(written, "The service `app/café.py` answers; `app/cafe.py` does not, nor `app/thé.py`.\n")
    (root / normalize(on_disk, "Résumé.md")).write_text(f"# Analysis\n\n{said}", encoding="utf-8")
    case = normalize(written, "documents:\n  analysis: Résumé.md\n")
    (root / "evidence-check.yaml").write_text(case, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "evidence_check", "scan", str(root), "--no-lint", "--format", "json"],
        capture_output=True, env=os.environ | {"PYTHONPATH": str(PROJECT)}, check=False,
    )  # fmt: skip
    report = load_report(done.stdout.decode())
    assert report.pack is not None
    assert not [item.why for item in report.pack.items if "not handed in" in item.why]
    assert report.claims is not None
    looked = {mention.text: mention.result for mention in report.claims.mentions if mention.what == "path"}
    assert looked == {"app/café.py": Lookup.THERE, "app/cafe.py": Lookup.GONE, "app/thé.py": Lookup.GONE}
