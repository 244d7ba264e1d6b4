"""What a draft changes in what stands: each field, each row that is new, gone or moved, and what that means."""

from __future__ import annotations

import pytest

from comity.casebook import agreement as strict
from comity.casebook.book import casebook
from comity.flow import agreement_form as forms
from comity.flow import agreement_switch as switch
from comity.flow import own_agreements as own
from comity.flow.agreement_change import amendment, changes
from comity.flow.agreement_form import Form
from comity.flow.agreement_form_said import said
from comity.flow.agreement_plain import plain as in_words
from comity.ledger.record import plain
from tests.flow.test_draft_agreements import EXAMPLES, SOUND, document

WORDS = own.words(casebook())
AMENDED = (EXAMPLES / "mutual-support-amended.yaml").read_text(encoding="utf-8")


def form(text: str) -> Form:
    return forms.filled(document(text), WORDS)


CHANGES = {
    "nothing": (SOUND, []),
    "a field": (SOUND.replace("duty: consult", "duty: notify"), [("Clauses", "4", "duty", "consult", "notify")]),
    "a field that was not there": (
        SOUND.replace("signed: 2020-03-04", "signed: 2020-03-04\ndepositary: IRL"),
        [("Agreement", "", "depositary", "", "IRL")],
    ),
}


@pytest.mark.parametrize("case", CHANGES.values(), ids=CHANGES)
def test_a_field_that_is_written_otherwise_is_told(case: tuple[str, list[tuple[str, ...]]]) -> None:
    text, expected = case
    found = [(one.sheet, one.about, one.field, one.before, one.after) for one in changes(form(SOUND), form(text))]
    assert found == expected


def test_a_row_that_is_new_gone_or_moved_is_told() -> None:
    before = form(SOUND)
    articles = [row["article"] for row in before.of("Clauses")]
    moved = forms.changed(before, "down.Clauses.0")
    (order,) = changes(before, moved)
    assert (order.sheet, order.field) == ("Clauses", "order")
    assert (order.before.split(", "), order.after.split(", ")[:2]) == (articles, [articles[1], articles[0]])
    gone = list(changes(before, forms.changed(before, "remove.Clauses.0")))
    assert {(one.about, one.after) for one in gone} == {(articles[0], "")}
    assert {one.field: one.before for one in gone} == dict(before.of("Clauses")[0])
    assert list(changes(before, forms.changed(before, "add.Clauses"))) == []


def test_what_a_change_means_is_told_as_by_the_comparison() -> None:
    kept = plain(document(SOUND), "agreement")
    assert isinstance(kept, dict)
    sound = strict.agreement(document(AMENDED), "")
    found = amendment(kept, form(AMENDED), sound, strict.agreement(document(SOUND), ""), WORDS)
    meaning = dict(found.meaning)
    assert meaning["help, upon an event, Art. 5"].startswith("stronger. ")
    assert meaning["notice to leave"].startswith("stronger: ")
    assert {one.field for one in found.changes} >= {"strength order", "notice_months"}
    assert amendment(kept, form(SOUND), None, None, WORDS).changes == ()


# Where a finding stands, and how a clause reads


AT = {
    "a cell": ("duty: assist", "duty: help", "Clauses.1.duty"),
    "a field of a part": ("notice_months: 12", "notice_months: 0", "Exit.0.notice_months"),
    "a cell of a kind that it is not": ("order: 30", "order: often", "Clauses.1.more"),
    "what is missing in a row": ("article: \"5\"\n    duty: assist", "article: \"5\"", "Clauses.1.duty"),
    "what is missing in the whole": ("name: ", "title: ", "Agreement.0.name"),
    "a part that is missing": ("exit:", "ende:", "Exit"),
}  # fmt: skip


@pytest.mark.parametrize("case", AT.values(), ids=AT)
def test_a_finding_stands_where_it_is_mended(case: tuple[str, str, str]) -> None:
    old, new, where = case
    assert old in SOUND
    draft = form(SOUND.replace(old, new))
    assert said(switch.check(draft, casebook()).findings, draft, WORDS).get(where), where


def test_a_clause_is_told_alone_as_it_is_told_in_the_whole() -> None:
    whole = switch.check(form(SOUND), casebook())
    faulty = switch.check(form(SOUND.replace("signed: 2020-03-04", "signed: soon")), casebook())
    assert faulty.agreement is None
    told = list(zip(in_words(faulty, casebook()), in_words(whole, casebook()), strict=True))
    assert told
    assert all(alone and alone == together[: len(alone)] for alone, together in told)
