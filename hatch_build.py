"""What every first scan would work out anew is worked out when a wheel is built: rules parsed, templates compiled."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WorkedOut(BuildHookInterface[Any]):
    """Adds both to a wheel; a source tree and an editable installation do without them."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make them in a folder of their own; called before the wheel's files are gathered."""
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, self.root)
        from evidence_check import own_files
        from evidence_check.render import html
        from evidence_check.rulebook import load_rules

        load_rules()  # nothing that has a fault is built
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / own_files.BUILT).write_bytes(own_files.build())
        html.compile_templates(self.folder / html.COMPILED)
        build_data["force_include"] |= {
            str(self.folder / own_files.BUILT): f"evidence_check/rules/{own_files.BUILT}",
            str(self.folder / html.COMPILED): f"evidence_check/render/templates/{html.COMPILED}",
        }

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - Hatch calls it so
        """Remove that folder; called when the wheel is there."""
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder, ignore_errors=True)
