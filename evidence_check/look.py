"""All that needs the bytes of a submission: its histories, what its files state, and what is asked of them directly."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from evidence_check import lint, workers
from evidence_check.claim_check import Named, look_up_named
from evidence_check.foreign import foreign_documents
from evidence_check.live import live
from evidence_check.model import Fact, Gap, LintResult, Live, Personal, Standard, Submission
from evidence_check.privacy import personal_data
from evidence_check.readers._limits import READ_SECONDS
from evidence_check.submission import survivors
from evidence_check.submission.open import Opened, with_histories


@dataclass(frozen=True)
class Looked:
    """What was read of a submission."""

    submission: Submission
    facts: Sequence[Fact]
    gaps: Sequence[Gap]
    named: Named | None
    """What the analysis names, looked up."""
    live: Live | None
    personal: tuple[Personal, ...]
    surviving: Mapping[str, survivors.Survivors]
    messages: Sequence[LintResult]


def look(
    opened: Opened, plan: Standard, address: str, folder: Path, *, linters: bool, tell: Callable[[str], None]
) -> Looked:
    """Read what was opened; git, the linters and further readers work beside.

    `address` is where the product is said to run, `folder` an empty private folder; `tell` is told each stage.
    """
    with ExitStack() as running:
        shared = workers.start(opened.submission.parts, opened.load, time.monotonic() + READ_SECONDS)
        running.callback(workers.stop, shared)
        tell("reading the history")
        opened = with_histories(opened)
        submission, load = opened.submission, opened.load
        started = lint.start(submission.parts, load, folder / "lint") if linters else None
        running.callback(lint.stop, started)
        counting = survivors.start(submission.parts, opened.repositories, load)
        running.callback(survivors.stop, counting)
        facts: list[Fact] = []
        gaps: list[Gap] = []
        for part in submission.parts:
            tell(f"reading {part.name}")
            found, missed = workers.finish(shared, part)
            facts += [*part.files, *found, *part.events, *([part.history] if part.history else [])]
            gaps += [*part.gaps, *missed]
        gaps += foreign_documents(facts)
        tell("looking up what the analysis names")
        named = look_up_named(plan, submission, facts, gaps, load)
        where = live(address, submission.parts, facts, load)
        personal = personal_data(submission.parts, facts, load)
        tell("waiting for git and the linters")
        surviving = survivors.finish(counting)
        messages, missed = lint.finish(started)
    return Looked(submission, facts, [*gaps, *missed], named, where, personal, surviving, messages)
