"""Markdown: prose by line, headings, tables, pictures, drawings."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Diagram, Document, Fact, Heading, Picture
from evidence_check.readers import markdown
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

F = TypeVar("F", bound=Fact)

REPORT = """
---
title: The shop
tags: [a, b]
---
<h1 align="center">The <b>Shop</b> platform</h1>

Intro with *em*phasis, `code`, a [link](https://x.example/y/z) and ![wide view](img/a%20b.png).
Second line<br>here. <!-- not said -->

| Area | KSBs |
|------|------|
| Pipeline | K1, S9 |

1. one
2. two

```python
print("not prose")
```

<details>
<summary>More &amp; more</summary>

Inside

</details>

Architecture
------------
See [the drawing](../diagrams/My%20arch.drawio) or <img src="/docs/x.svg" alt="Deployment diagram">.

![](https://raw.githubusercontent.com/someone/shop/main/docs/img/net.png)
![alt text](./same.png?raw=true)
"""


def _only(kind: type[F], content: str | bytes, path: str = "docs/report.md") -> list[F]:
    return [fact for fact in read_with(markdown, path, content) if isinstance(fact, kind)]


def test_prose_stands_on_its_own_lines_without_markup() -> None:
    (document,) = _only(Document, REPORT)
    line = dict(enumerate(document.lines, 1))
    assert line[5] == "The Shop platform"
    assert line[7] == "Intro with emphasis, code, a link and ."
    assert line[8] == "Second line here."
    assert line[10] == "Area | KSBs"
    assert line[12] == "Pipeline | K1, S9"
    assert (line[14], line[15]) == ("one", "two")
    assert "print" not in "".join(document.lines)
    assert document.code[17] == 'print("not prose")'
    assert {"More & more", "Inside"} <= set(document.lines)
    assert not any("not said" in said for said in document.lines)


def test_headings_headers_and_front_matter_are_told() -> None:
    (document,) = _only(Document, REPORT)
    assert document.title == "The shop"
    assert document.headings == (Heading(1, "The Shop platform", 5), Heading(2, "Architecture", 28))
    assert [cell.text for cell in document.table_headers] == ["Area", "KSBs"]
    assert "tags" in document.front_matter


def test_a_picture_is_told_with_its_path_from_the_root_and_its_caption() -> None:
    found = {(picture.target, picture.caption, picture.location.line) for picture in _only(Picture, REPORT)}
    assert found == {
        ("docs/img/a b.png", "wide view", 7),
        ("diagrams/My arch.drawio", "the drawing", 30),
        ("docs/x.svg", "Deployment diagram", 30),
        ("docs/img/net.png", "Architecture", 32),
        ("docs/same.png", "Architecture", 33),
    }


def test_a_badge_stays_a_url_and_ordinary_links_are_no_pictures() -> None:
    text = "[![CI](https://ci.example/badge.svg)](https://ci.example)\n[guide](guide.md)\n![x](data:image/png;base64,AA==)\n"
    assert [(p.target, p.caption) for p in _only(Picture, text)] == [("https://ci.example/badge.svg", "CI")]


@pytest.mark.parametrize(
    ("language", "body", "notation", "form"),
    [
        ("mermaid", "graph LR; A-->B", "mermaid", "structure"),
        ("{.mermaid}", "erDiagram\nA ||--o{ B : has", "mermaid", "entity-relationship"),
        ("plantuml", "@startuml\n[A] --> [B]\n@enduml", "plantuml", "structure"),
        ("d2", "a -> b", "d2", "structure"),
        ("structurizr", 'workspace {\n model {\n a = person "A"\n }\n}', "structurizr", "structure"),
    ],
)
def test_a_drawing_in_a_code_block_is_a_diagram(language: str, body: str, notation: str, form: str) -> None:
    (found,) = _only(Diagram, f"# System overview\n\n```{language}\n{body}\n```\n".encode())
    assert (found.notation, found.form, found.title, found.location.line) == (notation, form, "System overview", 4)


def test_other_code_blocks_are_no_diagrams() -> None:
    assert _only(Diagram, "```bash\ngraph LR\n```\n    flowchart LR\n") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(encoding: str) -> None:
    (document,) = _only(Document, "# Zoë's café\n\nnaïve words\n".encode(encoding))
    assert document.title == "Zoë's café"
    assert document.words == 4


def test_binary_data_and_giants_are_unreadable() -> None:
    with pytest.raises(Unreadable, match="binary"):
        read_with(markdown, "a.md", b"\0\1\2\3" * 500)
    with pytest.raises(Unreadable, match="larger"):
        read_with(markdown, "a.md", b"word " * 500_000)


_PIECES = st.lists(
    st.sampled_from(
        ["#", "\n", "|", "-", "`", "```mermaid\n", "[", "](x.png)", "!", "<", "<h1>", "</td>", "---\n", " a ", "*", ">"]
    )
)


@given(st.one_of(st.binary(), _PIECES.map(lambda pieces: "".join(pieces).encode())))
def test_any_bytes_give_facts_or_unreadable(data: bytes) -> None:
    with suppress(Unreadable):
        facts = list(markdown.read(source("a.md", data)))
        assert isinstance(facts[0], Document)
