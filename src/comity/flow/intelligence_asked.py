"""What somebody says of an import in words: to whom, and what the levels of TLP mean; for terminals and pages alike."""

from __future__ import annotations

from comity.errors import Malformed
from comity.flow.intelligence_labels import levels
from comity.values.party import Recipient, recipient


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
