"""Kinds that a line may state: those that mean something here, and content of one's own that nobody can mistake.

Rules:
1. A kind of the calculus, or one that has a default label (`comity.ledger.readers`), is what it says.
2. Any other kind is content of one's own, which no decision reads. So what looks like a slip of the pen for a kind of
   rule 1 (one letter in a short word, two in a longer one), or is the everyday word for one, is refused: a mistyped
   refusal would refuse nothing.
3. Content that is called so all the same takes a word before it: `own-level`.
"""

from __future__ import annotations

from functools import cache

from comity.errors import Malformed
from comity.ledger.readers import DEFAULTS
from comity.values.reading import KINDS

KNOWN = frozenset(KINDS) | frozenset(DEFAULTS)
MEANT = {
    "approval": "grant", "authorisation": "grant", "authorization": "grant", "consent": "grant", "permission": "grant",
    "permit": "grant", "denial": "refuse", "deny": "refuse", "prohibition": "refuse", "veto": "refuse",
    "reservation": "reserve", "revocation": "revoke", "withdrawal": "revoke", "renewal": "renew",
    "membership": "member", "owner": "title", "ownership": "title", "derivation": "derive", "treaty": "agreement",
}  # fmt: skip
"""Everyday words for kinds."""
_SHORT = 5


def check(kind: str) -> None:
    """Refuse a kind that is most likely another, misspelt: rule 2.

    Raises:
        Malformed: it is.
    """
    near = nearest(kind)
    if near is not None:
        says = f"{kind!r} is no kind, and what no decision reads must not be mistaken for {near!r}"
        raise Malformed(
            says, field="kind", next_step=f"write {near}; or call content of your own otherwise: own-{kind}"
        )


@cache
def nearest(kind: str) -> str | None:
    """The kind that an unknown one looks like; None where it looks like none."""
    if kind in KNOWN:
        return None
    if kind in MEANT:
        return MEANT[kind]
    most = 1 if len(kind) <= _SHORT else 2
    found = [(distance(kind, known), known) for known in KNOWN if abs(len(kind) - len(known)) <= most]
    return min(((far, known) for far, known in found if far <= most), default=(0, None))[1]


def distance(one: str, other: str) -> int:
    """How many letters have to be added, left out, changed, or swapped with the next, to make one word of another."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        line = [row]
        for column, wanted in enumerate(other, start=1):
            least = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                least = min(least, before[column - 2] + 1)
            line.append(least)
        before, last = last, line
    return last[-1]
