"""Which files are source code, and in which language, as the readers of code see it.

The inventory names a file's language by its suffix. Here HTML templates of every engine count as `html`, and what only
describes a build, a pipeline or a machine in a general language (Gradle, Jenkins, Vagrant) is no source code.
"""

from __future__ import annotations

import re

from evidence_check.expressions import expression
from evidence_check.submission.languages import PROGRAMMING, language_of

SIZE_LIMIT = 1_500_000
"""Bytes of a source file above which nobody has written it by hand."""

_READ = PROGRAMMING | {"sql", "plsql", "protobuf", "graphql", "html", "starlark"}
_HTML = expression(
    r"\.(?:jinja2?|cshtml|razor|ejs|hbs|handlebars|mustache|twig|njk|jsp|gohtml|liquid|erb|eex|heex)$"
    r"|\.blade\.php$|\.html?\.(?:j2|tmpl|tpl|php|in)$",
    re.IGNORECASE,
)
_NOT_CODE = expression(
    r"(?:^|/)jenkinsfile[^/]{0,100}$|\.gradle(?:\.kts)?$|(?:^|/)vars/[^/]{1,100}\.groovy$|\.sbt$|\.gemspec$|\.edn$"
    r"|\.rmd$|\.ipynb$"
    r"|(?:^|/)(?:vagrant|gem|rake|guard|pod|brew|fast|berks|cap)file$",
    re.IGNORECASE,
)


def code_language(path: str, language: str = "") -> str:
    """The language of a source file, given its path and the inventory's word; empty where it is no source code."""
    if _NOT_CODE.search(path):
        return ""
    if _HTML.search(path):
        return "html"
    language = language or language_of(path)
    return language if language in _READ else ""
