"""A draft of one's own agreement as a page sent it: a form, a text or a file, checked.

Rules:
1. A draft is checked against the casebook alone, so that an agreement of one's own can be amended; whether its id is
   taken by somebody else is told where it would be stated.
2. Whatever is wrong, what was typed is kept (`comity.serve.draft_pages` shows it again).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files

from litestar.datastructures import UploadFile

from comity.casebook.book import Casebook
from comity.errors import ComityError, Malformed
from comity.flow import agreement_begun as begun
from comity.flow import agreement_form as forms
from comity.flow import agreement_switch as switch
from comity.flow import own_agreements as own
from comity.flow.agreement_form import Form
from comity.flow.own_agreements import Checked
from comity.serve.visit import Visit
from comity.values.party import PartyCode
from comity.values.reading import BOOK

FILE = "draft.yaml"


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft as it was sent: as a form, or as text when `form` is None; `text` is also what a form was begun from."""

    checked: Checked
    text: str
    form: Form | None = None
    adopt: bool = False

    def with_fault(self, error: ComityError) -> Drafted:
        """The same, with an error of the book's as one fault more."""
        found = (own.finding(error), *self.checked.findings)
        return replace(self, checked=replace(self.checked, agreement=None, findings=found))


def known(visit: Visit) -> Casebook:
    """What a draft is checked against: rule 1."""
    return visit.desk.book.background.casebook(())


# As it was sent


def sent(fields: Mapping[str, object], visit: Visit) -> Drafted:
    """A draft from the fields of a page: of the form, of the text, or a file: rule 2."""
    words = {name: value.replace("\r\n", "\n") for name, value in fields.items() if isinstance(value, str)}
    adopt = bool(words.get("adopt")) and visit.desk.settings.demonstration
    text, uploaded = words.get("text", ""), fields.get("file")
    if forms.is_posted(words):
        form = forms.posted(words, own.words(known(visit)))
        return Drafted(switch.check(form, known(visit)), text, form, adopt)
    if isinstance(uploaded, UploadFile) and uploaded.filename:
        return replace(_file(uploaded.file.read(), uploaded.filename, text, visit), adopt=adopt)
    return Drafted(own.from_text(text, FILE, known(visit)), text, adopt=adopt)


def _file(body: bytes, name: str, text: str, visit: Visit) -> Drafted:
    """A file in place of the text; of a spreadsheet that cannot be read whole only its faults are taken."""
    if not name.lower().endswith(".xlsx"):
        written = body.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        return Drafted(own.from_text(written, name, known(visit)), written)
    try:
        checked = own.from_workbook(body, name, known(visit))
    except Malformed as error:
        return Drafted(Checked({}, None, (own.finding(error),), whole=False), text)
    return Drafted(checked, switch.as_text(checked.document, "") if checked.whole else text)


def first() -> str:
    """The text of an example to begin with."""
    return (files("comity.casebook") / "first_draft.yaml").read_text("utf-8")


def of_text(text: str, visit: Visit) -> Drafted:
    """A draft that begins as a text."""
    return Drafted(own.from_text(text, FILE, known(visit)), text, adopt=True)


def of_form(form: Form, text: str, visit: Visit, *, adopt: bool = True) -> Drafted:
    """A draft that begins, or goes on, as a form."""
    return Drafted(switch.check(form, known(visit)), text, form, adopt)


def to_form(drafted: Drafted, visit: Visit) -> Drafted:
    """The draft as a form; a text that cannot be made one stays a text: rule 2."""
    if drafted.form is not None or not drafted.checked.whole:
        return drafted
    try:
        form = switch.as_form(drafted.checked, known(visit))
    except Malformed as error:
        return drafted.with_fault(error)
    return of_form(form, drafted.text, visit, adopt=drafted.adopt)


def issuer_of_stated(visit: Visit, name: str) -> PartyCode | None:
    """Who has stated an agreement of that id, as far as the visitor may read; None where nobody has."""
    view = visit.view()
    told = lambda: begun.issuers(one.record for one in view.stated())  # noqa: E731
    return visit.desk.of_view(view, "issuers", told).get(name)


def may_amend(visit: Visit, name: str) -> bool:
    """Whether the visitor's nation, or he as keeper of a demonstration's book, has stated an agreement of that id."""
    issuer = issuer_of_stated(visit, name)
    return issuer is not None and (issuer == visit.party or (issuer == BOOK and visit.desk.settings.demonstration))


def issuer_of(party: PartyCode, *, adopt: bool) -> PartyCode:
    """Who states it: the nation, or, where a demonstration's keeper takes it over, the book."""
    return BOOK if adopt else party
