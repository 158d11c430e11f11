"""A hostile submission is scanned to its end: nothing of it runs, leads out or gets into a report as more than text.

The scan runs in a process of its own, whose audit hook (PEP 578) notes every program that is started, every address
that is asked for and every file that is opened for writing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from pypdf import PdfReader

import evidence_check
from evidence_check.render import FORMATS
from evidence_check.render.json_report import load_report
from tests import hostile

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no names, pipes and canaries like these")

PACKAGE = str(Path(evidence_check.__file__).parent.parent)
SECONDS = 400
"""Far more than it takes (15 s on two cores), far less than any of the traps would."""

_WATCHED = """
import json, os, sys
seen = []
def hook(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        seen.append(["network", str(args[1:])])
        raise OSError(101, "the test forbids the network")
    elif event == "subprocess.Popen":
        seen.append(["program", " ".join(map(os.fsdecode, args[1]))])
    elif event in ("os.system", "os.exec", "os.posix_spawn", "os.startfile"):
        seen.append(["program", event])
    elif event == "open" and isinstance(args[0], (str, bytes)):
        mode, flags = args[1] or "", args[2] or 0
        if set(mode) & set("wax+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            seen.append(["write", os.path.abspath(os.fsdecode(args[0]))])
    elif event in ("os.mkdir", "os.remove", "os.rename", "os.symlink", "os.chmod", "os.utime"):
        place = args[0]
        if isinstance(place, (str, bytes)) and (event == "os.chmod" or args[-1] == -1 or os.path.isabs(place)):
            seen.append(["write", os.path.abspath(os.fsdecode(place))])
sys.addaudithook(hook)
from evidence_check.cli import main
try:
    main(sys.argv[2:])
finally:
    with open(sys.argv[1], "w") as file:
        json.dump(seen, file)
"""


@dataclass(frozen=True)
class Outcome:
    """What a scan of the hostile submission did."""

    folder: Path
    code: int
    terminal: str
    said: str
    reports: dict[str, str] = field(default_factory=dict)
    seen: list[list[str]] = field(default_factory=list)

    @cached_property
    def gaps(self) -> dict[str, str]:
        """Reasons by path."""
        found: dict[str, str] = {}
        for gap in load_report(self.reports["json"]).gaps:
            found[gap.location.path] = f"{found.get(gap.location.path, '')} {gap.reason}"
        return found


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("hostile")
    submission = hostile.build(folder)
    temporary = folder / "temporary"
    temporary.mkdir()
    formats = [word for name in FORMATS for word in ("--format", name)]
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, str(folder / "seen"), "scan", str(submission), "--output",
         str(folder / "report"), *formats],
        capture_output=True, check=False, timeout=SECONDS, cwd=folder,
        env=os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": PACKAGE},
    )  # fmt: skip
    reports = {name: _text(folder / "report" / file) for name, file in FORMATS.items()}
    seen = json.loads((folder / "seen").read_text(encoding="utf-8"))
    return Outcome(folder, done.returncode, done.stdout.decode(), done.stderr.decode(), reports, seen)


def _text(path: Path) -> str:
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    return path.read_bytes().decode()


def test_it_comes_to_an_end_with_a_report(outcome: Outcome) -> None:
    assert (outcome.code, outcome.said) == (0, "")
    assert "please report this file" not in outcome.reports["json"], "a reader failed in a way that it should not"
    load_report(outcome.reports["json"])


@pytest.mark.parametrize("case", [case for case in hostile.CASES if case.gap], ids=lambda case: case.path)
def test_what_cannot_be_read_is_a_gap(outcome: Outcome, case: hostile.Case) -> None:
    assert case.gap in outcome.gaps.get(f"files/{case.path}", "")


def test_what_leads_out_or_never_ends_is_not_opened(outcome: Outcome) -> None:
    gaps = outcome.gaps
    assert "outside of what was handed in" in gaps["files/outside.tf"]
    assert "outside of what was handed in" in gaps["files/everything"]
    assert "larger than 5 MB" in gaps["files/sparse.yaml"]
    assert "files/round" not in gaps, "what it leads to is looked at anyway"


def test_no_gap_is_anything_but_a_bound_or_a_broken_file(outcome: Outcome) -> None:
    expected = {f"files/{case.path}" for case in hostile.CASES if case.gap} | {
        "files/outside.tf", "files/everything", "files/sparse.yaml", "",
    }  # fmt: skip
    odd = set(outcome.gaps) - expected
    assert odd <= {"a", ".gitmodules"}, "a file that is only odd is read"


def test_no_program_but_git_and_the_linters_is_started(outcome: Outcome) -> None:
    programs = [what for kind, what in outcome.seen if kind == "program"]
    assert programs
    git = "git --no-pager --no-replace-objects --literal-pathspecs |git version"
    own = re.compile(rf"{git}|{re.escape(sys.executable)} -P -m (bandit|pylint) ")
    assert [what for what in programs if not own.match(what)] == []
    assert not (outcome.folder / "sang").exists()


def test_nobody_is_called(outcome: Outcome) -> None:
    assert [what for kind, what in outcome.seen if kind == "network"] == []


def test_with_no_network_at_all_the_report_is_the_same(outcome: Outcome) -> None:
    """In a namespace without any network, which git and the linters are in as well."""
    alone = ["unshare", "--user", "--map-root-user", "--net"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine cannot take a process's network away")
    files = outcome.folder / "submission" / "repository"
    told = [
        subprocess.run(
            [*words, sys.executable, "-m", "evidence_check", "scan", str(files), "--offline", "--format", "json"],
            capture_output=True, check=True, env=os.environ | {"PYTHONPATH": PACKAGE, "SOURCE_DATE_EPOCH": "1"},
        ).stdout
        for words in ([], alone)
    ]  # fmt: skip
    assert told[0] == told[1]
    assert {one["tool"] for one in json.loads(told[0])["lint"]} == {"bandit", "pylint"}


def test_nothing_is_written_but_the_report_and_temporary_files_which_are_gone(outcome: Outcome) -> None:
    allowed = (
        str(outcome.folder / "report"),
        str(outcome.folder / "temporary"),
        os.devnull,
        str(outcome.folder / "seen"),
    )
    written = [what for kind, what in outcome.seen if kind == "write" and not what.startswith(allowed)]
    # Libraries keep their own compiled code and grammar beside themselves when they are first used.
    assert [what for what in written if not re.search(r"__pycache__|hcl2.\.lark_cache\.bin$", what)] == []
    assert list((outcome.folder / "temporary").iterdir()) == []
    assert sorted(path.name for path in (outcome.folder / "report").iterdir()) == sorted(FORMATS.values())


def test_html_has_no_markup_of_theirs(outcome: Outcome) -> None:
    page = BeautifulSoup(outcome.reports["html"], "html.parser")
    assert not page.find_all(["img", "iframe", "object", "embed", "base", "link"])
    assert not [script for script in page.find_all(["script", "style"]) if hostile.MARK in script.text]
    for tag in page.find_all():
        assert not [name for name in tag.attrs if name.startswith("on") or name in {"style", "src", "srcset", "action"}]
        assert not tag.get("href") or str(tag["href"]).startswith("#")


def test_markdown_has_no_markup_of_theirs(outcome: Outcome) -> None:
    page = BeautifulSoup(MarkdownIt("gfm-like", {"linkify": False}).render(outcome.reports["markdown"]), "html.parser")
    ours = set("h1 h2 h3 p ul ol li code strong em table thead tbody tr th td br hr details summary sub".split())
    assert {tag.name for tag in page.find_all()} <= ours


@pytest.mark.parametrize("name", [*FORMATS, "terminal"])
def test_no_format_commands_a_pipeline_or_a_terminal(outcome: Outcome, name: str) -> None:
    text = outcome.terminal if name == "terminal" else outcome.reports[name]
    if name != "pdf":  # a runner reads lines of text
        assert not re.search(r"^\s*::|##\[|##vso\[", text, re.MULTILINE)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u202e\ud800-\udfff]", text)


@pytest.mark.parametrize("name", [*FORMATS, "terminal"])
def test_the_hostile_texts_are_in_the_reports_so_that_this_shows_something(outcome: Outcome, name: str) -> None:
    if name in {"terminal", "sarif"}:
        pytest.skip("a summary, and a list of places: neither has to quote them")
    assert hostile.MARK in outcome.reports[name]
