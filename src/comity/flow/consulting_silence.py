"""A text under silence: what the chair does with it, and what those whose silence counts say to it.

Rules:
1. A text that the chair puts with its words goes with it, readable by those who take part, so that each receives what
   its hash says. Put by its hash alone, it reaches them another way.
2. What a party says of a text before the deadline tells the instant at which it was drafted: it is signed before the
   deadline, or drafted anew.
3. An amended text keeps the terms of the one before, but for what is said anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from comity.errors import Impossible
from comity.flow.consulting import Desk
from comity.flow.consulting_act import (
    STEP,
    Asked,
    Codes,
    Digest,
    Item,
    Minutes,
    Text,
    Time,
    Words,
    digest_of,
    parties,
    time,
)
from comity.instruments.consultation import acts
from comity.instruments.consultation import facts as f
from comity.instruments.consultation.acts import Statement
from comity.instruments.consultation.case import named
from comity.instruments.consultation.facts import Case, Line
from comity.instruments.consultation.silence import Procedure, procedure
from comity.instruments.consultation.texts import TEXT
from comity.values.instant import Instant, passed


def lying(item: str, desk: Desk, case: Case) -> Procedure:
    """What lies under silence about a point.

    Raises:
        Impossible: nothing does.
    """
    found = procedure(case, item, desk.facts, desk.now)
    if found is None:
        raise Impossible("no text was put under silence here", field="item", next_step=STEP)
    return found


def sign_before(statements: Iterable[Statement], desk: Desk) -> Instant | None:
    """The deadline before which a draft has to be signed, if one still lies ahead: rule 2."""
    said = {one.body["of"] for one in statements if one.kind in {f.RECEIPT, f.CONSENT, f.BREAK}}
    for put in desk.facts.of(f.Put):
        if put.stamp.id in said:
            deadline = lying(put.item, desk, named(put.case, desk.facts)).round.deadline
            return None if passed(deadline, desk.now) else deadline
    return None


def _with_its_words(words: str | None, put: Statement, desk: Desk, case: Case) -> list[Statement]:
    """Rule 1."""
    if words is None:
        return [put]
    readers = [party for party in acts.readers(case) if party != desk.party]
    label = [{"owner": desk.party, "scope": f"content/{TEXT}", "readers": readers}]
    return [Statement(TEXT, {"sha256": put.body["text"], "text": words, "label": label}, put.by), put]


class Put(Asked):
    """The chair puts a text under silence until a deadline."""

    item: Item
    deadline: Time
    text: Text | None = None
    sha256: Digest | None = None
    window_minutes: Minutes | None = None
    skew_minutes: Minutes | None = None
    notice_minutes: Minutes | None = None
    line: Line | None = None

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The text, and that it was put."""
        terms = {"window_minutes": self.window_minutes, "skew_minutes": self.skew_minutes,
                 "notice_minutes": self.notice_minutes, "line": self.line}  # fmt: skip
        digest, deadline = digest_of(self.text, self.sha256), time(self.deadline, "deadline")
        put = acts.put(case, self.item, digest, deadline, facts=desk.facts, now=desk.now, **terms)
        return _with_its_words(self.text, put, desk, case)


class Amend(Asked):
    """The chair puts an amended text in the place of the one that lies there: a new clock, and receipts anew."""

    item: Item
    deadline: Time
    text: Text | None = None
    sha256: Digest | None = None

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The amended text: rule 3."""
        put = lying(self.item, desk, case).round.put
        terms = {"window_minutes": put.window // f.MINUTE, "skew_minutes": put.skew // f.MINUTE,
                 "notice_minutes": put.notice // f.MINUTE, "line": put.line.value,
                 "whose": list(put.parties)}  # fmt: skip
        digest, deadline = digest_of(self.text, self.sha256), time(self.deadline, "deadline")
        amended = acts.put(case, self.item, digest, deadline, facts=desk.facts, now=desk.now, **terms)
        return _with_its_words(self.text, amended, desk, case)


class Extend(Asked):
    """The chair moves the deadline on."""

    item: Item
    deadline: Time

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The extension."""
        return [acts.extended(case, lying(self.item, desk, case), time(self.deadline, "deadline"))]


class Drop(Asked):
    """The chair ends the procedure without an outcome, and says what follows."""

    item: Item
    says: Words

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The end."""
        return [acts.dropped(case, lying(self.item, desk, case), self.says)]


class Outcome(Asked):
    """The chair records the outcome, where the facts settle it."""

    item: Item

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The record."""
        return [acts.recorded(case, lying(self.item, desk, case), desk.now)]


class Receipt(Asked):
    """State that one's nation has the text; after the deadline, that it kept silence or broke it."""

    item: Item
    sha256: Digest

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The receipt."""
        return [acts.receipt(case, lying(self.item, desk, case), desk.party, self.sha256)]


class Consent(Asked):
    """Say yes to the text itself, so that nobody need rely on silence."""

    item: Item
    sha256: Digest

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The consent."""
        return [acts.consent(case, lying(self.item, desk, case), desk.party, self.sha256)]


class Break(Asked):
    """Break silence; why, `reason` says."""

    item: Item

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The break."""
        return [acts.broken(case, lying(self.item, desk, case), desk.party, desk.now)]


class Reason(Asked):
    """Say why one's nation broke silence: for its own eyes, unless others are named."""

    item: Item
    says: Words
    to: Codes = ()

    def stated(self, desk: Desk, case: Case) -> list[Statement]:
        """The reason."""
        own = own_break(self.item, desk, case)
        return [acts.reason(case, own, desk.party, self.says, parties(self.to, "to", desk))]


def own_break(item: str, desk: Desk, case: Case) -> str:
    """The id of the break by which a party broke silence about a point.

    Raises:
        Impossible: it has not.
    """
    there = lying(item, desk, case).round.id
    own = [one for one in desk.facts.of(f.Break) if one.of == there and one.stamp.by == desk.party]
    if not own:
        raise Impossible(f"{desk.party} has not broken silence here", next_step="break it first")
    return own[0].stamp.id
