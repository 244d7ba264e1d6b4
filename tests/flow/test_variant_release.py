"""Releasable variants: what a person writes goes once every owner consented to it and nothing withheld shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from comity.casebook.book import Casebook
from comity.errors import Impossible, Malformed, Refused
from comity.flow.intelligence_import import How, plan
from comity.flow.proposals import KIND as PROPOSAL
from comity.flow.proposals import WITHDRAWN, Proposal, Sealed, consent, consented, proposed, refusal, waiting
from comity.flow.recalling import asked_back, asked_of, disclosures, owed_to
from comity.flow.recalls import RECALL, Done, receipt
from comity.flow.released_text import Text, held_against
from comity.flow.releases import KIND as RELEASE
from comity.flow.releases import register
from comity.flow.taking_back import take_back, takings
from comity.flow.variant import Variant, Words, begun, digest_of
from comity.flow.variant_draft import DRAFT, drafted, kept, next_version, propose
from comity.flow.variant_release import Released, release
from comity.instruments.intelligence.facts import PORTION
from comity.instruments.intelligence.reported import LINEAGE
from comity.instruments.intelligence.shelf import Shelf
from comity.ledger.book import Book, Draft
from comity.values.fact import Grant
from comity.values.instant import DAY
from comity.values.label import Atom
from comity.values.party import PartyCode
from tests.serve.desks import book_of

REPORT = "report--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a111"
GROUP = "intrusion-set--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a222"
TOOL = "tool--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a333"
BORN = {"spec_version": "2.1", "created": "2026-03-05T10:11:12.345Z", "modified": "2026-03-05T10:11:12.345Z"}
SECRET = [
    {"type": "intrusion-set", "id": GROUP, **BORN, "name": "Quiet Heron", "aliases": ["APT-Q9"]},
    {"type": "report", "id": REPORT, **BORN, "name": "Port watch 14", "published": "2026-03-06T00:00:00Z",
     "description": "A source in the harbour office says that Quiet Heron reads the tide tables every night.",
     "object_refs": [GROUP, TOOL]},
]  # fmt: skip
OPEN = [
    {
        "type": "tool",
        "id": TOOL,
        "spec_version": "2.1",
        "created": "2020-01-01T00:00:00.001Z",
        "modified": "2020-01-01T00:00:00.001Z",
        "name": "netscan",
    }
]
NOTE = {
    "type": "note", "id": "note--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a444", **BORN, "content": "Yards are busy.",
    "object_refs": ["note--5e6b41a4-6a29-4e1d-8e62-66f4a3a4a444"],
}  # fmt: skip
WORDS = Words("Interest in a port", "A capable group takes an interest in port operations. Watch for scanning.")


def shared(book: Book[Casebook], by: PartyCode, objects: Sequence[object], clause: str, to: Sequence[str]) -> None:
    """A party states objects and lets others read them."""
    found = plan(book, json.dumps(list(objects)).encode(), How(by, clause, tuple(to)))
    assert found.bad == ()
    found.commit()


def made() -> Book[Casebook]:
    """Japan has let Estonia read a report; what tool it names all may read."""
    book = book_of([])
    shared(book, "JPN", OPEN, "tools", ["*"])
    shared(book, "JPN", SECRET, "harbour", ["EST"])
    return book


def variant(book: Book[Casebook], words: Words = WORDS, to: Sequence[str] = ("POL",), by: str = "EST") -> Variant:
    return drafted(book, by, [REPORT], to, words, line=begun(book.clock(), lambda size: bytes([7] * size)))


def waits(book: Book[Casebook], party: str) -> list[Proposal]:
    view = book.view(party)
    return waiting(view.records([PROPOSAL, WITHDRAWN]), view.facts, party)


def put() -> tuple[Book[Casebook], Variant, Proposal]:
    """A variant that Estonia has proposed, and what waits for Japan."""
    book = made()
    one = variant(book)
    propose(book, one)
    (proposal,) = waits(book, "JPN")
    return book, one, proposal


def agreed(book: Book[Casebook], one: Variant) -> None:
    """It is proposed, and Japan consents."""
    propose(book, one)
    for proposal in waits(book, "JPN"):
        line, label = consent(proposal)
        book.record(line, Draft("JPN", label))


def let_go(book: Book[Casebook]) -> tuple[Variant, Released]:
    one = variant(book)
    agreed(book, one)
    return one, release(book, kept(book, "EST", one.id))


def test_the_plan_says_who_waits_for_whom() -> None:
    plan_ = variant(made(), to=["POL", "KOR"]).plan
    assert (plan_.already, {(one.owner, one.to, one.scope) for one in plan_.missing}) == (
        (), {("JPN", "POL", "harbour"), ("JPN", "KOR", "harbour")}
    )  # fmt: skip


def test_nothing_goes_without_the_originators_consent() -> None:
    book = made()
    with pytest.raises(Refused, match="consent is missing: JPN for POL"):
        release(book, variant(book))
    propose(book, variant(book))
    assert Shelf.of(book.view("POL")).ids() == [TOOL]


def test_the_owner_reads_the_proposed_text_and_the_audience_nothing_yet() -> None:
    book, one, proposal = put()
    assert (proposal.by, proposal.to, proposal.text, proposal.digest) == ("EST", ("POL",), WORDS.text, one.digest)
    for party in ("POL", "KOR"):
        assert book.view(party).records([PROPOSAL, DRAFT]) == []


def test_whoever_releases_reads_what_it_wrote() -> None:
    book = made()
    one, _ = let_go(book)
    assert Shelf.of(book.view("EST")).get(one.id).name == WORDS.title
    assert one.id not in Shelf.of(book.view("KOR")), "and nobody it did not go to"


def test_with_consent_it_is_a_new_object_of_the_releasing_party() -> None:
    book = made()
    one, released = let_go(book)
    theirs = Shelf.of(book.view("POL"))
    found = theirs.export(one.id)
    assert (found["name"], found["description"], found["object_refs"]) == (WORDS.title, WORDS.text, [TOOL])
    assert UUID(one.id.partition("--")[2]).version == 4
    assert found["created"] != BORN["created"]
    assert theirs.get(str(found["created_by_ref"])).properties["name"] == "EST"
    assert released.id == one.id
    assert {REPORT, GROUP}.isdisjoint(theirs.ids())
    assert Shelf.of(book.view("EST")).get(one.id).name == WORDS.title
    assert one.id not in Shelf.of(book.view("KOR"))


def test_the_register_cites_the_consents_and_the_lineage_stays_with_the_source() -> None:
    book = made()
    one, released = let_go(book)
    (entry,) = register(book.view("POL").records([RELEASE]))
    grants = {seen.id for party in ("EST", "JPN") for seen in book.view(party).records(["grant"])}
    assert set(entry.under) == set(released.under) == grants
    assert (entry.by, entry.thing, entry.to) == ("EST", one.id, ("POL",))
    assert {party: len(book.view(party).records([LINEAGE])) for party in ("EST", "JPN", "POL", "KOR")} == {
        "EST": 1, "JPN": 1, "POL": 0, "KOR": 0
    }  # fmt: skip


@pytest.mark.parametrize("by", ["EST", "JPN"])
def test_whoever_takes_his_consent_back_takes_the_variant_back(by: str) -> None:
    book = made()
    one, _ = let_go(book)
    (grant,) = [seen.id for seen in book.view(by).records(["grant"]) if seen.record.issuer == by]
    book.record({"revoke": {"grant": grant, "by": by}}, Draft(by))
    book.clock.now += DAY  # type: ignore[attr-defined]  # a clock that is set by hand
    assert one.id not in Shelf.of(book.view("POL"))


def test_a_refusal_ends_it() -> None:
    book, one, proposal = put()
    line, label = refusal(proposal)
    book.record(line, Draft("JPN", label))
    with pytest.raises(Refused, match="JPN for POL"):
        release(book, kept(book, "EST", one.id))


def test_a_refusal_that_whoever_releases_may_not_read_refuses_all_the_same() -> None:
    book = made()
    one = variant(book)
    agreed(book, one)
    book.record({"refuse": {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": one.clause}}, Draft("JPN"))
    assert book.view("EST").records(["refuse"]) == []
    with pytest.raises(Refused, match="it is not available to POL"):
        release(book, kept(book, "EST", one.id))


def test_consent_to_one_text_is_none_to_the_next() -> None:
    book = made()
    one, _ = let_go(book)
    book.clock.now += DAY  # type: ignore[attr-defined]  # a clock that is set by hand
    line = next_version(book, "EST", one.id, bytes)
    later = drafted(book, "EST", [REPORT], ["POL"], Words("Interest in a port", "It goes on."), line=line)
    with pytest.raises(Refused, match="JPN for POL"):
        release(book, later)
    agreed(book, later)
    release(book, kept(book, "EST", one.id))
    assert Shelf.of(book.view("POL")).get(one.id).versions[0] == later.objects[-1]["modified"]
    assert Shelf.of(book.view("POL")).export(one.id)["description"] == "It goes on."


LEAKING = {
    "a name": "Quiet Heron takes an interest in ports.",
    "an alias, oddly written": "The group (apt\u200b-q9) takes an interest.",
    "an id": f"See {REPORT}.",
    "an instant": "Reported at 2026-03-05T10:11:12.345Z.",
    "the source's own words": "A source in the harbour office says that somebody reads tide tables.",
}


@pytest.mark.parametrize("text", LEAKING.values(), ids=LEAKING)
def test_what_shows_something_withheld_does_not_go(text: str) -> None:
    book = made()
    one = variant(book, Words("A port", text))
    assert [leak.certain for leak in one.shows][:1] == [True]
    agreed(book, replace(one, shows=()))  # as if what shows had become known since
    with pytest.raises(Refused, match="what is withheld shows in it"):
        release(book, kept(book, "EST", one.id), accepted=[leak.shown for leak in one.shows])


def test_a_title_shows_too() -> None:
    assert variant(made(), Words("Quiet Heron", "A group takes an interest.")).shows


def test_what_surely_shows_is_not_even_proposed() -> None:
    book = made()
    with pytest.raises(Refused, match="what is withheld shows in it: quiet heron"):
        propose(book, variant(book, Words("Quiet Heron", WORDS.text)))
    assert waits(book, "JPN") == []


def test_a_version_is_let_go_once() -> None:
    book = made()
    one, _ = let_go(book)
    with pytest.raises(Refused, match="this version was released before"):
        release(book, kept(book, "EST", one.id))
    assert len(register(book.view("POL").records([RELEASE]))) == 1


def test_what_only_may_show_is_accepted_by_name() -> None:
    book = made()
    one = variant(book, Words("A port", "Published on 2026-03-06T00:00:00Z by us."))
    agreed(book, one)
    with pytest.raises(Refused, match="--accept"):
        release(book, kept(book, "EST", one.id))
    with pytest.raises(Malformed, match="nothing shows as 'zzz'"):
        release(book, kept(book, "EST", one.id), accepted=[*(leak.shown for leak in one.shows), "zzz"])
    release(book, kept(book, "EST", one.id), accepted=[leak.shown for leak in one.shows])


def test_without_words_or_readers_there_is_no_variant() -> None:
    for words, to, field in ((Words("", "x"), ["POL"], "title"), (Words("x", " "), ["POL"], "tearline"),
                             (WORDS, [], "to")):  # fmt: skip
        with pytest.raises(Malformed) as caught:
            variant(made(), words, to)
        assert caught.value.field == field


def test_who_may_not_read_the_original_drafts_nothing_of_it() -> None:
    with pytest.raises(Impossible, match="is available"):
        variant(made(), by="KOR")


def test_a_draft_of_somebody_else_is_not_there() -> None:
    book = made()
    one = variant(book)
    propose(book, one)
    with pytest.raises(Impossible):
        kept(book, "JPN", one.id)


def test_what_all_may_read_already_needs_no_consent_but_ones_own() -> None:
    book = made()
    one = drafted(book, "EST", [TOOL], ["POL"], Words("A tool", "It scans."), line=begun(book.clock(), bytes))
    assert (one.plan.clear, one.owners) == (True, ())
    release(book, one)
    assert one.id in Shelf.of(book.view("POL"))
    assert one.id not in Shelf.of(book.view("KOR"))


def test_an_owner_whose_readers_of_before_suffice_takes_the_variant_alone_back() -> None:
    book = book_of([])
    shared(book, "JPN", SECRET, "harbour", ["EST", "POL"])
    one = variant(book)
    assert one.owners == ()
    release(book, one)
    assert one.id in Shelf.of(book.view("POL"))
    take_back(book, "JPN", one.id)
    assert one.id not in Shelf.of(book.view("POL"))
    assert REPORT in Shelf.of(book.view("POL"))


def test_taking_the_original_back_takes_back_what_was_made_from_it() -> None:
    book = made()
    one, _ = let_go(book)
    assert [(taken.thing, {*taken.takers}) for taken in takings(book, "JPN", REPORT, alone=True)] == [(REPORT, {"EST"})]
    assert {(taken.thing, taken.title, *taken.takers) for taken in takings(book, "JPN", REPORT)} == {
        (REPORT, None, "EST"), (one.id, WORDS.title, "POL")
    }  # fmt: skip
    take_back(book, "JPN", REPORT, ["POL"])
    assert one.id not in Shelf.of(book.view("POL"))
    assert {owed.thing for owed in owed_to(book, "EST")} == {one.id}


def test_what_was_made_from_a_variant_goes_with_it_too() -> None:
    book = made()
    one, _ = let_go(book)
    words = Words("In short", "Somebody looks at ports.")
    book.clock.now += DAY  # type: ignore[attr-defined]  # a clock that is set by hand
    line = begun(book.clock(), lambda size: bytes([9] * size))
    second = drafted(book, "POL", [one.id], ["KOR"], words, line=line)
    propose(book, second)
    for owner in second.owners:
        for proposal in waits(book, owner):
            answer, label = consent(proposal)
            book.record(answer, Draft(owner, label))
    release(book, kept(book, "POL", second.id))
    assert second.id in Shelf.of(book.view("KOR"))
    assert [taken.thing for taken in takings(book, "EST", one.id)] == [one.id, second.id]
    take_back(book, "EST", one.id, alone=True)
    assert second.id in Shelf.of(book.view("KOR"))
    take_back(book, "EST", one.id)
    assert second.id not in Shelf.of(book.view("KOR"))


def test_a_correction_for_fewer_makes_owed_back_what_it_shuts_out() -> None:
    book = made()
    shared(book, "JPN", [NOTE], "notes", ["EST", "POL"])
    note = str(NOTE["id"])
    (seen,) = [one for one in book.view("JPN").records([PORTION]) if one.record.body["thing"] == note]
    entry = {"by": "JPN", "thing": note, "to": ["EST", "POL"], "of": [], "under": [], "digest": "0" * 64}
    book.record({RELEASE: entry}, Draft("JPN"))
    assert owed_to(book, "JPN") == []
    label = frozenset({Atom("JPN", "notes", ("EST",))})
    book.record({PORTION: {**seen.record.body, "supersedes": seen.id}}, Draft("JPN", label))
    assert [one.party for one in owed_to(book, "JPN")] == ["POL"]
    assert (note in Shelf.of(book.view("EST")), note in Shelf.of(book.view("POL"))) == (True, False)


def test_what_was_stated_anew_for_fewer_since_it_was_drafted_asks_its_owner() -> None:
    book = book_of([])
    shared(book, "JPN", SECRET, "harbour", ["EST", "POL"])
    one = drafted(book, "EST", [GROUP], ["POL"], WORDS, line=begun(book.clock(), lambda size: bytes([7] * size)))
    propose(book, one)
    for seen in book.view("JPN").records([PORTION]):
        fields = {"thing": REPORT, "version": "", "supersedes": seen.id}
        book.record({"intelligence-withdrawn": fields}, Draft("JPN", seen.record.label))
    shared(book, "JPN", SECRET, "closed", ["EST"])
    with pytest.raises(Refused, match="consent is missing: JPN for POL"):
        release(book, kept(book, "EST", one.id))


def test_a_later_version_is_later_even_within_an_instant() -> None:
    book = made()
    one, _ = let_go(book)
    line = next_version(book, "EST", one.id, bytes)
    assert line.modified > str(one.objects[-1]["modified"])
    with pytest.raises(Refused, match="JPN for POL"):
        release(book, drafted(book, "EST", [REPORT], ["POL"], Words("Interest in a port", "It goes on."), line=line))


def test_no_other_text_rides_on_the_consent_to_a_version() -> None:
    book = made()
    agreed(book, variant(book))
    with pytest.raises(Refused, match="another text was proposed under this version"):
        release(book, variant(book, Words("Interest in a port", "Something else.")))


def test_an_owner_who_may_not_read_everything_learns_neither_title_nor_text() -> None:
    book = made()
    shared(book, "KOR", [NOTE], "notes", ["EST"])
    line = begun(book.clock(), lambda size: bytes([7] * size))
    one = drafted(book, "EST", [REPORT, str(NOTE["id"])], ["POL"], WORDS, line=line)
    propose(book, one)
    for party in ("JPN", "KOR"):
        (proposal,) = waits(book, party)
        assert (proposal.title, proposal.text, proposal.digest) == ("", None, one.digest)
        line_, label = consent(proposal)
        book.record(line_, Draft(party, label))
    release(book, kept(book, "EST", one.id))
    assert [entry.title for entry in register(book.view("KOR").records([RELEASE]))] == [None]
    assert Shelf.of(book.view("POL")).get(one.id).name == WORDS.title


def texts(book: Book[Casebook], party: str) -> list[Text]:
    view = book.view(party)
    return [*held_against(view, register(view.records([RELEASE]))).values()]


def test_whoever_reads_both_finds_that_what_went_is_what_was_consented_to() -> None:
    book = made()
    one, _ = let_go(book)
    (grant,) = [grant for grant in book.view("POL").facts.of(Grant, one.clause) if grant.body.by == "JPN"]
    assert consented(grant) == one.digest
    assert {party: texts(book, party) for party in ("EST", "POL", "JPN")} == {
        "EST": [Text.SAME], "POL": [Text.SAME], "JPN": [Text.UNTOLD]
    }  # fmt: skip


def stated_besides(book: Book[Casebook], one: Variant, **more: object) -> None:
    """Estonia states something else under the clause of a variant, for the same readers."""
    (known,) = [seen for seen in book.view("EST").records([PORTION]) if seen.record.body["type"] == "report"
                and seen.record.body["thing"] == one.id]  # fmt: skip
    said = {**json.loads(str(known.record.body["stix"])), **more}
    body = {**known.record.body, "stix": json.dumps(said), "thing": str(said["id"])}
    book.record({PORTION: body}, Draft("EST", known.record.label))


OTHERWISE = {
    "another text beside it": {"description": "Quiet Heron"},
    "another object on the same consent": {"id": REPORT[:-1] + "7", "name": "Another"},
}


@pytest.mark.parametrize("more", OTHERWISE.values(), ids=OTHERWISE)
def test_what_goes_besides_on_a_consent_is_not_what_was_consented_to(more: dict[str, object]) -> None:
    book = made()
    one, _ = let_go(book)
    stated_besides(book, one, **more)
    assert [texts(book, party) for party in ("EST", "POL")] == [[Text.OTHER], [Text.OTHER]]


def test_an_entry_that_tells_another_digest_is_found() -> None:
    book = made()
    let_go(book)
    (entry,) = [seen.record.body for seen in book.view("POL").records([RELEASE])]
    book.record({RELEASE: {**entry, "digest": "cd" * 32}}, Draft("EST"))
    assert texts(book, "POL") == [Text.SAME, Text.OTHER]


def test_what_was_consented_to_before_digests_stood_in_consents_cannot_be_told() -> None:
    book = made()
    one = variant(book)
    propose(book, one)
    terms = {"by": "JPN", "to": ["POL"], "actions": ["read"], "scope": one.clause, "basis": f"{PROPOSAL} {'ab' * 32}"}
    book.record({"grant": terms}, Draft("JPN", frozenset({Atom("JPN", "policy/grant", ("EST", "POL"))})))
    release(book, kept(book, "EST", one.id))
    assert texts(book, "POL") == [Text.UNTOLD]


def test_a_consent_to_another_text_lets_this_one_not_go() -> None:
    book, one, proposal = put()
    line, label = consent(replace(proposal, digest="cd" * 32))
    book.record(line, Draft("JPN", label))
    with pytest.raises(Refused, match="JPN consented to another text"):
        release(book, kept(book, "EST", one.id))


def test_nobody_consents_to_a_text_that_is_not_the_one_that_would_go() -> None:
    book = made()
    one = variant(book)
    line, label = proposed("EST", "JPN", ["POL"], one.clause, title=WORDS.title, digest=one.digest, text="Harmless.",
                           sealed=Sealed(one.seal, one.objects))  # fmt: skip
    book.record(line, Draft("EST", label))
    (proposal,) = waits(book, "JPN")
    with pytest.raises(Refused, match="not the one that would go"):
        consent(proposal)
    line, label = refusal(proposal)
    book.record(line, Draft("JPN", label))
    assert waits(book, "JPN") == []


def test_nobody_guesses_a_text_from_its_digest() -> None:
    one = variant(made())
    assert (len(one.seal), one.digest) != (32, digest_of(one.objects))
    assert one.digest == digest_of(one.objects, one.seal) != digest_of(one.objects)


def test_a_draft_of_before_has_no_seal_and_is_taken_up() -> None:
    book = made()
    one = replace(variant(book), seal="")
    propose(book, one)
    for seen in book.view("EST").records([DRAFT]):
        body = {name: value for name, value in seen.record.body.items() if name != "seal"}
        book.record({DRAFT: body}, Draft("EST", seen.record.label))
    assert kept(book, "EST", one.id).digest == digest_of(one.objects)


def let_go_of_two() -> tuple[Book[Casebook], Released]:
    """Estonia releases to Poland what it made of something of Japan's and something of Korea's."""
    book = made()
    shared(book, "KOR", [NOTE], "notes", ["EST"])
    line = begun(book.clock(), lambda size: bytes([7] * size))
    one = drafted(book, "EST", [REPORT, str(NOTE["id"])], ["POL"], WORDS, line=line)
    propose(book, one)
    for party in ("JPN", "KOR"):
        for proposal in waits(book, party):
            line_, label = consent(proposal)
            book.record(line_, Draft(party, label))
    return book, release(book, kept(book, "EST", one.id))


def test_the_register_shows_each_owner_himself_the_audience_none_and_whoever_released_all() -> None:
    book, released = let_go_of_two()
    entries = {party: register(book.view(party).records([RELEASE])) for party in ("EST", "JPN", "KOR", "POL", "FIN")}
    assert {party: [one.of for one in found] for party, found in entries.items()} == {
        "EST": [("JPN", "KOR")], "JPN": [("JPN",)], "KOR": [("KOR",)], "POL": [()], "FIN": []
    }  # fmt: skip
    assert {one.id for found in entries.values() for one in found} == {entries["EST"][0].id}
    assert {one.to for found in entries.values() for one in found} == {("POL",)}
    assert entries["EST"][0].under == entries["POL"][0].under == released.under
    for owner, other in (("JPN", "KOR"), ("KOR", "JPN")):
        said = "".join(str((one.record.body, one.record.label)) for one in book.view(owner).records([RELEASE]))
        (grant,) = [one.id for one in book.view(other).records(["grant"]) if one.record.issuer == other]
        assert other not in said
        assert grant not in entries[owner][0].under


def test_each_owner_hears_what_became_of_it_and_nothing_of_the_other() -> None:
    book, released = let_go_of_two()
    take_back(book, "JPN", released.id)
    lines = asked_back(book, "EST", released.id)
    book.record_all(lines, Draft("EST"))
    assert [one.of for one in (disclosures(book, "EST")[0],)] == [("JPN", "KOR")]
    for asked in asked_of(book, "POL"):
        book.record(receipt(asked, "POL", Done.DESTROYED), Draft("POL"))
    for owner, other in (("JPN", "KOR"), ("KOR", "JPN")):
        assert [(one.party, one.state) for one in owed_to(book, owner)] == [("POL", "destroyed")]
        told = book.view(owner).records([RELEASE, RECALL])
        assert not any(other in str((one.record.body, one.record.label)) for one in told)


def test_an_entry_of_before_names_every_owner_to_all_of_them() -> None:
    book, _ = let_go_of_two()
    body = {"by": "EST", "thing": "rep", "to": ["POL"], "of": ["JPN", "KOR"], "under": [], "digest": "ab" * 32}
    book.record({RELEASE: body}, Draft("EST"))
    for party in ("EST", "JPN", "KOR", "POL"):
        (one,) = register(book.view(party).records([RELEASE]), ["rep"])
        assert one.of == ("JPN", "KOR")


def test_nobody_adds_an_owner_to_what_another_released() -> None:
    book, _ = let_go_of_two()
    (entry,) = register(book.view("EST").records([RELEASE]))
    body = {"by": "FIN", "thing": entry.thing, "to": ["POL"], "of": ["FIN"], "under": [], "entry": entry.id}
    book.record({RELEASE: body}, Draft("FIN"))
    assert {one.by: one.of for one in register(book.view("POL").records([RELEASE]))} == {"EST": (), "FIN": ("FIN",)}


def test_what_the_audience_holds_besides_changes_nothing_of_a_draft() -> None:
    words, drafts = Words("Interest in a port", "Quiet Heron takes an interest."), list[Variant]()
    for hidden in (False, True):
        book = made()
        if hidden:
            shared(book, "KOR", [SECRET[0]], "theirs", ["POL"])
        drafts.append(variant(book, words))
        propose(book, replace(drafts[-1], shows=()))
        drafts.append(kept(book, "EST", drafts[-1].id))
    assert [(one.objects, one.shows, one.label) for one in drafts[:2]] == [
        (one.objects, one.shows, one.label) for one in drafts[2:]
    ]
    assert drafts[0].shows


def test_a_variant_refers_to_what_its_audience_sees_in_part() -> None:
    book = made()
    partly = {**OPEN[0], "id": TOOL[:-1] + "9", "description": "from our sensor", "granular_markings": [
        {"marking_ref": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "selectors": ["description"]}
    ]}  # fmt: skip
    report = {**SECRET[1], "id": REPORT[:-1] + "9", "object_refs": [partly["id"]]}
    shared(book, "JPN", [partly], "partly", ["EST", "POL"])
    shared(book, "JPN", [report], "harbour", ["EST"])
    line = begun(book.clock(), lambda size: bytes([8] * size))
    one = drafted(book, "EST", [str(report["id"])], ["POL"], WORDS, line=line)
    agreed(book, one)
    release(book, kept(book, "EST", one.id))
    theirs = Shelf.of(book.view("POL"))
    assert theirs.export(one.id)["object_refs"] == [theirs.exported_id(str(partly["id"]))]
