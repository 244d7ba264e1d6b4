"""Two agreements clause by clause: what is the same, stronger, weaker, different, or only in one of them.

Rules:
1. Clauses are about the same subject when their duties are of one family (help, consultation, admission, restraint,
   assurance, cooperation) and both, or neither, need an event. Among those, the most alike are put side by side: the
   same article where one agreement is a version of the other, then the same duty, then the kinds of event in common.
2. Each aspect is compared by itself, and the clause by all its aspects (`agreement_aspects`). Every word says how the
   first stands against the second.
3. Nothing is added up: there is no sum over clauses.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.casebook import agreement as strict
from comity.casebook.agreement import Agreement, Clause
from comity.flow import agreement_aspects as aspects
from comity.flow.agreement_aspects import Aspect

ONLY_FIRST, ONLY_SECOND = "only in the first", "only in the second"
FAMILIES = {
    "defend": "help", "assist": "help", "act": "help", "consult": "consultation", "notify": "consultation",
    "admit": "admission", "refrain": "restraint", "assure": "assurance", "cooperate": "cooperation",
    "unknown": "not known",
}  # fmt: skip
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Row:
    """A subject: the clause of either agreement about it, the word, and every aspect."""

    subject: str
    word: str
    first: Clause | None
    second: Clause | None
    aspects: tuple[Aspect, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The row as plain data."""
        return {
            "subject": self.subject,
            "word": self.word,
            "first": _plain(self.first),
            "second": _plain(self.second),
            "aspects": [aspect.as_json() for aspect in self.aspects],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two agreements side by side."""

    first: Agreement
    second: Agreement
    rows: tuple[Row, ...]
    whole: tuple[Aspect, ...]

    def as_json(self) -> dict[str, object]:
        """The comparison as plain data."""
        return {
            "first": {"id": self.first.id, "name": self.first.name},
            "second": {"id": self.second.id, "name": self.second.name},
            "clauses": [row.as_json() for row in self.rows],
            "agreement": [aspect.as_json() for aspect in self.whole],
        }

    def table(self) -> list[list[str]]:
        """The comparison as rows of text under their heads: one for each aspect of each clause."""
        one, two = self.first.id, self.second.id if self.second.id != self.first.id else f"{self.second.id} (second)"
        heads = ["subject", f"article, {one}", f"article, {two}", "clause", "aspect", "word", one, two]
        rows = [
            [row.subject, article(row.first), article(row.second), row.word, a.name, a.word, a.first, a.second]
            for row in self.rows
            for a in row.aspects or (Aspect("whole clause", row.word, says(row.first), says(row.second)),)
        ]
        return [heads, *rows, *(["agreement", "", "", "", a.name, a.word, a.first, a.second] for a in self.whole)]


def compare(first: Agreement, second: Agreement) -> Comparison:
    """Two agreements clause by clause: rules 1 to 3."""
    rows = tuple(_row(one, two, first, second) for one, two in _pairs(first, second))
    return Comparison(first, second, rows, tuple(aspects.of_agreements(first, second)))


def article(clause: Clause | None) -> str:
    """A clause's article; a dash where there is no clause."""
    return _NONE if clause is None else clause.article


def says(clause: Clause | None) -> str:
    """What a clause says; a dash where there is no clause."""
    return _NONE if clause is None else clause.says


def _plain(clause: Clause | None) -> dict[str, object] | None:
    if clause is None:
        return None
    return {"article": clause.article, "duty": clause.duty, "says": clause.says, "source_grade": clause.grade}


# Rule 1


def _pairs(first: Agreement, second: Agreement) -> list[tuple[Clause | None, Clause | None]]:
    """Clauses side by side, in the order of the first; then those that only the second has."""
    kin = _kin(first, second)
    likeness = sorted(
        (tuple(-score for score in _alike(one, two, kin=kin)), here, there)
        for here, one in enumerate(first.clauses)
        for there, two in enumerate(second.clauses)
        if subject(one) == subject(two)
    )
    partner: dict[int, int] = {}
    for _, here, there in likeness:
        if here not in partner and there not in partner.values():
            partner[here] = there
    left = (two for there, two in enumerate(second.clauses) if there not in partner.values())
    return [
        *((one, second.clauses[partner[here]] if here in partner else None) for here, one in enumerate(first.clauses)),
        *((None, two) for two in left),
    ]


def _kin(first: Agreement, second: Agreement) -> bool:
    """Whether one is a version of the other, so that article numbers mean the same."""
    one, two = first.id, second.id
    replaced = [*_texts(first.document.get("supersedes")), *_texts(second.document.get("supersedes"))]
    version = one == two or one.startswith(f"{two}-") or two.startswith(f"{one}-")
    return version or one in replaced or two in replaced


def subject(clause: Clause) -> str:
    """What a clause is about: the family of its duty, and whether it needs an event."""
    return f"{FAMILIES[clause.duty]}, {'upon an event' if clause.trigger else 'standing'}"


def _alike(one: Clause, two: Clause, *, kin: bool) -> tuple[float, ...]:
    mine, theirs = _reached(one), _reached(two)
    common = len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0
    return (float(kin and one.article == two.article), float(one.duty == two.duty), common)


def _reached(clause: Clause) -> set[str]:
    return {kind for kind, word in clause.trigger.kinds.items() if word != strict.NO} if clause.trigger else set()


# Rules 2 and 3


def _row(one: Clause | None, two: Clause | None, first: Agreement, second: Agreement) -> Row:
    if one is None or two is None:
        present = one or two
        word = ONLY_FIRST if two is None else ONLY_SECOND
        return Row("" if present is None else subject(present), word, one, two)
    found = aspects.of_clauses(one, two, first, second)
    return Row(subject(one), aspects.together(aspect.word for aspect in found), one, two, found)


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
