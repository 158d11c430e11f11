"""Short ways to make the input that tests need."""

from __future__ import annotations

import math
import tempfile
import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence_check.claims import claims
from evidence_check.detect import detect
from evidence_check.links import link
from evidence_check.links.own_images import with_own_images
from evidence_check.links.variables import with_variables
from evidence_check.model import Category, Fact, File, Finding, Gap, Location, Part
from evidence_check.readers import EVIDENCE, evidence_files, read_file, read_files, whole_part
from evidence_check.readers._captions import captioned
from evidence_check.readers._source import Source
from evidence_check.rulebook import load_rules
from evidence_check.standard import load_standard, standard_path
from evidence_check.submission.inventory import Inventory
from evidence_check.submission.open import Opened, open_files, with_histories
from tests.gitrepo import build

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evidence_check.model import Standard
    from evidence_check.readers import Reader
    from evidence_check.rulebook import Rulebook


def open_submission(inputs: Sequence[str], **how: Any) -> Opened:
    """What was handed in, with its histories; the parameters are those of `open_files`."""
    return with_histories(open_files(inputs, **how))


def source(path: str, content: str | bytes, category: Category = Category.OWN) -> Source:
    """A file to read; text is dedented and loses its first newline, so that tests can use triple quotes."""
    data = content if isinstance(content, bytes) else textwrap.dedent(content).removeprefix("\n").encode()
    return Source(File(Location("part", path), category=category, size=len(data)), lambda: data)


def read(path: str, content: str | bytes, category: Category = Category.OWN) -> tuple[list[Fact], list[Gap]]:
    """The facts and gaps that all readers together find in a file."""
    return read_file(source(path, content, category))


def read_with(reader: Reader, path: str, content: str | bytes, category: Category = Category.OWN) -> list[Fact]:
    """The facts that one reader finds; it must want the file. Lets `Unreadable` through."""
    given = source(path, content, category)
    assert reader.wants(given), f"{reader.SYSTEM} does not want {path}"
    return list(reader.read(given))


def read_part(part: Part, load: Callable[[File], bytes], deadline: float = math.inf) -> tuple[list[Fact], list[Gap]]:
    """The facts and gaps of a part that this process reads; the parameters are those of `read_files`."""
    return whole_part(part, read_files(evidence_files(part), load, deadline))


def facts_of(files: dict[str, str], part: str = "part") -> tuple[list[Fact], list[Gap]]:
    """The facts and gaps of the files of a part, their categories told by the inventory as in a scan."""
    inventory = Inventory.of(files)
    facts: list[Fact] = []
    gaps: list[Gap] = []
    for path, text in files.items():
        data = text.encode()
        told = inventory.classify(path, data[:1024])
        file = File(Location(part, path), told.category, told.language, len(data), told.binary)
        facts.append(file)
        if told.category in EVIDENCE:
            found, missed = read_file(Source(file, lambda data=data: data))  # type: ignore[misc]
            facts += found
            gaps += missed
    return captioned(facts), gaps


def facts_of_history(history: str) -> tuple[list[Fact], list[Gap]]:
    """The facts and gaps of a repository built from a text (see `tests/gitrepo.py`)."""
    with tempfile.TemporaryDirectory() as folder:
        repository = build(Path(folder, "repository"), history)
        workspace = Path(folder, "workspace")
        workspace.mkdir()
        opened = open_submission([str(repository)], workspace=workspace)
        (part,) = opened.submission.parts
        facts, gaps = read_part(part, opened.load)
        facts += [*part.files, *part.events, *([part.history] if part.history else [])]
        return facts, [*part.gaps, *gaps]


@cache
def _plan() -> Standard:
    return load_standard(standard_path(), load_rules().rules)


def detect_in(rulebook: Rulebook, case: dict[str, Any]) -> dict[str, Finding]:
    """The findings of a case: `files` by path (or several `parts` of them), or a `history` told as text."""
    facts: list[Fact] = []
    gaps: list[Gap] = []
    told = [facts_of_history(case["history"])] if "history" in case else []
    parts = case.get("parts") or {"part": case.get("files", {})}
    for found, missed in [*told, *(facts_of(files, part) for part, files in parts.items())]:
        facts += found
        gaps += missed
    links = link(facts)
    facts = with_own_images(with_variables(facts))
    facts += claims(facts, _plan())
    return detect(
        rulebook,
        facts,
        links,
        [*gaps, *links.gaps],
        lambda file: parts[file.location.part][file.location.path].encode(),
    )
