"""Git repositories for tests and fixtures, built from a text that tells their history.

    2024-03-01 Ada Lovelace <ada@example.org>: Start the service
      app.py: print("hello")
      docs/notes.md: # Notes\\nfirst line
    @feature
    2024-03-02T09:30+0100 Bob Stone <bob@example.org>: Add a health check
      | Co-authored-by: Ada Lovelace <ada@example.org>
      health.py: ok = True
      -docs/notes.md
    @main
    2024-03-03 Ada Lovelace <ada@example.org> merges feature: Merge pull request #1 from ada/feature
    tag v1.0

A commit's line has a date (with a time and zone, or 12:00 UTC), an author and a subject. Below it, indented: `| ` a
line of the message's body, `path: content` a file (`\\n` for a line break, one more is added at the end), `-path` one
that is deleted. `@name` goes on with a branch, a new one starts where we are; `tag name` marks the last commit.
The first branch is `main`.
"""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

_COMMIT = re.compile(r"(\S+) (.*? <[^>]*>)(?: merges (\S+))?: ?(.*)")
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Test", "GIT_AUTHOR_EMAIL": "test@example.org", "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.org",
}  # fmt: skip


def git(folder: Path, *arguments: str, stdin: bytes | None = None, date: str = "") -> str:
    """Run git in a folder, without anybody's configuration; `date` is that of a commit it makes."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-c", "protocol.file.allow=always", *arguments]
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date} if date else {}
    environment = keep | ENVIRONMENT | dates
    done = subprocess.run(command, cwd=folder, input=stdin, capture_output=True, check=True, env=environment)
    return done.stdout.decode()


def build(folder: Path, history: str, *, bare: bool = False) -> Path:
    """Make a repository in a new folder out of a history told as text; its work tree shows the branch `main`."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main", *(["--bare"] if bare else []))
    git(folder, "fast-import", "--quiet", stdin=_stream(history))
    if not bare:
        git(folder, "reset", "--quiet", "--hard", "main")
    return folder


def _stream(history: str) -> bytes:
    """The history as git-fast-import(1) reads it."""
    out: list[bytes] = []
    tips: dict[str, int] = {}
    branch, mark = "main", 0
    lines = [line.rstrip() for line in history.splitlines() if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    texts = [line[margin:] for line in lines]
    for number, text in enumerate(texts):
        if text.startswith(" "):
            continue
        if text.startswith("@"):
            tips.setdefault(text[1:], tips.get(branch, 0))
            branch = text[1:]
            out.append(f"reset refs/heads/{branch}\nfrom :{tips[branch]}\n\n".encode() if tips[branch] else b"")
        elif text.startswith("tag "):
            out.append(f"reset refs/tags/{text[4:]}\nfrom :{mark}\n\n".encode())
        else:
            mark += 1
            below = []
            for line in texts[number + 1 :]:
                if not line.startswith(" "):
                    break
                below.append(line.strip())
            out.append(_commit(text, below, branch, mark, tips))
            tips[branch] = mark
    return b"".join(out)


def _commit(text: str, below: list[str], branch: str, mark: int, tips: dict[str, int]) -> bytes:
    match = _COMMIT.fullmatch(text)
    assert match, f"no commit's line: {text}"
    when, author, merged, subject = match.groups()
    moment = datetime.fromisoformat(when if "T" in when else f"{when}T12:00:00+00:00")
    zone = moment.strftime("%z") or "+0000"
    stamp = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    body = [line.removeprefix("|").removeprefix(" ") for line in below if line.startswith("|")]
    message = "\n".join([subject, "", *body] if body else [subject]).encode()
    head = (
        f"commit refs/heads/{branch}\nmark :{mark}\nauthor {author} {stamp} {zone}\ncommitter {author} {stamp} {zone}\n"
    )
    out = [head.encode(), b"data %d\n%s\n" % (len(message), message)]
    if tips.get(branch):
        out.append(f"from :{tips[branch]}\n".encode())
    if merged:
        out.append(f"merge :{tips[merged]}\n".encode())
    for line in below:
        if line.startswith("-"):
            out.append(f"D {line[1:]}\n".encode())
        elif not line.startswith("|"):
            path, _, content = line.partition(": ")
            data = content.replace("\\n", "\n").encode() + b"\n"
            out.append(f"M 100644 inline {path}\n".encode() + b"data %d\n%s\n" % (len(data), data))
    return b"".join([*out, b"\n"])
