"""What a pull does beside the objects: what is recalled there goes out of sight here, and answers go back.

Rules:
1. What is gone is hidden (`comity.flow.taxii_hiding`), what is asked back is kept (`taxii_questions`), what is hidden
   is acknowledged, what was answered is sent (`taxii_answers`, `taxii_following`). That a server takes no answer to
   what it did not ask, such as one that knows no key of the party, is said and is no failure.
2. Cursors are kept after each page. Where a collection is not told any more, what was pulled from it is followed all
   the same, by the address at which it was pulled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comity.cli.taxii_cursors import Cursors, Key
from comity.errors import ComityError
from comity.flow import taxii_following as following
from comity.flow.taxii_answers import acknowledge, answers, unasked
from comity.flow.taxii_hiding import hide
from comity.flow.taxii_questions import enter

if TYPE_CHECKING:
    from comity.casebook.book import Casebook
    from comity.cli.taxii_http import Remote
    from comity.ledger.book import Book

NOT_TOLD = "this server does not tell what is recalled: what it takes back has to be asked of its keeper"

TOLD_BEFORE = "this server told what is recalled before, and does not now; ask its keeper, for copies may stand here"


@dataclass(slots=True)
class Recalled:
    """What came of recalls: how many versions were hidden, questions entered, answers sent; and what went wrong."""

    told: bool = True
    hidden: int = 0
    asked: int = 0
    answered: int = 0
    stay: set[str] = field(default_factory=set)
    failures: dict[str, str] = field(default_factory=dict)
    untaken: str = ""

    @property
    def counts(self) -> dict[str, object]:
        """As JSON tells it."""
        told = {"recalls": self.told, "hidden": self.hidden, "asked_back": self.asked, "answered": self.answered}
        return told | ({"untaken": self.untaken} if self.untaken else {})

    def says(self) -> Iterator[str]:
        """What people are told beside the counts."""
        if not self.told and not self.failures:
            yield NOT_TOLD
        for name in sorted(self.stay):
            yield f"{name}: may be read there no more; it stays here, for it was not pulled from there"
        if self.untaken:
            yield f"that it is hidden here was not taken there, and is sent again next time: {self.untaken}"


@dataclass(frozen=True, slots=True)
class Source:
    """A collection that is pulled from: its server and address, for whom, into which collection, and the cursors."""

    remote: Remote
    url: str
    party: str
    into: str
    cursors: Cursors

    def key(self, way: str) -> Key:
        """The key of a cursor."""
        return way, self.url, self.party, self.into


def follow(book: Book[Casebook], one: Source, *, anew: bool = False) -> Recalled:
    """Follow the recalls of a collection: rule 1.

    Raises:
        Refused: the server does not let us ask.
        Unavailable: it cannot be reached, or the book cannot be written to.
        Malformed: what it tells cannot be read.
    """
    done = Recalled(following.tells_recalls(one.remote, one.url))
    if not done.told and one.cursors.get(one.key("gone")):
        done.failures["recalls"] = TOLD_BEFORE
    if done.told:
        _hide(book, one, done, anew=anew)
        _enter(book, one, done, anew=anew)
        acknowledge(book, one.party, one.url)
        send(book, one, done)
    return done


def _hide(book: Book[Casebook], one: Source, done: Recalled, *, anew: bool) -> None:
    since = "" if anew else "".join(one.cursors.get(one.key("gone")))
    for page in following.gone(one.remote, one.url, since):
        found = hide(book, one.party, one.url, page.items)
        one.cursors.keep(one.key("gone"), (page.since,))
        done.hidden += len(found.hidden)
        done.stay |= {*found.stay}


def _enter(book: Book[Casebook], one: Source, done: Recalled, *, anew: bool) -> None:
    since = "" if anew else "".join(one.cursors.get(one.key("recalls")))
    for page in following.asked_back(one.remote, one.url, since):
        found = enter(book, one.party, one.url, page.items)
        one.cursors.keep(one.key("recalls"), (page.since,))
        done.asked += found.new
        done.failures |= {f"recall {name}": why for name, why in found.refused.items()}


def send(book: Book[Casebook], one: Source, done: Recalled) -> None:
    """Send what was answered and was not taken there yet; what nobody asked for, as long as the server takes it."""
    key = ("answers", one.url, one.party, "")
    sent = one.cursors.get(key)
    for taken in following.answer(one.remote, one.url, answers(book, one.party, one.url, sent)):
        sent += taken.ids
        one.cursors.keep(key, sent)
        done.answered += len(taken.ids)
        done.failures |= {f"answer {name}": why for name, why in taken.refused.items()}
    try:
        for taken in following.answer(one.remote, one.url, unasked(book, one.party, one.url, sent)):
            sent += taken.ids
            one.cursors.keep(key, sent)
            done.answered += len(taken.ids)
            done.untaken = next(iter(taken.refused.values()), "")
            if not taken.ids:
                break
    except ComityError as error:
        done.untaken = error.message
