"""Markings from the banner and portion lines of the United States, and back.

Rules:
1. A line is taken apart (`comity.formats.capco_line`), and refused when it breaks a rule
   (`comity.formats.capco_rules`).
2. The originators are the nation itself, unless the line begins with `//`, and whoever is named as source of foreign
   information. A source that is concealed is no originator; the marking says that there is one.
3. NOFORN, and what says NOFORN besides (LES NOFORN), is releasable to the nation itself. REL TO names whom it names.
   Where neither stands, nothing was said.
4. Only what a line can say is written; what it would say differently is refused. A bottom without another word is
   NOFORN, and the nation itself is added to a list of its own information.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from comity.errors import Malformed, Refused
from comity.formats.capco_line import Line, Whose, in_order, put_together, take_apart
from comity.formats.capco_rules import OURS, Finding, findings
from comity.values.marking import Category, Marking
from comity.values.marking_join import closed
from comity.values.marking_policy import Policy
from comity.values.marking_readers import Setting
from comity.values.marking_rollup import Breach, breaches
from comity.values.party import PartyCode, Recipient

_TAGS = {"Alliance": "alliance", "SCI": "sci", "SAP": "sap", "AEA": "aea", "ACCM": "accm"}


def read_banner(text: str, policy: Policy) -> Marking:
    """The marking that a banner line says.

    Raises:
        Malformed: a word is not known, or a rule is broken; `where` names the column.
    """
    return _marking(_kept(take_apart(text, policy), policy), policy)


def read_portion(text: str, policy: Policy) -> Marking:
    """The marking that a portion mark says, with or without its parentheses.

    Raises:
        Malformed: a word is not known, or a rule is broken; `where` names the column.
    """
    return _marking(_kept(take_apart(text, policy, portion=True), policy), policy)


def write_banner(marking: Marking, policy: Policy) -> str:
    """The banner line of a marking: rule 4.

    Raises:
        Refused: a line cannot say it.
    """
    return put_together(_line(marking, policy), policy)


def write_portion(marking: Marking, policy: Policy) -> str:
    """The portion mark of a marking, in parentheses: rule 4.

    Raises:
        Refused: a line cannot say it.
    """
    return put_together(_line(marking, policy), policy, portion=True)


def faults(text: str, policy: Policy, *, portion: bool = False) -> tuple[Finding, ...]:
    """Everything that keeps a line made of known words from being read, by paragraph.

    Raises:
        Malformed: a word is not known; `where` names the column.
    """
    return findings(take_apart(text, policy, portion=portion), policy)


def check_banner(portions: Sequence[str], banner: str, policy: Policy, setting: Setting) -> tuple[Breach, ...]:
    """What a banner gets wrong about the portions below it.

    Args:
        portions: the portion marks, with or without parentheses.
        banner: the banner line.
        policy: the policy of both, as data.
        setting: what markings are read by, and on which day.

    Raises:
        Malformed: a line cannot be read; `field` names which, `where` its column.
    """
    parts = [_named(f"portion {place}", read_portion, text, policy) for place, text in enumerate(portions, start=1)]
    return breaches(parts, _named("banner", read_banner, banner, policy), setting)


def _named(field: str, read: Callable[[str, Policy], Marking], text: str, policy: Policy) -> Marking:
    try:
        return read(text, policy)
    except Malformed as error:
        raise Malformed(error.message, where=error.where, field=field, next_step=error.next_step) from error


def _kept(line: Line, policy: Policy) -> Line:
    found = findings(line, policy)
    if found:
        first = found[0]
        raise Malformed(
            f"{first.says}{_cited(first.paragraph)}", where=f"column {first.column}", next_step=first.remedy
        )
    return line


def _cited(paragraph: str) -> str:
    if paragraph == OURS:
        return ""
    return f" (IC-ISM v10, {paragraph})" if paragraph.startswith("ISM-") else f" (DoDM 5200.01-V2, {paragraph})"


def _marking(line: Line, policy: Policy) -> Marking:
    owner = policy.phrases["first"]
    named = {owner, *(line.foreign or ())} if line.whose is Whose.OWN else set(line.owners)
    categories = ((tag, getattr(line, field)) for tag, field in _TAGS.items())
    return Marking(
        policy.id,
        line.level,
        frozenset(named),
        line.whose is Whose.JOINT,
        _releasable(line, owner, policy),
        frozenset(policy.recipient(code) for code in line.display),
        tuple(Category.of(tag, values) for tag, values in categories if values),
        handling=frozenset(line.flags),
        concealed_source=line.foreign == (),
    )


def _releasable(line: Line, owner: PartyCode, policy: Policy) -> frozenset[Recipient] | None:
    if policy.closed_by({*line.flags}):
        return frozenset({owner})
    return None if line.releasable is None else frozenset(policy.recipient(code) for code in line.releasable)


def _line(marking: Marking, policy: Policy) -> Line:
    """What a marking says, as a line: rule 4."""
    owner = policy.phrases["first"]
    given = marking if policy.closed_by(marking.handling) else closed(marking, policy)
    _sayable(given, policy)
    whose, owners = _whose(given, owner, policy)
    foreign = in_order(given.originators - {owner}) if whose is Whose.OWN else ()
    values = {field: given.values_of(tag) or () for tag, field in _TAGS.items()}
    line = Line(
        given.classification,
        whose,
        owners,
        values["alliance"],
        values["sci"],
        values["sap"],
        values["aea"],
        foreign if foreign or given.concealed_source else None,
        tuple(sorted(given.handling)),
        _codes(given, owner, policy),
        in_order(map(policy.written, given.display_only_to)),
        values["accm"],
    )
    broken = findings(line, policy)
    if broken:
        raise Refused(f"no line may say it: {broken[0].says}", next_step=broken[0].remedy)
    return line


def _sayable(given: Marking, policy: Policy) -> None:
    said = replace(
        given,
        restrictive=(),
        handling=frozenset(),
        releasable_to=None,
        display_only_to=frozenset(),
        concealed_source=False,
    )
    bare = Marking(policy.id, given.classification, given.originators, given.joint)
    if said != bare:
        step = "convert it, and keep what is lost beside it"
        what = next(name for name in _BESIDE if getattr(said, name) != getattr(bare, name))
        raise Refused(f"a line of {policy.name} has no place for {what.replace('_', ' ')}", next_step=step)
    if given.concealed_source and len(given.originators) > 1:
        raise Refused("a line conceals its source or names it", next_step="write one portion for each")


_BESIDE = (
    "policy", "permissive", "informative", "created", "review", "succession", "authority", "privacy_marks", "role",
)  # fmt: skip


def _whose(given: Marking, owner: PartyCode, policy: Policy) -> tuple[Whose, tuple[str, ...]]:
    if given.joint:
        return Whose.JOINT, in_order(given.originators)
    if owner in given.originators:
        return Whose.OWN, ()
    if len(given.originators) > 1:
        raise Refused("a line names one foreign owner, or all of them as joint", next_step="write one portion for each")
    if given.originators == {policy.phrases["alliance"]}:
        return Whose.ALLIANCE, tuple(given.originators)
    return Whose.NATION, tuple(given.originators)


def _codes(given: Marking, owner: PartyCode, policy: Policy) -> tuple[str, ...] | None:
    named = given.releasable_to
    closes = policy.closed_by(given.handling)
    if closes:
        if named is None or not named <= {owner} or (not named and given.originators != {owner}):
            says = f"{closes} and others who may have it"
            raise Refused(says, next_step=f"leave {closes} out, or close the list")
        return None
    if named is None:
        return None
    if not named - {owner}:
        raise Refused("no line says that nobody may have it, but NOFORN", next_step="add NOFORN, if it may stand here")
    if owner not in named and given.originators != {owner}:
        raise Refused(f"REL TO cannot leave {owner} out", next_step="write it by another format")
    try:
        return in_order({owner, *map(policy.written, named)}, owner)
    except Malformed as error:
        raise Refused(error.message, next_step="write it by another format") from error
