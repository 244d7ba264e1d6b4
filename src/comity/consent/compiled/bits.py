"""Sets of parties as packed bits: one row of 64-bit words for each set, so that a thousand parties cost sixteen words.

Shapes: a *plane* is a boolean array (sets, parties); *bits* are the same packed, (sets, words) of uint64.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]

WORD = 64


def words(parties: int) -> int:
    """How many words hold one bit for each party."""
    return (parties + WORD - 1) // WORD


def pack(plane: Flags) -> Bits:
    """A plane as bits."""
    sets, parties = plane.shape
    padded = np.zeros((sets, words(parties) * WORD), dtype=np.bool_)
    padded[:, :parties] = plane
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)


def unpack(bits: Bits, parties: int) -> Flags:
    """Bits as a plane."""
    return np.unpackbits(bits.view(np.uint8), axis=1, count=parties, bitorder="little").view(np.bool_)


def none(sets: int, parties: int) -> Bits:
    """Empty sets."""
    return np.zeros((sets, words(parties)), dtype=np.uint64)


def full(sets: int, parties: int) -> Bits:
    """Sets of all parties; the bits above the last party are set too, and mean nothing."""
    return ~none(sets, parties)


def single(members: Ints, parties: int) -> Bits:
    """For each of several parties, the set of it alone."""
    bits = none(len(members), parties)
    bits[np.arange(len(members)), members // WORD] = np.left_shift(np.uint64(1), (members % WORD).astype(np.uint64))
    return bits


def has(bits: Bits, members: Ints) -> Flags:
    """Whether each set holds the party at the same place of `members`."""
    word = bits[np.arange(len(members)), members // WORD]
    return (np.right_shift(word, (members % WORD).astype(np.uint64)) & np.uint64(1)).astype(np.bool_)


def where(flags: Flags, bits: Bits) -> Bits:
    """The sets whose flag is up; empty ones for the others."""
    if flags.all():
        return bits
    kept = bits.copy()
    kept[~flags] = 0
    return kept


def gather(groups: Ints, bits: Bits, count: int) -> Bits:
    """The union of the sets of each group.

    Args:
        groups: the group of each set, ascending.
        bits: the sets.
        count: how many groups there are; one without sets is empty.
    """
    made = np.zeros((count, bits.shape[1]), dtype=np.uint64)
    if len(groups):
        starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
        made[groups[starts]] = np.bitwise_or.reduceat(bits, starts, axis=0)
    return made


def ranges(starts: Ints, stops: Ints) -> tuple[Ints, Ints]:
    """All the integers of several half-open ranges, one range after the other, and which range each is of."""
    lengths = stops - starts
    owner = np.repeat(np.arange(len(starts)), lengths)
    begins = np.cumsum(lengths) - lengths
    return starts[owner] + np.arange(len(owner)) - begins[owner], owner
