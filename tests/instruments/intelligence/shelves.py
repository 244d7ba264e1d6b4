"""Books with intelligence on the shelf, made in memory, and objects to put there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from comity.flow.intelligence_import import Brought, How, plan
from comity.formats.intelligence_rules import Rule
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.background import Nothing
from comity.ledger.book import Book
from comity.ledger.keyring import Keyring
from comity.ledger.memory import MemoryStore
from comity.ledger.sign import book_name
from comity.values.party import recipient
from comity.values.reading import BOOK
from tests.ledger.nations import Clock, Dice

Stix = dict[str, object]
GREEN = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"
RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
DAY = "2024-05-01T00:00:00.000Z"


def name(kind: str, word: str, version: int = 4) -> str:
    """The same id each time for a type and a word."""
    text = sha256(f"{kind} {word}".encode()).hexdigest()
    return f"{kind}--{text[:8]}-{text[8:12]}-{version}{text[13:16]}-8{text[17:20]}-{text[20:32]}"


def thing(kind: str, word: str, **more: object) -> Stix:
    """An object of a type that is versioned."""
    return {
        "type": kind, "spec_version": "2.1", "id": name(kind, word), "created": DAY, "modified": DAY, "name": word,
        **more,
    }  # fmt: skip


def relationship(source: Stix, target: Stix, word: str = "uses", **more: object) -> Stix:
    """A relationship between two objects."""
    made = thing("relationship", f"{source['id']} {word} {target['id']}", **more)
    made.pop("name")
    return {**made, "relationship_type": word, "source_ref": source["id"], "target_ref": target["id"]}


def statement(words: str) -> Stix:
    """A marking definition that says something in words."""
    return {
        "type": "marking-definition", "spec_version": "2.1", "id": name("marking-definition", words), "created": DAY,
        "definition_type": "statement", "definition": {"statement": words},
    }  # fmt: skip


def book(dice: Dice | None = None) -> Book[None]:
    """A book in memory; two of them have the same name and the same key."""
    keyring = Keyring(chance=Dice("keys"))
    node = keyring.generate(BOOK)[1].hex()
    properties = {"book": book_name(node, "UNMARKED", "00"), "ceiling": "UNMARKED", "node": node, "salt": "00"}
    return Book(MemoryStore(properties), keyring, background=Nothing(), clock=Clock(), chance=dice or Dice())


def bundle(*objects: Stix) -> bytes:
    """Objects as a bundle."""
    return json.dumps({"type": "bundle", "id": name("bundle", "one"), "objects": objects}).encode()


def brought_in(
    into: Book[None],
    *objects: Stix,
    by: str = "USA",
    to: Sequence[str] | None = ("*",),
    tlp: Mapping[str, Sequence[str]] | None = None,
    rules: Sequence[Rule] = (),
    clause: str = "reports",
    collections: Sequence[str] = (),
) -> Brought:
    """Objects imported; none of them is bad."""
    bound = {level: tuple(map(recipient, readers)) for level, readers in (tlp or {}).items()}
    readers = None if to is None else tuple(map(recipient, to))
    how = How(by, clause, readers, bound, tuple(rules), tuple(collections))
    planned = plan(into, bundle(*objects), how)
    assert planned.bad == ()
    return planned.commit()


def held_back(*things: Stix, to: Sequence[str] = ()) -> Rule:
    """A rule that holds some objects back."""
    ids = frozenset(str(one["id"]) for one in things)
    return Rule(ids, frozenset(), frozenset(), tuple(map(recipient, to)), "held-back")


def seen(by: Book[None], *audience: str) -> Shelf:
    """What some parties see."""
    return Shelf.of(by.view(*audience))


APT = thing("intrusion-set", "Hollow Reed", aliases=["Reed", "Group 99"], description="A careful group.")
TOOL = thing("tool", "Lantern", description="A tool of many.")
USES = relationship(APT, TOOL)


def report(*about: Stix, **more: object) -> Stix:
    """A report about some objects."""
    return thing("report", "Weekly", published="2024-05-01T00:00:00Z", object_refs=[one["id"] for one in about], **more)
