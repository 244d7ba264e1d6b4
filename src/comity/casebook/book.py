"""The casebook, read once: agreements, groups over time, parties, parts of states, disputed areas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

from comity.casebook import agreement as agreements
from comity.casebook import registers
from comity.casebook.agreement import Account, Agreement, Entry
from comity.casebook.compiling import both, empty
from comity.casebook.places import Point, Shape, Site, covers, shape
from comity.casebook.registers import Party, Row, Rule, spell
from comity.formats import yaml12
from comity.values.instant import Instant
from comity.values.period import Period, period
from comity.values.truth import Truth, any_of


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a state's territory, by a point in it."""

    code: str
    name: str
    of: str
    kind: str
    point: Point
    valid: Period


@dataclass(frozen=True, slots=True)
class Claim:
    """One claimant's claim to a disputed area, at its strongest."""

    party: str
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """An area that more than one party claims."""

    id: str
    name: str
    area: Shape
    valid: Period
    claims: tuple[Claim, ...]
    source: str
    samples: tuple[Point, ...] = ()
    """Points of the area: its corners and the middle between them."""


@dataclass(frozen=True, slots=True)
class Variant:
    """An agreement as one account has it: the account in words, what it is about, and whom it binds when."""

    words: str
    about: str
    agreement: Agreement
    spells: dict[str, tuple[Period, ...]]


_COMPUTED = "the account that the casebook computes with is taken"
Doubts = dict[str, tuple[tuple[Period, str], ...]]
"""By party, the spells that rest on a weak source (grade C), and which."""

_OF_FILES = ("_packaged", "groups", "weak_members", "register", "parties", "states", "parts", "disputes", "_claimants")
"""What a casebook reads of its files and keeps, whatever agreements are added to it."""


class Casebook:
    """What is publicly known, from a folder of files; each file is read when it is first asked for."""

    def __init__(self, folder: Traversable, more: Iterable[Agreement] = ()) -> None:
        self._folder = folder
        self._more = tuple(more)
        self._spells: dict[str, dict[str, tuple[Period, ...]]] = {}
        self._variants: dict[str, tuple[Variant, ...]] = {}
        self._doubts: dict[str, Doubts] = {}

    def with_agreements(self, more: Iterable[Agreement]) -> Casebook:
        """This casebook and further agreements; one with the same id replaces the casebook's.

        What was read of the files is shared, and not read again. A party that only such an agreement names is a party
        of the casebook made, under its code; whether it is a state is not known.
        """
        added = tuple(more)
        for name in _OF_FILES:
            getattr(self, name)
        made = copy(self)
        made.__dict__.pop("agreements", None)
        made._more = (*self._more, *added)
        changed = {one.id for one in added}
        made._spells = {name: spells for name, spells in self._spells.items() if name not in changed}
        made._variants = {name: found for name, found in self._variants.items() if name not in changed}
        made._doubts = {name: found for name, found in self._doubts.items() if name not in changed}
        named = (entry.party for one in added for entry in one.entries if entry.party is not None)
        made.__dict__["parties"] = {**{code: code for code in named}, **self.parties}
        return made

    @cached_property
    def agreements(self) -> dict[str, Agreement]:
        """Every agreement by its id, in order of id."""
        own = {agreement.id: agreement for agreement in self._more}
        found = {**{agreement.id: agreement for agreement in self._packaged}, **own}
        return dict(sorted(found.items()))

    @cached_property
    def _packaged(self) -> tuple[Agreement, ...]:
        return _packaged(self._folder)

    @cached_property
    def groups(self) -> dict[str, tuple[tuple[str, Period], ...]]:
        """The members of each group with their spells."""
        found: dict[str, list[tuple[str, Period]]] = {}
        for row in self.rows("groups.csv"):
            found.setdefault(row["group"], []).append((row["party"], spell(row["from"], row["until"])))
        return {group: tuple(members) for group, members in found.items()}

    @cached_property
    def weak_members(self) -> dict[str, tuple[tuple[str, Period, str], ...]]:
        """The memberships of each group that rest on a weak source (grade C), and what is said of it."""
        found: dict[str, list[tuple[str, Period, str]]] = {}
        for row in self.rows("groups.csv"):
            if row["grade"] == "C":
                says = "; ".join(text for text in (row["source"], row["note"]) if text)
                found.setdefault(row["group"], []).append((row["party"], spell(row["from"], row["until"]), says))
        return {group: tuple(members) for group, members in found.items()}

    @cached_property
    def group_rules(self) -> tuple[Rule, ...]:
        """What must hold of the groups' members."""
        return tuple(registers.rule(row) for row in self.rows("group_rules.csv"))

    @cached_property
    def register(self) -> dict[str, Party]:
        """States and organisations by code, with the time they existed."""
        return {row["code"]: registers.party(row) for row in self.rows("parties.csv")}

    @cached_property
    def parties(self) -> dict[str, str]:
        """Names of states and organisations by code."""
        return {row["code"]: row["name"] for row in self.rows("parties.csv")}

    @cached_property
    def states(self) -> frozenset[str]:
        """The codes of states."""
        return frozenset(row["code"] for row in self.rows("parties.csv") if row["kind"] == "state")

    @cached_property
    def parts(self) -> dict[str, tuple[Part, ...]]:
        """The parts of each state's territory."""
        found: dict[str, list[Part]] = {}
        for row in self.rows("territories.csv"):
            point = (float(row["lat"]), float(row["lon"]))
            part = Part(row["code"], row["name"], row["part_of"], row["kind"], point, _valid(row))
            found.setdefault(part.of, []).append(part)
        return {party: tuple(parts) for party, parts in found.items()}

    @cached_property
    def disputes(self) -> tuple[Dispute, ...]:
        """The disputed areas."""
        read = yaml12.load((self._folder / "disputes.yaml").read_text("utf-8"), "disputes.yaml")
        return tuple(_dispute(given) for given in read if isinstance(given, Mapping)) if isinstance(read, list) else ()

    def spells(self, agreement: Agreement) -> dict[str, tuple[Period, ...]]:
        """Who an agreement binds, and when; worked out once for each agreement."""
        if agreement.id not in self._spells:
            self._spells[agreement.id] = self._bound(agreement)
        return self._spells[agreement.id]

    def variants(self, agreement: Agreement) -> tuple[Variant, ...]:
        """An agreement as it is computed with, then under each account that differs from that, one by one.

        Worked out once for each agreement.
        """
        if agreement.id not in self._variants:
            base = Variant(_COMPUTED, "", agreement, self.spells(agreement))
            told = [self._variant(agreement, account) for account in agreement.accounts]
            others = tuple(other for other in told if not _same(base, other))
            contested = {other.about for other in others}
            words = next((one.words for one in told if one.about in contested and _same(base, one)), _COMPUTED)
            self._variants[agreement.id] = (replace(base, words=words), *others)
        return self._variants[agreement.id]

    def _variant(self, agreement: Agreement, account: Account) -> Variant:
        if account.party is not None:
            periods = tuple(spell for valid in account.periods if not empty(spell := both(valid, agreement.in_force)))
            spells = {**self.spells(agreement), account.party: periods}
            return Variant(account.words, account.about, agreement, spells)
        if not account.periods:
            return Variant(
                account.words, account.about, replace(agreement, ever_in_force=False), self.spells(agreement)
            )
        was = agreement.in_force.start
        valid = Period(account.periods[0].start, agreement.in_force.end)
        entries = tuple(
            replace(entry, valid=Period(valid.start, entry.valid.end)) if entry.valid.start == was else entry
            for entry in agreement.entries
        )
        made = replace(agreement, in_force=valid, ever_in_force=True, entries=entries)
        return Variant(account.words, account.about, made, self._bound(made))

    def doubts(self, agreement: Agreement) -> Doubts:
        """Whose being a party rests on a weak source, and which; worked out once for each agreement."""
        if agreement.id not in self._doubts:
            found: dict[str, list[tuple[Period, str]]] = {}
            for entry in agreement.entries:
                for party, valid, says in self._doubtful(entry):
                    found.setdefault(party, []).append((both(entry.valid, valid), says))
            self._doubts[agreement.id] = {party: tuple(spells) for party, spells in found.items()}
        return self._doubts[agreement.id]

    def _doubtful(self, entry: Entry) -> Iterator[tuple[str, Period, str]]:
        if entry.party is None:
            yield from self.weak_members.get(entry.group or "", ())
        if entry.doubt:
            yield from ((party, valid, entry.doubt) for party, valid in self._entered(entry))

    def _bound(self, agreement: Agreement) -> dict[str, tuple[Period, ...]]:
        found: dict[str, list[Period]] = {}
        for entry in agreement.entries:
            for party, valid in self._entered(entry):
                spell = both(both(entry.valid, valid), agreement.in_force)
                if not empty(spell):
                    found.setdefault(party, []).append(spell)
        return {party: tuple(periods) for party, periods in found.items()}

    def _entered(self, entry: Entry) -> Iterable[tuple[str, Period]]:
        if entry.party is not None:
            return [(entry.party, entry.valid)]
        return self.groups.get(entry.group or "", ())

    def member(self, party: str, names: Iterable[str], on: Instant | None) -> Truth:
        """Whether a list of codes and groups names a party on a day."""
        return any_of(self._named(party, name, on) for name in names)

    def _named(self, party: str, name: str, on: Instant | None) -> Truth:
        if name not in self.groups:
            return Truth.TRUE if name == party else Truth.FALSE
        spells = [valid for member, valid in self.groups[name] if member == party]
        return any_of(Truth.UNKNOWN if on is None else valid.holds(on) for valid in spells)

    def disputed(self, site: Site) -> Iterator[Dispute]:
        """The disputes whose area certainly covers a site."""
        for dispute in self.disputes:
            if covers(dispute.area, site) is Truth.TRUE:
                yield dispute

    @cached_property
    def _claimants(self) -> dict[str, tuple[Dispute, ...]]:
        found: dict[str, list[Dispute]] = {}
        for dispute in self.disputes:
            for party in dict.fromkeys(claim.party for claim in dispute.claims):
                found.setdefault(party, []).append(dispute)
        return {party: tuple(disputes) for party, disputes in found.items()}

    def claimed(self, party: str) -> tuple[Dispute, ...]:
        """The disputed areas that a party claims beside others."""
        return self._claimants.get(party, ())

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a register as they are written."""
        return registers.rows(self._folder, name)


def _same(one: Variant, other: Variant) -> bool:
    ours, theirs = one.agreement, other.agreement
    dated = (ours.in_force, ours.ever_in_force) == (theirs.in_force, theirs.ever_in_force)
    return dated and one.spells == other.spells


def _packaged(folder: Traversable) -> tuple[Agreement, ...]:
    names = sorted(entry.name for entry in (folder / "agreements").iterdir() if entry.name.endswith(".yaml"))
    return tuple(agreements.read((folder / "agreements" / name).read_text("utf-8"), name) for name in names)


def _valid(row: Row) -> Period:
    return spell(row["from"], row["until"])


def _dispute(given: Mapping[str, object]) -> Dispute:
    claims = given.get("claims")
    area = shape(given.get("area"))
    valid = period(given.get("from"), given.get("until"))
    return Dispute(
        str(given["id"]),
        str(given["name"]),
        Shape("all", parts=(area,), valid=valid),
        valid,
        tuple(Claim(str(c["party"]), str(c["says"]), str(c["source"])) for c in claims)
        if isinstance(claims, list)
        else (),
        str(given.get("source")),
        _samples(area),
    )


def _samples(area: Shape) -> tuple[Point, ...]:
    ring = area.ring
    if not ring:
        return ()
    middle = (sum(point[0] for point in ring) / len(ring), sum(point[1] for point in ring) / len(ring))
    return (middle, *ring)


@cache
def casebook() -> Casebook:
    """The packaged casebook."""
    return Casebook(files("comity.casebook"))
