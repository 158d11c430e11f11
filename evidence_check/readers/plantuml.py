"""PlantUML: every `@start...` to `@end...` is a diagram; what it draws shows in its declarations.

Source: https://plantuml.com/guide and the C4, AWS, Azure and Kubernetes macro libraries of its standard library.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Diagram, Fact
from evidence_check.readers._drawing import (
    TEXT_LIMIT,
    Graph,
    c4_calls,
    c4_graph,
    clean_label,
    clean_labels,
    tidy,
    without_blocks,
)
from evidence_check.readers._source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "plantuml"
GIVES = frozenset({Diagram.kind})

_BLOCK = expression(r"^[ \t]*@start(?P<kind>[a-z]{2,12})(?P<name>[^\n]{0,200})$", re.MULTILINE)
_END = expression(r"^[ \t]*@end[a-z]{2,12}", re.MULTILINE)
_FORM_OF_START = {
    "mindmap": "mindmap", "wbs": "wbs", "gantt": "gantt", "salt": "wireframe", "json": "data", "yaml": "data",
    "ebnf": "grammar", "regex": "grammar", "math": "formula", "latex": "formula", "chen": "entity-relationship",
    "dot": "structure", "ditaa": "structure", "board": "board", "chronology": "timeline", "files": "files",
}  # fmt: skip

_COMMENT = expression(r"^[ \t]*'[^\n]*$", re.MULTILINE)
_SKIPPED = expression(
    r"[ \t]*(?:!|skinparam\b|hide\b|show\b|scale\b|legend\b|end\b|footer\b|header\b|caption\b|left to right\b|"
    r"top to bottom\b|autonumber\b|activate\b|deactivate\b|destroy\b|return\b|box\b|newpage\b|alt\b|else\b|opt\b|"
    r"loop\b|par\b|break\b|critical\b|group\b|ref\b|==|\.\.\.|note\b|<style|allowmixing\b|LAYOUT_|SHOW_|HIDE_|AddElementTag|"
    r"AddRelTag|UpdateElementStyle|sprite\b|\})"
)
_TITLE = expression(r"^[ \t]*title[ \t]+([^\n]{1,300})", re.MULTILINE)
_LONG_TITLE = expression(r"^[ \t]*title[ \t]*\n([^\n]{1,300})", re.MULTILINE)

_STRUCTURE = (
    "agent|artifact|card|circle|cloud|component|container|database|file|folder|frame|hexagon|node|package|person|process|"
    "queue|rectangle|stack|storage|label|port|portin|portout|rack|system"
)
_DECLARATION = expression(
    rf"[ \t]*(?P<word>{_STRUCTURE}|actor|participant|boundary|control|collections|entity|usecase|state|object|map|"
    r"interface|(?:abstract[ \t]+)?class|abstract|enum|annotation|struct|protocol|exception|nwdiag|network|group)"
    r"(?:/)?[ \t]+(?P<name>[^\n{]{1,300})"
)
_GROUPS = frozenset({"package", "frame", "folder", "rectangle", "node", "cloud", "group", "network", "nwdiag"})
_BRACKETS = expression(
    r"\[(?P<component>[^\[\]\n*]{1,200})\]|(?<!\w)\((?P<case>[^()\n*]{1,200})\)|:(?P<actor>[^:\n]{1,80}):"
)
_ARROW = expression(
    r"[ \t]*(?:\"[^\"\n]{0,60}\"[ \t]*)?(?<![\w-])(?:<\|?|[*o#x^+}|]{1,2})?"
    r"(?:[-.=~]{1,8}(?:\[[^\]\n]{0,80}\])?(?:left|right|up|down|le|ri|do|[lrud])?[-.=~]{0,8})"
    r"(?:\|?>{1,2}|[*o#x^+{|]{1,2}|[/\\]{1,2})?(?![\w-])[ \t]*(?:\"[^\"\n]{0,60}\"[ \t]*)?"
)
_MACRO = expression(
    r"[ \t]*(?P<name>[A-Z]\w{1,60})\([ \t]*(?P<alias>\w{1,60})[ \t]*,[ \t]*\"(?P<label>[^\"\n]{0,200})\""
)
_NAME = expression(
    r'"(?P<quoted>[^"\n]{1,200})"|\[(?P<bracket>[^\]\n]{1,200})\]|\((?P<round>[^)\n]{1,200})\)|(?P<word>[\w.$-]{1,100})'
)
_ALIAS = expression(r"\bas[ \t]+\"?(?P<alias>[\w.]{1,100})")

_SEQUENCE = frozenset({"participant", "actor", "boundary", "control", "entity", "database", "collections", "queue"})
"""With these alone, PlantUML itself takes a text with arrows for a sequence diagram."""
_MESSAGE = expression(r"-{1,2}>{1,2}|<{1,2}-{1,2}")
_STATE = expression(r"\s*\[\*\]\s*-|[^\n]{0,200}-+>\s*\[\*\]")
_ACTIVITY = expression(r"\s*(?:start|stop|:[^:\n]{1,300};|if\s*\()")

_FORM_OF_WORD = {
    **dict.fromkeys(_STRUCTURE.split("|"), "structure"), "network": "structure",
    "nwdiag": "structure", "macro": "structure",
    "participant": "sequence", "boundary": "sequence", "control": "sequence", "collections": "sequence",
    "class": "class", "abstract": "class", "abstract class": "class", "enum": "class", "annotation": "class",
    "interface": "", "struct": "class", "protocol": "class", "exception": "class", "entity": "entity-relationship",
    "usecase": "use-case", "state": "state", "object": "object", "map": "object",
}  # fmt: skip


def wants(source: Source) -> bool:
    """By suffix; `.iuml` and `.pu` are PlantUML's own further ones."""
    return source.name.lower().endswith((".puml", ".plantuml", ".pu", ".wsd", ".iuml"))


def read(source: Source) -> Iterable[Fact]:
    """One diagram per `@start`; a file without any is read whole, unless it only holds definitions to include."""
    return diagrams(source, source.text, 1)


def diagrams(source: Source, text: str, line: int) -> list[Diagram]:
    """The diagrams of a PlantUML text that starts at a line of the source."""
    if len(text) > TEXT_LIMIT:
        raise Unreadable("is too long to be read as a diagram", line)
    text = tidy(text)
    starts = list(_BLOCK.finditer(text))
    if not starts:
        found = _diagram(source, "uml", "", text, line)
        return [found] if found.nodes or found.edges or not text.strip() else []
    result = []
    for number, start in enumerate(starts):
        limit = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        end = _END.search(text, start.end(), limit)
        body = text[start.end() : end.start() if end else limit]
        result.append(_diagram(source, start["kind"], start["name"], body, line + text.count("\n", 0, start.start())))
    return result


def _diagram(source: Source, kind: str, name: str, text: str, line: int) -> Diagram:
    text = _COMMENT.sub("", without_blocks(text, "/'", "'/"))
    title = _TITLE.search(text) or _LONG_TITLE.search(text)
    shown = title[1] if title else name.strip(" \"'()").replace("_", " ")
    rows = [row for row in text.split("\n") if row.strip() and not _SKIPPED.match(row) and "title" not in row[:12]]
    graph = Graph()
    nodes, edges, labels, words = _graph(rows, graph)
    c4_graph(text, graph)
    c4_nodes, c4_edges, c4_labels = c4_calls(text)
    form = _FORM_OF_START.get(kind) or ("structure" if c4_nodes else _form(rows, words))
    return Diagram(
        source.at(line),
        "plantuml",
        title=clean_label(shown),
        nodes=nodes + c4_nodes,
        edges=edges + c4_edges,
        labels=clean_labels(labels + c4_labels),
        boxes=graph.boxes(),
        joins=graph.joins(),
        form=form,
        blank=not rows,
    )


def _graph(rows: list[str], graph: Graph) -> tuple[int, int, list[str], Counter[str]]:
    names: dict[str, str] = {}
    words: Counter[str] = Counter()
    edges = 0
    for row in rows:
        if macro := _MACRO.match(row):
            if not macro["name"].startswith(("Rel", "BiRel", "Person", "System", "Container", "Component")):
                names[macro["alias"]] = macro["label"]
                words["macro"] += 1
            continue
        if declared := _DECLARATION.match(row):
            words[declared["word"]] += 1
            _declare(names, declared, opens=row.rstrip().endswith("{"))
            continue
        parts = _ARROW.split(row.partition(" : ")[0], maxsplit=1)
        if len(parts) == 2 and parts[0].strip() and parts[1].strip():
            edges += 1
            words["message" if _MESSAGE.search(row) else "relation"] += 1
            ends = [_name(names, part) for part in parts]
            if all(ends):
                graph.join(ends[:1], ends[1:])
            for part in parts:
                _count_brackets(part, words)
            continue
        brackets = list(_BRACKETS.finditer(row))
        for found in brackets:
            _name(names, row[found.start() :] if len(brackets) == 1 else found[0])
        _count_brackets(row, words)
    for name, label in names.items():
        graph.box(name, label)
    return len(names), edges, list(names.values()), words


def _count_brackets(text: str, words: Counter[str]) -> None:
    for found in _BRACKETS.finditer(text):
        words["component" if found["component"] else "usecase" if found["case"] else "actor"] += 1


def _declare(names: dict[str, str], declared: re.Match[str], *, opens: bool) -> None:
    word, text = declared["word"], declared["name"]
    alias = _ALIAS.search(text)
    shown = _NAME.search(text)
    if shown is None:
        return
    label = next(value for value in shown.groups() if value)
    key = alias["alias"] if alias else label
    if not (opens and word in _GROUPS):
        names[key] = label


def _name(names: dict[str, str], text: str) -> str:
    """What an end of a line is known by; empty where it has no name."""
    found = _NAME.search(text)
    if found is None:
        return ""
    label = next(value for value in found.groups() if value)
    alias = _ALIAS.search(text)
    key = alias["alias"] if alias else label
    names.setdefault(key, label)
    return key


def _form(rows: list[str], words: Counter[str]) -> str:
    if any(_STATE.match(row) for row in rows):
        return "state"
    if any(_ACTIVITY.match(row) for row in rows):
        return "activity"
    declared = set(words) - {"message", "relation"}
    if words["message"] and declared <= _SEQUENCE and not any(row.rstrip().endswith("{") for row in rows):
        return "sequence"
    forms: Counter[str] = Counter()
    for word, count in words.items():
        if form := _FORM_OF_WORD.get(word, ""):
            forms[form] += count
    if forms["structure"] and not forms["class"] > forms["structure"]:
        return "structure"
    if forms:
        return max(sorted(forms), key=forms.__getitem__)
    return "class" if words["relation"] else ""
