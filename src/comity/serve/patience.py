"""How often one address may try to sign in: kept in memory, and forgotten with it.

Rules:
1. An address has so many tries in a quarter of an hour that do not lead in; then it waits until the quarter is over.
2. A try counts before it is known how it ends, and is given back if it leads in: many at once gain nothing.
3. Of IPv6, a network of 64 bits counts as one address, for that is what one subscriber has.
4. Only so many addresses are remembered; the one that tried longest ago is forgotten first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock

from comity.values.instant import SECOND, Instant

TRIES = 30
QUARTER = 15 * 60 * SECOND
REMEMBERED = 10_000


class Patience:
    """The tries of each address."""

    def __init__(self, clock: Callable[[], Instant], tries: int = TRIES) -> None:
        self._clock, self._most, self._lock = clock, tries, Lock()
        self._tried: OrderedDict[str, tuple[int, Instant]] = OrderedDict()

    def admits(self, address: str) -> bool:
        """Whether an address may try; the try counts: rules 1 and 2."""
        name, now = _subscriber(address), self._clock()
        with self._lock:
            tries, ends = self._tried.pop(name, (0, now + QUARTER))
            if ends <= now:
                tries, ends = 0, now + QUARTER
            self._tried[name] = (tries + 1, ends)
            while len(self._tried) > REMEMBERED:
                self._tried.popitem(last=False)
            return tries < self._most

    def led_in(self, address: str) -> None:
        """Give a try back: rule 2."""
        name = _subscriber(address)
        with self._lock:
            tries, ends = self._tried.get(name, (0, self._clock()))
            if tries:
                self._tried[name] = (tries - 1, ends)


def _subscriber(address: str) -> str:
    """What stands for an address: rule 3."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return str(read)
    return str(read.ipv4_mapped or (int(read) >> 64))
