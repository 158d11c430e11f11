"""Comments blanked out of source text: what is commented out or only said in prose is no evidence.

Lines and columns stay where they are, strings are kept. One regular expression for each family of languages finds
comments and strings in one pass, so that `//` inside a string is no comment. Every alternative starts with a literal
character (which lets the matcher skip everything else) and runs to the end of the line or text where it is not closed
(which keeps the pass linear whatever it is given).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LINE_STRING = r'"(?>(?:[^"\\\n]|\\[\s\S])*)"?'
_LINE_STRING_1 = r"'(?>(?:[^'\\\n]|\\[\s\S])*)'?"
_CHARACTER = r"'(?:[^'\\\n]|\\[^\n][^'\n]{0,8})'"
_TRIPLE = r'"""(?>(?:[^"\\]|\\[\s\S]|"(?!""))*)(?:""")?'
_TRIPLE_1 = r"'''(?>(?:[^'\\]|\\[\s\S]|'(?!''))*)(?:''')?"
_BACKTICK = r"`(?>(?:[^`\\]|\\[\s\S])*)`?"
_RAW_BACKTICK = r"`[^`]*+`?"
_SLASHES = r"//(?<!://)[^\n]*"
_BLOCK = r"/\*[\s\S]*?(?:\*/|\Z)"
_HASH = r"#[^\n]*"
_REGEX = (
    r"/(?:(?<=[=(,:;!&|?{}\[\n>]/)|(?<=[=(,:;!&|?{}\[>] /)|(?<=return /))(?![*/>])"
    r"(?>(?:[^/\\\n\[]|\\[^\n]|\[(?>(?:[^\]\\\n]|\\[^\n])*)\]?)+)/?"
)


def _family(*alternatives: str) -> re.Pattern[str]:
    return expression("|".join(alternatives))


_C_LIKE = _family(_TRIPLE, _LINE_STRING, _CHARACTER, _SLASHES, _BLOCK)
_HASH_LIKE = _family(_TRIPLE, _LINE_STRING, _LINE_STRING_1, _HASH)
_SCRIPT = _family(_LINE_STRING, _LINE_STRING_1, _BACKTICK, _SLASHES, _BLOCK, _REGEX)

_FAMILIES: Mapping[str, tuple[re.Pattern[str], tuple[str, ...]]] = {
    **dict.fromkeys(
        ("java", "kotlin", "scala", "c", "cpp", "objective-c", "swift", "protobuf"), (_C_LIKE, ("//", "/*"))
    ),
    **dict.fromkeys(("javascript", "typescript", "astro"), (_SCRIPT, ("//", "/*"))),
    **dict.fromkeys(("elixir", "r", "julia", "graphql"), (_HASH_LIKE, ("#",))),
    "csharp": (
        _family(r'@"[^"]*+(?>(?:""[^"]*+)*)"?', _TRIPLE, _LINE_STRING, _CHARACTER, _SLASHES, _BLOCK), ("//", "/*"),
    ),
    "fsharp": (_family(_TRIPLE, _LINE_STRING, _CHARACTER, _SLASHES, r"\(\*(?!\))[\s\S]*?(?:\*\)|\Z)"), ("//", "(*")),
    "vb": (_family(r'"[^"\n]*+"?', r"'[^\n]*"), ("'",)),
    "go": (_family(_LINE_STRING, _CHARACTER, _RAW_BACKTICK, _SLASHES, _BLOCK), ("//", "/*")),
    "rust": (_family(r'r(#{1,4})"[\s\S]*?(?:"\1|\Z)', _LINE_STRING, _CHARACTER, _SLASHES, _BLOCK), ("//", "/*")),
    "groovy": (_family(_TRIPLE, _TRIPLE_1, _LINE_STRING, _LINE_STRING_1, _SLASHES, _BLOCK), ("//", "/*")),
    "dart": (_family(_TRIPLE, _TRIPLE_1, _LINE_STRING, _LINE_STRING_1, _SLASHES, _BLOCK), ("//", "/*")),
    "php": (_family(_LINE_STRING, _LINE_STRING_1, _SLASHES, _BLOCK, r"#(?!\[)[^\n]*"), ("//", "/*", "#")),
    "ruby": (
        _family(_LINE_STRING, _LINE_STRING_1, _HASH, r"=(?:(?<=\n=)|(?<=\A=))begin\b[\s\S]*?(?:\n=end\b[^\n]*|\Z)"),
        ("#", "=begin"),
    ),
    "perl": (
        _family(
            _LINE_STRING, _LINE_STRING_1, r"#(?<!\$#)[^\n]*",
            r"=(?:(?<=\n=)|(?<=\A=))(?:pod|head\d|over|begin)\b[\s\S]*?(?:\n=cut\b[^\n]*|\Z)",
        ),
        ("#", "=pod", "=head", "=over", "=begin"),
    ),
    "lua": (_family(_LINE_STRING, _LINE_STRING_1, r"--\[\[[\s\S]*?(?:\]\]|\Z)", r"--[^\n]*"), ("--",)),
    "shell": (_family(_LINE_STRING, r"'[^'\n]*+'?", r"#(?<![^\s;(`]#)[^\n]*"), ("#",)),
    "powershell": (_family(r'"(?>(?:[^"`\n]|`[\s\S])*)"?', r"'[^'\n]*+'?", r"<#[\s\S]*?(?:#>|\Z)", _HASH), ("#", "<#")),
    "erlang": (_family(_LINE_STRING, r"%[^\n]*"), ("%",)),
    "haskell": (_family(_LINE_STRING, r"--[^\n]*", r"\{-[\s\S]*?(?:-\}|\Z)"), ("--", "{-")),
    "clojure": (_family(_LINE_STRING, r";[^\n]*"), (";",)),
    **dict.fromkeys(
        ("sql", "plsql"), (_family(r"'(?>(?:[^'\\\n]|\\[\s\S]|'')*)'?", r"--[^\n]*", _BLOCK), ("--", "/*"))
    ),
}  # fmt: skip


def blank_comments(text: str, language: str) -> str:
    """The text with its comments turned to spaces; the text itself where the language has no comments known here.

    Python loses its docstrings and other strings that stand alone as a statement too; Vue and Svelte components all
    but their scripts.
    """
    if language in ("python", "starlark"):
        return _blank_python(text)
    if language == "html":
        return _blank_html(text)
    if language in ("vue", "svelte"):
        return _blank_component(text)
    if language not in _FAMILIES:
        return text
    pattern, openers = _FAMILIES[language]
    if not any(opener in text for opener in openers):
        return text
    return _blank(text, ((m.start(), m.end()) for m in pattern.finditer(text) if text.startswith(openers, m.start())))


def spaces(text: str) -> str:
    """As many spaces as the text has characters, its line ends kept."""
    return "\n".join([" " * len(line) for line in text.split("\n")]) if "\n" in text else " " * len(text)


def code_lines(text: str) -> int:
    """Lines that hold more than white space."""
    return sum([1 for line in text.split("\n") if line and not line.isspace()])


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces: list[str] = []
    last = 0
    for start, end in spans:
        pieces += (text[last:start], spaces(text[start:end]))
        last = end
    pieces.append(text[last:])
    return "".join(pieces)


_PYTHON = _family(_TRIPLE, _TRIPLE_1, _LINE_STRING, _LINE_STRING_1, _HASH)
_GOES_ON = frozenset("([{,=\\+%|")
"""Characters after which a string on its own line is a part of an expression, not a statement."""


def _blank_python(text: str) -> str:
    """A triple-quoted string that stands alone is a docstring, or code put out of use: blanked like a comment."""
    spans: list[tuple[int, int]] = []
    last, significant = 0, ""
    for match in _PYTHON.finditer(text):
        start, end = match.span()
        comment = text[start] == "#"
        if not comment and not text.startswith(('"""', "'''"), start):
            continue
        line_start = text.rfind("\n", 0, start) + 1
        code_end = start if comment else line_start
        significant = text[max(last, code_end - 400) : code_end].rstrip()[-1:] or significant
        if comment or (
            text[line_start:start].strip(" \tbBrRuU") == ""
            and significant not in _GOES_ON
            and _ends_statement(text, end)
        ):
            spans.append((start, end))
            last = end
    return _blank(text, spans)


def _ends_statement(text: str, end: int) -> bool:
    line_end = text.find("\n", end)
    rest = text[end : line_end if line_end >= 0 else len(text)].lstrip(" \t;")
    return not rest or rest[0] == "#"


_MARKUP_COMMENTS = (("<!--", "-->"), ("<%--", "--%>"), ("<%#", "%>"), ("{{!--", "--}}"), ("{{--", "--}}"), ("@*", "*@"))
_DJANGO_COMMENT = expression(r"\{%-?\s{0,4}comment\b")


def _blank_html(text: str) -> str:
    for opener, closer in _MARKUP_COMMENTS:
        if opener in text:
            text = _blank(text, _between(text, opener, closer))
    if "{#" in text:  # Jinja's comment, and not Handlebars' `{{#each}}`
        text = _blank(text, [(a, b) for a, b in _between(text, "{#", "#}") if text[a - 1 : a] != "{"])
    if _DJANGO_COMMENT.search(text):
        text = _blank(text, _between(text, "{% comment", "endcomment %}"))
    return text


def _between(text: str, opener: str, closer: str) -> list[tuple[int, int]]:
    """The spans from each opener to the closer that follows it; an opener that is never closed opens nothing."""
    spans: list[tuple[int, int]] = []
    end = 0
    while (start := text.find(opener, end)) >= 0:
        found = text.find(closer, start + len(opener))
        if found < 0:
            break
        end = found + len(closer)
        spans.append((start, end))
    return spans


_SCRIPT_TAG = expression(r"<script\b[^>]{0,200}>", re.IGNORECASE)
_SCRIPT_END = expression(r"</script\s{0,4}>", re.IGNORECASE)


def _blank_component(text: str) -> str:
    kept: list[tuple[int, int]] = []
    at = 0
    while (opened := _SCRIPT_TAG.search(text, at)) is not None:
        closed = _SCRIPT_END.search(text, opened.end())
        at = closed.start() if closed else len(text)
        kept.append((opened.end(), at))
    scripts: list[str] = []
    last = 0
    for start, end in kept:
        scripts += (spaces(text[last:start]), text[start:end])
        last = end
    scripts.append(spaces(text[last:]))
    return blank_comments("".join(scripts), "typescript")
