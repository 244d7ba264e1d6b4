"""Sentences that the library composes, gathered where it is tested: worlds, golden cases, agreements, drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from comity.casebook.book import casebook
from comity.casebook.consents import consents
from comity.casebook.places import Shape
from comity.consent.decide import decide
from comity.consent.facts import Facts
from comity.flow.agreement_told import told
from comity.formats import worlds
from comity.instruments.consultation.committee import waiting
from comity.instruments.consultation.gathered import gather
from comity.serve.routes.binds import headline
from comity.values.instant import instant
from comity.values.names import Names
from comity.values.verdict import Decision
from tests.flow import test_draft_agreements as drafts
from tests.golden import test_commitments, test_may
from tests.serve import test_consultation as consultation
from tests.serve.desks import Visitor
from tests.test_worlds import WORLDS

TODAY = instant("2026-11-26")


def _decided(decision: Decision) -> Iterator[str]:
    yield from (reason.says for reason in decision.reasons)
    for owner in decision.owners:
        yield from (*(reason.says for reason in owner.reasons), *owner.unsettled)


def of_the_worlds() -> Iterator[str]:
    """Why a decision is as it is, and what would settle it: the worlds and the golden cases."""
    for world in WORLDS.values():
        facts = Facts(world.facts)
        for query in world.queries:
            yield from _decided(decide(query.ask, facts))
    for case in test_may.CASES.values():
        ask = worlds.asked(case["ask"], Names())
        yield from _decided(decide(ask, Facts([*consents(test_may.ends(case)), *test_may.lines(case)])))


def of_the_commitments() -> Iterator[str]:
    """The reasons, doubts and branches of the golden commitments, and why articles do not apply."""
    for case in test_commitments.CASES.values():
        answer = test_commitments.asked(case)
        yield headline(answer.event)
        for row in answer.rows:
            yield from (*row.because, *row.unsettled)
            for branch in row.branches:
                yield from (text for text in (branch.claim, branch.reason) if text)
        yield from (item.reason for item in answer.not_triggered)


def of_the_agreements() -> Iterator[str]:
    """Every agreement of the casebook in plain words."""
    for agreement in casebook().agreements.values():
        one = told(agreement, casebook(), TODAY)
        yield from (agreement.kind, *(item.what for item in one.due), one.leaving.notice)
        for art in one.articles:
            yield from (*art.sentences, *art.consents, *art.things, *art.suspensions, art.state, art.duty)


def of_the_drafts() -> Iterator[str]:
    """What is found about faulty and weak drafts, and what to do."""
    for case in (*drafts.BROKEN.values(), *drafts.WEAK.values()):
        for finding in drafts.checked(drafts.SOUND.replace(case.old, case.new, 1)).findings:
            yield from (finding.says, finding.remedy or "")


def of_the_consultations() -> Iterator[str]:
    """A text under silence from its beginning to its outcome, once kept and once broken; votes; what waits."""
    for broken in (False, True):
        chair, japan, poland, case = consultation.opened()
        everybody = (chair, japan, poland)
        poland.sign(poland.post(f"{case}/position", {"item": "1", "stance": "yes", "release": "all"}))
        consultation.silent(chair, [japan], case)
        yield from _seen(case, *everybody)
        consultation.later(25, *everybody)
        yield from _seen(case, chair)
        consultation.later(5, *everybody)
        yield from _seen(case, *everybody)
        chair.sign(chair.post(f"{case}/extend", {"item": "1", "deadline": "2026-11-29T12:00"}))
        consultation.receive(case, poland)
        if broken:
            poland.sign(poland.post(f"{case}/break", {"item": "1"}))
        consultation.later(60, *everybody)
        yield from _seen(case, chair)
        chair.sign(chair.post(f"{case}/outcome", {"item": "1"}))
        yield from _seen(case, *everybody)


def _seen(case: str, *visitors: Visitor) -> Iterator[str]:
    for visitor in visitors:
        desk, party = visitor.desk, visitor.party or ""
        yield from (one.says for one in waiting(party, gather(desk.view([party])), desk.book.clock()))
        for point in visitor.get(f"{case}?format=json").json()["points"]:
            votes, silence = point["votes"] or {}, point["silence"] or {}
            yield from (votes.get("says", ""), silence.get("says", ""), silence.get("state", ""))
            yield from (*votes.get("settles", ()), *silence.get("settles", ()), *silence.get("remedies", ()))
            yield from (one["remark"] for one in silence.get("parties", ()))


SOURCES = {
    "worlds": of_the_worlds,
    "commitments": of_the_commitments,
    "agreements": of_the_agreements,
    "drafts": of_the_drafts,
    "consultations": of_the_consultations,
}


@cache
def sentences(source: str) -> tuple[str, ...]:
    """The sentences of a source, each once."""
    return tuple(sorted({text for text in SOURCES[source]() if text}))


@cache
def data() -> frozenset[str]:
    """What whoever wrote an agreement says in English: it stays as it is."""
    agreements = casebook().agreements.values()
    findings = (text for one in agreements for shape in one.places.values() for text in _findings([shape]))
    clauses = [clause for one in agreements for clause in one.clauses]
    sayings = (f"{one.by}: {one.says} ({one.source})" for clause in clauses for one in clause.qualifies)
    return frozenset((*findings, *sayings))


def _findings(shapes: Iterable[Shape]) -> Iterator[str]:
    for shape in shapes:
        if shape.finding:
            yield shape.finding
        yield from _findings(shape.parts)
