"""The report as SARIF 2.1.0, for code scanning: risks are warnings, missing evidence and what is unknown are notes.

Format: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0". GitHub shows a result only where it
has a file, so what concerns the submission as a whole is put at its README.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from evidence_check.expressions import expression
from evidence_check.model import Evidence, Location, Outcome, Report
from evidence_check.render._text import folded, visible
from evidence_check.render._view import Signal, View

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_WHOLE = "README.md"
_README = "docs.readme"
_PLACEHOLDER = expression(r"\{([0-9]+)\}")


def render(report: Report, in_checkout: Callable[[Location], str] | None = None) -> str:
    """The report as SARIF in ASCII, keys sorted: the same report gives the same bytes.

    `in_checkout` gives the path of a place from the root of the checkout that the parts stand in, or an empty text;
    code scanning shows a result at that path only.
    """
    view = View(report)
    signals = list(view.signals.values())
    index = {signal.id: number for number, signal in enumerate(signals)}
    run = {
        "tool": {
            "driver": {
                "name": "evidence-check",
                "semanticVersion": visible(report.provenance.tool_version) or "0.0.0",
                "rules": [_rule(signal) for signal in signals],
            }
        },
        "results": [
            result | {"ruleIndex": index[result["ruleId"]]} for result in _results(view, in_checkout or _nowhere)
        ],
        "columnKind": "unicodeCodePoints",
    }
    bases = {_base(part.name): {"description": {"text": visible(part.name)}} for part in report.parts}
    if len(bases) > 1:
        run["originalUriBaseIds"] = bases
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    text = json.dumps(document, ensure_ascii=True, indent=2, sort_keys=True)
    # As in the JSON report: no line may be a command to a pipeline that prints it.
    return text.replace("##[", "#\\u0023[").replace("##vso[", "#\\u0023vso[") + "\n"


def _rule(signal: Signal) -> dict[str, Any]:
    text = signal.text
    helps = [f"Counts: {text.counts}"] if text.counts else []
    helps += [f"Does not count: {text.not_counts}"] if text.not_counts else []
    helps += [f"Speaks to {', '.join(text.ksbs)}."] if text.ksbs else []
    return {
        "id": visible(signal.id),
        "name": folded(text.title),
        "shortDescription": {"text": folded(text.title) or visible(signal.id)},
        "fullDescription": {"text": folded(text.asks) or folded(text.title) or visible(signal.id)},
        "help": {"text": "\n".join(folded(line) for line in helps) or folded(text.title) or visible(signal.id)},
        "defaultConfiguration": {"level": _level(signal)},
        "properties": {"tags": [visible(code) for code in (*text.ksbs, *text.leads)][:10]},
    }


def _level(signal: Signal) -> str:
    return "warning" if signal.id.startswith("risk.") else "note"


def _results(view: View, in_checkout: Callable[[Location], str]) -> Iterable[dict[str, Any]]:
    whole = _whole(view)

    def put(signal: Signal, message: str, place: Location, level: str = "") -> dict[str, Any]:
        return _result(signal, message, level, _artefact(view, place, in_checkout), place)

    for signal in view.risks:
        for item in signal.finding.evidence:
            place = item.location if item.location.path else whole
            yield put(signal, _risk(view, signal, item), place)
    for signal in view.signals.values():
        if signal.finding.outcome is Outcome.UNKNOWN:
            reasons = dict.fromkeys(gap.reason for gap in signal.finding.gaps)
            place = next((gap.location for gap in signal.finding.gaps if gap.location.path), whole)
            yield put(signal, f"Could not be checked: {'; '.join(reasons)}", place, "note")
        elif signal.finding.outcome is Outcome.ABSENT and signal not in view.quiet_risks:
            yield put(signal, f"No evidence found. {signal.text.asks} {signal.text.counts}", whole)


def _risk(view: View, signal: Signal, item: Evidence) -> str:
    commit = f" (commit {item.location.commit[:10]})" if item.location.commit else ""
    told = [item.told.rstrip(".")] if item.told else []
    told += [item.excerpt] if not item.told or view.adds(item, item.told) else []
    return f"{signal.text.title}: {': '.join(told)}{commit}"


def _artefact(view: View, place: Location, in_checkout: Callable[[Location], str]) -> dict[str, Any]:
    if path := in_checkout(place):
        return {"uri": quote(path, errors="replace")}
    artefact = {"uri": quote(place.path, errors="replace")}
    if len(view.report.parts) > 1 and place.part:
        artefact["uriBaseId"] = _base(place.part)
    return artefact


def _nowhere(_: Location) -> str:
    return ""


def _result(signal: Signal, message: str, level: str, artefact: dict[str, Any], place: Location) -> dict[str, Any]:
    region = {"startLine": max(place.line, 1)}
    if place.end_line > place.line:
        region["endLine"] = place.end_line
    return {
        "ruleId": visible(signal.id),
        "level": level or _level(signal),
        "message": {"text": _plain(folded(message))},
        "locations": [{"physicalLocation": {"artifactLocation": artefact, "region": region}}],
    }


def _whole(view: View) -> Location:
    """The file at which results without a place are shown."""
    readme = view.signals.get(_README)
    for item in readme.finding.evidence if readme else ():
        if item.location.path:
            return Location(item.location.part, item.location.path)
    return Location(view.report.parts[0].name if view.report.parts else "", _WHOLE)


def _base(part: str) -> str:
    return visible(part) or "."


def _plain(text: str) -> str:
    """SARIF reads `[text](target)` in a message as a link and `{0}` as a placeholder (sections 3.11.5 and 3.11.6)."""
    return _PLACEHOLDER.sub(r"{{\1}}", text.replace("](", "] ("))
