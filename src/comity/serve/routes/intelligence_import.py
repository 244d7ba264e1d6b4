"""Bringing a file of intelligence in: uploaded, shown row by row with what becomes of each, then signed.

Rules:
1. Nothing is added before it is signed, and then all of it at once or nothing (`comity.serve.desk`, rule 6): what would
   come to something else by then is brought in again.
2. A page takes so many bytes, packed and unpacked, and so many objects; larger files come in by the command line. A
   file lies on disk, in a place without a name, until it is signed or forgotten (`comity.serve.lying`).
3. A drafter brings in, a release authority signs.
4. Looking a file through is a work of its own (`comity.serve.works`): with progress, and stopped when somebody wants.
   What came of it is its author's to see, a part of the rows at a time, all of them as a table to keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from comity.casebook.book import Casebook
from comity.casebook.misp_schemes import misp_schemes
from comity.errors import Impossible, Malformed
from comity.flow.intelligence_asked import check_bindings, check_readers, recipients, tlp_binding
from comity.flow.intelligence_import import NEW, How, Plan, Planned, plan
from comity.flow.naming import once
from comity.formats import intelligence_rules, yaml12
from comity.formats.intelligence_rules import Rule
from comity.formats.misp_sharing import Bindings, bindings
from comity.formats.packed import unpacked
from comity.ledger.book import Book, MovedOn
from comity.ledger.record import Record
from comity.serve import tables
from comity.serve.accounts import Person
from comity.serve.desk import Desk
from comity.serve.lying import CHUNK, SPLIT, Lying, lying, too_large
from comity.serve.pages import Answer, data, label_lines, page
from comity.serve.pending import ROOM
from comity.serve.roles import DRAFTS
from comity.serve.routes.forms import Fields, posted, see
from comity.serve.routes.intelligence import searched
from comity.serve.routes.intelligence_looked import Looked, looked_data, looked_table, part
from comity.serve.visit import Asked, Visit, Visiting
from comity.serve.works import Told, Work

FORM = "/intelligence/import"
SENT, BYTES, OBJECTS, BESIDE = 24_000_000, 48_000_000, 30_000, 1_000_000
"""What a page takes: bytes sent, bytes unpacked, objects; and bytes of each file beside: rule 2."""
FIELDS = ("clause", "to", "tlp", "collections", "skip")


@get(FORM, sync_to_thread=False)
def begun(visit: Visiting) -> Answer:
    """An empty form."""
    _ = visit.somebody
    return _shown(visit, {})


@post(FORM, status_code=303, request_max_body_size=SENT + 2 * BESIDE + CHUNK)
async def brought(request: Asked, visit: Visiting) -> Redirect:
    """Begin to look a file through: rule 4."""
    person = visit.require(*DRAFTS)
    fields, sent = await posted(request), await request.form()
    file = sent.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Malformed("is missing", field="file", next_step="choose a file of STIX or MISP")
    found, name = await lying(file, SENT, "file"), file.filename
    rules, misp = await _rules(sent.get("rules")), await _bindings(visit, sent.get("misp"))
    how, view = _how(visit, fields, name, rules, misp), visit.view()
    check_readers(how, view.facts, view.casebook, to="to", tlp="tlp")
    asked = _Brought(visit.desk, person, found, how, fields, name)
    says = f"{person.party} looks a file through: {name[:200]}."
    name = visit.desk.works.begin(person, says, f"{FORM}/{{name}}", asked.look, back=FORM)
    return see(f"/progress/{name}")


@dataclass(frozen=True, slots=True)
class _Brought:
    """A file, how it comes in, and who brings it."""

    desk: Desk
    person: Person
    lying: Lying
    how: How
    fields: Fields
    name: str

    def look(self, book: Book[Casebook], told: Told) -> Looked:
        """Look it through; if nothing is bad, it is drafted to be signed: rule 1."""
        planned = self._planned(book, told)
        rows, draft = tuple(planned.rows), None
        if not planned.refused and planned.new:
            told("drafts", 0, planned.new)
            draft = self._drafted(planned.records(), planned.new, rows)
        made = (rows, planned.bad, planned.total, planned.new, planned.refused, draft, planned.idle)
        return Looked(self.name, self.fields, *made, planned.named_openly)

    def _planned(self, book: Book[Casebook], told: Told) -> Plan[Casebook]:
        """What would become of it: rule 2."""
        told("reads", 0, 0)
        planned = plan(book, unpacked(self.lying.read(), self.name, BYTES), self.how, self.name, told)
        if planned.total > OBJECTS:
            says = f"the file has {planned.total:,} objects, and a page takes {OBJECTS:,}"
            raise Malformed(says, field="file", next_step=SPLIT)
        return planned

    def _drafted(self, records: list[Record], count: int, rows: tuple[Planned, ...]) -> str:
        """The name under which it waits: rule 2."""
        size = self.lying.size + sum(len(record.data) for record in records)
        if size > ROOM // 2:
            says = f"what it comes to has {size:,} bytes, and a page keeps {ROOM // 2:,}"
            raise Malformed(says, field="file", next_step=SPLIT)
        says = f"{self.person.party} brings {count} objects of intelligence in: {self.name[:200]}."

        def still(book: Book[Casebook], told: Told) -> None:
            if tuple(self._planned(book, told).rows) != rows:
                raise MovedOn("something arrived since it was drafted", next_step="bring the file in again")

        return self.desk.keep(self.person, records, says, "/intelligence", still, more=self.lying.size)


def _how(visit: Visit, fields: Fields, name: str, rules: tuple[Rule, ...], misp: Bindings | None) -> How:
    """How the form says that a file comes in."""
    lines = (line for line in fields.get("tlp", "").splitlines() if line.strip())
    collections = (one.strip() for one in fields.get("collections", "").split(",") if one.strip())
    return How(
        visit.somebody.party,
        fields.get("clause") or name[:200],
        recipients(fields["to"], "to") if "to" in fields else None,
        once((tlp_binding(line.strip(), "tlp") for line in lines), "tlp"),
        rules,
        tuple(collections),
        "skip" in fields,
        misp,
    )


async def _beside(file: object, field: str) -> tuple[bytes, str] | None:
    """A small file that was sent along, and its name; None where there is none."""
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    found = bytes(await file.read(BESIDE + 1))
    if len(found) > BESIDE:
        raise too_large(BESIDE, field)
    return unpacked(found, file.filename, BESIDE), file.filename


async def _rules(file: object) -> tuple[Rule, ...]:
    """Which objects stand under stricter labels, as a file says that was sent along."""
    found = await _beside(file, "rules")
    return () if found is None else intelligence_rules.read(*found)


async def _bindings(visit: Visit, file: object) -> Bindings | None:
    """Who MISP's organisations are: as the file says that was sent along, else as the keeper bound them."""
    found = await _beside(file, "misp")
    if found is None:
        return visit.desk.settings.misp
    read = yaml12.load(found[0].decode("utf-8", "replace"), found[1])
    if not isinstance(read, dict):
        raise Malformed("binds nothing", field="misp", next_step="write organisations, communities and groups")
    bound, view = bindings(read, misp_schemes(), found[1]), visit.view()
    check_bindings(bound, view.facts, view.casebook)
    return bound


# What came of it


@get("/intelligence/import/{name:str}", sync_to_thread=False)
def previewed(visit: Visiting, name: FromPath[str]) -> Answer | Redirect:
    """What would become of each object of a file, and what is wrong with each bad one: rule 4."""
    work = _looked_through(visit, name)
    if not work.ended or work.stopped or work.error or work.lost:
        return see(f"/progress/{name}")
    found, form = work.found, visit.query.get("format")
    if not isinstance(found, Looked):
        raise Impossible("no file was looked through under that name", next_step="bring it in again")
    label = searched(visit, visit.view())
    if form == "json":
        return data({"audience": visit.audience, "label": label_lines(label), **looked_data(found)})
    if form is not None:
        return tables.sheet(form, looked_table(found), name="import", label=label, audience=visit.audience)
    return _shown(visit, found.fields, found, part(found, visit.query))


def _looked_through(visit: Visit, name: str) -> Work:
    """The work that looked a file through.

    Raises:
        Impossible: the visitor has none of that name; so it is, too, once the server was started anew.
    """
    try:
        return visit.desk.works.get(visit.person, name)
    except Impossible as error:
        step = "bring the file in again; what nobody had signed is gone once the server is started anew"
        raise Impossible(error.message, next_step=step) from error


def _shown(
    visit: Visit, fields: Fields, found: Looked | None = None, seen: Mapping[str, object] | None = None
) -> Answer:
    told = {
        "asked": {field: fields.get(field, "") for field in FIELDS},
        "found": found,
        "part": seen,
        "known": 0 if found is None else sum(one.fate != NEW for one in found.rows),
        "bound": visit.desk.settings.misp is not None,
        "most": (SENT, BYTES, OBJECTS),
    }
    return page(visit, "intelligence-import.html.j2", told, label=searched(visit, visit.view()))


ROUTES = [begun, brought, previewed]
