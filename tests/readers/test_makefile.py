"""Makefiles."""

from __future__ import annotations

from evidence_check.model import Command, Fact, Step, UnitKind
from evidence_check.readers import makefile
from tests.support import read_with, source


def read(content: str, path: str = "Makefile") -> list[Fact]:
    return read_with(makefile, path, content)


def lines(facts: list[Fact], target: str) -> list[str]:
    return [" ".join(fact.words) for fact in facts if isinstance(fact, Command) and fact.unit.name == target]


MAKEFILE = (
    "include scripts/*.mk\n"
    "IMAGE ?= app\n"
    "TAG := $(shell git rev-parse HEAD)\n"
    "EMPTY =\n"
    ".PHONY: test build\n"
    "all: build test ## everything\n"
    "build: Dockerfile  # comment with make test\n"
    "\t@docker build -t $(IMAGE):$(TAG) $(EMPTY) .\n"
    "test: lint\n"
    "\tpytest \\\n"
    "\t  tests\n"
    "\t-flake8 $@\n"
    "\tcd app && $(MAKE) unit\n"
    "\tfor d in a b; do \\\n"
    "\t  echo $$d; \\\n"
    "\tdone\n"
    "\t# a comment\n"
    "lint: ; ruff check\n"
    "%.txt: x\n"
    "\tcp x $@\n"
    "ifeq ($(A),b)\n"
    "deploy: VAR = 1\n"
    "deploy:\n"
    "\t$(eval X=1)\n"
    "\t./deploy.sh $(UNKNOWN)\n"
    "endif\n"
)


def test_targets_variables_and_prerequisites() -> None:
    facts = read(MAKEFILE)
    assert lines(facts, "all") == ["make build", "make test"]
    assert lines(facts, "build")[-1] == "docker build -t app:$(git rev-parse HEAD) $(EMPTY) ."
    assert lines(facts, "test") == ["make lint", "pytest tests", "flake8 test", "cd app", "make unit", "echo $d"]
    assert lines(facts, "lint") == ["ruff check"]
    assert lines(facts, "deploy") == ["./deploy.sh $(UNKNOWN)"]
    assert [s.uses for s in facts if isinstance(s, Step)] == ["default:all", "include:scripts/*.mk"]
    found = {c.program: c for c in facts if isinstance(c, Command) and c.unit.name == "test" and c.program != "make"}
    assert (found["pytest"].location.line, found["pytest"].location.end_line) == (10, 11)
    assert (found["flake8"].hides_failure, found["pytest"].hides_failure) == (True, False)
    assert {c.unit.kind for c in facts if isinstance(c, Command)} == {UnitKind.TASK}


def test_a_cd_lasts_for_its_line_only() -> None:
    facts = read("a:\n\tcd app\n\tmake b\n\tcd app && make c\n", "tools/Makefile")
    where = {c.words: c.directory for c in facts if isinstance(c, Command)}
    assert (where["make", "b"], where["make", "c"]) == ("tools", "tools/app")


def test_the_default_goal_may_be_named() -> None:
    facts = read(".DEFAULT_GOAL := help\na:\n\tx\nhelp:\n\ty\n")
    assert [s.uses for s in facts if isinstance(s, Step)] == ["default:help"]


def test_commands_of_other_target_files_are_no_prerequisites() -> None:
    assert lines(read("a: src/main.go missing\n\tgo build\n"), "a") == ["go build"]


def test_endless_variables_end() -> None:
    assert lines(read("A = $(B)\nB = $(A)\nx:\n\techo $(A)\n"), "x")


def test_which_files_are_read() -> None:
    for path in ("Makefile", "makefile", "GNUmakefile", "build/docker.mk", "Makefile.local"):
        assert makefile.wants(source(path, "")), path
    for path in ("Makefile.am", "Makefile.in", "docs/makefile.md", "cmake.txt"):
        assert not makefile.wants(source(path, "")), path
