"""The `evidence-check` command: arguments, printing, progress, exit codes.

Exit codes: 0 a report was written; 1 only where `--fail-on` asked for it, and where `pack` is not complete; 2 wrong
usage, unreadable input or broken rules; 3 a fault of ours; 130 stopped by Ctrl-C, 143 by SIGTERM. Everything
heavy is imported where it is used: `--help` stays fast.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from evidence_check import __version__
from evidence_check.console import Failure, Progress, print_summary, print_whole, require, say, write
from evidence_check.fail_on import BadCondition, FailOn, read_conditions, reasons

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from evidence_check.model import Report, SignalText, Standard

FORMATS = ("html", "json", "markdown", "pdf", "sarif")
DEFAULT_FORMATS = ("html", "json")
ISSUES = "the project's issue tracker"
_EXAMPLES = """
\b
Examples:
  evidence-check scan .                                 a summary of this repository
  evidence-check scan infra/ app/ analysis.docx         several things as one case
  evidence-check scan . --output report                 writes report.html and report.json there
  evidence-check scan . --format markdown > summary.md
  evidence-check scan . --fail-on incomplete --fail-on not-found:K11,tests.unit
  evidence-check pack app/ infra/ analysis.docx        the checklist: complete or not, and why not
  evidence-check render report.json --format html > report.html
  evidence-check diff old.json report.json              what is new, lost and fixed since
  evidence-check init .                                 a case file, with what was found filled in
  evidence-check explain K11
"""


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit with its code."""
    arguments = list(sys.argv[1:] if args is None else args)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a console that lacks a character must not end the report
    code = _run(arguments)
    gc.freeze()  # the system takes all memory back anyway: without this, Python looks through it for cycles at the end
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    from evidence_check.guard import (
        Stopped,
        TooLong,
        end_in_order,
        lift_time_limit,
        limit_memory,
        limit_time,
        run_nothing_from_here,
        tidy_seldom,
    )

    end_in_order()
    run_nothing_from_here()
    limit_memory()
    limit_time()
    tidy_seldom()
    try:
        code = cli.main(arguments, prog_name="evidence-check", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        say("stopped")
        return 130
    except Stopped as stopped:
        say("stopped")
        return 128 + stopped.number
    except TooLong:
        say("it takes longer than an hour: scan fewer at a time, with --subfolder")
        return 2
    except Exception as error:  # noqa: BLE001 - the last line of defence: a short message instead of a traceback
        if _reader_has_gone(error):
            # As `| head` does. Python would complain once more when it closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 141
        if "--debug" in arguments:
            import traceback

            traceback.print_exc()
        return _fault(error)
    finally:
        lift_time_limit()
    return code if isinstance(code, int) else 0


def _reader_has_gone(error: Exception) -> bool:
    """Whether nobody reads a pipe any more, which Windows calls an invalid argument (https://bugs.python.org/issue35754)."""
    import errno

    unnamed = isinstance(error, OSError) and error.filename is None and error.errno == errno.EINVAL
    return isinstance(error, BrokenPipeError) or (unnamed and sys.platform == "win32")


def _fault(error: Exception) -> int:
    """Tell an unexpected exception and give the exit code for it."""
    import errno
    import traceback

    if isinstance(error, MemoryError):
        say("there is not enough memory for it: scan fewer at a time, with --subfolder")
        return 2
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", -1)}:
        say(f"{error.strerror}: make room, or set TMPDIR to a place with room")
        return 2
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""  # noqa: PTH119 - no import
    say(
        f"an unexpected fault ({type(error).__name__}{at}). This is a mistake in the tool, not in the submission: "
        f"please run again with --debug and report what it prints to {ISSUES}"
    )
    return 3


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        standard, _, digest = _load("ST0825")
        click.echo(f"evidence-check {__version__}")
        click.echo(f"rules {digest}")
        click.echo(f"standard {standard.id} version {standard.version}")
        context.exit()


_STANDARD = click.option(
    "--standard", default="ST0825", show_default=True, metavar="ID", help="The standard to assess."
)
_CASE_STANDARD = click.option(
    "--standard", default="", metavar="ID", help="The standard to assess; else that of the case file, else ST0825."
)
_OFFLINE = click.option(
    "--offline", is_flag=True, help="Refuse addresses, too; nothing else of a scan ever uses the network."
)


@click.group(epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an unexpected fault.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
    help="Show the versions of tool, rules and standard.",
)  # fmt: skip
def cli() -> None:
    """Pre-assessment report on a DevOps Engineer (ST0825) submission.

    Shows where evidence is, where none was found, and what could not be looked at. It never grades.
    """


@cli.command(epilog=_EXAMPLES)
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option(
    "--format", "formats", multiple=True, type=click.Choice(FORMATS),
    help="Format of the report; may be given several times. Default with --output: html and json.",
)  # fmt: skip
@click.option("--output", type=click.Path(file_okay=False), metavar="DIR", help="Write the reports to this folder.")
@click.option("--case", type=click.Path(dir_okay=False, exists=True), metavar="FILE", help="The case file.")
@click.option("--subfolder", default="", metavar="DIR", help="Look at this folder of a repository only.")
@click.option("--upstream", default="", metavar="X", help="Path or URL of the template or fork it came from.")
@click.option(
    "--fail-on", "conditions", multiple=True, metavar="CONDITION",
    help="Exit with 1 on `incomplete` (the pack) or `not-found:IDS` (signals, KSBs or criteria, separated by commas).",
)  # fmt: skip
@click.option("--show-people", is_flag=True, help="Name people of the git history; else they are numbered.")
@click.option("--no-lint", is_flag=True, help="Do not run bandit and pylint on the apprentice's own Python.")
@_OFFLINE
@_CASE_STANDARD
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an unexpected fault.")
def scan(
    paths: tuple[str, ...],
    formats: tuple[str, ...],
    output: str | None,
    case: str | None,
    subfolder: str,
    upstream: str,
    conditions: tuple[str, ...],
    show_people: bool,
    no_lint: bool,
    offline: bool,
    standard: str,
) -> int:
    """Read a submission and report on it.

    PATH is a folder, a git repository or URL, an archive, or a document; several are read as one case.
    """
    if not paths and not case:
        raise click.UsageError("name what was handed in: a folder, a git URL, an archive or a document")
    if len(formats) > 1 and output is None:
        raise click.UsageError("several formats need --output DIR")
    require(formats, printed=output is None)
    fail_on = _fail_on(conditions, standard or "ST0825")
    given = {"subfolder": subfolder, "upstream": upstream, "case": case or "", "standard": standard}
    report = _report(paths, linters=not no_lint, people=show_people, offline=offline, **given)
    if formats and output is None:
        print_whole(report, formats[0])
    else:
        print_summary(report)
        if output is None:
            click.echo("\nFull report: add --output DIR (HTML and JSON there).")
        else:
            write(report, output, formats or DEFAULT_FORMATS)
    if held := reasons(fail_on, report):
        say(f"failed as asked: {'; '.join(held)}")
    return 1 if held else 0


@cli.command(short_help="Say whether the submission pack is complete.")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--case", type=click.Path(dir_okay=False, exists=True), metavar="FILE", help="The case file.")
@click.option("--subfolder", default="", metavar="DIR", help="Look at this folder of a repository only.")
@_OFFLINE
@_CASE_STANDARD
def pack(paths: tuple[str, ...], form: str, case: str | None, subfolder: str, offline: bool, standard: str) -> int:
    """Say whether everything that must be handed in is there: 0 complete, 1 not complete, 2 unusable.

    An item that cannot be told (a document that cannot be read) leaves the pack not complete: a person must look at it.
    """
    if not paths and not case:
        raise click.UsageError("name what was handed in: a folder, a git URL, an archive or a document")
    report = _report(
        paths, linters=False, offline=offline, subfolder=subfolder, upstream="", case=case or "", standard=standard
    )
    if form == "json":
        from evidence_check.render.json_report import render_pack

        sys.stdout.buffer.write(render_pack(report).encode())
    else:
        from evidence_check.render.terminal import render_pack as checklist

        print_summary(report, checklist)
    return 0 if report.pack is not None and report.pack.verdict.value == "complete" else 1


@cli.command(short_help="Write a case file with what was found in a folder.")
@click.argument("folder", default=".", type=click.Path(exists=True, file_okay=False), metavar="[FOLDER]")
@_STANDARD
def init(folder: str, standard: str) -> int:
    """Write FOLDER/evidence-check.yaml: what was found is filled in, the rest is there to be uncommented.

    A case file that is there already is never changed.
    """
    from pathlib import Path

    from evidence_check.case import CASE_FILE
    from evidence_check.init import case_text
    from evidence_check.render._text import visible

    target = Path(folder, CASE_FILE)
    if os.path.lexists(target):
        raise Failure(f"{target} is there already, and stays as it is")
    report = _report((folder,), linters=False, subfolder="", upstream="", case="", standard=standard)
    text = case_text(report)
    try:
        with target.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise Failure(f"cannot write {target}: {error.strerror or error}") from error
    click.echo(f"Written: {visible(str(target))}. Read it, and correct what was guessed.")
    return 0


@cli.command("render", short_help="Make every format from a saved JSON report.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False), metavar="REPORT.json")
@click.option("--format", "formats", multiple=True, type=click.Choice(FORMATS), help="Format; several need --output.")
@click.option("--output", type=click.Path(file_okay=False), metavar="DIR", help="Write the reports to this folder.")
def render_(file: str, formats: tuple[str, ...], output: str | None) -> int:
    """Make a report in another format from a saved JSON report; nothing is scanned again."""
    if output is None and len(formats) != 1:
        raise click.UsageError("name one --format to print it, or --output DIR to write files")
    require(formats, printed=output is None)
    report = _saved(file)
    if output is None:
        print_whole(report, formats[0])
    else:
        write(report, output, formats or DEFAULT_FORMATS)
    return 0


@cli.command(short_help="Say what is new, lost and fixed between two saved reports.")
@click.argument("old", type=click.Path(exists=True, dir_okay=False), metavar="OLD.json")
@click.argument("new", type=click.Path(exists=True, dir_okay=False), metavar="NEW.json")
@click.option("--format", "form", type=click.Choice(("text", "markdown", "json")), default="text", show_default=True)
def diff(old: str, new: str, form: str) -> int:
    """Say what is new, lost and fixed in the second of two saved JSON reports of a case."""
    from evidence_check.compare import compare
    from evidence_check.render.comparison import render

    text = render(compare(_saved(old), _saved(new)), form)
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


@cli.command(short_help="Explain a signal, KSB, theme, criterion or pack item.")
@click.argument("id_", metavar="ID")
@_STANDARD
def explain(id_: str, standard: str) -> None:
    """Explain a signal, KSB, theme, criterion or pack item: what counts, what does not, where the plan has it."""
    from evidence_check.render import explain as texts

    plan, signals, _ = _load(standard)
    text = texts.explain(id_, plan, signals)
    if text is None:
        raise Failure(_unknown(id_, texts.known_ids(plan, signals)))
    click.echo(text, nl=False)


@cli.command()
@_STANDARD
def signals(standard: str) -> None:
    """List everything that is looked for."""
    from evidence_check.render.explain import list_signals

    click.echo(list_signals(_load(standard)[1]), nl=False)


@cli.command("standard")
@_STANDARD
def standard_(standard: str) -> None:
    """List what the standard's plan holds."""
    from evidence_check.render.explain import list_standard

    click.echo(list_standard(_load(standard)[0]), nl=False)


# --- the steps of the commands ----------------------------------------------------------------------------------------


def _load(standard: str) -> tuple[Standard, dict[str, SignalText], str]:
    """The standard, the texts of all signals, and the digest of the rules."""
    from evidence_check.model import SignalText
    from evidence_check.rulebook import BrokenRules, load_rules
    from evidence_check.standard import load_standard, standard_path

    try:
        rulebook = load_rules()
        plan = load_standard(standard_path(standard), rulebook.rules)
    except (BrokenRules, LookupError) as error:
        raise Failure(str(error)) from error
    texts = {
        id_: SignalText(rule.title, rule.asks, rule.counts, rule.not_counts, rule.ksbs, rule.leads)
        for id_, rule in sorted(rulebook.rules.items())
    }
    return plan, texts, rulebook.digest


def _fail_on(conditions: tuple[str, ...], standard: str) -> FailOn:
    def unknown(ids: Collection[str]) -> str:
        plan, texts, _ = _load(standard)
        known = [*texts, *(ksb.code for ksb in plan.ksbs), *(criterion.id for criterion in plan.criteria)]
        return next((_unknown(id_, known) for id_ in ids if id_ not in known), "")

    try:
        return read_conditions(conditions, unknown)
    except BadCondition as error:
        raise click.UsageError(str(error)) from error


def _unknown(id_: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(id_, known, 3) or [name for name in known if id_.lower() in name.lower()][:3]
    hint = (
        f"did you mean {' or '.join(near)}?" if near else "see `evidence-check signals` and `evidence-check standard`"
    )
    return f"nothing is called `{id_}`; {hint}"


def _report(
    paths: tuple[str, ...], *, linters: bool, people: bool = False, offline: bool = False, **options: str
) -> Report:
    """The report of a scan, with the time of now; that of an unchanged submission is remembered."""
    import dataclasses

    from evidence_check.repeat import repeated

    with Progress() as progress:

        def scanned() -> Report:
            return _scanned(paths, progress, linters=linters, people=people, offline=offline, **options)

        asked = repr((linters, people, sorted(options.items())))
        report = scanned() if options["case"] or options["upstream"] else repeated(paths, asked, scanned)
    return dataclasses.replace(report, provenance=dataclasses.replace(report.provenance, generated=_now()))


def _scanned(
    paths: tuple[str, ...],
    progress: Callable[[str], None],
    *,
    linters: bool,
    people: bool,
    offline: bool,
    **options: str,
) -> Report:
    """The report of a scan, whose errors are told as the user's."""
    from evidence_check.case import BrokenCase
    from evidence_check.rulebook import BrokenRules
    from evidence_check.scan import scan as run
    from evidence_check.standard import standard_path
    from evidence_check.submission.errors import Unusable

    try:
        standard_path(options["standard"] or "ST0825")
    except LookupError as error:
        raise Failure(str(error)) from error
    try:
        return run(paths, progress=progress, linters=linters, people=people, offline=offline, **options)
    except (Unusable, BrokenRules, BrokenCase) as error:
        raise Failure(str(error)) from error


def _saved(path: str) -> Report:
    """The report in a JSON file."""
    from pathlib import Path

    from evidence_check.render.json_report import NotAReport, load_report

    try:
        return load_report(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"cannot read {path}: {getattr(error, 'strerror', None) or 'not a UTF-8 text'}") from error
    except NotAReport as error:
        raise Failure(f"{path}: {error}") from error


def _now() -> str:
    """The time in UTC; SOURCE_DATE_EPOCH (reproducible-builds.org) sets it where the same bytes are wanted again."""
    from datetime import UTC, datetime, timedelta

    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    set_ = timedelta(seconds=int(given)) if given.isdecimal() and len(given) < 12 else None
    moment = datetime.now(UTC) if set_ is None else datetime(1970, 1, 1, tzinfo=UTC) + set_
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
