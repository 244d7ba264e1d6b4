"""A releasable variant: what a person writes for an audience, held against everything that audience may not read.

Rules:
1. A variant is a new object: an id drawn by chance, a version line of its own, the releasing party as its creator. It
   takes nothing over from what it was made from but references to what the whole audience sees already.
2. Its text and its title are written by a person: a tearline carries the substance without the source (ICD 209).
3. Who consented to the original for the whole audience is bound by the same clause still, so that whatever tightens it
   reaches the variant; and he stands in the variant's own clause too, as having let it read, so that he takes back the
   variant alone. For every other owner, and for the releasing party, the variant's own version is the clause: nobody
   but whoever wrote it reads it before each of them has consented to this very text, and a later version is asked for
   again. So the label names each owner to the audience: it is all of the calculus that goes with a text, and without
   his atom he would decide about no further reader.
4. Nothing may show (`comity.instruments.intelligence.leaks`) of what the audience may not read of the originals, and of
   all that these refer to, on and on. What surely shows refuses the release; what only may, a person accepts by name.
5. What a variant was made from is told under the label of all of that, and nowhere else.
6. Its objects are marked for whoever knows no label of ours (`comity.formats.stix_release`): who releases it and to
   whom, in the label extension and in words, and the nearest level of TLP. The two definitions that say so are objects
   of the variant. They follow from the releasing party and the audience alone, which the audience knows: so of these
   nothing shows in them, nor does what other definitions say.
7. Each version has a seal, drawn by chance, and a digest over it and the objects: who knows the digest alone guesses no
   text by it; who reads the text has the seal as well, and holds the one against the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import msgspec

from comity.casebook.markings import policies
from comity.consent.grants import Act
from comity.consent.labels import allows
from comity.errors import Malformed
from comity.flow.intelligence_labels import TRAFFIC_LIGHTS, known_markings
from comity.flow.release_plan import Copy, Part, ReleasePlan, planned
from comity.formats import stix_release
from comity.formats.sco_ids import CONTRIBUTING, sco_id
from comity.formats.stix_marking import EXTENSION
from comity.formats.taxii import stamp
from comity.instruments.intelligence.facts import Properties
from comity.instruments.intelligence.leaks import Leak, leaks
from comity.instruments.intelligence.references import is_reference
from comity.instruments.intelligence.seen import ObjectId, Portion, SeenObject
from comity.instruments.intelligence.shelf import Shelf
from comity.instruments.intelligence.withheld import texts
from comity.values.canonical import canonical
from comity.values.instant import Instant
from comity.values.label import Atom, Label, join
from comity.values.party import PartyCode

_encode = msgspec.json.Encoder(order="sorted").encode
Chance = Callable[[int], bytes]
DEFINITION = "marking-definition"
SEAL = 16
"""The bytes of a seal."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a person writes for the audience."""

    title: str
    text: str


class Line(NamedTuple):
    """A version line: the report's id, its creator's, when the line began, and when this version is, with its seal.

    The seal is hexadecimal digits; none, as in drafts of before, seals nothing.
    """

    id: ObjectId
    creator: ObjectId
    created: str
    modified: str
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads: who it is, what is on the shelf for it, and each party's act of reading at this instant."""

    parties: tuple[PartyCode, ...]
    shelf: Shelf
    reading: Callable[[PartyCode], Act]
    before: Callable[[Portion, Portion], bool] = lambda mine, other: mine.arrived < other.arrived
    """Whether it had stated something of its own before it could read something of another."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A drafted variant: its objects, the label they are to stand under, whence it comes, and what is to be said first.

    `made_from` are the objects, `source` the label of all that was read of them; `plan` what stood in whose way of the
    originals, `shows` what of them shows in the variant.
    """

    id: ObjectId
    by: PartyCode
    audience: tuple[PartyCode, ...]
    words: Words
    objects: tuple[Properties, ...]
    label: Label
    made_from: tuple[ObjectId, ...]
    source: Label
    plan: ReleasePlan
    shows: tuple[Leak, ...]
    seal: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 of the seal and the canonical bytes of what is to go: rule 7."""
        return digest_of(self.objects, self.seal)

    @property
    def clause(self) -> str:
        """What consent to this very text is given under: rule 3."""
        return clause_of(self.objects[-1])

    @property
    def owners(self) -> tuple[PartyCode, ...]:
        """Whose consent to this text it needs, besides the releasing party's."""
        own = (atom for atom in self.label if atom.scope == self.clause)
        return tuple(sorted({atom.owner for atom in own if not {*self.audience} <= {*atom.readers}} - {self.by}))

    @property
    def marked(self) -> str | None:
        """What its marking says in words: rule 6; None of a draft of before, which bears none."""
        return next((str(one["name"]) for one in self.objects if stix_release.released(one) is not None), None)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The portions it was made from, but for those of which others say all as well."""
        return self.plan.needed


def clause_of(report: Properties) -> str:
    """A version of a report, as a clause: rule 3."""
    return f"{report['id']}@{report['modified']}"


def digest_of(objects: Iterable[Properties], seal: str = "") -> str:
    """The SHA-256 of a seal and of objects in their order, in hexadecimal digits: rule 7."""
    return sha256(bytes.fromhex(seal) + canonical(list(objects))).hexdigest()


def parts_of(things: Sequence[SeenObject], ours: Reader) -> list[Part]:
    """The portions of some objects that the releasing party sees, as what is to be released."""
    return [
        Part(portion.id, one.id, _holds(portion), portion.label, tuple(_copies(portion, one, ours)))
        for one in things
        for portion in one.portions
    ]


def _holds(portion: Portion) -> tuple[str, ...]:
    return tuple(name for name in portion.properties if name not in {"id", "type"})


def _copies(portion: Portion, one: SeenObject, ours: Reader) -> Iterator[Copy]:
    """What says the same as a portion (`comity.flow.release_plan`, rule 4).

    A marking definition stands under each label under which it is used, and whoever reads it under one has it.
    """
    said = {name: _encode(value) for name, value in portion.properties.items()}
    for other in one.portions:
        again = other.originator == portion.originator
        if other.label == portion.label or (again and one.type != DEFINITION):
            continue
        same = said.items() <= {name: _encode(value) for name, value in other.properties.items()}.items()
        if same and (again or other.originator not in ours.parties or ours.before(other, portion)):
            yield Copy(other.originator, other.label)


def draft(
    by: PartyCode,
    things: Sequence[SeenObject],
    words: Words,
    ours: Reader,
    theirs: Reader,
    *,
    line: Line,
) -> Variant:
    """A variant of some objects for an audience: rules 1 to 4.

    Args:
        by: who releases.
        things: the objects it is made from, as the releasing party sees them.
        words: what its author wrote.
        ours: the releasing party.
        theirs: the audience, with what it and the releasing party both see.
        line: the version line it stands in.

    Raises:
        Malformed: the title or the text is empty, or it is for nobody.
    """
    _check(words, theirs.parties)
    plan = planned(parts_of(things, ours), theirs.parties, ours.reading)
    objects = _objects(line, words, _shared(things, theirs.shelf), by, plan.audience)
    source = join(portion.label for one in things for portion in one.portions)
    label = _label(by, clause_of(objects[-1]), plan.label, [ours.reading(party) for party in theirs.parties])
    shows = shown(objects, reached(things, ours.shelf), theirs.shelf)
    names = tuple(one.id for one in things)
    return Variant(line.id, by, plan.audience, words, objects, label, names, source, plan, shows, line.seal)


def begun(now: Instant, chance: Chance) -> Line:
    """A new version line, its times to the millisecond as STIX writes them: rule 1."""
    at = f"{stamp(now)[:-4]}Z"
    return Line(f"report--{_random(chance)}", f"identity--{_random(chance)}", at, at, chance(SEAL).hex())


def _check(words: Words, audience: Sequence[PartyCode]) -> None:
    for field, text in {"title": words.title, "tearline": words.text}.items():
        if not text.strip():
            raise Malformed("is empty", field=field, next_step="write it for those who are to read it")
    if not audience:
        raise Malformed("it is for nobody", field="to", next_step="name the parties it is for")


def _random(chance: Chance) -> UUID:
    return UUID(bytes=chance(16), version=4)


def _shared(things: Sequence[SeenObject], theirs: Shelf) -> list[ObjectId]:
    """What the originals refer to and the whole audience sees already, as far as the releasing party knows."""
    named = {
        name
        for one in things
        for refs in (one.properties.get("object_refs"),)
        if isinstance(refs, list)
        for name in refs
    }
    return sorted(name for name in named if name in theirs)


def _objects(
    line: Line, words: Words, refs: Sequence[ObjectId], by: PartyCode, audience: Sequence[PartyCode]
) -> tuple[Properties, ...]:
    """Who made the report, its markings, and the report: rules 1 and 6.

    A report refers to something always; else to its creator. Whom it is for may differ from version to version, and
    with it the markings: so who made it has versions too.
    """
    marks, definitions = stix_release.written(by, audience, policies()[TRAFFIC_LIGHTS])
    born: Properties = {
        "spec_version": "2.1", "created": line.created, "modified": line.modified, "object_marking_refs": marks,
    }  # fmt: skip
    identity: Properties = {
        "type": "identity", "id": line.creator, **born, "name": by, "identity_class": "organization"
    }  # fmt: skip
    report: Properties = {
        "type": "report", "id": line.id, **born, "created_by_ref": line.creator,
        "name": words.title, "description": words.text, "published": line.created,
        "object_refs": list(refs) or [line.creator],
    }  # fmt: skip
    return identity, *definitions, report


def _label(by: PartyCode, clause: str, source: Label, acts: Sequence[Act]) -> Label:
    """Rule 3."""
    kept = {atom for atom in source if atom.owner != by and all(allows(atom, act) for act in acts)}
    asked = {Atom(atom.owner, clause, (by,)) for atom in source - kept if atom.owner != by}
    readers = tuple(sorted({by, *(act.ask.party for act in acts)}))
    let = {Atom(owner, clause, readers) for owner in {atom.owner for atom in kept} - {atom.owner for atom in asked}}
    return frozenset({*kept, *asked, *let, Atom(by, clause)})


def inputs(things: Sequence[SeenObject], ours: Shelf) -> list[SeenObject]:
    """Some objects, each once, with what they refer to themselves: what whoever is to read them needs to read too."""
    named = [text for one in things for _, text in texts(one.properties) if is_reference(text) and text in ours]
    found = {one.id: one for one in things}
    return [*found.values(), *(ours.get(name) for name in dict.fromkeys(named) if name not in found)]


def chosen(names: Sequence[ObjectId], collection: str | None, ours: Shelf, *, field: str) -> list[ObjectId]:
    """The ids of objects that are named, each once, with all of a collection that the releasing party sees.

    Args:
        names: the ids that are named.
        collection: the collection whose objects are meant besides, if any.
        ours: what the releasing party sees.
        field: how an error calls the collection.

    Raises:
        Malformed: it sees nothing in the collection.
    """
    found = ours.ids(collection=collection) if collection else []
    if collection and not found:
        raise Malformed(f"{collection!r} holds nothing that you see", field=field, next_step="name another collection")
    return list(dict.fromkeys([*names, *found]))


def reached(things: Sequence[SeenObject], ours: Shelf) -> list[SeenObject]:
    """Some objects, with everything they refer to, on and on, as far as the releasing party sees it."""
    found = {one.id: one for one in things}
    waiting = [*things]
    while waiting:
        for _, text in texts(waiting.pop().properties):
            if text not in found and is_reference(text) and text in ours:
                found[text] = ours.get(text)
                waiting.append(found[text])
    return [*found.values()]


def shown(objects: Sequence[Properties], things: Sequence[SeenObject], theirs: Shelf) -> tuple[Leak, ...]:
    """What shows in some objects of what the audience may not read of others: rules 4 and 6."""
    withheld = [found for one in things if (found := _withheld(one, theirs))]
    named = {str(ref) for one in objects for ref in _refs(one) if ref in theirs}
    open_ = [theirs.get(name).properties for name in sorted(named | {one.id for one in things if one.id in theirs})]
    known = {*known_markings(), *named, EXTENSION, *(str(one["id"]) for one in objects)}
    said = [_unmarked(one) for one in objects if one["type"] != DEFINITION]
    shows = leaks(said, withheld, open_=open_, known_ids=known, derived=_derived)
    marks = [one for one in objects if one["type"] == DEFINITION]
    others = [one for one in withheld if one.get("type") != DEFINITION]
    more = leaks(marks, others, open_=[*open_, *map(_openly, marks)], known_ids=known, derived=_derived)
    return tuple(sorted({*shows, *more}))


def _unmarked(one: Properties) -> Properties:
    """An object without the markings that it bears."""
    return {name: value for name, value in one.items() if name != "object_marking_refs"}


def _openly(definition: Properties) -> Properties:
    """What whoever a release is for knows of its marking before he reads it: rule 6."""
    named = [text for path, text in texts(definition) if ".originators." in path or ".releasable_to." in path]
    return {"created": definition["created"], "aliases": named}


def _withheld(one: SeenObject, theirs: Shelf) -> Properties:
    """What the audience does not see of an object: all of it, or some of its properties without its id."""
    if one.id not in theirs:
        return one.properties
    seen = theirs.get(one.id).properties
    return {name: value for name, value in one.properties.items() if seen.get(name) != value}


def _refs(one: Properties) -> list[str]:
    refs = one.get("object_refs")
    return [str(ref) for ref in refs] if isinstance(refs, list) else []


def _derived(one: object) -> str | None:
    """The id that an observable's values give; None for what has none."""
    return sco_id(one, "") if isinstance(one, dict) and one.get("type") in CONTRIBUTING else None
