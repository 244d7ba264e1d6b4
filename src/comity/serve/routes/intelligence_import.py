"""Bringing a file of intelligence in: uploaded, shown row by row with what becomes of each, then signed.

Rules:
1. Nothing is added before it is signed, and then all of it at once or nothing (`comity.serve.desk`, rule 6): what would
   come to something else by then is brought in again.
2. A page takes so many bytes and so many objects; larger files come in by the command line.
3. A drafter brings in, a release authority signs.
"""

from __future__ import annotations

from litestar import get, post
from litestar.datastructures import UploadFile

from comity.casebook.book import Casebook
from comity.casebook.misp_schemes import misp_schemes
from comity.errors import Malformed
from comity.flow.intelligence_asked import recipients, tlp_binding
from comity.flow.intelligence_import import NEW, How, Plan, Planned, plan
from comity.formats import yaml12
from comity.formats.misp_sharing import Bindings, bindings
from comity.ledger.book import MovedOn
from comity.serve.pages import Answer, label_lines, page
from comity.serve.roles import DRAFTS
from comity.serve.routes.forms import Fields, posted
from comity.serve.routes.intelligence import searched
from comity.serve.visit import Asked, Visit, Visiting

BYTES, OBJECTS = 3_000_000, 2_000
"""What a page takes: rule 2."""
FIELDS = ("clause", "to", "tlp", "collections", "skip")


@get("/intelligence/import", sync_to_thread=False)
def begun(visit: Visiting) -> Answer:
    """An empty form."""
    _ = visit.somebody
    return _shown(visit, {})


@post("/intelligence/import", status_code=200)
async def previewed(request: Asked, visit: Visiting) -> Answer:
    """What would become of each object of a file; if nothing is bad, it is drafted to be signed."""
    person = visit.require(*DRAFTS)
    fields, sent = await posted(request), await request.form()
    file = sent.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Malformed("is missing", field="file", next_step="choose a file of STIX or MISP")
    data = bytes(await file.read())
    how = _how(visit, fields, file.filename, await _bindings(visit, sent.get("misp")))
    planned = _planned(visit, data, how, file.filename)
    name = None
    if not planned.refused and planned.new:
        before = list(planned.rows)
        says = f"{person.party} brings {planned.new} objects of intelligence in: {file.filename[:200]}."
        records = planned.records()
        name = visit.desk.keep(
            person, records, says, "/intelligence", lambda: _still(before, _planned(visit, data, how, "FILE"))
        )
    return _shown(visit, fields, planned, file.filename, name, status=400 if planned.refused else 200)


def _planned(visit: Visit, data: bytes, how: How, name: str) -> Plan[Casebook]:
    """What would become of a file: rule 2."""
    step = "split it, or bring it in by `comity intel import`"
    if len(data) > BYTES:
        says = f"the file has {len(data):,} bytes, and a page takes {BYTES:,}"
        raise Malformed(says, field="file", next_step=step)
    planned = plan(visit.desk.book, data, how, name)
    if planned.total > OBJECTS:
        says = f"the file has {planned.total:,} objects, and a page takes {OBJECTS:,}"
        raise Malformed(says, field="file", next_step=step)
    return planned


def _still(before: list[Planned], planned: Plan[Casebook]) -> None:
    """Whether a file comes to what it came to when it was drafted: rule 1."""
    if list(planned.rows) != before:
        raise MovedOn("something arrived since it was drafted", next_step="bring the file in again")


def _how(visit: Visit, fields: Fields, name: str, misp: Bindings | None) -> How:
    """How the form says that a file comes in."""
    lines = (line for line in fields.get("tlp", "").splitlines() if line.strip())
    collections = (one.strip() for one in fields.get("collections", "").split(",") if one.strip())
    return How(
        visit.somebody.party,
        fields.get("clause") or name[:200],
        recipients(fields["to"], "to") if "to" in fields else None,
        dict(tlp_binding(line.strip(), "tlp") for line in lines),
        (),
        tuple(collections),
        "skip" in fields,
        misp,
    )


async def _bindings(visit: Visit, file: object) -> Bindings | None:
    """Who MISP's organisations are: as the file says that was sent along, else as the keeper bound them."""
    if not isinstance(file, UploadFile) or not file.filename:
        return visit.desk.settings.misp
    read = yaml12.load(bytes(await file.read()).decode("utf-8", "replace"), file.filename)
    if not isinstance(read, dict):
        raise Malformed("binds nothing", field="misp", next_step="write organisations, communities and groups")
    return bindings(read, misp_schemes(), file.filename)


def _shown(
    visit: Visit,
    fields: Fields,
    planned: Plan[Casebook] | None = None,
    file: str = "",
    name: str | None = None,
    *,
    status: int = 200,
) -> Answer:
    rows = [] if planned is None else [
        {"row": one.row, "id": one.id, "type": one.type, "version": one.version, "fate": one.fate,
         "labels": [label_lines(label) for label in one.labels]}
        for one in planned.rows
    ]  # fmt: skip
    told = {
        "asked": {field: fields.get(field, "") for field in FIELDS},
        "planned": planned,
        "rows": rows,
        "known": sum(one["fate"] != NEW for one in rows),
        "file": file,
        "name": name,
        "bound": visit.desk.settings.misp is not None,
        "most": (BYTES, OBJECTS),
    }
    return page(visit, "intelligence-import.html.j2", told, label=searched(visit, visit.view()), status=status)


ROUTES = [begun, previewed]
