"""The machine's part of checking what is to leave: does anything withheld show through?

Rules:
1. Nothing that leaves holds a token of what is withheld (`comity.instruments.intelligence.withheld`), however it is
   written: in other letters, defanged, percent-encoded, in base64, or as its MD5, SHA-1, SHA-256 or SHA-512, of its own
   spelling or in small letters.
2. Names and selectors are looked for as whole words, one after the other, whatever stands between these or nothing;
   identifiers and digests anywhere.
3. Nothing that leaves refers to what does not leave with it, except what everybody has (`known_ids`).
4. An identifier made of values (UUID version 5) leaves only where the values leave too: it can be guessed back.
5. A day in common is no proof, since many things fall on one day: it is shown to whoever decides (`certain` is false).
6. The check finds what shows; that nothing was found does not prove that nothing can be concluded. A person decides.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import md5, sha1, sha256, sha512
from typing import NamedTuple
from uuid import UUID

from comity.instruments.intelligence.folding import APART, JOINED, SHORT, humped, plain
from comity.instruments.intelligence.withheld import Object, Secret, Token, instants, secrets, shingles, texts

_ID = re.compile(r"[a-z][a-z0-9-]*--([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}={0,2}")
_DIGEST = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})(?![0-9a-f])")
_ALPHABET = str.maketrans("-_", "+/")
_BETWEEN, _APART, _PLURAL = r"[\W_]*", r"[\W_]+", "(?:e?s)"
_DIGESTS = (md5, sha1, sha256, sha512)
_SHOWS = {
    Token.IDENTIFIER: "holds an identifier of what is withheld",
    Token.NAME: "holds a name of what is withheld",
    Token.SELECTOR: "holds a selector of what is withheld",
    Token.WORDING: "takes over wording of what is withheld",
    Token.INSTANT: "holds an instant of what is withheld",
    Token.DAY: "falls on a day that what is withheld falls on",
}
DIGEST = "holds a digest of what is withheld"
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
    kept = _Kept(secrets(withheld, open_), {text for thing in withheld for _, text in texts(thing)} - known)
    here = {str(thing.get("id")) for thing in leaving} | set(known_ids)
    found = {leak for thing in leaving for leak in (*_shown(thing, kept), *_tied(thing, here, derived))}
    return sorted(found)


class _Kept:
    """The tokens that must not show, ready to be looked for."""

    def __init__(self, found: Sequence[Secret], spellings: Collection[str]) -> None:
        spelt = [one for one in found if one.token in {Token.IDENTIFIER, Token.NAME, Token.SELECTOR}]
        self.spelt = [(one, pattern) for one in spelt for pattern in _patterns(one)]
        self.others = {one for one in found if one.token in {Token.WORDING, Token.INSTANT, Token.DAY}}
        said = {*(one.text for one in spelt), *(text for text in spellings if len(text) > 1)}
        self.digests = {digest(text.encode()).hexdigest() for text in said for digest in _DIGESTS}


class _Pattern(NamedTuple):
    """How a name or selector is found: what has to occur, and how it then stands."""

    first: str
    whole: re.Pattern[str]


def _patterns(one: Secret) -> Iterator[_Pattern]:
    """Rule 2."""
    if one.token is Token.IDENTIFIER:
        yield _Pattern(one.text, re.compile(re.escape(one.text)))
    for term in one.terms:
        words = re.split(f"[{re.escape(APART + JOINED)}]", term)
        if not term:
            yield _Pattern(one.text, re.compile(rf"(?<!\w){re.escape(one.text)}(?!\w)"))
        elif JOINED in term or words == [term]:
            many = f"{_PLURAL}?" if len(term) > SHORT and words[-1].isalpha() else ""
            yield _Pattern(words[0], re.compile(rf"(?<![^\W_]){_BETWEEN.join(words)}{many}(?![^\W_])"))
        else:
            yield _Pattern(words[0], re.compile(rf"(?<![^\W_]){_APART.join(words)}(?![^\W_])"))


def _shown(thing: Object, kept: _Kept) -> Iterator[Leak]:
    """Rules 1 and 2."""
    name = str(thing.get("id"))
    for path, text in texts(thing):
        for given in (text, *_decoded(text)):
            ways = {*plain(given), *plain(humped(given))}
            for one, pattern in kept.spelt:
                if any(pattern.first in folded and pattern.whole.search(folded) for folded in ways):
                    yield Leak(name, path, _SHOWS[one.token], one.text)
            for one in {*instants(given), *(Secret(Token.WORDING, run) for run in shingles(given))} & kept.others:
                yield Leak(name, path, _SHOWS[one.token], _seen(one, text), one.token is not Token.DAY)
            for digest in {found for folded in ways for found in _DIGEST.findall(folded)}:
                if digest in kept.digests:
                    yield Leak(name, path, DIGEST, digest)


def _seen(one: Secret, text: str) -> str:
    """What is seen: the wording itself, or of an instant the text it stands in."""
    return one.text if one.token is Token.WORDING else text[:80]


def _decoded(text: str) -> Iterator[str]:
    """What stands in a text as base64, in either of its alphabets: rule 1."""
    for found in _BASE64.findall(text):
        letters = found.rstrip("=").translate(_ALPHABET)
        try:
            yield b64decode(letters + "=" * (-len(letters) % 4), validate=True).decode()
        except (NotBase64, ValueError):
            continue


def _tied(thing: Object, here: Collection[str], derived: Callable[[Object], str | None]) -> Iterator[Leak]:
    """Rules 3 and 4."""
    name = str(thing.get("id"))
    for path, text in texts(thing):
        if path != "id" and _ID.fullmatch(text) and text not in here:
            yield Leak(name, path, DANGLES, text)
    match = _ID.fullmatch(name)
    if match and UUID(match[1]).version == 5 and "created" not in thing and derived(thing) != name:
        yield Leak(name, "id", GUESSED, name)
