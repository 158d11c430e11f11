"""The way from commit to user: jobs, order, what they do, and the holes."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence_check.model import Way
from evidence_check.render._layout import tracks
from evidence_check.render.json_report import load_report, render
from evidence_check.scan import scan
from tests.gitrepo import git

WORKFLOW = """\
name: Ship
on:
  push: {branches: [main]}
  pull_request:
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: make check
  image:
    needs: test
    runs-on: ubuntu-latest
    steps:
      - run: docker build -t app .
      - run: docker push registry.example/app
  live:
    needs: [test, image]
    environment: production
    runs-on: ubuntu-latest
    steps:
      - run: kubectl apply -f k8s/
"""
ONLY_DEPLOY = """\
on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - run: kubectl apply -f k8s/
"""


def _way(folder: Path, workflow: str) -> Way:
    for name, text in {
        ".github/workflows/ship.yml": workflow,
        "Makefile": "check:\n\tpytest tests\n",
        "k8s/app.yml": "apiVersion: v1\nkind: Service\nmetadata: {name: app}\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    report = scan([str(folder)], linters=False)
    assert report.way is not None
    assert load_report(render(report)).way == report.way
    return report.way


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Way:
    return _way(tmp_path_factory.mktemp("ship"), WORKFLOW)


def test_jobs_stand_in_the_order_in_which_they_run(way: Way) -> None:
    assert [(job.name, job.column) for job in way.jobs] == [("test", 0), ("image", 1), ("live", 2)]
    assert [job.after for job in way.jobs] == [(), (0,), (1,)], "what is needed anyway is not drawn twice"


def test_what_each_does_is_told_however_deep_it_stands(way: Way) -> None:
    marks = [[(step.mark, step.technology) for step in job.steps] for job in way.jobs]
    assert marks == [[("tests", "pytest")], [("build", "docker"), ("publish", "docker")], [("deploy", "kubernetes")]]
    assert way.jobs[0].steps[0].location.line == 9


def test_starts_and_environments(way: Way) -> None:
    assert way.jobs[0].starts == ("push to main", "pull request")
    assert way.jobs[2].environments == ("production",)


def test_a_called_pipeline_stands_after_what_calls_it(tmp_path: Path) -> None:
    """It must be done before its caller is, and starts after it: that is how a person follows the way."""
    caller = """\
on: {push: {branches: [main]}}
jobs:
  test: {runs-on: ubuntu-latest, steps: [{run: pytest}]}
  hand-over: {needs: test, uses: ./.github/workflows/a-deployment.yml}
"""
    called = """\
on: workflow_call
jobs:
  ship: {runs-on: ubuntu-latest, steps: [{run: kubectl apply -f k8s/}]}
"""
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/a-deployment.yml").write_text(called, encoding="utf-8")
    way = _way(tmp_path, caller)
    after = {job.name: [way.jobs[one].name for one in job.after] for job in way.jobs}
    assert after == {"test": [], "hand-over": ["test"], "ship": ["hand-over"]}
    [drawing] = tracks(way)
    of = [box.lines[1].text for box in drawing.boxes if box.sort != "soft"]
    assert all(text.startswith("of .github/") for text in of), "names of jobs are told apart by their pipelines"
    assert len(drawing.lines) == 3  # what starts it, and the two steps


def test_a_hole_is_a_hole(way: Way, tmp_path: Path) -> None:
    assert way.missing == ("security scans",)
    assert "automated tests" in _way(tmp_path, ONLY_DEPLOY).missing


def test_no_pipeline_is_told_as_missing(tmp_path: Path) -> None:
    assert _way(tmp_path, "").jobs == ()
