"""An agreement of one's own: begun, written as a form or as text, checked, and on to its signature."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from comity.casebook.agreement import Agreement
from comity.errors import ComityError, Impossible, Malformed, Refused
from comity.flow import agreement_begun as begun
from comity.flow import agreement_form as forms
from comity.flow import agreement_switch as switch
from comity.flow import own_agreements as own
from comity.formats import agreement_text, workbook
from comity.serve import draft_pages, drafts, problems, tables
from comity.serve.drafts import Drafted
from comity.serve.pages import Answer, file, releasable
from comity.serve.roles import Role
from comity.serve.routes.forms import see
from comity.serve.visit import Asked, Visit, Visiting
from comity.values.reading import BOOK


@get("/agreements/new", sync_to_thread=False)
def new(visit: Visiting) -> Answer:
    """A text to begin with: an example, or an agreement one may read."""
    visit.require(Role.DRAFTER)
    name = visit.query.get("from")
    written = drafts.first() if name is None else agreement_text.text(begun.as_draft(_readable(visit, name)))
    return draft_pages.shown(visit, drafts.of_text(written, visit), checked=False)


@get("/agreements/form", sync_to_thread=False)
def form(visit: Visiting) -> Answer:
    """A form to begin with: an example, an agreement one may read, or one of one's own as it stands."""
    visit.require(Role.DRAFTER)
    if "amend" in visit.query:
        return draft_pages.shown(visit, _standing(visit, visit.query["amend"]))
    if "from" in visit.query:
        return draft_pages.shown(visit, _like(visit, begun.as_draft(_readable(visit, visit.query["from"])), adopt=True))
    return draft_pages.shown(visit, drafts.to_form(drafts.of_text(drafts.first(), visit), visit))


def _like(visit: Visit, document: Mapping[str, object], *, adopt: bool) -> Drafted:
    """The form of a mapping as a book or the casebook keeps it."""
    form = switch.fitting(forms.stated(document, own.words(drafts.known(visit))))
    return drafts.of_form(form, "", visit, adopt=adopt)


def _readable(visit: Visit, name: str) -> Agreement:
    found = visit.view().claimed.agreements.get(name)
    if found is None:
        raise Impossible(f"no agreement {name} is available", next_step="the register lists those that are")
    return found


def _standing(visit: Visit, name: str) -> Drafted:
    """An agreement of one's own as it stands, to be amended."""
    arrived = visit.view().stated()
    document = begun.standing(name, (one.record for one in arrived))
    if document is None:
        raise Impossible(f"no agreement {name} is available", next_step="the register lists those that are")
    if not drafts.may_amend(visit, name):
        raise Refused("only its issuer changes an agreement", next_step="draft one like it, with an id of its own")
    adopt = drafts.issuer_of_stated(visit, name) == BOOK
    return _like(visit, document, adopt=adopt)


@get("/agreements/template", sync_to_thread=False)
def template(visit: Visiting) -> Answer:
    """The form as a spreadsheet."""
    visit.require(Role.DRAFTER)
    return file(workbook.template(own.words(drafts.known(visit)), None), tables.XLSX, "agreement.xlsx")


@post("/agreements/form", status_code=200)
async def fill(request: Asked, visit: Visiting) -> Answer:
    """The form, after something was done to it; or the form of a text or a file."""
    drafted = await _sent(request, visit)
    act = str((await request.form()).get("do", ""))
    if drafted.form is not None:
        changed = forms.changed(drafted.form, act)
        return draft_pages.shown(visit, drafts.of_form(changed, drafted.text, visit, adopt=drafted.adopt))
    as_form = drafts.to_form(drafted, visit)
    return draft_pages.shown(visit, as_form, status=200 if as_form.form is not None else 400)


@post("/agreements/form/said", status_code=200)
async def said(request: Asked, visit: Visiting) -> Answer:
    """What is found about a form while it is filled in."""
    return draft_pages.live(visit, await _sent(request, visit))


@post("/agreements/check", status_code=200)
async def check(request: Asked, visit: Visiting) -> Answer:
    """Everything found about a draft; nothing is stated."""
    return draft_pages.shown(visit, await _sent(request, visit))


@post("/agreements/text", status_code=200)
async def text(request: Asked, visit: Visiting) -> Answer:
    """A form as text; what cannot be read is mended first."""
    drafted = await _sent(request, visit)
    if not drafted.checked.whole:
        return draft_pages.shown(visit, drafted, status=400)
    written = switch.as_text(drafted.checked.document, drafted.text)
    return draft_pages.shown(visit, Drafted(drafted.checked, written, adopt=drafted.adopt), checked=False)


@post("/agreements/sheet", status_code=200)
async def sheet(request: Asked, visit: Visiting) -> Answer:
    """A draft as a spreadsheet; what cannot be read is mended first."""
    drafted = await _sent(request, visit)
    try:
        made = switch.as_workbook(drafted.checked, drafts.known(visit), releasable(visit.audience))
    except Malformed as error:
        return draft_pages.shown(visit, drafted.with_fault(error), status=400)
    return file(made, tables.XLSX, "agreement.xlsx")


@post("/agreements/add", status_code=303)
async def add(request: Asked, visit: Visiting) -> Redirect | Answer:
    """A sound draft, on to its signature; one that cannot be stated, back to its author with every fault."""
    drafted = await _sent(request, visit)
    if drafted.checked.agreement is None:
        return draft_pages.shown(visit, drafted, status=400)
    try:
        return see(f"/sign/{_drafted(visit, drafted)}")
    except ComityError as error:
        return draft_pages.shown(visit, drafted.with_fault(error), status=problems.status(error))


def _drafted(visit: Visit, drafted: Drafted) -> str:
    """Where the draft waits for its signature."""
    person, agreement = visit.require(Role.DRAFTER), drafted.checked.agreement
    issuer = drafts.issuer_of(person.party, adopt=drafted.adopt)
    statement = own.statement(drafted.checked, issuer, visit.view().stated())
    if not statement.lines or agreement is None:
        raise Malformed("nothing has changed", next_step="the book holds it as it is")
    says, back = f"{agreement.id}: {agreement.name}", f"/agreements/{agreement.id}"
    return visit.desk.draft(person, statement.lines, says, back, label=statement.under, adopt=drafted.adopt)


@post("/agreements/{name:str}/sign", status_code=303)
async def sign(visit: Visiting, name: FromPath[str]) -> Redirect:
    """A nation's signature under an agreement that another has stated, drafted."""
    person = visit.require(Role.DRAFTER)
    lines = own.signature(name, [person.party], visit.view().stated())
    if not lines:
        raise Malformed("you have signed it", next_step="nothing has to be done")
    says_what = f"{name}: {_readable(visit, name).name}"
    return see(f"/sign/{visit.desk.draft(person, lines, says_what, f'/agreements/{name}')}")


async def _sent(request: Asked, visit: Visit) -> Drafted:
    """The draft that was sent, by somebody who may draft."""
    visit.require(Role.DRAFTER)
    return drafts.sent(dict((await request.form()).items()), visit)


ROUTES = [new, form, template, fill, said, check, text, sheet, add, sign]
