"""The tool's own YAML files, parsed. A wheel holds them as they were parsed when it was built, which is read faster.

A file that was changed since is parsed again: what was built is found by the digest of a file's bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from evidence_check import tree
from evidence_check.folders import rules_folder

BUILT = "parsed.json"
"""The file in `rules/` that only a wheel has."""


def parsed(data: bytes) -> list[Any]:
    """The documents of a file, as `tree.parse_yaml` gives them. Raises `tree.BadSyntax`."""
    known = _built().get(_digest(data))
    documents: list[Any] = tree.parse_yaml(tree.decode(data)) if known is None else tree.from_plain(known)
    return documents


def are_built(files: Iterable[bytes]) -> bool:
    """Whether all these files are as they were when the tool was built, and so free of faults."""
    return all(_digest(data) in _built() for data in files)


def build() -> bytes:
    """What `BUILT` is to hold: every YAML file of `rules/`, parsed."""
    files = sorted(rules_folder().rglob("*.yaml"))
    held = {_digest(data): tree.plain(tree.parse_yaml(tree.decode(data))) for data in map(Path.read_bytes, files)}
    return json.dumps(held, separators=(",", ":")).encode()


@cache
def _built() -> Mapping[str, Any]:
    path = rules_folder() / BUILT
    held: dict[str, Any] = json.loads(path.read_bytes()) if path.is_file() else {}
    return held


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
