"""Markings to try the laws on: a small policy, five parties, two groups that change, and three days."""

from __future__ import annotations

from hypothesis import strategies as st

from comity.values.fact import AnyFact
from comity.values.instant import DAY, Instant, show
from comity.values.marking import Category, Marking, Role
from comity.values.marking_join import closed
from comity.values.marking_policy_reading import policy
from comity.values.marking_readers import Setting
from comity.values.party import Group, Recipient
from comity.values.reading import fact

PARTIES = ("XAA", "XBB", "XCC", "XDD", "XEE")
DAYS = tuple(day * DAY for day in (10, 20, 30))
TODAY = 40 * DAY
SPELLS = {
    "LEAGUE": {"XAA": (0, 100), "XBB": (15, 100), "XCC": (0, 25)},
    "UNION": {"XCC": (0, 100), "XDD": (0, 35), "XEE": (25, 100)},
}
POLICY = policy({
    "id": "SCHEME",
    "name": "the scheme",
    "owner": "XAA",
    "source": "made up",
    "grade": "C",
    "levels": [
        {"id": "OPEN", "unmarked": "open", "words": "OPEN"},
        {"id": "HOUSE", "unmarked": "bound", "words": "HOUSE"},
        {"id": "SHUT", "unmarked": "originator", "words": "SHUT"},
        {"id": "SEALED", "unmarked": "originator", "words": "SEALED"},
    ],
    "tags": [
        {"id": "Code", "kind": "restrictive", "values": ["RED", "BLUE"]},
        {"id": "Only", "kind": "permissive", "parties": True},
        {"id": "Task", "kind": "permissive", "values": [
            {"id": "SEA", "holders": ["LEAGUE@dynamic"]}, {"id": "AIR", "holders": ["UNION@dynamic"]},
            {"id": "ALL", "holders": ["*"]}]},
        {"id": "Note", "kind": "informative", "values": ["STAFF", "PRESS"]},
    ],
    "flags": [
        {"id": "KEPT", "words": "KEPT"},
        {"id": "LENT", "words": "LENT"},
        {"id": "HOME", "words": "HOME", "closes": True, "excludes": ["LENT"]},
        {"id": "CREST", "words": "CREST", "closes": True},
    ],
    "tokens": {"LEAGUE": "LEAGUE@dynamic", "UNION": "UNION@dynamic"},
})  # fmt: skip
STATELESS = policy(
    {
        "id": "PACT",
        "name": "the pact",
        "source": "made up",
        "grade": "C",
        "levels": [
            {"id": "BARE", "unmarked": "open", "words": "BARE"},
            {"id": "LOW", "unmarked": "originator", "words": "LOW"},
            {"id": "HIGH", "unmarked": "originator", "words": "HIGH"},
        ],
        "flags": [{"id": "HOME", "words": "HOME", "closes": True}],
    }
)


def members(group: str, on: Instant) -> frozenset[str]:
    return frozenset(party for party, (first, last) in SPELLS.get(group, {}).items() if first * DAY <= on < last * DAY)


def membership_facts() -> list[AnyFact]:
    """The same memberships as facts of the calculus."""
    lines = [
        {"member": {"group": group, "party": party, "from": show(first * DAY), "until": show(last * DAY)}}
        for group, spells in SPELLS.items()
        for party, (first, last) in spells.items()
    ]
    return [fact(line, order) for order, line in enumerate(lines)]


BINDINGS: dict[str, tuple[Recipient, ...]] = {"SCHEME:HOUSE": ("XBB", Group("UNION"))}


def setting(on: Instant = TODAY) -> Setting:
    return Setting({one.id: one for one in (POLICY, STATELESS)}, members, on, BINDINGS)


recipients = st.sampled_from((*PARTIES, Group("LEAGUE"), Group("UNION"), Group("UNION", DAYS[0])))
audiences = st.frozensets(recipients, max_size=4)
originators = st.frozensets(st.sampled_from(PARTIES), min_size=1, max_size=2)
handling = st.frozensets(st.sampled_from(("KEPT", "LENT")), max_size=2)


def _categories(tag: str, values: tuple[str, ...], least: int) -> st.SearchStrategy[tuple[Category, ...]]:
    some = st.frozensets(st.sampled_from(values), min_size=least, max_size=3)
    return st.just(()) | some.map(lambda found: (Category.of(tag, found),))


only = _categories("Only", (*PARTIES, "LEAGUE", "UNION"), 0)
task = _categories("Task", ("SEA", "AIR", "ALL"), 0)
codes = _categories("Code", ("RED", "BLUE"), 1)
notes = _categories("Note", ("STAFF", "PRESS"), 1)


def _marking(
    policy_id: str, levels: tuple[str, ...], permissive: st.SearchStrategy[tuple[Category, ...]]
) -> st.SearchStrategy[Marking]:
    own = policy_id == POLICY.id
    return st.builds(
        Marking,
        st.just(policy_id),
        st.sampled_from(levels),
        originators,
        st.booleans(),
        st.none() | audiences,
        st.just(frozenset()) | audiences,
        codes if own else st.just(()),
        permissive,
        notes if own else st.just(()),
        handling if own else st.just(frozenset()),
        st.booleans(),
        st.none() | st.sampled_from(DAYS),
        st.none() | st.sampled_from(DAYS),
        st.none(),
        st.none() | st.sampled_from(("the duty officer", "the head of section")),
        st.frozensets(st.sampled_from(("personal", "medical")), max_size=2),
        st.sampled_from(Role),
    )


party_valued = _marking("SCHEME", ("OPEN", "HOUSE", "SHUT", "SEALED"), only).map(lambda one: closed(one, POLICY))
"""Markings whose permissive categories name parties: all the laws hold of them exactly."""

stateless = _marking("PACT", ("LOW", "HIGH"), st.just(()))
with_tasks = _marking("SCHEME", ("OPEN", "HOUSE", "SHUT", "SEALED"), task).map(lambda one: closed(one, POLICY))
"""Markings with a context, whose values intersect as words."""
