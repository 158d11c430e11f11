"""The vocabulary of the whole tool: what flows between the stages, and nothing else.

    open -> inventory -> read -> detect -> assess -> render

Everything here is a frozen dataclass or an enumeration. Paths are POSIX paths relative to the root of their part;
lines count from 1; times are seconds since the epoch (UTC) with the author's own offset beside them.
"""

from __future__ import annotations

from collections.abc import Mapping

from evidence_check.model.assessment import Assessment, Pack, PackItem, Status, Verdict
from evidence_check.model.claims import ClaimedKsb, Claims, Drawing, Drawn, HandedPicture, Lookup, Mention, Standing
from evidence_check.model.documents import Claim, Diagram, Document, Heading, Picture
from evidence_check.model.facts import (
    Category,
    Code,
    Dependency,
    Fact,
    File,
    Import,
    Resource,
    Secret,
    Setting,
    TestFile,
)
from evidence_check.model.findings import Evidence, Finding, Outcome
from evidence_check.model.guesses import Guess, Live
from evidence_check.model.history import Author, Commit, Event, History
from evidence_check.model.pipelines import Command, Inputs, Job, Run, Step, Trigger, Unit, UnitKind
from evidence_check.model.places import Gap, Location
from evidence_check.model.report import (
    Attention,
    Change,
    Cluster,
    Comparison,
    Contribution,
    Declared,
    Infrastructure,
    LintMessage,
    LintResult,
    PartSummary,
    PathJob,
    PathStep,
    Personal,
    Provenance,
    Report,
    SignalText,
    Stop,
    Timeline,
    Way,
    Week,
    Work,
)
from evidence_check.model.standard import (
    Aspect,
    Criterion,
    Figure,
    Ksb,
    Method,
    PackRequirement,
    Prompt,
    Provision,
    Standard,
    Theme,
)
from evidence_check.model.submission import Part, Settings, Submission

__all__ = [
    "FACTS",
    "Aspect",
    "Assessment",
    "Attention",
    "Author",
    "Category",
    "Change",
    "Claim",
    "ClaimedKsb",
    "Claims",
    "Cluster",
    "Code",
    "Command",
    "Commit",
    "Comparison",
    "Contribution",
    "Criterion",
    "Declared",
    "Dependency",
    "Diagram",
    "Document",
    "Drawing",
    "Drawn",
    "Event",
    "Evidence",
    "Fact",
    "Figure",
    "File",
    "Finding",
    "Gap",
    "Guess",
    "HandedPicture",
    "Heading",
    "History",
    "Import",
    "Infrastructure",
    "Inputs",
    "Job",
    "Ksb",
    "LintMessage",
    "LintResult",
    "Live",
    "Location",
    "Lookup",
    "Mention",
    "Method",
    "Outcome",
    "Pack",
    "PackItem",
    "PackRequirement",
    "Part",
    "PartSummary",
    "PathJob",
    "PathStep",
    "Personal",
    "Picture",
    "Prompt",
    "Provenance",
    "Provision",
    "Report",
    "Resource",
    "Run",
    "Secret",
    "Setting",
    "Settings",
    "SignalText",
    "Standard",
    "Standing",
    "Status",
    "Step",
    "Stop",
    "Submission",
    "TestFile",
    "Theme",
    "Timeline",
    "Trigger",
    "Unit",
    "UnitKind",
    "Verdict",
    "Way",
    "Week",
    "Work",
]

FACTS: Mapping[str, type[Fact]] = {
    fact.kind: fact
    for fact in (
        File, Resource, Command, Job, Step, Setting, Dependency, Import, Code, TestFile, Secret, Document, Diagram,
        Picture, Claim, History, Event, Inputs, Run,
    )
}  # fmt: skip
