"""Shares of commits, and reports that name nobody."""

from __future__ import annotations

from evidence_check.model import (
    Author,
    Commit,
    Evidence,
    Finding,
    History,
    Location,
    Outcome,
    Part,
    Provenance,
    Report,
)
from evidence_check.people import without_people, work

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
    ),
)  # fmt: skip


def test_shares_of_the_own_commits_with_bots_and_template_apart() -> None:
    (told,) = work([PART])
    assert (told.own, told.bots, told.template) == (4, 2, 1)
    assert [(p.who, p.commits, p.share) for p in told.authors] == [("author 1", 3, 75), ("author 2", 1, 25)]
    assert [p.who for p in work([PART], show=True)[0].authors] == ["Ada Lovelace", "Will"]


def test_a_person_has_one_number_in_all_parts() -> None:
    other = Part("infra", "infra", history=History(Location("infra"), commits((0, True)), (AUTHORS[1],)))
    assert [p.who for part in work([PART, other]) for p in part.authors] == ["author 1", "author 2", "author 2"]


def test_without_a_history_there_is_nothing_to_say() -> None:
    assert work([Part("app", "app")]) == ()


def evidence(excerpt: str, commit: str = "") -> Evidence:
    place = Location("app", commit=commit) if commit else Location("app", "CODEOWNERS", 1)
    return Evidence(place, "git", excerpt, f"by {excerpt}")


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
