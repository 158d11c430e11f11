"""Which program a file in a syntax of its own configures: by its name, else by what only that program's files say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.readers import _templates

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SIZE = 512 * 1024

_CANDIDATE = expression(
    r"(?:^|/)(?:[^/]*\.(?:conf|vhost|alloy|river|caddyfile|hocon)|[^/]*haproxy[^/]*\.cfg|caddyfile[^/]*|\.htaccess|"
    r"httpd|nginx)$|(?:^|/)(?:sites-available|sites-enabled|conf\.d|conf-enabled|conf-available|nginx)/[^/.]*$"
)
_NGINX = expression(
    r"^[ \t]*+(?:(?:server|http|events|upstream\s+\S+|location\s[^\n{;]*|stream|map\s+\S+\s+\S+|types)\s*\{"
    r"|(?:listen|server_name|proxy_pass|proxy_set_header|add_header|ssl_\w+|client_max_body_size|fastcgi_\w+|root|"
    r"try_files|return|rewrite|gzip\w*|limit_req\w*|worker_processes|keepalive_timeout|include|upstream)\s[^;=\n]*;)",
    re.MULTILINE,
)
_APACHE = expression(
    r"^[ \t]*+(?:<(?:VirtualHost|Directory|IfModule|Location|Files|Proxy|LocationMatch|FilesMatch|Limit)\b|"
    r"(?:ServerName|LoadModule|ProxyPass|SSLEngine|DocumentRoot|RewriteEngine|RewriteRule|ServerTokens|WSGIScriptAlias|Header)\s)",
    re.MULTILINE,
)
_FLUENTD = expression(r"^[ \t]*+<(?:source|match|filter|label|system|worker)\b[^>\n]*>\s*$", re.MULTILINE)
_COLLECTD = expression(r"^[ \t]*+(?:<Plugin\s|LoadPlugin\s)", re.MULTILINE)
_LOGSTASH = expression(r"^[ \t]*+(?:input|filter|output)\s*\{", re.MULTILINE)
_HAPROXY = expression(r"^(?:frontend|backend|listen|defaults|global)\b", re.MULTILINE)
_HOCON = expression(r"^[ \t]*+[\w.-]{1,100}\s*(?:[=:]\s*)?\{\s*$", re.MULTILINE)


def conf_kind(source: Source) -> str:
    """`nginx`, `apache`, `haproxy`, `caddy`, `fluentd`, `collectd`, `logstash`, `alloy`, `hocon`, `lines` (any other
    `.conf`), else empty."""
    path = source.path.lower()
    folder, _, name = path.rpartition("/")
    name = _templates.stem(name)
    if not _CANDIDATE.search(f"{folder}/{name}") or source.file.size > SIZE:
        return ""
    if name.endswith((".alloy", ".river")):
        return "alloy"
    if name == "caddyfile" or name.startswith("caddyfile.") or name.endswith(".caddyfile"):
        return "caddy"
    if name == ".htaccess":
        return "apache"
    text = source.text
    kind = _by_content(text, name)
    return kind or ("lines" if name.endswith(".conf") else "")


def _by_content(text: str, name: str) -> str:
    if name.endswith(".cfg"):
        return "haproxy" if _HAPROXY.search(text) else ""
    for kind, pattern in (
        ("fluentd", _FLUENTD), ("apache", _APACHE), ("collectd", _COLLECTD), ("logstash", _LOGSTASH), ("nginx", _NGINX)
    ):  # fmt: skip
        if pattern.search(text):
            return kind
    if name.startswith("haproxy") and _HAPROXY.search(text):
        return "haproxy"
    return "hocon" if _HOCON.search(text) else ""
