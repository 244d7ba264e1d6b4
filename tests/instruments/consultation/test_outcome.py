"""An outcome in a real book: recorded once, read alike by all, and checked away from it with public keys alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from comity.errors import Corrupt, Malformed, Refused
from comity.instruments.consultation import acts, outcome
from comity.instruments.consultation.silence import State
from comity.ledger.keys import Key
from comity.ledger.proof import Proof, proofs, proved, read_keys, read_proof
from comity.ledger.record import Record
from tests.instruments.consultation.council import CHAIR, OTHER, PARTIES, TEXT, Council, at


def bundle(council: Council, party: str) -> list[Proof]:
    view = council.book.view(party)
    return list(proofs(council.book, view, outcome.parts(council.case, "1", council.facts(party))))


def keys(council: Council) -> dict[str, Key]:
    return {key.id: key for key in council.book.keys}


def records(council: Council, given: list[Proof]) -> list[Record]:
    return [proved(proof, keys(council)) for proof in given]


def test_an_outcome_is_recorded_and_every_party_reads_it_alike() -> None:
    council = Council().adopted()
    for party in PARTIES:
        assert council.seen(party, "15:00").judged.state is State.ADOPTED
    assert len({repr(council.seen(party, "15:00")) for party in PARTIES}) == 1


@pytest.mark.parametrize("party", PARTIES)
def test_a_bundle_shows_the_outcome_to_whoever_has_the_keys(party: str) -> None:
    council = Council().adopted()
    found = outcome.checked(records(council, bundle(council, party)))
    assert found.verified
    assert found.found.judged.state is State.ADOPTED
    assert found.facts == 6  # the case, the text, three receipts, the outcome


def test_plain_data_brings_a_bundle_back() -> None:
    council = Council().adopted()
    given = bundle(council, "LVA")
    assert [read_proof(proof.as_json(), "facts[1]") for proof in given] == given
    plain = [{"id": key.id, "party": key.party, "public": key.public.hex()} for key in council.book.keys]
    assert {key.party for key in read_keys(plain).values()} >= set(PARTIES)


def test_nothing_in_a_bundle_can_be_changed() -> None:
    council = Council().adopted()
    for proof in bundle(council, "LVA"):
        for data in (proof.data.replace(TEXT.encode(), OTHER.encode()), proof.data.replace(b"LVA", b"LTU")):
            if data != proof.data:
                with pytest.raises((Corrupt, Malformed)):
                    proved(replace(proof, data=data), keys(council))


def test_a_key_of_somebody_else_proves_nothing() -> None:
    council, proof = Council().adopted(), None
    for proof in bundle(council, "LVA"):
        stranger = {name: replace(key, party="SWE") for name, key in keys(council).items()}
        with pytest.raises(Corrupt, match="not signed by a key of"):
            proved(proof, stranger)
    assert proof is not None
    with pytest.raises(Malformed, match="not that of this key"):
        read_keys([{"id": "0" * 16, "party": "EST", "public": "11" * 32}])


def test_a_bundle_from_which_a_receipt_was_taken_shows_no_outcome() -> None:
    council = Council().adopted()
    whole = records(council, bundle(council, "LVA"))
    for kind in ("silence-receipt", "silence", "silence-outcome"):
        left = [record for record in whole if record.kind != kind]
        if kind == "silence":
            with pytest.raises(Malformed, match="no text under silence"):
                outcome.checked(left)
        else:
            assert not outcome.checked(left).verified


def test_a_break_that_the_chair_left_out_contests_the_outcome_as_soon_as_its_partys_bundle_is_there() -> None:
    """The chair's book never got the break; the breaker's has it, signed in time."""
    chairs, own = Council(), Council()
    for council in (chairs, own):
        council.opened()
        council.put()
        for clock, party in (("10:10", "EST"), ("10:20", "LTU"), ("10:30", "LVA")):
            council.receipt(clock, party)
    assert chairs.case == own.case  # the same bytes by the same keys: two copies of one record
    own.breaks("13:00", "LTU")
    chairs.close("14:15")
    adopted = records(chairs, bundle(chairs, "EST"))
    assert outcome.checked(adopted).verified
    both = outcome.checked([*adopted, *records(own, bundle(own, "LTU"))])
    assert not both.verified
    assert "contested" in both.says


def test_two_outcomes_show_as_a_fork_when_two_bundles_meet() -> None:
    one, other = Council(), Council()
    for council in (one, other):
        council.opened()
        council.put()
        for clock, party in (("10:10", "EST"), ("10:20", "LTU"), ("10:30", "LVA")):
            council.receipt(clock, party)
    one.close("14:15")
    other.breaks("13:00", "LTU")
    other.close("14:16")
    together = outcome.checked([*records(one, bundle(one, "EST")), *records(other, bundle(other, "EST"))])
    assert together.found.judged.state is State.FORKED
    assert not together.verified


def test_a_chair_that_falls_and_comes_back_goes_on_where_it_was_and_records_once(tmp_path: Path) -> None:
    path = tmp_path / "case.comity"
    council = Council(path)
    council.opened()
    council.restart(path)
    council.put()
    council.receipt("10:10", "EST")
    council.restart(path)
    council.receipt("10:20", "LTU")
    council.receipt("10:30", "LVA")
    unsaid = acts.recorded(council.case, council.seen(CHAIR, "14:15"), at("14:15"))  # computed, and never stated
    council.restart(path)
    council.state("14:20", acts.recorded(council.case, council.seen(CHAIR, "14:20"), at("14:20")))
    council.restart(path)
    with pytest.raises(Refused, match="has ended"):
        council.close("14:30")
    assert council.seen("LVA", "15:00").judged.state is State.ADOPTED
    assert unsaid.by == CHAIR
    council.book.close()


def test_a_bundle_holds_no_reason_for_a_break() -> None:
    council = Council()
    council.opened()
    council.put()
    broken = council.breaks("11:00", "LTU")
    council.state("11:01", acts.reason(council.case, broken, "LTU", "because", ["EST"]))
    council.close("11:10")
    found = records(council, bundle(council, "EST"))
    assert {record.kind for record in found} == {"consultation", "silence", "silence-break", "silence-outcome"}
    assert outcome.checked(found).found.judged.state is State.NOT_ADOPTED
