"""YAML that is broken, so that nobody can say what it is: it may hide resources as well as settings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource, Setting
from evidence_check.readers import settings
from evidence_check.readers._formats import format_of
from evidence_check.readers._source import Unreadable
from evidence_check.readers._templates import is_filled_in

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = ""
GIVES = frozenset({Resource.kind, Setting.kind})

_ON_PURPOSE = expression(r"(?:fixture|testdata|test-data|invalid|broken|malformed)", re.IGNORECASE)


def wants(source: Source) -> bool:
    """YAML outside of tests that the settings reader takes as well and that is no template."""
    return (
        format_of(source.path) == "yaml"
        and not source.is_test
        and not _ON_PURPOSE.search(source.path)
        and settings.wants(source)
        and not is_filled_in(source.name, source.text)
        and not source.documents
    )


_MARKS = (
    ("kubernetes", expression(r"^apiVersion:.*(?s:.*)^kind:", re.MULTILINE)),
    ("cloudformation", expression(r"^AWSTemplateFormatVersion:|^ +Type: *['\"]?AWS::", re.MULTILINE)),
    ("compose", expression(r"^services:", re.MULTILINE)),
    ("ansible", expression(r"^ *- hosts:|^ *tasks:", re.MULTILINE)),
)
"""What a file is of, told by lines that stand even where it does not parse."""


def read(source: Source) -> Iterable[Fact]:
    """No facts. Raises `Unreadable`, which says what the file would have been, as far as its lines tell."""
    try:
        assert isinstance(source.yaml, list)
    except Unreadable as error:
        system = next((name for name, mark in _MARKS if mark.search(source.text)), "")
        hides = frozenset({Resource.kind}) if system else GIVES
        raise Unreadable(error.reason, error.line, system, hides) from error
    return []
