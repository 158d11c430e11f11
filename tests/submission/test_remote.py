from __future__ import annotations

import http.server
import io
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evidence_check.submission import git, remote
from evidence_check.submission.errors import Unusable
from tests.gitrepo import build
from tests.support import open_submission

HISTORY = "2024-03-01 Ada Lovelace <ada@example.org>: Start\n  app.py: x\n"


def archive_bytes() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as target:
        target.writestr("shop-main/app.py", "x")
    return data.getvalue()


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/missing"):
            self.send_error(404)
            return
        body = b"<html>please log in</html>" if self.path.startswith("/login") else archive_bytes()
        if self.path.startswith("/large"):
            body *= 2000
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if self.path.startswith("/login") else "application/zip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    """A web server of this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def opened(tmp_path: Path, given: str) -> list[str]:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (part,) = open_submission([given], workspace=workspace).submission.parts
    return [part.name, *(file.location.path for file in part.files)]


@pytest.mark.parametrize("path", ["shop.zip", "ada/shop/zipball/main", "shop/archive/refs/heads/main.zip"])
def test_a_link_to_an_archive_is_downloaded(tmp_path: Path, address: str, path: str) -> None:
    assert opened(tmp_path, f"{address}/{path}")[1:] == ["app.py"]


@pytest.mark.parametrize(
    ("path", "message"), [("missing.zip", "the server answered 404"), ("login.zip", "no readable archive")]
)
def test_what_is_no_archive_is_said(tmp_path: Path, address: str, path: str, message: str) -> None:
    with pytest.raises(Unusable, match=message):
        opened(tmp_path, f"{address}/{path}")


def test_a_download_is_limited(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "DOWNLOAD_LIMIT", 1000)
    with pytest.raises(Unusable, match="larger than"):
        opened(tmp_path, f"{address}/large.zip")


def test_no_server_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be downloaded"):
        opened(tmp_path, "http://127.0.0.1:1/shop.zip")


def test_a_file_address_is_opened_where_it_lies(tmp_path: Path) -> None:
    root = build(tmp_path / "a b.git", HISTORY, bare=True)
    assert opened(tmp_path, root.as_uri()) == ["a b", "app.py"]
    with pytest.raises(Unusable, match="another computer"):
        open_submission(["file://server/share/shop"], workspace=tmp_path / "workspace")


@pytest.mark.parametrize(
    "given",
    [
        "git://example.org/shop.git",
        "ext::sh -c 'touch pwned' ssh://x",
        "ftp://example.org/shop.git",
        "http://example.org/shop",
    ],
)
def test_other_protocols_are_not_used(tmp_path: Path, given: str) -> None:
    with pytest.raises(Unusable, match="is not used"):
        opened(tmp_path, given)


@pytest.mark.parametrize(
    "given", ["https://example.org/ada/shop.git", "ssh://git@example.org/ada/shop", "git@example.org:ada/shop.git"]
)
def test_a_clone_runs_nothing_and_asks_nobody(tmp_path: Path, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[list[str], dict[str, str]]] = []
    real = git.execute

    def execute(command: list[str], environment: dict[str, str], private: Path, *rest: Any, **named: Any) -> Any:
        if "clone" not in command:
            return real(command, environment, private, *rest, **named)
        calls.append((command, dict(environment)))
        build(Path(command[-1]), HISTORY, bare=True)
        return 0, b"", ""

    monkeypatch.setattr(git, "execute", execute)
    assert opened(tmp_path, given) == ["shop", "app.py"]
    ((command, environment),) = calls
    assert command[-3:-1] == ["--", given]
    assert {"--bare", "--no-recurse-submodules", "--template="} <= set(command)
    assert environment["GIT_ALLOW_PROTOCOL"] == "https:ssh"
    assert "BatchMode=yes" in environment["GIT_SSH_COMMAND"]


def test_a_clone_that_fails_shows_no_password(tmp_path: Path) -> None:
    given = "https://ada:s3cret@127.0.0.1:1/shop.git"
    with pytest.raises(Unusable) as raised:
        opened(tmp_path, given)
    assert "could not clone" in str(raised.value)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "is_remote"),
    [
        ("https://x.org/a.git", True),
        ("git@x.org:a/b.git", True),
        ("../shop", False),
        ("C:\\work\\shop", False),
        ("a@b", False),
    ],
)
def test_addresses_and_paths(given: str, is_remote: bool) -> None:
    assert remote.is_remote(given) is is_remote


@pytest.mark.parametrize("given", ["https://ada:secret@git.example/x.git", "git@git.example:ada/x.git", "ssh://h/x"])
def test_offline_refuses_addresses_and_takes_what_is_here(tmp_path: Path, given: str) -> None:
    root = build(tmp_path / "shop", HISTORY)
    for inputs, upstream in (([str(root), given], ""), ([str(root)], given)):
        with pytest.raises(Unusable, match="--offline forbids") as caught:
            open_submission(inputs, workspace=tmp_path / "none", upstream=upstream, offline=True)
        assert "secret" not in str(caught.value)
    (tmp_path / "workspace").mkdir()
    assert open_submission([root.as_uri()], workspace=tmp_path / "workspace", offline=True).submission.parts


def test_nothing_is_fetched_unless_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    root = build(tmp_path / "shop", HISTORY)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(remote, "clone", refuse)
    monkeypatch.setattr(remote, "download", refuse)
    assert opened(tmp_path, str(root)) == ["shop", "app.py"]
