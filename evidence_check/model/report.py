"""What a report says: everything that a renderer shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence_check.model.assessment import Assessment, Pack
from evidence_check.model.claims import Claims, Drawing
from evidence_check.model.findings import Finding
from evidence_check.model.guesses import Guess, Live
from evidence_check.model.places import Gap, Location
from evidence_check.model.standard import Prompt, Standard


@dataclass(frozen=True, slots=True)
class PartSummary:
    """What the report says of a part."""

    name: str
    source: str
    commit: str
    committed: int
    files: int
    own_files: int
    untracked: int
    commits: int
    languages: Mapping[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class LintMessage:
    """What a linter says of a line."""

    location: Location
    code: str
    severity: str
    """`high`, `medium`, `low` (bandit); `error`, `warning`, `refactor`, `convention` (pylint)."""
    text: str


@dataclass(frozen=True, slots=True)
class LintResult:
    """What a linter says of the apprentice's own code: points to probe, never evidence."""

    tool: str
    version: str
    files: int
    counts: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Messages by severity, the worst first."""
    worst: tuple[LintMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made the report."""

    tool_version: str
    rules_digest: str
    standard: str
    standard_version: str
    generated: str = ""
    """ISO 8601 in UTC, given by the command line; empty in a library call: the same input gives the same bytes."""


@dataclass(frozen=True, slots=True)
class SignalText:
    """What a report says of a signal: the texts of its rule."""

    title: str
    asks: str
    counts: str = ""
    not_counts: str = ""
    ksbs: tuple[str, ...] = ()
    """The KSBs of method 1 that a yes speaks to."""
    leads: tuple[str, ...] = ()
    """The KSBs of method 2 that a yes gives something to talk about."""


@dataclass(frozen=True, slots=True)
class Attention:
    """One of the few things that most need somebody's attention."""

    title: str
    why: str
    about: str = ""
    """The id of the pack item, criterion or signal it is about; empty where it is about none of them."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """The share of a person in the own commits and lines of a part."""

    part: str
    who: str
    """`author 1`, or the name where names are asked for."""
    commits: int
    share: int
    """Per cent of the part's own commits, rounded."""
    lines: int = 0
    """Lines of the files that were counted which are still as this person wrote them."""
    lines_share: int = 0
    """Per cent of `Work.lines`, rounded."""


@dataclass(frozen=True, slots=True)
class Work:
    """Whose commits and lines a part holds: for the employer to confirm, never an accusation."""

    part: str
    own: int
    """Commits that are neither a bot's nor a template's; merges are among them."""
    bots: int
    template: int
    authors: tuple[Contribution, ...] = ()
    lines: int = 0
    """Lines of the authors that survive in the files that were counted; those of bots and a template stand apart."""
    bot_lines: int = 0
    template_lines: int = 0
    files_counted: int = 0
    files: int = 0
    """Files that could have been counted: the apprentice's and the template's own texts."""
    lines_why: str = ""
    """Why no lines were counted."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Personal data of somebody, at a place; its value is nowhere but masked."""

    location: Location
    what: str
    """`ULN`, `date of birth`, `postcode`, `e-mail address`, `phone number`, `document author`, `user name`."""
    masked: str
    total: int = 1
    """Places of this kind in this file."""


@dataclass(frozen=True, slots=True)
class PathStep:
    """Something that a pipeline job does on the way from commit to user."""

    location: Location
    mark: str
    """`tests`, `lint`, `scan`, `build`, `publish`, `plan`, `deploy`."""
    title: str
    technology: str
    excerpt: str
    hides_failure: bool = False
    """A failure here does not stop its job."""


@dataclass(frozen=True, slots=True)
class PathJob:
    """A pipeline job on the way from commit to user."""

    location: Location
    name: str
    pipeline: str
    system: str
    column: int = 0
    """How many jobs must be done before it, one after the other."""
    after: tuple[int, ...] = ()
    """The jobs right before it, by their place in `Way.jobs`."""
    starts: tuple[str, ...] = ()
    """What starts it, in words: `push to main`, `pull request`."""
    environments: tuple[str, ...] = ()
    approval: bool = False
    steps: tuple[PathStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """The way from commit to user, as the pipelines' code has it."""

    jobs: tuple[PathJob, ...] = ()
    """In the order in which they run: by pipeline, earlier ones first."""
    missing: tuple[str, ...] = ()
    """What was looked for on the way and is not there, in words."""
    unknown: tuple[str, ...] = ()
    """What could not be told of it, in words."""
    left_out: int = 0
    """Jobs beyond the limit, those that do nothing which is marked first."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A thing of the infrastructure that code declares."""

    location: Location
    system: str
    type: str
    name: str
    service: str
    """What it belongs to, as a person calls it: `aws ecs`, `kubernetes Deployment`."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Declared things that refer to one another, however indirectly."""

    members: tuple[Declared, ...]
    """By place; up to a limit, `total` counts them all."""
    links: tuple[tuple[int, ...], ...] = ()
    """Pairs of members: the first refers to the second."""
    total: int = 0


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """The infrastructure as coded."""

    total: int = 0
    services: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Declared things by service, most first."""
    clusters: tuple[Cluster, ...] = ()
    """The largest first; up to a limit."""
    alone: int = 0
    """Things that no reference joins to another."""
    left_out: int = 0
    """Things of groups beyond the limit."""


@dataclass(frozen=True, slots=True)
class Week:
    """A week of a part's history."""

    start: str
    """Its Monday, ISO 8601."""
    own: int
    """Own commits that are no merge."""
    merges: int
    other: int
    """Commits of a template, a fork or a bot."""
    with_tests: int
    """Own commits that change application code and tests together."""
    contributors: int
    """People with own commits in it: a number, no names."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A part's history over time: numbers only."""

    part: str
    weeks: tuple[Week, ...]
    """Those with a commit, oldest first."""
    releases: tuple[tuple[str, ...], ...] = ()
    """Day (ISO 8601) and name of each release, oldest first."""
    contributors: int = 0
    pull_requests: int = 0
    template: int = 0
    """Commits that came with a template or fork."""
    code_commits: int = 0
    """Own commits that change application code."""
    tests_with_code: int = 0
    """Those of them that change tests, too."""
    window: tuple[str, ...] = ()
    """First and last day of the project where the case file gives them; an empty text for an open end."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place of the reading list."""

    location: Location
    minutes: int
    ksbs: tuple[str, ...]
    """The KSBs that it shows and no stop before it does."""
    also: tuple[str, ...] = ()
    """KSBs that it shows once more."""
    shows: tuple[str, ...] = ()
    """Titles of the signals that are evidenced there."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a renderer shows; nothing is computed after this."""

    parts: tuple[PartSummary, ...]
    findings: Mapping[str, Finding] = field(hash=False)
    ksbs: tuple[Assessment, ...] = ()
    criteria: tuple[Assessment, ...] = ()
    pack: Pack | None = None
    gaps: tuple[Gap, ...] = ()
    provenance: Provenance = field(default_factory=lambda: Provenance("", "", "", ""))
    title: str = ""
    """The case's title where it is declared."""
    case: str = ""
    """The case's pseudonym where it is declared."""
    standard: Standard = field(default_factory=lambda: Standard("", "", "", "", (), (), (), {}))
    """The plan that the statuses speak of: titles and texts of KSBs, themes and criteria."""
    signals: Mapping[str, SignalText] = field(default_factory=dict, hash=False)
    """The texts of every signal in `findings`."""
    attention: tuple[Attention, ...] = ()
    """Most pressing first, three at most."""
    lint: tuple[LintResult, ...] = ()
    way: Way | None = None
    """The way from commit to user; None in reports of versions that did not draw it."""
    infrastructure: Infrastructure | None = None
    timelines: tuple[Timeline, ...] = ()
    reading: tuple[Stop, ...] = ()
    """In reading order."""
    prompts: tuple[Prompt, ...] = ()
    """By theme, two of each at most."""
    claims: Claims | None = None
    """The analysis against the evidence; None where no analysis was found."""
    drawing: Drawing | None = None
    """The diagram against the code; None where no diagram was found."""
    work: tuple[Work, ...] = ()
    personal: tuple[Personal, ...] = ()
    guesses: tuple[Guess, ...] = ()
    """What nobody gave, so that it was looked for."""
    live: Live | None = None
    """The address of the running system; None where the case file gives none."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that two reports of a case answer differently."""

    kind: str
    """`signal`, `ksb`, `criterion` or `pack`."""
    id: str
    title: str
    before: str
    after: str
    """Outcome, status or verdict."""
    location: Location | None = None
    """Where it is seen now; for what was lost, where it was seen."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one report to a later one."""

    before: Provenance
    after: Provenance
    title: str = ""
    old_parts: tuple[PartSummary, ...] = ()
    new_parts: tuple[PartSummary, ...] = ()
    new: tuple[Change, ...] = ()
    lost: tuple[Change, ...] = ()
    fixed: tuple[Change, ...] = ()
    """Risks that are gone, and pack items that are complete now."""
    risks: tuple[Change, ...] = ()
    """Points to probe that were not there before."""
    other: tuple[Change, ...] = ()
    """What can, or can no longer, be answered at all."""
    only_old: int = 0
    only_new: int = 0
    """Questions that only one of the two asked: its rules were others."""
