"""Templates of Helm charts, as far as they can be read without values: the Kubernetes objects that they make.

Format: https://helm.sh/docs/topics/charts/#templates-and-values
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence_check.expressions import expression
from evidence_check.model import Fact, Resource
from evidence_check.readers import _manifests
from evidence_check.readers._source import Source, Unreadable
from evidence_check.readers.kubernetes import is_chart_template
from evidence_check.tree import Map

SYSTEM = _manifests.SYSTEM
GIVES = frozenset({"resource", "command"})

_LIBRARY = expression(
    r"^[ \t]*\{\{-?[ \t]*(?:include|template)[ \t]+\"[\w-]{1,80}(?:\.[\w-]{1,80}){0,3}[.-]"
    r"(?P<kind>deployment|statefulset|daemonset|cron-?job|job|rollout)\"",
    re.MULTILINE | re.IGNORECASE,
)
"""An object that a library chart's named template makes: `{{- include "shop-library.deployment" . -}}`."""
_KINDS = {"deployment": "Deployment", "statefulset": "StatefulSet", "daemonset": "DaemonSet", "cronjob": "CronJob",
          "job": "Job", "rollout": "Rollout"}  # fmt: skip


def wants(source: Source) -> bool:
    """A chart's template that makes an object, or leaves that to a template of a library chart."""
    if "templates/" not in source.path or not is_chart_template(source):
        return False
    return b"kind:" in source.data or _LIBRARY.search(source.text) is not None


def read(source: Source) -> Iterator[Fact]:
    """The objects; `Unreadable` after them where of one not even its kind can be told."""
    if b"kind:" not in source.data:
        yield from _by_library(source)
        return
    found, broken = _manifests.documents(source.text)
    for document in found:
        yield from _manifests.facts(document, source)
    for chunk, line, error in broken:
        resource = _manifests.scanned(chunk, line, source)
        if resource is None:
            if "kind:" in chunk:
                raise Unreadable("not readable as YAML without the chart's values", error.line)
        else:
            yield resource


def _by_library(source: Source) -> Iterator[Resource]:
    for match in _LIBRARY.finditer(source.text):
        line = source.text.count("\n", 0, match.start()) + 1
        yield Resource(source.at(line), SYSTEM, _KINDS[match["kind"].lower().replace("-", "")], "", Map(line))
