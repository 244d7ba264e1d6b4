"""What would give withheld intelligence away: the tokens of an object, by how each would show.

Rules:
1. An identifier is the object's id, the UUID in it, and what its external references call it.
2. A name is its name and every alias, by whatever extension it is kept, and whose a reference is. What public registers
   are called, and the phases of their kill chains, tells nothing of whoever cites them; any other source is a name.
3. A selector is what a system could be searched for: the values of an observable, and every constant in a pattern. The
   host of an address is told apart: it may be anybody's, so whoever decides is shown it.
4. Wording is any eight words in a row of its longer texts.
5. An instant is any timestamp in it. One at midnight is a day, which many things share.
6. What the audience may read elsewhere under the same kind is no secret of this object; an identifier always is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from comity.instruments.intelligence.folding import APART, JOINED, SHORT, named, plain, words, written
from comity.values.instant import DAY

WORDS = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_CONSTANT = re.compile(r"'((?:[^'\\]|\\.)*+)('|\\?\Z)", re.DOTALL)
"""A constant, or one that nobody ends: that is passed over at once, for no other can begin in it."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NAMES = re.compile(r"(?:^|_)(?:name|aliases|alias)$")
_PLACE = re.compile(r"\.\[\d+\]$")
_SELECTORS = frozenset(
    ("value", "hashes", "path", "command_line", "subject", "user_id", "account_login", "key", "body", "serial_number",
     "cwd", "data", "payload_bin", "message_id", "issuer", "credential", "cpe", "swid", "received_lines",
     "additional_header_fields", "imphash", "request_value", "request_header", "environment_variables")
)  # fmt: skip
_REGISTERS = frozenset(
    ("capec", "cve", "cwe", "nvd", "veris", "lockheed-martin-cyber-kill-chain", "mitre-attack", "mitre-ics-attack",
     "mitre-mobile-attack", "mitre-pre-attack")
)  # fmt: skip
"""What STIX 2.1 (2.5 and 2.10) and ATT&CK call public registers and kill chains; written otherwise it is a name."""
_HOST = re.compile(r"\w://(?:[^/?#@\s]*@)?([^/?#:@\s]+\.[^/?#:@\s]+)")
_NEVER = frozenset({"type", "spec_version", "id", "created", "modified"})

Value = object
Object = Mapping[str, Value]


class Token(StrEnum):
    """How something would show."""

    IDENTIFIER = "identifier"
    NAME = "name"
    SELECTOR = "selector"
    HOST = "host"
    WORDING = "wording"
    INSTANT = "instant"
    DAY = "day"


class Secret(NamedTuple):
    """A text that must not show, folded, and of which kind; of names and selectors the terms they are found by."""

    token: Token
    text: str
    terms: tuple[str, ...] = ()


def secrets(withheld: Sequence[Object], open_: Sequence[Object] = ()) -> list[Secret]:
    """The tokens of what is withheld, each once, less what may be read elsewhere: rules 1 to 6."""
    known = {(one.token, one.text) for thing in open_ for one in _tokens(thing) if one.token is not Token.IDENTIFIER}
    known |= {(Token.HOST, text) for token, text in known if token is Token.SELECTOR}
    found = {one for thing in withheld for one in _tokens(thing) if len(one.text) > 1}
    return sorted(one for one in found if (one.token, one.text) not in known)


def texts(value: Value, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text below a value with its path, keys of mappings among them."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            below = f"{path}.{key}" if path else str(key)
            yield below, str(key)
            yield from texts(item, below)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from texts(item, f"{path}.[{place}]")


def constants(pattern: str) -> list[str]:
    """The constants in a pattern, as they are meant: what is escaped in it stands for itself."""
    return [_ESCAPED.sub(r"\1", found) for found, end in _CONSTANT.findall(pattern) if end == "'"]


def instants(text: str) -> Iterator[Secret]:
    """The timestamps in a text, as microseconds; one without a zone is taken for UTC: rule 5."""
    for found in _INSTANT.findall(text):
        try:
            read = datetime.fromisoformat(found.replace(" ", "T"))
        except ValueError:
            continue  # it only looks like one: there is no 30 February
        zoned = read if read.tzinfo else read.replace(tzinfo=UTC)
        at = (zoned - _EPOCH) // timedelta(microseconds=1)
        yield Secret(Token.INSTANT if at % DAY else Token.DAY, str(at))


def days(text: str) -> Iterator[Secret]:
    """The days in a text, told as instants at midnight: rule 5."""
    return (one for one in instants(text) if one.token is Token.DAY)


def shingles(text: str) -> set[str]:
    """Every eight words in a row: rule 4."""
    found = set[str]()
    for spoken in words(text):
        found |= {" ".join(spoken[place : place + WORDS]) for place in range(len(spoken) - WORDS + 1)}
    return found


def _tokens(thing: Object) -> Iterator[Secret]:
    """Every token of an object: rules 1 to 5."""
    yield from _identifiers(thing)
    for path, text in texts({key: _own(value) for key, value in thing.items() if key not in _NEVER}):
        field = _PLACE.sub("", path).rpartition(".")[2]
        if text == field:
            continue  # the key of a mapping, which says nothing
        if _NAMES.search(field):
            yield Secret(Token.NAME, plain(text)[0], tuple(sorted(named(text))))
        elif field == "pattern":
            yield from (one for constant in constants(text) for one in _selected(constant))
        elif "created" not in thing and not _SELECTORS.isdisjoint(path.split(".")):
            yield from _selected(text)
        yield from (Secret(Token.WORDING, spoken) for spoken in shingles(text))
    for _, text in texts(thing):
        yield from instants(text)
    if thing.get("type") == "autonomous-system" and isinstance(thing.get("number"), int):
        yield _selector(f"AS{thing['number']}")


def _own(value: Value) -> Value:
    """A value, without what public registers call themselves, and what a kill chain of theirs calls its phases."""
    return [_apart(one) if isinstance(one, Mapping) else one for one in value] if isinstance(value, list) else value


def _apart(one: Object) -> Object:
    public = {field for field in ("source_name", "kill_chain_name") if _is_register(one.get(field))}
    if "kill_chain_name" in public:
        public.add("phase_name")
    return {field: text for field, text in one.items() if field not in public}


def _is_register(name: Value) -> bool:
    return isinstance(name, str) and name in _REGISTERS


def _selected(text: str) -> Iterator[Secret]:
    """A selector, and the host of an address: rule 3."""
    yield _selector(text)
    yield from (_selector(host)._replace(token=Token.HOST) for host in _HOST.findall(text))


def _selector(text: str) -> Secret:
    """Its words may be joined, where they are not too few to mean anything then."""
    joined = (term.replace(APART, JOINED) if _long(term) else term for term in written(text))
    return Secret(Token.SELECTOR, plain(text)[0], tuple(sorted(joined)))


def _long(term: str) -> bool:
    return len(term.replace(APART, "")) >= SHORT


def _identifiers(thing: Object) -> Iterator[Secret]:
    """Rule 1."""
    name, references = thing.get("id"), thing.get("external_references")
    if isinstance(name, str):
        yield Secret(Token.IDENTIFIER, plain(name)[0])
        yield from (Secret(Token.IDENTIFIER, found) for found in _UUID.findall(name.lower()))
    for one in references if isinstance(references, list) else ():
        if isinstance(one, Mapping):
            told = (one.get(field) for field in ("external_id", "url"))
            yield from (Secret(Token.IDENTIFIER, plain(text)[0]) for text in told if isinstance(text, str))
