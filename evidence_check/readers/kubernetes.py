"""Kubernetes objects and what has their form (Argo CD, Flux, Kustomize, cert-manager, Prometheus Operator, Tekton,
Crossplane ...): a resource for every document, of the type that its `kind` says.

Format: https://kubernetes.io/docs/reference/kubernetes-api/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Fact
from evidence_check.readers import _go_template, _manifests
from evidence_check.readers._recognise import is_kubernetes
from evidence_check.readers._scripts import shifted
from evidence_check.readers._source import Source, Unreadable
from evidence_check.readers._templates import stem
from evidence_check.tree import Map, Seq, Text

SYSTEM = _manifests.SYSTEM
GIVES = frozenset({"resource", "command"})

_KUSTOMIZATION = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
_YAML = (".yaml", ".yml")
_CHART_TEMPLATE = expression(r"(?:^|/)templates/(?:.{1,300}/)?[^/]{1,200}\.(?:ya?ml|tpl)$")
_PLACEHOLDER = expression(r"[:-][ \t]{1,20}\{\{")


def is_chart_template(source: Source) -> bool:
    """A template of a Helm chart that has anything to fill in."""
    return _CHART_TEMPLATE.search(source.path) is not None and b"{{" in source.data


def wants(source: Source) -> bool:
    """YAML (also as a template) and JSON with `apiVersion` and `kind`, and Kustomize's files, which may go without."""
    if source.name in _KUSTOMIZATION:
        return True
    if source.name.lower().endswith(".json"):
        return b'"apiVersion"' in source.data and b'"kind"' in source.data and _is_json_object(source)
    if not stem(source.name.lower()).endswith(_YAML) or b"apiVersion" not in source.data or b"kind" not in source.data:
        return False
    return not is_chart_template(source)


def read(source: Source) -> Iterator[Fact]:
    """The objects. Of a broken file those documents that parse, then `Unreadable`."""
    if source.name.lower().endswith(".json"):
        yield from _manifests.facts(source.json, source)
        return
    kind = "Kustomization" if source.name in _KUSTOMIZATION else ""
    found, error = _documents(source)
    for document in found:
        yield from _manifests.facts(document, source, kind)
        if kind and isinstance(document, Map):
            yield from _patches(document, source)
    if error is not None:
        raise error


def _patches(kustomization: Map, source: Source) -> Iterator[Fact]:
    """The objects that patches written into a kustomization change, with what they set. Lists of JSON operations and
    deletions are left out (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/)."""
    patches, merged = kustomization.get("patches"), kustomization.get("patchesStrategicMerge")
    written = [item.get("patch") for item in patches if isinstance(item, Map)] if isinstance(patches, Seq) else []
    for text in [*written, *(merged if isinstance(merged, Seq) else ())]:
        if isinstance(text, Text):
            for document in _manifests.documents(text)[0]:
                if isinstance(document, Map) and document.get("$patch") != "delete":
                    yield from _manifests.facts(shifted(document, text.line - 1), source)


def _documents(source: Source) -> tuple[list[Any], Unreadable | None]:
    """The documents, and the error where some do not parse. Unquoted placeholders `{{ x }}` would parse as mappings."""
    filled = _PLACEHOLDER.search(source.text) is not None
    try:
        if not filled:
            return source.yaml, None
        error = Unreadable("not readable as YAML before its placeholders are filled in")
    except Unreadable as unreadable:
        error = unreadable
        if _manifests.is_one(source.text):
            return [], error
    found, broken = _manifests.documents(source.text)
    if broken and filled:
        error.line = broken[0][2].line
    return found, error if broken or not _go_template.is_template(source.text) else None


def _is_json_object(source: Source) -> bool:
    try:
        return is_kubernetes(source.json)
    except Unreadable:
        return False
