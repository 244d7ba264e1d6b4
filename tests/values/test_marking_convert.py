"""Conversions between policies: by the day, from the originator's own marking alone, and never to more readers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook.markings import equivalences, policies, setting
from comity.errors import Malformed, Refused
from comity.formats import capco, national_marking, tlp
from comity.values.instant import instant
from comity.values.marking import Category, Marking, Role, Succession
from comity.values.marking_convert import Converted, Equivalence, Loss, convert, no_wider
from comity.values.marking_join import join
from comity.values.marking_readers import readers
from comity.values.party import Group

POLICIES, ROWS = policies(), equivalences()


def converted(marking: Marking, to: str, on: str = "2026-11-26") -> Converted:
    return convert(marking, to, ROWS, setting(instant(on)))


def line(policy: str, text: str) -> Marking:
    return (
        capco.read_banner(text, POLICIES[policy]) if policy == "USA" else national_marking.read(text, POLICIES[policy])
    )


LEVELS = {
    "French words before 2021": ("EU", "CONFIDENTIEL UE/EU CONFIDENTIAL", "FRA", "2021-06-30", "CONFIDENTIEL DÉFENSE"),
    "French words since": ("EU", "CONFIDENTIEL UE/EU CONFIDENTIAL", "FRA", "2021-07-01", "SECRET"),
    "French secret is the Union's": ("FRA", "SECRET", "EU", "2026-11-26", "SECRET UE/EU SECRET"),
    "what France marked before keeps its place": (
        "FRA",
        "CONFIDENTIEL DÉFENSE",
        "EU",
        "2026-11-26",
        "CONFIDENTIEL UE/EU CONFIDENTIAL",
    ),
    "the highest French level before": (
        "FRA",
        "TRÈS SECRET DÉFENSE",
        "EU",
        "2020-01-01",
        "TRÈS SECRET UE/EU TOP SECRET",
    ),
    "the French protective mark": ("FRA", "DIFFUSION RESTREINTE", "NATO", "2026-11-26", "RESTRICTED"),
    "Swedish words before 2019": ("NATO", "NATO SECRET", "SWE", "2019-03-31", "HEMLIG/SECRET"),
    "Swedish words since": ("NATO", "NATO SECRET", "SWE", "2019-04-01", "HEMLIG"),
    "the United Kingdom before 2014": ("NATO", "NATO CONFIDENTIAL", "GBR", "2014-04-01", "CONFIDENTIAL"),
    "the United Kingdom since": ("NATO", "NATO CONFIDENTIAL", "GBR", "2014-04-02", "SECRET"),
    "Germany": ("DEU", "VS-VERTRAULICH", "NATO", "2026-11-26", "CONFIDENTIAL"),
    "the alliance and the Union": ("NATO", "COSMIC TOP SECRET", "EU", "2026-11-26", "TRÈS SECRET UE/EU TOP SECRET"),
    "the Union and the alliance": ("EU", "RESTREINT UE/EU RESTRICTED", "NATO", "2026-11-26", "RESTRICTED"),
    "Norway": ("NOR", "HEMMELIG", "NATO", "2026-11-26", "SECRET"),
    "the United States": ("USA", "SECRET//REL TO USA, NATO", "NATO", "2026-11-26", "SECRET"),
}


@pytest.mark.parametrize(("policy", "text", "to", "on", "level"), LEVELS.values(), ids=LEVELS)
def test_a_level_goes_to_its_equivalent_of_the_day(policy: str, text: str, to: str, on: str, level: str) -> None:
    found = converted(line(policy, text), to, on)
    assert (found.marking.policy, found.marking.classification) == (to, level)
    assert found.marking.role is Role.ALTERNATIVE
    assert found.row.origin.source


NONE = {
    "the United Kingdom left the Union's table": ("EU", "SECRET UE/EU SECRET", "GBR", "2021-01-01"),
    "a French word before it was one": ("FRA", "SECRET", "NATO", "2021-06-30"),
    "two nations without an arrangement": ("DEU", "GEHEIM", "FRA", "2026-11-26"),
    "the United Kingdom's lowest": ("GBR", "OFFICIAL", "NATO", "2026-11-26"),
    "the same word of another policy": ("FRA", "SECRET", "USA", "2026-11-26"),
}


@pytest.mark.parametrize(("policy", "text", "to", "on"), NONE.values(), ids=NONE)
def test_without_a_row_there_is_no_equivalent(policy: str, text: str, to: str, on: str) -> None:
    with pytest.raises(Refused, match=f"has no equivalent in .* on {on}"):
        converted(line(policy, text), to, on)


@pytest.mark.parametrize("level", ["CLEAR", "GREEN", "AMBER", "RED"])
@pytest.mark.parametrize("to", ["NATO", "USA", "DEU", "EU"])
def test_traffic_lights_are_no_levels_of_states(level: str, to: str) -> None:
    with pytest.raises(Refused, match="the Traffic Light Protocol"):
        converted(tlp.read(f"TLP:{level}", POLICIES["TLP"], "EST"), to)


def test_no_level_of_states_is_a_traffic_light() -> None:
    with pytest.raises(Refused, match="has no equivalent in the Traffic Light Protocol"):
        converted(line("NATO", "NATO SECRET"), "TLP")


def test_levels_climb_only_once_for_a_translation_is_translated_no_further() -> None:
    """NC is handled as SECRET in the United Kingdom, and SECRET there is NS: two steps would have raised it."""
    there = converted(line("NATO", "NATO CONFIDENTIAL"), "GBR")
    assert there.marking.classification == "SECRET"
    with pytest.raises(Refused, match="is alternative itself"):
        converted(there.marking, "NATO")


def test_who_could_read_by_the_old_policy_is_spelt_out_for_the_new() -> None:
    alliance = converted(line("NATO", "NATO SECRET"), "DEU").marking
    assert alliance.releasable_to is not None
    assert {"FRA", "SWE", "USA"} <= alliance.releasable_to
    assert readers(alliance, setting(instant("2026-11-26"))) == readers(
        line("NATO", "NATO SECRET"), setting(instant("2026-11-26"))
    )
    own = converted(line("DEU", "GEHEIM"), "NATO").marking
    assert own.releasable_to == frozenset()
    assert readers(own, setting(instant("2026-11-26"))) == frozenset({"DEU"})


def test_a_list_is_kept_in_its_words() -> None:
    found = converted(line("USA", "SECRET//REL TO USA, CHE, NATO"), "NATO")
    assert found.marking.releasable_to == frozenset({"USA", "CHE", Group("NATO")})
    assert found.losses == ()
    spelt = converted(line("USA", "SECRET//REL TO USA, FVEY"), "NATO")  # for which the alliance has no word
    assert spelt.marking.releasable_to == frozenset({"AUS", "CAN", "GBR", "NZL"})


def test_what_would_let_more_persons_read_is_refused() -> None:
    with pytest.raises(Refused, match="the security policy of NATO has nothing for SI"):
        converted(line("USA", "TOP SECRET//SI//NOFORN"), "NATO")
    kept = converted(line("USA", "//NATO SECRET//ATOMAL"), "NATO").marking
    assert kept.restrictive == (Category("Additional Sensitivity", ("ATOMAL",)),)


def test_what_is_lost_is_told() -> None:
    flagged = converted(line("USA", "SECRET//ORCON/NOFORN"), "NATO")
    assert flagged.losses == (Loss("handling", "ORCON"),)  # NOFORN is said by the list
    assert flagged.marking.releasable_to == frozenset()
    note = converted(line("NATO", "NATO RESTRICTED - STAFF"), "DEU")
    assert set(note.losses) == {Loss("informative", "Administrative STAFF"), Loss("permissive", "Context NATO")}
    later = Succession(instant("2030-01-01"), line("DEU", "VS-NUR FÜR DEN DIENSTGEBRAUCH"))
    dated = Marking("DEU", "GEHEIM", frozenset({"DEU"}), succession=later)
    assert converted(dated, "NATO").losses == (Loss("succession", "2030-01-01"),)


def test_owners_in_common_read_what_is_theirs_in_any_words() -> None:
    bare = Marking("DEU", "GEHEIM", frozenset({"DEU", "POL"}), joint=True)
    assert readers(converted(bare, "NATO").marking, setting(instant("2026-11-26"))) == frozenset({"DEU", "POL"})


def test_markings_of_two_policies_join_in_the_words_of_one() -> None:
    on = setting(instant("2026-11-26"))
    german, alliance = line("DEU", "GEHEIM"), line("NATO", "NATO CONFIDENTIAL Releasable to CHE")
    with pytest.raises(Refused, match="markings of DEU and NATO have no common level"):
        join([german, alliance], on)
    whole = join([converted(german, "NATO").marking, alliance], on)
    assert (whole.classification, readers(whole, on)) == ("SECRET", frozenset({"DEU"}))


def test_a_conversion_that_would_add_readers_is_refused() -> None:
    """A row to what restricts nobody: no packaged one leads there."""
    row = Equivalence("DEU", "GEHEIM", "PUBLIC", "UNMARKED", ROWS[0].valid, ROWS[0].origin)
    kept = convert(line("DEU", "GEHEIM"), "PUBLIC", [row], setting(instant("2026-11-26"))).marking
    assert readers(kept, setting(instant("2026-11-26"))) == frozenset({"DEU"})  # spelt out, it stays closed
    with pytest.raises(Refused, match="everybody could read"):
        no_wider(frozenset({"DEU"}), None)
    with pytest.raises(Refused, match="FRA could read, and may not now"):
        no_wider(frozenset({"DEU"}), frozenset({"DEU", "FRA"}))


def test_what_restricts_nobody_gets_no_list_and_no_context_of_release() -> None:
    row = Equivalence("PUBLIC", "UNMARKED", "NATO", "UNCLASSIFIED", ROWS[0].valid, ROWS[0].origin)
    public = Marking("PUBLIC", "UNMARKED", frozenset({"EST"}))
    found = convert(public, "NATO", [row], setting(instant("2026-11-26"))).marking
    assert (found.releasable_to, found.permissive) == (None, (Category("Context", ("NATO",)),))


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(Malformed, match="'OTAN' is no policy here"):
        converted(line("DEU", "GEHEIM"), "OTAN")


def test_every_row_names_levels_that_were_in_force_on_its_target_side() -> None:
    assert len(ROWS) > 200
    for row in ROWS:
        POLICIES[row.policy].level(row.level)
        target = POLICIES[row.to_policy].level(row.to_level)
        assert target.valid.start.latest <= row.valid.start.earliest or row.valid.start.latest < 0, row
        assert row.origin.source, row
        assert row.origin.grade in {"A", "B", "C"}, row


rows = st.sampled_from(ROWS)
lists = st.none() | st.frozensets(st.sampled_from(("FRA", "DEU", "USA", Group("NATO"), Group("EU"))), max_size=3)
owners = st.frozensets(st.sampled_from(("DEU", "FRA", "NATO")), max_size=1)


@given(rows, lists, owners, st.booleans(), st.sampled_from(("2013-01-01", "2018-01-01", "2020-06-01", "2026-01-01")))
def test_nobody_reads_by_a_conversion_who_may_not_read(
    row: Equivalence, named: frozenset[str | Group] | None, more: frozenset[str], joint: bool, on: str
) -> None:
    owner = POLICIES[row.policy].owner
    assert owner is not None
    context: tuple[Category, ...] = ()
    if row.policy == "NATO":
        context = (Category.of("Context", {"NATO"} | (set() if named is None else {"Releasable"})),)
    old = Marking(row.policy, row.level, frozenset({owner}) | more, joint, named, permissive=context)
    try:
        new = converted(old, row.to_policy, on).marking
    except (Refused, Malformed):
        return
    before, after = readers(old, setting(instant(on))), readers(new, setting(instant(on)))
    assert before is None or (after is not None and after <= before)
