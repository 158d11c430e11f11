"""What the tool looks for and what the plan says, as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from evidence_check.model import Aspect, Criterion, Ksb, PackRequirement, SignalText, Standard, Theme
from evidence_check.render._text import folded, visible
from evidence_check.render._view import GROUPS, signal_order

WIDTH = 80
_LABEL = 16


def explain(id_: str, standard: Standard, signals: Mapping[str, SignalText]) -> str | None:
    """What is known of a signal, KSB, theme, criterion or pack item, by its id in any case; None where it is none."""
    wanted = id_.strip().lower()
    for signal, text in signals.items():
        if signal.lower() == wanted:
            return _signal(signal, text, standard)
    for ksb in standard.ksbs:
        if ksb.code.lower() == wanted:
            return _ksb(ksb, standard)
    for theme in standard.themes:
        if theme.id.lower() == wanted:
            return _theme(theme, standard)
    for criterion in standard.criteria:
        if criterion.id.lower() == wanted:
            return _criterion(criterion, standard)
    for requirement in (*standard.pack, *standard.gateway):
        if requirement.id.lower() == wanted:
            return _requirement(requirement, standard)
    return None


def known_ids(standard: Standard, signals: Mapping[str, SignalText]) -> list[str]:
    """Everything that `explain` knows."""
    ids = [*signals, *(ksb.code for ksb in standard.ksbs), *(theme.id for theme in standard.themes)]
    ids += [*(criterion.id for criterion in standard.criteria)]
    return ids + [requirement.id for requirement in (*standard.pack, *standard.gateway)]


def list_signals(signals: Mapping[str, SignalText]) -> str:
    """Every signal with its title, under the headings of the groups."""
    groups: dict[str, list[str]] = {}
    for signal in sorted(signals, key=signal_order):
        groups.setdefault(signal.partition(".")[0], []).append(signal)
    lines = []
    for group, ids in groups.items():
        lines += ["", GROUPS.get(group, visible(group))]
        lines += [_row(f"  {visible(id_)}", signals[id_].title, 36) for id_ in ids]
    return "\n".join(lines[1:]) + "\n"


def list_standard(standard: Standard) -> str:
    """The plan: methods, KSBs, themes with criteria, what must be handed in, limits and times."""
    lines = [folded(f"{standard.id} version {standard.version}: {standard.title}"), *_wrapped(standard.source)]
    for method in standard.methods:
        lines += ["", f"Method {method.number}: {folded(method.title)}", ""]
        lines += [_row(f"  {ksb.code}", ksb.title, 8) for ksb in standard.ksbs if ksb.method == method.number]
        for theme in standard.themes:
            if theme.method == method.number:
                lines += ["", f"  {folded(theme.title)} ({visible(theme.id)})"]
                mine = (criterion for criterion in standard.criteria if criterion.theme == theme.id)
                lines += [_row(f"    {criterion.id}", criterion.text, 36) for criterion in mine]
    for title, items in (("To be handed in", standard.pack), ("At the gateway", standard.gateway)):
        if items:
            lines += ["", title, "", *(_row(f"  {item.id}", item.title, 36) for item in items)]
    if standard.figures:
        lines += ["", "Limits and times", ""]
        lines += [_row(f"  {f.bound} {f.value} {f.unit}", f.title, 36) for f in standard.figures.values()]
    return "\n".join(lines) + "\n"


def _signal(id_: str, text: SignalText, standard: Standard) -> str:
    criteria = [c for c in standard.criteria if any(id_ in aspect.signals for aspect in c.shown_by)]
    return _text(
        visible(id_),
        text.title,
        ("Question", text.asks),
        ("Counts", text.counts),
        ("Does not count", text.not_counts),
        *_many("Touches" if id_.startswith("risk.") else "Speaks to", [_titled(standard, code) for code in text.ksbs]),
        *_many("Lead for", [_titled(standard, code) for code in text.leads]),
        *_many("Criteria", [f"{criterion.id}: {criterion.text}" for criterion in criteria]),
    )


def _ksb(ksb: Ksb, standard: Standard) -> str:
    themes = [theme.title for theme in standard.themes if ksb.code in theme.ksbs and theme.method == ksb.method]
    criteria = [f"{c.id}: {c.text}" for c in standard.criteria if ksb.code in c.ksbs]
    return _text(
        ksb.code,
        ksb.title,
        ("In the plan", ksb.place),
        ("Method", _method(standard, ksb.method)),
        *_many("Theme", themes),
        *_shown(ksb.shown_by, ksb.assessor_only, ksb.leads),
        *_many("Criteria", criteria),
    )


def _theme(theme: Theme, standard: Standard) -> str:
    criteria = [f"{c.id} ({c.grade}): {c.text}" for c in standard.criteria if c.theme == theme.id]
    return _text(
        visible(theme.id),
        theme.title,
        ("In the plan", theme.place),
        ("Method", _method(standard, theme.method)),
        *_many("KSBs", [_titled(standard, code) for code in theme.ksbs]),
        *_many("Criteria", criteria),
    )


def _criterion(criterion: Criterion, standard: Standard) -> str:
    themes = [theme.title for theme in standard.themes if theme.id == criterion.theme]
    return _text(
        visible(criterion.id),
        criterion.text,
        ("In the plan", criterion.place),
        *_many("Theme", themes),
        ("Grade", f"{criterion.grade} criterion"),
        *_many("KSBs", [_titled(standard, code) for code in criterion.ksbs]),
        *_shown(criterion.shown_by, criterion.assessor_only, criterion.leads),
    )


def _requirement(requirement: PackRequirement, standard: Standard) -> str:
    figure = standard.figures.get(requirement.words)
    return _text(
        visible(requirement.id),
        requirement.title,
        ("In the plan", requirement.place),
        ("Words", f"{figure.bound} {figure.value}" if figure else ""),
        *_many("Tells", list(requirement.contents)),
        *_shown(requirement.shown_by, "", ()),
    )


def _shown(aspects: Iterable[Aspect], assessor_only: str, leads: Iterable[str]) -> Iterable[tuple[str, str]]:
    """What files can show; an aspect is shown by any one of its signals."""
    aspects = list(aspects)
    yield from _many("Files show", [f"{aspect.title}: {' or '.join(aspect.signals)}" for aspect in aspects])
    yield ("Assessor" if aspects else "Assessor only"), assessor_only
    yield "To ask about", ", ".join(leads)


def _many(label: str, texts: Iterable[str]) -> Iterable[tuple[str, str]]:
    for number, text in enumerate(texts):
        yield ("" if number else label), text


def _titled(standard: Standard, code: str) -> str:
    titles = [ksb.title for ksb in standard.ksbs if ksb.code == code]
    return f"{code} {titles[0]}" if titles else code


def _method(standard: Standard, number: int) -> str:
    titles = [method.title for method in standard.methods if method.number == number]
    return f"{number}, {titles[0]}" if titles else str(number)


def _text(id_: str, title: str, *entries: tuple[str, str]) -> str:
    lines = [id_, *_wrapped(title), ""]
    lines += [_row(label, text, _LABEL) for label, text in entries if text]
    return "\n".join(lines) + "\n"


def _row(label: str, text: str, column: int) -> str:
    """A label and, from a column on, its text; under the label where the label is too long."""
    first, gap = visible(label), " " * column
    lines = _wrapped(text, WIDTH - column) or [""]
    if len(first) >= column:
        return "\n".join([first, *(gap + line for line in lines)])
    return "\n".join([first.ljust(column) + lines[0], *(gap + line for line in lines[1:])]).rstrip()


def _wrapped(text: str, width: int = WIDTH) -> list[str]:
    return textwrap.wrap(folded(text), width, break_on_hyphens=False)
