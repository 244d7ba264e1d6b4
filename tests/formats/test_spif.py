"""Policies from security policy information files: vectors of STANAG 4774 are shown by a file as by our own data."""

from __future__ import annotations

import pytest

from comity.casebook.markings import policies, setting
from comity.errors import Malformed, Refused
from comity.formats import spif, stanag4774
from comity.formats.marking_words import shown
from comity.values.instant import instant
from comity.values.marking_readers import Setting, readers
from comity.values.party import Group
from tests.formats.test_stanag4774 import SHOWN


def category(name: str, phrase: str = "", french: str = "", *codes: str, excluded: str = "") -> str:
    inner = "".join(f"<spif:code>{code}</spif:code>" for code in codes)
    data = f'<spif:markingData phrase="{phrase}">{inner}</spif:markingData>' if phrase else ""
    data += f"<spif:markingData>{inner}</spif:markingData>" if codes and not phrase else ""
    data += f'<spif:markingData xml:lang="fr" phrase="{french}"/>' if french else ""
    out = f"<spif:excludedClass>{excluded}</spif:excludedClass>" if excluded else ""
    return f'<spif:tagCategory name="{name}" lacv="1">{data}{out}</spif:tagCategory>'


def tag(name: str, number: int, kind: str, *parts: str) -> str:
    return (
        f'<spif:securityCategoryTagSet name="{name}" id="1.3.26.1.4.{number}">'
        f'<spif:securityCategoryTag name="{name}" {kind}>{"".join(parts)}</spif:securityCategoryTag>'
        "</spif:securityCategoryTagSet>"
    )


FRENCH = 'xml:lang="fr"'


def around(**texts: str) -> str:
    one = "".join(
        f"<spif:qualifier {FRENCH if code.endswith('_fr') else ''} "
        f'markingQualifier="{text}" qualifierCode="{code.removesuffix("_fr")}"/>'
        for code, text in texts.items()
    )
    return f'<spif:markingQualifier markingCode="pageTopBottom">{one}</spif:markingQualifier>'


COSMIC = '<spif:markingData phrase="COSMIC"><spif:code>replacePolicy</spif:code></spif:markingData>'
LEVELS = "".join(
    f'<spif:securityClassification name="{name}" lacv="{rank}" hierarchy="{rank}">'
    f"{COSMIC if rank == 5 else ''}"
    f'<spif:markingData xml:lang="fr" phrase="{french}"/></spif:securityClassification>'
    for rank, (name, french) in enumerate(
        (
            ("UNCLASSIFIED", "SANS CLASSIFICATION"), ("RESTRICTED", "DIFFUSION RESTREINTE"),
            ("CONFIDENTIAL", "CONFIDENTIEL"), ("SECRET", "SECRET"), ("TOP SECRET", "TRES SECRET"),
        ), start=1)
)  # fmt: skip
STATES = [
    category("IRL", "Ireland", "Irlande"), category("JPN", "Japan", "Japon", excluded="TOP SECRET"),
    category("SWE", "Sweden", "Suède"), category("CHE", "Switzerland", "Suisse"), category("UKR", "Ukraine", "Ukraine"),
]  # fmt: skip
GROUPS = [category(name, name) for name in ("ISAF", "KFOR", "RESOLUTE SUPPORT")]
LIST = 'tagType="enumerated" enumType="permissive"'
SETS = "".join((
    tag("Additional Sensitivity", 1, 'tagType="restrictive"', category("ATOMAL"), around(separator=" ")),
    tag("Only", 5, LIST, *STATES, category("NATO", "NATO"),
        around(suffix=" ONLY", suffix_fr=" SEULEMENT", separator=", ")),
    tag("Releasable To", 2, LIST, *STATES, category("NATO", "", "", "noMarkingDisplay"), *GROUPS,
        around(prefix="Releasable to ", prefix_fr="Communicable a ", separator=", ")),
    tag("Administrative", 3, 'tagType="tagType7"', category("STAFF"), around(prefix="- ", separator=" ")),
    tag("Context", 4, 'tagType="permissive"', category("NATO", "NATO", "", "replacePolicy"),
        category("KFOR", "NATO/KFOR", "", "replacePolicy"), category("Releasable", "", "", "noNameDisplay")),
))  # fmt: skip
FILE = (
    f'<spif:SPIF xmlns:spif="{spif.SPACE}" schemaVersion="2.1"><spif:securityPolicyId name="NATO" id="1.3.26.1.3.1"/>'
    f"<spif:securityClassifications>{LEVELS}</spif:securityClassifications>"
    f"<spif:securityCategoryTagSets>{SETS}</spif:securityCategoryTagSets><spif:extensions/></spif:SPIF>"
)
HOW = spif.Loaded("NATO", frozenset({"Only", "Releasable To"}), "Releasable To")
POLICY = spif.read(FILE, HOW)
EXACT = {name: row for name, row in SHOWN.items() if name != "letters of either case"}


@pytest.mark.parametrize(("text", "english", "french"), EXACT.values(), ids=EXACT)
def test_the_vectors_are_shown_by_the_file_as_by_our_own_data(text: str, english: str, french: str) -> None:
    read = stanag4774.read(text, {"NATO": POLICY})
    assert (shown(read, POLICY), shown(read, POLICY, "fr")) == (english, french)
    assert read == stanag4774.read(text, policies())
    assert stanag4774.read(stanag4774.write(read, {"NATO": POLICY}), {"NATO": POLICY}) == read


def test_a_file_says_nothing_of_who_may_read_until_somebody_binds_its_words() -> None:
    marking = stanag4774.read(EXACT["table 17, 2"][0], {"NATO": POLICY})
    known = setting(instant("2026-11-26"))
    bare = Setting({"NATO": POLICY}, known.members, known.on)
    with pytest.raises(Refused, match="NATO:Context:NATO names no party set"):
        readers(marking, bare)
    bound = Setting({"NATO": POLICY}, known.members, known.on, {"NATO:Context:NATO": (Group("NATO"),)})
    assert readers(marking, bound) == readers(stanag4774.read(EXACT["table 17, 2"][0], policies()), known)


def test_what_the_file_excludes_is_refused() -> None:
    with pytest.raises(Malformed, match="'JPN' does not go with TOP SECRET"):
        stanag4774.read(EXACT["table 17, 4"][0].replace("RESTRICTED", "TOP SECRET"), {"NATO": POLICY})


BROKEN = {
    "another root": ("<a/>", "line 1, column 1", "'a' is no policy file"),
    "an unknown element": (FILE.replace("<spif:extensions/>", "<spif:secret/>"), "", "'secret' does not stand here"),
    "no name": (
        FILE.replace('name="NATO" id="1.3.26.1.3.1"', 'id="1"'),
        "line 1, column 73",
        "securityPolicyId lacks name",
    ),
    "no policy": (
        FILE.replace('<spif:securityPolicyId name="NATO" id="1.3.26.1.3.1"/>', ""),
        "line 1, column 1",
        "lacks",
    ),
    "a hierarchy that is none": (FILE.replace('hierarchy="1"', 'hierarchy="low"'), "", "lacks hierarchy"),
    "a type that is none": (FILE.replace('tagType="restrictive"', 'tagType="loose"'), "", "has no type of tag"),
}


@pytest.mark.parametrize(("text", "where", "says"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_policy_file_is_refused_at_its_place(text: str, where: str, says: str) -> None:
    with pytest.raises(Malformed) as refused:
        spif.read(text, HOW)
    assert says in refused.value.message
    assert (refused.value.where or "").startswith(where or "line 1, column ")
