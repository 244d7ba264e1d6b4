"""Whatever an audience may not read cannot change a byte of its pictures: two books that differ in it answer alike."""

from __future__ import annotations

import pytest

from comity.casebook.book import Casebook
from comity.flow import agreement_told, due, picture, picture_map, picture_network, register, turns
from comity.formats import timeline
from comity.formats.tables import csv_bytes, xlsx_bytes
from comity.ledger.book import Book
from comity.values.instant import instant
from tests.flow.test_own_agreements import CHANGED, NAME, SOUND, add, book

DAY = instant("2024-05-01")


def _answers(book: Casebook) -> list[object]:
    """Everything that a page of the three shows."""
    entries = register.register(book, DAY)
    drawn = picture_map.draw(book, DAY, us="IRL")
    network = picture_network.draw(book, DAY, us="IRL")
    return [
        drawn,
        network,
        picture.parties(book, DAY),
        picture.arcs(book, DAY),
        picture.hubs(book, DAY),
        picture.between(book, "IRL", "ISL", DAY),
        picture.groups(book, DAY),
        picture.disputes(book, DAY),
        turns.changes(book, instant("2019-01-01"), DAY),
        turns.days(book, instant("1949-01-01"), DAY),
        [entry.agreement.id for entry in entries],
        register.matrix(book, DAY, ["IRL", "ISL", "NOR"]),
        due.due(book, DAY),
        [agreement_told.told(entry.agreement, book, DAY).articles for entry in entries],
        timeline.svg(register.timeline_rows(entries), "t", "d", first=instant("1949-01-01"), last=DAY),
        csv_bytes(register.register_table(entries), "PUBLIC"),
        xlsx_bytes(picture.arc_table(picture.arcs(book, DAY)), "PUBLIC"),
    ]


def _books() -> list[Book[Casebook]]:
    """Three books alike in all but one agreement that two parties alone may read."""
    without, held, changed = (book() for _ in range(3))
    add(held, SOUND)
    add(changed, CHANGED)
    return [without, held, changed]


AUDIENCES: dict[str, tuple[str, ...]] = {
    "the public": (),
    "a stranger": ("NOR",),
    "a party together with a stranger": ("IRL", "NOR"),
}


@pytest.mark.parametrize("audience", AUDIENCES.values(), ids=AUDIENCES)
def test_what_an_audience_may_not_read_changes_nothing(audience: tuple[str, ...]) -> None:
    first, *others = (_answers(one.view(*audience).casebook) for one in _books())
    assert all(other == first for other in others)


def test_to_its_parties_the_same_agreement_shows() -> None:
    without, held, changed = (one.view("IRL").casebook for one in _books())
    told = [picture.between(one, "IRL", "ISL", DAY) for one in (without, held, changed)]
    assert [NAME in {row.agreement for row in rows} for rows in told] == [False, True, True]
    assert told[1] != told[2]
