"""Whether a value can be a real secret: no placeholder, no reference, no word, no well-known default."""

from __future__ import annotations

import math
import re
from collections import Counter

from evidence_check.expressions import expression

_PLACEHOLDER = expression(
    r"""
    change|example|sample|placeholder|dummy|fake|mock|test|demo|your|replace|insert|redacted|masked|hidden|todo|tbd
    |default|foobar|lorem|x{3}|\*{2}|\.{3}|secret_?here|not.?a.?real|some.?(?:secret|password|token)
    |my.{0,3}(?:secret|password|passwd|token|key)|super.?secret|top.?secret|(?:pass|secret|token|key)[-_]?(?:here|value|goes)
    |enter|provide|update.?me|fill|set.?me|sensitive
    """,
    re.VERBOSE | re.IGNORECASE,
)
_REFERENCE = expression(
    r"""
    [<>{}$`()\[\]]|^[@!%&*]|^env[.:]|\benviron\b|getenv|process\.env|^(?:var|local|data|module|each|self|random_\w+)\.
    |^(?:arn|vault|ssm|secretsmanager|ref|sm|op|keyvault|file|gcp|azure|aws|env|https?|s3)[:+]|^/run/secrets|^[./~]{1,2}/
    |^ENC|^AgB|^/\w{1,30}(?:/|$)|^(?:required|sometimes|nullable|string|bail|confirmed)\b|\|(?:min|max|string|required):?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HASH = expression(
    r"\$(?:2[abxy]|[156y]|argon2\w{0,2}|pbkdf2|apr1)\$|\{(?:SSHA|SHA|bcrypt|noop)\}|pbkdf2[_:]|sha\d{1,3}[-:$]",
    re.IGNORECASE,
)
_CONSTANT = expression(r"[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){1,8}")
"""The name of a variable or setting: `AUTH0_CLIENT_SECRET = "AUTH0_CLIENT_SECRET"`."""
_SEQUENCE = expression(r"1234567|abcdef|deadbeef|0{6}|1{6}", re.IGNORECASE)
_WORDS = expression(r"[A-Za-z]{1,30}(?:[-_. /:][A-Za-z]{1,30})*|[a-z]{1,30}(?:[-_./:][a-z0-9]{1,15}){1,8}")
_CAMEL_WORDS = expression(r"(?:[A-Z]?[a-z]{2,20}){1,8}")
_WEAK = expression(
    r"""
    (?:pass(?:@?word|wd|w0rd)?|p[a@]ss?w[o0]rd|pwd|admin(?:istrator)?|root|postgres(?:ql)?|mysql|maria(?:db)?|mongo(?:db)?|guest
    |user(?:name)?|secret|qwerty|letmein|welcome|dev(?:elopment)?|local(?:host)?|foo|bar|hello|sa|rabbit(?:mq)?|minio
    |minioadmin|grafana|prom|prometheus|redis|elastic|docker|vagrant|django|flask|airflow|jenkins|sonar|oracle|app|db
    |database|superuser|string|none|null|true|false|key|token|abc)?
    [\W_]{0,2}\d{0,10}[!@#$.]{0,2}
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_placeholder(value: str) -> bool:
    """A stand-in, a reference to where the secret is kept, or a hash of it."""
    stands_in = _PLACEHOLDER.search(value) or _REFERENCE.search(value) or _HASH.search(value)
    return bool(stands_in or (_CONSTANT.fullmatch(value) and re.search(r"[A-Z]{3}", value)))


def is_weak(value: str) -> bool:
    """One of the defaults that everybody uses on a local machine: `postgres`, `admin123`."""
    return _WEAK.fullmatch(value) is not None


def is_password(value: str, infrastructure: bool) -> bool:
    """Whether a value could be somebody's real password.

    At least eight characters of two kinds. A default that everybody knows is none, save in `infrastructure` code and
    with three kinds of characters: that is what a cloud service's password rules make of a word.
    """
    if len(value) < 8 or len(value) > 200 or is_placeholder(value) or " " in value or not value.isascii():
        return False
    kinds = _kinds(value)
    if kinds < 2 or _WORDS.fullmatch(value):
        return False
    return not is_weak(value) or (infrastructure and kinds >= 3)


def is_key(value: str) -> bool:
    """Whether a value could be a generated key or token: long, of letters and digits, and without order."""
    if len(value) < 16 or len(value) > 4_000 or " " in value or is_placeholder(value) or _SEQUENCE.search(value):
        return False
    if not re.search(r"\d", value) or not re.search(r"[A-Za-z]", value) or _WORDS.fullmatch(value):
        return False
    return entropy(value) >= 3.0


def is_random(value: str) -> bool:
    """Whether a value is so long and disordered that no person would choose it as a default."""
    return is_key(value) and len(value) >= 20 and entropy(value) >= 3.4 and not _CAMEL_WORDS.search(value, 0, 12)


def entropy(value: str) -> float:
    """Bits of information for each character, by how often the characters occur (Shannon)."""
    length = len(value)
    return -sum(count / length * math.log2(count / length) for count in Counter(value).values()) if length else 0.0


def _kinds(value: str) -> int:
    patterns = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]")
    return sum(1 for pattern in patterns if re.search(pattern, value))
