"""The server, the API roots and the collections that a view tells of: facts, like everything else.

Rules:
1. `taxii-server` says how discovery introduces the node; `taxii-root` names a root; `intelligence-collection` names a
   collection and the root it lies at. Of several facts with one name the one that arrived first counts, so that nobody
   sets another's aside; its issuer may correct it.
2. A reader knows of a root or a collection if its fact is in his view. Of all others nothing is said: they are not
   there.
3. A collection says who may read through it and who may write to it: parties, or `*` for whoever knows of it. Without
   a word everybody who knows of it reads (each object by its own label, whatever is said here) and nobody writes.
   `tlp` says for whom a level of TLP is, of what is sent to it; without that, what bears a level that speaks of a
   community is not taken. `to` says whom those who write to it let read what they send, as far as its markings let;
   without that, what is not marked is its sender's alone.
4. A collection that names no root lies at `shared`, a root that needs no fact; it is there for whoever knows of
   such a collection.
5. A collection is told by a UUID: its name, where that is one, and otherwise one made from its name, which is then its
   alias.
6. The name of a root and an alias are a part of an address: what divides one, ends it or hides in it is refused where
   they are opened.
7. What lies in a collection that not everybody may know of is filed there by a fact of its own, under the object's
   label and the collection's: whoever reads the object is not told of a collection that is not in his view. The clause
   of what is sent to it is no name of its own, but one that this book alone can make.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID, uuid5

from comity.errors import Impossible, Malformed
from comity.formats.taxii import MEDIA, STIX, Resource, is_uuid
from comity.ledger.record import Record
from comity.ledger.view import View
from comity.values.label import PUBLIC, Atom, Label
from comity.values.letters import hides
from comity.values.party import ANYONE, PartyCode

C = TypeVar("C")
SERVER, ROOT, COLLECTION = "taxii-server", "taxii-root", "intelligence-collection"
COMMON = "shared"
CLAUSE = "clause of what is sent to a collection"
"""What the secret is for."""
LISTED = "see the collections of an API root"
LARGEST = 10_000_000
"""Bytes that one writing may bring."""
RESERVED = frozenset(
    {
        "agreements", "api", "between", "binds", "channel", "consultations", "dates", "feed", "inbox", "intel",
        "intelligence", "keys", "language", "ledger", "may", "people", "picture", "progress", "side", "sign", "sign-in",
        "sign-out", "static", "steps", "style", "taxii2",
    }
)  # fmt: skip
"""Words that begin the addresses of pages; no root is called so."""
_PARTING = frozenset("/\\?#%")
"""What divides or ends an address, or begins a letter by its number: rule 6."""
_NAMES = UUID("6c6c8d7e-3f0e-5a77-9d0f-0f6a4c3f1b52")
"""The name space of rule 5."""
_EDITIONS = (STIX + "2.1",)


@dataclass(frozen=True, slots=True)
class Root:
    """An API root: 4.2."""

    name: str
    title: str
    description: str = ""
    most: int = LARGEST

    def resource(self) -> Resource:
        """As it is written."""
        told = {"title": self.title, **({"description": self.description} if self.description else {})}
        return {**told, "versions": [MEDIA], "max_content_length": self.most}


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection: 5.2. `name` is what facts call it; `read` and `write` as rule 3 says."""

    name: str
    root: str
    title: str
    description: str = ""
    read: tuple[str, ...] = (ANYONE,)
    write: tuple[str, ...] = ()
    media: tuple[str, ...] = _EDITIONS
    tlp: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    to: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Rule 5."""
        return self.name if is_uuid(self.name) else str(uuid5(_NAMES, self.name))

    def reads(self, party: PartyCode) -> bool:
        """Whether a party may read through it."""
        return not {party, ANYONE}.isdisjoint(self.read)

    def writes(self, party: PartyCode) -> bool:
        """Whether a party may write to it."""
        return not {party, ANYONE}.isdisjoint(self.write)

    def resource(self, *, reads: bool, writes: bool) -> Resource:
        """As it is written for a reader."""
        return {
            "id": self.id,
            "title": self.title,
            **({"description": self.description} if self.description else {}),
            **({} if is_uuid(self.name) else {"alias": self.name}),
            "can_read": reads,
            "can_write": writes,
            "media_types": list(self.media),
        }


def line(one: Collection) -> tuple[dict[str, dict[str, object]], Label]:
    """The fact that opens a collection, and its label: public, or for its readers alone.

    Raises:
        Malformed: its root cannot be one, or its name stands in no address.
    """
    check_root(one.root)
    check_addressable(one.name, "name")
    said = {"title": one.title, "description": one.description, "root": one.root}
    told: dict[str, object] = {"name": one.name, **{name: text for name, text in said.items() if text}}
    if one.tlp:
        told["tlp"] = {level: list(readers) for level, readers in one.tlp.items()}
    if one.to:
        told["to"] = list(one.to)
    if ANYONE in one.read:
        return {COLLECTION: {**told, "write": list(one.write)}}, PUBLIC
    label = frozenset({Atom(one.read[0], COLLECTION, tuple(one.read))})
    return {COLLECTION: {**told, "read": list(one.read), "write": list(one.write)}}, label


def check_root(name: str) -> None:
    """Nothing, when a root may be called so.

    Raises:
        Malformed: its address would be that of a page, or none.
    """
    check_addressable(name, "root")
    if name in RESERVED:
        raise Malformed(f"{name} is the address of a page", field="root", next_step="choose another word")


def check_addressable(name: str, field: str) -> None:
    """Nothing, when a name may be a part of an address: rule 6.

    Raises:
        Malformed: it may not.
    """
    if not addressable(name):
        step = "write letters, digits, - and _; no stroke, question mark, hash or per cent sign"
        raise Malformed(f"{name!r} cannot stand in an address", field=field, next_step=step)


def addressable(name: str) -> bool:
    """Whether a name is one whole part of an address: rule 6."""
    parted = any(letter in _PARTING or hides(letter) or letter in "\n\t" for letter in name)
    return name not in {".", ".."} and name == name.strip() and not parted


def roots(view: View[C]) -> list[Root]:
    """The roots a view tells of, by name: rules 1, 2 and 4."""
    found = {name: _root(name, record.body) for name, record in _named(view, ROOT).items()}
    if COMMON not in found and any(one.root == COMMON for one in collections(view)):
        found[COMMON] = Root(COMMON, "Shared intelligence")
    return [found[name] for name in sorted(found) if name not in RESERVED and addressable(name)]


def root(view: View[C], name: str) -> Root:
    """One root.

    Raises:
        Impossible: the view tells of none of that name.
    """
    return _one(name, [one for one in roots(view) if one.name == name])


def collections(view: View[C], at: str | None = None) -> list[Collection]:
    """The collections a view tells of, at one root or at any, by id."""
    found = [_collection(name, record.body) for name, record in _named(view, COLLECTION).items()]
    return sorted((one for one in found if at in {None, one.root}), key=lambda one: one.id)


def collection(view: View[C], at: str, name: str) -> Collection:
    """One collection at a root, by its id or its alias.

    Raises:
        Impossible: the view tells of none of that name.
    """
    return _one(name, [one for one in collections(view, at) if name in {one.id, one.name}])


def closed(view: View[C], names: Iterable[str]) -> dict[str, Label]:
    """The labels of those of some collections that not everybody may know of, by name: rule 7."""
    labels = {name: record.label for name, record in _named(view, COLLECTION).items()}
    return {name: labels[name] for name in names if labels.get(name, PUBLIC) != PUBLIC}


def clause(view: View[C], name: str) -> str:
    """The clause of what is sent to a collection: its name, or what does not tell that there is such a one: rule 7.

    Raises:
        Refused: not everybody may know of it, and the key the book was made with is not at hand.
    """
    if not closed(view, [name]):
        return name
    return f"sent-{hmac.digest(view.secret(CLAUSE), name.encode(), 'sha256').hex()[:16]}"


def discovery(view: View[C], url: str) -> Resource:
    """How the node introduces itself: 4.1.

    Args:
        view: of whoever asks.
        url: how he reached the node, such as ``https://host``: roots are told as addresses he can reach.
    """
    names = [one.name for one in roots(view)]
    said = next((record.body for record in _named(view, SERVER, one=True).values()), {})
    listed = [name for name in _words(said, "roots") if name in names]
    ordered = [*listed, *(name for name in names if name not in listed)]
    told = {"title": _text(said, "title") or "Comity"}
    told |= {name: text for name in ("description", "contact") if (text := _text(said, name))}
    default = _text(said, "default")
    if default in names or len(names) == 1:
        told["default"] = f"{url}/{default if default in names else names[0]}/"
    return {**told, **({"api_roots": [f"{url}/{name}/" for name in ordered]} if ordered else {})}


T = TypeVar("T")


def _one(name: str, found: Sequence[T]) -> T:
    if not found:
        raise Impossible(f"there is no {name} here", next_step=LISTED)
    return found[0]


def _named(view: View[C], kind: str, *, one: bool = False) -> dict[str, Record]:
    """The facts of a kind, by name: rule 1."""
    seen = sorted(view.records([kind]), key=lambda one: (one.arrived, one.id))
    found: dict[str, Record] = {}
    for each in seen:
        name = "" if one else _text(each.record.body, "name")
        if name or one:
            found.setdefault(name, each.record)
    return found


def _root(name: str, body: Mapping[str, object]) -> Root:
    most = body.get("max_content_length")
    bounded = min(most, LARGEST) if isinstance(most, int) and most > 0 else LARGEST
    return Root(name, _text(body, "title") or name, _text(body, "description"), bounded)


def _collection(name: str, body: Mapping[str, object]) -> Collection:
    read, write = (_words(body, name) if name in body else None for name in ("read", "write"))
    return Collection(
        name,
        _text(body, "root") or COMMON,
        _text(body, "title") or name,
        _text(body, "description"),
        (ANYONE,) if read is None else tuple(read),
        tuple(write or ()),
        tuple(_words(body, "media_types")) or _EDITIONS,
        _levels(body.get("tlp")),
        tuple(_words(body, "to")),
    )


def _levels(told: object) -> Mapping[str, tuple[str, ...]]:
    """For whom each level of TLP is: rule 3."""
    return {str(level): tuple(_words(told, level)) for level in told} if isinstance(told, Mapping) else {}


def _text(body: Mapping[str, object], name: str) -> str:
    found = body.get(name)
    return found if isinstance(found, str) else ""


def _words(body: Mapping[str, object], name: str) -> list[str]:
    found = body.get(name)
    return (
        [one for one in found if isinstance(one, str)]
        if isinstance(found, Iterable) and not isinstance(found, str)
        else []
    )
