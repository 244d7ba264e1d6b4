"""What every test begins with."""

from __future__ import annotations

from hypothesis import settings

if settings.get_current_profile_name() == "default":  # whoever hunts mutants brings a profile of his own
    settings.register_profile("unhurried", deadline=None)  # no test measures time: a busy machine is no mistake of ours
    settings.load_profile("unhurried")
