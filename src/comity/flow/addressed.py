"""Whom facts that a program states are addressed to: nobody whom nobody knows, so that a slip of the pen is told.

Rules:
1. What consents, refusals, requests and facts of consultations and of intelligence name as addressees, and what a label
   names as readers, is known as the parties of any ask are (`comity.flow.meant`).
2. So is whom a fact stated beside them brings in: the owner of a title, a member of a group, an organ and whom it acts
   for. Facts bring parties in, consents do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from comity.casebook.book import Casebook
from comity.errors import Malformed
from comity.flow.meant import check_recipients
from comity.flow.proposals import KIND as PROPOSAL
from comity.flow.releases import KIND as RELEASE
from comity.instruments.consultation.bodies import KINDS as CONSULTED
from comity.instruments.intelligence.reported_bodies import KINDS as REPORTED
from comity.ledger.book import Book
from comity.values.party import ANYONE, PartyCode, Recipient, recipient

Line = Mapping[str, Mapping[str, object]]
ADDRESSEES = {
    **dict.fromkeys(("grant", "refuse", "request", RELEASE), ("to",)),
    **dict.fromkeys((*CONSULTED, *REPORTED), ("to", "parties", "share_with")),
    PROPOSAL: ("to", "for"),
}
"""The fields of each kind that rule 1 is about."""
BRINGS_IN = {"title": ("owner",), "member": ("party", "group"), "acts-for": ("organ", "sovereign")}
"""The fields of each kind that rule 2 is about."""


def check_addressees(book: Book[Casebook], by: PartyCode, lines: Iterable[Line]) -> None:
    """Refuse facts that are addressed to a party or a group nobody knows: rules 1 and 2.

    Args:
        book: the book they are stated in.
        by: who states them, and what may be read by whom is looked through.
        lines: the facts, each one kind and its fields.

    Raises:
        Malformed: a party or a group nobody knows; `field` names the fact, by its place, and its field.
    """
    given = list(lines)
    brought = {str(body.get(name)) for kind, body in _each(given) for name in BRINGS_IN.get(kind, ())}
    said = [(field, one) for place, line in enumerate(given) for field, one in _addressees(place, line)]
    check_recipients(book, by, [(field, one) for field, one in said if _name(one) not in brought])


def _each(lines: Iterable[Line]) -> Iterator[tuple[str, Mapping[str, object]]]:
    for line in lines:
        yield from line.items()


def _addressees(place: int, line: Line) -> Iterator[tuple[str, Recipient]]:
    for kind, body in line.items():
        for name in ADDRESSEES.get(kind, ()):
            yield from ((f"facts[{place}].{kind}.{name}", one) for one in _read(body.get(name)))
        atoms = body.get("label")
        for atom in atoms if isinstance(atoms, list) else ():
            if isinstance(atom, Mapping):
                yield from ((f"facts[{place}].{kind}.label", one) for one in _read(atom.get("readers")))


def _read(value: object) -> Iterator[Recipient]:
    """The parties and groups of a field; what is neither is told where the fact is read."""
    for one in value if isinstance(value, list) else [value]:
        try:
            found = recipient(one)
        except Malformed:
            continue
        if found != ANYONE:
            yield found


def _name(one: Recipient) -> str:
    return one if isinstance(one, str) else one.name
