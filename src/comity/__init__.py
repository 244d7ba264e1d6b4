"""Comity: what was promised, what partners permit, whose yes is missing, and what changes with it.

The names below are all that most programs import. Each is loaded when first used, so ``import comity`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.consent.decide import decide as decide
    from comity.consent.facts import Facts as Facts
    from comity.errors import ComityError as ComityError
    from comity.flow.books import open as open  # noqa: A004  # what a user knows from everything that is opened
    from comity.flow.questions import ask as ask
    from comity.flow.questions import event as event
    from comity.flow.questions import may as may
    from comity.instruments.guarantees.commitments import commitments as commitments
    from comity.instruments.guarantees.event import Event as Event
    from comity.values.fact import Ask as Ask
    from comity.values.verdict import Verdict as Verdict

__version__ = "0.1.0"

_EXPORTS: dict[str, str] = {
    "open": "comity.flow.books",
    "event": "comity.flow.questions",
    "commitments": "comity.instruments.guarantees.commitments",
    "ask": "comity.flow.questions",
    "may": "comity.flow.questions",
    "decide": "comity.consent.decide",
    "Facts": "comity.consent.facts",
    "Ask": "comity.values.fact",
    "Event": "comity.instruments.guarantees.event",
    "Verdict": "comity.values.verdict",
    "ComityError": "comity.errors",
}
"""Public name -> the module that defines it."""


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    module = _EXPORTS.get(name)
    if module is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *_EXPORTS})
