"""A line in any of the known policies, read and written by the format that its policy names.

Rules:
1. A policy's `format` says who reads its lines: `capco`, `tlp`, or else the common form of alliances and states.
2. A word without its policy means nothing: a line that several policies can read is refused until one is named.
3. Words that are to restrict nobody are looked at more closely than a line is read: in other letters, in capitals or
   not, as a mark of a portion, between other words on a line of their own, with more behind their last `//`, and for a
   caveat alone; a word of the Traffic Light Protocol is found wherever it stands.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from unicodedata import normalize

from comity.errors import Malformed
from comity.formats import capco, national_marking, tlp
from comity.formats.marking_words import shown, whose
from comity.values.instant import Instant
from comity.values.marking import Marking
from comity.values.marking_policy import Policy
from comity.values.party import PartyCode

_TOLD = 80
"""So much of a line is told again in an error."""

_LONGEST = 200
"""What is longer is no line."""

_ENDS = re.compile(r"[\n\r;|]+|[.,:!]\s+|\s[-\u2013\u2014]\s+")
_AROUND = string.whitespace + ".,:!()[]{}\"'*-\u2013\u2014"
_LIGHTS = re.compile(r"\bTLP[\W_]+(RED|AMBER|GREEN)(?![^\W_])(?:[\W_]*(STRICT)\b)?")


def read_line(
    text: str, policy: Policy, *, originator: PartyCode | None = None, on: Instant | None = None, portion: bool = False
) -> Marking:
    """The marking that a line says in one policy.

    Args:
        text: the line, or a portion mark.
        policy: the policy.
        originator: whose it is, where the policy is nobody's.
        on: the day by which dated words are judged; None lets them be.
        portion: it marks a portion.

    Raises:
        Malformed: a word is not known; `where` names its column.
    """
    match policy.phrases.get("format"):
        case "capco":
            return (capco.read_portion if portion else capco.read_banner)(text, policy)
        case "tlp":
            bare = text[1:-1] if portion and text.startswith("(") and text.endswith(")") else text
            return tlp.read(bare, policy, originator)
    if policy.owner is None:
        return _bare(text, policy, originator)
    return national_marking.read(text, policy, on, portion=portion)


def _bare(text: str, policy: Policy, originator: PartyCode | None) -> Marking:
    """A level alone, in a policy that is nobody's and has no form of its own."""
    try:
        level = policy.level(text).id
    except Malformed as error:
        raise Malformed(error.message, where="column 1", next_step=error.next_step) from error
    return Marking(policy.id, level, frozenset({whose(originator, policy)}))


def read_in_any(
    text: str,
    policies: Mapping[str, Policy],
    *,
    originator: PartyCode | None = None,
    on: Instant | None = None,
    portion: bool = False,
) -> Marking:
    """The marking that a line says in the only policy that can read it: rule 2.

    Where none can, the error is that of the policy which knows the level, or else of the one that got furthest.

    Args:
        text: the line.
        policies: the policies, by their ids.
        originator: whose it is, where the line does not say; by default each policy's owner.
        on: the instant at which it is read; None where that is not known.
        portion: whether it is the mark of a portion rather than a banner.

    Raises:
        Malformed: no policy can read it, or several can.
    """
    found, told = _readings(text, policies, originator, on, portion)
    if len(found) > 1:
        says = f"{text!r} stands in {len(found)} policies"
        raise Malformed(says, field="policy", next_step=f"name one of: {', '.join(sorted(found))}")
    if not found:
        known = [error for error in told.values() if error.field is not None]
        if len(known) == 1:
            raise known[0]
        furthest = max(told.values(), key=lambda error: _column(error.where))
        if _column(furthest.where) > 1:
            raise furthest
        step = f"name the policy, one of: {', '.join(sorted(policies))}"
        raise Malformed(f"{text[:_TOLD]!r} begins with no level that is known", where="column 1", next_step=step)
    return next(iter(found.values()))


def every_reading(
    text: str, policies: Mapping[str, Policy], *, originator: PartyCode | None = None, on: Instant | None = None
) -> list[Marking]:
    """The markings that some words may be meant as, in each of the policies that can read them: rule 3.

    Args:
        text: the words.
        policies: the policies, by their ids.
        originator: whose they are, where they do not say; by default each policy's owner.
        on: the instant at which they are read; None where that is not known.
    """
    found = dict[Marking, None]()
    for line in dict.fromkeys(_lines(text)):
        portion = line.startswith("(")
        found.update(dict.fromkeys(_readings(line, policies, originator, on, portion)[0].values()))
    return [*found]


def caveats(text: str, policies: Mapping[str, Policy]) -> list[str]:
    """The policies of which a flag stands in some words alone, as a line may: rule 3."""
    lines = {*_lines(text)}
    return [policy.id for policy in policies.values() if not lines.isdisjoint(_flags(policy))]


def _flags(policy: Policy) -> Iterator[str]:
    for flag in policy.flags.values():
        yield from (word.upper() for words in flag.words.values() for word in words)


def _lines(text: str) -> Iterator[str]:
    """The lines that some words may be meant as: rule 3. A portion is in parentheses."""
    plain = normalize("NFKC", text).strip()
    for one in (text.strip(), plain, *_ENDS.split(plain)):
        bare = one.strip(_AROUND)
        if 0 < len(bare) <= _LONGEST:
            yield from (one, bare, bare.upper())
            yield from _marks(" ".join(bare.upper().split()))
    for light, strict in _LIGHTS.findall(plain.upper()):
        yield f"TLP:{light}+{strict}" if strict else f"TLP:{light}"


def _marks(line: str) -> Iterator[str]:
    """A line of marks, and what remains of it without the last ones, as a banner and as a portion."""
    marks = [one.strip() for one in line.split("//")]
    for end in range(len(marks), 0, -1) if len(marks) > 1 else ():
        yield from ("//".join(marks[:end]), f"({'//'.join(marks[:end])})")


def _readings(
    text: str, policies: Mapping[str, Policy], originator: PartyCode | None, on: Instant | None, portion: bool
) -> tuple[dict[str, Marking], dict[str, Malformed]]:
    found: dict[str, Marking] = {}
    told: dict[str, Malformed] = {}
    for name, policy in policies.items():
        try:
            found[name] = read_line(text, policy, originator=originator or policy.owner, on=on, portion=portion)
        except Malformed as error:
            told[name] = error
    return found, told


def _column(where: str | None) -> int:
    number = (where or "").removeprefix("column ")
    return int(number) if number.isdecimal() else 0


def write_line(marking: Marking, policy: Policy, *, portion: bool = False) -> str:
    """The line of a marking.

    Raises:
        Refused: a line cannot say all of it.
    """
    match policy.phrases.get("format"):
        case "capco":
            return (capco.write_portion if portion else capco.write_banner)(marking, policy)
        case "tlp":
            return f"({tlp.write(marking, policy)})" if portion else tlp.write(marking, policy)
    return shown(marking, policy) if policy.owner is None else national_marking.write(marking, policy, portion=portion)
