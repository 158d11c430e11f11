"""Names that promise a secret, and the literal values given to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evidence_check.expressions import expression
from evidence_check.readers._secret_tokens import Token
from evidence_check.readers._secret_values import is_key, is_password, is_random

_KEYWORD = expression(
    r"passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|account[_-]?key|master[_-]?key"
    r"|encryption[_-]?key|signing[_-]?key|private[_-]?key|credential"
    r"|(?:(?<![a-z])|db|user|admin|root|smtp|mail|sql|ftp|ssh|redis|mongo|postgres)pass(?![a-z])"
)
_VALUE = (
    r"(?:\\?\"(?P<double>[^\"\\\n]{1,1000})\\?\"|\\?'(?P<single>[^'\\\n]{1,1000})\\?'|`(?P<tick>[^`\n]{1,1000})`"
    r"|(?P<bare>[^\s\"'`,;)}\]#][^\s,;\"'`)}\]]{0,400}))"
)
_ASSIGNED = expression(
    rf"(?P<rest>[\w-]{{0,24}})\\?[\"']?\]?[ \t]{{0,20}}(?P<sign>=>|:=|[:=](?!=)|\?=)[ \t]{{0,20}}{_VALUE}"
)
_ELEMENT = expression(r"(?P<rest>[\w-]{0,24})>(?P<bare>[^<\n]{1,1000})<")
_NAMED = expression(
    r"(?P<rest>[\w-]{0,24})[\"']?[ \t]{0,9},?\s{1,80}(?P<key>[\"']?)[vV]alue(?P=key)[ \t]{0,9}[:=][ \t]{0,9}" + _VALUE
)
_VARIABLE = expression(
    r"(?P<rest>[\w-]{0,24})\"?[ \t]{0,9}\{[^{}]{0,600}?\n[ \t]{0,20}default[ \t]{0,20}=[ \t]{0,9}"
    r"\"(?P<double>[^\"\n]{1,1000})\""
)
_PARAMETER = expression(
    r"(?P<rest>[\w-]{0,24}):[ \t]{0,9}\n(?:[ \t]{1,20}(?!Default)\w{1,40}:[^\n]{0,300}\n){0,8}"
    r"[ \t]{1,20}Default:[ \t]{0,9}" + _VALUE
)
_ARGUMENT = expression(rf"(?P<rest>[\w-]{{0,24}})[\"'][ \t]{{0,9}},\s{{0,80}}(?=[\"']){_VALUE}")
_ARGUMENT_BEFORE = expression(r"\b(?:define|put|set_?[pP]roperty|setenv|withEnv)\([ \t]{0,9}[\"'][\w.-]{0,40}$")
"""`define('DB_PASSWORD', 'x')`"""
_OPTION = expression(r"(?P<rest>[\w-]{0,24})[ \t]{1,4}" + _VALUE)
_OPTION_BEFORE = expression(r"(?:^|\s)--[\w-]{0,40}$")
_REST = expression(
    r"(?:[_-]?(?:value|key|string|base64|b64|plain|plaintext|text|prod|production|live|staging|dev|\d{1,2}|id_?key))?",
    re.IGNORECASE,
)
_HANDED = expression(
    r"\b(?:echo|printf)[ \t]{1,9}(?:-\w{1,3}[ \t]{1,9})?(?P<quote>[\"']?)[\w.-]{1,40}:"
    r"(?P<account>[^\s\"'|]{1,200})(?P=quote)[ \t]{0,9}\|[ \t]{0,9}(?:sudo[ \t]{1,9})?chpasswd\b"
    r"|\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\b[^\n|;&]{0,200}?[ \t]-p"
    r"(?!\d{1,5}:\d)(?P<database>[^\s\"'|;&-][^\s\"'|;&]{0,200})"
    r"|(?:\b(?:mongo(?:sh|dump|restore|import|export)?|sshpass|(?:docker|podman)[ \t]{1,9}login)\b[^\n|;&]{0,200}?"
    r"[ \t]-p"
    r"|\bsqlcmd\b[^\n|;&]{0,200}?[ \t]-P|\bredis-cli\b[^\n|;&]{0,200}?[ \t](?:-a|--pass)[ \t]"
    r"|\brabbitmqctl\b[^\n|;&]{0,60}?[ \t](?:add_user|change_password)[ \t]{1,9}[^\s|;&]{1,80}[ \t]"
    r"|\bhtpasswd[ \t]{1,9}-\w{0,5}b\w{0,5}(?:[ \t]{1,9}[^\s|;&]{1,80}){1,2}[ \t])"
    r"[ \t]{0,9}(?P<quoted>[\"'])?(?P<client>(?(quoted)[^\"'\n]{1,200}|[^\s\"'|;&-][^\s\"'|;&]{0,200}))"
)
"""`echo 'root:x' | chpasswd` sets an account's password, `mysqldump -px` hands one over
(https://dev.mysql.com/doc/refman/8.4/en/connecting.html), as `-p`, `-P` and `-a` of other clients do."""
_HANDING = ("chpasswd", " -p", " -P", "redis-cli", "rabbitmqctl", "htpasswd")
_PLAIN = r"(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|[$\w.>\[\]-]{1,60})"
_CONNECTED = expression(
    rf"\b(?:mysqli|mysqli_connect|mysql_connect|PDO|getConnection|(?:pymysql|MySQLdb)\.connect)\(\s{{0,80}}{_PLAIN}"
    rf"\s{{0,9}},\s{{0,80}}{_PLAIN}\s{{0,9}},\s{{0,80}}[\"'](?P<connection>[^\"'\n]{{1,200}})[\"']"
)
"""The third thing that a database's client is given is the password (https://www.php.net/manual/en/mysqli.construct.php,
https://docs.oracle.com/javase/8/docs/api/java/sql/DriverManager.html)."""
_WORD = expression(r"[A-Z]?[a-z]+|[A-Z]+")
_NOT_THE_NAME = frozenset(
    "hash hashed digest checksum fingerprint thumbprint encrypted sealed public csrf xsrf policy old salt label title "
    "message placeholder error invalid forgot reset confirm max min next cancel field type regex pattern".split()
)
_NAME = expression(r"[A-Za-z_][\w.-]{0,59}$")
_REFERENCE = expression(r"\$(\{?)[\w-]{0,60}$")
"""`${PASSWORD:-x}` and `$PWD:/work` name it, `$password = 'x'` gives it a value."""
_OF_A_STORE = expression(r"(?:\barn:|secretsmanager:)[^\s\"']{0,40}(?:\{\{[^}]{0,30}\}\}[^\s\"']{0,9})?$")
"""`arn:aws:secretsmanager:eu-west-2:1234:secret:shop/db` says where it is kept."""
_COMMENT = expression(r"[ \t]*(?:#|//|\*|;|--|<!--)")


@dataclass(frozen=True, slots=True)
class Style:
    """How a file writes values down, and how far what it says can be trusted to be real."""

    bare: bool = False
    """Values need no quotes: YAML, dotenv, properties."""
    infrastructure: bool = False
    """What it sets, it sets in a cloud: Terraform, Bicep, CloudFormation."""
    local: bool = False
    """It describes a machine of one's own or a test: only what no person would choose as a default is real."""
    markup: bool = False
    """Values stand between tags."""


def assignments(text: str, style: Style) -> Iterator[Token]:
    """The secrets given to names in a text."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters grow when lowered; offsets would no longer fit
        lower = text
    seen = -1
    for match in _KEYWORD.finditer(lower):
        start, end = match.span()
        if start < seen:
            continue
        before = text[max(0, start - 60, text.rfind("\n", 0, start) + 1) : start]
        found = _assigned(text, end, style, before)
        if found is None:
            continue
        rest, value, offset = found
        name = f"{_name_before(before)}{text[start:end]}{rest}"
        in_comment = style.local or _in_comment(text, start)
        if _promises_none(name) or not _is_secret(match[0], value, in_comment, style.infrastructure):
            continue
        seen = offset + len(value)
        yield Token(_what(match[0]), offset, f'{name} = "****"')


def handed_over(text: str, style: Style) -> Iterator[Token]:
    """The passwords that a command or a client of a database sets or hands over in the open."""
    if style.local:
        return
    if any(mark in text for mark in _HANDING):
        for match in _HANDED.finditer(text):
            kind = next(kind for kind in ("account", "database", "client") if match[kind])
            if not _in_comment(text, match.start()) and is_password(match[kind], infrastructure=True):
                yield Token("password", match.start(kind), f"{kind} password ****")
    if "onnect" in text or "PDO(" in text or "mysqli(" in text:
        for match in _CONNECTED.finditer(text):
            if not _in_comment(text, match.start()) and is_password(match["connection"], infrastructure=False):
                yield Token("password", match.start("connection"), "database password ****")


def _in_comment(text: str, start: int) -> bool:
    return _COMMENT.match(text, text.rfind("\n", 0, start) + 1) is not None


def _promises_none(name: str) -> bool:
    """Whether the name says that its value is no secret: `password_hash`, `PUBLIC_KEY`."""
    return not _NOT_THE_NAME.isdisjoint(word.lower() for word in _WORD.findall(name))


def _assigned(text: str, end: int, style: Style, before: str) -> tuple[str, str, int] | None:
    """The rest of the name, the value and its offset, where the name ends at `end` and something is given to it."""
    if _OF_A_STORE.search(before):
        return None
    reference = _REFERENCE.search(before)
    if reference and (reference[1] or text.startswith(":", end)):
        return None
    patterns = [_ASSIGNED, _NAMED]
    if style.markup:
        patterns.insert(0, _ELEMENT)
    if style.infrastructure:
        patterns += [_VARIABLE, _PARAMETER]
    if style.bare and _OPTION_BEFORE.search(before):
        patterns.append(_OPTION)
    if _ARGUMENT_BEFORE.search(before):
        patterns.append(_ARGUMENT)
    for pattern in patterns:
        match = pattern.match(text, end)
        if match is None:
            continue
        groups = match.groupdict()
        kind = next((kind for kind in ("double", "single", "tick", "bare") if groups.get(kind)), "")
        if not kind or (kind == "bare" and not (style.bare or pattern is _ELEMENT)):
            continue
        if kind == "bare" and "|" in match[kind]:  # a part of a pattern or table
            return None
        return (match["rest"], match[kind], match.start(kind)) if _REST.fullmatch(match["rest"]) else None
    return None


def _name_before(before: str) -> str:
    match = _NAME.search(before)
    return match[0] if match else ""


def _is_secret(keyword: str, value: str, only_random: bool, infrastructure: bool) -> bool:
    value = value.strip().rstrip("\\")
    if value.startswith(("AIza", "eyJ")):  # told, or known to be no secret, by its format
        return False
    if only_random:
        return is_random(value)
    if _opens(keyword):
        return is_password(value, infrastructure)
    return is_key(value)


def _opens(keyword: str) -> bool:
    """Whether a name is a password's, which a person chose."""
    return "pass" in keyword or keyword == "pwd"


def _what(keyword: str) -> str:
    if _opens(keyword):
        return "password"
    if keyword.startswith(("secret", "credential")):
        return "secret"
    return "token" if keyword.startswith("token") else "api-key"
