"""How one goes on from the worked examples: an agreement of one's own, and one's own questions, to be typed as is.

Rules:
1. Every step does what it says in an empty folder, in this order; a test types them.
2. Whom it is about is data (`yours` of the casebook's `first_answers.yaml`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from comity.casebook.book import casebook
from comity.cli import typed
from comity.instruments.guarantees.event import event

SHEET, BOOK = "mine.xlsx", "mine.book"


class Step(NamedTuple):
    """What one types, and what it does."""

    command: str
    says: str


def recipe(asked: Mapping[str, object]) -> list[Step]:
    """The steps."""
    yours = asked["yours"]
    assert isinstance(yours, Mapping)  # noqa: S101 - the file is ours, and a test reads it
    audience, name = str(yours["as"]), str(yours["agreement"])
    here = ("--book", BOOK, "--as", audience)
    binds = typed.event_words(event(yours["event"], casebook().parties), *here)
    may = typed.may_words(yours["may"], *here)
    agreements = "comity agreements"
    return [
        Step(f"{agreements} template {SHEET} --example", "a form, filled with a fictitious agreement: put yours there"),
        Step(f"{agreements} check {SHEET}", "every mistake by sheet, row and column, and whom it would bind to what"),
        Step(f"comity ledger new {BOOK}", "a book of your own"),
        Step(f"{agreements} add {SHEET} --book {BOOK}", "into your book, whole or not at all"),
        Step(f"{agreements} show {name} --book {BOOK} --as {audience}", "its articles, things, acts, circumstances"),
        Step(typed.shown(binds), "what binds whom, your agreement among the others"),
        Step(typed.shown(may), "may we?"),
    ]
