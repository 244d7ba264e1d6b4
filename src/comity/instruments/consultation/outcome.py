"""The record of a silence procedure as a bundle that anyone can check who has the public keys: no book, no network.

Rules:
1. A bundle holds the signed facts: the case, all acts of the chair about the point, and what parties said of its texts.
   It holds no reason for a break.
2. It is judged by the rules of `silence`, from nothing but what it holds. When a receipt or break reached the chair is
   what the chair signed in the outcome.
3. What a bundle leaves out it cannot show. Two bundles of two parties are judged together: a second outcome, an act
   beside the chain, or a break that the chair left out shows as soon as one of them holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from comity.errors import ComityError, Malformed
from comity.instruments.consultation import facts as f
from comity.instruments.consultation.bodies import KINDS, read
from comity.instruments.consultation.facts import AnyFact, Case, Stamp
from comity.instruments.consultation.gathered import Facts
from comity.instruments.consultation.silence import Procedure, State, acts_in, heard_in, procedure
from comity.ledger.record import Record
from comity.values.instant import NEVER, instant
from comity.values.label import PUBLIC

FORMAT = "comity-silence-1"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a bundle, or several together, show of a procedure."""

    case: Case
    found: Procedure
    facts: int

    @property
    def verified(self) -> bool:
        """Whether one outcome stands, borne out by signed facts, and nobody contests it."""
        return self.found.judged.state in {State.ADOPTED, State.NOT_ADOPTED} and not self.found.contested

    @property
    def says(self) -> str:
        """What was found, in words."""
        judged = self.found.judged
        if self.found.contested:
            return f"{judged.says}; contested by {len(self.found.contested)} break signed before the deadline"
        return judged.says


def parts(case: Case, item: str, facts: Facts) -> list[str]:
    """The ids of what belongs into the bundle about a point: rule 1."""
    own = [
        one for one in acts_in(facts) if one.case == case.stamp.id and one.item == item and one.stamp.by == case.chair
    ]
    texts = {one.stamp.id for one in own if isinstance(one, f.Put)}
    heard = [one.stamp.id for one in heard_in(facts) if one.of in texts]
    return sorted({case.stamp.id, *(one.stamp.id for one in own), *heard})


def checked(records: Sequence[Record], item: str | None = None) -> Checked:
    """What signed facts show of a procedure: rules 2 and 3.

    Args:
        records: the proved records of one bundle or of several.
        item: the point, where they hold more than one.

    Raises:
        Malformed: they hold no case, more than one, or no text under silence.
    """
    known = list({record.id: record for record in records}.values())
    every = _arrived([_fact(record) for record in known if record.kind in KINDS])
    cases = [one for one in every if isinstance(one, Case)]
    if len(cases) != 1:
        raise Malformed(f"holds {len(cases)} cases", next_step="check bundles of one case together")
    puts = {one.item for one in every if isinstance(one, f.Put)}
    wanted = item or (puts.pop() if len(puts) == 1 else "")
    found = procedure(cases[0], wanted, Facts(tuple(every), PUBLIC), NEVER - 1)
    if found is None:
        raise Malformed(
            "holds no text under silence", field="item", next_step=f"points: {', '.join(sorted(puts)) or 'none'}"
        )
    return Checked(cases[0], found, len(known))


def _fact(record: Record) -> AnyFact:
    signed = instant(record.text("recorded"))
    try:
        return read(record.kind, record.body, Stamp(record.id, record.issuer, signed, signed))
    except ComityError as error:
        raise Malformed(f"fact {record.id}: {error.message}", field=error.field, next_step=error.next_step) from error


def _arrived(every: Iterable[AnyFact]) -> list[AnyFact]:
    """The facts as they arrived at the chair's, as far as he has signed it: rule 2."""
    facts = list(every)
    stated = {name: when for one in facts if isinstance(one, f.Recorded) for name, when in one.rests_on}
    return [
        replace(one, stamp=replace(one.stamp, arrived=stated.get(one.stamp.id, one.stamp.arrived))) for one in facts
    ]
