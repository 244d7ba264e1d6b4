"""A malformed world names the line, the field, what is wrong and what is allowed, and nothing of it is evaluated."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from comity.cli import main


@dataclass(frozen=True)
class Slip:
    """A world with one thing wrong in it: where, in which field, and parts of what is said."""

    text: str
    line: int
    field: str | None
    says: tuple[str, ...]


HEAD = """\
story: One line of this world is wrong.
parties: [EST, FIN, GBR, "NO"]
groups:
  PACT: {EST: [2004-03-29, null]}
facts:
  - title: {thing: report-1, kind: information, owner: GBR, interest: originator}
  - grant: {id: g1, by: GBR, to: [EST], actions: [read], scope: report-1, when: "area == 'baltic'"}
"""
ASK = "queries:\n  - ask: {party: EST, action: read, thing: report-1, on: 2024-05-01}\n"
TERMS = "by: GBR, to: [EST], actions: [read], scope: report-1"


def fact(line: str, at: int, field: str | None, *says: str) -> Slip:
    """A wrong fact after the two right ones; its first line is line 8."""
    return Slip(f"{HEAD}{line}\n{ASK}", at, field, says)


def grant(more: str, field: str, *says: str) -> Slip:
    """A grant with a wrong field, on line 8."""
    return fact(f"  - grant: {{{TERMS}, {more}}}", 8, field, *says)


def query(line: str, at: int, field: str | None, *says: str) -> Slip:
    """A wrong question; its first line is line 9."""
    return Slip(f"{HEAD}queries:\n{line}\n", at, field, says)


def ask(more: str, field: str, *says: str) -> Slip:
    """A question with a wrong field, on line 9."""
    given = f"party: EST, action: read, thing: report-1, {more}"
    return query(f"  - ask: {{{given}}}\n    expect: {{verdict: GRANTED}}", 9, field, *says)


def expect(more: str, field: str, *says: str) -> Slip:
    """An expectation with a wrong field, on line 10."""
    return query(
        f"  - ask: {{party: EST, action: read, thing: report-1, on: 2024-05-01}}\n    expect: {{{more}}}",
        10,
        field,
        *says,
    )


FILES = {
    "an empty file": Slip("", 1, None, ("is empty", "headings: story, source, parties")),
    "a file of comments": Slip("# to be written\n", 1, None, ("is empty",)),
    "a list instead of headings": Slip("- parties: [EST]\n", 1, None, ("a world is a mapping", "headings: story")),
    "a tab for indentation": Slip(
        "parties: [EST]\nfacts:\n\t- title: {}\n", 3, None, ("no YAML", "indent with spaces")
    ),
    "a bracket that stays open": Slip("parties: [EST\nfacts:\n  - title: {}\n", 2, None, ("no YAML", "brackets")),
    "two documents": Slip("parties: [EST]\n---\nparties: [FIN]\n", 2, None, ("no YAML", "another document")),
    "an anchor and its alias": Slip(
        "parties: &all [EST, FIN]\nfacts:\n  - quorum: {scope: x, k: 1, of: *all}\n",
        1,
        "parties",
        ("anchors and aliases are not read",),
    ),
    "an anchor that nobody uses": Slip("parties: [&a EST]\n", 1, "parties[1]", ("anchors and aliases are not read",)),
    "an alias of a word": Slip("parties: [EST]\nstory: *a\n", 2, "story", ("anchors and aliases are not read",)),
    "everyone without quotes": Slip(
        "parties: [EST]\nfacts:\n  - reserve: {by: EST, to: [*], actions: [any], scope: x}\n",
        3,
        None,
        ("no YAML", 'in quotes: "*"'),
    ),
    "an anchor before a key": Slip("parties: [EST]\n&a facts: []\n", 2, None, ("a key must be a word",)),
    "a tag": Slip("parties: [EST, !!str 7]\n", 1, "parties[2]", ("tags are not read", "in quotes")),
    "a tag that would make an object": Slip(
        "parties: [EST]\nstory: !!python/object:os.system [x]\n", 2, "story", ("tags are not read",)
    ),
    "another version of YAML": Slip("%YAML 1.1\n---\nparties: [EST]\n", 1, None, ("another version", "YAML 1.2")),
    "lists in lists without end": Slip(
        f"parties: [EST]\nfacts: {'[' * 100_000}{']' * 100_000}\n", 2, "facts[1]", ("nested more than 64 deep",)
    ),
    "indentation without end": Slip(
        "parties: [EST]\n" + "".join(f"{' ' * deep}a:\n" for deep in range(200)), 66, "a.a", ("more than 64 deep",)
    ),
    "a list of lists by dashes": Slip(
        f"parties: [EST]\nfacts:\n  {'- ' * 3000}x\n", 3, "facts[1]", ("nested more than 64 deep",)
    ),
    "a character of control": Slip("parties: [EST]\nstory: a\x07bell\n", 2, None, ("U+0007", "take it out")),
    "a character of control, spelt out": Slip(
        'parties: [EST]\nstory: "\\e[31mred"\n', 2, "story", ("U+001B", "take it out")
    ),
    "a break that not every editor counts": Slip("story: a\u2028b\nparties: [EST]\n", 1, None, ("U+2028",)),
    "half a letter": Slip('parties: ["\\ud800"]\n', 1, None, ("no YAML", "invalid Unicode")),
    "a key of two lines": Slip('parties: [EST]\n"a\\nb": 1\n', 2, None, ("is no key", "on one line")),
    "a story that stays open": Slip("parties: [EST]\nfacts: []\nstory: 'a\n", 4, None, ("no YAML", "quotes")),
    "a story with a colon": Slip("parties: [EST]\nstory: a: b\n", 2, None, ("no YAML", "quotes")),
    "a dash too far left": Slip("parties: [EST]\nfacts:\n   - title: {}\n  - grant: {}\n", 4, None, ("indentation",)),
    "a word instead of headings": Slip("hello\n", 1, None, ("a world is a mapping", "headings: story")),
    "a merge key": Slip(
        "parties: [EST]\nfacts:\n  - title: {<<: {kind: money}, thing: x, owner: EST, interest: funder}\n",
        3,
        "title.<<",
        ("is no field here", "allowed: thing, kind"),
    ),
    "a key that is a list": Slip("parties: [EST]\n? [a, b]\n: c\n", 2, None, ("a key must be a word",)),
    "a number of ten thousand digits": Slip(
        f"parties: [EST]\nfacts:\n  - use: {{by: EST, grant: g, amount: {'9' * 10_000}}}\n",
        3,
        "use.amount",
        ("too long",),
    ),
}

HEADINGS = {
    "an unknown heading": Slip(
        "parties: [EST]\nquery: []\n", 2, "query", ("is no heading", "allowed: story, source, parties, groups, facts")
    ),
    "a heading twice": Slip(
        "parties: [EST]\nfacts: []\nfacts: []\n", 3, "facts", ("stands twice", "the other is on line 2")
    ),
    "a story that is no sentence": Slip("story: [a]\nparties: [EST]\n", 1, "story", ("is no text",)),
    "a source that is a number": Slip(
        "story: One.\nsource: 1997\nparties: [EST]\n", 2, "source", ("1997 is no text", "in quotes")
    ),
    "no parties": Slip("facts: []\n", 1, "parties", ("is missing", "name the parties")),
    "parties as one word": Slip("story: One.\nparties: EST\n", 2, "parties", ("must be a list",)),
    "a party code that YAML reads as a number": Slip("parties:\n  - EST\n  - 49\n", 3, "parties[2]", ("in quotes",)),
    "a party with a mode": Slip("parties: [EST, PACT@dynamic]\n", 1, "parties[2]", ("is no party code",)),
    "a party named twice": Slip("parties:\n  - EST\n  - FIN\n  - EST\n", 4, "parties[3]", ("EST stands twice",)),
    "facts as a mapping": Slip("parties: [EST]\nfacts: {title: {}}\n", 2, "facts", ("must be a list",)),
    "a heading that is a number": Slip("parties: [EST]\n7: x\n", 2, "7", ("is no heading", "allowed: story")),
    "parties without a name": Slip("parties: []\n", 1, "parties", ("is missing", "name the parties")),
    "a party code of two": Slip("parties: ['A,B']\n", 1, "parties[1]", ("is no party code",)),
    "queries as a word": Slip("parties: [EST]\nqueries: later\n", 2, "queries", ("must be a list",)),
}

GROUPS = {
    "groups as a list": Slip("parties: [EST]\ngroups: [PACT]\n", 2, "groups", ("is no mapping", "GROUP: {PARTY")),
    "members as a list": Slip("parties: [EST]\ngroups:\n  PACT: [EST]\n", 3, "groups.PACT", ("no mapping of members",)),
    "a member nobody declared": Slip(
        "parties: [EST]\ngroups:\n  PACT:\n    EST: [2004, null]\n    LVA: [2004, null]\n",
        5,
        "groups.PACT.LVA",
        ("LVA is no party here", "parties: EST"),
    ),
    "a membership of one date": Slip(
        "parties: [EST]\ngroups:\n  PACT: {EST: 2004-03-29}\n", 3, "groups.PACT.EST", ("no membership", "[from, until]")
    ),
    "a membership with an unknown field": Slip(
        "parties: [EST]\ngroups:\n  PACT:\n    EST: {from: 2004, till: 2009}\n",
        4,
        "groups.PACT.EST.till",
        ("is no field here", "allowed: from, until, recorded"),
    ),
    "a membership that ends before it begins": Slip(
        "parties: [EST]\ngroups:\n  PACT:\n    EST: [2009-01-01, 2004-03-29]\n",
        4,
        "groups.PACT.EST.until",
        ("ends (2004-03-29) before it begins (2009-01-01)",),
    ),
    "a membership in no month": Slip(
        "parties: [EST]\ngroups:\n  PACT: {EST: ['2004-13', null]}\n",
        3,
        "groups.PACT.EST.from",
        ("'2004-13' is no date",),
    ),
    "a member twice": Slip(
        "parties: [EST]\ngroups:\n  PACT:\n    EST: [2004, 2005]\n    EST: [2006, null]\n",
        5,
        "groups.PACT.EST",
        ("stands twice", "the other is on line 4"),
    ),
    "a membership of four dates": Slip(
        "parties: [EST]\ngroups: {PACT: {EST: [2004, 2005, 2006, 2007]}}\n", 2, "groups.PACT.EST", ("no membership",)
    ),
    "a group without a list of members": Slip(
        "parties: [EST]\ngroups:\n  PACT:\n", 3, "groups.PACT", ("is no mapping of members", "{} has no members")
    ),
    "a membership line for an undeclared group": fact(
        "  - member: {group: LEAGUE, party: EST}", 8, "member.group", "LEAGUE is no group here", "groups: PACT"
    ),
}

FACTS = {
    "an unknown kind": fact(
        "  - treaty: {by: GBR}", 8, "facts", "'treaty' is no kind of fact", "allowed: member, acts"
    ),
    "two kinds in one line": fact(
        "  - title: {}\n    grant: {}", 8, "facts", "a line is one kind, not 2 (title, grant)", "write one kind"
    ),
    "a line that is a word": fact("  - title", 8, "facts", "'title' is no fact"),
    "a kind without fields": fact("  - grant:", 8, "grant", "needs fields, not None"),
    "an unknown field": fact(
        f"  - grant:\n      by: GBR\n      too: [EST]\n      {'actions: [read]'}\n      scope: report-1",
        10,
        "grant.too",
        "is no field here",
        "allowed: by, to, actions",
    ),
    "a field twice": fact("  - grant:\n      by: GBR\n      by: EST", 10, "grant.by", "stands twice", "on line 9"),
    "a field that is missing": fact(
        "  - title: {thing: report-2, kind: information, owner: GBR}",
        8,
        "title.interest",
        "is missing",
        "add `interest:`",
    ),
    "an unknown kind of thing": fact(
        "  - title:\n      thing: ship-1\n      kind: ship\n      owner: GBR\n      interest: contributor",
        10,
        "title.kind",
        "'ship' is not known",
        "allowed: information, technology, force, territory, money",
    ),
    "an unknown interest": fact(
        "  - title: {thing: x, kind: money, owner: GBR, interest: owner}",
        8,
        "title.interest",
        "allowed: originator, co-or",
    ),
    "an unknown role": fact(
        "  - standing: {action: read, interest: originator, role: asked}",
        8,
        "standing.role",
        "'asked' is not known",
        "allowed: required, consulted, notified",
    ),
    "an unknown phase, in the second obligation": fact(
        f"  - grant:\n      {TERMS.replace(', ', chr(10) + '      ')}\n      obligations:\n"
        "        - {id: o1, kind: report, phase: after}\n"
        "        - id: o2\n          kind: mark\n          phase: during",
        17,
        "grant.obligations[2].phase",
        "'during' is not known",
        "allowed: before, with, after",
    ),
    "the same obligation twice": grant(
        "obligations: [{id: o, kind: mark, phase: with}, {id: o, kind: log, phase: with}]",
        "grant.obligations[2].id",
        "o stands twice",
    ),
    "an issuer nobody declared": grant("issuer: FRA", "grant.issuer", "FRA is no party here", "allowed: EST", "book"),
    "a group as issuer": grant("issuer: PACT", "grant.issuer", "PACT is no party here"),
    "an order that names a level twice": fact(
        "  - levels:\n      by: GBR\n      order: [open, secret, open]", 10, "levels.order", "open stands twice"
    ),
    "recipients as a mapping": fact(
        "  - grant: {by: GBR, to: {EST: 1}, actions: [read], scope: x}",
        8,
        "grant.to",
        "names no party",
        "GROUP@dynamic",
    ),
    "a derivation of a hundred steps": fact(
        "\n".join(f"  - derive: {{thing: a{n}, by: EST, from_things: [a{n + 1}]}}" for n in range(100)),
        8,
        "derive.from_things",
        "a0 is derived in more than 64 steps",
    ),
    "a derivation of a million ways": fact(
        "\n".join(
            f"  - derive: {{thing: {a}, by: EST, from_things: [{b}]}}"
            for n in range(20)
            for a, b in ((f"a{n}", f"b{n}, c{n}"), (f"b{n}", f"a{n + 1}"), (f"c{n}", f"a{n + 1}"))
        ),
        8,
        "derive.from_things",
        "a0 is made of its inputs in more than 100000 ways",
    ),
    "a word of a hundred thousand letters": Slip(
        f"{HEAD}  - title: {{thing: x, kind: {'z' * 100_000}, owner: GBR, interest: funder}}\n{ASK}",
        8,
        "title.kind",
        ("zzz [...] zzz", "is not known", "allowed: information"),
    ),
    "a party nobody declared": fact(
        "  - title: {thing: x, kind: money, owner: FRA, interest: funder}",
        8,
        "title.owner",
        "FRA is no party here",
        "EST",
    ),
    "a party code that is a number": fact(
        "  - title: {thing: x, kind: money, owner: 7, interest: funder}", 8, "title.owner", "7 is no text", "in quotes"
    ),
    "a group where a party must stand": fact(
        "  - title: {thing: x, kind: money, owner: PACT, interest: funder}",
        8,
        "title.owner",
        "PACT is a group, not a party",
    ),
    "a bare group name": fact(
        "  - grant:\n      by: GBR\n      to:\n        - FIN\n"
        "        - PACT\n      actions: [read]\n      scope: report-1",
        12,
        "grant.to[2]",
        "PACT is a group and needs a mode",
        "PACT@dynamic",
    ),
    "a group nobody declared": fact(
        "  - refuse: {by: GBR, to: [LEAGUE@dynamic], actions: [read], scope: x}",
        8,
        "refuse.to[1]",
        "LEAGUE is no group here",
        "groups: PACT",
    ),
    "a mode that is neither dynamic nor a day": fact(
        "  - refuse: {by: GBR, to: [PACT@now], actions: [read], scope: x}", 8, "refuse.to[1]", "'now' is no date"
    ),
    "a mode that is a ragged day": fact(
        "  - refuse: {by: GBR, to: [PACT@2004], actions: [read], scope: x}", 8, "refuse.to[1]", "more than one day"
    ),
    "an empty list of recipients": fact(
        "  - grant: {by: GBR, to: [], actions: [read], scope: x}", 8, "grant.to", "is empty", "name at least one"
    ),
    "an empty list where the field may be left out": grant(
        "purposes: []", "grant.purposes", "is empty", "leave the field"
    ),
    "a recipient that is no word": fact(
        "  - grant: {by: GBR, to: [null], actions: [read], scope: x}", 8, "grant.to[1]", "names no party"
    ),
    "an action that is a truth": fact(
        "  - grant: {by: GBR, to: [EST], actions: [read, true], scope: x}", 8, "grant.actions[2]", "True is no text"
    ),
    "a depth below nothing": grant("depth: -1", "grant.depth", "-1 is no whole number of 0 or more"),
    "a depth in fractions": grant("depth: 1.5", "grant.depth", "is no whole number"),
    "a depth without end": grant("depth: 99999999999", "grant.depth", "is no whole number", "1000000"),
    "a quota that is a word": grant("quota: plenty", "grant.quota", "'plenty' is no number"),
    "a quota beyond counting": grant("quota: 1e300", "grant.quota", "is no number", "up to 1000000000000000"),
    "a lease of no days": grant("from: 2024-01-01, lease_days: 0", "grant.lease_days", "0 is no whole number of 1 or"),
    "a lease without a first day": grant("lease_days: 30", "grant.from", "is missing", "a lease runs from a day"),
    "a day that does not exist": Slip(
        f"{HEAD}  - grant: {{{TERMS}, from: 2024-02-30}}\n{ASK}",
        8,
        "grant.from",
        ("'2024-02-30' is no date", "month and day"),
    ),
    "a date that is a word": grant("from: soon", "grant.from", "'soon' is no date", "2004-03-29"),
    "a time without a zone": grant("recorded: 2024-05-01T12:00", "grant.recorded", "has no zone", "end it with Z"),
    "a time without a zone, in quotes": grant("recorded: '2024-05-01T12:00'", "grant.recorded", "has no zone"),
    "a period that ends before it begins": fact(
        f"  - grant:\n      {TERMS.replace(', ', chr(10) + '      ')}\n      from: 2024-05-02\n      until: 2024-05-01",
        14,
        "grant.until",
        "ends (2024-05-01) before it begins (2024-05-02)",
    ),
    "a ragged recording": grant("recorded: 2024", "grant.recorded", "2024 allows more than one day", "the whole date"),
    "a ragged end where the day must be exact": fact(
        "  - collection:\n      name: files\n      by: GBR\n      things: [report-1]\n"
        "      from: 2020-01-01\n      until: 2024-05",
        13,
        "collection.until",
        "'2024-05' allows more than one day",
    ),
    "an unknown operator in a condition": grant(
        'when: "area ~ 3"', "grant.when", "cannot read the condition", "allowed: attributes"
    ),
    "arithmetic in a condition": grant(
        'when: "quantity + 1 < 5"', "grant.when", "column 1", "an attribute is expected"
    ),
    "a call in a condition": grant('when: "today() == true"', "grant.when", "column 1", "an attribute is expected"),
    "an order of words in a condition": grant("when: \"area < 'baltic'\"", "grant.when", "< orders numbers only"),
    "an attribute of two types in one condition": grant(
        "when: \"risk == 'high' or risk > 3\"", "grant.when", "risk is compared with text and with a number"
    ),
    "an attribute of two types in two facts": fact(
        f"  - grant: {{{TERMS}}}\n  - refuse:\n      {TERMS.replace(', ', chr(10) + '      ')}\n      when: 'area > 3'",
        14,
        "refuse.when",
        "area is a number here and text in another fact",
    ),
    "an id twice": fact(
        f"  - grant:\n      id: g1\n      {TERMS.replace(', ', chr(10) + '      ')}",
        9,
        "grant.id",
        "g1 stands twice",
        "line 7",
    ),
    "a derivation in a circle": fact(
        "  - derive: {thing: a, by: EST, from_things: [b]}\n"
        "  - derive:\n      thing: b\n      by: EST\n      from_things: [a]",
        8,
        "derive.from_things",
        "a is derived from itself",
        "break the circle",
    ),
    "a derivation from itself": fact(
        "  - derive:\n      thing: a\n      by: EST\n      from_things: [a]",
        11,
        "derive.from_things",
        "a is derived from itself",
    ),
    "a share of what is no part": fact(
        "  - derive: {thing: a, by: EST, from_things: [b], shares: {c: 5}}",
        8,
        "derive.shares.c",
        "is no part",
        "parts: b",
    ),
    "a share that is no number": fact(
        "  - derive:\n      thing: a\n      by: EST\n      from_things: [b, c.1]\n"
        "      shares:\n        b: 5\n        c.1: little",
        14,
        "derive.shares.c.1",
        "'little' is no number",
    ),
    "shares of more than the whole": fact(
        "  - derive: {thing: a, by: EST, from_things: [b, c], shares: {b: 70, c: 40}}",
        8,
        "derive.shares",
        "the shares come to 110 per cent",
    ),
    "a threshold above the whole": fact(
        "  - de-minimis: {by: GBR, to: ['*'], threshold: 250}", 8, "de-minimis.threshold", "250 is more than the whole"
    ),
    "a leg without a territory": fact(
        "  - route:\n      thing: flight-1\n      by: GBR\n      legs:\n        - {territory: a, after_hours: 0}\n"
        "        - {after_hours: 2}",
        13,
        "route.legs[2].territory",
        "is missing",
    ),
    "a leg of no length": fact(
        "  - route: {thing: flight-1, by: GBR, legs: [{territory: a, after_hours: 0, stay_hours: 0}]}",
        8,
        "route.legs[1].stay_hours",
        "must be more than 0",
    ),
    "a leg in a hundred years": fact(
        "  - route: {thing: flight-1, by: GBR, legs: [{territory: a, after_hours: 876000}]}",
        8,
        "route.legs[1].after_hours",
        "876000 hours is no leg",
    ),
    "a quorum that can never be met": fact(
        "  - quorum: {scope: report-1, k: 3, of: [GBR, EST]}", 8, "quorum.k", "3 of 2 can never agree"
    ),
    "a quorum of nobody": fact(
        "  - quorum: {scope: report-1, k: 0}", 8, "quorum.k", "0 is no whole number of 1 or more"
    ),
    "a revocation of nothing": fact("  - revoke: {by: GBR}", 8, "revoke.grant", "names no fact", "`grant: ID`"),
    "a revocation of two facts": fact(
        "  - revoke:\n      by: GBR\n      grant: g1\n      fact: g1", 11, "revoke.fact", "names a second fact"
    ),
    "a revocation of an unknown fact": fact(
        "  - revoke:\n      by: GBR\n      grant: g2", 10, "revoke.grant", "g2 is no fact here", "ids: g1"
    ),
    "a revocation of a title": fact(
        "  - revoke:\n      by: GBR\n      fact: fact-1",
        10,
        "revoke.fact",
        "fact-1 is a fact of another kind",
        "ids: g1",
    ),
    "a ragged day of effect": fact(
        "  - revoke: {by: GBR, grant: g1, effective: 2025}", 8, "revoke.effective", "more than one day"
    ),
    "a discharge of an unknown obligation": fact(
        "  - discharge: {by: EST, grant: g1, obligation: o1}",
        8,
        "discharge.obligation",
        "no obligation of g1",
        "ids: none",
    ),
    "a renewal of an unknown grant": fact(
        "  - renew: {by: GBR, grant: lease-7}", 8, "renew.grant", "lease-7 is no fact"
    ),
}

QUERIES = {
    "a question that is a word": query("  - ask", 9, "query", "needs fields, not 'ask'"),
    "a question without an ask": query("  - expect: {verdict: GRANTED}", 9, "query.ask", "is missing"),
    "a question with an unknown part": query(
        "  - ask: {party: EST, action: read, thing: x, on: 2024-05-01}\n    expects: {verdict: DENIED}",
        10,
        "query.expects",
        "is no field here",
        "allowed: ask, expect",
    ),
    "a question without a day": ask("purpose: planning", "ask.on", "is missing", "on: 2024-05-01"),
    "a ragged day": ask("on: 2024-05", "ask.on", "allows more than one day"),
    "an hour without a zone": ask("on: 2024-05-01T09:30", "ask.on", "has no zone"),
    "a day of knowledge that is none": ask("on: 2024-05-01, known: yesterday", "ask.known", "'yesterday' is no date"),
    "an unknown field": ask("on: 2024-05-01, area: baltic", "ask.area", "is no field here", "allowed: party, action"),
    "a party nobody declared": query(
        "  - ask:\n      party: FRA\n      action: read\n      thing: x\n      on: 2024-05-01",
        10,
        "ask.party",
        "FRA is no party here",
    ),
    "a context that is a list": ask("on: 2024-05-01, context: [area]", "ask.context", "is no mapping"),
    "an attribute of the wrong type": query(
        "  - ask:\n      party: EST\n      action: read\n      thing: report-1\n      on: 2024-05-01\n      context:\n"
        "        task: escort\n        area: 7",
        16,
        "ask.context.area",
        "7 does not fit",
        "read it as text",
    ),
    "a purpose that a condition takes for a number": Slip(
        f"{HEAD}  - grant: {{{TERMS}, when: 'purpose > 3'}}\n"
        "queries:\n  - ask:\n      party: EST\n      action: read\n"
        "      thing: report-1\n      on: 2024-05-01\n      purpose: planning\n",
        15,
        "ask.purpose",
        ("'planning' does not fit", "read it as a number"),
    ),
    "an attribute that is a list": ask(
        "on: 2024-05-01, context: {task: [a]}", "ask.context.task", "no value of a condition"
    ),
    "a face that is no list of words": ask("on: 2024-05-01, face: [3]", "ask.face[1]", "3 is no text"),
    "an unknown verdict": expect(
        "verdict: ALLOWED", "expect.verdict", "'ALLOWED' is no verdict", "allowed: DENIED, SILENT"
    ),
    "a verdict in small letters": expect("verdict: granted", "expect.verdict", "'granted' is no verdict"),
    "an unknown expectation": expect(
        "verdikt: GRANTED", "expect.verdikt", "is no field here", "allowed: verdict, missing"
    ),
    "a missing party nobody declared": expect("missing: [GBR, FRA]", "expect.missing[2]", "FRA is no party here"),
    "a missing party twice": expect("missing: [GBR, GBR]", "expect.missing[2]", "GBR stands twice"),
    "an expectation that is a word": query(
        "  - ask: {party: EST, action: read, thing: report-1, on: 2024-05-01}\n    expect: GRANTED",
        10,
        "expect",
        "needs fields, not 'GRANTED'",
    ),
    "a need below nothing": expect("needed: -1", "expect.needed", "is no whole number"),
    "owners as a list": expect("owners: [GBR]", "expect.owners", "is no mapping", "{PARTY: VERDICT}"),
    "an owner with an unknown verdict": expect("owners: {GBR: MAYBE}", "expect.owners.GBR", "'MAYBE' is no verdict"),
    "a word an asker never hears": expect(
        "learns: DENIED", "expect.learns", "allowed: GRANTED, PENDING, not available"
    ),
}

SLIPS = {
    f"{part}: {name}": slip
    for part, slips in (
        ("file", FILES),
        ("heading", HEADINGS),
        ("group", GROUPS),
        ("fact", FACTS),
        ("question", QUERIES),
    )
    for name, slip in slips.items()
}

CREDIBLE = f"{HEAD}{ASK}    expect: {{verdict: CONDITIONAL}}\n"


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_malformed_world_names_line_and_field(slip: Slip, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(slip.text, encoding="utf-8")
    assert main(["world", str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err) < 800, "an error can be read"
    where = f"comity: {path}:{slip.line}: " + (f"{slip.field}: " if slip.field else "")
    assert printed.err.startswith(where), printed.err
    assert "; " in printed.err, "it says what to do next"
    for part in slip.says:
        assert part in printed.err, printed.err


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_the_same_as_json_is_one_error_object(slip: Slip, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(slip.text, encoding="utf-8")
    assert main(["world", str(path), "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.err == ""
    error = json.loads(printed.out)["error"]
    assert (error["kind"], error["where"], error["field"]) == ("malformed", f"{path}:{slip.line}", slip.field)
    assert error["next_step"]


def test_the_world_that_the_slips_are_made_from_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(CREDIBLE, encoding="utf-8")
    assert main(["world", str(path)]) == 0
    assert "CONDITIONAL, missing GBR" in capsys.readouterr().out


def test_one_malformed_world_stops_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(CREDIBLE, encoding="utf-8")
    bad.write_text("parties: []\n", encoding="utf-8")
    assert main(["world", str(good), str(bad)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"comity: {bad}:1: parties: is missing")


def test_bytes_that_are_not_utf_8_are_named_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "world.yaml"
    path.write_bytes("story: x\nparties: [EST]\n# Å land\n".encode("latin-1"))
    assert main(["world", str(path)]) == 2
    assert capsys.readouterr().err == f"comity: {path}:3: is no UTF-8 text; save it as UTF-8\n"


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_a_file_that_cannot_be_read_says_so(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    assert main(["world", str(path), "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["kind"], error["where"]) == ("unavailable", str(path))


def test_a_letter_that_no_text_has_is_malformed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "world.yaml"
    path.write_text("parties: [EST]\nstory: a\x07bell\n", encoding="utf-8")
    assert main(["world", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"comity: {path}:")


def test_there_are_enough_slips() -> None:
    assert len(SLIPS) >= 45
