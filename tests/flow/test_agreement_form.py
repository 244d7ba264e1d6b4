"""A draft as a form and the form as a draft: the same draft, whatever it says; what is typed is kept as it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

import comity
from comity.casebook.book import casebook
from comity.errors import Malformed
from comity.flow import agreement_form as forms
from comity.flow import own_agreements as own
from comity.formats import agreement_text, cells
from comity.ledger.record import plain
from tests.flow.test_draft_agreements import BROKEN, EXAMPLES, SOUND, document

FOLDER = Path(comity.__file__).parent / "casebook"
WORDS = own.words(casebook())
TEXTS = {
    **{path.stem: path.read_text("utf-8") for path in sorted((FOLDER / "agreements").glob("*.yaml"))},
    **{path.stem: path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*.yaml"))},
    "first draft": (FOLDER / "first_draft.yaml").read_text("utf-8"),
    **{name: SOUND.replace(case.old, case.new) for name, case in BROKEN.items()},
    "fields nobody knows": f"{SOUND}\nours: {{a: [1, 2.50, null, true]}}\n",
    "a list that is none": "id: X-1\nclauses: none\nparties: [XAA, 3]\nexit: []\nplaces: {}\n",
    "an entry that is none": "clauses: [{}, null]\nparties:\n",
    "texts as nobody writes them": 'name: " a\\n\\tb "\nid: "null"\nsigned: "2020-01-01"\nnotes: ""\nverify: "true"\n',
    "nothing": "{}",
}


def back(form: forms.Form) -> Mapping[str, object]:
    """The draft that a form's fields make once they were on a page and sent."""
    sent = {f"rows.{sheet}": str(len(rows)) for sheet, rows in form.rows.items()}
    for sheet, rows in form.rows.items():
        for number, row in enumerate(rows):
            sent |= {forms.name(sheet, number, head): text.replace("\n", "\r\n") for head, text in row.items()}
    read = forms.read(forms.posted(sent, WORDS), WORDS)
    assert read.faults == []
    return read.document


DRAFTS = {name: document(text) for name, text in TEXTS.items()}


@pytest.mark.parametrize("name", DRAFTS)
def test_the_form_of_a_draft_read_back_is_the_same_draft(name: str) -> None:
    written = DRAFTS[name]
    assert cells.same(back(forms.filled(written, WORDS)), written)


@pytest.mark.parametrize("name", DRAFTS)
def test_the_text_of_a_draft_read_back_is_the_same_draft(name: str) -> None:
    written = DRAFTS[name]
    assert cells.same(document(agreement_text.text(written)), written)


@pytest.mark.parametrize("name", DRAFTS)
def test_what_a_book_keeps_is_in_the_form_with_its_dates(name: str) -> None:
    kept = plain(DRAFTS[name], "agreement")
    assert isinstance(kept, dict)
    assert plain(back(forms.stated(kept, WORDS)), "agreement") == kept


PLAIN = some.none() | some.booleans() | some.integers() | some.dates() | some.text(max_size=12)
INNER = some.dictionaries(some.sampled_from(["a", "when", "kinds"]), PLAIN, max_size=2)
VALUES = PLAIN | INNER | some.lists(PLAIN | INNER, max_size=3)
KEYS = some.sampled_from(
    ["id", "name", "clauses", "parties", "places", "exit", "survives", "article", "trigger", "more"]
)
ENTRIES = some.dictionaries(KEYS, VALUES, max_size=4)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(some.dictionaries(KEYS, VALUES | some.lists(ENTRIES, max_size=3), max_size=5))
def test_whatever_a_draft_says_form_and_text_keep_it(given_draft: dict[str, object]) -> None:
    try:
        written = document(cells.dump(given_draft))
    except (Malformed, AssertionError):
        return
    assert cells.same(back(forms.filled(written, WORDS)), written)
    assert cells.same(document(agreement_text.text(written)), written)
