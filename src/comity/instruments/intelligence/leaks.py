"""The machine's part of checking what is to leave: does anything withheld show through?

Rules:
1. Nothing that leaves holds a token of what is withheld (`comity.instruments.intelligence.withheld`), however it is
   written: in other letters, joined or with anything between its words, defanged, percent-encoded, in base64 or in
   hexadecimal digits, with what hides words undone (`comity.instruments.intelligence.disguises`); or as its digest, of
   its own spelling, in small letters or in capitals, the first twelve digits of one among them; or as the identifier
   that an observable of that value has. Digits of an identifier, a hash or a digest may be joined or stand apart.
2. Names and selectors are looked for as whole words, one after the other, whatever stands between these or nothing, and
   over the end of one property into the next; identifiers and digests anywhere.
3. Nothing that leaves refers to what does not leave with it, except what everybody has (`known_ids`).
4. An identifier made of values (UUID version 5) leaves only where the values leave too: it can be guessed back.
5. A day in common is no proof, since many things fall on one day, nor is an instant told to the minute, nor the host of
   an address, where many things lie: they are shown to whoever decides (`certain` is false).
6. The check finds what shows; that nothing was found does not prove that nothing can be concluded. A person decides.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import md5, sha1, sha3_256, sha224, sha256, sha384, sha512
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from comity.formats.sco_ids import CONTRIBUTING, sco_id
from comity.instruments.intelligence.disguises import SECOND, Moment, addresses, decoded, moments, unhidden
from comity.instruments.intelligence.folding import APART, JOINED, SHORT, humped, plain
from comity.instruments.intelligence.withheld import Object, Secret, Token, constants, days, secrets, shingles, texts

_ID = re.compile(r"[a-z][a-z0-9-]*--([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_DIGITS = re.compile(r"(?<![0-9a-f])[0-9a-f]{12,128}(?![0-9a-f])")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_DIGIT = re.compile(r"[^0-9a-f]+")
_RUN = re.compile(r"[0-9a-f](?:[\W_]{0,2}[0-9a-f]){15,}")
"""Sixteen hexadecimal digits or more: fewer may mean anything when they are joined."""
_DIGEST_BYTES = frozenset((16, 20, 28, 32, 48, 64))
_BETWEEN, _APART, _PLURAL = r"[\W_]*", r"[\W_]+", "(?:e?s)"
_DIGESTS = (md5, sha1, sha224, sha256, sha384, sha512, sha3_256)
_SHOWS = {
    Token.IDENTIFIER: "holds an identifier of what is withheld",
    Token.NAME: "holds a name of what is withheld",
    Token.SELECTOR: "holds a selector of what is withheld",
    Token.HOST: "holds the host of an address of what is withheld",
    Token.WORDING: "takes over wording of what is withheld",
    Token.INSTANT: "holds an instant of what is withheld",
    Token.DAY: "falls on a day that what is withheld falls on",
}
_OBSERVED = [(kind, names[0]) for kind, names in CONTRIBUTING.items() if names in {("value",), ("name",), ("path",)}]
DIGEST = "holds a digest of what is withheld"
GUESSABLE = "holds an identifier made of a value of what is withheld"
DANGLES = "refers to what does not leave with it"
GUESSED = "has an identifier made of values that do not leave with it"


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """Something withheld shows: in which object that leaves, where, how, and what is seen there."""

    object: str
    field: str
    says: str
    shown: str
    certain: bool = True


def leaks(
    leaving: Sequence[Object],
    withheld: Sequence[Object],
    *,
    open_: Sequence[Object] = (),
    known_ids: Collection[str] = (),
    derived: Callable[[Object], str | None] = lambda _: None,
) -> list[Leak]:
    """All that shows of the withheld in what is to leave: rules 1 to 5.

    Args:
        leaving: the objects that are to leave, as STIX.
        withheld: the objects that must not show, or just their withheld properties.
        open_: what the audience may read already.
        known_ids: identifiers that everybody has, such as those of the standard's own markings.
        derived: the identifier that an observable's own values give, None where its kind has none.
    """
    known = {text for thing in open_ for _, text in texts(thing)}
    kept = _Kept(secrets(withheld, open_), {text for thing in withheld for _, text in texts(thing)} - known, known)
    here = {str(thing.get("id")) for thing in leaving} | set(known_ids)
    found = {
        leak
        for thing in leaving
        for leak in (*_shown(thing, kept), *_across(thing, kept), *_tied(thing, here, derived))
    }
    return sorted(found)


class _Kept:
    """The tokens that must not show, ready to be looked for; `open_` are the texts that the audience reads already."""

    def __init__(self, found: Sequence[Secret], spellings: Collection[str], open_: Collection[str]) -> None:
        spelt = [one for one in found if one.token in {Token.IDENTIFIER, Token.NAME, Token.SELECTOR, Token.HOST}]
        self.spelt = [(one, pattern) for one in spelt for pattern in _patterns(one)]
        self.others = set(found)
        self.instants = sorted(int(one.text) for one in found if one.token is Token.INSTANT)
        public = {address for text in open_ for folded in plain(text) for address in addresses(folded)}
        self.addresses = {
            address: one for one in spelt if one.token is not Token.HOST
            for address in addresses(one.text) if address not in public
        }  # fmt: skip
        values = {*spellings, *(constant for text in spellings for constant in constants(text))}
        said = {*(one.text for one in spelt), *(text for text in values if len(text) > 1)}
        every = {way for text in said for way in (text, text.upper(), f"{text}\n")}
        self.digests = sorted({digest(text.encode()).hexdigest() for text in every for digest in _DIGESTS})
        named = {one.text for one in spelt}
        observed = {text for text in values if not named.isdisjoint(plain(text))}
        self.guessed = {_tail(sco_id({"type": kind, name: text}, "")) for text in observed for kind, name in _OBSERVED}
        shown = {_NO_DIGIT.sub("", one): (GUESSABLE, one) for one in self.guessed}
        self.digits = shown | {digits: (_SHOWS[one.token], one.text) for one in spelt if (digits := _digits(one.text))}

    def digest(self, digits: str) -> bool:
        """Whether digits are a digest of something withheld, or begin one."""
        place = bisect_left(self.digests, digits)
        return place < len(self.digests) and self.digests[place].startswith(digits)

    def instant(self, told: Moment) -> bool:
        """Whether something withheld holds an instant within a moment."""
        place = bisect_left(self.instants, told.at)
        return place < len(self.instants) and self.instants[place] < told.at + told.width


def _digits(text: str) -> str:
    """The digits of what is nothing but hexadecimal digits and what stands between them; none of anything else."""
    return _NO_DIGIT.sub("", text) if _RUN.fullmatch(text) else ""


def _tail(name: str) -> str:
    return name.rpartition("--")[2]


class _Pattern(NamedTuple):
    """How a name or selector is found: what has to occur, and how it then stands."""

    first: str
    whole: re.Pattern[str]
    long: bool = True


def _patterns(one: Secret) -> Iterator[_Pattern]:
    """Rule 2."""
    if one.token is Token.IDENTIFIER:
        yield _Pattern(one.text, re.compile(re.escape(one.text)))
    for term in one.terms:
        words = re.split(f"[{re.escape(APART + JOINED)}]", term)
        long = sum(map(len, words)) >= SHORT
        if not term:
            yield _Pattern(one.text, re.compile(rf"(?<!\w){re.escape(one.text)}(?!\w)"), long=False)
        elif JOINED in term or words == [term]:
            many = f"{_PLURAL}?" if len(term) > SHORT and words[-1].isalpha() else ""
            yield _Pattern(words[0], re.compile(rf"(?<![^\W_]){_BETWEEN.join(words)}{many}(?![^\W_])"), long)
        else:
            yield _Pattern(words[0], re.compile(rf"(?<![^\W_]){_APART.join(words)}(?![^\W_])"), long)


def _shown(thing: Object, kept: _Kept) -> Iterator[Leak]:
    """Rules 1, 2 and 5."""
    name = str(thing.get("id"))
    for path, text in texts(thing):
        for given in (text, *unhidden(text)):
            ways = {*plain(given), *plain(humped(given))}
            every = "\n".join(ways)
            for one, pattern in kept.spelt:
                if pattern.first in every and (given is text or pattern.long) and _stands(pattern, ways):
                    yield Leak(name, path, _SHOWS[one.token], one.text, one.token is not Token.HOST)
            for one in {*days(given), *(Secret(Token.WORDING, run) for run in shingles(given))} & kept.others:
                yield Leak(name, path, _SHOWS[one.token], _seen(one, text), one.token is not Token.DAY)
            yield from (Leak(name, path, says, seen, certain) for says, seen, certain in _reckoned(ways, text, kept))
        for data in decoded(text):
            if len(data) in _DIGEST_BYTES and kept.digest(data.hex()):
                yield Leak(name, path, DIGEST, text[:80])


def _stands(pattern: _Pattern, ways: Collection[str]) -> bool:
    return any(pattern.whole.search(folded) for folded in ways)


def _reckoned(ways: Collection[str], text: str, kept: _Kept) -> Iterator[tuple[str, str, bool]]:
    """What is the same in whatever spelling: addresses, instants, digests, identifiers made of values."""
    for folded in ways:
        for address in addresses(folded):
            if address in kept.addresses:
                yield _SHOWS[kept.addresses[address].token], kept.addresses[address].text, True
        for told in moments(folded):
            if kept.instant(told):
                yield _SHOWS[Token.INSTANT], text[:80], told.width <= SECOND
        yield from ((DIGEST, digits, True) for digits in _DIGITS.findall(folded) if kept.digest(digits))
        yield from _run_together(folded, kept)
        yield from ((GUESSABLE, one, True) for one in _UUID.findall(folded) if one in kept.guessed)


def _run_together(folded: str, kept: _Kept) -> Iterator[tuple[str, str, bool]]:
    """Rule 1: digits that are joined where others stand apart, or the other way round."""
    for run in _RUN.findall(folded):
        digits = _NO_DIGIT.sub("", run)
        yield from ((*told, True) for known, told in kept.digits.items() if known in digits)
        if kept.digest(digits):
            yield DIGEST, run, True


def _across(thing: Object, kept: _Kept) -> Iterator[Leak]:
    """Rule 2: over the end of one property into the next."""
    said = [(path, text) for path, text in texts(thing) if path.rpartition(".")[2] != text]
    for (path, text), (_, after) in pairwise(said):
        ways = set(plain(f"{text} {after}"))
        every = "\n".join(ways)
        for one, pattern in kept.spelt:
            if (
                pattern.first in every
                and pattern.long
                and _stands(pattern, ways)
                and not _stands(pattern, {*plain(text), *plain(after)})
            ):
                yield Leak(str(thing.get("id")), path, _SHOWS[one.token], one.text, one.token is not Token.HOST)


def _seen(one: Secret, text: str) -> str:
    """What is seen: the wording itself, or of a day the text it stands in."""
    return one.text if one.token is Token.WORDING else text[:80]


def _tied(thing: Object, here: Collection[str], derived: Callable[[Object], str | None]) -> Iterator[Leak]:
    """Rules 3 and 4."""
    name = str(thing.get("id"))
    for path, text in texts(thing):
        if _ID.fullmatch(text) and text not in here:
            yield Leak(name, path, DANGLES, text)
    match = _ID.fullmatch(name)
    if match and UUID(match[1]).version == 5 and "created" not in thing and derived(thing) != name:
        yield Leak(name, "id", GUESSED, name)
