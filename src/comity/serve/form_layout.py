"""How the form of an agreement is laid out on a page: sheets, rows, groups of fields, each with what was found there.

Rules:
1. Every column of a sheet is a field; none is left out. What an article always says stands first, the rest in groups.
2. A value that its list does not offer is offered as well, so that nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comity.casebook.vocabulary import DUTIES, KINDS, TARGETS
from comity.flow.agreement_change import ORDER
from comity.flow.agreement_draft import Finding
from comity.flow.agreement_form import Cells, Form
from comity.formats.agreement_columns import TRIGGER, Column, Words
from comity.formats.agreement_sheet import AGREEMENT, CLAUSES, EXIT, PLACES, sheets
from comity.serve.form_parts import Field, Group, Row, Section

__all__ = ["ORDER", "SECTIONS", "called", "layout", "offers"]

CHOICE, OFFER, LINE, TEXT = "choice", "offer", "line", "text"
SECTIONS = {
    AGREEMENT: "The whole", "Parties": "Parties", CLAUSES: "Clauses", EXIT: "How long, how it is left, what survives",
    PLACES: "Places", "Reservations": "Reservations", "Suspensions": "Suspensions", "Claims": "Sources differ on",
}  # fmt: skip
ONE = {
    "Parties": "Party", CLAUSES: "Article", EXIT: "Ending", PLACES: "Place", "Reservations": "Reservation",
    "Suspensions": "Suspension", "Claims": "Claim",
}  # fmt: skip
FIRST, STRONG, SET_OFF, REACHES, FURTHER = "", "How strong", "What sets it off", "What it reaches", "Further"
_FURTHER = {
    "source", "grade", "verify", "more", "depositary", "notes", "supersedes", "processes", "qualifies", "readings",
    "facts for", "facts",
}  # fmt: skip
_LATER_IN_CLAUSES = {"from", "until"}
_LONG = 36
_MANY = ("parties", "groups")
PLAIN = Words(DUTIES, KINDS, TARGETS)
Said = Mapping[str, Sequence[Finding]]


def layout(form: Form, words: Words, said: Said, plain: Sequence[tuple[str, ...]]) -> list[Section]:
    """The form as sections, in the order in which an agreement is read.

    Args:
        form: what is filled in.
        words: the vocabularies that lists offer.
        said: what was found, by the name of field, row or sheet.
        plain: each clause of the draft in sentences; rows that are still empty are none.
    """
    laid = _Layout(form, words, said)
    return [
        Section(sheet, title, ONE.get(sheet, ""), laid.rows(sheet, plain), said.get(sheet, ()))
        for sheet, title in SECTIONS.items()
    ]


@dataclass(frozen=True, slots=True)
class _Layout:
    """What every part of the page is made from."""

    form: Form
    words: Words
    said: Said

    def rows(self, sheet: str, plain: Sequence[tuple[str, ...]]) -> tuple[Row, ...]:
        """The entries of a sheet; the agreement's own is there before anything is filled in."""
        told = iter(plain if sheet == CLAUSES else ())
        rows = (*self.form.of(sheet), {})[:1] if sheet == AGREEMENT else self.form.of(sheet)
        return tuple(
            self.row(f"{sheet}.{number}", sheet, row, next(told, ()) if row else ()) for number, row in enumerate(rows)
        )

    def row(self, named: str, sheet: str, row: Cells, plain: tuple[str, ...]) -> Row:
        """One entry, its fields in groups: rule 1."""
        found: dict[str, list[Column]] = {FIRST: [], STRONG: [], SET_OFF: [], REACHES: [], FURTHER: []}
        for column in sheets(self.words)[sheet]:
            found[_group(sheet, column)].append(column)
        groups = tuple(
            Group(title, _shared(inside), tuple(self.field(f"{named}.{column.head}", row, column) for column in inside))
            for title, inside in found.items()
            if inside
        )
        return Row(named, identity(named), _about(sheet, row), groups, self.said.get(named, ()), plain)

    def field(self, named: str, row: Cells, column: Column) -> Field:
        """One field, and what fills it."""
        value = row.get(column.head, "")
        control, choices = _control(column, value, self.words)
        means = "" if _repeated(column) else column.means
        offers = column.offers if control == OFFER else ""
        found = self.said.get(named, ())
        return Field(named, identity(named), label(column), means, value, control, offers, choices, found)


def identity(named: str) -> str:
    """The id on the page of what has a name."""
    return "".join(letter if letter.isalnum() else "-" for letter in named)


def _about(sheet: str, row: Cells) -> tuple[str, ...]:
    """What a row is about, in its own words."""
    heads = {"Parties": ("party", "group"), CLAUSES: ("article", "duty"), PLACES: ("place",), EXIT: ("about",)}
    return tuple(row[head] for head in heads.get(sheet, ("party", "bound", "about")) if row.get(head))


def _group(sheet: str, column: Column) -> str:
    match column.path:
        case ("strength", _):
            return STRONG
        case (part, "targets", *_) if part == TRIGGER:
            return REACHES
        case (part, *_) if part == TRIGGER or column.head == "determined_by":
            return REACHES if column.head == "place" else SET_OFF
    later = sheet == CLAUSES and column.head in _LATER_IN_CLAUSES
    return FURTHER if later or column.head in _FURTHER else FIRST


def _shared(columns: Sequence[Column]) -> str:
    """What several columns of a group mean alike, told once."""
    means = [column.means for column in columns]
    return next((said for said in means if means.count(said) > 1), "")


def _repeated(column: Column) -> bool:
    """Whether a column is one of many that mean alike: of events, or of targets."""
    return column.path[-2:-1] in {("kinds",), ("targets",)}


def label(column: Column) -> str:
    """What a column is called on a page."""
    return column.path[-1] if _repeated(column) else column.head.replace("_", " ")


def _control(column: Column, value: str, words: Words) -> tuple[str, tuple[str, ...]]:
    """How a field is filled in, and what a list of it offers: rule 2."""
    if "\n" in value or column.kind in {"yaml", "lines"} or column.width > _LONG or column.head == "notes":
        return TEXT, ()
    offered: tuple[str, ...] = getattr(words, column.offers) if column.offers else ()
    if not column.strict or column.offers in _MANY or not offered:
        return (OFFER if offered else LINE), ()
    return CHOICE, offered if value in {"", *offered} else (*offered, value)


def offers(words: Words) -> dict[str, tuple[str, ...]]:
    """What fields that take other words too remind of, by the name of the list."""
    lists = dict.fromkeys(
        column.offers for columns in sheets(words).values() for column in columns
        if column.offers and (not column.strict or column.offers in _MANY)
    )  # fmt: skip
    return {key: getattr(words, key) for key in lists}


def called(sheet: str, about: str, head: str) -> tuple[str, ...]:
    """A field in words: the entry it is of, what that is about, the field."""
    named = next((label(column) for column in sheets(PLAIN)[sheet] if column.head == head), head)
    return ONE.get(sheet, ""), about, named
