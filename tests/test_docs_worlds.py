"""The page of worlds (docs/worlds.md) is complete and true: its tables are the reader's, and its examples are run.

Rules:
1. Each kind of fact has a section of its own; the first table there has its fields, in the order of the vocabulary.
2. A fence marked `yaml` is a whole world when it has `parties:`, and then it holds; else it is a list of lines (facts
   or questions), each of which can be read.
3. A default of a table is what leaving the field out means; `needed` is a field that cannot be left out.
4. A condition shown as allowed can be read, and one shown as refused cannot.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.cli import main
from comity.cli.world import failures
from comity.consent.decide import decide
from comity.consent.facts import Facts
from comity.errors import Malformed
from comity.formats import world_questions, worlds, yaml12
from comity.values import condition, fact, fields, names, reading
from comity.values.names import Names
from comity.values.reading import FIELDS, KINDS
from comity.values.verdict import Verdict

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "docs" / "examples"
PAGE = (ROOT / "docs" / "worlds.md").read_text("utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
Line = dict[str, object]

FENCED = FENCE.findall(PAGE)
BLOCKS = [text for language, text in FENCED if language == "yaml"]
WORLDS = [text for text in BLOCKS if re.search(r"^parties:", text, re.MULTILINE)]
FRAGMENTS = [text for text in BLOCKS if text not in WORLDS]


def sections() -> dict[str, str]:
    """The text under each heading, up to the next one."""
    parts = HEADING.split(PAGE)
    assert len(parts[1::2]) == len(set(parts[1::2])), "a heading stands once"
    return dict(zip(parts[1::2], parts[2::2], strict=True))


SECTIONS = sections()


def tables(heading: str) -> list[list[list[str]]]:
    """The tables of a section: rows of cells, without their heads."""
    found = re.findall(r"(?:^\|.*\n)+", SECTIONS[heading], re.MULTILINE)
    return [
        [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()[2:]] for table in found
    ]


def named(table: list[list[str]]) -> tuple[str, ...]:
    """What the rows of a table are about: the words in code at the start of each."""
    return tuple("".join(codes(row[0])[:1]) for row in table)


def codes(text: str) -> list[str]:
    """What stands in code in a text."""
    return re.findall(r"`([^`]+)`", text)


def lines(text: str) -> Iterator[Line]:
    """The lines of a fragment."""
    read = yaml12.load(text, "fragment")
    assert isinstance(read, yaml12.Sequence), "a fragment is a list of lines, and no world"
    for line in read:
        assert isinstance(line, yaml12.Mapping)
        yield line


def examples(kind: str) -> list[dict[str, object]]:
    """The fields of every line of a kind in its own section."""
    found = [line for text in FENCE.findall(SECTIONS[f"`{kind}`"]) for line in lines(text[1]) if kind in line]
    assert found, f"`{kind}` has an example"
    return [dict(given) for line in found if isinstance(given := line[kind], dict)]


FIELD_ROWS = {f"{kind}.{row[0]}": (kind, row[0].strip("`"), row[2]) for kind in KINDS for row in tables(f"`{kind}`")[0]}


def test_every_kind_has_its_section_in_the_order_of_the_vocabulary() -> None:
    assert [heading.strip("`") for heading in SECTIONS if heading.strip("`") in KINDS] == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_of_a_kind_has_its_fields(kind: str) -> None:
    assert named(tables(f"`{kind}`")[0]) == FIELDS[kind]


def test_the_table_of_every_line_has_the_fields_of_every_kind() -> None:
    assert named(tables("Fields of every line")[0]) == reading._COMMON


@pytest.mark.parametrize(("heading", "table"), [("Fields of every line", 1), ("Whose statement counts", 0)])
def test_the_tables_of_periods_and_of_who_may_state_have_every_kind(heading: str, table: int) -> None:
    assert sorted(kind for row in tables(heading)[table] for kind in codes(row[0])) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_kind_can_be_read(kind: str) -> None:
    for given in examples(kind):
        reading.fact({kind: given})


@pytest.mark.parametrize("row", FIELD_ROWS.values(), ids=FIELD_ROWS)
def test_a_default_is_what_leaving_the_field_out_means(row: tuple[str, str, str]) -> None:
    kind, field, default = row
    left_out = {name: value for name, value in examples(kind)[0].items() if name != field}
    if default.startswith("needed") and (kind, field) != ("revoke", "fact"):
        with pytest.raises(Malformed, match=r"is missing|names no fact"):
            reading.fact({kind: left_out})
        return
    read = reading.fact({kind: left_out}).body
    stated = re.fullmatch(r"`(.+)`", default)
    if stated:
        assert reading.fact({kind: {**left_out, field: yaml12.load(stated[1], "default")}}).body == read
    else:
        assert default.startswith(("none", "the line's `from`", "needed, unless `grant`"))


@pytest.mark.parametrize(
    ("kind", "nested", "allowed"),
    [
        ("grant", "obligations", ("id", "kind", "phase")),
        ("route", "legs", ("territory", "after_hours", "stay_hours")),
    ],
)
def test_the_parts_of_a_grant_and_of_a_route_have_their_table(kind: str, nested: str, allowed: tuple[str, ...]) -> None:
    table = tables(f"`{kind}`")[1]
    assert named(table) == allowed
    with pytest.raises(Malformed) as refused:
        reading.fact({kind: {**examples(kind)[0], nested: [{"": 1}]}})
    assert refused.value.next_step == f"allowed: {', '.join(allowed)}"
    part = {"id": "o", "kind": "mark", "phase": "with", "territory": "x", "after_hours": 0}
    for field, default in ((row[0].strip("`"), row[2]) for row in table):
        given = {name: value for name, value in part.items() if name in allowed and name != field}
        line = {kind: {**examples(kind)[0], nested: [given]}}
        if default == "needed":
            with pytest.raises(Malformed, match="is missing"):
                reading.fact(line)
        else:
            stated = {kind: {**examples(kind)[0], nested: [{**given, field: yaml12.load(codes(default)[0], "x")}]}}
            assert reading.fact(stated).body == reading.fact(line).body


VOCABULARIES = {
    "kinds of thing": (fact.Kind, "`title`", 1),
    "roles": (fact.Role, "`standing`", 1),
}


@pytest.mark.parametrize("case", VOCABULARIES.values(), ids=VOCABULARIES)
def test_a_table_of_words_has_them_all(case: tuple[type[fact.Kind] | type[fact.Role], str, int]) -> None:
    words, heading, table = case
    assert named(tables(heading)[table]) == tuple(words)


def test_the_interests_and_the_phases_are_all_told() -> None:
    (interests,) = re.findall(r"^The interests: (.+)\.$", SECTIONS["`title`"], re.MULTILINE)
    assert tuple(codes(interests)) == tuple(fact.Interest)
    (phases,) = (row[1] for row in tables("`grant`")[1] if row[0] == "`phase`")
    assert tuple(codes(phases)) == tuple(fact.Phase)


def test_every_verdict_is_told_in_its_order() -> None:
    section = SECTIONS["What an owner says"]
    assert {row[1].strip("`") for row in tables("What an owner says")[0]} == set(Verdict.__members__)
    assert " < ".join(f"`{verdict}`" for verdict in Verdict.__members__) in section


def test_the_tables_of_questions_have_their_fields() -> None:
    assert sorted(named(tables("`ask`")[0])) == sorted(world_questions._ASK)
    assert sorted(named(tables("`expect`")[0])) == sorted(world_questions._EXPECT)
    told = {row[0].strip("`"): codes(row[1]) for row in tables("`expect`")[0]}
    assert told["verdict"] == list(Verdict.__members__)
    assert told["learns"] == list(world_questions.LEARNT)


@pytest.mark.parametrize("row", tables("`ask`")[0], ids=lambda row: row[0])
def test_a_default_of_a_question_is_what_leaving_it_out_means(row: list[str]) -> None:
    field, default = row[0].strip("`"), row[2]
    given = {"party": "BRV", "action": "read", "thing": "file", "on": "2024-05-01"}
    left_out = {name: value for name, value in given.items() if name != field}
    if default == "needed":
        with pytest.raises(Malformed, match="is missing"):
            worlds.asked(left_out, Names())
    elif default.startswith("`"):
        stated = {**left_out, field: yaml12.load(codes(default)[0], "default")}
        assert worlds.asked(stated, Names()) == worlds.asked(left_out, Names())
    else:
        assert default in {"none", "the end of time"}
        worlds.asked(left_out, Names())


def test_the_table_of_headings_has_them_all() -> None:
    assert named(tables("The file")[0]) == worlds._HEADINGS


LIMITS = {
    "mappings and lists": yaml12._DEEPEST,
    "steps": worlds._MOST_STEPS,
    "ways": worlds._MOST_WAYS,
    "characters of a condition": condition._LONGEST,
    "a whole number": fields._MOST_WHOLE,
    "a quota": names._MOST,
    "hours": fields._MOST_HOURS,
    "characters of a wrong value": worlds._LONGEST,
}


def test_the_limits_are_those_of_the_reader() -> None:
    told = tables("Limits")[0]
    assert [int(row[1].replace(",", "")) for row in told] == list(LIMITS.values())
    assert [row[0].startswith(what) for row, what in zip(told, LIMITS, strict=True)] == [True] * len(LIMITS)


@pytest.mark.parametrize("text", WORLDS, ids=lambda text: text.splitlines()[0])
def test_a_world_on_the_page_holds(text: str) -> None:
    world = worlds.read(text, "docs/worlds.md")
    facts = Facts(world.facts)
    assert world.queries
    assert [wrong for query in world.queries for wrong in failures(query.expect, decide(query.ask, facts))] == []
    assert all(query.expect.verdict is not None for query in world.queries)


def test_there_is_a_world_for_each_topic() -> None:
    topics = {heading for heading in SECTIONS if any(world in SECTIONS[heading] for world in WORLDS)}
    assert {"Time", "Conditions", "Delegation", "Leases", "Quotas", "Obligations", "Clearances"} <= topics
    assert len(WORLDS) >= 12


@pytest.mark.parametrize("text", FRAGMENTS, ids=lambda text: text.splitlines()[0])
def test_a_fragment_is_no_world_and_each_of_its_lines_can_be_read(text: str) -> None:
    with pytest.raises(Malformed):
        worlds.read(text, "docs/worlds.md")
    for line in lines(text):
        if "ask" in line:
            worlds.asked(line["ask"], Names())
            worlds.expected(line["expect"], Names())
        else:
            reading.fact(line)


def test_the_conditions_shown_as_allowed_can_be_read_and_the_others_cannot() -> None:
    allowed, refused = tables("Conditions")
    for text in (text for row in allowed for text in codes(row[0])):
        condition.condition(text)
    for text in (text for row in refused for text in codes(row[0])):
        with pytest.raises(Malformed):
            condition.condition(text)


MEMBERSHIPS = tables("Names")[0]


@pytest.mark.parametrize("row", MEMBERSHIPS, ids=lambda row: row[0])
def test_a_membership_of_the_table_can_be_read(row: list[str]) -> None:
    (shown,) = codes(row[0])
    group = shown if shown.startswith("PACT") else f"PACT: {{{shown}}}"
    spells = worlds.read(f"parties: [BRV]\ngroups: {{{group}}}\n", "table").facts
    assert len(spells) == {"a group that nobody has joined": 0, "a member twice": 2}.get(row[1], 1)


def test_the_first_world_is_the_example_and_the_others_differ_by_a_word() -> None:
    first = (EXAMPLES / "first-world.yaml").read_text("utf-8")
    assert WORLDS[0] == first
    assert (EXAMPLES / "world-with-a-slip.yaml").read_text("utf-8") == first.replace("PACT@dynamic", "PACT")
    hopes = first.replace("SILENT, missing: [CRV]", "GRANTED, missing: []")
    assert (EXAMPLES / "world-that-hopes.yaml").read_text("utf-8") == hopes


def test_the_json_on_the_page_is_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    assert main(["world", "examples/first-world.yaml", "--json"]) == 0
    (printed,) = json.loads(capsys.readouterr().out)
    ((shown,),) = (json.loads(text) for language, text in FENCED if language == "json")
    assert shown["answers"] == printed["answers"][1:]
    assert {**shown, "answers": []} == {**printed, "answers": []}
    keys = [key for row in tables("As JSON")[0] for key in codes(row[0])]
    assert keys == list(printed["answers"][0])


def test_the_links_within_the_page_lead_somewhere() -> None:
    headings = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in SECTIONS}
    links = set(re.findall(r"\]\(#([^)]+)\)", PAGE))
    assert links
    assert links <= headings
