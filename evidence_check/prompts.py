"""Questions that a submission suggests: chosen by what is present, missing and unknown; never an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence_check import own_files, tree
from evidence_check.expressions import expression
from evidence_check.model import Location, Outcome, Prompt, Report
from evidence_check.rulebook import BrokenRules, rules_folder

EACH = 2
"""Questions of a theme: as many as the plan lets an assessor ask of one."""
_BLANK = expression(r"\{(\w*)\}")
_FIELDS = {"when", "at", "ask"}


@dataclass(frozen=True, slots=True)
class Template:
    """A question and when it is asked."""

    theme: str
    when: Mapping[str, Outcome]
    """The outcome that each of these signals must have."""
    at: str
    """The signal whose best place it is tied to; empty where it names no place."""
    ask: str


def load_prompts(
    standard: str, version: str, signals: Collection[str], themes: Collection[str]
) -> tuple[Template, ...]:
    """The questions of a standard, none where it has no file of them. Raises `BrokenRules`."""
    path = rules_folder() / "prompts" / f"{standard}-v{version}.yaml"
    return read_prompts(path, signals, themes) if path.is_file() else ()


def read_prompts(path: Path, signals: Collection[str], themes: Collection[str]) -> tuple[Template, ...]:
    """The questions in a file, every field and reference checked. Raises `BrokenRules` and `OSError`."""
    try:
        documents = own_files.parsed(path.read_bytes())
    except tree.BadSyntax as error:
        raise BrokenRules(path.name, error.line, str(error)) from error
    document = documents[0] if len(documents) == 1 else None
    if not isinstance(document, tree.Map):
        raise BrokenRules(path.name, 1, "is not one mapping", "put the questions under their themes")
    found: list[Template] = []
    for theme, items in document.items():
        line = document.line_of(theme)
        if theme not in themes:
            raise BrokenRules(path.name, line, f"unknown theme `{theme}`", f"known: {', '.join(sorted(themes))}")
        if not isinstance(items, list):
            raise BrokenRules(path.name, line, f"`{theme}` is not a list", "give it questions")
        found += [_template(path.name, line, theme, item, signals) for item in items]
    return tuple(found)


def _template(name: str, line: int, theme: str, raw: Any, signals: Collection[str]) -> Template:
    if not isinstance(raw, tree.Map) or not raw.keys() <= _FIELDS or not {"when", "ask"} <= raw.keys():
        line = raw.line if isinstance(raw, tree.Map) else line
        raise BrokenRules(name, line, f"a question of `{theme}` is not `when`, `at` and `ask`")
    when, at, ask = raw["when"], str(raw.get("at", "")), str(raw["ask"])
    outcomes = {outcome.value: outcome for outcome in Outcome}
    if not isinstance(when, tree.Map) or not when or not all(str(value) in outcomes for value in when.values()):
        raise BrokenRules(name, raw.line_of("when"), "`when` tells no outcomes", f"use {', '.join(outcomes)}")
    for signal in (*when, *([at] if at else [])):
        if signal not in signals:
            raise BrokenRules(name, raw.line_of("when"), f"unknown signal `{signal}`")
    if at and when.get(at) != "present":
        raise BrokenRules(name, raw.line_of("at"), f"`{at}` has a place only where it is present", "say so in `when`")
    wanted = {"place", "technology"} if at else set()
    if not ask.endswith((".", "?")) or not set(_BLANK.findall(ask)) <= wanted:
        raise BrokenRules(name, raw.line_of("ask"), "`ask` is no sentence, or has a blank that nothing fills")
    return Template(theme, {signal: outcomes[str(value)] for signal, value in when.items()}, at, ask)


def prompts(report: Report, templates: Iterable[Template]) -> tuple[Prompt, ...]:
    """Two questions of each theme at most, in the order of the themes.

    No place is asked about twice in a theme, nor in two themes where another question of the theme can stand in.
    """
    several = len(report.parts) > 1
    possible: dict[str, list[Prompt]] = {theme.id: [] for theme in report.standard.themes if theme.method == 1}
    for template in templates:
        if template.theme in possible and _holds(report, template):
            possible[template.theme].append(_prompt(report, template, several))
    chosen: list[Prompt] = []
    for prompts_ in possible.values():
        asked = {prompt.location for prompt in chosen}
        mine: list[Prompt] = []
        for prompt in sorted(prompts_, key=lambda one: one.location is not None and one.location in asked):
            if len(mine) < EACH and not any(prompt.location and prompt.location == other.location for other in mine):
                mine.append(prompt)
        chosen += mine
    return tuple(chosen)


def _holds(report: Report, template: Template) -> bool:
    findings = report.findings
    return all(id_ in findings and findings[id_].outcome is outcome for id_, outcome in template.when.items())


def _prompt(report: Report, template: Template, several: bool) -> Prompt:
    about = template.at or next(iter(template.when))
    if not template.at:
        return Prompt(template.theme, template.ask, about)
    best = report.findings[template.at].evidence[0]
    told = {"place": f"`{_where(best.location, several)}`", "technology": best.technology}
    return Prompt(template.theme, _BLANK.sub(lambda blank: told[blank[1]], template.ask), about, best.location)


def _where(location: Location, several: bool) -> str:
    where = f"commit {location.commit[:10]}" if location.commit else str(location)
    return (f"{location.part}: {where}" if several and where else where or location.part).replace("`", "'")
