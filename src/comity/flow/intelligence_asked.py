"""What somebody says of an import in words: to whom, and what the levels of TLP mean; for terminals and pages alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comity.casebook.book import Casebook
from comity.consent.facts import Facts
from comity.errors import Malformed
from comity.flow.intelligence_coming import How
from comity.flow.intelligence_labels import levels
from comity.flow.meant import check_groups, check_parties
from comity.formats.misp_sharing import Bindings
from comity.values.party import ANYONE, Group, Recipient, recipient


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


def check_readers(how: How, seen: Facts, book: Casebook, *, to: str, tlp: str) -> None:
    """Refuse an import that lets somebody read whom nobody knows: a slip of the pen keeps no one out unseen.

    Args:
        how: how a file comes in.
        seen: the facts that its originator may read.
        book: the casebook.
        to: how errors call the field that says to whom.
        tlp: how they call the one that says what levels of TLP mean.

    Raises:
        Malformed: a party or a group nobody knows; the field names it.
    """
    said = [(to, how.to or ()), *((tlp, readers) for readers in how.tlp.values())]
    said += [(f"rules[{place}].to", rule.to) for place, rule in enumerate(how.rules)]
    _check(said, seen, book)


def check_bindings(bindings: Bindings, seen: Facts, book: Casebook) -> None:
    """Refuse what binds words of MISP's to somebody whom nobody knows.

    Args:
        bindings: what MISP's words mean here.
        seen: the facts that whoever gives the bindings may read.
        book: the casebook.

    Raises:
        Malformed: a party or a group nobody knows, or what is neither; the field names it.
    """
    organisations = {one: (party,) for one, party in bindings.organisations.items()}
    each = {"organisations": organisations, "communities": bindings.communities, "groups": bindings.groups}
    said = [(f"{key}.{name}", names) for key, bound in each.items() for name, names in bound.items()]
    _check([(field, recipients(",".join(names), field)) for field, names in said], seen, book)


def _check(said: Sequence[tuple[str, Iterable[Recipient]]], seen: Facts, book: Casebook) -> None:
    each = [(field, one) for field, every in said for one in every if one != ANYONE]
    check_parties(seen, book.parties, [(field, one) for field, one in each if isinstance(one, str)])
    check_groups(seen, book.groups, [(field, one.name) for field, one in each if isinstance(one, Group)])
