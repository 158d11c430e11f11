"""The modules that a source file imports, by the import statements of its language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from evidence_check.expressions import expression

_Found = Iterator[tuple[int, str]]
"""Offset in the text, and the module as written."""


def imports_of(code: str, language: str) -> list[tuple[int, str]]:
    """Line and module of every import in a text whose comments are blanked, in order, each module once a line."""
    finder = _FINDERS.get(language)
    if finder is None:
        return []
    found: dict[tuple[int, str], None] = {}
    line, last = 1, 0
    for offset, module in finder(code):
        line += code.count("\n", last, offset)
        last = offset
        if module:
            found.setdefault((line, module))
    return list(found)


_PYTHON = expression(
    r"^[ \t]*(?:from[ \t]+([.\w]{1,200})[ \t]+import[ \t]*(?:\(([^)]{0,4000})|([^\n(]{0,1000}))"
    r"|import[ \t]+([^\n]{1,500}))",
    re.MULTILINE,
)
_NAME = expression(r"[\w.*]+")


def _python(code: str) -> _Found:
    """`from a import b` gives `a` and `a.b`, since `b` may be a module; `import a.b as c` gives `a.b`."""
    for match in _PYTHON.finditer(code):
        package, block, names, modules = match.groups()
        if package is None:
            for part in modules.split(","):
                if name := _NAME.match(part.strip()):
                    yield match.start(4), name[0]
            continue
        yield match.start(1), package
        for part in (block or names or "").replace("\\\n", " ").split(","):
            if (name := _NAME.match(part.strip())) and name[0] != "*":
                yield match.start(1), f"{package}.{name[0]}" if not package.endswith(".") else package + name[0]


def _simple(pattern: str, flags: re.RegexFlag = re.MULTILINE) -> Callable[[str], _Found]:
    """A language whose import statement names one module: the first group that matched."""
    compiled = expression(pattern, flags)

    def find(code: str) -> _Found:
        for match in compiled.finditer(code):
            group = match.lastindex or 0
            yield match.start(group), match[group]

    return find


def _with_names(pattern: str, separator: str) -> Callable[[str], _Found]:
    """A language where one statement may name several things of a package in braces: `use a::{b, c}`."""
    compiled = expression(pattern, re.MULTILINE)

    def find(code: str) -> _Found:
        for match in compiled.finditer(code):
            package, names = match[1], match[2]
            if names is None:
                yield match.start(1), package
                continue
            for part in names.split(","):
                if name := re.match(r"[\w:\\.*]+", part.strip()):
                    yield match.start(1), package.rstrip(separator) + separator + name[0]

    return find


_GO = expression(r'^import[ \t]+(?:\(([^)]{0,20000})\)|(?:[\w.]{1,80}[ \t]+)?"([^"\n]{1,300})")', re.MULTILINE)
_GO_SPEC = expression(r'"([^"\n]{1,300})"')


def _go(code: str) -> _Found:
    for match in _GO.finditer(code):
        if match[2] is not None:
            yield match.start(2), match[2]
        else:
            for spec in _GO_SPEC.finditer(code, match.start(1), match.end(1)):
                yield spec.start(1), spec[1]


_SCRIPT = _simple(
    r"""\b(?:from[ \t]{0,4}|import[ \t]{0,4}\(?[ \t\n]{0,80}|require(?:\.resolve)?[ \t]{0,4}\([ \t\n]{0,80})"""
    r"""(?:'([^'\n]{1,300})'|"([^"\n]{1,300})"|`([^`\n$]{1,300})`)"""
)

_FINDERS: dict[str, Callable[[str], _Found]] = {
    "python": _python,
    "go": _go,
    **dict.fromkeys(("javascript", "typescript", "vue", "svelte"), _SCRIPT),
    **dict.fromkeys(("java", "kotlin", "groovy"), _simple(r"^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]{1,300}\*?)")),
    "scala": _with_names(r"^[ \t]*import[ \t]+([\w.]{1,300})(?:\{([^}]{0,2000})\})?", "."),
    "csharp": _simple(
        r"^[ \t]*(?:global[ \t]+)?using[ \t]+(?:static[ \t]+)?(?:\w+[ \t]*=[ \t]*)?([\w.]{1,300})[ \t]*;"
    ),
    "fsharp": _simple(r"^[ \t]*open[ \t]+([\w.]{1,300})"),
    "vb": _simple(r"^[ \t]*Imports[ \t]+([\w.]{1,300})"),
    "ruby": _simple(r"""^[ \t]*(?:require|require_relative|load)[ \t(]{1,4}['"]([^'"\n]{1,300})['"]"""),
    "php": _with_names(r"^[ \t]*use[ \t]+(?:function[ \t]+|const[ \t]+)?([\w\\]{1,300})(?:\{([^}]{0,2000})\})?", "\\"),
    "rust": _with_names(
        r"^[ \t]*(?:pub(?:\(\w{1,20}\))?[ \t]+)?(?:use|extern[ \t]+crate)[ \t]+([\w:]{1,300})(?:\{([^;]{0,2000})\})?",
        "::",
    ),
    **dict.fromkeys(("c", "cpp"), _simple(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]{1,200})[>"]')),
    "swift": _simple(r"^[ \t]*(?:@testable[ \t]+)?import[ \t]+(?:class[ \t]+|struct[ \t]+|func[ \t]+)?([\w.]{1,200})"),
    "dart": _simple(r"""^[ \t]*import[ \t]+['"]([^'"\n]{1,300})['"]"""),
    "elixir": _simple(r"^[ \t]*(?:use|import|alias|require)[ \t]+([A-Z][\w.]{0,200})"),
    "perl": _simple(r"^[ \t]*(?:use|require)[ \t]+([A-Za-z][\w:]{0,200})"),
    "r": _simple(r"""^[ \t]*(?:library|require|requireNamespace)[ \t]*\([ \t]*['"]?([\w.]{1,200})"""),
    "lua": _simple(r"""\brequire[ \t(]{0,4}['"]([^'"\n]{1,200})['"]"""),
    "protobuf": _simple(r"""^[ \t]*import[ \t]+(?:public[ \t]+|weak[ \t]+)?"([^"\n]{1,300})\""""),
    "html": _simple(r"""<script\b[^>]{0,300}?\bsrc[ \t]*=[ \t]*["']([^"'\n]{1,500})["']""", re.IGNORECASE),
}
