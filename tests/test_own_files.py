"""The tool's own YAML files as a wheel holds them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import evidence_check
from evidence_check import own_files, tree
from evidence_check.folders import rules_folder
from evidence_check.render import html
from evidence_check.rulebook import BrokenRules, load_rules


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder `rules/` of a wheel."""
    rules = tmp_path / "rules"
    shutil.copytree(rules_folder(), rules)
    (rules / own_files.BUILT).write_bytes(own_files.build())
    monkeypatch.setattr(own_files, "rules_folder", lambda: rules)
    own_files._built.cache_clear()
    yield rules
    own_files._built.cache_clear()


def test_a_file_reads_as_when_it_is_parsed(wheel: Path) -> None:
    files = sorted(wheel.rglob("*.yaml"))
    assert len(files) > 15
    assert own_files.are_built(path.read_bytes() for path in files)
    for path in files:
        data = path.read_bytes()
        assert tree.plain(own_files.parsed(data)) == tree.plain(tree.parse_yaml(tree.decode(data))), path.name


def test_nothing_is_parsed_where_all_is_built(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = load_rules()
    monkeypatch.setattr(tree, "parse_yaml", lambda _text: pytest.fail("parsed"))
    found = load_rules(wheel)
    assert (found.digest, list(found.rules), list(found.activities)) == (
        expected.digest, list(expected.rules), list(expected.activities),
    )  # fmt: skip
    assert [rule.line for rule in found.rules.values()] == [rule.line for rule in expected.rules.values()]


def test_a_rule_that_was_changed_is_checked(wheel: Path) -> None:
    path = wheel / "docs.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "docs.mine:\n  title: Mine\n  asks: a\n  counts: b\n  ksbs: [K1]\n  when:\n"
                    "    - document: {text: ['(']}\n", encoding="utf-8")  # fmt: skip
    assert not own_files.are_built([path.read_bytes()])
    with pytest.raises(BrokenRules, match=r"docs\.yaml:\d+: `\(` is no regular expression"):
        load_rules(wheel)


def test_a_wheel_holds_what_a_source_tree_does_without() -> None:
    is_wheel = rules_folder().parent == Path(evidence_check.__file__).parent
    assert (rules_folder() / own_files.BUILT).is_file() is is_wheel
    compiled = html._TEMPLATES / html.COMPILED
    templates = len(list(html._TEMPLATES.glob("*.html")))
    assert len(list(compiled.glob("tmpl_*.py"))) == (templates if is_wheel else 0)
