"""What is said about a user's own agreements: what was found in a draft, what became of it, how two compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from comity.cli.own_book import PUBLIC
from comity.flow.agreement_aspects import OTHER, SAME
from comity.flow.agreement_comparison import Comparison, article, says
from comity.flow.agreement_draft import Finding
from comity.flow.agreement_words import summary
from comity.flow.own_agreements import Checked, Statement, readers, signers
from comity.values.party import PartyCode


def found(file: str, checked: Checked) -> dict[str, object]:
    """What was found about a draft, as plain data."""
    binds = [] if checked.agreement is None else list(summary(checked.agreement))
    return {
        "file": file,
        "sound": checked.agreement is not None,
        "faults": [_finding(finding) for finding in checked.faults],
        "weaknesses": [_finding(finding) for finding in checked.weaknesses],
        "binds": binds,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "where": finding.where,
        "field": finding.field,
        "message": finding.says,
        "next_step": finding.remedy,
    }


def lines(file: str, checked: Checked) -> Iterator[str]:
    """What was found about a draft, for people."""
    yield from (f"fault: {finding}" for finding in checked.faults)
    yield from (f"weak: {finding}" for finding in checked.weaknesses)
    count = f"{counted(checked.faults, 'fault')}, {counted(checked.weaknesses, 'weakness')}"
    yield f"{file}: {'sound' if checked.agreement is not None else 'not sound'}; {count}"
    if checked.agreement is not None:
        yield from summary(checked.agreement)


def counted(found: tuple[Finding, ...], word: str) -> str:
    """How many there are, in words."""
    plural = f"{word}es" if word.endswith("s") else f"{word}s"
    return f"{len(found) or 'no'} {word if len(found) == 1 else plural}"


def added(book: str, agreement: str, statement: Statement, unsigned: list[PartyCode]) -> dict[str, object]:
    """What became of an agreement in a book, as plain data."""
    by = signers(statement.lines) if statement.done == "signed" else []
    return {
        **signed(book, agreement, by, unsigned),
        "done": statement.done,
        "supersedes": statement.supersedes if statement.done == "changed" else None,
        "readers": readers(statement.label),
    }


def signed(book: str, agreement: str, by: list[PartyCode], unsigned: list[PartyCode]) -> dict[str, object]:
    """Who has signed an agreement now, as plain data."""
    done = "signed" if by else "unchanged"
    return {"agreement": agreement, "done": done, "book": book, "signed_by": by, "not_signed_by": unsigned}


def added_lines(data: Mapping[str, object]) -> Iterator[str]:
    """What became of an agreement in a book, for people."""
    after = {
        "added": "",
        "changed": "; the earlier version is kept",
        "signed": f" by {_listed(data['signed_by'])}",
        "unchanged": "; it stands there as it is",
    }
    yield f"{data['agreement']}: {data['done']} in {data['book']}{after[str(data['done'])]}"
    if "readers" in data:
        yield f"  may be read by {_listed(data['readers']) or 'everybody'}"
    if data["not_signed_by"]:
        yield f"  a claim until every party has signed it; not signed by {_listed(data['not_signed_by'])}"
    elif data["done"] == "signed":
        yield "  every party has signed it; it counts"


def _listed(names: object) -> str:
    return ", ".join(names) if isinstance(names, list) else ""


def comparison_lines(compared: Comparison, label: str, *, everything: bool) -> Iterator[str]:
    """A comparison for people: the subjects, with what differs under each."""
    yield f"first:  {compared.first.id}, {compared.first.name}"
    yield f"second: {compared.second.id}, {compared.second.name}"
    yield "Each word says how the first stands against the second; orders of strength are as read by whom they name."
    for row in compared.rows:
        yield f"{row.subject}: Art. {article(row.first)} | Art. {article(row.second)}: {row.word.upper()}"
        if not row.aspects:
            yield f"    {says(row.first or row.second)}"
        for aspect in row.aspects:
            if everything or aspect.word != SAME:
                yield f"    {aspect.name}: {aspect.word}: {aspect.first} | {aspect.second}"
    yield "the agreements as wholes:"
    for aspect in compared.whole:
        if everything or aspect.word not in {SAME, OTHER}:
            yield f"    {aspect.name}: {aspect.word}: {aspect.first} | {aspect.second}"
    if label != PUBLIC:
        yield f"Label: {label}"
    yield "Not legal advice. Articles are paraphrased; their text prevails."
