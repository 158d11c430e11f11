"""Secrets that were committed: keys and tokens of known formats, and literal values of names that promise a secret.

Precision comes before recall: whoever is named here is asked about it. Tests, examples and templates are left out, and
so are the defaults of a local machine. The value of a secret is never stored: a fact tells its kind, its place and a
masked hint. State and plan files of Terraform are read too, since they keep what they were given in clear text.
"""

from __future__ import annotations

import base64
import binascii
import io
import itertools
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Category, Secret
from evidence_check.readers._line_numbers import line_counter
from evidence_check.readers._secret_assignments import Style, assignments, handed_over
from evidence_check.readers._secret_tokens import Token, tokens
from evidence_check.readers._secret_values import is_key, is_password
from evidence_check.readers._source import Unreadable
from evidence_check.tree import Map, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence_check.readers._source import Source

SYSTEM = "secrets"
GIVES = frozenset({Secret.kind})
READS_GENERATED = True

SIZE_LIMIT = 4_000_000
MEMBER_LIMIT = 20_000_000
MEMBERS = 300
"""Members of an archive that are looked into."""
"""Bytes of a plan's state that are read, whatever its archive says."""
_LIMIT = 50
"""Secrets of one file that are told; where there are more, these say enough."""

_PLAN = expression(r"(?:\.tfplan|(?:^|[/._-])(?:tf)?plan(?:\.(?:out|bin))?)$", re.IGNORECASE)
_ARCHIVE = expression(r"\.(?:zip|jar|war)$", re.IGNORECASE)
_STATE = expression(r"\.tfstate(?:\.[\w.-]{1,60})?$|(?:^|/)[\w.-]{0,60}state[\w.-]{0,40}\.json$", re.IGNORECASE)
_EXAMPLE = expression(
    r"(?:^|[/._-])(?:examples?|samples?|dummy|mocks?|__mocks__|fixtures?|testdata|cassettes|dist)(?:[/._-]|$)"
    r"|\.(?:ya?ml|json|properties|ini|cfg|conf|toml|php|py|js|tfvars)\.(?:template|tpl|tmpl|in)$"
    r"|(?:^|/)[^/]{0,40}\.env[^/]{0,40}(?:template|tpl|tmpl|public|schema|j2)[^/]{0,10}$|(?:^|/)env[^/]{0,40}template$"
    r"|\.(?:svg|lock|sum|map|csv|tsv|drawio|excalidraw|css|scss|less|snap|patch|diff)$|package-lock\.json$"
    r"|(?:^|/)(?:locales?|i18n|lang|langs|translations?)/|\.lock\.\w{2,4}$|(?:^|/)(?:gradlew|mvnw)",
    re.IGNORECASE,
)
_TEST = expression(
    r"(?:^|[/._-])(?:tests?|testing|specs?|__tests__|e2e|cypress|stubs?)(?:[/._-]|$)|(?:Test|Tests|Spec|IT)\.\w{1,6}$",
    re.IGNORECASE,
)
_LOCAL = expression(
    r"(?:^|/)(?:docker-)?compose[\w.-]{0,60}\.ya?ml$|(?:^|/)\.github/|(?:^|/)\.(?:gitlab-ci|travis|circleci|drone)"
    r"|(?:^|/)(?:azure-pipelines?|bitbucket-pipelines|buildspec|jenkinsfile)[^/]{0,60}$|(?:^|/)\.devcontainer/"
    r"|(?:^|[/._-])(?:local|localhost|demo|dev|development|ci|seed|seeds|seeder|sandbox|playground|vagrant|init)(?:[/._-]|$)"
    r"|(?:^|/)vagrantfile$|\.(?:md|rst|adoc|txt|html?)$",
    re.IGNORECASE,
)
_SPECIFICATION = expression(r"^[{\s]{0,20}[\"']?(?:openapi|swagger)[\"']?\s?:", re.MULTILINE)
"""The description of an API, whose values are examples."""
_INFRASTRUCTURE = expression(r"\.(?:tf|tfvars|tf\.json|tfvars\.json|bicep|bicepparam|hcl|template)$", re.IGNORECASE)
_BARE = expression(
    r"\.(?:ya?ml|template|properties|ini|cfg|conf|config|toml|sh|bash|ps1|env[\w.-]{0,40})$|(?:^|/)\.env[\w.-]{0,40}$|(?:^|/)\.?[\w-]{0,30}rc$"
    r"|(?:^|/)dockerfile[^/]{0,40}$|\.dockerfile$|(?:^|/)makefile$|(?:^|/)\.(?:npmrc|pypirc|netrc|pgpass)$",
    re.IGNORECASE,
)
_MARKUP = expression(r"\.(?:xml|config|props|csproj|pubxml)$", re.IGNORECASE)


def wants(source: Source) -> bool:
    """Own text files outside tests and examples, and Terraform's state and plan files."""
    file = source.file
    if _PLAN.search(source.path) or _STATE.search(source.path):
        return file.size <= MEMBER_LIMIT
    if _ARCHIVE.search(source.path) and file.category is not Category.VENDORED:
        return file.size <= MEMBER_LIMIT and not _EXAMPLE.search(source.path)
    if file.category in (Category.GENERATED, Category.TEST) or file.size > SIZE_LIMIT:
        return False
    if file.binary and not (source.name.endswith(".key") and source.data.startswith(b"-----BEGIN")):
        return False  # a presentation is named `.key`, too
    if _EXAMPLE.search(source.path):
        return False
    # `environments/test.tfvars` describes an environment that runs somewhere, `config/test.yml` does not.
    return _INFRASTRUCTURE.search(source.path) is not None or not _TEST.search(source.path)


def read(source: Source) -> Iterator[Secret]:
    """The secrets, by line, at most a few dozen of a file. Raises `Unreadable`."""
    if _PLAN.search(source.path) and source.data.startswith(b"PK"):
        yield from _of_archive(source, "tfstate")
        return
    if _ARCHIVE.search(source.path):
        yield from _of_archive(source)
        return
    text = source.text
    if source.file.category is Category.DOCUMENT:
        found = _of_document(list(tokens(text)))
    else:
        encoded, lines = _of_kubernetes(source)
        style = _style(source)
        named: Iterator[Token] = itertools.chain(assignments(text, style), handed_over(text, style))
        if lines:
            line_of = line_counter(text)
            named = (token for token in named if line_of(token.offset) not in lines)
        found = [*tokens(text), *(token for token in named if not _in_local_section(source, token.offset)), *encoded]
    if found:
        yield from _facts(source, text, found)


def _style(source: Source) -> Style:
    path = source.path
    infrastructure = _INFRASTRUCTURE.search(path) is not None or "AWSTemplateFormatVersion" in source.text
    return Style(
        bare=_BARE.search(path) is not None,
        infrastructure=infrastructure,
        local=not infrastructure
        and (_LOCAL.search(path) is not None or _SPECIFICATION.search(source.text) is not None),
        markup=_MARKUP.search(path) is not None,
    )


def _facts(source: Source, text: str, found: list[Token]) -> Iterator[Secret]:
    """One fact a line and kind, first come."""
    line_of = line_counter(text)
    told: set[int] = set()
    for token in sorted(found, key=lambda token: token.offset):
        line = line_of(token.offset)
        if line not in told and len(told) < _LIMIT:
            told.add(line)
            yield Secret(source.at(line), what=token.what, masked=token.masked)


def _of_document(found: list[Token]) -> list[Token]:
    """Documents show what an answer looks like: a session's token, or the name of a key without the key."""
    whole = any(token.what == "aws-secret-key" for token in found)
    return [token for token in found if token.what != "jwt" and (whole or token.what != "aws-access-key")]


_TOP_KEY = expression(r"^(\w{1,40}):", re.MULTILINE)


def _in_local_section(source: Source, offset: int) -> bool:
    """Whether a setting stands under `development:` or `test:`, as Rails and Symfony write their environments."""
    if not source.name.endswith((".yml", ".yaml")):
        return False
    keys = _TOP_KEY.findall(source.text, max(0, offset - 5_000), offset)
    return bool(keys) and keys[-1] in ("development", "test", "local", "dev", "defaults")


def _of_kubernetes(source: Source) -> tuple[list[Token], set[int]]:
    """The values of Kubernetes Secrets, which are only encoded (base64) and not encrypted, and all of their lines."""
    found: list[Token] = []
    lines: set[int] = set()
    if "kind: Secret" not in source.text:
        return found, lines
    for document in source.documents:
        if not isinstance(document, Map) or document.get("kind") != "Secret" or "sops" in document:
            continue
        for key in ("data", "stringData"):
            table = document.get(key)
            if not isinstance(table, Map):
                continue
            for name, value in table.items():
                line = table.line_of(name)
                lines.add(line)
                plain = _decoded(value) if key == "data" else str(value)
                if is_password(plain, infrastructure=False) or is_key(plain) or any(tokens(plain)):
                    found.append(Token("kubernetes-secret", _offset_of_line(source.text, line), f'{name} = "****"'))
    return found, lines


def _decoded(value: Any) -> str:
    try:
        return base64.b64decode(str(value), validate=True).decode("utf-8").strip()
    except (ValueError, binascii.Error):
        return ""


def _offset_of_line(text: str, line: int) -> int:
    offset = 0
    for _ in range(line - 1):
        offset = text.find("\n", offset) + 1
    return offset


def _of_archive(source: Source, prefix: str = "") -> Iterator[Secret]:
    """The secrets in the text members of a committed archive, their names before the masked lines.

    A saved plan is an archive that holds the state as `tfstate`
    (https://developer.hashicorp.com/terraform/internals/json-format). In other archives only the well-known forms of
    tokens and keys count: a packed program is full of words like `password`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            room = MEMBER_LIMIT
            for name in [name for name in archive.namelist()[:MEMBERS] if name.startswith(prefix)]:
                with archive.open(name) as member:
                    data = member.read(room)
                room -= len(data)
                if b"\0" in data[:1024] or _EXAMPLE.search(name):
                    continue
                text = decode(data)
                found = [*tokens(text), *assignments(text, Style())] if prefix else list(tokens(text))
                for secret in _facts(source, text, found):
                    yield Secret(source.at(), what=secret.what, masked=f"{name}: {secret.masked}")
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise Unreadable("not a readable archive") from error
