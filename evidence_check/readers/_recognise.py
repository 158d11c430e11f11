"""What a YAML or JSON document is, where its name does not tell: whose it is, and which of it is configuration."""

from __future__ import annotations

from typing import Any

from evidence_check.tree import Map, Seq

Skip = frozenset[str]

_SERVICE_KEYS = frozenset({"image", "build", "extends", "environment", "ports", "volumes", "deploy", "command"})
_PLAY_KEYS = frozenset(
    {"hosts", "import_playbook", "ansible.builtin.import_playbook", "tasks", "roles", "include", "include_tasks",
     "import_tasks", "block", "become", "when", "register", "with_items", "loop", "notify"}
)  # fmt: skip
_PACKAGE_LISTS = frozenset(
    {"dependencies", "devDependencies", "peerDependencies", "optionalDependencies", "overrides", "resolutions"}
)
_ITEMS = 40
"""Items of a list that is still configuration; a longer one is data."""


def not_settings(document: Any) -> Skip | None:
    """The top-level keys of a document that are no settings, since other readers state them; None for all of it."""
    if isinstance(document, Seq):
        return frozenset() if _is_setting_list(document) else None
    if not isinstance(document, Map) or _is_other(document):
        return None
    skip: set[str] = set()
    if is_cloudformation(document):
        skip.add("Resources")
    if is_compose(document):
        skip.add("services")
    if "dependencies" in document or "devDependencies" in document:
        skip |= _PACKAGE_LISTS
    if "tasks" in document and "version" in document:
        skip.add("tasks")
    return frozenset(skip)


def _is_other(document: Map) -> bool:
    return (
        is_kubernetes(document)
        or is_specification(document)
        or is_dashboard(document)
        or is_pipeline(document)
        or "databaseChangeLog" in document
        or ("terraform_version" in document and "resources" in document)
        or _schema(document, ("deploymentTemplate", "subscriptionDeploymentTemplate", "json-schema.org", "sarif"))
        or "lockfileVersion" in document
        or document.get("type") in ("FeatureCollection", "Topology")
        or ("item" in document and isinstance(document.get("info"), Map))
    )


def _schema(document: Map, words: tuple[str, ...]) -> bool:
    schema = document.get("$schema")
    return isinstance(schema, str) and any(word in schema for word in words)


def is_kubernetes(document: Any) -> bool:
    """An object of Kubernetes or in its form."""
    return isinstance(document, Map) and "apiVersion" in document and isinstance(document.get("kind"), str)


def is_cloudformation(document: Any) -> bool:
    """An AWS CloudFormation or SAM template."""
    if not isinstance(document, Map):
        return False
    resources = document.get("Resources")
    if not isinstance(resources, Map):
        return False
    return "AWSTemplateFormatVersion" in document or any(
        isinstance(item, Map) and "::" in str(item.get("Type", "")) for item in resources.values()
    )


def is_compose(document: Any) -> bool:
    """A Compose file."""
    services = document.get("services") if isinstance(document, Map) else None
    return isinstance(services, Map) and any(
        isinstance(service, Map) and not _SERVICE_KEYS.isdisjoint(service) for service in services.values()
    )


def is_specification(document: Any) -> bool:
    """An OpenAPI, Swagger or AsyncAPI document."""
    return isinstance(document, Map) and (
        (("openapi" in document or "swagger" in document) and ("info" in document or "paths" in document))
        or ("asyncapi" in document and ("channels" in document or "info" in document))
    )


def is_dashboard(document: Any) -> bool:
    """A Grafana dashboard, also as its HTTP API wraps it."""
    if not isinstance(document, Map):
        return False
    inner = document.get("dashboard")
    if isinstance(inner, Map) and is_dashboard(inner):
        return True
    panels = document.get("panels", document.get("rows"))
    return isinstance(panels, Seq) and any(
        key in document for key in ("schemaVersion", "templating", "annotations", "timezone", "refresh", "editable")
    )


def is_pipeline(document: Map) -> bool:
    """A pipeline, by the words that all systems share."""
    jobs, stages, steps = document.get("jobs"), document.get("stages"), document.get("steps")
    return (
        isinstance(steps, Seq)
        or (isinstance(stages, Seq) and any(isinstance(stage, (Map, str)) for stage in stages))
        or (
            isinstance(jobs, Map)
            and any(isinstance(job, Map) and ("steps" in job or "uses" in job) for job in jobs.values())
        )
        or (isinstance(jobs, Seq) and any(isinstance(job, Map) and ("steps" in job or "job" in job) for job in jobs))
        or (isinstance(document.get("phases"), Map) and "version" in document)
    )


def _is_setting_list(document: Seq) -> bool:
    return (
        0 < len(document) <= _ITEMS
        and all(isinstance(item, (Map, str)) for item in document)
        and not any(isinstance(item, Map) and not _PLAY_KEYS.isdisjoint(item) for item in document)
        and not any(
            isinstance(item, Map) and any("." in key and key.count(".") == 2 for key in item) for item in document
        )
    )
