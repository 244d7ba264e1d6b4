"""Change only what an audience may not read, and "may we?" answers it alike, whatever is asked or supposed."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import pytest

from comity.casebook.book import Casebook
from comity.cli.may import as_json, lines
from comity.errors import Malformed
from comity.flow import questions
from comity.flow.may import Hearing, Over, may
from comity.ledger.book import Book
from comity.values import reading
from comity.values.condition import Value
from comity.values.fact import Ask
from comity.values.instant import NEVER, instant
from tests.serve.desks import Stated, book_of

ON = instant("2026-11-26")
EST_ALONE = [{"owner": "EST", "scope": "secret"}]


def stated(name: str, kind: str, /, **fields: object) -> Stated:
    """A fact of Estonia's."""
    return Stated(name, {kind: {"by": "EST", **fields} if kind != "title" else fields}, "EST")


def title(name: str, thing: str, label: object) -> Stated:
    return stated(name, "title", thing=thing, kind="information", owner="EST", interest="originator", label=label)


VISIBLE = [
    title("t1", "rep", []),
    title("t2", "rep2", []),
    stated("g1", "grant", to=["JPN"], actions=["read"], scope="rep", label=[]),
    stated("g2", "grant", to=["POL"], actions=["read"], scope="rep2", when="armed == true"),
    stated("d1", "derive", thing="rep3", from_things=["rep2"], label=[]),
]
SECRET = [
    title("h1", "secret", EST_ALONE),
    stated("h2", "grant", to=["POL", "KOR"], actions=["read"], scope="secret", depth=1, label=EST_ALONE),
]
CIRCLE = stated("h3", "derive", thing="rep2", from_things=["secret-thing"], label=EST_ALONE)
HIDDEN: dict[str, list[Stated]] = {
    "a refusal": [stated("h4", "refuse", to=["POL", "KOR"], actions=["read"], scope="rep")],
    "a refusal on a condition": [
        stated("h5", "refuse", to=["POL"], actions=["read"], scope="rep", when="covert == 'x'"),
    ],
    "a consent on a condition": [
        stated("h6", "grant", to=["POL"], actions=["read"], scope="rep", when="covert == 'x'", label=EST_ALONE),
    ],
    "a condition of another type": [
        stated("h7", "refuse", to=["POL"], actions=["read"], scope="rep", when="covert == true"),
    ],
    "a thing and a consent": SECRET,
    "what a thing is made from": [CIRCLE],
    "a circle": [CIRCLE, stated("h8", "derive", thing="secret-thing", from_things=["rep2"], label=EST_ALONE)],
}


class Case(NamedTuple):
    """A question: of whom it is told, who does what, and what is supposed."""

    audience: tuple[str, ...]
    party: str
    thing: str
    context: tuple[tuple[str, Value], ...] = ()
    to: str | None = None
    supposed: tuple[dict[str, object], ...] = ()


CONSENT: dict[str, object] = {"grant": {"by": "EST", "to": ["POL"], "actions": ["read"], "scope": "rep"}}
CLOSING: dict[str, object] = {"derive": {"thing": "secret-thing", "by": "POL", "from_things": ["rep3"]}}
CASES = {
    "the public": Case((), "POL", "rep"),
    "the public, with a circumstance": Case((), "POL", "rep", (("covert", Decimal(5)),)),
    "the public, of a secret": Case((), "POL", "secret"),
    "who asks for himself": Case(("POL",), "POL", "rep"),
    "who asks for himself, with a circumstance": Case(("POL",), "POL", "rep", (("covert", Decimal(5)),)),
    "who asks for himself, with a yes": Case(("POL",), "POL", "rep", (("covert", True),)),
    "who asks for himself, wrongly": Case(("POL",), "POL", "rep2", (("armed", "maybe"),)),
    "who asks and who takes": Case(("KOR", "POL"), "POL", "rep", to="KOR"),
    "a stranger, of a consent": Case(("KOR",), "POL", "rep2", (("armed", True),)),
    "a stranger, of a secret": Case(("JPN",), "POL", "secret"),
    "a stranger, of passing on": Case(("JPN",), "POL", "secret", to="KOR"),
    "who asks, together with a stranger": Case(("JPN", "POL"), "POL", "secret"),
    "supposing a consent": Case(("POL",), "POL", "rep", supposed=(CONSENT,)),
    "supposing what closes a circle": Case((), "POL", "rep3", supposed=(CLOSING,)),
    "supposing it, for himself": Case(("POL",), "POL", "secret-thing", supposed=(CLOSING,)),
}  # fmt: skip


@cache
def made(hidden: str) -> Book[Casebook]:
    """The book with one of the hidden things in it; with none."""
    return book_of([*HIDDEN.get(hidden, []), *VISIBLE])


def told(book: Book[Casebook], case: Case) -> str:
    """All that an audience is told: the answer in words and as data, or the error."""
    ask = Ask(case.party, "read", case.thing, ON, NEVER, context=dict(case.context))
    view = book.view(*case.audience)
    heard = Hearing(view.audience, view.on, bool(case.supposed))
    seen = view.facts.plus([reading.fact(line, number) for number, line in enumerate(case.supposed, start=1)])
    try:
        answer = may(ask, seen, None if case.supposed else book.facts(), case.to, heard)
    except Malformed as error:
        return f"{error.message} {error.field} {error.next_step}"
    return json.dumps([as_json(answer, list(view.audience)), list(lines(answer))])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_may_not_be_read_changes_nothing_of_what_is_told(case: Case) -> None:
    without = told(made(""), case)
    assert {name: told(made(name), case) for name in HIDDEN} == dict.fromkeys(HIDDEN, without)


def test_the_words_are_what_the_rules_say() -> None:
    book = book_of([*VISIBLE, *SECRET, *HIDDEN["a refusal"]])
    answers = {
        audience: questions.may(book, Ask("POL", "read", "secret", ON, NEVER), *audience)
        for audience in [(), ("JPN",), ("POL",), ("POL", "EST"), ("EST",)]
    }
    assert {audience: (answer.word, answer.over) for audience, answer in answers.items()} == {
        (): ("DENIED", Over.READABLE),
        ("JPN",): ("DENIED", Over.READABLE),
        ("POL",): ("GRANTED", Over.WHOLE),
        ("POL", "EST"): ("GRANTED", Over.READABLE),
        ("EST",): ("GRANTED", Over.READABLE),
    }
    refused = questions.may(book, Ask("POL", "read", "rep", ON, NEVER), "POL")
    assert (refused.word, refused.verdict) == ("not available", None)
    assert next(line for line in lines(refused) if "may be read here" in line)


def test_an_organ_asks_for_its_sovereign_while_it_acts_for_it() -> None:
    acts = Stated(
        "a1", {"acts-for": {"organ": "POL-MOD", "sovereign": "POL", "from": "2020-01-01", "until": "2026-01-01"}}
    )
    book = book_of([*VISIBLE, *SECRET, Stated("a1", acts.line, "POL")])
    then, now = instant("2025-01-01"), ON
    for on in (then, now):
        answer = questions.may(book, Ask("POL", "read", "secret", on, NEVER), "POL-MOD")
        assert answer.over is Over.READABLE  # it acted for POL on the one day, and does not act for it now


def test_an_answer_bears_the_label_of_what_was_searched_its_horizon_and_a_digest() -> None:
    book = book_of(VISIBLE)
    ask = Ask("POL", "read", "rep2", ON, NEVER, context={"armed": True})
    answer = questions.may(book, ask, "POL")
    assert answer.label == "EST policy/grant to POL"
    assert questions.may(book, ask).label == "PUBLIC"
    arrived = [seen.arrived for seen in book.view("POL").records(["title", "grant", "derive"])]
    assert answer.horizon == max(arrived)
    assert len(answer.digest) == 64
    assert answer.digest != questions.may(book, ask).digest
