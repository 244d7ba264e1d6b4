"""How much of a kind each party may state in a case, so that nobody's acts fill everybody's page.

Rules:
1. A party names at most 200 points of a case: those of the agenda, and those that it adds, speaks to or puts a text
   under. To a point that it has named it may say more.
2. A party states at most 500 tasks, 500 meetings and 500 versions of documents in a case.
3. Of what was stated only the party's own counts, besides the agenda. So nobody is kept from speaking by what others
   stated, nor told by a refusal how much that is.
4. This binds what is stated here. What arrives by other ways is shown, and never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from comity.errors import Refused
from comity.instruments.consultation import facts as f
from comity.instruments.consultation.acts import Statement
from comity.instruments.consultation.bodies import KINDS, read
from comity.instruments.consultation.facts import AnyFact
from comity.instruments.consultation.gathered import Facts
from comity.values.party import PartyCode

POINTS = 200
MOST: Mapping[type[f.Task | f.Meeting | f.Document], tuple[int, str]] = {
    f.Task: (500, "tasks"), f.Meeting: (500, "meetings"), f.Document: (500, "versions of documents"),
}  # fmt: skip
"""The most of a kind that a party states in a case: rule 2."""


def within(statements: Sequence[Statement], party: PartyCode, facts: Facts) -> None:
    """Refuse what goes beyond the bounds.

    Args:
        statements: what the party is about to state; they can be read.
        party: who states it.
        facts: what it can read.

    Raises:
        Refused: there would be too much of a kind; the field and the limit are named.
    """
    read_again = [read(one.kind, one.body, f.Stamp("0" * 64, party, 0, 0)) for one in statements if one.kind in KINDS]
    stated = [one for one in facts.every if one.stamp.by == party]
    for kind, (most, words) in MOST.items():
        for case, new in _by_case(read_again, kind).items():
            if len(new) + len(_by_case(stated, kind).get(case, [])) > most:
                step = "state it in a case of its own, or as a version of a whole"
                raise Refused(f"a party states at most {most} {words} in a case", field="case", next_step=step)
    _points(read_again, stated, facts)


def _by_case(every: Iterable[AnyFact], kind: type[f.Task | f.Meeting | f.Document]) -> dict[str, list[AnyFact]]:
    found: dict[str, list[AnyFact]] = {}
    for one in every:
        if isinstance(one, kind):
            found.setdefault(one.case, []).append(one)
    return found


def _points(new: Iterable[AnyFact], stated: Iterable[AnyFact], facts: Facts) -> None:
    """Rule 1."""
    named = {one.stamp.id: {item.item for item in one.agenda} for one in facts.of(f.Case)}
    for one in stated:
        if isinstance(one, f.AgendaPoint | f.Position | f.Put):
            named.setdefault(one.case, set()).add(one.item)
    for one in new:
        if isinstance(one, f.Case) and len(one.agenda) > POINTS:
            raise Refused(f"a case has at most {POINTS} points", field="agenda", next_step="open a further case")
        if isinstance(one, f.AgendaPoint | f.Position | f.Put):
            points = named.setdefault(one.case, set())
            if one.item not in points and len(points) >= POINTS:
                step = "speak to a point that is there, or open a further case"
                raise Refused(f"a party names at most {POINTS} points of a case", field="item", next_step=step)
            points.add(one.item)
