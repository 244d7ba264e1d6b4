"""Named checks of the casebook's consistency: each finds what is wrong and says what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from comity.casebook import membership_checks as membership
from comity.casebook import register_checks as registers
from comity.casebook.agreement import Agreement, Names
from comity.casebook.book import Casebook
from comity.casebook.compiling import empty
from comity.casebook.consents import consents
from comity.casebook.finding import Finding, Found
from comity.casebook.places import Site, covers
from comity.errors import Malformed
from comity.values.truth import Truth


def findings(book: Casebook) -> Iterator[Finding]:
    """Everything that any check finds wrong."""
    for name, check in CHECKS.items():
        yield from (Finding(name, where, says, remedy) for where, says, remedy in check(book))


def parts_belong_to_parties(book: Casebook) -> Found:
    """Every part of a territory is a party's."""
    for party in book.parts:
        if party not in book.parties:
            yield "territories.csv", f"{party} is no party", "add it to parties.csv, or correct the code"


def claimants_are_parties(book: Casebook) -> Found:
    """Every claimant has a code, and every dispute has two of them."""
    for dispute in book.disputes:
        for claim in dispute.claims:
            if claim.party not in book.parties:
                yield f"disputes.yaml: {dispute.id}", f"{claim.party} is no party", "add it to parties.csv"
        if len(dispute.claims) < 2:
            yield f"disputes.yaml: {dispute.id}", "has one side only", "state the other side's claim, at its strongest"


def names_are_known(book: Casebook) -> Found:
    """Every code and group an agreement names exists."""
    for agreement in book.agreements.values():
        for name in _named(agreement):
            if name not in book.parties and name not in book.groups:
                yield (
                    f"{agreement.id}.yaml",
                    f"{name} is neither a party nor a group",
                    "correct it, or add it to the casebook",
                )


def _named(agreement: Agreement) -> Iterator[str]:
    yield from (entry.party or entry.group or "" for entry in agreement.entries)
    for clause in agreement.clauses:
        lists: list[Names] = [clause.bound, clause.toward]
        if clause.trigger is not None:
            lists += [clause.trigger.victim, clause.trigger.attacker]
        yield from (name for names in lists if not isinstance(names, str) for name in names)


def somebody_is_bound(book: Casebook) -> Found:
    """Every agreement that has ever been in force binds somebody at some time."""
    for agreement in book.agreements.values():
        spells = book.spells(agreement)
        if agreement.ever_in_force and not any(not empty(v) for periods in spells.values() for v in periods):
            yield f"{agreement.id}.yaml", "binds nobody at any time", "check the periods of parties and groups"


def disputed_places_lie_in_their_area(book: Casebook) -> Found:
    """An area of a dispute covers some point, so that it can be found."""
    for dispute in book.disputes:
        ring = [point for shape in dispute.area.parts for point in shape.ring]
        middle = (sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring))
        if not ring or (covers(dispute.area.parts[0], Site(middle, None)) is Truth.FALSE and len(ring) < 4):
            yield f"disputes.yaml: {dispute.id}", "its area covers nothing", "draw the corners in order, latitude first"


def facts_compile(_: Casebook) -> Found:
    """Every clause with facts compiles into the calculus, and no two facts share an id."""
    try:
        facts = consents()
    except Malformed as error:
        yield error.where or "agreements", error.message, error.next_step or "correct the clause"
        return
    seen: set[str] = set()
    for fact in facts:
        if fact.id in seen:
            yield "agreements", f"the fact {fact.id} stands twice", "give the clause's facts ids of their own"
        seen.add(fact.id)


CHECKS: dict[str, Callable[[Casebook], Found]] = {
    "rows-name-their-source": registers.rows_name_their_source,
    "codes-are-well-formed": registers.codes_are_well_formed,
    "codes-are-unique": registers.codes_are_unique,
    "successors-follow": registers.successors_follow,
    "members-are-parties": membership.members_are_parties,
    "members-exist": membership.members_exist,
    "spells-do-not-overlap": membership.spells_do_not_overlap,
    "groups-keep-their-rules": membership.groups_keep_their_rules,
    "the-bound-exist": membership.the_bound_exist,
    "parts-belong-to-parties": parts_belong_to_parties,
    "parts-exist-while-their-state-does": registers.parts_exist_while_their_state_does,
    "parts-lie-apart": registers.parts_lie_apart,
    "claimants-are-parties": claimants_are_parties,
    "names-are-known": names_are_known,
    "somebody-is-bound": somebody_is_bound,
    "disputed-places-lie-in-their-area": disputed_places_lie_in_their_area,
    "facts-compile": facts_compile,
}
