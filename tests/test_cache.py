"""What is remembered: the same answers with and without it, and never a wrong one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import evidence_check
from evidence_check import cache
from evidence_check.detect import detect
from evidence_check.links import link
from evidence_check.model import File, Gap, Location, Report, Setting
from evidence_check.packed import NotPacked, pack, unpack
from evidence_check.render import FORMATS
from evidence_check.repeat import repeated
from evidence_check.rulebook import _loaded, load_rules
from evidence_check.scan import scan
from tests.gitrepo import build, git
from tests.test_cli import Run, run  # noqa: F401 - a fixture

HISTORY = """
2024-03-01 Ada Lovelace <ada@example.org>: Start
  app.py: import flask
  README.md: # Shop
  .github/workflows/ci.yml: {on: push, jobs: {test: {runs-on: ubuntu-latest, steps: [{run: pytest}]}}}
"""
FIXTURE = Path(__file__).parent.parent / "fixtures" / "complete"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    if sys.platform != "linux":
        pytest.skip("the folder is set by XDG_CACHE_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setenv("PYTHONPATH", str(Path(evidence_check.__file__).parent.parent))
    return tmp_path / "cache" / "evidence-check"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return build(tmp_path / "shop", HISTORY)


def _command(shop: Path, output: Path) -> list[str]:
    formats = [word for name in FORMATS for word in ("--format", name)]
    return [sys.executable, "-m", "evidence_check", "scan", str(shop), "--no-lint", "--output", str(output), *formats]


def _run(shop: Path, output: Path) -> dict[str, bytes]:
    done = subprocess.run(_command(shop, output), capture_output=True, check=True)
    return {"summary": done.stdout.replace(str(output).encode(), b"OUT")} | _reports(output)


def _reports(output: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in output.iterdir()}


class Counted:
    """A scan that counts how often it was asked."""

    def __init__(self, path: Path) -> None:
        self.path, self.times = path, 0

    def __call__(self) -> Report:
        self.times += 1
        return scan([str(self.path)], linters=False)


def _kept(home: Path) -> set[Path]:
    """What was remembered: of a source tree the rules as well, which an installed tool has parsed from the start."""
    return set(home.iterdir()) if home.exists() else set()


def _twice(shop: Path, between: Callable[[], object], options: str = "") -> int:
    """How often an input is scanned that something happens to between two runs."""
    counted = Counted(shop)
    first = repeated([str(shop)], "", counted)
    between()
    second = repeated([str(shop)], options, counted)
    assert counted.times == 2 or first == second
    return counted.times


def test_the_same_bytes_cold_warm_and_without_a_cache(
    home: Path, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = _run(shop, tmp_path / "cold")
    assert list(home.iterdir())
    assert _run(shop, tmp_path / "warm") == cold
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    monkeypatch.setenv("HOME", os.devnull)
    assert _run(shop, tmp_path / "without") == cold


def _unasked(_file: File) -> bytes:
    raise AssertionError


def test_rules_that_were_checked_once_are_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidence_check.own_files.are_built", lambda _files: False)
    _loaded.cache_clear()
    first = load_rules()
    _loaded.cache_clear()
    monkeypatch.setattr("evidence_check.rulebook._parse", None)
    again = load_rules()
    assert again is not first
    assert again.digest == first.digest
    assert [(rule.id, rule.line, len(rule.when)) for rule in again.rules.values()] == [
        (rule.id, rule.line, len(rule.when)) for rule in first.rules.values()
    ]
    facts = [Setting(Location("shop", "config/alerts.yml", 3), "groups[].rules[].alert", "Slow")]
    links = link(facts)
    assert detect(again, facts, links, (), _unasked) == detect(first, facts, links, (), _unasked)


def test_an_unchanged_submission_is_scanned_once(home: Path, shop: Path) -> None:
    assert _twice(shop, lambda: os.utime(shop / "app.py")) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda shop: (shop / "app.py").write_text("import pytest\n"),
        lambda shop: (shop / "notes.md").write_text("not tracked\n"),
        lambda shop: (shop / "README.md").unlink(),
        lambda shop: (shop / "link").symlink_to("README.md"),
        lambda shop: git(shop, "commit", "--allow-empty", "-m", "Another"),
        lambda shop: git(shop, "branch", "feature/x"),
        lambda shop: (shop / ".git" / "shallow").write_text("0" * 40 + "\n"),
    ],
)
def test_whatever_changes_is_looked_at(home: Path, shop: Path, change: Callable[[Path], object]) -> None:
    assert _twice(shop, lambda: change(shop)) == 2


def test_the_same_size_and_time_do_not_make_the_same_file(home: Path, shop: Path) -> None:
    def change() -> None:
        before = (shop / "app.py").stat()
        (shop / "app.py").write_text((shop / "app.py").read_text().replace("flask", "boto3"))
        os.utime(shop / "app.py", ns=(before.st_atime_ns, before.st_mtime_ns))

    assert _twice(shop, change) == 2


def test_a_link_on_the_command_line_means_what_it_leads_to(home: Path, tmp_path: Path) -> None:
    (tmp_path / "analysis.md").write_text("K11 is shown in app.py\n")
    (tmp_path / "link.md").symlink_to("analysis.md")
    assert _twice(tmp_path / "link.md", lambda: (tmp_path / "analysis.md").write_text("S6 is shown\n")) == 2


def test_what_changes_while_it_is_scanned_is_not_remembered(home: Path, shop: Path) -> None:
    def scanned() -> Report:
        report = scan([str(shop)], linters=False)
        (shop / "app.py").write_text("import boto3\n")
        return report

    load_rules()
    before = _kept(home)
    repeated([str(shop)], "", scanned)
    assert _kept(home) == before


def test_other_options_are_another_scan(home: Path, shop: Path) -> None:
    assert _twice(shop, lambda: None, "people") == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        lambda data: bytes(32) + b"[]",
        lambda data: data + b"more",
    ],
)
def test_a_damaged_entry_is_made_anew(home: Path, shop: Path, damage: Callable[[bytes], bytes]) -> None:
    def change() -> None:
        for path in home.iterdir():
            path.write_bytes(damage(path.read_bytes()))

    assert _twice(shop, change) == 2


def test_a_mended_entry_is_used_again(home: Path, shop: Path) -> None:
    counted = Counted(shop)
    repeated([str(shop)], "", counted)
    for path in home.iterdir():
        path.write_bytes(path.read_bytes()[:50])
    repeated([str(shop)], "", counted)
    repeated([str(shop)], "", counted)
    assert counted.times == 2


def test_an_entry_under_another_name_is_not_taken(home: Path) -> None:
    one, other = cache.key(b"one"), cache.key(b"other")
    cache.remember(one, "of one")
    (written,) = home.iterdir()
    cache.remember(other, "of the other")
    (second,) = set(home.iterdir()) - {written}
    second.write_bytes(written.read_bytes())
    assert cache.recall(other) is None
    assert cache.recall(one) == "of one"


def test_an_entry_tells_nothing_without_its_key(home: Path) -> None:
    cache.remember(cache.key(b"secret"), "Ada Lovelace " * 3)
    cache.remember(cache.key(b"another"), "Ada Lovelace " * 3)
    one, other = (path.read_bytes() for path in home.iterdir())
    assert one != other
    assert b"Ada" not in one + other
    with pytest.raises(zlib.error):
        zlib.decompress(one[32:])


def test_two_at_once_and_one_that_is_killed(home: Path, shop: Path, tmp_path: Path) -> None:
    places = [tmp_path / f"at-once-{number}" for number in range(3)]
    running = [subprocess.Popen(_command(shop, place), stdout=subprocess.DEVNULL) for place in places]
    running[2].kill()
    assert [process.wait() for process in running[:2]] == [0, 0]
    running[2].wait()
    assert _reports(places[0]) == _reports(places[1])
    assert _run(shop, tmp_path / "after")["report.json"] == _reports(places[0])["report.json"]


@pytest.mark.parametrize("base", [os.devnull, "/proc/none", "relative"])
def test_a_scan_goes_on_where_nothing_can_be_kept(
    home: Path, shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch, base: str  # noqa: F811 - the fixture
) -> None:  # fmt: skip
    monkeypatch.setenv("XDG_CACHE_HOME", base)
    monkeypatch.setenv("HOME", os.devnull)
    assert cache.folder() is None
    code, out, err = run("scan", str(shop), "--no-lint", "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["parts"][0]["name"] == "shop"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="modes are POSIX's")
def test_a_folder_that_others_may_look_into_is_not_used(home: Path) -> None:
    assert cache.folder() == home
    assert home.stat().st_mode & 0o777 == 0o700
    home.chmod(0o755)
    assert cache.folder() is None


def test_a_link_in_its_place_is_not_followed(home: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    home.parent.mkdir()
    home.symlink_to(tmp_path / "elsewhere")
    assert cache.folder() is None


def test_nothing_is_written_into_a_submission_that_holds_the_cache(
    home: Path, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(shop / "home"))
    counted = Counted(shop)
    repeated([str(shop)], "", counted)
    repeated([str(shop)], "", counted)
    assert counted.times == 2
    assert not (shop / "home").exists()


def test_what_was_not_used_for_longest_makes_room(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LIMIT", 250)
    keys = [cache.key(str(number).encode()) for number in range(6)]
    for number, key in enumerate(keys):
        cache.remember(key, os.urandom(20).hex())
        for path in home.iterdir():
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 10))
        if number:
            assert cache.recall(keys[0]) is not None
    assert cache.recall(keys[0]) is not None
    assert cache.recall(keys[5]) is not None
    assert cache.recall(keys[1]) is None
    assert sum(path.stat().st_size for path in home.iterdir()) <= 250


def test_a_report_that_a_limit_shaped_is_not_kept(home: Path, shop: Path) -> None:
    hurried = replace(scan([str(shop)], linters=False), gaps=(Gap(Location("shop"), "lint", "took too long"),))
    before = _kept(home)
    repeated([str(shop)], "", lambda: hurried)
    assert _kept(home) == before


def test_a_report_comes_back_as_it_was() -> None:
    report = scan([str(FIXTURE)], linters=False)
    assert unpack(Report, pack(report)) == report
    order = [list(part.languages) for part in report.parts]
    assert [list(part.languages) for part in unpack(Report, pack(report)).parts] == order


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[[1]]", '["shop", 1, 2, 3, 4, 5]', '["a", 1, 0, 0, ""]'])
def test_a_text_of_another_shape_is_refused(text: str) -> None:
    assert unpack(Location, '["shop", "app.py", 3, 3, ""]') == Location("shop", "app.py", 3, 3)
    with pytest.raises(NotPacked):
        unpack(Location, text)
