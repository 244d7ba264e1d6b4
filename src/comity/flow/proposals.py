"""Proposals: a party that holds what others own proposes that it may go further, and they alone decide.

Rules:
1. A proposal is a content fact of the kind `release-proposal`: `by` proposes that `owner` lets the parties `for` do the
   `actions` with `thing`; it holds the `digest` of exactly what would go, and its `title` and `text` where the owner
   may read everything it was made from: what one owner gave is not shown to another in passing.
2. It is readable by the owner and by whoever proposes, and by nobody else. It grants nothing and decides nothing.
3. The owner answers by an ordinary consent or refusal, whose basis is the proposal with its digest, readable by those
   it is for and by whoever proposed: the release cites it, and everybody who reads it holds what went against it. Where
   the text is shown, so is all that the digest is of; one that shows another text is consented to by nobody.
4. A proposal waits for its owner until, since it arrived, he has answered each party it is for, on its thing, by a
   consent or a refusal; or until whoever proposed it takes it back (`release-proposal-withdrawn`). An organ that acts
   for him when it answers answers for him, and an answer for a group is one for whoever is a member of it then, as
   everywhere in the calculus (`comity.consent.facts.Moment`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from comity.consent.facts import Facts, Moment
from comity.errors import Malformed, Refused
from comity.flow.meant import means
from comity.flow.variant import digest_of
from comity.instruments.intelligence.facts import Properties
from comity.ledger.view import Seen
from comity.values import fact as f
from comity.values.canonical import Plain
from comity.values.fact import ANY, AnyFact, Fact
from comity.values.instant import NEVER, Instant
from comity.values.label import Atom, Label
from comity.values.party import PartyCode, recipient
from comity.values.truth import Truth

KIND, WITHDRAWN = "release-proposal", "release-proposal-withdrawn"
KINDS = [KIND, WITHDRAWN]
READ = "read"
_BASIS = re.compile(rf"{KIND} \S+, SHA-256 ([0-9a-f]{{64}})")
Line = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal, as its owner or its author reads it."""

    id: str
    by: PartyCode
    owner: PartyCode
    to: tuple[PartyCode, ...]
    thing: str
    actions: tuple[str, ...]
    title: str
    digest: str
    text: str | None
    arrived: Instant
    sound: bool = True


class Sealed(NamedTuple):
    """What a digest is of: a seal, in hexadecimal digits, and the objects that would go (`comity.flow.variant`)."""

    seal: str
    objects: Sequence[Properties]

    @property
    def digest(self) -> str:
        """The SHA-256 of both."""
        return digest_of(self.objects, self.seal)


def proposed(
    by: PartyCode,
    owner: PartyCode,
    to: Sequence[PartyCode],
    thing: str,
    *,
    title: str,
    digest: str,
    text: str | None = None,
    sealed: Sealed | None = None,
) -> tuple[Line, Label]:
    """The line of a proposal and its label: rules 1 and 2.

    Args:
        by: who proposes; who states it.
        owner: whose consent is proposed.
        to: to whom the thing would go.
        thing: what would go.
        title: what it is called; empty where the owner may not read everything it was made from.
        digest: the SHA-256 of exactly what would go, in hexadecimal digits.
        text: what it says, where the owner may read everything it was made from.
        sealed: what the digest is of, where he may.
    """
    body: dict[str, object] = {
        "by": by, "owner": owner, "for": sorted(set(to)), "actions": [READ], "thing": thing, "title": title,
        "digest": digest, **({} if text is None else {"text": text}),
    }  # fmt: skip
    if sealed is not None:
        body |= {"seal": sealed.seal, "objects": json.dumps(sealed.objects, ensure_ascii=False)}
    return {KIND: body}, frozenset({Atom(by, f"content/{KIND}", (owner,))})


def consent(
    proposal: Proposal, terms: Mapping[str, object] | None = None, *, by: PartyCode | None = None
) -> tuple[Line, Label]:
    """The owner's consent to a proposal, on further terms, and its label; `by` is who answers for him: rules 3, 4.

    Raises:
        Refused: the text it shows is not the one that its digest is of.
        Malformed: the terms name a party that nothing is proposed for.
    """
    if not proposal.sound:
        step = f"ask {proposal.by} to propose it again"
        raise Refused("the text that is shown is not the one that would go", field="digest", next_step=step)
    return _answer("grant", proposal, terms or {}, by or proposal.owner)


def refusal(
    proposal: Proposal, terms: Mapping[str, object] | None = None, *, by: PartyCode | None = None
) -> tuple[Line, Label]:
    """The owner's refusal of a proposal, and its label, as in `consent`."""
    return _answer("refuse", proposal, terms or {}, by or proposal.owner)


def _answer(kind: str, proposal: Proposal, terms: Mapping[str, object], by: PartyCode) -> tuple[Line, Label]:
    _check_for(terms.get("to"), proposal)
    body: dict[str, object] = {
        "by": by, "to": list(proposal.to), "actions": list(proposal.actions), "scope": proposal.thing,
        "basis": f"{KIND} {proposal.id}, SHA-256 {proposal.digest}", **terms,
    }  # fmt: skip
    readers = sorted({proposal.by, proposal.owner, *proposal.to} - {by})
    return {kind: body}, frozenset({Atom(by, f"policy/{kind}", tuple(readers))})


def _check_for(to: object, proposal: Proposal) -> None:
    """Refuse an answer for a party, or for everyone, that nothing is proposed for."""
    named = [one for one in _list(to) if isinstance(recipient(one), str)]
    if not {*named} <= {*proposal.to}:
        raise Malformed("it is not proposed for all of these", field="to", next_step="name some of those it is for")


def consented(answer: AnyFact) -> str | None:
    """The digest of the text that an answer is to; None where it says none."""
    found = _BASIS.fullmatch(answer.basis or "")
    return found[1] if found else None


def withdrawal(proposal: Proposal) -> tuple[Line, Label]:
    """Whoever proposed takes a proposal back: rule 4."""
    label = frozenset({Atom(proposal.by, f"content/{WITHDRAWN}", (proposal.owner,))})
    return {WITHDRAWN: {"by": proposal.by, "proposal": proposal.id}}, label


def proposals(seen: Iterable[Seen]) -> list[Proposal]:
    """The proposals among some readable facts, by arrival; one that its author does not sign himself is none."""
    read = (_read(one) for one in seen if one.record.kind == KIND)
    return sorted((one for one in read if one is not None), key=lambda one: (one.arrived, one.id))


def waiting(seen: Sequence[Seen], facts: Facts, owner: PartyCode) -> list[Proposal]:
    """The proposals that wait for an owner, by arrival: rule 4.

    Args:
        seen: the readable proposals and withdrawals.
        facts: the readable policy facts.
        owner: whose answer they wait for.
    """
    mine = (one for one in proposals(seen) if _asks(one, owner, facts) and not withdrawn(one, seen))
    return [one for one in mine if any(answer_to(one, party, facts) is None for party in one.to)]


def _asks(proposal: Proposal, owner: PartyCode, facts: Facts) -> bool:
    """Whether a proposal is to a party, or to whom it acted for when that arrived."""
    return proposal.owner in {owner, Moment(facts, proposal.arrived, NEVER).principal(owner)}


def withdrawn(proposal: Proposal, seen: Iterable[Seen]) -> bool:
    """Whether its author took a proposal back: rule 4."""
    gone = (one.record for one in seen if one.record.kind == WITHDRAWN and one.record.issuer == proposal.by)
    return any(record.body.get("proposal") == proposal.id for record in gone)


def named(found: Sequence[Proposal], open_: Sequence[Proposal], name: str) -> list[Proposal]:
    """The proposals that a title, an id or the beginning of one means: of those that are open, if it means any."""
    if not name:
        return []
    meant = [[one for one in some if means(name, [one.id], one.title)] for some in (open_, found)]
    return meant[0] or meant[1]


def answer_to(proposal: Proposal, party: PartyCode, facts: Facts) -> Fact[f.Grant] | Fact[f.Refuse] | None:
    """The owner's last answer to a proposal for one party; None while there is none: rule 4."""
    found = [
        one for one in _answers(proposal, facts) if _then(one, facts).covers(one.body.terms.to, party) is Truth.TRUE
    ]
    return max(found, key=lambda one: (one.recorded, one.id), default=None)


def _answers(proposal: Proposal, facts: Facts) -> Iterator[Fact[f.Grant] | Fact[f.Refuse]]:
    answers: list[Fact[f.Grant] | Fact[f.Refuse]] = [
        *facts.of(f.Grant, proposal.thing), *facts.of(f.Refuse, proposal.thing)
    ]  # fmt: skip
    for one in answers:
        acts = set(one.body.terms.actions)
        his = one.recorded >= proposal.arrived and _then(one, facts).principal(one.body.by) == proposal.owner
        if his and acts & {*proposal.actions, ANY}:
            yield one


def _then(answer: AnyFact, facts: Facts) -> Moment:
    """What is known now of the instant at which an answer arrived: rule 4."""
    return Moment(facts, answer.recorded, NEVER)


def _read(seen: Seen) -> Proposal | None:
    body, issuer = seen.record.body, seen.record.issuer
    texts = {name: str(body.get(name, "")) for name in ("by", "owner", "thing", "title", "digest")}
    if texts["by"] != issuer:
        return None
    to, actions = _list(body.get("for")), _list(body.get("actions"))
    text = body.get("text")
    return Proposal(seen.id, issuer, texts["owner"], to, texts["thing"], actions, texts["title"], texts["digest"],
                    text if isinstance(text, str) else None, seen.arrived, _sound(body))  # fmt: skip


def _sound(body: Mapping[str, Plain]) -> bool:
    """Whether the text shown is the one that the digest is of; so is one that shows nothing it is of: rule 3."""
    if "objects" not in body:
        return True
    try:
        objects = json.loads(str(body["objects"]))
        report = objects[-1]
        shown = (report["name"], report["description"], f"{report['id']}@{report['modified']}")
        digest = digest_of(objects, str(body.get("seal", "")))
    except (ValueError, LookupError, TypeError, Malformed):
        return False
    return shown == (body.get("title"), body.get("text"), body.get("thing")) and digest == body.get("digest")


def _list(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
