"""The reading list: the fewest places that together show the most KSBs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from evidence_check.model import Location, Report, Stop

LIMIT = 12
"""Stops: an evening has no room for more."""
_DEPTH = 3
"""Places of a signal that may become stops: its best ones."""
_MINUTES = {"docs": 5, "needs": 4, "cicd": 4}
_ORDER = ("docs", "needs", "code", "tests", "iac", "data", "security", "automation", "refresh", "cicd",
          "monitoring", "source")  # fmt: skip
"""The order in which a reader understands a project: what it is, how it is written, what it runs on, how it gets
there, how it is watched."""

_Place = tuple[str, str, str]


def reading(report: Report) -> tuple[Stop, ...]:
    """The stops in reading order: a greedy cover of the KSBs of method 1 by files (or commits) with evidence.

    The greedy cover is at most a factor of ln(n) + 1 larger than the smallest one (Chvátal, 1979). A KSB counts as
    shown at a place where one of the signals of its aspects has evidence there. Risks are not read for.
    """
    methods = {ksb.code: ksb.method for ksb in report.standard.ksbs}
    speaks: dict[str, set[str]] = defaultdict(set)
    for ksb in report.standard.ksbs:
        for aspect in ksb.shown_by:
            for signal in aspect.signals:
                if methods[ksb.code] == 1:
                    speaks[signal].add(ksb.code)
    shown: dict[_Place, dict[str, Location]] = defaultdict(dict)
    for id_, finding in sorted(report.findings.items()):
        if id_ in speaks:
            for evidence in finding.evidence[:_DEPTH]:
                at = evidence.location
                shown[at.part, at.path, at.commit].setdefault(id_, at)
    covers = {place: set().union(*(speaks[id_] for id_ in signals)) for place, signals in shown.items()}
    order = {ksb.code: number for number, ksb in enumerate(report.standard.ksbs)}
    stops, seen = [], set[str]()
    for place in sorted(_cover(covers), key=lambda one: (min(map(_rank, shown[one])), min(shown[one].values()))):
        mine, again = (sorted(codes, key=order.__getitem__) for codes in (covers[place] - seen, covers[place] & seen))
        stops.append(_stop(report, shown[place], tuple(mine), tuple(again)))
        seen |= covers[place]
    return tuple(stops)


def _cover(covers: Mapping[_Place, set[str]]) -> list[_Place]:
    """Each time the place that shows most of what is not yet shown, files before commits; none that is needless."""
    open_: set[str] = set().union(*covers.values())
    stops: list[_Place] = []
    while open_ and len(stops) < LIMIT:
        place = min(covers, key=lambda one: (-len(covers[one] & open_), one[2] != "", -len(covers[one]), one))
        stops.append(place)
        open_ -= covers[place]
    for place in reversed(stops):  # later choices may have made an earlier one needless
        others = [covers[other] for other in stops if other != place]
        if covers[place] <= set().union(*others):
            stops.remove(place)
    return stops


def _stop(report: Report, signals: Mapping[str, Location], mine: tuple[str, ...], again: tuple[str, ...]) -> Stop:
    first = min(signals, key=lambda id_: (_rank(id_), id_))
    minutes = min(_MINUTES.get(first.partition(".")[0], 3) + len(signals) // 3, 10)
    titles = tuple(report.signals[id_].title if id_ in report.signals else id_ for id_ in signals)
    return Stop(min(signals.values()), minutes, mine, again, titles)


def _rank(signal: str) -> int:
    group = signal.partition(".")[0]
    return _ORDER.index(group) if group in _ORDER else len(_ORDER)
