"""What may be shown of a submission's text: without its secrets, and without characters that deceive the eye."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter

from evidence_check.expressions import expression

LIMIT = 160
"""Characters that an excerpt has by default."""
HIDDEN = "***"

_SECRET_WORD = (
    r"(?:pass(?:word|wd|phrase|code)|(?:(?<![A-Za-z])(?<![A-Za-z] )|db|user|admin|root|smtp|mail|sql|ftp|ssh|redis|"
    r"mongo|postgres)(?<!proxy_)(?<!cgi_)pass|(?<!\$)(?<!\$\{)pwd|secret|token|(?:api|access|account|private|auth|encryption|signing|shared|"
    r"master|storage|license|ssh|app|integration|ingest|data)[_.-]?(?:access[_.-]?)?key|"
    r"secret[_.-]?(?:access[_.-]?)?key(?:[_.-]?base)?|credential|webhook(?:[_.-]?url)?|salt|sonar\.login)"
)
_KEY = (
    rf"(?<![\w.\-])[\w.\-]{{0,80}}?{_SECRET_WORD}"
    r"(?:[_.-]?(?:value|hash|base64|b64|plain|text|prod|dev|test|\d{1,3}))?"
)
"""A name that ends in a word for a secret: `DB_PASSWORD`, not `passwordPolicy` or `token_url`."""
_VALUE = r"\"(?:[^\"\\\n]|\\.){0,2000}\"?|'(?:[^'\\\n]|\\.){0,2000}'?|[^\s\"',;&<>)}\]#][^\s,;&<>\"')\]}]{0,2000}"
_ASSIGNED = expression(
    rf"(?P<key>{_KEY}(?:\[\])?[\"']?(?:\s{{0,20}}\])?)"
    rf"(?P<sign>\s{{0,20}}(?:=>|:=|\?=|=(?!=)|:(?!:|//))\s{{0,20}}(?:[bfru](?=[\"']))?)(?P<value>{_VALUE})",
    re.IGNORECASE,
)
_DEFAULT = expression(
    rf"(?P<key>\$\{{{_KEY})(?P<sign>:[-=]?)(?P<value>[^\s}}?=-][^}}\n]{{0,200}})(?=\}})", re.IGNORECASE
)
_PHRASE = expression(
    rf"^(?P<key>[ \t#-]{{0,60}}[\"']?{_KEY}[\"']?)(?P<sign>:\s{{1,20}})"
    r"(?P<value>[^\s\"'\[{(&|>#$!,;<*%@`-][^\s,;&<>\"')\]}#]{0,100}(?:[ \t]{1,4}[^\s,;&<>\"')\]}#]{1,100}){1,40})$",
    re.IGNORECASE | re.MULTILINE,
)
"""Words without quotes up to the line's end, as YAML has them."""
_FLAG = expression(
    rf"(?P<key>(?<![\w-])--?(?:[a-z]{{1,20}}-)?{_SECRET_WORD})(?P<sign>(?:\s{{1,5}}|=)(?!-))(?P<value>{_VALUE})",
    re.IGNORECASE,
)
_SHORT_FLAG = expression(
    r"(?P<key>\b(?:docker\s+login|podman\s+login|sshpass|mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|az\s+login|"
    r"helm\s+registry\s+login|mongo(?:sh|dump|restore|import|export)?)\b[^\n|;]{0,200}?\s-p"
    r"|\bsqlcmd\b[^\n|;]{0,200}?\s-P|\bredis-cli\b[^\n|;]{0,200}?\s(?:-a|--pass)(?=\s)"
    r"|\brabbitmqctl\b[^\n|;&]{0,60}?\s(?:add_user|change_password)\s{1,9}[^\s|;&]{1,80}(?=\s)"
    r"|\bhtpasswd\s{1,9}-\w{0,5}b\w{0,5}(?:\s{1,9}[^\s|;&]{1,80}){1,2}(?=\s))"
    rf"(?P<sign>\s{{0,3}})(?P<value>{_VALUE})"
)
_USER_FLAG = expression(r"(?P<key>\s(?:-u|--user)[\s=]{1,3}[\"']?[^\s:\"']{1,80})(?P<sign>:)(?P<value>[^\s\"']{1,200})")
_PIPED = expression(
    rf"(?P<key>\becho)(?P<sign>\s{{1,5}}(?:-n\s{{1,5}})?)(?P<value>{_VALUE})(?=\s{{0,5}}\|[^|\n]{{0,80}}login)"
)
_NAMED = expression(
    rf"(?P<key>(?:key|name)\s{{0,5}}[=:]\s{{0,5}}[\"']?{_KEY}[\"']?[\s,]{{1,5}}[\"']?(?:value|default))"
    rf"(?P<sign>[\"']?\s{{0,5}}[=:]\s{{0,5}})(?P<value>{_VALUE})",
    re.IGNORECASE,
)
_ARGUMENT = expression(
    rf"(?P<key>\b(?:define|put|set_?property|setenv|withEnv)\(\s{{0,9}}[\"']{_KEY}[\"'])(?P<sign>\s{{0,9}},\s{{0,80}})"
    rf"(?P<value>(?=[\"']){_VALUE})",
    re.IGNORECASE,
)
_PLAIN_ARGUMENT = r"(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|[$\w.>\[\]-]{1,60})"
_CONNECTED = expression(
    r"(?P<key>\b(?:mysqli|mysqli_connect|mysql_connect|PDO|getConnection|(?:pymysql|MySQLdb)\.connect)\(\s{0,80}"
    rf"{_PLAIN_ARGUMENT}\s{{0,9}},\s{{0,80}}{_PLAIN_ARGUMENT})(?P<sign>\s{{0,9}},\s{{0,80}})"
    rf"(?P<value>(?=[\"']){_VALUE})"
)
"""What a database's client is given third is the password."""
_ELEMENT = expression(rf"(?P<key><{_KEY})(?P<sign>>\s{{0,20}})(?P<value>[^<\s][^<\n]{{0,2000}})(?=</)", re.IGNORECASE)
_IMAGE_ENV = expression(rf"(?P<key>\bENV\s{{1,5}}{_KEY})(?P<sign>\s{{1,5}})(?P<value>{_VALUE})", re.IGNORECASE)
_HEADER = expression(
    r"(?P<key>\b(?:Bearer|Basic|Token|ApiKey))(?P<sign>\s{1,3})(?P<value>(?=[A-Za-z+/._~-]{0,500}[0-9=])[A-Za-z0-9+/=._~-]{12,2000})"
)
_IN_URL = expression(
    r"(?P<key>\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"'<>]{0,80})(?P<sign>:)(?P<value>[^\s/@\"'<>]{1,200})(?=@)",
    re.IGNORECASE,
)
_TRAVIS = expression(r"(?P<key>\bsecure\s{0,5}:\s{0,5}[\"']?)(?P<value>[A-Za-z0-9+/=]{20,2000})")

_TOKENS = expression(
    r"(?P<keep>\b(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA))[A-Z0-9]{16}\b"
    r"|(?P<keep2>\b(?:gh[pousr]_|github_pat_|glpat-|gldt-|glrt-|xox[abeoprs]-|xapp-|[srp]k_(?:live|test)_|whsec_|npm_|"
    r"pypi-|dop_v1_|hf_|hvs\.|hvb\.|dckr_pat_|sk-|SG\.|AIza|ya29\.|shpat_|sq0[a-z]{3}-|lin_api_|pul-|sntrys_|"
    r"phc_|atlasv1\.|ATATT|NRAK-|glsa_|eyJ))[A-Za-z0-9_.\-]{16,2000}"
    r"|(?P<keep3>https://(?:hooks\.slack\.com/(?:services|workflows)/|(?:canary\.)?discord(?:app)?\.com/api/webhooks/|"
    r"[a-z0-9.-]{1,60}\.webhook\.office\.com/webhookb2/|chat\.googleapis\.com/v1/spaces/))[A-Za-z0-9/_@?=&%.\-]{10,400}"
)
_PRIVATE_KEY = expression(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")

_REFERENCE = expression(
    r"[bfru]?[\"']{0,3}\s*(?:"
    r"[$%#@]?\{|\$\(|\$[A-Za-z_]\w{0,80}(?:/[\w./-]{0,200})?[\"']?$|\$\w{1,80}->?$|\$\d[\"']?$|%\w{1,80}%|%\(|<[^<>\n]{1,80}>?[\"']?$|\(\(|\[\[|\*{3}|\\\$"
    r"|!(?:Ref|Sub|GetAtt|ImportValue|Join|vault|secret|env|reference|encrypted)\b|&\w{1,80}$|[|>][+-]?\d?$|--"
    r"|(?:op|vault|ssm|keyvault|file|ref\+\w{1,20}|aws-sm|sm):|arn:|projects/|/run/secrets/|@Microsoft\.KeyVault"
    r"|(?:secrets|vars?|local|data|module|env|each|self|this|process|os|config|settings|params|inputs|github|Rails|"
    r"System|ENV|azurerm_\w{1,60}|aws_\w{1,60}|google_\w{1,60}|random_\w{1,60}|kubernetes_\w{1,60})[.\[(]"
    r"|/[\w.-]{1,100}/[\w./-]{1,200}[\"']?$"
    r")"
    r"|[A-Za-z_][\w.]{2,80}[(\[]|(?:new|await|lambda|function|yield)\s"
)
"""A value that only points to a secret: a variable, an expression, a path, and without quotes a call."""
_PLAIN = expression(
    r"[\"']?(?:true|false|yes|no|on|off|null|none|nil|undefined|str(?:ing)?|bytes?|int|number|bool(?:ean)?|any|object|"
    r"required|optional|write|read|inherit|secret|password|token|[\d.]{1,4}|[-+*=.:~\\/]{1,3})?[\"']?",
    re.IGNORECASE,
)

_LONG = expression(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{32,4000}={0,2}(?![A-Za-z0-9+/_-])")
_HEX = expression(r"[0-9a-fA-F]+")
_UUID = expression(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WORDS = expression(r"[a-z]{4,}|[A-Z]{4,}")


def mask(text: str) -> str:
    """The text with everything that looks like a secret's value put out of sight; references to secrets stay.

    Hides values of names that end in a word for a secret, known token formats, private keys, passwords in URLs,
    connection strings and command lines, and long random strings. Shortens hashes. Masking twice changes nothing.
    """
    text = _without_private_keys(text)
    text = _TOKENS.sub(lambda m: (m["keep"] or m["keep2"] or m["keep3"]) + HIDDEN, text)
    text = _TRAVIS.sub(lambda m: f"{m['key']}{m['value'][:6]}…", text)
    text = _IN_URL.sub(_hide, text)
    for pattern in (
        _DEFAULT,
        _PHRASE,
        _NAMED,
        _ASSIGNED,
        _ARGUMENT,
        _CONNECTED,
        _ELEMENT,
        _FLAG,
        _SHORT_FLAG,
        _USER_FLAG,
        _PIPED,
        _IMAGE_ENV,
        _HEADER,
    ):
        text = pattern.sub(_hide, text)
    return _LONG.sub(_hide_random, text)


def _without_private_keys(text: str) -> str:
    kept, at = [], 0
    for begin in _PRIVATE_KEY.finditer(text):
        if begin.start() >= at:
            kept.append(text[at : begin.end()])
            end = text.find("-----END", begin.end())
            at = end if end >= 0 else len(text)
            kept.append(f" {HIDDEN} " if text[begin.end() : at].strip() else text[begin.end() : at])
    return "".join(kept) + text[at:]


_FALLBACK = expression(r"([\"']?\$\{\w{1,80}:[-=]?)([^}\s=-].*)", re.DOTALL)
_NAME_OF_SECRET = expression(r"existing\w*|from_?secret", re.IGNORECASE)
"""Names that hold where a secret is, not what it is."""


def _hide(match: re.Match[str]) -> str:
    value = match["value"]
    fallback = _FALLBACK.fullmatch(value)
    if fallback and not _REFERENCE.match(fallback[2]) and HIDDEN not in value:
        return f"{match['key']}{match['sign']}{fallback[1]}{HIDDEN}"
    if _NAME_OF_SECRET.search(match["key"]):
        return match[0]
    if _REFERENCE.match(value) or _PLAIN.fullmatch(value) or HIDDEN in value:
        return match[0]
    quote = value[0] if value[0] in "\"'" else ""
    bare = value.strip("\"'")
    if not bare or bare.lower() == match["key"].rpartition(".")[2].strip("\"'[] ").lower():
        return match[0]
    end = quote if quote and value.endswith(quote) and len(value) > 1 else ""
    return f"{match['key']}{match['sign']}{quote}{HIDDEN}{end}"


def _hide_random(match: re.Match[str]) -> str:
    value = match[0]
    if _UUID.fullmatch(value):
        return value
    if _HEX.fullmatch(value):
        return value if value.isdigit() else f"{value[:8]}…"
    return f"{value[:4]}{HIDDEN}" if _is_random(value) else value


def _is_random(value: str) -> bool:
    """Of all three character classes, hardly any letters that could be words, and without much repetition."""
    digits = sum(c.isdigit() for c in value)
    if digits < 3 or not any(c.isupper() for c in value) or not any(c.islower() for c in value):
        return False
    if sum(len(run) for run in _WORDS.findall(value)) > 0.4 * len(value):
        return False
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts) > 3.8


_SPACE = expression(r"\s+")
_DECEIVING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def visible(text: str, limit: int = LIMIT) -> str:
    """The text on one line of at most `limit` characters, shortened at a word with `…`.

    Control characters, those that turn the direction of writing, and those of no width are shown as `\\u202e`.
    """
    text = _SPACE.sub(" ", text).strip()
    if not text.isascii() or not text.isprintable():
        text = "".join(_escaped(c) if unicodedata.category(c) in _DECEIVING else c for c in text[: limit + 1])
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at = cut.rfind(" ")
    if at > limit // 2:
        cut = cut[:at]
    return cut.rstrip() + "…"


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
