"""The report in short, for a terminal of 80 columns."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evidence_check.model import Evidence, Report, Status, Verdict
from evidence_check.render._text import count, cut, day, folded, inert, visible
from evidence_check.render._view import View, shares

WIDTH = 80
_PLACES = 3
"""Reasons, and places under a reason, that are named before the rest is only counted."""
_MENTIONS = 8
"""Things of the analysis that are not as it says."""
_REASONS = 40
"""Reasons for gaps that a checklist names."""
_OTHERS = 6
"""Other candidates of a guess; the JSON has all of them."""
_LONGEST = 240
"""Characters that a text may have in a summary."""
_COLOURS = {
    Status.EVIDENCED: "green",
    Status.PARTLY: "yellow",
    Status.NOT_FOUND: "red",
    Status.NOT_CHECKED: "cyan",
    Status.ASSESSOR_ONLY: "magenta",
    Verdict.COMPLETE: "green",
    Verdict.INCOMPLETE: "red",
    Verdict.CANNOT_TELL: "cyan",
}


def render(report: Report, *, width: int = WIDTH, colour: bool = False) -> str:
    """The summary as text that ends with a newline; with ANSI colours only where asked for."""
    sections = (
        _identity, _pack, _attention, _themes, _ksbs, _claims, _drawing, _risks, _lint, _work, _personal,
        _guesses, _gaps,
    )  # fmt: skip
    return _render(report, sections, width, colour)


def render_pack(report: Report, *, width: int = WIDTH, colour: bool = False) -> str:
    """The verdict on the pack, its checklist, what was guessed and what could not be looked at, as `render`."""
    sections = (_verdict, _checklist, _all_gaps, _all_guesses, _live, _work, _personal, _looked_at)
    return _render(report, sections, width, colour)


def _render(report: Report, sections: Iterable[Callable[[Console, View], None]], width: int, colour: bool) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="standard" if colour else None,
        no_color=not colour, highlight=False, markup=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    view = View(report)
    with console.capture() as capture:
        for section in sections:
            section(console, view)
    lines = (line.rstrip() for line in capture.get().splitlines())
    return inert("\n".join(lines), "\\::", "## ") + "\n"


def _identity(console: Console, view: View) -> None:
    console.print(Text("Pre-assessment report", "bold"))
    if names := _names(view.report):
        console.print(Text(cut(names, _LONGEST)))
    _made_by(console, view)


def _names(report: Report) -> str:
    """The case's pseudonym and title, as far as they are given."""
    return ", ".join(folded(name) for name in (report.case, report.title) if name)


def _made_by(console: Console, view: View) -> None:
    """The plan, the tool, and what was handed in."""
    made, standard = view.report.provenance, view.standard
    if standard.id:
        console.print(Text(folded(f"{standard.id} v{standard.version} {standard.title}")))
    console.print(Text(visible(f"evidence-check {made.tool_version}, rules {made.rules_digest[:12]}"), "dim"))
    names = [cut(visible(part.name), 24) for part in view.report.parts]
    table = _table(max(map(len, names), default=0))
    for name, part in zip(names, view.report.parts, strict=True):
        figures = [f"commit {part.commit[:10]}" if part.commit else "", day(part.committed)]
        figures += [f"{count(part.files, 'file')} ({part.own_files:,} the apprentice's)"]
        figures += [count(part.commits, "commit") if part.commits else ""]
        figures += [f"{part.untracked:,} more not tracked by git" if part.untracked else ""]
        table.add_row(Text(name), Text(", ".join(filter(None, map(visible, figures)))))
    _section(console, "", table)


def _looked_at(console: Console, view: View) -> None:
    console.print()
    _made_by(console, view)


def _pack(console: Console, view: View) -> None:
    pack = view.report.pack
    if pack is None:
        return
    table = _table(13, 22)
    for item in pack.items:
        table.add_row(
            _status(item.verdict), Text(cut(folded(item.title), _LONGEST)), Text(cut(folded(item.why), _LONGEST))
        )
    _section(console, f"Pack: {pack.verdict}", table)


def _verdict(console: Console, view: View) -> None:
    """The answer before everything else, and whose pack it is."""
    pack = view.report.pack
    if pack is None:
        return
    names = _names(view.report) or ", ".join(folded(part.name) for part in view.report.parts)
    console.print(Text.assemble((f"Pack: {pack.verdict}", f"bold {_COLOURS[pack.verdict]}"), f" ({view.pack_counts})"))
    console.print(Text(cut(names, _LONGEST)))


def _checklist(console: Console, view: View) -> None:
    """The items one below the other, what is missing first, each with its places and its mend: nothing is cut."""
    table = _table(13)
    for item in view.pack_items:
        lines = [folded(item.title), folded(item.why)]
        if places := _places(view, item.evidence, 0):
            lines.append(f"at {places}")
        if item.mend:
            lines.append(f"-> {folded(item.mend)}")
        table.add_row(_status(item.verdict), Text("\n".join(lines)))
    _section(console, "", table)


def _guesses(console: Console, view: View) -> None:
    """What was guessed, in short."""
    taken = [guess for guess in view.report.guesses if guess.chosen]
    if not taken:
        return
    table = _table(14)
    for guess in taken:
        more = f"; {count(len(guess.others), 'other')} may be meant" if guess.others else ""
        table.add_row(Text(folded(guess.what)), Text(f"{cut(folded(guess.chosen), _LONGEST)}{more}"))
    _section(console, "Guessed, since nobody gave it", table)


def _all_guesses(console: Console, view: View) -> None:
    """What was guessed, with reason, everything else that may be meant, and how to give it."""
    if not view.report.guesses:
        return
    table = _table(14)
    for guess in view.report.guesses:
        lines = [f"{folded(guess.chosen) or 'none found'}: {folded(guess.why)}"]
        lines += [f"or {folded(other)}" for other in guess.others[:_OTHERS]]
        if len(guess.others) > _OTHERS:
            lines.append(f"or one of {count(len(guess.others) - _OTHERS, 'other')}")
        if guess.mend and (guess.chosen or guess.others):
            lines.append(f"-> {folded(guess.mend)}")
        table.add_row(Text(folded(guess.what)), Text("\n".join(lines)))
    _section(console, "Guessed, since nobody gave it (-> says how to, mostly in evidence-check.yaml)", table)


def _live(console: Console, view: View) -> None:
    live = view.report.live
    if live is None:
        return
    table = _table(14)
    table.add_row("address", Text(f"{visible(live.address)} (never opened)"))
    if live.named:
        table.add_row("named in", Text(_places(view, live.named, live.total)))
    for remark in live.remarks:
        table.add_row("", Text(folded(remark)))
    _section(console, "The running system", table)


def _attention(console: Console, view: View) -> None:
    if not view.report.attention:
        return
    table = _table(2)
    for number, item in enumerate(view.report.attention, 1):
        table.add_row(
            f"{number}.",
            Text.assemble((cut(folded(item.title), _LONGEST), "bold"), f"\n{cut(folded(item.why), _LONGEST)}"),
        )
    _section(console, "Most needs attention", table)


def _themes(console: Console, view: View) -> None:
    for rows in view.themes:
        table = _table(13, 4, one_line=True)
        for row in rows.rows:
            grade = "dist" if row.item.grade == "distinction" else row.item.grade
            table.add_row(_status(row.assessment.status), grade, Text(folded(row.item.text)))
        _section(console, f"Theme: {folded(rows.theme.title)}", table)


def _ksbs(console: Console, view: View) -> None:
    if not view.ksbs:
        return
    table = _table(13, 2)
    for status, number in view.ksb_counts.items():
        codes = " ".join(row.item.code for row in view.ksbs if row.assessment.status is status)
        table.add_row(_status(status), f"{number:2}", Text(visible(codes)))
    _section(console, f"KSBs of the project and practical assessment ({len(view.ksbs)})", table)


def _risks(console: Console, view: View) -> None:
    if not view.risks:
        return
    table = _table(26)
    for signal in view.risks:
        table.add_row(
            Text(folded(signal.text.title)), Text(_places(view, signal.finding.evidence, signal.finding.total))
        )
    _section(console, "Points to probe", table)


def _lint(console: Console, view: View) -> None:
    if not view.report.lint:
        return
    table = _table(26)
    for result in view.report.lint:
        worst = _listed(dict.fromkeys(view.place(message.location) for message in result.worst[:_PLACES]))
        told = f"{view.severities(result)} in {count(result.files, 'file')}"
        table.add_row(Text(f"{result.tool} {visible(result.version)}"), Text(f"{told}; {worst}" if worst else told))
    _section(console, "Linters on the own Python", table)


def _gaps(console: Console, view: View) -> None:
    _print_gaps(console, view, _PLACES)


def _all_gaps(console: Console, view: View) -> None:
    _print_gaps(console, view, _REASONS)


def _print_gaps(console: Console, view: View, limit: int) -> None:
    if not view.report.gaps and not view.unknown:
        return
    table = _table()
    for reason, gaps in view.gaps[:limit]:
        places = _listed(dict.fromkeys(view.place(gap.location) for gap in gaps))
        table.add_row(Text(f"{places}: {cut(folded(reason), _LONGEST)}"))
    if len(view.gaps) > limit:
        table.add_row(Text(f"... and {count(len(view.gaps) - limit, 'other reason')}"))
    if view.unknown:
        table.add_row(Text(f"So {count(len(view.unknown), 'question')} could not be answered either way."))
    _section(console, f"Could not be looked at: {count(len(view.report.gaps), 'place')}", table)


def _claims(console: Console, view: View) -> None:
    claims = view.report.claims
    if claims is None:
        return
    table = _table(30)
    for standing, ksbs in view.standings.items():
        table.add_row(Text(standing.value), Text(visible(" ".join(ksb.code for ksb in ksbs))))
    there = len(view.mentions) - len(view.open_mentions)
    if view.mentions:
        table.add_row(Text("named things that are there"), Text(f"{there} of {len(view.mentions)}"))
    for mention in view.open_mentions[:_MENTIONS]:
        told = f"{cut(visible(mention.text), 60)}: {folded(mention.told)}"
        table.add_row(Text(f"{mention.what} {mention.result.value}"), Text(cut(told, _LONGEST)))
    if len(view.open_mentions) > _MENTIONS:
        table.add_row("", Text(f"and {count(len(view.open_mentions) - _MENTIONS, 'more thing')}"))
    _section(console, f"The analysis against the evidence ({visible(view.place(claims.document))})", table)


def _drawing(console: Console, view: View) -> None:
    drawing = view.report.drawing
    if drawing is None:
        return
    table = _table(14)
    if drawing.why:
        table.add_row("not checked", Text(folded(drawing.why)))
    for name, things in (("matched", drawing.matched), ("only drawn", drawing.only_drawn),
                         ("only in code", drawing.only_in_code)):  # fmt: skip
        if things:
            labels = ", ".join(folded(thing.label) for thing in things)
            table.add_row(Text(name), Text(cut(labels, _LONGEST)))
    _section(console, "The diagram against the code", table)


def _work(console: Console, view: View) -> None:
    if not view.report.work:
        return
    table = _table(24)
    for part in view.report.work:
        table.add_row(Text(cut(visible(part.part), 24)), Text(";\n".join(shares(part, folded, folded))))
    _section(console, "Whose work, for the employer to confirm", table)


def _personal(console: Console, view: View) -> None:
    if not view.report.personal:
        return
    table = _table(30)
    kinds: dict[str, list[str]] = {}
    for item in view.report.personal:
        kinds.setdefault(item.what, []).append(f"{view.place(item.location)} {item.masked}")
    for what, places in kinds.items():
        table.add_row(Text(folded(what)), Text(_listed(places)))
    _section(console, "Personal data that was seen", table)


def _places(view: View, evidence: Iterable[Evidence], total: int) -> str:
    places = list(dict.fromkeys(view.place(item.location) for item in evidence))
    return _listed(places, max(total, len(places)))


def _listed(places: Iterable[str], total: int = 0) -> str:
    """The first places and how many more there are."""
    known = [visible(place) for place in places]
    rest = max(total, len(known)) - len(known[:_PLACES])
    return ", ".join(known[:_PLACES]) + (f" and {rest:,} more" if rest else "")


def _status(status: Status | Verdict) -> Text:
    return Text(status.value, _COLOURS[status])


def _section(console: Console, title: str, table: Table) -> None:
    console.print()
    if title:
        console.print(Text(title, "bold"))
    console.print(Padding(table, (0, 0, 0, 2)))


def _table(*widths: int, one_line: bool = False) -> Table:
    """A table of columns of these widths and a last one that takes the rest, cut where it may have one line only."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for width in widths:
        table.add_column(width=width, overflow="fold")
    table.add_column(ratio=1, no_wrap=one_line, overflow="ellipsis" if one_line else "fold")
    return table
