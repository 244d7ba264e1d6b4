"""What the tests of the pages share."""

from __future__ import annotations

from tests.serve.browser import chrome

__all__ = ["chrome"]
