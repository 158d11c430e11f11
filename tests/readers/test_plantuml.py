"""PlantUML: what a text draws, by its declarations."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Diagram
from evidence_check.readers import plantuml
from tests.support import read_with, source


def _diagrams(text: str) -> list[Diagram]:
    facts = read_with(plantuml, "docs/arch.puml", textwrap.dedent(text).encode())
    return [fact for fact in facts if isinstance(fact, Diagram)]


def test_a_c4_container_diagram() -> None:
    (found,) = _diagrams("""
        @startuml
        !include <C4/C4_Container>
        ' a comment
        title Container diagram
        Person(user, "User")
        System_Boundary(b, "Shop") {
          Container(web, "Web", "Flask")
          ContainerDb(db, "DB", "Postgres")
        }
        Rel(user, web, "Uses")
        Rel_D(web, db, "Reads")
        @enduml
    """)
    assert (found.title, found.form, found.nodes, found.edges) == ("Container diagram", "structure", 3, 2)
    assert {"User", "Web", "Flask", "Postgres", "Uses"} <= set(found.labels)
    assert found.location.line == 2


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ('node "Web server" as web {\n [nginx]\n}\ndatabase Postgres\n[nginx] --> Postgres : SQL', "structure"),
        ("[Web] --> [API]\n[API] ..> [DB]", "structure"),
        ('!include <awslib/AWSCommon>\nEC2(web, "Web", "t3")\nRDS(db, "DB", "pg")\nweb --> db', "structure"),
        ("Alice -> Bob: hi\nBob --> Alice: hello", "sequence"),
        ("participant A\ndatabase D\nactor U\nA -> D: q\nU -> A: x", "sequence"),
        ("class A {\n +x: int\n}\nA <|-- B", "class"),
        ("entity User {\n id\n}\nentity Order {\n}\nUser ||--o{ Order", "entity-relationship"),
        ("[*] --> Idle\nIdle --> [*]", "state"),
        ("start\n:do it;\nstop", "activity"),
        ("left to right direction\nactor Guest\nGuest --> (Buy)", "use-case"),
    ],
)
def test_the_declarations_say_what_it_draws(body: str, form: str) -> None:
    (found,) = _diagrams(f"@startuml\n{body}\n@enduml\n")
    assert found.form == form


def test_several_diagrams_in_a_file() -> None:
    first, second = _diagrams(
        "@startuml Deployment_view\nnode A\nnode B\nA --> B\n@enduml\n\n@startgantt\n[T] lasts 3 days\n@endgantt\n"
    )
    assert (first.title, first.form, first.nodes, first.edges) == ("Deployment view", "structure", 2, 1)
    assert (second.form, second.location.line) == ("gantt", 7)


def test_definitions_to_include_are_no_diagram_and_nothing_drawn_is_blank() -> None:
    assert _diagrams("!define AWSPuml https://example.org\nskinparam monochrome true\n") == []
    assert [found.blank for found in _diagrams("@startuml\n@enduml\n")] == [True]
    assert [found.blank for found in _diagrams("")] == [True]


_PIECES = st.lists(
    st.sampled_from(["@startuml", "\n", "->", "--", "A", "[", "]", '"', "(", ":", "node ", "{", "as ", "<|", " "])
)


@given(st.one_of(st.text(), _PIECES.map("".join)))
def test_any_text_is_read(text: str) -> None:
    for found in plantuml.diagrams(source("a.puml", text), text, 1):
        assert found.nodes >= 0
