"""Word, OpenDocument, RTF, PowerPoint, Visio: what is said in them, and what is broken about them."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from evidence_check.model import Diagram, Document, Fact
from evidence_check.readers import closed_formats, odt, rtf, slides, visio
from evidence_check.readers import docx as word
from evidence_check.readers._source import Unreadable
from tests.readers.office import Block, open_document, rich_text
from tests.readers.office import word as word_file
from tests.support import read_with, source

if TYPE_CHECKING:
    from evidence_check.readers import Reader

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TEXT = (Block("heading", (("The shop",),)), Block("paragraph", (("It runs on containers.",),)))


def _document(facts: list[Fact]) -> Document:
    (found,) = [fact for fact in facts if isinstance(fact, Document)]
    return found


def _zip(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _docx(body: str, **more: str) -> bytes:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document2.xml"/></Relationships>'
    )
    main = f"<w:document {_WORD}><w:body>{body}</w:body></w:document>"
    return _zip({"_rels/.rels": relations, "word/document2.xml": main, **more})


def test_word_says_what_a_reader_sees() -> None:
    body = """
        <w:p><w:r><w:t>Kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>
          <w:ins><w:r><w:t xml:space="preserve"> added</w:t></w:r></w:ins>
          <w:r><w:rPr><w:vanish/></w:rPr><w:t>unseen</w:t></w:r></w:p>
        <w:sdt><w:sdtContent><w:p><w:r><w:t>In a control</w:t></w:r></w:p></w:sdtContent></w:sdt>
        <w:p><w:r><w:t>Beside</w:t><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent></w:r></w:p>
        <w:p><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p>
          <w:tbl><w:tr><w:tc><w:p><w:r><w:t>inner</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:tc>
          <w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"""
    notes = f"""<w:footnotes {_WORD}><w:footnote w:type="separator"><w:p/></w:footnote>
        <w:footnote><w:p><w:r><w:t>A note</w:t></w:r></w:p></w:footnote></w:footnotes>"""
    found = _document(read_with(word, "a.docx", _docx(body, **{"word/footnotes.xml": notes})))
    assert found.lines == ("Kept added", "In a control", "Beside", "In a box", "", "a inner | b", "A note")


def test_word_headings_come_from_styles_however_named_and_contents_are_left_out() -> None:
    styles = f"""<w:styles {_WORD}>
        <w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
        <w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="berschrift2"/></w:style>
        <w:style w:styleId="Toc1"><w:name w:val="toc 1"/></w:style>
        <w:style w:styleId="Code"><w:name w:val="Source Code"/></w:style></w:styles>"""

    def paragraph(style: str, text: str) -> str:
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'

    body = (
        paragraph("Toc1", "One ... 1")
        + paragraph("berschrift2", "One")
        + paragraph("Mine", "Two")
        + paragraph("Code", "x = 1")
    )
    found = _document(read_with(word, "a.docx", _docx(body, **{"word/styles.xml": styles})))
    assert [(heading.text, heading.level) for heading in found.headings] == [("One", 2), ("Two", 2)]
    assert found.lines == ("", "One", "Two")
    assert found.code[3] == "x = 1"


def test_a_picture_in_word_is_a_diagram_with_its_caption() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(picture, "PNG")
    document = docx.Document()
    document.add_heading("Design", 1)
    document.add_picture(picture)
    document.add_paragraph("Figure 1: Architecture of the shop", style="Caption")
    document.add_picture(picture)
    document.add_paragraph("And so it goes on.")
    buffer = io.BytesIO()
    document.save(buffer)
    found = [fact for fact in read_with(word, "a.docx", buffer.getvalue()) if isinstance(fact, Diagram)]
    assert [(diagram.title, diagram.width, diagram.blank) for diagram in found] == [
        ("Figure 1: Architecture of the shop", 300, True),
        ("Design", 300, True),
    ]


def test_shapes_with_connectors_in_word_are_a_diagram() -> None:
    space = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:a="urn:a"'

    def shape(kind: str, text: str) -> str:
        return f'<wps:wsp {space}><a:prstGeom prst="{kind}"/><w:p><w:r><w:t>{text}</w:t></w:r></w:p></wps:wsp>'

    boxes = "".join(shape("rect", name) for name in ("Web", "API", "DB"))
    body = f"<w:p><w:r>{boxes}{shape('straightConnector1', '')}</w:r></w:p>"
    (found,) = [fact for fact in read_with(word, "a.docx", _docx(body)) if isinstance(fact, Diagram)]
    assert (found.notation, found.nodes, found.edges, found.labels) == ("docx", 3, 1, ("Web", "API", "DB"))
    (fact,) = read_with(word, "a.docx", _docx(f"<w:p><w:r>{shape('rect', 'x')}</w:r></w:p>"))
    assert isinstance(fact, Document)


def test_open_document_notes_boxes_and_pictures() -> None:
    spaces = " ".join(f'xmlns:{name}="urn:{name}"' for name in ("office", "text", "draw", "xlink", "svg"))
    content = f"""<office:document-content {spaces}><office:body><office:text>
        <text:tracked-changes><text:p>gone</text:p></text:tracked-changes>
        <text:p>One<text:s/>two<text:note><text:note-citation>1</text:note-citation>
        <text:note-body><text:p>A note</text:p></text:note-body></text:note> three</text:p>
        <text:p><draw:frame><svg:title>Network</svg:title>
          <draw:image xlink:href="Pictures/a.png"/></draw:frame></text:p>
        <text:p><draw:frame><draw:text-box>
          <text:p>In a box</text:p></draw:text-box></draw:frame></text:p>
        </office:text></office:body></office:document-content>"""
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(picture, "PNG")
    facts = read_with(odt, "a.odt", _zip({"content.xml": content, "Pictures/a.png": picture.getvalue()}))
    assert [line for line in _document(facts).lines if line] == ["One two three", "A note", "In a box"]
    assert [fact.title for fact in facts if isinstance(fact, Diagram)] == ["Network"]


def test_rich_text_with_unicode_hidden_parts_and_code_pages() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1252{\*\generator Wordy;}{\info{\title no}}{\fonttbl{\f0 Arial;}}"
        rb"\pard caf\'e9 \u8220?quoted\u8221? \uc2\u9731??x\par {\v hidden}shown\line still\par "
        rb"{\field{\*\fldinst HYPERLINK}{\fldrslt a link}}\par}"
    )
    found = _document(read_with(rtf, "a.rtf", data))
    assert found.lines == ("caf\u00e9 \u201cquoted\u201d \u2603x", "shown still", "a link")


def test_slides_and_visio_pages_are_drawings() -> None:
    slide = """<p:sld xmlns:p="urn:p" xmlns:a="urn:a"><p:sp><p:nvPr><p:ph type="title"/></p:nvPr>
        <a:p>Deployment</a:p></p:sp>
        <p:sp><a:prstGeom prst="rect"/><a:p>Web</a:p></p:sp><p:sp><a:p>DB</a:p></p:sp><p:cxnSp/></p:sld>"""
    (found,) = read_with(
        slides, "a.pptx", _zip({"ppt/slides/slide1.xml": slide, "ppt/slides/slide2.xml": "<p:sld xmlns:p='urn:p'/>"})
    )
    assert isinstance(found, Diagram)
    assert (found.title, found.nodes, found.edges, found.labels) == ("Deployment", 2, 1, ("Deployment", "Web", "DB"))
    page = """<PageContents xmlns="urn:v"><Shapes><Shape ID="1"><Text>Web</Text></Shape>
        <Shape ID="2"><Text>DB</Text></Shape>
        <Shape ID="3"/></Shapes><Connects><Connect FromSheet="3" ToSheet="1"/>
        <Connect FromSheet="3" ToSheet="2"/></Connects>
        </PageContents>"""
    (found,) = read_with(visio, "a.vsdx", _zip({"visio/pages/page1.xml": page}))
    assert isinstance(found, Diagram)
    assert (found.nodes, found.edges, found.labels, found.form) == (2, 1, ("Web", "DB"), "structure")


@pytest.mark.parametrize("path", ["a.docx", "a.odt", "a.pptx", "a.vsdx"])
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"plain text", "not a zip"),
        (b"PK\x03\x04 cut off", "not a zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        (_zip({"x.txt": "y"}), "damaged"),
        (_zip({f"x{number}": "" for number in range(5_001)}), "would unpack"),
    ],
)
def test_what_is_no_office_file_says_so(path: str, data: bytes, reason: str) -> None:
    reader = {"a.docx": word, "a.odt": odt, "a.pptx": slides, "a.vsdx": visio}[path]
    with pytest.raises(Unreadable, match=reason):
        read_with(reader, path, data)


def test_a_part_that_unpacks_without_end_is_not_read() -> None:
    bomb = _zip({"content.xml": b"<a>" + b" " * 21_000_000 + b"</a>"})
    with pytest.raises(Unreadable, match="20 MB"):
        read_with(odt, "a.odt", bomb)


def test_an_encrypted_open_document_says_so() -> None:
    with pytest.raises(Unreadable, match="encrypted"):
        read_with(odt, "a.odt", _zip({"META-INF/manifest.xml": "<m><encryption-data/></m>", "content.xml": "x"}))


def test_rich_text_gives_footnotes_and_not_what_was_deleted() -> None:
    data = (
        rb"{\rtf1\ansi Seen {\revised\revauth1 added }{\deleted\revauthdel1 gone }here."
        rb"{\super\chftn}{\*\footnote\pard\chftn A footnote too.}\par{\*\unknown hidden}{\header Page 1}\par}"
    )
    lines = _document(read_with(rtf, "a.rtf", data)).lines
    assert " ".join(" ".join(lines).split()) == "Seen added here. A footnote too."


@pytest.mark.parametrize(("path", "reader"), [("a.docx", word), ("a.odt", odt), ("a.rtf", rtf)])
def test_an_empty_file_is_an_empty_document(path: str, reader: Reader) -> None:
    assert _document(read_with(reader, path, b"")).words == 0


@pytest.mark.parametrize(
    ("path", "instead"), [("analysis.doc", "docx"), ("report.pages", "docx"), ("arch.vsd", "vsdx"), ("a.ppt", "pptx")]
)
def test_a_closed_format_is_a_gap_with_its_mend(path: str, instead: str) -> None:
    with pytest.raises(Unreadable, match=instead):
        read_with(closed_formats, path, b"\xd0\xcf\x11\xe0")


def test_rich_text_in_a_doc_is_read_and_lock_files_are_not() -> None:
    assert not closed_formats.wants(source("a.doc", rich_text(TEXT)))
    assert rtf.wants(source("a.doc", rich_text(TEXT)))
    assert not word.wants(source("~$report.docx", b"x"))


_FILES = {"a.docx": (word, word_file(TEXT)), "a.odt": (odt, open_document(TEXT)), "a.rtf": (rtf, rich_text(TEXT))}


@given(st.sampled_from(sorted(_FILES)), st.integers(0, 10_000), st.binary(max_size=8), st.integers(0, 10_000))
def test_damaged_files_give_facts_or_unreadable(path: str, at: int, junk: bytes, cut: int) -> None:
    reader, data = _FILES[path]
    at, cut = at % len(data), len(data) - cut % 50
    damaged = (data[:at] + junk + data[at + len(junk) :])[:cut]
    with suppress(Unreadable):
        assert isinstance(next(iter(reader.read(source(path, damaged)))), Document)


@given(st.text(max_size=200))
def test_damaged_parts_give_facts_or_unreadable(text: str) -> None:
    xml = "".join(mark for mark in text if mark >= " " or mark in "\t\n")
    body = f"<w:p><w:r><w:t>{xml}</w:t></w:r>{xml}</w:p>"
    for reader, path, data in (
        (word, "a.docx", _docx(body)),
        (odt, "a.odt", _zip({"content.xml": f"<t:text xmlns:t='u'><t:p>{xml}</t:p></t:text>"})),
        (slides, "a.pptx", _zip({"ppt/slides/slide1.xml": f"<a>{xml}</a>"})),
        (visio, "a.vsdx", _zip({"visio/pages/page1.xml": f"<a>{xml}</a>", "visio/pages/pages.xml": xml})),
        (rtf, "a.rtf", b"{\\rtf1 " + xml.encode("utf-8", "replace") + b"\\u99999999 \\uc999 \\'zz}}}}"),
    ):
        with suppress(Unreadable):
            assert all(isinstance(fact, Fact) for fact in reader.read(source(path, data)))
