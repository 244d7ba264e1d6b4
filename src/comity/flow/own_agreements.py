"""A user's own agreements: is a draft sound, whom would it bind to what, and how it goes into a book and comes out.

Rules:
1. A draft with a fault is not taken over at all; weaknesses are told and do not hinder.
2. In a book an agreement is one signed fact of the kind `agreement`, named by the agreement's id. A changed one is a
   new fact that supersedes the earlier of the same issuer; nothing is overwritten, and what has not changed is not
   stated again.
3. It is readable by its parties; by everybody, or by its issuer alone, only where its `label` says so.
4. The book's own word suffices in this book. What a party states is a claim until every party of it has signed.
5. The casebook is never altered: an agreement of one's own has an id of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from comity.casebook import agreement as strict
from comity.casebook.agreement import Agreement
from comity.casebook.book import Casebook
from comity.casebook.consents import compile_agreement, consents
from comity.casebook.vocabulary import DUTIES, KINDS, TARGETS
from comity.errors import ComityError, Malformed, Refused
from comity.flow.agreement_draft import Draft, Finding
from comity.flow.agreement_faults import findings
from comity.formats import workbook, yaml12
from comity.formats.agreement_columns import Words
from comity.ledger.readers import default_label
from comity.ledger.record import plain
from comity.values.fact import AnyFact
from comity.values.label import PUBLIC, Label, originator_only
from comity.values.party import PartyCode

KIND = "agreement"
DOCUMENT, READERS = "document", "parties"


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft as it was read: its mapping, the agreement when it is sound, and everything found about it."""

    document: Mapping[str, object]
    agreement: Agreement | None
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What has to be mended: rule 1."""
        return tuple(finding for finding in self.findings if finding.grave)

    @property
    def weaknesses(self) -> tuple[Finding, ...]:
        """What may stay, and is told."""
        return tuple(finding for finding in self.findings if not finding.grave)


class Stated(Protocol):
    """A fact of a book, as far as it matters here: a record of the ledger is one."""

    @property
    def id(self) -> str:
        """Its address."""

    @property
    def kind(self) -> str:
        """What kind of fact it states."""

    @property
    def issuer(self) -> str:
        """Who states it."""

    @property
    def body(self) -> Mapping[str, object]:
        """What it states."""

    def text(self, name: str) -> str | None:
        """One of its optional fields."""


def words(casebook: Casebook) -> Words:
    """The vocabularies of a template: those of the agreements, and the casebook's parties and groups."""
    return Words(DUTIES, KINDS, TARGETS, tuple(sorted(casebook.parties)), tuple(sorted(casebook.groups)))


def from_workbook(data: bytes, file: str, casebook: Casebook, *, to_be_added: bool = True) -> Checked:
    """Check a workbook made from the template; one that is only to be compared may carry the id of another.

    Raises:
        Malformed: it is no such workbook.
    """
    read = workbook.read(data, words(casebook), file)
    told = tuple(_finding(fault) for fault in read.faults)
    return _checked(Draft(read.document, file, read.where, to_be_added), casebook, told)


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
    places = {(finding.where, finding.field) for finding in told}
    found = (*told, *(finding for finding in findings(draft, casebook) if (finding.where, finding.field) not in places))
    if any(finding.grave for finding in found):
        return Checked(draft.document, None, found)
    try:
        return Checked(draft.document, strict.agreement(draft.document, draft.file), found)
    except Malformed as error:
        return Checked(draft.document, None, (*found, _finding(error)))


def _finding(error: ComityError) -> Finding:
    return Finding(True, error.where or "", error.field, error.message, error.next_step)


# Into a book, and out of it: rules 2 to 5


@dataclass(frozen=True, slots=True)
class Statement:
    """The line by which an agreement goes into a book, under which label; None where nothing has changed."""

    line: Mapping[str, object] | None
    label: Label
    supersedes: str | None


def statement(checked: Checked, issuer: PartyCode, stated: Iterable[Stated]) -> Statement:
    """How a sound draft goes into a book: rules 1 to 3.

    Args:
        checked: the draft.
        issuer: who states it.
        stated: what the book holds, in the order of arrival.

    Raises:
        Malformed: the draft has faults.
        Refused: another issuer has stated an agreement of that id.
    """
    if checked.agreement is None:
        raise Malformed(f"{len(checked.faults)} faults; nothing was added", next_step="mend them and add it again")
    document, name = _plain(checked.document), checked.agreement.id
    earlier = current(stated).get(name)
    body = {READERS: _parties(checked.document), DOCUMENT: document}
    label = _label(document, body, issuer)
    if earlier is None:
        return Statement({KIND: {"id": name, **body}}, label, None)
    if earlier.issuer != issuer:
        raise Refused(
            f"{name} was stated in this book by {earlier.issuer}",
            field="id",
            next_step=f"let {earlier.issuer} change it, or give yours an id of its own",
        )
    if earlier.body.get(DOCUMENT) == document:
        return Statement(None, label, earlier.id)
    return Statement({KIND: {"id": name, "supersedes": earlier.id, **body}}, label, earlier.id)


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


def unsigned(checked: Checked, signed: Iterable[PartyCode]) -> list[PartyCode]:
    """Its parties that have not signed it: rule 4."""
    named = {name.partition("@")[0] for name in _parties(checked.document)}
    return sorted(named - set(signed))


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
        name = fact.text("name")
        if fact.kind == KIND and name is not None:
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
        if isinstance(document, Mapping) and document.get("id") == name and name not in casebook.agreements
        if _readable(document)
    ]


def _readable(document: Mapping[str, object]) -> bool:
    """Whether this Comity can read it; what was stated by another way, or by a newer one, does not count."""
    try:
        strict.agreement(document, str(document["id"]))
        return all(True for _ in compile_agreement(document))
    except Malformed:
        return False


class Background:
    """What lies under a user's book: the casebook, and the agreements that his book adds to it.

    A view takes them as far as its audience may read them; a decision takes all.
    """

    kinds = frozenset({KIND})

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
