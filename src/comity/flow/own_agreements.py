"""A user's own agreements: is a draft sound, whom would it bind to what, and how it goes into a book and comes out.

Rules:
1. A draft with a fault is not taken over at all; weaknesses are told and do not hinder.
2. In a book an agreement is one signed fact of the kind `agreement`, named by the agreement's id. A changed one is a
   new fact that supersedes the earlier of the same issuer; nothing is overwritten, and what has not changed is not
   stated again.
3. It is readable by its parties; by everybody, or by its issuer alone, only where its `label` says so.
4. The book's own word suffices in this book. What a party states is a claim until every party of it has signed: with
   whoever states it, or later, each by a `signature` of its own under that very fact. Who states word for word what
   another has stated signs it. A changed agreement is another fact: it needs every signature anew, and until it has
   them the earlier one stands.
5. The casebook is never altered: an agreement of one's own has an id of its own.
6. What was stated by another way, or by a newer Comity, and cannot be read as an agreement here does not count. It is
   told as such to whoever may read it, and keeps nothing else from being read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from comity.casebook import agreement as strict
from comity.casebook.agreement import Agreement
from comity.casebook.book import Casebook
from comity.casebook.consents import compile_agreement, consents
from comity.casebook.vocabulary import DUTIES, KINDS, TARGETS
from comity.errors import ComityError, Malformed, Refused
from comity.flow.agreement_draft import Draft, Finding
from comity.flow.agreement_faults import findings
from comity.flow.agreement_whole import breaches
from comity.formats import workbook, yaml12
from comity.formats.agreement_columns import Words
from comity.formats.agreement_sheet import Sheeted
from comity.ledger.authority import SIGNATURE, Arrived, signatories
from comity.ledger.readers import default_label
from comity.ledger.record import plain
from comity.values.fact import AnyFact
from comity.values.label import PUBLIC, Label, originator_only
from comity.values.party import PartyCode
from comity.values.reading import BOOK
from comity.values.stated import Stated

KIND = "agreement"
READ = (KIND, SIGNATURE)
"""The kinds of fact that an answer from a book's own agreements rests on."""
DOCUMENT, READERS = "document", "parties"


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft as it was read: its mapping, the agreement when it is sound, and everything found about it.

    Not `whole`: something that was written could not be read at all, so that the mapping lacks it.
    """

    document: Mapping[str, object]
    agreement: Agreement | None
    findings: tuple[Finding, ...]
    whole: bool = True

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What has to be mended: rule 1."""
        return tuple(finding for finding in self.findings if finding.grave)

    @property
    def weaknesses(self) -> tuple[Finding, ...]:
        """What may stay, and is told."""
        return tuple(finding for finding in self.findings if not finding.grave)


def words(casebook: Casebook) -> Words:
    """The vocabularies of a template: those of the agreements, and the casebook's parties and groups."""
    return Words(DUTIES, KINDS, TARGETS, tuple(sorted(casebook.parties)), tuple(sorted(casebook.groups)))


def from_workbook(data: bytes, file: str, casebook: Casebook, *, to_be_added: bool = True) -> Checked:
    """Check a workbook made from the template; one that is only to be compared may carry the id of another.

    Raises:
        Malformed: it is no such workbook.
    """
    return from_sheets(workbook.read(data, words(casebook), file), casebook, to_be_added=to_be_added)


def from_sheets(read: Sheeted, casebook: Casebook, *, to_be_added: bool = True) -> Checked:
    """Check an agreement written as the rows of sheets."""
    told = tuple(finding(fault) for fault in read.faults)
    return _checked(Draft(read.document, read.name, read.where, to_be_added), casebook, told)


def from_text(text: str, file: str, casebook: Casebook) -> Checked:
    """Check an agreement written as YAML; that it is none is a fault as any other."""
    try:
        return from_yaml(text, file, casebook)
    except Malformed as error:
        return Checked({}, None, (finding(error),), whole=False)


def from_yaml(text: str, file: str, casebook: Casebook, *, to_be_added: bool = True) -> Checked:
    """Check an agreement written as YAML; one that is only to be compared may carry the id of another.

    Raises:
        Malformed: it is no YAML, or no mapping.
    """
    document = yaml12.load(text, file)
    if not isinstance(document, yaml12.Mapping):
        raise Malformed(
            "is no agreement", where=f"{file}:1", next_step="write `field: value`, as docs/agreements.md says"
        )
    return _checked(Draft(document, file, lambda line: f"{file}:{line}", to_be_added), casebook, ())


def _checked(draft: Draft, casebook: Casebook, told: tuple[Finding, ...]) -> Checked:
    """Everything found about a draft; what a cell's own fault explains is not told twice."""
    places = {(one.where, one.field) for one in told}
    found = (*told, *(one for one in findings(draft, casebook) if (one.where, one.field) not in places))
    if any(one.grave for one in found):
        return Checked(draft.document, None, found, whole=not told)
    try:
        return Checked(draft.document, strict.agreement(draft.document, draft.file), found)
    except Malformed as error:
        return Checked(draft.document, None, (*found, finding(error)))


def finding(error: ComityError) -> Finding:
    """An error as a fault of the draft."""
    return Finding(True, error.where or "", error.field, error.message, error.next_step)


# Into a book, and out of it: rules 2 to 5


Done = Literal["added", "changed", "signed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Statement:
    """How an agreement goes into a book: the lines, none where nothing has changed.

    `label` is the agreement's; a later signature bears the label of its own kind (`under`).
    """

    done: Done
    lines: tuple[Mapping[str, object], ...]
    label: Label
    supersedes: str | None = None

    @property
    def under(self) -> Label | None:
        """The label of its lines; None is as their kind says."""
        return None if self.done == "signed" else self.label


def statement(
    checked: Checked, issuer: PartyCode, arrivals: Iterable[Arrived], signers: Sequence[PartyCode] = ()
) -> Statement:
    """How a sound draft goes into a book: rules 1 to 4.

    Args:
        checked: the draft.
        issuer: who states it.
        arrivals: what the book holds, in the order of arrival.
        signers: who else signs it.

    Raises:
        Malformed: the draft has faults.
        Refused: another issuer has stated another agreement of that id, or a signer is no party.
    """
    if checked.agreement is None:
        raise Malformed(f"{len(checked.faults)} faults; nothing was added", next_step="mend them and add it again")
    arrived = list(arrivals)
    document, name = _plain(checked.document), checked.agreement.id
    earlier = current(one.record for one in arrived).get(name)
    body = {READERS: _parties(checked.document), DOCUMENT: document}
    label = _label(document, body, issuer)
    if earlier is None:
        return Statement("added", ({KIND: {"id": name, **body}},), label)
    if earlier.body.get(DOCUMENT) == document and BOOK not in {issuer} - {earlier.issuer}:
        lines = _signatures(earlier, {issuer, *signers} - {BOOK}, arrived)
        kept = _label(document, body, earlier.issuer)
        return Statement("signed" if lines else "unchanged", lines, kept, earlier.id)
    if earlier.issuer != issuer:
        raise Refused(
            f"{name} was stated in this book by {earlier.issuer}, in other words",
            field="id",
            next_step=f"let {earlier.issuer} change it, or give yours an id of its own",
        )
    return Statement("changed", ({KIND: {"id": name, "supersedes": earlier.id, **body}},), label, earlier.id)


def signature(name: str, signers: Sequence[PartyCode], arrivals: Iterable[Arrived]) -> tuple[Mapping[str, object], ...]:
    """The lines by which parties sign an agreement that another has stated; none where they have: rule 4.

    Raises:
        Malformed: nobody has stated an agreement of that id, as far as one may read.
        Refused: a signer is no party of it.
    """
    arrived = list(arrivals)
    stated = current(one.record for one in arrived).get(name)
    if stated is None:
        raise Malformed(
            f"{name} is no agreement of the book", field="id", next_step="see `comity agreements list --book FILE --as`"
        )
    return _signatures(stated, set(signers), arrived)


def _signatures(stated: Stated, signers: set[PartyCode], arrived: list[Arrived]) -> tuple[Mapping[str, object], ...]:
    strangers = sorted(signers - named(stated) - {stated.issuer})
    if strangers:
        parties = ", ".join(sorted(named(stated)))
        raise Refused(f"{', '.join(strangers)} is no party of it", next_step=f"its parties sign it: {parties}")
    missing = sorted(signers - signatories(arrived)[stated.id])
    return tuple({SIGNATURE: {"by": party, "fact": stated.id}} for party in missing)


def signers(lines: Iterable[Mapping[str, object]]) -> list[PartyCode]:
    """Who signs by some lines."""
    signing = [fields for line in lines for kind, fields in line.items() if kind == SIGNATURE]
    return [str(fields["by"]) for fields in signing if isinstance(fields, Mapping)]


def unsigned(name: str, arrivals: Iterable[Arrived]) -> list[PartyCode]:
    """Its parties whose signature is still missing; none where the book's own word suffices: rule 4."""
    arrived = list(arrivals)
    stated = current(one.record for one in arrived).get(name)
    if stated is None or stated.issuer == BOOK:
        return []
    return sorted(named(stated) - signatories(arrived)[stated.id])


def named(stated: Stated) -> set[PartyCode]:
    """Whose signatures an agreement needs: the parties and groups it names."""
    parties = stated.body.get(READERS)
    return {str(name).partition("@")[0] for name in parties} if isinstance(parties, list) else set()


def _plain(document: Mapping[str, object]) -> dict[str, object]:
    made = plain(document, KIND)
    return dict(made) if isinstance(made, dict) else {}


def _parties(document: Mapping[str, object]) -> list[str]:
    """Who may read it: its parties, and whoever belongs to the groups among them."""
    entries = document.get("parties")
    return [
        str(entry["party"]) if entry.get("party") is not None else f"{entry['group']}@dynamic"
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, Mapping)
    ]


def _label(document: Mapping[str, object], body: Mapping[str, object], issuer: PartyCode) -> Label:
    """Rule 3."""
    match document.get("label"):
        case "public":
            return PUBLIC
        case "originator":
            return originator_only(issuer, f"content/{KIND}")
    return default_label(KIND, {READERS: plain(body[READERS], KIND)}, issuer, lambda _: None)


def readers(label: Label) -> list[str]:
    """Whom a label lets read without anybody's further consent; empty for everybody, when it is public."""
    return sorted({str(name) for atom in label for name in (atom.owner, *atom.readers)})


def current(stated: Iterable[Stated]) -> dict[str, Stated]:
    """The agreements that stand, by id: of each, the last that was stated and not superseded by its own issuer."""
    found: dict[str, Stated] = {}
    for fact in stated:
        name = fact.text("name") if fact.kind == KIND else None
        if name is not None:
            before = found.get(name)
            if before is None or (fact.issuer == before.issuer and fact.text("supersedes") == before.id):
                found[name] = fact
    return found


def documents(stated: Iterable[Stated], casebook: Casebook) -> list[Mapping[str, object]]:
    """The mappings of the agreements that stand and can be read, of which none is the casebook's: rule 5."""
    found = ((name, fact.body.get(DOCUMENT)) for name, fact in current(stated).items())
    return [
        document
        for name, document in found
        if isinstance(document, Mapping) and _objection(name, document, casebook) is None
    ]


def unreadable(stated: Iterable[Stated], casebook: Casebook) -> dict[str, Malformed]:
    """The agreements that stand and that this Comity cannot read, by id, each with the reason: rule 6."""
    found = {name: _objection(name, fact.body.get(DOCUMENT), casebook) for name, fact in current(stated).items()}
    return {name: objection for name, objection in found.items() if objection is not None}


def _objection(name: str, document: object, casebook: Casebook) -> Malformed | None:
    """Why a document is no agreement that this Comity can read; None where it is one: rules 5 and 6."""
    if not isinstance(document, Mapping):
        return Malformed("holds no document", field=DOCUMENT, next_step="add it by `comity agreements add`")
    if document.get("id") != name:
        return Malformed(f"its document has another id, {document.get('id')!r}", field="id", next_step="state it again")
    if name in casebook.agreements:
        return Malformed(
            "is an agreement of the casebook, which is never altered", field="id", next_step="rename yours"
        )
    for _, field, says, remedy in breaches(document):
        return Malformed(says, field=field, next_step=remedy)
    try:
        strict.agreement(document, name)
        for _ in compile_agreement(document):
            pass
    except Malformed as error:
        return error
    return None


class Background:
    """What lies under a user's book: the casebook, and the agreements that his book adds to it.

    A view takes them as far as its audience may read them; a decision takes all.
    """

    kinds = frozenset(READ)

    def __init__(self, known: Callable[[], Casebook]) -> None:
        """Take the casebook when it is first asked for."""
        self._known = known

    def casebook(self, stated: Sequence[Stated]) -> Casebook:
        """The casebook, with the agreements that records state."""
        known = self._known()
        found = documents(stated, known)
        return known.with_agreements(strict.agreement(one, str(one["id"])) for one in found) if found else known

    def facts(self, stated: Sequence[Stated]) -> Sequence[AnyFact]:
        """What all these agreements consent to, as facts of the calculus, with the groups' memberships."""
        own = documents(stated, self._known()) if stated else []
        return (*consents(), *(fact for document in own for fact in compile_agreement(document)))
