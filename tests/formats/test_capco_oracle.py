"""Lines of the United States beside the banner parser of codice/alliance: never looser, and read alike.

It runs where `COMITY_DOD_CLASSES` names that parser's classes (`tests.formats.dod_banner`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from comity.casebook.markings import policies
from comity.errors import Malformed
from comity.formats import capco
from comity.values.marking import Marking
from tests.formats import dod_banner

USA = policies()["USA"]
SEED, LINES = 26, 3000
HEADS = (
    "UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "SECRET", "TOP SECRET", "//NATO SECRET", "//DEU SECRET",
    "//COSMIC TOP SECRET", "//JOINT SECRET DEU USA", "//JOINT SECRET CAN GBR", "//NATO TOP SECRET", "//NATO RESTRICTED",
)  # fmt: skip
CODES, GROUPS = ("AUS", "CAN", "DEU", "GBR", "JPN", "NZL"), ("FVEY", "NATO", "ACGU")
COMPARTMENTS = ("HCS", "KDK", "RSV", "SI", "TK", "SI-ABC", "TK-ABC X Y")
NUCLEAR = ("RD", "FRD", "RD-N", "FRD-N", "RD-SIGMA 1 2", "FRD-SIGMA 112", "DOD UCNI", "TFNI")
OTHERS = ("LIMDIS", "EXDIS", "NODIS", "SBU", "SBU NOFORN", "LES", "SSI", "ACCM-FOO")
STRICTER = {
    "-": "what no paragraph has: RESTRICTED as a level of one's own, a party both released to and shown",
    "10.b": "FOUO with a level that is classified",
    "10.e.4": "REL TO without the United States",
    "4.b.2.b": "ATOMAL with RESTRICTED",
    "5.e": "JOINT released to fewer than its owners",
    "6.f": "KDK without NOFORN: the oracle knows its long word alone",
    "7.a": "a special access programme that is not classified",
    "9.a": "a concealed source beside a level of others",
    "9.b": "a concealed source with a level below CONFIDENTIAL",
    "ISM-00047": "TK with CONFIDENTIAL",
    "ISM-00122": "KDK with CONFIDENTIAL",
    "ISM-00124": "RELIDO on what is not of the nation's own",
    "ISM-00164": "RSEN below SECRET",
    "ISM-00174": "TFNI that is not classified",
    "ISM-00175": "design information with CONFIDENTIAL",
    "ISM-00181": "controlled nuclear information that is classified",
    "ISM-00242": "RSV with CONFIDENTIAL",
    "ISM-00243": "RSV without a compartment",
}
"""The paragraphs by which we refuse what the oracle lets pass, and what that is."""


def some(dice: random.Random, of: Sequence[str], chance: float) -> list[str]:
    return [one for one in of if dice.random() < chance]


def listed(dice: random.Random, *, first: bool) -> str:
    names = sorted([*some(dice, CODES, 0.35), *some(dice, GROUPS, 0.15)], key=lambda one: (len(one), one))
    if dice.random() < 0.15:
        dice.shuffle(names)
    return ", ".join([*(["USA"] if first and dice.random() < 0.9 else []), *names])


def a_line(dice: random.Random) -> str:
    """A line of known words, right or wrong."""
    parts = [dice.choice(HEADS)]
    if parts[0].startswith(("//NATO", "//COSMIC")) and dice.random() < 0.3:
        parts.append(dice.choice(("ATOMAL", "BOHEMIA", "BALK")))
    if dice.random() < 0.2:
        parts.append("/".join(some(dice, COMPARTMENTS, 0.3) or ["SI"]))
    if dice.random() < 0.1:
        parts.append("SAR-" + "/".join(some(dice, ("AA", "BB", "CC", "DD", "EE"), 0.6) or ["AA"]))
    if dice.random() < 0.12:
        parts.append(dice.choice(NUCLEAR))
    if dice.random() < 0.15:
        parts.append(f"FGI {listed(dice, first=False)}".replace(",", "").strip())
    flags = some(dice, ("RSEN", "FOUO", "ORCON", "IMCON", "NOFORN", "PROPIN"), 0.12)
    flags += [f"REL TO {names}" for names in [listed(dice, first=True)] if names and dice.random() < 0.4]
    flags += some(dice, ("RELIDO", "DEA SENSITIVE", "FISA", "WAIVED"), 0.06)
    flags += [f"DISPLAY ONLY {names}" for names in [listed(dice, first=False)] if names and dice.random() < 0.15]
    parts += ["/".join(flags)] if flags else []
    parts += ["/".join(some(dice, OTHERS, 0.25) or ["LIMDIS"])] if dice.random() < 0.15 else []
    return "//".join(parts)


def ours(line: str) -> Marking | None:
    try:
        return capco.read_banner(line, USA)
    except Malformed:
        return None


def alike(found: Marking, told: dict[str, Any]) -> bool:
    """Whether both read the same level, readers, viewers and flags."""
    of_departments = USA.phrases["other"].split()
    flags = {"DEA_SENSITIVE" if one == "DSEN" else one for one in found.handling if one not in of_departments}
    released = {USA.written(one) for one in found.releasable_to or ()} - {"USA"}
    return (
        told["level"] == found.classification.replace(" ", "_")
        and set(told["flags"]) == flags
        and set(told["display"]) == {USA.written(one) for one in found.display_only_to}
        and (not told["rel"] or set(told["rel"]) - {"USA"} == released)
    )


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Some thousand lines, and what the oracle says of each."""
    if (why := dod_banner.why_not()) is not None:
        pytest.skip(why)
    dice = random.Random(SEED)
    lines = list(dict.fromkeys(a_line(dice) for _ in range(LINES)))
    folder: Path = tmp_path_factory.mktemp("oracle")
    return dict(zip(lines, dod_banner.answers(lines, folder), strict=True))


def test_what_the_oracle_refuses_we_refuse(asked: dict[str, dict[str, Any]]) -> None:
    refused = {line: told["errors"] for line, told in asked.items() if "errors" in told}
    assert len(refused) > 500
    assert {line: why for line, why in refused.items() if ours(line) is not None} == {}


def test_what_both_read_both_read_alike(asked: dict[str, dict[str, Any]]) -> None:
    both = [(found, told) for line, told in asked.items() if "errors" not in told and (found := ours(line)) is not None]
    assert len(both) > 300
    assert [(found, told) for found, told in both if not alike(found, told)] == []


def test_what_we_refuse_alone_we_refuse_by_a_paragraph(asked: dict[str, dict[str, Any]]) -> None:
    alone = [line for line, told in asked.items() if "errors" not in told and ours(line) is None]
    assert {one.paragraph for line in alone for one in capco.faults(line, USA)} <= STRICTER.keys()


def test_what_we_write_the_oracle_reads(asked: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    read = [found for line in asked if (found := ours(line)) is not None]
    written = [capco.write_banner(one, USA) for one in read]
    told = dod_banner.answers(written, tmp_path)
    assert [line for line, one in zip(written, told, strict=True) if "errors" in one] == []
    assert all(alike(found, one) for found, one in zip(read, told, strict=True))
