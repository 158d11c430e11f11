"""A report as a scan of two repositories gives it: every status, gaps, and texts that try to be something else."""

from __future__ import annotations

from dataclasses import replace

from evidence_check.model import (
    Assessment,
    Attention,
    ClaimedKsb,
    Claims,
    Cluster,
    Contribution,
    Declared,
    Drawing,
    Drawn,
    Evidence,
    Finding,
    Gap,
    Guess,
    HandedPicture,
    Infrastructure,
    Live,
    Location,
    Lookup,
    Mention,
    Outcome,
    Pack,
    PackItem,
    PartSummary,
    PathJob,
    PathStep,
    Personal,
    Prompt,
    Provenance,
    Report,
    SignalText,
    Standing,
    Status,
    Stop,
    Timeline,
    Verdict,
    Way,
    Week,
    Work,
)
from tests.render.sample_standard import STANDARD

SCRIPT = "<script>alert(1)</script>"
ESCAPE = "\x1b[31mred\x1b[0m"
BIDI = "\u202egnp.exe"
PIXEL = "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAUAmJaQAA3AA/v02aAA="
"""A picture of one point, as WebP in base64."""

HOSTILE = (
    SCRIPT,
    ESCAPE,
    BIDI,
    "</style><style>*{display:none}",
    "]]><!-- -->",
    "[click](https://evil.example) ![x](https://evil.example/x.png)",
    "@octocat please see #1 and https://evil.example, www.evil.example, GH-7",
    "| a | b |\n|---|---|\n# Heading\n- [x] done",
    "`` ` ``` code ``` ` ``",
    "[bold red]markup[/] :smile: $x$ {{ 7*7 }} {% raw %} ${{ secrets.TOKEN }}",
    "::error file=x,line=1::pwned",
    "##[error]pwned ##vso[task.setvariable variable=x]pwned",
    "a\udc80\ud800b",
    "zero\u200bwidth\u2028separator\x00nul\x7f\x9b",
    "=cmd|' /C calc'!A0",
    "Ærøskøbing ☂ 名前",
)


def _at(path: str, line: int = 0, part: str = "app", end_line: int = 0) -> Location:
    return Location(part, path, line, end_line)


def _present(signal: str, *evidence: Evidence, total: int = 0) -> Finding:
    return Finding(signal, Outcome.PRESENT, evidence, max(total, len(evidence)))


_SHALLOW = Gap(
    Location("app"),
    "history",
    "the clone is shallow: fetch it whole (`git fetch --unshallow`, or `fetch-depth: 0` in the workflow)",
    frozenset({"history", "event"}),
)
_BROKEN = Gap(
    _at("modules/legacy/main.tf", 41, "infra"),
    "read",
    "not valid HCL: a block is not closed",
    frozenset({"resource"}),
    "terraform",
)
_HUGE = Gap(_at("dumps/export.json"), "inventory", "larger than 5 MB, so it was not opened")

_TEXTS = {
    "iac.provisioning": ("Infrastructure as code", "Is cloud or platform infrastructure declared as code?",
                         "At least one resource or module call in Terraform, CloudFormation, Bicep, CDK or Pulumi.",
                         "Only provider or variable blocks.", "K7 S18", ""),
    "iac.container-image": ("Own container image", "Does the project build its own container image from a definition?",
                            "A Dockerfile with FROM, a buildpack or jib.", "A compose file that only pulls images.",
                            "K8 S5", ""),
    "iac.remote-state": ("Remote state", "Is infrastructure state kept in a shared remote store?",
                         "A Terraform backend other than local.", "", "K12 S18", ""),
    "cicd.pipeline": ("CI/CD pipeline", "Is there a CI/CD pipeline as code?",
                      "A pipeline with at least one step that runs something.", "A stale-bot workflow alone.",
                      "K1 K15 S15", ""),
    "cicd.automated-tests": ("Tests in the pipeline", "Does a pipeline run automated tests?",
                             "A step runs a test runner, directly or through a script or container.",
                             "Lint, builds with tests skipped.", "K1 K14 S14 S15", ""),
    "cicd.deployment": ("Deployment by the pipeline", "Does a pipeline deploy to a running environment?",
                        "terraform apply, kubectl or helm, a cloud's deploy command.", "Publishing a package.",
                        "K15 S12 S15", ""),
    "cicd.gated-deployment": ("Checks before deployment", "Must checks succeed before deployment?",
                              "Job order puts a test before a deploy of the same change.", "", "K1 K15 S15", ""),
    "tests.unit": ("Unit tests", "Are there automated unit tests of the apprentice's code?",
                   "Test functions with assertions under a known framework.", "Scaffold-only tests.", "K14 S14", ""),
    "tests.doubles": ("Test doubles", "Do tests use test doubles?", "Mock, patch, stub, fake or spy in test code.", "",
                      "K14 S14", ""),
    "monitoring.alerts": ("Alert rules", "Are alert rules with a condition configured?",
                          "Metric alarms, Prometheus alerting rules, monitors as code.",
                          "Thresholds checked by application code.", "K11 S6 S19", ""),
    "monitoring.memory": ("Memory watched", "Is memory utilisation watched?",
                          "An alert, panel or collected metric on memory.", "", "K11 S6", ""),
    "source.branches": ("Work on branches", "Was work done on branches and merged?",
                        "Two or more merge commits of feature branches.", "Fast-forwarded branches.", "K2 S20", ""),
    "source.pairing": ("Pair work", "Is pair or mob work visible?", "Co-authored-by trailers of humans.", "", "",
                       "K20 S13 B1"),
    "source.review-rules": ("Review rules", "Are review rules kept in the repository?", "CODEOWNERS, templates.", "",
                            "K2", "K20 S13"),
    "security.encryption-in-transit": ("Encryption in transit", "Is data in transit encrypted?",
                                       "TLS listeners, certificates, https-only settings.", "", "K16 S10", ""),
    "security.encryption-at-rest": ("Encryption at rest", "Is stored data encrypted?", "KMS keys, encrypted settings.",
                                    "A cloud default that is not stated.", "K16 S10", ""),
    "data.store": ("Data store", "Does the system use a persistence technology?", "A database, cache or queue.",
                   "In-memory lists.", "K12", ""),
    "automation.scripts": ("Own scripts", "Are there own automation scripts?", "Shell or Python scripts.", "",
                           "K13 S12", ""),
    "refresh.patching": ("Patching", "Is operating system patching automated?", "Patch manager, upgrade in a build.",
                         "", "K8 S5", ""),
    "needs.user-stories": ("User stories", "Are user stories written down?", "As a ... I want ... stories.", "",
                           "S3 K10", ""),
    "docs.architecture-diagram": ("Architecture diagram", "Is there an architecture diagram?",
                                  "A named or captioned drawing.", "A screenshot or a logo.", "K21", ""),
    "docs.post-incident": ("Lessons learned", "Is there a post-incident or lessons-learned record?",
                           "Post-mortem, incident report, retrospective.", "", "S11 B3", "K23 B4"),
    "training.own-signal": ("A provider's own signal", "Does somebody's own rule fire?", "Anything.", "", "K17", ""),
    "risk.hardcoded-secret": ("Committed secret", "Is a live-looking secret committed?", "Keys, tokens, passwords.",
                              "Placeholders and public test keys.", "K5 K16 S9 S10", ""),
    "risk.unpinned-image": ("Moving image tags", "Are images pulled by a moving tag?", "FROM with :latest or no tag.",
                            "", "K8", ""),
    "risk.open-ingress": ("Port open to the world", "Is a sensitive port open to the world?",
                          "0.0.0.0/0 ingress on anything but 80 and 443.", "", "K16 S9 S10", ""),
    "risk.ignored-failure": ("Ignored failures", "Does a pipeline hide failing checks?", "`|| true` on a test step.",
                             "", "K1 S15", ""),
}  # fmt: skip
SIGNALS = {
    id_: SignalText(title, asks, counts, not_counts, tuple(ksbs.split()), tuple(leads.split()))
    for id_, (title, asks, counts, not_counts, ksbs, leads) in _TEXTS.items()
}

_FINDINGS = (
    _present(
        "iac.provisioning",
        Evidence(
            _at("main.tf", 12, "infra", 30),
            "terraform",
            'resource "aws_ecs_service" "web"',
            "Declares a service that runs containers on AWS.",
        ),
        Evidence(_at("network.tf", 3, "infra"), "terraform", 'resource "aws_vpc" "main"', "Declares the network."),
        total=41,
    ),
    _present(
        "iac.container-image",
        Evidence(_at("Dockerfile", 1), "docker", "FROM python:latest", "Builds the application's image."),
    ),
    _present(
        "iac.remote-state",
        Evidence(_at("backend.tf", 2, "infra"), "terraform", 'backend "s3"', "State is kept in a bucket."),
    ),
    _present(
        "cicd.pipeline",
        Evidence(_at(".github/workflows/ci.yml", 8), "github-actions", "job test", "A job that runs commands."),
    ),
    _present(
        "cicd.automated-tests",
        Evidence(
            _at(".github/workflows/ci.yml", 21),
            "pytest",
            "make test",
            ".github/workflows/ci.yml:21 runs make test in job test, through Makefile:7",
        ),
    ),
    _present(
        "cicd.deployment",
        Evidence(
            _at(".github/workflows/ci.yml", 44),
            "terraform",
            "terraform apply -auto-approve",
            "Job `deploy` applies the infrastructure.",
        ),
    ),
    Finding("cicd.gated-deployment", Outcome.ABSENT),
    _present(
        "tests.unit",
        Evidence(
            _at("tests/test_api.py", 5),
            "pytest",
            "14 tests, 31 assertions (pytest)",
            "Tests with assertions of the API.",
        ),
    ),
    Finding("tests.doubles", Outcome.ABSENT),
    _present(
        "monitoring.alerts",
        Evidence(
            _at("alarms.tf", 1, "infra"),
            "cloudwatch",
            'resource "aws_cloudwatch_metric_alarm" "5xx"',
            "Alarm on HTTP errors.",
        ),
    ),
    Finding("monitoring.memory", Outcome.UNKNOWN, gaps=(_BROKEN,)),
    Finding("source.branches", Outcome.UNKNOWN, gaps=(_SHALLOW,)),
    _present(
        "source.pairing",
        Evidence(
            Location("infra", commit="3f2a9c1b0d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a"),
            "git",
            "Co-authored-by: Sam",
            "A commit by two people.",
        ),
    ),
    _present("source.review-rules", Evidence(_at(".github/CODEOWNERS", 1), "github", "* @team", "Owners must review.")),
    Finding("security.encryption-in-transit", Outcome.ABSENT),
    _present(
        "security.encryption-at-rest",
        Evidence(
            _at("db.tf", 9, "infra"), "terraform", "storage_encrypted = true", "The database's storage is encrypted."
        ),
    ),
    _present(
        "data.store",
        Evidence(
            _at("db.tf", 1, "infra"), "terraform", 'resource "aws_db_instance" "main"', "A managed PostgreSQL database."
        ),
    ),
    _present(
        "automation.scripts",
        *(Evidence(_at(f"scripts/{text}.sh", i + 1), text, text, text) for i, text in enumerate(HOSTILE)),
    ),
    Finding("refresh.patching", Outcome.ABSENT),
    Finding("needs.user-stories", Outcome.ABSENT),
    _present(
        "docs.architecture-diagram",
        Evidence(
            _at("docs/architecture.drawio"), "drawio", "Web service on AWS", "A drawing with 14 nodes and 17 edges."
        ),
    ),
    Finding("docs.post-incident", Outcome.ABSENT),
    Finding("training.own-signal", Outcome.ABSENT),
    _present(
        "risk.hardcoded-secret",
        Evidence(_at("app/settings.py", 17), "aws-access-key", 'AWS_KEY = "****"', "Looks like a live AWS access key."),
    ),
    _present("risk.unpinned-image", Evidence(_at("Dockerfile", 1), "docker", "FROM python:latest", "The tag moves.")),
    Finding("risk.open-ingress", Outcome.UNKNOWN, gaps=(_BROKEN,)),
    Finding("risk.ignored-failure", Outcome.ABSENT),
)

_CI = ".github/workflows/ci.yml"
WAY = Way(
    (
        PathJob(_at(_CI, 8), "test", "CI", "github-actions", 0, (), ("push to main", "pull request"), (), False,
                (PathStep(_at(_CI, 21), "tests", "runs automated tests", "pytest", "make test"),
                 PathStep(_at(_CI, 22), "lint", "runs a linter", "ruff", "ruff check", True))),
        PathJob(_at(_CI, 30), "image", "CI", "github-actions", 1, (0,), ("push to main",), (), False,
                (PathStep(_at(_CI, 33), "build", "builds an image", "docker", "docker build ."),)),
        PathJob(_at(_CI, 40), "deploy", "CI", "github-actions", 2, (0, 1), ("push to main",), ("production",), True,
                (PathStep(_at(_CI, 44), "deploy", "applies infrastructure code", "terraform", "terraform apply"),)),
        PathJob(_at("nightly.yml", 1), "nightly", "Nightly", "github-actions", 0, (), ("schedule 0 3 * * *",)),
    ),
    ("security scans",),
    ("a deployment that waits for checks",),
    3,
)  # fmt: skip
INFRASTRUCTURE = Infrastructure(
    5,
    {"aws ecs": 2, "aws vpc": 1, "compose service": 2},
    (
        Cluster(
            (
                Declared(_at("main.tf", 12, "infra"), "terraform", "aws_ecs_service", "web", "aws ecs"),
                Declared(_at("main.tf", 40, "infra"), "terraform", "aws_ecs_cluster", "main", "aws ecs"),
                Declared(_at("network.tf", 3, "infra"), "terraform", "aws_vpc", "main", "aws vpc"),
            ),
            ((0, 1), (0, 2)),
            4,
        ),
    ),
    1,
    2,
)
TIMELINES = (
    Timeline(
        "infra",
        (Week("2024-01-01", 3, 1, 6, 0, 1), Week("2024-01-08", 9, 2, 0, 4, 2), Week("2024-02-05", 1, 0, 1, 1, 1)),
        (("2024-01-12", "v1.0"),),
        2, 3, 6, 8, 5,
        ("2024-01-03", "2024-02-09"),
    ),
)  # fmt: skip
READING = (
    Stop(_at("README.md", 3), 5, ("K7", "K21"), (), ("Readme",)),
    Stop(_at(_CI, 8), 6, ("K1", "K15"), ("K7",), ("CI/CD pipeline", "Tests in the pipeline")),
)
PROMPTS = (
    Prompt("code-quality", "How do the tests in `app: tests/test_api.py:5` deal with the rest?", "tests.unit",
           _at("tests/test_api.py", 5)),
    Prompt("code-quality", "How did the code grow?", "source.branches"),
    Prompt("operability", "How was the threshold in `infra: alarms.tf:1` found?", "monitoring.alerts",
           _at("alarms.tf", 1, "infra")),
)  # fmt: skip

REPORT = Report(
    claims=Claims(
        Location("app", "docs/analysis.md"),
        (
            ClaimedKsb("K1", Standing.FOUND, "All of it was found.", (Location("app", "docs/analysis.md", 3),)),
            ClaimedKsb("K99", Standing.NO_SUCH, "ST0825 has no K99.", (Location("app", "docs/analysis.md", 4),)),
        ),
        (
            Mention(Location("app", "docs/analysis.md", 3), "path", "infra/x.tf", Lookup.GONE, "No such file."),
            Mention(
                Location("app", "docs/analysis.md", 4), "tool", "Trivy", Lookup.THERE, found=Location("app", "ci.yml")
            ),
        ),
    ),
    drawing=Drawing(
        (Location("app", "docs/system.drawio"),),
        (Drawn(Location("app", "docs/system.drawio"), "Database", Location("infra", "main.tf", 3)),),
        (Drawn(Location("app", "docs/system.drawio"), "Queue"),),
        (Drawn(Location("infra", "main.tf", 9), "cache: sessions"),),
        ("Customer",),
        pictures=(
            HandedPicture(
                Location("app", "docs/system.drawio", 2),
                "drawio",
                "System",
                boxes=("Customer", "Web", "Database", "Legend"),
                joins=((0, 1), (1, 2)),
            ),
            HandedPicture(Location("app", "docs/system.png"), "png", "", "image/webp", PIXEL, 1, 1),
            HandedPicture(Location("app", "docs/system.pptx"), "pptx", why="is in a format that this page cannot show"),
        ),
    ),
    work=(
        Work(
            "app",
            3,
            1,
            1,
            (Contribution("app", "author 1", 2, 67, 90, 75), Contribution("app", "author 2", 1, 33, 30, 25)),
            120,
            4,
            36,
            9,
            11,
        ),
        Work("infra", 2, 0, 0, (Contribution("infra", "author 1", 2, 100),), files=7, lines_why="the clone is shallow"),
    ),
    personal=(Personal(Location("app", "README.md", 2), "e-mail address", "a***@***.org", 2),),
    guesses=(
        Guess(
            "analysis",
            "app/docs/analysis.md",
            "It sets areas of the project against KSBs.",
            ("app/docs/draft.md (names 4 KSBs)",),
            'documents: {analysis: "app/docs/analysis.md"}',
        ),
        Guess("summary", "", "No document goes by that name; it is not asked for.", (), "documents: {summary: PATH}"),
    ),
    live=Live(
        "http://app.example.org/start",
        (Evidence(_at("README.md", 3), "markdown", "See http://app.example.org"),),
        2,
        ("It is http, so that nothing is encrypted on the way to it.",),
    ),
    case="CASE-17",
    parts=(
        PartSummary(
            "infra",
            "https://git.example/infra.git",
            "3f2a9c1b0d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a",
            1714737600,
            52,
            48,
            0,
            214,
            {"hcl": 31, "shell": 4, "markdown": 3},
        ),
        PartSummary("app", "./app", "", 0, 118, 90, 7, 1, {"python": 40, "yaml": 12}),
    ),
    findings={finding.signal: finding for finding in _FINDINGS},
    ksbs=(
        Assessment(
            "K1",
            Status.EVIDENCED,
            "A pipeline builds and tests every change.",
            ("cicd.pipeline", "cicd.automated-tests"),
        ),
        Assessment("K2", Status.NOT_CHECKED, "The history could not be looked at.", (), (), ("source.branches",)),
        Assessment("K4", Status.ASSESSOR_ONLY, "It is explained, no file can show it."),
        Assessment("K7", Status.EVIDENCED, "Infrastructure is declared as code.", ("iac.provisioning",)),
        Assessment(
            "K8",
            Status.PARTLY,
            "An image is built; no patching was found.",
            ("iac.container-image",),
            ("refresh.patching",),
        ),
        Assessment(
            "K11",
            Status.PARTLY,
            "Alarms are there; memory could not be checked.",
            ("monitoring.alerts",),
            (),
            ("monitoring.memory",),
        ),
        Assessment(
            "K14", Status.PARTLY, "Unit tests are there, test doubles are not.", ("tests.unit",), ("tests.doubles",)
        ),
        Assessment("S3", Status.NOT_FOUND, "No user stories were found.", (), ("needs.user-stories",)),
        Assessment("S20", Status.NOT_CHECKED, "The history could not be looked at.", (), (), ("source.branches",)),
        Assessment("B3", Status.ASSESSOR_ONLY, "A behaviour, which is seen and asked about."),
        Assessment("K20", Status.ASSESSOR_ONLY, "Asked in the professional discussion."),
        Assessment("S13", Status.ASSESSOR_ONLY, "Asked in the professional discussion."),
        Assessment("K23", Status.ASSESSOR_ONLY, "Asked in the professional discussion."),
    ),
    criteria=(
        Assessment(
            "code-quality.pass.1",
            Status.PARTLY,
            "Infrastructure code is there; the history could not be looked at.",
            ("iac.provisioning",),
            (),
            ("source.branches",),
        ),
        Assessment(
            "code-quality.pass.2",
            Status.PARTLY,
            "Unit tests are there, test doubles are not.",
            ("tests.unit",),
            ("tests.doubles",),
        ),
        Assessment(
            "code-quality.pass.3", Status.ASSESSOR_ONLY, "It is explained by the apprentice; no file can show it."
        ),
        Assessment("user-needs.pass.1", Status.NOT_FOUND, "No user stories were found.", (), ("needs.user-stories",)),
        Assessment(
            "operability.distinction.1",
            Status.NOT_CHECKED,
            "A file that may hold it could not be read.",
            (),
            (),
            ("monitoring.memory",),
        ),
        Assessment("operability.pass.1", Status.EVIDENCED, "Alarms with conditions are there.", ("monitoring.alerts",)),
        Assessment("peer-review.pass.1", Status.ASSESSOR_ONLY, "Asked in the professional discussion."),
    ),
    pack=Pack(
        Verdict.INCOMPLETE,
        (
            PackItem(
                "diagram",
                "Architecture diagram",
                Verdict.COMPLETE,
                "A drawing of the structure was found.",
                (Evidence(_at("docs/architecture.drawio"), "drawio", "Web service on AWS"),),
            ),
            PackItem(
                "analysis",
                "Analysis of KSBs",
                Verdict.INCOMPLETE,
                "412 words, over the limit of 300.",
                (Evidence(_at("docs/analysis.docx"), "docx", "412 words"),),
            ),
            PackItem(
                "outputs",
                "Technical outputs",
                Verdict.CANNOT_TELL,
                "A file that may hold configuration could not be read.",
            ),
        ),
    ),
    gaps=(
        _SHALLOW,
        _BROKEN,
        _HUGE,
        *(Gap(_at(f"legacy/{i:02}.tf", 1, "infra"), "read", "not valid HCL: a block is not closed") for i in range(12)),
    ),
    provenance=Provenance("0.1.0", "0123456789abcdef", "ST0825", "1.0", "2024-05-04T09:30:00Z"),
    title="Moving the web service to containers",
    standard=STANDARD,
    signals=SIGNALS,
    attention=(
        Attention("The pack is incomplete", "Analysis of KSBs: 412 words, over the limit of 300.", "analysis"),
        Attention(
            "Most of the history could not be looked at",
            "The clone of app is shallow.",
            "source.branches",
        ),
        Attention(
            "A secret seems to be committed",
            "app/settings.py:17 looks like a live AWS access key.",
            "risk.hardcoded-secret",
        ),
    ),
    way=WAY,
    infrastructure=INFRASTRUCTURE,
    timelines=TIMELINES,
    reading=READING,
    prompts=PROMPTS,
)

EMPTY = Report(parts=(), findings={})
"""The least that a renderer can be given."""


def hostile(text: str) -> Report:
    """The sample with a text of the submission put wherever a text of a submission can stand."""
    place = Location(text, text, 3)
    gap = Gap(place, "read", text, frozenset({"resource"}), text)
    evidence = Evidence(place, text, f"excerpt {text}", f"Says {text}")
    commit = Evidence(Location(text, commit=f"0123456789{text}"), text, f"excerpt {text}", f"Says {text}")
    assert REPORT.pack is not None
    return replace(
        REPORT,
        title=text,
        parts=(PartSummary(text, text, text, 1, 1, 1, 1, 1, {text: 1}), *REPORT.parts),
        findings={
            **REPORT.findings,
            "iac.provisioning": _present("iac.provisioning", evidence, commit, total=9),
            "monitoring.memory": Finding("monitoring.memory", Outcome.UNKNOWN, gaps=(gap,)),
            "source.pairing": _present("source.pairing", evidence),
            "risk.hardcoded-secret": _present("risk.hardcoded-secret", evidence, commit),
        },
        ksbs=tuple(replace(assessment, why=text) for assessment in REPORT.ksbs),
        criteria=tuple(replace(assessment, why=text) for assessment in REPORT.criteria),
        pack=Pack(Verdict.INCOMPLETE, (PackItem("diagram", text, Verdict.INCOMPLETE, text, (evidence,), text),)),
        gaps=(gap, *REPORT.gaps),
        attention=(Attention(text, text, "diagram"),),
        way=Way(
            (
                PathJob(
                    place,
                    text,
                    text,
                    text,
                    0,
                    (),
                    (text,),
                    (text,),
                    True,
                    (PathStep(place, "tests", text, text, text),),
                ),
                PathJob(place, text, text, text, 1, (0,), (text,), (text,), False),
            ),
            (text,),
            (text,),
        ),
        infrastructure=Infrastructure(
            2, {text: 2}, (Cluster((Declared(place, text, text, text, text),) * 2, ((0, 1),), 2),)
        ),
        claims=Claims(
            place,
            (ClaimedKsb(text, Standing.NO_SUCH, text, (place,)), ClaimedKsb("K1", Standing.FOUND, text, (place,))),
            (
                Mention(place, "path", text, Lookup.MOVED, text, place),
                Mention(place, "tool", text, Lookup.THERE, found=place),
            ),
        ),
        drawing=Drawing(
            (place,),
            (Drawn(place, text, place),),
            (Drawn(place, text),),
            (Drawn(place, text),),
            (text,),
            text,
            (
                HandedPicture(place, text, text, boxes=(text, text), joins=((0, 1),), why=text),
                HandedPicture(place, text, text, "image/webp", PIXEL, why=text),
            ),
        ),
        guesses=(Guess(text, text, text, (text,), text),),
        live=Live(text, (evidence,), 1, (text,)),
        case=text,
        work=(Work(text, 3, 1, 1, (Contribution(text, text, 3, 100, 5, 100),), 5, 0, 0, 1, 1, text),),
        personal=(Personal(place, text, text, 2),),
        timelines=(replace(TIMELINES[0], part=text, releases=(("2024-01-12", text),)),),
        reading=(Stop(place, 3, ("K1",), (), (text,)),),
        prompts=(Prompt("code-quality", f"What of {text}?", "tests.unit", place),),
    )
