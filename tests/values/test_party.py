"""How several parties are named."""

from __future__ import annotations

import pytest

from comity.errors import Malformed
from comity.values.instant import instant
from comity.values.party import ANYONE, Group, Recipient, recipient

NAMES: dict[str, Recipient] = {
    "EST": "EST",
    "*": ANYONE,
    "NATO@dynamic": Group("NATO"),
    "NATO@2004-03-29": Group("NATO", instant("2004-03-29")),
}


@pytest.mark.parametrize("text", NAMES)
def test_a_name_is_read_and_written_the_same(text: str) -> None:
    assert recipient(text) == NAMES[text]
    assert str(recipient(text)) == text


@pytest.mark.parametrize("given", ["", None, 3, "@dynamic", "NATO@", "NATO@sometimes"])
def test_what_names_nobody_is_refused(given: object) -> None:
    with pytest.raises(Malformed) as told:
        recipient(given)
    assert told.value.next_step
