"""A plan in short: some KSBs, themes and criteria of both methods, with every kind of field."""

from __future__ import annotations

from evidence_check.model import (
    Aspect,
    Criterion,
    Figure,
    Ksb,
    Method,
    PackRequirement,
    Provision,
    Standard,
    Theme,
)


def _shown(*signals: str) -> tuple[Aspect, ...]:
    return tuple(Aspect(signal.partition(".")[2].replace("-", " "), (signal,)) for signal in signals)


_KSBS = (
    Ksb(
        "K1",
        1,
        "Continuous Integration: frequent merging, build artefacts, automated tests",
        "Mapping of KSBs, K1",
        _shown("cicd.pipeline", "cicd.automated-tests"),
    ),
    Ksb(
        "K2",
        1,
        "Distributed Source Control and its features, such as branching",
        "Mapping of KSBs, K2",
        _shown("source.branches"),
    ),
    Ksb(
        "K4",
        1,
        "The business value of DevOps in terms of time, cost and quality",
        "Mapping of KSBs, K4",
        (),
        "It is explained, no file can show it.",
    ),
    Ksb(
        "K7",
        1,
        "General purpose programming and infrastructure-as-code",
        "Mapping of KSBs, K7",
        _shown("iac.provisioning"),
    ),
    Ksb(
        "K8",
        1,
        "Immutable infrastructure and how it enables continuous refreshing",
        "Mapping of KSBs, K8",
        _shown("iac.container-image", "refresh.patching"),
    ),
    Ksb(
        "K11",
        1,
        "Monitoring and alerting technologies",
        "Mapping of KSBs, K11",
        _shown("monitoring.alerts", "monitoring.memory"),
    ),
    Ksb(
        "K14",
        1,
        "Test Driven Development and the Test Pyramid",
        "Mapping of KSBs, K14",
        _shown("tests.unit", "tests.doubles"),
    ),
    Ksb(
        "S3",
        1,
        "Translate user needs into deliverable tasks, writing user stories",
        "Mapping of KSBs, S3",
        _shown("needs.user-stories"),
    ),
    Ksb(
        "S20",
        1,
        "Code in a way that makes merging easier and facilitates branching",
        "Mapping of KSBs, S20",
        _shown("source.branches"),
    ),
    Ksb("B3", 1, "You build it, you run it", "Mapping of KSBs, B3", (), "A behaviour, which is seen and asked about."),
    Ksb("K20", 2, "Pair/mob programming techniques and when to use each technique", "Mapping of KSBs, K20"),
    Ksb("S13", 2, "Engage in productive pair/mob programming", "Mapping of KSBs, S13"),
    Ksb("K23", 2, "The importance of continual improvement within a blameless culture", "Mapping of KSBs, K23"),
)

_THEMES = (
    Theme("code-quality", 1, "Code Quality", ("K2", "K7", "K14", "S20"), "Grading, Code Quality"),
    Theme("user-needs", 1, "Meeting User Needs", ("K4", "S3"), "Grading, Meeting User Needs"),
    Theme("operability", 1, "Operability", ("K11", "B3"), "Grading, Operability"),
    Theme("peer-review", 2, "Peer review", ("K20", "S13"), "Grading, Peer review"),
)
_CRITERIA = (
    Criterion(
        "code-quality.pass.1",
        "code-quality",
        "pass",
        "Writes code, both general purpose and infrastructure-as-code, that is correctly versioned and easy to merge.",
        "Grading, Code Quality, 1",
        ("K7", "S20"),
        _shown("iac.provisioning", "source.branches"),
    ),
    Criterion(
        "code-quality.pass.2",
        "code-quality",
        "pass",
        "Writes code around unit tests, including the appropriate use of test doubles and mocking strategies.",
        "Grading, Code Quality, 3",
        ("K14",),
        _shown("tests.unit", "tests.doubles"),
    ),
    Criterion(
        "code-quality.pass.3",
        "code-quality",
        "pass",
        "Explains troubleshooting methods used to identify and resolve issues.",
        "Grading, Code Quality, 4",
        ("S11",),
        (),
        "It is explained by the apprentice; no file can show it.",
    ),
    Criterion(
        "user-needs.pass.1",
        "user-needs",
        "pass",
        "Writes user stories that are understandable to a wide range of stakeholders.",
        "Grading, Meeting User Needs, 1",
        ("S3",),
        _shown("needs.user-stories"),
    ),
    Criterion(
        "operability.distinction.1",
        "operability",
        "distinction",
        "Installs and manages monitoring tools that provide additional improvement areas.",
        "Grading, Operability, D1",
        ("K11",),
        _shown("monitoring.memory"),
    ),
    Criterion(
        "operability.pass.1",
        "operability",
        "pass",
        "Installs and manages monitoring and alerting tools that provide coverage of infrastructure and applications.",
        "Grading, Operability, 1",
        ("K11", "S6"),
        _shown("monitoring.alerts"),
        "How thresholds were chosen is asked.",
    ),
    Criterion(
        "peer-review.pass.1",
        "peer-review",
        "pass",
        "Explains the benefits of subjecting written code to the scrutiny of others.",
        "Grading, Peer review, 1",
        ("K20",),
        (),
        "Asked in the professional discussion.",
    ),
)

STANDARD = Standard(
    "ST0825",
    "1.0",
    "DevOps Engineer",
    "End-point assessment plan for DevOps Engineer, ST0825",
    _KSBS,
    _THEMES,
    _CRITERIA,
    {"analysis_words": Figure(300, "words", "maximum", "Length of the analysis", "Delivery, technical breadth")},
    (
        PackRequirement(
            "diagram", "Architecture diagram", "Delivery, form", "diagram", _shown("docs.architecture-diagram")
        ),
        PackRequirement(
            "analysis", "Analysis of KSBs", "Delivery, technical breadth", "analysis", (), "analysis_words"
        ),
        PackRequirement("outputs", "Technical outputs", "Delivery, specific technical outputs", "evidence"),
    ),
    (PackRequirement("summary", "Brief summary", "Gateway", "declared", contents=("project plan", "dates")),),
    (Method(1, "Project and Practical Assessment", "Method 1"), Method(2, "Professional discussion", "Method 2")),
    (Provision("observed", "A deployment from source to the user must be observed.", "Delivery"),),
    (("fail", "pass", "fail"), ("pass", "pass", "pass")),
)
