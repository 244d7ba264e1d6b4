"""The Schematron rules of the information security markings (IC-ISM, public release), asked about markings of ours.

`COMITY_ISM_SCHEMATRON` is a folder with `ISM_XML.sch`, its `Lib` and its `Rules`, and the lists where it looks for them
(`../../CVE/ISM`); `saxonche` runs them. Whatever is there runs. A rule that lacks its list, its base or a function is
left out, and `Rules.left` says why. Nothing of it is kept here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from defusedxml.ElementTree import parse, tostring

from comity.formats.capco_line import Line, Whose
from comity.values.marking_policy import Policy

VARIABLE, MASTER = "COMITY_ISM_SCHEMATRON", "ISM_XML.sch"
ISM = "urn:us:gov:ic:ism"
_SCH, _XSL = "{http://purl.oclc.org/dsdl/schematron}", "{http://www.w3.org/1999/XSL/Transform}"
_HEAD = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
_FLAGS = {
    "RSEN": "RS", "FOUO": "FOUO", "ORCON": "OC", "IMCON": "IMC", "NOFORN": "NF", "PROPIN": "PR", "REL": "REL",
    "RELIDO": "RELIDO", "DSEN": "DSEN", "FISA": "FISA", "DISPLAY": "DISPLAYONLY",
}  # fmt: skip
_OTHERS = {
    "LIMDIS": "DS", "EXDIS": "XD", "NODIS": "ND", "SBU": "SBU", "SBU-NF": "SBU-NF", "LES": "LES", "LES-NF": "LES-NF",
    "SSI": "SSI",
}  # fmt: skip
_COMPARTMENTS = ("HCS", "KDK", "RSV", "SI", "TK")
Attributes = dict[str, str]


def why_not() -> str | None:
    """Why the rules cannot be asked here; None where they can."""
    given = os.environ.get(VARIABLE)
    if not given or not (Path(given) / MASTER).is_file():
        return f"{VARIABLE} names no folder with {MASTER}"
    return None if find_spec("saxonche") else "saxonche is not installed; pip install saxonche"


@dataclass(frozen=True)
class Pattern:
    """One pattern: its id, and each of its rules as context, variables and tests."""

    id: str
    rules: tuple[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]], ...]

    def words(self) -> str:
        """Everything that is evaluated."""
        every = ((context, *(value for _, value in lets), *tests) for context, lets, tests in self.rules)
        return " ".join(word for one in every for word in one)


class Rules:
    """The rules that are there, compiled."""

    def __init__(self, folder: Path) -> None:
        """Read and compile whatever is in the folder of `ISM_XML.sch`."""
        self._saxon: Any = import_module("saxonche").PySaxonProcessor(license=False)
        self.left: dict[str, str] = {}
        self._head, gone = _head(folder)
        patterns = []
        for one in _patterns(folder, self.left):
            missing = sorted(name for name in gone if re.search(rf"\${name}\b", one.words()))
            if missing:
                self.left[one.id] = gone[missing[0]]
            elif one.rules:
                patterns.append(one)
            else:
                self.left[one.id] = "it has no rule: removed, its text says"
        self._program, kept = self._compiled(patterns)
        self.ran = frozenset(one.id for one in kept)

    def _compiled(self, patterns: list[Pattern]) -> tuple[Any, list[Pattern]]:
        """One program of all that compile; which do is tried one by one only where together they do not."""
        try:
            return self._compile(patterns), patterns
        except Exception:
            kept = [one for one in patterns if self._tried(one)]
            return self._compile(kept), kept

    def _tried(self, one: Pattern) -> bool:
        try:
            self._compile([one])
        except Exception as error:
            self.left[one.id] = str(error).splitlines()[0]
            return False
        return True

    def _compile(self, patterns: Sequence[Pattern]) -> Any:
        text = self._head + "".join(_modes(patterns)) + "</xsl:stylesheet>"
        return self._saxon.new_xslt30_processor().compile_stylesheet(stylesheet_text=text)

    def broken(self, document: str) -> frozenset[str]:
        """The ids of the rules that a document breaks, errors and warnings alike."""
        node = self._saxon.parse_xml(xml_text=document)
        return frozenset((self._program.transform_to_string(xdm_node=node) or "").split())


def _root(path: Path) -> Element:
    root = parse(path).getroot()
    if root is None:
        raise ValueError(f"{path} holds no element")
    return root


def _said(one: Element, name: str) -> str:
    return one.get(name) or ""


def _head(folder: Path) -> tuple[str, dict[str, str]]:
    """The variables and functions of the whole; of each variable that cannot be had, why."""
    root = _root(folder / MASTER)
    prefixes = {_said(one, "prefix"): _said(one, "uri") for one in root.iter(f"{_SCH}ns")}
    names = " ".join(f"xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in prefixes.items())
    parts = [f'<xsl:stylesheet version="3.0" {_HEAD} {names}><xsl:output method="text"/>']
    gone: dict[str, str] = {}
    for one in root.findall(f"{_SCH}let"):
        name, value = _said(one, "name"), _said(one, "value")
        why = _absent(folder, value, gone)
        if why:
            gone[name] = why
        else:
            parts.append(f"<xsl:variable name={quoteattr(name)} select={quoteattr(_found(folder, value))}/>")
    parts += [tostring(one, encoding="unicode") for one in root if one.tag == f"{_XSL}function"]
    return "".join(parts), gone


def _absent(folder: Path, value: str, gone: Mapping[str, str]) -> str | None:
    missing = [path for path in re.findall(r"document\('([^']+)'\)", value) if not (folder / path).is_file()]
    if missing:
        return f"{Path(missing[0]).name} is not there"
    return next((why for name, why in gone.items() if re.search(rf"\${name}\b", value)), None)


def _found(folder: Path, value: str) -> str:
    return re.sub(r"document\('([^']+)'\)", lambda path: f"document('{(folder / path[1]).resolve().as_uri()}')", value)


def _patterns(folder: Path, left: dict[str, str]) -> Iterator[Pattern]:
    """Every pattern under `Rules`, those built on a base of `Lib` written out."""
    bases = {_said(one, "id"): one for one in map(_root, sorted(folder.glob("Lib/*.sch")))}
    for path in sorted(folder.glob("Rules/**/*.sch")):
        own = _root(path)
        name = _said(own, "id")
        base = own.get("is-a")
        if base is not None and base not in bases:
            left[name] = f"{base}.sch is not there"
            continue
        given = {_said(one, "name"): _said(one, "value") for one in own.findall(f"{_SCH}param")}
        yield Pattern(name, tuple(_rules(own if base is None else bases[base], given)))


def _rules(
    pattern: Element, given: Mapping[str, str]
) -> Iterator[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]]:
    def said(text: str) -> str:
        for name in sorted(given, key=len, reverse=True):
            text = text.replace(f"${name}", given[name])
        return text

    shared = tuple((_said(one, "name"), said(_said(one, "value"))) for one in pattern.findall(f"{_SCH}let"))
    for rule in pattern.findall(f"{_SCH}rule"):
        lets = tuple((_said(one, "name"), said(_said(one, "value"))) for one in rule.findall(f"{_SCH}let"))
        tests = (said(_said(one, "test")) for one in rule.findall(f"{_SCH}assert"))
        against = (f"not({said(_said(one, 'test'))})" for one in rule.findall(f"{_SCH}report"))
        yield said(_said(rule, "context")), (*shared, *lets), (*tests, *against)


def _modes(patterns: Sequence[Pattern]) -> Iterator[str]:
    """Each pattern a mode of its own; of a pattern's rules the first that fits speaks."""
    yield '<xsl:template match="/" priority="0">'
    yield from (f'<xsl:apply-templates select="." mode="p{at}"/>' for at in range(len(patterns)))
    yield "</xsl:template>"
    for at, one in enumerate(patterns):
        yield f'<xsl:mode name="p{at}" on-no-match="shallow-skip"/>'
        for place, (context, lets, tests) in enumerate(one.rules):
            yield f'<xsl:template match={quoteattr(context)} mode="p{at}" priority="{1000 - place}">'
            yield from (f"<xsl:variable name={quoteattr(name)} select={quoteattr(value)}/>" for name, value in lets)
            for test in tests:
                yield f"<xsl:if test={quoteattr(f'not({test})')}><xsl:text>{one.id} </xsl:text></xsl:if>"
            yield f'<xsl:apply-templates select="*" mode="p{at}"/></xsl:template>'


def document(banner: Attributes, portions: Sequence[Attributes], **more: str) -> str:
    """A document of one banner and its portions, with the declassification that goes with what is in it."""
    classified = banner["classification"] != "U"
    alliance = any("NATO" in one["ownerProducer"] and one["classification"] != "U" for one in portions)
    atomic = bool({"RD", "FRD", "TFNI"} & set(banner.get("atomicEnergyMarkings", "").split()))
    exception = {(True, True): "NATO-AEA", (True, False): "NATO", (False, True): "AEA"}.get((alliance, atomic))
    kept = {"declassException": exception} if exception and classified else {}
    top = {"resourceElement": "true", "createDate": "2013-09-01", **banner, **kept, **more}
    parts = "".join(f"<p {_written(one)}/>" for one in portions)
    return f'<r xmlns:ism="{ISM}" {_written(top)}>{parts}</r>'


def _written(attributes: Attributes) -> str:
    return " ".join(f"ism:{name}={quoteattr(value)}" for name, value in attributes.items())


def attributes(line: Line, policy: Policy) -> Attributes:
    """A line in the attributes of the standard; whatever it leaves out is left out."""
    flags = {*line.flags, *(["REL"] if line.releasable else []), *(["DISPLAY"] if line.display else [])}
    first = policy.phrases["first"]
    said = {
        "ownerProducer": " ".join((first,) if line.whose is Whose.OWN else line.owners),
        "classification": policy.level(line.level).portion or line.level,
        "SCIcontrols": " ".join(_controls(line.sci)),
        "SARIdentifier": " ".join(sorted(one.replace(" ", "_") for one in line.sap)),
        "atomicEnergyMarkings": " ".join(_atomic(line.aea)),
        "FGIsourceOpen": " ".join(_sources(line, first)),
        "FGIsourceProtected": "FGI" if line.foreign == () else "",
        "disseminationControls": " ".join(word for flag, word in _FLAGS.items() if flag in flags),
        "nonICmarkings": " ".join(
            [*(word for flag, word in _OTHERS.items() if flag in flags), *(f"ACCM-{one}" for one in sorted(line.accm))]
        ),
        "releasableTo": " ".join(line.releasable or ()),
        "displayOnlyTo": " ".join(line.display),
    }
    return {name: value for name, value in said.items() if value}


def _sources(line: Line, first: str) -> tuple[str, ...]:
    return line.foreign or () if line.whose is Whose.OWN else tuple(one for one in line.owners if one != first)


def _controls(items: Sequence[str]) -> list[str]:
    """Compartments, each with what it is a part of, in the order of the list."""
    found: set[str] = set()
    for item in items:
        whole, *parts = item.split(" ")
        pieces = whole.split("-")
        found |= {"-".join(pieces[: end + 1]) for end in range(len(pieces))} | {f"{whole}-{one}" for one in parts}
    return sorted(found, key=lambda one: (_COMPARTMENTS.index(one.split("-")[0]), one))


def _atomic(items: Sequence[str]) -> list[str]:
    order = ("RD", "RD-CNWDI", "RD-SG", "FRD", "FRD-CNWDI", "FRD-SG", "DCNI", "UCNI", "TFNI")
    found: set[str] = set()
    for item in items:
        head, *parts = {"DOD UCNI": "DCNI", "DOE UCNI": "UCNI"}.get(item, item).split("-")
        found.add(head)
        for part in parts:
            found |= {f"{head}-CNWDI"} if part in {"N", "CNWDI"} else set()
            found |= {f"{head}-SG-{number}" for number in re.findall(r"\d+", part)}
    return sorted(found, key=lambda one: (order.index(re.sub(r"-\d+$", "", one)), int(re.sub(r"\D", "", one) or 0)))
