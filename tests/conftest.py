"""Property tests are judged by what they find: how long an example takes says how busy the machine is."""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["XDG_CACHE_HOME"] = os.devnull  # no test is answered by what another one remembered

settings.register_profile("evidence-check", derandomize=True, deadline=None)
settings.load_profile("evidence-check")
