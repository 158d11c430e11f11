"""The pull request of a run, and our own comment on it.

REST API: GitHub Docs, "REST API endpoints for issue comments".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evidence_check.render._text import cut, folded

if TYPE_CHECKING:
    import requests

_TIMEOUT = (10, 30)
"""Seconds for a connection, and for an answer."""
_PAGE = 100
_PAGES = 50
"""An issue of GitHub takes 2,500 comments."""
_GRANT = "the job needs `permissions: pull-requests: write`, and `token` must be that job's token"


class Refused(Exception):
    """GitHub did not do what it was asked for; the message is one line for a person."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request."""

    repository: str
    number: int
    fork: bool
    """Its branch is in another repository: a run that it starts has a token that may only read."""


def pull_of(event: object, repository: str) -> Pull | None:
    """The pull request that an event (the JSON at GITHUB_EVENT_PATH) is about."""
    told = event.get("pull_request") if isinstance(event, Mapping) else None
    if not isinstance(told, Mapping) or not isinstance(told.get("number"), int):
        return None
    head = told.get("head")
    source = head.get("repo") if isinstance(head, Mapping) else None
    name = source.get("full_name") if isinstance(source, Mapping) else None
    return Pull(repository, told["number"], name != repository)


def put_comment(api: str, token: str, pull: Pull, mark: str, body: str) -> str:
    """Write the comment that begins with `mark`, over our own earlier one where there is one.

    Gives the comment's address. Raises `Refused`. A comment of somebody else that copies the mark is left alone: its
    author could change what we say.
    """
    import requests

    with requests.Session() as session:
        client = _Client(session, api.rstrip("/"), token, pull.fork)
        comments = f"/repos/{pull.repository}/issues/{pull.number}/comments"
        found = client.own_comment(comments, mark)
        text = {"body": f"{mark}\n{body}"}
        if found:
            written = client.call("PATCH", f"/repos/{pull.repository}/issues/comments/{found}", json=text)
        else:
            written = client.call("POST", comments, json=text)
    return str(written.get("html_url", "")) if isinstance(written, Mapping) else ""


class _Client:
    def __init__(self, session: requests.Session, api: str, token: str, fork: bool) -> None:
        self.session, self.api, self.fork = session, api, fork
        # As an object: with a header alone, a .netrc of the runner's owner would be asked first.
        session.auth = _Bearer(token)
        session.headers.update({"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"})

    def own_comment(self, path: str, mark: str) -> int:
        """The id of the first comment of ours, 0 where there is none."""
        me = self._login()
        for page in range(1, _PAGES + 1):
            items = self.call("GET", path, params={"per_page": _PAGE, "page": page})
            if not isinstance(items, list):
                break
            for item in items:
                if isinstance(item, Mapping) and _is_ours(item, mark, me):
                    return int(item["id"])
            if len(items) < _PAGE:
                break
        return 0

    def _login(self) -> str:
        """Whose token it is; empty for that of a job or an app, which may not ask."""
        try:
            told = self.call("GET", "/user")
        except Refused:
            return ""
        return str(told.get("login", "")) if isinstance(told, Mapping) else ""

    def call(self, method: str, path: str, **options: Any) -> Any:
        """The answer's JSON. Raises `Refused`."""
        import requests

        try:
            answer = self.session.request(method, self.api + path, timeout=_TIMEOUT, allow_redirects=False, **options)
            if 200 <= answer.status_code < 300:
                return answer.json()
        except requests.RequestException as error:
            raise Refused(f"GitHub could not be asked ({type(error).__name__})") from error
        raise Refused(self._why(answer))

    def _why(self, answer: requests.Response) -> str:
        try:
            told = answer.json()
        except ValueError:
            told = None
        message = told.get("message", "") if isinstance(told, Mapping) else ""
        said = f"GitHub answered {answer.status_code} {cut(folded(str(message)), 120)}".strip()
        if answer.status_code not in {401, 403, 404}:
            return said
        if self.fork:
            return f"{said}: the pull request comes from a fork, and its runs have a token that may only read"
        return f"{said}: {_GRANT}"


def _is_ours(comment: Mapping[str, Any], mark: str, me: str) -> bool:
    """Whether a comment begins with the mark and is written by `me`, or by a bot where nobody knows who that is."""
    user = comment.get("user")
    if not isinstance(user, Mapping) or not str(comment.get("body", "")).startswith(mark):
        return False
    return user.get("login") == me if me else user.get("type") == "Bot"


class _Bearer:
    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request
