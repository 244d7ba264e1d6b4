"""What every test begins with."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # no test measures time: a busy machine is no mistake of ours
settings.load_profile("unhurried")
