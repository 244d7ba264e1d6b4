"""What the markings of an imported object come to: whom its originator lets read it.

Rules:
1. What the import says of everything (`to`) holds for every object, beside its marking. Without it an unmarked object
   is its originator's alone, and so is one whose marking restricts nobody: public it is only where the import says `*`.
2. A marking says by its policy who may read (`comity.values.marking_readers`). A level that needs named recipients
   (TLP:RED) is for those that the import binds it to, and else for nobody; one that speaks of a community (TLP:GREEN,
   TLP:AMBER) is refused until the import binds it to a party set, for nobody can tell who that is.
3. A statement restricts nobody and opens nothing; one that may be meant as a banner which restricts is refused. A
   marking that is not understood is refused, never passed over: so is a statement that others extend.
4. What several say together is the union of their atoms: each has to let a reader through. In words it is their join,
   or, where policies have no common level, the last of them; the level of each that classifies is held to the ceiling.
5. A definition of ours stands beside a statement and a level of TLP that others read (`comity.formats.stix_marking`).
   Where an object bears these three, each as it is written with that very marking, and none besides, ours alone counts:
   the others say nothing else. Any other combination is the join of all that is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from comity.casebook.markings import policies, setting, understood
from comity.errors import Malformed, Refused
from comity.formats import stix_marking, stix_release
from comity.formats.marking_lines import caveats, every_reading, write_line
from comity.formats.stix_release import NO_LEVEL, NO_POLICY
from comity.instruments.intelligence.portions import Joins, Marked
from comity.values.canonical import Plain
from comity.values.instant import Instant
from comity.values.label import PUBLIC, Atom, Label, normalise
from comity.values.marking import Marking, plain
from comity.values.marking import marking as read_marking
from comity.values.marking_atoms import label_of
from comity.values.marking_join import join
from comity.values.marking_policy import Unmarked
from comity.values.marking_readers import terms
from comity.values.party import ANYONE, PartyCode, Recipient

TRAFFIC_LIGHTS = "TLP"
_PARTICULARS = frozenset({"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"})
"""Extensions by which programs keep when they made an object and under which number: OpenCTI's."""
NAMED = ((),)
"""The terms of a level that is for named recipients, when none are named."""


class Labels(Joins, Protocol):
    """What markings come to."""

    def of(self, markings: Sequence[Mapping[str, object]]) -> Marked:
        """What marking definitions come to, together with what the import says of everything.

        Raises:
            Malformed: one of them is not understood, or cannot be decided.
        """


@dataclass(frozen=True, slots=True)
class Import:
    """What an import says of everything: who states it, under which clause, to whom, and what TLP levels mean.

    `bind` is what whoever imports is told to do about a level that is bound to nobody, in words of what he has before
    him: a page, a command line, a server that he sends to. The level stands in it as `{level}`.
    """

    originator: PartyCode
    clause: str
    to: tuple[Recipient, ...] | None = None
    tlp: Mapping[str, tuple[Recipient, ...]] = field(default_factory=dict)
    bind: str = field(default="say whom it lets read: {level}=PARTY,...", kw_only=True)


class ImportLabels:
    """Rules 1 to 4, as the casebook knows policies on a day."""

    def __init__(self, how: Import, on: Instant) -> None:
        self._how = how
        bindings = {f"{TRAFFIC_LIGHTS}:{level}": readers for level, readers in how.tlp.items()}
        self._setting = setting(on, bindings, understood)

    def of(self, markings: Sequence[Mapping[str, object]]) -> Marked:
        """What marking definitions come to."""
        counted = self._ours(markings) or markings
        found = [marking for one in counted if (marking := self._understood(one)) is not None]
        labels = [self._label(marking) for marking in found] or [self._unmarked()]
        return self._marked(normalise(frozenset().union(*labels)), self._said(found), self._levels(found))

    def _marked(self, label: Label, said: dict[str, Plain], levels: frozenset[str]) -> Marked:
        return Marked(label, said, self._classification(said), levels)

    def _levels(self, found: Sequence[Marking]) -> frozenset[str]:
        """The level under each policy that classifies: rule 4."""
        classified = [one for one in found if self._classifies(one.policy)]
        whole = (join([one for one in classified if one.policy == policy], self._setting)
                 for policy in {one.policy for one in classified})  # fmt: skip
        return frozenset(level for one in whole if (level := self._classification(plain(one))) is not None)

    def read(self, given: Mapping[str, object]) -> Marking | None:
        """The marking that a marking definition states; None for words and for what others mean by an extension."""
        return stix_marking.read(given, understood(), self._how.originator)

    def _ours(self, markings: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
        """The definition of ours that counts alone; empty where none does: rule 5."""
        said = {str(one.get("id")): stix_release.told(one) for one in markings}
        return [one for one in markings if len(said) > 1 and said == self._written_with(one)]

    def _written_with(self, given: Mapping[str, object]) -> dict[str, str | None] | None:
        """The definitions that are written together with one of ours, by id, and what each says in words."""
        marking = self.read(given)
        if marking is None or marking.policy == TRAFFIC_LIGHTS:
            return None
        if marking.policy == NO_POLICY and not stix_release.is_release(marking):
            return None
        try:
            own = marking.policy == NO_POLICY
            line = stix_release.line(marking) if own else write_line(marking, policies()[marking.policy])
        except Refused:
            return None
        every = stix_marking.write(marking, line, "", policies()[TRAFFIC_LIGHTS])
        return {str(one["id"]): stix_release.told(one) for one in every}

    def _understood(self, given: Mapping[str, object]) -> Marking | None:
        """Rule 3."""
        found = self.read(given)
        if found is None and (given.get("definition_type") != "statement" or _extended(given)):
            step = "mark it by TLP, by a statement, or by the label extension; or state a stricter label by a rule"
            raise Malformed(f"{given.get('id')} is a marking that is not understood", next_step=step)
        self._check_words(given)
        return found

    def _check_words(self, given: Mapping[str, object]) -> None:
        """Refuse a statement that is a banner which restricts: rule 3."""
        said = (stix_release.told(given) or "").strip()
        meant = every_reading(said, policies(), originator=self._how.originator, on=self._setting.on)
        closed = dict.fromkeys([*(one.policy for one in meant if self._restricts(one)), *caveats(said, policies())])
        if closed:
            says = f"its statement reads as a marking of {', '.join(closed)}, and words alone restrict nobody: {said}"
            step = "state it by the label extension or by TLP, or hold its objects back by a rule and change the words"
            raise Malformed(says, field="definition.statement", next_step=step)

    def _restricts(self, marking: Marking) -> bool:
        try:
            return bool(terms(marking, self._setting))
        except Refused:
            return True

    def _unmarked(self) -> Label:
        return self.label(self._how.to or (), self._how.clause)

    def _label(self, marking: Marking) -> Label:
        """Rules 1 and 2."""
        to = self._how.to
        try:
            named = terms(marking, self._setting) == NAMED and marking.releasable_to is None
            bound = self._how.tlp.get(marking.classification) if marking.policy == TRAFFIC_LIGHTS else None
            if named and bound is not None:
                own = self.label(bound, self._how.clause)
            else:
                own = label_of(marking, self._how.clause, self._setting, public=to is not None)
        except Refused as error:
            step = self._how.bind.format(level=marking.classification)
            raise Malformed(error.message, next_step=step) from error
        return own if to is None else own | self.label(to, self._how.clause)

    def label(self, readers: Sequence[Recipient], clause: str) -> Label:
        """The originator's atom that lets some read; none where everyone may."""
        if ANYONE in readers:
            return PUBLIC
        return frozenset({Atom(self._how.originator, clause, tuple(sorted(set(readers), key=str)))})

    def _said(self, found: Sequence[Marking]) -> dict[str, Plain]:
        """The markings in words: rule 4."""
        if not found:
            unmarked: dict[str, Plain] = {
                "policy": NO_POLICY, "classification": NO_LEVEL, "originators": [self._how.originator],
            }  # fmt: skip
            if self._how.to is not None:
                unmarked["releasable_to"] = [*sorted(map(str, self._how.to))]
            return unmarked
        try:
            return cast("dict[str, Plain]", plain(join(found, self._setting) if len(found) > 1 else found[0]))
        except Refused:
            classified = [one for one in found if self._classifies(one.policy)]
            return cast("dict[str, Plain]", plain((classified or found)[-1]))

    def _classifies(self, policy: str) -> bool:
        """Whether a policy has levels of secrecy: a state or an organisation owns it."""
        return policy != NO_POLICY and self._setting.policies[policy].owner is not None

    def join(self, every: Sequence[Marked]) -> Marked:
        """Rule 4."""
        first, *others = every
        if not others:
            return first
        label = normalise(frozenset().union(*(one.label for one in every)))
        markings = list(dict.fromkeys(read_marking(one.marking) for one in every))
        said = [one for one in markings if one.policy != NO_POLICY]
        levels = frozenset[str]().union(*(one.levels for one in every))
        return self._marked(label, self._said(said) if said else dict(first.marking), levels)

    def under(self, marked: Marked, labels: Iterable[Label]) -> Marked:
        """What is marked so, under some labels besides."""
        every = [marked, *(Marked(label, marked.marking) for label in labels)]
        return self.join(every) if len(every) > 1 else marked

    def _classification(self, marked: Mapping[str, object]) -> str | None:
        """The level of a marking as the ceiling of a book names it; None for what classifies nothing."""
        policy = str(marked.get("policy"))
        if not self._classifies(policy):
            return None
        level = self._setting.policies[policy].level(str(marked["classification"]))
        return level.words["en"][0] if "en" in level.words else next(iter(level.words.values()))[0]


def _extended(given: Mapping[str, object]) -> bool:
    """Whether a marking definition has an extension that may mean anything."""
    extensions = given.get("extensions")
    return bool(extensions) and not (isinstance(extensions, Mapping) and {*extensions} <= _PARTICULARS)


def levels() -> tuple[str, ...]:
    """The TLP levels that can be bound to a party set."""
    return tuple(level.id for level in policies()[TRAFFIC_LIGHTS].levels if level.unmarked is not Unmarked.OPEN)


def known_markings() -> Mapping[str, str]:
    """The ids of marking definitions that everybody knows, and the TLP level of each."""
    every = policies()[TRAFFIC_LIGHTS].levels
    return {name: level.id for level in every for ids in level.ids.values() for name in ids}
