"""The few answers of GitHub's REST API that a comment needs, on loopback."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BOT = {"login": "github-actions[bot]", "type": "Bot"}


@dataclass
class GitHub:
    """What the server holds, and what it was asked for."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    login: str = ""
    """Whose token it is; empty for a job's token, which may not ask."""
    refuses: tuple[str, int, str] | None = None
    """A method, and what it is answered with."""
    raw: bytes | None = None
    """An answer to everything."""
    url: str = ""

    def add(self, body: str, user: dict[str, str] | None = None) -> int:
        self.comments.append({"id": 100 + len(self.comments), "body": body, "user": user or BOT})
        return int(self.comments[-1]["id"])

    def bodies(self) -> list[str]:
        return [str(comment["body"]) for comment in self.comments]

    def answer(self, method: str, target: str, sent: Any) -> tuple[int, Any]:
        address = urlsplit(target)
        self.asked.append((method, target))
        if self.refuses and self.refuses[0] == method and address.path != "/user":
            return self.refuses[1], {"message": self.refuses[2]}
        if address.path == "/user":
            if self.login:
                return 200, {"login": self.login}
            return 403, {"message": "Resource not accessible by integration"}
        if method == "PATCH" and (match := re.fullmatch(r"/repos/ada/clinic/issues/comments/(\d+)", address.path)):
            [comment] = [each for each in self.comments if each["id"] == int(match[1])]
            comment["body"] = sent["body"]
            return 200, comment | {"html_url": f"https://example.org/c/{match[1]}"}
        if address.path == "/repos/ada/clinic/issues/7/comments":
            if method == "POST":
                mine = {"login": self.login, "type": "User"} if self.login else BOT
                return 201, {"html_url": f"https://example.org/c/{self.add(sent['body'], mine)}"}
            query = parse_qs(address.query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            return 200, self.comments[size * (page - 1) : size * page]
        return 404, {"message": "Not Found"}


@contextmanager
def serve(github: GitHub) -> Iterator[GitHub]:
    """The server while the block runs; `url` is its address."""

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            github.tokens.add(self.headers.get("Authorization", ""))
            length = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(length)) if length else None
            status, told = github.answer(self.command, self.path, sent)
            body = json.dumps(told).encode() if github.raw is None else github.raw
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = _do  # noqa: N815 - names of the library

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        github.url = f"http://127.0.0.1:{server.server_port}"
        yield github
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
