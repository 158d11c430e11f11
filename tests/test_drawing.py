"""Labels of a diagram against what code declares."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evidence_check.drawing import check_drawing
from evidence_check.model import Diagram, Drawing, Evidence, Fact, Location, Pack, PackItem, Resource, Verdict
from evidence_check.names import concepts, tools
from evidence_check.rulebook import BrokenRules

PLACE = Location("docs", "system.drawio", 2)
PACK = Pack(
    Verdict.COMPLETE,
    (PackItem("architecture-diagram", "Diagram", Verdict.COMPLETE, "", (Evidence(PLACE, "drawio", "System"),)),),
)


def resource(type_: str, name: str, system: str = "terraform", line: int = 1, **attributes: str) -> Resource:
    return Resource(Location("infra", "main.tf", line), system, type_, name, attributes)


CODE: list[Fact] = [
    resource("aws_lb", "front", line=1),
    resource("aws_db_instance", "main", line=9),
    resource("aws_iam_role", "task", line=20),
    resource("aws_sqs_queue", "jobs", line=30),
    resource("Deployment", "booking-service", "kubernetes", line=40),
    resource("service", "cache", "compose", line=50, image="redis:7"),
]


def drawing(*labels: str, code: list[Fact] | None = None) -> Drawing:
    diagram = Diagram(PLACE, "drawio", nodes=3, edges=2, labels=labels)
    found = check_drawing([diagram, *(CODE if code is None else code)], PACK, concepts())
    assert found is not None
    return found


def test_matched_only_drawn_only_in_code() -> None:
    found = drawing("Application Load Balancer", "PostgreSQL (RDS)", "Booking Service", "DynamoDB", "Patient")
    assert [thing.label for thing in found.matched] == [
        "Application Load Balancer", "PostgreSQL (RDS)", "Booking Service"
    ]  # fmt: skip
    assert [thing.found.line for thing in found.matched if thing.found] == [1, 9, 40]
    assert [thing.label for thing in found.only_drawn] == ["DynamoDB"]
    assert found.unclear == ("Patient",)
    assert [(thing.label, thing.location.line) for thing in found.only_in_code] == [
        ("queue: jobs", 30), ("cache: cache", 50),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "matched"),
    [
        ("ALB", True), ("nginx ingress", True), ("SQS", True), ("bookingService", True), ("Redis cache", True),
        ("Albany office", False), ("Service", False), ("Main users", False), ("Sqsx", False),
    ],
)  # fmt: skip
def test_synonyms_are_whole_words_and_names_say_something(label: str, matched: bool) -> None:
    assert bool(drawing(label).matched) is matched


def test_the_name_of_a_box_is_not_told_beside_its_text() -> None:
    found = drawing("Redis cache", "cache", "SNS topic", "dynamo table", "table", "Queue of orders")
    assert [thing.label for thing in found.matched] == ["Redis cache", "Queue of orders"]
    assert [thing.label for thing in found.only_drawn] == ["SNS topic"]
    assert found.unclear == ("dynamo table",)


def test_a_secret_in_a_label_is_not_told() -> None:
    assert drawing("DB password: hunter2xx!").unclear == ("DB password: ***",)


def test_a_role_is_no_part_of_the_structure() -> None:
    assert drawing("x", code=[resource("aws_iam_role", "task"), resource("data.aws_vpc", "default")]).only_in_code == ()


def test_a_picture_has_to_be_looked_at() -> None:
    found = drawing()
    assert "it is a picture" in found.why
    assert not found.only_in_code, "what a picture shows nobody knows"


def test_without_a_diagram_there_is_nothing_to_say() -> None:
    assert check_drawing(CODE, Pack(Verdict.INCOMPLETE, ()), concepts()) is None
    others = Pack(Verdict.INCOMPLETE, (replace(PACK.items[0], verdict=Verdict.INCOMPLETE),))
    assert check_drawing([Diagram(PLACE, "png", labels=("ALB",)), *CODE], others, concepts()) is None


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("diagram.yaml", "queue:\n  drawn: [sqs]\n", "has not `drawn` and `code`"),
        ("diagram.yaml", "queue: {drawn: [sqs], code: aws_sqs}\n", "is not a list of words"),
        ("tools.yaml", "Trivy: trivy\n", "tools.yaml:1: `Trivy` is not a list of words"),
        ("tools.yaml", "[a]\n", "is not one mapping"),
        ("tools.yaml", "a: [", "tools.yaml:"),
    ],
)
def test_broken_names_are_told(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BrokenRules) as told:
        (concepts if name == "diagram.yaml" else tools)(tmp_path)
    assert says in str(told.value)
