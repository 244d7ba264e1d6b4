"""What the casebook's agreements consent to, as facts of the calculus.

Rules:
1. Every clause with `facts` is written out for the parties its agreement binds (`comity.casebook.compiling`); a group
   stands for its members, each while it is one.
2. The groups' memberships come with them, so that consents given to a group reach its members.
3. The parties of an agreement are a group under the agreement's id, so that a clause can say `{id}@dynamic`.
4. An agreement may be asked about as if it had ended on a day (`ends`): what its articles let survive, survives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from comity.casebook import registers
from comity.casebook.compiling import Spell, Templates, both, compile_clause, empty
from comity.errors import Malformed
from comity.formats import yaml12
from comity.values.fact import AnyFact, Fact, Member
from comity.values.instant import ALWAYS, exactly, instant
from comity.values.period import OPEN, Period, period
from comity.values.reading import BOOK

_WEAK = "to be verified"


def consents(ends: Mapping[str, str] | None = None) -> tuple[AnyFact, ...]:
    """Every fact the casebook's agreements and groups contain.

    Args:
        ends: agreements asked about as if they had ended, with the day.

    Raises:
        Malformed: `ends` names an agreement that is not in the casebook, or no day.
    """
    wanted = dict(ends or {})
    known = {str(agreement["id"]): agreement for agreement in _agreements()}
    for name in wanted:
        if name not in known:
            raise Malformed(
                f"{name} is no agreement of the casebook", field="ends", next_step="see `comity agreements list`"
            )
    compiled = (fact for name, given in known.items() for fact in compile_agreement(given, wanted.get(name)))
    return (*memberships(), *compiled)


def compile_agreement(given: Mapping[str, object], end: str | None = None) -> Iterator[AnyFact]:
    """The facts of one agreement, read from its plain mapping; as if it had ended on `end`, when that is given."""
    in_force = _shortened(_period(given.get("in_force")), end)
    spells = [spell for party in _list(given.get("parties")) for spell in _spells(party, in_force)]
    yield from _parties(str(given.get("id")), spells)
    for clause in _list(given.get("clauses")):
        if "facts" in clause:
            yield from compile_clause(_templates(given, clause, in_force), spells)


def _parties(agreement: str, spells: Iterable[Spell]) -> Iterator[AnyFact]:
    """Rule 3."""
    for number, spell in enumerate(spells, start=1):
        if not empty(spell.valid):
            yield Fact(f"party-{agreement}-{number}", agreement, Member(agreement, spell.party), spell.valid)


def memberships() -> tuple[AnyFact, ...]:
    """The casebook's groups as membership facts."""
    return _memberships()


@cache
def _agreements() -> tuple[Mapping[str, object], ...]:
    folder = files("comity.casebook") / "agreements"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    read = (yaml12.load((folder / name).read_text("utf-8"), name) for name in names)
    return tuple(agreement for agreement in read if isinstance(agreement, Mapping))


@cache
def _memberships() -> tuple[AnyFact, ...]:
    seen: Counter[str] = Counter()
    return tuple(_membership(row, seen) for row in registers.rows(files("comity.casebook"), "groups.csv"))


def _membership(row: registers.Row, seen: Counter[str]) -> AnyFact:
    """Rule 2; the id counts a party's spells in a group, so that a new row elsewhere changes no other's id."""
    name = f"member-{row['group']}-{row['party']}"
    seen[name] += 1
    recorded = instant(row["recorded"]) if row["recorded"] else ALWAYS
    body = Member(row["group"], row["party"])
    return Fact(f"{name}-{seen[name]}", BOOK, body, registers.spell(row["from"], row["until"]), recorded)


def _list(given: object) -> list[Mapping[str, object]]:
    return [item for item in given if isinstance(item, Mapping)] if isinstance(given, list) else []


def _period(given: object) -> Period:
    return period(given.get("from"), given.get("until")) if isinstance(given, Mapping) else OPEN


def _shortened(valid: Period, end: str | None) -> Period:
    """Rule 4."""
    return valid if end is None else both(valid, Period(end=exactly(instant(end))))


def _spells(party: Mapping[str, object], in_force: Period) -> Iterable[Spell]:
    """Who an entry among the parties stands for, and when: rule 1."""
    valid = both(_period(party), in_force)
    if party.get("party") is not None:
        return [Spell(str(party["party"]), valid)]
    members = _members().get(str(party.get("group")), ())
    return [Spell(member.party, both(valid, member.valid)) for member in members]


@cache
def _members() -> Mapping[str, tuple[Spell, ...]]:
    """The members of each group with their spells."""
    found: dict[str, list[Spell]] = {}
    for fact in memberships():
        if isinstance(fact.body, Member):
            found.setdefault(fact.body.group, []).append(Spell(fact.body.party, fact.valid))
    return {group: tuple(spells) for group, spells in found.items()}


def _templates(given: Mapping[str, object], clause: Mapping[str, object], in_force: Period) -> Templates:
    weak = clause.get("verify", given.get("verify")) is True or clause.get("grade", given.get("grade")) == "C"
    article = str(clause.get("article"))
    basis = f"{given.get('name')}, Art. {article}" + (f" ({_WEAK})" if weak else "")
    facts = tuple(_list(clause.get("facts")))
    return Templates(
        str(given.get("id")),
        article,
        basis,
        str(clause.get("for", "once")),
        both(in_force, _period(clause)),
        facts,
        f"{given.get('id')}, Art. {article}",
    )
