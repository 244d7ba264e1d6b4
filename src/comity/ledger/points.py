"""Which 32 bytes can be a public key of Ed25519 at all (RFC 8032, 5.1).

Rules:
1. A key is a point of the curve in its one encoding: y below p, x a square root, and no sign for an x of nought
   (RFC 8032, 5.1.3). The library takes others, too.
2. It lies in the subgroup of prime order L and is not its neutral element. Under one of the eight points of small order
   a signature that nobody made may count; a key made as RFC 8032 says is never among those that are refused.

Points are public: nothing here has to take the same time for all of them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
_ROOT = pow(2, (P - 1) // 4, P)
Point: TypeAlias = tuple[int, int, int, int]
"""X, Y, Z, T of x = X/Z, y = Y/Z, xy = T/Z."""
NEUTRAL: Point = (0, 1, 1, 0)


@lru_cache(maxsize=1024)
def sound(public: bytes) -> bool:
    """Whether 32 bytes are a public key: rules 1 and 2."""
    point = _read(public)
    return point is not None and not _neutral(point) and _neutral(_times(L, point))


def _read(public: bytes) -> Point | None:
    """The point of an encoding; None if it is none: rule 1."""
    if len(public) != 32:
        return None
    sign, y = public[31] >> 7, int.from_bytes(public, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P  # the divisor is never nought: -1/D is no square
    x = _root(square)
    if y >= P or x is None or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _root(square: int) -> int | None:
    """A square root modulo p (p = 5 modulo 8); None where there is none."""
    found = pow(square, (P + 3) // 8, P)
    for root in (found, found * _ROOT % P):
        if (root * root - square) % P == 0:
            return root
    return None


def _plus(one: Point, other: Point) -> Point:
    """The sum of two points (RFC 8032, 5.1.4), whichever they are."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(many: int, point: Point) -> Point:
    """A point added to itself so many times."""
    total = NEUTRAL
    while many:
        if many & 1:
            total = _plus(total, point)
        point, many = _plus(point, point), many >> 1
    return total


def _neutral(point: Point) -> bool:
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0
