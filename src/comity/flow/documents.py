"""Portion-marked documents read: each portion with its marking, and what is wrong with the marks.

Rules:
1. A portion's marking is the one its mark says; a mark within a paragraph begins a further portion; one at its end, or
   on which another follows at once, leaves the whole for its originator alone. A portion without a mark has the
   banner's, where every place that should bear one bears the same, it can be read, and it is not looser than the
   portions; else it is for its originator alone, and so is a portion whose mark cannot be read, or is in doubt: changed
   and not accepted, made by a list, written in other letters (`comity.formats.portioned_letters`).
2. The banner is held to the portions (`comity.values.marking_rollup`), and each disagreement is told.

The copy that may go to somebody: `comity.flow.releasable_copy`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from itertools import pairwise
from typing import Protocol, cast

from comity.errors import ComityError, Malformed, Refused
from comity.formats import capco, national_marking, portioned_docx, portioned_mail, portioned_pdf, tlp
from comity.formats.portioned import Check, Outgoing, Portion, Portioned, inner_marks, looks_like_mark
from comity.formats.portioned_letters import laid_bare, like_a_mark
from comity.values.marking import Marking
from comity.values.marking_policy import Policy
from comity.values.marking_readers import Setting
from comity.values.marking_rollup import Breach, breaches
from comity.values.party import PartyCode

_AMBIGUOUS = "()"
DOCX, PDF, MAIL = "docx", "pdf", "eml"
THING = "document"


class Form(Protocol):
    """A form of document: read, written, and looked through again."""

    def read(self, data: bytes, name: str) -> Portioned:
        """The portions of a file."""

    def write(self, outgoing: Outgoing) -> bytes:
        """A file of these portions."""

    def leaks(self, data: bytes, check: Check) -> list[str]:
        """What a written file must not hold or does not say."""


FORMS: Mapping[str, Form] = {
    DOCX: cast("Form", portioned_docx),
    PDF: cast("Form", portioned_pdf),
    MAIL: cast("Form", portioned_mail),
}


@dataclass(frozen=True, slots=True)
class Lines:
    """How the lines of one policy are read and written."""

    policy: Policy
    banner: Callable[[str], Marking]
    portion: Callable[[str], Marking]
    write_banner: Callable[[Marking], str]
    write_portion: Callable[[Marking], str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A portion with its marking (None: for its originator alone), and why it is that."""

    portion: Portion
    marking: Marking | None
    why: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read: rule 1; `wrong` tells what is wrong with its marks, `breaches` with its banner."""

    form: str
    lines: Lines
    banner: Marking | None
    portions: tuple[Labelled, ...]
    wrong: tuple[str, ...]
    breaches: tuple[Breach, ...]
    left: tuple[str, ...]
    traces: frozenset[str]
    digest: str = ""

    @property
    def clause(self) -> str:
        """What a consent to all of it is given under; one to a portion is given under that portion's `part_of`."""
        return f"{THING}--{self.digest}"


def part_of(clause: str, place: str) -> str:
    """What a consent to one portion is given under."""
    return f"{clause}#{place}"


def form_of(data: bytes) -> str:
    """Which form of document some bytes are; what is neither of the others is taken for a message."""
    if data.startswith(b"PK"):
        return DOCX
    return PDF if data.lstrip()[:5] == b"%PDF-" else MAIL


def read(data: bytes, name: str, setting: Setting, originator: PartyCode | None, policy: str | None = None) -> Document:
    """A document with each portion's marking: rules 1 and 2.

    Args:
        data: the file.
        name: what errors call it.
        setting: what markings are read by.
        originator: whose it is, where its marks do not say.
        policy: whose lines its marks are; None finds out by the banner.

    Raises:
        Malformed: it cannot be read, or nobody can tell whose lines its marks are.
        Unavailable: a package to read it with is not installed.
    """
    form = form_of(data)
    found = laid_bare(FORMS[form].read(data, name))
    lines = _lines(found, name, setting, originator, policy)
    banners = [(place, marking) for place, line in found.banners if (marking := _try(lines.banner, line))]
    places = {place for place, _ in banners}
    portions = [one for one in found.portions if one.place not in places]
    wrong = [*_banner_faults(found, banners, {one.place for one in found.portions})]
    sure = banners[0][1] if banners and not wrong else None
    marked = [_marked(piece, lines) for one in portions for piece in _pieces(one, lines)]
    told = _held(marked, sure, setting)
    loose = any(breach.grave for breach in told)
    labelled = tuple(_inherits(one, None if loose else sure) for one in marked)
    wrong += [f"{one.portion.place}: {one.why}" for one in labelled if one.why.startswith("its mark cannot")]
    digest = sha256(data).hexdigest()
    return Document(form, lines, sure, labelled, tuple(wrong), told, found.left, found.traces, digest)


def _try(reader: Callable[[str], Marking], text: str) -> Marking | None:
    try:
        return reader(text)
    except (Malformed, Refused):
        return None


def _lines(found: Portioned, name: str, setting: Setting, originator: PartyCode | None, policy: str | None) -> Lines:
    """The lines that read the banners, or those of the policy that was named."""
    known = [one for every in setting.policies.values() for one in _ways(every, setting, originator)]
    if policy is not None:
        known = [one for one in known if one.policy.id == policy]
        if not known:
            step = f"allowed: {', '.join(sorted(setting.policies))}"
            raise Malformed(f"{policy!r} is no policy whose lines can be read", field="policy", next_step=step)
    texts = [line for _, line in found.banners]
    able = [one for one in known if any(_try(one.banner, text) for text in texts)]
    if len({one.policy.id for one in able}) > 1:
        able = [one for one in able if one.policy.owner == originator] or able
    if len({one.policy.id for one in able}) > 1:
        names = ", ".join(sorted({one.policy.id for one in able}))
        raise Malformed(f"its banner may be a line of {names}", where=name, field="policy", next_step="say which it is")
    if not able and policy is None:
        told = f"its banner {texts[0]!r} cannot be read" if texts else "it bears no banner"
        raise Malformed(told, where=name, field="policy", next_step="mark it, or say whose lines its marks are")
    return (able or known)[0]


def _ways(policy: Policy, setting: Setting, originator: PartyCode | None) -> Iterable[Lines]:
    if "first" in policy.phrases:
        yield Lines(
            policy,
            partial(capco.read_banner, policy=policy),
            partial(capco.read_portion, policy=policy),
            partial(capco.write_banner, policy=policy),
            partial(capco.write_portion, policy=policy),
        )
    elif policy.owner is not None:
        yield Lines(
            policy,
            partial(national_marking.read, policy=policy, on=setting.on),
            partial(national_marking.read, policy=policy, on=setting.on, portion=True),
            partial(national_marking.write, policy=policy),
            partial(national_marking.write, policy=policy, portion=True),
        )
    elif originator is not None and any(level.ids for level in policy.levels):
        yield Lines(
            policy,
            partial(tlp.read, policy=policy, originator=originator),
            lambda text: tlp.read(text.strip("()"), policy, originator),
            partial(tlp.write, policy=policy),
            lambda marking: f"({tlp.write(marking, policy)})",
        )


def _banner_faults(found: Portioned, banners: list[tuple[str, Marking]], shown: set[str]) -> Iterable[str]:
    """What keeps a banner from being sure; a line that stands among the portions need not be one."""
    read_at = {place for place, _ in banners}
    yield from (f"{place} bears no banner" for place in found.bare)
    for place, line in found.banners:
        if place not in read_at and place not in shown:
            yield f"{place}: {line!r} cannot be read as a banner"
    if len({marking for _, marking in banners}) > 1:
        yield "its banners differ: " + "; ".join(f"{place}: {line}" for place, line in found.banners)


def _pieces(one: Portion, lines: Lines) -> Iterable[Portion]:
    """A paragraph divided before each mark within it; a mark at its end, which may be of all of it, closes it.

    So does a mark on which another follows at once: either may be of all of it.
    """
    marks = [(start, mark) for start, mark in inner_marks(one.text) if _may_mark(mark, lines)]
    if not marks or one.doubt is not None:
        yield one
        return
    first = [(-len(one.mark), one.mark)] if one.mark is not None and _may_mark(one.mark, lines) else []
    spans = pairwise([*first, *marks])
    if not all(_says(one.text[start + len(mark) : after]) for (start, mark), (after, _) in spans):
        yield replace(one, doubt="nothing stands between two marks")
        return
    if not _says(one.text[marks[-1][0] + len(marks[-1][1]) :]):
        yield Portion(_AMBIGUOUS, one.text if one.mark is None else f"{one.mark} {one.text}", one.place, one.level)
        return
    if words := one.text[: marks[0][0]].strip():
        yield Portion(one.mark, words, one.place, one.level)
    ends = [*(start for start, _ in marks[1:]), len(one.text)]
    for number, ((start, mark), end) in enumerate(zip(marks, ends, strict=True), start=2):
        yield Portion(mark, one.text[start + len(mark) : end].strip(), f"{one.place}, part {number}", one.level)


def _says(text: str) -> bool:
    """Whether a text says anything: signs alone do not."""
    return any(map(str.isalnum, text))


def _may_mark(mark: str, lines: Lines) -> bool:
    return "//" in mark or _reads(lines, mark)


def _marked(one: Portion, lines: Lines) -> Labelled:
    whole = Portion(None, one.text if one.mark is None else f"{one.mark} {one.text}", one.place, one.level)
    if one.doubt is not None:
        return Labelled(whole, None, f"its mark cannot be told: {one.doubt}; it is for its originator alone")
    if one.mark is None and like_a_mark(one.text, partial(_reads, lines)):
        return Labelled(whole, None, "its mark cannot be told: it begins like one; it is for its originator alone")
    if one.mark is None:
        return Labelled(one, None, "it has no mark")
    if one.mark == _AMBIGUOUS:
        bare = Portion(None, one.text, one.place, one.level)
        return Labelled(bare, None, "its mark cannot be told: it stands at the end; it is for its originator alone")
    try:
        return Labelled(one, lines.portion(one.mark), "its mark")
    except (Malformed, Refused) as error:
        if looks_like_mark(one.mark) or like_a_mark(one.mark, partial(_reads, lines)):
            return Labelled(one, None, f"its mark cannot be read: {error}; it is for its originator alone")
        return Labelled(whole, None, "it has no mark")


def _reads(lines: Lines, mark: str) -> bool:
    return _try(lines.portion, mark) is not None


def _held(marked: list[Labelled], banner: Marking | None, setting: Setting) -> tuple[Breach, ...]:
    """Rule 2."""
    parts = [one.marking for one in marked if one.marking is not None]
    if banner is None or not parts:
        return ()
    try:
        return breaches(parts, banner, setting)
    except ComityError as error:
        return (Breach("roll-up", True, error.message),)


def _inherits(one: Labelled, banner: Marking | None) -> Labelled:
    """Rule 1."""
    if one.why != "it has no mark":
        return one
    if banner is None:
        return Labelled(one.portion, None, "it has no mark and no banner holds: it is for its originator alone")
    return Labelled(one.portion, banner, "it has no mark: the banner's")
