"""Lines and roll-ups of the United States beside the Schematron rules of IC-ISM: what these refuse, we refuse.

It runs where `COMITY_ISM_SCHEMATRON` names those rules (`tests.formats.ism_schematron`): whichever of them are there.
Of all rules those are asked that bear on the marks of a line or of a whole; what is about declassification, notices,
points of contact or the shape of attributes, a line does not say.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from comity.casebook.markings import policies, setting
from comity.errors import Malformed, Refused
from comity.formats import capco
from comity.formats.capco_line import Line, put_together, take_apart
from comity.values.instant import instant
from comity.values.marking_join import join
from comity.values.marking_readers import readers
from comity.values.marking_rollup import Breach
from tests.formats import ism_schematron
from tests.formats.ism_schematron import Rules, attributes, document
from tests.formats.test_capco_oracle import CODES, GROUPS, a_line, some

USA = policies()["USA"]
ON = setting(instant("2026-11-26"))
SEED, LINES, WHOLES = 26, 3000, 800


def ids_of(numbers: str) -> frozenset[str]:
    return frozenset(f"ISM-ID-{number}" for number in numbers.split(" "))


OF_LINES = ids_of(
    "00016 00026 00028 00030 00031 00032 00033 00037 00038 00040 00042 00043 00044 00045 00047 00048 00049 "
    "00097 00099 00107 00121 00122 00123 00124 00148 00164 00167 00168 00169 00173 00174 00175 00178 00181 "
    "00183 00184 00185 00186 00187 00213 00217 00219 00225 00236 00241 00242 00243 00301 00304 00305 00307 "
    "00310 00311 00313 00314 00319"
)
OF_WHOLES = ids_of(
    "00056 00058 00059 00060 00061 00062 00063 00064 00065 00066 00067 00068 00070 00071 00072 00073 00074 "
    "00075 00077 00078 00079 00080 00081 00084 00085 00086 00087 00088 00090 00104 00105 00108 00109 00110 "
    "00113 00116 00119 00132 00145 00146 00147 00149 00154 00165 00318 00320"
)
NOT_FOLLOWED = {
    "ISM-ID-00037": "SBU beside a level that is classified: the manual has such lines, and nobody reads more by them",
    "ISM-ID-00042": "compartments of another year than the list's: the manual leaves them open",
    "ISM-ID-00178": "sigmas of another year than the list's: the manual has 1 to 99",
    "ISM-ID-00313": "NODIS without NOFORN: it is read as NOFORN",
    "ISM-ID-00314": "EXDIS without NOFORN: it is read as NOFORN",
}
"""The rules on lines by which we refuse nothing, and why not."""
ALONE = {
    "-": "what no paragraph has: a level of others, what says NOFORN besides a release, a party released to and shown",
    "10.e.3": "REL TO with what is unclassified or RESTRICTED",
    "10.e.4": "REL TO without the United States, or out of order: their list of codes decides, where it is there",
    "10.g.3": "DISPLAY ONLY with what is unclassified or RESTRICTED",
    "10.g.5": "DISPLAY ONLY out of order: their list of codes decides, where it is there",
    "4.b.2.b": "ATOMAL with RESTRICTED", "4.b.2.c": "BOHEMIA and BALK below COSMIC TOP SECRET",
    "4.b.3": "what is the alliance's, closed",
    "5.e": "JOINT released to fewer than its owners", "6.c": "SCI without a word on its release",
    "7.a": "a special access programme with RESTRICTED", "7.e": "five programmes", "7.f": "WAIVED without a programme",
    "8.a.4": "RD with RESTRICTED", "8.b.2": "FRD with RESTRICTED", "8.c.3": "FRD with design information",
    "8.d.3": "sigmas above 99", "9.a": "FGI beside a level of others", "9.b": "FGI that is not classified",
    "9.d": "FGI out of order", "i.1.c": "IMCON without a word on its release",
    "i.2.c": "NOFORN with what is unclassified or RESTRICTED", "i.3.b": "PROPIN with RESTRICTED",
    "i.4.c": "RELIDO with what is unclassified", "ISM-00174": "TFNI with RESTRICTED", "ISM-00181": "UCNI of others",
}  # fmt: skip
"""The paragraphs by which we refuse lines that the rules let pass, and what that is."""
WHOLES_ALONE = {
    "release": "a group that counts as anybody there counts as its members here; whoever is not in every part",
    "display": "the same of whom it may be shown to",
    "handling-more": "RELIDO over portions that say nothing of a release",
    "handling": "NOFORN told where parts closed it; whatever the parts of other owners bear",
    "originators": "each source by name, where the rules ask for some source",
    "restrictive": "compartments, programmes and nuclear data that no rule carries up",
}
"""The rules of ours by which a banner is refused that their rules let pass, and what that is."""


@pytest.fixture(scope="module")
def rules() -> Rules:
    if (why := ism_schematron.why_not()) is not None:
        pytest.skip(why)
    return Rules(Path(os.environ[ism_schematron.VARIABLE]))


def marked(text: str, *, portion: bool = True) -> dict[str, str]:
    return attributes(take_apart(text, USA, portion=portion), USA)


def a_line_of_more(dice: random.Random) -> str:
    """A line of known words, right or wrong, with the words that only these rules speak of."""
    line = a_line(dice)
    if dice.random() < 0.1:
        line = line.replace("//SI", "//SI-G ABCD", 1)
    return f"{line}//LES NOFORN/SSI" if dice.random() < 0.05 else line


def of_itself(line: str) -> str:
    """A document whose only portion is marked as it is itself; what is others' stands under a banner of ours."""
    own = marked(line, portion=False)
    if "USA" in own["ownerProducer"].split():
        return document(own, [own])
    level = {"R": "C"}.get(own["classification"], own["classification"])
    top = {**own, "ownerProducer": "USA", "classification": level}
    return document(top, [own], compilationReason="another level")


@pytest.fixture(scope="module")
def asked(rules: Rules) -> dict[str, frozenset[str]]:
    """Some thousand lines, and the rules that each breaks."""
    dice = random.Random(SEED)
    found: dict[str, frozenset[str]] = {}
    for line in dict.fromkeys(a_line_of_more(dice) for _ in range(LINES)):
        try:
            found[line] = rules.broken(of_itself(line)) & OF_LINES
        except Malformed:
            continue
    return found


def test_whatever_rules_are_there_are_asked(rules: Rules) -> None:
    assert rules.ran & (OF_LINES | OF_WHOLES)
    assert not rules.ran & rules.left.keys()


def test_a_line_that_breaks_a_rule_is_refused(asked: dict[str, frozenset[str]]) -> None:
    broken = {line: found - NOT_FOLLOWED.keys() for line, found in asked.items()}
    assert {line: found for line, found in broken.items() if found and not capco.faults(line, USA)} == {}


def test_what_is_not_refused_for_want_of_noforn_is_read_as_noforn(asked: dict[str, frozenset[str]]) -> None:
    closed = {"ISM-ID-00313", "ISM-ID-00314"}
    read = [
        capco.read_banner(line, USA) for line, found in asked.items() if found & closed and not capco.faults(line, USA)
    ]
    assert all((readers(one, ON) or {"*"}) <= one.originators | {"USA"} for one in read)


def test_what_is_refused_alone_is_refused_by_a_paragraph(asked: dict[str, frozenset[str]]) -> None:
    alone = [line for line, found in asked.items() if not found]
    assert {one.paragraph for line in alone for one in capco.faults(line, USA)} <= ALONE.keys()


def a_portion(dice: random.Random) -> str:
    """A portion or, without its parentheses, a banner, of marks that roll up one way or another."""
    head = dice.choice(
        ("UNCLASSIFIED", "CONFIDENTIAL", "SECRET", "SECRET", "TOP SECRET", "//NATO SECRET", "//DEU SECRET")
    )
    parts = [head]
    if dice.random() < 0.2:
        parts.append("/".join(some(dice, ("HCS", "SI", "SI-G ABCD", "TK"), 0.4) or ["SI"]))
    if dice.random() < 0.1:
        parts.append(dice.choice(("RD", "RD-N", "FRD", "RD-SIGMA 14", "DOD UCNI")))
    if dice.random() < 0.15:
        parts.append(dice.choice(("FGI", "FGI DEU", "FGI DEU NATO")))
    flags = some(dice, ("RSEN", "FOUO", "ORCON", "IMCON", "NOFORN", "PROPIN"), 0.12)
    if dice.random() < 0.5:
        names = [*sorted(some(dice, CODES, 0.5)), *sorted(some(dice, GROUPS, 0.12))]
        flags += [f"REL TO {', '.join(['USA', *names])}"] if names else []
    flags += some(dice, ("RELIDO", "DEA SENSITIVE"), 0.07)
    flags += ["DISPLAY ONLY AFG, IRQ"] if dice.random() < 0.1 else []
    parts += ["/".join(flags)] if flags else []
    others = ("LIMDIS", "EXDIS", "NODIS", "SBU", "SBU NOFORN", "LES", "LES NOFORN")
    parts += ["/".join(some(dice, others, 0.3) or ["LES"])] if dice.random() < 0.15 else []
    return "//".join(parts)


def a_good_one(dice: random.Random) -> str:
    while capco.faults(line := a_portion(dice), USA):
        pass
    return line


def slips(banner: str, dice: random.Random) -> Iterator[str]:
    """A banner with one thing wrong, as far as a line may say it."""
    line = take_apart(banner, USA)
    named = line.releasable or ()
    changed: list[Line] = [replace(line, flags=tuple(x for x in line.flags if x != flag)) for flag in line.flags]
    changed += [replace(line, releasable=tuple(x for x in named if x != code)) for code in named if code != "USA"]
    if named:
        more = tuple(sorted({*named, dice.choice(CODES)} - {"USA"}, key=lambda one: (len(one) > 3, one)))
        changed.append(replace(line, releasable=("USA", *more)))
    changed += [replace(line, foreign=None), replace(line, sci=()), replace(line, aea=())]
    changed += [replace(line, level=level) for level in ("CONFIDENTIAL", "SECRET", "TOP SECRET")]
    for one in dice.sample(changed, 3):
        text = put_together(one, USA)
        if one != line and not capco.faults(text, USA):
            yield text


class Whole:
    """Portions under a banner: the rules that it breaks, and what we say of it."""

    def __init__(self, portions: Sequence[str], banner: str, rules: Rules, **more: str) -> None:
        """Ask both."""
        self.portions, self.banner = portions, banner
        parts = [marked(one, portion=False) for one in portions]
        self.broken = rules.broken(document(marked(banner, portion=False), parts, **more)) & OF_WHOLES
        self.told: tuple[Breach, ...] = capco.check_banner([shortened(one) for one in portions], banner, USA, ON)
        self.grave = {one.rule for one in self.told if one.grave}
        self.named = any("releasableTo" in one for one in parts)
        self.shown = any("displayOnlyTo" in one for one in parts)
        self.of_others = any("USA" not in one["ownerProducer"].split() for one in parts)
        self.of_groups = any("NATO" in one.get("releasableTo", "") for one in parts)

    def __repr__(self) -> str:
        """Enough to try it again."""
        return f"{list(self.portions)} under {self.banner}: {sorted(self.broken)}, {self.told}"


def shortened(line: str) -> str:
    """The portion mark of a line."""
    return put_together(take_apart(line, USA), USA, portion=True)


@pytest.fixture(scope="module")
def wholes(rules: Rules) -> list[list[Whole]]:
    """Portions under the banner that we join of them and, after that, under others: near ones and any."""
    dice = random.Random(SEED)
    found = []
    for _ in range(WHOLES):
        portions = [a_good_one(dice) for _ in range(dice.choice((1, 2, 2, 3)))]
        try:
            own = capco.write_banner(join([capco.read_banner(one, USA) for one in portions], ON), USA)
        except Refused:
            continue
        if "USA" not in marked(own, portion=False)["ownerProducer"]:
            continue
        others = [one for one in (*slips(own, dice), a_good_one(dice)) if not one.startswith("//")]
        every = [own, *others]
        found.append([Whole(portions, one, rules, compilationReason="the whole tells more") for one in every])
    assert len(found) > WHOLES / 2
    return found


def known(whole: Whole) -> frozenset[str]:
    """The rules on wholes that we do not follow in one, each for its reason."""
    # SBU NOFORN and LES NOFORN are carried up as they are, and close: NOFORN, and LES, beside them would say it twice
    found = {"ISM-ID-00087", "ISM-ID-00146", "ISM-ID-00147"}
    if not (whole.named or whole.shown):
        found |= {
            "ISM-ID-00318",
            "ISM-ID-00320",
        }  # their functions answer 'PASS' and compare it as if it were a country
    if not whole.named:
        found |= {"ISM-ID-00318"}
    if whole.of_groups:  # a group that they do not know is compared by its name, and its members by theirs
        found |= {"ISM-ID-00318", "ISM-ID-00320"}
    if (
        whole.of_others
    ):  # whoever owns a part reads it without being named, there he does not; he reads no other by that
        found |= {"ISM-ID-00088", "ISM-ID-00318", "ISM-ID-00320"}
    return frozenset(found)


def test_a_banner_that_breaks_a_rule_is_refused(wholes: list[list[Whole]]) -> None:
    every = [one for group in wholes for one in group]
    assert len([one for one in every if one.broken]) > 100
    assert [one for one in every if one.broken - known(one) and not one.grave] == []


def test_a_banner_of_the_join_breaks_no_rule(wholes: list[list[Whole]]) -> None:
    assert [group[0] for group in wholes if group[0].broken - known(group[0]) or group[0].grave] == []


def test_a_banner_refused_alone_is_refused_by_a_rule(wholes: list[list[Whole]]) -> None:
    alone = [one for group in wholes for one in group if one.grave and not one.broken]
    assert {rule for one in alone for rule in one.grave} <= WHOLES_ALONE.keys()


PUBLISHED = {
    "the highest level, and whom both name": (
        ["SECRET//REL TO USA, AUS, GBR", "CONFIDENTIAL//REL TO USA, AUS, CAN, GBR"], "SECRET//REL TO USA, AUS, GBR",
        ""),
    "whom one does not name": (
        ["SECRET//REL TO USA, AUS, GBR", "CONFIDENTIAL//REL TO USA, AUS, CAN, GBR"],
        "SECRET//REL TO USA, AUS, CAN, GBR", "00318 00320"),
    "a closed part closes the whole": (
        ["SECRET//NOFORN", "CONFIDENTIAL//REL TO USA, GBR"], "SECRET//REL TO USA, GBR", "00070 00088 00318 00320"),
    "a foreign source stays one": (["//DEU SECRET", "SECRET//NOFORN"], "SECRET//NOFORN", "00064"),
    "a level below": (["SECRET//NOFORN"], "CONFIDENTIAL//NOFORN", "00058 00110"),
    "a level above": (["SECRET"], "TOP SECRET", "00108"),
    "an unmarked part blocks release": (["SECRET", "SECRET//REL TO USA, GBR"], "SECRET//REL TO USA, GBR", "00088"),
    "what is unclassified blocks nothing": (
        ["UNCLASSIFIED", "SECRET//REL TO USA, GBR"], "SECRET//REL TO USA, GBR", ""),
    "nor does what is for official use only": (
        ["UNCLASSIFIED//FOUO", "SECRET//REL TO USA, GBR"], "SECRET//REL TO USA, GBR", ""),
    "a group counts as its members": (
        ["SECRET//REL TO USA, FVEY", "SECRET//REL TO USA, GBR"], "SECRET//REL TO USA, GBR", ""),
    "a group whose members it does not know": (
        ["SECRET//REL TO USA, NATO", "SECRET//REL TO USA, AUS"], "SECRET//REL TO USA, AUS", ""),
    "closed for no reason": (["SECRET//REL TO USA, GBR"], "SECRET//NOFORN", ""),
}  # fmt: skip


@pytest.mark.parametrize(("portions", "banner", "ids"), PUBLISHED.values(), ids=PUBLISHED)
def test_the_rules_answer_as_they_are_said_to(rules: Rules, portions: list[str], banner: str, ids: str) -> None:
    given = document(marked(banner, portion=False), [marked(one, portion=False) for one in portions])
    said = {f"ISM-ID-{number}" for number in ids.split()}
    assert rules.broken(given) & OF_WHOLES == said & rules.ran
