"""Load a standard's assessment plan from `rules/standards/`: every field and reference is checked when loaded."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from evidence_check import own_files, tree
from evidence_check.expressions import expression
from evidence_check.folders import rules_folder
from evidence_check.model import (
    Aspect,
    Criterion,
    Figure,
    Ksb,
    Method,
    PackRequirement,
    Provision,
    Standard,
    Theme,
)
from evidence_check.rulebook import BrokenRules

_KINDS: Mapping[str, tuple[type, str]] = {
    "text": (str, "text; put it in quotes"),
    "number": (int, "a whole number"),
    "list": (list, "a list; write `[one, two]`"),
    "mapping": (tree.Map, "a mapping; write `name: value` lines under it"),
}
_SEEN = {"shown_by": "mapping", "assessor_only": "text", "leads": "list"}
_CHECKS = {"diagram", "analysis", "document", "evidence", "declared"}
_BOUNDS = {"maximum", "minimum", "exact", "typical"}
_GRADES = ("pass", "distinction")
_CODE = expression(r"[KSB][1-9][0-9]?")


def known_standards(folder: Path | None = None) -> list[tuple[str, str]]:
    """The ids and versions of the standards whose data lies below `folder` (by default the tool's own rules)."""
    stems = [file.stem.rpartition("-v") for file in ((folder or rules_folder()) / "standards").glob("*-v*.yaml")]
    return sorted((id_, version) for id_, _, version in stems)


def standard_path(id_: str = "ST0825", version: str = "1.0", folder: Path | None = None) -> Path:
    """Where a standard's file lies, below `folder` (by default the tool's own rules). Raises `LookupError` with the
    standards that there are."""
    folder = (folder or rules_folder()) / "standards"
    path = folder / f"{id_}-v{version}.yaml"
    if not path.is_file():
        known = ", ".join(f"{standard} version {other}" for standard, other in known_standards(folder.parent))
        raise LookupError(f"no standard {id_} version {version}; there are: {known or 'none'}")
    return path


def load_standard(path: Path, signals: Collection[str] | None = None) -> Standard:
    """The standard in a file. With `signals`, a signal that is not among them is a fault.

    Raises `BrokenRules` with file, line and mend for the first fault, and `OSError`.
    """
    return _File(path.name, signals).standard(path.read_bytes())


class _File:
    """A standard's file while it is being read."""

    def __init__(self, name: str, signals: Collection[str] | None) -> None:
        self.name, self.signals = name, signals
        self.codes: dict[str, int] = {}
        self.ids: dict[str, int] = {}

    # --- faults and fields

    def fault(self, line: int, message: str, mend: str = "") -> BrokenRules:
        return BrokenRules(self.name, line, message, mend)

    def unknown(self, line: int, what: str, name: object, known: Iterable[str]) -> BrokenRules:
        names = sorted(known)
        near = difflib.get_close_matches(str(name), names, 1)
        mend = f"did you mean `{near[0]}`?" if near else "known: " + ", ".join(names[:20])
        return self.fault(line, f"unknown {what} `{name}`", mend)

    def fields(
        self, raw: Any, line: int, what: str, required: Mapping[str, str], optional: Mapping[str, str] | None = None
    ) -> tree.Map:
        """`raw` as a mapping with these fields of these kinds, and no others."""
        if not isinstance(raw, tree.Map):
            raise self.fault(line, f"{what} is not a mapping", f"give it {', '.join(required)}")
        kinds = {**required, **(optional or {})}
        for name, value in raw.items():
            if name not in kinds:
                raise self.unknown(raw.line_of(name), f"field of {what}", name, kinds)
            type_, wanted = _KINDS[kinds[name]]
            if not isinstance(value, type_) or isinstance(value, bool) or value == "":
                raise self.fault(raw.line_of(name), f"`{name}` of {what} is not {kinds[name]}", f"it must be {wanted}")
        for name in required:
            if name not in raw:
                raise self.fault(raw.line, f"{what} has no `{name}`", "add it")
        return raw

    def items(self, raw: tree.Map, key: str) -> Iterable[tuple[Any, int]]:
        """The items of a list field, each with its line."""
        value = raw.get(key, ())
        return zip(value, getattr(value, "lines", ()), strict=True)

    def choice(self, raw: tree.Map, key: str, known: Collection[str]) -> str:
        if raw[key] not in known:
            raise self.unknown(raw.line_of(key), f"`{key}`", raw[key], known)
        return str(raw[key])

    def new_id(self, raw: tree.Map, kind: str) -> str:
        """The item's id, which no other item may have."""
        id_, line = str(raw["id"]), raw.line_of("id")
        if id_ in self.ids:
            raise self.fault(line, f"{kind} `{id_}` has the id of line {self.ids[id_]}", "give it another")
        self.ids[id_] = line
        return id_

    # --- the parts of a standard

    def standard(self, data: bytes) -> Standard:
        try:
            documents = own_files.parsed(data)
        except tree.BadSyntax as error:
            raise self.fault(error.line, str(error)) from error
        required = dict.fromkeys(("id", "version", "title", "source"), "text")
        required |= dict.fromkeys(("methods", "ksbs", "themes", "pack", "gateway", "provisions"), "list")
        required |= dict.fromkeys(("figures", "grades"), "mapping")
        if len(documents) != 1:
            raise self.fault(1, f"holds {len(documents)} documents", "write one standard to a file")
        raw = self.fields(documents[0], 1, "the standard", required, {"statements": "mapping"})
        methods = tuple(self.method(item, line) for item, line in self.items(raw, "methods"))
        numbers = {str(method.number) for method in methods}
        ksbs = tuple(ksb for item, line in self.items(raw, "ksbs") for ksb in self.section(item, line, numbers))
        themes: list[Theme] = []
        criteria: list[Criterion] = []
        for item, line in self.items(raw, "themes"):
            theme, its_criteria = self.theme(item, line, numbers)
            themes.append(theme)
            criteria.extend(its_criteria)
        self.every_ksb_has_a_theme(ksbs, themes)
        figures = {name: self.figure(raw["figures"], name) for name in raw["figures"]}
        return Standard(
            id=raw["id"],
            version=raw["version"],
            title=raw["title"],
            source=raw["source"],
            ksbs=ksbs,
            themes=tuple(themes),
            criteria=tuple(criteria),
            figures=figures,
            pack=tuple(self.requirement(item, line, figures) for item, line in self.items(raw, "pack")),
            gateway=tuple(self.requirement(item, line, figures) for item, line in self.items(raw, "gateway")),
            methods=methods,
            provisions=tuple(self.provision(item, line) for item, line in self.items(raw, "provisions")),
            grades=self.grades(raw),
            statements=self.statements(raw),
        )

    def method(self, item: Any, line: int) -> Method:
        raw = self.fields(item, line, "a method", {"number": "number", "title": "text", "place": "text"})
        return Method(raw["number"], raw["title"], raw["place"])

    def section(self, item: Any, line: int, methods: Collection[str]) -> Iterable[Ksb]:
        raw = self.fields(item, line, "a list of KSBs", {"method": "number", "place": "text", "items": "list"})
        method = self.method_of(raw, methods)
        for entry, entry_line in self.items(raw, "items"):
            ksb = self.fields(entry, entry_line, "a KSB", {"code": "text", "title": "text"}, _SEEN)
            code, code_line = ksb["code"], ksb.line_of("code")
            if not _CODE.fullmatch(code):
                raise self.fault(code_line, f"`{code}` is no KSB code", "write it as K11, S6 or B3")
            if code in self.codes:
                raise self.fault(code_line, f"{code} is given twice, first on line {self.codes[code]}", "drop one")
            self.codes[code] = code_line
            shown_by, assessor_only, leads = self.seen(ksb, code)
            yield Ksb(code, method, ksb["title"], raw["place"], shown_by, assessor_only, leads)

    def method_of(self, raw: tree.Map, methods: Collection[str]) -> int:
        if str(raw["method"]) not in methods:
            raise self.unknown(raw.line_of("method"), "method", raw["method"], methods)
        return cast("int", raw["method"])

    def theme(self, item: Any, line: int, methods: Collection[str]) -> tuple[Theme, list[Criterion]]:
        required = {"id": "text", "method": "number", "title": "text", "place": "text", "ksbs": "list", "pass": "list"}
        raw = self.fields(item, line, "a theme", required, {"distinction": "list"})
        method = self.method_of(raw, methods)
        theme = Theme(self.new_id(raw, "theme"), method, raw["title"], self.known_codes(raw), raw["place"])
        criteria = [
            self.criterion(entry, entry_line, theme, grade)
            for grade in _GRADES
            for entry, entry_line in self.items(raw, grade)
        ]
        return theme, criteria

    def criterion(self, item: Any, line: int, theme: Theme, grade: str) -> Criterion:
        raw = self.fields(item, line, "a criterion", {"id": "text", "text": "text", "ksbs": "list"}, _SEEN)
        id_ = self.new_id(raw, "criterion")
        ksbs = self.known_codes(raw)
        for code in ksbs:
            if code not in theme.ksbs:
                raise self.unknown(raw.line_of("ksbs"), f"KSB of theme `{theme.id}`:", code, theme.ksbs)
        place = f"{theme.place} > {grade.capitalize()}"
        return Criterion(id_, theme.id, grade, raw["text"], place, ksbs, *self.seen(raw, id_))

    def known_codes(self, raw: tree.Map) -> tuple[str, ...]:
        for code, line in self.items(raw, "ksbs"):
            if code not in self.codes:
                raise self.unknown(line, "KSB", code, self.codes)
        return tuple(raw["ksbs"])

    def every_ksb_has_a_theme(self, ksbs: Iterable[Ksb], themes: Iterable[Theme]) -> None:
        covered = {(theme.method, code) for theme in themes for code in theme.ksbs}
        for ksb in ksbs:
            if (ksb.method, ksb.code) not in covered:
                raise self.fault(self.codes[ksb.code], f"{ksb.code} is in no theme of its method", "add it to one")

    def seen(self, raw: tree.Map, owner: str) -> tuple[tuple[Aspect, ...], str, tuple[str, ...]]:
        """What files can show of an item, what only the assessor sees, and its leads."""
        if not raw.get("shown_by") and "assessor_only" not in raw:
            raise self.fault(raw.line, f"{owner} says neither `shown_by` nor `assessor_only`", "add one of them")
        return self.aspects(raw, owner), raw.get("assessor_only", ""), self.known_signals(raw, "leads")

    def aspects(self, raw: tree.Map, owner: str) -> tuple[Aspect, ...]:
        shown_by = raw.get("shown_by", tree.Map())
        kinds = dict.fromkeys(shown_by, "list")
        self.fields(shown_by, raw.line_of("shown_by"), f"`shown_by` of {owner}", {}, kinds)
        aspects = tuple(Aspect(title, self.known_signals(shown_by, title)) for title in shown_by)
        for aspect in aspects:
            line = shown_by.line_of(aspect.title)
            if not aspect.signals:
                raise self.fault(line, f"aspect `{aspect.title}` of {owner} names no signal", "name one or drop it")
            for signal in aspect.signals:
                if signal.startswith("risk."):
                    raise self.fault(line, f"`{signal}` is a risk, which is never evidence", "drop it")
        return aspects

    def known_signals(self, raw: tree.Map, key: str) -> tuple[str, ...]:
        for signal, line in self.items(raw, key):
            if not isinstance(signal, str):
                raise self.fault(line, f"`{signal}` is no signal id", "write it as group.name")
            if self.signals is not None and signal not in self.signals:
                raise self.unknown(line, "signal", signal, self.signals)
        return tuple(raw.get(key, ()))

    def requirement(self, item: Any, line: int, figures: Collection[str]) -> PackRequirement:
        required = dict.fromkeys(("id", "title", "place", "check"), "text")
        optional = {"shown_by": "mapping", "words": "text", "contents": "list"}
        raw = self.fields(item, line, "a pack item", required, optional)
        check = self.choice(raw, "check", _CHECKS)
        if check in {"diagram", "analysis", "evidence"} and not raw.get("shown_by"):
            raise self.fault(raw.line, f"pack item `{raw['id']}` has no `shown_by`", "name the signals that show it")
        return PackRequirement(
            id=self.new_id(raw, "pack item"),
            title=raw["title"],
            place=raw["place"],
            check=check,
            shown_by=self.aspects(raw, f"`{raw['id']}`"),
            words=self.choice(raw, "words", figures) if "words" in raw else "",
            contents=tuple(str(text) for text in raw.get("contents", ())),
        )

    def figure(self, figures: tree.Map, name: str) -> Figure:
        required = {"value": "number", "unit": "text", "bound": "text", "title": "text", "place": "text"}
        raw = self.fields(figures[name], figures.line_of(name), f"figure `{name}`", required)
        return Figure(raw["value"], raw["unit"], self.choice(raw, "bound", _BOUNDS), raw["title"], raw["place"])

    def provision(self, item: Any, line: int) -> Provision:
        raw = self.fields(item, line, "a provision", {"id": "text", "text": "text", "place": "text"})
        return Provision(self.new_id(raw, "provision"), raw["text"], raw["place"])

    def grades(self, standard: tree.Map) -> tuple[tuple[str, ...], ...]:
        raw = self.fields(
            standard["grades"], standard.line_of("grades"), "`grades`", {"place": "text", "table": "list"}
        )
        width = len(standard["methods"]) + 1
        rows = []
        for row, line in self.items(raw, "table"):
            if not isinstance(row, list) or len(row) != width:
                raise self.fault(line, f"a row of the grade table is not {width} grades", "methods first, then overall")
            rows.append(tuple(str(grade) for grade in row))
        return tuple(rows)

    def statements(self, standard: tree.Map) -> dict[str, str]:
        raw = standard.get("statements", tree.Map())
        for code in raw:
            if code not in self.codes:
                raise self.unknown(raw.line_of(code), "KSB", code, self.codes)
        self.fields(raw, standard.line_of("statements"), "`statements`", {}, dict.fromkeys(raw, "text"))
        return {code: str(words) for code, words in raw.items()}
