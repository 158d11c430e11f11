"""Configuration files that a template engine fills in: made parsable, with their lines and expressions kept.

Jinja (https://jinja.palletsprojects.com/en/stable/templates/), Go templates (https://pkg.go.dev/text/template),
Terraform's (https://developer.hashicorp.com/terraform/language/expressions/strings#directives) and those with the same
brackets. Both branches of a condition stay, since either may be used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from evidence_check.expressions import expression
from evidence_check.readers import _go_template
from evidence_check.readers._leaves import Leaf

SUFFIXES = frozenset(
    {"j2", "jinja", "jinja2", "tmpl", "tpl", "tftpl", "template", "templ", "erb", "dist", "example", "sample",
     "default", "ctmpl", "gotmpl", "mustache", "hbs", "in"}
)  # fmt: skip
"""Last parts of names that only say that a file is filled in or copied before use."""

_STATEMENT_LINE = expression(r"^[ \t]*(?:\{%.*%\}|%\{.*\}|\{#.*#\}|<%.*%>)[ \t]*$", re.MULTILINE)
_EXPRESSION = expression(r"\{%[^%\n]{0,500}%\}|\{#[^#\n]{0,500}#\}|<%[^%\n]{0,500}%>")
# Characters that mean something to a parser stand aside as others that no file has.
_SPECIAL = "{}[]:,#&*!|>'\"%@`\\?<=-"
_ASIDE = {ord(c): 0xF0000 + i for i, c in enumerate(_SPECIAL)}
_BACK = {aside: c for c, aside in _ASIDE.items()}
_MARKS = ("{{", "{%", "<%", "%{")


def is_template(text: str) -> bool:
    """Whether a template engine's brackets are in the text."""
    return any(mark in text for mark in _MARKS)


def is_filled_in(name: str, text: str) -> bool:
    """Whether the file may not be as its program reads it: then it is not broken if it does not parse."""
    return stem(name) != name or is_template(text) or "${" in text


def stem(name: str) -> str:
    """A file's name without the suffixes of templates: `nginx.conf.j2` -> `nginx.conf`."""
    while (at := name.rfind(".")) > 0 and name[at + 1 :].lower() in SUFFIXES:
        name = name[:at]
    return name


def parsable(text: str) -> str:
    """The text with its template statements taken out and its expressions put into characters without meaning."""
    if not is_template(text):
        return text
    text = without_statements(text)
    return _go_template.parsable(_EXPRESSION.sub(lambda match: match[0].translate(_ASIDE), text))


def without_statements(text: str) -> str:
    """The text with the lines emptied that hold nothing but a template statement."""
    return _STATEMENT_LINE.sub("", text)


def restored(found: Iterable[Leaf]) -> list[Leaf]:
    """The leaves of a parsed template with its expressions as they were written."""
    return [Leaf(restored_text(leaf.path), _as_written(leaf.value), leaf.line) for leaf in found]


def restored_text(text: str) -> str:
    """A text of a parsed template with its expressions as they were written."""
    return text if text.isascii() else str(_go_template.restored(text.translate(_BACK)))


def _as_written(value: Any) -> Any:
    return restored_text(value) if isinstance(value, str) else value
