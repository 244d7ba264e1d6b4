"""Lines of the alliance, the Union and of states: read to the column, written as they were, and dated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook.markings import policies
from comity.errors import Malformed, Refused
from comity.formats.national_marking import read, write
from comity.values.instant import instant
from comity.values.marking import Category, Marking
from comity.values.party import Group

POLICIES = policies()

LINES = {
    ("NATO", "NATO UNCLASSIFIED"),
    ("NATO", "NATO RESTRICTED"),
    ("NATO", "NATO CONFIDENTIAL"),
    ("NATO", "NATO SECRET"),
    ("NATO", "COSMIC TOP SECRET"),
    ("NATO", "NATO SECRET ATOMAL"),
    ("NATO", "COSMIC TOP SECRET ATOMAL BOHEMIA"),
    ("NATO", "NATO UNCLASSIFIED Releasable to ISAF, KFOR, RESOLUTE SUPPORT"),
    ("NATO", "NATO UNCLASSIFIED - STAFF"),
    ("NATO", "NATO RESTRICTED Releasable to CHE, JPN, UKR"),
    ("NATO", "NATO/KFOR CONFIDENTIAL IRL, SWE, UKR, NATO ONLY"),
    ("NATO", "NATO/GEORGIA RESTRICTED Releasable to JPN - MEDICAL STAFF"),
    ("EU", "RESTREINT UE/EU RESTRICTED"),
    ("EU", "CONFIDENTIEL UE/EU CONFIDENTIAL"),
    ("EU", "SECRET UE/EU SECRET"),
    ("EU", "TRÈS SECRET UE/EU TOP SECRET"),
    ("EU", "SECRET UE/EU SECRET RELEASABLE TO: CHE, NOR, NATO"),
    ("EU", "RESTREINT UE/EU RESTRICTED CRYPTO"),
    ("FRA", "SECRET"),
    ("FRA", "TRÈS SECRET SPÉCIAL FRANCE"),
    ("FRA", "CONFIDENTIEL DÉFENSE"),
    ("FRA", "DIFFUSION RESTREINTE"),
    ("DEU", "VS-NUR FÜR DEN DIENSTGEBRAUCH"),
    ("DEU", "GEHEIM"),
    ("DEU", "STRENG GEHEIM NUR FÜR DEUTSCHE"),
    ("GBR", "SECRET"),
    ("GBR", "SECRET UK EYES ONLY"),
    ("GBR", "TOP SECRET UK/US EYES ONLY"),
    ("GBR", "OFFICIAL-SENSITIVE"),
    ("GBR", "SECRET UK/FVEY EYES ONLY"),
    ("SWE", "KVALIFICERAT HEMLIG"),
    ("SWE", "HEMLIG/SECRET"),
    ("FIN", "SALAINEN"),
    ("NOR", "HEMMELIG"),
    ("DNK", "FORTROLIGT"),
    ("NLD", "Stg. GEHEIM"),
    ("ITA", "RISERVATISSIMO"),
    ("ESP", "RESERVADO"),
    ("POL", "ŚCIŚLE TAJNE"),
    ("EST", "SALAJANE"),
    ("AUS", "OFFICIAL: Sensitive"),
}


@pytest.mark.parametrize(("policy", "line"), sorted(LINES))
def test_a_line_comes_back_as_it_was(policy: str, line: str) -> None:
    assert write(read(line, POLICIES[policy]), POLICIES[policy]) == line


OTHERWISE = {
    ("NATO", "NATO SANS CLASSIFICATION Communicable a ISAF"): "NATO UNCLASSIFIED Releasable to ISAF",
    ("NATO", "COSMIC TRÈS SECRET"): "COSMIC TOP SECRET",
    ("NATO", "NATO/KFOR CONFIDENTIEL SWE SEULEMENT"): "NATO/KFOR CONFIDENTIAL SWE ONLY",
    ("FRA", "TRES SECRET SPECIAL FRANCE"): "TRÈS SECRET SPÉCIAL FRANCE",
    ("EU", "TRES SECRET UE/EU TOP SECRET"): "TRÈS SECRET UE/EU TOP SECRET",
    ("DEU", "VS — NUR FÜR DEN DIENSTGEBRAUCH"): "VS-NUR FÜR DEN DIENSTGEBRAUCH",
    ("GBR", "UK SECRET UK/USA EYES ONLY"): "SECRET UK/US EYES ONLY",
    ("FIN", "HEMLIG"): "SALAINEN",
}


@pytest.mark.parametrize(("policy", "line"), OTHERWISE)
def test_other_words_are_read_and_the_first_ones_written(policy: str, line: str) -> None:
    assert write(read(line, POLICIES[policy]), POLICIES[policy]) == OTHERWISE[policy, line]


PORTIONS = {
    ("NATO", "(NS)"): "NATO SECRET",
    ("NATO", "(CTS ATOMAL)"): "COSMIC TOP SECRET ATOMAL",
    ("NATO", "(NR Releasable to JPN)"): "NATO RESTRICTED Releasable to JPN",
    ("EU", "(R-UE/EU-R)"): "RESTREINT UE/EU RESTRICTED",
    ("DEU", "(VS-NfD)"): "VS-NUR FÜR DEN DIENSTGEBRAUCH",
    ("GBR", "(S UK/US EYES ONLY)"): "SECRET UK/US EYES ONLY",
}


@pytest.mark.parametrize(("policy", "text"), PORTIONS)
def test_a_portion_says_what_its_line_says(policy: str, text: str) -> None:
    found = read(text, POLICIES[policy], portion=True)
    assert found == read(PORTIONS[policy, text], POLICIES[policy])
    assert write(found, POLICIES[policy], portion=True) == text
    assert read(text[1:-1], POLICIES[policy], portion=True) == found


MEANS = {
    ("NATO", "NATO RESTRICTED Releasable to JPN"): (
        frozenset({"JPN", Group("NATO")}),
        (Category("Context", ("NATO", "Releasable")),),
    ),
    ("NATO", "NATO SECRET"): (None, (Category("Context", ("NATO",)),)),
    ("FRA", "SECRET SPÉCIAL FRANCE"): (frozenset(), ()),
    ("GBR", "SECRET UK EYES ONLY"): (frozenset(), ()),
    ("GBR", "SECRET UK/FVEY EYES ONLY"): (frozenset({"GBR", Group("FIVE-EYES")}), ()),
    ("DEU", "GEHEIM"): (None, ()),
}


@pytest.mark.parametrize(("policy", "line"), MEANS)
def test_who_may_have_it(policy: str, line: str) -> None:
    found = read(line, POLICIES[policy])
    assert (found.releasable_to, found.permissive) == MEANS[policy, line]
    assert found.originators == frozenset({POLICIES[policy].owner})


SLIPS = {
    ("NATO", ""): ("column 1", "has no level", "allowed: NATO UNCLASSIFIED"),
    ("NATO", "SECRET"): ("column 1", "'SECRET' has no level", "allowed: NATO UNCLASSIFIED"),
    ("NATO", "NATO TOP SECRET"): ("column 1", "has no level", "allowed"),
    ("NATO", "nato secret"): ("column 1", "has no level", "allowed"),
    ("NATO", "NATO SECRETS"): ("column 1", "has no level", "allowed"),
    ("NATO", "NATO SECRET "): ("column 12", "' ' does not stand here", "allowed: ONLY, SEULEMENT, Releasable to"),
    ("NATO", "NATO SECRET  ATOMAL"): ("column 13", "does not stand here", "allowed"),
    ("NATO", "NATO SECRET please"): ("column 13", "'please' does not stand here", "allowed"),
    ("NATO", "NATO RESTRICTED Releasable to Japan"): (
        "column 31",
        "'Japan' does not stand here",
        "allowed: a code of three",
    ),
    ("NATO", "NATO RESTRICTED Releasable to QWX"): ("column 31", "'QWX' does not stand here", "allowed: a code of"),
    ("NATO", "NATO RESTRICTED Releasable to JPN,CHE"): ("column 34", "',CHE' does not stand here", "allowed"),
    ("NATO", "NATO RESTRICTED Releasable to JPN, JPN"): ("column 36", "'JPN' stands twice", "write it once"),
    ("NATO", "NATO RESTRICTED Releasable to "): ("column 31", "does not stand here", "allowed: a code"),
    ("NATO", "NATO RESTRICTED - STAFF Releasable to JPN"): ("column 25", "does not stand here", "allowed"),
    ("NATO", "NATO RESTRICTED ATOMAL"): ("column 1", "'ATOMAL' does not go with RESTRICTED", "leave it out"),
    ("NATO", "NATO SECRET IRL, SWE"): ("column 13", "'IRL, SWE' does not stand here", "allowed"),
    ("EU", "EU SECRET"): ("column 1", "has no level", "allowed: RESTREINT UE/EU RESTRICTED"),
    ("EU", "SECRET UE/EU SECRET RELEASABLE TO CHE"): ("column 21", "does not stand here", "allowed: RELEASABLE TO:"),
    ("FRA", "SECRET NOFORN"): ("column 8", "'NOFORN' does not stand here", "allowed: SPÉCIAL FRANCE"),
    ("FRA", "SECRET SPÉCIAL FRANCE SPÉCIAL FRANCE"): ("column 23", "does not stand here", "allowed"),
    ("TLP", "TLP:RED"): ("column 1", "is nobody's", "use the format"),
}


@pytest.mark.parametrize(("policy", "line"), SLIPS)
def test_a_slip_is_refused_at_its_column(policy: str, line: str) -> None:
    where, says, step = SLIPS[policy, line]
    with pytest.raises(Malformed) as refused:
        read(line, POLICIES[policy])
    told = refused.value
    assert (told.where, says in told.message, (told.next_step or "").startswith(step)) == (where, True, True), told


IN_FORCE = {
    ("FRA", "SECRET"): ("2021-07-01", "2021-06-30"),
    ("FRA", "CONFIDENTIEL DÉFENSE"): ("2021-06-30", "2021-07-01"),
    ("GBR", "OFFICIAL"): ("2014-04-02", "2014-04-01"),
    ("GBR", "CONFIDENTIAL"): ("2014-04-01", "2014-04-02"),
    ("SWE", "KONFIDENTIELL"): ("2019-04-01", "2019-03-31"),
    ("SWE", "HEMLIG/CONFIDENTIAL"): ("2019-03-31", "2019-04-01"),
    ("AUS", "CONFIDENTIAL"): ("2018-09-30", "2018-10-01"),
}


@pytest.mark.parametrize(("policy", "line"), IN_FORCE)
def test_a_word_is_read_on_the_days_on_which_it_was_in_force(policy: str, line: str) -> None:
    within, outside = IN_FORCE[policy, line]
    assert read(line, POLICIES[policy], instant(within)).policy == policy
    with pytest.raises(Malformed, match=f"is not in force on {outside}"):
        read(line, POLICIES[policy], instant(outside))


def test_what_a_line_cannot_say_is_refused() -> None:
    for one in (
        Marking("FRA", "SECRET", frozenset({"FRA", "DEU"})),
        Marking("FRA", "SECRET", frozenset({"FRA"}), created=0),
        Marking("FRA", "SECRET", frozenset({"FRA"}), releasable_to=frozenset({"DEU"})),
        Marking("NATO", "SECRET", frozenset({"NATO"})),
        Marking("NOR", "HEMMELIG", frozenset({"NOR"}), privacy_marks=frozenset({"x"})),
    ):
        with pytest.raises(Refused):
            write(one, POLICIES[one.policy])
    with pytest.raises(Refused, match="has no portion mark"):
        write(Marking("NOR", "HEMMELIG", frozenset({"NOR"})), POLICIES["NOR"], portion=True)


PIECES = (
    "NATO SECRET",
    "NATO/KFOR RESTRICTED",
    " ",
    "Releasable to ",
    "Communicable a ",
    "JPN",
    ", ",
    "KFOR",
    " ONLY",
    "ATOMAL",
    "- ",
    "STAFF",
    "SECRET",
    "SPÉCIAL FRANCE",
    "UK",
    "/",
    "US",
    " EYES ONLY",
    "GEHEIM",
    "(",
    ")",
    "RELEASABLE TO: ",
    "CRYPTO",
)
texts = st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=20)


@given(texts, st.sampled_from(sorted(set(POLICIES) - {"MISP", "TLP", "PUBLIC"})), st.booleans())
def test_any_text_is_read_or_refused_and_what_is_read_says_the_same_again(text: str, name: str, portion: bool) -> None:
    try:
        found = read(text, POLICIES[name], portion=portion)
    except Malformed as refused:
        assert refused.where  # noqa: PT017
        assert refused.next_step  # noqa: PT017
        return
    try:
        line = write(found, POLICIES[name])
    except Refused as less:
        assert "says" in less.message  # noqa: PT017
    else:
        assert read(line, POLICIES[name]) == found
