"""Questions that a submission suggests."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from evidence_check.model import Outcome
from evidence_check.prompts import EACH, Template, load_prompts, prompts, read_prompts
from evidence_check.rulebook import BrokenRules, load_rules, rules_folder
from evidence_check.standard import load_standard, standard_path
from tests.render.sample import EMPTY, REPORT

_OPEN = re.compile(
    r"(.*, )?(which|what|how|who|whom|where|when|why|tell|show|follow|looking|against|starting|suppose|take)\b",
    re.IGNORECASE,
)
_THEMES = ("code-quality", "operability")


def test_our_own_questions_are_open_and_leave_the_answer_to_others() -> None:
    rules = load_rules().rules
    plan = load_standard(standard_path(), rules)
    templates = load_prompts("ST0825", "1.0", rules, [theme.id for theme in plan.themes])
    assert {template.theme for template in templates} == {theme.id for theme in plan.themes if theme.method == 1}
    for template in templates:
        assert not re.search(r"\b(pass|fail|distinction|grade|should have|correct|good answer)\b", template.ask), (
            template
        )
        asked = re.split(r"[.?] ", template.ask)
        assert any(_OPEN.match(one) for one in asked), template
    texts = [template.ask for template in templates]
    assert len(texts) == len(set(texts))


def test_every_theme_has_two_whatever_is_missing() -> None:
    """What is absent suggests questions, too: at least one is there with nothing found at all."""
    themes = [theme.id for theme in load_standard(standard_path()).themes]
    templates = read_prompts(rules_folder() / "prompts" / "ST0825-v1.0.yaml", load_rules().rules, themes)
    bare = Counter(t.theme for t in templates if not t.at and set(t.when.values()) <= {Outcome.ABSENT, Outcome.UNKNOWN})
    assert set(bare) == {template.theme for template in templates}


def test_every_theme_has_a_question_whatever_is_found() -> None:
    """In each theme there is a signal of which every outcome, by itself, suggests a question."""
    plan = load_standard(standard_path())
    templates = load_prompts("ST0825", "1.0", load_rules().rules, [theme.id for theme in plan.themes])
    for theme in {template.theme for template in templates}:
        alone = [next(iter(t.when.items())) for t in templates if t.theme == theme and len(t.when) == 1]
        assert any({(signal, outcome) for outcome in Outcome} <= set(alone) for signal, _ in alone), theme


def test_the_first_two_that_hold_are_asked_and_no_place_twice() -> None:
    present = {"tests.unit": Outcome.PRESENT}
    made = prompts(
        REPORT,
        [
            Template("code-quality", {"tests.unit": Outcome.ABSENT}, "", "Never?"),
            Template("code-quality", {**present, "tests.doubles": Outcome.ABSENT}, "tests.unit", "What of {place}?"),
            Template("code-quality", present, "tests.unit", "And of {place} again?"),
            Template("code-quality", {"source.branches": Outcome.UNKNOWN}, "", "How did it grow?"),
            Template("code-quality", present, "", "A third?"),
            Template("nobody", present, "", "Of no theme?"),
        ],
    )
    assert [prompt.text for prompt in made] == ["What of `app: tests/test_api.py:5`?", "How did it grow?"]
    assert made[0].location == REPORT.findings["tests.unit"].evidence[0].location
    assert made[1].location is None
    assert len(made) == EACH


def test_no_theme_no_questions() -> None:
    assert prompts(EMPTY, [Template("code-quality", {"tests.unit": Outcome.ABSENT}, "", "Why?")]) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a", "not one mapping"),
        ("a: [", "not valid YAML"),
        ("other: []", "unknown theme"),
        ("operability: 1", "not a list"),
        ("operability: [1]", "is not `when`, `at` and `ask`"),
        ("operability: [{when: {tests.unit: maybe}, ask: Why?}]", "tells no outcomes"),
        ("operability: [{when: {tests.unit: absent}, ask: Why?, more: 1}]", "is not `when`"),
        ("operability: [{when: {tests.nit: absent}, ask: Why?}]", "unknown signal `tests.nit`"),
        ("operability: [{when: {tests.unit: absent}, at: tests.unit, ask: Why?}]", "only where it is present"),
        ("operability: [{when: {tests.unit: absent}, ask: 'Why {place}?'}]", "a blank that nothing fills"),
        ("operability: [{when: {tests.unit: absent}, ask: Why}]", "no sentence"),
    ],
)
def test_a_broken_file_is_told(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenRules, match=re.escape(says)):
        read_prompts(path, ["tests.unit"], _THEMES)


def test_a_place_is_asked_about_in_another_theme_only_where_nothing_else_is_left() -> None:
    present = {"tests.unit": Outcome.PRESENT}
    where = Template("code-quality", present, "tests.unit", "What of {place}?")
    again = Template("operability", present, "tests.unit", "And what of {place} here?")
    others = [Template("operability", present, "", "How so?"), Template("operability", present, "", "Why so?")]
    assert [one.text for one in prompts(REPORT, [where, again, *others])][1:] == ["How so?", "Why so?"]
    assert len(prompts(REPORT, [where, again])) == 2
