"""What a draft would change in an agreement that stands: word for word by the fields of its form, and what that means.

Rules:
1. Rows of a sheet belong together when they are about the same: the same article, party, place; the first with the
   first where several are. What belongs to nothing is new, or taken out.
2. A field that is written otherwise is a change; so is the order of the rows.
3. What it means is told by the comparison of agreements (`agreement_comparison`), the draft first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from comity.casebook.agreement import Agreement
from comity.flow import agreement_form as forms
from comity.flow.agreement_comparison import ONLY_FIRST, ONLY_SECOND, article, compare
from comity.flow.agreement_form import Cells, Form
from comity.flow.aspect import SAME
from comity.formats.agreement_columns import Words

ORDER = "order"
_ONLY = {ONLY_FIRST: "new in the draft", ONLY_SECOND: "no longer in the draft"}
_ABOUT: Mapping[str, tuple[str, ...]] = {
    "Clauses": ("article",), "Parties": ("party", "group"), "Places": ("place",), "Reservations": ("party",),
    "Suspensions": ("bound", "toward"), "Exit": ("about",), "Claims": ("about",),
}  # fmt: skip
Rows = Mapping[tuple[str, int], Cells]


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a row that is written otherwise; empty is not there."""

    sheet: str
    about: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Amendment:
    """Every change, word for word, and how each changed subject of the draft stands against what stands now."""

    changes: tuple[Change, ...]
    meaning: tuple[tuple[str, str], ...]
    """A subject with its articles, and in which aspects the draft is stronger, weaker or otherwise."""


def amendment(before: Mapping[str, object], after: Form, sound: Agreement | None, now: Agreement | None,
              words: Words) -> Amendment:  # fmt: skip
    """What a draft changes.

    Args:
        before: the mapping that stands, as the book keeps it.
        after: the draft.
        sound: the draft as an agreement, if it is sound.
        now: the agreement that stands, if it can be read.
        words: the vocabularies.
    """
    meaning = tuple(_meaning(sound, now)) if sound is not None and now is not None else ()
    return Amendment(tuple(changes(forms.stated(before, words), after)), meaning)


def changes(before: Form, after: Form) -> Iterator[Change]:
    """Every field that is written otherwise: rules 1 and 2."""
    for sheet in after.rows:
        old, new = _known(before.of(sheet), sheet), _known(after.of(sheet), sheet)
        kept = [key for key in old if key in new]
        for key in (*new, *(key for key in old if key not in new)):
            yield from _fields(sheet, key[0], old.get(key, {}), new.get(key, {}))
        if kept != [key for key in new if key in old]:
            yield Change(sheet, "", ORDER, _listed(kept), _listed([key for key in new if key in old]))


def _known(rows: Sequence[Cells], sheet: str) -> Rows:
    """Rows by what they are about: rule 1."""
    seen: Counter[str] = Counter()
    found: dict[tuple[str, int], Cells] = {}
    for row in rows:
        if row:
            about = " ".join(row[head] for head in _ABOUT.get(sheet, ()) if head in row)
            found[about, seen[about]] = row
            seen[about] += 1
    return found


def _fields(sheet: str, about: str, old: Cells, new: Cells) -> Iterator[Change]:
    for head in (*new, *(head for head in old if head not in new)):
        before, after = old.get(head, "").strip(), new.get(head, "").strip()
        if before != after:
            yield Change(sheet, about, head, before, after)


def _listed(keys: Sequence[tuple[str, int]]) -> str:
    return ", ".join(about for about, _ in keys)


def _meaning(draft: Agreement, now: Agreement) -> Iterator[tuple[str, str]]:
    """Rule 3."""
    found = compare(draft, now)
    for row in found.rows:
        if row.word != SAME:
            articles = dict.fromkeys(article(clause) for clause in (row.first, row.second) if clause is not None)
            said = "; ".join(f"{one.name}: {one.word}" for one in row.aspects if one.word != SAME)
            yield (
                f"{row.subject}, Art. {' | '.join(articles)}",
                f"{_ONLY.get(row.word, row.word)}. {said}".removesuffix(". "),
            )
    for aspect in found.whole:
        if aspect.word != SAME:
            yield aspect.name, f"{aspect.word}: {aspect.first} | {aspect.second}"
