"""How a label is told in words."""

from __future__ import annotations

import pytest

from comity.values.label import PUBLIC, Atom, Label, words
from comity.values.party import Group

SEVERAL = tuple(Atom(owner, "plan") for owner in ("USA", "FRA", "GBR", "DEU", "NOR", "ITA"))
TOLD: dict[str, tuple[Label, str]] = {
    "nobody has to agree": (PUBLIC, "PUBLIC"),
    "an owner and his clause": (frozenset({Atom("GBR", "plan")}), "GBR plan"),
    "whom he let read by stating it": (
        frozenset({Atom("GBR", "plan", ("EST", Group("PACT")))}),
        f"GBR plan to EST, {Group('PACT')}",
    ),
    "several, by their names": (
        frozenset(SEVERAL),
        "DEU plan; FRA plan; GBR plan; ITA plan; NOR plan; USA plan",
    ),
}


@pytest.mark.parametrize("case", TOLD.values(), ids=TOLD)
def test_a_label_in_words(case: tuple[Label, str]) -> None:
    label, told = case
    assert words(label) == told
