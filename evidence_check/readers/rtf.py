"""Rich Text Format: the plain text of its paragraphs, headings by outline level or style name, table rows as lines.

Source: Rich Text Format specification 1.9.1, https://www.microsoft.com/en-us/download/details.aspx?id=10725
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Document, Fact
from evidence_check.readers._prose import Prose
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "rtf"
GIVES = frozenset({Document.kind})

SIZE_LIMIT = 50_000_000
DEPTH_LIMIT = 2_000

_TOKEN = expression(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-z'])|"
    r"(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n\\]",
    re.DOTALL,
)
_HIDDEN = frozenset(
    "fonttbl colortbl info pict object header headerl headerr headerf footer footerl footerr footerf generator "
    "listtable listoverridetable rsidtbl themedata colorschememapping latentstyles datastore xmlnstbl fldinst "
    "bkmkstart bkmkend mmathPr nonshppict annotation atnid atnauthor revtbl filetbl pntext listtext pnseclvl sp".split()
)
_READ = frozenset({"shptxt", "shpinst", "footnote"})
"""Destinations that hold text although a reader who does not know them may pass over them."""
_SPOKEN = {
    "par": "\n", "sect": "\n", "page": "\n", "row": "\n", "line": " ", "tab": " ", "cell": " | ", "nestcell": " | ",
    "emdash": "\u2014", "endash": "\u2013", "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c",
    "rdblquote": "\u201d", "bullet": "\u2022", "footnote": " ",
    "emspace": " ", "enspace": " ", "nestrow": "\n", "softline": " ",
}  # fmt: skip
_SYMBOLS = {"~": "\u00a0", "_": "-", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n"}
_STYLE_NAME = expression(r"heading\s*(\d)", re.IGNORECASE)


def wants(source: Source) -> bool:
    """By suffix, and a `.doc` that is really RTF."""
    name = source.name.lower()
    return name.endswith(".rtf") or (name.endswith(".doc") and source.data.lstrip().startswith(b"{\\rtf"))


def read(source: Source) -> Iterable[Fact]:
    """The document."""
    if source.file.size > SIZE_LIMIT:
        raise Unreadable(f"is larger than {SIZE_LIMIT // 1_000_000} MB: not opened")
    if source.data.strip() and not source.data.lstrip().startswith(b"{\\rtf"):
        raise Unreadable("is no RTF document: it does not start with {\\rtf")
    prose = Prose(source)
    reading = _Reading()
    reading.run(source.data.decode("latin-1"))
    for line, (text, level, header) in enumerate(reading.paragraphs, 1):
        prose.say(line, text)
        if level:
            prose.heading(level, text, line)
        if header:
            for cell in text.split(" | "):
                prose.table_header(cell, line)
    return [prose.document("rtf")]


@dataclass
class _Group:
    hidden: bool = False
    skip: int = 1
    """How many characters stand after a `\\u` for readers that do not know Unicode."""
    unseen: bool = False
    style: bool = False


@dataclass
class _Reading:
    paragraphs: list[tuple[str, int, bool]] = field(default_factory=list)
    """Text, outline level and whether it is a table's header row."""
    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    said: list[str] = field(default_factory=list)
    bytes_: bytearray = field(default_factory=bytearray)
    level: int = 0
    header: bool = False
    encoding: str = "cp1252"
    levels: dict[int, int] = field(default_factory=dict)
    """The outline level that each style of the style sheet gives."""
    style: int = 0
    to_skip: int = 0
    starred: bool = False

    def run(self, text: str) -> None:
        for token in _TOKEN.finditer(text):
            group = self.groups[-1]
            if token["hex"]:
                self._byte(group, int(token["hex"], 16))
                continue
            self._flush()
            if token["brace"]:
                self._brace(group, token["brace"])
            elif token["text"]:
                self._say(group, token["text"][self.to_skip :])
                self.to_skip = max(0, self.to_skip - len(token["text"]))
            elif token["symbol"]:
                self.starred = token["symbol"] == "*"
                self._say(group, _SYMBOLS.get(token["symbol"], ""))
            elif token["word"]:
                group.hidden |= self.starred and token["word"] not in _READ
                self.starred = False
                self.to_skip = 0
                self._word(group, token["word"], int(token["number"]) if token["number"] else None)
        self._flush()
        if self.said:
            self._say(_Group(), "\n")

    def _byte(self, group: _Group, value: int) -> None:
        if self.to_skip:
            self.to_skip -= 1
        elif not (group.hidden or group.unseen or group.style):
            self.bytes_.append(value)

    def _brace(self, group: _Group, brace: str) -> None:
        self.to_skip = 0
        if brace == "{":
            if len(self.groups) > DEPTH_LIMIT:
                raise Unreadable("is nested too deeply")
            self.groups.append(_Group(group.hidden, group.skip, group.unseen, group.style))
        elif len(self.groups) > 1:
            self.groups.pop()

    def _word(self, group: _Group, word: str, number: int | None) -> None:
        match word:
            case "u" if number is not None:
                self._say(group, chr(number % 0x10000))
                self.to_skip = group.skip
            case "uc" if number is not None:
                group.skip = min(max(number, 0), 100)
            case "v" | "deleted":
                group.unseen = number != 0
            case "ansicpg" if number:
                self.encoding = _known(f"cp{number}")
            case "mac" | "pc":
                self.encoding = "mac_roman" if word == "mac" else "cp437"
            case "stylesheet":
                group.style = True
            case _ if word in _HIDDEN:
                group.hidden = True
            case _ if word in _SPOKEN:
                self._say(group, _SPOKEN[word])
                self.header = self.header and word not in {"row", "nestrow"}
            case _:
                self._paragraph_word(group, word, number)

    def _paragraph_word(self, group: _Group, word: str, number: int | None) -> None:
        if word == "s":
            self.style = number or 0
            if not group.style:
                self.level = self.levels.get(self.style, 0)
        elif word == "outlinelevel" and number is not None and 0 <= number < 9:
            if group.style:
                self.levels[self.style] = number + 1
            else:
                self.level = number + 1
        elif word == "pard":
            self.level = 0
        elif word in {"trowd", "trhdr"}:
            self.header = word == "trhdr"

    def _say(self, group: _Group, text: str) -> None:
        if group.hidden or group.unseen:
            return
        if group.style:
            if named := _STYLE_NAME.match(text.strip()):
                self.levels[self.style] = int(named[1])
            return
        if text == "\n":
            said = "".join(self.said).strip()
            said = said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            joined = " ".join(said.removesuffix("|").split())
            self.paragraphs.append((joined, self.level, self.header and " | " in joined))
            self.said.clear()
        elif text:
            self.said.append(text)

    def _flush(self) -> None:
        if self.bytes_:
            self.said.append(bytes(self.bytes_).decode(self.encoding, "replace"))
            self.bytes_.clear()


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "cp1252"
