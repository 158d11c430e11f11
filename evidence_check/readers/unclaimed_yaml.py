"""YAML that is broken, so that nobody can say what it is: it may hide resources as well as settings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.model import Fact, Resource, Setting
from evidence_check.readers import settings
from evidence_check.readers._formats import format_of
from evidence_check.readers._templates import is_filled_in

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = ""
GIVES = frozenset({Resource.kind, Setting.kind})

_ON_PURPOSE = re.compile(r"(?:fixture|testdata|test-data|invalid|broken|malformed)", re.IGNORECASE)


def wants(source: Source) -> bool:
    """YAML outside of tests that the settings reader takes as well and that is no template."""
    return (
        format_of(source.path) == "yaml"
        and not source.is_test
        and not _ON_PURPOSE.search(source.path)
        and settings.wants(source)
        and not source.documents
        and not is_filled_in(source.name, source.text)
    )


def read(source: Source) -> Iterable[Fact]:
    """No facts. Raises `Unreadable`."""
    assert isinstance(source.yaml, list)
    return []
