"""Secrets that give themselves away by their format: keys and tokens of known services, private keys, URLs and
connection strings with a password.

The formats are those that their issuers document for secret scanning
(https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from evidence_check.expressions import expression
from evidence_check.readers._secret_values import is_placeholder, is_weak


class Token(NamedTuple):
    """A secret in a text: what it is, its offset, and how it can be shown."""

    what: str
    offset: int
    masked: str


class _Format(NamedTuple):
    what: str
    marks: tuple[str, ...]
    """Texts of which one must occur; cheap to look for."""
    pattern: re.Pattern[str]


def _format(what: str, marks: str, pattern: str) -> _Format:
    return _Format(what, tuple(marks.split()), expression(pattern))


_FORMATS = (
    _format("aws-access-key", "AKIA ASIA", r"(?<![A-Z0-9])A[KS]IA[A-Z2-7]{16}(?![A-Z0-9])"),
    _format("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"\bgh[pousr]_[A-Za-z0-9]{36,251}\b"),
    _format("github-token", "github_pat_", r"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b"),
    _format("gitlab-token", "glpat- gldt- glrt- glptt- glcbt-", r"\bgl(?:pat|dt|rt|ptt|cbt)-[\w-]{20,60}\b"),
    _format("slack-token", "xoxa xoxb xoxp xoxr xoxs xoxe", r"\bxox[abprse]-(?:\d{1,3}-)?[0-9A-Za-z-]{20,250}\b"),
    _format("slack-webhook", "hooks.slack.com", r"hooks\.slack\.com/services/T\w{6,14}/B\w{6,14}/\w{20,30}\b"),
    _format("discord-webhook", "/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/\d{16,20}/[\w-]{60,72}\b"),
    _format("teams-webhook", ".office.com", r"webhook\.office\.com/webhookb2/[\w@-]{60,90}/IncomingWebhook/\w{32}/"),
    _format("stripe-key", "k_live_", r"\b[sr]k_live_[0-9A-Za-z]{20,250}\b"),
    _format("google-api-key", "AIza", r"\bAIza[0-9A-Za-z_-]{35}(?![\w-])"),
    _format("google-oauth-secret", "GOCSPX-", r"\bGOCSPX-[\w-]{28}(?![\w-])"),
    _format("azure-storage-key", "AccountKey=", r"\bAccountKey=[A-Za-z0-9+/]{86}=="),
    _format("azure-access-key", "SharedAccessKey=", r"\bSharedAccessKey=[A-Za-z0-9+/]{43}="),
    _format("azure-sas", "&sig=", r"[?&]s[vigretp]{1,2}=[^\s\"'<>]{10,400}&sig=[A-Za-z0-9%+/]{40,90}"),
    _format("azure-client-secret", "Q~", r"(?<![\w.~-])[A-Za-z0-9_.~-]{3}\dQ~[A-Za-z0-9_.~-]{31,34}(?![\w.~-])"),
    _format("npm-token", "npm_", r"\bnpm_[A-Za-z0-9]{36}\b"),
    _format("pypi-token", "pypi-AgEI", r"\bpypi-AgEI[\w-]{50,250}"),
    _format("sendgrid-key", "SG.", r"\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])"),
    _format("docker-hub-token", "dckr_pat_", r"\bdckr_pat_[\w-]{27}(?![\w-])"),
    _format("digitalocean-token", "_v1_", r"\bdo[por]_v1_[a-f0-9]{64}\b"),
    _format("terraform-cloud-token", ".atlasv1.", r"\b[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}"),
    _format("vault-token", "hvs. hvb.", r"\bhv[sb]\.[\w-]{90,250}"),
    _format("telegram-token", ":AA", r"(?<![\w/.-])\d{8,10}:AA[\w-]{33}(?![\w-])"),
    _format("openai-key", "T3BlbkFJ", r"\bsk-[\w-]{0,100}T3BlbkFJ[\w-]{20,100}"),
    _format("anthropic-key", "sk-ant-", r"\bsk-ant-[\w-]{80,120}"),
    _format("hugging-face-token", "hf_", r"\bhf_[A-Za-z]{34}\b"),
    _format("databricks-token", "dapi", r"\bdapi[0-9a-f]{32}\b"),
    _format("sonar-token", "sqp_ squ_ sqa_", r"\bsq[pua]_[0-9a-f]{40}\b"),
    _format("new-relic-key", "NRAK-", r"\bNRAK-[A-Z0-9]{27}\b"),
    _format("grafana-token", "glsa_ glc_", r"\bgl(?:sa_[A-Za-z0-9]{32}_[0-9a-f]{8}\b|c_[A-Za-z0-9+/=]{32,400})"),
    _format("postman-key", "PMAK-", r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b"),
    _format("pulumi-token", "pul-", r"\bpul-[0-9a-f]{40}\b"),
    _format("shopify-token", "shpat_ shpca_ shppa_ shpss_", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b"),
    _format("heroku-key", "HRKU-", r"\bHRKU-[\w-]{36,80}\b"),
)
_ANY_MARK = expression("|".join(re.escape(mark) for known in _FORMATS for mark in known.marks))
_PUBLIC = expression(
    r"EXAMPLE|(?i:x{6}|0{8}|1{8}|123456789|abcdefgh|deadbeef|placeholder|redacted|your[-_]?)|"
    r"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq"
)
"""Parts of what documentation uses for keys, among them the storage emulator's."""

_PRIVATE_KEY = expression(
    r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----(?>(?:\s|\\[nr]|[\"',+])*)"
    r"(?P<body>[A-Za-z0-9+/=:,\s\\.-]{60,300})"
)
_BODY = expression(r"[A-Za-z0-9+/]{50}")
_JWT = expression(r"(?<![\w.-])eyJ[\w-]{10,500}\.(?P<claims>eyJ[\w-]{10,2000})\.[\w-]{20,700}")
_URL = expression(r"://(?P<user>[^\s:@/\"'<>]{0,80}):(?P<password>[^\s:@/\"'<>]{1,200})@(?P<host>[\w.-]{1,200})")
_SCHEME = expression(r"[A-Za-z][A-Za-z0-9+]{1,19}$")
_CONNECTION = expression(
    r"(?:Server|Data Source|Host|AccountEndpoint)\s?=\s?(?P<host>[^;\"'\n]{1,200});[^\"'\n]{0,300}?"
    r"(?P<key>\b(?:Password|Pwd|AccountKey)\s?)=\s?(?P<password>[^;\"'\n]{1,200})",
    re.IGNORECASE,
)
_AWS_SECRET = expression(
    r"(?i:aws|secret)[\w.\" -]{0,20}(?i:secret|access)[\w.-]{0,20}?(?i:key)[\"']?\s{0,4}(?:=>|[:=])\s{0,4}[\"']?"
    r"(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
)
_SESSION = 30 * 24 * 3600
"""Seconds; a token that was meant to last no longer than this is of no use to who finds it."""
_AWS_MARKS = ("aws_secret", "AWS_SECRET", "secret_access_key", "ecretAccessKey", "awsSecret", "AwsSecret")
_CONNECTION_MARKS = ("assword=", "ASSWORD=", "assword =", "wd=", "WD=", "AccountKey=")
_LOCAL_HOST = expression(
    r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\(localdb\)|host\.docker\.internal|[^.]{1,100}$)", re.IGNORECASE
)
_NAME_BEFORE = expression(r"([A-Za-z_][\w.-]{0,60})[\"']?[ \t]{0,4}(?:=>|:=|[:=])[ \t]{0,4}[\"']?$")


def tokens(text: str) -> Iterator[Token]:
    """The secrets of known formats in a text; those that documentation uses, and passwords of local services, are
    left out."""
    # Every format is a part of a long word; to look for the marks in these alone is much less to look at.
    long_words = "\n".join([word for word in text.split() if len(word) >= 20])
    for what, marks, pattern in _FORMATS if _ANY_MARK.search(long_words) else ():
        if any(mark in long_words for mark in marks):
            for match in pattern.finditer(text):
                if not _PUBLIC.search(match[0]) and not _is_firebase_id(what, text):
                    yield Token(what, match.start(), _masked(text, match.start()))
    if "PRIVATE KEY" in text:
        for match in _PRIVATE_KEY.finditer(text):
            if _BODY.search(match["body"]) and "ENCRYPTED" not in match["body"]:
                yield Token("private-key", match.start(), "-----BEGIN PRIVATE KEY----- ****")
    if "eyJ" in long_words:
        for match in _JWT.finditer(text):
            if _is_live_claim(match["claims"]):
                yield Token("jwt", match.start(), _masked(text, match.start()))
    if any(mark in text for mark in _AWS_MARKS):
        for match in _AWS_SECRET.finditer(text):
            if not _PUBLIC.search(match["secret"]) and re.search(r"\d", match["secret"]):
                yield Token("aws-secret-key", match.start("secret"), _masked(text, match.start("secret")))
    yield from _passwords_in_connections(text)


def _passwords_in_connections(text: str) -> Iterator[Token]:
    if "@" in text:
        for match in _URL.finditer(text):
            scheme = _SCHEME.search(text, max(0, match.start() - 20), match.start())
            if scheme and _is_live_password(match["password"], match["user"], match["host"]):
                masked = f"{scheme[0]}://{match['user']}:****@{match['host']}"
                yield Token("connection-string", match.start("password"), masked)
    if any(mark in text for mark in _CONNECTION_MARKS):
        for match in _CONNECTION.finditer(text):
            if _is_live_password(match["password"], "", match["host"]):
                yield Token("connection-string", match.start("password"), f"{match['key'].strip()}=****")


def _is_live_password(password: str, user: str, host: str) -> bool:
    """A password that is no placeholder, of a host that others could reach."""
    if is_placeholder(password) or is_weak(password) or password == user or len(password) < 6:
        return False
    return not _LOCAL_HOST.match(host) and not is_placeholder(host)


def _is_firebase_id(what: str, text: str) -> bool:
    """A Firebase web key, which is meant to be public (https://firebase.google.com/docs/projects/api-keys)."""
    return what == "google-api-key" and (
        "authDomain" in text or "firebaseapp.com" in text or "mobilesdk_app_id" in text
    )


def _is_live_claim(claims: str) -> bool:
    """Whether a token's claims are more than the well-known example's, an anonymous user's or those of a session."""
    try:
        content = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return False
    if not isinstance(content, dict) or content.get("sub") == "1234567890" or content.get("role") == "anon":
        return False
    issued, expires = content.get("iat", content.get("nbf")), content.get("exp")
    if not isinstance(expires, (int, float)):
        return True
    return isinstance(issued, (int, float)) and expires - issued > _SESSION


def _masked(text: str, offset: int) -> str:
    """The name that the secret is given to, never the line: another secret may stand in it."""
    before = text[max(text.rfind("\n", 0, offset) + 1, offset - 80) : offset]
    match = _NAME_BEFORE.search(before)
    return f'{match[1]} = "****"' if match else "****"
