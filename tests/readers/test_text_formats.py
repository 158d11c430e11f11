"""reStructuredText, AsciiDoc, plain text and HTML."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Category, Diagram, Document, Fact, Picture
from evidence_check.readers import asciidoc, html, plain_text, restructuredtext
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

RST = r"""
====
Shop
====

Intro with *emphasis*, ``code``, :ref:`the label <x>` and `a link <https://x.example/y>`_.
Second line [1]_ of snake_case\_names.

Area
----

.. note:: Take care.

1. one
2. two

Run this::

   make test

.. code-block:: python
   :linenos:

   print(1)

.. image:: img/a.png
   :alt: Architecture diagram

.. figure:: /docs/b.png
   :width: 10

   Network topology

+-------+------+
| Area  | KSBs |
+=======+======+
| CI    | K1   |
|       | S9   |
+-------+------+

=====  =====
Left   Right
=====  =====
a      b
=====  =====

.. list-table:: A list
   :header-rows: 1

   * - H1
     - H2
   * - c1
     - c2 and
       more

.. csv-table::
   :header: "x", "y"

   "1, one", 2

.. uml::

   [Web] --> [DB]

.. A comment
   of two lines

.. _target: https://x.example

.. include:: /etc/passwd

.. raw:: html

   <b>raw</b>

.. [1] A footnote.
"""

ADOC = """
= Shop platform
:toc:

== Area *bold*

Intro with _emphasis_, `code`, https://x.example/y[a link] and snake_case_name.

* one
. two

[source,python]
----
print(1)
----

.Architecture diagram
image::img/a.png[]

[cols="1,1",options="header"]
|===
|Area |KSBs
|CI |K1
|===

[plantuml]
....
[Web] --> [DB]
....

////
hidden
////
// comment
See xref:run.adoc[the runbook] and <<area,the area>>.
include::/etc/passwd[]
"""

PAGE = """
<!DOCTYPE html>
<html><head><title>The shop</title><style>p{}</style></head>
<body>
<h1>Shop</h1>
<p>Intro with <em>em</em>phasis and <code>code</code>
second line.</p><ul><li>one</li><li>two</li></ul>
<table><tr><th>Area</th><th>KSBs</th></tr><tr><th>CI</th><td>K1</td></tr></table>
<pre><code class="language-python">print(1)
</code></pre>
<figure><img src="a.png"><figcaption>Network</figcaption></figure>
<script>alert(1)</script>tail text
<pre class="mermaid">graph LR
A--&gt;B</pre>
</body></html>
"""


def _document(facts: list[Fact]) -> Document:
    (found,) = [fact for fact in facts if isinstance(fact, Document)]
    return found


def _said(document: Document) -> dict[int, str]:
    return {number: line for number, line in enumerate(document.lines, 1) if line}


def test_restructuredtext() -> None:
    facts = read_with(restructuredtext, "docs/index.rst", RST)
    document = _document(facts)
    said = _said(document)
    assert said[5] == "Intro with emphasis, code, the label and a link."
    assert said[6] == "Second line of snake_case_names."
    assert {"Take care.", "one", "two", "Run this:", "Network topology", "A footnote."} <= set(said.values())
    assert {"Area | KSBs", "CI | K1 S9", "a | b", "H1 | H2", "c1 | c2 and more", "1, one | 2"} <= set(said.values())
    assert not {"hidden", "raw", "A comment", "of two lines"} & set(" ".join(said.values()).split("  "))
    assert [(h.text, h.level, h.line) for h in document.headings] == [("Shop", 1, 2), ("Area", 2, 8)]
    assert [h.text for h in document.table_headers] == ["Area", "KSBs", "Left", "Right", "H1", "H2", "x", "y"]
    assert [line for line in document.code if line] == ["make test", "print(1)", "[Web] --> [DB]"]
    assert {(p.target, p.caption) for p in facts if isinstance(p, Picture)} == {
        ("docs/img/a.png", "Architecture diagram"),
        ("docs/b.png", "Network topology"),
    }
    assert [(d.notation, d.form, d.title) for d in facts if isinstance(d, Diagram)] == [
        ("plantuml", "structure", "Area")
    ]


def test_restructuredtext_keeps_what_only_looks_like_a_comment_or_markup() -> None:
    text = (
        "See `the\npipeline <https://ci.example.com/very/long>`__ and `one\n<docs/a.drawio>`_ of it.\n\n"
        "..\n\n   A quotation of the user.\n\n.. [1]\n   A footnote below its mark.\n\n.. A comment.\n   and its end\n"
    )
    said = _said(_document(read_with(restructuredtext, "a.rst", text)))
    assert [" ".join(line.split()) for line in said.values() if line.strip()] == [
        "See the", "pipeline and one", "of it.", "A quotation of the user.", "A footnote below its mark.",
    ]  # fmt: skip


def test_asciidoc() -> None:
    facts = read_with(asciidoc, "docs/index.adoc", ADOC)
    document = _document(facts)
    said = _said(document)
    assert said[6] == "Intro with emphasis, code, a link and snake_case_name."
    assert {"one", "two", "Area | KSBs", "CI | K1", "See the runbook and the area."} <= set(said.values())
    assert not any("hidden" in line or "comment" in line or "passwd" in line for line in said.values())
    assert [(h.text, h.level) for h in document.headings] == [("Shop platform", 1), ("Area bold", 2)]
    assert [h.text for h in document.table_headers] == ["Area", "KSBs"]
    assert "print(1)" in document.code
    assert [(p.target, p.caption) for p in facts if isinstance(p, Picture)] == [
        ("docs/img/a.png", "Architecture diagram")
    ]
    assert [(d.notation, d.form) for d in facts if isinstance(d, Diagram)] == [("plantuml", "structure")]


def test_html() -> None:
    facts = read_with(html, "docs/index.html", PAGE)
    document = _document(facts)
    said = _said(document)
    assert document.title == "The shop"
    assert (said[4], said[5]) == ("Shop", "Intro with emphasis and code")
    assert said[6] == "second line. one two"
    assert said[7] == "Area | KSBs | CI | K1"
    assert "tail text" in said.values()
    assert not any("alert" in line or "p{}" in line for line in said.values())
    assert [h.text for h in document.table_headers] == ["Area", "KSBs"]
    assert "print(1)" in document.code
    assert [(p.target, p.caption) for p in facts if isinstance(p, Picture)] == [("docs/a.png", "Network")]
    assert [(d.notation, d.title) for d in facts if isinstance(d, Diagram)] == [("mermaid", "Shop")]


@pytest.mark.parametrize(
    ("path", "content", "wanted"),
    [
        ("docs/guide.html", "<p>How to run it</p>", True),
        ("analysis.htm", "<p>Areas</p>", True),
        ("export/x.html", '<html xmlns:o="urn:schemas-microsoft-com:office:office"><p>x</p>', True),
        ("export/y.html", '<meta name="generator" content="LibreOffice 7.4"><p>x</p>', True),
        ("app/templates/summary.html", "{% extends 'base.html' %}<p>x</p>", False),
        ("src/index.html", "<p>Welcome</p>", False),
        ("docs/index.html", '<div id="root"></div>', False),
    ],
)
def test_only_documents_are_wanted_of_html(path: str, content: str, wanted: bool) -> None:
    assert html.wants(source(path, content)) is wanted
    if path == "src/index.html":
        assert html.wants(source(path, content, Category.DOCUMENT))


def test_plain_text_headings_are_told_by_their_surroundings() -> None:
    text = """
        Shop platform

        Introduction

        Words in a paragraph that
        go on. 1. not a list

        * one
        2. two

        Deployment
        ----------
        +------+
        | box  |
        +------+
        Text here
    """
    document = _document(read_with(plain_text, "docs/notes to read.txt", text))
    assert [(h.text, h.line) for h in document.headings] == [
        ("Shop platform", 1),
        ("Introduction", 3),
        ("Deployment", 11),
    ]
    assert document.lines[5] == "go on. 1. not a list"
    assert document.lines[7:9] == ("one", "two")
    assert document.lines[13] == "| box"


def test_markdown_in_a_text_file_is_read_as_such() -> None:
    document = _document(read_with(plain_text, "setup guide.txt", "## One\n\n```\ncode\n```\n\n## Two\nwords\n"))
    assert [h.text for h in document.headings] == ["One", "Two"]
    assert document.words == 3


@pytest.mark.parametrize(
    "path", ["README", "docs/RUNBOOK", "analysis.txt", "Project Summary.TXT", "docs/incident 12.text"]
)
def test_texts_for_people_are_wanted(path: str) -> None:
    assert plain_text.wants(source(path, "words"))


@pytest.mark.parametrize(
    "path", ["requirements.txt", "requirements-dev.txt", "dev_requirements.txt", "robots.txt", "CMakeLists.txt",
             "applogs.txt",
             "prod-plan.txt", "LICENSE", "LICENSE.txt", "Makefile", "Dockerfile", "words.txt",
             "chart/templates/NOTES.txt"]
)  # fmt: skip
def test_lists_for_programs_are_not(path: str) -> None:
    assert not plain_text.wants(source(path, "flask==3"))


_PIECES = st.lists(
    st.sampled_from(
        ["=", "==", "-", "\n", " ", "   ", ".. ", "::", "|", "+", "+--+", "`", "*", "_", "x", ":", "list-table", "|===",
         "----", "[",
         "]", "image::", "<", ">", "<td>", "</table>", "<pre>", "1. ", "\t", "\\", "<!--", "{", "&"]
    )
)  # fmt: skip


@given(st.one_of(st.binary(), _PIECES.map(lambda pieces: "".join(pieces).encode())))
def test_any_bytes_give_a_document_or_unreadable(data: bytes) -> None:
    for reader, path in (
        (restructuredtext, "a.rst"),
        (asciidoc, "a.adoc"),
        (plain_text, "README"),
        (html, "docs/a.html"),
    ):
        with suppress(Unreadable):
            found = list(reader.read(source(path, data)))
            assert isinstance(found[0], Document)
