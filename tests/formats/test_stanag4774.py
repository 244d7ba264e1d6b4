"""Labels of STANAG 4774 and bindings of STANAG 4778: the vectors of the standard, its slips, and labels that come back.

The vectors are those of table 17 of ADatP-4774 as surevine/spiffing (MIT) has them, with the dates that the schema asks
for; the words are those that its engine shows from the information file of NATO's security policy.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.casebook.book import casebook
from comity.casebook.markings import policies, setting
from comity.errors import ComityError, Malformed, Refused
from comity.formats import stanag4774, stanag4778
from comity.formats.marking_words import shown
from comity.values.instant import SECOND, instant
from comity.values.marking import Category, Marking, Role, Succession
from comity.values.marking_join import join
from comity.values.marking_readers import readers
from comity.values.party import Group, Recipient

POLICIES = policies()
NATO = POLICIES["NATO"]
ON = setting(instant("2026-11-26"))
CREATED, REVIEW = instant("2015-08-02T14:06:20Z"), instant("2030-08-02T00:00:00Z")


def category(tag: str, kind: str, *values: str) -> str:
    inner = "".join(f"<GenericValue>{value}</GenericValue>" for value in values)
    return f'<Category TagName="{tag}" Type="{kind}">{inner}</Category>'


def label(level: str, *categories: str, policy: str = "NATO", root: str = "originatorConfidentialityLabel") -> str:
    return (
        f'<{root} xmlns="{stanag4774.SPACE}" ReviewDateTime="2030-08-02T00:00:00Z">\n'
        f"<ConfidentialityInformation><PolicyIdentifier>{policy}</PolicyIdentifier>"
        f"<Classification>{level}</Classification>{''.join(categories)}</ConfidentialityInformation>\n"
        f"<CreationDateTime>2015-08-02T14:06:20Z</CreationDateTime>\n</{root}>"
    )


def context(*values: str) -> str:
    return category("Context", "PERMISSIVE", *values)


def released(*values: str) -> str:
    return category("Releasable To", "PERMISSIVE", *values)


SHOWN = {
    "table 17, 1": (
        label("UNCLASSIFIED", context("NATO", "Releasable"), released("NATO", "ISAF", "KFOR", "RESOLUTE SUPPORT")),
        "NATO UNCLASSIFIED Releasable to ISAF, KFOR, RESOLUTE SUPPORT",
        "NATO SANS CLASSIFICATION Communicable a ISAF, KFOR, RESOLUTE SUPPORT",
    ),
    "table 17, 2": (label("UNCLASSIFIED", context("NATO")), "NATO UNCLASSIFIED", "NATO SANS CLASSIFICATION"),
    "table 17, 3": (
        label("UNCLASSIFIED", category("Administrative", "INFORMATIVE", "STAFF"), context("NATO")),
        "NATO UNCLASSIFIED - STAFF",
        "NATO SANS CLASSIFICATION - STAFF",
    ),
    "table 17, 4": (
        label("RESTRICTED", context("NATO", "Releasable"), released("JPN", "CHE", "UKR")),
        "NATO RESTRICTED Releasable to Japan, Switzerland, Ukraine",
        "NATO DIFFUSION RESTREINTE Communicable a Japon, Suisse, Ukraine",
    ),
    "table 17, 6": (
        label("CONFIDENTIAL", context("KFOR"), category("Only", "PERMISSIVE", "NATO", "IRL", "SWE", "UKR")),
        "NATO/KFOR CONFIDENTIAL Ireland, Sweden, Ukraine, NATO ONLY",
        "NATO/KFOR CONFIDENTIEL Irlande, Suède, Ukraine, NATO SEULEMENT",
    ),
    "the highest level": (label("TOP SECRET", context("NATO")), "COSMIC TOP SECRET", "COSMIC TRES SECRET"),
    "letters of either case": (
        label("unclassified", context("nato"), policy="nato"),
        "NATO UNCLASSIFIED",
        "NATO SANS CLASSIFICATION",
    ),
    "an added sensitivity": (
        label("SECRET", category("Additional Sensitivity", "RESTRICTIVE", "ATOMAL"), context("NATO")),
        "NATO SECRET ATOMAL",
        "NATO SECRET ATOMAL",
    ),
}


@pytest.mark.parametrize(("text", "english", "french"), SHOWN.values(), ids=SHOWN)
def test_a_label_is_shown_in_two_languages(text: str, english: str, french: str) -> None:
    read = stanag4774.read(text, POLICIES)
    names = casebook().parties.get
    assert shown(read, NATO, "en", lambda code: names(code, code)) == english
    for language in ("fr", "fr-CA"):
        assert shown(read, NATO, language, lambda code: names(code, code)) == french


@pytest.mark.parametrize("text", [row[0] for row in SHOWN.values()], ids=SHOWN)
def test_a_label_comes_back_as_the_same_marking(text: str) -> None:
    read = stanag4774.read(text, POLICIES)
    assert stanag4774.read(stanag4774.write(read, POLICIES), POLICIES) == read


FULL = label("SECRET", context("NATO"))
BROKEN: dict[str, tuple[str, str, str, str]] = {
    "nothing": ("", "line 1, column 1", "is no XML", "mend it"),
    "no end": (FULL[:-5], "line 4, column 1", "is no XML", "mend it"),
    "a document type": ("<!DOCTYPE a>" + FULL, "line 1", "declares a document type", "take it out"),
    "an entity": ('<!DOCTYPE a [<!ENTITY x "y">]>' + FULL, "line 1", "declares a document type", "take it out"),
    "another root": ("<label/>", "line 1, column 1", "'label' is no label", "write originatorConfidentialityLabel"),
    "no namespace": (FULL.replace("urn:nato", "urn:otan"), "line 1, column 1", "is no label", "write originator"),
    "a slip: alternate for alternative": (
        label("SECRET", context("NATO"), root="alternateConfidentialityLabel"),
        "line 1, column 1",
        "'alternateConfidentialityLabel' is a slip of a published example",
        "write alternativeConfidentialityLabel",
    ),
    "a slip: DataTime for DateTime": (
        FULL.replace("CreationDateTime", "CreationDataTime"),
        "line 3, column 1",
        "'CreationDataTime' is a slip of a published example",
        "write CreationDateTime",
    ),
    "a slip: a type in small letters": (
        FULL.replace("PERMISSIVE", "permissive"),
        "line 2, column 109",
        "'permissive' is no type",
        "write PERMISSIVE",
    ),
    "a slip: tagName": (
        FULL.replace("TagName", "tagName"),
        "line 2, column 109",
        "'tagName' is no attribute",
        "write TagName",
    ),
    "a type that is none": (
        FULL.replace("PERMISSIVE", "SECRET"),
        "line 2, column 109",
        "'SECRET' is no type",
        "write RESTRICTIVE, PERMISSIVE",
    ),
    "a tag of another type": (
        FULL.replace("PERMISSIVE", "RESTRICTIVE"),
        "line 2, column 109",
        "'Context' is not RESTRICTIVE",
        "write PERMISSIVE",
    ),
    "no created": (
        FULL.replace("<CreationDateTime>2015-08-02T14:06:20Z</CreationDateTime>", ""),
        "line 1, column 1",
        "lacks CreationDateTime",
        "add CreationDateTime",
    ),
    "no review": (
        FULL.replace(' ReviewDateTime="2030-08-02T00:00:00Z"', ""),
        "line 1, column 1",
        "lacks ReviewDateTime",
        "add it",
    ),
    "a day without a time": (
        FULL.replace("2015-08-02T14:06:20Z", "2015-08-02"),
        "line 3, column 1",
        "is no date with a time",
        "write 2024",
    ),
    "a time without a zone": (
        FULL.replace("14:06:20Z<", "14:06:20<"),
        "line 3, column 1",
        "has no zone",
        "end it with Z",
    ),
    "an unknown policy": (
        label("SECRET", policy="OTAN"),
        "line 2, column 29",
        "'OTAN' is no policy here",
        "allowed: AUS",
    ),
    "an unknown level": (
        label("GEHEIM", context("NATO")),
        "line 2, column 70",
        "'GEHEIM' is no level",
        "allowed: UNCLASSIFIED",
    ),
    "an unknown tag": (
        label("SECRET", category("Colour", "PERMISSIVE", "RED")),
        "line 2, column 109",
        "'Colour' is no tag",
        "allowed: Additional",
    ),
    "an unknown value": (
        label("SECRET", context("MOON")),
        "line 2, column 1",
        "'MOON' is no value of Context",
        "allowed: NATO",
    ),
    "an unknown recipient": (
        label("SECRET", context("NATO", "Releasable"), released("MOONBASE")),
        "line 2, column 290",
        "'MOONBASE' names no party",
        "write a code of three letters",
    ),
    "a tag twice": (
        label("SECRET", context("NATO"), context("KFOR")),
        "line 2, column 199",
        "'Context' stands twice",
        "write all",
    ),
    "a value twice": (
        label("SECRET", context("NATO", "NATO")),
        "line 2, column 188",
        "'NATO' stands twice",
        "write it once",
    ),
    "a tag without a value": (
        label("SECRET", context()),
        "line 2, column 109",
        "'Context' has no value",
        "write GenericValue",
    ),
    "an integer value": (
        FULL.replace("GenericValue", "IntegerValue"),
        "line 2, column 155",
        "'IntegerValue' does not stand here",
        "allowed here",
    ),
    "a bit string": (
        FULL.replace("GenericValue", "BitStringValue"),
        "line 2, column 155",
        "'BitStringValue' does not stand here",
        "allowed here",
    ),
    "no context": (label("SECRET"), "line 2, column 1", "lacks the category 'Context'", "add it"),
    "released without its context": (
        label("SECRET", context("NATO"), released("JPN")),
        "line 2, column 1",
        "the context lacks 'Releasable'",
        "add it",
    ),
    "a context of release without a release": (
        label("SECRET", context("NATO", "Releasable")),
        "line 2, column 1",
        "the context has 'Releasable'",
        "leave it out",
    ),
    "an added sensitivity on a low level": (
        label("RESTRICTED", category("Additional Sensitivity", "RESTRICTIVE", "ATOMAL"), context("NATO")),
        "line 2, column 1",
        "'ATOMAL' does not go with RESTRICTED",
        "leave it out",
    ),
    "table 17, 5, which the policy's own file refuses": (
        label("CONFIDENTIAL", context("EAPC", "Releasable"), released("EAPC", "ISAF")),
        "line 2, column 1",
        "does not go with CONFIDENTIAL",
        "leave it out",
    ),
    "a partner at the highest level": (
        label("TOP SECRET", context("NATO"), released("JPN")),
        "line 2, column 1",
        "'JPN' does not go with TOP SECRET",
        "leave",
    ),
    "a partner of the lowest level alone": (
        label("RESTRICTED", context("NATO", "Releasable"), released("BLR")),
        "line 2, column 1",
        "'BLR' does not go with RESTRICTED",
        "leave it out",
    ),
    "the URI of another policy": (
        FULL.replace("<PolicyIdentifier>", '<PolicyIdentifier URI="urn:oid:1.2.3">'),
        "line 2, column 29",
        "'urn:oid:1.2.3' is not the URI of NATO",
        "write urn:oid:1.3.26.1.3.1",
    ),
    "a URI on the level": (
        FULL.replace("<Classification>", '<Classification URI="x">'),
        "line 2, column 70",
        "'URI' is no attribute",
        "allowed: none",
    ),
    "text beside elements": (
        FULL.replace("<Classification>", "SECRET<Classification>"),
        "line 2, column 1",
        "has text beside",
        "leave the text out",
    ),
    "words out of order": (
        FULL.replace("<ConfidentialityInformation>", "<CreationDateTime/><ConfidentialityInformation>"),
        "line 2, column 1",
        "'CreationDateTime' does not stand here",
        "allowed here: ConfidentialityInformation",
    ),
    "an id of no type": (
        FULL.replace("<CreationDateTime>", '<OriginatorID IDType="name">x</OriginatorID><CreationDateTime>'),
        "line 3, column 1",
        "'name' is no IDType",
        "allowed: rfc822Name",
    ),
    "an empty level": (label("", context("NATO")), "line 2, column 70", "Classification has no text", "write its text"),
}


@pytest.mark.parametrize(("text", "where", "says", "step"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_the_standard_is_refused_at_its_place(text: str, where: str, says: str, step: str) -> None:
    with pytest.raises(Malformed) as refused:
        stanag4774.read(text, POLICIES)
    told = refused.value
    assert (told.where, says in told.message, (told.next_step or "").startswith(step)) == (where, True, True), told


def test_a_label_too_deep_or_too_large_is_refused() -> None:
    with pytest.raises(Malformed, match="nests too deep"):
        stanag4774.read("<a>" * 70, POLICIES)
    with pytest.raises(Malformed, match="has more than"):
        stanag4774.read(" " * 5_000_000, POLICIES)


def test_who_may_read_follows_the_categories() -> None:
    wide = stanag4774.read(SHOWN["table 17, 4"][0], POLICIES)
    assert readers(wide, ON) == frozenset({"JPN", "CHE", "UKR", "NATO"})
    alliance = readers(stanag4774.read(label("SECRET", context("NATO")), POLICIES), ON)
    assert alliance is not None
    # the label is of 2015: whoever acceded since has to be let in by its originator
    assert alliance >= {"FRA", "USA"}
    assert not alliance & {"FIN", "SWE", "MNE"}


def test_a_context_that_is_no_set_of_members_has_to_be_bound() -> None:
    only = stanag4774.read(SHOWN["table 17, 6"][0], POLICIES)
    with pytest.raises(Refused, match="NATO:Context:KFOR names no party set"):
        readers(only, ON)
    bound = setting(ON.on, {"NATO:Context:KFOR": ("IRL", "CHE", Group("NATO"))})
    found = readers(only, bound)
    assert found is not None
    assert found >= {"IRL", "ITA", "NATO"}
    assert not found & {"CHE", "UKR", "SWE"}


def test_two_contexts_without_a_common_value_leave_nobody_where_the_standard_would_let_everybody() -> None:
    """ADatP-4774.1 (4.4) drops a permissive tag that became empty, and a label without the tag restricts nobody."""
    bound = setting(ON.on, {f"NATO:Context:{name}": ("CHE", "AUT") for name in ("KFOR", "EAPC")})
    both = [stanag4774.read(label("RESTRICTED", context(name)), POLICIES) for name in ("KFOR", "EAPC")]
    whole = join(both, bound)
    assert readers(whole, bound) == frozenset({"NATO"})
    assert whole.values_of("Context") == ()
    with pytest.raises(Refused, match="cannot say that nobody holds any 'Context'"):
        stanag4774.write(whole, POLICIES)


def made(**given: object) -> Marking:
    base: dict[str, object] = {
        "permissive": (Category("Context", ("NATO",)),),
        "created": CREATED,
        "review": REVIEW,
        **given,
    }
    return Marking("NATO", "SECRET", frozenset({"NATO"}), **base)  # type: ignore[arg-type]


EXCLUDED = {
    "a state that gets no more than UNCLASSIFIED": ("RESTRICTED", "PAK"),
    "a state that gets no more than CONFIDENTIAL": ("SECRET", "SGP"),
    "a group that gets no more than UNCLASSIFIED": ("CONFIDENTIAL", "EAPC"),
    "a state without a row, beside the highest level": ("TOP SECRET", "JPN"),
}


@pytest.mark.parametrize(("level", "name"), EXCLUDED.values(), ids=EXCLUDED)
def test_whom_the_policy_excludes_is_neither_released_to_nor_the_only_one(level: str, name: str) -> None:
    only = label(level, context("NATO"), category("Only", "PERMISSIVE", "NATO", name))
    for text in (label(level, context("NATO", "Releasable"), released(name)), only):
        with pytest.raises(Malformed, match=f"does not go with {level}"):
            stanag4774.read(text, POLICIES)


def test_the_id_of_a_label_is_kept() -> None:
    called = made(id="label-1")
    assert stanag4774.read(stanag4774.write(called, POLICIES), POLICIES).id == "label-1"
    for bad in ("1", "a b", "a:b", ""):
        with pytest.raises(Refused, match="cannot stand as an Id"):
            stanag4774.write(made(id=bad), POLICIES)
        with pytest.raises(Malformed, match="is no Id"):
            stanag4774.read(stanag4774.write(called, POLICIES).replace('Id="label-1"', f'Id="{bad}"'), POLICIES)


def test_an_id_stands_once_in_a_binding() -> None:
    twice = stanag4778.Bound((made(id="a"), made(id="a", role=Role.ALTERNATIVE)), ("cid:1",), False, 0)
    with pytest.raises(Refused, match="two labels of it have the Id 'a'"):
        stanag4778.write(stanag4778.Binding((twice,), False), POLICIES)


NO_PLACE: dict[str, tuple[Marking, str]] = {
    "flags": (
        Marking("USA", "SECRET", frozenset({"USA"}), handling=frozenset({"ORCON"}), created=CREATED, review=REVIEW),
        "no place for handling",
    ),
    "display": (made(display_only_to=frozenset({"AFG"})), "no place for display only to"),
    "a concealed source": (made(concealed_source=True), "no place for concealed source"),
    "two privacy marks": (made(privacy_marks=frozenset({"a", "b"})), "has one privacy mark"),
    "no day of review": (made(review=None), "needs a day of review or a successor"),
    "no instant of making": (made(created=None), "needs the instant it was made at"),
    "nobody": (
        made(releasable_to=frozenset(), permissive=(Category("Context", ("NATO", "Releasable")),)),
        "NATO has no word for NATO|has no word for",
    ),
    "a policy without releasability": (
        Marking("DEU", "GEHEIM", frozenset({"DEU"}), releasable_to=frozenset({"FRA"}), created=CREATED, review=REVIEW),
        "has no tag for releasability",
    ),
    "an unknown policy": (
        Marking("OTAN", "X", frozenset({"FRA"}), created=CREATED, review=REVIEW),
        "is no policy here",
    ),
    "a successor with a review": (made(succession=Succession(REVIEW, made())), "no review, no role and no id"),
}


@pytest.mark.parametrize(("given", "says"), NO_PLACE.values(), ids=NO_PLACE)
def test_what_the_schema_has_no_place_for_is_refused_when_written(given: Marking, says: str) -> None:
    with pytest.raises(ComityError, match=says):
        stanag4774.write(given, POLICIES)


instants = st.integers(0, 4 * 10**9).map(lambda second: second * SECOND + second % 3)
authorities = st.sampled_from(
    (
        None,
        "rfc822Name:duty@example.int",
        "the duty officer",
        "x400Address:",
        "userPrincipalName: x",
        "a & b <c>",
        "jID:urn:comity:originators:X",
    )
)
texts = st.sampled_from((frozenset[str](), frozenset({"for the addressee <only> & nobody"})))
recipients: st.SearchStrategy[frozenset[Recipient]] = st.frozensets(
    st.sampled_from(("JPN", "CHE", "FRA", Group("NATO"), Group("KFOR"))), min_size=1, max_size=3
)
levels = st.sampled_from(("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET"))
extra = st.frozensets(st.sampled_from(("NATO", "KFOR", "GEORGIA")), min_size=1, max_size=2)


@st.composite
def markings(draw: st.DrawFn, depth: int = 1) -> Marking:
    named = draw(st.none() | recipients)
    contexts = draw(extra) | (frozenset() if named is None else {"Releasable"})
    only = draw(st.just(()) | st.just((Category("Only", ("IRL", "NATO")),)))
    successor = draw(st.none() | markings(depth=0)) if depth else None
    return Marking(
        "NATO",
        draw(levels),
        draw(st.just(frozenset({"NATO"})) | st.frozensets(st.sampled_from(("FRA", "DEU", "NATO")), min_size=1)),
        draw(st.booleans()),
        named,
        restrictive=draw(st.just(()) | st.just((Category("Additional Sensitivity", ("SIOP",)),))),
        permissive=(Category.of("Context", contexts), *only),
        informative=draw(st.just(()) | st.just((Category("Administrative", ("MEDICAL", "STAFF")),))),
        created=draw(instants),
        review=draw(instants) if depth else None,
        succession=None if successor is None else Succession(draw(instants), successor),
        authority=draw(authorities),
        privacy_marks=draw(texts),
        role=draw(st.sampled_from(Role)) if depth else Role.ORIGINATOR,
    )


@given(markings())
def test_every_marking_that_is_written_comes_back(given: Marking) -> None:
    assert stanag4774.read(stanag4774.write(given, POLICIES), POLICIES) == given


def test_what_is_public_is_its_own_policy() -> None:
    read = stanag4774.read(label("unmarked", policy="Public"), POLICIES, "EST")
    assert read == Marking("PUBLIC", "UNMARKED", frozenset({"EST"}), created=CREATED, review=REVIEW)
    assert stanag4774.read(stanag4774.write(read, POLICIES), POLICIES) == read
    with pytest.raises(Malformed, match="names no originator"):
        stanag4774.read(label("UNMARKED", policy="PUBLIC"), POLICIES)


def test_a_national_label_goes_by_xml_too() -> None:
    given = Marking("FRA", "SECRET", frozenset({"FRA"}), created=instant("2022-01-01T00:00:00Z"), review=REVIEW)
    assert stanag4774.read(stanag4774.write(given, POLICIES), POLICIES) == given
    with pytest.raises(Malformed, match="'SECRET' is not in force on 2015-08-02"):
        stanag4774.read(label("SECRET", policy="FRA"), POLICIES)


def bindings(*metadata: str, about: str = '<DataReference URI="cid:report-1"/>') -> str:
    inner = "".join(f"<Metadata>{one}</Metadata>" for one in metadata)
    binding = f"<MetadataBinding>{inner}{about}</MetadataBinding>"
    return (
        f'<BindingInformation xmlns="{stanag4778.SPACE}">\n'
        f"<MetadataBindingContainer>{binding}</MetadataBindingContainer></BindingInformation>"
    )


def test_labels_bound_to_a_document_are_read_and_written() -> None:
    alternative = label("GEHEIM", policy="DEU", root="alternativeConfidentialityLabel")
    read = stanag4778.read(bindings(FULL, alternative), POLICIES)
    (bound,) = read.bound
    assert [one.role for one in bound.markings] == [Role.ORIGINATOR, Role.ALTERNATIVE]
    assert bound.own == stanag4774.read(FULL, POLICIES)
    assert bound.about == ("cid:report-1",)
    assert stanag4778.read(stanag4778.write(read, POLICIES), POLICIES) == read


NO_BINDINGS = {
    "two labels in one": (bindings(FULL + FULL), "line 2, column 44", "two labels stand in one Metadata"),
    "a label and one with a slip": (
        bindings(FULL + FULL.replace("originatorC", "alternateC")),
        "line 2, column 44",
        "two labels stand in one Metadata",
    ),
    "another root": (FULL, "line 1, column 1", "is no binding"),
    "no metadata": (bindings(), "line 2, column 44", "'DataReference' does not stand here"),
    "nothing it is about": (bindings(FULL, about=""), "line 2, column 27", "MetadataBinding lacks DataReference"),
    "a reference to nothing": (
        bindings(FULL, about="<DataReference/>"),
        "line 5, column 45",
        "DataReference lacks URI",
    ),
    "no container": (
        f'<BindingInformation xmlns="{stanag4778.SPACE}"/>',
        "line 1, column 1",
        "lacks MetadataBindingContainer",
    ),
    "no binding": (
        f'<BindingInformation xmlns="{stanag4778.SPACE}"><MetadataBindingContainer/></BindingInformation>',
        "line 1, column 73",
        "MetadataBindingContainer lacks MetadataBinding",
    ),
}


@pytest.mark.parametrize(("text", "where", "says"), NO_BINDINGS.values(), ids=NO_BINDINGS)
def test_what_is_no_binding_is_refused_at_its_place(text: str, where: str, says: str) -> None:
    with pytest.raises(Malformed) as refused:
        stanag4778.read(text, POLICIES)
    assert (refused.value.where, says in refused.value.message) == (where, True), refused.value


def test_what_was_told_and_not_read_is_not_written() -> None:
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'
    signed = bindings(FULL).replace("\n<MetadataBindingContainer>", f"{signature}<MetadataBindingContainer>", 1)
    inside = bindings(FULL, about="<Data>words</Data>")
    other = bindings(FULL, "<title>words</title>")
    found = [stanag4778.read(text, POLICIES) for text in (signed, inside, other)]
    assert (found[0].signed, found[1].bound[0].inside, found[2].bound[0].unread) == (True, True, 1)
    for one in found:
        with pytest.raises(Refused, match="would be lost"):
            stanag4778.write(one, POLICIES)
    empty = stanag4778.Binding((stanag4778.Bound((), ()),))
    with pytest.raises(Refused, match="needs a label"):
        stanag4778.write(empty, POLICIES)
    assert stanag4778.Bound((), ()).own is None


@given(st.text(max_size=200) | st.sampled_from([FULL[:cut] + FULL[cut + 1 :] for cut in range(len(FULL))]))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = stanag4774.read(text, POLICIES)
    except Malformed as refused:
        assert refused.where  # noqa: PT017
    else:
        assert stanag4774.read(stanag4774.write(found, POLICIES), POLICIES) == found
