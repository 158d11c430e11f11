"""When a stage of a Jenkinsfile runs (https://www.jenkins.io/doc/book/pipeline/syntax/#when, #triggers)."""

from __future__ import annotations

import re
from dataclasses import replace

from evidence_check.expressions import expression
from evidence_check.model import Trigger
from evidence_check.readers import _pipeline
from evidence_check.readers._groovy import Call


def triggers_of(root: list[Call], text: str) -> tuple[Trigger, ...]:
    """A pipeline runs on pushes; to one branch where it checks out that branch by name. Timers are added."""
    branches: set[str] = set()
    found: list[Trigger] = []
    stack = list(root)
    while stack:
        call = stack.pop()
        if call.name == "cron":
            found.append(Trigger("schedule", cron=call.first))
        elif call.name == "upstream":
            projects = call.named.get("upstreamProjects")
            found.append(Trigger("after", after=tuple((projects.text if projects else call.first).split(","))))
        elif call.name == "git":
            branches.add(call.named["branch"].text if "branch" in call.named else "master")
        elif call.name == "GitSCM" or (call.name == "checkout" and "branches" in call.words):
            branches.update(re.findall(r"name : \*/([\w./-]{1,80})", call.words))
        stack += call.inner
        for _, block in call.blocks:
            stack += block
    if "checkout scm" in text or "${" in "".join(branches):
        branches = set()
    return (Trigger("push", tuple(sorted(branches))), *sorted(found, key=str))


def condition_of(when: Call | None) -> str:
    """A `when` block in one line: `branch main`, `anyOf(branch main, branch dev)`."""
    if when is None:
        return ""
    parts = []
    for call in when.block:
        inner = condition_of(call) if call.blocks else ""
        values = " ".join([token.text for token in call.strings] + [token.text for token in call.named.values()])
        parts.append(f"{call.name}({inner})" if inner else f"{call.name} {values or call.words}".strip())
    return ", ".join(parts)


def never(when: Call) -> bool:
    return any(call.name == "expression" and [inner.name for inner in call.block] in (["false"], ["return", "false"])
               for call in when.block)  # fmt: skip


_BRANCH = expression(r"\bbranch ([^\s,()]{1,80})")
_NOT = expression(r"\bnot\(([^()]{0,200})\)")


def narrowed(triggers: tuple[Trigger, ...], condition: str) -> tuple[Trigger, ...]:
    if not condition:
        return triggers
    refused = tuple(name for inner in _NOT.findall(condition) for name in _BRANCH.findall(inner))
    positive = _NOT.sub("", condition)
    branches = tuple(dict.fromkeys(_BRANCH.findall(positive)))
    found: tuple[Trigger, ...] = triggers
    if refused:
        found = tuple(
            replace(trigger, not_branches=refused) if trigger.event == "push" else trigger for trigger in found
        )
    if branches:
        found = _pipeline.only_branch(found, branches)
    if "changeRequest" in positive:
        requests = (Trigger("pull-request"),)
        return (*found, *requests) if branches and "anyOf" in condition else requests
    if "buildingTag" in positive or re.search(r"\btag \S", positive):
        return (Trigger("tag"),)
    return found
