"""The vocabulary of the whole tool: what flows between the stages, and nothing else.

    open -> inventory -> read -> detect -> assess -> render

Everything here is a frozen dataclass or an enumeration. Paths are POSIX paths relative to the root of their part;
lines count from 1; times are seconds since the epoch (UTC) with the author's own offset beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

# --- where ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a submission: a file (with a line where known), or a commit."""

    part: str
    path: str = ""
    line: int = 0
    """First line, from 1; 0 where the place has no line (a binary file, a whole file, a commit)."""
    end_line: int = 0
    commit: str = ""

    def __str__(self) -> str:
        if self.commit:
            return self.commit[:10]
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something that could not be looked at."""

    location: Location
    stage: str
    """The stage that could not look: open, inventory, history, read, links, lint."""
    reason: str
    """One line for a person: what, why, and the mend where there is one."""
    hides: frozenset[str] = field(default_factory=frozenset, compare=False)
    """Kinds of fact (`Fact.kind`) that may stand there unseen; empty where nothing that a rule reads is missing."""
    system: str = ""
    """The syntax it was read as (`terraform`, `github-actions`, ...), so that rules of other systems stay untouched."""


# --- the submission ---------------------------------------------------------------------------------------------------


class Category(StrEnum):
    """Whose a file is, as far as evidence goes. Only `OWN`, `TEST` and `DOCUMENT` files are evidence."""

    OWN = "own"
    TEST = "test"
    DOCUMENT = "document"
    VENDORED = "vendored"
    GENERATED = "generated"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the submission's case file declares; every field may be empty, and then it is looked for."""

    analysis: str = ""
    diagram: str = ""
    title: str = ""
    word_tolerance: int = 0
    """Per cent that a document may be longer than its limit."""


# --- facts ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a file or the history states, whatever syntax it was written in."""

    kind: ClassVar[str] = ""
    location: Location

    @property
    def excerpt(self) -> str:
        """The fact in one line, as close to the source as it can be told."""
        return str(self.location)


@dataclass(frozen=True, slots=True)
class File(Fact):
    """A tracked file of the submission."""

    kind: ClassVar[str] = "file"
    category: Category = Category.OWN
    language: str = ""
    """Lower-case name of the programming or markup language, empty where unknown: `python`, `hcl`, `yaml`."""
    size: int = 0
    binary: bool = False

    @property
    def excerpt(self) -> str:
        return self.location.path


@dataclass(frozen=True, slots=True)
class Resource(Fact):
    """A declared thing: a Terraform block, a CloudFormation resource, a Kubernetes object, a Compose service ...

    `type` keeps the words of its system. Terraform: `aws_s3_bucket`, and for other blocks `module`, `data.aws_ami`,
    `backend.s3`, `cloud`, `provider.aws`, `required_provider`, `variable`, `output`, `local`. Kubernetes: the kind
    (`Deployment`). Compose: `service`. Dockerfile: `stage`. Ansible: `play`, `role`, `task` (name: the module).
    """

    kind: ClassVar[str] = "resource"
    system: str = ""
    """`terraform`, `packer`, `cloudformation`, `kubernetes`, `compose`, `docker`, `ansible`, `bicep`, `arm` ..."""
    type: str = ""
    name: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Nested mappings, lists and scalars as written; `true`, `false` and numbers as such, expressions as text."""

    @property
    def excerpt(self) -> str:
        return f"{self.system} {self.type} {self.name}".rstrip()


class UnitKind(StrEnum):
    """What holds commands: the things that call one another."""

    JOB = "job"
    SCRIPT = "script"
    TASK = "task"
    IMAGE_BUILD = "image-build"
    IMAGE_START = "image-start"
    SERVICE = "service"
    ACTION = "action"
    HOOK = "hook"
    MACHINE = "machine"
    """Commands that a machine runs at its first boot: user-data, cloud-init, a Vagrant or Packer provisioner."""


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """Something that runs commands: a pipeline job, a script, a Makefile target, the start of an image ..."""

    kind: UnitKind
    path: str
    name: str = ""
    """Job, target, stage, service, task or shell function name; empty for a whole script."""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Command(Fact):
    """A simple command of a shell, wherever it is written."""

    kind: ClassVar[str] = "command"
    unit: Unit = field(default_factory=lambda: Unit(UnitKind.SCRIPT, ""))
    words: tuple[str, ...] = ()
    """The words with wrappers (`sudo`, `env A=b`, `poetry run`, `npx`, `python -m`) taken off; the program is the
    first, without its folder. Quotes are removed, variables and `${{ }}` expressions kept as written."""
    directory: str = ""
    """Where it runs, relative to the part's root, as far as `cd` and `working-directory` tell."""
    inside: str = ""
    """`container` behind `docker run|exec`, `remote` behind `ssh`, else empty."""
    hides_failure: bool = False
    """`|| true`, `continue-on-error`, `allow_failure`, `ignore_errors`: a failure here does not stop its unit."""
    order: int = 0
    """Its place in the unit: steps and commands of a unit run by rising order."""
    text: str = ""
    """The line as written, for an excerpt."""

    @property
    def program(self) -> str:
        return self.words[0] if self.words else ""

    @property
    def excerpt(self) -> str:
        return self.text or " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Step(Fact):
    """A step that is no shell command: an action, orb, task, plugin, template or provider that a pipeline uses."""

    kind: ClassVar[str] = "step"
    unit: Unit = field(default_factory=lambda: Unit(UnitKind.JOB, ""))
    system: str = ""
    uses: str = ""
    """Without its version: `actions/checkout`, `./.github/actions/build`, `aws-ecr/build_and_push`, `Docker`,
    `deploy:heroku`, `template:Security/SAST.gitlab-ci.yml`."""
    version: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict, hash=False)
    name: str = ""
    directory: str = ""
    hides_failure: bool = False
    order: int = 0

    @property
    def excerpt(self) -> str:
        return f"uses: {self.uses}" + (f"@{self.version}" if self.version else "")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a pipeline job."""

    event: str
    """`push`, `pull-request`, `tag`, `schedule`, `manual`, `release`, `call`, `after` (another pipeline), `other`."""
    branches: tuple[str, ...] = ()
    """Branch names or globs it is limited to; empty means every branch."""
    not_branches: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    """For `after`: the names of the pipelines waited for."""
    cron: str = ""


@dataclass(frozen=True, slots=True)
class Job(Fact):
    """A job of a pipeline, in any CI/CD system. `unit.path` is the pipeline file, `unit.name` the job's id."""

    kind: ClassVar[str] = "job"
    unit: Unit = field(default_factory=lambda: Unit(UnitKind.JOB, ""))
    system: str = ""
    """`github-actions`, `gitlab-ci`, `travis`, `jenkins`, `azure-pipelines`, `circleci`, `codebuild` ..."""
    pipeline: str = ""
    """The pipeline's own name where it has one, else its path."""
    needs: tuple[str, ...] = ()
    """Ids of the jobs of the same pipeline that must succeed before; stage order is written out here by the reader."""
    triggers: tuple[Trigger, ...] = ()
    environment: tuple[str, ...] = ()
    """Named environments it deploys to."""
    approval: bool = False
    """A person must approve before it runs."""
    condition: str = ""
    calls: str = ""
    """Path of the reusable workflow or template that it calls; remote ones as written."""
    secrets: tuple[str, ...] = ()
    """Names of the pipeline secrets that it uses."""
    images: tuple[str, ...] = ()
    """Container images that its steps run in, and of its services."""
    matrix: Mapping[str, Any] = field(default_factory=dict, hash=False)
    hides_failure: bool = False
    stage: str = ""
    """The stage it belongs to, where the system has stages: files that are included take their order from the root."""

    @property
    def excerpt(self) -> str:
        return f"job {self.unit.name}"


@dataclass(frozen=True, slots=True)
class Setting(Fact):
    """A leaf of a configuration file: YAML, JSON, TOML, INI, properties, .env, tfvars, nginx, XML."""

    kind: ClassVar[str] = "setting"
    path: str = ""
    """Keys joined by dots, list items as `[]`: `groups[].rules[].alert`."""
    value: Any = None
    """Text, number, true or false, None."""

    @property
    def excerpt(self) -> str:
        return f"{self.path.rsplit('.', 1)[-1]}: {self.value}"


@dataclass(frozen=True, slots=True)
class Dependency(Fact):
    """A package that a manifest asks for."""

    kind: ClassVar[str] = "dependency"
    ecosystem: str = ""
    """`pypi`, `npm`, `maven` (name `group:artifact`), `nuget`, `go`, `rubygems`, `packagist`, `crates`, `helm`,
    `galaxy`."""
    name: str = ""
    version: str = ""
    scope: str = ""
    """`` (run time), `dev`, `test`, `build` (plugins)."""

    @property
    def excerpt(self) -> str:
        return f"{self.name} {self.version}".rstrip()


@dataclass(frozen=True, slots=True)
class Import(Fact):
    """A module that a source file imports."""

    kind: ClassVar[str] = "import"
    language: str = ""
    module: str = ""
    """As written in the language: `flask`, `unittest.mock`, `org.junit.jupiter.api.Test`, `@aws-sdk/client-s3`."""
    test: bool = False
    """The file is test code."""

    @property
    def excerpt(self) -> str:
        return f"import {self.module}"


@dataclass(frozen=True, slots=True)
class Code(Fact):
    """The text of a source file with its comments blanked out, lines and columns kept."""

    kind: ClassVar[str] = "code"
    language: str = ""
    text: str = field(default="", repr=False)
    lines: int = 0
    """Lines that are neither blank nor comment."""
    test: bool = False

    @property
    def excerpt(self) -> str:
        return self.location.path


@dataclass(frozen=True, slots=True)
class TestFile(Fact):
    """A file of automated tests."""

    __test__: ClassVar[bool] = False
    kind: ClassVar[str] = "test"
    language: str = ""
    framework: str = ""
    """`pytest`, `unittest`, `jest`, `junit`, `xunit`, `go-test`, `rspec`, `gherkin`, `terraform-test` ..."""
    tests: int = 0
    assertions: int = 0
    scaffold: bool = False
    """Nothing but what a generator wrote (the default create-react-app test, `assert True`)."""
    text: str = field(default="", repr=False)
    """As in `Code`."""

    @property
    def excerpt(self) -> str:
        return f"{self.tests} tests, {self.assertions} assertions ({self.framework})"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a document; `level` counts from 1."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Secret(Fact):
    """Something that looks like a live secret. Its value is nowhere: only its kind, its place and a masked hint."""

    kind: ClassVar[str] = "secret"
    what: str = ""
    """`aws-access-key`, `private-key`, `github-token`, `password`, `connection-string` ..."""
    masked: str = ""
    """The line with the value replaced: `db_password = "****"`."""

    @property
    def excerpt(self) -> str:
        return self.masked or self.what


@dataclass(frozen=True, slots=True)
class Document(Fact):
    """A document for people."""

    kind: ClassVar[str] = "document"
    format: str = ""
    """`markdown`, `restructuredtext`, `asciidoc`, `text`, `html`, `docx`, `odt`, `pdf`, `rtf`."""
    title: str = ""
    headings: tuple[Heading, ...] = ()
    lines: tuple[str, ...] = field(default=(), repr=False)
    """The prose line by line, code blocks blanked: `lines[0]` is line 1 of a text format, paragraph 1 of a docx or odt,
    page 1 of a pdf, whose rows stay apart by line ends."""
    code: tuple[str, ...] = field(default=(), repr=False)
    """The code blocks, in the same numbering: `code[i]` is the code at `lines[i]`."""
    words: int = 0
    """Words of the prose, front matter, code and markup left out."""
    table_headers: tuple[Heading, ...] = ()
    """The header cells of its tables, as they stand in `lines`; `level` is 0."""
    front_matter: str = field(default="", repr=False)
    """The metadata before the text (YAML or TOML between fences), which `lines` leaves out."""

    @property
    def excerpt(self) -> str:
        return self.title or self.location.path


@dataclass(frozen=True, slots=True)
class Diagram(Fact):
    """A drawing, or a picture that may be one."""

    kind: ClassVar[str] = "diagram"
    notation: str = ""
    """`drawio`, `mermaid`, `plantuml`, `structurizr`, `d2`, `diagrams` (Python), `excalidraw`, `svg`, `png`, `jpeg`,
    `pdf`."""
    title: str = ""
    """Title inside the drawing, else the caption or the link text that points to it, else empty."""
    nodes: int = 0
    edges: int = 0
    """-1 for nodes and edges where the notation is a picture and they cannot be counted."""
    labels: tuple[str, ...] = ()
    form: str = ""
    """What it draws where the notation says so: `structure`, `sequence`, `entity-relationship`, `class`, `gantt` ..."""
    width: int = 0
    height: int = 0
    blank: bool = False
    flatness: float = -1.0
    """Of a raster picture: the share that its sixteen commonest colours cover, -1 where not measured. Drawings have
    0.87 and more, photographs mostly less; a screenshot cannot be told from a drawing by it."""

    @property
    def excerpt(self) -> str:
        return self.title or self.location.path


@dataclass(frozen=True, slots=True)
class Picture(Fact):
    """A place of a document that shows a picture or links to a drawing: what it is shown as stands only there."""

    kind: ClassVar[str] = "picture"
    target: str = ""
    """Path relative to the part's root, normalised; a picture elsewhere as written (`https://...`)."""
    caption: str = ""
    """Alternative text, figure caption or link text; where these say nothing, the nearest heading above."""

    @property
    def excerpt(self) -> str:
        return f"{self.caption} ({self.target})" if self.caption else self.target


@dataclass(frozen=True, slots=True)
class Claim(Fact):
    """A KSB code that a document sets against an area of the project."""

    kind: ClassVar[str] = "claim"
    code: str = ""
    text: str = ""
    """The line that names it."""

    @property
    def excerpt(self) -> str:
        return self.text or self.code


@dataclass(frozen=True, slots=True)
class Author:
    """A person or bot of the history, the identities merged."""

    name: str
    emails: tuple[str, ...]
    bot: bool
    commits: int


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of any branch."""

    id: str
    parents: tuple[str, ...]
    author: int
    """Index into `History.authors`."""
    time: int
    offset: int
    """Minutes east of UTC of the author's clock."""
    subject: str
    own: bool
    """False where it came with a template, a fork or a bot."""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History(Fact):
    """The history of a part, with the figures that rules ask for."""

    kind: ClassVar[str] = "history"
    commits: tuple[Commit, ...] = field(default=(), repr=False)
    authors: tuple[Author, ...] = ()
    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    shallow: bool = False
    measures: Mapping[str, float] = field(default_factory=dict, hash=False)
    """Figures by name: see `submission/history.py`, which is the one place that fills them."""

    @property
    def excerpt(self) -> str:
        return f"{len(self.commits)} commits"


@dataclass(frozen=True, slots=True)
class Event(Fact):
    """Something that happened in the history; `location.commit` says where."""

    kind: ClassVar[str] = "event"
    what: str = ""
    """`branch-merge`, `pull-request`, `branch`, `tag`, `contributor`, `commit`, `refactoring`, `tests-with-code`,
    `co-author`: see `submission/history.py`, which is the one place that fills them."""
    name: str = ""
    subject: str = ""

    @property
    def excerpt(self) -> str:
        return self.subject or self.name


@dataclass(frozen=True, slots=True)
class Run(Fact):
    """What a pipeline really runs: a command or step reached from a job, however deep (see `links.py`).

    `location` is the place in the pipeline that starts it; `via` the places in between, the last one being where the
    command or step itself stands (empty where it stands in the pipeline).
    """

    kind: ClassVar[str] = "run"
    job: Unit = field(default_factory=lambda: Unit(UnitKind.JOB, ""))
    action: Command | Step = field(default_factory=lambda: Command(Location("")))
    via: tuple[Location, ...] = ()
    order: int = 0
    """Its place among everything that the job runs."""

    @property
    def excerpt(self) -> str:
        return self.action.excerpt


FACTS: Mapping[str, type[Fact]] = {
    fact.kind: fact
    for fact in (
        File, Resource, Command, Job, Step, Setting, Dependency, Import, Code, TestFile, Secret, Document, Diagram,
        Picture, Claim, History, Event, Run,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One tree of a submission: a repository, a folder, an archive, or a loose document."""

    name: str
    source: str
    """What was handed in, as given: a path or URL."""
    files: tuple[File, ...] = ()
    untracked: int = 0
    """Files of the work tree that git does not track: said, not counted."""
    commit: str = ""
    committed: int = 0
    """Time of that commit, seconds since the epoch; 0 where unknown."""
    history: History | None = None
    events: tuple[Event, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """All that was handed in for one case."""

    parts: tuple[Part, ...]
    settings: Settings = field(default_factory=Settings)


# --- findings ---------------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """Whether a signal was seen."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that answers a signal with yes."""

    location: Location
    technology: str
    excerpt: str
    reason: str = ""
    """One line that a non-specialist understands: what stands there and how it is reached."""

    @property
    def told(self) -> str:
        """The reason where the place and the excerpt stand beside it: neither is said again."""
        rest = self.reason.removeprefix(str(self.location)).removeprefix(":").strip()
        return "" if rest in (self.excerpt, self.location.path) else rest[:1].upper() + rest[1:]


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one signal."""

    signal: str
    outcome: Outcome
    evidence: tuple[Evidence, ...] = ()
    """Best first; the first ones up to a limit, `total` counts them all."""
    total: int = 0
    gaps: tuple[Gap, ...] = ()
    """Why the outcome is unknown; empty otherwise."""


# --- the standard and the assessment ----------------------------------------------------------------------------------


class Status(StrEnum):
    """How far a KSB or criterion is shown by what was handed in. Never a grade."""

    EVIDENCED = "evidenced"
    PARTLY = "partly"
    NOT_FOUND = "not found"
    NOT_CHECKED = "not checked"
    ASSESSOR_ONLY = "assessor only"


class Verdict(StrEnum):
    """Whether a pack item, or the pack, is there."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing about a KSB, criterion or pack item that files can show: any one of its signals shows it."""

    title: str
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ksb:
    """A knowledge, skill or behaviour of the standard."""

    code: str
    method: int
    title: str
    place: str
    shown_by: tuple[Aspect, ...] = ()
    """It is evidenced where every aspect has a present signal. Empty: assessor only."""
    assessor_only: str = ""
    """Why no file can show it; with `shown_by`: what of it is left to the assessor all the same."""
    leads: tuple[str, ...] = ()
    """Signals that speak to it without showing it: something to ask about, never evidence."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of a theme."""

    id: str
    theme: str
    grade: str
    """`pass` or `distinction`."""
    text: str
    place: str
    ksbs: tuple[str, ...] = ()
    shown_by: tuple[Aspect, ...] = ()
    assessor_only: str = ""
    leads: tuple[str, ...] = ()
    """These three as in `Ksb`."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of an assessment method."""

    id: str
    method: int
    title: str
    ksbs: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Method:
    """An assessment method."""

    number: int
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class PackRequirement:
    """An item that must be handed in, with the submission or at the gateway."""

    id: str
    title: str
    place: str
    check: str
    """How it is looked for: `diagram`, `analysis`, `document`, `evidence` (by `shown_by`), `declared` (case file)."""
    shown_by: tuple[Aspect, ...] = ()
    words: str = ""
    """Name of the figure that limits its words; empty where none does."""
    contents: tuple[str, ...] = ()
    """What the plan says it tells."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A limit or time of the plan."""

    value: int
    unit: str
    bound: str
    """`maximum`, `minimum`, `exact`, or `typical` where the plan says "typically"."""
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class Provision:
    """Something else that the plan lays down, in words."""

    id: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Standard:
    """An apprenticeship standard's assessment plan as data; `figures` holds its limits and times by name."""

    id: str
    version: str
    title: str
    source: str
    ksbs: tuple[Ksb, ...]
    themes: tuple[Theme, ...]
    criteria: tuple[Criterion, ...]
    figures: Mapping[str, Figure] = field(hash=False)
    pack: tuple[PackRequirement, ...] = ()
    gateway: tuple[PackRequirement, ...] = ()
    """Items handed in at the gateway, before the submission."""
    methods: tuple[Method, ...] = ()
    provisions: tuple[Provision, ...] = ()
    grades: tuple[tuple[str, ...], ...] = ()
    """Rows of the plan's grade table: the grade of each method, then the overall one. For reference: nothing grades."""
    statements: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The words of the plan's statement of each KSB, in any order: they tell a pasted statement from own sentences."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Where a KSB or criterion stands."""

    id: str
    status: Status
    why: str
    signals: tuple[str, ...] = ()
    """The signals that speak to it and are present."""
    missing: tuple[str, ...] = ()
    """Those that were looked for and are absent."""
    unknown: tuple[str, ...] = ()
    """Those that could not be answered."""
    leads: tuple[str, ...] = ()
    """Present signals that give something to ask about, and are no evidence of it."""


@dataclass(frozen=True, slots=True)
class PackItem:
    """Where a pack requirement stands."""

    id: str
    title: str
    verdict: Verdict
    why: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """The pack as a whole: complete only where every item is."""

    verdict: Verdict
    items: tuple[PackItem, ...]


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


class Standing(StrEnum):
    """How what the analysis claims of a KSB and what was found stand to each other."""

    FOUND = "claimed and found"
    PARTLY = "claimed and partly found"
    NOT_FOUND = "claimed and not found"
    NOT_CHECKED = "claimed, and could not be checked"
    ASSESSOR_ONLY = "claimed, and only an assessor can tell"
    NOT_CLAIMED = "found and not claimed"
    NEITHER = "not claimed"
    OTHER_METHOD = "claimed, but of the other assessment method"
    NO_SUCH = "claimed, but there is no such KSB"


@dataclass(frozen=True, slots=True)
class ClaimedKsb:
    """A KSB of method 1, or another code that the analysis names, against what was found."""

    code: str
    standing: Standing
    why: str
    places: tuple[Location, ...] = ()
    """Where the analysis names it."""


class Lookup(StrEnum):
    """What became of a thing that the analysis names."""

    THERE = "there"
    MOVED = "moved"
    GONE = "gone"
    DIFFERENT = "different"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing that the analysis names, looked up in what was handed in."""

    location: Location
    """Where the analysis names it."""
    what: str
    """`path`, `line`, `count`, `commit`, `address`, `tool`."""
    text: str
    """As written."""
    result: Lookup
    told: str = ""
    """One line: what was found instead, or why it could not be looked up."""
    found: Location | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """The analysis against the evidence."""

    document: Location
    ksbs: tuple[ClaimedKsb, ...] = ()
    """Every KSB of method 1 in the plan's order, then the other codes that the analysis names."""
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A thing of the diagram, or one that it lacks."""

    location: Location
    """Where the diagram lies; for what is only in code, where it stands there."""
    label: str
    """What it is called in the diagram, or in code."""
    found: Location | None = None
    """Where it stands in code, if it is in both."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The diagram against the code."""

    places: tuple[Location, ...] = ()
    matched: tuple[Drawn, ...] = ()
    only_drawn: tuple[Drawn, ...] = ()
    only_in_code: tuple[Drawn, ...] = ()
    unclear: tuple[str, ...] = ()
    """Labels of which it is not known what they stand for: people, captions, other systems."""
    why: str = ""
    """Why there is nothing to set against the code, where that is so."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """The share of a person in the own commits of a part."""

    part: str
    who: str
    """`author 1`, or the name where names are asked for."""
    commits: int
    share: int
    """Per cent of the part's own commits, rounded."""


@dataclass(frozen=True, slots=True)
class Work:
    """Whose commits a part holds: for the employer to confirm, never an accusation."""

    part: str
    own: int
    """Commits that are neither a bot's nor a template's; merges are among them."""
    bots: int
    template: int
    authors: tuple[Contribution, ...] = ()


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
class Prompt:
    """A question that this submission suggests: open, tied to a place, without an answer."""

    theme: str
    text: str
    about: str
    """The signal or criterion that it is drawn from."""
    location: Location | None = None


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


# --- two reports ------------------------------------------------------------------------------------------------------


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
