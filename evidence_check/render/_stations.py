"""Way, infrastructure, history and reading list as Markdown: each entry a list item."""

from __future__ import annotations

from collections.abc import Iterator

from evidence_check.model import PathJob
from evidence_check.render._markup import code, prose
from evidence_check.render._text import count
from evidence_check.render._view import View

_SERVICES = 12


def way(view: View) -> Iterator[str]:
    """The holes of the way first, then its jobs in their order."""
    drawn = view.report.way
    if drawn is None:
        return
    yield from (f"- **Not found**: {prose(text)}" for text in drawn.missing)
    yield from (f"- **Could not be checked**: {prose(text)}" for text in drawn.unknown)
    for job in drawn.jobs:
        after = [code(drawn.jobs[one].name) for one in job.after if one < len(drawn.jobs)]
        yield _job(view, job, ", ".join(after))
    if drawn.left_out:
        yield f"- and {count(drawn.left_out, 'more job')}"


def _job(view: View, job: PathJob, after: str) -> str:
    starts = ", ".join(code(text) for text in job.starts)
    told = [f"after {after}"] if after else []
    told += [f"on {starts}"] if starts else []
    told += [f"to {', '.join(code(name) for name in job.environments)}"] if job.environments else []
    told += ["waits for approval"] if job.approval else []
    lines = [f"- {code(job.name)} of {code(job.pipeline)}" + (f": {'; '.join(told)}" if told else "")]
    for step in job.steps:
        goes_on = ", and the job goes on if it fails" if step.hides_failure else ""
        where = code(view.place(step.location))
        lines.append(f"  - {step.mark}: {code(step.technology)} at {where} {code(step.excerpt)}{goes_on}")
    return "\n".join(lines)


def infrastructure(view: View) -> Iterator[str]:
    """What is declared by service, then the groups."""
    coded = view.report.infrastructure
    if coded is None or not coded.total:
        return
    services = sorted(coded.services.items(), key=lambda item: (-item[1], item[0]))
    rest = len(services) - _SERVICES
    told = ", ".join(f"{code(name)} {number:,}" for name, number in services[:_SERVICES])
    yield f"- {count(coded.total, 'resource')} declared: {told}" + (
        f" and {count(rest, 'more kind')}" if rest > 0 else ""
    )
    for cluster in coded.clusters:
        members = ", ".join(code(f"{one.type} {one.name}") for one in cluster.members[:6])
        more = cluster.total - len(cluster.members[:6])
        yield f"- {count(cluster.total, 'resource')} together: {members}" + (f" and {more:,} more" if more > 0 else "")
    if coded.alone:
        yield f"- {count(coded.alone, 'resource')} that refer to no other"


def history(view: View) -> Iterator[str]:
    """Each part's figures in a line."""
    for line in view.report.timelines:
        own, merges = (sum(getattr(week, name) for week in line.weeks) for name in ("own", "merges"))
        told = [count(own, "own commit"), count(merges, "merge"), count(len(line.releases), "release")]
        told += [count(line.contributors, "person with own commits", "people with own commits")]
        told += [f"{count(line.template, 'commit')} of a template or fork"] if line.template else []
        if line.code_commits:
            told += [f"{line.tests_with_code:,} of {line.code_commits:,} code commits also change tests"]
        span = f"{line.weeks[0].start} to {line.weeks[-1].start}" if line.weeks else ""
        yield f"- {code(line.part)}, {code(span)}: {', '.join(told)}" if span else f"- {code(line.part)}"


def reading(view: View) -> Iterator[str]:
    """The stops in their order."""
    for number, stop in enumerate(view.report.reading, 1):
        new = f", new here: {', '.join(code(one) for one in stop.ksbs)}" if stop.ksbs else ""
        yield f"{number}. {code(view.place(stop.location))} ({count(stop.minutes, 'minute')}{new})"
