"""A draft on its way between form, text and spreadsheet.

Rules:
1. What a form says is written as the text it was begun from while it still says the same: with its remarks and its
   order. What was changed is written anew, without remarks.
2. What cannot be read in one is not carried to another, where it would be lost: it is mended first. Nor is a draft
   with more rows than a form holds made a form.
"""

from __future__ import annotations

from collections.abc import Mapping

from comity.casebook.book import Casebook
from comity.errors import Malformed
from comity.flow import agreement_form as forms
from comity.flow import own_agreements as own
from comity.flow.agreement_form import Form
from comity.flow.own_agreements import Checked
from comity.formats import agreement_text, cells, workbook, yaml12


def check(form: Form, casebook: Casebook) -> Checked:
    """Everything found about the draft that a form is."""
    return own.from_sheets(forms.read(form, own.words(casebook)), casebook)


def as_text(document: Mapping[str, object], begun: str) -> str:
    """A draft as text: rule 1.

    Args:
        document: what it says.
        begun: the text that it was begun from; empty if there was none.
    """
    try:
        same = cells.same(yaml12.load(begun, ""), document)
    except Malformed:
        same = False
    return begun if same else agreement_text.text(document)


def as_form(checked: Checked, casebook: Casebook) -> Form:
    """A draft as a form.

    Raises:
        Malformed: part of it cannot be read, or it is too long: rule 2.
    """
    return fitting(forms.filled(_whole(checked).document, own.words(casebook)))


def fitting(form: Form) -> Form:
    """The form, if a page holds it.

    Raises:
        Malformed: it has too many rows: rule 2.
    """
    for sheet, rows in form.rows.items():
        if len(rows) > forms.MOST:
            told = f"{len(rows)} rows of {sheet} are more than a form holds, {forms.MOST}"
            raise Malformed(told, next_step="write it as text or in the spreadsheet")
    return form


def as_workbook(checked: Checked, casebook: Casebook, note: str) -> bytes:
    """A draft as a spreadsheet, with a note on a sheet that is not read.

    Raises:
        Malformed: part of it cannot be read: rule 2; or a text is longer than a cell can hold.
    """
    return workbook.template(own.words(casebook), _whole(checked).document, note=note)


def _whole(checked: Checked) -> Checked:
    if not checked.whole:
        raise Malformed("part of it cannot be read, and would be lost", next_step="mend what is marked first")
    return checked
