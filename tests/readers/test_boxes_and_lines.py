"""Which line joins which box, in every notation that tells it: enough to draw a diagram again."""

from __future__ import annotations

from types import ModuleType

import pytest

from evidence_check.model import Diagram
from evidence_check.readers import d2, drawio, mermaid, plantuml, python_diagrams, structurizr
from evidence_check.readers._drawing import BOX_LIMIT, LINE_LIMIT
from tests.support import read_with

CASES = [
    (
        mermaid,
        "a.mmd",
        (
            'graph LR\n U[User] -->|HTTPS| lb["Load (balancer)"]\n lb --> web & api\n'
            ' web[Web server] --> db[("Orders <b>DB</b>")]\n'
            " subgraph x [Cloud]\n api --> db\n end\n"
        ),
        [
            "User - Load (balancer)",
            "Load (balancer) - Web server",
            "Load (balancer) - api",
            "Web server - Orders DB",
            "api - Orders DB",
        ],
    ),
    (
        mermaid,
        "b.mmd",
        (
            "architecture-beta\n group api(cloud)[API]\n service db(database)[Database] in api\n"
            " service server(server)[Server] in api\n db:L -- R:server\n"
        ),
        ["Database - Server"],
    ),
    (mermaid, "c.mmd", 'C4Context\n Person(u, "User")\n System(s, "Shop")\n Rel(u, s, "Uses")\n', ["User - Shop"]),
    (
        d2,
        "a.d2",
        "web: Web server\nweb -> db: SQL\ndb: {shape: cylinder}\ncloud: { a -> b -> c }\n",
        ["Web server - db", "a - b", "b - c"],
    ),
    (
        plantuml,
        "a.puml",
        '@startuml\nactor User\n[Web] as w\ndatabase "Orders" as db\nUser --> w\nw -> db : SQL\n@enduml\n',
        ["User - Web", "Web - Orders"],
    ),
    (
        plantuml,
        "b.puml",
        '@startuml\nPerson(u, "User")\nContainer(a, "API")\nRel(u, a, "uses")\n@enduml\n',
        ["User - API"],
    ),
    (
        structurizr,
        "w.dsl",
        (
            'workspace "Shop" {\n model {\n u = person "User"\n s = softwareSystem "Shop" {\n w = container "Web"\n }\n'
            ' u -> s.w "Uses"\n u -> nobody "?"\n }\n}\n'
        ),
        ["User - Web"],
    ),
    (
        python_diagrams,
        "a.py",
        (
            "from diagrams import Diagram, Cluster, Edge\nfrom diagrams.aws.compute import EC2\n"
            'from diagrams.aws.database import RDS\nwith Diagram("Web"):\n    lb = EC2("lb")\n    with Cluster("x"):\n'
            '        web = [EC2("a"), EC2("b")]\n    lb >> Edge(label="x") >> web >> RDS("db")\n    lb << EC2("user")\n'
        ),
        ["lb - a", "lb - b", "a - db", "b - db", "user - lb"],
    ),
    (
        drawio,
        "a.drawio",
        (
            '<mxfile><diagram name="Page-1"><mxGraphModel><root><mxCell id="0"/><mxCell id="1" parent="0"/>'
            '<mxCell id="a" value="Web" vertex="1" parent="1"/><object label="DB" id="b">'
            '<mxCell vertex="1" parent="1"/></object>'
            '<mxCell id="e" edge="1" source="a" target="b" parent="1"/><mxCell id="f" edge="1" source="a" parent="1"/>'
            "</root></mxGraphModel></diagram></mxfile>"
        ),
        ["Web - DB"],
    ),
]


@pytest.mark.parametrize(("reader", "name", "text", "lines"), CASES)
def test_lines_join_boxes(reader: ModuleType, name: str, text: str, lines: list[str]) -> None:
    [diagram] = read_with(reader, name, text)
    assert isinstance(diagram, Diagram)
    assert sorted(f"{diagram.boxes[one]} - {diagram.boxes[other]}" for one, other in diagram.joins) == sorted(lines)


def test_the_same_name_twice_is_two_boxes() -> None:
    [diagram] = read_with(mermaid, "a.mmd", "graph LR\n a[Server] --> b[Server]\n")
    assert isinstance(diagram, Diagram)
    assert (diagram.boxes, diagram.joins) == (("Server", "Server"), ((0, 1),))


def test_more_than_anybody_can_see_is_not_kept() -> None:
    ends = " & ".join(f"n{number}" for number in range(200))
    [diagram] = read_with(mermaid, "a.mmd", f"graph LR\n {ends} --> {ends}\n")
    assert isinstance(diagram, Diagram)
    assert len(diagram.boxes) <= BOX_LIMIT
    assert len(diagram.joins) <= LINE_LIMIT
