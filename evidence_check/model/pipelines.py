"""Facts of what runs: the units that hold commands, and what pipelines make of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from evidence_check.model.facts import Fact
from evidence_check.model.places import Location


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
    values: str = ""
    """The words with the variables filled in that its script or pipeline sets in the open, where it names any."""

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
    `deploy:heroku`, `template:Security/SAST.gitlab-ci.yml`, `command:install` (a CircleCI file's own)."""
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
    choices: tuple[str, ...] = ()
    """The environments among which a person chooses when it is started by hand, where it uses that choice."""

    @property
    def excerpt(self) -> str:
        return f"job {self.unit.name}"


@dataclass(frozen=True, slots=True)
class Inputs(Fact):
    """What an action or a called pipeline asks for; its callers may give it other values."""

    kind: ClassVar[str] = "inputs"
    defaults: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The values that hold where a caller gives none, by name."""


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
