"""The words that a chair sent along with a text under silence.

Rules:
1. Words sent to a party stay with it: no later refusal and no correction takes back what it was told. What binds a
   party by its silence is never kept from it.
2. Words that are not what their hash says are nobody's text, and are left out.
3. Nobody is bound by words that he was not sent: silence counts of those alone who have stated that they have a text of
   this hash (`silence`). Who was sent none states none, or has it another way.
"""

from __future__ import annotations

from collections.abc import Mapping

from comity.instruments.consultation.acts import text_hash
from comity.instruments.consultation.gathered import Reading
from comity.values.label import Label, join, normalise

TEXT = "consultation-text"
"""The kind of fact that holds the words."""


def texts(readable: Reading) -> tuple[Mapping[str, str], Label]:
    """The words that an audience was sent, by their SHA-256, and the label of having looked."""
    records = [seen.record for seen in readable.told([TEXT])]
    stated = [(one.body.get("sha256"), one.body.get("text")) for one in records]
    found = {
        digest: words
        for digest, words in stated
        if isinstance(digest, str) and isinstance(words, str) and text_hash(words.encode()) == digest
    }
    return found, normalise(join(one.label for one in records))
