"""Banner and portion lines: what may stand, what may not and by which paragraph, and lines that come back as they were.

The rows restate facts: the public rules of DoD Manual 5200.01 volume 2, and what the parsers of codice/alliance and the
Schematron of IC-ISM v10 answer. Where one of them lets something pass that can be read in two ways, we refuse it, and
the row says so.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook.markings import policies, setting
from comity.errors import Malformed, Refused
from comity.formats import capco
from comity.values.instant import instant
from comity.values.label import PUBLIC, Atom
from comity.values.marking import Category, Marking, marking, plain
from comity.values.marking_atoms import label_of
from comity.values.marking_check import checked
from comity.values.marking_join import closed, join
from comity.values.marking_readers import readers
from comity.values.party import Group

USA = policies()["USA"]
ON = setting(instant("2026-11-26"))

STAND = [
    "UNCLASSIFIED", "CONFIDENTIAL", "SECRET", "TOP SECRET", "UNCLASSIFIED//FOUO",
    "SECRET//REL TO USA, GBR", "SECRET//REL TO USA, FVEY", "SECRET//DISPLAY ONLY AFG", "SECRET//NOFORN",
    "TOP SECRET//SI//ORCON/REL TO USA, GBR", "TOP SECRET//SI//ORCON", "TOP SECRET//SI/TK//ORCON/NOFORN",
    "SECRET//REL TO USA, AUS, NATO/DISPLAY ONLY AFG, IRQ", "SECRET//FGI//REL TO USA, GBR", "SECRET//FGI FRA",
    "TOP SECRET//FGI DEU GBR", "TOP SECRET//FGI DEU GBR NATO", "SECRET//TK//FGI//RELIDO", "SECRET//TK//FGI//NOFORN",
    "SECRET//TK//FGI//DISPLAY ONLY AFG, NZL", "TOP SECRET//FGI DEU GBR//REL TO USA, DEU, NATO",
    "TOP SECRET//FGI DEU GBR NATO//REL TO USA, DEU/DISPLAY ONLY NZL",
    "//GBR SECRET", "//CAN RESTRICTED", "//DEU RESTRICTED", "//NATO SECRET", "//NATO CONFIDENTIAL", "//NATO RESTRICTED",
    "//NATO SECRET//ATOMAL", "//COSMIC TOP SECRET", "//COSMIC TOP SECRET//ATOMAL", "//COSMIC TOP SECRET//BALK",
    "//COSMIC TOP SECRET//BOHEMIA", "//JOINT SECRET DEU USA", "//JOINT SECRET DEU USA//REL TO USA, DEU, NATO",
    "//JOINT RESTRICTED CAN GBR", "//JOINT TOP SECRET CAN DEU USA", "//JOINT SECRET CAN DEU USA NATO//TK//RELIDO",
    "SECRET//HCS//NOFORN", "SECRET//HCS-XXX//NOFORN", "SECRET//HCS-XXX-GAMMA//NOFORN",
    "TOP SECRET//HCS-X ABC DEF//NOFORN",
    "TOP SECRET//SI/TK-ABC X Y Z//ORCON", "SECRET//SAR-BP", "SECRET//TK//SAR-BP/GB/TC//NOFORN",
    "SECRET//SAR-MULTIPLE PROGRAMS", "SECRET//HVSACO", "TOP SECRET//SAR-BP//WAIVED",
    "TOP SECRET//SAR-AA/BB/BUTTERED POPCORN/CC//WAIVED", "SECRET//RD", "TOP SECRET//FRD",
    "SECRET//TK//RD-N//NOFORN", "TOP SECRET//RD-SIGMA 1 12 40", "SECRET//FRD-SIGMA 14", "UNCLASSIFIED//DOD UCNI",
    "SECRET//NOFORN/DEA SENSITIVE", "SECRET//DEA SENSITIVE//LIMDIS", "SECRET//NOFORN/DEA SENSITIVE//SBU NOFORN",
    "SECRET//EXDIS", "SECRET//LIMDIS/ACCM-FOOBAR", "SECRET//LIMDIS/SBU NOFORN/ACCM-BAZ/FOOBAR", "SECRET//IMCON/NOFORN",
    "TOP SECRET//SI-GAMMA-XXX/TK//SAR-BP/GB/TC//RD-SIGMA 2 5 6//FGI CAN NZL//ORCON/IMCON/PROPIN/REL TO USA, CAN, "
    "NZL/DEA SENSITIVE/DISPLAY ONLY AFG//LIMDIS/SBU/ACCM-LEMONADE/PARTY FAVORS",
    "UNCLASSIFIED//SBU NOFORN", "UNCLASSIFIED//LES NOFORN", "CONFIDENTIAL//LES NOFORN",
]  # fmt: skip


@pytest.mark.parametrize("line", STAND)
def test_a_line_that_may_stand_comes_back_as_it_was(line: str) -> None:
    read = capco.read_banner(line, USA)
    assert capco.write_banner(read, USA) == line
    assert checked(read, USA) == read
    assert capco.read_portion(capco.write_portion(read, USA), USA) == read


WRITTEN_OTHERWISE = {
    "SECRET//ORCON/PROPIN/NOFORN": "SECRET//ORCON/NOFORN/PROPIN",
    "TOP SECRET//TK-ABC X Y Z/COMINT//ORCON": "TOP SECRET//SI/TK-ABC X Y Z//ORCON",
    "SECRET//KLONDIKE//NOFORN": "SECRET//KDK//NOFORN",
    "TOP SECRET//SPECIAL ACCESS REQUIRED-BUTTERED POPCORN": "TOP SECRET//SAR-BUTTERED POPCORN",
    "TOP SECRET//SAR-BUTTERED POPCORN/AA/BB/CC": "TOP SECRET//SAR-AA/BB/BUTTERED POPCORN/CC",
    "TOP SECRET//RESTRICTED DATA": "TOP SECRET//RD",
    "SECRET//RESTRICTED DATA-N": "SECRET//RD-N",
    "SECRET//RD-CNWDI": "SECRET//RD-N",
    "SECRET//RESTRICTED DATA-SIGMA 1 2": "SECRET//RD-SIGMA 1 2",
    "SECRET//FORMERLY RESTRICTED DATA-SIGMA 14": "SECRET//FRD-SIGMA 14",
    "UNCLASSIFIED//DOD UNCLASSIFIED CONTROLLED NUCLEAR INFORMATION": "UNCLASSIFIED//DOD UCNI",
    "UNCLASSIFIED//DOE UNCLASSIFIED CONTROLLED NUCLEAR INFORMATION": "UNCLASSIFIED//DOE UCNI",
    "SECRET//FOREIGN GOVERNMENT INFORMATION DEU": "SECRET//FGI DEU",
    "SECRET//LIMITED DISTRIBUTION/ACCM-FOOBAR/BAZ": "SECRET//LIMDIS/ACCM-BAZ/FOOBAR",
    "SECRET//ACCM-FOOBAR/BAZ/LIMITED DISTRIBUTION/SBU NOFORN": "SECRET//LIMDIS/SBU NOFORN/ACCM-BAZ/FOOBAR",
    "UNCLASSIFIED//FOR OFFICIAL USE ONLY": "UNCLASSIFIED//FOUO",
}


@pytest.mark.parametrize(("read", "written"), WRITTEN_OTHERWISE.items())
def test_long_words_and_other_orders_are_read_and_the_short_words_written(read: str, written: str) -> None:
    assert capco.write_banner(capco.read_banner(read, USA), USA) == written


BREAK: dict[str, set[str]] = {
    "//DEU TOP SECRET//BOHEMIA": {"4.b.2.c"},
    "SECRET//BOHEMIA": {"4.b.2.c"},
    "//COSMIC TOP SECRET//BALK//NOFORN": {"4.b.3"},
    "//NATO SECRET//ATOMAL//NOFORN": {"4.b.3"},
    "//NATO SECRET//BALK": {"4.b.2.c"},
    "//NATO SECRET//BOHEMIA//NOFORN": {"4.b.2.c", "4.b.3"},
    "//NATO RESTRICTED//ATOMAL": {"4.b.2.b"},
    "//JOINT RESTRICTED CAN USA": {"5.d"},
    "//JOINT SECRET USA DEU": {"5.b"},
    "//JOINT SECRET DEU DEU": {"5.a"},
    "//JOINT SECRET DEU USA//REL TO USA, GBR": {"5.e"},
    "TOP SECRET//SI": {"6.c"},
    "TOP SECRET//HCS-X ABC DEF": {"6.c", "6.f"},
    "SECRET//KLONDIKE//ORCON": {"6.f"},
    "UNCLASSIFIED//SI//NOFORN": {"6.b", "i.2.c"},
    "TOP SECRET//SPECIAL ACCESS REQUIRED-BUTTERED POPCORN/AA/BB/CC/DD": {"7.e"},
    "TOP SECRET//SAR-BUTTERED POPCORN/AA/BB/CC/DD": {"7.e"},
    "SECRET//WAIVED": {"7.f"},
    "UNCLASSIFIED//SAR-BP": {"7.a"},
    "RESTRICTED//RD": {"-", "8.a.4"},
    "RESTRICTED//RESTRICTED DATA": {"-", "8.a.4"},
    "RESTRICTED//FORMERLY RESTRICTED DATA": {"-", "8.b.2"},
    "UNCLASSIFIED//FRD": {"8.b.2"},
    "SECRET//FRD-N": {"8.c.3"},
    "TOP SECRET//FORMERLY RESTRICTED DATA-N": {"8.c.3"},
    "CONFIDENTIAL//FRD-SIGMA 1 112 240": {"8.d.3"},
    "//DEU SECRET//FGI CAN": {"9.a"},
    "CONFIDENTIAL//FGI CAN USA": {"-"},
    "RESTRICTED//FGI CAN": {"-", "9.b"},
    "RESTRICTED//FGI CAN USA": {"-", "9.b"},
    "SECRET//FGI NZL CAN": {"9.d"},
    "SECRET//FGI NATO CAN": {"9.d"},
    "SECRET//FOUO": {"10.b"},
    "RESTRICTED//ORCON": {"-", "10.d.3"},
    "CONFIDENTIAL//IMCON": {"i.1.b", "i.1.c"},
    "SECRET//IMCON/FISA": {"i.1.c"},
    "SECRET//IMCON/DISPLAY ONLY AFG": {"i.1.c"},
    "RESTRICTED//NOFORN": {"-", "i.2.c"},
    "CONFIDENTIAL//NOFORN/RELIDO": {"i.2.d"},
    "RESTRICTED//PROPIN": {"-", "i.3.b"},
    "RESTRICTED//RELIDO": {"-", "i.4.c"},
    "RESTRICTED//REL TO CAN": {"-", "10.e.3", "10.e.4"},
    "UNCLASSIFIED//REL TO USA, GBR": {"10.e.3"},
    "CONFIDENTIAL//REL TO USA": {"10.e.5"},
    "SECRET//NOFORN/REL TO CAN": {"i.2.d", "10.e.4", "10.e.7"},
    "SECRET//REL TO GBR, USA": {"10.e.4"},
    "SECRET//REL TO CAN, USA, GBR": {"10.e.4"},
    "SECRET//REL TO USA, NATO, GBR": {"10.e.4"},
    "SECRET//REL TO CAN": {"10.e.4"},  # codice/alliance lets it pass
    "RESTRICTED//DISPLAY ONLY AFG": {"-", "10.g.3"},
    "SECRET//NOFORN/DISPLAY ONLY AFG": {"10.g.4"},
    "SECRET//RELIDO/DISPLAY ONLY AFG": {"10.g.4"},
    # codice/alliance lets these three pass, and so lets others have what says NOFORN
    "SECRET//REL TO USA, GBR//LES NOFORN": {"-"},
    "SECRET//DISPLAY ONLY AFG//SBU NOFORN": {"-"},
    "SECRET//RELIDO//SBU NOFORN": {"-"},
    "//NATO SECRET//SBU NOFORN": {"-"},
    "SECRET//DISPLAY ONLY NZL, AFG": {"10.g.5"},
    "SECRET//REL TO USA, GBR/DISPLAY ONLY GBR": {"-"},
    "SECRET//EXDIS/NODIS": {"o.1.d"},
    "SECRET//REL TO CAN//EXDIS": {"-", "10.e.4", "o.1.c"},
    "SECRET//REL TO CAN//NODIS": {"-", "10.e.4", "o.2.d"},
    # the manual is silent on these, and codice/alliance lets them pass; IC-ISM v10 does not
    "SECRET//RELIDO//NODIS": {"-"},
    "SECRET//DISPLAY ONLY AFG//EXDIS": {"-"},
    "CONFIDENTIAL//RD-N": {"ISM-00175"},
    "SECRET//DOD UCNI": {"ISM-00181"},
    "SECRET//DOE UCNI": {"ISM-00181"},
    "UNCLASSIFIED//TFNI": {"ISM-00174"},
    "CONFIDENTIAL//TK//NOFORN": {"ISM-00047"},
    "CONFIDENTIAL//KDK//NOFORN": {"ISM-00122"},
    "CONFIDENTIAL//RSV-ABC//NOFORN": {"ISM-00242"},
    "SECRET//RSV//NOFORN": {"ISM-00243"},
    "SECRET//SI-G ABCD//ORCON/NOFORN": {"ISM-00044"},
    "TOP SECRET//SI-G ABCD//NOFORN": {"ISM-00045"},
    "TOP SECRET//SI-GAMMA-XXX//REL TO USA, CAN": {"ISM-00045"},
    "CONFIDENTIAL//RSEN/NOFORN": {"ISM-00164"},
    "//DEU SECRET//RELIDO": {"ISM-00124"},
    "//NATO SECRET//RELIDO": {"ISM-00124"},
    "UNCLASSIFIED//LES/LES NOFORN": {"ISM-00148"},
    "//USA SECRET": {"-"},
    "RESTRICTED": {"-"},
}


@pytest.mark.parametrize(("line", "paragraphs"), BREAK.items())
def test_a_line_that_breaks_rules_is_refused_by_their_paragraphs(line: str, paragraphs: set[str]) -> None:
    assert {one.paragraph for one in capco.faults(line, USA)} == paragraphs
    with pytest.raises(Malformed) as refused:
        capco.read_banner(line, USA)
    assert refused.value.where is not None
    assert refused.value.next_step


AT_COLUMN = {
    "": ("column 1", "is empty"),
    "secret//noforn": ("column 1", "'secret//noforn' is no level".replace("//noforn", "")),
    "SECRET // REL TO USA, GBR": ("column 1", "has a space beside it"),
    "SECRET// REL TO USA, GBR": ("column 10", "has a space beside it"),
    "SECRET/REL TO USA, GBR": ("column 7", "has one slash after the level"),
    "SECRET//REL TO USA,GBR": ("column 16", "'USA,GBR' is no code"),
    "SECRET//REL TO USA, Gbr": ("column 21", "'Gbr' is no code"),
    "SECRET//REL TO USA, QWXY": ("column 21", "'QWXY' is no code"),
    "SECRET//REL TO USA, QWX": ("column 21", "'QWX' is no code"),
    "SECRET//FGI QWX": ("column 13", "'QWX' is no code"),
    "//QWX SECRET": ("column 3", "'QWX' is no code"),
    "SECRET//REL TO USA, GBR, GBR": ("column 26", "'GBR' stands twice"),
    "SECRET//REL": ("column 9", "'REL' is no control marking known here"),
    "SECRET//NOFORN/NOFORN": ("column 16", "'NOFORN' stands twice"),
    "SECRET//NOFORN/": ("column 16", "is empty"),
    "SECRET//DEA SENSITIVE//LIMDIS/": ("column 31", "is empty"),  # codice/alliance lets it pass
    "SECRET//MADE-UP-SCI//NOFORN": ("column 9", "'MADE-UP-SCI' is no control marking"),  # so it does here
    "SECRET//NOFORN//SI": ("column 17", "'SI' does not stand behind dissemination"),
    # codice/alliance reads it as releasable to one nation, without NOFORN
    "SECRET//NOFORN//REL TO USA, GBR": ("column 17", "'REL TO USA, GBR' does not stand behind dissemination"),
    "SECRET//SI/BLUE//NOFORN": ("column 12", "'BLUE' is not known to SCI"),
    "SECRET//NOFORN/LIMDIS": ("column 16", "'LIMDIS' does not stand here"),
    "SECRET//FGI Deu": ("column 13", "'Deu' is no code"),
    "UNKNOWN CLASSIFICATION": ("column 1", "is no level"),
    "COSMIC TOP SECRET": ("column 1", "is no level"),
    "CAN RESTRICTED": ("column 1", "is no level"),
    "//COSMIC SECRET": ("column 3", "is no level of the alliance (4.b.2.a)"),
    "//NATO TOP SECRET": ("column 3", "is no level of the alliance (4.b.2.a)"),
    "//DEU": ("column 7", "is no level"),
    "//DEU GEHEIM": ("column 7", "'GEHEIM' is no level"),
    "//JOINT SECRET": ("column 9", "has no level and owners"),
    "//JOINT SECRET DEU,USA": ("column 16", "'DEU,USA' is no code"),
    "//": ("column 3", "is empty"),
}


@pytest.mark.parametrize(("line", "where", "says"), [(line, *told) for line, told in AT_COLUMN.items()])
def test_what_cannot_be_read_is_refused_at_its_column(line: str, where: str, says: str) -> None:
    with pytest.raises(Malformed) as refused:
        capco.read_banner(line, USA)
    assert (refused.value.where, says in refused.value.message) == (where, True), refused.value
    assert refused.value.next_step


PORTIONS = {
    "(U)": "UNCLASSIFIED",
    "U//FOUO": "UNCLASSIFIED//FOUO",
    "(S//REL TO USA, GBR)": "SECRET//REL TO USA, GBR",
    "(TS//SI//NF)": "TOP SECRET//SI//NOFORN",
    "(TS//SI/TK//OC/NF)": "TOP SECRET//SI/TK//ORCON/NOFORN",
    "(//NS)": "//NATO SECRET",
    "(//CTS)": "//COSMIC TOP SECRET",
    "(//CTS//ATOMAL)": "//COSMIC TOP SECRET//ATOMAL",
    "(//NSAT)": "//NATO SECRET//ATOMAL",
    "(//NCA)": "//NATO CONFIDENTIAL//ATOMAL",
    "(//CTSA)": "//COSMIC TOP SECRET//ATOMAL",
    "(//CTS-B)": "//COSMIC TOP SECRET//BOHEMIA",
    "(//CTS-BALK)": "//COSMIC TOP SECRET//BALK",
    "(//GBR S)": "//GBR SECRET",
    "(//DEU TS)": "//DEU TOP SECRET",
    "(//CAN S//REL TO USA, AUS, CAN, GBR)": "//CAN SECRET//REL TO USA, AUS, CAN, GBR",
    "(//JOINT S DEU USA)": "//JOINT SECRET DEU USA",
    "(S//IMC/NF)": "SECRET//IMCON/NOFORN",
    "(S//DS)": "SECRET//LIMDIS",
}


@pytest.mark.parametrize(("portion", "banner"), PORTIONS.items())
def test_a_portion_says_what_its_banner_says(portion: str, banner: str) -> None:
    assert capco.read_portion(portion, USA) == capco.read_banner(banner, USA)


NO_PORTIONS = {
    "(S": ("column 1", "has one parenthesis"),
    "S)": ("column 1", "has one parenthesis"),
    "(SECRET)": ("column 2", "is no level"),
    "(S//REL)": ("column 5", "'REL' is no control marking"),
    "(S//NX)": ("column 5", "'NX' is no control marking"),
    "()": ("column 2", "is empty"),
}


@pytest.mark.parametrize(("text", "where", "says"), [(text, *told) for text, told in NO_PORTIONS.items()])
def test_what_is_no_portion_is_refused_at_its_column(text: str, where: str, says: str) -> None:
    with pytest.raises(Malformed) as refused:
        capco.read_portion(text, USA)
    assert (refused.value.where, says in refused.value.message) == (where, True), refused.value


MEANS = {
    "SECRET": ({"USA"}, None),
    "SECRET//NOFORN": ({"USA"}, frozenset()),
    "UNCLASSIFIED//LES NOFORN": ({"USA"}, frozenset()),
    "UNCLASSIFIED//SBU NOFORN": ({"USA"}, frozenset()),
    "SECRET//FGI DEU//NOFORN": ({"USA", "DEU"}, frozenset({"USA"})),
    "SECRET//FGI//REL TO USA, GBR": ({"USA"}, frozenset({"USA", "GBR"})),
    "//GBR SECRET": ({"GBR"}, None),
    "//JOINT SECRET DEU USA//REL TO USA, DEU, NATO": ({"USA", "DEU"}, frozenset({"USA", "DEU", Group("NATO")})),
    "//COSMIC TOP SECRET": ({"NATO"}, None),
}


@pytest.mark.parametrize(("line", "owners", "named"), [(line, *means) for line, means in MEANS.items()])
def test_who_owns_and_who_may_have_it(line: str, owners: set[str], named: frozenset[str] | None) -> None:
    read = capco.read_banner(line, USA)
    assert read.originators == owners
    assert read.releasable_to == named
    assert read.concealed_source is ("//FGI//" in line)
    assert read.joint is line.startswith("//JOINT")


def test_what_the_nation_holds_it_reads_and_joint_owners_all_read() -> None:
    assert readers(capco.read_banner("SECRET//FGI DEU", USA), ON) == frozenset({"USA"})
    assert readers(capco.read_banner("//JOINT SECRET DEU USA", USA), ON) == frozenset({"DEU", "USA"})


def test_a_bottom_is_closed_by_its_flag_where_the_flag_may_stand() -> None:
    nobody = Marking("USA", "SECRET", frozenset({"USA"}), releasable_to=frozenset())
    assert closed(nobody, USA).handling == {"NOFORN"}
    for one in (
        Marking("USA", "UNCLASSIFIED", frozenset({"USA"}), releasable_to=frozenset()),
        Marking("USA", "SECRET", frozenset({"GBR"}), releasable_to=frozenset()),
        Marking("USA", "SECRET", frozenset({"USA"}), releasable_to=frozenset(), display_only_to=frozenset({"AFG"})),
    ):
        assert closed(one, USA) == one


codes = st.sampled_from(("AUS", "CAN", "GBR", "NZL", "DEU", "FRA"))
levels = st.sampled_from(("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET"))
flags = st.frozensets(st.sampled_from(sorted(USA.flags)), max_size=3)
recipients = st.frozensets(st.sampled_from(("USA", "GBR", "AUS", Group("NATO"), Group("FIVE-EYES"))), max_size=3)
restrictive = st.fixed_dictionaries({}, optional={
    "SCI": st.just(["SI"]) | st.just(["HCS-P", "TK"]),
    "SAP": st.just(["BP", "GB"]),
    "AEA": st.just(["RD"]) | st.just(["FRD-SIGMA 14"]),
    "Alliance": st.just(["ATOMAL"]),
    "ACCM": st.just(["LEMONADE"]),
}).map(lambda given: tuple(Category.of(tag, values) for tag, values in given.items()))  # fmt: skip
markings = st.builds(
    Marking, st.just("USA"), levels, st.frozensets(codes | st.just("USA") | st.just("NATO"), min_size=1, max_size=2),
    st.booleans(), st.none() | recipients, st.just(frozenset()) | st.frozensets(codes, max_size=2), restrictive,
    handling=flags, concealed_source=st.booleans(),
)  # fmt: skip


def said(given: Marking) -> Marking:
    """What a line says of it: a bottom is NOFORN, and the nation itself stands in a list of its own information.

    What another flag closes already (EXDIS, as it was read) is not said twice.
    """
    given = given if USA.closed_by(given.handling) else closed(given, USA)
    named = given.releasable_to
    if named is not None and given.originators == {"USA"} and named:
        return marking_with(given, named | {"USA"})
    return given


def marking_with(given: Marking, named: frozenset[object]) -> Marking:
    return marking(plain(given) | {"releasable_to": sorted(map(str, named))})


@given(markings)
def test_what_a_line_can_say_comes_back_and_the_rest_is_refused(given: Marking) -> None:
    for write, read in ((capco.write_banner, capco.read_banner), (capco.write_portion, capco.read_portion)):
        try:
            line = write(given, USA)
        except Refused as refused:
            assert refused.next_step  # noqa: PT017
        else:
            assert read(line, USA) == said(given)


SYLLABLES = (
    "SECRET", "TOP SECRET", "//", "/", "REL TO ", "USA", ", ", "GBR", "NATO", "NOFORN", "FGI", " ", "JOINT", "SI",
    "RD-N", "SAR-", "(", "S",
)  # fmt: skip


@given(st.lists(st.sampled_from(SYLLABLES), max_size=10).map("".join) | st.text(max_size=30))
def test_any_text_is_read_or_refused_and_what_is_read_comes_back(text: str) -> None:
    for read, write in ((capco.read_banner, capco.write_banner), (capco.read_portion, capco.write_portion)):
        try:
            found = read(text, USA)
        except Malformed as refused:
            assert refused.where  # noqa: PT017
        else:
            assert read(write(found, USA), USA) == found


ROLL_UPS: dict[str, tuple[list[str], str, set[tuple[str, bool]]]] = {
    "the highest level, and whom both name": (
        ["(S//REL TO USA, AUS, GBR)", "(C//REL TO USA, AUS, CAN, GBR)"], "SECRET//REL TO USA, AUS, GBR", set()),
    "whom one does not name (ISM-00318, 00320)": (
        ["(S//REL TO USA, AUS, GBR)", "(C//REL TO USA, AUS, CAN, GBR)"], "SECRET//REL TO USA, AUS, CAN, GBR",
        {("release", True)}),
    "a closed part closes the whole (00070, 00088, 00318)": (
        ["(S//NF)", "(C//REL TO USA, GBR)"], "SECRET//REL TO USA, GBR", {("handling", True), ("release", True)}),
    "a part closed by what says NOFORN besides": (
        ["(U//LES-NF)", "(C//REL TO USA, GBR)"], "CONFIDENTIAL//REL TO USA, GBR",
        {("handling", True), ("release", True)}),
    "a part closed so, and a whole that says both": (
        ["(U//LES-NF)", "(C//REL TO USA, GBR)"], "CONFIDENTIAL//NOFORN//LES NOFORN", set()),
    "a foreign source stays one (00064)": (
        ["(//DEU S)", "(S//NF)"], "SECRET//NOFORN", {("originators", True)}),
    "a foreign source told": (["(//DEU S)", "(S//NF)"], "SECRET//FGI DEU//NOFORN", set()),
    "a concealed source stays one": (
        ["(S//FGI//NF)"], "SECRET//NOFORN", {("concealed-source", True)}),
    "a concealed source conceals the others": (["(S//FGI//NF)", "(//DEU S)"], "SECRET//FGI//NOFORN", set()),
    "a level below (00058, 00110)": (["(S//NF)"], "CONFIDENTIAL//NOFORN", {("level", True)}),
    "a level above needs a reason (00108)": (["(S//NF)"], "TOP SECRET//NOFORN", {("level-above", False)}),
    "an unmarked part blocks release (00088, 00119)": (
        ["(S)", "(S//REL TO USA, GBR)"], "SECRET//REL TO USA, GBR", {("handling", True), ("release", True)}),
    "what is unclassified blocks nothing": (["(U)", "(S//REL TO USA, GBR)"], "SECRET//REL TO USA, GBR", set()),
    "a group counts as its members": (
        ["(S//REL TO USA, FVEY)", "(S//REL TO USA, GBR)"], "SECRET//REL TO USA, GBR", set()),
    # IC-ISM v10 takes a code of four letters for a wildcard and lets this pass
    "a group counts as no more than its members": (
        ["(S//REL TO USA, NATO)", "(S//REL TO USA, AUS)"], "SECRET//REL TO USA, AUS",
        {("handling", True), ("release", True)}),
    # nobody here knows who is in it; who does would read what a part does not let him
    "a group whose members are not known": (
        ["(C//REL TO USA, CAN, RSMA)", "(C//REL TO USA, CAN, DEU)"], "CONFIDENTIAL//REL TO USA, CAN, RSMA",
        {("release", True)}),
    "a group whose members are not known, named by every part that is closed": (
        ["(C//REL TO USA, CAN, RSMA)", "(U)"], "CONFIDENTIAL//REL TO USA, CAN, RSMA", set()),
    "four eyes are four nations": (
        ["(C//REL TO USA, ACGU)", "(C//REL TO USA, FVEY)"], "CONFIDENTIAL//REL TO USA, AUS, CAN, GBR", set()),
    "three eyes are three nations": (
        ["(C//REL TO USA, TEYE)", "(C//REL TO USA, FVEY)"], "CONFIDENTIAL//REL TO USA, AUS, CAN, GBR",
        {("release", True)}),
    # CAPCO Register and Manual of 2016, B.3, table 2: handled in accordance with the banner (IC-ISM v10 alike)
    "what is unclassified and for official use only is released as the whole is": (
        ["(U//FOUO)", "(S//REL TO USA, GBR)"], "SECRET//REL TO USA, GBR", set()),
    "so are the caveats of departments": (
        ["(U//LES)", "(U//DS)", "(S//REL TO USA, GBR)"], "SECRET//REL TO USA, GBR//LIMDIS/LES", set()),
    "for official use only, under a banner that leaves it out": (
        ["(U//FOUO)"], "UNCLASSIFIED", {("handling", True), ("release", True)}),
    "for official use only gives way to a level": (["(U//FOUO)", "(S//NF)"], "SECRET//NOFORN", set()),
    "unclassified nuclear information gives way to a level": (["(U//DCNI)", "(S//NF)"], "SECRET//NOFORN", set()),
    "no distribution stands in the place of exclusive distribution (00085)": (
        ["(S//XD)", "(S//ND)"], "SECRET//NODIS", set()),
    "further release that not every part permits (00132)": (
        ["(S//RELIDO)", "(S//NF)"], "SECRET//NOFORN", set()),
    "further release that a part says nothing of (00132)": (
        ["(S//RELIDO)", "(S)"], "SECRET//RELIDO", {("handling-more", True)}),
    "further release left out": (["(S//RELIDO)"], "SECRET", {("handling-less", False)}),
    "a source named in the place of the concealed one (00065)": (
        ["(S//FGI//NF)"], "SECRET//FGI DEU//NOFORN", {("concealed-source", True), ("originators-more", False)}),
    "nobody is in both": (["(S//REL TO USA, NATO)", "(S//REL TO USA, AUS)"], "SECRET//NOFORN", set()),
    # IC-ISM v10 is silent: the banner closes out somebody who may have every part
    "closed for no reason": (
        ["(S//REL TO USA, GBR)", "(C//REL TO USA, GBR)"], "SECRET//NOFORN",
        {("handling-more", False), ("release-less", False)}),
    "display goes with release": (
        ["(S//REL TO USA, GBR/DISPLAY ONLY AFG)", "(S//REL TO USA, GBR)"],
        "SECRET//REL TO USA, GBR/DISPLAY ONLY AFG", {("display", True)}),
    "a compartment stays": (["(TS//SI//NF)", "(S//NF)"], "TOP SECRET//NOFORN", {("restrictive", True)}),
    "nothing closed and nothing open": (["(U)", "(U)"], "UNCLASSIFIED", set()),
    "closed above open parts": (["(U)"], "SECRET//NOFORN", {
        ("level-above", False), ("handling-more", False), ("release", False)}),
}  # fmt: skip


@pytest.mark.parametrize(("portions", "banner", "found"), ROLL_UPS.values(), ids=ROLL_UPS)
def test_a_banner_agrees_with_its_portions(portions: list[str], banner: str, found: set[tuple[str, bool]]) -> None:
    assert {(one.rule, one.grave) for one in capco.check_banner(portions, banner, USA, ON)} == found


EVERY_PORTION = sorted({portion for portions, _, _ in ROLL_UPS.values() for portion in portions})


@given(
    st.lists(
        st.sampled_from(EVERY_PORTION),
        min_size=1,
        max_size=4,
    )
)
def test_the_banner_of_the_join_never_has_a_breach(portions: list[str]) -> None:
    whole = join([capco.read_portion(one, USA) for one in portions], ON)
    if whole.concealed_source and len(whole.originators) > 1:
        with pytest.raises(Refused, match="conceals its source or names it"):
            capco.write_banner(whole, USA)
    elif "NOFORN" in whole.handling or whole.releasable_to is None or whole.releasable_to - {"USA"}:
        assert capco.check_banner(portions, capco.write_banner(whole, USA), USA, ON) == ()


def test_a_line_that_cannot_be_read_is_named() -> None:
    with pytest.raises(Malformed) as refused:
        capco.check_banner(["(S)", "(X)"], "SECRET", USA, ON)
    assert (refused.value.field, refused.value.where) == ("portion 2", "column 2")


CAVEATED = [
    "UNCLASSIFIED//FOUO", "UNCLASSIFIED//PROPIN", "UNCLASSIFIED//DOD UCNI", "UNCLASSIFIED//LIMDIS", "UNCLASSIFIED//SBU",
    "UNCLASSIFIED//LES", "UNCLASSIFIED//SSI", "UNCLASSIFIED//EXDIS", "UNCLASSIFIED//NODIS", "UNCLASSIFIED//ACCM-FOO",
    "UNCLASSIFIED//DEA SENSITIVE",
]  # fmt: skip


@pytest.mark.parametrize("line", CAVEATED)
def test_a_caveat_without_a_word_on_its_release_is_its_owners_alone(line: str) -> None:
    found = capco.read_banner(line, USA)
    assert readers(found, ON) == frozenset({"USA"})
    label = label_of(found, "report-1", ON, public=True)
    assert label <= {Atom("USA", "report-1"), Atom("USA", "report-1", ("USA",))}
    assert label != PUBLIC
    assert readers(join([found, capco.read_banner("SECRET//REL TO USA, GBR", USA)], ON), ON) == frozenset({"USA"})


def test_what_bears_no_caveat_is_open_once_somebody_says_so() -> None:
    found = capco.read_banner("UNCLASSIFIED", USA)
    assert readers(found, ON) is None
    assert label_of(found, "report-1", ON, public=True) == PUBLIC


def test_four_and_three_eyes_are_who_the_published_taxonomy_says() -> None:
    for line, who in (("SECRET//REL TO USA, ACGU", "AUS CAN GBR USA"), ("SECRET//REL TO USA, TEYE", "AUS GBR USA")):
        assert readers(capco.read_banner(line, USA), ON) == frozenset(who.split())
    before = setting(instant("2020-01-01"))  # the older list had Canada for Australia: neither is certain
    assert readers(capco.read_banner("SECRET//REL TO USA, TEYE", USA), before) == frozenset({"GBR", "USA"})
