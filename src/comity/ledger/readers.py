"""Who may read a fact whose issuer says nothing else: the default labels, kind by kind.

Rules:
1. A fact is its issuer's alone, unless the table below names further readers where that would defeat it: a consent is
   readable by whom it is given to, a title by the owner it names.
2. What is said about another fact (such as a revocation) is readable by that fact's readers and its issuer.
3. What is addressed to everyone is public, as is what the table says.
4. The clause of a policy fact is `policy/KIND`, so that its issuer can open all of a kind by one grant. A title's is
   the thing: whoever may read a thing may read whose it is. Content that names its `thing` stands under that
   thing and, as far as the thing has owners, under theirs; but a release or a recall stays readable by those it names,
   for they are asked to give back what they may not read any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import NamedTuple

from comity.values.canonical import Plain
from comity.values.label import PUBLIC, Atom, Label
from comity.values.party import ANYONE, PartyCode, Recipient, recipient
from comity.values.reading import KINDS


class Reads(Enum):
    """How the readers of a kind are found."""

    ISSUER = "its issuer alone"
    FIELDS = "those that some of its fields name"
    TARGET = "whoever may read the fact it is about"
    PUBLIC = "everyone"


class Default(NamedTuple):
    """The readers of a kind besides its issuer; `unless` is a field that makes it the issuer's alone."""

    reads: Reads
    fields: tuple[str, ...] = ()
    unless: str = ""


DEFAULTS: dict[str, Default] = {
    "key": Default(Reads.PUBLIC),
    "key-revoked": Default(Reads.PUBLIC),
    "member": Default(Reads.PUBLIC),
    "acts-for": Default(Reads.PUBLIC),
    "instrument": Default(Reads.PUBLIC),
    "article": Default(Reads.PUBLIC),
    "in-force": Default(Reads.PUBLIC),
    "standing": Default(Reads.PUBLIC, unless="scope"),
    "agreement": Default(Reads.FIELDS, ("parties",)),
    "title": Default(Reads.FIELDS, ("owner",)),
    "grant": Default(Reads.FIELDS, ("to",)),
    "request": Default(Reads.FIELDS, ("to",)),
    "de-minimis": Default(Reads.FIELDS, ("to",)),
    "release": Default(Reads.FIELDS, ("to", "of")),
    "quorum": Default(Reads.FIELDS, ("of",)),
    "equivalence": Default(Reads.FIELDS, ("of",)),
    "recall": Default(Reads.FIELDS, ("to", "of")),
    "recall-receipt": Default(Reads.TARGET, ("recall",)),
    "recall-outcome": Default(Reads.FIELDS, ("of",)),
    "signature": Default(Reads.TARGET, ("fact",)),
    "revoke": Default(Reads.TARGET, ("grant", "fact")),
    "renew": Default(Reads.TARGET, ("grant",)),
    "use": Default(Reads.TARGET, ("grant",)),
    "discharge": Default(Reads.TARGET, ("grant",)),
    **dict.fromkeys(
        ("consultation", "consultation-document", "consultation-task", "consultation-task-done",
         "consultation-decision", "position", "silence", "silence-extension", "silence-dropped", "silence-outcome",
         "silence-receipt", "silence-consent", "silence-break", "silence-reason",
         "consultation-item", "consultation-meeting", "national-step"),
        Default(Reads.FIELDS, ("parties",)),
    ),
    **dict.fromkeys(
        ("intelligence", "intelligence-cover", "intelligence-collection", "intelligence-filed"), Default(Reads.ISSUER)
    ),
    **dict.fromkeys(
        ("intelligence-report", "report-lineage", "source-overlap", "sighting", "warning-problem",
         "warning-indicator", "warning-assessed"),
        Default(Reads.FIELDS, ("parties",)),
    ),
    **dict.fromkeys(
        ("information-request", "information-reply", "sighting-shared"), Default(Reads.FIELDS, ("to", "parties"))
    ),
    "sighting-policy": Default(Reads.FIELDS, ("parties",)),
    **dict.fromkeys(
        ("incident-report", "exercise-notice", "clarification", "clarification-reply"), Default(Reads.FIELDS, ("to",))
    ),
}  # fmt: skip
"""Every kind that is not its issuer's alone."""

NAMED_ALONE = frozenset({"release", "recall"})
"""Kinds of content that are readable by those they name, whoever owns the thing: rule 4."""

Target = Callable[[str], "tuple[PartyCode, Label] | None"]
"""The issuer and the label of a fact, by its id."""


def default_label(kind: str, body: Mapping[str, Plain], issuer: PartyCode, target: Target) -> Label:
    """The label of a fact that states none: rules 1 to 4."""
    default = DEFAULTS.get(kind, Default(Reads.ISSUER))
    if default.unless and body.get(default.unless) is not None:
        default = Default(Reads.ISSUER)
    match default.reads:
        case Reads.PUBLIC:
            return PUBLIC
        case Reads.FIELDS:
            readers = {name for field in default.fields for name in _named(body.get(field))}
        case Reads.TARGET:
            found = next((target(str(body[field])) for field in default.fields if body.get(field)), None)
            if found is not None and not found[1]:
                return PUBLIC
            readers = _readers_of(*found) if found is not None else set()
        case Reads.ISSUER:
            readers = set()
    if ANYONE in readers:
        return PUBLIC
    return frozenset({Atom(issuer, scope(kind, body), tuple(sorted(readers - {issuer}, key=str)))})


def scope(kind: str, body: Mapping[str, Plain]) -> str:
    """The clause a fact stands under: rule 4."""
    thing = body.get("thing")
    if isinstance(thing, str) and (kind == "title" or kind not in KINDS) and kind not in NAMED_ALONE:
        return thing
    return f"policy/{kind}" if kind in KINDS else f"content/{kind}"


def _readers_of(issuer: PartyCode, label: Label) -> set[Recipient]:
    """Whom a fact's own label names: rule 2. Under several owners' label, nobody but its issuer."""
    return {issuer, *(name for atom in label for name in atom.readers if len(label) == 1)}


def _named(value: Plain) -> set[Recipient]:
    """The parties and groups in a field: a text, a list of texts, or a list of mappings that name one."""
    if isinstance(value, list):
        return {name for item in value for name in _named(item)}
    if isinstance(value, dict):
        return _named(value.get("party")) | _named(value.get("group"))
    return {recipient(value)} if isinstance(value, str) else set()
