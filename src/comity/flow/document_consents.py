"""Whether the consents of a book let a portion of a document go: to whom, on which day, and on which of them.

Rules:
1. A portion's marking is compiled to its label (`comity.values.marking_atoms`), under a clause of its own that lies in
   the document's: a consent to, or a refusal of, either reaches it. What restricts nobody names everybody.
2. A portion goes when every party of the audience, and whoever lets it go, may read it under that label
   (`comity.consent.labels`), on the day it is for and at this instant. It rests on what he may read; what he may not
   read can only refuse, and then he is told that it is not available.
3. An owner who has stated a consent of his own that names a party, about the portion or the document, speaks to that
   party by it and not by the mark: ended, taken back, or on a condition that is open, it shuts the portion out.
4. Where a flag asks its originator, the mark lets nobody read: his consent on record does, or his own signature.
5. What goes on a consent cites it. A mark is its originator's and is never changed by whoever passes the portion on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from comity.consent import things
from comity.consent.answer import answer_of
from comity.consent.facts import Facts, Moment
from comity.consent.grants import Act, covers_action
from comity.consent.labels import READ, allows, read_by
from comity.consent.things import Base
from comity.flow.documents import Labelled, part_of
from comity.flow.inbox import grant_of
from comity.flow.releasable_copy import Copy, Judge, Ruling, asks
from comity.flow.releases import told
from comity.ledger.book import Book, Draft
from comity.ledger.record import Record
from comity.values import fact as f
from comity.values.fact import Fact
from comity.values.instant import ALWAYS, NEVER, Instant
from comity.values.label import Atom, Label
from comity.values.marking import Marking
from comity.values.marking_atoms import label_of
from comity.values.marking_readers import Setting, terms
from comity.values.party import ANYONE, PartyCode
from comity.values.truth import Truth
from comity.values.verdict import Verdict

C = TypeVar("C")


def judge(book: Book[C], by: PartyCode, clause: str, setting: Setting) -> Judge:
    """Whoever says by the consents of a book whether a portion may go: rules 1 to 5.

    Args:
        book: the book.
        by: who lets it go.
        clause: the document's clause.
        setting: what markings are read by, and the day the copy is for.
    """
    return _Judge(by, clause, setting, book.view(by).facts, book.facts(), book.clock())


def entering(book: Book[C], copy: Copy, by: PartyCode, title: str) -> list[Record]:
    """The entries of a copy in the register, to be added together: its audience's, and one for each originator.

    Args:
        book: the book.
        copy: what goes.
        by: who lets it go.
        title: what the copy is called.
    """
    facts, names = book.view(by).facts, dict[str, str]()
    main = book.draft(copy.entry(by, title), Draft(by), names)
    stated = [main]
    for owner in copy.originators:
        if owner != by:
            under = {name for ruling in copy.rulings for name in ruling.under}
            own = {name for name in under if (one := grant_of(name, facts)) is not None and one.body.by == owner}
            entry = copy.told(by, title, owner, own)
            line, label = told(entry, main.id, owner, own, titled=owner in copy.audience)
            stated.append(book.draft(line, Draft(by, label), names))
    return stated


@dataclass(frozen=True, slots=True)
class _Judge:
    by: PartyCode
    clause: str
    setting: Setting
    seen: Facts
    whole: Facts
    now: Instant

    def __call__(self, one: Labelled, audience: frozenset[PartyCode]) -> Ruling:
        if one.marking is None:
            return Ruling(False, one.why)
        part = part_of(self.clause, one.portion.place)
        words = list(self._words(self.seen, one.marking, part, audience))
        shut = list(dict.fromkeys(word.why for word in words if not word.lets))
        if shut:
            return Ruling(False, "; ".join(shut))
        if not all(word.lets for word in self._words(self.whole, one.marking, part, audience)):
            return Ruling(False, f"it is not available to {', '.join(sorted(audience))}")
        under = tuple(sorted({name for word in words for name in word.under}))
        return Ruling(True, "its marks and what is on record" if not under else "a consent on record", under)

    def _words(self, facts: Facts, marking: Marking, part: str, audience: frozenset[PartyCode]) -> Iterator[Ruling]:
        """What each owner says to each party, on the day and at this instant: rule 2."""
        laid = facts.plus(_lies_in(self.clause, part, marking))
        asking = bool(asks(marking, self.setting))
        for on in sorted({self.setting.on, self.now}):
            moment = Moment(laid, on, NEVER)
            for party in sorted({*audience, self.by}):
                for atom in sorted(self._label(marking, part), key=str):
                    signs = moment.principal(self.by) == moment.principal(atom.owner)
                    yield _word(atom, read_by(party, moment), asking and party in audience and not signs)

    def _label(self, marking: Marking, part: str) -> Label:
        """Rule 1."""
        if not terms(marking, self.setting):
            return frozenset(Atom(owner, part, (ANYONE,)) for owner in marking.originators)
        return label_of(marking, part, self.setting)


def _lies_in(clause: str, part: str, marking: Marking) -> list[Fact[f.Collection]]:
    """A portion lies in its document, for each owner: rule 1."""
    return [
        Fact(f"{owner}: {part} lies in {clause}", owner, f.Collection(clause, owner, (part,)), recorded=ALWAYS)
        for owner in sorted(marking.originators)
    ]


def _word(atom: Atom, act: Act, asking: bool) -> Ruling:
    """What the owner of an atom says to the acting party: rules 2 to 5."""
    owner, base = act.moment.principal(atom.owner), Base(atom.scope, frozenset({atom.scope}))
    if act.party == owner:
        return Ruling(True, "it is his own")
    reading = Act.of(_asked(act, atom.scope), act.moment)
    answer = answer_of(owner, base, reading)
    why = f"{act.party}: {'; '.join(reason.says for reason in answer.reasons)}"
    if answer.verdict is Verdict.GRANTED:
        facts = act.moment.facts
        cited = (name for reason in answer.reasons for name in reason.facts if grant_of(name, facts) is not None)
        return Ruling(True, why, tuple(cited))
    if asking:
        return Ruling(False, f"{why}; its marking asks its originator")
    named = allows(atom, act)
    told = why if named or answer.verdict is Verdict.DENIED else f"{why}; and its mark does not name it"
    return Ruling(named and not _spoken(owner, base, reading), told)


def _asked(act: Act, thing: str) -> f.Ask:
    return f.Ask(act.ask.party, READ, thing, act.ask.on, act.ask.known, act.ask.purpose)


def _spoken(owner: PartyCode, base: Base, act: Act) -> bool:
    """Whether an owner stated a consent of his own that names the party: rule 3."""
    moment = act.moment
    return any(
        moment.principal(grant.body.by) == owner
        and covers_action(grant.body.terms.actions, READ)
        and moment.covers(grant.body.terms.to, act.party) is not Truth.FALSE
        for scope, named_by in things.scopes(moment, base, owner).items()
        if named_by is None or owner in named_by
        for grant in moment.of(f.Grant, scope)
    )
