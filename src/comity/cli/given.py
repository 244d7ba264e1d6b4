"""What options give in words: an instant, and the one party that speaks.

What is no such thing is told by the option it was given to.
"""

from __future__ import annotations

import argparse

from comity.cli.own_book import audience
from comity.errors import Malformed
from comity.values.instant import Instant, instant
from comity.values.party import PartyCode


def moment(text: str, option: str) -> Instant:
    """The instant that an option gives, as a day or with its time.

    Raises:
        Malformed: it is none.
    """
    try:
        return instant(text)
    except Malformed as error:
        raise Malformed(error.message, field=option, next_step=error.next_step) from error


def speaker(args: argparse.Namespace) -> PartyCode:
    """The one party after `--as`.

    Raises:
        Malformed: there is none, or more.
    """
    found = audience(args.audience)
    if len(found) != 1:
        raise Malformed("one party speaks for itself", field="--as", next_step="name exactly one")
    return found[0]
