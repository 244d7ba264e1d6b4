"""A draft of an agreement is checked whole: every fault with its place, its field and a remedy, and nothing made up."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

import comity
from comity.casebook.book import casebook
from comity.errors import Malformed
from comity.flow import own_agreements as own
from comity.formats import cells, workbook, yaml12

FOLDER = Path(comity.__file__).parent / "casebook" / "agreements"
FILES = sorted(FOLDER.glob("*.yaml"))
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
SOUND = (EXAMPLES / "mutual-support.yaml").read_text(encoding="utf-8")


def document(text: str) -> yaml12.Mapping:
    read = yaml12.load(text, "draft.yaml")
    assert isinstance(read, yaml12.Mapping)
    return read


def checked(text: str) -> own.Checked:
    return own.from_yaml(text, "draft.yaml", casebook())


# What is sound


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_agreement_of_the_casebook_is_sound_as_text_and_as_a_sheet(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    written = document(text)
    as_text = own.from_yaml(text, file.name, casebook(), to_be_added=False)
    as_sheet = own.from_workbook(
        workbook.template(own.words(casebook()), written), "sheet.xlsx", casebook(), to_be_added=False
    )
    assert as_text.faults == as_sheet.faults == ()
    assert cells.same(as_sheet.document, written)
    assert as_text.agreement == as_sheet.agreement == casebook().agreements[file.stem]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_agreement_of_the_casebook_cannot_be_added_once_more(file: Path) -> None:
    (fault,) = own.from_yaml(file.read_text(encoding="utf-8"), file.name, casebook()).faults
    assert fault.field == "id"
    assert "never altered" in fault.says


def test_there_are_fifty_one() -> None:
    assert len(FILES) == 51


def test_the_example_has_neither_fault_nor_weakness() -> None:
    assert checked(SOUND).findings == ()


# What is broken


class Broken(NamedTuple):
    """A change to the sound example, and what is said of it."""

    old: str
    new: str
    field: str
    says: str
    remedy: str = ""
    line_of: str = ""


BROKEN = {
    "a duty that is no word of ours": Broken("duty: assist", "duty: help", "clauses.duty", "'help'", "allowed: defend"),
    "a date as a staff writes it": Broken("signed: 2020-03-04", "signed: 04.03.2020", "signed", "no date", "2004-03"),
    "a slip in a field": Broken("signed:", "singed:", "singed", "not known", "did you mean 'signed'?"),
    "a slip in a clause's field": Broken(
        'determined_by: ["each', 'determind_by: ["each', "clauses.determind_by", "not known", "'determined_by'"
    ),
    "a field is missing": Broken("name: ", "notes: ", "name", "is missing", "add", "id:"),
    "an id in small letters": Broken("id: SUPPORT-2020", "id: support", "id", "is no id", "capitals", "id: support"),
    "the id of a party": Broken("id: SUPPORT-2020", "id: NOR", "id", "party or group", "another id", "id: NOR"),
    "the id of the casebook's": Broken("SUPPORT-2020", "NAT-1949", "id", "never altered", "supersedes", "id: NAT"),
    "a group nobody knows": Broken(
        "{party: ISL, from: 2020-06-01}", "{group: NORTHEN}", "parties.group", "no group", "", "{group"
    ),
    "a stranger is bound": Broken(
        "bound: parties", "bound: [IRL, ICE]", "clauses.bound", "ICE is neither", "did you mean ISL?"
    ),
    "a place that is not drawn": Broken(
        "place: northern-waters", "place: sea", "clauses.trigger.targets.vessel.place", "'sea'", "northern-waters"
    ),
    "a kind of event nobody knows": Broken(
        "armed-attack: yes", "armed-atack: yes", "clauses.trigger.kinds.armed-atack", "no kind of event", "armed-attack"
    ),
    "a condition that is none": Broken(
        "when: requested == true", "when: requested = true", "clauses.trigger.when", "", "", "when:"
    ),
    "a grade that is none": Broken("grade: A", "grade: D", "grade", "'D'", "A, B"),
    "a shape upside down": Broken(
        "[48, -32, 72, -4]", "[72, -32, 48, -4]", "places.box", "its south, 72, is not", "[south,"
    ),
    "a party that is yes": Broken(
        "{party: IRL, from: 2020-06-01}", "{party: true}", "parties.party", "True is no code", "code", "{party: true}"
    ),
    "a territory nobody lists": Broken(
        "{box: [48, -32, 72, -4]", "{territories: [NOPE]", "places.territories", "NOPE is no part", "", "{territories"
    ),
    "a corner beyond the globe": Broken(
        "[48, -32, 72, -4]", "[48, -32, 1e999, -4]", "places.box", "off the globe", "90"
    ),
    "leaving in a word": Broken(
        "exit: {article", "exit: x\nnotes: {article", "exit", "'x' is no mapping", "write exit"
    ),
    "what survives in a word": Broken(
        'survives: [{article: "9", says: "What was received stays protected."}]',
        "survives: [x]",
        "survives",
        "'x' is no mapping",
        "says",
        "survives: [x]",
    ),
    "a fact of no kind": Broken(
        "- grant: {by", "- {}\n      - grant: {by", "clauses.facts", "0 kinds", "one kind", "- {}"
    ),
    "notice in words": Broken("notice_months: 12", "notice_months: twelve", "exit.notice_months", "whole number"),
    "two clauses of one number": Broken(
        'article: "4"', 'article: "5"', "clauses.article", "both article 5", "5(1)", 'article: "5"\n    duty: assist'
    ),
    "consents that cannot be read": Broken(
        "purposes: [any]", "purpose: [any]", "clauses.facts.grant.purpose", "no field", "purposes"
    ),
    "a duty to a victim of nothing": Broken(
        "toward: parties", "toward: victim", "clauses.toward", "no event", "trigger", "toward: victim\n    for: pairs"
    ),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_a_mistake_is_told_with_line_field_and_remedy(case: Broken) -> None:
    text = SOUND.replace(case.old, case.new, 1)
    assert text != SOUND
    draft = checked(text)
    assert draft.agreement is None
    (fault,) = draft.faults
    line = text[: text.index(case.line_of or case.new)].count("\n") + 1
    assert (fault.where, fault.field) == (f"draft.yaml:{line}", case.field)
    assert case.says in fault.says
    assert fault.remedy
    assert case.remedy in fault.remedy


def test_all_mistakes_are_told_at_once_from_top_to_bottom() -> None:
    mistakes = ("a date as a staff writes it", "a duty that is no word of ours", "a place that is not drawn",
                "notice in words")  # fmt: skip
    text = SOUND
    for name in mistakes:
        text = text.replace(BROKEN[name].old, BROKEN[name].new, 1)
    assert [fault.field for fault in checked(text).faults] == [BROKEN[name].field for name in mistakes]


WEAK = {
    "in force before it was signed": Broken(
        "signed: 2020-03-04", "signed: 2021-03-04", "signed", "before it was signed"
    ),
    "an article without a source": Broken(
        '    source: "Article 5"\n', "", "clauses (5).source", "no source of its own"
    ),
    "nobody determines": Broken(
        '    determined_by: ["each Party for itself"]\n', "", "clauses (5).determined_by", "who finds"
    ),
    "its words are not stated": Broken('words: "shall not pass on", ', "", "clauses (9).strength", "words"),
    "a strength beside the ladder": Broken("order: 30", "order: 33", "clauses (5).strength.order", "ladder"),
    "no end": Broken("exit:", "notes: x #", "exit", "how it is ended"),
    "no notice": Broken("notice_months: 12, ", "", "exit", "no notice"),
    "not in force": Broken("in_force: {from: 2020-06-01,", "in_force: {from: null,", "in_force.from", "not in force"),
    "a place nobody uses": Broken(
        "targets:\n        vessel: {place: northern-waters}",
        "targets: {vessel: yes}",
        "places.northern-waters",
        "uses it",
    ),
    "a party of one's own": Broken("{party: ISL,", "{party: UTO,", "parties.party", "one of your own"),
    "a field of one's own": Broken("kind:", "our-file: 12/3\nkind:", "our-file", "nothing reads it"),
}


@pytest.mark.parametrize("case", WEAK.values(), ids=WEAK)
def test_a_weakness_is_told_and_hinders_nothing(case: Broken) -> None:
    draft = checked(SOUND.replace(case.old, case.new, 1))
    (finding,) = draft.findings
    assert (finding.grave, finding.field) == (False, case.field)
    assert case.says in finding.says
    assert finding.remedy
    assert draft.agreement is not None


@pytest.mark.parametrize("name", sorted(set(BROKEN) - {"a field is missing", "a slip in a field"}))
def test_the_same_mistake_in_a_sheet_is_told_by_sheet_and_cell(name: str) -> None:
    text = SOUND.replace(BROKEN[name].old, BROKEN[name].new, 1)
    data = workbook.template(own.words(casebook()), document(text))
    faults = own.from_workbook(data, "draft.xlsx", casebook()).faults
    assert faults
    assert all(fault.where.startswith("draft.xlsx: sheet ") and ", row " in fault.where for fault in faults)


@pytest.mark.parametrize("text", ["", "- a list", "just words", "12"])
def test_what_is_no_agreement_at_all_is_told(text: str) -> None:
    with pytest.raises(Malformed, match=r"draft\.yaml:1"):
        checked(text)


def test_broken_yaml_is_told_by_its_line() -> None:
    with pytest.raises(Malformed) as told:
        checked(SOUND.replace("{party: IRL, from: 2020-06-01}", "{party: IRL, from: 2020-06-01", 1))
    assert str(told.value.where).startswith("draft.yaml:")
