"""What a text says besides what stands in it: other ways of writing words, addresses and instants.

Rules:
1. Base64 in either alphabet, on several lines as well, and hexadecimal digits, in whatever grouping, are read as UTF-8
   and as UTF-16.
2. A word broken at the end of a line, letters with a sign between each two, tags and signs of emphasis within a word,
   digits in the place of letters (`h3ron`), and `xn--` in names of domains are undone.
3. An address of the internet is the same in every spelling: with zeros before its numbers, as one number, in
   hexadecimal digits, long or short, turned round for the lookup of names.
4. An instant is the same in every zone and form: ISO 8601, compact, date-time group, seconds since 1970, with English
   names of months. One told to the second or the minute is any instant within it.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}={0,2}")
_LINES = re.compile(r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{40,}\s+)+[A-Za-z0-9+/]+={0,2}")
_HEX = re.compile(r"(?:(?:\\x|0x)?[0-9A-Fa-f]{2}[\s:,-]?){4,}")
_ALPHABET = str.maketrans("-_", "+/")
_BROKEN = re.compile("(?<=\\w)[-\u2010\u2011][^\\S\\n]*+\\n\\s*+(?=\\w)")
_SPACED = re.compile(r"(?<!\w)\w(?:[\W_]\w){3,}(?!\w)")
_TAGS, _EMPHASIS = re.compile(r"<[^<>]{0,80}>"), re.compile(r"(?<=\w)[*_`~]+(?=\w)")
_MIXED = re.compile(r"[A-Za-z][0-9@$!]|[0-9@$!][A-Za-z]")
_PIECES = re.compile(r"([\w@$!]+)")
_DIGITS = (str.maketrans("013457@$!", "oieastasi"), str.maketrans("013457@$!", "oleastasi"))
_PUNYCODE = re.compile(r"xn--([a-z0-9-]+)", re.IGNORECASE)


def unhidden(text: str) -> Iterator[str]:
    """What a text comes to when what hides its words is undone, one way after the other: rules 1 and 2."""
    if blobs := "\n".join(said for data in decoded(text) for said in _read(data)):
        yield blobs
    for pattern in (_BROKEN, _TAGS, _EMPHASIS):
        if (plain := pattern.sub("", text)) != text:
            yield plain
    if _SPACED.search(text):
        yield _SPACED.sub(lambda run: re.sub(r"[\W_]", "", run[0]), text)
    if _MIXED.search(text):
        yield from ("".join(_spelt(piece, table) for piece in _PIECES.split(text)) for table in _DIGITS)
    if "xn--" in text.lower():
        yield _PUNYCODE.sub(_unicode, text)


def decoded(text: str) -> Iterator[bytes]:
    """What stands in a text as base64 or in hexadecimal digits: rule 1."""
    for found in (*_BASE64.findall(text), *("".join(lines.split()) for lines in _LINES.findall(text))):
        letters = found.rstrip("=").translate(_ALPHABET)
        try:
            yield b64decode(letters + "=" * (-len(letters) % 4), validate=True)
        except (NotBase64, ValueError):
            continue
    for found in _HEX.findall(text):
        digits = re.sub(r"\\x|0x|[\s:,-]", "", found)
        if len(digits) % 2 == 0:
            yield bytes.fromhex(digits)


def _read(data: bytes) -> Iterator[str]:
    yield data.decode("utf-8", "ignore")
    if data.count(0) * 3 > len(data):
        yield from (data.decode(how, "ignore") for how in ("utf-16-le", "utf-16-be"))


def _spelt(piece: str, digits: dict[int, int]) -> str:
    return piece.translate(digits) if _MIXED.search(piece) else piece


def _unicode(label: re.Match[str]) -> str:
    try:
        return label[1].encode("ascii").decode("punycode")
    except UnicodeError:
        return label[0]


_QUAD = re.compile(r"(?<![\w.])\d{1,4}(?:\.\d{1,4}){3}(?![\w]|\.\d)")
_TURNED = re.compile(r"((?:\d{1,3}\.){4})in-addr\.arpa", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])(?:0x[0-9A-Fa-f]{7,8}|[0-9]{8,10})(?![\w])")
_COLONS = re.compile(r"(?<![\w:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])")
Address = IPv4Address | IPv6Address


def addresses(folded: str) -> Iterator[Address]:
    """The addresses of the internet in a folded text, each in its one form: rule 3."""
    quads = [*_QUAD.findall(folded), *(".".join(turned.split(".")[3::-1]) for turned in _TURNED.findall(folded))]
    for quad in quads:
        numbers = [int(number) for number in quad.split(".")]
        if max(numbers) < 256:
            yield IPv4Address(bytes(numbers))
    for number in _NUMBER.findall(folded):
        if (whole := int(number, 0 if number.startswith("0x") else 10)) < 1 << 32:
            yield IPv4Address(whole)
    for colons in _COLONS.findall(folded):
        try:
            found = ip_address(colons)
        except ValueError:
            continue
        mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
        yield mapped or found


class Moment(NamedTuple):
    """An instant that a text tells: its first microsecond since 1970, and how many it is told to."""

    at: int
    width: int


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*"
_CLOCK = (
    r"(?:[t ,]|\s+at\s+)\s*(?P<hour>\d\d?)[:.h](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?P<part>[.,]\d{1,9})?)?"
    r"\s*(?P<zone>z\b|utc|gmt|[+-]\d\d:?\d\d)?"
)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<year>\d{{4}})[-/.](?P<number>\d\d?)[-/.](?P<day>\d\d?){_CLOCK}",
        rf"(?<!\d)(?P<day>\d\d?)[-/.](?P<number>\d\d?)[-/.](?P<year>\d{{4}}){_CLOCK}",
        rf"(?<!\d)(?P<number>\d\d?)/(?P<day>\d\d?)/(?P<year>\d{{4}}){_CLOCK}",
        rf"(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th)?[ -]{_NAMED}[ ,-]+(?P<year>\d{{4}}){_CLOCK}",
        rf"{_NAMED} (?P<day>\d\d?)(?:st|nd|rd|th)?,? (?P<year>\d{{4}}){_CLOCK}",
        r"(?<!\d)(?P<year>\d{4})(?P<number>\d\d)(?P<day>\d\d)t?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?P<zone>z)?(?!\d)",
        rf"(?<!\w)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)(?P<zone>[a-z])\s?{_NAMED}\s?(?P<year>\d\d(?:\d\d)?)(?!\w)",
    )
)
_SINCE = re.compile(r"(?<![\w.])(\d{10}|\d{13}|\d{16})(?![\w])")


def moments(text: str) -> Iterator[Moment]:
    """The instants that a text tells to the minute or closer; one without a zone is taken for UTC: rule 4."""
    for form in _FORMS:
        for found in form.finditer(text):
            told = found.groupdict()
            try:
                yield _moment(told)
            except ValueError:
                continue  # it only looks like one: there is no 30 February
    for digits in _SINCE.findall(text):
        unit = 10 ** (16 - len(digits))
        yield Moment(int(digits) * unit, unit)


def _moment(told: dict[str, str | None]) -> Moment:
    year, month = int(told["year"] or 0), told.get("number") or 1 + _MONTHS.index((told.get("month") or "").lower()[:3])
    hour, minute, second = (int(told.get(name) or 0) for name in ("hour", "minute", "second"))
    day = int(told["day"] or 0)
    at = datetime(year + 2000 if year < 100 else year, int(month), day, hour, minute, second, tzinfo=UTC)
    part = (told.get("part") or "").strip(".,")[:6]
    width = SECOND // 10 ** len(part) if told.get("second") else 60 * SECOND
    since = (at - _EPOCH) // timedelta(microseconds=1) + (int(part) * width if part else 0)
    return Moment(since - _offset((told.get("zone") or "z").lower()) * 60 * SECOND, width)


def _offset(zone: str) -> int:
    """A zone in minutes: a military letter, or hours and minutes; local time (J) is taken for UTC."""
    if len(zone) == 1:
        east, west = "abcdefghiklm".find(zone), "nopqrstuvwxy".find(zone)
        return 60 * (east + 1 if east >= 0 else -(west + 1) if west >= 0 else 0)
    if zone in {"utc", "gmt"}:
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return -minutes if zone[0] == "-" else minutes
