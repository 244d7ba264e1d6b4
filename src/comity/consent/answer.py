"""What one owner says to an act on one thing of his.

Rules, of which the first that holds decides:
1. He acts himself: GRANTED.
2. He refuses it to the party: DENIED; a grant of his own that says otherwise is told as a conflict, and loses.
3. A chain of his grants leads to the party, or his de minimis rule waives him: GRANTED.
4. One would, if what is unknown turned out so: CONDITIONAL. A refusal that may reach the act caps at this.
5. The only chain carries an obligation that the enforcing face cannot discharge: DENIED; CONDITIONAL while it is
   unknown whether the chain leads at all, so that what is settled stays settled.
6. The party's request to him is open: PENDING. It is open until he states, later, a grant or a refusal that covers its
   asker, action and scope.
7. SILENT.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from operator import attrgetter
from typing import TypeVar

from comity.consent import doubts, grants, things
from comity.consent.chains import Link, chain, links
from comity.consent.grants import Act, covers_action
from comity.consent.things import Base
from comity.values import fact as f
from comity.values.fact import AnyFact, Fact
from comity.values.party import Group, PartyCode, Recipient
from comity.values.truth import Truth, any_of, truth
from comity.values.verdict import Duty, OwnerAnswer, Reason, Verdict

K = TypeVar("K", f.Grant, f.Refuse, f.Request)


def answer_of(owner: PartyCode, base: Base, act: Act) -> OwnerAnswer:
    """What one owner says, by the first rule that holds."""
    if act.party == owner:
        reason = Reason(f"{owner} acts on its own {base.thing}", act.moment.agency(act.ask.party))
        return OwnerAnswer(owner, base.thing, Verdict.GRANTED, (reason,))
    return _Question(owner, base, act).answer()


class _Question:
    """One owner asked about one base of one act: the facts that bear on it, found once."""

    def __init__(self, owner: PartyCode, base: Base, act: Act) -> None:
        self.owner, self.base, self.act = owner, base, act
        self.scopes = things.scopes(act.moment, base, owner)
        self.refusals = self._found(f.Refuse)
        self.grants = self._found(f.Grant)
        self._cut: dict[tuple[PartyCode, PartyCode], Truth] = {}

    def _found(self, kind: type[K]) -> list[Fact[K]]:
        """The facts of a kind under any scope that reaches the base, for their issuer."""
        moment = self.act.moment
        found = [
            fact
            for scope, named_by in self.scopes.items()
            for fact in moment.of(kind, scope)
            if named_by is None or moment.principal(fact.body.by) in named_by
        ]
        return sorted(found, key=attrgetter("id"))

    def cut(self, giver: PartyCode, holder: PartyCode) -> Truth:
        """Whether the owner, or a giver, refuses the act to a holder."""
        found = self._cut.get((giver, holder))
        if found is None:
            refusals = (fact for by in {self.owner, giver} for fact in self._refusals_of(by))
            reaching = [grants.reaches(fact, holder, self.act, self.owner) for fact in refusals]
            found = self._cut[giver, holder] = any_of(reaching)
        return found

    def _refusals_of(self, by: PartyCode) -> list[Fact[f.Refuse]]:
        return [fact for fact in self.refusals if self.act.moment.principal(fact.body.by) == by]

    def answer(self) -> OwnerAnswer:
        """Rules 2 to 7, in their order."""
        party = self.act.party
        refusal = self.cut(self.owner, party)
        if refusal is Truth.TRUE:
            return self._denied()
        every = links(self.owner, self.grants, self.cut, self.act)
        open_links = [link for link in every if not link.barred]
        strict = chain(self.owner, party, [link for link in open_links if link.leads is Truth.TRUE])
        if strict is not None:
            return self._granted(strict)
        waived = self._waived()
        if refusal is Truth.FALSE and waived is Truth.TRUE:
            waiving = [rule for rule in self._waivers() if self._within(rule) is Truth.TRUE]
            return self._say(Verdict.GRANTED, "the parts stay within the de minimis rule", waiving[:1])
        lax = chain(self.owner, party, open_links)
        if lax is not None or waived is not Truth.FALSE:
            return self._conditional(lax)
        barred = chain(self.owner, party, [link for link in every if link.leads is Truth.TRUE])
        if barred is not None:
            return self._barred(barred)
        unsettled = chain(self.owner, party, every)
        if unsettled is not None:
            return self._conditional(unsettled)
        requests = [fact for fact in self._found(f.Request) if self._pending(fact)]
        if requests:
            return self._say(Verdict.PENDING, f"{self.owner} has been asked and has not answered", requests)
        return self._silent()

    def _say(
        self,
        verdict: Verdict,
        says: str,
        facts: Iterable[AnyFact],
        duties: tuple[Duty, ...] = (),
        unsettled: tuple[str, ...] = (),
    ) -> OwnerAnswer:
        cited = tuple(facts)
        basis = tuple(dict.fromkeys(fact.basis for fact in cited if fact.basis is not None))
        reason = Reason(says, tuple(dict.fromkeys(fact.id for fact in (*cited, *self._support(cited)))), basis)
        return OwnerAnswer(self.owner, self.base.thing, verdict, (reason,), duties, unsettled)

    def _denied(self) -> OwnerAnswer:
        party, conflicting = self.act.party, self._overruled()
        facts = [
            fact
            for fact in self._refusals_of(self.owner)
            if grants.reaches(fact, party, self.act, self.owner) is Truth.TRUE
        ]
        conflict = (
            ""
            if conflicting is None
            else f"; this conflicts with its own grant {', '.join(link.grant.id for link in conflicting)}"
        )
        return self._say(Verdict.DENIED, f"{self.owner} refuses this to {party}{conflict}", facts[:1])

    def _overruled(self) -> tuple[Link, ...] | None:
        """The chain of grants that would lead to the party, had the owner not refused him."""
        unrefused = links(self.owner, self.grants, lambda giver, holder: Truth.FALSE, self.act)
        return chain(
            self.owner, self.act.party, [link for link in unrefused if link.leads is Truth.TRUE and not link.barred]
        )

    def _granted(self, links_used: tuple[Link, ...]) -> OwnerAnswer:
        way = " to ".join((self.owner, *(link.holder for link in links_used)))
        owed = tuple(duty for link in links_used for duty in grants.duties(link.grant, self.act))
        return self._say(Verdict.GRANTED, f"granted by {way}", [link.grant for link in links_used], owed)

    def _conditional(self, lax: tuple[Link, ...] | None) -> OwnerAnswer:
        used = lax or ()
        unsettled = dict.fromkeys(d for link in used for d in self._doubts(link))
        perhaps = self._perhaps(self.owner, self.act.party)
        unsettled |= dict.fromkeys(d for fact in perhaps for d in doubts.reach_doubts(fact, self.act.party, self.act))
        if lax is None:
            unsettled["the controlled share of value of every part"] = None
        owed = tuple(duty for link in used for duty in grants.duties(link.grant, self.act))
        facts: list[AnyFact] = [link.grant for link in used] or list(self._waivers())
        facts += perhaps
        facts += [fact for link in used for by in (self.owner, link.giver) for fact in self._perhaps(by, link.holder)]
        return self._say(
            Verdict.CONDITIONAL,
            f"{self.owner}'s consent depends on what is not known or not done yet",
            facts,
            owed,
            tuple(unsettled),
        )

    def _perhaps(self, by: PartyCode, holder: PartyCode) -> list[Fact[f.Refuse]]:
        """The refusals by a party that may reach a holder."""
        refusals = self._refusals_of(by)
        return [r for r in refusals if grants.reaches(r, holder, self.act, self.owner) is Truth.UNKNOWN]

    def _doubts(self, link: Link) -> Iterator[str]:
        yield from doubts.doubts(link.grant, link.holder, self.act)
        for by in dict.fromkeys((self.owner, link.giver)):
            for refusal in self._perhaps(by, link.holder):  # none surely reaches: it would have cut the link
                yield from doubts.reach_doubts(refusal, link.holder, self.act)

    def _barred(self, links_used: tuple[Link, ...]) -> OwnerAnswer:
        shut = [link.grant for link in links_used if link.barred]
        return self._say(Verdict.DENIED, "an obligation of the consent cannot be discharged here", shut[:1])

    def _silent(self) -> OwnerAnswer:
        """Nothing leads to the party; where a consent of the owner's falls short of it, that is told."""
        own = (grant for grant in self.grants if self.act.moment.principal(grant.body.by) == self.owner)
        short = [(grant, why) for grant in own if (why := doubts.falls_short(grant, self.act, self.owner)) is not None]
        if not short:
            return self._say(Verdict.SILENT, f"nothing on record by which {self.owner} consents", self._titles())
        says = f"no consent of {self.owner} reaches this: {', '.join(f'its grant {g.id} {why}' for g, why in short)}"
        return self._say(Verdict.SILENT, says, (*self._titles(), *(grant for grant, _ in short)))

    def _titles(self) -> list[Fact[f.Title]]:
        """The titles by which the owner is asked at all."""
        moment = self.act.moment
        found = (title for title, _ in things.titles(moment, self.base.thing))
        return [title for title in found if moment.principal(title.body.owner) == self.owner]

    def _pending(self, request: Fact[f.Request]) -> bool:
        """Rule 6."""
        moment, act = self.act.moment, self.act
        return (
            moment.principal(request.body.by) == act.party
            and grants.reaches(request, self.owner, act, self.owner) is Truth.TRUE
            and not any(self._answers(fact, request) for fact in self.grants)
            and not any(self._answers(fact, request) for fact in self.refusals)
        )

    def _answers(self, fact: Fact[f.Grant] | Fact[f.Refuse], request: Fact[f.Request]) -> bool:
        return (
            self.act.moment.principal(fact.body.by) == self.owner
            and (fact.recorded, fact.order) > (request.recorded, request.order)
            and covers_action(fact.body.terms.actions, self.act.ask.action)
            and self.act.moment.covers(fact.body.terms.to, self.act.party) is Truth.TRUE
        )

    def _waivers(self) -> list[Fact[f.DeMinimis]]:
        """The owner's de minimis rules that may cover the act, when the base is a part and not the thing itself."""
        if self.base.thing == self.act.ask.thing:
            return []
        return [
            fact
            for fact in self.act.moment.sure_by(f.DeMinimis, self.owner)
            if covers_action(fact.body.actions, self.act.ask.action)
            and self.act.moment.covers(fact.body.to, self.act.party) is not Truth.FALSE
        ]

    def _waived(self) -> Truth:
        return any_of(self._within(fact) for fact in self._waivers())

    def _within(self, rule: Fact[f.DeMinimis]) -> Truth:
        """Whether all that this owner controls in the assembly stays at or under a rule's threshold.

        A part that he only may own counts towards the most that he controls, not towards the least.
        """
        moment, whole = self.act.moment, self.act.ask.thing
        shares = [
            (things.share(moment, whole, base.thing), owned)
            for base in things.making(moment, whole).bases
            if base.thing != whole and (owned := self._controls(base.thing)) is not Truth.FALSE
        ]
        stated = [(share, owned) for share, owned in shares if share is not None]
        least = sum((share for share, owned in stated if owned is Truth.TRUE), Decimal(0))
        most = sum((share for share, _ in stated), Decimal(0))
        perhaps = truth(least <= rule.body.threshold)
        surely = len(stated) == len(shares) and most <= rule.body.threshold
        return min(perhaps if surely else min(perhaps, Truth.UNKNOWN), moment.covers(rule.body.to, self.act.party))

    def _controls(self, part: str) -> Truth:
        """Whether this owner owns a part; the one he is asked about counts as his."""
        moment = self.act.moment
        own = (holds for t, holds in things.titles(moment, part) if moment.principal(t.body.owner) == self.owner)
        found = any_of(own)
        return Truth.TRUE if part == self.base.thing else found

    def _support(self, cited: tuple[AnyFact, ...]) -> Iterator[AnyFact]:
        """The facts that let the cited ones bear, such as memberships, collections, renewals and discharges."""
        moment = self.act.moment
        givers = {moment.principal(fact.body.by) for fact in cited if isinstance(fact.body, f.Grant)}
        parties = sorted({self.act.party, *givers})
        for fact in cited:
            if isinstance(fact.body, f.Grant | f.Refuse | f.Request):
                yield from self._reach(fact.body.terms, parties)
            if isinstance(fact.body, f.Grant):
                yield from self._use(fact.id, fact.body)
            if isinstance(fact.body, f.DeMinimis):
                yield from self._named(fact.body.to, parties)
        for organ in sorted({self.act.ask.party, self.owner, *(_by(fact) for fact in cited)}):
            yield from moment.acting(organ)

    def _reach(self, terms: f.Terms, parties: list[PartyCode]) -> Iterator[AnyFact]:
        """The facts by which a fact's terms reach the base and these parties."""
        if terms.scope not in self.base.path:
            for thing in sorted(self.base.path):
                yield from (c for c in self.act.moment.sure(f.Collection, thing) if c.body.name == terms.scope)
        yield from self._named(terms.to, parties)

    def _named(self, to: tuple[Recipient, ...], parties: list[PartyCode]) -> Iterator[AnyFact]:
        """The memberships, and the facts of organs, by which these parties are named."""
        for name in to:
            if isinstance(name, Group):
                for fact in (fact for party in parties for fact in self.act.moment.memberships(party, name)):
                    yield fact
                    yield from self.act.moment.acting(fact.body.party)
            else:
                yield from self.act.moment.acting(name)

    def _use(self, grant: str, body: f.Grant) -> Iterator[AnyFact]:
        """The facts on which it depends whether a grant may be used."""
        moment = self.act.moment
        kinds: tuple[type[f.Body], ...] = (f.Revoke, f.Renew, f.Use, f.Discharge)
        for fact in (fact for kind in kinds for fact in moment.of(kind, grant)):
            yield fact
            yield from (organ for name in _names(fact) for organ in moment.acting(name))
            if isinstance(fact.body, f.Use):
                yield from self._named(body.terms.to, [moment.principal(fact.body.by)])
        if body.clearance is not None:
            giver = moment.principal(body.by)
            for levels in moment.sure_by(f.Levels, giver):
                yield levels
                yield from moment.acting(levels.body.by)
            for same in moment.sure_by(f.Equivalence, giver):
                yield same
                yield from (fact for name in (same.body.by, same.body.of) for fact in moment.acting(name))


def _names(fact: AnyFact) -> Iterator[PartyCode]:
    """Whom a fact about a grant names: who states it, and for whom."""
    yield _by(fact)
    match fact.body:
        case f.Discharge(party=str(party)):
            yield party


def _by(fact: AnyFact) -> PartyCode:
    return getattr(fact.body, "by", fact.issuer)
