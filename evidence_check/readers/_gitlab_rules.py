"""When a GitLab CI job runs: `rules`, `only`, `except` and `workflow` as triggers.

https://docs.gitlab.com/ci/yaml/#rules, https://docs.gitlab.com/ci/yaml/deprecated_keywords/#only--except
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Trigger
from evidence_check.readers._pipeline import mapping, maps, names, scalar_text
from evidence_check.tree import Map

_SOURCES = {
    "merge_request_event": "pull-request",
    "external_pull_request_event": "pull-request",
    "push": "push",
    "schedule": "schedule",
    "web": "manual",
    "parent_pipeline": "call",
    "pipeline": "call",
}
_ONLY = {
    "merge_requests": "pull-request",
    "external_pull_requests": "pull-request",
    "branches": "push",
    "pushes": "push",
    "tags": "tag",
    "schedules": "schedule",
    "web": "manual",
    "pipelines": "call",
    "triggers": "other",
    "api": "other",
    "chat": "other",
    "external": "other",
}
_BRANCH = r"\$\{?CI_COMMIT_(?:BRANCH|REF_NAME|REF_SLUG)\}?"
_BRANCH_IS = expression(_BRANCH + r"\s{0,5}(==|=~|!=|!~)\s{0,5}(\"[^\"]{0,80}\"|'[^']{0,80}'|/[^\s]{0,80}|\$\w{1,40})")
_SOURCE_IS = expression(r"\$\{?CI_PIPELINE_SOURCE\}?\s{0,5}(==|!=|=~)\s{0,5}[\"'/^]{1,3}(\w{1,40})")
_EVERY_PUSH = (Trigger("push"),)


def job_triggers(job: Map, workflow: tuple[Trigger, ...]) -> tuple[tuple[Trigger, ...], bool, bool]:
    """A job's triggers, whether a person starts it, and whether it is left out for good."""
    rules = job.get("rules")
    manual = job.get("when") == "manual"
    if isinstance(rules, list) and rules:
        found, by_hand, automatic = _rules(rules)
        return found, (by_hand and not automatic) or (manual and not by_hand), not found
    if job.get("when") == "never":
        return (), manual, True
    only = job.get("only")
    triggers = _only(only) if only is not None else workflow or _EVERY_PUSH
    return _without(triggers, job.get("except")), manual, False


def workflow_triggers(root: Map) -> tuple[Trigger, ...]:
    """The triggers that `workflow: rules` lets through; empty where there is none."""
    rules = mapping(root.get("workflow")).get("rules")
    return _rules(rules)[0] if isinstance(rules, list) else ()


def _rules(rules: list[Any]) -> tuple[tuple[Trigger, ...], bool, bool]:
    """Triggers of the rules that let the job run, whether one of them waits for a person, whether one does not."""
    found: list[Trigger] = []
    refused: list[str] = []
    by_hand = automatic = False
    for rule, _ in maps(rules):
        condition = scalar_text(rule.get("if"))
        if rule.get("when") == "never":
            refused += [name for name, positive in _branches(condition) if positive]
            continue
        by_hand = by_hand or rule.get("when") == "manual"
        automatic = automatic or rule.get("when") != "manual"
        for side in condition.split("||"):
            found += _side(side)
    if refused:
        found = [replace(t, not_branches=tuple(refused)) if t.event == "push" and not t.branches else t for t in found]
    return tuple(dict.fromkeys(found)), by_hand, automatic


def _side(condition: str) -> list[Trigger]:
    """The trigger that one side of an `||` stands for."""
    source = next((match for match in _SOURCE_IS.finditer(condition) if match[1] != "!="), None)
    branches = _branches(condition)
    wanted = tuple(name for name, positive in branches if positive)
    refused = tuple(name for name, positive in branches if not positive)
    if source is not None:
        event = _SOURCES.get(source[2], "other")
    elif "CI_MERGE_REQUEST" in condition and not wanted:
        event = "pull-request"
    elif "CI_COMMIT_TAG" in condition and "CI_COMMIT_TAG == null" not in condition and not wanted:
        event = "tag"
    else:
        event = "push"
    return [Trigger(event, wanted, refused)]


def _branches(condition: str) -> list[tuple[str, bool]]:
    return [(match[2].strip("\"'"), match[1] in {"==", "=~"}) for match in _BRANCH_IS.finditer(condition)]


def _only(value: Any) -> tuple[Trigger, ...]:
    refs = names(value.get("refs")) if isinstance(value, Map) else names(value)
    if isinstance(value, Map) and "refs" not in value:
        return _EVERY_PUSH
    found = [Trigger(_ONLY[ref]) for ref in refs if ref in _ONLY]
    branches = tuple(ref for ref in refs if ref not in _ONLY)
    if branches:
        found.append(Trigger("push", branches))
    return tuple(dict.fromkeys(found))


def _without(triggers: tuple[Trigger, ...], value: Any) -> tuple[Trigger, ...]:
    refs = names(value.get("refs")) if isinstance(value, Map) else names(value)
    events = {_ONLY[ref] for ref in refs if ref in _ONLY and ref != "branches"}
    branches = tuple(ref for ref in refs if ref not in _ONLY)
    kept = [trigger for trigger in triggers if trigger.event not in events]
    if "branches" in refs:
        kept = [trigger for trigger in kept if trigger.event != "push"]
    return tuple(replace(trigger, not_branches=branches) if trigger.event == "push" and branches else trigger
                 for trigger in kept)  # fmt: skip
