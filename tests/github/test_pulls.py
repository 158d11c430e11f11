"""Our comment on a pull request: written once, kept up to date, nobody else's touched."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evidence_check.github import pulls
from evidence_check.github.pulls import Pull, Refused, pull_of, put_comment
from tests.github.fake_github import GitHub, serve

MARK = "<!-- evidence-check evidence-report - -->"
PULL = Pull("ada/clinic", 7, fork=False)


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serve(GitHub()) as server:
        yield server


def _put(github: GitHub, body: str, pull: Pull = PULL) -> str:
    return put_comment(github.url, "t0ken", pull, MARK, body)


def test_the_second_run_writes_over_the_comment_of_the_first(github: GitHub) -> None:
    github.add("A person's comment", {"login": "bob", "type": "User"})
    assert _put(github, "first") == "https://example.org/c/101"
    assert _put(github, "second") == "https://example.org/c/101"
    assert github.bodies() == ["A person's comment", f"{MARK}\nsecond"]
    assert github.tokens == {"Bearer t0ken"}


def test_a_comment_far_down_is_found(github: GitHub) -> None:
    for number in range(230):
        github.add(f"comment {number}")
    mine = github.add(f"{MARK}\nold")
    assert _put(github, "new").endswith(f"/{mine}")
    assert [target.rpartition("=")[2] for method, target in github.asked if "page=" in target] == ["1", "2", "3"]


def test_a_comment_of_another_name_is_another_comment(github: GitHub) -> None:
    github.add("<!-- evidence-check other - -->\nold")
    _put(github, "new")
    assert github.bodies() == ["<!-- evidence-check other - -->\nold", f"{MARK}\nnew"]


def test_a_copied_mark_does_not_make_somebody_elses_comment_ours(github: GitHub) -> None:
    github.add(f"{MARK}\nplanted", {"login": "mallory", "type": "User"})
    github.add(f"> {MARK}\nquoted by a bot")
    _put(github, "new")
    assert github.bodies() == [f"{MARK}\nplanted", f"> {MARK}\nquoted by a bot", f"{MARK}\nnew"]


def test_with_a_persons_token_only_that_persons_comment_is_ours(github: GitHub) -> None:
    github.login = "ada"
    github.add(f"{MARK}\nof a bot")
    mine = github.add(f"{MARK}\nold", {"login": "ada", "type": "User"})
    assert _put(github, "new").endswith(f"/{mine}")


@pytest.mark.parametrize(
    ("fork", "method", "status", "message", "said"),
    [
        (
            False, "POST", 403, "Resource not accessible by integration",
            (
                "GitHub answered 403 Resource not accessible by integration: the job needs `permissions: "
                "pull-requests: write`, and `token` must be that job's token"
            ),
        ),
        (
            True, "POST", 403, "Resource not accessible by integration",
            (
                "GitHub answered 403 Resource not accessible by integration: the pull request comes from a fork, "
                "and its runs have a token that may only read"
            ),
        ),
        (False, "GET", 500, "::error::x\n", "GitHub answered 500 ::error::x"),
        (False, "POST", 422, "Body is too long", "GitHub answered 422 Body is too long"),
        (False, "POST", 301, "Moved", "GitHub answered 301 Moved"),
    ],
)  # fmt: skip
def test_what_github_refuses_is_one_line(
    github: GitHub, fork: bool, method: str, status: int, message: str, said: str
) -> None:
    github.refuses = (method, status, message)
    with pytest.raises(Refused) as caught:
        _put(github, "text", Pull("ada/clinic", 7, fork))
    assert str(caught.value) == said
    assert github.comments == []


@pytest.mark.parametrize("raw", [b"", b"<html>", b'"text"', b'[1, {}, {"body": null}]', b"null"])
def test_an_answer_that_is_none_is_no_crash(github: GitHub, raw: bytes) -> None:
    github.raw = raw
    with contextlib.suppress(Refused):
        assert _put(github, "text") == ""


def test_nobody_there_is_one_line() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Refused, match=r"^GitHub could not be asked \(ConnectionError\)$"):
            put_comment(url, "t0ken", PULL, MARK, "text")


def test_who_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulls, "_TIMEOUT", (5, 0.05))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Refused, match=r"^GitHub could not be asked \(ReadTimeout\)$"):
            put_comment(url, "t0ken", PULL, MARK, "text")


def test_no_password_file_of_the_runner_takes_the_tokens_place(
    github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login bob password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    _put(github, "text")
    assert github.tokens == {"Bearer t0ken"}


@pytest.mark.parametrize(
    ("event", "pull"),
    [
        ({"pull_request": {"number": 7, "head": {"repo": {"full_name": "ada/clinic"}}}}, PULL),
        ({"pull_request": {"number": 7, "head": {"repo": {"full_name": "bob/clinic"}}}}, Pull("ada/clinic", 7, True)),
        ({"pull_request": {"number": 7, "head": {"repo": None}}}, Pull("ada/clinic", 7, True)),
        ({"ref": "refs/heads/main"}, None),
        ({"pull_request": {"number": "7/../8"}}, None),
        ([], None),
        (None, None),
    ],
)
def test_the_pull_request_of_an_event(event: Any, pull: Pull | None) -> None:
    assert pull_of(event, "ada/clinic") == pull
