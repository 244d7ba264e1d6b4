"""What a party is offered of a collection over TAXII: its own view of it, page by page.

Rules:
1. What a party may read of a collection is told by the shelf of its view (`comity.ledger.view`), and by nothing else.
   Before anything is listed, its outbox is brought up to date (`comity.ledger.outbox`).
2. A page is read off the outbox alone, and chosen by the filter (`comity.formats.taxii_filters`): the same as if the
   whole outbox had been read, as far as it goes for the shelf that was looked at last. What another process of the same
   book has added since is on a later page: no object is passed over because this shelf does not hold it yet.
3. A walk by `next`, or by `added_after` and the last instant told, meets everything that is chosen when it ends,
   whatever was added between two pages.
4. An object without a version of its own, such as a marking, bears the instant when it was made, or else when it was
   added.
5. What a party was offered and may read no more is told by its outbox too, in the same order, as long as it stands so.
6. What is added is found while nobody writes, by what may be read then: an earlier shelf adds nothing, for what is new
   to it may have gone, and what is not on it may have come since.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from comity.errors import Impossible
from comity.flow import taxii_tokens
from comity.formats.taxii import Listed, Resource, version_of
from comity.formats.taxii_filters import Filters, chosen
from comity.formats.taxii_recalls import Gone
from comity.ledger.outbox import Entry, Offer, Outboxes, Shelf, Standing, news, rows_of, standing
from comity.values.instant import Instant

PAGE, MOST = 100, 1000
"""How many objects a page holds where nobody says, and at most."""
CHUNK, LARGEST = 64, 4000
"""How many rows are read at once: ever more, where few of them are wanted."""


class Held(NamedTuple):
    """A version of an object as a shelf tells it: as exported."""

    id: str
    version: str
    type: str
    spec: str
    digest: bytes


class Shelved(Protocol):
    """What a party may read of the intelligence in a book.

    `stamp` is another one when anything may have changed.
    """

    @property
    def stamp(self) -> object:
        """What is another one when anything may have changed."""

    @property
    def at(self) -> Instant:
        """The instant as of which it tells."""

    def anew(self) -> Shelved:
        """The same of the book as it is by now."""

    def entries(self, collection: str) -> Iterable[Held]:
        """Every version of every object of a collection that may be read."""

    def export(self, name: str, version: str | None = None) -> Mapping[str, object]:
        """A version of an object, as it may leave.

        Raises:
            Impossible: it may not be read, or is not there.
        """


@dataclass(frozen=True, slots=True)
class Page:
    """What is listed, and the token of the next page, if there is one."""

    items: Sequence[Listed]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class GonePage:
    """What may be read no more, the token of the next page, if there is one, and up to when it tells."""

    items: Sequence[Gone]
    next: str | None
    until: Instant | None


class Offers:
    """One party's outbox for one collection, and how it stands."""

    def __init__(self, boxes: Outboxes, of: Shelf, secret: bytes) -> None:
        self._boxes, self.of, self._secret = boxes, of, secret
        self._stands: Standing = {}
        self._seen = 0
        self._shelf: Shelved | None = None
        self._stamp: object = None

    @property
    def shelf(self) -> Shelved:
        """The shelf that was looked at last: what the outbox offers stands on it.

        Raises:
            Impossible: none was.
        """
        if self._shelf is None:
            raise Impossible("nothing was looked at", next_step="bring the outbox up to date first")
        return self._shelf

    def passed(self) -> bool:
        """Whether another process has added to the outbox since it was looked at."""
        return bool(self._boxes.offers(self.of, self._seen, 1))

    def look(self, shelf: Shelved) -> list[Offer]:
        """Bring the outbox up to date: rules 1 and 6.

        Args:
            shelf: what the party may read, as far as is known.

        Raises:
            Unavailable: it cannot be written to.
        """
        added, stamp = list[Offer](), shelf.stamp
        if self._catch_up() or stamp != self._stamp:
            entries = self._entries(shelf)
            if any(news(self._stands, entries)):
                shelf, added = self._added_by_now(shelf, entries, stamp)
        self._shelf, self._stamp = shelf, shelf.stamp
        return added

    def _added_by_now(self, shelf: Shelved, entries: list[Entry], stamp: object) -> tuple[Shelved, list[Offer]]:
        """The shelf as of now, and what it adds; what an earlier one holds serves where nothing has changed: rule 6."""
        late = shelf

        def found(last: Offer | None) -> list[Offer]:
            nonlocal late
            self._catch_up()
            late = shelf.anew()
            by_now = entries if late.stamp == stamp else self._entries(late)
            return rows_of(*news(self._stands, by_now), last, late.at)

        added = self._boxes.offer(self.of, found)
        self._take(added)
        return late, added

    def dated(self, shelf: Shelved, dates: Mapping[tuple[str, str], Instant], now: Instant) -> list[Offer]:
        """Begin the outbox with instants that were told elsewhere; equal ones follow each other by a microsecond.

        Args:
            shelf: what the party may read, as far as is known.
            dates: when each version was added there, by id and version; what stands in it nowhere, was added now.
            now: the instant.
        """

        def found(last: Offer | None) -> list[Offer]:
            self._catch_up()
            fresh, _ = news(self._stands, self._entries(shelf.anew()))
            rows: list[Offer] = [] if last is None else [last]
            for entry in sorted(fresh, key=lambda one: dates.get((one.object, one.version), now)):
                rows += rows_of([entry], [], rows[-1] if rows else None, dates.get((entry.object, entry.version), now))
            return rows if last is None else rows[1:]

        added = self._boxes.offer(self.of, found)
        self._take(added)
        return added

    def _entries(self, shelf: Shelved) -> list[Entry]:
        return [self._entry(one, shelf) for one in shelf.entries(self.of.collection)]

    def _entry(self, held: Held, shelf: Shelved) -> Entry:
        """Rule 4."""
        version = held.version or (version_of(shelf.export(held.id)) if held.type == "marking-definition" else "")
        return Entry(held.id, version, held.spec, held.digest)

    def _catch_up(self) -> bool:
        """Take in what was added elsewhere; whether anything was."""
        rows = self._boxes.offers(self.of, self._seen)
        self._take(rows)
        return bool(rows)

    def _take(self, rows: Sequence[Offer]) -> None:
        standing((row for row in rows if row.seq > self._seen), self._stands)
        self._seen = max(self._seen, rows[-1].seq if rows else 0)

    def page(self, filters: Filters, listing: str, *, most: int = MOST) -> Page:
        """A page: rules 2 and 3.

        Args:
            filters: what is asked for.
            listing: what is listed, to which a token is bound.
            most: how many objects a page holds at most.

        Raises:
            Malformed: the token is none of this question.
        """
        limit = min(filters.limit or min(PAGE, most), most)
        found = self.after(filters, self._place(filters, listing), limit + 1)
        next_ = self._token(found[limit - 1].seq, filters, listing) if len(found) > limit else None
        return Page(found[:limit], next_)

    def leaving(self, filters: Filters, listing: str, *, most: int = MOST) -> tuple[Page, list[Resource]]:
        """A page, and its objects as they may leave; one of which nothing may leave is passed over for the next.

        Args:
            filters: what is asked for.
            listing: what is listed, to which a token is bound.
            most: how many objects a page holds at most.

        Raises:
            Malformed: the token is none of this question.
        """
        page = self.page(filters, listing, most=most)
        left = list(_leaving(self.shelf, page.items))
        while not left and page.next is not None:
            page = self.page(replace(filters, next=page.next), listing, most=most)
            left = list(_leaving(self.shelf, page.items))
        return Page([item for item, _ in left], page.next), [one for _, one in left]

    def _token(self, seq: int, filters: Filters, listing: str) -> str:
        return taxii_tokens.sealed(self._secret, seq, self._bound(filters, listing))

    def _bound(self, filters: Filters, listing: str) -> list[bytes]:
        return [*(part.encode() for part in (*self.of, listing)), filters.bound()]

    def _place(self, filters: Filters, listing: str) -> int:
        """The number of the row after which a page begins."""
        after = filters.added_after
        since = 0 if after is None else bisect_right(range(self._seen), after, key=self._added)
        if filters.next is None:
            return since
        return max(since, taxii_tokens.opened(self._secret, filters.next, self._bound(filters, listing)))

    def _added(self, place: int) -> Instant:
        """When the row after a number was added."""
        return self._boxes.offers(self.of, place, 1)[0].added

    def after(self, filters: Filters, since: int, wanted: int) -> list[Listed]:
        """So many of what is chosen after a row: rule 2."""
        if filters.ids is not None:
            return self._chosen(self._of(filters.ids), since, filters)[:wanted]
        found, size = list[Listed](), max(CHUNK, wanted)
        while len(found) < wanted:
            rows = self._rows(since, size, filters.types or ())
            if not rows:
                break
            items = self._chosen(self._of({row.object for row in rows}), since, filters)
            found += [item for item in items if item.seq <= rows[-1].seq]
            since, size = rows[-1].seq, min(size * 2, LARGEST)
        return found[:wanted]

    def _rows(self, since: int, limit: int, types: Collection[str] = ()) -> list[Offer]:
        """So many rows after a number, as far as was looked: rule 2."""
        return self._looked_at(self._boxes.offers(self.of, since, limit, types))

    def _of(self, names: Iterable[str]) -> list[Offer]:
        """Every row of some objects, as far as was looked: rule 2."""
        return self._looked_at(self._boxes.offers_of(self.of, names))

    def _looked_at(self, rows: list[Offer]) -> list[Offer]:
        seen = self._seen
        return [row for row in rows if row.seq <= seen]

    def _chosen(self, rows: Iterable[Offer], since: int, filters: Filters) -> list[Listed]:
        stands = sorted(standing(rows).values())
        items = [Listed(row.added, row.object, row.version, row.spec, row.seq) for row in stands]
        return [item for item in chosen(items, filters) if item.seq > since]

    def gone(self, filters: Filters, *, most: int = MOST) -> GonePage:
        """A page of what was offered and may be read no more: rule 5.

        Args:
            filters: what is asked for: ids, types, `added_after`, `limit` and `next`.
            most: how many versions a page holds at most.

        Raises:
            Malformed: the token is none of this question.
        """
        limit = min(filters.limit or min(PAGE, most), most)
        found, reached = self._gone_after(filters, self._place(filters, "gone"), limit + 1)
        if len(found) > limit:
            last = found[limit - 1]
            return GonePage(found[:limit], self._token(last.seq, filters, "gone"), last.at)
        return GonePage(found, None, reached)

    def _gone_after(self, filters: Filters, since: int, wanted: int) -> tuple[list[Gone], Instant | None]:
        """So many versions that are gone, after a row, and when the last row that was looked at was added."""
        found, size, reached = list[Gone](), max(CHUNK, wanted), filters.added_after
        while len(found) < wanted:
            rows = self._rows(since, size, filters.types or ())
            if not rows:
                break
            left = [row for row in rows if row.gone and (filters.ids is None or row.object in filters.ids)]
            last = {(row.object, row.version): row.seq for row in self._of(_things(left))}
            found += [self._gone(row) for row in left if last[row.object, row.version] == row.seq]
            since, size, reached = rows[-1].seq, min(size * 2, LARGEST), rows[-1].added
        return found[:wanted], reached

    def _gone(self, row: Offer) -> Gone:
        name = taxii_tokens.sealed(self._secret, row.seq, taxii_tokens.answering(self.of))
        return Gone(row.added, row.object, row.version, row.seq, name)

    def place_in(self, listing: str, filters: Filters) -> int:
        """The place in another list of the party's that a token names; 0 without one.

        Raises:
            Malformed: the token is none of this question.
        """
        if filters.next is None:
            return 0
        return taxii_tokens.opened(self._secret, filters.next, self._bound(filters, listing))

    def token_in(self, listing: str, filters: Filters, place: int) -> str:
        """The token of a place in another list of the party's."""
        return self._token(place, filters, listing)

    def of_object(self, name: str) -> list[Offer]:
        """Every row of an object."""
        return self._of([name])

    def every(self, filters: Filters) -> list[Listed]:
        """Everything that is chosen of some objects, on no page."""
        return self._chosen(self._of(filters.ids or ()), 0, filters)

    def has(self, name: str) -> bool:
        """Whether the party is offered a version of an object now."""
        return bool(standing(self._of([name])))


def _things(rows: Iterable[Offer]) -> set[str]:
    return {row.object for row in rows}


def objects(shelf: Shelved, items: Iterable[Listed]) -> list[Mapping[str, object]]:
    """The objects of a page, as they may leave.

    What ceased to be readable since the page was listed is left out: nobody is told of it.
    """
    return [one for _, one in _leaving(shelf, items)]


def _leaving(shelf: Shelved, items: Iterable[Listed]) -> Iterator[tuple[Listed, Resource]]:
    for item in items:
        try:
            yield item, shelf.export(item.id, item.version if not _unversioned(item) else None)
        except Impossible:
            continue


def _unversioned(item: Listed) -> bool:
    return not item.version or item.id.startswith("marking-definition--")
