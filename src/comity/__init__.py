"""Comity: what was promised, what partners permit, whose yes is missing, and what changes with it.

The names below are all that most programs import. Each is loaded when first used, so ``import comity`` stays light.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

_EXPORTS: dict[str, str] = {"open": "comity.flow.books"}
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
