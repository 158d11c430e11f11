"""The reading list: few places, many KSBs."""

from __future__ import annotations

from dataclasses import replace

from evidence_check.model import Aspect, Evidence, Finding, Ksb, Location, Outcome, Report, SignalText
from evidence_check.reading import LIMIT, reading
from tests.render.sample import EMPTY, REPORT


def _report(places: dict[str, list[str]], ksbs: dict[str, list[str]]) -> Report:
    findings = {
        signal: Finding(signal, Outcome.PRESENT, tuple(Evidence(Location("app", path, 1), "", "") for path in paths))
        for signal, paths in places.items()
    }
    codes = tuple(
        Ksb(code, 2 if code.startswith("B") else 1, code, "", (Aspect("a", tuple(s)),)) for code, s in ksbs.items()
    )
    texts = {signal: SignalText(signal.upper(), "") for signal in places}
    return replace(EMPTY, findings=findings, signals=texts, standard=replace(REPORT.standard, ksbs=codes))


def test_one_place_that_shows_all_is_enough() -> None:
    report = _report(
        {"tests.unit": ["a.py", "all.yml"], "cicd.pipeline": ["b.yml", "all.yml"]},
        {"K1": ["cicd.pipeline"], "K14": ["tests.unit"]},
    )
    [stop] = reading(report)
    assert stop.location.path == "all.yml"
    assert stop.ksbs == ("K1", "K14")
    assert stop.shows == ("CICD.PIPELINE", "TESTS.UNIT")


def test_no_stop_is_kept_that_the_others_make_needless() -> None:
    """The largest place is taken first, and is needless once the two others are taken for what it lacks."""
    ksbs = {code: [f"s.{code.lower()}"] for code in ("K1", "K2", "K3", "K4", "K5", "K6")}
    shown = {"big": "K1 K2 K3 K4", "left": "K1 K2 K5", "right": "K3 K4 K6"}
    report = _report({f"s.{code.lower()}": [p for p, s in shown.items() if code in s.split()] for code in ksbs}, ksbs)
    assert sorted(stop.location.path for stop in reading(report)) == ["left", "right"]


def test_stops_stand_in_reading_order_and_tell_what_is_new() -> None:
    report = _report(
        {"docs.readme": ["README.md"], "cicd.pipeline": ["ci.yml"], "cicd.lint": ["ci.yml"]},
        {"K1": ["cicd.pipeline"], "K2": ["cicd.lint", "docs.readme"], "K3": ["docs.readme"]},
    )
    stops = reading(report)
    assert [stop.location.path for stop in stops] == ["README.md", "ci.yml"]
    assert [(stop.ksbs, stop.also) for stop in stops] == [(("K2", "K3"), ()), (("K1",), ("K2",))]
    assert all(1 <= stop.minutes <= 10 for stop in stops)


def test_risks_and_the_other_method_are_not_read_for() -> None:
    report = _report({"risk.open-ingress": ["a.tf"], "docs.post-incident": ["b.md"]}, {"B4": ["docs.post-incident"]})
    assert reading(report) == ()


def test_a_list_ends() -> None:
    many = {f"code.s{number}": [f"{number}.py"] for number in range(40)}
    report = _report(many, {f"K{number}": [f"code.s{number}"] for number in range(40)})
    assert len(reading(report)) == LIMIT


def test_nothing_to_read() -> None:
    assert reading(EMPTY) == ()
