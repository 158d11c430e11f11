"""The report as one self-contained HTML page: no network, WCAG 2.2 AA, on a phone as on paper.

It works without scripts. The one script that it holds keeps what is typed into the record sheet.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined
from jinja2.bccache import bc_version
from markupsafe import Markup

from evidence_check.expressions import expression
from evidence_check.model import Cluster, HandedPicture, Outcome, Report, Status, Verdict
from evidence_check.render._chart import chart
from evidence_check.render._layout import Drawing, boxes_and_lines, references, tracks
from evidence_check.render._text import count, day, folded, inert, visible
from evidence_check.render._view import View, shares, technologies

_TEMPLATES = Path(__file__).parent / "templates"
COMPILED = f"compiled-{bc_version}"
"""The folder of templates, made when a wheel is built, that this Jinja can run as they are."""
_QUOTED = expression(r"`([^`]+)`")
_MEDIA = ("image/webp", "image/svg+xml")
_BASE64 = expression(r"[A-Za-z0-9+/]+={0,2}")
_MEANINGS = {
    Status.EVIDENCED: "Everything that files can show of it was found.",
    Status.PARTLY: "Some of what files can show of it was found.",
    Status.NOT_FOUND: "All of it was looked for, and nothing was found.",
    Status.NOT_CHECKED: "It was not found, but something could not be looked at, so nobody can say.",
    Status.ASSESSOR_ONLY: "No file can show it: it is explained, observed or a behaviour.",
}


def render(report: Report) -> str:
    """The report as an HTML document."""
    style = "".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "paper.css"))
    script = (_TEMPLATES / "record.js").read_text(encoding="utf-8")
    clusters = report.infrastructure.clusters if report.infrastructure else ()
    page = (
        _environment()
        .get_template("report.html")
        .render(
            view=View(report),
            report=report,
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            policy=_policy(style, script),
            record=_record(report),
            tracks=tracks(report.way) if report.way else [],
            references=[references(cluster) for cluster in clusters],
            hubs=[_hub(cluster) for cluster in clusters],
            pictures=[(picture, _picture(picture)) for picture in report.drawing.pictures] if report.drawing else [],
            charts=[chart(timeline) for timeline in report.timelines],
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
        loader=ChoiceLoader([ModuleLoader(_TEMPLATES / COMPILED), FileSystemLoader(_TEMPLATES)]),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(shares=shares)
    environment.filters.update(prose=_prose, sentence=_sentence, day=day, count=count, slug=_slug)
    return environment


def compile_templates(folder: Path) -> None:
    """Write every template as Python into a folder, from which Jinja reads it faster."""
    sources = _environment().overlay(loader=FileSystemLoader(_TEMPLATES))
    sources.compile_templates(folder, extensions=["html"], zip=None, ignore_errors=False)


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


def _policy(style: str, script: str) -> str:
    """A Content-Security-Policy that allows this style sheet and this script, and neither network nor form."""
    css, code = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{css}'; script-src 'sha256-{code}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _picture(picture: HandedPicture) -> str | Drawing | None:
    """A handed-in picture as an address that the page may show, or as a drawing; None where it is neither."""
    if picture.media in _MEDIA and _BASE64.fullmatch(picture.data):
        return f"data:{picture.media};base64,{picture.data}"
    return boxes_and_lines(picture)


def _record(report: Report) -> str:
    """What tells the record sheet of one submission from that of another in the same browser."""
    parts = [f"{part.name} {part.commit}" for part in report.parts]
    text = "\n".join([report.title, report.provenance.standard, *parts])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _hub(cluster: Cluster) -> str:
    """The thing of a group that has most lines, by which a person knows the group."""
    lines = Counter(number for pair in cluster.links for number in pair if number < len(cluster.members))
    number = min(lines, key=lambda one: (-lines[one], one), default=0)
    return f"{cluster.members[number].type} {cluster.members[number].name}" if cluster.members else "nothing"


def _slug(text: str) -> str:
    """A text as part of an id or class: letters, digits and hyphens."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower())
