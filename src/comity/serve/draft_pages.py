"""The pages of a draft: its form or its text, with all that is found about it and what it changes.

Rules:
1. A page bears the label of the agreements that may be read.
2. What a draft changes in an agreement that stands is shown while it is written, and again before it is signed.
"""

from __future__ import annotations

from collections.abc import Mapping

from comity.flow import agreement_begun as begun
from comity.flow import agreement_form as forms
from comity.flow import own_agreements as own
from comity.flow.agreement_change import Amendment, amendment
from comity.flow.agreement_form import Form
from comity.flow.agreement_form_said import said
from comity.flow.agreement_plain import plain
from comity.ledger.record import Record
from comity.serve import form_layout, form_parts
from comity.serve.drafts import Drafted, known
from comity.serve.pages import Answer, page
from comity.serve.visit import Visit
from comity.values.label import Label


def shown(visit: Visit, drafted: Drafted, *, status: int = 200, checked: bool = True) -> Answer:
    """The page of a draft: its form, or its text; fresh ones need not be told what is wrong."""
    return _form(visit, drafted, "form.html.j2", status) if drafted.form else _text(visit, drafted, status, checked)


def live(visit: Visit, drafted: Drafted) -> Answer:
    """What is found about a form while it is filled in: the parts of its page that say so."""
    return _form(visit, drafted, "form-said.html.j2", 200)


def _text(visit: Visit, drafted: Drafted, status: int, checked: bool) -> Answer:
    told = {
        "text": drafted.text,
        "checked": drafted.checked if checked else None,
        "adopt": drafted.adopt,
        "agreements": visit.view().casebook.agreements,
        "amended": amended(visit, drafted),
        "called": form_layout.called,
    }
    return page(visit, "draft.html.j2", told, status=status, label=label(visit))


def _form(visit: Visit, drafted: Drafted, template: str, status: int) -> Answer:
    form, checked, casebook = drafted.form or Form({}), drafted.checked, known(visit)
    words = own.words(casebook)
    found = said(checked.findings, form, words)
    sections = form_layout.layout(form, words, found, plain(checked, casebook))
    told = {
        "sections": sections,
        "labels": form_parts.leads(sections),
        "found": found,
        "checked": checked,
        "text": drafted.text,
        "adopt": drafted.adopt,
        "offers": form_layout.offers(words),
        "parties": casebook.parties,
        "agreements": visit.view().claimed.agreements,
        "amended": amended(visit, drafted),
        "called": form_layout.called,
    }
    return page(visit, template, told, status=status, label=label(visit))


def amended(visit: Visit, drafted: Drafted) -> Amendment | None:
    """What a draft changes in the agreement that stands under its id; None where none of one's book does."""
    view, document, words = visit.view(), drafted.checked.document, own.words(known(visit))
    name = document.get("id")
    before = begun.standing(str(name), (one.record for one in view.stated()))
    if before is None or (drafted.form is None and not drafted.checked.whole):
        return None
    form = drafted.form or forms.filled(document, words)
    return amendment(before, form, drafted.checked.agreement, view.claimed.agreements.get(str(name)), words)


def amended_by(visit: Visit, record: Record) -> Amendment | None:
    """What a fact that waits for its signature changes in the agreement that stands; None where it changes none."""
    view, name = visit.view(), str(record.text("name"))
    before, after = begun.standing(name, (one.record for one in view.stated())), record.body.get(own.DOCUMENT)
    if record.kind != own.KIND or before is None or not isinstance(after, Mapping):
        return None
    words = own.words(known(visit))
    return amendment(
        before, forms.stated(after, words), begun.readable(after), view.claimed.agreements.get(name), words
    )


def label(visit: Visit) -> Label:
    """The label of the agreements that may be read: rule 1."""
    return visit.desk.label(visit.view(), own.READ)
