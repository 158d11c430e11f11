"""Places of a report in the checkout."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_check.github.places import places
from evidence_check.model import Location, PartSummary, Report
from evidence_check.render.sarif import render as sarif
from tests.render.sample import REPORT


def _report(**sources: str) -> Report:
    part = REPORT.parts[0]
    parts: tuple[PartSummary, ...] = tuple(replace(part, name=name, source=told) for name, told in sources.items())
    return replace(REPORT, parts=parts)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("infra/main.tf", "app/app.py", "docs/analysis.md", "README.md"):
        (tmp_path / "w" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "w" / name).write_text("x")
    (tmp_path / "outside.txt").write_text("x")
    return tmp_path / "w"


def test_a_place_is_told_from_the_root(checkout: Path) -> None:
    report = _report(whole=".", infra="./infra", app=str(checkout / "app"), documents="README.md, docs/analysis.md")
    place = places(report, checkout)
    assert place(Location("whole", "infra/main.tf", 3)) == "infra/main.tf"
    assert place(Location("infra", "main.tf")) == "infra/main.tf"
    assert place(Location("app", "app.py")) == "app/app.py"
    assert place(Location("documents", "analysis.md")) == "docs/analysis.md"
    assert place(Location("documents", "README.md")) == "README.md"


def test_what_is_not_in_the_checkout_has_no_place(checkout: Path) -> None:
    report = _report(whole=".", remote="https://example.org/x.git", packed="docs/pack.zip", beside="..")
    place = places(report, checkout)
    assert place(Location("whole", "gone.tf")) == ""
    assert place(Location("whole", "infra")) == "", "a folder has no lines"
    assert place(Location("whole", "README.md", commit="3f2a9c1b0d")) == "", "a commit is no line of now"
    assert place(Location("whole", "a\0b")) == ""
    assert place(Location("whole", "../outside.txt")) == ""
    assert place(Location("beside", "outside.txt")) == ""
    assert place(Location("remote", "main.tf")) == ""
    assert place(Location("packed", "main.tf")) == ""
    assert place(Location("whole")) == ""
    assert place(Location("", "README.md")) == ""


def test_code_scanning_gets_the_paths_of_the_checkout() -> None:
    def uris(text: str) -> set[str]:
        found = json.loads(text)["runs"][0]["results"]
        places_ = [each["locations"][0]["physicalLocation"]["artifactLocation"] for each in found]
        return {f"{place.get('uriBaseId', '')}|{place['uri']}" for place in places_}

    assert "app|app/settings.py" in uris(sarif(REPORT))
    found = uris(sarif(REPORT, lambda location: f"my work/{location.path}" if location.part == "app" else ""))
    assert "|my%20work/app/settings.py" in found
    assert "infra|modules/legacy/main.tf" in found
