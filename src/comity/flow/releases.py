"""The release register: what was released to whom on which consent, and who has to be asked for it back.

Rules:
1. A release is a content fact of the kind `release`: `by`, `thing`, `to` (parties), `under` (the ids of the grants it
   rests on), `of` (the owners, who are told), the `digest` of the decision or of what went, and where it has them the
   `version` and the `title` that those it went to know; what goes on its originators' own marking names that `marking`,
   and what was pushed to another's server the collection it went `over` and the id under which it was `sent`.
   Its issuer, those it was released to and the owners may read it (`comity.ledger.readers`). It grants nothing and
   decides nothing. Where owners are not to learn of each other, the entry for those it went to names none, and each
   owner has one of his own (`told`), for him alone: it names him, what it rests on of his, and by `entry` the other.
   Whoever reads several of one issuer reads them as one.
2. A release is drafted only on a decision that grants, over what its issuer may read; it names the grants that lead to
   each taker.
3. When a grant that a release rests on is taken back, every party in the register is owed the question to give it back
   or destroy it, by whoever released it. Nothing un-knows: the release stays in the register.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from comity.consent.facts import Facts
from comity.errors import Refused
from comity.flow.inbox import grant_of, taken_back
from comity.flow.may import May, Over
from comity.ledger.view import Seen
from comity.values.instant import Instant
from comity.values.label import Atom, Label
from comity.values.party import PartyCode
from comity.values.verdict import Verdict

KIND = "release"
HERE = "here "
"""What the name of an entry begins with that no fact states."""
Line = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Release:
    """One entry of the register: who released a thing, to whom, when it arrived here, and under which grants.

    `over` is the collection through which it went, where it was fetched or pushed rather than handed over; `of` are the
    owners.
    """

    id: str
    by: PartyCode
    thing: str
    to: tuple[PartyCode, ...]
    arrived: Instant
    under: tuple[str, ...]
    version: str | None = None
    title: str | None = None
    over: str | None = None
    marking: str | None = None
    of: tuple[PartyCode, ...] = ()
    digest: str | None = None
    sent: str | None = None

    def order(self) -> tuple[Instant, str, str, str]:
        """In which order entries are told: by arrival, and of what went at once by what it is."""
        return self.arrived, self.thing, self.version or "", self.id

    @property
    def read_here(self) -> bool:
        """Whether no fact states it: it could be read in this book (`comity.flow.read_here`)."""
        return self.id.startswith(HERE)

    @property
    def clause(self) -> str:
        """What consent to it is given under: the thing, or the version of it that went."""
        return self.thing if self.version is None else f"{self.thing}@{self.version}"


@dataclass(frozen=True, slots=True)
class Owed:
    """A party that has to be asked for a thing back: by whom, and which grant was taken back."""

    party: PartyCode
    by: PartyCode
    thing: str
    grant: str
    release: str


def drafted(answer: May, by: PartyCode) -> Line:
    """The line that states a release of what an answer grants: rules 1 and 2.

    Args:
        answer: whether the taker may have it, as far as who releases it may read.
        by: who releases it.

    Raises:
        Refused: the answer does not grant it, only supposes it, or rests on what may not be read.
    """
    taker = answer.to or answer.ask.party
    granted = answer.decision.verdict is Verdict.GRANTED and answer.yes
    if not granted or answer.over is Over.SUPPOSED:
        step = "ask for the consents that are missing, and release it when they are on record"
        raise Refused(f"{answer.ask.thing} is not to be released to {taker}", next_step=step)
    owners = {one.owner for one in answer.decision.owners if one.owner}
    under = [name for name in answer.decision.proof if grant_of(name, answer.facts) is not None]
    return {
        KIND: {
            "by": by, "thing": answer.ask.thing, "to": [taker], "of": sorted(owners - {by}),
            "under": under, "digest": answer.digest,
        }
    }  # fmt: skip


def told(entry: Line, name: str, owner: PartyCode, under: Iterable[str], *, titled: bool) -> tuple[Line, Label]:
    """What one owner is told of a release, and the label of that: rule 1.

    Args:
        entry: the entry for those it went to.
        name: the id of that.
        owner: who is told.
        under: the consents it rests on that concern him.
        titled: whether he may know what it is called.
    """
    body = {key: value for key, value in entry[KIND].items() if titled or key != "title"}
    line: Line = {KIND: {**body, "of": [owner], "under": sorted(under), "entry": name}}
    return line, frozenset({Atom(str(body["by"]), f"content/{KIND}", (owner,))})


def register(seen: Iterable[Seen], things: Iterable[str] | None = None) -> list[Release]:
    """The releases among some readable facts, of some things or of all, by arrival: rule 1."""
    wanted = None if things is None else set(things)
    found = dict[tuple[str, PartyCode], Release]()
    for one in (_read(one) for one in seen if one.record.kind == KIND):
        if wanted is None or one.thing in wanted:
            other = found.get((one.id, one.by))
            found[one.id, one.by] = one if other is None else _joined(one, other)
    return sorted(found.values(), key=lambda one: (one.arrived, one.id))


def _joined(one: Release, other: Release) -> Release:
    """Two entries of one release as one, in the words of the one that came first: rule 1."""
    of, under = sorted({*one.of, *other.of}), sorted({*one.under, *other.under})
    arrived = min(one.arrived, other.arrived)
    return replace(other, of=tuple(of), under=tuple(under), title=other.title or one.title, arrived=arrived)


def _read(seen: Seen) -> Release:
    body, issuer = seen.record.body, seen.record.issuer
    thing = body.get("thing")
    to, under = tuple(_texts(body.get("to"))), tuple(_texts(body.get("under")))
    known = ("version", "title", "marking", "over", "digest", "sent")
    told = {name: text for name in known if isinstance(text := body.get(name), str)}
    of, name = tuple(_texts(body.get("of"))), thing if isinstance(thing, str) else ""
    entry = body.get("entry")
    return Release(entry if isinstance(entry, str) else seen.id, issuer, name, to, seen.arrived, under, of=of, **told)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))


def owed(releases: Iterable[Release], facts: Facts, on: Instant) -> list[Owed]:
    """Who has to be asked for what back, at an instant, since a grant was taken back: rule 3.

    Args:
        releases: the register.
        facts: the policy facts that may be read.
        on: the instant.
    """
    return [
        Owed(party, release.by, release.thing, name, release.id)
        for release in releases
        for name in release.under
        if (grant := grant_of(name, facts)) is not None and taken_back(grant, facts, on)
        for party in release.to
    ]
