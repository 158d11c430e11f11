"""The same text counts the same in every format."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_check.ksb_codes import find_codes
from evidence_check.model import Document
from evidence_check.words import RULE, WordCount, count_text, count_words
from tests.readers.office import FORMATS, Block, Text
from tests.support import read_with

if TYPE_CHECKING:
    from evidence_check.readers import Reader


def _document(name: str, text: Text) -> Document:
    path, write = FORMATS[name]
    reader = cast("Reader", importlib.import_module(f"evidence_check.readers.{name}"))
    return next(fact for fact in read_with(reader, path, write(text)) if isinstance(fact, Document))


ANALYSIS: Text = (
    Block("heading", (("KSB analysis of the shop",),)),
    Block("paragraph", (("The state-of-the-art pipeline doesn't stop: 12 jobs run on every push (K1, K15).",),)),
    Block("list", (("Alarms fire on latency, see K11",), ("Scans of every image block the release",))),
    Block("table", (("Project area", "KSBs"), ("Immutable images", "S5"), ("Scans in CI/CD", "S9/S10"))),
    Block("heading", (("Data at rest",),)),
    Block("paragraph", (("Zo\u00eb\u2019s naïve caf\u00e9 data is encrypted, Skill 12.",),)),
)


@pytest.mark.parametrize("name", FORMATS)
def test_an_analysis_is_counted_in_every_format(name: str) -> None:
    document = _document(name, ANALYSIS)
    count = count_words(document)
    assert count.total == 52
    assert count.headings == 8
    assert count.codes == 7
    if name in {"plain_text", "pdf"}:
        assert count.body == 37  # a table header cannot be told from its rows there
    else:
        assert (count.body, count.table_headers) == (34, 3)
    codes = {mention.code for mention in find_codes(document.lines)}
    assert codes == {"K1", "K15", "K11", "S5", "S9", "S10", "S12"}


_WORD = st.one_of(
    st.from_regex(r"[a-z]{1,9}", fullmatch=True),
    st.sampled_from(
        ["K11", "S9/S10", "end-to-end", "doesn't", "300", "3.5", "(well)", "Caf\u00e9,", "CI/CD", "done.", "-", "&"]
    ),
)
_SENTENCE = st.tuples(
    st.from_regex(r"[A-Z][a-z]{2,7}", fullmatch=True),
    st.lists(_WORD, min_size=2, max_size=14),
    st.from_regex(r"[a-z]{2,7}", fullmatch=True),
).map(lambda parts: " ".join([parts[0], *parts[1], parts[2]]))
_TITLE = st.lists(st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True), min_size=1, max_size=4).map(" ".join)
_BLOCK = st.one_of(
    _TITLE.map(lambda title: Block("heading", ((title,),))),
    _SENTENCE.map(lambda said: Block("paragraph", ((said,),))),
    st.lists(_SENTENCE, min_size=1, max_size=3).map(lambda rows: Block("list", tuple((row,) for row in rows))),
    st.lists(st.tuples(_TITLE, _TITLE), min_size=2, max_size=3).map(lambda rows: Block("table", tuple(rows))),
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_BLOCK, min_size=4, max_size=10).map(tuple))
def test_the_same_text_counts_the_same_within_two_per_cent(text: Text) -> None:
    counts = {name: count_words(_document(name, text)) for name in FORMATS}
    spoken = sum(count_text(cell) for block in text for row in block.rows for cell in row)
    headings = sum(count_text(block.text) for block in text if block.kind == "heading")
    for name, count in counts.items():
        assert abs(count.total - spoken) <= 0.02 * spoken, name
        assert count.headings == headings or name in {"plain_text", "pdf"}, name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("well-known don't 300 3.5 e-mail", 5),
        ("- * | & -- \u2022 \u2026 ...", 0),
        ("o one\n  o two of it\na sort o thing", 8),
        ("1. one\n2) two\n(a) three\niv. four", 4),
        ("A person and I", 4),
        ("before\u2014after", 2),
        ("2019\u20132020", 1),
        ("soft\u00adhyphen zero\u200bwidth", 2),
        ("\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd", 2),
        ("\u6f22\u5b57 ok", 3),
    ],
)
def test_words_as_a_person_counts_them(text: str, words: int) -> None:
    assert count_text(text) == words


def test_what_a_count_leaves_out_is_told() -> None:
    text = "---\ntitle: The shop\n---\n# My pipeline\n\nTests run (K1).\n\n```sh\nmake test\n```\n"
    reader = cast("Reader", importlib.import_module("evidence_check.readers.markdown"))
    document = next(fact for fact in read_with(reader, "a.md", text) if isinstance(fact, Document))
    assert count_words(document) == WordCount(body=3, headings=2, code=2, front_matter=3)
    assert "hyphenated" in RULE
