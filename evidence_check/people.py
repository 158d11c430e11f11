"""Whose commits and lines a submission holds, and reports that name nobody unless names are asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from evidence_check.expressions import expression
from evidence_check.model import Contribution, Evidence, Finding, Guess, History, Part, Report, Work
from evidence_check.submission.survivors import BOT, TEMPLATE, Survivors

AUTHORS = 10
"""People of a part that are told one by one."""
_WORD = expression(r"\w+")
_NAME = expression(r"[^\W\d_]+")
_BRANCH_OF = expression(r"(\bpull request #\d{1,9} (?:in|from) )[\w.-]{1,60}(?=/)")


def work(parts: Iterable[Part], survivors: Mapping[str, Survivors], *, show: bool = False) -> tuple[Work, ...]:
    """The share of each person in the own commits of each part with a history, and in the lines that survive in its
    files (`survivors`, by part), aliases merged, most commits first.

    Bots and what came with a template stand apart. People are numbered through all parts; `show` gives their names.
    """
    histories = [part.history for part in parts if part.history]
    aliases = {} if show else numbered(parts)
    return tuple(_work(history, survivors.get(history.location.part, Survivors()), aliases) for history in histories)


def _work(history: History, survivors: Survivors, aliases: Mapping[str, str]) -> Work:
    commits: Counter[str] = Counter()
    lines: Counter[str] = Counter()

    def who(index: int) -> str:
        name = history.authors[index].name
        return aliases.get(name, name)

    for commit in history.commits:
        if commit.own:
            commits[who(commit.author)] += 1
    for index, number in survivors.lines.items():
        if index >= 0:
            lines[who(index)] += number
    ranked = sorted({*commits, *lines}, key=lambda name: (-commits[name], -lines[name], name))[:AUTHORS]
    own, written = commits.total(), lines.total()
    part = history.location.part
    return Work(
        part=part,
        own=own,
        bots=sum(history.authors[commit.author].bot for commit in history.commits),
        template=int(history.measures.get("template_commits", 0)),
        authors=tuple(
            Contribution(part, name, commits[name], _share(commits[name], own), lines[name],
                         _share(lines[name], written))
            for name in ranked
        ),
        lines=written,
        bot_lines=survivors.lines.get(BOT, 0),
        template_lines=survivors.lines.get(TEMPLATE, 0),
        files_counted=survivors.counted,
        files=survivors.files,
        lines_why=survivors.why,
    )  # fmt: skip


def _share(some: int, total: int) -> int:
    return round(100 * some / total) if total else 0


def numbered(parts: Iterable[Part]) -> Mapping[str, str]:
    """`author 1` and so on for every person of the histories, most commits first."""
    commits: Counter[str] = Counter()
    for part in parts:
        for author in part.history.authors if part.history else ():
            if not author.bot:
                commits[author.name] += author.commits
    ranked = sorted(commits.items(), key=lambda item: (-item[1], item[0]))
    return {name: f"author {number}" for number, (name, _) in enumerate(ranked, 1)}


def without_people(report: Report, parts: Iterable[Part]) -> Report:
    """The report with the people of the histories numbered instead of named, wherever its evidence quotes them.

    What is told of findings (attention, questions, reading list) is made after it. Names
    of one word are only taken for names where a commit is quoted: elsewhere they may be words.
    """
    parts = tuple(parts)
    names = numbered(parts)
    addresses = {
        address: names[author.name]
        for part in parts
        for author in (part.history.authors if part.history else ())
        if not author.bot
        for address in author.emails
        if address
    }
    if not names:
        return report
    shown = [item for finding in report.findings.values() for item in finding.evidence]
    shown += report.live.named if report.live else ()
    guessed = [text for item in report.guesses for text in (item.chosen, *item.others)]
    texts = (text for item in shown for text in (item.excerpt, item.reason))
    quoted = _quoted([*addresses, *names], (*texts, *guessed))
    full = _pattern([name for name in quoted if name in addresses or " " in name.strip()])
    every = _pattern(quoted)
    known = {key.lower(): number for key, number in {**names, **addresses}.items()}

    def hide(text: str, *, commit: bool = False) -> str:
        text = (every if commit else full).sub(lambda found: known.get(found[0].lower(), found[0]), text)
        return _BRANCH_OF.sub(r"\1author", text) if commit else text

    def evidence(item: Evidence) -> Evidence:
        commit = bool(item.location.commit)
        return replace(item, excerpt=hide(item.excerpt, commit=commit), reason=hide(item.reason, commit=commit))

    def finding(item: Finding) -> Finding:
        return replace(item, evidence=tuple(map(evidence, item.evidence)))

    told = set(_NAME.findall("\n".join(guessed).lower()))
    words = {word for name in [*names, *addresses] for word in _NAME.findall(name.partition("@")[0].lower())}
    named = _pattern((word for word in words & told if len(word) > 2), letter=r"[^\W_]")

    def guess(item: Guess) -> Guess:
        """A branch that is called by a person goes without that name."""
        chosen, *others = map(hide, (item.chosen, *item.others))
        if item.what == "branch":
            chosen, *others = (named.sub("author", text) for text in (chosen, *others))
        return replace(item, chosen=chosen, others=tuple(others))

    return replace(
        report,
        findings={signal: finding(item) for signal, item in report.findings.items()},
        guesses=tuple(map(guess, report.guesses)),
        live=report.live and replace(report.live, named=tuple(map(evidence, report.live.named))),
    )


def _quoted(names: Iterable[str], texts: Iterable[str]) -> list[str]:
    """The names of which every word occurs somewhere in the texts: few of thousands, and only those are looked for."""
    words = set(_WORD.findall("\n".join(texts).lower()))
    return [name for name in names if words.issuperset(_WORD.findall(name.lower()))]


def _pattern(texts: Iterable[str], letter: str = r"\w") -> re.Pattern[str]:
    """Matches any of the texts as whole words, which end where no `letter` follows; nothing where there is none."""
    words = sorted({text for text in texts if text.strip()}, key=lambda text: (-len(text), text))
    return expression(rf"(?<!{letter})(?:{'|'.join(map(re.escape, words)) or '(?!)'})(?!{letter})", re.IGNORECASE)
