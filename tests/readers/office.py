"""The same text saved in every format, as the tests of counting need it."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from dataclasses import dataclass

import docx
from docx.oxml import OxmlElement
from odf import table as odf_table
from odf import text as odf_text
from odf.opendocument import OpenDocumentText


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a list or a table (its first row the header)."""

    kind: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        return self.rows[0][0]


Text = tuple[Block, ...]


def markdown(text: Text) -> bytes:
    said = []
    for block in text:
        if block.kind == "heading":
            said.append(f"## {block.text}")
        elif block.kind == "paragraph":
            said.append(block.text)
        elif block.kind == "list":
            said.append("\n".join(f"{number}. {row[0]}" for number, row in enumerate(block.rows, 1)))
        else:
            rows = [f"| {' | '.join(row)} |" for row in block.rows]
            said.append("\n".join([rows[0], "|" + "---|" * len(block.rows[0]), *rows[1:]]))
    return "\n\n".join(said).encode()


def restructuredtext(text: Text) -> bytes:
    said = []
    for block in text:
        if block.kind == "heading":
            said.append(f"{block.text}\n{'-' * max(4, len(block.text))}")
        elif block.kind == "paragraph":
            said.append(block.text)
        elif block.kind == "list":
            said.append("\n".join(f"#. {row[0]}" for row in block.rows))
        else:
            rows = "\n".join("   * " + "\n     ".join(f"- {cell}" for cell in row) for row in block.rows)
            said.append(f".. list-table::\n   :header-rows: 1\n\n{rows}")
    return "\n\n".join(said).encode()


def asciidoc(text: Text) -> bytes:
    said = []
    for block in text:
        if block.kind == "heading":
            said.append(f"== {block.text}")
        elif block.kind == "paragraph":
            said.append(block.text)
        elif block.kind == "list":
            said.append("\n".join(f". {row[0]}" for row in block.rows))
        else:
            rows = "\n".join(" ".join(f"|{cell}" for cell in row) for row in block.rows)
            said.append(f'[options="header"]\n|===\n{rows}\n|===')
    return "\n\n".join(said).encode()


def plain(text: Text) -> bytes:
    said = []
    for block in text:
        if block.kind == "heading":
            said.append(f"{block.text}\n{'=' * len(block.text)}")
        elif block.kind == "list":
            said.append("\n".join(f"{number}) {row[0]}" for number, row in enumerate(block.rows, 1)))
        else:
            said.append("\n".join("   ".join(row) for row in block.rows))
    return "\n\n".join(said).encode("utf-16")


def web_page(text: Text) -> bytes:
    said = []
    for block in text:
        cells = [[html.escape(cell) for cell in row] for row in block.rows]
        if block.kind == "heading":
            said.append(f"<h2>{cells[0][0]}</h2>")
        elif block.kind == "paragraph":
            said.append(f"<p>{cells[0][0]}</p>")
        elif block.kind == "list":
            said.append("<ol>" + "".join(f"<li>{row[0]}</li>" for row in cells) + "</ol>")
        else:
            head = "".join(f"<th>{cell}</th>" for cell in cells[0])
            rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells[1:])
            said.append(f"<table><tr>{head}</tr>{rows}</table>")
    return f"<html><head><title>x y z</title></head><body>{''.join(said)}</body></html>".encode()


def word(text: Text) -> bytes:
    document = docx.Document()
    for block in text:
        if block.kind == "heading":
            document.add_heading(block.text, 2)
        elif block.kind == "paragraph":
            document.add_paragraph(block.text)
        elif block.kind == "list":
            for row in block.rows:
                document.add_paragraph(row[0], style="List Number")
        else:
            table = document.add_table(0, len(block.rows[0]))
            for row in block.rows:
                for cell, said in zip(table.add_row().cells, row, strict=True):
                    cell.text = said
            table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def open_document(text: Text) -> bytes:
    document = OpenDocumentText()
    for block in text:
        if block.kind == "heading":
            document.text.addElement(odf_text.H(outlinelevel=2, text=block.text))
        elif block.kind == "paragraph":
            document.text.addElement(odf_text.P(text=block.text))
        elif block.kind == "list":
            items = odf_text.List()
            for row in block.rows:
                item = odf_text.ListItem()
                item.addElement(odf_text.P(text=row[0]))
                items.addElement(item)
            document.text.addElement(items)
        else:
            table = odf_table.Table()
            header = odf_table.TableHeaderRows()
            table.addElement(header)
            for number, row in enumerate(block.rows):
                line = odf_table.TableRow()
                for said in row:
                    cell = odf_table.TableCell()
                    cell.addElement(odf_text.P(text=said))
                    line.addElement(cell)
                (table if number else header).addElement(line)
            document.text.addElement(table)
    buffer = io.BytesIO()
    document.write(buffer)
    return buffer.getvalue()


def _rtf_text(text: str) -> str:
    said = "".join(f"\\u{ord(mark)}?" if ord(mark) > 126 else mark for mark in text)
    return said.replace("{", "\\{").replace("}", "\\}")


def rich_text(text: Text) -> bytes:
    said = ["{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Times New Roman;}}{\\stylesheet{\\s0 Normal;}{\\s2 heading 2;}}"]
    for block in text:
        if block.kind == "heading":
            said.append(f"\\pard\\s2 {_rtf_text(block.text)}\\par")
        elif block.kind == "paragraph":
            said.append(f"\\pard\\s0 {_rtf_text(block.text)}\\par")
        elif block.kind == "list":
            for number, row in enumerate(block.rows, 1):
                said.append(f"{{\\listtext {number}.\\tab}}\\pard\\ls1 {_rtf_text(row[0])}\\par")
        else:
            for number, row in enumerate(block.rows):
                said.append("\\trowd" + ("" if number else "\\trhdr") + "\\cellx1000")
                said.extend(f"\\pard\\intbl {_rtf_text(cell)}\\cell" for cell in row)
                said.append("\\row")
    return ("\n".join(said) + "}").encode("ascii")


def pdf(text: Text) -> bytes:
    rows: list[tuple[int, str]] = []
    for block in text:
        if block.kind == "heading":
            rows.append((18, block.text))
        elif block.kind == "list":
            rows.extend((11, f"{number}. {row[0]}") for number, row in enumerate(block.rows, 1))
        else:
            rows.extend((11, "   ".join(row)) for row in block.rows)
    return pdf_of([rows])


def pdf_of(pages: list[list[tuple[int, str]]], drawn: bytes = b"", extra: bytes = b"") -> bytes:
    """A small PDF: per page, rows of text with the size of their letters, and further drawing instructions."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    kids = []
    for rows in pages:
        said = [b"BT"]
        for number, (size, text) in enumerate(rows):
            escaped = (
                text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
            )
            said.append(b"/F1 %d Tf 1 0 0 1 40 %d Tm (%s) Tj" % (size, 5000 - 30 * number, escaped))
        content = b"\n".join([*said, b"ET", drawn])
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        kids.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 5050]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>%s>>>>"
            % (len(objects), extra)
        )
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        start,
    )


FORMATS: dict[str, tuple[str, Callable[[Text], bytes]]] = {
    "markdown": ("analysis.md", markdown),
    "restructuredtext": ("analysis.rst", restructuredtext),
    "asciidoc": ("analysis.adoc", asciidoc),
    "plain_text": ("ksb analysis.txt", plain),
    "html": ("analysis.html", web_page),
    "docx": ("analysis.docx", word),
    "odt": ("analysis.odt", open_document),
    "rtf": ("analysis.rtf", rich_text),
    "pdf": ("analysis.pdf", pdf),
}
