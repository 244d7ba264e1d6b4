"""The shelf: the objects of intelligence that an audience sees, one by one, in pages, and as they may leave.

Rules:
1. What stands, and what is whole, is what `comity.instruments.intelligence.assembly` says of the view.
2. Every portion that is shown is read from the book through the view, which asks again whether it may be read.
3. A reference to something that is not seen is left out, and what refers to something under another id follows it.
4. What leaves unaltered keeps its id and version. What is altered leaves as a rendition: under an id of its own, made
   with the book's secret (`renditions`). (STIX 2.1, 3.6: who omits anything has to give a new id.)
5. Asking for what is withheld ends as asking for what was never there.
6. Of two originators who state one version, the one whose statement arrived first is shown; the other's portions stand
   beside it, each with what it says itself, and parts add what it does not have (`seen`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from comity.errors import Impossible, Malformed
from comity.instruments.intelligence.facts import COVER, Properties, properties
from comity.instruments.intelligence.mentions import uuid_of
from comity.instruments.intelligence.readable import Readable, caught_up
from comity.instruments.intelligence.references import followed
from comity.instruments.intelligence.renditions import RENDITION, Renditions
from comity.instruments.intelligence.seen import (
    Entry,
    Found,
    Hit,
    ObjectId,
    Portion,
    SeenObject,
    Stated,
    forget_absent,
    merged,
    otherwise,
    portion,
)
from comity.ledger.derived import Derived
from comity.ledger.view import Seen

if TYPE_CHECKING:
    from comity.instruments.intelligence.assembly import Sight
    from comity.instruments.intelligence.columns import Flags, Ints

ROOM = "intelligence"


class Shelf:
    """The objects of a view: rules 1 to 6. `Shelf.of(view)` is kept for the audience and follows the log."""

    def __init__(self, view: Readable, derived: Derived, sight: Sight) -> None:
        self._view, self._derived, self.sight = view, derived, sight
        self._columns = sight.columns
        self._renditions = Renditions(sight, lambda: view.secret(RENDITION))

    @classmethod
    def of(cls, view: Readable) -> Shelf:
        """The shelf of a view."""
        from comity.instruments.intelligence.assembly import Open, Sight  # whoever has no intelligence loads no arrays
        from comity.instruments.intelligence.index import Index

        index, derived = view.derived(Index)
        with derived.still():
            caught_up(view, index, derived)
            until = min(view.until, index.columns.arrived)
            opened = Open(frozenset(view.labels), until, view.lens.on, frozenset(view.corrected))
            key = (derived.generation, index.columns.portions, index.columns.members, opened)
            kept = view.kept(ROOM).get(key, lambda: cls(view, derived, Sight(index.columns, opened)))
        shelf = cast("Shelf", kept)
        return shelf if shelf._view is view else shelf._for(view)

    def _for(self, view: Readable) -> Shelf:
        """The same for another view of the same audience."""
        again = Shelf(view, self._derived, self.sight)
        again._renditions = self._renditions.shared(lambda: view.secret(RENDITION))
        return again

    # Which objects there are

    def ids(
        self,
        *,
        types: Collection[str] | None = None,
        collection: str | None = None,
        originator: str | None = None,
        after: ObjectId | None = None,
        limit: int | None = None,
    ) -> list[ObjectId]:
        """The ids of the objects that are seen, latest version first.

        Args:
            types: only of these types.
            collection: only in this collection.
            originator: only with a seen portion of this originator.
            after: only those after this one.
            limit: at most so many.

        Raises:
            Malformed: `after` is none of them.
        """
        from comity.instruments.intelligence.search import chosen_by

        chosen = chosen_by(self.sight, self._chosen(types, collection), {"issuer": originator})
        return [self._columns.ids[thing] for thing in self._page(chosen, after, limit)]

    def count(self, *, types: Collection[str] | None = None, collection: str | None = None) -> int:
        """How many objects `ids` gives without a limit."""
        return len(self._chosen(types, collection))

    def _chosen(self, types: Collection[str] | None, collection: str | None) -> Ints:
        """Some things in their order."""
        order = self.sight.order
        if types is not None:
            words = [number for name in types if (number := self._columns.word_number.get(name)) is not None]
            order = order[self.sight.of_types(words)[order]]
        if collection is not None:
            order = order[self._in(collection)[order]]
        return order

    def _in(self, collection: str) -> Flags:
        word = self._columns.word_number.get(collection)
        return self.sight.nothing if word is None else self.sight.in_collection(word)

    def _page(self, chosen: Ints, after: ObjectId | None, limit: int | None) -> list[int]:
        if limit is not None and limit < 1:
            raise Malformed(f"{limit} is no number of objects", field="limit", next_step="write 1 or more")
        start = 0
        if after is not None:
            thing = self._number(after)
            if thing is None:
                raise Malformed(f"no object {after} is available", field="after", next_step="start from the first page")
            start = int(self.sight.place[chosen].searchsorted(self.sight.place[thing], side="right"))
        page: list[int] = chosen[start : None if limit is None else start + limit].tolist()
        return page

    def _number(self, name: ObjectId) -> int | None:
        """The number of an object that is seen."""
        thing = self._columns.number.get(name)
        return thing if thing is not None and thing < self.sight.things and self.sight.there[thing] else None

    def __contains__(self, name: ObjectId) -> bool:
        """Whether an object is seen."""
        return self._number(name) is not None

    def label_numbers(self, name: ObjectId) -> set[int]:
        """The numbers of the labels under which an object is seen; none where it is not."""
        thing = self._number(name)
        return set() if thing is None else self.sight.labels_of(thing)

    def ending_with(self, uuids: Set[str]) -> Iterator[ObjectId]:
        """The ids of the objects that are seen, of some UUIDs in small letters."""
        for thing in self.sight.there.nonzero()[0].tolist():
            if uuid_of(self._columns.ids[thing]) in uuids:
                yield self._columns.ids[thing]

    def stated_by(self, issuer: str) -> Iterator[Stated]:
        """What an issuer stated, portion by portion, covers apart; what he withdrew since, too."""
        from comity.instruments.intelligence.columns import COVERED

        portion, columns = self.sight.portion, self._columns
        mine = (portion["issuer"] == columns.word_number.get(issuer, -1)) & (portion["form"] != COVERED)
        for number in mine.nonzero()[0].tolist():
            version = int(portion["version"][number])
            thing, fact = columns.ids[int(columns.version["thing"][version])], columns.addresses[number].hex()
            label, arrived = int(portion["label"][number]), int(portion["arrived"][number])
            yield Stated(fact, thing, columns.texts[version], label, arrived, not self.sight.seen[number])

    # One object

    def get(self, name: ObjectId, version: str | None = None) -> SeenObject:
        """An object as it is seen, under its own id.

        Args:
            name: its id.
            version: one of its versions; the latest that is seen, without one.

        Raises:
            Impossible: it is not seen: rule 5.
        """
        thing, number = self._version(name, version)
        portions, whole = self._portions(number)
        said = merged(portions, whole)
        found = followed(said, self._seen)
        return SeenObject(
            self._columns.ids[thing],
            str(said["type"]),
            self._columns.texts[number],
            found,
            portions,
            bool(self.sight.whole[number]),
            bool(self.sight.altered[number]),
            tuple(self._columns.texts[one] for one in self.sight.versions_of(thing).tolist()),
            self._collections(thing),
            {by: followed(own, self._seen) for by, own in otherwise(portions, said).items()},
        )

    def _seen(self, to: ObjectId) -> ObjectId | None:
        return to if self._number(to) is not None else None

    def _version(self, name: ObjectId, version: str | None) -> tuple[int, int]:
        thing = self._number(name)
        if thing is not None:
            number = int(self.sight.latest[thing])
            if version is not None:
                number = self._columns.version_number.get((thing, version), -1)
            if 0 <= number < self.sight.versions and self.sight.stands[number]:
                return thing, number
        said = name if version is None else f"{name} of {version}"
        raise Impossible(f"no object {said} is available", next_step="see `comity intel search` for what is")

    def stands(self, name: ObjectId, version: str) -> bool:
        """Whether a version of an object is seen."""
        thing = self._number(name)
        number = -1 if thing is None else self._columns.version_number.get((thing, version), -1)
        return 0 <= number < self.sight.versions and bool(self.sight.stands[number])

    def facts(self, name: ObjectId, version: str) -> list[Seen]:
        """The seen portions and covers of a version of an object, by arrival; none where nothing of it is seen."""
        thing = self._columns.number.get(name, -1)
        number = self._columns.version_number.get((thing, version), self.sight.versions)
        found = self.sight.portions_of(number).tolist() if number < self.sight.versions else []
        return [self._view.get(self._columns.addresses[one].hex()) for one in found]

    def unsettled(self, name: ObjectId, version: str) -> tuple[tuple[Portion, ...], Properties, bool]:
        """The seen portions of a version, what they state together, and whether that is all of it.

        That is so as well where the version does not stand, for something it needs is not seen; none where nothing of
        it is seen.
        """
        thing = self._columns.number.get(name, -1)
        number = self._columns.version_number.get((thing, version), self.sight.versions)
        if number >= self.sight.versions:
            return (), {}, False
        portions, whole = self._portions(number)
        return portions, merged(portions, whole), bool(self.sight.whole[number])

    def _portions(self, version: int) -> tuple[tuple[Portion, ...], Properties]:
        """The seen portions of a version, the one with its type first, and what its cover says of the whole: rule 2."""
        found, whole = list[Portion](), dict[str, object]()
        for number in self.sight.portions_of(version).tolist():
            seen = self._view.get(self._columns.addresses[number].hex())
            if seen.record.kind == COVER:
                whole |= properties(seen.record.body)
            else:
                found.append(portion(seen))
        found.sort(key=lambda one: ("type" not in one.properties, one.arrived, one.id))
        return tuple(found), whole if self.sight.whole[version] else {}

    def statement(self, name: ObjectId, version: str | None = None) -> Properties:
        """What the seen portions of an object state together, with every reference as it was stated.

        Raises:
            Impossible: it is not seen.
        """
        return merged(*self._portions(self._version(name, version)[1]))

    def _collections(self, thing: int) -> tuple[str, ...]:
        things, words = self.sight.memberships
        start, end = things.searchsorted([thing, thing + 1])
        return tuple(sorted(self._columns.words[word] for word in words[start:end].tolist()))

    def references(self, name: ObjectId) -> list[ObjectId]:
        """The objects that the latest version of an object refers to, as far as they are seen, by id.

        Raises:
            Impossible: the object is not seen.
        """
        _, number = self._version(name, None)
        return sorted(self._columns.ids[thing] for thing in self.sight.references_of(number).tolist())

    def referring(self, name: ObjectId) -> list[ObjectId]:
        """The objects that are seen and whose latest version refers to an object, in the order of `ids`.

        Raises:
            Impossible: the object is not seen.
        """
        thing, _ = self._version(name, None)
        return [self._columns.ids[one] for one in self.sight.referring_to(thing).tolist()]

    # As it may leave

    def export(self, name: ObjectId, version: str | None = None) -> Properties:
        """An object as STIX that may leave: rule 4.

        Raises:
            Impossible: it is not seen.
        """
        thing, number = self._version(name, version)
        found = followed(merged(*self._portions(number)), self._written)
        if self.sight.altered[number]:
            found["id"] = self._renditions.id(thing, number)
            forget_absent(found)
        return found

    def exported_id(self, name: ObjectId, version: str | None = None) -> ObjectId:
        """The id under which an object leaves.

        Raises:
            Impossible: it is not seen.
        """
        thing, number = self._version(name, version)
        return self._renditions.id(thing, number) if self.sight.altered[number] else name

    def resolve(self, exported: ObjectId) -> tuple[ObjectId, str | None]:
        """The object, and the version where it is only of one, that leave under an id.

        Raises:
            Impossible: none does.
        """
        thing = self._number(exported)
        if thing is not None and not self.sight.altered[self.sight.versions_of(thing)].all():
            return exported, None
        number = self._renditions.of.get(exported)
        if number is None:
            raise Impossible(f"no object {exported} is available", next_step="see `comity intel search` for what is")
        thing = int(self._columns.version["thing"][number])
        return self._columns.ids[thing], self._columns.texts[number]

    def entries(self, collection: str | None = None, *, of: Set[ObjectId] | None = None) -> Iterator[Entry]:
        """Every version of every object that is seen, as it leaves, in the order of `ids`, latest version first.

        Args:
            collection: only of those in this collection.
            of: only of these.
        """
        for thing in self._chosen(None, collection).tolist():
            if of is not None and self._columns.ids[thing] not in of:
                continue
            for number in self.sight.versions_of(thing).tolist():
                yield self._entry(thing, number)

    def _entry(self, thing: int, number: int) -> Entry:
        name, version = self._columns.ids[thing], self._columns.texts[number]
        kind = self._columns.words[int(self._columns.type_of[thing])]
        if self.sight.altered[number]:
            return Entry(self._renditions.id(thing, number), version, kind, "2.1", self._renditions.key(number).hex())
        said = b"".join(sorted(self._renditions.addresses(number)))
        return Entry(name, version, kind, "2.1", sha256(said).hexdigest())

    def _written(self, name: ObjectId) -> ObjectId | None:
        """How a reference to an object is written: rules 3 and 4."""
        thing = self._number(name)
        if thing is None:
            return None
        number = int(self.sight.latest[thing])
        return self._renditions.id(thing, number) if self.sight.altered[number] else name

    # Searching

    def search(
        self,
        words: str = "",
        *,
        types: Collection[str] | None = None,
        marking: str | None = None,
        originator: str | None = None,
        collection: str | None = None,
        limit: int = 100,
        after: ObjectId | None = None,
    ) -> Found:
        """The objects of which every word is seen in the latest version, latest first, with what they are of.

        Args:
            words: words, each of which has to occur; what stands in double quotes counts as one.
            types: only of these types.
            marking: only with a seen portion of this marking, as the facets write it.
            originator: only with a seen portion of this originator.
            collection: only in this collection.
            limit: at most so many hits.
            after: the hit after which the page begins.

        Raises:
            Malformed: `limit` or `after` is none.
        """
        from comity.instruments.intelligence.search import chosen_by, facets, found_by, shown_by

        wanted = {"marking": marking, "issuer": originator}
        chosen, within = found_by(self._derived, self.sight, words, self._chosen(types, collection))
        chosen = chosen_by(self.sight, chosen, wanted)
        page = self._page(chosen, after, limit)
        more = bool(page) and page[-1] != chosen[-1]
        latest = [(thing, self.sight.portions_of(int(self.sight.latest[thing]))) for thing in page]
        hits = tuple(self._hit(thing, shown_by(self.sight, all_of, within, wanted)) for thing, all_of in latest)
        return Found(hits, len(chosen), facets(self.sight, chosen), hits[-1].id if more else None)

    def _hit(self, thing: int, portions: Ints) -> Hit:
        """An object by what was found of it, the portion with its type first."""
        one, found = self.get(self._columns.ids[thing]), {self._columns.addresses[of].hex() for of in portions.tolist()}
        by = [portion for portion in one.portions if portion.id in found]
        return Hit(
            one.id, one.type, one.version, one.name_by(by[0]), one.whole, tuple(sorted({of.originator for of in by}))
        )  # fmt: skip


__all__ = ["Entry", "Found", "Hit", "Portion", "SeenObject", "Shelf", "Stated"]
