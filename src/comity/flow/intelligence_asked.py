"""What somebody says of an import in words: to whom, and what the levels of TLP mean; for terminals and pages alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from comity.consent.facts import Facts
from comity.errors import Malformed
from comity.flow.intelligence_coming import How
from comity.flow.intelligence_labels import levels
from comity.flow.meant import check_parties
from comity.values.party import ANYONE, PartyCode, Recipient, recipient


def recipients(text: str, field: str) -> tuple[Recipient, ...]:
    """Parties and groups with commas between.

    Raises:
        Malformed: one is none.
    """
    try:
        return tuple(recipient(one.strip()) for one in text.split(",") if one.strip())
    except Malformed as error:
        raise Malformed(error.message, field=field, next_step=error.next_step) from error


def tlp_binding(text: str, field: str) -> tuple[str, tuple[Recipient, ...]]:
    """Whom a TLP level lets read, as `GREEN=PARTY,GROUP@dynamic`.

    Raises:
        Malformed: it binds no level, or not to parties and groups.
    """
    level, equals, readers = text.partition("=")
    name = level.strip().upper().removeprefix("TLP:")
    if not equals or name not in levels():
        step = f"write LEVEL=PARTY,... with one of {', '.join(levels())}"
        raise Malformed(f"{text} binds no TLP level", field=field, next_step=step)
    return name, recipients(readers, field)


def check_readers(how: How, seen: Facts, parties: Mapping[str, str], *, to: str, tlp: str) -> None:
    """Refuse an import that lets somebody read whom nobody knows: a slip of the pen keeps no one out unseen.

    Args:
        how: how a file comes in.
        seen: the facts that its originator may read.
        parties: the parties of the casebook and their names.
        to: how errors call the field that says to whom.
        tlp: how they call the one that says what levels of TLP mean.

    Raises:
        Malformed: a party nobody knows; the field names it.
    """
    check_parties(seen, parties, _readers(how, to, tlp))


def _readers(how: How, to: str, tlp: str) -> Iterator[tuple[str, PartyCode]]:
    said = [(to, how.to or ()), *((tlp, readers) for readers in how.tlp.values())]
    said += [(f"rules[{place}].to", rule.to) for place, rule in enumerate(how.rules)]
    yield from ((field, one) for field, every in said for one in every if isinstance(one, str) and one != ANYONE)
