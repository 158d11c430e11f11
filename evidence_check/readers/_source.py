"""What a reader is given, and how it says that it cannot read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from evidence_check import tree
from evidence_check.model import Category, File, Location
from evidence_check.readers import _comments, _languages

if TYPE_CHECKING:
    from collections.abc import Callable


class Unreadable(Exception):
    """The file is broken or beyond a limit; the message is one line for a person, `line` where known.

    `system` and `hides` say more closely what stands there unseen, where the reader can still tell; else they are the
    reader's own.
    """

    def __init__(self, reason: str, line: int = 0, system: str = "", hides: frozenset[str] = frozenset()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.system = system
        self.hides = hides


@dataclass(frozen=True)
class Source:
    """A file to read. The bytes are loaded once and every parse of them is made once, whoever asks."""

    file: File
    load: Callable[[], bytes]

    @cached_property
    def path(self) -> str:
        """POSIX path relative to the part's root."""
        return self.file.location.path

    @cached_property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.rpartition("/")[2]

    @cached_property
    def folder(self) -> str:
        """The folder's path, empty for the root."""
        return self.path.rpartition("/")[0]

    @property
    def is_test(self) -> bool:
        """The inventory takes it for test code."""
        return self.file.category is Category.TEST

    def at(self, line: int = 0, end_line: int = 0) -> Location:
        """The location of a line of this file."""
        return Location(self.file.location.part, self.path, line, end_line)

    @cached_property
    def data(self) -> bytes:
        """The bytes. Raises `Unreadable` where they cannot be had."""
        try:
            return self.load()
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror or error}") from error

    @cached_property
    def text(self) -> str:
        """The text: by byte order mark, as UTF-8, else by the most likely legacy encoding; `\\n` newlines."""
        return tree.decode(self.data)

    @cached_property
    def language(self) -> str:
        """The language of a source file; empty where it is no source code."""
        return _languages.code_language(self.path, self.file.language)

    @cached_property
    def code(self) -> str:
        """The text with the comments of its language blanked out, lines and columns kept."""
        return _comments.blank_comments(self.text, self.language)

    @property
    def yaml(self) -> list[Any]:
        """Every YAML (or JSON) document of the file as `tree.Map`, `tree.Seq` and scalars. Raises `Unreadable`."""
        documents: list[Any] = _or_raised(self._yaml)
        return documents

    @cached_property
    def _yaml(self) -> Any:
        return _parsed(tree.parse_yaml, self.text)

    @cached_property
    def documents(self) -> list[Any]:
        """As `yaml`, but empty where the file is broken: for `wants`, which only asks."""
        try:
            return self.yaml
        except Unreadable:
            return []

    @property
    def json(self) -> Any:
        """The JSON value (comments and trailing commas allowed), `tree.Map` and `tree.Seq` with lines. Raises
        `Unreadable`."""
        return _or_raised(self._json)

    @cached_property
    def _json(self) -> Any:
        return _parsed(tree.parse_json, self.text)


def _parsed(parse: Callable[[str], Any], text: str) -> Any:
    """What a parse gives, or the error: a file that does not parse is not parsed again for the next reader either."""
    try:
        return parse(text)
    except tree.BadSyntax as error:
        return error


def _or_raised(parsed: Any) -> Any:
    if isinstance(parsed, tree.BadSyntax):
        raise Unreadable(str(parsed), parsed.line) from parsed
    return parsed
