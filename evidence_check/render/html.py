"""The report as one self-contained HTML page: no network, no script, WCAG 2.2 AA, on a phone as on paper."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evidence_check.model import Outcome, Report, Status, Verdict
from evidence_check.render._text import count, day, folded, inert, visible
from evidence_check.render._view import View, technologies

_TEMPLATES = Path(__file__).parent / "templates"
_QUOTED = re.compile(r"`([^`]+)`")
_MEANINGS = {
    Status.EVIDENCED: "Everything that files can show of it was found.",
    Status.PARTLY: "Some of what files can show of it was found.",
    Status.NOT_FOUND: "All of it was looked for, and nothing was found.",
    Status.NOT_CHECKED: "It was not found, but something could not be looked at, so nobody can say.",
    Status.ASSESSOR_ONLY: "No file can show it: it is explained, observed or a behaviour.",
}


def render(report: Report) -> str:
    """The report as an HTML document."""
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    page = (
        _environment()
        .get_template("report.html")
        .render(
            view=View(report),
            report=report,
            style=Markup(style),  # noqa: S704 - our own file
            policy=_policy(style),
            meanings=_MEANINGS,
            technologies=technologies,
            Outcome=Outcome,
            Status=Status,
            Verdict=Verdict,
        )
    )
    return inert(page, "&#58;:", "#&#35;")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(prose=_prose, sentence=_sentence, day=day, count=count, slug=_slug)
    return environment


def _shown(value: Any) -> Any:
    """What a template prints: markup as it is, anything else without characters that do not show."""
    return value if isinstance(value, Markup) else visible(str(value))


def _prose(text: str) -> Markup:
    """A text with what stands between backticks as code."""
    pieces = _QUOTED.split(folded(text))  # plain, quoted, plain, quoted ... plain
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if index % 2 else piece for index, piece in enumerate(pieces)
    )


def _sentence(text: str) -> Markup:
    """As `_prose`, with a capital at the start."""
    return _prose(text[:1].upper() + text[1:])


def _policy(style: str) -> str:
    """A Content-Security-Policy that allows this style sheet, and neither script nor network nor form."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _slug(text: str) -> str:
    """A text as part of an id or class: letters, digits and hyphens."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower())
