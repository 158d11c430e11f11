"""Property tests are judged by what they find: how long an example takes says how busy the machine is."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

os.environ["XDG_CACHE_HOME"] = os.devnull  # no test is answered by what another one remembered

settings.register_profile("evidence-check", derandomize=True, deadline=None)
settings.load_profile("evidence-check")

_FIRST = ("test_hostile.py", "test_action.py", "test_browser.py")
"""Modules whose tests share what takes many seconds to make: a hostile scan, an installed action, a browser."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who has nothing left to do takes tests from the end of another process: what is shared comes first, together."""
    items.sort(key=lambda item: _FIRST.index(item.path.name) if item.path.name in _FIRST else len(_FIRST))
