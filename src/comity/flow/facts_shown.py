"""Facts as a page, an answer or the command line shows them: of intelligence no more than the shelf shows.

Rules:
1. A portion is signed with every reference that its author stated, and its label says nothing of what these name. So
   whoever did not state it is shown it as it stands on the shelf: without references to what he may not read, and
   nothing of what it says where the shelf shows no such version (`comity.instruments.intelligence.assembly`).
2. Of what is shown otherwise than it was signed neither the signed bytes are shown nor the chance that went into its
   address: by them what was left out could be tried.
3. Its author is shown every fact as he signed it; so is everybody what needs no change, and what is no intelligence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast

import msgspec

from comity.instruments.intelligence.facts import COVER, PORTION, properties
from comity.instruments.intelligence.references import followed
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.record import Record
from comity.ledger.view import Seen, View
from comity.values.canonical import Plain

C = TypeVar("C")
_encode = msgspec.json.Encoder().encode


def shown(view: View[C], found: Iterable[Seen]) -> list[Seen]:
    """Facts of a view, as they may be shown: rules 1 to 3.

    A record that is shown otherwise than it was signed has no bytes.
    """
    return [_shown(view, one) for one in found]


def _shown(view: View[C], one: Seen) -> Seen:
    record = one.record
    if record.kind not in {PORTION, COVER} or view.audience == (record.issuer,):
        return one
    body = _body(Shelf.of(view), record)
    if body == record.body:
        return one
    content = {name: value for name, value in record.content.items() if name != "nonce"}
    return Seen(Record(b"", record.address, {**content, "body": body}, record.label), one.arrived)


def _body(shelf: Shelf, record: Record) -> dict[str, Plain]:
    """Rule 1."""
    thing, version = cast("str", record.body["thing"]), cast("str", record.body["version"])
    if not shelf.stands(thing, version):
        return {}
    said = properties(record.body)
    left = followed(said, lambda to: to if to in shelf else None)
    return record.body if left == said else {**record.body, "stix": _encode(left).decode()}
