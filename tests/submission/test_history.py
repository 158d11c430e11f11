from __future__ import annotations

from pathlib import Path

import pytest

from evidence_check.model import Event
from evidence_check.submission import git as our_git
from evidence_check.submission import log
from evidence_check.submission.gitdir import prepare
from evidence_check.submission.history import Told, read_history
from tests.gitrepo import build, git

ADA, BOB = "Ada Lovelace <ada@example.org>", "Bob Stone <bob@example.org>"


def told(tmp_path: Path, history: str, **options: str) -> Told:
    root = build(tmp_path / "repo", history)
    return read_history(prepare(root / ".git", tmp_path / "private"), "repo", **options)  # type: ignore[arg-type]


def measures(result: Told) -> dict[str, float]:
    assert result.history is not None
    return dict(result.history.measures)


def events(result: Told, what: str) -> list[Event]:
    return [event for event in result.events if event.what == what]


def subjects(result: Told, what: str) -> list[str]:
    return [event.subject for event in events(result, what)]


def test_a_commit_is_told_with_its_author_time_zone_and_paths(tmp_path: Path) -> None:
    result = told(
        tmp_path,
        """
        2024-03-01T23:30+0130 Ada Lovelace <ada@example.org>: Start: the service
          a b.py: x
          ünï.py: y
        """,
    )
    assert result.history is not None
    (commit,) = result.history.commits
    assert commit.subject == "Start: the service"
    assert commit.offset == 90
    assert commit.time == 1709330400
    assert commit.paths == ("a b.py", "ünï.py")
    assert commit.own
    assert result.history.authors[commit.author].name == "Ada Lovelace"
    assert result.committed == commit.time


def test_events_come_newest_first_and_the_measures_count(tmp_path: Path) -> None:
    result = told(
        tmp_path,
        f"""
        2024-03-01 {ADA}: One
          a.py: 1
        2024-03-02 {ADA}: Two
          a.py: 1\\n2
        2024-03-02 {ADA}: Three
          a.py: 1\\n2\\n3
        """,
    )
    assert subjects(result, "commit") == ["Three", "Two", "One"]
    assert measures(result)["own_commits"] == 3
    assert measures(result)["own_days"] == 2
    assert measures(result)["largest_share"] == pytest.approx(1 / 3)


def test_days_are_those_of_the_authors_clock(tmp_path: Path) -> None:
    result = told(
        tmp_path,
        f"""
        2024-03-01T23:30+0000 {ADA}: Late
          a.py: 1
        2024-03-02T00:30+0100 {ADA}: The same moment by another clock
          b.py: 1
        """,
    )
    assert measures(result)["own_days"] == 2


def test_one_commit_with_nearly_all_lines_is_seen_unless_they_are_vendored(tmp_path: Path) -> None:
    lines = "\\n".join(str(n) for n in range(90))
    few = "\\n".join("123456789")
    result = told(
        tmp_path,
        f"""
        2024-03-01 {ADA}: Everything
          app.py: {lines}
        2024-03-02 {ADA}: A little
          b.py: {few}
        2024-03-03 {ADA}: Libraries
          node_modules/x/index.js: {lines}\\n{lines}\\n{lines}
        """,
    )
    assert measures(result)["largest_share"] == pytest.approx(90 / 99)


# --- branches, merges, requests ---------------------------------------------------------------------------------------


def merged(subject: str, branch: str = "topic") -> str:
    return f"""
        2024-03-01 {ADA}: Start
          a.py: 1
        @{branch}
        2024-03-02 {ADA}: Work
          b.py: 1
        @main
        2024-03-03 {ADA}: More
          c.py: 1
        2024-03-04 {ADA} merges {branch}: {subject}
    """


@pytest.mark.parametrize(
    "subject",
    [
        "Merge pull request #7 from ada/topic", "Merge branch 'topic'", "Merge branch 'topic' into 'main'",
        "Merged PR 12: Add the topic", "Merged in topic (pull request #3)",
        "Merge remote-tracking branch 'origin/topic'",
        "Merge branch 'topic' into develop", "bring in the topic", "Pull request #8: Add the topic",
        "Merge pull request 'Add the topic' (#4) from topic into main",
        "Merge branch 'dev' of github.com:ada/shop into main",
    ],
)  # fmt: skip
def test_merges_of_feature_branches(tmp_path: Path, subject: str) -> None:
    assert subjects(told(tmp_path, merged(subject)), "branch-merge") == [subject]


@pytest.mark.parametrize(
    "subject",
    [
        "Merge branch 'main' of github.com:ada/shop", "Merge branch 'topic' of https://github.com/ada/shop into topic",
        "Merge branch 'main' into topic", "Merge branch 'master' into 'topic'",
        "Merge remote-tracking branch 'origin/main'",
        "Merge remote-tracking branch 'upstream/master' into topic",
        "Merge pull request #3 from ada/dependabot/npm/x-1.2",
        "Merge branch 'renovate/configure'", "Merge branch 'develop' into topic",
        "Merge branch 'dev' of https://git.example/shop into dev", "Merge branch 'gh-pages'",
        "Merge commit '1a2b3c4'", f"Merge {'1a' * 20} into {'2b' * 20}", "Merge tag 'v1.0'",
        "Merge pull request #4 from snyk-bot/snyk-fix-1234",
    ],
)  # fmt: skip
def test_merges_that_deliver_no_feature_branch(tmp_path: Path, subject: str) -> None:
    assert subjects(told(tmp_path, merged(subject)), "branch-merge") == []


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Merge pull request #7 from ada/topic", "#7"), ("Merged PR 12: Add", "#12"), ("Pull request #8: Add", "#8"),
        ("Merged in topic (pull request #3)", "#3"), ("Merge pull request 'Add' (#4) from topic into main", "#4"),
        ("Merge pull request #5 in SHOP/shop from topic to master", "#5"),
    ],
)  # fmt: skip
def test_requests_by_the_wording_of_each_platform(tmp_path: Path, subject: str, name: str) -> None:
    assert [event.name for event in events(told(tmp_path, merged(subject)), "pull-request")] == [name]


def test_a_gitlab_merge_request_stands_in_the_body(tmp_path: Path) -> None:
    history = merged("Merge branch 'topic' into 'main'") + "          | See merge request group/sub-group/shop!42\n"
    result = told(tmp_path, history)
    assert [event.name for event in events(result, "pull-request")] == ["#42"]
    assert measures(result)["squash_pull_requests"] == 0


def test_squashed_requests_count_once_each(tmp_path: Path) -> None:
    result = told(
        tmp_path,
        f"""
        2024-03-01 {ADA}: Add login (#1)
          a.py: 1
        2024-03-02 {ADA}: Add logout (#2)
          b.py: 1
        @rebased
        2024-03-03 {ADA}: Add logout (#2)
          b.py: 2
        @main
        2024-03-03 {ADA}: Fix issue (see #3) later
          c.py: 1
        2024-03-03 Merged PR Fan <fan@example.org>: Merged PR 9: Add search
          d.py: 1
        2024-03-04 dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>: Bump x from 1 to 2 (#4)
          e.py: 1
        """,
    )
    assert sorted(event.name for event in events(result, "pull-request")) == ["#1", "#2", "#9"]
    assert measures(result)["squash_pull_requests"] == 3


def test_branches_with_own_commits_are_told(tmp_path: Path) -> None:
    origin = build(
        tmp_path / "origin",
        f"""
        2024-03-01 {ADA}: Start
          a.py: 1
        @feature/open
        2024-03-02 {ADA}: Unmerged work
          b.py: 1
        @main
        @dev
        2024-03-02 {ADA}: Work of everybody
          d.py: 1
        @main
        @fast-forwarded
        @gh-pages
        2024-03-02 {ADA}: Page
          index.html: x
        @main
        @dependabot/npm/x-1
        2024-03-02 dependabot[bot] <support@dependabot.com>: Bump
          c.py: 1
        """,
    )
    git(tmp_path, "clone", "-q", str(origin), "clone")
    result = read_history(prepare(tmp_path / "clone/.git", tmp_path / "private"), "repo")
    assert [event.name for event in events(result, "branch")] == ["dev", "feature/open"]


# --- tags, people, pairs ----------------------------------------------------------------------------------------------


def test_version_like_tags_only(tmp_path: Path) -> None:
    result = told(
        tmp_path,
        f"""
        2024-03-01 {ADA}: Start
          a.py: 1
        tag v1.0.0
        2024-03-02 {ADA}: More
          a.py: 2
        tag 2024.03.02
        tag release-7
        tag app-1.2.3-rc1
        tag latest
        tag production
        tag before-refactoring
        tag deploy-20240302
        """,
    )
    assert [event.name for event in events(result, "tag")] == ["2024.03.02", "app-1.2.3-rc1", "release-7", "v1.0.0"]


def test_an_annotated_tag_names_its_commit(tmp_path: Path) -> None:
    root = build(tmp_path / "repo", f"2024-03-01 {ADA}: Start\n  a.py: 1\n")
    git(root, "tag", "-a", "-m", "First release", "v1.0.0")
    result = read_history(prepare(root / ".git", tmp_path / "private"), "repo")
    assert events(result, "tag")[0].location.commit == git(root, "rev-parse", "HEAD").strip()


def test_contributors_have_two_commits_and_are_no_bots(tmp_path: Path) -> None:
    lines = []
    for number in (1, 2):
        lines += [
            f"2024-03-0{number} {ADA}: A {number}\n  a.py: {number}",
            f"2024-03-0{number} Bob Stone <1234+bstone@users.noreply.github.com>: B {number}\n  b.py: {number}",
            f"2024-03-0{number} github-actions[bot] <x@y.org>: C {number}\n  c.py: {number}",
            f"2024-03-0{number} ubuntu <ubuntu@ip-10-0-0-1.internal>: D {number}\n  d.py: {number}",
        ]
    lines.append("2024-03-05 Once Only <once@example.org>: E\n  e.py: 1")
    result = told(tmp_path, "\n".join(lines) + "\n")
    names = [event.name for event in events(result, "contributor")]
    assert sorted(names[:2]) == ["Ada Lovelace", "Bob Stone"], "everybody's newest commit comes first"
    assert set(names) == {"Ada Lovelace", "Bob Stone"}
    assert measures(result)["contributors"] == 2
    assert measures(result)["own_commits"] == 7


def test_one_person_under_two_names_is_one_contributor(tmp_path: Path) -> None:
    result = told(
        tmp_path,
        """
        2024-03-01 Ada Lovelace <ada@work.example>: One
          a.py: 1
        2024-03-02 Ada Lovelace <ada@work.example>: Two
          a.py: 2
        2024-03-03 alovelace <ada@home.example>: Three
          a.py: 3
        2024-03-04 alovelace <ada@home.example>: Four
          a.py: 4
        """,
    )
    assert measures(result)["contributors"] == 1


def test_co_authors_are_people_other_than_the_author(tmp_path: Path) -> None:
    result = told(
        tmp_path,
        f"""
        2024-03-01 {ADA}: With Bob
          | Co-authored-by: Bob Stone <bob@example.org>
          a.py: 1
        2024-03-02 {ADA}: With a bot
          | Co-Authored-By: dependabot[bot] <support@dependabot.com>
          a.py: 2
        2024-03-03 {ADA}: With an assistant
          | Co-Authored-By: Claude <noreply@anthropic.com>
          a.py: 3
        2024-03-04 {ADA}: With herself
          | Co-authored-by: ada <ada@example.org>
          a.py: 4
        2024-03-05 {ADA}: Speaks of Co-authored-by lines
          a.py: 5
        """,
    )
    assert subjects(result, "co-author") == ["With Bob"]


# --- what commits change ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "path", "found"),
    [
        ("Refactor the cart", "cart.py", True), ("refactored: routes", "main.tf", True),
        ("Rename handler", "api.go", True),
        ("Extract payment service", "pay.ts", True), ("Tidy up views", "views.py", True),
        ("Clean-up of jobs", "ci.yml", True),
        ("chore: cleanup", "Dockerfile", True), ("re-factor login", "login.js", True),
        ("Restructure modules", "x.tf", True),
        ("Refactor the README", "README.md", False), ("Add clean architecture", "cart.py", False),
        ("Factor in the tax", "tax.py", False), ("Untidy hack", "cart.py", False),
        ("Add renamer tool", "tool.py", False),
        ("Refactor dependencies", "package-lock.json", False),
    ],
)  # fmt: skip
def test_refactorings_are_named_and_change_code(tmp_path: Path, subject: str, path: str, found: bool) -> None:
    result = told(tmp_path, f"2024-03-01 {ADA}: {subject}\n  {path}: x\n")
    assert bool(events(result, "refactoring")) is found


@pytest.mark.parametrize(
    ("paths", "code", "with_tests"),
    [
        (["app.py", "tests/test_app.py"], 1, 1), (["app.py", "tests/data.json"], 1, 1),
        (["src/page.html", "e2e/a.cy.js"], 1, 1),
        (["app.py"], 1, 0), (["tests/test_app.py"], 0, 0), (["deploy.sh", "tests/test_app.py"], 0, 0),
        (["main.tf", "tests/test_app.py"], 0, 0), (["app.py", ".env.test"], 1, 0), (["app.py", "tests/.env"], 1, 0),
        (["app.py", "tests/Dockerfile"], 1, 0), (["Jenkinsfile", "tests/test_app.py"], 0, 0),
        (["node_modules/x/index.js", "tests/a.test.js"], 0, 0), (["README.md", "tests/test_app.py"], 0, 0),
    ],
)  # fmt: skip
def test_tests_and_code_that_change_together(tmp_path: Path, paths: list[str], code: int, with_tests: int) -> None:
    files = "".join(f"  {path}: x\n" for path in paths)
    before = f"2024-02-01 {BOB}: Tests only\n  tests/test_old.py: x\n"
    result = told(tmp_path, f"{before}2024-03-01 {ADA}: Change\n{files}")
    assert measures(result)["code_commits"] == code
    assert measures(result)["tests_with_code"] == with_tests == len(events(result, "tests-with-code"))


# --- template ---------------------------------------------------------------------------------------------------------

STAFF = ["Tom Trainer <tom@academy.example>", "Ann Coach <ann@academy.example>"]


def starter(number: int = 6, first_day: int = 1) -> str:
    return "".join(f"2023-01-{first_day + n:02} {STAFF[n % 2]}: Exercise {n}\n  ex{n}.py: {n}\n" for n in range(number))


def alone(author: str = ADA, number: int = 8, month: str = "2023-06") -> str:
    return "".join(f"{month}-{n + 1:02} {author}: My step {n}\n  mine.py: {n}\n" for n in range(number))


def own_subjects(result: Told) -> set[str]:
    assert result.history is not None
    return {commit.subject.split()[0] for commit in result.history.commits if commit.own}


def test_a_starter_that_one_person_went_on_with_is_not_own(tmp_path: Path) -> None:
    result = told(tmp_path, starter() + alone())
    assert own_subjects(result) == {"My"}
    assert measures(result)["template_commits"] == 6
    assert set(result.own_paths or ()) == {"mine.py"}
    assert measures(result)["contributors"] == 1


def test_a_commit_that_changes_nothing_hides_no_template(tmp_path: Path) -> None:
    result = told(tmp_path, starter() + alone() + f"2023-07-01 {ADA}: Start the pipeline again\n")
    assert set(result.own_paths or ()) == {"mine.py"}


@pytest.mark.parametrize(("limit", "counted"), [(10, True), (5, False)])
def test_of_a_long_history_the_changes_of_own_commits_alone_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int, counted: bool
) -> None:
    monkeypatch.setattr(log, "NUMBERED_LIMIT", limit)
    monkeypatch.setattr(log, "PATHS_LIMIT", limit)
    result = told(tmp_path, starter() + alone().replace("mine.py: 7", "mine.py: 7\\n8\\n9"))
    assert result.history is not None
    changing = [commit.subject for commit in result.history.commits if commit.paths]
    assert changing == [f"My step {n}" for n in range(7, -1, -1)][: limit if not counted else None]
    assert measures(result)["largest_share"] == pytest.approx(3 / 10 if counted else 1 / 5)


def test_a_log_is_the_same_in_whatever_pieces_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = f"2024-03-01T10:00+0130 {ADA}: Caf\u00e9 \u2713\n  a.py: 1\n2024-03-02 {BOB}: Two\n  a.py: 2\n"
    repository = prepare(build(tmp_path / "repo", history) / ".git", tmp_path / "private")
    whole = log.read_log(repository)
    assert [commit.subject for commit in whole[0]] == ["Two", "Caf\u00e9 \u2713"]
    monkeypatch.setattr(our_git, "PIPE", 1)
    assert log.read_log(repository) == whole


def test_an_upstream_that_was_merged_later_is_not_own_either(tmp_path: Path) -> None:
    history = (
        starter() + "@upstream\n" + "2023-06-20 Tom Trainer <tom@academy.example>: Exercise new\n  ex9.py: 9\n"
        "@main\n" + alone() + f"2023-07-01 {ADA} merges upstream: Merge branch 'main' of https://git.example/starter\n"
    )
    assert own_subjects(told(tmp_path, history)) == {"My", "Merge"}


@pytest.mark.parametrize(
    "history",
    [
        pytest.param(starter() + alone() + f"2023-06-20 {STAFF[0]}: Fix\n  x.py: 1\n", id="a founder returns"),
        pytest.param(starter() + alone(number=6) + alone(BOB, 6, "2023-07"), id="a team goes on"),
        pytest.param(starter() + alone(number=3), id="too little came after"),
        pytest.param(alone(STAFF[0], 6, "2023-06") + alone(ADA, 8, "2023-07"), id="a handover without a pause"),
        pytest.param(alone(), id="one person from the start"),
        pytest.param(starter(25) + alone(number=6), id="a project that outweighs its last author"),
    ],
)
def test_other_histories_are_own_from_the_start(tmp_path: Path, history: str) -> None:
    result = told(tmp_path, history)
    assert measures(result)["template_commits"] == 0
    assert result.own_paths is None


def test_a_single_founder_who_left_long_before_was_a_template(tmp_path: Path) -> None:
    result = told(tmp_path, alone(STAFF[0], 4, "2022-01") + alone(number=8))
    assert measures(result)["template_commits"] == 4


def test_a_large_project_forked_by_one_person(tmp_path: Path) -> None:
    crowd = "".join(
        f"2023-01-{n + 1:02} Dev{chr(97 + n % 5)} Open <dev{n % 5}@open.example>: Feature {n}\n  f{n}.py: {n}\n"
        for n in range(25)
    )
    result = told(tmp_path, crowd + alone(number=12))
    assert measures(result)["template_commits"] == 25


# --- odd repositories -------------------------------------------------------------------------------------------------


def test_a_branch_whose_commits_are_missing_is_a_gap(tmp_path: Path) -> None:
    root = build(tmp_path / "repo", f"2024-03-01 {ADA}: Start\n  a.py: 1\n")
    (root / ".git/refs/heads/lost").write_text("12" * 20 + "\n")
    result = read_history(prepare(root / ".git", tmp_path / "private"), "repo")
    (gap,) = result.gaps
    assert "lost" in gap.reason
    assert gap.hides == {"history", "event"}
    assert result.history is not None


def test_messages_with_odd_bytes(tmp_path: Path) -> None:
    root = build(tmp_path / "repo", f"2024-03-01 {ADA}: Start\n  a.py: 1\n")
    message = b"caf\xe9 \x01\x1b[31m \xff\n\nbody\x00rest"
    tree = git(root, "rev-parse", "HEAD^{tree}").strip().encode()
    data = b"tree " + tree + b"\nauthor  <> 99999999999 +9999\ncommitter A <a> 1 -0000\n\n" + message
    commit = git(root, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=data).strip()
    git(root, "update-ref", "refs/heads/odd", commit)
    result = read_history(prepare(root / ".git", tmp_path / "private"), "repo")
    assert result.history is not None
    assert len(result.history.commits) == 2


def test_the_mailmap_of_the_head_joins_people(tmp_path: Path) -> None:
    result = told(
        tmp_path,
        """
        2024-03-01 Zed <zed@example.org>: One
          .mailmap: Ada Lovelace <ada@example.org> <zed@example.org>
        """,
    )
    assert result.history is not None
    assert result.history.authors[0].name == "Ada Lovelace"
