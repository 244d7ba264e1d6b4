"""What shows of the withheld: each way of showing once, and what is no leak."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from time import process_time
from uuid import uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.sco_ids import STANDARD, sco_id
from comity.instruments.intelligence.leaks import DANGLES, DIGEST, GUESSABLE, GUESSED, Leak, leaks

GROUP = {
    "type": "intrusion-set", "id": "intrusion-set--3f0c5ca2-4f63-4f0e-9d3c-2d0a8f1f7f10", "spec_version": "2.1",
    "created": "2024-03-05T10:11:12.345Z", "modified": "2024-03-06T07:08:09.100Z", "name": "Quiet Heron",
    "aliases": ["APT-Q9"], "first_seen": "2023-01-01T00:00:00Z",
    "description": "They came in through the pumping station at the harbour during the second week of the exercise.",
    "external_references": [{"source_name": "own", "external_id": "Q-0042", "url": "https://heron.example/q"}],
}  # fmt: skip
HOST = {"type": "domain-name", "id": "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7", "value": "relay.example.net"}
SIGNAL = {"type": "indicator", "id": "indicator--11111111-2222-4333-8444-555555555555",
          "created": "2024-03-07T00:00:00Z", "pattern": "[ipv4-addr:value = '198.51.100.7']"}  # fmt: skip
OURS = "report--aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"


def told(says: str, **more: object) -> list[Leak]:
    report = {"type": "report", "id": OURS, "created": "2025-01-01T12:00:01Z", "description": says, **more}
    return leaks([report], [GROUP, HOST, SIGNAL])


def pairs(digits: str) -> list[str]:
    return [digits[place : place + 2] for place in range(0, len(digits), 2)]


LINES = b64encode(b"x" * 50 + b" Quiet Heron " + b"y" * 20).decode()
SHOWING = {
    "its name": "The group Quiet Heron was seen.",
    "its name in other letters": "the group QUIET  heron was seen",
    "its name with unseen letters in it": "Quiet\u200b Heron",
    "its name in one word": "the QuietHeron group",
    "its name with a hyphen": "quiet-heron",
    "its name with an underscore": "file quiet_heron_notes",
    "its name in wide letters": "\uff31uiet Heron",
    "its name with accents": "Qui\u00e9t Heron",
    "its name in base64": b64encode(b"Quiet Heron").decode(),
    "its name in base64 without its end": b64encode(b"Quiet Heron").decode().rstrip("="),
    "its alias in base64": b64encode(b"APT-Q9").decode(),
    "a digest of its name": sha256(b"Quiet Heron").hexdigest(),
    "a value with blanks in it": "relay . example . net",
    "an alias": "also called APT-Q9",
    "its id": f"see {GROUP['id']}",
    "the bare UUID": "case 3F0C5CA2-4f63-4f0e-9d3c-2d0a8f1f7f10",
    "the UUID without what stands between": "case 3f0c5ca24f634f0e9d3c2d0a8f1f7f10",
    "the UUID with blanks between": "case {3F0C5CA2 4F63 4F0E 9D3C 2D0A8F1F7F10}",
    "the UUID among other digits": "key beef3f0c5ca24f634f0e9d3c2d0a8f1f7f10feed",
    "a digest of its name with colons between": ":".join(pairs(sha256(b"Quiet Heron").hexdigest())),
    "the beginning of a digest with colons between": ":".join(pairs(sha256(b"Quiet Heron").hexdigest()[:24])),
    "what a reference calls it": "our file Q-0042",
    "what a reference calls it, with a tag in it": "our file Q-00<b></b>42",
    "the address of a reference": "https://heron.example/q",
    "a value": "traffic to relay.example.net",
    "a value defanged": "traffic to relay[.]example[.]net",
    "a value percent-encoded": "q=relay%2Eexample%2Enet",
    "a constant of a pattern": "from 198.51.100[.]7 only",
    "an instant": "at 2024-03-05T10:11:12.345Z",
    "an instant in another zone": "at 2024-03-05T12:11:12.345+02:00",
    "eight words in a row": "in through the pumping station at the harbour, they say",
    "a value in base64": f"blob {b64encode(b'host relay.example.net up').decode()}",
    "a digest of a value": sha256(b"relay.example.net").hexdigest(),
    "its name in Cyrillic letters": "Qui\u0435t H\u0435r\u043en",
    "its alias in Greek and Cyrillic letters": "\u0391\u03a1\u03a4-Q9 and \u0410\u0420\u0422-Q9",
    "its name within a longer word": "TheQuietHeronGroup",
    "its name in the plural": "the Quiet Herons",
    "its name in the genitive": "Quiet Heron's tools",
    "its name with a letter broken off": "Quiet Her-\non",
    "its name letter by letter": "Q u i e t H e r o n",
    "its name with points between": "Q.u.i.e.t H.e.r.o.n",
    "its name with digits for letters": "Qu1et H3r0n",
    "its name with a tag in it": "Qui<b></b>et Heron",
    "its name in emphasis": "Qui**et** Heron",
    "its name with a tag letter": "Quiet\U000e0041 Heron",
    "its name in flags": "\U0001f1f6\U0001f1fa\U0001f1ee\U0001f1ea\U0001f1f9 Heron",
    "its name as references to letters": "&#81;uiet Heron",
    "its name in base64 of UTF-16": b64encode("Quiet Heron".encode("utf-16-le")).decode(),
    "its name in base64 among other bytes": b64encode(b"\xff\xfe\x00 Quiet Heron \xff").decode(),
    "its name in base64 over lines": "\n".join((LINES[:76], LINES[76:])),
    "its name in hexadecimal digits": b"Quiet Heron".hex(),
    "its name in hexadecimal digits apart": b"Quiet Heron".hex(" "),
    "its name in escapes": "".join(f"\\x{letter:02x}" for letter in b"Quiet Heron"),
    "an alias with a blank": "APT Q9 is back",
    "a value with dots spelt": "relay[dot]example[dot]net, relay dot example dot net",
    "a value in letters that look alike": "rel\u0430y.example.net",
    "a value as a name of a domain in ASCII": "xn--rely-73d.example.net",
    "an address with zeros": "198.051.100.007",
    "an address as a number": f"host {0xC6336407}",
    "an address in hexadecimal digits": "0xC6336407",
    "an address mapped into a longer one": "::ffff:198.51.100.7",
    "an address turned round": "7.100.51.198.in-addr.arpa",
    "an identifier made of a constant": "ipv4-addr--12592121-be4c-5a93-a813-5a5af16e50db",
    "a digest of a value in capitals": sha256(b"RELAY.EXAMPLE.NET").hexdigest(),
    "a digest of a value with a line's end": sha256(b"relay.example.net\n").hexdigest(),
    "a digest in base64": b64encode(sha256(b"Quiet Heron").digest()).decode(),
    "the beginning of a digest": sha256(b"Quiet Heron").hexdigest()[:16],
    "an instant to the second": "at 2024-03-05 10:11:12",
    "an instant in compact form": "20240305T101112Z",
    "an instant in words": "on 5 March 2024 at 10:11:12 UTC",
    "an instant in words, the month first": "March 5, 2024 at 10:11:12",
    "an instant with points": "05.03.2024 10:11:12",
    "an instant in seconds": "at 1709633472",
    "an instant in milliseconds": "at 1709633472345",
    "its id in base64": b64encode(str(GROUP["id"]).encode()).decode(),
}


@pytest.mark.parametrize("says", SHOWING.values(), ids=SHOWING)
def test_what_is_withheld_shows(says: str) -> None:
    found = told(says)
    assert found
    assert all(leak.certain and leak.object == OURS and leak.field == "description" for leak in found)


PERHAPS = {
    "an instant to the minute": "5 March 2024, 10:11",
    "a date-time group": "reported 051011ZMAR24",
    "a date-time group of another zone": "reported 051211B MAR 2024",
}


@pytest.mark.parametrize("says", PERHAPS.values(), ids=PERHAPS)
def test_an_instant_to_the_minute_proves_nothing_and_is_shown(says: str) -> None:
    assert [(leak.says, leak.certain) for leak in told(says)] == [("holds an instant of what is withheld", False)]


def test_what_runs_over_the_end_of_a_property_is_found() -> None:
    found = told("Heron was seen.", name="x") + leaks(
        [{"type": "report", "id": OURS, "name": "Quiet", "description": "Heron was seen."}], [GROUP]
    )
    assert [(leak.field, leak.shown) for leak in found] == [("name", "quiet heron")]


def test_labels_beside_each_other_are_found() -> None:
    assert [leak.shown for leak in told("", labels=["quiet", "heron"])] == ["quiet heron"]


CLEAN = {
    "two words that make a name together with others": "she saw her on a quiet day",
    "another address": "198.51.100.70 and 1198.51.100.7",
    "another number": f"{0xC6336408}",
    "an address the audience is told of no other way": "::ffff:198.51.100.8",
    "another second": "5 March 2024, 10:11:13",
    "another minute": "051012ZMAR24",
    "another digest": sha256(b"Quiet").hexdigest(),
    "an ordinary long word": "internationalisation of telecommunication equipment",
    "a word with digits": "the B2B and 4x4 market",
    "a day that is none": "30 February 2024 10:11:12",
    "a name within another word": "the quiet heronry",
    "seven words in a row": "the pumping station at the harbour during",
    "another instant of the day": "at 2024-03-05T10:11:12.346Z",
    "a value that only begins alike": "relay.example.network",
    "another tenth of a second": "at 2024-03-06T07:08:09.0Z",
    "the first bytes of a digest": b64encode(sha256(b"Quiet Heron").digest()[:4]).decode(),
    "a digest of some of its words": sha256(b"in through the pumping station at the harbour").hexdigest(),
    "an identifier made of what names nothing": str(uuid5(STANDARD, '{"name":"intrusion-set"}')),
    "an alias that ends in a digit, in the plural": "many APT-Q9s",
    "nothing of it": "A group acted against a port in the spring.",
}


@pytest.mark.parametrize("says", CLEAN.values(), ids=CLEAN)
def test_what_does_not_show_is_no_leak(says: str) -> None:
    assert told(says) == []


def test_a_day_in_common_is_shown_but_proves_nothing() -> None:
    assert [leak.certain for leak in told("", valid_from="2023-01-01T00:00:00Z")] == [False]


def test_a_digest_is_called_one() -> None:
    assert [leak.says for leak in told(sha256(b"198.51.100.7").hexdigest())] == [DIGEST]


MADE_OF = {
    "a value": '{"value":"relay.example.net"}',
    "a constant of a pattern": '{"value":"198.51.100.7"}',
    "a name, as that of a mutex": '{"name":"Quiet Heron"}',
    "the address of a reference": '{"value":"https://heron.example/q"}',
}


@pytest.mark.parametrize("made_of", MADE_OF.values(), ids=MADE_OF)
def test_an_identifier_made_of_what_is_withheld_is_called_one(made_of: str) -> None:
    assert {leak.says for leak in told(f"case {uuid5(STANDARD, made_of)}")} == {GUESSABLE}


def test_what_shows_is_told_in_one_order_and_not_at_length() -> None:
    more = " and so on" * 20
    digest = b64encode(sha256(b"Quiet Heron").digest()).decode()
    labels = [f"{digest}{more}", f"2024-03-05T10:11:12Z{more}"]
    says = f"Quiet Heron, APT-Q9, Q-0042, relay.example.net, 198.51.100.7, {GROUP['id']}{more}"
    found = told(says, valid_from=f"2023-01-01T00:00:00Z{more}", labels=labels)
    assert found == sorted(found)
    assert len(found) > 9
    assert {leak.says: len(leak.shown) for leak in found if leak.field != "description"} == {
        DIGEST: 80, "holds an instant of what is withheld": 80,
        "falls on a day that what is withheld falls on": 80,
    }  # fmt: skip


def shows(withheld: Mapping[str, object], says: str, *open_: Mapping[str, object]) -> list[str]:
    """What of an object that is named, or holds, something shows in some words."""
    return sorted({leak.shown for leak in leaks([{"id": OURS, "created": "x", "says": says}], [withheld], open_=open_)})


SHORT_ONES = {
    "as it is": ("Lantern", "the lantern", True),
    "in the plural": ("Lantern", "the lanterns", True),
    "of five letters, in the plural": ("Crane", "cranes", True),
    "of four letters": ("Reed", "reed", True),
    "of four letters, in the plural, which may be another word": ("Reed", "reeds", False),
    "of four letters, in base64": ("Reed", b64encode(b"by Reed.").decode(), True),
    "of three letters": ("Elk", "an elk", True),
    "of three letters, with a tag in it, which may be chance": ("Elk", "E<b></b>lk", False),
    "of signs": ("?!", "who ?!", True),
    "of signs, with a tag in it": ("?!", "who ?<b></b>!", False),
    "of one letter, which is no name": ("Q", "plan Q", False),
    "of two letters apart": ("E-L", "the E L", True),
    "of two letters apart, joined, which may be another word": ("E-L", "el", False),
}


@pytest.mark.parametrize("case", SHORT_ONES.values(), ids=SHORT_ONES)
def test_a_name_that_is_short(case: tuple[str, str, bool]) -> None:
    name, says, found = case
    assert shows({"created": "x", "name": name}, says) == ([name.lower()] if found else [])


def test_a_few_letters_that_run_over_the_end_of_a_property_may_be_chance() -> None:
    thing = {"type": "report", "id": OURS, "abstract": "phase E", "description": "L follows"}
    assert leaks([thing], [{"created": "x", "name": "E-L"}]) == []
    assert [leak.shown for leak in leaks([thing], [{"created": "x", "name": "Phase E-L"}])] == ["phase e-l"]


def test_of_wording_the_words_are_told() -> None:
    found = told("They came in through the pumping station at the harbour, it is said.")
    assert "in through the pumping station at the harbour" in {leak.shown for leak in found}


def test_what_has_no_id_is_held_against_the_withheld_as_well() -> None:
    assert [leak.shown for leak in leaks([{"description": "Quiet Heron"}], [GROUP])] == ["quiet heron"]


def test_a_digest_of_two_letters_is_one_and_of_a_single_letter_may_be_anybodys() -> None:
    for text, found in {"ab": 1, "a": 0}.items():
        assert len(shows({"created": "x", "x_note": text}, sha256(text.encode()).hexdigest())) == found


def test_a_digest_of_what_a_pattern_means_shows_however_the_pattern_writes_it() -> None:
    pattern = {"created": "x", "pattern": r"[file:path = 'C:\\temp\\it\'s.exe']"}
    assert shows(pattern, sha256(rb"C:\temp\it's.exe").hexdigest()) != []


def test_an_instant_of_long_ago_shows_beside_a_later_one() -> None:
    withheld = {"created": "2024-03-05T10:11:12Z", "first_seen": "1999-03-05T10:11:12Z"}
    for at in withheld.values():
        assert shows(withheld, f"at {at}") == [f"at {at}"]


def test_an_address_that_the_audience_reads_in_one_spelling_is_no_secret_in_another() -> None:
    host = {"type": "ipv4-addr", "value": "198.51.100.7"}
    assert shows(host, "0xC6336407") == ["198.51.100.7"]
    assert shows(host, "0xC6336407", {"type": "ipv4-addr", "value": "198.051.100.007"}) == []


def test_nothing_refers_to_what_stays() -> None:
    other = "malware--99999999-8888-4777-8666-555555555555"
    assert [(leak.field, leak.says) for leak in told("", object_refs=[other])] == [("object_refs.[0]", DANGLES)]


def test_a_reference_to_what_everybody_has_is_none() -> None:
    marking = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
    report = {"type": "report", "id": OURS, "created": "2025-01-01T12:00:01Z", "object_marking_refs": [marking]}
    assert leaks([report], [], known_ids={marking}) == []


def test_an_identifier_made_of_values_leaves_only_with_them() -> None:
    shown = {"type": "domain-name", "id": "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7"}
    assert [leak.says for leak in leaks([shown], [])] == [GUESSED]
    assert leaks([HOST], [], derived=lambda thing: str(HOST["id"]) if thing is HOST else None) == []
    assert leaks([{**shown, "created": "2024-03-05T00:00:00Z"}], []) == [], "what has versions is made of no values"


def test_what_the_audience_reads_elsewhere_is_no_secret_but_an_identifier_is() -> None:
    report = {"type": "report", "id": OURS, "created": "2025-01-01T12:00:01Z",
              "description": f"Quiet Heron, {GROUP['id']}"}  # fmt: skip
    elsewhere = {"type": "note", "id": "note--1", "created": "x", "name": "Quiet Heron", "abstract": GROUP["id"]}
    assert {leak.says for leak in leaks([report], [GROUP], open_=[elsewhere])} == {
        "holds an identifier of what is withheld"
    }


ODD = st.one_of(
    st.text(),
    st.text("0123456789abcdefx:.-%&#; TZ/\\n=+@[]utcmar"),
    st.binary().map(lambda data: b64encode(data).decode()),
)


@given(ODD)
def test_no_text_is_too_odd_for_the_check(says: str) -> None:
    assert all(leak.object == OURS for leak in told(says))


SLOW = {"a word that is broken at no end": "a-" + "\n" * 60_000, "a constant without end": "'" + "\\'" * 60_000}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_what_is_written_to_be_slow_to_read_is_read_at_once(text: str) -> None:
    started = process_time()
    told(text)
    leaks([GROUP], [{**SIGNAL, "name": text, "pattern": f"[url:value = '{text}"}])
    assert process_time() - started < 5


def test_every_object_shows_through_a_copy_of_itself() -> None:
    for thing in (GROUP, HOST, SIGNAL):
        assert leaks([thing], [thing], derived=lambda one: str(one["id"]))


HASHED = {"type": "file", "id": "file--11111111-2222-5333-8444-555555555555",
          "hashes": {"MD5": "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff",
                     "SHA-1": "0123456789abcdef0123456789abcdef01234567"},
          "name": "the faded facade: a decade of beef, dead", "x_alias": "fade0123 4567cafe"}  # fmt: skip
DIGITS = {
    "joined": ("00112233445566778899aabbccddeeff", True),
    "apart": ("01 23 45 67 89 ab cd ef 01 23 45 67 89 ab cd ef 01 23 45 67", True),
    "other digits": ("11112233445566778899aabbccddeeff", False),
    "as few digits as tell": ("fade 0123 4567 cafe", True),
    "the digits of what has other letters between": ("efadedfacadeadecadefbeefdead", False),
    "fewer digits than tell": ("0123 4567 89ab cde", False),
}


@pytest.mark.parametrize(("says", "shows"), DIGITS.values(), ids=DIGITS)
def test_digits_may_be_joined_or_stand_apart(says: str, shows: bool) -> None:
    report = {"type": "report", "id": OURS, "created": "2025-01-01T12:00:01Z", "description": f"seen: {says}."}
    assert bool(leaks([report], [HASHED])) is shows


def test_an_identifier_made_of_a_value_shows_without_what_stands_between() -> None:
    made = sco_id(HOST, "").rpartition("--")[2].replace("-", "")
    assert (GUESSABLE, True) in {(one.says, one.certain) for one in told(f"case {made}")}


def test_the_host_of_an_address_is_shown_and_a_person_decides() -> None:
    address = {"type": "url", "id": "url--11111111-2222-5333-8444-555555555555", "value": "https://evil.example/a"}
    report = {"type": "report", "id": OURS, "created": "2025-01-01T12:00:01Z", "name": "on evil", "description": "x"}
    (found,) = leaks([{**report, "description": "See evil[.]example for it."}], [address])
    assert (found.says, found.shown, found.certain) == (
        "holds the host of an address of what is withheld", "evil.example", False,
    )  # fmt: skip
    (across,) = leaks([{**report, "name": "on evil.", "description": "example"}], [address])
    assert (across.shown, across.certain) == ("evil.example", False)
