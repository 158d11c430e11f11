"""Property tests are judged by what they find: how long an example takes says how busy the machine is."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("evidence-check", derandomize=True, deadline=None)
settings.load_profile("evidence-check")
