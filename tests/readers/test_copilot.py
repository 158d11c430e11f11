"""Manifests of AWS Copilot."""

from __future__ import annotations

from evidence_check.model import Resource
from evidence_check.readers import copilot
from tests.support import read_with, source

MANIFEST = """\
name: web
type: Load Balanced Web Service
image: {location: shop/web, port: 8080}
environments:
  test:
    count: 1
  prod:
"""


def test_service_and_its_environments() -> None:
    facts = read_with(copilot, "copilot/web/manifest.yml", MANIFEST)
    found = [(fact.type, fact.name, fact.location.line) for fact in facts if isinstance(fact, Resource)]
    assert found == [
        ("Load Balanced Web Service", "web", 2),
        ("environment", "test", 5),
        ("environment", "prod", 7),
    ]


def test_only_manifests_in_their_folder() -> None:
    assert copilot.wants(source("api/copilot/web/manifest.yaml", MANIFEST))
    assert not copilot.wants(source("web/manifest.yml", MANIFEST))
    assert not copilot.wants(source("copilot/web/addons/db.yml", MANIFEST))


def test_an_application_without_a_type_states_nothing() -> None:
    assert read_with(copilot, "copilot/web/manifest.yml", "application: shop\n") == []
