"""The collector of garbage, kept from looking too often through very many things that are made and stay.

Rules:
1. It is the whole process's: whoever makes much at the same time ends the quiet for all, which costs time only.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_USUAL = gc.get_threshold()
_SELDOM = (50_000, 20, 50)
"""A sixth of the time of an import is saved; what waits to be found is a few megabytes."""


@contextmanager
def seldom() -> Iterator[None]:
    """Let the collector of garbage look seldom: rule 1."""
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL)
