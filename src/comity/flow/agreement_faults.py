"""What is wrong with an agreement as written, every fault at once, and what is merely weak.

Rules:
1. What the reader cannot read is a fault (`agreement_reading`), and a field or value out of order (`agreement_fields`).
2. What the reader takes but cannot mean anything is a fault too: a party nobody knows, an article no clause has, two
   triggered clauses under one article, a duty towards a victim without a trigger, a box without a point in it, a part
   of a territory that no register has, consents the calculus cannot read. So is what keeps an agreement from being
   whole (`agreement_whole`).
3. The id of a draft that is to be added is its own: no agreement, party or group of the casebook has it.
4. What is weak is told beside the faults (`agreement_weaknesses`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from comity.casebook import agreement as strict
from comity.casebook.book import Casebook
from comity.casebook.consents import compile_agreement
from comity.errors import Malformed
from comity.flow.agreement_draft import Draft, Finding, entries, items, parts
from comity.flow.agreement_fields import unknown_fields, values
from comity.flow.agreement_reading import unread
from comity.flow.agreement_weaknesses import weaknesses
from comity.flow.agreement_whole import breaches
from comity.formats.yaml12 import Mapping as Lines

_ID = re.compile(r"[A-Z0-9][A-Z0-9._-]*")


def findings(draft: Draft, casebook: Casebook) -> list[Finding]:
    """Every fault and weakness, from the top of the draft to its end."""
    return sorted(_findings(draft, casebook), key=lambda finding: finding.line)


def _findings(draft: Draft, casebook: Casebook) -> Iterator[Finding]:
    whole = [draft.fault(*breach) for breach in breaches(draft.document)]
    yield from whole
    unreadable = tuple(fault for fault in unread(draft) if (fault.where, fault.field) not in _at(whole))
    yield from unreadable
    yield from unknown_fields(draft)
    yield from values(draft)
    if draft.to_be_added:
        yield from _identity(draft, casebook)
    yield from _names(draft, casebook)
    yield from _clauses(draft)
    yield from _boxes(draft)
    yield from _territories(draft, casebook)
    yield from _articles(draft)
    if not unreadable and not whole:
        yield from _consents(draft)
    yield from weaknesses(draft)


def _at(found: Iterable[Finding]) -> set[tuple[str, str | None]]:
    return {(finding.where, finding.field) for finding in found}


def _identity(draft: Draft, casebook: Casebook) -> Iterator[Finding]:
    """Rule 3."""
    given, document = draft.document.get("id"), draft.document
    line = document.lines.get("id", document.line)
    if not isinstance(given, str):
        return
    if not _ID.fullmatch(given):
        yield draft.fault(line, "id", f"{given!r} is no id", "write capitals, digits, dots and hyphens: EXAMPLE-2001")
    elif given in casebook.agreements:
        remedy = "give yours an id of its own; what it takes the place of goes under `supersedes`"
        yield draft.fault(line, "id", f"{given} is an agreement of the casebook, which is never altered", remedy)
    elif given in casebook.parties or given in casebook.groups:
        yield draft.fault(line, "id", f"{given} is a party or group of the casebook", "choose another id")


def _names(draft: Draft, casebook: Casebook) -> Iterator[Finding]:
    """Rule 2: every party and group named is known, to the casebook or as a party of this agreement."""
    own: set[str] = set()
    for entry, line in entries(draft.document, "parties"):
        party, group = entry.get("party"), entry.get("group")
        if isinstance(group, str) and group not in casebook.groups:
            told = f"{group} is no group of the casebook"
            yield draft.fault(entry.lines.get("group", line), "parties.group", told, _close(group, casebook.groups))
        if isinstance(party, str):
            own.add(party)
            if party not in casebook.parties:
                told = f"{party} is no party of the casebook; it is taken as one of your own"
                yield draft.weak(entry.lines.get("party", line), "parties.party", told, _close(party, casebook.parties))
    known = {**dict.fromkeys((*own, *casebook.groups), ""), **casebook.parties}
    for field, name, line in _named(draft.document):
        if name not in known:
            remedy = f"{_close(name, known)}; a party of your own is named under `parties` first"
            yield draft.fault(line, field, f"{name} is neither a party nor a group that is known", remedy)


_WHO = {
    "clauses": ("bound", "toward"),
    "clauses.trigger": ("victim", "attacker"),
    "clauses.qualifies": ("party",),
    "clauses.readings": ("by",),
    "reservations": ("party",),
    "suspensions": ("bound", "toward"),
    "exit": ("notice_to",),
    "": ("depositary",),
}
_LOOSE = {"clauses.readings", "exit", ""}
"""Where a body that is no party may be named in words: not a code, so not checked."""


def _named(document: Lines) -> Iterator[tuple[str, str, int]]:
    """Every party or group named outside the list of parties: field, name, line."""
    for part, given in parts(document):
        for key in _WHO.get(part, ()):
            value, line = given.get(key), given.lines.get(key, given.line)
            lists = part in {"clauses", "clauses.trigger"}
            for name in value if isinstance(value, list) else [] if lists else [value]:
                if isinstance(name, str) and (part not in _LOOSE or re.fullmatch(r"[A-Z]{3}", name)):
                    yield f"{part}.{key}".strip("."), name, line


def _close(name: str, known: Iterable[str]) -> str:
    """A remedy: the codes of whoever has a name that begins so, or else those it may be a slip of."""
    titles = known.items() if isinstance(known, Mapping) else ()
    begun = [code for code, title in titles if str(title).lower().startswith(name.lower())]
    close = begun[:3] or get_close_matches(name, list(known), 3, 0.6)
    return f"did you mean {' or '.join(close)}?" if close else "see `comity agreements list` and the casebook's codes"


def _clauses(draft: Draft) -> Iterator[Finding]:
    """Rule 2: a clause that hangs together."""
    document = draft.document
    if not entries(document, "parties"):
        line = document.lines.get("parties", document.line)
        yield draft.fault(line, "parties", "nobody is bound", "name the parties")
    if not entries(document, "clauses"):
        yield draft.fault(
            document.lines.get("clauses", document.line), "clauses", "says nothing", "write at least one clause"
        )
    for clause, line in entries(document, "clauses"):
        trigger = clause.get("trigger")
        if clause.get("toward") == strict.VICTIM and trigger is None:
            told = "is owed to a victim, but no event sets it off"
            yield draft.fault(clause.lines["toward"], "clauses.toward", told, "add a trigger, or name to whom")
        if isinstance(trigger, Lines):
            if not trigger.get("kinds"):
                at = clause.lines.get("trigger", line)
                yield draft.fault(at, "clauses.trigger.kinds", "no kind of event sets it off", "name at least one kind")
            if trigger.get("targets") is not None and trigger.get("place") is not None:
                told = "stands beside targets, which have places of their own"
                remedy = "keep the targets, or one place for them all"
                yield draft.fault(trigger.lines["place"], "clauses.trigger.place", told, remedy)


def _boxes(draft: Draft) -> Iterator[Finding]:
    """Rule 2: an area that has no point in it would make its articles silently void."""
    for at, shape in _shapes(draft.document.get("places"), draft.document.line):
        box = shape.get("box")
        south, north = (box[0], box[2]) if isinstance(box, list) and len(box) == 4 else (None, None)
        if isinstance(south, int | float) and isinstance(north, int | float) and south >= north:
            told = f"its south, {south}, is not below its north, {north}"
            yield draft.fault(at, "places.box", told, "write [south, west, north, east]")


def _territories(draft: Draft, casebook: Casebook) -> Iterator[Finding]:
    """Rule 2: a part of a territory that is known, else its articles would be silently void."""
    known = {part.code: part.name for parts_of in casebook.parts.values() for part in parts_of}
    for at, shape in _shapes(draft.document.get("places"), draft.document.line):
        if "territories" in shape:
            names = shape["territories"]
            for name in names if isinstance(names, list) else [names]:
                if name not in known:
                    told = f"{name} is no part of a territory that the casebook lists"
                    yield draft.fault(at, "places.territories", told, _close(str(name), known))
        if shape.get("parts_of", "victim") != "victim":
            told = f"{shape['parts_of']!r} is not known"
            yield draft.fault(at, "places.parts_of", told, "allowed: victim; or name parts under `territories`")


def _shapes(given: object, line: int) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Every mapping within the places, with its line."""
    if isinstance(given, Mapping):
        yield line, given
        for key, value in given.items():
            yield from _shapes(value, getattr(given, "lines", {}).get(key, line))
    elif isinstance(given, list):
        for value, at in zip(given, getattr(given, "lines", [line] * len(given)), strict=True):
            yield from _shapes(value, at)


def _articles(draft: Draft) -> Iterator[Finding]:
    """Rule 2: articles are told apart, and those that others name exist."""
    clauses = entries(draft.document, "clauses")
    triggered = Counter(str(clause.get("article")) for clause, _ in clauses if clause.get("trigger") is not None)
    seen: set[str] = set()
    for clause, line in clauses:
        article = str(clause.get("article"))
        if clause.get("trigger") is not None and triggered[article] > 1 and article in seen:
            told = f"two clauses that events set off are both article {article}"
            yield draft.fault(clause.lines.get("article", line), "clauses.article", told, "write 5(1) and 5(2)")
        if clause.get("trigger") is not None:
            seen.add(article)
    known = {str(clause.get("article")) for clause, _ in clauses}
    for part in ("reservations", "suspensions"):
        for entry, line in entries(draft.document, part):
            articles = entry.get("articles")
            for name in articles if isinstance(articles, list) else []:
                if str(name) not in known:
                    at, told = entry.lines.get("articles", line), f"no clause is article {name}"
                    yield draft.fault(at, f"{part}.articles", told, f"articles: {', '.join(sorted(known))}; or all")


def _consents(draft: Draft) -> Iterator[Finding]:
    """Rule 2: what a clause consents to is readable by the calculus."""
    document = draft.document
    for clause, line in entries(document, "clauses"):
        for fact, at in items(clause, "facts"):
            yield from _consent(draft, {**clause, "facts": [fact]}, at, clause.lines.get("for", line))


def _consent(draft: Draft, clause: Mapping[str, object], at: int, each: int) -> Iterator[Finding]:
    """One fact of a clause; the line of its `for` is given too."""
    try:
        for _ in compile_agreement({**draft.document, "clauses": [clause]}):
            pass
    except Malformed as error:
        field = f"clauses.{error.field}" if error.field else "clauses.facts"
        here = each if error.field == "for" else at
        yield draft.fault(here, field, error.message, error.next_step or "see docs/worlds.md")
