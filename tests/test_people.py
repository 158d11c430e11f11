"""Shares of commits, and reports that name nobody."""

from __future__ import annotations

from evidence_check.model import (
    Author,
    Commit,
    Evidence,
    Finding,
    Guess,
    History,
    Location,
    Outcome,
    Part,
    Provenance,
    Report,
)
from evidence_check.people import without_people, work
from evidence_check.submission.survivors import BOT, TEMPLATE, Survivors

AUTHORS = (
    Author("Ada Lovelace", ("ada@clinic.org", "ada@home.org"), False, 3),
    Author("Will", ("will@clinic.org",), False, 1),
    Author("dependabot[bot]", ("support@github.com",), True, 2),
)


def commits(*authors: tuple[int, bool]) -> tuple[Commit, ...]:
    return tuple(Commit(f"{n:040x}", (), author, n, 0, "s", own) for n, (author, own) in enumerate(authors))


PART = Part(
    "app", "app",
    history=History(
        Location("app"),
        commits((0, True), (0, True), (0, True), (1, True), (2, False), (2, False), (0, False)),
        AUTHORS,
        measures={"template_commits": 1.0},
    ),
)  # fmt: skip


def test_shares_of_the_own_commits_with_bots_and_template_apart() -> None:
    (told,) = work([PART], {})
    assert (told.own, told.bots, told.template) == (4, 2, 1)
    assert [(p.who, p.commits, p.share) for p in told.authors] == [("author 1", 3, 75), ("author 2", 1, 25)]
    assert [p.who for p in work([PART], {}, show=True)[0].authors] == ["Ada Lovelace", "Will"]


def test_shares_of_the_lines_with_bots_and_template_apart() -> None:
    lines = {0: 30, 1: 10, BOT: 5, TEMPLATE: 7}
    (told,) = work([PART], {"app": Survivors(lines, 4, 6)})
    assert [(p.who, p.lines, p.lines_share) for p in told.authors] == [("author 1", 30, 75), ("author 2", 10, 25)]
    assert (told.lines, told.bot_lines, told.template_lines, told.files_counted, told.files) == (40, 5, 7, 4, 6)


def test_why_no_lines_were_counted_is_told() -> None:
    (told,) = work([PART], {"app": Survivors(files=6, why="the clone is shallow")})
    assert (told.lines, told.lines_why) == (0, "the clone is shallow")


def test_a_person_has_one_number_in_all_parts() -> None:
    other = Part("infra", "infra", history=History(Location("infra"), commits((0, True)), (AUTHORS[1],)))
    assert [p.who for part in work([PART, other], {}) for p in part.authors] == ["author 1", "author 2", "author 2"]


def test_without_a_history_there_is_nothing_to_say() -> None:
    assert work([Part("app", "app")], {}) == ()


def evidence(excerpt: str, commit: str = "") -> Evidence:
    place = Location("app", commit=commit) if commit else Location("app", "CODEOWNERS", 1)
    return Evidence(place, "git", excerpt, f"by {excerpt}")


def test_a_branch_that_is_called_by_a_person_goes_without_that_name() -> None:
    branches = Guess(
        "branch", "main", "It is checked out.", ("ada/feature", "fix_lovelace", "adamant", "will-it-scale")
    )
    title = Guess("title", "Notes by Ada Lovelace", "", ("Will it scale?",))
    report = Report((), {}, provenance=Provenance("", "", "", ""), guesses=(branches, title))
    hidden = without_people(report, [PART]).guesses
    assert hidden[0].others == ("author/feature", "fix_author", "adamant", "author-it-scale")
    assert (hidden[1].chosen, hidden[1].others) == ("Notes by author 1", ("Will it scale?",))


def test_names_are_numbered_wherever_the_submission_is_quoted() -> None:
    quoted = (
        evidence("ada lovelace paired with Will", "a" * 40),
        evidence("Merge pull request #3 from alovelace/feature", "b" * 40),
        evidence("* ada@home.org and Ada Lovelace"),
        evidence("Will it scale? Adas Lovelaces will see"),
    )
    finding = Finding("source.branches", Outcome.PRESENT, quoted, 4)
    report = Report((), {"source.branches": finding}, provenance=Provenance("", "", "", ""))
    shown = [item.excerpt for item in without_people(report, [PART]).findings["source.branches"].evidence]
    assert shown == [
        "author 1 paired with author 2",
        "Merge pull request #3 from author/feature",
        "* author 1 and author 1",
        "Will it scale? Adas Lovelaces will see",
    ]
    assert without_people(report, [Part("app", "app")]) == report
