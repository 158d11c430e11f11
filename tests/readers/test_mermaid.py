"""Mermaid: the form by the first word, nodes and edges counted."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Diagram
from evidence_check.readers import mermaid
from tests.support import read_with, source


def _diagram(text: str) -> Diagram:
    (fact,) = read_with(mermaid, "docs/platform.mmd", textwrap.dedent(text).strip("\n").encode())
    assert isinstance(fact, Diagram)
    return fact


def test_a_flowchart_with_title_groups_and_shapes() -> None:
    found = _diagram("""
        ---
        title: Platform
        ---
        %%{init: {"theme": "dark"}}%%
        flowchart LR
          subgraph vpc[VPC eu-west-2]
            lb([Load balancer]) -->|HTTPS| app["App (Flask)"]:::own
            app --> db[(Postgres)] & cache[(Redis)]
          end
          user((User)) -- browses --> lb
          app -.-> logs{{CloudWatch}}
          %% not --> drawn
          A@{ shape: cyl, label: "Queue" } ==> app
          classDef own fill:#f9f
    """)
    assert (found.title, found.form, found.nodes, found.edges) == ("Platform", "structure", 7, 6)
    assert {"VPC eu-west-2", "HTTPS", "Load balancer", "App (Flask)", "Postgres", "browses", "Queue"} <= set(
        found.labels
    )


@pytest.mark.parametrize(
    ("text", "form", "nodes", "edges"),
    [
        ("graph TD; A-->B; B-->C;", "structure", 3, 2),
        ("flowchart TB\n dev[Dev] --> gh[GitHub] --> ci[CI]", "structure", 3, 2),
        ('C4Context\n title T\n Person(u, "User")\n System(s, "Shop")\n Rel(u, s, "Uses")', "structure", 2, 1),
        ("architecture-beta\n group a(cloud)[A]\n service d(database)[DB] in a\n service s(server)[S]\n d:L -- R:s",
         "structure", 2, 1),
        ("sequenceDiagram\n participant U as User\n U->>API: GET /\n API-->>U: 200", "sequence", 2, 2),
        ("erDiagram\n A ||--o{ B : has\n C {\n int id\n }", "entity-relationship", 3, 1),
        ("classDiagram\n class Animal\n Animal <|-- Duck", "class", 2, 1),
        ("stateDiagram-v2\n [*] --> Idle\n Idle --> Busy", "state", 3, 2),
        ('pie title Pets\n "Dogs" : 10', "pie", 1, 0),
        ("gantt\n section A\n Task: a1, 3d", "gantt", 2, 0),
        ("gitGraph\n commit", "git-graph", 1, 0),
        ("notAnyDiagram\n x", "", 1, 0),
    ],
)  # fmt: skip
def test_the_first_word_says_what_it_draws(text: str, form: str, nodes: int, edges: int) -> None:
    found = _diagram(text)
    assert (found.form, found.nodes, found.edges) == (form, nodes, edges)


@pytest.mark.parametrize("text", ["", "%% only a comment", "flowchart LR", "---\ntitle: x\n---\n"])
def test_nothing_drawn_is_blank(text: str) -> None:
    assert _diagram(text).blank


def test_a_file_with_a_fence_inside_is_read_as_the_fence() -> None:
    assert _diagram("# T\n```mermaid\nerDiagram\nA ||--o{ B : has\n```\n").form == "entity-relationship"


_PIECES = st.lists(
    st.sampled_from(["graph", "LR", " ", "\n", "-->", "--", "A", "[", "]", '"', "(", "|", "&", "subgraph", ";", "="])
)


@given(st.one_of(st.text(), _PIECES.map("".join).map("flowchart LR\n".__add__)))
def test_any_text_gives_one_diagram(text: str) -> None:
    assert len(mermaid.diagrams(source("a.mmd", text), text, 1)) == 1
