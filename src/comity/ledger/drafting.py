"""Drafting: from a line that somebody states to a record that can be signed, added to nothing yet.

Rules:
1. A fact above the book's ceiling is refused.
2. A line may call an earlier fact by the name its issuer gave it; what is signed holds the address.
3. Who states a line that does not say is whom its kind names (`comity.values.reading`, rule 5); what is taken over on
   the book's own word is the node's.
4. Without a label given, a line stands under its kind's own (`comity.ledger.readers`); content about a thing stands
   under that of the thing as well, by what its issuer may read.
5. A key that can be none is refused (`comity.ledger.keys`, rule 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from comity.consent.facts import Moment
from comity.consent.labels import label_of, read_by
from comity.errors import Malformed, Refused
from comity.ledger.authority import SIGNATURE
from comity.ledger.held import UNMARKED, Held
from comity.ledger.keyring import Chance
from comity.ledger.keys import KEY, public_key
from comity.ledger.readers import NAMED_ALONE, default_label
from comity.ledger.record import Alike, Record, label_read, plain_fields, trusted, write
from comity.values.canonical import Plain
from comity.values.instant import NEVER
from comity.values.label import Label, join
from comity.values.party import PartyCode
from comity.values.reading import BOOK, KINDS

C = TypeVar("C")
_REFERENCES = {"revoke": ("grant", "fact"), "renew": ("grant",), "use": ("grant",), "discharge": ("grant",),
               SIGNATURE: ("fact",)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """How lines are to be stated: by whom, under which label, signed by whom else, on whose word.

    `size` is how many facts the book has to hold still, where the lines rest on what was read (`MovedOn`). Where things
    are named by `about`, more may have arrived, but nothing of these kinds that the same parties state about one of
    them: what others state shows to nobody by barring him.
    """

    issuer: PartyCode | None = None
    label: Label | None = None
    signers: tuple[PartyCode, ...] = ()
    adopt: bool = False
    size: int | None = None
    about: frozenset[str] = frozenset()


AS_ITS_KIND = Draft()
"""By whom, and under which label, the kind of a line says."""


def drafted(book: Held[C], line: Mapping[str, object], how: Draft, names: dict[str, str], chance: Chance) -> Record:
    """The record of a line: its issuer, its label and its references settled.

    Where its label or a reference rests on what the book holds, the book is read first.

    Args:
        book: the book it is for.
        line: one kind and its fields.
        how: by whom and under which label.
        names: the ids of what was drafted before it and will be added with it, by name; its own is added.
        chance: where its nonce comes from.

    Raises:
        Malformed: the line states nothing that can be kept.
        Refused: it is above the ceiling.
    """
    kind, body = plain_fields(line)
    issuer = BOOK if how.adopt else how.issuer or _issuer(kind, body)
    for field in _REFERENCES.get(kind, ()):
        if body.get(field) is not None:
            body[field] = _resolved(book, str(body[field]), f"{kind}.{field}", names)
    _check_ceiling(book, kind, body)
    _check_key(kind, body)
    body.pop("issuer", None) if how.adopt else None
    stated = body.pop("label", None)
    label = label_read(stated) if stated is not None else how.label
    if label is None:
        label = _default_label(book, kind, body, issuer)
    record = write(kind, body, issuer=issuer, label=label, recorded=book.clock(), nonce=chance(16))
    _name(record, names)
    return record


def _name(record: Record, names: dict[str, str]) -> None:
    """Let what is drafted later call a record by its name: rule 2."""
    name = record.text("name")
    if name is not None and names.setdefault(name, record.id) != record.id:
        step = "give each fact its own id, or none; a later line could not tell which of them it means"
        raise Malformed(f"{name} stands twice", field=f"{record.kind}.id", next_step=step)


def alike(book: Held[C], kind: str, common: Mapping[str, Plain], how: Draft, chance: Chance) -> Alike:
    """Drafts of many records of a kind that is content, under one given label, as of now.

    Args:
        book: the book they are for.
        kind: the kind.
        common: fields that stand in each of them.
        how: by whom and under which label; the label is given.
        chance: where their nonces come from.

    Raises:
        Malformed: they state nothing that can be kept.
        Refused: they are above the ceiling.
    """
    _check_ceiling(book, kind, common)
    issuer = how.issuer or BOOK
    label = how.label if how.label is not None else _default_label(book, kind, common, issuer)
    return Alike(write(kind, common, issuer=issuer, label=label, recorded=book.clock(), nonce=chance(16)), chance)


def _resolved(book: Held[C], text: str, field: str, names: Mapping[str, str]) -> str:
    """The id of the fact that a line refers to: rule 2."""
    if text in names:
        return names[text]
    if book.find(text) is not None:
        return text
    found = {one.record.id for one in book.arrived() if one.record.text("name") == text}
    if len(found) == 1:
        return found.pop()
    if any(fact.id == text for fact in book.background.facts(())):
        return text
    says = f"{text} names {len(found)} facts" if found else f"{text} names no fact of this book"
    raise Malformed(says, field=field, next_step="give the fact's id, as `comity ledger list` shows it")


def _check_ceiling(book: Held[C], kind: str, body: Mapping[str, Plain]) -> None:
    """Rule 1."""
    stated = body.get("classification", UNMARKED)
    if not book.holds(str(stated)):
        raise Refused(
            f"{stated} is above what this book may hold ({', '.join(book.ceiling)})",
            field=f"{kind}.classification",
            next_step="keep it in a book on a system accredited for it",
        )


def _check_key(kind: str, body: Mapping[str, Plain]) -> None:
    """Rule 5."""
    if kind == KEY and public_key(body.get("public")) is None:
        step = "give 64 hexadecimal digits of a public key that Ed25519 made: comity keys generate"
        raise Malformed("this can be no public key", field=f"{KEY}.public", next_step=step)


def _default_label(book: Held[C], kind: str, body: Mapping[str, Plain], issuer: PartyCode) -> Label:
    """Rule 4."""

    def target(name: str) -> tuple[PartyCode, Label] | None:
        row = book.find(name)
        return None if row is None else (row.issuer, trusted(row.data, row.address).label)

    label = default_label(kind, body, issuer, target)
    thing = body.get("thing")
    if kind in KINDS or kind in NAMED_ALONE or not isinstance(thing, str):
        return label
    try:
        owners = label_of(thing, read_by(issuer, Moment(book.facts(), book.clock(), NEVER)))
    except Malformed:
        owners = None  # it runs in a circle, by what its issuer may not read perhaps: so it has no owner
    return join([label, owners or frozenset()])


def _issuer(kind: str, body: Mapping[str, Plain]) -> PartyCode:
    """Rule 3."""
    field = KINDS[kind][1] if kind in KINDS else "by"
    stated = body.get("issuer") or (body.get(field) if field else None)
    return stated if isinstance(stated, str) else BOOK
