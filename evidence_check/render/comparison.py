"""What changed between two reports, as text for a terminal, as Markdown and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

from evidence_check.model import Change, Comparison, PartSummary
from evidence_check.render._markup import code, prose
from evidence_check.render._text import count, day, folded, inert, visible

FORMATS = ("text", "markdown", "json")
_TITLES = {
    "new": "New",
    "lost": "Lost",
    "fixed": "Fixed",
    "risks": "New points to probe",
    "other": "Changed otherwise",
}
_URGENT = (_TITLES["lost"], _TITLES["risks"])


def render(comparison: Comparison, form: str) -> str:
    """The comparison in one of `FORMATS`."""
    if form == "json":
        return _json(comparison)
    return _markdown(comparison) if form == "markdown" else _text(comparison)


def entries(comparison: Comparison) -> Iterator[str]:
    """The changes as list items of Markdown, for a document that says more than what changed: what to mend first."""
    made = comparison.before.generated
    told = figures(comparison)
    if made:
        yield f"- Compared with the report made on {code(made)}{': ' if told else ''}{told}."
    elif told:
        yield f"- {told}."
    for title, changes in sorted(_groups(comparison), key=lambda group: group[0] not in _URGENT):
        yield from (f"- {title}: {_line(change)}" for change in changes)
    yield from (f"- {note}" for note in _notes(comparison))


def figures(comparison: Comparison) -> str:
    """How many changes of each sort there are, in words: `2 new, 1 lost`; empty where nothing changed."""
    return ", ".join(f"{len(changes):,} {title.lower()}" for title, changes in _groups(comparison))


def _groups(comparison: Comparison) -> Iterator[tuple[str, tuple[Change, ...]]]:
    for name, title in _TITLES.items():
        if changes := getattr(comparison, name):
            yield title, changes


def _sides(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """What each of the two reports looked at, in words."""
    for name, parts in (("Before", comparison.old_parts), ("After", comparison.new_parts)):
        if parts:
            yield name, ", ".join(map(_part, parts))


def _part(part: PartSummary) -> str:
    commit = f" at {part.commit[:10]}" if part.commit else ""
    return f"{part.name}{commit}{f' of {day(part.committed)}' if day(part.committed) else ''}"


def _notes(comparison: Comparison) -> Iterator[str]:
    if not any(True for _ in _groups(comparison)):
        yield "Nothing changed."
    if comparison.before.rules_digest != comparison.after.rules_digest:
        yield "The two reports were made with different rules: a change may come from the rules."
    for number, which in ((comparison.only_old, "old"), (comparison.only_new, "new")):
        if number:
            yield f"{count(number, 'question')} only in the {which} report."


def _text(comparison: Comparison) -> str:
    lines = [f"{name + ':':7} {visible(told)}" for name, told in _sides(comparison)]
    lines += [""] if lines else []
    for title, changes in _groups(comparison):
        lines += [f"{title} ({len(changes):,})"]
        for change in changes:
            at = f"{_at(change)} {visible(_place(change))}" if change.location else ""
            lines.append(f"  {visible(change.id)}  {folded(change.title)}: {change.before} -> {change.after}{at}")
            if change.why:
                lines.append(f"      {folded(change.why)}")
        lines.append("")
    return inert("\n".join([*lines, *_notes(comparison)]), "\\::", "## ").rstrip("\n") + "\n"


def _markdown(comparison: Comparison) -> str:
    lines = ["# What changed", ""]
    if comparison.title:
        lines += [f"**{prose(comparison.title)}**", ""]
    sides = [f"- {name}: {code(told)}" for name, told in _sides(comparison)]
    lines += [*sides, ""] if sides else []
    for title, changes in _groups(comparison):
        lines += [f"## {title}", ""]
        for change in changes:
            lines.append(f"- {_line(change)}")
        lines.append("")
    return inert("\n".join([*lines, *_notes(comparison)]), "\\::", "## ").rstrip("\n") + "\n"


def _line(change: Change) -> str:
    """A change as Markdown."""
    at = f"{_at(change)} {code(_place(change))}" if change.location else ""
    why = f": {prose(change.why)}" if change.why else ""
    return f"**{prose(change.title)}** ({code(change.id)}) {change.before} → {change.after}{at}{why}"


def _at(change: Change) -> str:
    """Whether the place is that of the later report, or where it was in the earlier one."""
    return ", was at" if change.before in {"present", "evidenced"} else " at"


def _json(comparison: Comparison) -> str:
    document = dataclasses.asdict(comparison)
    for name in _TITLES:
        for change in document[name]:
            place = change.pop("location")
            change.update({key: value for key, value in (place or {}).items() if value})
    document["schema_version"] = "1.0"
    text = json.dumps(document, ensure_ascii=True, indent=2, sort_keys=True)
    return text.replace("##[", "#\\u0023[").replace("##vso[", "#\\u0023vso[") + "\n"


def _place(change: Change) -> str:
    if change.location is None:
        return ""
    part, where = change.location.part, str(change.location)
    return f"{part}: {where}" if part and where else where or part
