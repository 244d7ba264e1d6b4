"""The collector of garbage looks seldom while much is made, and as usual after."""

from __future__ import annotations

import gc

import pytest

from comity.flow.collector import seldom


def test_it_looks_seldom_inside_and_as_usual_after_even_where_something_failed() -> None:
    usual = gc.get_threshold()
    with seldom():
        assert gc.get_threshold()[0] > usual[0]
    with pytest.raises(ValueError, match="half way"), seldom():
        raise ValueError("half way")
    assert gc.get_threshold() == usual
    assert gc.isenabled()
