"""SVG and diagrams as Python code."""

from __future__ import annotations

import base64
import html
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Diagram
from evidence_check.readers import python_diagrams, svg
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def _svg(body: str, path: str = "docs/arch.svg", root: str = 'viewBox="0 0 640 480"') -> Diagram:
    (fact,) = read_with(svg, path, f'<svg xmlns="http://www.w3.org/2000/svg" {root}>{body}</svg>')
    assert isinstance(fact, Diagram)
    return fact


def test_labels_shapes_and_connectors_are_counted() -> None:
    found = _svg("""
        <title>Network</title><defs><rect/><marker><path d="M0 0"/></marker></defs>
        <rect/><text x="1"><tspan>Web</tspan> <tspan>tier</tspan></text><ellipse/><text>DB</text>
        <path d="M0 0L9 9" marker-end="url(#a)"/>""")
    assert (found.title, found.nodes, found.edges, found.width, found.height) == ("Network", 2, 1, 640, 480)
    assert found.labels == ("Web tier", "DB")


def test_marked_nodes_and_edges_win() -> None:
    found = _svg(
        '<g class="node"><title>a</title><polygon/></g><g class="node"><polygon/></g>'
        '<g class="edge"><path/><polygon/></g>',
        root='width="100pt" height="50pt" aria-roledescription="flowchart-v2"',
    )
    assert (found.nodes, found.edges, found.form, found.width, found.height) == (2, 1, "structure", 100, 50)


def test_an_icon_has_few_shapes_and_a_picture_without_any_is_blank() -> None:
    assert _svg('<path d="M0 0"/>', root='width="24" height="24"').nodes == 0
    assert _svg("<g/>").blank
    assert [fact.blank for fact in read_with(svg, "a.svg", "") if isinstance(fact, Diagram)] == [True]


def test_embedded_drawings() -> None:
    model = '<mxGraphModel><root><mxCell id="2" vertex="1"/></root></mxGraphModel>'
    page = f'<mxfile><diagram name="Deployment">{model}</diagram></mxfile>'
    found = _svg("<g/>", "docs/arch.drawio.svg", f'content="{html.escape(page)}"')
    assert (found.notation, found.title, found.nodes) == ("drawio", "Deployment", 1)
    payload = base64.b64encode(json.dumps({"elements": [{"type": "diamond"}]}).encode()).decode()
    comment = (
        f"<!-- payload-type:application/vnd.excalidraw+json --><!-- payload-start -->{payload}<!-- payload-end -->"
    )
    found = _svg(f"<metadata>{comment}</metadata>")
    assert (found.notation, found.nodes) == ("excalidraw", 1)


@pytest.mark.parametrize("content", ["<svg", "<html/>", "plain"])
def test_broken_pictures_are_unreadable_but_for_web_assets(content: str) -> None:
    with pytest.raises(Unreadable):
        read_with(svg, "docs/arch.svg", content)
    assert read_with(svg, "app/static/icons/angle-left.svg", content) == []


def test_entities_are_not_expanded() -> None:
    found = read_with(
        svg,
        "a.svg",
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY ns "http://x.example/">]>'
        "<svg><text>&x;&ns;</text></svg>",
    )
    assert isinstance(found[0], Diagram)
    assert found[0].labels == ("&x; &ns;",)


PYTHON = """
from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2, ECS as Service
from diagrams.aws.database import RDS

with Diagram("Web service", show=False):
    lb = Service("lb")
    with Cluster("Private subnet"):
        workers = [EC2("one"), EC2("two")]
    lb >> workers >> Edge(label="SQL") >> RDS("db")
"""


def test_a_python_diagram_is_read_without_running_it() -> None:
    (found,) = read_with(python_diagrams, "docs/arch.py", PYTHON)
    assert isinstance(found, Diagram)
    assert (found.title, found.nodes, found.form, found.location.line) == ("Web service", 4, "structure", 5)
    assert found.edges >= 2
    assert {"lb", "one", "db", "Private subnet", "SQL"} <= set(found.labels)


def test_other_python_is_not_wanted_and_broken_python_is_unreadable() -> None:
    assert not python_diagrams.wants(source("app.py", "import flask\n"))
    assert read_with(python_diagrams, "a.py", "from diagrams import x\nwith open('Diagram'): pass\n") == []
    with pytest.raises(Unreadable):
        read_with(python_diagrams, "a.py", "from diagrams import Diagram\nwith Diagram(:\n")


@given(st.one_of(st.binary(), st.text().map(lambda text: f"<svg viewBox='{text}'><text>{text}</text></svg>".encode())))
def test_any_bytes_give_facts_or_unreadable(data: bytes) -> None:
    with suppress(Unreadable):
        assert all(isinstance(fact, Diagram) for fact in svg.read(source("a.svg", data)))
    with suppress(Unreadable):
        assert all(isinstance(fact, Diagram) for fact in python_diagrams.read(source("a.py", data)))
