"""What starts a pipeline of Azure, and how a condition narrows that.

https://learn.microsoft.com/en-us/azure/devops/pipelines/yaml-schema/trigger, .../pr, .../schedules, .../resources
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from evidence_check.expressions import expression
from evidence_check.model import Trigger
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import mapping, maps, names, scalar_text
from evidence_check.tree import Map


def triggers_of(root: Map) -> tuple[Trigger, ...]:
    """Without `trigger` every push starts it, without `pr` every pull request does."""
    found = [
        *_trigger("push", root.get("trigger"), "trigger" in root),
        *_trigger("pull-request", root.get("pr"), "pr" in root),
    ]
    for schedule, _ in maps(root.get("schedules")):
        branches = names(mapping(schedule.get("branches")).get("include"))
        found.append(Trigger("schedule", branches, cron=scalar_text(schedule.get("cron"))))
    for pipeline, _ in maps(mapping(root.get("resources")).get("pipelines")):
        if pipeline.get("trigger"):
            found.append(Trigger("after", after=names(pipeline.get("source"))))
    return tuple(found) or (Trigger("manual"),)


def _trigger(event: str, value: Any, given: bool) -> list[Trigger]:
    if not given:
        return [Trigger(event)]
    if value == "none" or value is None:
        return []
    if not isinstance(value, Map):
        return [Trigger(event, _heads(names(value)))]
    branches = value.get("branches")
    include = names(mapping(branches).get("include")) if isinstance(branches, Map) else names(branches)
    tags = names(mapping(value.get("tags")).get("include"))
    found = [Trigger("tag", tags)] if tags else []
    if branches is not None or not tags:
        found.append(Trigger(event, _heads(include), _heads(names(mapping(branches).get("exclude")))))
    return found


def _heads(branches: tuple[str, ...]) -> tuple[str, ...]:
    every = {"*", "**", "refs/heads/*"}
    return () if every & set(branches) else tuple(branch.removeprefix("refs/heads/") for branch in branches)


_IS_BRANCH = expression(
    r"\beq\(\s{0,5}variables(?:\.|\[')Build\.SourceBranch(?:Name)?(?:'\])?\s{0,5},\s{0,5}'(?:refs/heads/)?([^']{1,80})'",
    re.IGNORECASE,
)
_REASON = expression(
    r"\b(eq|ne)\(\s{0,5}variables(?:\.|\[')Build\.Reason(?:'\])?\s{0,5},\s{0,5}'(\w{1,40})'", re.IGNORECASE
)
_REASONS = {"pullrequest": "pull-request", "schedule": "schedule", "manual": "manual", "individualci": "push"}


def narrowed(triggers: tuple[Trigger, ...], condition: str) -> tuple[Trigger, ...]:
    """The triggers that a condition lets through, as far as it is a plain conjunction."""
    if not condition or re.search(r"\b(?:or|not)\(|\|\|", condition):
        return triggers
    for match in _REASON.finditer(condition):
        event = _REASONS.get(match[2].lower(), "other")
        positive = match[1].lower() == "eq"
        triggers = tuple(
            trigger for trigger in triggers if (trigger.event == event) == positive or trigger.event == "call"
        )
    branches = tuple(dict.fromkeys(_IS_BRANCH.findall(condition)))
    if branches and not any(trigger.event == "call" for trigger in triggers):
        return _pipeline.only_branch(triggers, branches)
    if "refs/tags" in condition:
        return tuple(replace(trigger, event="tag") if trigger.event == "push" else trigger for trigger in triggers
                     if trigger.event != "pull-request")  # fmt: skip
    return triggers
