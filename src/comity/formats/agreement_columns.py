"""The sheets of an agreement's spreadsheet: their columns, what each means, and an example.

A column's head leads to a field of docs/agreements.md by its path; its kind says how the cell is read
(`comity.formats.cells`). The sheets read both ways: whatever a column cannot carry stands, as YAML, under `more`.
"""

from __future__ import annotations

from dataclasses import dataclass

TRIGGER = "trigger"


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabularies that drop-downs offer."""

    duties: tuple[str, ...]
    kinds: tuple[str, ...]
    targets: tuple[str, ...]
    parties: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    covered: tuple[str, ...] = ("yes", "no", "finding")
    grades: tuple[str, ...] = ("A", "B", "C")
    flags: tuple[str, ...] = ("true", "false")
    texts: tuple[str, ...] = ("public", "unpublished")
    labels: tuple[str, ...] = ("parties", "public", "originator")
    each: tuple[str, ...] = ("once", "parties", "pairs")
    endings: tuple[str, ...] = ("exit", "duration", "exclusivity", "survives")
    shapes: tuple[str, ...] = (
        "polygon", "box", "territories", "parts_of", "north_of", "south_of", "east_of", "west_of", "any", "all", "not",
    )  # fmt: skip
    instruments: tuple[str, ...] = (
        "treaty", "clause", "protocol", "convention", "memorandum", "arrangement", "agreement", "law", "announcement",
    )  # fmt: skip
    bound: tuple[str, ...] = ("parties",)
    toward: tuple[str, ...] = ("victim", "parties")
    victims: tuple[str, ...] = ("parties", "any")
    attackers: tuple[str, ...] = ("any", "state", "outsiders")
    use: tuple[str, ...] = ("example",)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, the field it fills, how it is read, what it means, what it offers, an example."""

    head: str
    path: tuple[str, ...]
    kind: str
    means: str
    offers: str = ""
    strict: bool = True
    example: str = ""
    width: int = 14


def _column(head: str, kind: str, means: str, example: str = "", offers: str = "", *, width: int = 14) -> Column:
    return Column(head, (head,), kind, means, offers, bool(offers), example, width)


def _source(grade: str = "B") -> tuple[Column, ...]:
    return (
        _column("source", "text", "where this is written; empty: the agreement's source", "Article 5", width=24),
        _column("grade", "text", "A text read, B standard source, C press or disputed", grade, "grades", width=7),
    )


VERIFY = _column("verify", "flag", "true: somebody still has to check this", "", "flags", width=7)
MORE = _column("more", "yaml", "further fields, as YAML: `field: value`, one a line", width=20)

FIELDS = (
    _column("id", "text", "a short name in capitals, with the year, that no other agreement has", "EXAMPLE-2001"),
    _column("name", "text", "the full title", "Example Treaty of Mutual Assistance"),
    _column("kind", "text", "what sort of instrument it is", "treaty", "instruments"),
    _column("text", "text", "whether its text is public", "unpublished", "texts"),
    _column("label", "text", "who may read it in your book: its parties (also when empty), the public, or only whoever "
            "adds it", "parties", "labels"),
    _column("signed", "date", "the day of signature", "2001-03-04"),
    Column("in_force from", ("in_force", "from"), "date", "first day in force; null while it is only signed, or a "
           "draft", example="2002-01-01"),
    Column("in_force until", ("in_force", "until"), "date", "first day no longer in force; null while it lasts",
           example="null"),
    _column("status", "text", "one line for people; nothing is computed from it", "in force"),
    _column("depositary", "text", "party code of whoever keeps the originals", "UTO"),
    _column("source", "text", "what was consulted", "signed text, file 12"),
    _column("grade", "text", "A text read, B standard source, C press or disputed", "A", "grades"),
    _column("verify", "flag", "true: somebody still has to check this", "false", "flags"),
    _column("notes", "text", "one or two sentences for the reader"),
    _column("supersedes", "list", "ids of agreements this one takes the place of", "OTHER-1990"),
    _column("more", "yaml", "further fields, as YAML: `field: value`, one a line"),
)  # fmt: skip

PARTIES = (
    _column("party", "text", "party code; or leave it empty and name a group", "UTO", "parties"),
    _column("group", "text", "group of the casebook: every member, while it is one", "", "groups", width=16),
    _column("from", "date", "first day bound", "2002-01-01"),
    _column("until", "date", "first day no longer bound", ""),
    *_source("A"),
    MORE,
)

PLACES = (
    _column("place", "text", "the name that clauses use; a row for each shape: a point in any of them is in the place",
            "treaty-area", width=18),
    _column("shape", "text", "what kind of shape", "box", "shapes", width=12),
    _column("value", "yaml", "box: [south, west, north, east]; polygon: [[lat, lon], ...]; north_of: latitude; "
            "territories: [CODE, ...]; parts_of: victim; any, all, not: shapes", "[35, -10, 60, 40]", width=40),
    _column("name", "text", "what the shape is called", "mainland", width=20),
    _column("from", "date", "first day of the shape"),
    _column("until", "date", "first day no longer"),
    _column("finding", "text", "why it is doubtful that the article reaches this ground", width=24),
    MORE,
)  # fmt: skip

RESERVATIONS = (
    _column("party", "text", "whose duty it narrows", "UTO", "parties"),
    _column("articles", "articles", "which articles, with commas; or all", "5"),
    _column("when", "text", "the duty runs for it only if", "requested == true", width=24),
    _column("says", "text", "the reservation in a sentence", "Only when asked for help.", width=40),
    *_source("A"),
    MORE,
)

SUSPENSIONS = (
    _column("bound", "text", "whose duties stop; empty: everyone's", "UTO", "parties"),
    _column("toward", "text", "towards whom; empty: everyone", "RUR", "parties"),
    _column("articles", "articles", "which articles, with commas; or all", "all"),
    _column("from", "date", "first day", "2010-01-01"),
    _column("until", "date", "first day they run again; null while it lasts", "null"),
    _column("says", "text", "the suspension in a sentence", "Its obligations are suspended.", width=40),
    *_source("A"),
    MORE,
)

CLAIMS = (
    _column("about", "text", "the field on which sources differ", "in_force.from"),
    _column("value", "scalar", "what this source says", "2002-01-05"),
    _column("by", "text", "who says so", "a ministry's press release", width=24),
    _column("source", "text", "where", "press release 12", width=24),
    MORE,
)

EXIT = (
    _column("about", "text", "exit and duration: one row each; exclusivity and survives: as many as there are", "exit",
            "endings", width=12),
    _column("article", "article", "the article", "13"),
    _column("says", "text", "in a sentence", "Either Party may end it by a year's notice in writing.", width=40),
    _column("notice_months", "number", "exit: months of notice; leave empty where not known", "12"),
    _column("notice_days", "number", "exit: days of notice, where days are counted"),
    _column("notice_to", "text", "exit: party code of whoever is given notice", "UTO", "parties"),
    _column("earliest", "date", "exit: first day on which it may be ended"),
    _column("years", "number", "duration: years; null without end"),
    _column("renews_years", "number", "duration: renewed by so many years"),
    _column("next", "date", "duration: next day on which it renews or runs out"),
    _column("notice_by", "date", "duration: last day of notice before that"),
    _column("grade", "text", "A text read, B standard source, C press or disputed", "A", "grades", width=7),
    VERIFY,
    MORE,
)  # fmt: skip


def clause_columns(words: Words) -> tuple[Column, ...]:
    """The columns of the clauses: among them one for each kind of event and each target."""
    kinds = tuple(
        Column(f"kind {kind}", (TRIGGER, "kinds", kind), "text",
               "an event of this kind sets the clause off: yes, no, or only if it is found to amount to what the "
               "article names; empty: no", "covered", True, "yes" if place == 0 else "", 11)
        for place, kind in enumerate(words.kinds)
    )  # fmt: skip
    targets = tuple(
        Column(f"target {target}", (TRIGGER, "targets", target), "target",
               "yes, no, finding; or `at PLACE`, `in territory`, or `at PLACE, in territory`; leave all targets empty "
               "when any will do", "covered", False, "at treaty-area" if place == 0 else "", 14)
        for place, target in enumerate(words.targets)
    )  # fmt: skip
    return (*_DUTY, *kinds, *_WHO, *targets, *_WHEN, *_REST)


_DUTY = (
    _column("article", "article", "the article's number", "5", width=9),
    _column("duty", "text", "what is owed", "assist", "duties", width=11),
    _column("says", "text", "the article in a sentence, in your own words",
            "An armed attack on one is an attack on all; each assists by the action it deems necessary.", width=50),
    Column("strength order", ("strength", "order"), "number", "60 by all means, at once and without condition; 50 by "
           "all means in one's power; 40 by all appropriate means; 30 such action as each deems necessary; 20 by its "
           "own constitutional processes; 15 consult within a fixed time; 10 consult; 5 assurance, refrain, notify; 3 "
           "cooperate; null not stated", example="30", width=10),
    Column("strength words", ("strength", "words"), "text", "the operative words", example="such action as it deems "
           "necessary", width=24),
    Column("strength read_by", ("strength", "read_by"), "text", "who reads them in this order", example="each Party "
           "for itself", width=18),
    Column("bound", ("bound",), "bound", "who owes it: parties, or codes with commas", "bound", False, "parties"),
    Column("toward", ("toward",), "toward", "to whom: victim, parties, or codes with commas", "toward", False,
           "victim"),
)  # fmt: skip

_WHO = (
    Column("victim", (TRIGGER, "victim"), "victim", "to whom it must happen: parties, any, or codes with commas",
           "victims", False, "parties"),
    Column("attacker", (TRIGGER, "attacker"), "attacker", "by whom: any, state, outsiders (no party), or codes with "
           "commas", "attackers", False, "outsiders"),
)  # fmt: skip

_WHEN = (
    Column("place", (TRIGGER, "place"), "text", "a place of the sheet Places, when every target has the same; leave "
           "the targets empty then", width=14),
    Column("when", (TRIGGER, "when"), "text", "a condition, such as: external == true and requested == true",
           width=24),
    Column("by_administration", (TRIGGER, "by_administration"), "flag", "true: the article goes by who administers a "
           "territory; rival claims to it do not matter", "flags", width=9),
)  # fmt: skip

_REST = (
    _column("determined_by", "lines", "who finds that it has happened; one a line (in a spreadsheet: Alt+Enter)",
            "each Party for itself", width=24),
    _column("processes", "text", "constitutional processes, with their article", width=20),
    _column("qualifies", "yaml", "what holds for one party only, as YAML: - {party: UTO, from: 2002, says: ..., "
            "source: ...}", width=20),
    _column("readings", "yaml", "how somebody reads it, as YAML: - {by: UTO, on: 2019-04-19, says: ..., source: ...}",
            width=20),
    Column("facts for", ("for",), "text", "write the facts out once, for each of the parties, or for pairs", "each"),
    _column("facts", "yaml", "consents the article gives, as YAML: one `- grant: {...}` or `- title: {...}` a line",
            width=20),
    _column("from", "date", "first day, when younger than the agreement"),
    _column("until", "date", "first day no longer, when it ends earlier"),
    *_source(),
    VERIFY,
    MORE,
)  # fmt: skip
