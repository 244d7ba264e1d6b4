"""Verifying the channels of a book: rules 2 to 5 and 8 of `comity.ledger.verify`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from comity.ledger import chain, sign
from comity.ledger.findings import Damage, Finding
from comity.ledger.keys import Keys
from comity.ledger.store import START, Link

Channel = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Channels:
    """The links of every channel in order, and what the facts say of them.

    `present` is where each fact stands, `due` the channels that each is in by its label, `tails` the last facts of the
    batches, `damaged` the ids of those whose link was told before.
    """

    links: Sequence[Link]
    present: Mapping[bytes, int]
    due: Mapping[Channel, Collection[bytes]]
    tails: Collection[bytes]
    damaged: Collection[str | None]
    keys: Keys

    def findings(self) -> Iterator[Finding]:
        """The damages: the facts that a channel lost, then link after link."""
        lost = self._lost()
        for channel, addresses in lost.items():
            for address in addresses:
                if address.hex() not in self.damaged:
                    says = f"the channel from {channel[0]} to {channel[1]} does not hold it any more"
                    yield Finding(Damage.MISSING, address.hex(), self.present.get(address), says)
        before: Link | None = None
        for link in self.links:
            channel = (link.issuer, link.recipient)
            if before is not None and (before.issuer, before.recipient) != channel:
                before = None
            yield from self._place(link, before, gaps=channel not in lost)
            yield from self._head(link)
            before = link

    def _lost(self) -> dict[Channel, list[bytes]]:
        """The facts that each channel should hold and does not: rule 8."""
        held = {(link.issuer, link.recipient, link.address) for link in self.links}
        left = {
            channel: [address for address in addresses if (*channel, address) not in held]
            for channel, addresses in self.due.items()
        }
        return {channel: addresses for channel, addresses in left.items() if addresses}

    def _place(self, link: Link, before: Link | None, *, gaps: bool) -> Iterator[Finding]:
        """Whether a link stands after the one before it: rules 2, 3 and 5. A gap that was told is not told again."""
        seq, last = (0, START.chain) if before is None else (before.seq, before.hash)
        if link.address not in self.present:
            yield self._found(Damage.MISSING, link, "{channel} holds it, and the book does not")
        if link.seq == seq and before is not None:
            says = f"{{channel}} holds it and {before.address.hex()} both at place {seq}"
            yield self._found(Damage.FORKED, link, says)
        elif link.seq != seq + 1:
            if gaps:
                yield Finding(Damage.MISSING, None, None, f"{_name(link)} has nothing at place {seq + 1}")
        elif chain.channel_link(last, link.issuer, link.recipient, link.seq, link.address) != link.hash:
            yield self._found(Damage.REORDERED, link, "{channel} does not run to it from the fact before it")

    def _head(self, link: Link) -> Iterator[Finding]:
        """Whether a channel's head is signed where it should be: rules 4 and 8."""
        if link.key is None and link.signed is not None:
            yield self._found(Damage.ALTERED, link, "{channel} has a signature there, and no key that it could be of")
        if link.key is not None and not self._signed(link):
            yield self._found(Damage.FORGED, link, f"the head of {{channel}} is not signed by a key of {link.issuer}")
        elif link.key is None and link.address in self.tails:
            yield self._found(Damage.FORGED, link, "{channel} has no signed head where its batch ends")

    def _signed(self, link: Link) -> bool:
        key = self.keys.get(link.key or "")
        head = sign.channel_head(link.issuer, link.recipient, link.seq, link.hash)
        return (
            key is not None
            and key.party == link.issuer
            and sign.verifies(key.public, sign.CHANNEL, head, link.signed or b"")
        )

    def _found(self, damage: Damage, link: Link, says: str) -> Finding:
        at = self.present.get(link.address)
        return Finding(damage, link.address.hex(), at, says.format(channel=_name(link)))


def _name(link: Link) -> str:
    return f"the channel from {link.issuer} to {link.recipient}"
