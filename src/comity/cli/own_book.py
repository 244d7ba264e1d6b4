"""A user's own book behind a question: opened for the audience of the answer, and the label the answer then bears.

Rules:
1. A question reads of the book what every party of the audience may read.
2. An answer bears the join of the labels of all that was searched for it (`comity.flow.labelled`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from comity.errors import Malformed
from comity.flow.labelled import PUBLIC, label_words, searched

__all__ = ["PUBLIC", "audience", "audience_option", "label_words", "searched"]


def audience_option(parser: argparse.ArgumentParser, told: str) -> None:
    """Add `--as`, whom an answer is for: one party or several."""
    parser.add_argument("--as", dest="audience", action="append", default=[], metavar="PARTY[,PARTY...]", help=told)


def audience(given: Iterable[str]) -> list[str]:
    """The parties that `--as` names.

    Raises:
        Malformed: one of them is no word.
    """
    parties = [party.strip() for item in given for party in item.split(",")]
    if not all(parties):
        raise Malformed("a party is missing", field="--as", next_step="write codes with a comma between two")
    return parties
