from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.readers._comments import blank_comments, code_lines

LANGUAGES = (
    "python javascript typescript vue svelte java kotlin scala groovy csharp fsharp vb go ruby php rust c cpp swift "
    "dart elixir perl r lua sql protobuf graphql html haskell clojure erlang shell powershell unknown"
).split()


@pytest.mark.parametrize(
    ("language", "text", "kept", "gone"),
    [
        ("python", 'url = "http://a#b"  # secret note\n', "http://a#b", "secret note"),
        ("python", 'def f():\n    """Calls boto3."""\n    return 1\n', "return 1", "boto3"),
        ("python", '"""Module."""\nimport os\n', "import os", "Module"),
        ("python", "x = 1\n'''\nold = boto3.client()\n'''\ny = 2\n", "y = 2", "boto3"),
        ("python", 'cur.execute(\n    """\n    SELECT 1\n    """,\n)\n', "SELECT 1", "#"),
        ("python", 'q = f(  # why\n    """SELECT 2"""\n)\n', "SELECT 2", "why"),
        ("python", 'sql = """\nSELECT # no comment\n"""\n', "# no comment", "~"),
        ("javascript", 'fetch("https://x.io/a") // call\n', "https://x.io/a", "call"),
        ("javascript", "const re = /['\"]/g; // quotes\nlet a = 1\n", "let a = 1", "// quotes"),
        ("javascript", "const re = s.replace(/\\/\\//g, 'x'); go()\n", "go()", "~"),
        ("javascript", "const t = `http://${host}/*`; run() /* no\nmore */ stay()\n", "run()", "more"),
        ("javascript", "<a href={u}>http://x.io</a> // tail\n", "http://x.io</a>", "tail"),
        ("java", "char c = '\"'; // it's \"quoted\"\nint x;\n", "int x;", "quoted"),
        ("kotlin", 'val s = """a // b "c" """ // d\n', "// b", "// d"),
        ("csharp", 'var p = @"C:\\"; // drive\nvar q = 1;\n', "var q", "drive"),
        ("go", "s := `/* raw */` // c\n", "/* raw */", "// c"),
        ("go", "r := '\"' // rune\nx := 1\n", "x := 1", "rune"),
        ("rust", "fn f<'a>(s: &'a str) {} // lifetime\n", "&'a str", "lifetime"),
        ("rust", 'let s = r#"// "raw" "#; // c\n', '// "raw"', "// c"),
        ("ruby", 'puts "#{name}" # say\n=begin\nold\n=end\nputs 1\n', "puts 1", "old"),
        ("php", "<?php\n# note\n#[Test]\n$u = 'http://a'; // c\n", "#[Test]", "note"),
        ("sql", "SELECT '--x' -- c\n/* d\n*/ FROM t\n", "'--x'", "-- c"),
        ("html", "<!-- <form> -->\n{# <b> #}\n{% comment %}<i>{% endcomment %}<p>{{#if a}}</p>", "{{#if a}}", "<i>"),
        ("shell", "echo a#b '#' $# # gone\n", "a#b '#'", "gone"),
        ("vue", "<template><p>text</p></template>\n<script>\nlet a = 1 // b\n</script>\n", "let a = 1", "text"),
        ("lua", "--[[ block\n]] local a = 1 -- tail\n", "local a", "block"),
    ],
)
def test_comments_go_and_strings_stay(language: str, text: str, kept: str, gone: str) -> None:
    blanked = blank_comments(text, language)

    assert kept in blanked
    assert gone not in blanked
    assert [len(line) for line in blanked.split("\n")] == [len(line) for line in text.split("\n")]


def test_lines_of_code_leave_out_blank_and_comment_lines() -> None:
    assert code_lines(blank_comments("# a\n\nx = 1\n   \ny = 2  # b\n", "python")) == 2


@pytest.mark.parametrize(
    "text",
    ['"' * 300_000, "/*" * 150_000, '"\\' * 150_000, "r#" * 150_000, "{#" * 150_000, "'''a" * 80_000, "`${" * 99_999],
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    for language in LANGUAGES:
        assert len(blank_comments(text, language)) == len(text)


@given(
    st.lists(
        st.sampled_from(
            ['"', "'", "`", "/", "*", "//", "/*", "*/", "#", '"""', "'''", "\\", "\n", "a", " ", "<!--", "-->", "="]
        )
        | st.characters(),
        max_size=60,
    ).map("".join),
    st.sampled_from(LANGUAGES),
)
def test_any_text_keeps_its_shape(text: str, language: str) -> None:
    blanked = blank_comments(text, language)

    assert [len(line) for line in blanked.split("\n")] == [len(line) for line in text.split("\n")]
    assert all(new in (old, " ") for old, new in zip(text, blanked, strict=True))
