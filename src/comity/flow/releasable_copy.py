"""The copy of a portion-marked document that may go to some parties, and its line in the register.

Rules:
1. A copy holds the portions that every party it is for may read on that day: by their markings alone, or as whoever is
   asked says of each (`comity.flow.document_consents`). By the markings alone, nobody reads what asks its originator.
   Its banner is the join of theirs. It is written anew, in one of three forms, and read again before it goes out: a
   leak refuses it.
2. The copy says nothing of what was withheld, not even that something was. Whoever makes it is told.
3. In the register the originators do not learn of each other: each is told of his own portions, and of what the copy is
   called where he may have it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from comity.casebook.markings import is_party
from comity.errors import Malformed, Refused
from comity.flow.documents import FORMS, MAIL, THING, Document, Labelled, Lines
from comity.flow.releases import KIND as RELEASE
from comity.formats import portioned_mail
from comity.formats.portioned import Check, Outgoing, Portion
from comity.values.marking import Marking
from comity.values.marking_join import join
from comity.values.marking_readers import Setting, readers
from comity.values.marking_rollup import breaches
from comity.values.party import Group, PartyCode, Recipient


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a portion may go, why or why not, and the consents on which it does."""

    lets: bool
    why: str
    under: tuple[str, ...] = ()


Judge = Callable[[Labelled, frozenset[PartyCode]], Ruling]
"""Who says whether a portion may go to some parties."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that may go out, its banner, what was kept and withheld by place, for whom, and who marked it.

    `marks`, `rulings` and `owners` are those of what was kept; `why` is of what was withheld.
    """

    data: bytes
    banner: str
    kept: tuple[str, ...]
    withheld: tuple[str, ...]
    audience: tuple[PartyCode, ...]
    originators: tuple[PartyCode, ...]
    marks: tuple[str, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    why: tuple[str, ...] = ()
    owners: tuple[frozenset[PartyCode], ...] = ()

    def entry(self, by: PartyCode, title: str) -> dict[str, dict[str, object]]:
        """The line that enters the copy into the register of disclosures (`comity.flow.releases`), for its audience.

        Each portion stands in it as in the copy, with the consents it went on; without any it went on its originators'
        own marking, which is named. Of the source it tells nothing: rule 2. It names no originator: each has an entry
        of his own (`told`).
        """
        gone = zip(self.marks, self.rulings, strict=True)
        portions = [(mark, ruling.under) for mark, ruling in gone]
        return {RELEASE: {**self._gone(by, self.banner, portions), "title": title, "of": []}}

    def told(self, by: PartyCode, title: str, owner: PartyCode, own: Container[str]) -> dict[str, dict[str, object]]:
        """What one originator is told of the entry: his portions alone, their marks, and which of them went on what.

        Args:
            by: who let it go.
            title: what the copy is called; whoever does not read the copy is not told (`comity.flow.releases.told`).
            owner: the originator.
            own: the consents that are his.
        """
        gone = zip(self.marks, self.rulings, self.owners, strict=True)
        portions = [
            (mark, tuple(one for one in ruling.under if one in own)) for mark, ruling, of in gone if owner in of
        ]
        marking = ", ".join(dict.fromkeys(mark for mark, _ in portions))
        return {RELEASE: {**self._gone(by, marking, portions), "title": title, "of": [owner]}}

    def _gone(self, by: PartyCode, marking: str, portions: Sequence[tuple[str, tuple[str, ...]]]) -> dict[str, object]:
        digest = sha256(self.data).hexdigest()
        return {
            "by": by, "thing": f"{THING}--{digest}", "to": [one for one in self.audience if one != by],
            "under": sorted({name for _, under in portions for name in under}), "marking": marking, "digest": digest,
            "portions": [{"marking": mark, "under": list(under)} for mark, under in portions],
        }  # fmt: skip


def release(
    document: Document, to: Iterable[Recipient], setting: Setting, form: str, judge: Judge | None = None
) -> Copy:
    """The copy that may go to some parties: rules 1 and 2.

    Args:
        document: the document.
        to: for whom; of a group, for each of its members on the day.
        setting: what markings are read by, and on which day.
        form: `docx`, `pdf` or `eml`.
        judge: who says whether a portion may go; None goes by the markings alone.

    Raises:
        Refused: they may read nothing of it, or the copy would leak.
        Unavailable: a package to write it with is not installed.
    """
    audience = _parties(to, setting)
    if form not in FORMS:
        raise Malformed(f"{form!r} is no form of document", field="form", next_step=f"allowed: {', '.join(FORMS)}")
    judged = judge or by_marks(setting)
    ruled = [(one, judged(one, audience)) for one in document.portions]
    kept = [one for one, ruling in ruled if ruling.lets]
    bodies = [one for one in kept if form != MAIL or one.portion.place != portioned_mail.SUBJECT]
    if not bodies:
        raise Refused(
            f"{', '.join(sorted(audience))} may read nothing of it",
            next_step="ask its originator for a version that may be released",
        )
    outgoing = _outgoing(document.lines, kept, bodies, setting)
    withheld = tuple(one.portion.text for one, ruling in ruled if not ruling.lets)
    data = _checked(form, outgoing, Check(outgoing, withheld, document.traces))
    return _copy(data, outgoing.banner, document.lines, ruled, audience)


def _checked(form: str, outgoing: Outgoing, check: Check) -> bytes:
    """The file of a copy, read again: rules 1 and 2.

    Raises:
        Refused: it holds what it must not, or does not say what it has to.
    """
    data = FORMS[form].write(outgoing)
    if found := FORMS[form].leaks(data, check):
        raise Refused(
            f"the copy is not what it has to be: {'; '.join(found)}",
            next_step="take that out of the portions that may be released, or write them anew",
        )
    return data


def _copy(
    data: bytes, banner: str, lines: Lines, ruled: Sequence[tuple[Labelled, Ruling]], audience: frozenset[PartyCode]
) -> Copy:
    """What went into a copy, and what did not."""
    kept = [(one, ruling) for one, ruling in ruled if ruling.lets]
    shut = [(one, ruling) for one, ruling in ruled if not ruling.lets]
    owners = [frozenset[PartyCode]() if one.marking is None else one.marking.originators for one, _ in kept]
    return Copy(
        data,
        banner,
        kept=tuple(one.portion.place for one, _ in kept),
        withheld=tuple(one.portion.place for one, _ in shut),
        audience=tuple(sorted(audience)),
        originators=tuple(sorted(frozenset[PartyCode]().union(*owners))),
        marks=tuple(_written(one, lines).mark or "" for one, _ in kept),
        rulings=tuple(ruling for _, ruling in kept),
        why=tuple(ruling.why for _, ruling in shut),
        owners=tuple(owners),
    )


def _parties(to: Iterable[Recipient], setting: Setting) -> frozenset[PartyCode]:
    found: set[PartyCode] = set()
    for one in to:
        members = _members(one, setting)
        if not members:
            raise Malformed(
                f"nobody is known as {one}", field="to", next_step="name parties and groups of the casebook"
            )
        found |= members
    if not found:
        raise Malformed("it is for nobody", field="to", next_step="name the parties it is for")
    return frozenset(found)


def _members(one: Recipient, setting: Setting) -> frozenset[PartyCode]:
    if isinstance(one, Group):
        return setting.members(one.name, setting.on if one.frozen is None else one.frozen)
    return frozenset({one} if is_party(one) else ())


def by_marks(setting: Setting) -> Judge:
    """Whoever goes by the markings alone: rule 1."""

    def judge(one: Labelled, audience: frozenset[PartyCode]) -> Ruling:
        if one.marking is None:
            return Ruling(False, one.why)
        if asking := asks(one.marking, setting):
            return Ruling(False, f"{', '.join(asking)}: its originator has to consent, and no book was asked (--book)")
        reading = readers(one.marking, setting)
        shut = frozenset() if reading is None else audience - reading
        return Ruling(not shut, f"its marks do not name {', '.join(sorted(shut))}" if shut else "its marks")

    return judge


def asks(marking: Marking, setting: Setting) -> list[str]:
    """The flags of a marking for which each reader needs the originator's own consent."""
    policy = setting.policy(marking)
    return sorted(name for name in marking.handling if policy.flag(name).asks)


def _outgoing(lines: Lines, kept: list[Labelled], bodies: list[Labelled], setting: Setting) -> Outgoing:
    markings = [one.marking for one in kept if one.marking is not None]
    banner = _banner(lines, markings, setting)
    subject = next((_written(one, lines) for one in kept if one not in bodies), None)
    return Outgoing(
        banner,
        tuple(_written(one, lines) for one in bodies),
        None if subject is None else f"{subject.mark} {subject.text}",
    )


def _banner(lines: Lines, markings: list[Marking], setting: Setting) -> str:
    """The line of the join; where no line says it, that of a portion which is as strict as every other."""
    try:
        return lines.write_banner(join(markings, setting))
    except Refused:
        for one in dict.fromkeys(markings):
            if not any(breach.grave for breach in breaches(markings, one, setting)):
                return lines.write_banner(one)
        raise


def _written(one: Labelled, lines: Lines) -> Portion:
    given = one.portion
    mark = None if one.marking is None else lines.write_portion(one.marking)
    return Portion(mark, given.text, given.place, given.level)
