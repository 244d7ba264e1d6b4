"""What is released, proposed and recalled, as tables: for the terminal, the pages, and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from comity.flow.proposals import Proposal
from comity.flow.recall_answers import Question
from comity.flow.recalls import Owed
from comity.flow.release_plan import ReleasePlan
from comity.flow.released_text import Text
from comity.flow.releases import Release
from comity.formats.tables import Table, table
from comity.instruments.intelligence.leaks import Leak
from comity.values.instant import show


def plan_table(plan: ReleasePlan) -> Table:
    """Each part of what is to be released: in whose way it stands, and whose consent is missing."""
    columns = ("thing", "part", "holds", "stands in the way of", "consent missing from", "under")
    open_ = [(part.thing, part.id, part.holds, "", "", "") for part in plan.remains]
    shut = [
        (one.part.thing, one.part.id, one.part.holds, one.parties, one.owners, {need.scope for need in one.needs})
        for one in plan.cheapest()
    ]
    return table(columns, [*shut, *open_])


def leak_table(shows: Iterable[Leak]) -> Table:
    """What shows of the withheld, where."""
    rows = [(leak.field, leak.says, leak.shown, "surely" if leak.certain else "perhaps") for leak in shows]
    return table(("field", "it", "what is seen", "shows"), rows)


def proposal_table(found: Iterable[Proposal]) -> Table:
    """Proposals that wait for an answer."""
    columns = ("proposal", "arrived", "by", "for", "thing", "title", "text", "SHA-256")
    rows = [(one.id, show(one.arrived), one.by, one.to, one.thing, one.title, one.text, one.digest) for one in found]
    return table(columns, rows)


def board_table(owed: Iterable[Owed]) -> Table:
    """What is owed back by whom, what became of it, and what the server said through which it went."""
    columns = ("thing", "party", "released by", "released", "state", "asked", "outstanding", "release", "through",
               "server", "server since", "server says")  # fmt: skip
    rows = [
        (one.thing, one.party, one.release.by, show(one.release.arrived), one.state,
         "" if one.asked is None else show(one.asked.arrived), one.outstanding, one.release.id, one.release.over,
         *(("", "", "") if one.there is None else (one.there.done.value, show(one.there.arrived), one.there.says)))
        for one in owed
    ]  # fmt: skip
    return table(columns, rows)


def asked_table(asked: Iterable[Question]) -> Table:
    """What is asked back of whoever has it, and what it answered: the tombstones of what was recalled."""
    columns = ("recall", "asked", "by", "thing", "says", "answered")
    return table(columns, [(one.id, show(one.arrived), one.by, one.thing, one.says, said and said.done.value)
                           for one, said in asked])  # fmt: skip


def disclosure_table(register: Iterable[Release], texts: Mapping[str, Text] | None = None) -> Table:
    """The register of disclosures: what went to whom, when, by whom, on which consents; and whether as consented to."""
    columns: tuple[str, ...] = ("released", "thing", "version", "to", "by", "through", "on the consents", "entry")
    if texts is not None:
        columns = (*columns, "text")
    rows = [
        (
            show(one.arrived),
            one.thing,
            one.version,
            one.to,
            one.by,
            one.over or ("read here" if one.read_here else "handed over"),
            one.under or one.marking,
            one.id,
            *(() if texts is None else (texts[one.id],)),
        )
        for one in register
    ]
    return table(columns, rows)
