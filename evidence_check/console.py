"""What the command says: lines for a person, reports on the terminal and in files, and how far it has come."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evidence_check.model import Report


class Failure(click.ClickException):
    """What the user can mend: one line, exit 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        say(self.message)


def say(message: str) -> None:
    """One line on stderr, safe to print."""
    from evidence_check.render._text import folded, inert

    click.echo(inert(f"evidence-check: {folded(message)}", "\\::", "## "), err=True)


class Progress:
    """The stage at work, on one line of stderr that goes away; silent where stderr is no terminal."""

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()

    def __call__(self, stage: str) -> None:
        if self.shown:
            from evidence_check.render._text import cut, folded

            click.echo(f"\r{cut(folded(stage), 78):<78}", err=True, nl=False)

    def __enter__(self) -> Callable[[str], None]:
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            click.echo(f"\r{'':<78}\r", err=True, nl=False)


def print_summary(report: Report, render: Callable[..., str] | None = None) -> None:
    """The report for a terminal, in its width, and in colour where it is one; `render` makes another text of it."""
    from evidence_check.render import terminal

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = terminal.WIDTH
    if sys.stdout.isatty():
        import shutil

        width = max(40, min(shutil.get_terminal_size((terminal.WIDTH, 24)).columns, 100))
    click.echo((render or terminal.render)(report, width=width, colour=colour), nl=False)


def require(formats: Sequence[str], *, printed: bool) -> None:
    """Refuse, before any work is done, what cannot be made here, or not be printed. Raises `Failure`."""
    from evidence_check.render import Unavailable
    from evidence_check.render import require as look_for

    if printed and "pdf" in formats and sys.stdout.isatty():
        raise Failure("a PDF is nothing for a terminal: give --output DIR, or send it to a file with > report.pdf")
    try:
        look_for(formats)
    except Unavailable as error:
        raise Failure(str(error)) from error


def print_whole(report: Report, name: str) -> None:
    """A whole document, its text in UTF-8 whatever the console speaks."""
    sys.stdout.buffer.write(_documents(report, [name])[name])


def write(report: Report, folder: str, formats: Sequence[str]) -> None:
    """Every format as a file: all rendered first, each written beside its place and then put there."""
    from pathlib import Path

    from evidence_check import atomic
    from evidence_check.render import FORMATS as FILES
    from evidence_check.render._text import visible

    documents = _documents(report, formats)
    target = Path(folder)
    click.echo()
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, data in documents.items():
            atomic.put(target / FILES[name], data)
            click.echo(f"Written: {visible(str(target / FILES[name]))}")
    except OSError as error:
        held = ": close the reports that another program shows" if sys.platform == "win32" else ""
        held = held if isinstance(error, PermissionError) else ""
        raise Failure(f"cannot write to {folder}: {error.strerror or error}{held}") from error


def _documents(report: Report, formats: Sequence[str]) -> dict[str, bytes]:
    from evidence_check.render import document

    return {name: document(report, name) for name in dict.fromkeys(formats)}
