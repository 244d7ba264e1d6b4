"""What a line of the United States must keep to, beyond being made of known words: findings by paragraph.

The paragraphs are those of DoD Manual 5200.01, volume 2, enclosure 4 (4 to 10) and its appendices on intelligence (1 to
4, `i.`) and on other departments' markings (1 and 2, `o.`); `ISM-` is a rule of the Schematron of IC-ISM v10, where
the manual is silent. A rule without a paragraph is ours, where published tools let something pass that can be read in
two ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from comity.formats.capco_line import Line, Whose, in_order
from comity.values.marking_policy import Policy

_CLASSIFIED = ("CONFIDENTIAL", "SECRET", "TOP SECRET")
OURS = "-"


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach: the paragraph, what is wrong, at which column, and what to do."""

    paragraph: str
    says: str
    column: int
    remedy: str


Found = Iterator[tuple[str, str, str, str]]
"""Paragraph, category, what is wrong, what to do."""


def findings(line: Line, policy: Policy) -> tuple[Finding, ...]:
    """Everything in a line that breaks a rule."""
    every = (found for rule in _RULES for found in rule(line, policy))
    return tuple(Finding(where, says, line.columns.get(kind, 1), remedy) for where, kind, says, remedy in every)


def _closed(flag: str, paragraph: str) -> str:
    """The paragraph of a rule on NOFORN or RELIDO; what only says NOFORN besides has none."""
    return paragraph if flag in {"NOFORN", "RELIDO"} else OURS


def _level(line: Line, policy: Policy) -> Found:
    del policy
    if line.whose is Whose.OWN and line.level == "RESTRICTED":
        yield OURS, "level", "RESTRICTED is a level of others", "write // and whose it is before it"
    if line.alliance and line.whose is not Whose.ALLIANCE:
        yield "4.b.2.c", "alliance", f"{line.alliance[0]} goes with the alliance's own levels", "leave it out"


def _alliance(line: Line, policy: Policy) -> Found:
    if line.whose is not Whose.ALLIANCE:
        return
    for mark in line.alliance:
        if mark != "ATOMAL" and line.level != "TOP SECRET":
            yield "4.b.2.c", "alliance", f"{mark} goes with COSMIC TOP SECRET alone", "leave it out"
        if mark == "ATOMAL" and line.level not in _CLASSIFIED:
            yield "4.b.2.b", "alliance", f"ATOMAL does not go with {line.level}", "leave it out"
    if closes := policy.closed_by({*line.flags}):
        yield (
            _closed(closes, "4.b.3"),
            "dissemination",
            "the alliance's information is nobody's to close",
            f"leave {closes} out",
        )


def _joint(line: Line, policy: Policy) -> Found:
    if line.whose is not Whose.JOINT:
        return
    if len(set(line.owners)) < 2:
        yield "5.a", "owners", "joint information has two owners or more", "name them all, each once"
    if line.level == "RESTRICTED" and policy.phrases["first"] in line.owners:
        yield "5.d", "owners", "RESTRICTED is no level of one of the owners", "write the level that they agreed on"
    if line.owners != in_order(line.owners):
        yield "5.b", "owners", "the owners are not in order", f"write {' '.join(in_order(line.owners))}"
    missing = set(line.owners) - set(line.releasable or line.owners)
    if missing:
        step = "name every owner in REL TO"
        yield "5.e", "dissemination", f"joint information that {', '.join(sorted(missing))} may not have", step


def _nation(line: Line, policy: Policy) -> Found:
    if line.whose is Whose.NATION and line.owners == (policy.phrases["first"],):
        yield OURS, "level", f"{line.owners[0]} is written without //", "begin with the level"


def _sci(line: Line, policy: Policy) -> Found:
    del policy
    if not line.sci:
        return
    if line.level not in _CLASSIFIED:
        yield "6.b", "SCI", f"{line.sci[0]} does not go with {line.level}", "leave it out"
    marks = {"NOFORN", "RELIDO", "ORCON"} & set(line.flags)
    if not (marks or line.releasable or line.display):
        yield (
            "6.c",
            "SCI",
            f"{line.sci[0]} without a word on its release",
            "add NOFORN, REL TO, RELIDO, ORCON or DISPLAY ONLY",
        )
    for item in line.sci:
        if item.partition("-")[0] in {"HCS", "KDK"} and "NOFORN" not in line.flags:
            yield "6.f", "SCI", f"{item} without NOFORN", "add NOFORN"


_HIGHER = {"KDK": "ISM-00122", "RSV": "ISM-00242", "TK": "ISM-00047"}
"""Control systems of SECRET and above."""


def _systems(line: Line, policy: Policy) -> Found:
    del policy
    for item in line.sci:
        head = item.partition("-")[0]
        if head in _HIGHER and line.level == "CONFIDENTIAL":
            yield _HIGHER[head], "SCI", f"{item} does not go with {line.level}", "raise the level to SECRET or above"
        if re.match(r"SI-G(?:AMMA)?\b", item):
            if line.level in _CLASSIFIED and line.level != "TOP SECRET":
                yield "ISM-00044", "SCI", f"{item} does not go with {line.level}", "raise the level to TOP SECRET"
            if "ORCON" not in line.flags:
                yield "ISM-00045", "SCI", f"{item} without ORCON", "add ORCON"
    if "RSV" in line.sci and not any(item.startswith("RSV-") for item in line.sci):
        yield "ISM-00243", "SCI", "RSV without a compartment", "name it, as in RSV-ABC"


def _sap(line: Line, policy: Policy) -> Found:
    del policy
    if len(line.sap) > 4:
        yield "7.e", "SAP", "more than four programmes", "write SAR-MULTIPLE PROGRAMS"
    if "WAIVED" in line.flags and not line.sap:
        yield "7.f", "dissemination", "WAIVED without a special access programme", "leave it out"
    if line.sap and line.level not in _CLASSIFIED:
        yield "7.a", "SAP", f"a special access programme does not go with {line.level}", "leave it out"


def _aea(line: Line, policy: Policy) -> Found:
    del policy
    for item in line.aea:
        head, *parts = item.split("-")
        if head in {"RD", "FRD"} and line.level not in _CLASSIFIED:
            yield ("8.a.4" if head == "RD" else "8.b.2"), "AEA", f"{head} does not go with {line.level}", "leave it out"
        if head == "TFNI" and line.level not in _CLASSIFIED:
            yield "ISM-00174", "AEA", f"{item} does not go with {line.level}", "leave it out"
        if head.endswith("UCNI") and line.level != "UNCLASSIFIED":
            yield "ISM-00181", "AEA", f"{item} does not go with {line.level}", "leave it out"
        if "N" in parts and line.level == "CONFIDENTIAL":
            yield "ISM-00175", "AEA", f"{item} does not go with {line.level}", "raise the level to SECRET or above"
        if head == "FRD" and "N" in parts:
            yield "8.c.3", "AEA", "design information is restricted data", "write RD-N"
        for part in parts:
            if any(not 1 <= int(number) <= 99 for number in re.findall(r"\d+", part)):
                yield "8.d.3", "AEA", "a sigma is a number from 1 to 99", "correct the number"


def _foreign(line: Line, policy: Policy) -> Found:
    codes = line.foreign
    if codes is None:
        return
    if line.whose is not Whose.OWN:
        yield "9.a", "FGI", "foreign information is marked by its own level here", "leave FGI out"
    if line.level not in _CLASSIFIED:
        yield "9.b", "FGI", f"FGI does not go with {line.level}", "raise the level to CONFIDENTIAL or above"
    if policy.phrases["first"] in codes:
        yield OURS, "FGI", f"{policy.phrases['first']} is not foreign", "leave its code out"
    if codes != in_order(codes) or len(set(codes)) != len(codes):
        yield "9.d", "FGI", "the codes are not in order", f"write FGI {' '.join(in_order(set(codes)))}"


_ONLY_CLASSIFIED = {"ORCON": "10.d.3", "NOFORN": "i.2.c", "RELIDO": "i.4.c"}


def _flags(line: Line, policy: Policy) -> Found:
    for flag, paragraph in _ONLY_CLASSIFIED.items():
        if flag in line.flags and line.level not in _CLASSIFIED:
            yield paragraph, "dissemination", f"{flag} does not go with {line.level}", "leave it out"
    if "RSEN" in line.flags and line.level not in _CLASSIFIED[1:]:
        yield "ISM-00164", "dissemination", f"RSEN does not go with {line.level}", "leave it out"
    if "RELIDO" in line.flags and line.whose is not Whose.OWN and policy.phrases["first"] not in line.owners:
        yield "ISM-00124", "dissemination", "RELIDO is for information of the nation's own", "leave it out"
    if "PROPIN" in line.flags and line.level == "RESTRICTED":
        yield "i.3.b", "dissemination", "PROPIN does not go with RESTRICTED", "leave it out"
    if "FOUO" in line.flags and line.level != "UNCLASSIFIED":
        yield "10.b", "dissemination", f"FOUO does not go with {line.level}", "leave it out"
    if "IMCON" in line.flags:
        if line.level not in _CLASSIFIED[1:]:
            yield "i.1.b", "dissemination", f"IMCON does not go with {line.level}", "leave it out"
        if not ({"NOFORN", "RELIDO"} & set(line.flags) or line.releasable):
            yield "i.1.c", "dissemination", "IMCON without a word on its release", "add NOFORN, REL TO or RELIDO"


def _release(line: Line, policy: Policy) -> Found:
    first, codes = policy.phrases["first"], line.releasable
    closes = policy.closed_by({*line.flags})
    if closes and ("RELIDO" in line.flags or codes is not None):
        yield (
            _closed(closes, "i.2.d"),
            "dissemination",
            f"{closes} beside a word that lets others have it",
            f"keep {closes} alone",
        )
    if codes is None:
        return
    if closes:
        yield (
            _closed(closes, "10.e.7"),
            "dissemination",
            f"{closes} and REL TO exclude each other",
            "keep the one that is meant",
        )
    if line.level not in _CLASSIFIED:
        yield "10.e.3", "dissemination", f"REL TO does not go with {line.level}", "leave it out"
    if codes != in_order(codes, first) or first not in codes:
        written = ", ".join(in_order({*codes, first}, first))
        yield "10.e.4", "dissemination", "REL TO is not in order", f"write REL TO {written}"
    if not set(codes) - {first}:
        yield "10.e.5", "dissemination", "REL TO names nobody else", "write NOFORN, or name whom it is for"


def _display(line: Line, policy: Policy) -> Found:
    if not line.display:
        return
    if line.level not in _CLASSIFIED:
        yield "10.g.3", "dissemination", f"DISPLAY ONLY does not go with {line.level}", "leave it out"
    for flag in (policy.closed_by({*line.flags}), "RELIDO" if "RELIDO" in line.flags else None):
        if flag is not None:
            yield (
                _closed(flag, "10.g.4"),
                "dissemination",
                f"{flag} and DISPLAY ONLY exclude each other",
                "keep the one that is meant",
            )
    if line.display != in_order(line.display):
        written = ", ".join(in_order(line.display))
        yield "10.g.5", "dissemination", "DISPLAY ONLY is not in order", f"write DISPLAY ONLY {written}"
    both = set(line.display) & {*(line.releasable or ()), policy.phrases["first"]}
    if both:
        yield OURS, "dissemination", f"{', '.join(sorted(both))} may have it already", "leave it out of DISPLAY ONLY"


def _departments(line: Line, policy: Policy) -> Found:
    del policy
    if {"EXDIS", "NODIS"} <= set(line.flags):
        yield "o.1.d", "other", "EXDIS and NODIS exclude each other", "keep the stricter"
    if {"LES", "LES-NF"} <= set(line.flags):
        yield "ISM-00148", "other", "LES and LES NOFORN exclude each other", "keep the stricter"
    for flag, paragraph in (("EXDIS", "o.1.c"), ("NODIS", "o.2.d")):
        if flag in line.flags and line.releasable is not None:
            yield paragraph, "other", f"{flag} and REL TO exclude each other", "keep the one that is meant"


_RULES: tuple[Callable[[Line, Policy], Found], ...] = (
    _level, _alliance, _joint, _nation, _sci, _systems, _sap, _aea, _foreign, _flags, _release, _display, _departments,
)  # fmt: skip
