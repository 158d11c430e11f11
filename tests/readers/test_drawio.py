"""draw.io: plain, compressed, several pages, and what only looks like it."""

from __future__ import annotations

import base64
import zlib
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Diagram
from evidence_check.readers import drawio
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

MODEL = """<mxGraphModel><root><mxCell id="0"/><mxCell id="1" parent="0"/>
<mxCell id="t" value="&lt;h1&gt;Container diagram for the shop&lt;/h1&gt;" style="text;html=1;" vertex="1" parent="1"/>
<mxCell id="a" value="Load&amp;nbsp;&lt;br&gt;balancer" style="rounded=1;" vertex="1" parent="1"/>
<object id="b" label="%c4Name% [%c4Type%]" c4Name="Shop" c4Type="Container" placeholders="1">
  <mxCell style="rounded=1;" vertex="1" parent="1"/></object>
<mxCell id="c" value="Orders" style="shape=cylinder3;" vertex="1" parent="1"/>
<mxCell id="e" value="HTTPS" edge="1" source="a" target="b" parent="1"/>
<mxCell id="f" edge="1" source="b" target="c" parent="1"/>
<mxCell id="l" value="reads" style="edgeLabel;html=1;" vertex="1" connectable="0" parent="f"/>
</root></mxGraphModel>"""


def _deflate(xml: str) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(quote(xml).encode()) + packer.flush()).decode()


def _pages(content: str, path: str = "docs/My diagram.drawio") -> list[Diagram]:
    return [fact for fact in read_with(drawio, path, content) if isinstance(fact, Diagram)]


@pytest.mark.parametrize("body", [MODEL, _deflate(MODEL), "\n  " + _deflate(MODEL) + "\n"])
def test_a_page_is_read_plain_and_compressed(body: str) -> None:
    (page,) = _pages(f'<mxfile host="app"><diagram id="x" name="Page-1">{body}</diagram></mxfile>')
    assert (page.nodes, page.edges, page.form, page.blank) == (3, 2, "structure", False)
    assert page.title == "Container diagram for the shop"
    assert {"Load balancer", "Shop [Container]", "Orders", "HTTPS", "reads"} <= set(page.labels)


def test_every_page_is_a_diagram_with_its_name_and_line() -> None:
    first, second = _pages(
        f'<mxfile>\n<diagram name="Context">{MODEL}</diagram>\n'
        f'<diagram name="Deployment">{_deflate(MODEL)}</diagram></mxfile>'
    )
    assert (first.title, second.title) == ("Context", "Deployment")
    assert first.location.line == 2
    assert second.location.line > first.location.line


def test_an_unwrapped_graph_and_xml_by_content() -> None:
    (page,) = _pages(MODEL, "diagram.xml")
    assert page.nodes == 3
    assert not drawio.wants(source("pom.xml", "<project><mxfile/></project>"))


def test_empty_drawings_are_blank() -> None:
    assert [page.blank for page in _pages("")] == [True]
    assert [page.blank for page in _pages('<mxfile><diagram name="Page-1"></diagram></mxfile>')] == [True]


def test_lifelines_tables_and_mock_ups_are_no_structure() -> None:
    def form(style: str) -> str:
        cells = "".join(f'<mxCell id="{n}" value="x" style="{style}" vertex="1" parent="1"/>' for n in range(4))
        return _pages(f"<mxGraphModel><root>{cells}</root></mxGraphModel>")[0].form

    assert form("shape=umlLifeline;perimeter=x") == "sequence"
    assert form("shape=table;startSize=30") == "entity-relationship"
    assert form("shape=mxgraph.mockup.forms.button") == "wireframe"
    assert form("shape=mxgraph.aws4.resourceIcon") == "structure"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<mxfile><diagram>7VpZ!!!notbase64</diagram></mxfile>", "damaged"),
        (f"<mxfile><diagram>{_deflate(MODEL)[:-40]}</diagram></mxfile>", "XML"),
        ("<mxfile><diagram", "XML"),
        ("<html><body/></html>", "no draw.io file"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><html>&a;</html>', "no draw.io file"),
    ],
)
def test_broken_files_are_unreadable(content: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        _pages(content)


def test_a_page_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(Unreadable, match="more than"):
        _pages(f"<mxfile><diagram>{_deflate('<!--' + ' ' * 9_000_000 + '-->')}</diagram></mxfile>")


@given(st.one_of(st.binary(), st.text().map(lambda t: f"<mxfile><diagram>{t}</diagram></mxfile>".encode())))
def test_any_bytes_give_facts_or_unreadable(data: bytes) -> None:
    with suppress(Unreadable):
        assert all(isinstance(fact, Diagram) for fact in drawio.read(source("a.drawio", data)))
