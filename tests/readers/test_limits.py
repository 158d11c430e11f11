"""What takes too long, or states too much, is a gap; and nothing that is known to be slow is left."""

from __future__ import annotations

import re
import shutil
import signal
import threading
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence_check import readers, tree
from evidence_check.model import Category, Command, Fact, File, Location, Outcome, Part, Unit, UnitKind
from evidence_check.readers import _limits, _manifests, read_file
from evidence_check.readers._source import Source
from evidence_check.rulebook import load_rules, rules_folder
from tests.support import detect_in, read, read_part, source

interruptible = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no timer that could interrupt")


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> types.SimpleNamespace:
    """The only reader; its `read` is the test's own."""
    only = types.SimpleNamespace(SYSTEM="own", GIVES=frozenset({"command"}), wants=lambda _source: True)
    monkeypatch.setattr(readers, "readers", lambda: (only,))
    return only


def command(given: Source) -> Command:
    return Command(given.at(1), Unit(UnitKind.SCRIPT, given.path), ("ls",))


@interruptible
def test_a_reader_that_never_ends_is_a_gap_that_keeps_what_was_read(
    reader: types.SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def backtracks(given: Source) -> Iterator[Fact]:
        yield command(given)
        try:
            re.search(r"(a|a)*b", "a" * 60)
        except Exception:  # noqa: BLE001 - as libraries do
            yield command(given)

    reader.read = backtracks
    monkeypatch.setattr(_limits, "FILE_SECONDS", 0.2)
    with _limits.stopwatch() as arm:
        facts, gaps = read_file(source("run.sh", "ls"), arm)
    assert len(facts) == 1
    assert [(gap.location.path, "to read" in gap.reason, "command" in gap.hides) for gap in gaps] == [
        ("run.sh", True, True)
    ]
    assert signal.getsignal(signal.SIGVTALRM) is signal.SIG_DFL


def test_another_thread_reads_without_a_timer() -> None:
    given: list[object] = []

    def work() -> None:
        with _limits.stopwatch() as arm:
            given.append(arm)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert given == [_limits.unarmed]


def test_what_is_not_read_in_time_is_one_gap_that_hides_it() -> None:
    files = tuple(
        File(Location("part", path), category, size=3)
        for path, category in (("a.sh", Category.OWN), ("b.md", Category.DOCUMENT), ("c.sh", Category.VENDORED))
    )
    part = Part("part", ".", files)
    facts, gaps = read_part(part, lambda _file: b"ls\n", deadline=0.0)
    assert facts == []
    (gap,) = gaps
    assert "2 files from a.sh on were not read" in gap.reason
    assert {"command", "document"} <= gap.hides
    (gap,) = read_part(replace(part, files=files[1:]), lambda _file: b"ls\n", deadline=0.0)[1]
    assert "command" not in gap.hides, "only a document is unread"
    assert read_part(part, lambda _file: b"ls\n")[1] == []


def test_a_file_that_states_too_much_is_read_in_part(
    reader: types.SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_limits, "FACT_LIMIT", 10)
    reader.read = lambda given: (command(given) for _ in range(11))
    facts, (gap,) = read("run.sh", "ls")
    assert len(facts) == 10
    assert "more than 10 things" in gap.reason
    reader.read = lambda given: (command(given) for _ in range(10))
    assert read("run.sh", "ls")[1] == []


def test_what_needs_too_much_memory_is_a_gap(reader: types.SimpleNamespace) -> None:
    def greedy(_given: Source) -> list[Fact]:
        raise MemoryError

    reader.read = greedy
    _, (gap,) = read("run.sh", "ls")
    assert "more memory" in gap.reason
    assert gap.hides == {"command"}


@pytest.mark.parametrize("piece", ["<", "|", "![](", "<<A\n", "a|", ">"])
def test_shell_that_a_parser_would_chew_on_for_minutes_is_a_gap(piece: str) -> None:
    _, gaps = read("run.sh", piece * (40_000 // len(piece)))
    assert "too tangled" in " ".join(gap.reason for gap in gaps)


def test_a_long_script_with_many_pipes_is_read() -> None:
    facts, gaps = read("run.sh", "cat a | grep b | wc -l\nkubectl apply -f k8s\n" * 500)
    assert gaps == []
    assert sum(isinstance(fact, Command) and fact.words[0] == "kubectl" for fact in facts) > 400


@pytest.mark.parametrize("text", ["apiVersion: v1\nkind: [\n", "apiVersion: v1\nkind: List\nitems: &a\n  - *b\n"])
def test_a_file_that_does_not_parse_is_parsed_once(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    parsed = []
    parse = tree.parse_yaml

    def counted(given: str) -> list[Any]:
        parsed.append(given)
        return parse(given)

    monkeypatch.setattr(tree, "parse_yaml", counted)
    monkeypatch.setattr(_manifests, "parse_yaml", counted)
    _, gaps = read("k8s/app.yaml", text)
    assert gaps
    assert parsed == [text]


@pytest.mark.parametrize("name", ["compose.yaml", "playbook.yml", "template.json", "haproxy.cfg"])
def test_openings_of_template_statements_without_end_take_no_time(name: str) -> None:
    with _limits.stopwatch() as arm:
        _, gaps = read_file(source(name, "{%" * 100_000), arm)
    assert not any("seconds" in gap.reason for gap in gaps)


@interruptible
def test_a_search_of_the_rules_that_never_ends_is_a_gap_of_what_it_would_have_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(rules_folder(), rules)
    text = (rules / "needs.yaml").read_text(encoding="utf-8")
    (rules / "needs.yaml").write_text(text.replace("(?>(?:\\\\d++[.)]? *+)*)", "(?:\\\\d+[.)]? *)*"), encoding="utf-8")
    rulebook = load_rules(rules)
    monkeypatch.setattr(_limits, "FILE_SECONDS", 0.3)
    slow = detect_in(rulebook, {"files": {"README.md": f"# {'0' * 60}\n", "docs/a.md": "# Overview\n"}})
    quick = detect_in(rulebook, {"files": {"docs/adr/1.md": "# 12. Decision: a queue\n"}})
    finding = slow["needs.decision-records"]
    assert finding.outcome is Outcome.UNKNOWN
    assert [(gap.location.path, gap.stage) for gap in finding.gaps] == [("README.md", "search")]
    assert quick["needs.decision-records"].outcome is Outcome.PRESENT
