"""A hostile submission, built when the tests run: nothing of it is kept in the repository.

`build` makes a folder with a git repository (`repository/`), whose configuration, history and names are hostile, and a
plain folder (`files/`), whose files are. `CASES` says of each file what must come of it.
"""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.gitrepo import build as build_repository
from tests.gitrepo import git

DEEP = 10_000
MARK = "pwned"
"""In every text that tries to be more than a text."""
INJECTIONS = (
    f"<script>alert('{MARK}')</script>",
    f"<img src=x onerror=alert('{MARK}')>",
    f"[{MARK}](javascript:alert(1))",
    f"![{MARK}](https://example.org/track.png)",
    f"::error title={MARK}::{MARK}",
    f"##[set-output name={MARK}]x",
    f"##vso[task.setvariable variable={MARK}]x",
    f"\x1b]0;{MARK}\x07\x1b[2J",
    f"=HYPERLINK(\"https://example.org/{MARK}\")",
    f"{{{{ {MARK} }}}}{{% raw %}}${{{{ {MARK} }}}}",
    f"{MARK}\u202egpj.exe",
    f"`{MARK}` | a | b |",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A file, and a piece of the reason of the gap that it must become; empty where it must be read, or ignored."""

    path: str
    content: Callable[[], bytes]
    gap: str = ""


def _zip(**parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name.replace("__", "/"), content)
    return data.getvalue()


_LAUGHS = b'<!DOCTYPE x [<!ENTITY a0 "ha">' + b"".join(
    b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 12)
)
_RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="word/document.xml"/></Relationships>'
)
_TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def _docx(document: bytes) -> bytes:
    return _zip(**{"[Content_Types].xml": _TYPES, "_rels__.rels": _RELATIONS, "word__document.xml": document})


def picture_of(width: int, height: int) -> bytes:
    """A picture of one colour, which says that it is so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _pdf(kids: str) -> bytes:
    body = b"%PDF-1.4\n"
    offsets = []
    for number, text in enumerate(
        (
            "<</Type/Catalog/Pages 2 0 R>>",
            f"<</Type/Pages/Kids[{kids}]/Count 9>>",
            "<</Type/Pages/Kids[2 0 R]/Count 9>>",
        ),
        1,
    ):
        offsets.append(len(body))
        body += f"{number} 0 obj{text}endobj\n".encode()
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        body
        + b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    )


def _repeated(piece: str, size: int = 200_000) -> Callable[[], bytes]:
    return lambda: piece.encode() * (size // len(piece))


def _aliases() -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(["apiVersion: v1", "kind: ConfigMap", "data:", *(f"  {line}" for line in lines)]).encode()


def _headings() -> bytes:
    return "\n\n".join(f"# {text}\n\nK1 {text}" for text in INJECTIONS).encode()


def _settings() -> bytes:
    steps = [{"name": text, "run": f"pytest\nkubectl apply -f '{text}'"} for text in INJECTIONS]
    return json.dumps({"on": "push", "jobs": {"t": {"runs-on": "ubuntu-latest", "steps": steps}}}).encode()


CASES = (
    Case("deep.yaml", lambda: b"a: " + b"[" * DEEP, "nested too deeply"),
    Case("deep-block.yaml", lambda: b"".join(b" " * n + b"a:\n" for n in range(1_000)), "nested too deeply"),
    Case("template.json", lambda: b'{"Resources":' * DEEP, "nested too deeply"),
    Case("deep.tf", lambda: b'resource "a" "b" {\n x = ' + b"[" * DEEP, "HCL"),
    Case("deep-blocks.tf", lambda: b"a {\n" * DEEP, "HCL"),
    Case("pom.xml", lambda: b"<project>" * DEEP, "XML"),
    Case("deep.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * DEEP, "XML"),
    Case("quotes.md", lambda: b"> " * DEEP + b"# K1"),
    Case("lists.md", lambda: b"".join(b" " * (2 * n) + b"- a\n" for n in range(1_000))),
    Case("brackets.md", _repeated("[")),
    Case("links.md", _repeated("![a](")),
    Case("emphasis.md", _repeated("*a **b ")),
    Case("alias-bomb.yaml", _aliases, "too many"),
    Case("laughs.svg", lambda: _LAUGHS + b"]><svg xmlns='http://www.w3.org/2000/svg'><text>&a11;</text></svg>", "XML"),
    Case("laughs.docx", lambda: _docx(_LAUGHS + b"]><document>&a11;</document>"), "XML"),
    Case("bomb.docx", lambda: _docx(b"<a>" + b" " * 90_000_000), "unpacks to more than"),
    Case("bomb.odt", lambda: _zip(mimetype=b"application/vnd.oasis.opendocument.text",
                                  **{"content.xml": b"<a>" + b" " * 90_000_000}), "unpacks to more than"),
    Case("bomb.pptx", lambda: _zip(**{f"ppt__slides__slide{n}.xml": b"" for n in range(6_000)}), "would unpack to"),
    Case("loop.pdf", lambda: _pdf("2 0 R"), "damaged"),
    Case("long-loop.pdf", lambda: _pdf("3 0 R"), "damaged"),
    Case("docs/architecture.png", lambda: picture_of(60_000, 60_000), "too large to open"),
    Case("million.py", lambda: b"x=1\n" * 1_000_000, "too large"),
    Case("million.sh", lambda: b"a\n" * 1_000_000, "too large"),
    Case("million.md", lambda: b"- a\n" * 1_000_000, "larger than"),
    Case("million.yaml", lambda: b"apiVersion: v1\nkind: List\nitems:\n" + b"- a\n" * 1_000_000, "too many"),
    Case("million.tf", lambda: b"a=1\n" * 1_000_000),
    Case("large.tf", lambda: b"#" * 6_000_000, "larger than 5 MB"),
    Case("tangled.sh", _repeated("<"), "too tangled"),
    Case("pipes.sh", _repeated("a|"), "too tangled"),
    Case("Jenkinsfile", _repeated("stage('a') {")),
    Case("Dockerfile", _repeated("RUN a \\\n"), "no FROM"),
    Case("Makefile", _repeated("$(")),
    Case("nginx.conf", _repeated("\n")),
    Case("values.yaml", _repeated("{%")),
    Case("settings.properties", _repeated("password=")),
    Case("app.js", _repeated("describe('a', () => {")),
    Case("app.ts", _repeated("`${")),
    Case("app.java", _repeated("/*")),
    Case("app.py", lambda: b"(" * 100_000),
    Case("long.py", lambda: b"x = " + b"-" * 100_000 + b"1"),
    Case("latin.md", lambda: b"# caf\xe9 \xff\xfe \xc3\x28 \xed\xa0\x80 K1"),
    Case("half.tf", lambda: b"\xff\xfer\0e\0s", "HCL"),
    Case("zeros.yaml", lambda: b"\0" * 100_000, "YAML"),
    Case("headings.md", _headings),
    Case(".github/workflows/ci.yml", _settings),
)  # fmt: skip

NAMES = tuple(
    f"{text}.md".replace("/", "\u2215").encode("utf-8", "surrogateescape")[:200]
    for text in (*INJECTIONS, "new\nline", "-rf", "$(touch pwned)", "`touch pwned`", "a'b\"c", "con", "caf\udce9")
)

HISTORY = """
    2024-03-01 Ada "pwned" &lt;b Lovelace <ada@example.org>: ::error::pwned <script>alert('pwned')</script>
      | ##[error]pwned
      | [pwned](javascript:alert(1)) | a | b
      app.py: print("hello")
      .pylintrc: [MAIN]\\ninit-hook='import os; os.system("touch CANARY")'
      pyproject.toml: [tool.pylint.main]\\ninit-hook = "import os; os.system('touch CANARY')"
      .bandit: [bandit]\\nplugin_name_pattern = *
      sitecustomize.py: import os; os.system("touch CANARY")
      conftest.py: import os; os.system("touch CANARY")
      .gitattributes: * diff=evil filter=evil
      .gitmodules: [submodule "a"]\\n\\tpath = a\\n\\turl = ext::sh -c touch% CANARY
    2024-03-02 =HYPERLINK("pwned") <ada@example.org>: =HYPERLINK("pwned")
      app.py: print("HELLO")
    tag pwned;touch
"""


def build(folder: Path) -> Path:
    """The hostile submission in a new folder; a program that runs leaves a file `sang` beside it."""
    root = folder / "submission"
    canary = folder / "sang"
    repository = build_repository(root / "repository", HISTORY.replace("CANARY", str(canary)))
    program = folder / "canary"
    program.write_text(f"#!/bin/sh\ntouch {canary}\nexit 0\n")
    program.chmod(0o755)
    for key in (
        "core.fsmonitor", "core.sshCommand", "core.hooksPath", "core.pager", "diff.external", "diff.evil.textconv",
        "diff.evil.command", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "gpg.program",
        "credential.helper", "alias.log", "uploadpack.packObjectsHook",
    ):  # fmt: skip
        git(repository, "config", key, str(program))
    git(repository, "config", "log.showSignature", "true")
    git(repository, "config", "include.path", str(program))
    files = root / "files"
    for case in CASES:
        path = files / case.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(case.content())
    names = files / "names"
    names.mkdir()
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(names) + b"/" + name)).write_bytes(b"# K1\n")
    (files / "outside.tf").symlink_to("/etc/passwd")
    (files / "everything").symlink_to("/")
    (files / "round").symlink_to(".")
    os.mkfifo(files / "pipe.sh")
    with (files / "sparse.yaml").open("wb") as sparse:
        sparse.truncate(2 * 1024**3)
    return root
