"""What an analysis names is looked up, and what only looks like a name is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.mentions import look_up
from evidence_check.model import (
    Author,
    Category,
    Command,
    Commit,
    Document,
    Fact,
    File,
    Gap,
    History,
    Job,
    Location,
    Lookup,
    Mention,
    Part,
    TestFile,
    Unit,
    UnitKind,
)
from evidence_check.names import tools

FILES = {
    "infra/main.tf": b"a\nb\nc\n",
    "app/tests/test_booking.py": b"x\n" * 40,
    "app/src/store.py": b"x\n",
    ".github/workflows/ci.yml": b"on: push\n",
    "Dockerfile": b"FROM x\n",
}
HISTORY = History(
    Location("shop", commit="a" * 40),
    tuple(Commit(f"{n}f00ba{n}" + "0" * 33, (), 0, 0, 0, "s", own=n != 1) for n in range(1, 6)),
    (Author("Ada", (), False, 5),),
    branches=("one", "two"),
)


def load(file: File) -> bytes:
    if file.location.path not in FILES:
        raise FileNotFoundError(2, "gone")
    return FILES[file.location.path]


def part(history: History | None = HISTORY, gaps: tuple[Gap, ...] = ()) -> Part:
    files = tuple(File(Location("shop", path), category=Category.OWN) for path in FILES)
    return Part("shop", "shop", files, history=history, gaps=gaps)


def job(name: str) -> Job:
    path = ".github/workflows/ci.yml"
    return Job(Location("shop", path, 3), unit=Unit(UnitKind.JOB, path, name), system="github-actions")


FACTS: list[Fact] = [
    TestFile(Location("shop", "app/tests/test_booking.py"), tests=31),
    Command(Location("shop", ".github/workflows/ci.yml", 9), words=("trivy", "image", "x")),
    job("build"),
    job("deploy"),
]


def named(text: str, of: Part | None = None) -> dict[str, Mention]:
    lines = tuple(text.splitlines())
    document = Document(Location("docs", "analysis.md"), "markdown", lines=lines)
    return {mention.text: mention for mention in look_up(document, [of or part()], FACTS, load, tools())}


@pytest.mark.parametrize(
    ("text", "written", "result", "told"),
    [
        ("The network is in infra/main.tf.", "infra/main.tf", Lookup.THERE, ""),
        ("See shop/infra/main.tf.", "shop/infra/main.tf", Lookup.THERE, ""),
        ("See ./infra/main.tf", "./infra/main.tf", Lookup.THERE, ""),
        ("Tests are under tests/test_booking.py", "tests/test_booking.py", Lookup.THERE, ""),
        ("It is (store.py).", "store.py", Lookup.THERE, ""),
        ("Workflows are in .github/workflows, all of them", ".github/workflows", Lookup.THERE, ""),
        ("The Dockerfile is small", "Dockerfile", Lookup.THERE, ""),
        ("data is in lib/store.py", "lib/store.py", Lookup.MOVED, "a file of this name is at app/src/store.py."),
        ("see docs/threats.md", "docs/threats.md", Lookup.GONE, "No file of this name was handed in."),
        ("see Infra/Main.tf", "Infra/Main.tf", Lookup.DIFFERENT, "names differ by capitals"),
        ("see infra/main.tf:2", "infra/main.tf:2", Lookup.THERE, ""),
        ("see infra/main.tf:40", "infra/main.tf:40", Lookup.DIFFERENT, "The file has 3 lines."),
        ("see infra/main.tf, line 40", "infra/main.tf, line 40", Lookup.DIFFERENT, "The file has 3 lines."),
        ("with 31 tests", "31 tests", Lookup.THERE, ""),
        ("with 40 tests", "40 tests", Lookup.DIFFERENT, "Counted: 31 tests."),
        ("with over 30 automated tests", "over 30 automated tests", Lookup.THERE, ""),
        ("with over 31 tests", "over 31 tests", Lookup.DIFFERENT, ""),
        ("about thirty tests", "about thirty tests", Lookup.THERE, ""),
        ("has 12 unit tests", "12 unit tests", Lookup.NOT_CHECKED, "which of them are unit tests was not told apart"),
        ("has 50 unit tests", "50 unit tests", Lookup.DIFFERENT, "Counted: 31 tests."),
        ("two jobs", "two jobs", Lookup.THERE, ""),
        ("in 5 commits", "5 commits", Lookup.THERE, ""),
        ("in 4 commits", "4 commits", Lookup.THERE, ""),
        ("in 200 commits", "200 commits", Lookup.DIFFERENT, "4 own commits or 5 commits in all"),
        ("on 3 branches", "3 branches", Lookup.THERE, ""),
        ("in commit 2f00ba2 we", "2f00ba2", Lookup.THERE, ""),
        ("in commit 1f00ba1 we", "1f00ba1", Lookup.THERE, "It is not one of the own commits."),
        ("in commit deadbeef1 we", "deadbeef1", Lookup.GONE, "No commit of this id"),
        ("at https://x.org/a/b.py, live", "https://x.org/a/b.py", Lookup.NOT_CHECKED, "never fetched"),
        ("Images are scanned by Trivy.", "Trivy", Lookup.THERE, ""),
        ("Alerts go to PagerDuty.", "PagerDuty", Lookup.GONE, "Nothing that was read names it"),
    ],
)
def test_looked_up(text: str, written: str, result: Lookup, told: str) -> None:
    found = named(text)
    assert list(found) == [written]
    assert found[written].result is result
    assert told in found[written].told
    assert found[written].location.line == 1


@pytest.mark.parametrize(
    "text",
    [
        "CI/CD by Node.js and Vue.js, e.g. and/or i.e. S9/S10, K1-K5, TCP/IP, blue/green",
        "version 1.2.3 of 2024-01-02, 99.9% available, 10.0.0.1/16 at 12:30",
        "the tests cover the app and the infra folder",
        "hundreds of tests, a deadline, defaced facade, 1234567",
        "e-mail ada@x.org and npm @scope/name, $HOME/bin, the vaulted trivya",
        "we met the two test leads",
        "in /setup.sh of the image and /subscriptions/x/resourceGroups/",
    ],
)
def test_words_are_no_names(text: str) -> None:
    assert named(text) == {}


def test_without_the_history_nobody_knows() -> None:
    found = named("in 200 commits, see deadbeef1", part(history=None))
    assert {mention.result for mention in found.values()} == {Lookup.NOT_CHECKED}


def test_a_file_that_may_lie_where_nobody_could_look_is_not_gone() -> None:
    gap = Gap(Location("shop", "modules"), "inventory", "a submodule that is not here", frozenset({"file"}))
    assert named("see docs/threats.md", part(gaps=(gap,)))["docs/threats.md"].result is Lookup.NOT_CHECKED


def test_a_password_in_an_address_is_not_told() -> None:
    assert list(named("at https://ada:hunter2pass@shop.example.org/x now")) == ["https://ada:***@shop.example.org/x"]


def test_where_it_lies_is_said() -> None:
    assert named("lib/store.py")["lib/store.py"].found == Location("shop", "app/src/store.py")
    assert named("infra/main.tf:2")["infra/main.tf:2"].found == Location("shop", "infra/main.tf", 2)


@given(st.text(max_size=300))
def test_any_text_can_be_looked_up(text: str) -> None:
    for mention in named(text).values():
        assert mention.text
