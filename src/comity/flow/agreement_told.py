"""One agreement on a day, article by article in plain words, with all that is said beside each article.

Rules:
1. An article says who is bound to what towards whom (`article_words`), and beside it stand its reservations,
   suspensions, qualifications, readings and source. Readings decide nothing. What it consents to is told with the
   things, acts and circumstances that one asks with (`consent_words`).
2. An article's state is that of its agreement and its own dates; a suspension between some of its parties is told, and
   does not change the state of the article.
3. Claims on which sources differ stand beside the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from comity.casebook.agreement import Agreement, Clause, Saying, applies_to
from comity.casebook.book import Casebook
from comity.flow import consent_words, due, register, ties
from comity.flow.agreement_words import period
from comity.flow.article_words import sentences
from comity.flow.due import Due, Leaving
from comity.flow.picture import WORDS
from comity.flow.register import NOT_IN_FORCE, Entry
from comity.formats.tables import Table, table
from comity.values.instant import Instant
from comity.values.period import OPEN
from comity.values.truth import Truth


@dataclass(frozen=True, slots=True)
class Article:
    """One article in plain words."""

    article: str
    duty: str
    kinds: tuple[str, ...]
    state: str
    says: str
    sentences: tuple[str, ...]
    reservations: tuple[str, ...]
    suspensions: tuple[str, ...]
    qualifications: tuple[str, ...]
    readings: tuple[str, ...]
    consents: tuple[str, ...]
    things: tuple[str, ...]
    acts: tuple[str, ...]
    circumstances: tuple[str, ...]
    source: str
    grade: str
    weak: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One agreement in plain words."""

    entry: Entry
    articles: tuple[Article, ...]
    duration: str
    leaving: Leaving
    due: tuple[Due, ...]
    exclusivity: tuple[str, ...]
    claims: tuple[str, ...]
    notes: str
    replaces: tuple[str, ...]


def told(agreement: Agreement, book: Casebook, on: Instant) -> Told:
    """An agreement of the book on a day: rules 1 to 3."""
    document = agreement.document
    return Told(
        register.entry(agreement, book, on),
        tuple(_article(tie, book, on) for tie in ties.of(agreement, book, on)),
        _says(document.get("duration")),
        due.leaving(agreement, on),
        tuple(due.of(agreement, on)),
        tuple(f"Art. {item.get('article')}: {item.get('says')}" for item in _items(document.get("exclusivity"))),
        agreement.claims,
        str(document.get("notes") or "").strip(),
        tuple(str(name) for name in _list(document.get("supersedes"))),
    )


def _article(tie: ties.Tie, book: Casebook, on: Instant) -> Article:
    agreement, clause = tie.agreement, tie.clause
    return Article(
        clause.article,
        clause.duty,
        tie.kinds,
        WORDS.get(tie.holds, NOT_IN_FORCE),
        clause.says,
        tuple(sentences(agreement, clause, book.parties)),
        tuple(
            f"{book.parties.get(one.party, one.party)}: {one.says}"
            for one in agreement.narrowings
            if applies_to(one.articles, clause.article)
        ),
        tuple(_suspended(agreement, clause, book)),
        tuple(_saying(one, book) for one in clause.qualifies if one.valid.holds(on) is not Truth.FALSE),
        tuple(_saying(one, book) for one in clause.readings),
        tuple(consent_words.consents(agreement, clause)),
        consent_words.things(agreement, clause, sorted(book.spells(agreement))),
        consent_words.acts(agreement, clause),
        consent_words.circumstances(agreement, clause),
        clause.source,
        clause.grade,
        clause.verify or clause.grade == "C",
    )


def _suspended(agreement: Agreement, clause: Clause, book: Casebook) -> list[str]:
    names = {**book.parties, "": "everyone"}
    return [
        f"{names.get(one.bound or '', one.bound)} towards {names.get(one.toward or '', one.toward)},"
        f" {period(one.valid)}: {one.says}"
        for one in agreement.suspensions
        if applies_to(one.articles, clause.article)
    ]


def _saying(one: Saying, book: Casebook) -> str:
    dated = "" if one.valid == OPEN else f", {period(one.valid)}"
    return f"{book.parties.get(one.by, one.by)}{dated}: {one.says} ({one.source})"


def _says(rule: object) -> str:
    return str(rule.get("says") or "") if isinstance(rule, Mapping) else ""


def _list(given: object) -> list[object]:
    return list(given) if isinstance(given, list) else []


def _items(given: object) -> list[Mapping[str, object]]:
    return [item for item in _list(given) if isinstance(item, Mapping)]


def article_table(one: Told) -> Table:
    """The articles as rows."""
    columns = (
        "agreement", "article", "duty", "state", "says", "in plain words", "reservations", "suspensions",
        "qualifications", "readings", "consents", "things", "acts", "circumstances", "source", "grade",
        "to be verified",
    )  # fmt: skip
    rows = [
        (
            one.entry.agreement.id, a.article, a.duty, a.state, a.says, " ".join(a.sentences), a.reservations,
            a.suspensions, a.qualifications, a.readings, a.consents, a.things, a.acts, a.circumstances, a.source,
            a.grade, a.weak,
        )
        for a in one.articles
    ]  # fmt: skip
    return table(columns, rows)
